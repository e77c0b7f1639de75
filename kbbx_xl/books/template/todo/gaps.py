"""Cells still to be filled (还缺的格): the required cells that are blank in rows that were begun.

Hidden sheet _todo: one line a table with their number and the address of the first.  A row is begun
as the yellow of ``tables`` takes it: something stands in a cell that people fill.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from kbbx_xl.books.template.calc.names import cached
from kbbx_xl.books.template.calc.regions import Region
from kbbx_xl.books.template.context import Context
from kbbx_xl.books.template.cover import FIRST_ROW, VALUE_COL
from kbbx_xl.books.template.frame import cover_name
from kbbx_xl.books.template.page import Book, Page, quoted
from kbbx_xl.books.template.todo.live import Live
from kbbx_xl.model import Layout
from kbbx_xl.settings.forms import Field, Form, Sheet

SHEET = "_todo"
ROWS = 1048576  # of a worksheet (ECMA-376)
Record = Mapping[str, object]


@dataclass(slots=True)
class Known:
    """What is known of a workbook whose first sheet is being made; ``row`` is the next hidden one."""

    book: Book
    form: Form
    context: Context
    data: Mapping[str, Sequence[Record]]
    cover: Record
    regions: Mapping[str, Region]
    page: Page
    row: int = 0
    found: dict[str, tuple[Live, Live]] = field(default_factory=dict)

    def sheet(self, table: str) -> Sheet:
        return next(s for s in self.form.sheets if s.table == table)

    def records(self, table: str) -> Sequence[Record]:
        return (self.cover,) if table == "cover" else self.data.get(table, ())

    def fact(self, name: str, live: Live) -> Live:
        """``live`` worked out once, on the hidden sheet; its cell stands for it from then on."""
        style = self.book.style("hidden", num_format="General")
        self.page.put(self.row, 0, name, style)
        self.page.formula(self.row, 1, f"={live.text}", style, cached(live.value))
        self.row += 1
        return Live(f"{SHEET}!$B${self.row}", live.value)

    def gap(self, table: str) -> tuple[Live, Live]:
        """How many cells are still to be filled there, and a link to the first, else to the sheet."""
        if table not in self.found:
            self.found[table] = _gap(self, self.sheet(table))
        return self.found[table]

    def top(self, table: str) -> Live:
        """A link to the first cell of a sheet that a person fills."""
        sheet = self.sheet(table)
        if table == "cover":
            return link_to(sheet.sheet, FIRST_ROW, VALUE_COL)
        region = self.regions.get(table)
        inputs = inputs_of(sheet) if region else []
        return link_to(
            sheet.sheet,
            region.first_row if region else 0,
            region.columns[inputs[0].name] if region else 0,
        )


def link_to(sheet: str, row: int, col: int) -> Live:
    """A constant link inside the workbook."""
    target = f"#{quoted(sheet)}!{xl_rowcol_to_cell(row, col)}"
    return Live(f'"{target}"', target)


def inputs_of(sheet: Sheet) -> list[Field]:
    """The columns that a person fills."""
    return [f for f in sheet.columns if f.name != "seq" and not f.formula]


def is_blank(value: object) -> bool:
    """Whether a cell says nothing, white space aside."""
    return value is None or not str(value).strip()


def _gap(known: Known, sheet: Sheet) -> tuple[Live, Live]:
    if sheet.layout is Layout.COVER:
        return _of_answers(known, sheet)
    region = known.regions[sheet.table]
    inputs = inputs_of(sheet)
    required = [f for f in inputs if f.required]
    begun = "+".join(f'({region.column(f.name)}<>"")' for f in inputs)
    blank = "+".join(f'(TRIM({region.column(f.name)})="")' for f in required)
    blanks = [
        (region.first_row + i, region.columns[f.name])
        for i, record in enumerate(known.records(sheet.table))
        if any(record.get(f.name) not in (None, "") for f in inputs)
        for f in required
        if is_blank(record.get(f.name))
    ]
    title = f"{sheet.sheet}还缺"
    count = known.fact(title, Live(f"SUMPRODUCT(--(({begun})>0),0+{blank})", len(blanks)))
    rows = f"ROW({region.column(required[0].name)})"
    first = f"{ROWS}-SUMPRODUCT(MAX((({begun})>0)*(({blank})>0)*({ROWS}-{rows})))"
    at = blanks[0] if blanks else (0, 0)
    row = known.fact(title, Live(f"IF({count.text}=0,0,{first})", at[0] + 1 if blanks else 0))
    column = f'"{xl_col_to_name(region.columns[required[-1].name])}"'
    for one in reversed(required[:-1]):
        cell = f"INDEX({region.column(one.name)},{row.text}-{region.first_row})"
        column = f'IF(TRIM({cell})="","{xl_col_to_name(region.columns[one.name])}",{column})'
    top = known.top(sheet.table)
    text = f'IF({count.text}=0,{top.text},"#{quoted(sheet.sheet)}!"&{column}&{row.text})'
    value = link_to(sheet.sheet, *at).value if blanks else top.value
    return count, known.fact(title, Live(text, value))


def _of_answers(known: Known, sheet: Sheet) -> tuple[Live, Live]:
    """The same of 填报信息, whose answers have names."""
    required = [(row, f) for row, f in enumerate(sheet.columns, FIRST_ROW) if f.required]
    blanks = [row for row, f in required if is_blank(known.cover.get(f.name))]
    test = "+".join(f'(TRIM({cover_name(f.name)})="")' for _, f in required)
    count = known.fact(f"{sheet.sheet}还缺", Live(f"0+{test}", len(blanks)))
    top = known.top(sheet.table)
    text = top.text
    for row, one in reversed(required):
        there = link_to(sheet.sheet, row, VALUE_COL).text
        text = f'IF(TRIM({cover_name(one.name)})="",{there},{text})'
    value = link_to(sheet.sheet, blanks[0], VALUE_COL).value if blanks else top.value
    return count, known.fact(f"{sheet.sheet}还缺", Live(text, value))
