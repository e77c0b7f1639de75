"""Roll-call sheets (考勤表、点名表): one pupil a row, one day a column, a legend below."""

from __future__ import annotations

import datetime as dt
import functools
import operator
import re
from collections.abc import Iterable, Mapping, Sequence

from kbbx_xl.books.read.day_columns import WEEKDAYS
from kbbx_xl.books.read.headers import Match
from kbbx_xl.books.read.lines import CLASS, MONTH, filled
from kbbx_xl.books.read.sections import Section
from kbbx_xl.books.read.sheets import Grid
from kbbx_xl.model import Mark, Period, Table
from kbbx_xl.rules.cells import compact, text_of
from kbbx_xl.settings.lists import load_lists

_LEGEND_HEAD = re.compile(r"^.{0,8}(?:说明|符号|图例|标记|备注|注)\s*[:：]?\s*")
_PAIR = re.compile(
    r"[\"“‘'(]?([^\s\w\"“”‘’'():：,，;；、。]|[A-Za-z\d]|[\u4e00-\u9fff]{1,2}?)[\"”’')]?"
    r"\s*(?:=|:|：|为|表示|代表|指|-+|—+|→|\s)?\s*"
    r"((?:旷课|缺课|缺勤)(?:半天|全天|一天)?|半天旷课|旷半天|出勤|到校|实到|正常|在校|病假|事假|公假|请假|迟到|早退|送教上门|送教|休息|放假|节假日|无故缺[勤课])"
)
_BLANK_PRESENT = re.compile(
    r"(?:空白|空格|空着|留空|不填|未填|不标)(?:的|者|处)?\s*(?:=|:|为|表示|代表|即|是)*\s*(?:出勤|到校|正常|实到)"
    r"|(?:出勤|到校|正常|实到)(?:的|者|时)?(?:为|用|可)?(?:不记|不填|不画|不标|不作|空白|空格|留空|空着|免填)"
)
_CLASS_NAME = re.compile(
    r"(?:[小初]?[一二三四五六七八九]|\d{1,4}|[七八九]年)\S{0,6}班|\S{0,6}年级\S{0,4}"
)


def add_marks(table: Table, grid: Grid, section: Section) -> None:
    """Complete a roll-call table with its days, marks and legend."""
    match = section.match
    table.days = [day for day, _ in match.days]
    table.day_columns = [column + 1 for _, column in match.days]
    table.legend = legend(grid.rows[row] for row in section.lines)
    columns = [column for _, column in match.days]
    table.marks = _marks(grid, table.rows, columns)
    if match.afternoons:
        later = _marks(grid, table.rows, [match.afternoons[column] for column in columns])
        table.marks = [
            [_whole_day(*halves, table.legend) for halves in zip(*both, strict=True)]
            for both in zip(table.marks, later, strict=True)
        ]
    if not table.meta.get(MONTH) and (month := _month_of(grid, match)):
        table.meta[MONTH] = str(month)
    if not table.meta.get(CLASS) and (found := _CLASS_NAME.fullmatch(compact(grid.name))):
        table.meta[CLASS] = found[0]


def _marks(grid: Grid, rows: Sequence[int], columns: Sequence[int]) -> list[Sequence[object]]:
    """Texts of the mark cells, one row a record."""
    text = functools.lru_cache(maxsize=256)(text_of)
    pick = operator.itemgetter(*columns)  # of a month there are always several
    known: dict[tuple[object, ...], list[object]] = {}  # most rows of a class are alike
    marks: list[Sequence[object]] = []
    for row in rows:
        written = pick(grid.rows[row - 1])
        alike = known if _all_text(written) else {}  # as keys 1 and True are one
        if written not in alike:
            alike[written] = [text(cell) for cell in written]
        marks.append([*alike[written]])
    return marks


def _all_text(cells: Iterable[object]) -> bool:
    try:
        "".join(cells)  # type: ignore[arg-type]
    except TypeError:
        return False
    return True


def _whole_day(morning: object, afternoon: object, words: Mapping[str, str]) -> str:
    """One mark of a day's two: half a day's absence counts as 旷课半天, else leave goes before lateness.

    A half that is blank leaves the day to the other half, unless the legend calls blanks presence.
    """
    present = words.get("", "") if morning or afternoon else ""
    halves = [str(half) for half in (morning or present, afternoon or present) if half]
    if len(set(halves)) < 2:
        return halves[0] if halves else ""
    marks = load_lists()["mark"]
    known = {half: marks.canonical(words.get(half, half)) for half in halves}
    if Mark.ABSENT in known.values():
        return str(Mark.HALF)
    order = (Mark.SICK, Mark.PERSONAL, Mark.LATE, Mark.HOME, Mark.PRESENT)
    told = (half for mark in order for half in halves if known[half] == mark)
    return next(told, "".join(halves))


def skip_weekdays(grid: Grid, match: Match) -> None:
    """Count the line 一 二 三 … below the days as part of the header."""
    while match.body < len(grid.rows):
        row = grid.rows[match.body]
        named = 0
        for _, column in match.days:
            text = compact(row[column])
            if text and not WEEKDAYS.fullmatch(text):
                return
            named += bool(text)
        if not named or len(filled(row)) - named > 1:
            return
        match.depth += 1


def legend(rows: Iterable[Sequence[object]]) -> dict[str, str]:
    """Symbol -> word as the lines under a grid say: 说明：√出勤　×旷课　病＝病假　半＝旷课半天.

    The symbol "" is the blank cell, where the legend says that it means presence (出勤不填).
    """
    words: dict[str, str] = {}
    for row in rows:
        text = "  ".join(text_of(cell) for _, cell in filled(row))
        if _BLANK_PRESENT.search(text):
            words[""] = str(Mark.PRESENT)
        for found in _PAIR.finditer(_LEGEND_HEAD.sub("", text)):
            words.setdefault(found[1], found[2])
    return words


def _month_of(grid: Grid, match: Match) -> Period | None:
    """The month of day columns that are headed by whole dates."""
    for row in grid.rows[match.top : match.body]:
        for _, column in match.days:
            cell = row[column]
            if isinstance(cell, dt.date):
                return Period(cell.year, cell.month)
    return None
