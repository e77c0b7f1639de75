"""A second reader beside the fast one (两种读法比对): where they part, the file is held back.

Used for what is not written in the plain way, and for every .xls: openpyxl for .xlsx, xlrd for .xls,
both written independently of calamine.  Compared is what a cell says, not how a library calls it: a
date is its number, a blank is a blank, spaces at the ends do not count.
"""

from __future__ import annotations

import datetime as dt
import io
import math
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from kbbx_xl.books.gate.held import DoubtfulError
from kbbx_xl.books.gate.sheet_xml import SheetNotes
from kbbx_xl.model import a1
from kbbx_xl.rules.cells import ERROR_VALUES

if TYPE_CHECKING:
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet
    from xlrd.sheet import Sheet

Rows = Sequence[Sequence[object]]
EPOCH_1900, EPOCH_1904 = dt.datetime(1899, 12, 30), dt.datetime(1904, 1, 1)  # as openpyxl counts
LAST_DAY = 2_958_465  # 9999-12-31
XL_BOOLEAN, XL_ERROR, XL_EMPTY = 4, 5, (0, 6)  # kinds of cells in xlrd
CLOSE = 1e-5  # days; a second is 1.2e-5
UNREADABLE = "换一种读法打不开"
BIFF_ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}  # fmt: skip
_WIDE = re.compile(r"_x((?!00)[0-9A-Fa-f]{4})_")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


def compare_xlsx(data: bytes, sheets: Mapping[str, Rows]) -> None:
    """Hold the fast reader's sheets (name -> rows) against openpyxl's; DoubtfulError with the cell."""
    import openpyxl  # noqa: PLC0415 (few files are read twice; no command should wait for it)

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            others = {sheet.title: list(_streamed(sheet)) for sheet in book.worksheets}
    except Exception as error:  # a foreign reader raises what it likes
        raise DoubtfulError(UNREADABLE) from error
    _compare(sheets, others, book.epoch)


def _streamed(sheet: ReadOnlyWorksheet) -> Iterator[Sequence[object]]:
    sheet.reset_dimensions()  # what the file says of its size is not believed
    yield from sheet.iter_rows(values_only=True)  # type: ignore[misc]


def compare_xls(data: bytes, sheets: Mapping[str, Rows]) -> dict[str, SheetNotes]:
    """The same for .xls with xlrd; gives the side facts that the fast reader does not tell."""
    import xlrd  # noqa: PLC0415 (as above)

    try:
        book = xlrd.open_workbook(
            file_contents=data, formatting_info=True, on_demand=False, logfile=io.StringIO()
        )
        found = {sheet.name: sheet for sheet in book.sheets()}
        others = {
            name: [_plain_row(sheet, r) for r in range(sheet.nrows)]
            for name, sheet in found.items()
        }
        notes = {name: _notes(sheet) for name, sheet in found.items()}
    except Exception as error:  # a foreign reader raises what it likes
        raise DoubtfulError(UNREADABLE) from error
    _compare(sheets, others, EPOCH_1904 if book.datemode else EPOCH_1900)
    return notes


def _plain_row(sheet: Sheet, row: int) -> list[object]:
    shown: list[object] = []
    for kind, value in zip(sheet.row_types(row), sheet.row_values(row), strict=True):
        blank = kind in (XL_ERROR, *XL_EMPTY)
        shown.append("" if blank else bool(value) if kind == XL_BOOLEAN else value)
    return shown


def _notes(sheet: Sheet) -> SheetNotes:
    hidden = frozenset(row + 1 for row, info in sheet.rowinfo_map.items() if info.hidden)
    errors = {
        a1(row + 1, column + 1): BIFF_ERRORS.get(sheet.cell_value(row, column), "#N/A")
        for row in range(sheet.nrows)
        for column, kind in enumerate(sheet.row_types(row))
        if kind == XL_ERROR
    }
    return SheetNotes(hidden, errors)


def _compare(sheets: Mapping[str, Rows], others: Mapping[str, Rows], epoch: dt.datetime) -> None:
    missing = sorted(set(sheets) ^ set(others))
    if missing:
        raise DoubtfulError("两种读法读出的工作表不一样多")
    for name, rows in sheets.items():
        at = _differ(rows, others[name], epoch)
        if at is not None:
            raise DoubtfulError("两种读法读出的内容不同", sheet=name, cell=a1(at[0] + 1, at[1] + 1))


def _differ(rows: Rows, others: Rows, epoch: dt.datetime) -> tuple[int, int] | None:
    """Where two grids part, counted from 0; what one lacks is blank."""
    for number in range(max(len(rows), len(others))):
        one = rows[number] if number < len(rows) else ()
        two = others[number] if number < len(others) else ()
        for column in range(max(len(one), len(two))):
            first = one[column] if column < len(one) else ""
            second = two[column] if column < len(two) else ""
            if not _same(first, second, epoch):
                return number, column
    return None


def _same(one: object, two: object, epoch: dt.datetime) -> bool:
    if one is two or one == two:
        return True
    first, second = _said(one, epoch), _said(two, epoch)
    if isinstance(first, float) and isinstance(second, float):
        return math.isclose(first, second, rel_tol=1e-12, abs_tol=CLOSE)
    beyond = isinstance(first, float) and first > LAST_DAY  # openpyxl shows such a date as an error
    return first == second or (beyond and two in ERROR_VALUES)


def same(one: object, two: object) -> bool:
    """Whether two cells say the same, where dates count from 1900."""
    return _same(one, two, EPOCH_1900)


def _said(value: object, epoch: dt.datetime) -> str | float:
    """What a cell says: trimmed text, or the number that Excel keeps for it."""
    if value is None:
        return ""
    if isinstance(value, str):
        text = unescaped(value).replace("\r\n", "\n").replace("\r", "\n").strip()
        return "" if text in ERROR_VALUES else text
    if isinstance(value, dt.date | dt.time | dt.timedelta):
        from openpyxl.utils.datetime import to_excel  # noqa: PLC0415 (as above)

        return float(to_excel(value, epoch))  # type: ignore[no-untyped-call]
    return float(value) if isinstance(value, int | float) else str(value)


def unescaped(text: str) -> str:
    """A text with Excel's escapes _xHHHH_ decoded."""
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def decoded(text: str) -> str:
    """A text from the fast reader, which decodes no escape beyond _x00FF_, with those decoded."""
    return _WIDE.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def texts_like_formulas(rows: Iterable[Iterable[object]]) -> Iterator[tuple[int, int]]:
    """Cells whose text a spreadsheet would run if it were typed in (公式注入), counted from 0."""
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            if cell.__class__ is str and like_formula(cell):
                yield number, column


def like_formula(text: str) -> bool:
    """Whether a spreadsheet would run the text if it were typed in."""
    return text[:1] in _SIGNS and _FORMULA.match(text) is not None


_SIGNS = frozenset("=+-@")
_FORMULA = re.compile(
    r"=\s*[\w(@+\-\"'{]|[+\-@][^\d\s].*[(!|]|[+\-][\d.\s+\-*/]*[A-Za-z_]+[(!|]", re.S
)
