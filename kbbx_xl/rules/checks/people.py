"""Checks of pupils that need two columns or two rows (I16–I18): numbers shared, ages out of place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from kbbx_xl.model import GRADES, Finding, Period, Table
from kbbx_xl.rules.identity import day_number

ENTRY_AGE = 6  # 满六周岁 on 31 August before 一年级 (义务教育法第十一条; P12-01)
USUAL_AGE = {grade: ENTRY_AGE + number for number, grade in enumerate(GRADES)}
AGE_SLACK = 2  # years older or younger than the grade's usual age before anyone is asked


def shared_student_numbers(table: Table, numbers: Sequence[str], names: Sequence[str]) -> list[Finding]:  # fmt: skip
    """One 学籍号 on two different children (I16)."""
    if len(set(numbers)) + max(numbers.count("") - 1, 0) == len(numbers):
        return []
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
    births: NDArray[np.signedinteger],
    grades: Sequence[str],
    enrolled: Sequence[bool],
    month: Period,
    *,
    low: int | None,
    high: int | None,
) -> list[Finding]:
    """Pupils on roll outside the policy's ages (I17) or far from their grade's usual age (I18).

    ``births`` are numbers such as 20150407, 0 for none.  Ages are whole years on 31 August before
    the school year; ``low``/``high`` None = not stated.
    """
    ages = (day_number(dt.date(month.school_year, 8, 31)) - births) // 10000
    usual = np.array([USUAL_AGE.get(grade, 0) for grade in grades], np.int32)
    asked = (births > 0) & (usual > 0) & np.array(enrolled, bool)
    far = abs(ages - usual) > AGE_SLACK
    outside = np.zeros(len(births), bool)
    for limit, beyond in ((low, np.less), (high, np.greater)):
        if limit is not None:
            outside |= beyond(ages, limit)
    found: list[Finding] = []
    for i in np.flatnonzero(asked & (far | outside)).tolist():
        age = int(ages[i])
        if far[i]:
            found.append(table.finding("I18", "birth", i, grade=grades[i], age=age))
        else:
            found.append(table.finding("I17", "birth", i, age=age, low=low, high=high))
    return found
