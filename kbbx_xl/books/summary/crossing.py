"""Tables made of other tables (交叉表): where a unit's figures and rows stand in a summary."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from kbbx_xl.books.plain_sheet import HERE, letters_of
from kbbx_xl.books.summary.grid import Grid
from kbbx_xl.books.summary.paper import Book, Cell
from kbbx_xl.model import JUNIOR, PRIMARY

Place = tuple[str, str]  # sheet, key of a column of its grid


class Shown(NamedTuple):
    """A figure that stands elsewhere: its key and title here, the columns it adds up, and the
    list that holds its rows ("" for none)."""

    key: str
    title: str
    places: tuple[Place, ...]
    rows: str = ""

    def cells(self, book: Book, unit: str) -> tuple[Cell, ...]:
        """The cells of a unit that say a number; () where nothing came."""
        found = ((sheet, *at) for sheet, key in self.places if (at := _at(book, sheet, key, unit)))
        return tuple(found)

    def total(self, book: Book, group: str = "") -> tuple[Cell, ...]:
        """The cells of the whole, or of a group that has a subtotal."""
        cells = []
        for sheet, key in self.places:
            grid: Grid = book.grids[sheet]
            row = grid.group_rows.get(group) if group else grid.total_row
            column = grid.columns[key]
            if row is not None and row in book.values[sheet, column]:
                cells.append((sheet, row, column))
        return tuple(cells)

    def opens(self, book: Book, unit: str) -> str:
        """The link to its rows of a unit; to the first figure where no list holds them, "" for 0."""
        cells = self.cells(book, unit)
        if not any(book.values[sheet, column].get(row) for sheet, row, column in cells):
            return ""
        return to_rows(book, self.rows, unit) or to_cell(*cells[0])


def _at(book: Book, sheet: str, key: str, unit: str) -> tuple[int, int] | None:
    grid: Grid = book.grids[sheet]
    row, column = grid.unit_rows.get(unit), grid.columns[key]
    return (row, column) if row is not None and row in book.values[sheet, column] else None


def to_cell(sheet: str, row: int, column: int = 0) -> str:
    """The link to a cell of this book; rows and columns from 0."""
    return f"{HERE}'{sheet}'!{letters_of(column + 1)}{row + 1}"


def to_rows(book: Book, sheet: str, unit: str) -> str:
    """The link to the rows of a unit in a list or table; "" where it has none."""
    if sheet in book.grids:
        row = book.grids[sheet].unit_rows.get(unit)
        return "" if row is None else to_cell(sheet, row)
    rows = book.lists.get(sheet, {}).get(unit)
    return f"{HERE}'{sheet}'!A{rows[0] + 1}:B{rows[1] + 1}" if rows else ""


def to_group(book: Book, sheet: str, group: str) -> str:
    """The link to the block of a group in a table; its subtotal is its last row."""
    grid: Grid = book.grids[sheet]
    top, last = grid.tops.get(group), grid.group_rows.get(group)
    if top is None:
        return ""
    return f"{HERE}'{sheet}'!A{top + 1}:B{(top if last is None else last) + 1}"


def steps_of(book: Book) -> tuple[Shown, ...]:
    """The steps a child can stand at, from the first warning to the way back, as the tables have them."""
    ladder = [key for key in book.grids["缺勤预警"].columns if key.startswith("step.")]
    legal = [key for key in book.grids["个案统计"].columns if key.startswith("step.")]
    return (
        *_same("缺勤预警", ladder, "达到阶梯"),
        Shown("away", "截至日仍\n未到校", (("缺勤预警", "open"),), CASES),
        Shown("warned", "预警，\n未列台账", (("个案统计", "warned"),), CASES),
        Shown("suspected", "台账现有/疑似辍学", _ledger("疑似辍学"), CASES),
        Shown("dropout", "台账现有/辍学", _ledger("辍学"), CASES),
        Shown("visited", "劝返/有记录", (("劝返汇总", "with"),), "劝返明细"),
        Shown("unvisited", "劝返/没有记录", (("劝返汇总", "without"),), CASES),
        *_same("个案统计", legal, "在办的办到哪一步"),
        Shown("returned", "本月复学", (("个案统计", "closed.已返校"),), CASES),
        Shown("taught", "送教上门", (("佐证与送教", "taught"),), "佐证与送教"),
    )


CASES = "个案清单"
LATE = Shown("overdue", "逾期\n（件）", (("个案统计", "overdue"),), "待办")


def _same(sheet: str, keys: Sequence[str], over: str) -> list[Shown]:
    return [
        Shown(f"{sheet}.{key}", f"{over}/{key.partition('.')[2]}", ((sheet, key),), CASES)
        for key in keys
    ]


def _ledger(status: str) -> tuple[Place, ...]:
    return tuple(("六项核对", f"{stage}{status}") for stage in (PRIMARY, JUNIOR))
