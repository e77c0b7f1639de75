"""Names of grids, their heads and telephone numbers (YL-47..49)."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbbx_xl.model import GRADES, Period
from kbbx_xl.rules.grids import (
    LEVELS,
    Handed,
    find_village,
    grid_class,
    grid_key,
    head_on,
    head_state,
    name_fits,
    phone_ok,
    village_name,
)
from kbbx_xl.settings.forms import load_form
from kbbx_xl.settings.lists import load_lists

OCTOBER = Period(2026, 10)
SCHOOLS = ("双河镇中心小学", "第九中学", "云溪镇老街九年制学校", "二小")


@given(
    st.sampled_from(SCHOOLS),
    st.sampled_from(GRADES),
    st.integers(1, 20),
    st.booleans(),
    st.sampled_from(["", "网格"]),
)
def test_class_of_a_grid(school, grade, n, known, end):
    for form in (f"{grade}{n}班", f"{grade[0]}（{n}）班", f"{grade}（{n}）班"):
        found = grid_class(school + form + end, OCTOBER, (school,) if known else ())
        assert found == (grade, f"{n}班")


def test_class_of_a_grid_by_cohort_or_not_at_all():
    assert grid_class("08初级中学2026级2班", OCTOBER, stage="初中") == ("七年级", "2班")
    for name in ("双河镇中心小学", "石板村", "", "第三小学1班", "初中2班"):
        assert grid_class(name, OCTOBER, SCHOOLS) == ("", "")


@pytest.mark.parametrize(
    ("written", "village"),
    [
        ("石板村", "石板村"), ("石板村网格", "石板村"), ("石板村（村级网格）", "石板村"), ("石板村级网格", "石板村"),
        ("石板村村委会", "石板村"), ("石板村民委员会", "石板村"), ("双河镇石板村", "石板村"), ("石 板 村", "石板村"),
        ("东街社区居委会", "东街社区"), ("古镇社区", "古镇社区"), ("新村", "新村"), ("城关街道东街社区", "东街社区"),
        ("野猫洞村", "野猫洞村"), ("土地坳村", "土地坳村"),
    ],
)  # fmt: skip
def test_village_of_a_grid(written, village):
    assert village_name(written) == village


def test_village_among_those_of_a_school():
    known = ("石板村", "古镇社区", "双河镇花桥村")
    assert find_village("石板", known) == "石板村"
    assert find_village("古镇社区网格", known) == "古镇社区"
    assert find_village("花桥村", known) == "双河镇花桥村"
    assert find_village("桐梓村", known) == ""
    assert find_village("石板", ("石板村", "石板社区")) == ""


@pytest.mark.parametrize(
    ("written", "state"),
    [
        (None, "name_blank"), ("", "name_blank"), ("　", "name_blank"), ("无", "name_blank"), ("—", "name_blank"),
        ("待定", "to_be_decided"), ("（待定）", "to_be_decided"), ("未定", "to_be_decided"), ("暂缺", "to_be_decided"),
        ("空缺", "to_be_decided"), ("暂无", "to_be_decided"), ("待安排", "to_be_decided"), ("待确定", "to_be_decided"),
        ("尚未明确", "to_be_decided"), ("缺编", "to_be_decided"), ("另行通知", "to_be_decided"),
        ("安定", ""), ("代红", ""), ("吴定", ""), ("空海", ""), ("李 无忌", ""),
    ],
)  # fmt: skip
def test_state_of_a_head(written, state):
    assert head_state(written) == state


@pytest.mark.parametrize(
    ("written", "fits"),
    [
        ("17404513232", True), (17404513232, True), (17404513232.0, True), ("１７４０４５１３２３２", True),
        ("174-0451-3232", True), ("+86 17404513232", True), ("0851-2345678", True), ("(021)63456789", True),
        ("08512345678转801", True), ("17404513232、17404513233", True), ("17404513232/1740", False),
        ("1740451323", False), ("174045132321", False), ("12404513232", False), ("2345678", False),
        ("无", False), ("", False), (None, False), (True, False),
    ],
)  # fmt: skip
def test_telephone_numbers(written, fits):
    assert phone_ok(written) is fits


@pytest.mark.parametrize(
    ("level", "name", "fits"),
    [
        ("镇级", "双河镇", True), ("镇级", "云溪", False), ("村级", "石板村", True), ("村级", "石板村网格", True),
        ("村级", "桐梓村", False), ("校级", "二小", True), ("校级", "二小三年级1班", False),
        ("班级", "二小三年级1班", True), ("班级", "三年级1班", False), ("班级", "二小", False), ("村级", "", False),
    ],
)  # fmt: skip
def test_yl_49_naming_rule_of_each_level(level, name, fits):
    known = {"towns": ("双河镇",), "villages": ("石板村",), "schools": SCHOOLS}
    assert name_fits(level, name, period=OCTOBER, **known) is fits


def test_naming_rule_when_the_names_are_not_known():
    assert name_fits("村级", "桐梓村", period=OCTOBER)
    assert name_fits("班级", "三年级1班", period=OCTOBER)
    assert not name_fits("校级", "二小三（1）班", period=OCTOBER)


def test_yl_50_four_levels_although_the_letter_says_three_kinds():
    assert LEVELS == ("镇级", "村级", "校级", "班级")
    assert load_lists()["grid_level"].values == LEVELS
    assert tuple(s.level for s in load_form("responsibility").sheets if s.level) == LEVELS


@pytest.mark.parametrize("level", LEVELS)
def test_yl_48_a_name_of_another_level_does_not_belong_in_the_table(level):
    known = {"towns": ("双河镇",), "villages": ("石板村",), "schools": ("二小",)}
    names = {"镇级": "双河镇", "村级": "石板村", "校级": "二小", "班级": "二小三年级1班"}
    fits = [other for other in LEVELS if name_fits(level, names[other], period=OCTOBER, **known)]
    assert fits == [level]


def test_a_grid_has_one_key_on_every_sheet():
    assert grid_key("班级", "二小三（1）班", OCTOBER, ("二小",)) == "三年级1班"
    assert grid_key("班级", "二小三年级1班网格", OCTOBER, ("二小",)) == "三年级1班"
    assert grid_key("村级", "双河镇石板村村委会", OCTOBER) == "石板村"
    assert grid_key("校级", " 二小 ", OCTOBER) == "二小"


def test_yl_32_who_holds_a_grid_on_a_day():
    first = Handed(dt.date(2026, 9, 10), "甲一", "乙二")
    second = Handed(dt.date(2026, 10, 10), "乙二", "丙三")
    held = [head_on("丙三", (second, first), dt.date(2026, m, d)) for m, d in ((9, 1), (9, 10), (10, 9), (10, 10))]  # fmt: skip
    assert held == ["甲一", "乙二", "乙二", "丙三"]
    assert head_on("甲一", (), dt.date(2026, 9, 1)) == "甲一"


def test_yl_32_changes_of_one_day_follow_the_chain():
    day = dt.date(2026, 9, 10)
    chain = [Handed(day, "甲一", "乙二"), Handed(day, "乙二", "丙三"), Handed(day, "丙三", "丁四")]
    for rows in itertools.permutations(chain):
        assert head_on("甲一", rows, day) == "丁四"
        assert head_on("丁四", rows, dt.date(2026, 9, 9)) == "甲一"
    back = [Handed(dt.date(2026, 9, 1), "丙三", "甲一"), Handed(day, "乙二", "甲一"), Handed(day, "甲一", "乙二")]  # fmt: skip
    assert head_on("甲一", back, day) == "甲一"
