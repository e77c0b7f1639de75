"""The merged roster of all units (学生名册): a workbook of its own, only on request.

It names children; it is written row by row so that 80,000 rows need little memory.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from kbbx_xl.books.files import Written, verify_workbook
from kbbx_xl.books.plain_sheet import PlainBook
from kbbx_xl.books.summary.notes import NAMED
from kbbx_xl.books.summary.paper import A4, STAMP_SHEET, accepted, stamp, write_hidden
from kbbx_xl.books.summary.scope import owner, unit_order
from kbbx_xl.books.summary.styles import STYLES
from kbbx_xl.books.writing.results import Result, write_set
from kbbx_xl.flow.result import County, RosterRow

COLUMNS = (
    ("单位", 24),
    ("年级", 9),
    ("班级", 8),
    ("姓名", 10),
    ("性别", 6),
    ("出生日期", 12),
    ("身份证件号", 22),
    ("学籍号", 23),
    ("就读状态", 10),
    ("计入在校生", 8),
    ("来源文件", 44),
    ("来源表", 14),
    ("来源行", 8),
)
BIRTH, ROW = 5, 12
HEAD = 2  # row of the column heads, from 0


def write_roster(county: County, folder: Path) -> Written:
    """学生名册_<month>.xlsx with every row of every roster that was read, and where it stands."""
    return write_set([roster_result(county, folder)])[0]


def roster_result(county: County, folder: Path) -> Result:
    """``write_roster`` as one of a set."""
    target = folder / f"学生名册_{county.month}.xlsx"
    return Result(target, lambda path: _make(county, path), verify_workbook)


def _make(county: County, path: Path) -> None:
    book = PlainBook.streamed(path)
    created = dt.datetime(county.as_of.year, county.as_of.month, county.as_of.day)
    book.set_properties({"title": "学生名册", "author": "kbbx-xl", "created": created})
    formats = {
        name: book.add_format({"valign": "vcenter", **STYLES[name]})
        for name in ("title", "left", "head", "id", "date", "int")
    }
    sheet = book.add_worksheet("学生名册")
    _head(sheet, county, formats)
    _body(sheet, county, formats)
    _set_up(sheet, len(county.roster))
    write_hidden(book, STAMP_SHEET, stamp(county))
    book.close()


def _head(sheet: Worksheet, county: County, formats: dict[str, Format]) -> None:
    formats["title"].set_align("left")
    title = f"{owner(county.directory)}{county.month.label}学生名册"
    note = f"共{len(county.roster)}行；{NAMED}"
    accepted(sheet.write_string(0, 0, title, formats["title"]))
    accepted(sheet.write_string(1, 0, note, formats["left"]))
    for column, (text, width) in enumerate(COLUMNS):
        accepted(sheet.set_column(column, column, width))
        accepted(sheet.write_string(HEAD, column, text, formats["head"]))


def _body(sheet: Worksheet, county: County, formats: dict[str, Format]) -> None:
    """Rows by unit as the directory has them, then as they stand in their files."""
    order = unit_order(county.directory)

    def key(row: RosterRow) -> tuple[int, str, str, str, int]:
        source = row.source
        place = order.get(row.unit, len(order))
        return place, row.unit, source.file, source.sheet, source.row

    for number, row in enumerate(sorted(county.roster, key=key), HEAD + 1):
        for column, text in enumerate(_cells(row)):
            if text:
                accepted(sheet.write_string(number, column, text, formats["id"]))
        if row.birth:
            moment = dt.datetime(row.birth.year, row.birth.month, row.birth.day)
            accepted(sheet.write_datetime(number, BIRTH, moment, formats["date"]))
        if row.source.row:
            accepted(sheet.write_number(number, ROW, row.source.row, formats["int"]))


def _set_up(sheet: Worksheet, rows: int) -> None:
    sheet.freeze_panes(HEAD + 1, 4)
    sheet.autofilter(HEAD, 0, HEAD + max(rows, 1), len(COLUMNS) - 1)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEAD)
    sheet.set_footer("&C&9第 &P 页  共 &N 页")


def _cells(row: RosterRow) -> tuple[str, ...]:
    source = row.source
    counted = "是" if row.enrolled else "否"
    who = (row.unit, row.grade, row.class_name, row.name, row.sex, "", row.id_no, row.student_no)
    return (*who, row.status, counted, source.file, source.sheet)
