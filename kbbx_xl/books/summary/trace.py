"""Where every number of a summary comes from (数字来源), kept in a very hidden sheet.

One line of ``_trace`` for each number cell: its address, and the trace as a JSON list.
``books.explain`` reads them back.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from kbbx_xl.flow.result import Span

SHEET = "_trace"
HEADER = ("单元格", "来源记录")
PIECE = 30_000  # characters a cell is given; a longer trace goes on in the next one


@dataclass(frozen=True, slots=True)
class Trace:
    """One number: what it is, how it was made, from which cells of the book or which rows."""

    sheet: str
    cell: str
    measure: str
    value: float | str
    how: str
    formula: str = ""
    cells: str = ""  # "人数汇总!D5:D9 人数汇总!D12": cells of the same book, separated by spaces
    spans: tuple[Span, ...] = ()

    def line(self) -> tuple[str, ...]:
        """The row of the hidden sheet."""
        values = (self.measure, self.value, self.how, self.formula, self.cells)
        held = [*values, *((s.file, s.sheet, s.rows) for s in self.spans)]
        text = json.dumps(held, ensure_ascii=False, separators=(",", ":"))
        pieces = (text[start : start + PIECE] for start in range(0, len(text), PIECE))
        return f"{self.sheet}!{self.cell}", *pieces


def read_line(row: Sequence[object]) -> Trace:
    """The trace of one row of the hidden sheet; ValueError or TypeError when it is not one."""
    address, *pieces = (str(value) for value in row if value is not None)
    sheet, _, cell = address.rpartition("!")
    measure, value, how, formula, cells, *spans = json.loads("".join(pieces))
    return Trace(sheet, cell, measure, value, how, formula, cells, tuple(Span(*s) for s in spans))
