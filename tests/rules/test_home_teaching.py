"""Home teaching against policy and plan, month by month (P01-18, P02-16/17, P24-27, YL-19)."""

from __future__ import annotations

import pytest

from kbbx_xl.model import Period
from kbbx_xl.rules.home_teaching import (
    Asked,
    Lesson,
    MonthOfTeaching,
    Per,
    Plan,
    count_teachers,
    month_of_teaching,
    plan_below,
    requirement,
    stated,
)
from kbbx_xl.settings.policies import load_policy
from tests.rules.calendars import day, national

TERM = national("2026-09-01", "2027-01-22")
SEPTEMBER, OCTOBER, NOVEMBER = (Period(2026, n) for n in (9, 10, 11))
P01, P02, P24 = (stated(load_policy(name)) for name in ("p01", "p02", "p24"))


def taught(
    text: str,
    asked: Asked,
    month: Period,
    *,
    lessons: float | None = 3,
    teachers: int = 2,
    plan: tuple[str, str | None] = ("2026-09-01", None),
    as_of: str = "2026-12-31",
) -> MonthOfTeaching:
    """Visits on the days of ``text`` under a plan from ``plan[0]`` to ``plan[1]``."""
    start, end = day(plan[0]), day(plan[1]) if plan[1] else None
    visits = [Lesson(day(one), lessons, teachers) for one in text.split()]
    return month_of_teaching(visits, asked, month, start, end, TERM, day(as_of))


def test_p01_18_twice_a_month_two_lessons_each() -> None:
    assert (P01.times, P01.per, P01.lessons, P01.rule) == (2, Per.MONTH, 2, "P01-18")
    assert P01.teachers is None  # 专门教师, no number
    held = taught("11-03 11-17", P01, NOVEMBER, lessons=2, teachers=1)
    assert (held.required, held.visits, held.surplus, held.short, held.lessons) == (2, 2, 0, 0, 4)
    brief = taught("11-03 11-17", P01, NOVEMBER, lessons=1)
    assert (brief.required, brief.visits, brief.short, brief.lessons) == (2, 0, 2, 2)
    unwritten = taught("11-03", P01, NOVEMBER, lessons=None)
    assert (unwritten.visits, unwritten.short) == (0, 1)


def test_p01_35_a_visit_on_a_holiday_counts() -> None:
    assert taught("10-02 10-25", P01, OCTOBER).visits == 2


def test_p02_16_two_teachers_each_visit() -> None:
    assert P02.teachers == 2
    alone = taught("11-03 11-05", P02, NOVEMBER, teachers=1)
    assert (alone.visits, alone.short) == (0, 2)


def test_p02_17_twice_a_week_three_lessons_each() -> None:
    assert (P02.times, P02.per, P02.lessons) == (2, Per.WEEK, 3)
    days = "11-03 11-05 11-10 11-12 11-17 11-19 11-24 11-26"
    held = taught(days, P02, NOVEMBER)
    assert (held.required, held.visits, held.surplus) == (8, 8, 0)
    assert taught(days, P02, NOVEMBER, lessons=2).short == 8


def test_visits_of_one_week_make_up_for_no_other() -> None:
    held = taught("11-03 11-04 11-05 11-06", P02, NOVEMBER)
    assert (held.required, held.visits, held.surplus) == (8, 4, 2)
    twice = taught("11-03 11-04 11-05", P01, NOVEMBER)
    assert (twice.required, twice.visits, twice.surplus) == (2, 3, 1)


def test_a_week_counts_in_the_month_of_its_last_school_day() -> None:
    # 28 to 30 September are followed by the holiday; 30 November to 4 December is a December week
    assert taught("09-29 09-30", P02, SEPTEMBER).required == 2 * 5
    assert taught("09-29 09-30", P02, SEPTEMBER).visits == 2
    assert taught("11-30", P02, NOVEMBER).visits == 0
    assert taught("11-30", P02, Period(2026, 12)).visits == 1
    assert taught("", P02, OCTOBER).required == 2 * 4  # none for the week of the holiday


def test_p24_27_once_a_week() -> None:
    assert (P24.times, P24.per, P24.lessons, P24.teachers) == (1, Per.WEEK, None, None)
    held = taught("11-03 11-10 11-17", P24, NOVEMBER, lessons=None, teachers=1)
    assert (held.required, held.visits, held.short) == (4, 3, 0)


def test_only_weeks_that_are_over_are_asked_for() -> None:
    held = taught("11-03 11-10 11-17", P24, NOVEMBER, as_of="11-18")
    assert (held.required, held.visits, held.surplus) == (2, 3, 1)
    assert taught("11-03", P24, NOVEMBER, as_of="11-04").note == "本月未满"
    assert taught("11-03", P01, NOVEMBER, as_of="11-27").note == "本月未满"
    assert taught("11-03", P01, NOVEMBER, as_of="11-30").required == 2


def test_a_plan_that_covers_part_asks_for_nothing_and_shows_what_was_held() -> None:
    part = taught("11-17 11-24", P01, NOVEMBER, plan=("11-10", None))
    assert (part.required, part.visits, part.surplus, part.note) == (0, 2, 2, "计划不满一月")
    ends = taught("11-03", P01, NOVEMBER, plan=("09-01", "11-20"))
    assert (ends.required, ends.note) == (0, "计划不满一月")
    weeks = taught("11-12 11-18", P24, NOVEMBER, plan=("11-11", None))
    assert (weeks.required, weeks.visits, weeks.surplus) == (2, 2, 1)  # of 16 and 23 November
    assert taught("", P24, NOVEMBER, plan=("11-25", "11-26")).note == "计划不满一周"


def test_a_visit_outside_the_plan_does_not_count() -> None:
    assert taught("11-03 11-24", P24, NOVEMBER, plan=("11-09", "11-22")).visits == 0


def test_holidays_ask_for_nothing() -> None:
    july = taught("2027-07-06", P02, Period(2027, 7), as_of="2027-07-31")
    assert (july.required, july.visits, july.note) == (0, 1, "本月不上课")


def test_yl_19_no_frequency_stated_the_plan_counts() -> None:
    policy = load_policy("yanling")
    assert stated(policy) == Asked()
    plan = Plan(day("09-01"), times=3, per=Per.MONTH, lessons=2, teachers=1)
    asked = requirement(policy, plan)
    assert (asked.times, asked.per, asked.lessons, asked.teachers) == (3, Per.MONTH, 2, None)
    assert asked.rule == ""
    silent = taught("11-03", requirement(policy, Plan(day("09-01"))), NOVEMBER)
    assert (silent.required, silent.visits, silent.note) == (0, 1, "没有写送教次数")


def test_the_policy_goes_before_the_plan() -> None:
    plan = Plan(day("09-01"), times=1, per=Per.MONTH, lessons=1, teachers=1)
    assert requirement(load_policy("p02"), plan) == P02
    assert requirement(load_policy("p24"), plan).lessons == 1  # the policy names no length


@pytest.mark.parametrize(
    ("policy", "times", "per", "below"),
    [
        ("p01", 1, Per.MONTH, True),
        ("p01", 2, Per.MONTH, False),
        ("p01", 1, Per.WEEK, False),
        ("p24", 3, Per.MONTH, True),
        ("p24", 4, Per.MONTH, False),
        ("p02", 1, Per.WEEK, True),
        ("yanling", 1, Per.MONTH, False),
    ],
)
def test_a_plan_below_the_policy(policy: str, times: int, per: Per, *, below: bool) -> None:
    plan = Plan(day("09-01"), times=times, per=per)
    assert plan_below(load_policy(policy), plan) == (("send.freq",) if below else ())


def test_a_plan_may_be_too_short_and_too_few() -> None:
    plan = Plan(day("09-01"), lessons=2, teachers=1)
    assert plan_below(load_policy("p02"), plan) == ("send.hours", "send.teachers")
    assert not plan_below(load_policy("p02"), Plan(day("09-01")))


@pytest.mark.parametrize(
    ("written", "count"),
    [
        ("", 0),
        (None, 0),
        ("张三", 1),
        ("张三、李四", 2),
        ("张三，李四,王五", 3),
        ("张三 李四", 2),
        ("张　三", 1),
        ("张　三、李　四", 2),
        ("张三、张三", 1),
        ("张三、", 1),
    ],
)
def test_teachers_are_counted_by_their_names(written: str | None, count: int) -> None:
    assert count_teachers(written) == count
