"""The absence ladder (预警阶梯) of a policy: which steps a pupil has reached, since when, due by when.

A threshold keeps the number, unit and operator of the document.  Half days, school days, working days
(工作日) and 天 of unstated unit are counted on the school days of a run; calendar days, weeks and
months from its first day, both ends included, as long as it lasts; hours from its first day, so that
48 hours are reached on the third day.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kbbx_xl.model import Run
from kbbx_xl.rules.absence import HALF_DAY, absent_days
from kbbx_xl.rules.school_days import SchoolCalendar, deadline, elapsed
from kbbx_xl.settings.policies import DayUnit, Policy, RunMeasure, Step, Threshold

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ReachedStep:
    """A step of the ladder that a pupil has reached.

    ``run`` is None for a cumulative step.  ``reached`` is None when only the cumulative total is
    known; ``due`` is None when the deadline lies beyond the calendar or ``reached`` is not known.
    """

    step: Step
    run: Run | None
    reached: dt.date | None
    due: dt.date | None
    overdue: bool


def meets(value: float, threshold: Threshold) -> bool:
    """``value`` against the number of a threshold by its operator; units are the caller's."""
    return value > threshold.value if threshold.operator == ">" else value >= threshold.value


def in_school_days(threshold: Threshold, unstated: DayUnit) -> Threshold | None:
    """The same threshold in school days; None when it is not counted in them."""
    unit = unstated if threshold.unit is DayUnit.DAY else threshold.unit
    if unit is DayUnit.HALF_DAY:
        return Threshold(threshold.value * HALF_DAY, DayUnit.SCHOOL_DAY, threshold.operator)
    if unit in (DayUnit.SCHOOL_DAY, DayUnit.WORKDAY):
        return Threshold(threshold.value, DayUnit.SCHOOL_DAY, threshold.operator)
    return None


def steps_reached(
    policy: Policy,
    runs: Sequence[Run],
    *,
    calendar: SchoolCalendar,
    as_of: dt.date,
    cumulative: float | None = None,
    only_open: bool = True,
) -> list[ReachedStep]:
    """Every step that one pupil has reached by ``as_of``, run by run, in the order of the policy.

    Steps measured 连续 look at open runs, or at all with ``only_open=False``; steps measured 累计 at
    all runs and at ``cumulative``, school days missed without leave where that total is greater than
    what ``runs`` show.  A step is overdue when its due day has passed and the pupil is still away
    (累计: when it has passed).
    """
    reached: list[ReachedStep] = []
    for run in sorted(runs, key=lambda run: run.start):
        if run.open or not only_open:
            reached += _of_run(policy, run, calendar, as_of)
    return reached + _of_total(policy, runs, calendar, as_of, cumulative)


def level(policy: Policy, *, school_days: float, calendar_days: int = 0) -> Step | None:
    """The last step of the ladder reached by a run of so many days; None below the first.

    What the flag of a workbook shows; steps counted from another step or 累计 are left out.
    """
    return next(
        (
            step
            for step in reversed(policy.steps)
            if step.measure == RunMeasure.CONSECUTIVE
            and not step.after
            and _met(step.threshold, school_days, calendar_days, policy.counting.unstated_day)
        ),
        None,
    )


def _met(threshold: Threshold, school_days: float, calendar_days: int, unstated: DayUnit) -> bool:
    counted = in_school_days(threshold, unstated)
    if counted:
        return meets(school_days, counted)
    if school_days <= HALF_DAY or calendar_days < 1 or threshold.unit is DayUnit.MONTH:
        return False  # a month has no fixed number of days: see reached_on
    start = dt.date.min
    return start + _DAY * (calendar_days - 1) >= _calendar_mark(start, threshold)


def reached_on(
    run: Run, threshold: Threshold, calendar: SchoolCalendar, as_of: dt.date, unstated: DayUnit
) -> dt.date | None:
    """The day on which a run reached a threshold; None when it has not by ``as_of``."""
    counted = in_school_days(threshold, unstated)
    if run.school_days == HALF_DAY:
        return run.start if counted and meets(HALF_DAY, counted) else None
    if counted:
        days = [day for day in absent_days(run, calendar) if day <= as_of]
        needed = max(1, _whole(counted))
        return days[needed - 1] if needed <= len(days) else None
    mark = _calendar_mark(run.start, threshold)
    return mark if mark <= _end(run, as_of) else None


def _whole(threshold: Threshold) -> int:
    """Smallest whole number that meets the threshold: >= 3 -> 3, > 3 -> 4."""
    if threshold.operator == ">":
        return math.floor(threshold.value) + 1
    return math.ceil(threshold.value)


def _calendar_mark(start: dt.date, threshold: Threshold) -> dt.date:
    """Day on which a span that began on ``start``, itself counted, reaches the threshold."""
    if threshold.unit is DayUnit.HOUR:
        return elapsed(start, threshold.value, DayUnit.HOUR)
    if threshold.unit in (DayUnit.WEEK, DayUnit.MONTH):
        full = elapsed(start, threshold.value, threshold.unit)
        return full if threshold.operator == ">" else full - _DAY
    return start + _DAY * (_whole(threshold) - 1)


def _end(run: Run, as_of: dt.date) -> dt.date:
    return as_of if run.open else min(run.last_absent, as_of)


def _of_run(
    policy: Policy, run: Run, calendar: SchoolCalendar, as_of: dt.date
) -> list[ReachedStep]:
    since: dict[str, dt.date] = {}
    reached: list[ReachedStep] = []
    for step in policy.steps:
        if step.measure != RunMeasure.CONSECUTIVE:
            continue
        day = _day_of(step, run, since, calendar, as_of, policy.counting.unstated_day)
        if day:
            since[step.step] = day
            due = due_on(policy, step, day, calendar)
            overdue = due is not None and due < as_of and run.open
            reached.append(ReachedStep(step, run, day, due, overdue))
    return reached


def _day_of(
    step: Step, run: Run, since: Mapping[str, dt.date], calendar: SchoolCalendar, as_of: dt.date,
    unstated: DayUnit,
) -> dt.date | None:  # fmt: skip
    if not step.after:
        return reached_on(run, step.threshold, calendar, as_of, unstated)
    day = since.get(step.after)
    mark = _after(day, step.threshold, calendar, unstated) if day else None
    return mark if mark and mark <= _end(run, as_of) else None


def _after(
    day: dt.date, threshold: Threshold, calendar: SchoolCalendar, unstated: DayUnit
) -> dt.date | None:
    """First day on which so much time has passed since ``day``, itself not counted."""
    counted = in_school_days(threshold, unstated)
    if counted:
        return calendar.nth_after(day, _whole(counted))
    unit = unstated if threshold.unit is DayUnit.DAY else threshold.unit
    return elapsed(day, threshold.value, unit) + _DAY * (threshold.operator == ">")


def due_on(
    policy: Policy, step: Step, reached: dt.date, calendar: SchoolCalendar
) -> dt.date | None:
    """Last day on which the action of a step is in time; see ``school_days.deadline``."""
    return deadline(reached, step.within, calendar, unstated=policy.counting.unstated_day)


def _of_total(
    policy: Policy, runs: Sequence[Run], calendar: SchoolCalendar, as_of: dt.date,
    cumulative: float | None,
) -> list[ReachedStep]:  # fmt: skip
    """Steps measured 累计; one that is not counted in days at school cannot be reached."""
    steps = [step for step in policy.steps if step.measure == RunMeasure.CUMULATIVE]
    if not steps:
        return []
    missed = sorted(
        (day, min(run.school_days, 1.0)) for run in runs for day in absent_days(run, calendar)
    )
    reached: list[ReachedStep] = []
    for step in steps:
        threshold = in_school_days(step.threshold, policy.counting.unstated_day)
        if threshold is None:
            continue
        day = _total_reached(missed, threshold, as_of)
        if day or (cumulative is not None and meets(cumulative, threshold)):
            due = due_on(policy, step, day, calendar) if day else None
            overdue = due is not None and due < as_of
            reached.append(ReachedStep(step, None, day, due, overdue))
    return reached


def _total_reached(
    missed: Sequence[tuple[dt.date, float]], threshold: Threshold, as_of: dt.date
) -> dt.date | None:
    total = 0.0
    for day, weight in missed:
        total += weight
        if day <= as_of and meets(total, threshold):
            return day
    return None
