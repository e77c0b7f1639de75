"""What the schools of the pretend county write down of their case work agrees with their ledgers."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from pathlib import Path

import pytest

from kbbx_xl.books.checking import check_reads, read_all
from kbbx_xl.demo import casework, own
from kbbx_xl.demo.records import Record
from kbbx_xl.demo.world import World, invent
from kbbx_xl.messages import severity
from kbbx_xl.model import Period
from kbbx_xl.settings.lists import load_lists
from kbbx_xl.settings.policies import load_policy

OCTOBER = Period(2026, 10)


@pytest.fixture(scope="module")
def world() -> World:
    return invent(schools=12, students=2000, month=OCTOBER, seed=1)


def day(row: Record, name: str) -> dt.date:
    found = row[name]
    assert isinstance(found, dt.date)
    return found


def test_the_same_seed_keeps_the_same_papers(world: World) -> None:
    again = invent(schools=12, students=2000, month=OCTOBER, seed=1)
    for one, other in zip(world.schools, again.schools, strict=True):
        assert own.registration(world, one) == own.registration(again, other)
        assert own.responsibility(world, one) == own.responsibility(again, other)


def test_steps_follow_one_another_inside_their_case(world: World) -> None:
    seen = set()
    for school in world.schools:
        cases = {student.id_no: case for student, case in school.cases()}
        steps: dict[object, list[Record]] = defaultdict(list)
        for row in casework.case_steps(school):
            steps[row["id_no"]].append(row)
            assert load_lists()["case_step"].canonical(str(row["step"])) == row["step"]
            assert day(row, "step_date") <= world.as_of
        for id_no, rows in steps.items():
            named = {str(row["step"]): row for row in rows}
            seen |= set(named)
            if "责令改正" in named:
                assert day(named["宣传教育"], "until") < day(named["责令改正"], "step_date")
            case = cases.get(str(id_no))
            assert case or set(named) == {"联系家长"}
            if case and case.closed:
                assert all(day(row, "step_date") < case.closed for row in rows)
    assert {"联系家长", "宣传教育", "责令改正", "书面报告"} <= seen


def test_closed_cases_have_their_papers_and_open_ones_some(world: World) -> None:
    rows = {str(row["id_no"]) for s in world.schools for row in casework.evidence(world, s)}
    cases = [(student.id_no, case) for s in world.schools for student, case in s.cases()]
    assert all(number in rows for number, case in cases if case.closed)
    assert 0 < sum(number in rows for number, case in cases if not case.closed) < len(cases)


def test_every_pupil_taught_at_home_has_a_plan_and_villages_have_children_elsewhere(
    world: World,
) -> None:
    ids = [student.id_no for s in world.schools for student in s.students]
    for school in world.schools:
        taught = [student.id_no for student in school.students if student.taught_at_home]
        assert [row["id_no"] for row in casework.home_plan(school)] == taught
        children = casework.school_age(school)
        assert bool(children) == bool(school.villages)
        assert not {str(row["id_no"]) for row in children} & set(ids)


def test_most_schools_did_their_duties_and_some_did_not(world: World) -> None:
    logs = [{row["work_kind"] for row in casework.work_log(s)} for s in world.schools]
    for kind in ("全面清查", "开学报告"):
        assert len(logs) / 2 < sum(kind in log for log in logs) <= len(logs)
    assert any(not {"全面清查", "开学报告"} <= log for log in logs)
    signed = [row for s in world.schools for row in casework.signed(s)]
    dated = [row for row in signed if row["signed_on"]]
    assert len(signed) / 2 < len(dated) < len(signed)
    assert all(day(row, "signed_on") <= world.as_of for row in dated)


def test_an_untouched_workbook_has_no_errors(world: World, tmp_path: Path) -> None:
    school = max(world.schools, key=lambda s: len(s.cases()))
    own.write_school(world, school, tmp_path)
    own.write_directory(world, tmp_path / own.DIRECTORY_FILE)
    reads = read_all([tmp_path], OCTOBER)
    _, findings = check_reads(
        reads, month=OCTOBER, as_of=world.as_of, policy=load_policy("tanghe"),
        directory=world.directory, calendar=world.calendar,
    )  # fmt: skip
    assert [(f.code, f.sheet, f.cell) for f in findings if severity(f) == "错误"] == []
