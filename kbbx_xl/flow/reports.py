"""Monthly reports (月报) and the central schools' summaries (汇总): what is written, what is wrong.

本月末 = 上月末 + 转入 + 复学 − 转出 − 休学 − 辍学 in every row; totals are sums; the closing number is
the roster's, 疑似辍学 is the ledger's (README of the county folder; domain.md 1.6).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kbbx_xl.flow.cases import Cases
from kbbx_xl.flow.context import Context
from kbbx_xl.flow.result import (
    CenterError,
    ReportError,
    ReportRow,
    Total,
)
from kbbx_xl.flow.source import Source, row_source
from kbbx_xl.flow.units import UnitFinder
from kbbx_xl.model import GRADES, Finding, Table, Unit, stage_of
from kbbx_xl.rules.cases import DROPOUT, SUSPECTED
from kbbx_xl.rules.classes import grade_of

PLUS = ("opening", "transfer_in", "return_in", "other_in")
MINUS = ("transfer_out", "suspend", "dropout", "other_out")
FIGURES = (
    "opening", "transfer_in", "return_in", "other_in",
    "transfer_out", "suspend", "dropout", "other_out", "closing",
    "closing_male", "closing_female", "suspected", "persuaded", "home_teaching",
)  # fmt: skip
WHOLE = "合计"  # how an error of the whole unit's total is filed, whatever the row is called
IDENTITY = "本月末＝上月末＋转入＋复学＋其他增加－转出－休学－辍学－其他减少"


@dataclass(slots=True)
class Reports:
    rows: list[ReportRow] = field(default_factory=list)
    errors: list[ReportError] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def closing_of(figures: Mapping[str, int | None]) -> int:
    """本月末在校生数 by the identity; blanks count 0."""
    return sum(figures.get(n) or 0 for n in PLUS) - sum(figures.get(n) or 0 for n in MINUS)


def figures_of(table: Table, i: int) -> dict[str, int | None]:
    """Whole numbers of one row; a blank or a text stays None, never 0 (check_fields reports it)."""
    figures: dict[str, int | None] = {}
    for name in FIGURES:
        if name in table.columns:
            value = table.columns[name][i]
            whole = isinstance(value, int | float) and float(value).is_integer()
            figures[name] = int(value) if whole and isinstance(value, int | float) else None
    return figures


def read_reports(
    unit: Unit, tables: Sequence[Table], total: Total | None, cases: Cases, context: Context, titles: Mapping[str, str]
) -> Reports:  # fmt: skip
    """Check every report table of one unit against itself, the roster and the ledgers."""
    result = Reports()
    for table in tables:
        rows = _rows(result, table, unit, context)
        _row_checks(result, table, unit, rows)
        _totals(result, table, unit, rows, titles)
        _against_roster(result, table, unit, rows, total)
        _against_ledger(result, table, unit, rows, cases, context)
    return result


def _rows(result: Reports, table: Table, unit: Unit, context: Context) -> dict[int, ReportRow]:
    rows: dict[int, ReportRow] = {}
    for i, text in enumerate(table.get("grade")):
        figures = figures_of(table, i)
        if all(value is None for value in figures.values()):
            continue  # a printed label with nothing beside it
        grade = grade_of(str(text or ""), period=context.month, stage=unit.stage)
        if not grade:
            result.findings.append(table.finding("V13", "grade", i))
            continue
        rows[i] = ReportRow(unit.name, grade, figures, row_source(table, i))
    result.rows += rows.values()
    return rows


def _error(
    result: Reports, unit: Unit, kind: str, grade: str, finding: Finding, at: Source
) -> None:
    result.findings.append(finding)
    result.errors.append(ReportError(unit.name, kind, grade, at))


def _row_checks(result: Reports, table: Table, unit: Unit, rows: Mapping[int, ReportRow]) -> None:
    for i, row in rows.items():
        written, expected = row.figures.get("closing"), closing_of(row.figures)
        known = row.figures.get("opening") is not None  # an open one is V01 and balances nothing
        if known and (written or 0) != expected:
            params = {"grade": row.grade, "formula": IDENTITY, "expected": expected, "written": written if written is not None else "空"}  # fmt: skip
            _error(result, unit, "row_identity", row.grade, table.finding("M01", "closing", i, **params), row_source(table, i))  # fmt: skip
        male, female = row.figures.get("closing_male"), row.figures.get("closing_female")
        if male is not None and female is not None and male + female != (written or 0):
            params = {"grade": row.grade, "expected": male + female, "written": written or 0}
            result.findings.append(table.finding("M09", "closing_male", i, **params))


def _totals(
    result: Reports, table: Table, unit: Unit, rows: Mapping[int, ReportRow], titles: Mapping[str, str]
) -> None:  # fmt: skip
    """合计 and 小计 rows against the sums of the grades they cover."""
    if table.totals is None:
        return
    for i, label in enumerate(table.totals.get("grade")):
        text = str(label or "")
        covered = [r for r in rows.values() if _covers(text, r.grade)]
        figures = figures_of(table.totals, i)
        for name, written in figures.items():
            expected = sum(r.figures.get(name) or 0 for r in covered)
            if written is None or written == expected:
                continue
            params = {"title": titles.get(name, name), "written": written, "expected": expected}
            code = "M03" if "小计" in text else "M02"
            if code == "M03":
                params["grade"] = text
            finding = table.totals.finding(code, name, i, **params)
            grade = text if _stage_in(text) else WHOLE
            _error(result, unit, "total_wrong", grade, finding, row_source(table.totals, i))


def _stage_in(label: str) -> str:
    return next((stage for stage in ("小学", "初中") if stage in label), "")


def _covers(label: str, grade: str) -> bool:
    stage = _stage_in(label)
    return not stage or stage_of(grade) == stage


def _against_roster(
    result: Reports, table: Table, unit: Unit, rows: Mapping[int, ReportRow], total: Total | None
) -> None:
    """The closing number against the roster, where the row does not fail to add up itself."""
    if total is None:
        return
    for i, row in rows.items():
        written, expected = row.figures.get("closing"), total.by_grade.get(row.grade, 0)
        known = row.figures.get("opening") is not None
        if written is None or written == expected or (known and written != closing_of(row.figures)):
            continue
        params = {"grade": row.grade, "written": written, "expected": expected}
        _error(result, unit, "roster_mismatch", row.grade, table.finding("M04", "closing", i, **params), row_source(table, i))  # fmt: skip
    for grade in GRADES:
        if total.by_grade.get(grade) and grade not in {r.grade for r in rows.values()}:
            result.findings.append(Finding("M10", table.file, table.sheet, params={"grade": grade}))


def _against_ledger(
    result: Reports, table: Table, unit: Unit, rows: Mapping[int, ReportRow], cases: Cases, context: Context
) -> None:  # fmt: skip
    listed = [row for row in cases.rows if row.listed]
    if not (cases.has_status or cases.zero):
        return
    suspected = Counter(row.grade for row in listed if row.status == SUSPECTED)
    first = context.month.first
    new = Counter(
        row.grade
        for row in listed
        if row.status == DROPOUT and row.first_absent and row.first_absent >= first
    )
    for i, row in rows.items():
        written, expected = row.figures.get("suspected"), suspected[row.grade]
        if (written or 0) != expected and "suspected" in row.figures:
            params = {"grade": row.grade, "written": written or 0, "expected": expected}
            _error(result, unit, "suspected_mismatch", row.grade, table.finding("M05", "suspected", i, **params), row_source(table, i))  # fmt: skip
        dropouts = row.figures.get("dropout") or 0
        if dropouts < new[row.grade]:
            params = {"grade": row.grade, "written": dropouts, "expected": new[row.grade]}
            result.findings.append(table.finding("M06", "dropout", i, **params))


def check_rollover(now: Sequence[ReportRow], before: Sequence[ReportRow]) -> list[Finding]:
    """This month's 上月末 against last month's 本月末, grade by grade (M07)."""
    last = {(r.unit, r.grade): r.figures.get("closing") for r in before}
    findings: list[Finding] = []
    for row in now:
        expected, written = last.get((row.unit, row.grade)), row.figures.get("opening")
        if expected is not None and written is not None and expected != written:
            at = row.source
            params = {"grade": row.grade, "written": written, "expected": expected}
            findings.append(Finding("M07", at.file, at.sheet, f"A{at.row}", params, row.unit))
    return findings


def check_center(
    center: Unit, tables: Sequence[Table], rows: Sequence[ReportRow], finder: UnitFinder, titles: Mapping[str, str]
) -> tuple[list[CenterError], list[Finding]]:  # fmt: skip
    """A central school's summary against its schools' own reports."""
    errors: list[CenterError] = []
    findings: list[Finding] = []
    schools = finder.directory.children(center.name)
    own: dict[str, list[ReportRow]] = defaultdict(list)
    for row in rows if tables else ():
        own[row.unit].append(row)
    for table in tables:
        seen: set[str] = set()
        for i, text in enumerate(table.get("school")):
            school = finder.short(str(text or ""), schools)
            if school is None:
                findings.append(table.finding("Z05", "school", i, school=str(text or "")))
                continue
            seen.add(school.name)
            _school_row(errors, findings, center, school, table, i, own[school.name], titles)
        for school in schools:
            if school.name not in seen:
                findings.append(
                    Finding("Z01", table.file, table.sheet, params={"school": school.name})
                )
                errors.append(CenterError(center.name, "school_omitted", school.name, Source(table.file, table.sheet)))  # fmt: skip
        _center_totals(errors, findings, center, table, titles)
    return errors, findings


def _school_row(
    errors: list[CenterError], findings: list[Finding], center: Unit, school: Unit, table: Table, i: int,
    own: Sequence[ReportRow], titles: Mapping[str, str],
) -> None:  # fmt: skip
    """``own``: what the school itself reported."""
    figures = figures_of(table, i)
    if all(value is None for value in figures.values()):
        findings.append(table.finding("Z02", "school", i, school=school.name))
        errors.append(
            CenterError(center.name, "school_without_figures", school.name, row_source(table, i))
        )
        return
    for name, written in figures.items():
        expected = written_total(own, name)
        if own and expected is not None and written is not None and written != expected:
            params = {"school": school.name, "title": titles.get(name, name), "written": written, "expected": expected}  # fmt: skip
            findings.append(table.finding("Z03", name, i, **params))


def written_total(rows: Sequence[ReportRow], name: str) -> int | None:
    """Sum of one figure over the grades of a unit; None when no grade has it."""
    values = [v for row in rows if (v := row.figures.get(name)) is not None]
    return sum(values) if values else None


def _center_totals(
    errors: list[CenterError], findings: list[Finding], center: Unit, table: Table, titles: Mapping[str, str]
) -> None:  # fmt: skip
    if table.totals is None:
        return
    for i in range(len(table.totals)):
        for name, written in figures_of(table.totals, i).items():
            expected = sum(int(v) for v in table.get(name) if isinstance(v, int | float))
            if written is None or written == expected:
                continue
            params = {"title": titles.get(name, name), "written": written, "expected": expected}
            findings.append(table.totals.finding("Z04", name, i, **params))
            errors.append(CenterError(center.name, "total_wrong", "", row_source(table.totals, i)))
