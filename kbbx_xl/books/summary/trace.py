"""Where every number of a summary comes from (数字来源), kept in a very hidden sheet.

One line of ``_trace`` for each number cell and source; ``books.explain`` reads them back.
"""

from __future__ import annotations

from dataclasses import dataclass

from kbbx_xl.flow.result import Span

SHEET = "_trace"
HEADER = (
    "工作表",
    "单元格",
    "指标",
    "数值",
    "算法",
    "公式",
    "本簿单元格",
    "来源文件",
    "来源表",
    "来源行",
)


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

    def lines(self) -> list[tuple[float | str, ...]]:
        """The rows of the hidden sheet, at least one."""
        head = (
            self.sheet,
            self.cell,
            self.measure,
            self.value,
            self.how,
            self.formula,
            self.cells,
        )
        return [(*head, s.file, s.sheet, s.rows) for s in self.spans or (Span(""),)]
