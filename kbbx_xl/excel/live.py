"""An open workbook as values, and bulk writing into it; every sheet is read in one call.

The open workbook becomes the same ``Book`` of grids that the readers of closed files give, so every
rule downstream is shared.  What COM does not tell at once (hidden rows, formulas without a result)
is left out: Excel itself calculates, and hidden rows are data anyway.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import count
from typing import Any, TypeVar

import xlwings as xw
from openpyxl.utils.cell import coordinate_to_tuple
from pywintypes import com_error

from kbbx_xl.books.gate.sheet_xml import MAX_COLUMNS, MAX_ROWS
from kbbx_xl.books.read.sheets import OWN_SHEET, Book, Grid, stamp_of, take_stamp
from kbbx_xl.messages import InputError

Place = TypeVar("Place")
LONGEST = 245  # characters of an address; a part of a chunk may need a few more
NEWER_ERROR = "#VALUE!"  # stands for #SPILL!, #CALC! and the like, which xlwings gives as a number
VISIBLE, VERY_HIDDEN = -1, 2  # XlSheetVisibility
FORMULAS, PART, BY_ROWS, BY_COLUMNS, PREVIOUS = -4123, 2, 1, 2, 2  # of Range.Find
NO_SUCH = -2147352567  # DISP_E_EXCEPTION: Excel says no, rather than being busy
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
    rows, columns = used(sheet)
    if rows <= MAX_ROWS and columns <= MAX_COLUMNS:
        return rows, columns
    found = [_last_content(sheet, order) for order in (BY_ROWS, BY_COLUMNS)]
    return (found[0].Row, found[1].Column) if None not in found else (1, 1)


def used(sheet: xw.Sheet) -> tuple[int, int]:
    """Last row and column that Excel counts as used."""
    area = sheet.api.UsedRange
    return area.Row + area.Rows.Count - 1, area.Column + area.Columns.Count - 1


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
    sheet = sheet_named(book, OWN_SHEET)
    if sheet is None:
        return {}
    return stamp_of(sheet.range("A1:B12").options(ndim=2, empty="").value)


def sheet_named(book: xw.Book, name: str) -> xw.Sheet | None:
    """The sheet of that name, None without one; asking for all names is two calls a sheet."""
    try:
        return book.sheets[name]
    except com_error as error:
        if error.hresult != NO_SUCH:
            raise
        return None


@contextlib.contextmanager
def unprotected(sheet: xw.Sheet) -> Iterator[bool]:
    """Lift a sheet's protection for the block and put it back as it was; False: it has a password.

    An empty password is tried, since Excel would ask with a dialog otherwise.
    """
    api = sheet.api
    if not api.ProtectContents:
        yield True
        return
    allowed = api.Protection
    options = {name: bool(getattr(allowed, name)) for name in _ALLOWED}
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
    last = _last_in_sight(book)
    if last is None:
        return book.sheets.add(free)
    fresh = book.sheets.add(free, before=last)
    last.api.Move(Before=fresh.api)
    return fresh


def _last_in_sight(book: xw.Book) -> xw.Sheet | None:
    """Looked for from the end, where only a few are hidden."""
    from_end = (book.sheets[n] for n in range(len(book.sheets) - 1, -1, -1))
    return next((sheet for sheet in from_end if sheet.api.Visible == VISIBLE), None)


def drop_sheet(book: xw.Book, name: str) -> None:
    """Delete a sheet if it is there; a very hidden one must be shown before Excel deletes it."""
    sheet = sheet_named(book, name) if name else None
    if sheet is None:
        return
    sheet.api.Visible = VISIBLE
    with book.app.properties(display_alerts=False):
        sheet.delete()


def put_rows(sheet: xw.Sheet, row: int, rows: Sequence[Sequence[object]]) -> xw.Range:
    """Write rows from column A of ``row`` in one call; what is text here is text there.

    Cells are made ready by xlwings' engine, but not sent by its writer: it asks Excel 105 times where
    the block is.
    """
    ready = xw.engines["excel"].impl.prepare_xl_data_element
    block = sheet.range((row, 1), (row + len(rows) - 1, len(rows[0])))
    block.raw_value = [[ready(as_text(cell), None) for cell in cells] for cells in rows]
    return block


def as_text(cell: object) -> object:
    """A text with the apostrophe by which Excel keeps it one: not a formula, not the date 3-1."""
    return f"'{cell}" if isinstance(cell, str) and cell else cell


def link(sheet: str, cell: str) -> str:
    """Formula of a link to a cell of the same workbook, shown as its address."""
    target = sheet.replace("'", "''").replace('"', '""')
    return f'=HYPERLINK("#\'{target}\'!{cell}","{cell}")'


def chunks(cells: Iterable[str]) -> Iterator[list[str]]:
    """Cells by column and row, as many at a time as one address holds (at most 255 characters)."""
    chunk: list[str] = []
    length = 0
    for run in _runs(sorted(cells, key=_by_column)):
        more = len(_named(run)) + 1
        if chunk and length + more > LONGEST:
            yield chunk
            chunk, length = [], 0
        chunk.extend(run)
        length += more
    if chunk:
        yield chunk


def address(cells: Sequence[str]) -> str:
    """Address of a chunk or a part of one: neighbours in a column as E6:E9, the rest one by one."""
    return ",".join(_named(run) for run in _runs(cells))


def _runs(cells: Iterable[str]) -> Iterator[list[str]]:
    """Cells of one column, each under the one before."""
    run: list[str] = []
    last = (0, 0)
    for cell in cells:
        row, column = coordinate_to_tuple(cell)
        if run and (row - 1, column) != last:
            yield run
            run = []
        run.append(cell)
        last = row, column
    if run:
        yield run


def _named(run: Sequence[str]) -> str:
    return run[0] if len(run) == 1 else f"{run[0]}:{run[-1]}"


def _by_column(cell: str) -> tuple[int, int]:
    row, column = coordinate_to_tuple(cell)
    return column, row


def halves(places: Sequence[Place]) -> tuple[Sequence[Place], Sequence[Place]]:
    """Places in two parts, when Excel has no one answer for all of them."""
    middle = len(places) // 2
    return places[:middle], places[middle:]
