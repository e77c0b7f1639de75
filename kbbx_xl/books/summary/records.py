"""Tables of records: numbered lists, written column by column (清单)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import cast

from kbbx_xl.books.summary.paper import Paper
from kbbx_xl.books.summary.styles import STATUS_STYLE
from kbbx_xl.books.writing.cells import Column, Counted, Looked, Rests
from kbbx_xl.flow.source import Source

NOTHING = "（无）"
OPEN = "打开"
NO_LINKS = (
    "Excel 一张表放不下更多链接，后面的行写着“打开”但点不开，请按来源文件、来源表、来源行查找。"
)


@dataclass(frozen=True, slots=True)
class Open:
    """A cell that opens a source file, at a cell of it when one is given."""

    source: Source
    cell: str = ""


Value = str | int | float | dt.date | Open | None


def write_records(
    paper: Paper, titles: Sequence[str], rows: Iterable[Sequence[Value]], *, freeze: bool = True
) -> int:
    """A numbered list; returns how many lines it has.  An empty one says （无）."""
    paper.head(("序号", *titles), freeze=3 if freeze else 0)
    head = paper.row - 1
    columns = list(zip(*rows, strict=True))
    if not columns:
        paper.merge(paper.row, 0, paper.row, len(titles), NOTHING, "center")
        paper.row += 1
        return 0
    complete = _write(paper, columns)
    if freeze:
        paper.sheet.autofilter(head, 0, paper.row - 1, len(titles))
    if not complete:
        paper.note(NO_LINKS)
    return len(columns[0])


def _write(paper: Paper, columns: Sequence[Sequence[Value]]) -> bool:
    """The lines as one block, each as high as its longest text needs; whether every link had room."""
    count, complete = len(columns[0]), True
    lines = [1] * count
    written: list[tuple[int, Column]] = [(0, Counted(paper.style("int")))]
    rests = Rests(lambda value: _rest(paper, value))
    for place, values in enumerate(columns, 1):
        if isinstance(values[0], Open):  # then the others are too
            opens = cast("Sequence[Open]", values)
            targets = [paper.book.link(one.source, one.cell) for one in opens]
            cells, all_linked = paper.links(place, targets, OPEN)
            complete = complete and all_linked
        else:
            cells = [rests[value] for value in values]
            texts = {value for value in values if isinstance(value, str)}
            high = {text: n for text in texts if (n := paper.lines(place, text)) > 1}
            if high:
                lines = [max(n, high.get(v, 1)) for n, v in zip(lines, values, strict=True)]  # type: ignore[arg-type]
        written.append((place, Looked(cells)))
    paper.block(written, lines)
    return complete


def _rest(paper: Paper, value: Value) -> str:
    """The rest of a cell (see ``writing.cells``) in the style that its value asks for."""
    if isinstance(value, dt.date):
        return paper.rest(value, "date")
    if isinstance(value, str) or value is None:
        return paper.rest(value or "", STATUS_STYLE.get(value or "", "text"))
    return paper.rest(cast("float", value), "number")
