"""Plans, visits and register of one unit become months of home teaching, and what lacks."""

from __future__ import annotations

import dataclasses
import datetime as dt

from kbbx_xl.flow.casework.teaching import read_teaching, untaught
from kbbx_xl.flow.casework.values import TeachingMonth
from kbbx_xl.flow.context import Context
from kbbx_xl.flow.register import Register
from kbbx_xl.flow.roster import read_pupils
from kbbx_xl.messages import message
from kbbx_xl.model import Finding, Period
from kbbx_xl.settings.policies import load_policy
from tests.flow.casework.files import KEY, case
from tests.flow.tables import SCHOOL, context, table

OTHER_KEY = "520000201812192283"
ROSTER = f"""
| 姓名 | 身份证件号 | 年级 | 班级 | 就读状态 |
| 甲一 | {KEY} | 一年级 | 1班 | 送教上门 |
| 乙二 | {OTHER_KEY} | 二年级 | 1班 | 在读 |
"""
PLAN_HEAD = "| 姓名 | 身份证件号 | 开始日期 | 结束日期 | 次数 | 周期 | 每次课时 | 送教老师 |\n"
PLAN = f"| 甲一 | {KEY} | 2026-09-01 |  |  |  |  | 某甲、某乙 |\n"
HEAD = "| 姓名 | 身份证件号 | 送教日期 | 课时 | 送教老师 |\n"
SEPTEMBER, OCTOBER = Period(2026, 9), Period(2026, 10)


def of(policy: str, *, as_of: str = "2026-10-31") -> Context:
    made = context(load_policy(policy))
    return dataclasses.replace(made, as_of=dt.date.fromisoformat(as_of))


def visits(days: str, *, key: str = KEY, name: str = "甲一", lessons: int = 3, teachers: str = "某甲、某乙") -> str:  # fmt: skip
    return "".join(
        f"| {name} | {key} | 2026-{day} | {lessons} | {teachers} |\n" for day in days.split()
    )


def judge(plan: str, rows: str, made: Context, *, roster: str = ROSTER) -> tuple[list[TeachingMonth], list[Finding]]:  # fmt: skip
    pupils, _ = read_pupils(table("roster", roster), SCHOOL.name, made)
    plans = [table("home_plan", PLAN_HEAD + plan)]
    lessons = [table("home_teaching", HEAD + rows)] if rows else []
    return read_teaching(SCHOOL, lessons, plans, Register((pupils,)), made)


def codes(findings: list[Finding]) -> list[str]:
    return sorted(f.code for f in findings)


def test_p01_18_shortfall_by_child_and_month() -> None:
    months, found = judge(PLAN, visits("09-08 09-22 10-13"), of("p01"))
    assert [(m.month, m.required, m.visits, m.lacking) for m in months] == [
        (SEPTEMBER, 2, 2, 0),
        (OCTOBER, 2, 1, 1),
    ]
    assert (months[0].key, months[0].unit, months[0].hours) == (KEY, SCHOOL.name, 6)
    assert months[0].about == "一年级1班"
    assert months[1].rule == "P01-18"
    (one,) = found
    assert (one.code, one.sheet, one.cell) == ("H03", "送教计划", "E2")
    assert message(one) == "2026年10月应送教 2 次，够数的只有 1 次"


def test_a_plan_that_ends_before_it_starts_is_no_plan_and_the_child_stays() -> None:
    wrong = PLAN.replace("2026-09-01 |  |", "2026-09-20 | 2026-09-10 |")
    months, found = judge(wrong, "", of("p01"))
    assert [(f.code, f.cell) for f in found] == [("H09", "D2"), ("H01", "E2")]
    assert message(found[0]) == "结束日期早于开始日期 2026-09-20，没有当作计划"
    assert [m.key for m in months] == [KEY]
    unknown = wrong.replace(KEY, OTHER_KEY).replace("甲一", "乙二")
    months, found = judge(unknown, "", of("p01"), roster=ROSTER.replace("送教上门", "在读"))
    assert (codes(found), [m.key for m in months]) == (["H09"], [OTHER_KEY])


def test_a_month_not_over_lacks_nothing_yet() -> None:
    months, found = judge(PLAN, visits("09-08 09-22"), of("p01", as_of="2026-10-20"))
    assert (months[-1].required, months[-1].lacking, months[-1].note) == (0, 0, "本月未满")
    assert not found


def test_p02_17_short_visits_are_named_and_do_not_count() -> None:
    rows = visits("10-12", lessons=2) + visits("10-13", teachers="某甲") + visits("10-14")
    months, found = judge(PLAN.replace("09-01", "10-12"), rows, of("p02", as_of="2026-10-18"))
    (month,) = months
    assert (month.required, month.visits, month.short, month.lacking) == (2, 1, 2, 1)
    assert [(f.code, f.cell) for f in found] == [("H08", "D2"), ("H08", "E3"), ("H03", "E2")]
    assert message(found[0]) == "这次送教的课时是 2，应不少于 3，没有计次"


def test_p24_27_weeks_lack_visits_though_others_have_more() -> None:
    plan = PLAN.replace("09-01", "10-12")
    months, found = judge(plan, visits("10-12 10-13 10-14"), of("p24", as_of="2026-10-24"))
    (month,) = months
    assert (month.required, month.visits, month.surplus, month.lacking) == (2, 3, 2, 1)
    assert codes(found) == ["H03"]


def test_yl_19_home_teaching_needs_a_named_person() -> None:
    months, found = judge("", visits("10-12"), of("yanling"))
    (month,) = months
    assert (month.required, month.visits, month.note) == (0, 1, "没有送教计划")
    assert [(f.code, f.sheet, f.cell) for f in found] == [("H01", "学生名册", "E2")]
    assert not judge(PLAN, visits("10-12"), of("yanling"))[1]


def test_a_pupil_marked_for_home_teaching_needs_a_plan_too() -> None:
    roster = ROSTER.replace("就读状态 |", "就读状态 | 是否送教上门 |").replace(
        "在读 |", "在读 | 是 |"
    )
    roster = roster.replace("| 送教上门 |\n", "| 在读 |  |\n")
    months, found = judge("", "", of("p01"), roster=roster)
    assert [(m.key, m.month, m.required) for m in months] == [(OTHER_KEY, OCTOBER, 0)]
    assert [(f.code, f.cell) for f in found] == [("H01", "E3")]


def test_a_unit_that_sent_a_register_only_is_not_accused() -> None:
    made = of("p01")
    pupils, _ = read_pupils(table("roster", ROSTER), SCHOOL.name, made)
    assert read_teaching(SCHOOL, [], [], Register((pupils,)), made) == ([], [])


def test_lessons_of_a_child_without_plan() -> None:
    rows = visits("10-12 10-13", key=OTHER_KEY, name="乙二")
    months, found = judge(PLAN, rows, of("lufeng"))
    assert [(f.code, f.cell) for f in found] == [("H02", "A2")]
    assert [(m.key, m.visits) for m in months] == [(KEY, 0), (KEY, 0), (OTHER_KEY, 2)]


def test_the_plan_counts_where_the_policy_is_silent() -> None:
    plan = f"| 甲一 | {KEY} | 2026-10-01 |  | 3 | 每月 | 2 | 某甲 |\n"
    months, found = judge(plan, visits("10-12 10-13", teachers="某甲"), of("lufeng"))
    assert [(m.required, m.visits, m.rule) for m in months] == [(3, 2, "")]
    assert codes(found) == ["H03"]


def test_a_plan_below_the_policy() -> None:
    plan = f"| 甲一 | {KEY} | 2026-10-12 |  | 1 | 每周 | 2 | 某甲 |\n"
    _, found = judge(plan, "", of("p02", as_of="2026-10-14"))
    assert [(f.code, f.cell) for f in found] == [("H04", "E2"), ("H04", "G2"), ("H04", "H2")]
    assert [message(f) for f in found] == [
        "送教计划的次数是“每周 1 次”，方案规定“每周不少于2次”",
        "送教计划的课时是“2”，方案规定“每次不少于3个学时”",
        "送教计划的教师数是“1 名”，方案规定“不少于2名”",
    ]


def test_two_visits_of_one_day_count_once() -> None:
    rows = visits("10-12", lessons=1) + visits("10-12") + visits("10-12")
    months, found = judge(PLAN.replace("09-01", "10-01"), rows, of("p01"))
    assert [(m.visits, m.short, m.hours) for m in months] == [(1, 0, 3)]
    notes = [(f.cell, f.params["other"]) for f in found if f.code == "H06"]
    assert notes == [("C2", 3), ("C4", 3)]


def test_a_visit_outside_the_plan_is_a_note() -> None:
    plan = PLAN.replace("2026-09-01 |  |", "2026-10-12 | 2026-10-23 |")
    months, found = judge(plan, visits("09-15 10-13 10-26"), of("p01"))
    assert [(m.month, m.visits, m.note) for m in months] == [(OCTOBER, 1, "计划不满一月")]
    assert [(f.code, f.cell) for f in found] == [("H05", "C2"), ("H05", "C4")]


def test_a_plan_that_follows_another_covers_the_month() -> None:
    first = PLAN.replace("2026-09-01 |  |", "2026-09-01 | 2026-10-15 |")
    second = PLAN.replace("09-01", "10-16")
    months, _ = judge(second + first, visits("10-13 10-20"), of("p01"))
    assert [(m.month, m.required, m.visits) for m in months] == [(SEPTEMBER, 2, 0), (OCTOBER, 2, 2)]
    gap = PLAN.replace("09-01", "10-19")
    assert judge(gap + first, "", of("p01"))[0][-1].required == 0


def test_a_plan_that_is_over_asks_for_no_further_month() -> None:
    plan = PLAN.replace("2026-09-01 |  |", "2026-09-01 | 2026-09-30 |")
    months, _ = judge(plan, "", of("p01"))
    assert [(m.month, m.required) for m in months] == [(SEPTEMBER, 2)]


def test_a_child_nobody_knows_is_said_once() -> None:
    rows = visits("10-12 10-13", key="520000201801013218", name="丁四")
    assert codes(judge("", rows, of("p01"))[1]).count("D05") == 1


def test_th_12_an_ill_or_disabled_child_without_any_lesson() -> None:
    policy = load_policy("tanghe")
    (found,) = untaught([case("I"), case("K"), case("I", closed=True)], (), policy)
    assert (found.code, found.sheet, found.cell) == ("H07", "辍学台账", "F7")
    assert not untaught([case("I")], {KEY}, policy)
    assert not untaught([case("I")], (), load_policy("p01"))
