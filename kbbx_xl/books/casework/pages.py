"""What the workbooks with one sheet a unit have in common: names of sheets, groups, the book itself."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypeVar

from kbbx_xl.books.mask.paper import unique_names
from kbbx_xl.books.summary.paper import Book, Paper
from kbbx_xl.flow.result import County
from kbbx_xl.flow.source import Source
from kbbx_xl.model import Directory, Period
from kbbx_xl.settings.policies import Policy

T = TypeVar("T")
OPEN, OPEN_WIDTH = "打开", 5


def new_book(
    path: Path, target: Path, *, title: str, month: Period, as_of: dt.date, policy: Policy,
    sources: Path | None,
) -> Book:  # fmt: skip
    """A result workbook at ``path`` that will lie at ``target``; ``sources``: folder links lead to."""
    county = County(month, as_of, policy, Directory(()))
    root = sources.resolve() if sources else None
    return Book(path, county, title=title, sources=root, home=target.parent.resolve())


def by_unit(rows: Iterable[tuple[str, T]], units: Sequence[str]) -> dict[str, list[T]]:
    """Rows by unit, in the order of ``units``, then in the order in which others come."""
    groups: dict[str, list[T]] = defaultdict(list)
    for name in units:
        groups[name] = []
    for name, row in rows:
        groups[name].append(row)
    return {name: rows for name, rows in groups.items() if rows}


def sheet_names(units: Iterable[str], front: str) -> dict[str, str]:
    """Unit -> name of its sheet, as Excel allows it, each once; ``front`` is taken."""
    units = list(units)
    return dict(zip(units, unique_names((front, *units))[1:], strict=True))


def quoted(sheet: str) -> str:
    """A sheet's name as a formula writes it."""
    return "'" + sheet.replace("'", "''") + "'"


def place(paper: Paper, column: int, source: Source) -> None:
    """Where a row was read, in words, and a link beside it."""
    at = f" 第{source.row}行" if source.row else ""
    paper.text(paper.row, column, f"{source.file} {source.sheet}{at}".strip())
    target = paper.book.link(source) if source.file else ""
    paper.link(paper.row, column + 1, target, OPEN)
