"""The absence ladder: thresholds as worded, deadlines while school is closed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbbx_xl.model import LeaveKind, Run
from kbbx_xl.rules.absence import Spell, runs_from_spells
from kbbx_xl.rules.ladder import in_school_days, level, meets, reached_on, steps_reached
from kbbx_xl.settings.policies import (
    Counting,
    DayUnit,
    Policy,
    RunMeasure,
    Step,
    StepName,
    Threshold,
)
from tests.rules.calendars import AS_OF, AUTUMN, day

U = DayUnit


def step(name: str, value: float, unit: U, operator: str = ">=", **more: Any) -> Step:
    threshold = Threshold(value, unit, operator)
    return Step(StepName(name), name, threshold, "行动", "学校", "X-01", **more)


def policy(*steps: Step, unstated: U = U.SCHOOL_DAY) -> Policy:
    counting = Counting(unstated_day=unstated)
    return Policy(
        profile="p", title="某县", document="", level="县", steps=steps, counting=counting
    )


def run(start: str, back: str | None = None, as_of: str = "10-20") -> Run:
    spell = Spell(day(start), day(back) if back else None, LeaveKind.UNEXCUSED)
    (found,) = runs_from_spells([spell], AUTUMN, day(as_of))
    return found


@pytest.mark.parametrize(
    ("value", "unit", "operator", "reached"),
    [
        (1, U.HALF_DAY, ">=", "09-30"), (0.5, U.SCHOOL_DAY, ">=", "09-30"), (3, U.DAY, ">=", "10-09"),
        (3, U.SCHOOL_DAY, ">", "10-10"), (5, U.WORKDAY, ">=", "10-12"), (5, U.WORKDAY, ">", "10-13"),
        (3, U.CALENDAR_DAY, ">=", "10-02"), (3, U.CALENDAR_DAY, ">", "10-03"), (1, U.WEEK, ">=", "10-06"),
        (1, U.WEEK, ">", "10-07"), (48, U.HOUR, ">=", "10-02"), (12, U.SCHOOL_DAY, ">=", None),
        (1, U.MONTH, ">=", None),
    ],
)  # fmt: skip
def test_the_day_on_which_a_threshold_is_reached(value, unit, operator, reached):
    got = reached_on(run("09-30"), Threshold(value, unit, operator), AUTUMN, AS_OF, U.SCHOOL_DAY)
    assert got == (day(reached) if reached else None)


def test_a_month_runs_to_the_day_before_the_same_date():
    away = run("09-21", as_of="10-20")
    month = Threshold(1, U.MONTH)
    assert reached_on(away, month, AUTUMN, AS_OF, U.DAY) == day("10-20")
    longer = Threshold(1, U.MONTH, ">")
    assert reached_on(away, longer, AUTUMN, AS_OF, U.DAY) is None
    later = run("09-21", as_of="10-21")
    assert reached_on(later, longer, AUTUMN, day("10-21"), U.DAY) == day("10-21")


def test_half_a_day_reaches_only_half_day_thresholds():
    (half,) = runs_from_spells([Spell(AS_OF, AS_OF, LeaveKind.UNEXCUSED)], AUTUMN, AS_OF)
    assert reached_on(half, Threshold(1, U.HALF_DAY), AUTUMN, AS_OF, U.DAY) == AS_OF
    for threshold in (
        Threshold(1, U.SCHOOL_DAY),
        Threshold(1, U.CALENDAR_DAY),
        Threshold(24, U.HOUR),
    ):
        assert reached_on(half, threshold, AUTUMN, AS_OF, U.SCHOOL_DAY) is None


def test_closed_runs_do_not_grow_to_as_of():
    back = run("10-08", "10-12")
    assert reached_on(back, Threshold(4, U.CALENDAR_DAY), AUTUMN, AS_OF, U.SCHOOL_DAY) is None
    assert reached_on(back, Threshold(3, U.CALENDAR_DAY), AUTUMN, AS_OF, U.SCHOOL_DAY) == day(
        "10-10"
    )


def test_steps_with_their_deadlines():
    ladder = policy(
        step("contact", 1, U.HALF_DAY),
        step("visit", 3, U.DAY, within=Threshold(3, U.DAY)),
        step("report", 3, U.WORKDAY, ">", within=Threshold(1, U.WORKDAY)),
        step("suspected", 7, U.DAY, ">"),
    )
    found = steps_reached(ladder, [run("10-09")], calendar=AUTUMN, as_of=AS_OF)
    assert [(r.step.step, r.reached, r.due, r.overdue) for r in found] == [
        ("contact", day("10-09"), day("10-09"), True),
        ("visit", day("10-12"), day("10-15"), True),
        ("report", day("10-13"), day("10-14"), True),
        ("suspected", day("10-19"), day("10-19"), True),
    ]
    early = steps_reached(
        ladder, [run("10-09", as_of="10-13")], calendar=AUTUMN, as_of=day("10-13")
    )
    assert [(r.step.step, r.overdue) for r in early] == [
        ("contact", True),
        ("visit", False),
        ("report", False),
    ]


def test_a_deadline_over_the_holiday():
    ladder = policy(step("visit", 3, U.DAY, within=Threshold(3, U.DAY)))
    away = run("09-28", as_of="10-08")
    (found,) = steps_reached(ladder, [away], calendar=AUTUMN, as_of=day("10-08"))
    assert (found.reached, found.due, found.overdue) == (day("09-30"), day("10-10"), False)


def test_a_step_counted_from_another_step():
    ladder = policy(
        step("suspected", 5, U.WORKDAY, ">"), step("dropout", 1, U.MONTH, ">", after="suspected")
    )
    away = run("09-01", as_of="10-10")
    suspected, dropout = steps_reached(ladder, [away], calendar=AUTUMN, as_of=day("10-10"))
    assert suspected.reached == day("09-08")
    assert dropout.reached == day("10-09")
    alone = steps_reached(ladder, [away], calendar=AUTUMN, as_of=day("10-08"))
    assert [r.step.step for r in alone] == ["suspected"]


def test_only_open_runs_are_due_unless_asked():
    ladder = policy(step("visit", 3, U.DAY))
    closed, still = run("09-21", "09-28"), run("10-15")
    assert [
        r.run for r in steps_reached(ladder, [closed, still], calendar=AUTUMN, as_of=AS_OF)
    ] == [still]
    every = steps_reached(ladder, [still, closed], calendar=AUTUMN, as_of=AS_OF, only_open=False)
    assert [(r.run, r.overdue) for r in every] == [(closed, False), (still, True)]


def test_cumulative_is_another_measure():
    ladder = policy(
        step("contact", 5, U.DAY, measure=RunMeasure.CUMULATIVE), step("visit", 5, U.DAY)
    )
    runs = [run("09-21", "09-24"), run("10-08", "10-10")]
    (found,) = steps_reached(ladder, runs, calendar=AUTUMN, as_of=AS_OF)
    assert (found.step.step, found.run, found.reached) == ("contact", None, day("10-09"))
    (known,) = steps_reached(ladder, [], calendar=AUTUMN, as_of=AS_OF, cumulative=6)
    assert (known.reached, known.due) == (None, None)
    assert steps_reached(ladder, runs[:1], calendar=AUTUMN, as_of=AS_OF) == []


def test_days_of_unstated_unit_follow_the_policy():
    ladder = policy(step("visit", 3, U.DAY), unstated=U.CALENDAR_DAY)
    (found,) = steps_reached(ladder, [run("09-30")], calendar=AUTUMN, as_of=AS_OF)
    assert (found.reached, found.due) == (day("10-02"), day("10-08"))


def test_level_is_the_last_step_reached():
    ladder = policy(
        step("contact", 1, U.HALF_DAY), step("visit", 3, U.DAY), step("report", 3, U.DAY, ">")
    )
    names = [(found := level(ladder, school_days=n)) and found.step for n in (0, 0.5, 2, 3, 4)]
    assert names == [None, "contact", "contact", "visit", "report"]
    assert meets(3, Threshold(3, U.DAY))
    assert not meets(3, Threshold(3, U.DAY, ">"))
    assert in_school_days(Threshold(48, U.HOUR), U.SCHOOL_DAY) is None


thresholds = st.builds(
    Threshold,
    st.sampled_from([0.5, 1, 2, 3, 5, 7, 10]),
    st.sampled_from([U.HALF_DAY, U.DAY, U.SCHOOL_DAY, U.WORKDAY, U.CALENDAR_DAY, U.WEEK]),
    st.sampled_from([">=", ">"]),
)


@given(
    thresholds,
    st.sampled_from(AUTUMN.between(day("09-01"), AS_OF)),
    st.sampled_from([U.SCHOOL_DAY, U.CALENDAR_DAY]),
)
def test_level_and_steps_agree(threshold, start, unstated):
    one = Step(StepName.VISIT, "s", threshold, "", "", "X-01")
    ladder = policy(one, unstated=unstated)
    (away,) = runs_from_spells([Spell(start, None, LeaveKind.UNEXCUSED)], AUTUMN, AS_OF)
    found = steps_reached(ladder, [away], calendar=AUTUMN, as_of=AS_OF)
    shown = level(ladder, school_days=away.school_days, calendar_days=away.calendar_days)
    assert (shown is one) == bool(found)
