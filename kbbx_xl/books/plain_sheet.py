"""The workbook and worksheet that all our results are written with: text in them is text.

XlsxWriter makes everything but the rows of large tables: those are put together column by column
(``books.writing.cells``) and, like all parts, packed at once (``books.writing.parts``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.url import Url
from xlsxwriter.worksheet import CellBlankTuple, CellFormulaTuple, CellStringTuple, Worksheet

from kbbx_xl.books.writing.cells import Block, Column, Looked, Rests, number_rest
from kbbx_xl.books.writing.parts import PartsPacker
from kbbx_xl.books.writing.texts import clean
from kbbx_xl.messages import OutputError
from kbbx_xl.model import column_letters

CellValue = str | float | dt.date | None
SHARED = '" t="s">'  # before the number of a shared text; no text holds it, there > is escaped
MOST_LINKS = 65_530  # Excel's own limit
HERE = "internal:"  # begins a link to a place of the same book
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
            try:
                super()._store_workbook()
            finally:
                self._packer.finish()

    def _get_packager(self) -> PartsPacker | None:
        return self._packer


class PlainSheet(Worksheet):  # type: ignore[misc]
    """XlsxWriter's worksheet; every text in it is what a cell can hold.

    Without the search for functions newer than Excel 2010: our formulas have none, and the thirty
    searches a formula take half the time of a build.

    ``put`` and ``put_block`` are the quick ways in.  A cell put so stands as the rest of its XML in
    XlsxWriter's own table, beside XlsxWriter's kinds of cells; whatever is written last stands.
    """

    table: Any  # row -> column -> cell

    def __init__(self) -> None:
        super().__init__()
        self._was_put = False  # whether a cell of the table is the rest of its XML
        self._references = 0  # to shared texts, that the table of texts has not counted
        self._blocks: list[Block] = []
        self._rests: dict[Format, Rests] = {}
        self._opened: list[tuple[str, str, str]] = []  # by put_link: cell, file, place

    def put(self, row: int, col: int, rest: str) -> None:
        """A cell whose rest ``rests`` or ``formula_rest`` gave; rows and columns from 0."""
        self._was_put = True
        self.table[row][col] = rest

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
        """What a cell opens: ``external:file``, with ``#place`` or without, or ``internal:place``."""
        self.hlink_count += 1
        if self.hlink_count > MOST_LINKS:
            raise OutputError(f"写不下：Excel 的一张表最多 {MOST_LINKS} 个链接")
        cell = f"{letters_of(col + 1)}{row + 1}"
        if target.startswith(HERE):
            self._opened.append((cell, "", target.removeprefix(HERE)))
            return
        file, _, place = target.partition("#")
        self._opened.append((cell, file, place.replace("/", "\\")))

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
            if self.constant_memory:
                raise TypeError("a streamed book is written cell by cell")
            style = form._get_xf_index()
            found = self._rests[form] = Rests(lambda value: self._rest(value, style))
        return found

    def formula_rest(self, formula: str, value: float | str, style: int) -> str:
        """A native formula, which begins with "=", and the value shown until Excel calculates."""
        said = self._escape_data(formula[1:])
        if isinstance(value, str):
            shown = self._escape_data(clean(value))
            return f'" s="{style}" t="str"><f>{said}</f><v>{shown}</v></c>'
        return f'" s="{style}"><f>{said}</f><v>{value}</v></c>'

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

    def _get_range_data(self, row_start: int, col_start: int, row_end: int, col_end: int) -> Any:
        """What a chart shows until Excel draws it anew; XlsxWriter knows its own kinds of cells."""
        told = {
            row: {col: self._known(cell) for col, cell in cells.items()}
            for row, cells in self.table.items()
            if row_start <= row <= row_end
        }
        kept, self.table = self.table, told
        try:
            return super()._get_range_data(row_start, col_start, row_end, col_end)
        finally:
            self.table = kept

    @staticmethod
    def _known(cell: Any) -> Any:
        """A cell as XlsxWriter keeps it, without its format."""
        if cell.__class__ is not str:
            return cell
        _, _, value = cell.partition("<v>")
        value = value.removesuffix("</v></c>")
        if SHARED in cell:
            return CellStringTuple(int(value), None)
        return CellFormulaTuple("", None, value) if value else CellBlankTuple(None)

    def _assemble_xml_file(self) -> None:
        if not self.constant_memory:
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
        if not self._was_put and not self._blocks:
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
            told = []
            for col in sorted(cells):
                cell = cells[col]
                if cell.__class__ is str:
                    told.append(f'<c r="{letters_of(col + 1)}{row + 1}{cell}')
                    continue
                self._write_counted("".join(told))
                told.clear()
                self._write_cell(row, col, cell)
            self._write_counted("".join(told) + "</row>")

    def _write_hyperlinks(self) -> None:
        """Links that were put; those to one file share its entry among the relations of the sheet."""
        if not self._opened:
            super()._write_hyperlinks()
            return
        if self.hyperlinks:
            raise TypeError("links that were put and other links in one sheet")
        known: dict[str, int] = {}
        told = ["<hyperlinks>"]
        for cell, file, place in self._opened:
            if file and file not in known:
                self.rel_count += 1
                known[file] = self.rel_count
                self.external_hyper_links.append(["/hyperlink", Url(file)._target(), "External"])
            where = f' location="{self._escape_attributes(place)}"' if place else ""
            leads = f' r:id="rId{known[file]}"' if file else ""
            told.append(f'<hyperlink ref="{cell}"{leads}{where}/>')
        self.fh.write("".join([*told, "</hyperlinks>"]))

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
