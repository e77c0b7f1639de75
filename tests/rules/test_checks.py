"""Checks of cells, people and the bureau's lists."""

from __future__ import annotations

import numpy as np

from kbbx_xl.flow.unit import sheets
from kbbx_xl.model import Finding
from kbbx_xl.rules.checks.bureau import check_bureau
from kbbx_xl.rules.checks.fields import check_fields
from kbbx_xl.rules.checks.people import odd_ages, shared_student_numbers
from kbbx_xl.settings.lists import load_lists
from tests.flow.tables import AS_OF, OCTOBER, table


def codes(findings: list[Finding]) -> list[tuple[str, str]]:
    return sorted((f.code, f.cell) for f in findings)


def checked(name: str, text: str) -> list[tuple[str, str]]:
    return codes(check_fields(table(name, text), sheets()[name], load_lists(), AS_OF))


def test_each_bad_cell_has_its_code() -> None:
    text = """
    | 姓名 | 劝返时间 | 劝返人员姓名 | 劝返人员电话 | 劝返就读情况记录 |
    | 甲一 | 下周一 | 某某 | 123 | 在家 |
    | 乙二 | 2026-10-25 |  | 17400000000 |  |
    """
    assert checked("visits", text) == [("V01", "C3"), ("V01", "E3"), ("V04", "B2"), ("V05", "B3"), ("V07", "D2")]  # fmt: skip


def test_numbers_that_are_none() -> None:
    text = """
    | 年级 | 上月末在校生数 | 转入 | 转出 | 本月末在校生数 |
    | 一年级 | 三十 | -1 | 1.5 | 30 |
    """
    assert checked("report", text) == [("V03", "B2"), ("V09", "C2"), ("V10", "D2")]


def test_a_term_and_a_plan_lie_ahead_a_receipt_does_not() -> None:
    text = "| 姓名 | 办理环节 | 送达日期 | 期限 |\n| 甲一 | 责令改正 | 2026-12-01 | 2026-12-08 |"
    assert ("V05", "C2") in checked("case_steps", text)
    assert ("V05", "D2") not in checked("case_steps", text)
    plan = "| 姓名 | 开始日期 | 结束日期 | 次数 | 周期 |\n| 甲一 | 2026-12-01 | 2027-01-08 | 2 | 每月 |"
    assert "V05" not in {code for code, _ in checked("home_plan", plan)}


def test_a_printed_label_alone_is_no_unfinished_row() -> None:
    assert checked("report", "| 年级 | 上月末在校生数 | 本月末在校生数 |\n| 九年级 |  |  |") == []


def test_a_landline_stored_as_a_number_has_lost_its_zero() -> None:
    sheet = table("visits", "| 姓名 | 劝返时间 | 劝返人员电话 |\n| 甲一 | 2026-10-09 | x |")
    sheet.columns["visitor_phone"] = [8512345678]
    found = check_fields(sheet, sheets()["visits"], load_lists(), AS_OF)
    assert ("V19", "C2") in codes(found)


def test_a_word_outside_its_list() -> None:
    text = "| 姓名 | 性别 | 年级 | 班级 | 就读状态 | 是否孤儿 |\n| 甲一 | 公 | 一年级 | 1班 | 在读 | 也许 |"
    assert checked("roster", text) == [("V02", "F2"), ("V17", "B2")]


def test_two_children_with_one_student_number() -> None:
    roster = table("roster", "| 姓名 | 学籍号 |\n| 甲一 | G1 |\n| 乙二 | G1 |\n| 甲一 | G1 |")
    found = shared_student_numbers(roster, ["G1", "G1", "G1"], ["甲一", "乙二", "甲一"])
    assert [(f.code, f.cell, f.params["other"]) for f in found] == [("I16", "B3", 2)]


def test_ages_far_from_the_grade_and_outside_the_policys_range() -> None:
    roster = table("roster", "| 姓名 | 出生日期 |\n| 甲一 |  |\n| 乙二 |  |\n| 丙三 |  |")
    births = np.array([20140501, 20200901, 20190901])
    grades = ["一年级", "一年级", "一年级"]
    found = odd_ages(roster, births, grades, [True] * 3, OCTOBER, low=6, high=16)
    assert [(f.code, f.cell, f.params["age"]) for f in found] == [
        ("I18", "B2", 12),
        ("I17", "B3", 5),
    ]
    assert odd_ages(roster, births, grades, [False] * 3, OCTOBER, low=6, high=16) == []


UNITS = """
| 单位编码 | 单位名称 | 上级单位 | 层级 |
| 1 | 某县教体局 |  | 县 |
| 2 | 甲镇中心校 | 某县教体局 | 中心校 |
| 2 | 甲镇小学 | 乙镇中心校 | 甲等 |
| 4 | 甲镇小学 | 甲镇中心校 | 学校 |
"""


def test_the_directory_contradicts_itself() -> None:
    assert codes(check_bureau([table("units", UNITS)])) == [
        ("U01", "A4"),
        ("U02", "C4"),
        ("U03", "D4"),
        ("U05", "B5"),
    ]


def test_a_village_served_by_a_school_nobody_knows() -> None:
    villages = table("villages", "| 行政村 | 服务学校 |\n| 河湾村 | 丙校 |")
    assert ("U04", "B2") in codes(check_bureau([table("units", UNITS), villages]))


def test_one_day_both_school_and_no_school() -> None:
    text = "| 日期 | 上课/休息 |\n| 2026-10-16 | 上课 |\n| 2026-10-16 | 休息 |"
    assert codes(check_bureau([table("calendar", text)])) == [("K02", "A3")]
