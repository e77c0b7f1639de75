"""What a letter says of a case: facts from where they are written, blanks and findings where not."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from kbbx_xl.flow.letters import Ask, Subject, subjects_of
from kbbx_xl.model import CalendarSheet, FileRead, Finding, Table
from kbbx_xl.settings.letters import EDUCATED, letter_form
from kbbx_xl.settings.letters import VISITS as TOLD
from kbbx_xl.settings.policies import load_policy
from tests.flow.tables import SCHOOL, table
from tests.ids import ONE, TWO

DAY = dt.date(2026, 10, 20)
ROSTER = f"""
| 姓名 | 性别 | 身份证件号 | 学籍号 | 年级 | 班级 | 现住址 | 监护人姓名 | 监护人电话 |
| 甲一 | 男 | {ONE} | G{ONE} | 四 | （1）班 | 某县柳河镇河湾村 | 甲父 | 17400000001 |
"""
LEDGER = f"""
| 姓名 | 身份证件号 | 年级 | 班级 | 监护人 | 首次缺勤日期 | 原因 | 状态 | 销号日期 |
| 甲一 | {ONE} | 四年级 | 1班 |  | 2026-10-08 | 厌学 | 流失 |  |
| 乙二 | 5.2E+17 | 四年级 | 2班 | 乙母 | 2026-10-12 |  | 疑似 |  |
| 丙三 | {TWO} | 四年级 | 2班 | 丙母 | 2026-10-09 |  | 已返校 | 2026-10-14 |
| 丁四 |  | 四年级 | 2班 | 丁母 | 2026-10-09 |  | 待查 |  |
"""
VISITS = f"""
| 姓名 | 身份证件号 | 劝返时间 | 劝返人员姓名 | 劝返就读情况记录 | 结果 |
| 甲一 | {ONE} | 2026-10-14 | 王老师 | 仍不愿返校 | 暂未返校 |
| 甲一 | {ONE} | 2026-10-10 | 王老师 | 家中无人 | 未见到人 |
"""
COVER = "| 单位名称 | 上级单位 | 联系电话 |\n| 柳河镇中心小学 | 柳河镇中心校 | 0859-1234567 |"


def school(*tables: Table, own: bool = True) -> FileRead:
    stamp = {"form": "registration", "unit_name": SCHOOL.name} if own else {}
    return FileRead("a.xlsx", tables=list(tables), own=stamp)


def whole() -> FileRead:
    names = (("roster", ROSTER), ("suspected", LEDGER), ("visits", VISITS), ("cover", COVER))
    return school(*(table(n, t) for n, t in names))


def cases(
    *reads: FileRead, rows: set[tuple[str, int]] | None = None
) -> tuple[list[Subject], list[Finding]]:
    """What persuasion notices (for open cases) would be about on ``DAY``."""
    return subjects_of(reads, Ask(letter_form("persuade"), DAY, rows))


@pytest.fixture
def made() -> tuple[list[Subject], list[Finding]]:
    return cases(whole())


def test_open_cases_only_and_unknown_words_are_said(
    made: tuple[list[Subject], list[Finding]],
) -> None:
    subjects, findings = made
    assert [c.facts["学生姓名"] for c in subjects] == ["甲一", "乙二"]
    assert [c.facts["状态"] for c in subjects] == ["辍学", "疑似辍学"]
    assert [(f.code, f.cell) for f in findings] == [("V02", "H5")]


def test_facts_come_from_ledger_roster_visits_cover_and_calendar(
    made: tuple[list[Subject], list[Finding]],
) -> None:
    first = made[0][0]
    told = {
        "监护人": "甲父", "现住址": "某县柳河镇河湾村", "学籍号": f"G{ONE}", "年级班级": "四年级1班",
        "出生日期": "2016年4月9日", "首次缺勤日期": "2026年10月8日", "缺勤天数": "10", "劝返次数": "2",
        "学校": SCHOOL.name, "上级单位": "柳河镇中心校", "乡镇政府": "柳河镇人民政府",
        "学校电话": "0859-1234567", "原因": "厌学", "性别": "男",
    }  # fmt: skip
    assert {name: first.facts[name] for name in told} == told
    assert [v["时间"] for v in first.lists[TOLD]] == ["2026年10月10日", "2026年10月14日"]
    assert [v["第几次"] for v in first.lists[TOLD]] == ["1", "2"]


def test_what_is_missing_is_a_finding_at_its_cell_and_a_damaged_id_is_missing(
    made: tuple[list[Subject], list[Finding]],
) -> None:
    second = made[0][1]
    assert second.facts["身份证件号"] == ""
    found = second.missing(
        letter_form("persuade"), {"身份证件号", "监护人", "原因", "去向", "文号"}
    )
    assert [(f.code, f.cell, f.params["title"]) for f in found] == [
        ("L02", "B3", "身份证件号"),
        ("L02", "G3", "原因"),
    ]
    assert "乙" not in repr(found)


def test_chosen_rows_whatever_their_status() -> None:
    read = school(table("suspected", LEDGER))
    rows = {("疑似辍学台账", 4), ("疑似辍学台账", 99)}
    found, findings = cases(read, rows=rows)
    assert [(c.source.row, c.facts["状态"], c.facts["缺勤天数"]) for c in found] == [
        (4, "已返校", "4")
    ]  # 10-10 is a make-up day
    assert not findings


def test_days_as_a_school_wrote_them_but_never_from_our_formulas() -> None:
    text = "| 姓名 | 年级 | 首次缺勤日期 | 连续缺勤教学日数 | 状态 |\n| 甲一 | 四年级 | 2026-10-19 | 7 | 辍学 |"
    days = [cases(school(table("suspected", text), own=own))[0][0] for own in (True, False)]
    assert [case.facts["缺勤天数"] for case in days] == ["2", "7"]


def test_no_days_where_the_calendar_does_not_reach() -> None:
    text = "| 姓名 | 年级 | 首次缺勤日期 | 状态 |\n| 甲一 | 四年级 | 2026-05-19 | 辍学 |"
    found, _ = cases(school(table("suspected", text)))
    assert found[0].facts["缺勤天数"] == ""
    earlier = dt.date(2026, 5, 18), dt.date(2026, 6, 30)
    both = CalendarSheet(dt.date(2026, 9, 1), dt.date(2027, 1, 22), (), earlier)
    ask = Ask(letter_form("persuade"), DAY, calendar=both)
    (told,), _ = subjects_of([school(table("suspected", text))], ask)
    assert int(told.facts["缺勤天数"]) > 60


def test_visits_of_a_bare_name_that_two_children_have_belong_to_neither() -> None:
    ledger = """
    | 姓名 | 年级 | 班级 | 首次缺勤日期 | 状态 |
    | 甲一 | 四年级 | 1班 | 2026-10-08 | 辍学 |
    | 甲一 | 四年级 | 2班 | 2026-10-09 | 辍学 |
    """
    visits = "| 姓名 | 劝返时间 | 劝返人员姓名 |\n| 甲一 | 2026-10-10 | 王老师 |"
    read = school(table("suspected", ledger), table("visits", visits))
    found, _ = cases(read)
    assert [c.lists[TOLD] for c in found] == [(), ()]


@pytest.mark.parametrize(
    ("parent", "unit", "government"),
    [
        ("鄢陵县柏梁镇中心校", "柏梁镇第二小学", "柏梁镇人民政府"),
        ("县教体局", "八步区江南街道中心小学", "江南街道办事处"),
        ("县教体局", "景德镇市第一小学", ""),
        ("县教体局", "希望乡村小学", ""),
        ("", "镇安镇小学", "镇安镇人民政府"),
    ],
)
def test_the_township_is_the_one_a_unit_is_named_after(
    parent: str, unit: str, government: str
) -> None:
    cover = table("cover", f"| 单位名称 | 上级单位 |\n| {unit} | {parent} |")
    ledger = table(
        "suspected", "| 姓名 | 年级 | 首次缺勤日期 | 状态 |\n| 甲 | 四 | 2026-10-08 | 辍学 |"
    )
    read = FileRead("a.xlsx", tables=[cover, ledger], own={"unit_name": unit})
    assert cases(read)[0][0].facts["乡镇政府"] == government


def test_the_mark_tells_cases_apart_and_follows_a_child_to_another_row(
    made: tuple[list[Subject], list[Finding]],
) -> None:
    lines = LEDGER.strip().splitlines()
    moved = "\n".join([lines[0], lines[2], lines[1]])
    found, _ = cases(school(table("suspected", moved)))
    marks = {c.facts["学生姓名"]: c.mark for c in made[0]}
    assert {c.facts["学生姓名"]: c.mark for c in found} == marks
    assert len(set(marks.values())) == 2


def test_a_case_says_why_a_letter_would_be_untrue_of_it_and_names_nobody() -> None:
    text = LEDGER + f"| 戊五 | {TWO} | 四年级 | 2班 | 戊母 | 2026-10-09 |  | 疑似 | 2026-10-14 |\n"
    rows = {("疑似辍学台账", row) for row in range(2, 7)}
    found, _ = cases(school(table("suspected", text)), rows=rows)
    assert [case.refusal for case in found] == [
        "",
        "",
        "疑似辍学台账 第4行：状态是“已返校”，已填销号日期",
        "疑似辍学台账 第5行：状态没有填，或认不出",
        "疑似辍学台账 第6行：状态是“疑似辍学”，已填销号日期",
    ]


# ---- 一次缺勤为一案


AGAIN = f"""
| 姓名 | 身份证件号 | 年级 | 首次缺勤日期 | 状态 | 销号日期 |
| 甲一 | {ONE} | 四年级 | 2026-09-15 | 已返校 | 2026-09-21 |
| 甲一 | {ONE} | 四年级 | 2026-10-12 | 疑似辍学 |  |
"""
STEPS = f"""
| 姓名 | 身份证件号 | 办理环节 | 办理日期 | 文书名称 | 文号 | 送达日期 | 期限 |
| 甲一 | {ONE} | 宣传教育 | 2026-10-14 | 劝学书 |  |  |  |
| 甲一 | {ONE} | 责令改正 | 2026-10-15 | 复学通知书 | 柳政〔2026〕7号 | 2026-10-16 | 2026-10-19 |
"""
PUNISHED = f"| 甲一 | {ONE} | 行政处罚 | 2026-10-19 | 告知书 |  |  |  |\n"


def letter(kind: str, *tables: Table, **more: Any) -> list[Subject]:
    ask = Ask(letter_form(kind), DAY, **more)
    return subjects_of([school(*tables, own=False)], ask)[0]


def test_th_43_a_letter_counts_the_visits_of_this_absence_only() -> None:
    visits = (
        f"| 姓名 | 身份证件号 | 劝返时间 | 劝返人员姓名 |\n| 甲一 | {ONE} | 2026-09-17 | 王老师 |\n"
    )
    ledger = table("suspected", AGAIN)
    (one,) = letter("report", ledger, table("visits", visits))
    assert (one.facts["劝返次数"], one.lists[TOLD]) == ("0", ())
    later = (
        visits + f"| 甲一 | {ONE} | 2026-10-14 | 王老师 |\n| 甲一 | {ONE} | 2026-10-26 | 王老师 |"
    )
    (one,) = letter("report", ledger, table("visits", later))
    assert one.facts["劝返次数"] == "1"
    assert [told["时间"] for told in one.lists[TOLD]] == ["2026年10月14日"]


def test_p12_12_the_penalty_draft_takes_the_order_from_the_steps() -> None:
    (one,) = letter("penalty", table("suspected", AGAIN), table("case_steps", STEPS))
    told = {
        "责令文书": "复学通知书", "责令文号": "柳政〔2026〕7号", "责令送达日期": "2026年10月16日",
        "责令期限": "2026年10月19日",
    }  # fmt: skip
    assert {name: one.facts[name] for name in told} == told
    assert (one.refusal, one.passed) == ("", "")
    assert one.lists[EDUCATED] == ({"日期": "2026年10月14日", "文书": "劝学书"},)


@pytest.mark.parametrize(
    ("kind", "steps", "refusal", "passed"),
    [
        ("penalty", "", "办理记录里没有责令改正", ""),
        ("penalty", STEPS + PUNISHED, "", "办理记录里已有行政处罚的记录"),
        ("order", "", "办理记录里没有宣传教育，也没有劝返记录", ""),
        ("order", STEPS, "", "办理记录里已有责令改正的记录"),
        ("persuade", STEPS, "", "办理记录里已有宣传教育的记录"),
        ("persuade", "", "", ""),
    ],
)
def test_p12_10_a_legal_step_is_taken_once_and_after_the_one_before(
    kind: str, steps: str, refusal: str, passed: str
) -> None:
    tables = [table("suspected", AGAIN), *([table("case_steps", steps)] if steps else [])]
    (one,) = letter(kind, *tables)
    at = "疑似辍学台账 第3行："
    assert one.refusal == (refusal and at + refusal)
    assert one.passed == (passed and at + passed)


def test_a_chosen_case_may_be_persuaded_again_but_not_punished_twice() -> None:
    tables = table("suspected", AGAIN), table("case_steps", STEPS + PUNISHED)
    rows = {("疑似辍学台账", 3)}
    (again,) = letter("persuade", *tables, rows=rows)
    (twice,) = letter("penalty", *tables, rows=rows)
    assert (again.refusal, again.passed) == ("", "")
    assert twice.refusal == "疑似辍学台账 第3行：办理记录里已有行政处罚的记录"


def test_a_case_is_chosen_by_its_mark_once_though_both_ledgers_list_it() -> None:
    dropout = f"| 姓名 | 身份证件号 | 年级 | 首次缺勤日期 | 状态 |\n| 甲一 | {ONE} | 四年级 | 2026-10-12 | 辍学 |"
    tables = table("suspected", AGAIN), table("dropout", dropout)
    mark = letter("defer", *tables, rows={("辍学台账", 2)})[0].mark
    (one,) = letter("defer", *tables, marks={mark})
    assert (one.mark, one.facts["首次缺勤日期"]) == (mark, "2026年10月12日")


def test_th_28_a_child_past_the_first_step_gets_a_visit_sheet_before_any_ledger_lists_it() -> None:
    absence = f"| 姓名 | 身份证件号 | 年级 | 起始日期 | 返校日期 | 缺勤天数 | 类别 |\n| 甲一 | {ONE} | 四年级 | 2026-10-09 |  | 8 | 旷课 |"
    tables = table("roster", ROSTER), table("absence", absence)
    policy = load_policy("yanling")
    (one,) = letter("visit", *tables, policy=policy)
    told = {"监护人": "甲父", "首次缺勤日期": "2026年10月9日", "劝返次数": "0", "状态": "预警"}
    assert {name: one.facts[name] for name in told} == told
    assert not letter("order", *tables, policy=policy)


def test_th_29_yl_66_the_paper_that_a_step_names_goes_out_before_any_ledger_lists_the_child() -> (
    None
):
    absence = f"| 姓名 | 身份证件号 | 年级 | 起始日期 | 返校日期 | 缺勤天数 | 类别 |\n| 甲一 | {ONE} | 四年级 | 2026-10-09 |  | 8 | 旷课 |"
    tables = table("roster", ROSTER), table("absence", absence)
    for policy in ("tanghe", "yanling"):
        (one,) = letter("persuade", *tables, policy=load_policy(policy))
        assert (one.facts["状态"], one.facts["监护人"], one.refusal) == ("预警", "甲父", "")
    told = f"| 姓名 | 身份证件号 | 办理环节 | 办理（发出）日期 |\n| 甲一 | {ONE} | 宣传教育 | 2026-10-14 |"
    again = (*tables, table("case_steps", told))
    assert not letter("persuade", *again, policy=load_policy("tanghe"))
    assert not letter("persuade", *tables, policy=load_policy("p23"))  # names no paper
