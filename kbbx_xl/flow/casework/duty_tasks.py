"""The duties of the calendar (校历任务) as tasks of one unit, with what proves them done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from kbbx_xl.flow.casework.values import NOWHERE, Task, TaskState, state_of
from kbbx_xl.flow.casework.work_log import Arrived, Done
from kbbx_xl.flow.context import Context
from kbbx_xl.flow.source import Source
from kbbx_xl.model import Kind, Period, Unit
from kbbx_xl.rules.duties import Occurrence, SchoolYear, holiday_before, occurrences, school_year
from kbbx_xl.settings.calendar import load_calendar
from kbbx_xl.settings.national import duties_of
from kbbx_xl.settings.policies import Duty, Every

NOTHING = Done()
NO_DAY, NO_PERIOD = "文件没有写哪一天", "文件没有写周期"
LISTED = {Every.TERM: "每学期列一次", Every.YEAR: "每学年列一次"}  # where no period is stated
CENTER_PAPER = {str(Kind.REPORT): str(Kind.CENTER)}  # the monthly report of a central school
KEPT = {Every.WEEK: 7, Every.MONTH: 31}  # days of one period, for duties that pause
SPANS = {Every.TERM: "本学期内", Every.YEAR: "本学年内", Every.QUARTER: "本季度内"}


@dataclass(frozen=True, slots=True)
class _Proof:
    """One thing that shows a duty done; ``date`` None: the paper states none."""

    date: dt.date | None
    source: Source


def duty_tasks(unit: Unit, done: Done, context: Context, *, until: dt.date) -> list[Task]:
    """Duties of the unit's level that are due up to ``until``, in no particular order.

    Of a duty that comes round the current time stands on the list.  The time before stays while nothing
    of 工作记录 proves it, until the current one is done, its day has passed, or (each week, each month)
    a full period has; of the school year before too, where 工作记录 goes back to it.  Nothing is said of
    papers of earlier periods, which are not at hand, nor of a time before where the document states no
    period.  A duty without any record of its own is a reminder, listed up to its day.
    """
    kinds = {row.kind for row in done.work}
    place = (unit.level, context.own_calendar(unit.name), _reaches_back(done, context), until)
    tasks: list[Task] = []
    for n, (duty, times) in enumerate(_times(unit, done, context)):
        papers = {duty.paper, CENTER_PAPER.get(duty.paper, "")}
        if duty.work in kinds or not papers.isdisjoint(done.papers):
            tasks += _of_duty(unit, times, done, context, until)
            continue
        key = ("tasks that nothing proves", n, *place)
        if key not in context.kept:
            context.kept[key] = _of_duty(unit, times, NOTHING, context, until)
        same: list[Task] = context.kept[key]
        tasks += [replace(task, unit=unit.name, actor=unit.name) for task in same]
    return tasks


def _of_duty(
    unit: Unit,
    times: Sequence[tuple[Occurrence, SchoolYear]],
    done: Done,
    context: Context,
    until: dt.date,
) -> list[Task]:
    """The times of one duty that stand on the list of a unit."""
    tasks: list[Task] = []
    following: tuple[Occurrence, Task] | None = None
    for one, year in reversed(times):
        after = following[0].opens if following else None
        task = _task(unit, one, _proof(unit, one, year, after, done, context), context)
        if _listed(one, task.state, following, context.as_of, until):
            tasks.append(task)
        following = one, task
    return tasks


def _times(
    unit: Unit, done: Done, context: Context
) -> list[tuple[Duty, list[tuple[Occurrence, SchoolYear]]]]:
    """Every time each duty of the unit comes round: the same for all units of a level and calendar."""
    school, reaches = context.own_calendar(unit.name), _reaches_back(done, context)
    key = ("times of duties", unit.level, school, reaches)
    if key not in context.kept:
        years = _years(school, _school_year(context.as_of) - reaches, context)
        context.kept[key] = [
            (duty, [(one, year) for year in years for one in _of(duty, year, context)])
            for duty in duties_of(context.policy, unit.level)
        ]
    times: list[tuple[Duty, list[tuple[Occurrence, SchoolYear]]]] = context.kept[key]
    return times


def _reaches_back(done: Done, context: Context) -> bool:
    """Whether 工作记录 goes back to the school year before."""
    start = _school_year(context.as_of)
    return any(_school_year(row.date) < start for row in done.work)


def _school_year(day: dt.date) -> int:
    return Period(day.year, day.month).school_year


def _years(school: str, first: int, context: Context) -> list[SchoolYear]:
    """The school year of the day, the next, whose summer duties precede it, and the one before if known."""
    usual, last = load_calendar(), _school_year(context.as_of) + 1
    return [
        school_year(
            context.calendar_sheet,
            dt.date.fromisoformat(f"{year}-{usual.school_year_starts}"),
            usual.term_dates(year),
            school=school,
        )
        for year in range(first, last + 1)
    ]


def _of(duty: Duty, year: SchoolYear, context: Context) -> list[Occurrence]:
    found = occurrences(duty, year, unstated=context.policy.counting.unstated_day)
    if duty.every is Every.ONCE:  # of another year it is history
        here = year.first <= context.as_of <= year.last
        return [one for one in found if here and year.first <= one.due <= year.last]
    return found


def _listed(
    one: Occurrence, state: TaskState, following: tuple[Occurrence, Task] | None,
    today: dt.date, until: dt.date,
) -> bool:  # fmt: skip
    """Whether one time of a duty stands on the list; ``following``: the next time it comes round."""
    duty = one.duty
    if today <= one.due:
        return one.due <= until if one.stated else one.opens <= today
    if duty.every in KEPT and (today - one.due).days > KEPT[duty.every]:
        return False
    if following is None or following[0].opens > today:
        return bool(duty.work or duty.paper)
    waits = today <= following[0].due and following[1].state is not TaskState.DONE
    return waits and bool(duty.work) and duty.period_stated and state is not TaskState.DONE


def _proof(
    unit: Unit, one: Occurrence, year: SchoolYear, following: dt.date | None, done: Done,
    context: Context,
) -> list[_Proof]:  # fmt: skip
    """Rows of 工作记录 from the day it opens until it comes round again, or the paper that came."""
    duty = one.duty
    rows = [
        _Proof(row.date, row.source)
        for row in done.work
        if row.kind == duty.work
        and one.opens <= row.date
        and not (following and row.date >= following)
    ]
    kinds = (duty.paper, CENTER_PAPER.get(duty.paper, "") if unit.is_center else "")
    paper = next((done.papers[kind] for kind in kinds if kind in done.papers), None)
    if paper and one.opens <= context.as_of and _covers(one, year, paper, following, context):
        rows.append(_Proof(paper.date, paper.source))
    return rows


def _covers(
    one: Occurrence, year: SchoolYear, paper: Arrived, following: dt.date | None, context: Context
) -> bool:
    """Whether a paper belongs to this time of the duty: of its month, or not of the term before."""
    if one.duty.every is Every.MONTH:
        return one.opens.replace(day=1) == context.month.first
    if following and following <= context.as_of:
        return False
    return paper.known is None or paper.known >= holiday_before(year, one.opens)


def _task(unit: Unit, one: Occurrence, proof: Sequence[_Proof], context: Context) -> Task:
    duty = one.duty
    last = proof[duty.times - 1] if len(proof) >= duty.times else None
    return Task(
        unit.name,
        duty.title,
        unit.name,
        one.due if one.stated else None,
        TaskState.DONE if last else _state(one, context.as_of),
        duty.source,
        since=one.opens,
        done_on=last.date if last else None,
        document=duty.paper,
        to="、".join(duty.to),
        note=_note(one, len(proof), last, context.as_of),
        source=proof[-1].source if proof else NOWHERE,
    )


def _state(one: Occurrence, today: dt.date) -> TaskState:
    """By its day; without one it is 待办 until its period is over."""
    if one.stated:
        return state_of(one.due, today)
    return TaskState.OVERDUE if today > one.due else TaskState.OPEN


def _note(one: Occurrence, times: int, last: _Proof | None, today: dt.date) -> str:
    duty = one.duty
    parts: list[str] = []
    if not duty.period_stated:
        parts.append("，".join(filter(None, (NO_PERIOD, LISTED.get(duty.every)))))
    if not one.stated and (duty.period_stated or today > one.due):
        parts.append(f"{NO_DAY}，{_span(one, today)}")
    if not one.known:
        parts.append("开学、放假按通常日期")
    if duty.times > 1:
        parts.append(f"要 {duty.times} 次，已记 {times} 次")
    if last and last.date and one.stated and last.date > one.due:
        parts.append("晚于到期日")
    elif duty.work and not last:
        parts.append(f"办后在工作记录写一行“{duty.work}”")
        if today > one.due:
            parts.append("已经办过的按当时的日期补记")
    return "；".join(parts)


def _span(one: Occurrence, today: dt.date) -> str:
    if one.duty.every is Every.WEEK:
        return f"{one.opens}至{one.due}这一周内"
    if one.duty.every is Every.MONTH:
        return f"{one.opens.month}月内"
    if today > one.due:
        return f"{one.opens}至{one.due}内"
    return SPANS[one.duty.every]
