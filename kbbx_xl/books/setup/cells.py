"""Cells of a setup workbook -> values, every wrong one a finding that names it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kbbx_xl.books.read.sheets import Book, Grid, open_book
from kbbx_xl.books.setup import words
from kbbx_xl.books.setup.columns import Ask, Column
from kbbx_xl.messages import InputError, message
from kbbx_xl.model import Finding, a1
from kbbx_xl.rules.cells import prose_of, text_of
from kbbx_xl.rules.dates import parse_date, parse_month
from kbbx_xl.settings.strict import Block

HEADER_ROWS = 8
LONGEST = 24  # characters of a cell that a message repeats
_APART = re.compile(r"[、,，;；\n]+")


class CellBlock(Block):
    """A mapping whose keys stand in cells, for the strict loader: its errors name sheet and cell."""

    place: str = ""
    cells: Mapping[str, str] = {}

    def at(self, key: str | None = None) -> str:
        return self.cells.get(key or "", self.place)


def block(values: Mapping[str, Any], place: str, cells: Mapping[str, str]) -> CellBlock:
    made = CellBlock(values)
    made.place, made.cells, made.lines = place, cells, {}
    return made


@dataclass(frozen=True)
class Row:
    """One line of a table: column by path -> the cell's content, and where it stands."""

    number: int  # counted from 1
    cells: Mapping[str, object]
    places: Mapping[str, str]  # path -> E7

    def text(self, path: str) -> str:
        return prose_of(self.cells.get(path, ""))

    def cell(self, path: str) -> str:
        return self.places.get(path, f"A{self.number}")


@dataclass
class Desk:
    """One workbook being read: its sheets, and the findings so far."""

    book: Book
    file: str
    findings: list[Finding] = field(default_factory=list)

    def find(self, code: str, sheet: str, cell: str = "", **params: object) -> None:
        self.findings.append(Finding(code, self.file, sheet, cell, params))

    def grid(self, name: str) -> Grid | None:
        """The sheet of that name; T08 when there is none."""
        found = next((grid for grid in self.book.grids if grid.name == name), None)
        if found is None:
            self.find("T08", name, what=f"工作表“{name}”")
        return found

    def rows(self, name: str, columns: Sequence[Column]) -> list[Row]:
        """The filled lines below the headings of a sheet; a heading that is missing is a finding."""
        grid = self.grid(name)
        if grid is None:
            return []
        head, found = _header(grid, columns)
        for column in columns:
            if column.path not in found:
                self.find("T08", name, a1(head + 1, 1), what=f"“{column.title}”一栏")
        return list(_filled(grid, columns, head, found))


def desk_of(path: Path, form: str, refusal: str) -> Desk:
    """A workbook of ours opened for reading; InputError for another one, or one that cannot be read."""
    book = open_book(path, path.name)
    if not book.readable:
        raise InputError(f"“{path.name}”读不了：{'；'.join(map(message, book.findings))}")
    if book.own.get("form") != form:
        raise InputError(f"“{path.name}”不是{refusal}")
    return Desk(book, path.name)


def _header(grid: Grid, columns: Sequence[Column]) -> tuple[int, dict[str, int]]:
    """Row of the headings, counted from 0, and path -> column; the row that has most of them."""
    best: tuple[int, dict[str, int]] = (0, {})
    for at, cells in enumerate(grid.rows[:HEADER_ROWS]):
        heads = {text_of(cell).rstrip("* "): n for n, cell in reversed([*enumerate(cells)])}
        titles = {column.path: text_of(column.title) for column in columns}
        found = {path: heads[title] for path, title in titles.items() if title in heads}
        if len(found) > len(best[1]):
            best = at, found
    return best


def _filled(
    grid: Grid, columns: Sequence[Column], head: int, found: Mapping[str, int]
) -> Iterator[Row]:
    asked = [c.path for c in columns if c.ask is not Ask.FIXED and c.path in found]
    keys = [c.path for c in columns if c.path == "@key" and c.path in found]
    for at in range(head + 1, len(grid.rows)):
        line = grid.rows[at]
        cells = {path: line[n] if n < len(line) else "" for path, n in found.items()}
        if any(text_of(cells[path]) for path in (*asked, *keys)):
            yield Row(at + 1, cells, {path: a1(at + 1, n + 1) for path, n in found.items()})


def value_of(desk: Desk, sheet: str, row: Row, column: Column) -> Any:
    """The value of one cell as the YAML has it; None for nothing, or for what became a finding."""
    raw = row.cells.get(column.path, "")
    text = prose_of(raw)
    if not text or text == words.SILENT:
        return None
    cell = row.cell(column.path)
    if column.ask in (Ask.AMOUNT, Ask.NUMBER, Ask.WHOLE):
        return _number(desk, sheet, cell, column, raw)
    if column.ask is Ask.YES:
        return _word(desk, sheet, cell, column, text, {True: words.YES, False: words.NO})
    if column.ask is Ask.WORD and column.words:
        return _word(desk, sheet, cell, column, text, column.words)
    if column.ask is Ask.LIST:
        parts = [part.strip() for part in _APART.split(text) if part.strip()]
        if column.words:
            return [w for p in parts if (w := _word(desk, sheet, cell, column, p, column.words))]
        return parts
    if column.ask is Ask.NUMBERS:
        return _numbers(desk, sheet, cell, column, text)
    if column.ask in (Ask.DATE, Ask.MONTH):
        return _day(desk, sheet, cell, column, raw)
    return text


def _number(desk: Desk, sheet: str, cell: str, column: Column, raw: object) -> int | float | None:
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        desk.find("T01", sheet, cell, title=column.title)
        return None
    rule = ""
    if column.ask is Ask.WHOLE and not (raw == int(raw) and column.low <= raw <= column.high):
        rule = f"要填 {column.low}—{column.high} 的整数"
    elif raw < 0:
        rule = "不能小于 0"
    elif column.ask is Ask.AMOUNT and raw * 2 != int(raw * 2):
        rule = "要填 0.5 的倍数"
    if rule:
        desk.find("T02", sheet, cell, title=column.title, rule=rule)
        return None
    return int(raw) if raw == int(raw) else float(raw)


def _word(
    desk: Desk, sheet: str, cell: str, column: Column, text: str, known: Mapping[Any, str]
) -> Any:
    for value, word in known.items():
        if text_of(text) in (text_of(word), text_of(word).strip("个")):
            return str(value) if isinstance(value, str) else value
    listed = [*known.values()]
    choices = "、".join(listed[:20]) + ("……" if len(listed) > 20 else "")
    desk.find("T03", sheet, cell, title=column.title, text=text[:LONGEST], choices=choices)
    return None


def _day(desk: Desk, sheet: str, cell: str, column: Column, raw: object) -> object:
    """A date, or a month as Period."""
    month = column.ask is Ask.MONTH
    found: object = parse_month(raw) if month else parse_date(raw)
    if found is None:
        rule = f"要写成 {'2026-10' if month else '2026-10-08'} 的样子"
        desk.find("T02", sheet, cell, title=column.title, rule=rule)
    return found


def _numbers(desk: Desk, sheet: str, cell: str, column: Column, text: str) -> list[int] | None:
    parts = [part.strip().removesuffix("月") for part in _APART.split(text) if part.strip()]
    numbers = [int(part) for part in parts if part.isascii() and part.isdigit()]
    if len(numbers) < len(parts) or any(not column.low <= n <= column.high for n in numbers):
        rule = f"要填 {column.low}—{column.high} 的整数，几个用顿号隔开"
        desk.find("T02", sheet, cell, title=column.title, rule=rule)
        return None
    return numbers
