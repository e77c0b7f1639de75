"""When duties come round, and until when: each test is named by the rule it proves."""

from __future__ import annotations

import datetime as dt

import pytest

from kbbx_xl.model import CalendarSheet
from kbbx_xl.rules.duties import Occurrence, SchoolYear, occurrences, school_year
from kbbx_xl.settings.calendar import load_calendar
from kbbx_xl.settings.national import national_duties
from kbbx_xl.settings.policies import DayUnit, Duty, Every, load_policy

SHEET = CalendarSheet(dt.date(2026, 9, 1), dt.date(2027, 1, 22))


def year(start: int = 2026, sheet: CalendarSheet = SHEET) -> SchoolYear:
    return school_year(sheet, dt.date(start, 9, 1), load_calendar().term_dates(start))


def duty(policy: str, name: str) -> Duty:
    return next(d for d in load_policy(policy).duties if d.duty == name)


def due(policy: str, name: str) -> list[Occurrence]:
    return occurrences(duty(policy, name), year())


def days(found: list[Occurrence]) -> list[str]:
    return [str(one.due) for one in found]


def test_th_22_check_is_due_ten_school_days_after_term_starts() -> None:
    first, second = due("TH", "term_check")
    assert (first.opens, first.due) == (dt.date(2026, 9, 1), dt.date(2026, 9, 15))
    assert first.stated
    assert first.known
    assert not second.known  # the 校历 states the autumn term only
    assert second.opens == dt.date(2027, 3, 1)


def test_th_22_days_are_calendar_days_where_the_county_counts_so() -> None:
    found = occurrences(duty("TH", "term_check"), year(), unstated=DayUnit.CALENDAR_DAY)
    assert found[0].due == dt.date(2026, 9, 11)


def test_th_23_report_goes_to_central_school_and_township_on_the_fifteenth_day() -> None:
    assert days(due("TH", "term_report"))[0] == "2026-09-21"  # 20 September is a make-up day
    assert duty("TH", "term_report").to == ("中心学校", "乡镇人民政府（办事处）")


def test_th_32_monthly_report_is_due_on_the_20th_of_each_month() -> None:
    found = due("TH", "monthly")
    assert len(found) == 12
    assert days(found)[:2] == ["2026-09-20", "2026-10-20"]  # a Sunday is not moved
    assert all(one.stated for one in found)


def test_th_35_september_and_march_are_key_months() -> None:
    spans = [(str(o.opens), str(o.due)) for o in due("TH", "key_months")]
    assert spans == [("2026-09-01", "2026-09-30"), ("2027-03-01", "2027-03-31")]


def test_th_41_inspection_comes_once_a_year_without_a_day() -> None:
    (found,) = due("TH", "inspection")
    assert (found.due, found.stated) == (dt.date(2027, 8, 31), False)


def test_th_42_plan_and_summary_were_due_once() -> None:
    assert days(due("TH", "spring_summary")) == ["2022-03-19"]


def test_yl_20_match_is_due_in_the_second_week_of_term() -> None:
    first = due("YL", "match")[0]
    assert (str(first.opens), str(first.due)) == ("2026-09-08", "2026-09-14")


@pytest.mark.parametrize("name", ["roster", "letters", "term_report"])
def test_yl_31_yl_34_yl_71_come_each_term_without_a_day(name: str) -> None:
    found = due("YL", name)
    assert days(found) == ["2027-01-22", "2027-07-10"]
    assert not any(one.stated for one in found)


@pytest.mark.parametrize(
    ("policy", "name"), [("YL", "meeting"), ("YL", "screening"), ("GH", "analysis")]
)
def test_yl_14_yl_27_gh_13_period_is_not_stated(policy: str, name: str) -> None:
    assert not duty(policy, name).period_stated
    assert len(due(policy, name)) == 2


def test_yl_55_yl_70_gh_10_gh_11_months_have_no_day() -> None:
    for policy, name in (
        ("YL", "monthly_center"),
        ("YL", "monthly_school"),
        ("GH", "monthly_changes"),
        ("GH", "monthly_dropouts"),
    ):
        found = due(policy, name)
        assert len(found) == 12
        assert not any(one.stated for one in found)
        assert days(found)[0] == "2026-09-30"


def test_yl_11_yl_15_lb_13_gh_17_papers_come_once_a_school_year() -> None:
    for policy, name in (
        ("YL", "plan"),
        ("YL", "school_plan"),
        ("YL", "school_group"),
        ("LB", "plan"),
        ("GH", "migrant_rules"),
    ):
        assert [(str(o.opens), str(o.due)) for o in due(policy, name)] == [
            ("2026-09-01", "2027-08-31")
        ]


def test_lb_14_visits_fall_in_the_first_week_of_term() -> None:
    assert days(due("LB", "visits"))[0] == "2026-09-08"


def test_lb_15_bureau_merges_the_list_within_a_month_of_term_start() -> None:
    assert days(due("LB", "departments")) == ["2026-10-01", "2027-04-01"]
    assert duty("LB", "departments").levels == ("县",)


def test_gh_06_publicity_ends_before_each_term() -> None:
    spans = [(str(o.opens), str(o.due)) for o in due("GH", "publicity")]
    assert spans == [("2026-07-11", "2026-08-31"), ("2027-01-23", "2027-02-28")]


def test_p24_23_p24_01_p24_03_p24_04_follow_the_start_of_term() -> None:
    names = ("register_check", "match", "term_report", "departments")
    assert [days(due("P24", name))[0] for name in names] == [
        "2026-09-03",
        "2026-09-08",
        "2026-09-15",
        "2026-10-01",
    ]


def test_p04_08_monthly_report_is_due_on_the_25th() -> None:
    assert days(due("P04", "monthly"))[5] == "2027-02-25"


def test_p23_03_weeks_run_from_september_to_december() -> None:
    found = due("P23", "weekly")
    assert (str(found[0].opens), str(found[-1].due)) == ("2026-09-01", "2027-01-03")
    assert not found[0].stated


def test_p23_03_a_week_that_reaches_into_september_counts() -> None:
    sheet = CalendarSheet(dt.date(2026, 8, 31), dt.date(2027, 1, 22))
    found = occurrences(duty("P23", "weekly"), year(sheet=sheet))
    assert (str(found[0].opens), str(found[0].due)) == ("2026-08-31", "2026-09-06")
    short = CalendarSheet(
        dt.date(2026, 8, 17), dt.date(2026, 8, 31)
    )  # the week goes on after the term
    assert all(
        o.opens > dt.date(2026, 8, 31)
        for o in occurrences(duty("P23", "weekly"), year(sheet=short))
    )


def test_p21_11_29_february_is_the_last_of_february() -> None:
    found = due("P21", "enrol_notice")
    assert [(str(o.opens), str(o.due)) for o in found] == [
        ("2027-01-29", "2027-02-28"),
        ("2027-08-01", "2027-08-31"),
    ]
    assert days(occurrences(duty("P21", "enrol_notice"), year(2027)))[0] == "2028-02-29"


def test_p21_36_p22_09_p23_02_have_fixed_times() -> None:
    assert days(due("P21", "inspection")) == [
        "2026-09-30",
        "2026-12-31",
        "2027-03-31",
        "2027-06-30",
    ]
    assert days(due("P22", "handover")) == ["2026-09-15"]
    assert days(due("P23", "survey")) == ["2026-09-22"]


def test_p25_10_and_p25_13_stand_before_the_summer_and_the_autumn_term() -> None:
    assert days(due("P25", "before_summer")) == ["2027-07-10"]
    assert days(due("P25", "joint")) == ["2026-08-31"]


def test_national_quarters_end_in_september_december_march_and_june() -> None:
    quarter = next(d for d in national_duties() if d.every == Every.QUARTER)
    found = occurrences(quarter, year())
    assert days(found) == ["2026-09-30", "2026-12-31", "2027-03-31", "2027-06-30"]
    assert found[0].opens == dt.date(2026, 7, 1)


def test_a_calendar_without_term_dates_leaves_the_usual_ones() -> None:
    made = year(sheet=CalendarSheet())
    assert [(t.start.isoformat(), t.known) for t in made.terms] == [
        ("2026-09-01", False),
        ("2027-03-01", False),
    ]
