"""The ledgers of our own 登记表: 状态 is worked out, never read."""

from __future__ import annotations

import datetime as dt
from typing import Any

from kbbx_xl.flow.attendance import Attendance
from kbbx_xl.flow.cases import Cases, check_against_attendance, count_cases, read_cases
from kbbx_xl.flow.flag import missing_from_ledger
from kbbx_xl.flow.register import Register
from kbbx_xl.flow.result import StudentRun
from kbbx_xl.flow.roster import read_pupils
from kbbx_xl.flow.source import Source
from kbbx_xl.flow.within import check_visits
from kbbx_xl.model import Run, Table
from tests.flow.factory import make_policy
from tests.flow.tables import AS_OF, SCHOOL, context, table

ONE, TWO = "520000201903133190", "520000201812192283"
ROSTER = f"""
| 姓名 | 身份证件号 | 年级 | 班级 | 就读状态 |
| 甲一 | {ONE} | 一年级 | 1班 | 在读 |
| 乙二 | {TWO} | 二年级 | 1班 | 辍学 |
"""
HEAD = "| 姓名 | 身份证件号 | 年级 | 首次缺勤日期 | 状态 | 销号去处 | 销号日期 | 销号依据 |\n"
BACK = f"| 甲一 | {ONE} | 一年级 | 2026-09-09 |  | 已返校 | 2026-09-16 | 家访0916 |\n"
AGAIN = f"| 甲一 | {ONE} | 一年级 | 2026-10-09 |  |  |  |  |\n"
GONE = f"| 乙二 | {TWO} | 二年级 | 2026-09-05 |  |  |  |  |\n"
VISITS = f"""
| 姓名 | 身份证件号 | 劝返时间 | 劝返人员姓名 | 劝返就读情况记录 |
| 甲一 | {ONE} | 2026-09-16 | 某某 | 学生已返校就读 |
"""


def ledgers(suspected: str, dropout: str = "") -> list[Table]:
    return [table("suspected", HEAD + suspected), table("dropout", HEAD + dropout)]


def judge(tables: list[Table], visits: str = "") -> Cases:
    pupils, _ = read_pupils(table("roster", ROSTER), SCHOOL.name, context())
    made = [table("visits", visits)] if visits else []
    own = frozenset({"a.xlsx"})
    return read_cases(SCHOOL, tables, made, Register((pupils,)), context(), own=own)


def found(cases: Cases) -> list[tuple[str, str, str]]:
    return [(f.code, f.sheet, f.cell) for f in cases.findings]


def test_a_status_is_derived_and_an_absence_in_both_ledgers_counts_once() -> None:
    cases = judge(ledgers(BACK + GONE, GONE))
    assert [row.status for row in cases.rows] == ["已返校", "已列辍学台账", "辍学"]
    assert found(cases) == []
    assert cases.has_status
    counts, _ = count_cases(SCHOOL, cases, [])
    assert {c.status: c.count for c in counts if c.stage == "小学"} == {
        "疑似辍学": 0, "辍学": 1, "已返校": 1,
    }  # fmt: skip


def test_a_ledger_that_is_not_ours_keeps_its_typed_status() -> None:
    pupils, _ = read_pupils(table("roster", ROSTER), SCHOOL.name, context())
    text = GONE.replace("05 |  |", "05 | 疑似辍学 |")
    loose = [table("suspected", HEAD + text)]
    cases = read_cases(SCHOOL, loose, [], Register((pupils,)), context())
    assert [row.status for row in cases.rows] == ["疑似辍学"]


def test_a_closing_of_a_later_day_is_not_there_yet() -> None:
    rows = judge(ledgers(BACK.replace("2026-09-16", "2026-10-21"))).rows
    assert [row.status for row in rows] == ["疑似辍学"]


def test_half_a_closing_leaves_the_case_open() -> None:
    text = BACK.replace("已返校", "") + AGAIN.replace("|  |  |  |  |", "|  | 转出 |  |  |")
    cases = judge(ledgers(text))
    assert [row.status for row in cases.rows] == ["疑似辍学", "疑似辍学"]
    assert found(cases) == [
        ("C15", "疑似辍学台账", "F2"),
        ("C15", "疑似辍学台账", "G3"),
        ("C18", "疑似辍学台账", "D3"),
    ]


def test_a_closing_of_a_dropout_stands_in_its_own_ledger() -> None:
    closed = GONE.replace("05 |  |  |  |  |", "05 |  | 休学 | 2026-10-12 | 批复1 |")
    assert found(judge(ledgers(closed, GONE))) == [("C16", "疑似辍学台账", "G2")]
    assert found(judge(ledgers(closed, closed))) == []


def test_a_case_closed_without_evidence() -> None:
    assert found(judge(ledgers(BACK.replace("家访0916", "")))) == [("C17", "疑似辍学台账", "H2")]


def test_two_open_absences_of_a_child_in_one_ledger() -> None:
    open_still = AGAIN.replace("2026-10", "2026-09")
    cases = judge(ledgers(open_still + AGAIN))
    assert found(cases) == [("C18", "疑似辍学台账", "D3")]
    assert found(judge(ledgers(BACK + AGAIN))) == []


def test_a_status_typed_over_the_formula() -> None:
    cases = judge(ledgers(GONE.replace("05 |  |", "05 | 已返校 |")))
    assert [row.status for row in cases.rows] == ["疑似辍学"]
    assert found(cases) == [("C19", "疑似辍学台账", "E2")]


def test_a_dropout_again_is_a_case_of_its_own() -> None:
    """The visits of the first case bring no child back from the second, and do not precede it."""
    tables = ledgers(BACK + AGAIN)
    cases = judge(tables, VISITS)
    assert [(row.status, row.first_absent) for row in cases.rows] == [
        ("已返校", dt.date(2026, 9, 9)),
        ("疑似辍学", dt.date(2026, 10, 9)),
    ]
    findings = check_visits(cases, tables, [table("visits", VISITS)])
    assert [(f.code, f.cell) for f in findings] == [("C07", "A3")]


def away_since(first: dt.date) -> StudentRun:
    days = (AS_OF - first).days + 1
    run = Run(first, AS_OF, True, float(days), days)
    return StudentRun(ONE, "甲一", SCHOOL.name, "一年级", "1班", run, Source("a.xlsx", "点名表", 4))


def test_an_absence_after_the_closing_asks_for_a_new_case() -> None:
    """The closed case is neither contradicted by it nor does it stand for it in the ledger."""
    tables = ledgers(BACK)
    cases = judge(tables)
    for first, codes in ((dt.date(2026, 10, 9), ["A12"]), (dt.date(2026, 9, 9), ["C11"])):
        runs = [away_since(first)]
        found = missing_from_ledger(SCHOOL, runs, cases, context(make_policy()))
        found += check_against_attendance(cases, Attendance(runs=runs), tables)
        assert [f.code for f in found] == codes
    listed = judge(ledgers(BACK + AGAIN))
    runs = [away_since(dt.date(2026, 10, 9))]
    assert missing_from_ledger(SCHOOL, runs, listed, context(make_policy())) == []


def test_a_blank_after_the_last_mark_is_no_return() -> None:
    """C10 asks for a mark of presence, or a 返校日期, after the absence."""
    tables = ledgers(AGAIN)
    cases = judge(tables)
    run = Run(
        dt.date(2026, 10, 9), dt.date(2026, 10, 20), open=False, school_days=4, calendar_days=6
    )
    one = StudentRun(ONE, "甲一", SCHOOL.name, "一年级", "1班", run, Source("a.xlsx", "点名表", 4))

    def codes(**said: Any) -> list[str]:
        attendance = Attendance(runs=[one], seen={ONE}, **said)
        return [f.code for f in check_against_attendance(cases, attendance, tables)]

    assert codes() == []
    assert codes(there={ONE: dt.date(2026, 10, 8)}) == []
    assert codes(there={ONE: dt.date(2026, 10, 21)}) == ["C10"]
