"""Grades and classes as schools write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbbx_xl.model import GRADES, Period
from kbbx_xl.rules.classes import class_label, class_of, grade_of, numeral_value, whole_class

OCTOBER = Period(2026, 10)


@pytest.mark.parametrize(
    ("text", "grade"),
    [
        ("三年级", "三年级"), ("3年级", "三年级"), ("３ 年级", "三年级"), ("三", "三年级"), ("3", "三年级"),
        ("小学一年级", "一年级"), ("小三", "三年级"), ("初中七年级", "七年级"), ("初中二年级", "八年级"),
        ("初一", "七年级"), ("初三年级", "九年级"), ("初2", "八年级"), ("9", "九年级"), ("16", "六年级"),
        ("11", "一年级"), ("21", "七年级"), ("23", "九年级"), ("七（2）班", "七年级"), ("三(2)", "三年级"),
        ("301班", "三年级"), ("三年级2班", "三年级"), ("三年二班", "三年级"), ("小学2024级", "三年级"),
        ("初中2026级", "七年级"), ("初2025级3班", "八年级"),
        ("高一", ""), ("高中二年级", ""), ("学前班", ""), ("2026级", ""), ("", ""), ("24", ""), ("十年级", ""),
    ],
)  # fmt: skip
def test_grades(text, grade):
    assert grade_of(text, period=OCTOBER) == grade


@pytest.mark.parametrize(
    ("text", "stage", "grade"),
    [
        ("2026级", "小学", "一年级"), ("2026级", "初中", "七年级"), ("26级", "初中", "七年级"),
        ("2021级", "小学", "六年级"), ("2020级", "小学", ""), ("2024级", "初中", "九年级"),
        ("2023级", "初中", ""), ("2027级", "初中", ""), ("2027届", "初中", "九年级"),
        ("2029届", "初中", "七年级"), ("2027届", "小学", "六年级"), ("2026级", "九年一贯制", ""),
        ("一年级", "初中", "七年级"), ("八年级", "初中", "八年级"), ("2026级", "小学（教学点）", "一年级"),
    ],
)  # fmt: skip
def test_grades_that_need_the_stage(text, stage, grade):
    assert grade_of(text, period=OCTOBER, stage=stage) == grade


def test_a_cohort_moves_up_in_september():
    assert grade_of("2025级", period=Period(2026, 8), stage="初中") == "七年级"
    assert grade_of("2025级", period=Period(2026, 9), stage="初中") == "八年级"


@pytest.mark.parametrize(
    ("text", "grade", "name"),
    [
        ("（1）班", "", "1班"), ("1班", "", "1班"), ("01", "", "1班"), ("1", "", "1班"), ("1.0", "", "1班"),
        ("一班", "", "1班"), ("十二班", "", "12班"), ("第3班", "", "3班"), ("2026级1班", "", "1班"),
        ("三（2）班", "三年级", "2班"), ("三年级2班", "三年级", "2班"), ("七(3)班", "七年级", "3班"),
        ("三年级（2）", "三年级", "2班"), ("三2班", "三年级", "2班"), ("3-2班", "三年级", "2班"),
        ("3.2", "三年级", "2班"), ("301班", "三年级", "1班"), ("初一3班", "七年级", "3班"),
        ("初二（十一）班", "八年级", "11班"), ("初中2026级3班", "七年级", "3班"), ("三年级", "三年级", ""),
        ("三年级阳光班", "三年级", "阳光班"), ("一（1）班10月", "一年级", "1班"), ("学前班", "", "学前班"),
        ("1501班", "", "1501班"), ("三", "", "3班"), ("", "", ""), ("初三", "九年级", ""),
    ],
)  # fmt: skip
def test_classes(text, grade, name):
    assert class_of(text, period=OCTOBER) == (grade, name)


@given(st.sampled_from(GRADES), st.integers(1, 30))
def test_every_usual_spelling_of_a_class_is_the_same(grade, n):
    numeral, label = grade[0], class_label(grade, f"{n}班")
    for text in (
        label,
        f"{numeral}（{n}）班",
        f"{numeral}({n})",
        f"{numeral}年级（{n}）班",
        f" {label} ",
    ):
        assert class_of(text, period=OCTOBER) == (grade, f"{n}班")
        assert whole_class(text, period=OCTOBER) == (grade, f"{n}班")


@given(st.text(max_size=12))
def test_no_text_raises(text):
    grade, name = class_of(text, period=OCTOBER)
    assert grade in (*GRADES, "")
    assert name == "" or name.endswith("班")
    assert grade_of(text, period=OCTOBER) in (*GRADES, "")


def test_numerals():
    assert [numeral_value(t) for t in ("07", "十", "十二", "二十", "二十三", "甲", "")] == [
        7,
        10,
        12,
        20,
        23,
        0,
        0,
    ]
