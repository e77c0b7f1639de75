"""Earlier summaries read for the trend (往月汇总): found by name, read through the gate, proved, chosen.

A summary tells its figures in its stamp, with a checksum and with the row of the sheet 月度趋势 that
shows them; where the two differ somebody has changed it.  Summaries of before have their figures read
from the labels of their first page.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from kbbx_xl.books.read import read_folder
from kbbx_xl.books.read.sheets import Book, Grid, open_book
from kbbx_xl.books.reading import opened_each
from kbbx_xl.books.summary.hidden import HISTORY, VERSION, check_of
from kbbx_xl.books.writing.names import safe_name
from kbbx_xl.flow.history import Choice, choose, months_before
from kbbx_xl.flow.result import County, PastMonth
from kbbx_xl.messages import message
from kbbx_xl.model import JUNIOR, PRIMARY, SUMMARY_FORM, Finding, Period, Unit

NAME = re.compile(r"(?P<whose>全县汇总|中心校汇总_.+)_(?P<month>\d{4}-\d{2})\.xlsx")
OLD_FRONT, RATES, RATE = "首页", "指标", "劝返率"
OLD_LABELS = {  # key -> labels of the first page as it was before the record
    "units": ("应报单位",),
    "sent": ("已报",),
    "enrolled": ("在校生",),
    "suspected": tuple(f"{stage}疑似辍学" for stage in (PRIMARY, JUNIOR)),
    "dropout": tuple(f"{stage}辍学" for stage in (PRIMARY, JUNIOR)),
    "away": ("截至日仍未到校",),
    "overdue": ("逾期待办（件）",),
    "errors": ("问题：错误",),
}


class Found(NamedTuple):
    """A file that may be an earlier summary; ``shown``: its name, below the folder it lies in."""

    path: Path
    shown: str
    beside: bool


_DAY = re.compile(r"截至日期：(\d{4})年(\d{1,2})月(\d{1,2})日")


def add_history(county: County, results: Path, folder: Path) -> None:
    """Put the earlier months of the county into it, from the summaries that lie in ``results``,
    where the new one goes, and below the consolidated ``folder``.

    What cannot be used is a finding (F37).
    """
    if unit := county.directory.county:
        county.history = _months(county, unit, _files(results, folder), "全县汇总")


def add_history_of_center(county: County, center: Unit, results: Path, folder: Path) -> None:
    """The same of a county restricted to one central school; its own summaries go before those of
    the county, which tell a part of it."""
    of_county = {past.month: past for past in county.history}
    whose = f"中心校汇总_{safe_name(center.name)}"
    own = {past.month: past for past in _months(county, center, _files(results, folder), whose)}
    county.history = tuple(sorted((of_county | own).values(), key=lambda past: str(past.month)))


def _months(
    county: County, unit: Unit, files: Iterable[Found], whose: str
) -> tuple[PastMonth, ...]:
    wanted = {str(month) for month in months_before(county.month)}
    mine = [
        one
        for one in files
        if (said := NAME.fullmatch(one.path.name))
        and said["whose"] == whose
        and said["month"] in wanted
    ]
    months = []
    for file, answer in zip(mine, opened_each(_past, [one.path for one in mine]), strict=True):
        if isinstance(answer, str):
            county.findings.append(Finding("F37", file.shown, params={"why": answer}))
        elif answer is not None:
            months.append(replace(answer, file=file.shown, beside=file.beside))
    chosen = choose(months, Choice(unit, county.month))
    county.findings += chosen.findings
    return chosen.months


def _files(results: Path, folder: Path) -> Iterable[Found]:
    """Every file that may be an earlier summary, each once, in a settled order."""
    seen: set[Path] = set()
    inside = sorted(results.iterdir()) if results.is_dir() else []
    for path, shown, beside in (
        *((path, path.name, True) for path in inside),
        *((path, rel, False) for path, rel in read_folder(folder)),
    ):
        if path.suffix == ".xlsx" and path.resolve() not in seen:
            seen.add(path.resolve())
            yield Found(path, shown, beside)


def _past(path: Path) -> PastMonth | str | None:
    """The month of one summary, why it cannot be used, or None for a file that is none of ours."""
    book = open_book(path, path.name)
    if not book.readable:
        return message(book.findings[-1]) if book.findings else "打不开"
    own = book.own
    if own.get("form") != SUMMARY_FORM or not own.get("period"):
        return None
    try:
        month = Period.parse(own["period"])
    except ValueError:
        return "表内标识里的月份被改动过"
    if str(month) not in path.name:
        return f"文件名和表内的月份不同，表内是{month}"
    return _by_record(book, month) if HISTORY in own else _by_labels(book, month)


def _by_record(book: Book, month: Period) -> PastMonth | str:
    """The figures that the stamp tells, when its checksum holds and the sheet still shows them."""
    own = book.own
    try:
        told = json.loads(own[HISTORY])
        if told["version"] > VERSION:
            return "由更新版本的程序写出，读不了"
        if told["check"] != check_of(own, told):
            return "程序记下的数被改动过"
        row = _row(book, told["sheet"], told["row"])
        if any(not _same(row, *one) for one in told["cells"].values()):
            return f"“{told['sheet']}”第{told['row']}行的数被改动过"
        figures = {key: value for key, (_, value) in told["cells"].items() if value is not None}
        as_of = dt.date.fromisoformat(told["as_of"])
        return PastMonth(
            month, as_of, own.get("unit", ""), own.get("unit_name", ""), own.get("policy", ""),
            told["units"], figures, "", told["sheet"], told["row"], told["parts"],
        )  # fmt: skip
    except (ValueError, TypeError, KeyError, AttributeError):
        return "程序记下的数被改动过"


def _row(book: Book, sheet: str, row: int) -> list[object]:
    grid = _grid(book, sheet)
    return grid.rows[row - 1] if grid and 0 < row <= len(grid.rows) else []


def _same(row: list[object], column: int, value: float | None) -> bool:
    """Whether the cell still holds the number that was written; blank where there was none."""
    held = row[column - 1] if column <= len(row) else ""
    return held == ("" if value is None else value)


def _grid(book: Book, sheet: str) -> Grid | None:
    return next((grid for grid in book.grids if grid.name == sheet), None)


def _by_labels(book: Book, month: Period) -> PastMonth | str:
    """The figures of a summary that has no record, by the labels of its first page."""
    front = _grid(book, OLD_FRONT)
    if front is None:
        return "没有首页，看不出各项数"
    values, day = _labelled(front)
    figures: dict[str, float] = {}
    for key, labels in OLD_LABELS.items():
        if all(label in values for label in labels):
            figures[key] = sum(values[label] for label in labels)
    if len(figures) < len(OLD_LABELS):
        return "首页的栏目被改动过，认不全各项数"
    own = book.own
    figures |= _old_rate(book, own.get("unit_name", ""))
    return PastMonth(
        month, day, own.get("unit", ""), own.get("unit_name", ""), own.get("policy", ""), "",
        figures, "", OLD_FRONT,
    )  # fmt: skip


def _labelled(front: Grid) -> tuple[dict[str, float], dt.date | None]:
    """Label -> the number to its right; and the day the page says."""
    values: dict[str, float] = {}
    day = None
    for row in front.rows:
        for label, value in pairwise(row):
            if isinstance(label, str) and isinstance(value, int | float):
                values.setdefault(label, value)
        for cell in row:
            if (said := _DAY.search(str(cell))) and day is None:
                day = dt.date(int(said[1]), int(said[2]), int(said[3]))
    return values, day


def _old_rate(book: Book, unit: str) -> dict[str, float]:
    rates = _grid(book, RATES)
    for row in rates.rows if rates else ():
        if list(row[1:3]) == [unit, RATE]:
            part, whole = row[3], row[4]
            if isinstance(part, int | float) and isinstance(whole, int | float):
                return {"returned": part, "listed": whole}
    return {}
