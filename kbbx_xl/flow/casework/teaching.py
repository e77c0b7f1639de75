"""Home teaching of one unit (送教上门): plans, visits and register side by side, child by child.

A child is taught at home when the register says so (status 送教上门, or 是否送教上门), when 送教计划
names it, or when 送教上门 has a visit to it.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from kbbx_xl.flow.cases import find_pupil
from kbbx_xl.flow.casework.evidence import binds
from kbbx_xl.flow.casework.values import CaseFile, TeachingMonth
from kbbx_xl.flow.context import Context
from kbbx_xl.flow.month_count import HOME, YES
from kbbx_xl.flow.register import Register
from kbbx_xl.flow.source import Source, row_source
from kbbx_xl.model import Finding, Period, Table, Unit
from kbbx_xl.rules.evidence import evidence_set
from kbbx_xl.rules.home_teaching import (
    FREQUENCY,
    LESSONS,
    TEACHERS,
    Lesson,
    Per,
    Plan,
    count_teachers,
    month_of_teaching,
    plan_below,
    requirement,
    stated,
    too_little,
)
from kbbx_xl.rules.school_days import SchoolCalendar
from kbbx_xl.settings.policies import Policy

ILL = "I"  # 因病因残，全部采取送教服务 (TH-12)
DAY = dt.timedelta(days=1)
TITLES = {FREQUENCY: "次数", LESSONS: "课时", TEACHERS: "教师数"}
FIELDS = {FREQUENCY: "times", LESSONS: "hours", TEACHERS: "teachers"}


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of a table."""

    table: Table
    index: int

    @property
    def source(self) -> Source:
        return row_source(self.table, self.index)

    def finding(self, code: str, name: str, /, **params: object) -> Finding:
        return self.table.finding(code, name, self.index, **params)


@dataclass(slots=True)
class _Child:
    key: str
    name: str
    about: str = ""  # 年级班级
    taught: _Row | None = None  # its row of the register, when that says 送教上门
    plans: list[tuple[Plan, _Row]] = field(default_factory=list)  # by start
    unfit: _Row | None = None  # a row of 送教计划 that is no plan
    visits: list[tuple[Lesson, _Row]] = field(default_factory=list)  # by day, one a day


def read_teaching(
    unit: Unit, lessons: Sequence[Table], plans: Sequence[Table], register: Register, context: Context
) -> tuple[list[TeachingMonth], list[Finding]]:  # fmt: skip
    """Every child taught at home, month by month from its plan or the term up to the context's month.

    ``lessons``: tables 送教上门; ``plans``: tables 送教计划; of a unit that sent neither nothing is
    known, and nothing said.  Findings D04, D05, H01–H06, H08 and H09.
    """
    findings: list[Finding] = []
    children: dict[str, _Child] = {}
    if lessons or plans:
        _from_register(children, register)
    for table in plans:
        for child, row in _joined(children, table, unit, register, context, findings):
            plan = _plan(row)
            if plan.start and plan.end and plan.end < plan.start:
                findings.append(row.finding("H09", "plan_end", day=plan.start))
                child.unfit = row
            else:
                child.plans.append((plan, row))
    for table in lessons:
        for child, row in _joined(children, table, unit, register, context, findings):
            if lesson := _lesson(row):
                child.visits.append((lesson, row))
    months: list[TeachingMonth] = []
    calendar = context.calendar(unit.name)
    for child in children.values():
        child.plans.sort(key=lambda known: known[0].start or dt.date.max)
        findings += _one_a_day(child)
        findings += _no_plan(child)
        findings += _below(child, context.policy)
        findings += _doubtful_visits(child, context)
        mine = _months(child, unit, context, calendar)
        findings += _lacking(child, mine)
        months += mine
    return months, findings


def untaught(cases: Iterable[CaseFile], taught: Collection[str], policy: Policy) -> list[Finding]:
    """H07 for cases of category I without any visit (TH-12), where the policy asks for it.

    ``taught``: keys of pupils with visits, as ``evidence.proved_items`` finds them.
    """
    asks = evidence_set(ILL)
    if asks is None or not binds(policy, asks):
        return []
    return [
        Finding("H07", case.source.file, case.source.sheet, case.cell or f"A{case.source.row}")
        for case in cases
        if case.category == ILL and case.key not in taught
        if case.open or case.state.status == HOME
    ]


def _from_register(children: dict[str, _Child], register: Register) -> None:
    for pupils in register.rosters:
        marked = pupils.table.get("home_teaching")
        for i, status in enumerate(pupils.status):
            if pupils.enrolled[i] and (status == HOME or marked[i] == YES):
                name = pupils.name[i]
                key = pupils.key[i] or name
                child = children.setdefault(key, _Child(key, name))
                child.about = f"{pupils.grade[i]}{pupils.class_name[i]}"
                child.taught = _Row(pupils.table, i)


def _joined(
    children: dict[str, _Child], table: Table, unit: Unit, register: Register, context: Context,
    findings: list[Finding],
) -> Iterable[tuple[_Child, _Row]]:  # fmt: skip
    """Rows of a table with their children; a child nobody knows is said once a table."""
    doubted: set[str] = set()
    for i in range(len(table)):
        match, number, grade, class_name = find_pupil(table, i, unit, register, context)
        name = str(table.get("name")[i] or "")
        key = match.key or number or name
        if (code := register.doubt(match)) and key not in doubted:
            doubted.add(key)
            findings.append(table.finding(code, "name", i))
        if key:
            known = children.setdefault(key, _Child(key, name))
            known.about = known.about or f"{grade}{class_name}"
            yield known, _Row(table, i)


def _plan(row: _Row) -> Plan:
    said = {name: row.table.get(name)[row.index] for name in ("plan_start", "plan_end", "times", "per", "hours", "teachers")}  # fmt: skip
    start, end, times, hours = said["plan_start"], said["plan_end"], said["times"], said["hours"]
    return Plan(
        start if isinstance(start, dt.date) else None,
        end if isinstance(end, dt.date) else None,
        times=int(times) if isinstance(times, int | float) else None,
        per=next((per for per in Per if per == said["per"]), None),
        lessons=float(hours) if isinstance(hours, int | float) else None,
        teachers=count_teachers(said["teachers"]),
    )


def _lesson(row: _Row) -> Lesson | None:
    """None without a date: the checks of the cells say so."""
    day, hours, teachers = (row.table.get(name)[row.index] for name in ("lesson_date", "hours", "teachers"))  # fmt: skip
    if not isinstance(day, dt.date):
        return None
    lessons = float(hours) if isinstance(hours, int | float) else None
    return Lesson(day, lessons, count_teachers(teachers))


def _one_a_day(child: _Child) -> list[Finding]:
    """Keep the fuller visit of each day (H06 for the others), in the order of days."""
    kept: dict[dt.date, tuple[Lesson, _Row]] = {}
    findings: list[Finding] = []
    for visit in child.visits:
        other = kept.setdefault(visit[0].date, visit)
        if other is visit:
            continue
        better, worse = sorted((visit, other), key=_fullness, reverse=True)
        kept[visit[0].date] = better
        findings.append(worse[1].finding("H06", "lesson_date", other=better[1].source.row))
    child.visits = [kept[day] for day in sorted(kept)]
    return findings


def _fullness(visit: tuple[Lesson, _Row]) -> tuple[float, int, int]:
    """The earlier row wins where two are alike."""
    return visit[0].lessons or 0, visit[0].teachers, -visit[1].source.row


def _no_plan(child: _Child) -> list[Finding]:
    if child.plans:
        return []
    if child.taught:
        return [child.taught.finding("H01", "status")]
    return [child.visits[0][1].finding("H02", "name")] if child.visits else []


def _below(child: _Child, policy: Policy) -> list[Finding]:
    """H04: a plan with fewer visits, lessons or teachers than the policy's."""
    findings: list[Finding] = []
    for plan, row in child.plans:
        says = {
            FREQUENCY: f"{plan.per} {plan.times} 次",
            LESSONS: f"{plan.lessons or 0:g}",
            TEACHERS: f"{plan.teachers} 名",
        }
        for key in plan_below(policy, plan):
            wording = policy.parameters[key]
            params = {"title": TITLES[key], "written": says[key], "expected": wording.value if wording else ""}  # fmt: skip
            findings.append(row.finding("H04", FIELDS[key], **params))
    return findings


def _doubtful_visits(child: _Child, context: Context) -> list[Finding]:
    """H05 outside every plan, H08 too few lessons or teachers; days after ``as_of`` are V05."""
    findings: list[Finding] = []
    for lesson, row in child.visits:
        if lesson.date > context.as_of:
            continue
        inside = [plan for plan, _ in child.plans if plan.covers(lesson.date)]
        if child.plans and not inside:
            findings.append(row.finding("H05", "lesson_date"))
            continue
        asked = requirement(context.policy, inside[-1] if inside else None)
        says = {LESSONS: (lesson.lessons, asked.lessons), TEACHERS: (lesson.teachers, asked.teachers)}  # fmt: skip
        for key in too_little(lesson, asked):
            written, expected = (f"{number or 0:g}" for number in says[key])
            params = {"title": TITLES[key], "written": written, "expected": expected}
            findings.append(row.finding("H08", FIELDS[key], **params))
    return findings


def _in_force(child: _Child, month: Period) -> tuple[Plan, _Row] | None:
    """The last plan begun by the end of the month, with the days of those it follows on.

    A plan that follows without a gap covers their days too: its start is theirs.
    """
    begun = [(p, row) for p, row in child.plans if p.start and p.start <= month.last]
    if not begun:
        return None
    start: dt.date | None = None
    end: dt.date | None = None
    for plan, _ in begun:
        follows = start is not None and (
            end is None or plan.start is None or plan.start <= end + DAY
        )
        start, end = start if follows else plan.start, plan.end
    plan, row = begun[-1]
    return dataclasses.replace(plan, start=start), row


def _months(
    child: _Child, unit: Unit, context: Context, calendar: SchoolCalendar
) -> list[TeachingMonth]:
    known = [plan.start for plan, _ in child.plans if plan.start]
    known = known or [lesson.date for lesson, _ in child.visits]
    first = max(min([context.month.first, *known]), calendar.term_start)
    months: list[TeachingMonth] = []
    month = Period(first.year, first.month)
    while month <= context.month:
        months += _month(child, unit, month, context, calendar)
        month = month.after
    return months


def _month(
    child: _Child, unit: Unit, month: Period, context: Context, calendar: SchoolCalendar
) -> list[TeachingMonth]:
    """The month, unless a plan with an end has run out before it and nothing was held."""
    known = _in_force(child, month)
    plan, row = known or (None, _place(child))
    asked = requirement(context.policy, plan) if plan else stated(context.policy)
    unplanned = plan is None and any(later.start for later, _ in child.plans)  # H05 says so
    lessons = [] if unplanned else [lesson for lesson, _ in child.visits]
    start, end = (plan.start, plan.end) if plan else (None, None)
    found = month_of_teaching(lessons, asked, month, start, end, calendar, context.as_of)
    over = bool(end and end < month.first)
    if over and not found.visits and not found.short:
        return []
    return [
        TeachingMonth(
            key=child.key,
            name=child.name,
            unit=unit.name,
            month=month,
            required=found.required,
            visits=found.visits,
            short=found.short,
            hours=found.lessons,
            source=row.source,
            rule=asked.rule if found.required else "",
            surplus=found.surplus,
            note=found.note,
            about=child.about,
        )
    ]


def _place(child: _Child) -> _Row:
    """Where a child stands that has no plan: in the register, else at its first visit."""
    rows = [row for _, row in (*child.plans, *child.visits)]
    return child.taught or child.unfit or rows[0]


def _lacking(child: _Child, months: Iterable[TeachingMonth]) -> list[Finding]:
    """H03 at the plan, for each month with fewer visits than asked."""
    findings: list[Finding] = []
    for one in months:
        if one.lacking and (known := _in_force(child, one.month)):
            counted = one.required - one.lacking
            params = {"month": one.month.label, "required": one.required, "counted": counted}
            findings.append(known[1].finding("H03", "times", **params))
    return findings
