"""One unit's sheets against each other."""

from __future__ import annotations

import dataclasses

from kbbx_xl.flow import within
from kbbx_xl.flow.attendance import read_attendance
from kbbx_xl.flow.cases import by_pupil, read_cases, visited
from kbbx_xl.flow.register import Register
from kbbx_xl.flow.roster import Pupils, read_pupils
from kbbx_xl.flow.unit import sheets
from kbbx_xl.model import FileRead, Finding, Unit
from kbbx_xl.settings.forms import all_forms
from tests.flow.tables import CENTER, OCTOBER, SCHOOL, context, table

ROSTER = """
| 姓名 | 身份证件号 | 学籍号 | 年级 | 班级 | 就读状态 |
| 甲一 | 520000201903133190 | G520000201903133190 | 一年级 | 1班 | 在读 |
| 乙二 | 520000201812192283 | G520000201812192283 | 二年级 | 1班 | 辍学 |
"""
LEDGER = """
| 姓名 | 身份证件号 | 年级 | 首次缺勤日期 | 状态 |
| 甲一 | 520000201903133190 | 一年级 | 2026-10-12 | 疑似辍学 |
"""
VISITS = """
| 姓名 | 身份证件号 | 第几次 | 劝返时间 | 劝返人员姓名 | 劝返就读情况记录 |
| 甲一 | 520000201903133190 | 1 | 2026-10-09 | 某某 | 家长不在 |
| 甲一 | 520000201903133190 | 3 | 2026-10-16 | 某某 | 学生已返校就读 |
"""


def roster() -> Pupils:
    return read_pupils(table("roster", ROSTER), SCHOOL.name, context())[0]


def codes(findings: list[Finding]) -> list[tuple[str, str]]:
    return sorted((f.code, f.cell) for f in findings)


def test_visits_before_the_absence_a_skipped_number_and_a_case_left_open() -> None:
    ledger, visits = table("suspected", LEDGER), table("visits", VISITS)
    cases = read_cases(SCHOOL, [ledger], [visits], Register((roster(),)), context())
    assert codes(within.check_visits(cases, [ledger], [visits])) == [
        ("C09", "D2"),
        ("C12", "E2"),
        ("C13", "C3"),
    ]


def test_a_case_without_any_visit() -> None:
    ledger = table("suspected", LEDGER)
    cases = read_cases(SCHOOL, [ledger], [], Register((roster(),)), context())
    assert codes(within.check_visits(cases, [ledger], [])) == [("C07", "A2")]


def test_th_44_a_visit_before_the_absence_began_is_none_of_this_case() -> None:
    text = """
| 姓名 | 身份证件号 | 年级 | 首次缺勤日期 | 状态 | 销号日期 | 劝返次数 |
| 甲一 | 520000201903133190 | 一年级 | 2026-09-07 | 已返校 | 2026-09-14 | 2 |
| 甲一 | 520000201903133190 | 一年级 | 2026-10-20 | 疑似辍学 |  | 2 |
"""
    ledger, visits = table("suspected", text), table("visits", """
| 姓名 | 身份证件号 | 劝返时间 | 劝返人员姓名 | 劝返就读情况记录 |
| 甲一 | 520000201903133190 | 2026-09-08 | 某某 | 家长不在 |
| 甲一 | 520000201903133190 | 2026-09-14 | 某某 | 学生不在 |
""")  # fmt: skip
    cases = read_cases(SCHOOL, [ledger], [visits], Register((roster(),)), context())
    assert codes(within.check_visits(cases, [ledger], [visits])) == [("C07", "A3")]
    records = by_pupil(cases.persuasion)
    assert [visited(row, records[row.key]) for row in cases.rows] == [True, False]


def test_a_dropout_of_the_roster_must_be_in_the_ledger_that_came() -> None:
    pupils = roster()
    cases = read_cases(SCHOOL, [table("suspected", LEDGER)], [], Register((pupils,)), context())
    assert codes(within.check_dropouts([pupils], cases)) == [("C05", "F3")]
    nothing = read_cases(SCHOOL, [], [], Register((pupils,)), context())
    assert within.check_dropouts([pupils], nothing) == []


def test_pupils_on_roll_missing_from_their_classs_roll_call() -> None:
    pupils = roster()
    call = table("roll_call", "| 姓名 |\n| 丙三 |", 班级="一年级1班", 月份="2026-10")
    found = within.check_on_roll_call([pupils], {"other"}, [call], {("一年级", "1班")})
    assert codes(found) == [("D06", "A2")]
    assert within.check_on_roll_call([pupils], set(), [call], {("三年级", "1班")}) == []


def test_a_total_that_counts_other_children_than_are_listed() -> None:
    counted = table("absence", "| 序号 | 姓名 | 缺勤起始日期 | 类别 |\n| 1 | 甲一 | 2026-10-12 | 旷课 |\n| 合计 | 3人 |  |  |")  # fmt: skip
    assert codes(within.check_stated_counts([counted])) == [("R02", "B3")]


def test_a_day_of_another_year() -> None:
    slip = table("absence", "| 姓名 | 缺勤起始日期 | 类别 |\n| 甲一 | 2025-10-12 | 旷课 |")
    assert codes(within.check_dates([slip], OCTOBER)) == [("V06", "B2")]


def test_yl_38_six_numbers_against_the_ledger() -> None:
    cases = read_cases(SCHOOL, [table("suspected", LEDGER)], [], Register((roster(),)), context())
    six = table("six_checks", "| 学段 | 辍学 | 疑似辍学 | 复学 |\n| 小学 | 0 | 2 | 0 |")
    titles = {f.name: f.title for f in sheets()["six_checks"].columns}
    assert codes(within.check_six([six], cases.rows, titles)) == [("M08", "C2")]


def test_grid_levels_a_unit_owes() -> None:
    grid = table("grid_school", "| 网格名称 | 网格长姓名 | 联系方式 |\n| 本校 | 某某 | 17400000000 |", 级别="校级")  # fmt: skip
    found = within.check_levels(SCHOOL, [grid], serves_villages=True)
    assert [f.params["level"] for f in found] == ["村级", "班级"]
    assert [f.params["level"] for f in within.check_levels(CENTER, [grid], False)] == ["镇级"]
    assert within.check_levels(Unit("520000", "某县教育局", level="县"), [grid], False) == []


def test_an_empty_sheet_of_a_level_is_named_by_its_first_cell() -> None:
    grid = table("grid_school", "| 网格名称 | 网格长姓名 | 联系方式 |\n| 本校 | 某某 | 17400000000 |", 级别="校级")  # fmt: skip
    empty = table("grid_class", "| 序号 | 网格名称 | 网格长姓名 |", 级别="班级")
    assert codes(within.check_levels(SCHOOL, [grid, empty], False)) == [("G09", "B2")]


def test_a_ledger_row_of_another_school() -> None:
    text = LEDGER.replace("| 年级 |", "| 年级 | 学校 |").replace(
        "| 一年级 |", "| 一年级 | 东风小学 |"
    )
    assert codes(within.check_school_names(SCHOOL, [table("suspected", text)])) == [("R08", "D2")]
    own = text.replace("东风小学", "中心小学")
    assert within.check_school_names(SCHOOL, [table("suspected", own)]) == []


def test_an_older_workbook_and_one_with_a_sheet_taken_out() -> None:
    form = next(f for f in all_forms() if f.form == "directory")
    complete = [dataclasses.replace(table("units", "| 单位名称 |\n| 甲校 |"), table=s.table) for s in form.sheets]  # fmt: skip
    own = {"form": "directory", "version": str(form.version)}
    assert within.check_version(FileRead("a.xlsx", tables=complete, own=own), all_forms()) == []
    units = [one for one in complete if one.table == "units"]
    old = FileRead("a.xlsx", tables=units, own=own | {"version": "0"})
    found = within.check_version(old, all_forms())
    assert [f.code for f in found] == ["F12", "F13", "F13"]


def test_a_child_on_the_roll_call_and_in_the_ledger_is_away_once() -> None:
    """The roll call shows October; the ledger knows that it began in September."""
    call = table("roll_call", "| 姓名 |\n| 甲一 |", 班级="一年级1班", 月份="2026-10")
    call.days, call.day_columns = [8, 9, 10, 12], [2, 3, 4, 5]
    call.marks, call.legend = [["×", "×", "√", "×"]], {}
    ledger = table("absence", "| 姓名 | 年级 | 班级 | 缺勤起始日期 | 返校日期 | 类别 |\n| 甲一 | 一年级 | 1班 | 2026-09-29 | 2026-10-10 | 旷课 |")  # fmt: skip
    result = read_attendance(SCHOOL, [call], [ledger], Register((roster(),)), context())
    runs = sorted((str(r.run.start), r.run.school_days) for r in result.runs)
    assert runs == [("2026-09-29", 4.0), ("2026-10-12", 1.0)]
    assert result.cumulative == {"520000201903133190": 5.0}
