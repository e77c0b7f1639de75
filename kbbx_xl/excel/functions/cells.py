"""Cells as Excel gives them to a function, and as it takes them back.

A grid is a list of rows of cells: None (blank), float, str, bool or datetime.  What goes back is of
the same shape; a cell that cannot be worked with becomes the text of an Excel error, which the VBA
wrapper turns into the error itself.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable, Sequence
from itertools import chain

from kbbx_xl.rules.cells import ERROR_VALUES, number_of
from kbbx_xl.rules.dates import parse_date

Grid = Sequence[Sequence[object]]
Result = list[list[object]]
WRONG = "#VALUE!"  # a wrong type, or a value that cannot be
CODES = range(-2146826288, -2146826199)  # errors as Excel gives them; #SPILL! xlwings does not know
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
    return cell is None or (cell.__class__ is str and not cell.strip())


def failure(cells: Sequence[object]) -> str:
    """#N/A or #VALUE! when there is an error among the cells, "" when there is none.

    The wrapper knows these two; #DIV/0! and the others become #VALUE!.
    """
    for cell in cells:
        if cell.__class__ is str and cell in ERROR_VALUES:
            return UNKNOWN if cell == UNKNOWN else WRONG
        if cell.__class__ is int and cell in CODES:
            return WRONG
    return ""


def lift(
    function: Callable[..., object],
    *arguments: object,
    required: int = 1,
    repeats: bool = True,
) -> Result:
    """``function`` of every cell, arguments stretched over one another as Excel stretches them.

    A single cell, row or column is repeated; what lies outside a range that is too short is #N/A.  An
    error in any argument is one in the result; else a blank among the first ``required`` gives "".
    ``repeats``: the columns say the same again and again, so that results are worth keeping.
    """
    grids = [grid_of(argument) for argument in arguments]
    rows, columns = max(map(len, grids)), max(len(grid[0]) for grid in grids)
    cells = [grid[0][0] for grid in grids]
    varying = [n for n, grid in enumerate(grids) if len(grid) > 1 or len(grid[0]) > 1]

    def of(*changed: object) -> object:
        for place, cell in zip(varying, changed, strict=True):
            cells[place] = cell
        if failed := failure(cells):
            return failed
        for cell in cells[:required]:
            if is_blank(cell):
                return ""
        return function(*cells)

    if not varying:
        return [[of()]]
    flat = (chain.from_iterable(_stretched(grids[n], rows, columns)) for n in varying)
    each = functools.lru_cache(maxsize=None, typed=True)(of) if repeats else of
    found = list(map(each, *flat))
    return [found[start : start + columns] for start in range(0, len(found), columns)]


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
