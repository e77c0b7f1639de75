"""School days, holidays, overrides and deadlines (domain.md section 4)."""

from __future__ import annotations

import datetime as dt

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbbx_xl.messages import InputError
from kbbx_xl.model import CalendarDay, CalendarSheet
from kbbx_xl.rules.school_days import (
    add_months,
    deadline,
    is_workday,
    school_calendar,
    with_term,
    workday_after,
)
from kbbx_xl.settings.policies import DayUnit, Threshold
from tests.rules.calendars import AUTUMN, day, national, sheet

OCTOBER = [f"10-{n:02d}" for n in (8, 9, 10, 12, 13, 14, 15, 17, 19, 20)]


def test_holidays_make_up_days_and_county_changes():
    expected = tuple(day(text) for text in OCTOBER)
    assert AUTUMN.between(day("10-01"), day("10-20")) == expected
    assert AUTUMN.count(day("09-01"), day("10-20")) == 32
    assert AUTUMN.is_school_day(day("09-20"))  # a Sunday worked for the October holiday
    assert not AUTUMN.is_school_day(day("09-14"))  # closed by the county
    assert AUTUMN.count(day("10-20"), day("10-01")) == 0


@pytest.mark.parametrize(
    ("start", "n", "expected"),
    [
        ("04-30", 3, "05-07"), ("04-30", 5, "05-09"), ("04-30", 7, "05-12"),
        ("09-30", 3, "10-09"), ("09-30", 5, "10-12"), ("09-30", 7, "10-14"),
        ("09-18", 3, "09-21"), ("03-05", 3, "03-09"),
    ],
)  # fmt: skip
def test_nth_working_day_from_the_first_absence(start, n, expected):
    assert national("2026-03-01", "2026-12-31").nth_from(day(start), n) == day(expected)


@pytest.mark.parametrize(
    ("month", "days"), [(1, 21), (2, 16), (4, 21), (5, 19), (6, 21), (9, 22), (10, 18)]
)
def test_working_days_of_the_months_of_2026(month, days):
    year = national("2026-01-01", "2026-12-31")
    assert (
        year.count(
            dt.date(2026, month, 1), add_months(dt.date(2026, month, 1), 1) - dt.timedelta(1)
        )
        == days
    )


def test_a_school_may_differ_from_its_county():
    own = (("10-17", False, "石桥小学"), ("10-18", True, "石桥小学、柳林小学"))
    changed = school_calendar(sheet(*own), school="石桥小学")
    assert not changed.is_school_day(day("10-17"))
    assert changed.is_school_day(day("10-18"))
    assert school_calendar(sheet(*own), school="柳林小学").is_school_day(day("10-17"))
    assert not school_calendar(sheet(*own)).is_school_day(day("10-18"))


def test_a_make_up_day_counts_outside_the_term():
    rows = (CalendarDay(day("08-31"), True),)
    assert school_calendar(CalendarSheet(day("09-01"), day("12-31"), rows)).days[0] == day("08-31")


def test_years_without_published_holidays_are_listed_and_nothing_is_raised():
    assert AUTUMN.uncovered_in(day("10-01"), day("12-31")) == ()
    first = day("2027-01-01")
    assert AUTUMN.uncovered_in(first, day("2027-01-02")) == (first, day("2027-01-02"))
    assert not AUTUMN.is_school_day(first)
    decided = sheet(("2027-01-01", False, ""))
    assert first not in school_calendar(decided).uncovered


def test_term_dates_are_needed_and_can_be_filled_from_the_usual_ones():
    usual = [(day("2026-09-01"), day("2027-01-20")), (day("2027-03-01"), day("2027-07-10"))]
    with pytest.raises(InputError):
        school_calendar(CalendarSheet(day("09-01"), None))
    with pytest.raises(InputError):
        school_calendar(CalendarSheet(day("09-01"), day("2026-01-20")))
    assert with_term(CalendarSheet(), usual, day("10-20")).term_end == usual[0][1]
    assert with_term(CalendarSheet(), usual, day("2027-02-10")).term_start == usual[1][0]
    kept = with_term(CalendarSheet(day("08-28"), None), usual, day("10-20"))
    assert (kept.term_start, kept.term_end) == (day("08-28"), usual[0][1])


@given(st.dates(day("2026-08-01"), day("2027-02-28")), st.integers(1, 60))
def test_counting_agrees_with_walking(start, n):
    last = AUTUMN.nth_from(start, n)
    if last is None:
        assert AUTUMN.count(start, day("2027-12-31")) < n
    else:
        assert AUTUMN.count(start, last) == n
        assert AUTUMN.last_on_or_before(last) == last
        assert AUTUMN.next_on_or_after(last) == last


def test_before_and_after_the_calendar_there_is_no_school_day():
    assert AUTUMN.last_on_or_before(day("08-31")) is None
    assert AUTUMN.next_on_or_after(day("2027-02-01")) is None
    assert AUTUMN.nth_after(day("2027-01-20"), 5) is None


@pytest.mark.parametrize(
    ("reached", "number", "unit", "due"),
    [
        ("09-30", 1, DayUnit.SCHOOL_DAY, "10-08"),
        ("09-30", 3, DayUnit.DAY, "10-10"),  # 天 is taken for school days
        ("10-15", 1, DayUnit.SCHOOL_DAY, "10-17"),
        ("10-15", 1, DayUnit.WORKDAY, "10-16"),  # the county closed schools, not offices
        ("09-30", 3, DayUnit.CALENDAR_DAY, "10-03"),  # runs on through the holiday
        ("09-30", 48, DayUnit.HOUR, "10-02"),
        ("09-30", 1, DayUnit.WEEK, "10-07"),
        ("09-30", 1, DayUnit.MONTH, "10-30"),
        ("10-16", 1, DayUnit.HALF_DAY, "10-17"),  # the same day, but school is closed
        ("10-15", 1, DayUnit.HALF_DAY, "10-15"),
        ("10-15", 2, DayUnit.HALF_DAY, "10-17"),
    ],
)
def test_deadlines(reached, number, unit, due):
    assert deadline(day(reached), Threshold(number, unit), AUTUMN) == day(due)


def test_deadline_on_the_same_day_moves_to_the_next_school_day():
    assert deadline(day("10-20"), None, AUTUMN) == day("10-20")
    assert deadline(day("10-18"), None, AUTUMN) == day("10-19")


def test_days_of_unstated_unit_read_as_calendar_days_move_when_school_is_closed():
    three = Threshold(3, DayUnit.DAY)
    assert deadline(day("09-30"), three, AUTUMN, unstated=DayUnit.CALENDAR_DAY) == day("10-08")
    assert deadline(day("09-30"), three, AUTUMN, unstated=DayUnit.WORKDAY) == day("10-10")


def test_deadline_beyond_the_calendar_is_not_known():
    assert deadline(day("2027-01-22"), Threshold(3, DayUnit.SCHOOL_DAY), AUTUMN) is None


def test_months_and_working_days():
    assert add_months(day("2026-01-31"), 1) == day("02-28")
    assert add_months(day("12-31"), 2) == day("2027-02-28")
    assert workday_after(day("09-30"), 0) == day("09-30")
    assert workday_after(day("09-30"), 2) == day("10-09")


def test_an_absence_over_the_winter_break_is_counted_in_both_terms():
    spring = CalendarSheet(dt.date(2027, 2, 22), dt.date(2027, 6, 30))
    whole = school_calendar(
        CalendarSheet(*spring_dates(spring), earlier=(dt.date(2026, 9, 1), dt.date(2027, 1, 22)))
    )
    start, as_of = dt.date(2027, 1, 20), dt.date(2027, 2, 23)
    assert whole.count(start, as_of) == 5  # Wed-Fri before the break, Mon-Tue after it
    assert whole.nth_from(start, 4) == dt.date(2027, 2, 22)
    assert (whole.term_start, whole.term_end) == spring_dates(spring)
    assert school_calendar(spring).count(start, as_of) == 2
    assert school_calendar(spring).begins_after(start)
    assert not whole.begins_after(start)


def spring_dates(sheet):
    return sheet.term_start, sheet.term_end


def test_national_working_days_are_those_of_the_library() -> None:
    for number in range(dt.date(2003, 1, 1).toordinal(), dt.date(2029, 1, 1).toordinal()):
        day = dt.date.fromordinal(number)
        try:
            known: bool | None = bool(chinese_calendar.is_workday(day))
        except NotImplementedError:
            known = None
        working, covered = is_workday(day)
        assert covered == (known is not None)
        assert known in (None, working)
