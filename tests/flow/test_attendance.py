"""Whom a row of a roll call means, and what a blank cell of it says."""

from __future__ import annotations

from kbbx_xl.flow.attendance import read_attendance
from kbbx_xl.flow.register import Register
from kbbx_xl.flow.roster import read_pupils
from kbbx_xl.model import Table
from tests.flow.tables import SCHOOL, context, table

ROSTER = """
| 姓名 | 性别 | 身份证件号 | 学籍号 | 年级 | 班级 | 就读状态 |
| 甲一 | 男 | 520000201703050016 | G520000201703050016 | 三年级 | 1班 | 在读 |
| 乙二 | 女 |  | G520000201611200027 | 三年级 | 1班 | 在读 |
| 乙二 | 女 |  | G520000201611200035 | 三年级 | 1班 | 在读 |
"""
DAYS = [8, 9, 10, 12, 13]


def register(text: str = ROSTER) -> Register:
    return Register((read_pupils(table("roster", text), SCHOOL.name, context())[0],))


def roll_call(names: tuple[str, ...], marks: list[list[str]]) -> Table:
    made = table("roll_call", "\n".join(("姓名", *names)), 班级="三年级1班", 月份="2026-10")
    made.days, made.day_columns = DAYS, [2, 3, 4, 5, 6]
    made.marks = [*marks]
    return made


def runs(made: Table) -> set[tuple[str, float]]:
    found = read_attendance(SCHOOL, [made], [], register(), context())
    return {(run.key, run.run.school_days) for run in found.runs}


def codes(made: Table) -> set[str]:
    found = read_attendance(SCHOOL, [made], [], register(), context())
    return {finding.code for finding in found.findings}


def test_namesakes_are_told_apart_by_the_order_of_the_roster() -> None:
    made = roll_call(("甲一", "乙二", "乙二"), [[*"√√√√√"], [*"√√√√√"], [*"√××√√"]])
    assert runs(made) == {("G520000201611200035", 2.0)}
    assert "D09" in codes(made)
    assert "D04" not in codes(made)


def test_namesakes_in_another_order_than_the_roster_stay_unknown() -> None:
    made = roll_call(("乙二", "甲一", "乙二"), [[*"√√√√√"], [*"√√√√√"], [*"√××√√"]])
    assert runs(made) == {("", 2.0)}
    assert "D04" in codes(made)


def test_a_sheet_without_any_mark_of_presence_marks_only_who_is_away() -> None:
    made = roll_call(("甲一",), [["", "×", "×", "", ""]])
    assert runs(made) == {("520000201703050016", 2.0)}
    assert "A11" not in codes(made)


def test_blanks_beside_marks_of_presence_are_days_nobody_marked() -> None:
    assert "A11" in codes(roll_call(("甲一",), [["√", "×", "×", "", ""]]))


def test_a_pupil_who_is_not_in_the_roster_is_known_by_the_student_number() -> None:
    made = table("roll_call", "姓名|学籍号\n丙三|G520000201703050034", 月份="2026-10")
    made.days, made.day_columns, made.marks = DAYS, [2, 3, 4, 5, 6], [[*"√×√√√"]]
    assert runs(made) == {("G520000201703050034", 1.0)}


def test_an_id_in_the_column_of_numbers_is_an_id() -> None:
    made = table("roll_call", "| 姓名 | 学号 |\n| 甲七 | 520000201703050016 |", 月份="2026-10")
    made.days, made.day_columns, made.marks = DAYS, [3, 4, 5, 6, 7], [[*"√×√√√"]]
    assert runs(made) == {("520000201703050016", 1.0)}
    assert "D08" in codes(made)


def test_a_day_nobody_marked_is_one_finding() -> None:
    rows = [["√", "√", "", "√", "√"], ["√", "×", "", "√", "√"]]
    found = read_attendance(SCHOOL, [roll_call(("甲一", "丙三"), rows)], [], register(), context())
    assert [(f.code, f.cell) for f in found.findings if f.code == "A11"] == [("A11", "D2")]
