"""The county from its units: what only shows when schools stand side by side (跨校核对、汇总)."""

from __future__ import annotations

import dataclasses
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kbbx_xl.flow.casework.tasks import pressing, tasks_of_silent
from kbbx_xl.flow.context import Context
from kbbx_xl.flow.coverage import with_centers
from kbbx_xl.flow.grids import check_grid_units, check_villages
from kbbx_xl.flow.measures import indicators
from kbbx_xl.flow.reports import check_center, check_rollover
from kbbx_xl.flow.result import (
    County,
    Duplicate,
    FileStatus,
    Transfer,
    UnitProgress,
)
from kbbx_xl.flow.source import Source
from kbbx_xl.flow.unit import Seats, UnitResult, expected_kinds, report_titles
from kbbx_xl.flow.units import UnitFinder
from kbbx_xl.messages import severity
from kbbx_xl.model import Finding, Severity, Unit

TRANSFERRED_OUT = "转出"
DONE, PARTIAL, ABSENT, WRONG_MONTH = "已报", "缺项", "未报", "错月"


@dataclass(frozen=True, slots=True)
class Loose:
    """Files that belong to no unit: ignored ones and those nobody can be found for."""

    files: tuple[FileStatus, ...] = ()
    ignored: tuple[tuple[str, str], ...] = ()  # path, reason
    findings: tuple[Finding, ...] = ()


def combine(results: Iterable[UnitResult], loose: Loose, context: Context) -> County:
    """Put the units together; the same County whatever order the units come in."""
    order = {u.name: i for i, u in enumerate(context.directory.units)}
    units = sorted(results, key=lambda r: order.get(r.unit.name, len(order)))
    county = County(context.month, context.as_of, context.policy, context.directory)
    for result in units:
        _take(county, result)
    county.files += loose.files
    county.ignored = sorted(loose.ignored)
    county.findings += loose.findings
    county.tasks += tasks_of_silent((r.unit.name for r in units if r.files), context)
    _persons(county, units)
    _centers(county, units, context)
    centers = {r.unit.name: r.villages for r in units if r.villages}
    found = with_centers(county.coverage, county.findings, centers, context.directory)
    county.coverage, county.findings = found
    county.findings += check_rollover(county.reports, county.last_reports)
    county.findings += check_villages(context.directory)
    county.findings += check_grid_units(context.directory, context.policy)
    county.progress = _progress(county, units, context)
    county.indicators = indicators(county)
    county.files.sort(key=lambda f: f.path)
    county.tasks.sort(key=pressing)
    county.superseded.sort()
    county.copies.sort()
    county.findings = sorted(set_of(county.findings), key=lambda f: f.sort_key)
    return county


def set_of(findings: Iterable[Finding]) -> list[Finding]:
    """Each finding once."""
    return list({f.sort_key: f for f in findings}.values())


def _take(county: County, result: UnitResult) -> None:
    for name in (
        "files", "superseded", "copies", "roster", "runs", "id_problems", "ledger_errors",
        "summary_errors", "report_errors", "reports", "last_reports", "cases", "case_counts", "persuasion", "due", "case_files",
        "checklists", "teaching", "tasks",
        "findings",
    ):  # fmt: skip
        getattr(county, name).extend(getattr(result, name))
    county.children[result.unit.name] = result.children
    if result.total:
        county.totals.append(result.total)
    if result.coverage:
        county.coverage.append(result.coverage)


@dataclass(frozen=True, slots=True)
class _Seat:
    """One row of one unit's roster."""

    unit: str
    roster: Seats
    index: int

    @property
    def key(self) -> str:
        return self.roster.key[self.index]

    @property
    def enrolled(self) -> bool:
        return self.roster.enrolled[self.index]

    @property
    def left(self) -> bool:
        return self.roster.status[self.index] == TRANSFERRED_OUT

    @property
    def at(self) -> Source:
        return dataclasses.replace(self.roster.source, row=self.roster.row[self.index])


def _persons(county: County, units: Sequence[UnitResult]) -> None:
    """The same child in several units: duplicates (D01), transfers (D03), lost ones (D02)."""
    times: Counter[str] = Counter()
    for result in units:
        for roster in result.seats:
            times.update(roster.key)
            times.update(set(roster.student_no).difference(roster.key))
    del times[""]  # a blank is nobody's number
    seats: dict[str, list[_Seat]] = defaultdict(list)
    for result in units:
        for roster in result.seats:
            columns = zip(roster.key, roster.student_no, roster.status, strict=True)
            for i, (key, number, status) in enumerate(columns):
                if status == TRANSFERRED_OUT or times[key] > 1 or times[number] > 1:
                    person = number if times[number] > 1 or not key else key
                    seats[person].append(_Seat(result.unit.name, roster, i))
    finder = UnitFinder(county.directory)
    outside = {
        (r.unit.name, key): school
        for r in units
        for key, school in r.gone.items()
        if not finder.school_named(school)
    }
    for group in _same_person(seats):
        _judge(county, group, outside)
    county.duplicates.sort(key=lambda d: (d.key, d.units))
    county.transfers.sort(key=lambda t: (t.key, t.out))


def _same_person(seats: dict[str, list[_Seat]]) -> list[list[_Seat]]:
    """Rows joined by 学籍号 or by key; a key shared under different 学籍号 still joins them."""
    by_key: dict[str, str] = {}
    groups: dict[str, list[_Seat]] = {}
    for person, rows in sorted(seats.items()):
        home = next((by_key[s.key] for s in rows if s.key in by_key), person)
        groups.setdefault(home, []).extend(rows)
        by_key.update((s.key, home) for s in rows if s.key)
    return list(groups.values())


def _judge(county: County, group: list[_Seat], outside: Mapping[tuple[str, str], str]) -> None:
    """``outside``: unit and key -> the school of another county where 学籍异动 says a pupil went."""
    enrolled = [s for s in group if s.enrolled]
    key = next((s.key for s in group if s.key[:1].isdigit()), group[0].key)
    homes = sorted({s.unit for s in enrolled})
    if len(homes) > 1:
        places = tuple(s.at for s in enrolled)
        county.duplicates.append(Duplicate(key, tuple(homes), places))
        for seat in enrolled:
            other = next(u for u in homes if u != seat.unit)
            county.findings.append(_finding("D01", seat, other=other))
    for seat in group:
        if not seat.left:
            continue
        into = next((s for s in enrolled if s.unit != seat.unit), None)
        places = (seat.at,) if into is None else (seat.at, into.at)
        away = "" if into else outside.get((seat.unit, seat.key), "")
        county.transfers.append(Transfer(key, seat.unit, into.unit if into else "", places, away))
        params = {"other": into.unit} if into else {}
        code = "D03" if into else "D10" if away else "D02"
        county.findings.append(_finding(code, seat, **params))


def _finding(code: str, seat: _Seat, **params: object) -> Finding:
    at = seat.at
    return Finding(code, at.file, at.sheet, f"A{at.row}", params, seat.unit)


def _centers(county: County, units: Sequence[UnitResult], context: Context) -> None:
    finder = UnitFinder(context.directory)
    for result in units:
        errors, findings = check_center(
            result.unit, result.center_tables, county.reports, finder, report_titles()
        )
        county.center_errors += errors
        county.findings += [dataclasses.replace(f, unit=result.unit.name) for f in findings]


def _progress(county: County, units: Sequence[UnitResult], context: Context) -> list[UnitProgress]:
    by_name = {r.unit.name: r for r in units if r.files}
    board: list[UnitProgress] = []
    for unit in context.directory.units:
        if not (unit.is_school or unit.is_center):
            continue
        result = by_name.get(unit.name)
        if result is None:
            county.findings.append(Finding("P01", unit=unit.name))
        board.append(_line(unit, result, county))
    return board


def _line(unit: Unit, result: UnitResult | None, county: County) -> UnitProgress:
    mine = [severity(f) for f in county.findings if f.unit == unit.name]
    if result is None:
        expected = tuple(str(k) for k in expected_kinds(unit, has_cases=False))
        return UnitProgress(unit.name, unit.code, unit.parent, unit.level, ABSENT, expected, (), expected)  # fmt: skip
    status = WRONG_MONTH if result.wrong_month else PARTIAL if result.missing else DONE
    return UnitProgress(
        unit.name, unit.code, unit.parent, unit.level, status, result.expected, result.received,
        result.missing, result.wrong_month, result.late, len(result.superseded), len(result.copies),
        mine.count(Severity.ERROR), mine.count(Severity.WARNING),
    )  # fmt: skip
