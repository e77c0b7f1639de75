"""Home teaching (送教上门): what is asked of one child, and what was held in one month.

Sources: 2 × 2 课时 a month (P01-18), 2 × 3 学时 a week by 2 teachers (P02-16, P02-17), 1 a week
(P24-27), a named teacher and no number (YL-19).  Where a policy is silent the child's own plan
counts; where both are silent nothing is asked.  Nothing is asked in proportion: a week or month that
the plan covers in part, or that is not over, asks for nothing.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from kbbx_xl.model import Period
from kbbx_xl.rules.school_days import SchoolCalendar
from kbbx_xl.settings.policies import Parameter, ParameterUnit, Policy

FREQUENCY, LESSONS, TEACHERS = "send.freq", "send.hours", "send.teachers"
SHORTEST_MONTH = 4  # weeks: no month has fewer
NO_PLAN, NO_NUMBER = "没有送教计划", "没有写送教次数"
NO_SCHOOL, NOT_OVER = "本月不上课", "本月未满"
PART_OF_WEEK, PART_OF_MONTH = "计划不满一周", "计划不满一月"
_BETWEEN = re.compile(r"[、，,;；/\s]+")
_PADDED = re.compile(r"(?<![^\s、，,;；/])([^\s、，,;；/])\s+([^\s、，,;；/])(?![^\s、，,;；/])")


class Per(StrEnum):
    """Words of config/lists/send_per.yaml."""

    WEEK = "每周"
    MONTH = "每月"


@dataclass(frozen=True, slots=True)
class Plan:
    """One row of 送教计划; None and 0 where it says nothing."""

    start: dt.date | None
    end: dt.date | None = None
    times: int | None = None
    per: Per | None = None
    lessons: float | None = None  # 每次课时
    teachers: int = 0  # names written

    def covers(self, day: dt.date) -> bool:
        """Whether a day lies inside the plan."""
        return _within(day, self.start, self.end)


@dataclass(frozen=True, slots=True)
class Asked:
    """What one child must get; None where neither policy nor plan says."""

    times: int | None = None
    per: Per | None = None
    lessons: float | None = None  # at least, each visit
    teachers: int | None = None  # at least, each visit
    rule: str = ""  # rule id of the frequency, "" when only the plan says


@dataclass(frozen=True, slots=True)
class Lesson:
    """One visit as written."""

    date: dt.date
    lessons: float | None
    teachers: int


@dataclass(frozen=True, slots=True)
class MonthOfTeaching:
    """One month; of ``visits`` that are long and staffed enough, ``surplus`` make up for nothing."""

    required: int
    visits: int
    surplus: int
    short: int  # held, with too few lessons or teachers
    lessons: float  # of every visit of the month
    note: str = ""  # why nothing is required


def stated(policy: Policy) -> Asked:
    """What the policy says in numbers: 专门教师 without a number asks for none (P01-17)."""
    frequency = policy.parameters.get(FREQUENCY)
    per = _per(frequency)
    lessons = _number(policy.parameters.get(LESSONS), ParameterUnit.LESSONS)
    teachers = _number(policy.parameters.get(TEACHERS), ParameterUnit.PERSONS)
    return Asked(
        times=math.ceil(frequency.number) if frequency and frequency.number and per else None,
        per=per,
        lessons=lessons,
        teachers=math.ceil(teachers) if teachers else None,
        rule=frequency.source[0] if frequency and per else "",
    )


def requirement(policy: Policy, plan: Plan | None = None) -> Asked:
    """The policy's numbers, the plan's where it is silent.

    The teachers of a plan are names, not a number for each visit, so a plan asks for none.
    """
    says = stated(policy)
    if plan is None:
        return says
    known = says.times is not None or not (plan.times and plan.per)
    return Asked(
        times=says.times if known else plan.times,
        per=says.per if known else plan.per,
        lessons=plan.lessons if says.lessons is None else says.lessons,
        teachers=says.teachers,
        rule=says.rule,
    )


def plan_below(policy: Policy, plan: Plan) -> tuple[str, ...]:
    """Parameters that the plan stays below; what a plan leaves blank follows the policy.

    Weeks and months are compared in a month of four weeks, the shortest there is.
    """
    says, below = stated(policy), []
    if plan.times and plan.per and says.times and says.per:
        mine = plan.times * (SHORTEST_MONTH if plan.per is Per.WEEK else 1)
        asked = says.times * (SHORTEST_MONTH if says.per is Per.WEEK else 1)
        if mine < asked:
            below.append(FREQUENCY)
    if says.lessons and plan.lessons and plan.lessons < says.lessons:
        below.append(LESSONS)
    if says.teachers and plan.teachers and plan.teachers < says.teachers:
        below.append(TEACHERS)
    return tuple(below)


def too_little(lesson: Lesson, asked: Asked) -> tuple[str, ...]:
    """Parameters that a visit stays below: it is held, but does not count."""
    below = []
    if asked.lessons and (lesson.lessons or 0) < asked.lessons:
        below.append(LESSONS)
    if asked.teachers and lesson.teachers < asked.teachers:
        below.append(TEACHERS)
    return tuple(below)


def month_of_teaching(
    lessons: Iterable[Lesson], asked: Asked, month: Period, plan_start: dt.date | None,
    plan_end: dt.date | None, calendar: SchoolCalendar, as_of: dt.date,
) -> MonthOfTeaching:  # fmt: skip
    """What was asked and held in ``month``; ``plan_start`` None: no plan, nothing is asked.

    Asked by the week: a week runs from Monday to Sunday and belongs, with all its visits, to the
    month of its last school day.  It asks for visits when the plan covers all its school days and
    the last of them is not after ``as_of``; visits over the number make up for no other week.  A
    week without school days asks for nothing.  Asked by the month: likewise for the school days of
    the month.  A visit may fall on a holiday (P01-35); one outside the plan does not count.
    """
    mine = [
        lesson
        for lesson in lessons
        if _within(lesson.date, plan_start, plan_end)
        and lesson.date <= as_of
        and month_of(lesson.date, asked, calendar) == month
    ]
    good = [lesson for lesson in mine if not too_little(lesson, asked)]
    spans, note = _spans(asked, month, calendar), NO_NUMBER
    if plan_start is None:
        spans, note = [], NO_PLAN
    elif asked.times and asked.per:
        spans, note = _due(spans, asked, plan_start, plan_end, as_of)
    times = asked.times or 0
    held = Counter(_span_of(lesson.date, asked) for lesson in good)
    counted = sum(min(times, held[_span_of(days[0], asked)]) for days in spans)
    required = times * len(spans)
    return MonthOfTeaching(
        required,
        visits=len(good),
        surplus=len(good) - counted,
        short=len(mine) - len(good),
        lessons=sum(lesson.lessons or 0 for lesson in mine),
        note="" if required else note,
    )


def month_of(day: dt.date, asked: Asked, calendar: SchoolCalendar) -> Period:
    """The month a visit counts in: where weeks are asked, that of the week's last school day."""
    if asked.per is Per.WEEK:
        monday = _monday(day)
        school = calendar.between(monday, monday + dt.timedelta(days=6))
        day = school[-1] if school else day
    return Period(day.year, day.month)


def count_teachers(written: object) -> int:
    """How many teachers a cell names: 、，, and blanks stand between them; 张  三 is one."""
    text = _PADDED.sub(r"\1\2", str(written or ""))
    return len({name for name in _BETWEEN.split(text) if name})


def _per(frequency: Parameter | None) -> Per | None:
    units = {ParameterUnit.PER_WEEK: Per.WEEK, ParameterUnit.PER_MONTH: Per.MONTH}
    return units.get(frequency.unit) if frequency and frequency.unit else None


def _number(parameter: Parameter | None, unit: ParameterUnit) -> float | None:
    return parameter.number if parameter and parameter.unit is unit else None


def _monday(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday())


def _span_of(day: dt.date, asked: Asked) -> dt.date:
    """First day of the week or month a visit is counted in; one span for all of a month."""
    return _monday(day) if asked.per is Per.WEEK else day.replace(day=1)


def _within(day: dt.date, start: dt.date | None, end: dt.date | None) -> bool:
    return (start is None or start <= day) and (end is None or day <= end)


def _spans(asked: Asked, month: Period, calendar: SchoolCalendar) -> list[tuple[dt.date, ...]]:
    """School days of each week that belongs to the month, or of the month as one span."""
    if asked.per is not Per.WEEK:
        days = calendar.between(month.first, month.last)
        return [days] if days else []
    first, weeks = _monday(month.first), []
    while first <= month.last:
        days = calendar.between(first, first + dt.timedelta(days=6))
        if days and month.first <= days[-1] <= month.last:
            weeks.append(days)
        first += dt.timedelta(days=7)
    return weeks


def _due(
    spans: Sequence[tuple[dt.date, ...]], asked: Asked, start: dt.date, end: dt.date | None,
    as_of: dt.date,
) -> tuple[list[tuple[dt.date, ...]], str]:  # fmt: skip
    """Spans that the plan covers whole and that are over, and why there are none."""
    covered = [days for days in spans if start <= days[0] and _within(days[-1], start, end)]
    over = [days for days in covered if days[-1] <= as_of]
    in_part = PART_OF_WEEK if asked.per is Per.WEEK else PART_OF_MONTH
    return over, NO_SCHOOL if not spans else NOT_OVER if covered else in_part
