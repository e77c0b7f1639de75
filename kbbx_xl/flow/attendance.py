"""One unit's absences (考勤): runs without leave from roll calls and spell ledgers, and their errors."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from kbbx_xl.flow.context import Context
from kbbx_xl.flow.ledger_ends import Settled, back_of, basis_of, doubts_of_start, settled_on
from kbbx_xl.flow.overlap import Called, Written, ended_by_presence, merged, spells_of_marks
from kbbx_xl.flow.register import Match, Register
from kbbx_xl.flow.result import LedgerError, StudentRun, SummaryError
from kbbx_xl.flow.roll_call import SUMMARY_COLUMNS, RollCall
from kbbx_xl.flow.roster import Pupils, resolve_class
from kbbx_xl.flow.source import Source, row_source
from kbbx_xl.model import Finding, LeaveKind, Table, Unit
from kbbx_xl.rules.absence import (
    Spell,
    cumulative_from_spells,
    runs_from_spells,
    spell_errors,
)
from kbbx_xl.rules.identity import check_id, check_student_no
from kbbx_xl.rules.school_days import SchoolCalendar

EMPTY: Settled = MappingProxyType({})
ID_LENGTH = 18  # a 学号 as long as that is a 身份证号 or a 学籍号
LEDGER_CODES = {
    "days_wrong": "A01",
    "days_blank": "A02",
    "spell_split": "A04",
    "spell_twice": "A05",
    "spell_overlap": "A06",
}


@dataclass(slots=True)
class Attendance:
    """What one unit's attendance sheets say."""

    runs: list[StudentRun] = field(default_factory=list)
    ledger_errors: list[LedgerError] = field(default_factory=list)
    summary_errors: list[SummaryError] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)  # keys on roll-call sheets
    there: dict[str, dt.date] = field(default_factory=dict)  # key -> last day a roll call saw them
    classes: set[tuple[str, str]] = field(default_factory=set)  # (年级, 班级) that were called
    marked: dict[str, list[Called]] = field(default_factory=dict)  # key -> marks as written
    called: dict[str, list[Written]] = field(default_factory=dict)  # key -> days of roll calls
    listed: dict[str, list[Written]] = field(default_factory=dict)  # key -> rows of ledgers
    off_roll: set[Source] = field(default_factory=set)  # rows of roll calls of pupils not enrolled
    cumulative: dict[str, float] = field(default_factory=dict)  # key -> 累计旷课, school days


@dataclass(frozen=True, slots=True)
class _Pupil:
    """Whom a row is about, as far as it can be known."""

    key: str
    name: str
    grade: str
    class_name: str
    id_given: bool


def read_attendance(
    unit: Unit, roll_calls: Sequence[Table], ledgers: Sequence[Table], register: Register, context: Context,
    *, own: Collection[str] = (), settled: Settled = EMPTY,
) -> Attendance:  # fmt: skip
    """Runs, errors and findings of one unit; every row keeps its file, sheet and row.

    ``own`` are files that are workbooks of ours: there 应计天数 is calculated, so 缺勤天数 may be blank.
    ``settled``: absences that 台账 closed; one without 返校日期 ends there, since nobody is waited for.
    """
    result = Attendance()
    calendar = context.calendar(unit.name)
    for table in roll_calls:
        _roll_call(result, table, unit, register, context, calendar)
    for table in ledgers:
        _ledger(result, table, unit, register, context, calendar, settled)
    _forget_calculated(result, own)
    ended, returned = ended_by_presence(
        result.listed, result.marked, ledgers, calendar, context.as_of
    )
    result.findings += returned
    result.listed |= ended
    breaks = context.policy.counting.leave_breaks_run
    result.runs, totals = merged(
        result.runs, result.called, result.listed, calendar, context.as_of, leave_breaks=breaks,
        again=ended,
    )  # fmt: skip
    result.cumulative |= totals
    return result


def _forget_calculated(result: Attendance, own: Collection[str]) -> None:
    """In workbooks of ours 应计天数 and the sums of the roll call are formulas, and never data."""
    result.ledger_errors = [
        e for e in result.ledger_errors if e.kind != "days_blank" or e.source.file not in own
    ]
    result.summary_errors = [e for e in result.summary_errors if e.source.file not in own]
    result.findings = [
        f for f in result.findings if f.code not in ("A02", "A07") or f.file not in own
    ]


def _everyone(
    table: Table, unit: Unit, register: Register, context: Context
) -> list[tuple[_Pupil, Match]]:
    """Whom each row of a table is about."""
    names = ("name", "class_name", "grade", "number", "student_no", "id_no")
    rows = zip(*(table.get(name) for name in names), strict=True)
    said, has_id = table.meta.get("班级", ""), "id_no" in table.columns
    places: dict[tuple[object, object], tuple[str, str]] = {}
    found = []
    for name, class_name, grade, number, student_no, written in rows:
        where = (grade, class_name or said)
        if where not in places:
            places[where] = resolve_class(*where, context, unit.stage)
        numbered = str(number or student_no or "").strip()
        if len(numbered) >= ID_LENGTH:
            own = written if has_id else numbered
            numbered = check_student_no(numbered)[0] or numbered
        else:
            own = written
        found.append(_who(str(name or ""), numbered, own, places[where], register))
    return found


def _who(
    name: str, number: str, written: object, place: tuple[str, str], register: Register
) -> tuple[_Pupil, Match]:
    """The pupil of a row; ``number`` is 学籍号 or 学号, ``written`` the id, ``place`` (年级, 班级)."""
    grade, class_name = place
    value = check_id(written).value if written else ""
    match = register.find(id_no=value, number=number, name=name, grade=grade, class_name=class_name)
    if match.pupils is None:
        own = value or check_student_no(number or None)[0]
        return _Pupil(own, name, grade, class_name, bool(written)), match
    return _known(match.pupils, match.index, bool(written)), match


def _known(pupils: Pupils, j: int, id_given: bool) -> _Pupil:
    """A pupil of the roster; nobody can write an id that does not exist."""
    has_none = pupils.table.get("id_no")[j] is None
    return _Pupil(
        pupils.key[j],
        pupils.name[j],
        pupils.grade[j],
        pupils.class_name[j],
        id_given or has_none,
    )


def _settle_namesakes(found: list[tuple[_Pupil, Match]], register: Register) -> set[int]:
    """Tell pupils of one name in one class apart by the order of the class; returns their rows.

    Only where a class is listed with the very names of the roster, in the order of the roster.
    """
    classes: dict[tuple[str, str], list[int]] = defaultdict(list)
    for i, (pupil, _) in enumerate(found):
        classes[pupil.grade, pupil.class_name].append(i)
    settled: set[int] = set()
    for (grade, class_name), rows in classes.items():
        doubtful = [i for i in rows if found[i][1].several]
        listed = register.enrolled_in(grade, class_name) if doubtful else []
        if [p.name[j] for p, j in listed] != [found[i][0].name for i in rows]:
            continue
        who = dict(zip(rows, listed, strict=True))
        for i in doubtful:
            pupils, j = who[i]
            found[i] = _known(pupils, j, found[i][0].id_given), Match(pupils, j)
        settled.update(doubtful)
    return settled


def _doubt(table: Table, i: int, match: Match, register: Register) -> Finding | None:
    if match.pupils is None:
        code = register.doubt(match)
        return table.finding(code, "name", i) if code else None
    same = match.pupils.name[match.index] == str(table.get("name")[i] or "")
    return None if same else table.finding("D08", "name", i)


def _roll_call(
    result: Attendance, table: Table, unit: Unit, register: Register, context: Context, calendar: SchoolCalendar
) -> None:  # fmt: skip
    sheet = RollCall(table, context, calendar)
    result.findings += sheet.silent_days()
    found = _everyone(table, unit, register, context)
    by_order = _settle_namesakes(found, register)
    result.classes.update((pupil.grade, pupil.class_name) for pupil, _ in found)
    for i, (pupil, match) in enumerate(found):
        doubt = (
            table.finding("D09", "name", i) if i in by_order else _doubt(table, i, match, register)
        )
        if doubt:
            result.findings.append(doubt)
        if match.pupils and not match.pupils.enrolled[match.index]:
            status = match.pupils.status[match.index]
            result.findings.append(table.finding("D07", "name", i, status=status))
            result.off_roll.add(row_source(table, i))
        row = sheet.row(i)
        result.findings += sheet.findings(i) if row.faults else ()
        _summary(result, table, i, row.counted, pupil)
        result.seen.add(pupil.key)
        if row.there:
            result.there[pupil.key] = max(row.there, result.there.get(pupil.key, row.there))
        result.marked.setdefault(pupil.key, []).append((row.written, sheet.days))
        if away := spells_of_marks(row.marks, sheet.days, row_source(table, i)):
            result.called.setdefault(pupil.key, []).extend(away)
        _add(result, pupil.key, row.missed)
        for run in row.runs:
            result.runs.append(
                StudentRun(pupil.key, pupil.name, unit.name, pupil.grade, pupil.class_name, run, row_source(table, i))
            )  # fmt: skip


def _add(result: Attendance, key: str, days: float) -> None:
    """Add to the 累计旷课 of one pupil."""
    if days:
        result.cumulative[key] = result.cumulative.get(key, 0.0) + days


def _summary(
    result: Attendance, table: Table, i: int, expected: Mapping[str, float], pupil: _Pupil
) -> None:
    for name, title in SUMMARY_COLUMNS.items():
        if name not in table.columns:
            continue
        written, want = table.columns[name][i], expected[name]
        if not isinstance(written, int | float) or float(written) == want:
            continue
        params = {"title": title, "written": written, "expected": f"{want:g}"}
        result.findings.append(table.finding("A07", name, i, **params))
        result.summary_errors.append(
            SummaryError(pupil.key, title, float(written), want, row_source(table, i))
        )


def _ledger(
    result: Attendance, table: Table, unit: Unit, register: Register, context: Context, calendar: SchoolCalendar,
    settled: Settled,
) -> None:  # fmt: skip
    pupils: dict[str, _Pupil] = {}
    spells: dict[str, list[Spell]] = defaultdict(list)
    words = context.lists["leave_kind"]
    if basis := basis_of(table):
        result.findings.append(table.finding("A16", "start", 0, basis=basis))
    for i, (pupil, match) in enumerate(_everyone(table, unit, register, context)):
        if doubt := _doubt(table, i, match, register):
            result.findings.append(doubt)
        start = table.get("start")[i]
        kind = words.canonical(str(table.get("leave_kind")[i] or ""))
        if not isinstance(start, dt.date):
            result.findings.append(table.finding("A15", "start", i))
            continue
        if kind is None:
            result.findings.append(table.finding("V18", "leave_kind", i))
            continue
        back = back_of(table, i, start, calendar) or settled_on(settled.get(pupil.key, ()), start)
        if back is not None and back < start:
            result.findings.append(table.finding("A09", "back", i))
            continue
        result.findings += doubts_of_start(table, i, start, back, calendar)
        unknown = f"row {table.rows[i]}" if match.several else f"{pupil.class_name} {pupil.name}"
        person = pupil.key or unknown
        pupils.setdefault(person, pupil)
        spells[person].append(Spell(start, back, LeaveKind(kind), i))
        if not pupil.id_given and "id_no" in table.columns:
            result.findings.append(table.finding("A03", "id_no", i))
            result.ledger_errors.append(
                LedgerError(pupil.key, start, "id_blank", row_source(table, i))
            )
    for person, mine in spells.items():
        rows = [(spell, row_source(table, spell.index)) for spell in mine]
        result.listed.setdefault(pupils[person].key, []).extend(rows)
        _person(result, table, pupils[person], mine, unit, calendar, context)


def _person(
    result: Attendance, table: Table, pupil: _Pupil, spells: list[Spell], unit: Unit,
    calendar: SchoolCalendar, context: Context,
) -> None:  # fmt: skip
    as_of, breaks = context.as_of, context.policy.counting.leave_breaks_run
    for error in spell_errors(spells, table.get("days"), calendar, as_of):
        if error.kind.startswith("days") and "days" not in table.columns:
            continue
        if error.kind == "spell_split" and "back" not in table.columns:
            continue  # a row for each day: rows that touch are no fault
        params: dict[str, object] = {}
        if error.other >= 0:
            params["other"] = table.rows[error.other]
        if error.expected is not None:
            params["expected"] = f"{error.expected:g}"
            params["written"] = table.get("days")[error.index]
        name = "days" if error.kind.startswith("days") else "start"
        result.findings.append(table.finding(LEDGER_CODES[error.kind], name, error.index, **params))
        result.ledger_errors.append(
            LedgerError(pupil.key, error.start, error.kind, row_source(table, error.index))
        )
    missed = cumulative_from_spells(spells, calendar, as_of)
    _add(result, pupil.key, missed.get(LeaveKind.UNEXCUSED, 0.0))
    for run in runs_from_spells(spells, calendar, as_of, leave_breaks=breaks):
        at = row_source(table, max(run.index, 0))
        result.runs.append(
            StudentRun(pupil.key, pupil.name, unit.name, pupil.grade, pupil.class_name, run, at)
        )
