"""One unit judged as a whole: what is expected, what is late, what contradicts itself."""

from __future__ import annotations

import dataclasses

from kbbx_xl.flow.unit import UnitResult, analyse_unit
from kbbx_xl.model import FileRead
from kbbx_xl.settings.policies import MonthlyReport
from tests.flow.tables import CENTER, POLICY, SCHOOL, context, table

REPORT = "| 年级 | 上月末在校生数 | 辍学 | 本月末在校生数 |\n| 一年级 | 30 | 0 | 30 |"
ABSENCE = """
| 姓名 | 年级 | 班级 | 缺勤起始日期 | 返校日期 | 类别 |
| 甲一 | 一年级 | 1班 | 2026-10-12 |  | 旷课 |
"""
ROSTER = """
| 姓名 | 身份证件号 | 年级 | 班级 | 就读状态 |
| 甲一 | 520000201903133190 | 一年级 | 1班 | 在读 |
"""


def judge(*tables, due_day: int | None = None, unit=SCHOOL) -> UnitResult:  # type: ignore[no-untyped-def]
    policy = dataclasses.replace(POLICY, monthly=MonthlyReport(due_day=due_day))
    reads = [FileRead(t.file, sha256=t.file, tables=[t]) for t in tables]
    return analyse_unit(unit, reads, context(policy))


def test_what_did_not_come_is_missing_and_attendance_comes_either_way() -> None:
    result = judge(table("absence", ABSENCE, file="b.xlsx"), table("roster", ROSTER, file="a.xlsx"))
    assert result.missing == ("辍学学生台账", "网格名单", "月报")
    assert [f.params["kind"] for f in result.findings if f.code == "P02"] == list(result.missing)


def test_a_centre_owes_its_grid_and_its_summary() -> None:
    assert judge(unit=CENTER).missing == ("网格名单", "汇总月报")


def test_a_report_filled_in_after_the_due_day_is_late() -> None:
    filled = table("report", REPORT, 填报日期="2026-10-23")
    assert judge(filled, due_day=20).late == ("月报",)
    assert judge(filled, due_day=25).late == ()


def test_where_the_document_names_no_day_nothing_is_late() -> None:
    assert judge(table("report", REPORT, 填报日期="2026-10-30")).late == ()


def test_an_open_absence_is_one_run_with_the_pupils_key() -> None:
    result = judge(table("absence", ABSENCE, file="b.xlsx"), table("roster", ROSTER, file="a.xlsx"))
    assert [(r.key, r.run.open, r.run.school_days) for r in result.runs] == [
        ("520000201903133190", True, 7.0)
    ]


def test_every_finding_knows_its_unit() -> None:
    result = judge(table("report", REPORT.replace("| 30 |\n", "| 31 |\n")))
    assert {f.unit for f in result.findings} == {SCHOOL.name}
