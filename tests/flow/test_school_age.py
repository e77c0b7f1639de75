"""适龄儿童台账: who is still to be brought to school, and addresses that say where."""

from __future__ import annotations

import dataclasses

import pytest

from kbbx_xl.flow.register import Register
from kbbx_xl.flow.school_age import check_addresses, check_school_age
from kbbx_xl.model import Table
from kbbx_xl.rules.addresses import missing_levels
from kbbx_xl.settings.policies import load_policy
from tests.flow.tables import POLICY, SCHOOL, context, table

TANGHE = load_policy("tanghe")
BORN = {6: "2020-05-01", 5: "2020-11-01", 15: "2011-03-01", 17: "2009-03-01"}


def ledger(*rows: str) -> Table:
    head = "姓名 | 出生日期 | 身份证件号 | 就读学校 | 就读形式"
    return table("school_age", "\n".join((head, *rows)))


def codes(found: Table, policy: str = "tanghe") -> list[str]:
    now = context(dataclasses.replace(load_policy(policy)))
    return [f.code for f in check_school_age(SCHOOL, [found], Register(()), [], now)]


@pytest.mark.parametrize("word", ["在家未入学", "国学班", "私塾", "在家学习", "不在家去向不明"])
def test_yl_17_th_01_a_child_of_age_at_no_school_belongs_in_a_ledger(word: str) -> None:
    assert codes(ledger(f"甲一 | {BORN[15]} | | | {word}"), "yanling") == ["N02"]


def test_gh_12_a_child_of_six_must_enter_and_one_of_five_need_not() -> None:
    now = context(load_policy("genhe"))
    six, five = (ledger(f"甲一 | {BORN[age]} | | | 在家未入学") for age in (6, 5))
    assert [f.code for f in check_school_age(SCHOOL, [six], Register(()), [], now)] == ["N02"]
    assert check_school_age(SCHOOL, [five], Register(()), [], now) == []


def test_th_03_ages_outside_six_to_sixteen_are_told() -> None:
    assert codes(ledger(f"甲一 | {BORN[17]} | | | 在家未入学")) == ["N01"]
    assert codes(ledger(f"甲一 | {BORN[5]} | | | 延缓入学")) == ["N01"]


def test_yl_61_a_child_at_another_school_has_a_school() -> None:
    assert codes(ledger(f"甲一 | {BORN[15]} | | | 外校就读")) == ["N03"]
    assert codes(ledger(f"甲一 | {BORN[15]} | | 某省某县实验学校 | 外校就读")) == []


def test_here_means_in_the_register() -> None:
    assert codes(ledger(f"甲一 | {BORN[15]} | | | 本校就读")) == ["N04"]


def test_a_policy_without_ages_asks_about_none() -> None:
    found = ledger(f"甲一 | {BORN[17]} | | | 送教上门")
    assert check_school_age(SCHOOL, [found], Register(()), [], context(POLICY)) == []


@pytest.mark.parametrize(
    ("address", "missing"),
    [
        ("南屏县石桥镇下河村3组", ()),
        ("某市南屏区石桥街道河东小区5栋", ()),
        ("石桥镇下河村3组", ("县（市、区）",)),
        ("南屏县石桥镇", ("村或小区、门牌",)),
        ("城关镇", ("县（市、区）", "村或小区、门牌")),
        ("下河", ("县（市、区）", "乡镇（街道）", "村或小区、门牌")),
        ("", ()),
    ],
)
def test_th_45_an_address_names_county_town_and_place(
    address: str, missing: tuple[str, ...]
) -> None:
    assert missing_levels(address) == missing


def test_th_45_short_addresses_of_our_own_workbooks_are_told() -> None:
    found = table(
        "suspected",
        """
        姓名 | 身份证件号 | 户籍所在地 | 学籍所在地 | 现住址
        甲一 | | 南屏县石桥镇下河村 | 石桥镇中心小学 | 石桥镇下河村
        """,
    )
    told = check_addresses([found], own=("a.xlsx",))
    assert [(f.code, f.params["missing"]) for f in told] == [
        ("N05", "县（市、区）、村或小区、门牌"),
        ("N05", "县（市、区）"),
    ]
    assert check_addresses([found], own=()) == []  # a school's own ledger has its own columns
