"""At school is who has a mark of presence in the month, not who stands on the roll call."""

from __future__ import annotations

import datetime as dt

from kbbx_xl.flow.presence import last_there, last_told, present_rows
from kbbx_xl.model import Mark, Table
from tests.flow.tables import OCTOBER, table

DAYS = [8, 9, 12, 13, 14]  # school days of October 2026


def called(*marks: str, legend: dict[str, str] | None = None) -> Table:
    names = "\n".join(f"甲{n}" for n in range(len(marks)))
    made = table("roll_call", f"姓名\n{names}", 月份="2026-10")
    made.days, made.day_columns = DAYS, [3, 4, 5, 6, 7]
    made.marks = [[None if c == "_" else c for c in row] for row in marks]
    made.legend = legend or {}
    return made


def test_yl_16_a_child_whose_marks_are_all_absent_is_not_at_school() -> None:
    assert present_rows(called("√√√√√", "×××××", "病病病病病", "××半××"), OCTOBER) == [
        True,
        False,
        False,
        True,
    ]


def test_yl_16_a_row_of_blanks_is_no_presence() -> None:
    assert present_rows(called("√√√√√", "_____"), OCTOBER) == [True, False]
    assert present_rows(called("_____", "_____"), OCTOBER) == [False, False]


def test_on_a_sheet_of_absences_only_a_blank_school_day_is_presence() -> None:
    assert present_rows(called("××___", "__×__", "_____"), OCTOBER) == [True, True, True]
    assert present_rows(called("×××__", "__×__"), OCTOBER) == [False, True]


def test_a_legend_that_says_so_makes_a_blank_presence() -> None:
    sheet = called("√√√√√", "_____", legend={"": "出勤"})
    assert present_rows(sheet, OCTOBER) == [True, True]


def test_a_blank_sunday_is_no_presence() -> None:
    sheet = called("×_×××", "×_×××")
    sheet.days = [9, 11, 12, 13, 14]
    assert present_rows(sheet, OCTOBER) == [False, False]


def test_without_columns_of_days_the_sum_or_the_name_says_it() -> None:
    assert present_rows(table("roll_call", "姓名\n甲一"), OCTOBER) == [True]
    sums = table("roll_call", "| 姓名 | 出勤 |\n| 甲一 | 12 |\n| 乙二 | 0 |\n| 丙三 | |")
    assert present_rows(sums, OCTOBER) == [True, False, False]


def test_the_last_day_there_is_marked_and_not_after_the_day_of_judging() -> None:
    marks = [Mark.PRESENT, Mark.ABSENT, Mark.PRESENT, Mark.BLANK]
    days = [dt.date(2026, 10, n) for n in (12, 13, 14, 15)]
    assert last_told([marks, [Mark.REST] * 4]) == 2
    assert last_there(marks, days, days[3]) == days[2]
    assert last_there(marks, days, days[1]) == days[0]
    assert last_there(marks[1:2], days, days[3]) is None
