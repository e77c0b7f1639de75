"""KBBX_SCHOOL_DAYS, KBBX_ABSENT_DAYS, KBBX_LONGEST_RUN, KBBX_STEP and KBBX_DUE."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kbbx_xl.books.template.calc.values import values_of
from kbbx_xl.books.template.context import Context
from kbbx_xl.excel.functions import absence, calendar, ladder
from kbbx_xl.excel.functions.caller import NOWHERE, Here
from kbbx_xl.model import CalendarSheet, Period
from kbbx_xl.rules.ladder import due_on
from kbbx_xl.rules.school_days import school_calendar
from kbbx_xl.settings.policies import CARRIED, all_policies, load_policy
from kbbx_xl.settings.policy_text import policy_yaml
from tests.books.setup.small_county import county

WRONG, UNKNOWN = "#VALUE!", "#N/A"
OCTOBER = [dt.datetime(2026, 10, day) for day in range(1, 32)]
AS_OF = dt.datetime(2026, 10, 20)
TWENTIETH = AS_OF.date()


def here(**known: object) -> Here:
    """A workbook that says this and nothing else."""
    stamp = {"policy": known.pop("policy", ""), CARRIED: known.pop("carried", "")}
    told = {"stamp": stamp, "policy": stamp["policy"], "school_days": None, "as_of": None}
    return cast(Here, SimpleNamespace(**{**told, **known}))


def row(**marks: str) -> list[list[object]]:
    """One pupil's month: ``d8="×"`` is the mark of the 8th."""
    return [[marks.get(f"d{day}") for day in range(1, 32)]]


# --- school days


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        ("2026-10-01", "2026-10-12", 4),  # 8th, 9th, Saturday the 10th is made up for, 12th
        (dt.datetime(2026, 10, 8), 46304.0, 2),  # to the 9th
        ("2026-10-09", "2026-10-08", 0),
        ("2026-07-20", "2026-08-20", 0),
        (None, "2026-10-08", ""),
        ("2026-10-08", None, ""),
        ("开学", "2026-10-08", WRONG),
        ("2026-10-08", False, WRONG),
        ("2026-12-30", "2027-01-05", UNKNOWN),  # holidays of 2027 are not published
        ("2026-10-08", "#N/A", UNKNOWN),
    ],
)
def test_school_days_of_the_usual_terms(first: object, last: object, days: object) -> None:
    assert calendar.school_days(first, last) == [[days]]


def test_school_days_over_two_terms_and_down_a_column() -> None:
    terms = [CalendarSheet(dt.date(2025, 9, 1), dt.date(2026, 1, 20)), CalendarSheet(dt.date(2026, 3, 1), dt.date(2026, 7, 10))]  # fmt: skip
    whole = sum(len(school_calendar(term).days) for term in terms)
    column = [["2025-09-01"], ["2026-07-10"], [None]]
    assert calendar.school_days(column, "2026-07-10") == [[whole], [1], [""]]


def test_a_given_calendar_wins_over_the_workbooks_over_the_usual_one() -> None:
    given_days = [["2026-10-08", None], [46304.0, ""]]
    own = here(school_days=[[dt.datetime(2026, 10, 10)], [None]])
    span = ("2026-10-01", "2026-10-31")
    assert calendar.school_days(*span, given_days, own) == [[2]]
    assert calendar.school_days(*span, None, own) == [[1]]
    assert calendar.school_days(*span, [[None], [None]], own) == [[1]]
    assert calendar.school_days(*span) == [[18]]


@pytest.mark.parametrize("days", [[["上课日"], ["2026-10-08"]], [["#REF!"]], 5.0])
def test_a_calendar_that_holds_something_else_is_wrong(days: object) -> None:
    assert calendar.school_days("2026-10-01", "2026-10-31", days) == [[WRONG]]


def test_a_calendar_says_nothing_of_other_school_years() -> None:
    days = [["2026-10-08"], ["2026-10-09"]]
    assert calendar.school_days("2025-10-01", "2026-10-31", days) == [[UNKNOWN]]
    assert calendar.school_days("2026-09-01", "2027-08-31", days) == [[2]]


# --- absence


def test_a_run_over_the_holidays_and_a_make_up_saturday() -> None:
    marks = row(d8="×", d9="×", d10="旷", d12="×", d13="病", d14="半", d19="×", d20="×")
    frame = (marks, [OCTOBER])
    assert absence.longest_run(*frame, AS_OF) == [[4.0]]
    assert absence.longest_run(*frame, AS_OF, True) == [[2.0]]
    assert absence.longest_run(*frame, AS_OF, None, None, True) == [[5]]
    assert absence.longest_run(*frame, "2026-10-09") == [[2.0]]
    assert absence.longest_run(*frame, None, 1.0) == [[0.0]]  # to the 31st: back since the 21st
    assert absence.longest_run(*frame, None, True, here=here(as_of=TWENTIETH)) == [[2.0]]
    assert absence.absent_days(*frame, None, AS_OF) == [[6.5]]
    assert absence.absent_days(*frame, "病假", AS_OF) == [[1.0]]
    assert absence.absent_days(*frame, "因事", AS_OF) == [[0.0]]


def test_one_result_a_row() -> None:
    rows = [*row(d8="×", d9="半"), *row(d8="√"), *row(), *row(d8="#N/A"), *row(d8="#REF!")]
    assert absence.longest_run(rows, [OCTOBER]) == [[1.0], [0.0], [""], [UNKNOWN], [WRONG]]
    assert absence.absent_days(rows, [OCTOBER]) == [[1.5], [0.0], [""], [UNKNOWN], [WRONG]]


def test_the_days_may_be_given() -> None:
    weekend = row(d10="×", d11="×", d12="×")
    days = [[day] for day in OCTOBER if day.weekday() < 5]
    assert absence.longest_run(weekend, [OCTOBER]) == [[2.0]]
    assert absence.longest_run(weekend, [OCTOBER], school_days=days) == [[1.0]]
    assert absence.absent_days(weekend, [OCTOBER], here=here(school_days=days)) == [[1.0]]


def test_blank_dates_are_no_days() -> None:
    """A month of 30 days in a form of 31 columns."""
    dates = [[*OCTOBER[:30], ""]]
    assert absence.longest_run(row(d30="×", d31="×"), dates) == [[1.0]]


@pytest.mark.parametrize(
    ("dates", "more"),
    [
        ([OCTOBER[:30]], {}),
        ([[*OCTOBER[:30], "合计"]], {}),
        ([[*OCTOBER[:30], OCTOBER[0]]], {}),
        ([[day] for day in OCTOBER], {}),
        ([[None] * 31], {}),
        ([[float(day) for day in range(1, 32)]], {}),
        ([OCTOBER], {"as_of": "月底"}),
        ([OCTOBER], {"only_open": "是"}),
        ([OCTOBER], {"in_calendar_days": "是"}),
        ([OCTOBER], {"school_days": "周一"}),
        ([[*OCTOBER[:30], "#REF!"]], {}),
    ],
)
def test_a_roll_call_that_cannot_be_read(dates: object, more: dict[str, object]) -> None:
    rows = [*row(d8="×"), *row()]
    assert absence.longest_run(rows, dates, **more) == [[WRONG], [""]]  # type: ignore[arg-type]


def test_kinds_of_absence_and_years_nobody_knows() -> None:
    assert absence.absent_days(row(d8="×"), [OCTOBER], "请假") == [[WRONG]]
    later = [[day.replace(year=2027) for day in OCTOBER]]
    assert absence.longest_run(row(d8="×"), later) == [[UNKNOWN]]
    assert absence.absent_days(row(d8="×"), [OCTOBER], as_of="#N/A") == [[UNKNOWN]]


MARKS = st.sampled_from([None, "√", "×", "×", "×", "半", "病", "事", "√×", "？", "休"])


@settings(max_examples=40)
@given(st.lists(MARKS, min_size=31, max_size=31))
def test_the_function_and_the_workbook_give_the_same_numbers(marks: list[object]) -> None:
    """Longest and open run, total and warning, as the formulas of the roll call store them."""
    policy = load_policy("tanghe")
    context = Context(period=Period(2026, 10), as_of=TWENTIETH, policy=policy)
    cells = {day: mark for day, mark in enumerate(marks, 1) if mark}
    stored = values_of("roll_call", context, {"roll_call": [{"name": "学生", "marks": cells}]})[0]
    frame = ([marks], [OCTOBER])
    open_run = absence.longest_run(*frame, AS_OF, True)[0][0]
    found = [absence.absent_days(*frame, None, AS_OF), absence.longest_run(*frame, AS_OF)]
    if cells:
        assert found == [[[stored["absent"]]], [[stored["longest"]]]]
        assert open_run == stored["run"]
        assert ladder.step(open_run, None, "tanghe") == [[stored["flag"]]]


# --- the ladder


@pytest.mark.parametrize(
    ("days", "kind", "policy", "span", "title"),
    [
        (0.5, None, "tanghe", None, "联系家长"),
        (2.0, "旷课", "TH", None, "联系家长"),
        (3.0, "无故", "唐河县", None, "家访劝返"),
        ("3天", None, "Tanghe", None, "家访劝返"),
        (0.0, None, "tanghe", None, ""),
        (30.0, "病假", "tanghe", None, ""),
        (30.0, "事", "tanghe", None, ""),
        (None, None, "tanghe", None, ""),
        (None, None, None, None, ""),
        (3.0, None, None, None, WRONG),
        (3.0, None, "没有这个县", None, WRONG),
        (3.0, "请假", "tanghe", None, WRONG),
        (-1.0, None, "tanghe", None, WRONG),
        (1e9, None, "tanghe", None, WRONG),
        (3.0, None, "tanghe", 1e9, WRONG),
        (3.0, None, "tanghe", "几天", WRONG),
        (True, None, "tanghe", None, WRONG),
        ("多次", None, "tanghe", None, WRONG),
        (AS_OF, None, "tanghe", None, WRONG),
        ("#N/A", None, "tanghe", None, UNKNOWN),
    ],
)
def test_the_step_of_an_absence(
    days: object, kind: object, policy: object, span: object, title: str
) -> None:
    assert ladder.step(days, kind, policy, span) == [[title]]


def test_hours_run_on_the_calendar() -> None:
    """P04: 48 hours are reached on the third day, whatever days of school it holds."""
    p04 = load_policy("p04")
    hours = next(step for step in p04.steps if step.threshold.unit == "hour")
    spans = ladder.step(1.0, None, "p04", [[None, 2.0, 3.0]])[0]
    assert spans[2] == hours.title
    assert hours.title not in spans[:2]


def test_the_policy_of_the_workbook_is_used() -> None:
    assert ladder.step([[3.0], [1.0]], here=here(policy="tanghe")) == [["家访劝返"], ["联系家长"]]
    assert ladder.step(3.0, None, "genhe", here=here(policy="tanghe")) == ladder.step(
        3.0, None, "根河市"
    )


def test_the_county_s_own_policy_of_the_workbook_is_used() -> None:
    own = county().policy  # a visit after 2 school days, not 3 days
    where = here(policy=own.profile, carried=policy_yaml(own))
    assert ladder.step(2.0, here=where) == [["家访劝返"]]
    assert ladder.step(2.0, here=here(policy="tanghe")) == [["联系家长"]]


def test_every_policy_answers_for_any_days() -> None:
    days = [[half / 2] for half in range(121)]
    for policy in all_policies():
        titles = {cell for (cell,) in ladder.step(days, None, policy.profile)}
        assert titles <= {"", *(step.title for step in policy.steps)}


@pytest.mark.parametrize(
    ("reached", "step", "due"),
    [
        ("2026-10-08", "家访劝返", dt.date(2026, 10, 8)),
        ("2026-10-03", "visit", dt.date(2026, 10, 8)),  # a holiday: the next school day
        (None, "家访劝返", ""),
        ("2026-10-08", None, ""),
        ("2026-10-08", "没有这一级", WRONG),
        ("早上", "家访劝返", WRONG),
        ("2026-12-31", "家访劝返", dt.date(2026, 12, 31)),
        ("2027-03-01", "家访劝返", UNKNOWN),
        ("#N/A", "家访劝返", UNKNOWN),
    ],
)
def test_when_a_step_is_due(reached: object, step: object, due: object) -> None:
    assert ladder.due(reached, step, "tanghe") == [[due]]


def test_due_days_are_those_of_the_rules_for_every_policy() -> None:
    days = school_calendar(CalendarSheet(dt.date(2026, 9, 1), dt.date(2026, 12, 31)))
    listed = [[day.isoformat()] for day in days.days]
    reached = dt.date(2026, 10, 9)
    for policy in all_policies():
        for step in policy.steps:
            if step == policy.step(step.step):
                found = ladder.due("2026-10-09", step.title, policy.title, listed)
                first = next(s for s in policy.steps if s.title == step.title)
                assert found == [[due_on(policy, first, reached, days)]]


def test_no_day_is_due_beyond_the_calendar_or_without_a_policy() -> None:
    days = [["2026-10-08"]]
    assert ladder.due("2026-10-09", "家访劝返", "tanghe", days) == [[UNKNOWN]]
    assert ladder.due("2026-10-08", "家访劝返", "tanghe", "无") == [[WRONG]]
    assert ladder.due("2026-10-08", "家访劝返") == [[WRONG]]
    assert ladder.due("2026-10-08", "家访劝返", here=here(policy="tanghe", school_days=days)) == [
        [dt.date(2026, 10, 8)]
    ]


def test_outside_a_workbook_nothing_is_known() -> None:
    assert (NOWHERE.policy, NOWHERE.school_days, NOWHERE.as_of) == ("", None, None)
