"""One unit's sheets against each other (表间核对): roster, attendance, ledgers, visits, grids, report."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from kbbx_xl.flow.cases import Cases, by_pupil, visited
from kbbx_xl.flow.result import CaseRow, Persuasion
from kbbx_xl.flow.roster import Pupils
from kbbx_xl.model import FileRead, Finding, Kind, Layout, Period, Table, Unit, a1
from kbbx_xl.rules.cases import BACK, DROPOUT, SUSPECTED
from kbbx_xl.settings.forms import Form

STATED = re.compile(r"(\d+)人")
COUNTED = (Kind.ROSTER, Kind.ABSENCE, Kind.CASES)
SIX = {"dropout_now": DROPOUT, "suspected_now": SUSPECTED, "returned": BACK}
DATED = {"start": "缺勤起始日期", "lesson_date": "送教日期", "change_date": "异动日期"}


def check_version(read: FileRead, forms: Iterable[Form]) -> list[Finding]:
    """A workbook of ours of an older version (F12), or with a data sheet taken out (F13)."""
    form = next((f for f in forms if f.form == read.own.get("form")), None)
    if form is None:
        return []
    found: list[Finding] = []
    version = read.own.get("version", "")
    if version != str(form.version):
        params = {"found": version or "未注明", "current": form.version}
        found.append(Finding("F12", read.path, params=params))
    present = {table.table for table in read.tables}
    for sheet in form.sheets:
        if sheet.layout is Layout.TABLE and sheet.table not in present:
            found.append(Finding("F13", read.path, params={"missing": sheet.sheet}))
    return found


def check_stated_counts(tables: Iterable[Table]) -> list[Finding]:
    """合计 rows that say how many children there are (合计 42人) against the rows (R02)."""
    found: list[Finding] = []
    for table in tables:
        if table.kind not in COUNTED or table.totals is None:
            continue
        for i, record in table.totals.records():
            for name, value in record.items():
                said = STATED.search(str(value or ""))
                if said and int(said[1]) != len(table):
                    params = {"written": int(said[1]), "actual": len(table)}
                    found.append(table.totals.finding("R02", name, i, **params))
    return found


def check_dates(tables: Iterable[Table], month: Period) -> list[Finding]:
    """Days before the school year began, mostly a slip in the year (V06)."""
    first = dt.date(month.school_year, 8, 1)
    return [
        table.finding("V06", name, i, title=title)
        for table in tables
        for name, title in DATED.items()
        if name in table.columns
        for i, day in enumerate(table.columns[name])
        if isinstance(day, dt.date) and day < first
    ]


def check_on_roll_call(
    rosters: Sequence[Pupils], seen: set[str], roll_calls: Sequence[Table], classes: set[tuple[str, str]]
) -> list[Finding]:  # fmt: skip
    """Pupils on roll whose class was called without them (D06)."""
    if not roll_calls:
        return []
    return [
        pupils.table.finding("D06", "name", i)
        for pupils in rosters
        for i, key in enumerate(pupils.key)
        if pupils.enrolled[i]
        and key not in seen
        and (pupils.grade[i], pupils.class_name[i]) in classes
    ]


def check_dropouts(rosters: Sequence[Pupils], cases: Cases) -> list[Finding]:
    """Dropouts of the roster whom the ledger does not name (C05); only where a ledger came."""
    if not cases.sent:
        return []
    listed = {row.key for row in cases.rows if row.listed}
    return [
        pupils.table.finding("C05", "status", i)
        for pupils in rosters
        for i, status in enumerate(pupils.status)
        if status == DROPOUT and pupils.key[i] not in listed
    ]


def check_visits(cases: Cases, ledgers: Sequence[Table], visits: Sequence[Table]) -> list[Finding]:
    """Ledgers against persuasion records: C07, C08, C09, C12; numbering of visits C13."""
    by_place = {(t.file, t.sheet): t for t in ledgers}
    records = by_pupil(cases.persuasion)
    earliest: dict[str, dt.date] = {}
    for row in cases.rows:
        if row.listed and row.first_absent:
            earliest[row.key] = min(row.first_absent, earliest.get(row.key, row.first_absent))
    found: list[Finding] = []
    for row in cases.rows:
        table = by_place.get((row.source.file, row.source.sheet))
        if not row.listed or table is None or row.source.row not in table.rows:
            continue
        i = table.rows.index(row.source.row)
        mine = records.get(row.key, [])
        first = row.first_absent  # of the child's first case: visits of it precede the others
        early = [r for r in mine if r.first and first and r.first < first == earliest[row.key]]
        if early:
            found.append(table.finding("C09", "first_absent", i))
        if not visited(row, mine):
            if row.status in (SUSPECTED, DROPOUT):
                found.append(table.finding("C07", "name", i))
            continue
        found += _miscounted(table, i, row, mine)
        if cases.returned.get(row.key) and row.status in (SUSPECTED, DROPOUT):
            found.append(table.finding("C12", "case_status", i))
    return found + _numbering(visits)


def _miscounted(table: Table, i: int, row: CaseRow, records: Iterable[Persuasion]) -> list[Finding]:
    """劝返次数 of a ledger row against the visits of its case (C08)."""
    written, mine = table.get("visit_count")[i], list(records)
    made = sum(record.within(row.first_absent, row.closed) for record in mine)
    undated = sum(record.undated for record in mine)
    if not isinstance(written, int) or written in (made, made + undated):
        return []
    return [table.finding("C08", "visit_count", i, written=written, actual=made)]


def _numbering(visits: Sequence[Table]) -> list[Finding]:
    """第几次 of one pupil must run 1, 2, 3 ... in the rows that are filled (C13)."""
    found: list[Finding] = []
    for table in visits:
        expected: Counter[str] = Counter()
        for i, (name, nth) in enumerate(zip(table.get("name"), table.get("nth"), strict=True)):
            number = re.search(r"\d+", str(nth or ""))
            if number is None or table.get("visit_date")[i] is None:
                continue
            expected[str(name)] += 1
            if int(number[0]) != expected[str(name)]:
                found.append(table.finding("C13", "nth", i))
                expected[str(name)] = int(number[0])
    return found


def check_six(tables: Sequence[Table], rows: Sequence[CaseRow], titles: Mapping[str, str]) -> list[Finding]:  # fmt: skip
    """六项核对 as written against the ledgers (M08)."""
    listed = Counter((row.stage, row.status) for row in rows if row.listed)
    found: list[Finding] = []
    for table in tables:
        for i, stage in enumerate(table.get("stage")):
            for name, status in SIX.items():
                written, expected = table.get(name)[i], listed[str(stage), status]
                if stage and isinstance(written, int) and written != expected:
                    params = {"title": titles[name], "written": written, "expected": expected}
                    found.append(table.finding("M08", name, i, **params))
    return found


def check_levels(unit: Unit, tables: Sequence[Table], serves_villages: bool) -> list[Finding]:
    """Grid levels a unit must name and did not (G09); the county owes none.  YL-01, YL-31."""
    if not (unit.is_school or unit.is_center):
        return []
    said = {table.meta.get("级别", "") for table in tables if len(table)}
    if not tables or "" in said:
        return []
    wanted = ("镇级",) if unit.is_center else ("校级", "班级")
    if serves_villages:
        wanted = ("村级", *wanted)
    return [_missing_level(tables, level) for level in wanted if level not in said]


def _missing_level(tables: Sequence[Table], level: str) -> Finding:
    """At the first cell to fill where a sheet of the level lies empty, else at the file."""
    params = {"level": level}
    empty = next(
        (t for t in tables if not len(t) and level in (t.meta.get("级别"), t.sheet[:2])), None
    )
    if empty is None:
        return Finding("G09", tables[0].file, params=params)
    cell = a1(empty.header_row + 1, empty.where.get("grid_name", 1))
    return Finding("G09", empty.file, empty.sheet, cell, params)


def check_school_names(unit: Unit, ledgers: Sequence[Table]) -> list[Finding]:
    """Ledger rows of another school (R08); short names of one's own school are fine."""
    return [
        table.finding("R08", "school", i)
        for table in ledgers
        for i, text in enumerate(table.get("school"))
        if text and str(text) not in unit.name and unit.name not in str(text)
    ]
