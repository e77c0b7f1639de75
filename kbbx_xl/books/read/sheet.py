"""One grid to tables: what kind of sheet it is, and its sections read by their layout."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from kbbx_xl.books.read.cover import read_cover
from kbbx_xl.books.read.headers import Match, Vocabulary, find_headers
from kbbx_xl.books.read.lines import LEVEL, MONTH, TITLE, UNIT, grid_level, meta_of
from kbbx_xl.books.read.month_grid import add_marks, skip_weekdays
from kbbx_xl.books.read.person_form import read_person_forms
from kbbx_xl.books.read.sections import Section, sections, table_of
from kbbx_xl.books.read.sheets import Grid
from kbbx_xl.model import Finding, Kind, Layout, Period, Table

SILENT = (Layout.CALC, Layout.PRINT, Layout.NOTES)  # filled by formulas, or for people to read
INHERITED = (UNIT, MONTH)  # said once above the first of several tables

_VILLAGE = re.compile(r"(?:村|社区|居委会|居|屯|寨)(?:网格)?$")
_CLASS = re.compile(r"班(?:级)?(?:网格)?$|年级")
_TOWN = re.compile(r"(?:镇|乡|街道|中心校|中心学校|学区)(?:网格)?$")


@dataclass(slots=True)
class SheetRead:
    """Tables and findings of one sheet; ``known`` when the sheet is understood, even if empty."""

    tables: list[Table] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    known: bool = True


def read_sheet(
    grid: Grid, rel: str, words: Vocabulary, own: Mapping[str, str], period: Period
) -> SheetRead:
    """Read one sheet, whichever layout it has."""
    form = own.get("form", "")
    if _is_silent(grid, words, form):
        return SheetRead()
    headers = find_headers(grid.rows, words, grid.name)
    if headers:
        return _read_tables(grid, headers, rel, words, period)
    for candidate in words.of(Layout.PERSON_FORM):
        forms = read_person_forms(grid, candidate, rel, period)
        if forms is not None:
            return SheetRead(forms)
    cover = read_cover(grid, words.of(Layout.COVER), form, rel, period)
    return SheetRead([cover]) if cover else SheetRead(known=False)


def _is_silent(grid: Grid, words: Vocabulary, form: str) -> bool:
    return any(
        c.sheet.sheet == grid.name.strip() and (not form or c.form == form)
        for c in words.of(*SILENT)
    )


def _read_tables(
    grid: Grid, headers: list[Match], rel: str, words: Vocabulary, period: Period
) -> SheetRead:
    result = SheetRead()
    for match in headers:
        if match.days:
            skip_weekdays(grid, match)
    said: dict[str, str] = {}
    for section in sections(grid, headers):
        table = table_of(grid, section, rel, period, result.findings)
        lines = [grid.rows[row] for row in (*section.above, *section.lines)]
        table.meta = meta_of(lines, period)
        for key in INHERITED:
            said.setdefault(key, table.meta.get(key, ""))
            if said[key]:
                table.meta.setdefault(key, said[key])
        if section.match.days:
            add_marks(table, grid, section)
        if table.kind is Kind.GRID:
            _set_level(table, grid, section, words)
        result.tables.append(table)
    return result


def _set_level(table: Table, grid: Grid, section: Section, words: Vocabulary) -> None:
    """Which level a list of grid heads is of (网格级别): by its heading, its tab, or its names."""
    above = [str(cell) for row in reversed(section.above) for cell in grid.rows[row] if cell]
    texts = [*above, grid.name, table.meta.get(TITLE, "")]
    level = next((found for text in texts if (found := grid_level(text))), "")
    level = level or _level_of_names(table.get("grid_name"))
    table.meta[LEVEL] = level
    levels = {c.sheet.level: c.sheet.table for c in words.of(Layout.TABLE) if c.sheet.level}
    table.table = levels.get(level, table.table)


def _level_of_names(names: list[object]) -> str:
    rules = ((_VILLAGE, "村级"), (_CLASS, "班级"), (_TOWN, "镇级"))
    votes = Counter(
        next((level for rule, level in rules if rule.search(str(name))), "校级")
        for name in names
        if name
    )
    return votes.most_common(1)[0][0] if votes else ""
