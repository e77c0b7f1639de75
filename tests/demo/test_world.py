"""The pretend county before anybody writes it down: its sums agree and its days are school days."""

from __future__ import annotations

import datetime as dt
import functools
import itertools
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbbx_xl.demo import records
from kbbx_xl.demo.truth import cases_of, enrolled_of, runs_of
from kbbx_xl.demo.world import World, invent, share
from kbbx_xl.messages import InputError
from kbbx_xl.model import LeaveKind, Period

OCTOBER = Period(2026, 10)


@functools.cache
def county(seed: int = 1, month: Period = OCTOBER) -> World:
    return invent(schools=20, students=3000, month=month, seed=seed)


@given(total=st.integers(30, 5000), weights=st.lists(st.floats(0.1, 9), min_size=1, max_size=30))
def test_share_gives_everything_away_and_nobody_nothing(total: int, weights: list[float]) -> None:
    parts = share(total, weights)
    assert sum(parts) == total
    assert min(parts) >= 1


def test_the_same_seed_gives_the_same_county_and_another_seed_another() -> None:
    again = invent(schools=20, students=3000, month=OCTOBER, seed=1)
    assert again == county()
    assert county(2).schools[0].students != county().schools[0].students


def test_the_county_has_what_was_asked_for() -> None:
    world = county()
    people = {student.id_no for school in world.schools for student in school.students}
    assert len(world.directory.schools) == 20
    assert len(people) == 3000
    assert world.as_of == dt.date(2026, 10, 20)
    assert len({unit.code for unit in world.directory.units}) == len(world.directory.units)
    assert len({unit.name for unit in world.directory.units}) == len(world.directory.units)


@pytest.mark.parametrize("schools", [1, 2, 3, 13, 60, 250])
def test_every_size_has_distinct_units_and_served_villages(schools: int) -> None:
    world = invent(schools=schools, students=schools * 12, month=OCTOBER, seed=4)
    names = [unit.name for unit in world.directory.units]
    assert len(set(names)) == len(names)
    assert len({unit.code for unit in world.directory.units}) == len(names)
    assert {v.school for v in world.directory.villages} <= set(names)


@pytest.mark.parametrize("month", [Period(2026, 9), OCTOBER, Period(2026, 5), Period(2027, 3)])
def test_absence_lies_on_school_days_and_never_overlaps(month: Period) -> None:
    world = county(1, month)
    for school in world.schools:
        place = {day: number for number, day in enumerate(school.days)}
        for student in school.students:
            taken: set[dt.date] = set()
            for spell in student.spells:
                places = [place[day] for day in spell.days]
                assert places == list(range(places[0], places[0] + len(places)))
                assert not taken & set(spell.days)
                taken |= set(spell.days)
                after = places[-1] + 1
                expected = school.days[after] if after < len(school.days) else None
                assert spell.back == expected


def test_two_runs_without_leave_never_touch() -> None:
    for school in county().schools:
        for student in school.students:
            unexcused = [s for s in student.spells if s.kind is LeaveKind.UNEXCUSED]
            for earlier, later in itertools.pairwise(unexcused):
                assert earlier.back is not None
                assert earlier.back < later.days[0]


def test_runs_of_many_lengths_some_across_the_holiday_some_still_open() -> None:
    runs = [run for school in county().schools for run in runs_of(county(), school)]
    assert len({run.school_days for run in runs}) >= 6
    assert any(run.start < dt.date(2026, 10, 1) <= run.last_absent for run in runs)
    assert any(run.open for run in runs)
    assert any(not run.open for run in runs)
    assert any(run.school_days == 0.5 for run in runs)


def test_a_roll_call_shows_its_month_only() -> None:
    for school in county().schools:
        if school.grid:
            assert all(run.start >= OCTOBER.first for run in runs_of(county(), school))


@pytest.mark.parametrize("seed", range(1, 6))
def test_the_monthly_report_adds_up_and_agrees_with_roster_and_ledgers(seed: int) -> None:
    for school in county(seed).schools:
        rows = records.report(school)
        for row in rows:
            number = {k: int(str(v)) for k, v in row.items() if k != "grade"}
            gains = number["transfer_in"] + number["return_in"]
            losses = number["transfer_out"] + number["suspend"] + number["dropout"]
            assert number["closing"] == number["opening"] + gains - losses
            assert number["closing"] == number["closing_male"] + number["closing_female"]
            assert min(number.values()) >= 0
        assert {row["grade"]: row["closing"] for row in rows if row["closing"]} == enrolled_of(
            school
        )
        listed = cases_of(school)
        assert sum(int(str(row["suspected"])) for row in rows) == listed.get("疑似辍学", 0)
        stages = records.six_checks(school)
        assert sum(int(str(row["dropout_now"])) for row in stages) == listed.get("辍学", 0)


@pytest.mark.parametrize("seed", range(1, 6))
def test_a_case_has_a_run_and_visits_after_it_began(seed: int) -> None:
    world = county(seed)
    for school in world.schools:
        for student, case in school.cases():
            if case.status != "辍学":
                assert any(s.days[0] == case.first_absent for s in student.spells)
                assert case.run_days >= 5
            assert (case.closed is None) == (case.status != "已返校")
            dates = [visit.date for visit in case.visits]
            assert dates == sorted(set(dates))
            assert all(case.first_absent < day <= world.as_of for day in dates)


def test_who_moved_inside_the_county_stands_on_both_rosters() -> None:
    world = county()
    names = {school.unit.name for school in world.schools}
    moved = [
        (student, school)
        for school in world.schools
        for student in school.students
        if student.change
        and student.change.change == "转出"
        and student.change.other_school in names
    ]
    assert moved
    for student, school in moved:
        assert student.change is not None
        there = [
            s
            for s in world.school(student.change.other_school).students
            if s.id_no == student.id_no
        ]
        assert [s.change.other_school for s in there if s.change] == [school.unit.name]
        assert student.status == "转出"


def test_every_class_and_village_has_a_head() -> None:
    for school in county().schools:
        rows = records.grid_rows(school)
        names = [row["grid_name"] for row in rows["grid_class"]]
        expected = Counter((s.grade, s.class_name) for s in school.students)
        assert names == [f"{school.unit.name}{g}{c}" for g, c in expected]
        assert [row["grid_name"] for row in rows["grid_village"]] == list(school.villages)


def test_a_month_whose_holidays_are_not_published_is_covered_by_the_calendar() -> None:
    for school in county(1, Period(2027, 3)).schools:
        assert not school.calendar.uncovered


@pytest.mark.parametrize(
    ("schools", "students", "month"),
    [(0, 10, OCTOBER), (5, 4, OCTOBER), (2, 50, Period(2026, 8))],
)
def test_what_cannot_be_is_refused(schools: int, students: int, month: Period) -> None:
    with pytest.raises(InputError):
        invent(schools=schools, students=students, month=month, seed=1)
