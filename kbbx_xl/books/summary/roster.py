"""The merged roster of all units (学生名册): a workbook of its own, only on request.

It names children.  Its rows are put together when they are packed, so 80,000 need little memory.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from xlsxwriter.format import Format

from kbbx_xl.books.files import Written, verify_workbook
from kbbx_xl.books.plain_sheet import CellValue, PlainBook, PlainSheet
from kbbx_xl.books.printing import set_up
from kbbx_xl.books.summary.hidden import STAMP_SHEET, accepted, stamp, write_hidden
from kbbx_xl.books.summary.notes import NAMED
from kbbx_xl.books.summary.scope import owner, unit_order
from kbbx_xl.books.summary.styles import STYLES
from kbbx_xl.books.writing.cells import Column, Looked, Spelt
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
    ("计入在校生", 12),
    ("来源文件", 44),
    ("来源表", 14),
    ("来源行", 8),
)
SOURCE = 3  # last columns
HEAD = 2  # row of the column heads, from 0


def write_roster(county: County, folder: Path) -> Written:
    """学生名册_<month>.xlsx with every row of every roster that was read, and where it stands."""
    return write_set([roster_result(county, folder)])[0]


def roster_result(county: County, folder: Path) -> Result:
    """``write_roster`` as one of a set."""
    target = folder / f"学生名册_{county.month}.xlsx"
    return Result(target, lambda path: _make(county, path), verify_workbook)


def _make(county: County, path: Path) -> None:
    book = PlainBook(path)
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


def _head(sheet: PlainSheet, county: County, formats: dict[str, Format]) -> None:
    formats["title"].set_align("left")
    title = f"{owner(county.directory)}{county.month.label}学生名册"
    note = f"共{len(county.roster)}行；{NAMED}"
    accepted(sheet.write_string(0, 0, title, formats["title"]))
    accepted(sheet.write_string(1, 0, note, formats["left"]))
    for column, (text, width) in enumerate(COLUMNS):
        accepted(sheet.set_column(column, column, width))
        accepted(sheet.write_string(HEAD, column, text, formats["head"]))


def _body(sheet: PlainSheet, county: County, formats: dict[str, Format]) -> None:
    """Rows by unit as the directory has them, then as they stand in their files."""
    order = unit_order(county.directory)

    def key(row: RosterRow) -> tuple[int, str, str, str, int]:
        source = row.source
        place = order.get(row.unit, len(order))
        return place, row.unit, source.file, source.sheet, source.row

    rows = sorted(county.roster, key=key)
    if rows:
        sheet.put_block(HEAD + 1, list(enumerate(_columns(sheet, rows, formats))), len(rows))


def _columns(
    sheet: PlainSheet, rows: Sequence[RosterRow], formats: dict[str, Format]
) -> Iterator[Column]:
    """The columns of COLUMNS; what a pupil has alone is spelt out, the rest is looked up."""

    def looked(values: Iterable[CellValue], style: str = "id") -> Looked:
        return sheet.looked(values, formats[style], gaps=True)

    def spelt(texts: Iterable[str]) -> Spelt:
        return Spelt(list(texts), style)

    style = int(formats["id"]._get_xf_index())
    yield looked(r.unit for r in rows)
    yield looked(r.grade for r in rows)
    yield looked(r.class_name for r in rows)
    yield spelt(r.name for r in rows)
    yield looked(r.sex for r in rows)
    yield looked((r.birth for r in rows), "date")
    yield spelt(r.id_no for r in rows)
    yield spelt(r.student_no for r in rows)
    yield looked(r.status for r in rows)
    yield looked("是" if r.enrolled else "否" for r in rows)
    yield looked(r.source.file for r in rows)
    yield looked(r.source.sheet for r in rows)
    yield looked((r.source.row or None for r in rows), "int")


def _set_up(sheet: PlainSheet, rows: int) -> None:
    sheet.freeze_panes(HEAD + 1, 4)
    sheet.autofilter(HEAD, 0, HEAD + max(rows, 1), len(COLUMNS) - 1)
    set_up(sheet, landscape=True, repeat=(HEAD, HEAD))
    last = HEAD + max(rows, 1)
    sheet.print_area(
        0, 0, last, len(COLUMNS) - SOURCE - 1
    )  # where a row was read is for the screen
