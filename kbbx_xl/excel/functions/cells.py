"""Cells as Excel gives them to a function, and as it takes them back.

A grid is a list of rows of cells: None (blank), float, str, bool or datetime.  What goes back is of
the same shape; a cell that cannot be worked with becomes the text of an Excel error, which the VBA
wrapper turns into the error itself.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable, Sequence

from kbbx_xl.rules.cells import ERROR_VALUES, number_of
from kbbx_xl.rules.dates import parse_date

Grid = Sequence[Sequence[object]]
Result = list[list[object]]
WRONG = "#VALUE!"  # a wrong type, or a value that cannot be
UNKNOWN = "#N/A"  # nothing is known: outside the range, beyond the calendar


def grid_of(cells: object) -> Grid:
    """An argument as a grid: one left out is one blank cell, a single value is one cell."""
    if isinstance(cells, (list, tuple)):
        if cells and isinstance(cells[0], (list, tuple)):
            return cells
        return [cells]
    return [[cells]]


def one(cells: object) -> object:
    """The value of an argument that is a single cell; the first one of a range."""
    return grid_of(cells)[0][0]


def is_blank(cell: object) -> bool:
    """An empty cell, or one with nothing but white space."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def lift(function: Callable[..., object], *arguments: object, required: int = 1) -> Result:
    """``function`` of every cell, arguments stretched over one another as Excel stretches them.

    A single cell, row or column is repeated; what lies outside a range that is too short is #N/A.  An
    error in any argument is the result; else a blank among the first ``required`` ones gives "".
    """
    grids = [grid_of(argument) for argument in arguments]
    rows, columns = max(map(len, grids)), max(len(grid[0]) for grid in grids)

    def guarded(*cells: object) -> object:
        for cell in cells:
            if isinstance(cell, str) and cell in ERROR_VALUES:
                return cell
        return "" if any(map(is_blank, cells[:required])) else function(*cells)

    of_cell = functools.lru_cache(maxsize=None, typed=True)(guarded)  # columns repeat themselves
    stretched = [_stretched(grid, rows, columns) for grid in grids]
    return [list(map(of_cell, *lines)) for lines in zip(*stretched, strict=True)]


def _stretched(grid: Grid, rows: int, columns: int) -> Grid:
    if len(grid[0]) < columns:
        grid = [_wide(row, columns) for row in grid]
    if len(grid) == rows:
        return grid
    if len(grid) == 1:
        return [grid[0]] * rows
    return [*grid, *[[UNKNOWN] * columns] * (rows - len(grid))]


def _wide(row: Sequence[object], columns: int) -> Sequence[object]:
    if len(row) == 1:
        return [row[0]] * columns
    return [*row, *[UNKNOWN] * (columns - len(row))]


def number(cell: object) -> float | None:
    """The number in a cell, also written as text; None for anything else."""
    return None if isinstance(cell, dt.datetime) else number_of(cell)


def date(cell: object) -> dt.date | None:
    """The day in a cell: a date, a day number of Excel's, or a date written as text; else None."""
    return parse_date(cell)


def yes(cell: object) -> bool | None:
    """TRUE or FALSE in a cell, also as a number; None for anything else; blank is FALSE."""
    if is_blank(cell):
        return False
    return bool(cell) if isinstance(cell, (bool, int, float)) else None
