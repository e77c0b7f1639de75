"""Cover sheets (填报信息, 零报告声明): a label on the left, its value on the right."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import pairwise

from kbbx_xl.books.read.headers import Candidate, header_key
from kbbx_xl.books.read.lines import CLASS, FILLED_ON, MONTH, REPORTER, REVIEWER, UNIT, filled
from kbbx_xl.books.read.sheets import Grid
from kbbx_xl.model import Period, Table
from kbbx_xl.rules.cells import cleaner, text_of

MIN_LABELS = 4  # on a sheet whose name does not say what it is
META = {
    "unit": UNIT,
    "month": MONTH,
    "class_name": CLASS,
    "reporter": REPORTER,
    "reviewer": REVIEWER,
    "filled_on": FILLED_ON,
}
MANY_LABELS = 3  # in one row
READABLE = {"month": Period, "filled_on": dt.date}  # other text is V04; nobody reckons with it


def read_cover(
    grid: Grid, candidates: Sequence[Candidate], form: str, rel: str, period: Period
) -> Table | None:
    """One record from the cover sheet that fits best; ``form`` is our own form's id or ""."""
    best: tuple[float, Candidate, dict[str, tuple[int, int]]] | None = None
    for candidate in candidates:
        if _has_headings(grid, candidate):
            continue
        places = _places(grid, candidate)
        named = candidate.sheet.sheet == grid.name.strip()
        if not places or (not named and len(places) < MIN_LABELS):
            continue
        score = len(places) + named + 2 * (candidate.form == form)
        if best is None or score > best[0]:
            best = (score, candidate, places)
    return _table(grid, best[1], best[2], rel, period) if best else None


def _has_headings(grid: Grid, candidate: Candidate) -> bool:
    """Whether some row holds labels without values between them: the headings of a table, no cover."""
    for cells in grid.rows:
        known = [header_key(text_of(cell)) in candidate.fields for _, cell in filled(cells)]
        bare = known[-1:] == [True] or any(a and b for a, b in pairwise(known))
        if sum(known) >= MANY_LABELS and bare:
            return True
    return False


def _places(grid: Grid, candidate: Candidate) -> dict[str, tuple[int, int]]:
    """Row and column (from 0) of each label's value, the next filled cell to the right."""
    places: dict[str, tuple[int, int]] = {}
    for row, cells in enumerate(grid.rows):
        content = filled(cells)
        known = [candidate.fields.get(header_key(text_of(cell))) for _, cell in content]
        for index, name in enumerate(known):
            if name is None or not isinstance(content[index][1], str):
                continue
            valued = index + 1 < len(content) and known[index + 1] is None
            column = content[index + 1][0] if valued else content[index][0] + 1
            places.setdefault(name, (row, column))
    return places


def _table(
    grid: Grid,
    candidate: Candidate,
    places: dict[str, tuple[int, int]],
    rel: str,
    period: Period,
) -> Table:
    sheet = candidate.sheet
    clean = {field.name: cleaner(field, period=period) for field in sheet.columns}
    columns: dict[str, list[object]] = {}
    for name, (row, column) in places.items():
        cells = grid.rows[row]
        columns[name] = [clean[name](cells[column] if column < len(cells) else "")]
    where = {name: column + 1 for name, (_, column) in places.items()}
    table = Table(sheet.kind, sheet.layout, sheet.table, rel, grid.name, columns, [], where)
    table.once = {name: row + 1 for name, (row, _) in places.items()}
    table.rows = [min(table.once.values())]
    for name, key in META.items():
        value = columns.get(name, [None])[0]
        if value is not None and isinstance(value, READABLE.get(name, object)):
            table.meta[key] = str(value)
    return table
