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
    if "单位" in titles and columns:
        units = cast("Sequence[str]", columns[titles.index("单位")])
        paper.book.lists[paper.name] = first_rows(units, paper.row)
    if not columns:
        paper.merge(paper.row, 0, paper.row, len(titles), NOTHING, "center")
        paper.row += 1
        return 0
    listing = Listing(paper, len(columns[0]))
    for place, values in enumerate(columns, 1):
        if isinstance(values[0], Open):  # then the others are too
            listing.opens(place, cast("Sequence[Open]", values))
        else:
            listing.values(place, values)
    listing.write()
    if freeze:
        paper.sheet.autofilter(head, 0, paper.row - 1, len(titles))
    if not listing.complete:
        paper.note(NO_LINKS)
    return len(columns[0])


def first_rows(units: Sequence[str], first: int) -> dict[str, tuple[int, int]]:
    """Unit -> the first unbroken run of its rows in a list that begins in row ``first``."""
    found: dict[str, tuple[int, int]] = {}
    for row, unit in enumerate(units, first):
        known = found.get(unit)
        if known is None:
            found[unit] = row, row
        elif known[1] == row - 1:
            found[unit] = known[0], row
    return found


class Listing:
    """Numbered lines below the head of a paper, column by column, each as high as its texts need."""

    def __init__(self, paper: Paper, count: int) -> None:
        self.complete = True  # whether every link had room
        self._paper, self._lines = paper, [1] * count
        self._columns: list[tuple[int, Column]] = [(0, Counted(paper.style("int")))]
        self._rests = Rests(self._rest)

    def values(self, place: int, values: Sequence[Value]) -> None:
        """A column of values, each in the style that it asks for."""
        self.cells(place, [self._rests[value] for value in values])
        texts = {value for value in values if isinstance(value, str)}
        high: dict[Value, int] = {t: n for t in texts if (n := self._paper.lines(place, t)) > 1}
        if high:
            self._lines = [
                max(n, high.get(value, 1)) for n, value in zip(self._lines, values, strict=True)
            ]

    def opens(self, place: int, opens: Sequence[Open]) -> None:
        """A column of links to sources."""
        targets = [self._paper.book.link(one.source, one.cell) for one in opens]
        cells, complete = self._paper.links(place, targets, OPEN)
        self.complete = self.complete and complete
        self.cells(place, cells)

    def cells(self, place: int, rests: Sequence[str]) -> None:
        """A column as the rests of its cells (see ``writing.cells``)."""
        self._columns.append((place, Looked(rests)))

    def write(self) -> None:
        """Put the lines where the paper has come to."""
        self._paper.block(self._columns, self._lines)

    def _rest(self, value: Value) -> str:
        if isinstance(value, dt.date):
            return self._paper.rest(value, "date")
        if isinstance(value, str) or value is None:
            return self._paper.rest(value or "", STATUS_STYLE.get(value or "", "text"))
        return self._paper.rest(cast("float", value), "number")
