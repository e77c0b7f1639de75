"""Where every number of a summary comes from (数字来源), kept in a very hidden sheet.

``_trace`` holds one JSON list, cut into cells below one another, with an entry for each number
cell; ``books.explain`` reads it back.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from kbbx_xl.flow.source import Span

SHEET = "_trace"
HEADER = "来源记录"
PIECE = 15_000  # characters a cell is given; Excel holds 32,767, and counts some twice


Row = tuple[str, str, str, float | str, str, str, str, tuple[Span, ...]]  # a Trace is one


class Trace(NamedTuple):
    """One number: what it is, how it was made, from which cells of the book or which rows."""

    sheet: str
    cell: str
    measure: str
    value: float | str
    how: str
    formula: str = ""
    cells: str = ""  # "人数汇总!D5:D9 人数汇总!D12": cells of the same book, separated by spaces
    spans: tuple[Span, ...] = ()


def pack(traces: Iterable[Row]) -> Iterator[str]:
    """The cells of the hidden sheet, from above to below."""
    text = json.dumps(list(traces), ensure_ascii=False, separators=(",", ":"), default=_span)
    return (text[start : start + PIECE] for start in range(0, len(text), PIECE))


def unpack(cells: Iterable[str]) -> list[Trace]:
    """The traces of a hidden sheet; ValueError or TypeError when somebody changed it."""
    held = json.loads("".join(cells))
    return [
        Trace(sheet, cell, measure, value, how, formula, cells_, tuple(Span(*s) for s in spans))
        for sheet, cell, measure, value, how, formula, cells_, spans in held
    ]


def _span(span: Span) -> tuple[str, str, str]:
    return span.file, span.sheet, span.rows
