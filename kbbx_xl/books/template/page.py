"""XlsxWriter behind a wall: a call that Excel could not keep raises instead of vanishing.

Rows and columns are counted from 0 here, as XlsxWriter does.
"""

from __future__ import annotations

import datetime as dt
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from kbbx_xl.books.plain_sheet import PlainBook
from kbbx_xl.books.printing import put_footer
from kbbx_xl.books.style import SONG
from kbbx_xl.books.template.styles import Styles
from kbbx_xl.messages import OutputError

FOOTER_LIMIT = 255
CREATED = dt.datetime(2026, 9, 1)


def quoted(sheet: str) -> str:
    """A sheet name as formulas write it: 填报信息 -> '填报信息'."""
    return "'" + sheet.replace("'", "''") + "'"


class Page:
    """One worksheet; every method raises OutputError when XlsxWriter refuses."""

    def __init__(self, book: Book, name: str) -> None:
        self.book, self.name = book, name
        self.sheet: Worksheet = book.xlsx.add_worksheet(name)

    def _done(self, status: object, row: int, col: int) -> None:
        if status is not None and status != 0:
            place = xlsxwriter.utility.xl_rowcol_to_cell(row, col)
            raise OutputError(f"{self.name}!{place}: Excel cannot hold this (status {status})")

    def put(self, row: int, col: int, value: object, style: Format | None = None) -> None:
        """Write by type; text is always text, also when it begins with = + - or @."""
        sheet = self.sheet
        if value is None or value == "":
            status = sheet.write_blank(row, col, None, style)
        elif isinstance(value, dt.date):
            status = sheet.write_datetime(row, col, value, style)
        elif isinstance(value, bool):
            status = sheet.write_boolean(row, col, value, style)
        elif isinstance(value, int | float):
            status = sheet.write_number(row, col, value, style)
        else:
            status = sheet.write_string(row, col, str(value), style)
        self._done(status, row, col)

    def formula(
        self, row: int, col: int, text: str, style: Format | None = None, value: object = ""
    ) -> None:
        """Write a formula with its ``value`` as of building, for readers that do not calculate."""
        self._done(self.sheet.write_formula(row, col, text, style, value), row, col)

    def array(
        self, row: int, col: int, text: str, style: Format | None = None, value: object = ""
    ) -> None:
        """Write a one-cell array formula (Ctrl+Shift+Enter)."""
        self._done(self.sheet.write_array_formula(row, col, row, col, text, style, value), row, col)

    def link(self, row: int, col: int, target: str, text: str, style: Format) -> None:
        """Write a text that leads elsewhere in the workbook: internal:'学生名册'!B4."""
        self._done(self.sheet.write_url(row, col, target, style, text), row, col)

    def merge(
        self, row: int, col: int, to_row: int, to_col: int, value: object, style: Format
    ) -> None:
        """Merge and write text; a formula is put afterwards with ``formula`` on the first cell."""
        if (row, col) == (to_row, to_col):
            self.put(row, col, value, style)
            return
        self._done(self.sheet.merge_range(row, col, to_row, to_col, "", style), row, col)
        self.put(row, col, value, style)

    def validate(
        self, row: int, col: int, to_row: int, to_col: int, options: Mapping[str, Any]
    ) -> None:
        self._done(self.sheet.data_validation(row, col, to_row, to_col, dict(options)), row, col)

    def condition(
        self, row: int, col: int, to_row: int, to_col: int, formula: str, style: Format
    ) -> None:
        """Colour the cells for which ``formula``, written for the first of them, is true."""
        options = {"type": "formula", "criteria": formula, "format": style}
        self._done(self.sheet.conditional_format(row, col, to_row, to_col, options), row, col)

    def table(self, row: int, col: int, to_row: int, to_col: int, options: dict[str, Any]) -> None:
        self._done(self.sheet.add_table(row, col, to_row, to_col, options), row, col)

    def width(self, col: int, to_col: int, characters: float, *, hidden: bool = False) -> None:
        options = {"hidden": True} if hidden else {}
        self._done(self.sheet.set_column(col, to_col, characters, None, options), 0, col)

    def header(self, text: str, size: int) -> None:
        """Page header: a title in the middle, as large as said however small the page is printed."""
        escaped = text.replace("&", "&&")
        self.sheet.set_header(f'&C&"{SONG.name}"&{size}&B{escaped}', {"scale_with_doc": False})

    def footer(self, text: str) -> None:
        """Page footer; Excel holds 255 characters."""
        if len(text) > FOOTER_LIMIT:
            raise OutputError(f"{self.name}: footer longer than {FOOTER_LIMIT}")
        put_footer(self.sheet, text)

    def height(self, row: int, points: float) -> None:
        self._done(self.sheet.set_row(row, points), row, 0)


class Book:
    """One workbook being built."""

    def __init__(self, path: Path, title: str) -> None:
        self.xlsx = PlainBook(path)
        self.xlsx.set_properties({"title": title, "created": CREATED, "author": "kbbx_xl"})
        self.xlsx.set_calc_mode("auto")
        self.styles = Styles(self.xlsx)
        self.pages: dict[str, Page] = {}

    def page(self, name: str) -> Page:
        """Add a worksheet called ``name``."""
        self.pages[name] = Page(self, name)
        return self.pages[name]

    def style(self, name: str, **changes: Any) -> Format:
        return self.styles.get(name, **changes)

    def define(self, name: str, formula: str) -> None:
        """Give a range or formula a name; "sheet!name" for a name of one sheet."""
        if self.xlsx.define_name(name, formula) != 0:
            raise OutputError(f"{name}: not a name that Excel accepts")


@contextmanager
def writing(path: Path, title: str) -> Iterator[Book]:
    """Build one workbook at ``path``: XlsxWriter's warnings are errors, the file is closed."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            book = Book(path, title)
            yield book
            book.xlsx.close()
        except (UserWarning, xlsxwriter.exceptions.XlsxWriterException, OSError) as error:
            raise OutputError(f"{path.name}: {error}") from error
