"""Invented people: numbers that are right and belong to nobody."""

from __future__ import annotations

import datetime as dt
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from kbbx_xl.demo.people import Population, check_character
from kbbx_xl.model import GRADES
from kbbx_xl.rules.identity import check_id


def test_check_character_of_a_published_example() -> None:
    assert check_character("11010519491231002") == "X"  # GB 11643-1999, annex


@given(seed=st.integers(0, 10**6), grade=st.sampled_from(GRADES), year=st.integers(2015, 2040))
def test_a_student_has_a_right_id_and_the_age_of_the_grade(
    seed: int, grade: str, year: int
) -> None:
    student = Population(Random(seed)).student(grade, year, "澜江省澜山县", "东沟村")
    assert check_id(student.id_no).problem == ""
    assert student.id_no.startswith("520000")
    assert student.id_no[6:14] == f"{student.birth:%Y%m%d}"
    assert (int(student.id_no[16]) % 2 == 1) == (student.sex == "男")
    assert student.guardian_phone.startswith("1740")
    assert len(student.guardian_phone) == 11
    place = GRADES.index(grade)
    youngest = dt.date(year - place - 6, 8, 31)
    assert student.birth <= youngest
    assert student.birth > dt.date(youngest.year - 2, 8, 31)


def test_no_two_people_share_an_id() -> None:
    population = Population(Random(3))
    ids = [population.id_no(dt.date(2015, 5, 5), "女") for _ in range(400)]
    assert len(set(ids)) == 400


def test_a_register_number_is_the_id_with_g_or_a_temporary_one() -> None:
    population = Population(Random(5))
    students = [population.student("三年级", 2026, "", "村") for _ in range(600)]
    for student in students:
        assert student.student_no == "G" + student.id_no or student.student_no.startswith("L")
        assert len(student.student_no) == 19
    assert any(student.student_no.startswith("L") for student in students)
