"""Ledgers, attendance and logs of one unit become case files; no row is lost on the way."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest

from kbbx_xl.flow.casework.files import CasePapers, read_case_files
from kbbx_xl.flow.casework.marks import mark_of
from kbbx_xl.flow.casework.values import CaseFile
from kbbx_xl.flow.register import Register
from kbbx_xl.flow.result import StudentRun
from kbbx_xl.flow.roster import read_pupils
from kbbx_xl.flow.source import Source
from kbbx_xl.messages import message
from kbbx_xl.messages.catalogue import CATALOGUE
from kbbx_xl.model import Finding, Run, Table
from kbbx_xl.rules.cases import DROPOUT, SUSPECTED, WARNING
from kbbx_xl.settings.policies import LegalStepName, load_policy
from tests.flow.tables import SCHOOL, context, table

ONE, TWO = "520000201903133190", "520000201812192283"
ROSTER = f"""
| 姓名 | 出生日期 | 身份证件号 | 学籍号 | 年级 | 班级 | 就读状态 |
| 甲一 | 2019-03-13 | {ONE} | G{ONE} | 一年级 | 1班 | 在读 |
| 乙二 | 2018-12-19 | {TWO} | G{TWO} | 二年级 | 1班 | 辍学 |
"""
OURS = "| 姓名 | 身份证件号 | 年级 | 首次缺勤日期 | 列入台账日期 | 原因 | 承包教师 | 核查结果 | 销号去处 | 销号日期 | 销号依据 |"
STEPS = "| 姓名 | 身份证件号 | 办理环节 | 文书名称 | 办理（发出）日期 | 送达日期 | 期限 | 经办单位 | 文号 |"
VISITS = "| 姓名 | 身份证件号 | 劝返时间 | 劝返人员姓名 | 劝返就读情况记录 | 联合劝返 | 结果 |"
PAPERS = "| 姓名 | 身份证件号 | 核查类别 | 佐证材料 | 材料编号 | 出具日期 | 说明 |"


def lines(name: str, head: str, *rows: str) -> Table:
    return table(name, "\n".join([head, *rows]))


def ledger(*rows: str) -> Table:
    return lines("suspected", OURS, *rows)


def dropouts(*rows: str) -> Table:
    return lines("dropout", OURS, *rows)


def visits(*rows: str) -> Table:
    return lines("visits", VISITS, *rows)


def steps(*rows: str) -> Table:
    return lines("case_steps", STEPS, *rows)


def evidence(*rows: str) -> Table:
    return lines("evidence", PAPERS, *rows)


LISTED = f"| 甲一 | {ONE} | 一年级 | 2026-09-08 | 2026-09-11 | 厌学 | 某某 | 务工 |  |  |  |"
AGAIN = f"| 甲一 | {ONE} | 一年级 | 2026-10-12 | 2026-10-15 | 厌学 | 某某 |  |  |  |  |"
CLOSED = LISTED.replace("务工 |  |  |  |", "务工 | 复学 | 2026-09-22 | Z-1 |")


def judge(
    *ledgers: Table,
    visits: tuple[Table, ...] = (),
    steps: tuple[Table, ...] = (),
    evidence: tuple[Table, ...] = (),
    runs: tuple[StudentRun, ...] = (),
    policy: str = "TH",
    own: tuple[str, ...] = ("a.xlsx",),
) -> tuple[list[CaseFile], list[Finding]]:
    there = context(load_policy(policy))
    pupils, _ = read_pupils(table("roster", ROSTER), SCHOOL.name, there)
    papers = CasePapers(ledgers, visits, steps, evidence, runs)
    return read_case_files(SCHOOL, papers, Register((pupils,)), there, own=own)


def run(start: str, last: str, *, back: str = "", days: float = 3, key: str = ONE, name: str = "甲一") -> StudentRun:  # fmt: skip
    first, end = dt.date.fromisoformat(start), dt.date.fromisoformat(last)
    on = dt.date.fromisoformat(back) if back else None
    made = Run(first, end, not back, days, (end - first).days + 1, on)
    return StudentRun(key, name, SCHOOL.name, "一年级", "1班", made, Source("a.xlsx", "考勤", 7))


def codes(findings: list[Finding]) -> list[str]:
    return [f.code for f in findings]


def test_th_19_a_ledger_row_is_a_case() -> None:
    (case,), findings = judge(ledger(LISTED))
    assert findings == []
    assert (case.key, case.grade, case.class_name) == (ONE, "一年级", "1班")
    assert (case.state.status, case.open) == (SUSPECTED, True)
    assert case.opened == dt.date(2026, 9, 11)
    assert (case.category, case.variant, case.reason) == ("K", "打工务农", "厌学")
    assert case.mark == mark_of((SCHOOL.name, ONE, dt.date(2026, 9, 8)))
    assert (case.source.row, case.cell, case.events[0].cell) == (2, "D2", "D2")


def test_both_ledgers_with_one_first_absent_day_are_one_case() -> None:
    (case,), findings = judge(dropouts(LISTED.replace("09-11", "09-30")), ledger(LISTED))
    assert [r.event.kind for r in case.events] == ["首次缺勤", SUSPECTED, DROPOUT]
    assert case.state.status == DROPOUT
    assert case.opened == dt.date(2026, 9, 11)
    assert findings == []


def test_the_ledger_of_dropouts_alone_says_how_the_case_ended() -> None:
    later = LISTED.replace("09-11", "09-30")
    (case,), _ = judge(ledger(CLOSED), dropouts(later))
    assert case.open
    done = later.replace("务工 |  |  |  |", "务工 | 转出 | 2026-10-19 | Z-9 |")
    (case,), findings = judge(ledger(LISTED), dropouts(done))
    assert (case.state.status, case.state.closed) == ("转出", dt.date(2026, 10, 19))
    assert findings == []


def test_p23_24_a_child_that_drops_out_again_is_a_new_case_linked_to_the_old() -> None:
    log = visits(
        f"| 甲一 | {ONE} | 2026-09-14 | 某某 | 家访 | 是 | 未果 |",
        f"| 甲一 | {ONE} | 2026-10-16 | 某某 | 家访 | 否 | 未果 |",
        f"| 甲一 | {ONE} | 2026-10-18 | 某某 | 家访 |  | 未果 |",
    )
    (first, second), findings = judge(ledger(AGAIN, CLOSED), visits=(log,))
    assert (first.state.status, first.state.visits, first.state.joint_visits) == ("已返校", 1, 1)
    assert (second.state.status, second.state.visits, second.state.joint_visits) == (
        SUSPECTED,
        2,
        0,
    )
    assert (first.previous, second.previous) == ("", first.mark)
    assert findings == []


@pytest.mark.parametrize(
    ("word", "closed", "status", "open_"),
    [
        ("疑似", "", SUSPECTED, True), ("辍学", "", DROPOUT, True), ("已劝返", "2026-10-09", "已返校", False),
        ("缓学", "2026-10-09", "延缓入学", False), ("销号", "2026-10-09", "核销", False),
        ("转学", "", "转出", False), ("疑似", "2026-10-09", SUSPECTED, True),
    ],
)  # fmt: skip
def test_a_ledger_of_the_schools_own_types_its_status(
    word: str, closed: str, status: str, open_: bool
) -> None:
    text = f"| 姓名 | 身份证件号 | 首次缺勤日期 | 状态 | 销号日期 |\n| 甲一 | {ONE} | 2026-09-08 | {word} | {closed} |"
    (case,), _ = judge(table("suspected", text), own=())
    assert (case.state.status, case.open) == (status, open_)


def test_half_a_closing_in_our_ledger_closes_nothing() -> None:
    (case,), _ = judge(ledger(LISTED.replace("务工 |  |", "务工 | 复学 |")))
    assert case.open


def test_yl_66_yl_68_yl_69_papers_are_dated_steps_of_the_case() -> None:
    log = steps(
        f"| 甲一 | {ONE} | 劝学书 | 劝学书 | 2026-09-14 | 2026-09-15 |  | 本校 | 1号 |",
        f"| 甲一 | {ONE} | 学生辍学报告书 | 学生辍学报告书 | 2026-09-25 |  |  | 本校 | 2号 |",
        f"| 甲一 | {ONE} | 复学通知书 | 复学通知书 | 2026-09-28 | 2026-09-29 | 2026-10-09 | 柳河镇政府 | 3号 |",
    )
    (case,), findings = judge(ledger(LISTED), steps=(log,), policy="YL")
    assert case.state.legal is LegalStepName.ORDER
    paper = case.events[-1]
    assert (paper.event.document, paper.event.number, paper.event.by) == (
        "复学通知书",
        "3号",
        "柳河镇政府",
    )
    assert (paper.event.received, paper.event.until) == (dt.date(2026, 9, 29), dt.date(2026, 10, 9))
    assert (paper.source.sheet, paper.source.row, paper.cell) == ("办理记录", 4, "E4")
    assert findings == []


def test_th_30_too_few_joint_visits_are_a_finding_at_the_approval() -> None:
    log = steps(f"| 甲一 | {ONE} | 县级核实同意 |  | 2026-10-09 |  | 2026-12-31 | 县教体局 |  |")
    _, findings = judge(ledger(LISTED), steps=(log,))
    assert [(f.code, f.sheet, f.cell) for f in findings] == [("C29", "办理记录", "E2")]
    assert "联合劝返 0 次，方案要求 3 次" in message(findings[0])


def test_p01_32_a_sick_child_is_suspended_on_the_guardians_word_without_persuasion() -> None:
    log = steps(f"| 甲一 | {ONE} | 县级核实同意 |  | 2026-10-09 |  | 2026-12-31 | 县教体局 |  |")
    _, findings = judge(ledger(LISTED.replace("厌学", "因病")), steps=(log,))
    assert findings == []


def test_p25_16_a_deferral_that_ran_out_is_told() -> None:
    done = LISTED.replace("务工 |  |  |  |", "务工 | 缓学 | 2026-09-30 | Z-1 |")
    log = steps(f"| 甲一 | {ONE} | 县级核实同意 |  | 2026-09-29 |  | 2026-10-15 | 县教体局 |  |")
    (case,), findings = judge(ledger(done), steps=(log,), policy="YL")
    assert (case.state.status, case.state.since) == (SUSPECTED, dt.date(2026, 10, 16))
    assert [(f.code, f.cell) for f in findings] == [("C36", "J2")]


def test_p25_16_an_approval_that_ran_out_before_any_closing_is_no_deferral() -> None:
    approved = f"| 甲一 | {ONE} | 县级核实同意 | 批复 | 2026-09-14 |  | 2026-09-20 | 县 | 1 |"
    (case,), findings = judge(ledger(LISTED), steps=(steps(approved),))
    assert case.open
    assert "C36" not in codes(findings)


def test_th_19_a_row_closed_before_the_day_of_its_listing_stays_closed_and_is_told() -> None:
    wrong = LISTED.replace("09-11", "09-30").replace("务工 |  |  |", "务工 | 已返校 | 2026-09-22 |")
    (case,), findings = judge(ledger(LISTED), dropouts(wrong))
    assert (case.state.status, case.open) == ("已返校", False)
    assert codes(findings) == ["C20"]
    assert findings[0].params == {"listed": dt.date(2026, 9, 30)}


def test_p25_16_the_next_case_of_the_child_settles_a_deferral_that_ran_out() -> None:
    away = LISTED.replace("务工 |  |  |", "务工 | 休学 | 2026-09-22 |")
    approval = steps(f"| 甲一 | {ONE} | 县级核实同意 |  | 2026-09-20 |  | 2026-10-10 |  |  |")
    alone, told = judge(ledger(away), steps=(approval,), policy="P01")
    assert ([c.open for c in alone], codes(told)) == ([True], ["C36"])
    cases, told = judge(ledger(away, AGAIN), steps=(approval,), policy="P01")
    assert ([c.open for c in cases], codes(told)) == ([False, True], [])
    assert (cases[0].state.status, cases[1].previous) == ("休学", cases[0].mark)


@pytest.mark.parametrize(
    ("log", "kind"),
    [
        ({"visits": (visits(f"| 乙二 | {TWO} | 2026-09-14 | 某某 | 家访 |  |  |"),)}, "劝返记录"),
        ({"steps": (steps(f"| 乙二 | {TWO} | 劝学书 |  | 2026-09-14 |  |  |  |  |"),)}, "办理记录"),
        ({"evidence": (evidence(f"| 乙二 | {TWO} | 务工 | 劝返记录 |  |  |  |"),)}, "佐证登记"),
    ],
)
def test_a_row_of_a_child_without_a_case_is_told(log: dict[str, Any], kind: str) -> None:
    cases, findings = judge(ledger(LISTED), **log)
    assert len(cases) == 1
    assert [(f.code, f.cell, f.params) for f in findings] == [("C31", "A2", {"kind": kind})]


def test_th_27_a_call_is_written_down_before_there_is_a_case() -> None:
    called = steps(f"| 乙二 | {TWO} | 电话联系 |  | 2026-09-14 |  |  |  |  |")
    nobody = steps("| 丁四 |  | 联系家长 |  | 2026-09-14 |  |  |  |  |")
    assert judge(ledger(LISTED), steps=(called,))[1] == []
    assert codes(judge(ledger(LISTED), steps=(nobody,))[1]) == ["C31"]


def test_a_step_before_the_absence_is_told() -> None:
    log = steps(f"| 甲一 | {ONE} | 劝学书 |  | 2026-09-01 |  |  |  |  |")
    (case,), findings = judge(ledger(LISTED), steps=(log,))
    assert (codes(findings), case.state.legal) == (["C32"], None)


def test_a_row_with_a_name_only_finds_the_one_child_of_that_name() -> None:
    log = visits("| 丙三 |  | 2026-09-14 | 某某 | 家访 |  |  |")
    row = "| 丙三 |  | 一年级 | 2026-09-08 | 2026-09-11 |  |  |  |  |  |  |"
    (case,), findings = judge(ledger(row), visits=(log,))
    assert (case.state.visits, findings) == (1, [])
    both = ledger(row, row.replace("一年级", "三年级"))
    cases, findings = judge(both, visits=(log,))
    assert [c.state.visits for c in cases] == [0, 0]
    assert codes(findings) == ["C34"]


def test_the_roll_call_of_a_child_without_a_number_is_found_by_name_and_class() -> None:
    row = "| 丙三 |  | 一年级 | 2026-10-13 | 2026-10-16 |  |  |  |  |  |  |"
    away = run("2026-10-13", "2026-10-20", days=6, key="", name="丙三")
    (case,), _ = judge(ledger(row), runs=(away,))
    assert WARNING in [r.event.kind for r in case.events]
    elsewhere = dataclasses.replace(away, name="丁四")
    listed, warned = judge(ledger(row), runs=(elsewhere,))[0]
    assert (listed.state.status, warned.state.status) == (SUSPECTED, WARNING)


def test_a_ledger_row_without_any_day_is_a_case_from_its_first_row_on() -> None:
    row = LISTED.replace("2026-09-08 | 2026-09-11", " | ")
    (case,), findings = judge(ledger(row))
    assert (case.opened, case.first_absent) == (dt.date(2026, 10, 20), None)
    assert codes(findings) == ["C33"]
    log = visits(f"| 甲一 | {ONE} | 2026-09-14 | 某某 | 家访 |  |  |")
    (case,), _ = judge(ledger(row), visits=(log,))
    assert (case.opened, case.state.visits) == (dt.date(2026, 9, 14), 1)


def test_evidence_goes_with_its_case_and_names_the_category() -> None:
    old = evidence(
        f"| 甲一 | {ONE} | 因病因残 | 残疾证 | 0012 | 2021-05-01 |  |",
        f"| 甲一 | {ONE} | 离异带走 | 家访记录 |  | 2026-09-20 | 随母 |",
    )
    unverified = CLOSED.replace("务工", "")
    (first, second), findings = judge(ledger(unverified, AGAIN), evidence=(old,))
    assert [(e.category, e.item, e.note) for e in first.evidence] == [("M", "家访记录", "随母")]
    assert [(e.category, e.item, e.number) for e in second.evidence] == [
        ("I", "残疾证复印件", "0012")
    ]
    assert (first.category, first.variant) == ("M", "父母离异带走")
    assert findings == []


def test_th_13_a_paper_of_an_easier_category_does_not_change_the_ledgers() -> None:
    paper = evidence(f"| 甲一 | {ONE} | 在校有学籍 | 学籍卡 |  | 2026-09-20 |  |")
    (case,), _ = judge(ledger(CLOSED), evidence=(paper,))
    assert (case.category, case.variant) == ("K", "打工务农")


def test_p25_06_a_closed_case_without_any_paper_is_told() -> None:
    text = f"| 姓名 | 身份证件号 | 首次缺勤日期 | 状态 | 销号日期 |\n| 甲一 | {ONE} | 2026-09-08 | 转出 | 2026-10-09 |"
    mine = table("suspected", text)
    assert codes(judge(mine, own=())[1]) == []  # nobody keeps a list of papers here
    other = evidence()
    assert codes(judge(mine, evidence=(other,), own=())[1]) == ["C30"]


def test_th_28_a_child_past_a_step_of_the_ladder_is_a_case_before_any_ledger() -> None:
    log = visits(f"| 甲一 | {ONE} | 2026-10-16 | 某某 | 家访 |  | 未果 |")
    (case,), findings = judge(runs=(run("2026-10-13", "2026-10-20", days=6),), visits=(log,))
    assert (case.state.status, case.state.visits) == (WARNING, 1)
    assert case.first_absent == case.opened == dt.date(2026, 10, 13)
    assert case.source == Source("a.xlsx", "考勤", 7)
    assert findings == []


def test_yl_22_yl_65_yl_67_three_days_open_a_file_and_send_somebody() -> None:
    three = run("2026-10-16", "2026-10-20", days=3)
    (case,), findings = judge(runs=(three,), policy="YL")
    warned = [r.event for r in case.events if r.event.kind == WARNING]
    assert [(e.result, e.by, e.date) for e in warned] == [
        ("建档劝返", "班主任", dt.date(2026, 10, 20)),
        ("报告学校", "班主任", dt.date(2026, 10, 20)),
        ("家访劝返", "学校", dt.date(2026, 10, 20)),
    ]
    assert warned[2].document == "劝学书、学生辍学家访记录单"
    assert (case.open, findings) == (True, [])
    assert judge(runs=(run("2026-10-19", "2026-10-20", days=2),), policy="YL") == ([], [])


@pytest.mark.parametrize(("visited", "expected"), [(True, ["已返校"]), (False, [])])
def test_a_child_away_and_back_is_a_case_only_when_somebody_acted(
    visited: bool, expected: list[str]
) -> None:
    log = (visits(f"| 甲一 | {ONE} | 2026-09-17 | 某某 | 家访 |  | 返校 |"),) if visited else ()
    cases, findings = judge(runs=(run("2026-09-14", "2026-09-17", back="2026-09-18"),), visits=log)
    assert [case.state.status for case in cases] == expected
    assert findings == []


def test_th_27_a_call_after_half_a_day_makes_no_case() -> None:
    assert judge(runs=(run("2026-10-20", "2026-10-20", days=0.5),)) == ([], [])


def test_th_28_the_ladder_of_a_listed_child_is_part_of_its_case() -> None:
    (case,), _ = judge(ledger(LISTED), runs=(run("2026-09-08", "2026-10-20", days=20),))
    warned = [r.event for r in case.events if r.event.kind == WARNING]
    assert [(e.result, e.date) for e in warned] == [
        ("联系家长", dt.date(2026, 9, 8)), ("家访劝返", dt.date(2026, 9, 10)),
    ]  # fmt: skip
    assert case.events[1].source.sheet == "考勤"


def test_an_absence_after_the_return_warns_anew_and_names_the_old_case() -> None:
    first, second = judge(ledger(CLOSED), runs=(run("2026-10-13", "2026-10-20", days=6),))[0]
    assert (first.state.status, second.state.status) == ("已返校", WARNING)
    assert second.previous == first.mark


def test_a_paper_of_one_child_with_the_number_of_another_is_told() -> None:
    step = f"| 乙二 | {ONE} | 宣传教育 | 劝返复学通知书 | 2026-09-12 |  |  | 校 | 1 |"
    paper = f"| 乙二 | {ONE} | 打工务农 | 学籍卡 | 1 | 2026-09-12 |  |"
    _, findings = judge(ledger(LISTED), steps=(steps(step, step),), evidence=(evidence(paper),))
    assert [(f.code, f.sheet, f.cell) for f in findings if f.code == "D08"] == [
        ("D08", steps(step).sheet, "A2"),
        ("D08", evidence(paper).sheet, "A2"),
    ]


def test_findings_name_nobody() -> None:
    log = visits(f"| 乙二 | {TWO} | 2026-09-14 | 某某 | 家访 |  |  |")
    early = steps(
        f"| 甲一 | {ONE} | 限期复学通知书 |  | 2026-09-14 | 2026-09-10 | 2026-09-09 |  |  |"
    )
    _, findings = judge(ledger(LISTED), visits=(log,), steps=(early,))
    assert codes(findings) == ["C31", "C23", "C25", "C26"]
    assert [f.cell[0] for f in findings[2:]] == ["F", "G"]  # 送达日期, 期限
    for finding in findings:
        text = message(finding)
        assert not any(word in text for word in ("甲一", "乙二", ONE, TWO))
        assert finding.code in CATALOGUE
