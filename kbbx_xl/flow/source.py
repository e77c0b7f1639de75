"""Where a record was read, and rows of one sheet said shortly: what every number is traced by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kbbx_xl.crossing import Crossing
from kbbx_xl.model import Table


@dataclass(frozen=True, slots=True)
class Source(Crossing):
    """Where a record was read: file, sheet, row from 1 (来源文件、来源表、来源行)."""

    file: str
    sheet: str = ""
    row: int = 0


@dataclass(frozen=True, slots=True, order=True)
class Span(Crossing):
    """Several rows of one sheet, compressed: rows "5-34,36"; "" when only the sheet is known."""

    file: str
    sheet: str = ""
    rows: str = ""


def row_source(table: Table, index: int) -> Source:
    """Where a record of a table stands."""
    return Source(table.file, table.sheet, table.rows[index])


def spans(sources: Iterable[Source]) -> tuple[Span, ...]:
    """Sources, sorted and compressed to one Span a sheet; a row counts once."""
    listed = list(sources)
    if len(listed) == 1:  # the usual case
        one = listed[0]
        return (Span(one.file, one.sheet, str(one.row) if one.row else ""),)
    sheets: dict[tuple[str, str], set[int]] = {}
    for source in listed:
        sheets.setdefault((source.file, source.sheet), set()).add(source.row)
    return tuple(
        Span(*sheet, row_ranges(sorted(filter(None, rows))))
        for sheet, rows in sorted(sheets.items())
    )


def row_ranges(rows: Iterable[int]) -> str:
    """Ascending rows as text: 5, 6, 7, 9 -> "5-7,9"."""
    runs: list[list[int]] = []
    for row in rows:
        if runs and row == runs[-1][1] + 1:
            runs[-1][1] = row
        else:
            runs.append([row, row])
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)
