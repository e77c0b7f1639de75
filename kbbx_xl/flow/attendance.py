"""One unit's absences (考勤): runs without leave from roll calls and spell ledgers, and their errors."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from kbbx_xl.flow.context import Context
from kbbx_xl.flow.ledger_ends import Settled, back_of, basis_of, doubts_of_start, settled_on
from kbbx_xl.flow.overlap import Called, Written, ended_by_presence, merged, spells_of_marks
from kbbx_xl.flow.presence import blank_is_present, last_there, last_told
from kbbx_xl.flow.register import Match, Register
from kbbx_xl.flow.result import LedgerError, StudentRun, SummaryError
from kbbx_xl.flow.roster import Pupils, resolve_class
from kbbx_xl.flow.source import Source, row_source
from kbbx_xl.flow.submissions import table_month
from kbbx_xl.model import Finding, LeaveKind, Mark, Period, Table, Unit, a1
from kbbx_xl.rules.absence import (
    Spell,
    cumulative_from_marks,
    cumulative_from_spells,
    decode_marks,
    runs_from_marks,
    runs_from_spells,
    spell_errors,
)
from kbbx_xl.rules.identity import check_id, check_student_no
from kbbx_xl.rules.school_days import SchoolCalendar

EMPTY: Settled = MappingProxyType({})
SUMMARY_COLUMNS = {
    "present": "出勤", "absent": "旷课", "sick": "病假", "personal": "事假", "late": "迟到",
}  # fmt: skip
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


def _who(
    table: Table, i: int, unit: Unit, register: Register, context: Context
) -> tuple[_Pupil, Match]:
    name = str(table.get("name")[i] or "")
    said = table.get("class_name")[i] or table.meta.get("班级", "")
    grade, class_name = resolve_class(table.get("grade")[i], said, context, unit.stage)
    number = str(table.get("number")[i] or table.get("student_no")[i] or "").strip()
    written = table.get("id_no")[i]
    if len(number) >= ID_LENGTH:
        written = written if "id_no" in table.columns else number
        number = check_student_no(number)[0] or number
    verdict = check_id(written) if written else None
    match = register.find(
        id_no=verdict.value if verdict else "",
        number=number,
        name=name,
        grade=grade,
        class_name=class_name,
    )
    if match.pupils is None:
        own = (verdict.value if verdict else "") or check_student_no(number or None)[0]
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
    month = Period.parse(table_month(table, str(context.month)))
    last = month.last.day
    days = [dt.date(month.year, month.month, d) for d in table.days if d <= last]
    decoded = decode_marks(table.marks, table.legend, context.lists["mark"])
    blank_present = blank_is_present(table, decoded)
    unmarked = _unmarked(table, decoded, days, calendar, context.as_of)
    result.findings += [finding for _, finding in unmarked]
    silent = {j for j, _ in unmarked}
    told = last_told(decoded)
    found = [_who(table, i, unit, register, context) for i in range(len(table))]
    by_order = _settle_namesakes(found, register)
    result.classes.update((pupil.grade, pupil.class_name) for pupil, _ in found)
    for i, row in enumerate(decoded):
        pupil, match = found[i]
        doubt = (
            table.finding("D09", "name", i) if i in by_order else _doubt(table, i, match, register)
        )
        if doubt:
            result.findings.append(doubt)
        if match.pupils and not match.pupils.enrolled[match.index]:
            status = match.pupils.status[match.index]
            result.findings.append(table.finding("D07", "name", i, status=status))
            result.off_roll.add(row_source(table, i))
        written = marks = row[: len(days)]
        if blank_present:
            marks = _with_presence(marks, days, calendar, context.as_of)
        result.findings += _mark_findings(
            table, i, marks, days, calendar, context.as_of, silent=silent
        )
        _summary(result, table, i, marks, days, pupil, calendar, context.as_of)
        result.seen.add(pupil.key)
        if there := last_there(marks[: told + 1], days, context.as_of):
            result.there[pupil.key] = max(there, result.there.get(pupil.key, there))
        result.marked.setdefault(pupil.key, []).append((written, days))
        if away := spells_of_marks(marks, days, row_source(table, i)):
            result.called.setdefault(pupil.key, []).extend(away)
        missed = cumulative_from_marks(marks, days, calendar, context.as_of)
        _add(result, pupil.key, missed.get(LeaveKind.UNEXCUSED, 0.0))
        breaks = context.policy.counting.leave_breaks_run
        for run in runs_from_marks(marks, days, calendar, context.as_of, leave_breaks=breaks):
            result.runs.append(
                StudentRun(pupil.key, pupil.name, unit.name, pupil.grade, pupil.class_name, run, row_source(table, i))
            )  # fmt: skip


def _with_presence(
    marks: Sequence[Mark], days: Sequence[dt.date], calendar: SchoolCalendar, as_of: dt.date
) -> tuple[Mark, ...]:
    """Marks of a sheet that writes down only who is not there: a blank school day is 出勤."""
    return tuple(
        Mark.PRESENT
        if mark == Mark.BLANK and day <= as_of and calendar.is_school_day(day)
        else mark
        for mark, day in zip(marks, days, strict=True)
    )


def _add(result: Attendance, key: str, days: float) -> None:
    """Add to the 累计旷课 of one pupil."""
    if days:
        result.cumulative[key] = result.cumulative.get(key, 0.0) + days


def _unmarked(
    table: Table, rows: Sequence[Sequence[Mark]], days: Sequence[dt.date], calendar: SchoolCalendar, as_of: dt.date
) -> list[tuple[int, Finding]]:  # fmt: skip
    """School days on which the sheet has no mark at all: one finding for the day, not one a pupil."""
    found = []
    for j, day in enumerate(days if len(rows) > 1 else ()):
        marked = any(row[j] not in (Mark.BLANK, Mark.REST) for row in rows)
        if not marked and day <= as_of and calendar.is_school_day(day):
            cell = a1(table.rows[0], table.day_columns[j])
            found.append((j, Finding("A11", table.file, table.sheet, cell, {"day": day.day})))
    return found


def _mark_findings(
    table: Table, i: int, marks: Sequence[str], days: Sequence[dt.date], calendar: SchoolCalendar, as_of: dt.date,
    *, silent: Collection[int],
) -> list[Finding]:  # fmt: skip
    findings: list[Finding] = []
    for j, (mark, day) in enumerate(zip(marks, days, strict=True)):
        teaching = calendar.is_school_day(day)
        code = ""
        if mark == Mark.UNKNOWN:
            code = "V16"
        elif mark not in (Mark.BLANK, Mark.REST) and not teaching:
            code = "A10"
        elif mark not in (Mark.BLANK, Mark.REST) and day > as_of:
            code = "A14"
        elif mark in (Mark.BLANK, Mark.REST) and teaching and day <= as_of:
            code = "" if j in silent else "A11"
        if code:
            params: dict[str, object] = {"day": day.day}
            if code == "V16":
                written = str(table.marks[i][j])  # more than two characters may be a name
                params["mark"] = written if len(written) < 3 else f"{len(written)}个字"
            cell = a1(table.rows[i], table.day_columns[j])
            findings.append(Finding(code, table.file, table.sheet, cell, params))
    return findings


def _counted(
    marks: Sequence[str], days: Sequence[dt.date], calendar: SchoolCalendar, as_of: dt.date
) -> dict[str, float]:
    """What the summary columns of a roll call should say."""
    count: dict[str, float] = dict.fromkeys(SUMMARY_COLUMNS, 0.0)
    for mark, day in zip(marks, days, strict=True):
        if day > as_of or not calendar.is_school_day(day):
            continue
        if mark in (Mark.PRESENT, Mark.LATE, Mark.HOME):
            count["present"] += 1
        elif mark == Mark.HALF:
            count["present"] += 0.5
            count["absent"] += 0.5
        elif mark == Mark.ABSENT:
            count["absent"] += 1
        elif mark == Mark.SICK:
            count["sick"] += 1
        elif mark == Mark.PERSONAL:
            count["personal"] += 1
        count["late"] += mark == Mark.LATE
    return count


def _summary(
    result: Attendance, table: Table, i: int, marks: Sequence[str], days: Sequence[dt.date],
    pupil: _Pupil, calendar: SchoolCalendar, as_of: dt.date,
) -> None:  # fmt: skip
    expected = _counted(marks, days, calendar, as_of)
    for name, title in SUMMARY_COLUMNS.items():
        written = table.get(name)[i]
        if not isinstance(written, int | float) or float(written) == expected[name]:
            continue
        want = expected[name]
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
    for i in range(len(table)):
        pupil, match = _who(table, i, unit, register, context)
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
