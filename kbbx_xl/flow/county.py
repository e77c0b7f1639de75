"""The county from its units: what only shows when schools stand side by side (跨校核对、汇总)."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kbbx_xl.flow.casework.tasks import pressing, tasks_of_silent
from kbbx_xl.flow.context import Context
from kbbx_xl.flow.coverage import with_centers
from kbbx_xl.flow.grids import check_grid_units, check_villages
from kbbx_xl.flow.measures import indicators
from kbbx_xl.flow.reports import check_center, check_rollover
from kbbx_xl.flow.result import County, FileStatus, UnitProgress
from kbbx_xl.flow.seats import check_persons
from kbbx_xl.flow.unit import UnitResult, expected_kinds, report_titles
from kbbx_xl.flow.units import UnitFinder
from kbbx_xl.messages import severity
from kbbx_xl.model import Finding, Severity, Unit

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


def _persons(county: County, units: Sequence[UnitResult]) -> None:
    finder = UnitFinder(county.directory)
    outside = {
        (r.unit.name, key): school
        for r in units
        for key, school in r.gone.items()
        if not finder.school_named(school)
    }
    check_persons(county, ((r.unit.name, one) for r in units for one in r.seats), outside)


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
    counts = Counter((f.unit, severity(f)) for f in county.findings)
    board: list[UnitProgress] = []
    for unit in context.directory.units:
        if not (unit.is_school or unit.is_center):
            continue
        result = by_name.get(unit.name)
        if result is None:
            county.findings.append(Finding("P01", unit=unit.name))
        board.append(_line(unit, result, counts))
    return board


def _line(
    unit: Unit, result: UnitResult | None, counts: Mapping[tuple[str, Severity], int]
) -> UnitProgress:
    if result is None:
        expected = tuple(str(k) for k in expected_kinds(unit, has_cases=False))
        return UnitProgress(unit.name, unit.code, unit.parent, unit.level, ABSENT, expected, (), expected)  # fmt: skip
    status = WRONG_MONTH if result.wrong_month else PARTIAL if result.missing else DONE
    return UnitProgress(
        unit.name, unit.code, unit.parent, unit.level, status, result.expected, result.received,
        result.missing, result.wrong_month, result.late, len(result.superseded), len(result.copies),
        counts[unit.name, Severity.ERROR], counts[unit.name, Severity.WARNING],
    )  # fmt: skip
