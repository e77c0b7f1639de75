"""The bureau's own lists: who reports (单位目录), which villages, and the school calendar (校历)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from pathlib import Path

from kbbx_xl.books.read.headers import header_key, standard_vocabulary
from kbbx_xl.books.read.lines import filled
from kbbx_xl.books.read.sheet import read_sheet
from kbbx_xl.books.read.sheets import Book, open_book
from kbbx_xl.messages import InputError, message
from kbbx_xl.model import (
    CalendarDay,
    CalendarSheet,
    Directory,
    Finding,
    Kind,
    Period,
    Table,
    Unit,
    Village,
)
from kbbx_xl.rules.cells import prose_of, text_of
from kbbx_xl.rules.checks.bureau import check_bureau
from kbbx_xl.rules.dates import parse_date
from kbbx_xl.settings.lists import load_lists

EARLIER_START = ("上学期开学日期", "上学期开学时间")
EARLIER_END = ("上学期放假日期", "上学期放假时间")
NO_MONTH = Period(2000, 1)  # a directory holds no dates
TERM_START = ("开学日期", "开学时间", "学期开始", "开学", "上课日期", "正式上课", "学期起始日期")
TERM_END = (
    "放假日期",
    "放假时间",
    "学期结束",
    "放假",
    "散学日期",
    "学期结束日期",
    "放寒假",
    "放暑假",
)


def read_directory(path: Path) -> tuple[Directory, list[Finding]]:
    """Units and villages of a directory workbook, ours or a bureau's own, known by its headings.

    Raises InputError when the file cannot be read or lists no unit.
    """
    return _directory(_opened(path), path)


def read_directory_and_calendar(
    path: Path,
) -> tuple[tuple[Directory, list[Finding]], tuple[CalendarSheet, list[Finding]]]:
    """``read_directory`` and ``read_calendar`` of one workbook, opened once."""
    book = _opened(path)
    return _directory(book, path), _calendar(book, path)


def _directory(book: Book, path: Path) -> tuple[Directory, list[Finding]]:
    tables, findings = _tables(book, path, NO_MONTH)
    units = [unit for table in tables if table.kind is Kind.DIRECTORY for unit in _units(table)]
    villages = [
        village for table in tables if table.kind is Kind.VILLAGES for village in _villages(table)
    ]
    if not units and any(table.kind is Kind.DIRECTORY for table in tables):
        raise InputError(f"“{path.name}”的单位目录里还没有填单位，请先填好")
    if not units:
        raise InputError(f"“{path.name}”里没有找到单位目录：要有“单位名称、上级单位、层级”三栏")
    lists = [t for t in tables if t.kind in (Kind.DIRECTORY, Kind.VILLAGES)]
    findings += check_bureau(lists)
    return Directory(tuple(units), tuple(villages)), [*book.findings, *findings]


def read_calendar(path: Path) -> tuple[CalendarSheet, list[Finding]]:
    """Term dates and exceptions of a calendar, a file of its own or a sheet of the directory.

    Raises InputError when the file cannot be read.  K01 tells of missing term dates.
    """
    return _calendar(_opened(path), path)


def _calendar(book: Book, path: Path) -> tuple[CalendarSheet, list[Finding]]:
    start, end = _term(book, TERM_START, TERM_END)
    earlier = _earlier(book, start)
    last = Period(end.year, end.month) if end else NO_MONTH  # gives 9月30日 and 26.9.30 their year
    tables, findings = _tables(book, path, last)
    days: list[CalendarDay] = []
    sheets = [table for table in tables if table.kind is Kind.CALENDAR]
    findings += check_bureau(sheets)
    for table in sheets:
        days += _days(table, findings)
    if start is None or end is None:
        findings.append(Finding("K01", path.name))
    return CalendarSheet(start, end, tuple(days), earlier), [*book.findings, *findings]


def _opened(path: Path) -> Book:
    book = open_book(path, path.name)
    if not book.readable:
        reason = "；".join(message(finding) for finding in book.findings)
        raise InputError(f"“{path.name}”读不了：{reason}")
    return book


def _tables(book: Book, path: Path, period: Period) -> tuple[list[Table], list[Finding]]:
    tables: list[Table] = []
    findings: list[Finding] = []
    for grid in book.grids:
        sheet = read_sheet(grid, path.name, standard_vocabulary(), book.own, period)
        tables += sheet.tables
        findings += sheet.findings
    return tables, findings


def _units(table: Table) -> Iterable[Unit]:
    names = ("code", "unit_name", "parent", "level", "stage", "reporter", "phone")
    for values in zip(*map(table.get, names), strict=True):
        code, name, parent, level, stage, reporter, phone = map(text_of, values)
        if name:
            level, stage = _word("unit_level", level), _word("unit_stage", stage)
            yield Unit(code, name, parent, level, stage, reporter, phone)


def _word(list_name: str, written: str) -> str:
    """The canonical word of a list in config/lists/, or what was written."""
    return load_lists()[list_name].canonical(written) or written


def _villages(table: Table) -> Iterable[Village]:
    for values in zip(*map(table.get, ("town", "village", "school")), strict=True):
        town, village, school = map(text_of, values)
        if village:
            yield Village(town, village, school)


def _earlier(book: Book, start: dt.date | None) -> tuple[dt.date, dt.date] | None:
    """The term before, when both its days are told and it ends before this one begins."""
    first, last = _term(book, EARLIER_START, EARLIER_END)
    return (first, last) if first and last and start and first <= last < start else None


def _term(
    book: Book, starts: Sequence[str], ends: Sequence[str]
) -> tuple[dt.date | None, dt.date | None]:
    """The days beside or behind such labels: 开学日期 and 放假日期."""
    found: dict[str, dt.date] = {}
    for grid in book.grids:
        for row in grid.rows:
            texts = [cell for _, cell in filled(row)]
            for name, labels in (("start", starts), ("end", ends)):
                if day := _labelled_day(texts, labels):
                    found.setdefault(name, day)
    return found.get("start"), found.get("end")


def _labelled_day(cells: Sequence[object], labels: Sequence[str]) -> dt.date | None:
    for cell, following in zip(cells, [*cells[1:], None], strict=False):
        if not isinstance(cell, str):
            continue
        label, _, rest = text_of(cell).partition(":")
        if header_key(label) in labels:
            return parse_date(rest) or parse_date(following)
    return None


def _days(table: Table, findings: list[Finding]) -> Iterable[CalendarDay]:
    for index, record in table.records():
        date, kind = record.get("date"), _word("day_kind", text_of(record.get("day_kind")))
        if not isinstance(date, dt.date):
            findings.append(table.finding("V04", "date", index, title="日期"))
        elif kind not in ("上课", "休息"):
            findings.append(table.finding("K03", "day_kind", index))
        else:
            school, note = text_of(record.get("school")), prose_of(record.get("note"))
            yield CalendarDay(date, kind == "上课", school, note)
