"""One grid to tables: what kind of sheet it is, and its sections read by their layout."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath

from kbbx_xl.books.read.cover import read_cover
from kbbx_xl.books.read.headers import Match, Vocabulary, find_headers, ledger_headers
from kbbx_xl.books.read.lines import LEVEL, MONTH, TITLE, UNIT, filled, grid_level, meta_of
from kbbx_xl.books.read.month_grid import add_marks, skip_weekdays
from kbbx_xl.books.read.person_form import read_person_forms
from kbbx_xl.books.read.sections import Section, sections, table_of
from kbbx_xl.books.read.sheets import Grid
from kbbx_xl.model import GRADES, Finding, Kind, Layout, Period, Table, a1
from kbbx_xl.rules.cells import compact, text_of
from kbbx_xl.settings.forms import Sheet
from kbbx_xl.settings.lists import load_lists

SILENT = (Layout.CALC, Layout.PRINT, Layout.NOTES)  # filled by formulas, or for people to read
CASE_LIST, STATUS = "case_list", "case_status"
SUSPECTED, DROPOUT = "疑似辍学", "辍学"
REPORT_FORM, TYPED = "monthly", ("grade", "opening", "note")  # of 本月月报
LEDGER = re.compile(r"辍学.*(?:台账|名单|名册|花名册|登记)")
OF_A_LIST = 3
OF_A_TABLE = 4  # filled cells of one row
MAX_TEXTS = 20  # cells of a page that only reports nothing
ZERO_REPORT = re.compile(
    r"零报告|[0〇]报告|零上报|无(?:疑似)?辍学|(?:没有|无).{0,12}辍学(?:学生|情况|现象)"
)
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
    words = words.within(form)
    silent = _is_silent(grid, words, form)
    if silent and form:
        return SheetRead()
    headers = find_headers(grid.rows, words, grid.name)
    if headers:  # a sheet that only bears the name of one of ours is data
        return _read_tables(grid, headers, rel, words, period)
    if silent and not any(len(filled(row)) >= OF_A_LIST for row in grid.rows):
        return SheetRead()
    for candidate in words.of(Layout.PERSON_FORM):
        forms = read_person_forms(grid, candidate, rel, period)
        if forms is not None:
            return SheetRead(*forms)
    cover = read_cover(grid, words.of(Layout.COVER), form, rel, period)
    table = _bare_zero_report(grid, words, rel, period) if cover is None else cover
    if table is not None:
        return SheetRead([table])
    ledger = _named_ledger(grid, rel, words)
    if ledger:
        return _read_tables(grid, ledger, rel, words, period)
    return _undated_roll_call(grid, rel, words, form)


def _named_ledger(grid: Grid, rel: str, words: Vocabulary) -> list[Match]:
    """Headers of a ledger that only its sheet's or file's name tells: names and 状态 will do."""
    for title in (grid.name, PurePath(rel).stem):
        if LEDGER.search(title):
            table = "suspected" if SUSPECTED in title else "dropout"
            return ledger_headers(grid.rows, words, table, ("name", STATUS))
    return []


def typed_tables(
    grid: Grid, rel: str, words: Vocabulary, own: Mapping[str, str], period: Period
) -> list[Table]:
    """What people type on 本月月报 of a workbook of ours, a sheet laid out as 月报表; else [].

    The tables carry the id of the sheet as declared and no column but the typed ones.
    """
    declared = next(
        (
            c.sheet
            for c in words.of(Layout.CALC)
            if c.form == own.get("form") and c.sheet.sheet == grid.name.strip()
        ),
        None,
    )
    if declared is None:
        return []
    headers = find_headers(grid.rows, words.within(REPORT_FORM), declared.sheet)
    tables = _read_tables(grid, headers[:1], rel, words.within(REPORT_FORM), period).tables
    return [_only_typed(table, declared) for table in tables]


def _only_typed(table: Table, declared: Sheet) -> Table:
    """The lines of grades with their typed columns; what stands below the paper is calculated."""
    lines = [i for i, grade in enumerate(table.get("grade")) if grade in GRADES]
    columns = {name: [table.get(name)[i] for i in lines] for name in TYPED if name in table.where}
    rows = [table.rows[i] for i in lines]
    where = {name: table.where[name] for name in columns}
    made = Table(
        declared.kind,
        declared.layout,
        declared.table,
        table.file,
        table.sheet,
        columns,
        rows,
        where,
    )
    made.header_row = table.header_row
    return made


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
        if table.kind is Kind.CASES and table.table == CASE_LIST and STATUS not in table.columns:
            found = _status_by_words(table, grid, section)
            result.findings += [] if found else _status_by_title(table)
        if table.kind is Kind.GRID:
            _set_level(table, grid, section, words)
        result.tables.append(table)
    return result


def _undated_roll_call(grid: Grid, rel: str, words: Vocabulary, form: str) -> SheetRead:
    """Our own roll call before a month is chosen: its days are formulas and still blank."""
    own = [c.sheet.sheet for c in words.of(Layout.MONTH_GRID) if form and c.form == form]
    if grid.name.strip() not in own:
        return SheetRead(known=False)
    header = next((r for r, row in enumerate(grid.rows) if "姓名" in row), 0)
    entered = (r for r in range(header + 1, len(grid.rows)) if len(filled(grid.rows[r])) > 1)
    row = next(entered, None)
    if row is None:
        return SheetRead()
    return SheetRead(findings=[Finding("F19", rel, grid.name, a1(row + 1, 1), {"title": "日期"})])


def _bare_zero_report(grid: Grid, words: Vocabulary, rel: str, period: Period) -> Table | None:
    """A page of text that reports no dropout (零报告), without any table."""
    if any(len(filled(row)) >= OF_A_TABLE for row in grid.rows):
        return None
    texts = [(r, c, text_of(v)) for r, row in enumerate(grid.rows) for c, v in filled(row)]
    if len(texts) > MAX_TEXTS or not any("辍学" in text for _, _, text in texts):
        return None
    found = next(((r, c) for r, c, text in texts if ZERO_REPORT.search(text)), None)
    cases = next((c.sheet for c in words.of(Layout.TABLE) if c.sheet.kind is Kind.CASES), None)
    if found is None or cases is None:
        return None
    table = Table(cases.kind, cases.layout, cases.table, rel, grid.name, {}, [], {})
    table.meta = meta_of(grid.rows, period)
    table.zero_report = a1(found[0] + 1, found[1] + 1)
    return table


def _status_by_words(table: Table, grid: Grid, section: Section) -> bool:
    """Take as 状态 the column of unknown heading that holds nothing but words of the status list."""
    words = load_lists()[STATUS]
    for column in section.match.unknown:
        cells = [compact(grid.rows[row - 1][column]) for row in table.rows]
        if any(cells) and all(words.canonical(cell) for cell in cells if cell):
            table.columns[STATUS] = [cell or None for cell in cells]
            table.where[STATUS] = column + 1
            return True
    return False


def _status_by_title(table: Table) -> list[Finding]:
    """A list without 状态 is of what its title names, when it names one thing only; else F19."""
    title = compact(table.meta.get(TITLE, "") or table.sheet)
    suspected = "疑似" in title
    dropped = "辍学" in re.sub("疑似辍学", "", title)
    if suspected == dropped:
        cell = a1(table.header_row, 1)
        return [Finding("F19", table.file, table.sheet, cell, {"title": "状态"})]
    table.columns[STATUS] = [SUSPECTED if suspected else DROPOUT] * len(table)
    return []


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
