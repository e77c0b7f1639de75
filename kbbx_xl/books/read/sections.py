"""One section of a sheet: a header, the records under it, and the lines around them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from kbbx_xl.books.read.headers import Match
from kbbx_xl.books.read.lines import (
    filled,
    is_heading,
    is_label_line,
    is_lone_date,
    is_nothing,
    is_person_number,
    is_total,
    is_zero_report,
)
from kbbx_xl.books.read.sheets import Grid
from kbbx_xl.model import Finding, Period, Table, a1
from kbbx_xl.rules.cells import ERROR_VALUES, UNCALCULATED, clean_column, number_of, text_of
from kbbx_xl.rules.dates import lacks_year
from kbbx_xl.settings.forms import Field, FieldType

PREPARED = frozenset(  # columns that empty prepared rows carry; they make no record
    ("seq", "nth", "grade", "class_name", "school", "id_type", "town", "note")
)


REST = frozenset(("休", "休息", "放假", "假", "周末"))  # marks of prepared rows, too

NUMBERS = 2  # numbers under headings do the same
NUMBERING = "seq"
A_BLOCK = 3  # rows alike above the headings
TELLING = 3  # cells beside the name that make a row a record
_LABEL = re.compile(
    r".*[:：].*|(?:填报|报送)?(?:单位|学校)(?:名称)?|月份|\w{0,8}(?:日期|时间)|\w{2,3}人", re.DOTALL
)
_NUMBER_OR_DAY = re.compile(r"\d+|\d{4}[-./年]\d{1,2}[-./月]\d{1,2}日?")
_SUSPECT = "计总数无零没暂报注说备填审日月"
_PLAIN_WORD = re.compile(rf"[^\W_{_SUSPECT}]{{2,7}}")
_NONE = re.compile(r"(?!)")
_PLAIN_PLACE = re.compile(  # of a class or village: begins like no line about the sheet
    rf"(?=[\u4e00-\u9fff])(?:(?![{_SUSPECT}])[\u4e00-\u9fff0-9A-Za-z()（）]){{8,40}}"
)


@dataclass(slots=True)
class Section:
    """Rows of one table, counted from 0: lines above, records, totals, lines among and below."""

    match: Match
    above: list[int]
    records: list[int] = field(default_factory=list)
    totals: list[int] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    nameless: list[tuple[int, int]] = field(default_factory=list)  # row, first filled column
    zero: str = ""  # address of 无 / 零报告


def sections(grid: Grid, headers: Sequence[Match]) -> list[Section]:
    """Cut a sheet at its headers; titles directly above a header belong to it."""
    cut: list[Section] = []
    start = 0
    for number, match in enumerate(headers):
        above = list(range(start, match.top))
        section = Section(match, above)
        end = len(grid.rows)
        if number + 1 < len(headers):
            end = headers[number + 1].top
            while end > match.body and is_heading(grid.rows[end - 1]):
                end -= 1
        _sort_rows(grid, section, end)
        cut.append(section)
        start = end
    return cut


def _sort_rows(grid: Grid, section: Section, end: int) -> None:
    """Tell records from totals, lines, zero reports and prepared empty rows."""
    match = section.match
    key = match.columns[match.candidate.sheet.recognise[0]]
    left = min([*match.columns.values(), *(column for _, column in match.days)])
    # a number, or a word that cannot be 合计, 零报告, 填表人：…; left of a table anything may stand
    plain, place = _PLAIN_WORD.fullmatch, _NONE.fullmatch if left else _PLAIN_PLACE.fullmatch
    start = match.body
    for row, cells in enumerate(grid.rows[start:end], start):
        named, first = cells[key], cells[left]
        if (not isinstance(named, str) or plain(named) or place(named)) and (
            first == "" or not isinstance(first, str) or plain(first) or place(first)
        ):
            continue
        section.records += range(start, row)
        _sort_odd_row(section, row, cells, key)
        start = row + 1
    section.records += range(start, end)


def _sort_odd_row(section: Section, row: int, cells: Sequence[object], key: int) -> None:
    content = filled(cells)
    if not content:
        return
    column, value = content[0]
    first = text_of(value)
    lone = len(content) == 1
    if isinstance(value, str) and (is_label_line(first) or (lone and is_lone_date(first))):
        if not _is_data(section.match, content, key):
            section.lines.append(row)
        elif text_of(cells[key]):
            section.records.append(row)
        else:
            section.nameless.append((row, column))
        return
    if (is_total(first) or is_total(text_of(cells[key]))) and not _has_id(content):
        section.totals.append(row)
        return
    texts = [(c, v) for c, v in content if not text_of(v).isdigit()]
    if _says_nothing(content, texts, key, section.match):
        section.zero = section.zero or a1(row + 1, texts[0][0] + 1)
    elif text_of(cells[key]):
        section.records.append(row)
    elif lone and texts and column <= min(section.match.columns.values()):
        section.lines.append(row)
    else:
        _sort_nameless(section, row, content)


def _has_id(content: Iterable[tuple[int, object]]) -> bool:
    """Whether a number of a person stands in the row: then it is one's, whatever the name."""
    return any(is_person_number(text_of(value)) for _, value in content)


def _is_data(match: Match, content: Sequence[tuple[int, object]], key: int) -> bool:
    """Whether a row is a record though its first cell looks like a line about the sheet (※张三)."""
    cells = dict(content)
    told = [cells[column] for column in match.columns.values() if column != key and column in cells]
    numbers = sum(number_of(value) is not None for value in told)
    words = sum(not is_label_line(t) and not is_lone_date(t) for t in map(text_of, told))
    beside = content[0][0] != key and key in cells and not is_label_line(text_of(cells[key]))
    if beside and words:
        return True
    return words >= min(TELLING, max(NUMBERS, len(match.columns) - 1)) or (
        numbers >= NUMBERS and key in cells
    )


def _lost(grid: Grid, section: Section) -> list[int]:
    """Rows above the headings that are data, or so many alike that they must be."""
    content = {row: filled(grid.rows[row]) for row in section.above}
    lost = [row for row, cells in content.items() if _is_lost_data(section.match, cells)]
    sure = [cells for cells in content.values() if len(cells) >= TELLING and not _labels(cells)]
    if len(sure) < A_BLOCK:
        return lost
    return [r for r, cells in content.items() if len(cells) >= NUMBERS and _labels(cells) < NUMBERS]


def _labels(content: Iterable[tuple[int, object]]) -> int:
    """How many cells say what stands beside them, rather than something of a child."""
    texts = (text_of(value) for _, value in content)
    return sum(is_label_line(text) or _LABEL.fullmatch(text) is not None for text in texts)


def _is_lost_data(match: Match, content: Sequence[tuple[int, object]]) -> bool:
    """Whether a row above the headings is data: an id in it, or numbers and days under headings."""
    numbered = match.columns.get(NUMBERING)
    if len(content) == NUMBERS and content[0][0] == numbered:
        number = number_of(content[0][1])
        return number is not None and content[1][0] in match.columns.values()
    if len(content) < TELLING or _labels(content) > 1:
        return False
    if _has_id(content):
        return True
    known = set(match.columns.values())
    within = [value for column, value in content if column in known]
    told = sum(
        isinstance(v, dt.date | float) or _NUMBER_OR_DAY.fullmatch(text_of(v)) is not None
        for v in within
    )
    key = match.columns[match.candidate.sheet.recognise[0]]
    named = any(column == key for column, _ in content) and len(within) >= NUMBERS
    whole = len(known) == len(within) >= TELLING
    return told >= NUMBERS or (told > 0 and named) or whole


def _says_nothing(
    content: Sequence[tuple[int, object]],
    texts: Sequence[tuple[int, object]],
    key: int,
    match: Match,
) -> bool:
    if not texts or not all(is_nothing(value) for _, value in texts):
        return False
    if sum(bool(number_of(value)) for _, value in content) >= NUMBERS:
        return False
    column, value = texts[0]
    named = column == key or column <= min(match.columns.values())
    return named or (len(texts) == 1 and is_zero_report(text_of(value)) and len(text_of(value)) > 2)


def _sort_nameless(section: Section, row: int, content: Sequence[tuple[int, object]]) -> None:
    """Rows without a name: data that must be reported, records of another kind, or prepared rows."""
    match = section.match
    sheet = match.candidate.sheet
    prepared = PREPARED | {field.name for field in sheet.columns if field.formula}
    telling = {column for name, column in match.columns.items() if name not in prepared}
    telling |= {column for _, column in match.days}
    told = [
        column
        for column, value in content
        if column in telling
        and not is_nothing(value)
        and (text_of(value) not in REST or sheet.recognise[0] != "name")
    ]
    if not told and (sheet.recognise[0] == "name" or len(content) < NUMBERS):
        return  # prepared rows of a roll call hold marks of rest
    if sheet.recognise[0] == "name":
        section.nameless.append((row, told[0]))
    else:
        section.records.append(row)


def table_of(
    grid: Grid, section: Section, rel: str, period: Period, findings: list[Finding]
) -> Table:
    """Read the records of a section, column by column; problems are added to ``findings``."""
    match = section.match
    sheet = match.candidate.sheet
    fields = {column.name: column for column in sheet.columns}

    def read(rows: Sequence[int]) -> Table:
        picked = [grid.rows[row] for row in rows]
        across = list(zip(*picked, strict=True))
        columns = {
            name: clean_column(across[column] if rows else (), fields[name], period=period)
            for name, column in match.columns.items()
        }
        where = {name: column + 1 for name, column in match.columns.items()}
        table = Table(sheet.kind, sheet.layout, sheet.table, rel, grid.name, columns, [], where)
        table.rows = [row + 1 for row in rows]
        table.header_row = match.body
        return table

    table = read(section.records)
    table.totals = read(section.totals) if section.totals else None
    table.zero_report = section.zero
    findings += _header_findings(table, match, fields)
    findings += _cell_findings(grid, table, match, fields)
    findings += [Finding("R09", rel, grid.name, a1(row + 1, 1)) for row in _lost(grid, section)]
    for row, column in section.nameless:
        findings.append(Finding("R03", rel, grid.name, a1(row + 1, column + 1)))
    hidden = sorted(grid.notes.hidden_rows.intersection(table.rows))
    if hidden:
        count = {"count": len(hidden)}
        findings.append(Finding("R01", rel, grid.name, a1(hidden[0], 1), count))
    return table


def _header_findings(table: Table, match: Match, fields: Mapping[str, Field]) -> list[Finding]:
    file, sheet, row = table.file, table.sheet, match.body
    found = []
    for name, first, second in match.twice:
        params = {
            "first": match.titles[first],
            "second": match.titles[second],
            "field": fields[name].title,
        }
        found.append(Finding("F17", file, sheet, a1(row, second + 1), params))
    for column in fields.values():
        if column.required and column.name not in table.columns:
            found.append(Finding("F19", file, sheet, a1(row, 1), {"title": column.title}))
    if match.unknown:
        title = "、".join(match.titles[column] for column in match.unknown)
        cell = a1(row, match.unknown[0] + 1)
        found.append(Finding("F18", file, sheet, cell, {"title": title}))
    return found


def _cell_findings(
    grid: Grid, table: Table, match: Match, fields: Mapping[str, Field]
) -> list[Finding]:
    found = []
    for name, values in table.columns.items():
        title = match.titles[match.columns[name]]
        if not ERROR_VALUES.isdisjoint(values):
            wrong = (index for index, value in enumerate(values) if value in ERROR_VALUES)
            found += [
                table.finding(
                    "V20" if values[index] == UNCALCULATED else "V12", name, index, title=title
                )
                for index in wrong
            ]
        if fields[name].type is FieldType.DATE:
            found += _without_year(grid, table, name, title)
    return found


def _without_year(grid: Grid, table: Table, name: str, title: str) -> list[Finding]:
    """A note at the first day of a column that is written without its year (9月3日)."""
    column = table.where[name] - 1
    cells = [grid.rows[row - 1][column] for row in table.rows]
    if all(map(str.isdigit, {cell[:4] for cell in cells if isinstance(cell, str) and cell})):
        return []
    for index, written in enumerate(cells):
        if isinstance(written, str) and not written[:4].isdigit() and lacks_year(written):
            day = table.columns[name][index]
            year = getattr(day, "year", None)
            return [table.finding("V11", name, index, title=title, year=year)] if year else []
    return []
