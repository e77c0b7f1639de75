"""A workbook being written, and its sheets: text, numbers with their trace, links, print set-up.

Rows and columns are counted from 0 here, as XlsxWriter does; traces name cells as Excel shows
them.  Text is only ever written as text, so nothing a school typed can become a formula or a link.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from kbbx_xl.books import style as look
from kbbx_xl.books.plain_sheet import CellValue, PlainBook, PlainSheet, letters_of
from kbbx_xl.books.printing import fitted, set_up
from kbbx_xl.books.summary import trace
from kbbx_xl.books.summary.hidden import STAMP_SHEET, accepted, stamp, write_hidden
from kbbx_xl.books.summary.links import Links
from kbbx_xl.books.summary.styles import add_formats
from kbbx_xl.books.writing.cells import Column, Rests
from kbbx_xl.flow.result import County
from kbbx_xl.flow.source import Source, Span

INDENT = 1.5  # characters before a text, at least
LINK_LIMIT = 65_000  # Excel holds 65,530 links a sheet
WAY_BACK = "返回首页"
CHART_ROW = 15.0  # points of a row behind a chart; 20 pixels
SUM_ARGUMENTS = 200  # Excel takes 255
Block = tuple[int, int, int, int]  # first row, first column, last row, last column
Cell = tuple[str, int, int]  # sheet, row, column


class Book:
    """One summary workbook; the same content always gives the same bytes."""

    def __init__(
        self,
        path: Path,
        county: County,
        *,
        title: str,
        sources: Path | None = None,
        home: Path = Path(),
    ) -> None:
        """``sources``: folder the links lead to; ``home``: folder the workbook will lie in."""
        self.workbook = PlainBook(path)
        day = county.as_of
        created = dt.datetime(day.year, day.month, day.day)
        self.workbook.set_properties({"title": title, "author": "kbbx-xl", "created": created})
        self._county = county
        self.formats = add_formats(self.workbook)
        self.values: defaultdict[tuple[str, int], dict[int, float]] = defaultdict(dict)
        self.traces: list[trace.Row] = []
        self.marks: dict[str, Cell] = {}  # figures that other sheets show again
        self.grids: dict[str, Any] = {}  # sheet -> its grid.Grid, for tables of other tables
        self.lists: dict[str, dict[str, tuple[int, int]]] = {}  # sheet -> unit -> its first rows
        self.record: tuple[tuple[str, str], ...] = ()  # further lines of the stamp
        self.front = ""  # the sheet that every other one leads back to, once it is there
        self.trend = (0, 0)  # first and last row of the months
        self.sentence: Cell = ("", 0, 0)  # what the months say
        self.papers: list[Paper] = []
        self._links = Links(sources, home)

    def paper(self, name: str, *, landscape: bool = True) -> Paper:
        """A new sheet, after those already there."""
        paper = Paper(self, self.workbook.add_worksheet(name), landscape=landscape)
        self.papers.append(paper)
        return paper

    def link(self, source: Source, cell: str = "") -> str:
        """Target that opens a source at its row or cell, relative to the summary; "" for none."""
        return self._links.target(source, cell)

    def link_beside(self, source: Source) -> str:
        """The same of a file in the folder where the summary will lie."""
        return self._links.beside.target(source)

    def close(self) -> None:
        """Write the hidden trace and the file; OutputError when the disk refuses."""
        for paper in self.papers:
            paper.print_below_the_way_back()
        traces = ((cell,) for cell in (trace.HEADER, *trace.pack(self.traces)))
        write_hidden(self.workbook, STAMP_SHEET, (*stamp(self._county), *self.record))
        write_hidden(self.workbook, trace.SHEET, traces)
        self.workbook.close()


class Paper:
    """One sheet of a Book."""

    def __init__(self, book: Book, sheet: PlainSheet, *, landscape: bool) -> None:
        self.book, self.sheet, self.name = book, sheet, str(sheet.get_name())
        self.columns = 0
        self.top = int(bool(book.front))  # row of the title, below the way back
        self.row = 0  # next free row
        self._widths: Sequence[float] = ()
        self._links = 0
        self._rests: dict[str, Rests] = {}  # of each style that was used
        self._styles: dict[str, int] = {}
        self._needed: dict[int, int] = {}  # lines of text that a row must show
        self._landscape = landscape
        set_up(sheet, landscape=landscape)
        sheet.hide_gridlines(2)

    def heading(self, title: str, left: str, right: str, widths: Sequence[float]) -> None:
        """Title line, unit line, column widths (characters); the table comes after them."""
        self._widths = fitted(widths, landscape=self._landscape)
        self.columns = len(widths)
        for column, width in enumerate(self._widths):
            accepted(self.sheet.set_column(column, column, width))
        top = self.top
        if top:
            self.link(0, 0, f"internal:'{self.book.front}'!A1", WAY_BACK, "plain_link")
        self.merge(top, 0, top, self.columns - 1, title, "title")
        self.sheet.set_row(top, 32)
        half = max(self.columns // 2, 1)
        self.merge(top + 1, 0, top + 1, half - 1, left, "left")
        if half < self.columns:
            self.merge(top + 1, half, top + 1, self.columns - 1, right, "right")
        self.sheet.set_row(top + 1, 20)
        self.sheet.repeat_rows(top)  # until a head takes its place
        self.row = top + 2

    def print_below_the_way_back(self) -> None:
        """Leave the link to the first page out of what is printed; it is for the screen."""
        if self.top and self.columns:
            accepted(self.sheet.print_area(self.top, 0, self.row - 1, self.columns - 1))

    def part(self, title: str) -> None:
        """A line that names the next part of the sheet."""
        self.merge(self.row, 0, self.row, self.columns - 1, title, "part")
        self.sheet.set_row(self.row, 22)
        self.row += 1

    def head(self, titles: Sequence[str], *, freeze: int = 0) -> None:
        """Column heads; "增加/转入" stands under a shared 增加.  Repeated on every printed page."""
        first, deep = self.row, any("/" in t for t in titles)
        for column, title in enumerate(titles):
            over, _, under = title.rpartition("/")
            if not deep:
                self.text(first, column, title, "head")
            elif not over:
                self.merge(first, column, first + 1, column, title, "head")
            else:
                self.text(first + 1, column, under, "head")
                self._over(first, column, titles, over)
        last = (t.rpartition("/")[2] for t in titles)
        lines = max(look.lines(t, w, look.SMALL) for t, w in zip(last, self._widths, strict=False))
        self.sheet.set_row(first, 20)
        self.sheet.set_row(first + deep, 15 * max(lines, 1) + 3)
        self.row = first + 1 + deep
        if freeze:
            self.sheet.freeze_panes(self.row, freeze)
            self.sheet.repeat_rows(first, self.row - 1)

    def _over(self, row: int, column: int, titles: Sequence[str], over: str) -> None:
        """The shared head above a run of columns, written at its first column."""
        mine = [t.rpartition("/")[0] == over for t in titles]
        if column and mine[column - 1]:
            return
        last = column
        while last + 1 < len(mine) and mine[last + 1]:
            last += 1
        self.merge(row, column, row, last, over, "head")

    def note(self, text: str) -> None:
        """A line of explanation under a table, as high as it needs."""
        self.merge(self.row, 0, self.row, self.columns - 1, text, "note")
        lines = look.lines(text, sum(self._widths), look.SMALL)
        self.sheet.set_row(self.row, 15 * lines + 2)
        self.row += 1

    def room(self, rows: int) -> None:
        """Rows for charts to lie on: as high as said, whatever a program takes for usual."""
        for _ in range(rows):
            self.sheet.set_row(self.row, CHART_ROW)
            self.row += 1

    def end_row(self) -> None:
        """Give the row the height its longest text needs and go to the next."""
        self.sheet.set_row(self.row, look.height_of(self._needed.get(self.row, 1)))
        self.row += 1

    def text(self, row: int, column: int, text: str, style: str = "text") -> None:
        """Text as text; an empty one keeps the cell's border."""
        self._need(row, column, text)
        self.sheet.put(row, column, self.rest(text, style))

    def _need(self, row: int, column: int, shown: str) -> None:
        """Remember how many lines a text takes in its column."""
        if (lines := self.lines(column, shown)) > 1:
            self._needed[row] = max(lines, self._needed.get(row, 1))

    def lines(self, column: int, shown: str) -> int:
        """Lines that a text takes in its column; 1 for what surely fits."""
        if column >= len(self._widths) or 2 * len(shown) < self._widths[column]:
            return 1
        return look.lines(shown, self._widths[column] - INDENT, look.SMALL)

    def tall(self, row: int, text: str, width: float) -> None:
        """Let a row show all of a text that is merged over ``width`` characters."""
        self._needed[row] = look.lines(text, width - INDENT, look.SMALL)

    def merge(self, r1: int, c1: int, r2: int, c2: int, text: str, style: str) -> None:
        """Text across a block of cells."""
        if (r1, c1) != (r2, c2):
            accepted(self.sheet.merge_range(r1, c1, r2, c2, "", self.book.formats[style]))
        self.text(r1, c1, text, style)

    def date(self, row: int, column: int, day: dt.date | None) -> None:
        self.sheet.put(row, column, self.rest(day, "date"))

    def plain(self, row: int, column: int, value: float, style: str = "int") -> None:
        """A number that counts nothing: a running number, a row of a source."""
        self.sheet.put(row, column, self.rest(value, style))

    def link(self, row: int, column: int, target: str, text: str, style: str = "link") -> None:
        """A link that opens a source or a sheet; plain text when there is no target or no room."""
        if not target or self._links >= LINK_LIMIT:
            return self.text(row, column, text if target else "", "center")
        self._links += 1
        if style == "wrap_link":
            self._need(row, column, text)
        self.sheet.put(row, column, self.rest(text, style))
        return self.sheet.put_link(row, column, target)

    def links(self, column: int, targets: Sequence[str], text: str) -> tuple[list[str], bool]:
        """Cells of a block that open targets, from the next free row on; whether all had room."""
        linked, closed = self.rest(text, "link"), self.rest(text, "center")
        empty, complete = self.rest("", "center"), True
        cells = []
        for row, target in enumerate(targets, self.row):
            if not target:
                cells.append(empty)
            elif self._links < LINK_LIMIT:
                self._links += 1
                self.sheet.put_link(row, column, target)
                cells.append(linked)
            else:
                cells.append(closed)
                complete = False
        return cells, complete

    def style(self, style: str) -> int:
        """The number of a style in the file."""
        number = self._styles.get(style)
        if number is None:
            number = self._styles[style] = int(self.book.formats[style]._get_xf_index())
        return number

    def rest(self, value: CellValue, style: str) -> str:
        """The cell of a value in a style, without its address: for columns of a block."""
        rests = self._rests.get(style)
        if rests is None:
            rests = self._rests[style] = self.sheet.rests(self.book.formats[style])
        return rests[value]

    def block(self, columns: Sequence[tuple[int, Column]], lines: Sequence[int]) -> None:
        """Rows from the next free one on, written column by column, each so many lines high."""
        tag = Rests(lambda n: self.sheet.row_tag(look.height_of(n)))
        self.sheet.put_block(self.row, columns, len(lines), [tag[n] for n in lines])
        self.row += len(lines)

    def number(
        self,
        row: int,
        column: int,
        value: float,
        measure: str,
        *,
        how: str = "按来源行计数",
        spans: tuple[Span, ...] = (),
        style: str = "int",
    ) -> None:
        """A number typed by the program, with where it was counted."""
        self.sheet.put(row, column, self.rest(value, style))
        self.trace(row, column, value, measure, how=how, spans=spans)

    def formula(
        self,
        row: int,
        column: int,
        formula: str,
        value: float | str,
        measure: str,
        *,
        how: str,
        cells: str,
        style: str = "int",
    ) -> None:
        """A native formula with the value it has now."""
        self.sheet.put(row, column, self.formula_rest(formula, value, style))
        self.trace(row, column, value, measure, how=how, formula=formula, cells=cells)

    def formula_rest(self, formula: str, value: float | str, style: str) -> str:
        """The cell of a formula, without its address: for columns of a block."""
        return self.sheet.formula_rest(formula, value, self.style(style))

    def trace(
        self,
        row: int,
        column: int,
        value: float | str,
        measure: str,
        *,
        how: str,
        formula: str = "",
        cells: str = "",
        spans: tuple[Span, ...] = (),
    ) -> None:
        """Keep what a number is made of, and let other cells be made of it."""
        if not isinstance(value, str):
            self.book.values[self.name, column][row] = value
        at, said = f"{letters_of(column + 1)}{row + 1}", formula[1:]
        self.book.traces.append((self.name, at, measure, value, how, said, cells, spans))

    def sum(
        self, row: int, column: int, blocks: Sequence[Block], measure: str, style: str = "int_sub"
    ) -> None:
        """SUM of blocks of cells of this sheet."""
        value = sum(self._numbers(blocks))
        names = [block_name(b) for b in blocks]
        chunks = (names[n : n + SUM_ARGUMENTS] for n in range(0, len(names), SUM_ARGUMENTS))
        formula = "=" + "+".join(f"SUM({','.join(chunk)})" for chunk in chunks)
        cells = " ".join(f"{self.name}!{name}" for name in names)
        self.formula(row, column, formula, value, measure, how="合计", cells=cells, style=style)

    def refer(self, row: int, column: int, mark: str, measure: str, style: str = "int") -> None:
        """The same figure as a marked cell of another sheet."""
        self.refer_to(row, column, (self.book.marks[mark],), measure, style)

    def refer_to(
        self,
        row: int,
        column: int,
        places: Sequence[Cell],
        measure: str,
        style: str = "int",
        target: str = "",
    ) -> None:
        """The sum of cells of other sheets, usually one; ``target``: the link that the cell is."""
        names = [f"{sheet}!{cell_name(at_row, at)}" for sheet, at_row, at in places]
        value = sum(self.book.values[sheet, at].get(at_row, 0) for sheet, at_row, at in places)
        how = "取自另一张表" if len(names) == 1 else "另一张表的几个数相加"
        formula, cells = "=" + "+".join(names), " ".join(names)
        self.formula(row, column, formula, value, measure, how=how, cells=cells, style=style)
        if target:
            self.sheet.put_link(row, column, target)

    def mark(self, name: str, row: int, column: int) -> None:
        """Let other sheets refer to this cell by ``name``."""
        self.book.marks[name] = (self.name, row, column)

    def value(self, row: int, column: int) -> float:
        """The number of a cell already written; 0 for text and blanks."""
        return self.book.values[self.name, column].get(row, 0)

    def known(self, row: int, column: int) -> bool:
        """Whether a cell already written holds a number."""
        return row in self.book.values[self.name, column]

    def any_known(self, blocks: Sequence[Block]) -> bool:
        """Whether any cell of the blocks holds a number."""
        return any(True for _ in self._numbers(blocks))

    def _numbers(self, blocks: Sequence[Block]) -> Iterator[float]:
        """The numbers of cells already written."""
        for r1, c1, r2, c2 in blocks:
            for column in range(c1, c2 + 1):
                held = self.book.values[self.name, column]
                yield from (held[row] for row in range(r1, r2 + 1) if row in held)

    def alert(self, block: Block) -> None:
        """Colour numbers that should be 0 and are not."""
        form = self.book.formats["alert"]
        rule: dict[str, Any] = {"type": "cell", "criteria": "!=", "value": 0, "format": form}
        accepted(self.sheet.conditional_format(*block, rule))


def block_name(block: Block) -> str:
    """Excel's name of a block: D5:D9, or D5 for a single cell."""
    first, last = cell_name(block[0], block[1]), cell_name(block[2], block[3])
    return first if first == last else f"{first}:{last}"


def cell_name(row: int, column: int) -> str:
    """Excel's name of a cell counted from 0."""
    return f"{letters_of(column + 1)}{row + 1}"
