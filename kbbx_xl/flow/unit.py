"""Everything one unit's files say, judged on their own: the part that runs unit by unit, in parallel."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kbbx_xl.flow import within
from kbbx_xl.flow.attendance import Attendance, read_attendance
from kbbx_xl.flow.cases import (
    Cases,
    check_against_attendance,
    count_cases,
    find_pupil,
    read_cases,
    settled,
)
from kbbx_xl.flow.casework.unit import read_casework
from kbbx_xl.flow.casework.values import CaseFile, Checklist, Task, TeachingMonth
from kbbx_xl.flow.context import Context
from kbbx_xl.flow.coverage import CenterVillages, read_grids, villages_of_center
from kbbx_xl.flow.flag import flag_unit, missing_from_ledger
from kbbx_xl.flow.grids import read_grid_work, unsigned_tasks
from kbbx_xl.flow.hiding import children_of
from kbbx_xl.flow.register import Register
from kbbx_xl.flow.reports import figures_of, read_reports
from kbbx_xl.flow.result import (
    CaseCount,
    CaseRow,
    Coverage,
    Due,
    FileStatus,
    IdProblem,
    LedgerError,
    Persuasion,
    ReportError,
    ReportRow,
    RosterRow,
    StudentRun,
    SummaryError,
    Total,
)
from kbbx_xl.flow.roster import Pupils, id_problems, read_rosters, total
from kbbx_xl.flow.school_age import check_addresses, check_school_age
from kbbx_xl.flow.seats import Seats
from kbbx_xl.flow.source import Source, row_source
from kbbx_xl.flow.submissions import CENTER_KINDS, SCHOOL_KINDS, Submission, sort_out
from kbbx_xl.model import FileRead, Finding, Kind, Table, Unit
from kbbx_xl.rules.checks.fields import check_fields
from kbbx_xl.rules.classes import grade_of
from kbbx_xl.settings.forms import Sheet, all_forms

OUT = "转出"
ATTENDANCE = (Kind.ROLL_CALL, Kind.ABSENCE)


@dataclass(slots=True)
class UnitResult:
    """The findings and figures of one unit; plain values, fit to cross a process border."""

    unit: Unit
    expected: tuple[str, ...] = ()
    received: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    wrong_month: str = ""
    late: tuple[str, ...] = ()
    files: list[FileStatus] = field(default_factory=list)
    superseded: list[tuple[str, str, str, str]] = field(default_factory=list)
    copies: list[tuple[str, str]] = field(default_factory=list)
    total: Total | None = None
    seats: list[Seats] = field(default_factory=list)
    roster: list[RosterRow] = field(default_factory=list)
    runs: list[StudentRun] = field(default_factory=list)
    id_problems: list[IdProblem] = field(default_factory=list)
    ledger_errors: list[LedgerError] = field(default_factory=list)
    summary_errors: list[SummaryError] = field(default_factory=list)
    report_errors: list[ReportError] = field(default_factory=list)
    reports: list[ReportRow] = field(default_factory=list)
    last_reports: list[ReportRow] = field(default_factory=list)
    center_tables: list[Table] = field(default_factory=list)
    cases: list[CaseRow] = field(default_factory=list)
    case_counts: list[CaseCount] = field(default_factory=list)
    persuasion: list[Persuasion] = field(default_factory=list)
    coverage: Coverage | None = None
    gone: dict[str, str] = field(default_factory=dict)  # key -> school that 学籍异动 names for 转出
    villages: CenterVillages | None = None  # what the list of a central school says of them
    due: list[Due] = field(default_factory=list)
    case_files: list[CaseFile] = field(default_factory=list)
    checklists: list[Checklist] = field(default_factory=list)
    teaching: list[TeachingMonth] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    children: frozenset[str] = frozenset()  # names that must not stand in what is shown


@functools.cache
def sheets() -> Mapping[str, Sheet]:
    """Every declared sheet by its table id."""
    return {s.table: s for form in all_forms() for s in form.sheets}


@functools.cache
def report_titles() -> Mapping[str, str]:
    """Field name -> Chinese title of the monthly report."""
    return {f.name: f.title for f in sheets()["report"].columns}


def analyse_unit(
    unit: Unit, reads: Sequence[FileRead], context: Context, *, with_roster: bool = False
) -> UnitResult:
    """Judge one unit's files; the order of ``reads`` does not matter."""
    submission = sort_out(unit, reads, context.month)
    result = UnitResult(unit, wrong_month=submission.wrong_month, files=submission.statuses)
    result.superseded, result.copies = submission.superseded, submission.copies
    result.children = children_of(reads)
    result.findings += submission.findings
    for read in sorted(reads, key=lambda r: r.path):
        result.findings += read.findings
        result.findings += within.check_version(read, all_forms())
    tables = [t for kept in submission.tables.values() for t in kept]
    for table in tables:
        result.findings += check_fields(table, sheets()[table.table], context.lists, context.as_of)
    result.findings += within.check_stated_counts(tables)
    result.findings += within.check_dates(tables, context.month)
    register = _rosters(result, submission, context, with_roster=with_roster)
    cases = _ledgers(submission, unit, register, context)
    attendance = _attendance(result, submission, register, cases, context)
    _cases(result, submission, cases, attendance, context)
    result.gone = _gone(unit, submission.of(Kind.CHANGES), register, context)
    tasks = _grids(result, submission, register, context)
    _casework(result, submission, register, tasks, context)
    _reports(result, submission, cases, context)
    result.findings += _between_sheets(result, submission, register, attendance, cases, context)
    result.center_tables = submission.of(Kind.CENTER)
    _progress(result, submission, cases, context)
    result.findings = [dataclasses.replace(f, unit=unit.name) for f in result.findings]
    return result


def _between_sheets(
    result: UnitResult, submission: Submission, register: Register, attendance: Attendance,
    cases: Cases, context: Context,
) -> list[Finding]:  # fmt: skip
    """What shows only when the sheets of one unit are laid side by side."""
    unit, rosters, ledgers = result.unit, register.rosters, submission.of(Kind.CASES)
    serves = bool(context.villages_of(unit.name))
    called = submission.of(Kind.ROLL_CALL)
    six = {f.name: f.title for f in sheets()["six_checks"].columns}
    return [
        *within.check_on_roll_call(rosters, attendance.seen, called, attendance.classes),
        *within.check_dropouts(rosters, cases),
        *within.check_visits(cases, ledgers, submission.of(Kind.VISITS)),
        *within.check_six(submission.of(Kind.SIX_CHECKS), cases.rows, six),
        *within.check_levels(unit, submission.of(Kind.GRID), serves),
        *within.check_school_names(unit, ledgers),
    ]


def _rosters(
    result: UnitResult, submission: Submission, context: Context, *, with_roster: bool
) -> Register:
    rosters: list[Pupils] = []
    unit = result.unit.name
    for pupils, findings in read_rosters(submission.of(Kind.ROSTER), unit, context):
        table = pupils.table
        result.findings += findings
        result.id_problems += id_problems(pupils, unit, findings)
        rosters.append(pupils)
        at = Source(table.file, table.sheet)
        columns = (pupils.key, pupils.student_no, pupils.status, pupils.enrolled, table.rows)
        result.seats.append(Seats.of(at, zip(*columns, strict=True)))
        if with_roster:
            result.roster += [pupils.row(i, unit) for i in range(len(pupils))]
    if rosters:
        result.total = total(unit, rosters)
    return Register(tuple(rosters))


def _ledgers(submission: Submission, unit: Unit, register: Register, context: Context) -> Cases:
    visits, own = submission.of(Kind.VISITS), submission.own
    return read_cases(unit, submission.ledgers, visits, register, context, own=own)


def _attendance(
    result: UnitResult, submission: Submission, register: Register, cases: Cases, context: Context
) -> Attendance:
    attendance = read_attendance(
        result.unit,
        submission.of(Kind.ROLL_CALL),
        submission.of(Kind.ABSENCE),
        register,
        context,
        own=submission.own,
        settled=settled(cases),
    )
    result.runs = attendance.runs
    result.ledger_errors = attendance.ledger_errors
    result.summary_errors = attendance.summary_errors
    result.findings += attendance.findings
    result.due = flag_unit(result.unit, attendance.runs, attendance.cumulative, context)
    return attendance


def _cases(
    result: UnitResult, submission: Submission, cases: Cases, attendance: Attendance, context: Context
) -> None:  # fmt: skip
    ledgers = submission.ledgers
    result.cases, result.persuasion = cases.rows, cases.persuasion
    result.findings += cases.findings
    result.findings += check_against_attendance(cases, attendance, ledgers)
    result.findings += missing_from_ledger(result.unit, attendance.runs, cases, context)
    cases.zero |= _declared_zero(submission.of(Kind.ZERO_REPORT), context)
    if ledgers and not cases.zero and not any(len(t) or t.zero_report for t in ledgers):
        result.findings.append(Finding("R06", ledgers[0].file, ledgers[0].sheet))


def _gone(
    unit: Unit, changes: Sequence[Table], register: Register, context: Context
) -> dict[str, str]:
    """Where 学籍异动 says that pupils have gone (TH-26)."""
    words = context.lists["change"]
    found: dict[str, str] = {}
    for table in changes:
        for i, word in enumerate(table.get("change")):
            school = str(table.get("other_school")[i] or "")
            if school and words.canonical(str(word or "")) == OUT:
                match, number, _, _ = find_pupil(table, i, unit, register, context)
                found[match.key or number] = school
    return found


def _grids(
    result: UnitResult, submission: Submission, register: Register, context: Context
) -> list[Task]:
    """Coverage and holders of the grids; the responsibility letters still to be signed."""
    listed = submission.of(Kind.GRID)
    grids = read_grids(result.unit, listed, register.rosters, context)
    changes, signed = submission.of(Kind.GRID_CHANGES), submission.of(Kind.SIGNED)
    work = read_grid_work(result.unit, listed, changes, signed, context)
    result.coverage = grids.coverage
    result.villages = villages_of_center(result.unit, listed, context)
    result.findings += [*grids.findings, *work.findings]
    return unsigned_tasks(work)


def _casework(
    result: UnitResult,
    submission: Submission,
    register: Register,
    tasks: Sequence[Task],
    context: Context,
) -> None:
    work = read_casework(
        result.unit, submission, register, context, runs=result.runs, due=result.due, more=tasks
    )
    result.case_files, result.checklists = work.files, work.checklists
    result.teaching, result.tasks = work.teaching, work.tasks
    result.findings += work.findings
    listed = submission.of(Kind.SCHOOL_AGE)
    result.findings += check_school_age(result.unit, listed, register, work.files, context)
    places = [*listed, *submission.of(Kind.CASES)]
    result.findings += check_addresses(places, submission.own)


def _declared_zero(tables: Sequence[Table], context: Context) -> bool:
    """零报告声明 of our monthly report: 本月无疑似辍学和辍学学生 is 是 (P04-09)."""
    words = context.lists["yes_no"]
    return any(words.canonical(value) == "是" for table in tables for value in table.get("zero"))


def _reports(result: UnitResult, submission: Submission, cases: Cases, context: Context) -> None:
    tables = submission.of(Kind.REPORT)
    reports = read_reports(result.unit, tables, result.total, cases, context, report_titles())
    result.reports, result.report_errors = reports.rows, reports.errors
    result.findings += reports.findings
    if Kind.CASES in submission.tables or Kind.CASES not in submission.history:
        result.case_counts, doubts = count_cases(result.unit, cases, reports.rows)
        result.findings += doubts
    before = str(context.month.before)
    for table in submission.history.get(Kind.REPORT, []):
        if table.meta.get("月份") == before:
            result.last_reports += _last(table, result.unit, context)


def _last(table: Table, unit: Unit, context: Context) -> list[ReportRow]:
    rows: list[ReportRow] = []
    for i, text in enumerate(table.get("grade")):
        grade = grade_of(str(text or ""), period=context.month.before, stage=unit.stage)
        figures = figures_of(table, i)
        rows.append(ReportRow(unit.name, grade, figures, row_source(table, i)))
    return rows


def _progress(result: UnitResult, submission: Submission, cases: Cases, context: Context) -> None:
    """What was expected, what came; attendance comes as roll calls or as a ledger."""
    got = {str(k) for k in (*submission.tables, *submission.history)}
    if str(Kind.REPORT_CASES) in got:
        got.add(str(Kind.CASES))
    expected = expected_kinds(result.unit, has_cases=bool(cases.rows))
    missing: list[str] = []
    for kind in expected:
        either = {str(k) for k in ATTENDANCE} if kind in ATTENDANCE else {str(kind)}
        if not either & got:
            missing.append(str(kind))
            params = {"kind": str(kind)}
            result.findings.append(Finding("P02", params=params))
    result.expected = tuple(str(k) for k in expected)
    result.received = submission.received
    result.missing = tuple(missing)
    result.late = _late(result, submission, context)


def _late(result: UnitResult, submission: Submission, context: Context) -> tuple[str, ...]:
    """Kinds whose 填报日期 is after the policy's due day (迟报); none where the document names no day."""
    day = context.policy.monthly.due_day
    if day is None:
        return ()
    due = context.month.first.replace(day=min(day, context.month.last.day))
    late: list[str] = []
    for table in submission.of(Kind.REPORT, Kind.CENTER):
        filled = table.meta.get("填报日期", "")
        if filled > str(due):
            late.append(str(table.kind))
            params = {"kind": str(table.kind), "when": filled, "due": due}
            result.findings.append(Finding("P03", table.file, table.sheet, params=params))
    return tuple(dict.fromkeys(late))


def expected_kinds(unit: Unit, *, has_cases: bool) -> tuple[Kind, ...]:
    """What a unit must send each month; persuasion records only where there are cases."""
    if unit.is_center:
        return CENTER_KINDS
    if not unit.is_school:
        return ()
    return (*SCHOOL_KINDS, Kind.VISITS) if has_cases else SCHOOL_KINDS
