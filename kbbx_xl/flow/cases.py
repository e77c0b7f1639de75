"""One unit's cases (台账与劝返): who is listed as 疑似辍学, 辍学 or back, and what was done.

A case is known from a ledger, or, where the ledger is the village form that lists dropouts only,
from the pupil's persuasion record: back when its last visit says so, otherwise suspected.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from kbbx_xl.flow.attendance import Attendance
from kbbx_xl.flow.context import Context
from kbbx_xl.flow.derived import Derived, is_derived
from kbbx_xl.flow.ledger_ends import Settled
from kbbx_xl.flow.register import Match, Register
from kbbx_xl.flow.result import (
    CaseCount,
    CaseRow,
    Persuasion,
    ReportRow,
)
from kbbx_xl.flow.roster import resolve_class
from kbbx_xl.flow.source import Source, row_source
from kbbx_xl.model import JUNIOR, PRIMARY, Finding, Period, Run, Table, Unit, stage_of
from kbbx_xl.rules.cases import BACK, DROPOUT, SUSPECTED
from kbbx_xl.rules.identity import check_id
from kbbx_xl.settings.lists import load_lists

ENROLLED = "在读"
IN_SCHOOL = (ENROLLED, "复学")
GONE = ("转出", "休学", "核销", "延缓入学")  # closings after which the roster no longer says 在读
RETURNED = re.compile(r"已.{0,4}(返校|复学|到校|入学)|(返校|复学)就读")
NOT_YET = re.compile(r"(未|没有|拒绝|不愿|不肯|答应|承诺|准备|拟|将).{0,6}(返校|复学|到校|入学)")


@dataclass(slots=True)
class Cases:
    rows: list[CaseRow] = field(default_factory=list)
    persuasion: list[Persuasion] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    has_status: bool = False  # some ledger states who is suspected
    zero: bool = False
    returned: dict[str, bool] = field(default_factory=dict)  # key -> the last visit says so
    sent: str = ""  # the file of the ledger, "" when none came


def read_cases(
    unit: Unit, ledgers: Sequence[Table], visits: Sequence[Table], register: Register, context: Context, *, own: Collection[str] = (),
) -> Cases:  # fmt: skip
    """Cases and persuasion records of one unit; ``own`` are the files that are workbooks of ours."""
    result = Cases()
    derived = Derived.of(ledgers, own, context.as_of)
    for table in ledgers:
        ours = derived if is_derived(table, own) else None
        _ledger(result, table, unit, register, context, ours)
        if table.file not in own or len(table) or table.zero_report:  # not our empty sheet
            result.sent = table.file
        result.has_status |= _states_suspected(table, own)
    result.findings += derived.overlaps()
    result.returned = _visits(result, visits, unit, register, context)
    _known_from_visits(result, unit, register)
    return result


def by_pupil(records: Iterable[Persuasion]) -> Mapping[str, list[Persuasion]]:
    """Persuasion records by the pupil's key; none for a pupil without."""
    found: dict[str, list[Persuasion]] = defaultdict(list)
    for record in records:
        found[record.key].append(record)
    return found


def visited(row: CaseRow, records: Iterable[Persuasion]) -> bool:
    """Whether the case of a ledger row has a visit of its own (C07); a row known from visits has.

    A visit before the absence began belongs to an earlier case.
    """
    if not row.listed:
        return True
    mine = [record for record in records if record.key == row.key]
    return any(r.undated or r.within(row.first_absent, row.closed) for r in mine)


def settled(cases: Cases) -> Settled:
    """Absences that a ledger closed although the child did not come back: 转出, 休学, 送教上门, 核销..."""
    found: dict[str, list[tuple[dt.date, dt.date]]] = defaultdict(list)
    for row in cases.rows:
        over = row.status not in (SUSPECTED, DROPOUT, BACK)
        if row.key and row.listed and over and row.first_absent and row.closed:
            found[row.key].append((row.first_absent, row.closed))
    return found


def find_pupil(table: Table, i: int, unit: Unit, register: Register, context: Context) -> tuple[Match, str, str, str]:  # fmt: skip
    """The pupil of a row, the row's own id, and grade and class: of the roster, else of the row."""
    grade, class_name = resolve_class(
        table.get("grade")[i], table.get("class_name")[i], context, unit.stage
    )
    combined = table.get("school_grade")[i]
    if combined and not grade:
        text = str(combined).replace(unit.name, "")
        grade, class_name = resolve_class("", text, context, unit.stage)
    written = table.get("id_no")[i]
    number = check_id(written).value if written else ""
    match = register.find(
        id_no=number,
        number=str(table.get("student_no")[i] or "").strip(),
        name=str(table.get("name")[i] or ""),
        grade=grade,
        class_name=class_name,
    )
    if match.pupils is None and "birth" in table.columns:
        match = _by_birth_month(table, i, register)
    if match.pupils is not None:
        grade = match.pupils.grade[match.index]
        class_name = match.pupils.class_name[match.index]
    return match, number, grade, class_name


def _by_birth_month(table: Table, i: int, register: Register) -> Match:
    """The village form has no id: name, month of birth where it is clear, dropouts first."""
    birth, name = table.get("birth")[i], str(table.get("name")[i] or "")
    hits = [(p, j) for p in register.rosters for j in p.by_name.get(name, ())]
    if isinstance(birth, Period | dt.date):
        month = (birth.year, birth.month)
        hits = [(p, j) for p, j in hits if (b := p.birth[j]) and (b.year, b.month) == month]
    hits = [(p, j) for p, j in hits if p.status[j] == DROPOUT] or hits
    return Match(*hits[0]) if len(hits) == 1 else Match(None, several=len(hits) > 1)


def _ledger(
    result: Cases, table: Table, unit: Unit, register: Register, context: Context, derived: Derived | None
) -> None:  # fmt: skip
    words = context.lists["case_status"]
    village = derived is None and "case_status" not in table.columns
    if table.zero_report and len(table):
        result.findings.append(Finding("R05", table.file, table.sheet, table.zero_report, {"count": len(table)}))  # fmt: skip
    dropouts_only = village and bool(table.columns)  # whose 无 says nothing of suspicions
    result.zero |= bool(table.zero_report) and not dropouts_only
    for i in range(len(table)):
        match, number, grade, class_name = find_pupil(table, i, unit, register, context)
        if code := register.doubt(match):
            result.findings.append(table.finding(code, "name", i))
        if derived is not None:
            status: str | None = derived.status(table, i)
        else:
            status = DROPOUT if village else words.canonical(str(table.get("case_status")[i] or ""))
        if status is None:
            result.findings.append(table.finding("V02", "case_status", i, title="状态"))
            continue
        first, closed = table.get("first_absent")[i], table.get("closed")[i]
        row = CaseRow(
            key=match.key or number,
            name=str(table.get("name")[i] or ""),
            unit=unit.name,
            stage=stage_of(grade),
            grade=grade,
            class_name=class_name,
            status=status,
            listed=True,
            first_absent=first if isinstance(first, dt.date) else None,
            closed=closed if isinstance(closed, dt.date) else None,
            reason=str(table.get("reason")[i] or ""),
            source=row_source(table, i),
        )
        result.rows.append(row)
        written = _row_findings(table, i, row) if derived is None else derived.findings(table, i)
        result.findings += [*written, *_against_roster(table, i, row, match)]


def _states_suspected(table: Table, own: Collection[str]) -> bool:
    """Whether a ledger says who is suspected: the village form never, our empty sheet not either."""
    if table.file in own:
        return table.table != "dropout" and bool(len(table) or table.zero_report)
    return "case_status" in table.columns


def _row_findings(table: Table, i: int, row: CaseRow) -> list[Finding]:
    """What contradicts in a ledger whose 状态 is typed."""
    findings: list[Finding] = []
    if row.status == BACK and row.closed is None and "closed" in table.columns:
        findings.append(table.finding("C02", "closed", i))
    if row.closed and row.status in (SUSPECTED, DROPOUT):
        findings.append(table.finding("C03", "case_status", i, status=row.status))
    return findings


def _against_roster(table: Table, i: int, row: CaseRow, match: Match) -> list[Finding]:
    findings: list[Finding] = []
    if row.closed and row.first_absent and row.closed < row.first_absent:
        findings.append(table.finding("C04", "closed", i))
    if match.pupils is not None:
        status = match.pupils.status[match.index]
        still = status in IN_SCHOOL if row.status == DROPOUT else status == ENROLLED
        if still and (row.status == DROPOUT or (row.status in GONE and not _was_there(table, i))):
            params = {"listed": row.status, "status": status}
            findings.append(table.finding("C06", "name", i, **params))
    return findings


def _was_there(table: Table, i: int) -> bool:
    """Written off because the child had been at school all along (TH-05, TH-14)."""
    verified = load_lists()["verified"].canonical(table.get("verified")[i])
    return verified in ("在校有学籍", "姓名错别字")


@dataclass(slots=True)
class _Person:
    match: Match
    number: str
    table: Table
    first_row: int
    records: list[tuple[dt.date, str]] = field(default_factory=list)
    undated: int = 0


def _visits(
    result: Cases, tables: Sequence[Table], unit: Unit, register: Register, context: Context
) -> dict[str, bool]:
    """Fill ``persuasion``; return key -> whether the last visit says the child is back."""
    people: dict[tuple[str, str], _Person] = {}
    for table in tables:
        for i in range(len(table)):
            match, number, _, _ = find_pupil(table, i, unit, register, context)
            key = match.key or number or str(table.get("name")[i])
            if (key, table.file) not in people:
                people[key, table.file] = _Person(match, number, table, i)
                if code := register.doubt(match):
                    result.findings.append(table.finding(code, "name", i))
            person = people[key, table.file]
            date, text = table.get("visit_date")[i], str(table.get("record")[i] or "")
            if isinstance(date, dt.date):
                person.records.append((date, text + str(table.get("result")[i] or "")))
            elif text or table.get("visitors")[i]:
                person.undated += 1
    returned: dict[str, bool] = defaultdict(bool)
    for person in people.values():
        dates = sorted(person.records)
        key = person.match.key or person.number
        first, last = (dates[0][0], dates[-1][0]) if dates else (None, None)
        at = row_source(person.table, person.first_row)
        count = len(dates) + person.undated
        result.persuasion.append(
            Persuasion(key, unit.name, count, first, last, at, tuple(day for day, _ in dates))
        )
        said = dates[-1][1] if dates else ""
        returned[key] |= bool(RETURNED.search(said)) and not NOT_YET.search(said)
    return returned


def _known_from_visits(result: Cases, unit: Unit, register: Register) -> None:
    listed = {row.key for row in result.rows}
    sources = {p.key: p.source for p in result.persuasion}
    for key, back in result.returned.items():
        if key in listed or not key:
            continue
        match = register.find(id_no=key, number=key)
        grade = match.pupils.grade[match.index] if match.pupils else ""
        name = match.pupils.name[match.index] if match.pupils else ""
        class_name = match.pupils.class_name[match.index] if match.pupils else ""
        listed_as = match.pupils.status[match.index] if match.pupils else ""
        status = BACK if back else DROPOUT if listed_as == DROPOUT else SUSPECTED
        result.rows.append(
            CaseRow(key, name, unit.name, stage_of(grade), grade, class_name, status, False, None, None, "", sources[key])
        )  # fmt: skip


def check_against_attendance(cases: Cases, attendance: Attendance, tables: Sequence[Table]) -> list[Finding]:  # fmt: skip
    """台账 against 考勤 (C01, C10, C11): a ledger that contradicts the same child's attendance."""
    by_place = {(t.file, t.sheet): t for t in tables}
    open_runs = {r.key: r for r in attendance.runs if r.run.open}
    begun: dict[tuple[str, dt.date | None], Run] = {
        (r.key, r.run.start): r.run for r in attendance.runs
    }
    findings: list[Finding] = []
    for row in cases.rows:
        table = by_place.get((row.source.file, row.source.sheet))
        if not row.listed or table is None or not row.key:
            continue
        i = table.rows.index(row.source.row)
        run, written = begun.get((row.key, row.first_absent)), table.get("run_days")[i]
        if run and isinstance(written, int | float) and written != run.school_days:
            params = {"written": written, "expected": f"{run.school_days:g}"}
            findings.append(table.finding("C01", "run_days", i, **params))
        if row.status == SUSPECTED and row.key not in open_runs and _came_back(row, attendance):
            findings.append(table.finding("C10", "case_status", i))
        away = open_runs.get(row.key)
        if row.status == BACK and away and not (row.closed and row.closed <= away.run.start):
            findings.append(table.finding("C11", "case_status", i))
    return findings


def _came_back(row: CaseRow, attendance: Attendance) -> bool:
    """Whether attendance has the child at school after its absence: seen there, or a 返校日期.

    A blank says nothing: nobody has marked that day yet.
    """
    away = [r.run.last_absent for r in attendance.runs if r.key == row.key]
    since = max(away, default=row.first_absent)
    there = attendance.there.get(row.key)
    if there and (since is None or there > since):
        return True
    spells = (spell for spell, _ in attendance.listed.get(row.key, ()))
    return any(s.back and (since is None or s.back >= since) for s in spells)


def count_cases(
    unit: Unit, cases: Cases, reports: Sequence[ReportRow]
) -> tuple[list[CaseCount], list[Finding]]:
    """Cases of one unit by stage and state; see CaseCount for the village form."""
    if not cases.rows and not cases.zero and not cases.sent:
        return [], []
    counts: list[CaseCount] = []
    findings: list[Finding] = []
    known = Counter((row.stage, row.status) for row in cases.rows)
    place = {(row.stage, row.status): row.source for row in reversed(cases.rows)}
    for stage in (PRIMARY, JUNIOR):
        for status in (SUSPECTED, DROPOUT, BACK):
            count, at = known[stage, status], place.get((stage, status), Source(cases.sent))
            mine = [r for r in reports if stage_of(r.grade) == stage]
            stated = sum(r.figures.get("suspected") or 0 for r in mine)
            if status == SUSPECTED and cases.sent and not cases.has_status and stated > count:
                at = next(r.source for r in mine if r.figures.get("suspected"))
                params = {"stage": stage, "written": stated, "actual": count}
                findings.append(Finding("C14", at.file, at.sheet, f"A{at.row}", params))
                count = stated
            counts.append(CaseCount(unit.name, stage, status, count, at))
    return counts, findings
