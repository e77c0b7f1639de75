"""The workbook and worksheet that all our results are written with: text in them is text.

XlsxWriter makes everything but the rows of large tables: those are put together column by column
(``books.writing.cells``) and, like all parts, packed at once (``books.writing.parts``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from copy import copy
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.url import Url
from xlsxwriter.worksheet import Worksheet

from kbbx_xl.books.writing.cells import Block, Column, Looked, Rests, number_rest
from kbbx_xl.books.writing.parts import PartsPacker
from kbbx_xl.books.writing.texts import clean
from kbbx_xl.messages import OutputError
from kbbx_xl.model import column_letters

CellValue = str | float | dt.date | None
SHARED = '" t="s">'  # before the number of a shared text; no text holds it, there > is escaped
letters_of = cache(column_letters)


class PlainBook(Workbook):  # type: ignore[misc]
    """XlsxWriter's workbook whose sheets are plain ones; nothing in it is guessed from a text.

    It is put together in memory: kept in temporary files, sheets would outlive a killed process.
    """

    def __init__(self, path: Path, options: dict[str, Any] | None = None) -> None:
        """``options``: XlsxWriter's own, such as ``constant_memory``, beside ours."""
        ours = {
            "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False,
        }  # fmt: skip
        super().__init__(str(path), {"in_memory": True, **ours, **(options or {})})
        self.worksheet_class = PlainSheet
        self._path = path
        self._packer: PartsPacker | None = None

    @classmethod
    def streamed(cls, path: Path) -> PlainBook:
        """A book for very many rows: each goes to a file beside ``path`` once the next one is begun."""
        return cls(path, {"constant_memory": True, "in_memory": False, "tmpdir": str(path.parent)})

    def set_properties(self, properties: dict[str, Any]) -> None:
        """Title, author and the like; a title may hold the name of a unit."""
        told = {k: clean(v) if isinstance(v, str) else v for k, v in properties.items()}
        super().set_properties(told)

    def _store_workbook(self) -> None:
        """Pack the parts while they are made; the package that XlsxWriter opens stays empty."""
        self.filename = BytesIO()
        with ZipFile(self._path, "w", ZIP_DEFLATED) as package:
            self._packer = PartsPacker(package)
            super()._store_workbook()

    def _get_packager(self) -> PartsPacker | None:
        return self._packer


class PlainSheet(Worksheet):  # type: ignore[misc]
    """XlsxWriter's worksheet; every text in it is what a cell can hold.

    Without the search for functions newer than Excel 2010: our formulas have none, and the thirty
    searches a formula take half the time of a build.

    ``put_…`` and ``put_block`` are the quick ways in.  A cell put so is the rest of its XML in
    XlsxWriter's own table of cells, beside XlsxWriter's kinds of cells; whatever is written last
    stands.  ``charted``: XlsxWriter looks up what its charts show, so such a sheet is written slowly.
    """

    def __init__(self) -> None:
        super().__init__()
        self.charted = False
        self._put = False  # whether the table holds rests of cells
        self._references = 0  # to shared texts, that the table of texts has not counted
        self._blocks: list[Block] = []
        self._rests: dict[Format, Rests] = {}
        self._urls: dict[str, Url] = {}  # of each file, without a place in it

    def put(self, row: int, col: int, value: CellValue, form: Format) -> None:
        """A text, a finite number or a day; a blank cell for "" and None.  ValueError for NaN."""
        if self.charted:
            self._put_slowly(row, col, value, form)
            return
        self._put = True
        self.table[row][col] = self.rests(form)[value]

    def put_formula(
        self, row: int, col: int, formula: str, form: Format, value: float | str
    ) -> None:
        """A native formula, which begins with "=", and the value shown until Excel calculates."""
        if self.charted or not isinstance(value, int | float):
            self.write_formula(row, col, formula, form, value)
            return
        self._put = True
        said, style = self._escape_data(formula[1:]), form._get_xf_index()
        self.table[row][col] = f'" s="{style}"><f>{said}</f><v>{value}</v></c>'

    def put_block(
        self,
        row: int,
        columns: Sequence[tuple[int, Column]],
        count: int,
        tags: Sequence[str] | None = None,
    ) -> None:
        """``count`` rows from ``row``; nothing else may stand in them.  OutputError past Excel's end."""
        first, last = min(col for col, _ in columns), max(col for col, _ in columns)
        self._reach(row, first)
        self._reach(row + count - 1, last)
        named = [(letters_of(col + 1), column) for col, column in columns]
        self._blocks.append(Block(row, count, named, tags))

    def put_link(self, row: int, col: int, target: str) -> None:
        """What a cell of a block opens: a target as ``write_url`` takes it."""
        file, _, place = target.partition("#")
        known = self._urls.get(file)
        if known is None:
            known = self._urls[file] = Url(file)
        url = copy(known)
        url._anchor = place.replace("/", "\\")
        self.hlink_count += 1
        self.hyperlinks[row][col] = url

    def looked(self, values: Iterable[CellValue], form: Format, *, gaps: bool = False) -> Looked:
        """A column of a block whose values repeat; with ``gaps`` what is false is no cell at all."""
        rests = self.rests(form)
        if gaps:
            return Looked([rests[value] if value else "" for value in values], gaps=True)
        return Looked([rests[value] for value in values])

    def rests(self, form: Format) -> Rests:
        """Value -> rest of a cell in this format, as ``put`` writes it; for columns of a block."""
        found = self._rests.get(form)
        if found is None:
            style = form._get_xf_index()
            found = self._rests[form] = Rests(lambda value: self._rest(value, style))
        return found

    def row_tag(self, height: float) -> str:
        """What follows the number in the tag of a row of ``height`` points."""
        pixels = int(height * 4 / 3 + 0.5)
        if pixels == self.original_row_height:
            return '">'
        return f'" ht="{pixels * 0.75:.16g}" customHeight="1">'

    def _rest(self, value: CellValue, style: int) -> str:
        if value is None or value == "":
            return f'" s="{style}"/>'
        if isinstance(value, str):
            index = self.str_table._get_shared_string_index(clean(value))
            self._references -= 1  # the table has counted one, the cells will be
            return f'" s="{style}{SHARED}<v>{index}</v></c>'
        if isinstance(value, dt.date):
            return number_rest(self._day(value), style)
        return number_rest(value, style)

    def _day(self, day: dt.date) -> float:
        """Excel's number of a day."""
        return float(self._convert_date_time(dt.datetime(day.year, day.month, day.day)))

    def _put_slowly(self, row: int, col: int, value: CellValue, form: Format) -> None:
        if value is None or value == "":
            self.write_blank(row, col, value, form)
        elif isinstance(value, str):
            self.write_string(row, col, value, form)
        elif isinstance(value, dt.date):
            self.write_number(row, col, self._day(value), form)
        else:
            self.write_number(row, col, value, form)

    def _assemble_xml_file(self) -> None:
        if self._put:
            for row, cells in self.table.items():
                if cells:
                    self._reach(row, min(cells))
                    self._reach(row, max(cells))
        super()._assemble_xml_file()

    def _reach(self, row: int, col: int) -> None:
        """Note that the sheet reaches as far as a cell; OutputError past Excel's end."""
        if self._check_dimensions(row, col):
            raise OutputError(f"写不下：Excel 的一张表最多 {self.xls_rowmax} 行")

    def _write_rows(self) -> None:
        """XlsxWriter's own way where nothing was put; else blocks between the rows of other cells."""
        if not self._put and not self._blocks:
            super()._write_rows()
            return
        row = self.dim_rowmin
        for block in sorted(self._blocks, key=lambda b: b.first):
            self._write_loose(row, block.first)
            for piece in block.xml():
                self._write_counted(piece)
            row = block.first + block.count
        self._write_loose(row, self.dim_rowmax + 1)
        self.str_table.count += self._references

    def _write_counted(self, xml: str) -> None:
        self._references += xml.count(SHARED)
        self.fh.write(xml)

    def _write_loose(self, first: int, end: int) -> None:
        """Rows whose cells stand in XlsxWriter's table."""
        for row in range(first, end):
            cells, about = self.table.get(row), self.row_info.get(row)
            if not cells:
                if about or row in self.comments:
                    self._write_empty_row(row, None, about)
                continue
            self._write_row(row, None, about)
            number = row + 1
            for col in sorted(cells):
                cell = cells[col]
                if cell.__class__ is str:
                    self._write_counted(f'<c r="{letters_of(col + 1)}{number}{cell}')
                else:
                    self._write_cell(row, col, cell)
            self._xml_end_tag("row")

    def _xml_rich_inline_string(self, string: str, attributes: list[Any]) -> None:
        """A text that only looks like runs of formats is a text like any other."""
        self._xml_inline_string(string, False, attributes)

    def _write_string(
        self, row: int, col: int, string: str, cell_format: Format | None = None
    ) -> int:
        return int(super()._write_string(row, col, clean(string), cell_format))

    def _write_formula(
        self,
        row: int,
        col: int,
        formula: str,
        cell_format: Format | None = None,
        value: object = 0,
    ) -> int:
        """The result shown until Excel calculates may be a text that somebody typed."""
        shown = clean(value) if isinstance(value, str) else value
        return int(super()._write_formula(row, col, formula, cell_format, shown))

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:  # noqa: ARG002
        return formula.removeprefix("=")
