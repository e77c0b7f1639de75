"""Forms of one person (劝返记录表 一生一表): labels and values in cells, a table of visits below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from kbbx_xl.books.read.headers import Candidate, header_key, label_key
from kbbx_xl.books.read.lines import filled, is_label_line, is_nothing, meta_of
from kbbx_xl.books.read.sheets import Grid
from kbbx_xl.model import Finding, Period, Table, a1
from kbbx_xl.rules.cells import cleaner, text_of

TELLING = 3  # cells that make a row a visit
NUMBERING = "nth"  # filled in before anything has happened; no visit by itself


@dataclass(slots=True)
class _Form:
    """One person's form; rows and columns counted from 0."""

    head: dict[str, tuple[int, int]] = field(default_factory=dict)  # field -> place of its value
    columns: dict[str, int] = field(default_factory=dict)  # field of the visits -> column
    header: int = 0
    visits: list[int] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)


def read_person_forms(
    grid: Grid, candidate: Candidate, rel: str, period: Period
) -> tuple[list[Table], list[Finding]] | None:
    """One table a person, a record a visit, the person's fields on each record.

    Without a visit there is one record whose visit fields are None.  A form without a name is an
    empty template and yields no table; R03 for each visit in it, R09 for one among the labels.  None when the sheet is no such form.
    """
    forms, astray = _forms(grid, candidate)
    if not forms:
        return None
    tables = [_table(grid, form, candidate, rel, period) for form in forms if _has_name(grid, form)]
    found = [Finding("R09", rel, grid.name, a1(row + 1, 1)) for row in astray]
    found += [
        Finding("R03", rel, grid.name, a1(row + 1, 1))
        for form in forms
        if not _has_name(grid, form)
        for row in form.visits
    ]
    return tables, found


def _has_name(grid: Grid, form: _Form) -> bool:
    value = _at(grid, form.head["name"]) if "name" in form.head else ""
    return text_of(value) != "" and not is_nothing(value)


def _forms(grid: Grid, candidate: Candidate) -> tuple[list[_Form], list[int]]:
    """The forms of a sheet, and rows outside their visits that look like one."""
    repeats = {f.name for f in candidate.sheet.columns if f.repeats}
    needed = repeats.intersection(candidate.sheet.recognise)
    forms: list[_Form] = []
    astray: list[int] = []
    current = _Form()
    for row, cells in enumerate(grid.rows):
        visits = _visit_header(cells, candidate, repeats)
        if needed <= visits.keys():
            current.columns, current.header = visits, row
            forms.append(current)
            continue
        labels = _labels(row, cells, candidate, repeats)
        content = filled(cells)
        alone = len(content) == 1 or _tells_a_visit(current, content)
        if len(labels) == 1 and current.columns and alone:
            labels = {}  # a word of a label among the cells of a visit
        if len(labels) == 1 and not current.columns and len(filled(cells)) > TELLING + 1:
            astray.append(row)  # labels and values stand in pairs
        if labels and current.columns:
            current = _Form()
        for name, place in labels.items():
            current.head.setdefault(name, place)
        if not labels and current.columns:
            _sort_row(current, row, cells)
        elif not labels:
            current.lines.append(row)
            if len(filled(cells)) > TELLING and not any(map(is_label_line, map(text_of, cells))):
                astray.append(row)
    return forms, astray


def _visit_header(
    cells: Sequence[object], candidate: Candidate, repeats: set[str]
) -> dict[str, int]:
    found: dict[str, int] = {}
    for column, cell in filled(cells):
        name = candidate.fields.get(header_key(text_of(cell)))
        if name in repeats:
            found.setdefault(name, column)
    return found


def _labels(
    row: int, cells: Sequence[object], candidate: Candidate, repeats: set[str]
) -> dict[str, tuple[int, int]]:
    """Place of the value of each label in a row: the next cell to the right that is no label."""
    content = filled(cells)
    fields = [_label(text_of(cell), candidate, repeats) for _, cell in content]
    found: dict[str, tuple[int, int]] = {}
    for index, (name, (column, cell)) in enumerate(zip(fields, content, strict=True)):
        if name is None or not isinstance(cell, str):
            continue
        valued = index + 1 < len(content) and fields[index + 1] is None
        found.setdefault(name, (row, content[index + 1][0] if valued else column + 1))
    return found


def _label(text: str, candidate: Candidate, repeats: set[str]) -> str | None:
    name = candidate.fields.get(header_key(text)) or candidate.fields.get(label_key(text))
    return None if name in repeats else name


def _tells_a_visit(form: _Form, content: Sequence[tuple[int, object]]) -> bool:
    """Whether a row has enough of a visit, whatever its first cell looks like."""
    told = [c for name, c in form.columns.items() if name != NUMBERING]
    data = [text_of(value) for column, value in content[1:] if column in told]
    return sum(not is_label_line(text) for text in data) >= TELLING


def _sort_row(form: _Form, row: int, cells: Sequence[object]) -> None:
    content = filled(cells)
    told = [c for name, c in form.columns.items() if name != NUMBERING]
    lone = not _tells_a_visit(form, content)
    if content and lone and is_label_line(text_of(content[0][1])):
        form.lines.append(row)
        return
    if any(column in told and not is_nothing(value) for column, value in content):
        form.visits.append(row)
    elif content:
        form.lines.append(row)


def _at(grid: Grid, place: tuple[int, int]) -> object:
    row, column = place
    cells = grid.rows[row]
    return cells[column] if column < len(cells) else ""


def _table(grid: Grid, form: _Form, candidate: Candidate, rel: str, period: Period) -> Table:
    sheet = candidate.sheet
    rows = form.visits or [form.header]
    clean = {f.name: cleaner(f, period=period) for f in sheet.columns}
    columns: dict[str, list[object]] = {}
    where: dict[str, int] = {}
    for name, place in form.head.items():
        columns[name] = [clean[name](_at(grid, place))] * len(rows)
        where[name] = place[1] + 1
    for name, column in form.columns.items():
        cells = [grid.rows[row][column] for row in form.visits] or [""]
        columns[name] = [clean[name](cell) for cell in cells]
        where[name] = column + 1
    table = Table(sheet.kind, sheet.layout, sheet.table, rel, grid.name, columns, [], where)
    table.rows = [row + 1 for row in rows]
    table.header_row = form.header + 1
    table.once = {name: place[0] + 1 for name, place in form.head.items()}
    table.meta = meta_of((grid.rows[row] for row in form.lines), period)
    return table
