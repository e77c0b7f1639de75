"""Ledgers, village forms and persuasion records become cases."""

from __future__ import annotations

import datetime as dt

import pytest

from kbbx_xl.flow.cases import NOT_YET, RETURNED, read_cases
from kbbx_xl.flow.register import Register
from kbbx_xl.flow.roster import read_pupils
from kbbx_xl.model import Finding, Table
from tests.flow.tables import SCHOOL, context, table

ROSTER = """
| 姓名 | 出生日期 | 身份证件号 | 学籍号 | 年级 | 班级 | 就读状态 |
| 甲一 | 2019-03-13 | 520000201903133190 | G520000201903133190 | 一年级 | 1班 | 在读 |
| 乙二 | 2018-12-19 | 520000201812192283 | G520000201812192283 | 二年级 | 1班 | 辍学 |
"""
LEDGER = """
| 姓名 | 身份证件号 | 年级 | 首次缺勤日期 | 状态 | 销号日期 |
| 甲一 | 520000201903133190 | 一年级 | 2026-10-09 | 已劝返复学 | 2026-10-19 |
| 乙二 | 520000201812192283 | 二年级 | 2026-09-05 | 已辍学 |  |
"""
VILLAGE = """
| 自然村（屯） | 应接受义务教育未接受适龄儿童少年姓名 | 出生年月 | 户主姓名 | 辍学原因 |
| 河湾村 | 乙二 | 2018.12 | 某某 | 厌学 |
"""
VISITS = """
| 姓名 | 身份证件号 | 劝返时间 | 劝返人员姓名 | 劝返就读情况记录 |
| 甲一 | 520000201903133190 | 2026-10-11 | 某某 | 答应下周一返校 |
| 甲一 | 520000201903133190 | 2026-10-16 | 某某 | 学生已返校就读 |
"""


def judge(ledgers: list[Table], visits: list[Table]):  # type: ignore[no-untyped-def]
    pupils, _ = read_pupils(table("roster", ROSTER), SCHOOL.name, context())
    return read_cases(SCHOOL, ledgers, visits, Register((pupils,)), context())


def codes(findings: list[Finding]) -> list[str]:
    return sorted(f.code for f in findings)


def test_ledger_words_become_three_states() -> None:
    cases = judge([table("suspected", LEDGER)], [])
    assert [(c.status, c.grade, c.listed) for c in cases.rows] == [
        ("已返校", "一年级", True),
        ("辍学", "二年级", True),
    ]
    assert cases.rows[0].closed == dt.date(2026, 10, 19)
    assert codes(cases.findings) == []


def test_a_dropout_still_enrolled_on_the_roster_is_a_contradiction() -> None:
    text = LEDGER.replace("已劝返复学", "辍学")
    assert codes(judge([table("suspected", text)], []).findings) == ["C03", "C06"]


@pytest.mark.parametrize(
    ("status", "told"),
    [("转出", 1), ("休学", 1), ("核销", 1), ("延缓入学", 1), ("送教上门", 0), ("已劝返复学", 0)],
)
def test_a_child_who_left_by_the_ledger_but_is_on_roll_is_a_contradiction(
    status: str, told: int
) -> None:
    found = judge([table("suspected", LEDGER.replace("已劝返复学", status))], []).findings
    mine = [f for f in found if f.code == "C06"]
    assert [(f.params["listed"], f.params["status"]) for f in mine] == [(status, "在读")] * told


@pytest.mark.parametrize(("verified", "told"), [("姓名错别字", 0), ("死亡", 1)])
def test_th_14_a_child_written_off_for_a_misspelt_name_stays_on_roll(
    verified: str, told: int
) -> None:
    ledger = table("suspected", LEDGER.replace("已劝返复学", "核销"))
    ledger.columns["verified"] = [verified] * len(ledger)
    assert codes(judge([ledger], []).findings).count("C06") == told


def test_the_village_form_finds_the_child_by_name_and_month_of_birth() -> None:
    cases = judge([table("village_cases", VILLAGE)], [])
    assert [(c.key, c.status, c.grade) for c in cases.rows] == [
        ("520000201812192283", "辍学", "二年级")
    ]
    assert not cases.has_status


def test_a_persuasion_record_alone_makes_a_case() -> None:
    cases = judge([table("village_cases", VILLAGE)], [table("visits", VISITS)])
    assert [(c.status, c.listed) for c in cases.rows] == [("辍学", True), ("已返校", False)]
    record = cases.persuasion[0]
    assert (record.visits, record.first, record.last) == (
        2,
        dt.date(2026, 10, 11),
        dt.date(2026, 10, 16),
    )


def test_a_zero_report_with_rows_is_a_contradiction() -> None:
    ledger = table("suspected", LEDGER)
    ledger.zero_report = "B9"
    assert "R05" in codes(judge([ledger], []).findings)


@pytest.mark.parametrize("text", ["学生已返校就读", "已于今日复学", "已劝返复学"])
def test_words_for_being_back(text: str) -> None:
    assert RETURNED.search(text)
    assert not NOT_YET.search(text)


@pytest.mark.parametrize("text", ["答应下周一返校", "学生不愿返校", "尚未复学", "准备返校就读"])
def test_words_for_not_being_back(text: str) -> None:
    assert not RETURNED.search(text) or NOT_YET.search(text)


def test_a_village_form_without_dropouts_says_nothing_of_suspicions() -> None:
    empty = table("village_cases", VILLAGE.replace("| 河湾村 | 乙二 | 2018.12 | 某某 | 厌学 |", ""))
    empty.zero_report = "B3"
    assert not judge([empty], []).zero


def test_a_dropout_of_the_roster_who_is_visited_is_no_suspicion() -> None:
    visits = VISITS.replace("甲一 | 520000201903133190", "乙二 | 520000201812192283")
    rows = judge([], [table("visits", visits.replace("学生已返校就读", "家中无人"))]).rows
    assert [row.status for row in rows] == ["辍学"]
