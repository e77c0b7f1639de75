"""An open workbook as values, and bulk writing into it; every sheet is read in one call.

The open workbook becomes the same ``Book`` of grids that the readers of closed files give, so every
rule downstream is shared.  What COM does not tell at once (hidden rows, formulas without a result)
is left out: Excel itself calculates, and hidden rows are data anyway.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import count
from typing import Any

import xlwings as xw
from pywintypes import com_error

from kbbx_xl.books.gate.sheet_xml import MAX_COLUMNS, MAX_ROWS
from kbbx_xl.books.read.sheets import OWN_SHEET, Book, Grid, stamp_of, take_stamp
from kbbx_xl.messages import InputError

NEWER_ERROR = "#VALUE!"  # stands for #SPILL!, #CALC! and the like, which xlwings gives as a number
VISIBLE, VERY_HIDDEN = -1, 2  # XlSheetVisibility
FORMULAS, PART, BY_ROWS, BY_COLUMNS, PREVIOUS = -4123, 2, 1, 2, 2  # of Range.Find
_ALLOWED = (
    "AllowFormattingCells", "AllowFormattingColumns", "AllowFormattingRows",
    "AllowInsertingColumns", "AllowInsertingRows", "AllowInsertingHyperlinks",
    "AllowDeletingColumns", "AllowDeletingRows", "AllowSorting", "AllowFiltering",
    "AllowUsingPivotTables",
)  # fmt: skip


def grids(book: xw.Book) -> Book:
    """Cells of every sheet but those that only our formulas or the macros need.

    InputError when the used part of a sheet is beyond every sensible size.
    """
    held = Book(grids=[_grid(sheet) for sheet in book.sheets])
    take_stamp(held)
    return held


def _grid(sheet: xw.Sheet) -> Grid:
    rows, columns = _size(sheet)
    if rows > MAX_ROWS or columns > MAX_COLUMNS:
        raise InputError(
            f"“{sheet.name}”用到了第 {rows} 行、第 {columns} 列，读不了。"
            "请删去表格下面和右边多余的空行空列，保存后再试"
        )
    block = sheet.range((1, 1), (rows, columns))
    values = block.options(ndim=2, empty="", err_to_str=True).value
    for row in values:
        for c, value in enumerate(row):
            if value.__class__ is int:  # numbers come as float
                row[c] = NEWER_ERROR
            elif value.__class__ not in (str, float):
                row[c] = _plain(value)
    hidden = sheet.api.Visible != VISIBLE
    return Grid(sheet.name, values, hidden)


def _size(sheet: xw.Sheet) -> tuple[int, int]:
    """Last row and column in use; when formats alone reach too far, the last ones with content."""
    last = sheet.used_range.last_cell
    if last.row <= MAX_ROWS and last.column <= MAX_COLUMNS:
        return last.row, last.column
    found = [_last_content(sheet, order) for order in (BY_ROWS, BY_COLUMNS)]
    return (found[0].Row, found[1].Column) if None not in found else (1, 1)


def _last_content(sheet: xw.Sheet, order: int) -> Any:
    return sheet.api.Cells.Find(
        What="*", LookIn=FORMULAS, LookAt=PART, SearchOrder=order, SearchDirection=PREVIOUS
    )


def _plain(value: object) -> object:
    """As the reader of files gives it: money as a number, a whole day as a date."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date()
    return value


def stamp(book: xw.Book) -> dict[str, str]:
    """The ``_kbbx`` stamp of a workbook of ours: form, version, unit, period, policy; {} of any other."""
    if OWN_SHEET not in [sheet.name for sheet in book.sheets]:
        return {}
    return stamp_of(book.sheets[OWN_SHEET].range("A1:B12").options(ndim=2, empty="").value)


@contextlib.contextmanager
def unprotected(sheet: xw.Sheet) -> Iterator[bool]:
    """Lift a sheet's protection for the block and put it back as it was; False: it has a password.

    An empty password is tried, since Excel would ask with a dialog otherwise.
    """
    api = sheet.api
    if not api.ProtectContents:
        yield True
        return
    options = {name: bool(getattr(api.Protection, name)) for name in _ALLOWED}
    options |= {"DrawingObjects": bool(api.ProtectDrawingObjects), "Contents": True}
    options |= {"Scenarios": bool(api.ProtectScenarios)}
    selection = api.EnableSelection
    if not _unlocked(api):
        yield False
        return
    try:
        yield True
    finally:
        api.Protect(**options)
        api.EnableSelection = selection


def _unlocked(api: object) -> bool:
    """Take the protection off; False when it needs a password."""
    try:
        api.Unprotect("")  # type: ignore[attr-defined]
    except com_error:
        return False
    return not api.ProtectContents  # type: ignore[attr-defined]


def changeable(book: xw.Book) -> None:
    """InputError when Excel would refuse to add, delete or protect sheets in this workbook."""
    if book.api.ProtectStructure:
        raise InputError("工作簿的结构有保护，不能加删工作表。请先在“审阅”里撤销工作簿保护")
    if book.api.MultiUserEditing:
        raise InputError("这是旧式的“共享工作簿”，不能加删工作表。请先在“审阅”里取消共享")


def add_sheet(book: xw.Book, name: str) -> xw.Sheet:
    """A new sheet after the last one in sight, numbered when the name is taken; see ``changeable``.

    Excel neither moves nor shows a hidden sheet, and our workbooks end with one, so the last one in
    sight is the anchor.  A chart's sheet has a name, too.
    """
    changeable(book)
    taken = {sheet.Name.casefold() for sheet in book.api.Sheets}
    names = (name if n == 1 else f"{name}{n}" for n in count(1))
    free = next(n for n in names if n.casefold() not in taken)
    seen = [sheet for sheet in book.sheets if sheet.api.Visible == VISIBLE]
    if not seen:
        return book.sheets.add(free)
    fresh = book.sheets.add(free, before=seen[-1])
    seen[-1].api.Move(Before=fresh.api)
    return fresh


def drop_sheet(book: xw.Book, name: str) -> None:
    """Delete a sheet if it is there; a very hidden one must be shown before Excel deletes it."""
    sheet = next((s for s in book.sheets if s.name == name), None)
    if sheet is None:
        return
    sheet.api.Visible = VISIBLE
    with book.app.properties(display_alerts=False):
        sheet.delete()


def put_rows(sheet: xw.Sheet, row: int, rows: Sequence[Sequence[object]]) -> xw.Range:
    """Write rows from column A of ``row`` in one call; what is text here is text there."""
    block = sheet.range((row, 1), (row + len(rows) - 1, len(rows[0])))
    block.value = [[as_text(cell) for cell in cells] for cells in rows]
    return block


def as_text(cell: object) -> object:
    """A text with the apostrophe by which Excel keeps it one: not a formula, not the date 3-1."""
    return f"'{cell}" if isinstance(cell, str) and cell else cell


def link(sheet: str, cell: str) -> str:
    """Formula of a link to a cell of the same workbook, shown as its address."""
    target = sheet.replace("'", "''").replace('"', '""')
    return f'=HYPERLINK("#\'{target}\'!{cell}","{cell}")'


def address_chunks(cells: Sequence[str], *, longest: int = 250) -> Iterator[str]:
    """Cell addresses joined by commas into texts that Range() accepts (at most 255 characters)."""
    chunk = ""
    for cell in cells:
        if chunk and len(chunk) + 1 + len(cell) > longest:
            yield chunk
            chunk = ""
        chunk = f"{chunk},{cell}" if chunk else cell
    if chunk:
        yield chunk
