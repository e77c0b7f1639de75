"""Checks of pupils that need two columns or two rows (I16–I18): numbers shared, ages out of place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from kbbx_xl.model import GRADES, Finding, Period, Table
from kbbx_xl.rules.identity import age_on

ENTRY_AGE = 6  # 满六周岁 on 31 August before 一年级 (义务教育法第十一条; P12-01)
AGE_SLACK = 2  # years older or younger than the grade's usual age before anyone is asked


def shared_student_numbers(table: Table, numbers: Sequence[str], names: Sequence[str]) -> list[Finding]:  # fmt: skip
    """One 学籍号 on two different children (I16)."""
    first: dict[str, int] = {}
    found: list[Finding] = []
    for i, number in enumerate(numbers):
        if not number:
            continue
        j = first.setdefault(number, i)
        if j != i and names[i] != names[j]:
            found.append(table.finding("I16", "student_no", i, other=table.rows[j]))
    return found


def odd_ages(
    table: Table,
    births: Sequence[dt.date | None],
    grades: Sequence[str],
    enrolled: Sequence[bool],
    month: Period,
    *,
    low: int | None,
    high: int | None,
) -> list[Finding]:
    """Pupils on roll outside the policy's ages (I17) or far from their grade's usual age (I18).

    Ages are whole years on 31 August before the school year; ``low``/``high`` None = not stated.
    """
    day = dt.date(month.school_year, 8, 31)
    usual = {grade: ENTRY_AGE + number for number, grade in enumerate(GRADES)}
    found: list[Finding] = []
    for i, (birth, grade, on_roll) in enumerate(zip(births, grades, enrolled, strict=True)):
        if birth is None or not on_roll or grade not in usual:
            continue
        age = age_on(birth, day)
        if abs(age - usual[grade]) > AGE_SLACK:
            found.append(table.finding("I18", "birth", i, grade=grade, age=age))
        elif (low is not None and age < low) or (high is not None and age > high):
            found.append(table.finding("I17", "birth", i, age=age, low=low, high=high))
    return found
