"""Ledgers that say in other columns, or in other rows, when an absence ended."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from kbbx_xl.flow.attendance import read_attendance
from kbbx_xl.flow.cases import Cases
from kbbx_xl.flow.cases import settled as settled_absences
from kbbx_xl.flow.register import Register
from kbbx_xl.flow.result import CaseRow
from kbbx_xl.flow.source import Source
from kbbx_xl.model import Table
from tests.flow.tables import SCHOOL, context, table

ID_NO = "520000201903133190"
HEAD = "| 姓名 | 身份证件号 | 缺勤起始日期 | 返校日期 | 类别 |"
TWO_DAYS = {("2026-10-12", "2026-10-13", False, 2.0)}


def judged(name: str, text: str) -> tuple[set[tuple[str, str, bool, float]], set[str]]:
    ledger: Table = table(name, text)
    found = read_attendance(SCHOOL, [], [ledger], Register(()), context())
    runs = {
        (str(r.run.start), str(r.run.last_absent), r.run.open, r.run.school_days)
        for r in found.runs
    }
    return runs, {f.code for f in found.findings}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "absence",
            "| 姓名 | 缺勤起始日期 | 返校日期 | 类别 |\n| 甲一 | 2026-10-12 | 2026-10-14 | 旷课 |",
        ),
        (
            "absence_to",
            "| 姓名 | 缺勤起始日期 | 缺勤截止日期 | 类别 |\n| 甲一 | 2026-10-12 | 2026-10-13 | 旷课 |",
        ),
        ("absence", "| 姓名 | 缺勤起始日期 | 缺勤天数 | 类别 |\n| 甲一 | 2026-10-12 | 2 | 旷课 |"),
        (
            "absence",
            "| 姓名 | 缺勤起始日期 | 类别 |\n| 甲一 | 2026-10-12 | 旷课 |\n| 甲一 | 2026-10-13 | 旷课 |",
        ),
    ],
)
def test_the_end_is_known_by_whichever_column_tells_it(name: str, text: str) -> None:
    runs, codes = judged(name, text)
    assert runs == TWO_DAYS
    assert ("A16" in codes) == ("返校日期" not in text)
    assert "A04" not in codes


def test_without_any_return_date_in_its_column_the_pupil_is_still_away() -> None:
    runs, codes = judged(
        "absence", "| 姓名 | 缺勤起始日期 | 返校日期 | 类别 |\n| 甲一 | 2026-10-19 |  | 旷课 |"
    )
    assert runs == {("2026-10-19", "2026-10-20", True, 2.0)}
    assert "A16" not in codes


def test_half_a_day_by_its_count() -> None:
    runs, _ = judged(
        "absence", "| 姓名 | 缺勤起始日期 | 缺勤天数 | 类别 |\n| 甲一 | 2026-10-12 | 0.5 | 旷课 |"
    )
    assert runs == {("2026-10-12", "2026-10-12", False, 0.5)}


def test_an_absence_that_began_before_the_calendar_is_told() -> None:
    head = "| 姓名 | 缺勤起始日期 | 返校日期 | 类别 |\n"
    assert "A18" in judged("absence", head + "| 甲一 | 2026-08-20 | | 旷课 |")[1]
    assert "A18" not in judged("absence", head + "| 甲一 | 2026-08-20 | 2026-08-25 | 旷课 |")[1]


@pytest.mark.parametrize(
    ("first", "closed", "last"),
    [
        ("2026-10-12", "2026-10-14", "2026-10-13"),  # 转出: the absence is over
        ("2026-10-09", "2026-10-14", "2026-10-13"),  # a later row of the same absence
        ("2026-10-13", "2026-10-14", "2026-10-20"),  # another absence was closed
        ("2026-09-01", "2026-10-09", "2026-10-20"),  # closed before this one began
    ],
)
def test_an_absence_without_a_return_ends_where_the_ledger_closed_it(
    first: str, closed: str, last: str
) -> None:
    ledger = table("absence", f"{HEAD}\n| 甲一 | {ID_NO} | 2026-10-12 |  | 旷课 |")
    days = dt.date.fromisoformat(first), dt.date.fromisoformat(closed)
    settled = {ID_NO: [days]}
    found = read_attendance(SCHOOL, [], [ledger], Register(()), context(), settled=settled)
    assert [str(r.run.last_absent) for r in found.runs] == [last]
    assert found.runs[0].run.open is (last == "2026-10-20")


def test_only_a_closing_without_a_return_settles_an_absence() -> None:
    row = CaseRow(
        ID_NO, "甲一", SCHOOL.name, "小学", "一年级", "1班", "转出", True, dt.date(2026, 9, 1),
        dt.date(2026, 9, 20), "", Source("a.xlsx"),
    )  # fmt: skip
    back = dataclasses.replace(row, status="已返校")
    assert settled_absences(Cases([row])) == {ID_NO: [(row.first_absent, row.closed)]}
    assert settled_absences(Cases([back])) == {}
