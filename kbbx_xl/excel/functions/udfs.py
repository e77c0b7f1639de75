"""The shells that xlwings calls for the worksheet functions; names and order as in ``table``.

An argument left out arrives as None; ``caller`` is the calling cell, put there by xlwings.
"""

from __future__ import annotations

from typing import Any

import xlwings as xw

from kbbx_xl.excel.functions import absence, calendar, identity, ladder, lists, plain
from kbbx_xl.excel.functions.caller import Here
from kbbx_xl.excel.functions.cells import Result
from kbbx_xl.excel.functions.table import CATEGORY

CELLS: dict[str, Any] = {"ndim": 2, "err_to_str": True}  # rows of cells, errors as their texts


@xw.func(category=CATEGORY)
@xw.arg("numbers", **CELLS)
@xw.ret("raw")
def id_check(numbers: Any) -> Result:
    """KBBX_ID_CHECK."""
    return identity.id_check(numbers)


@xw.func(category=CATEGORY)
@xw.arg("numbers", **CELLS)
def id_birth(numbers: Any) -> Result:
    """KBBX_ID_BIRTH."""
    return identity.id_birth(numbers)


@xw.func(category=CATEGORY)
@xw.arg("numbers", **CELLS)
@xw.ret("raw")
def id_sex(numbers: Any) -> Result:
    """KBBX_ID_SEX."""
    return identity.id_sex(numbers)


@xw.func(category=CATEGORY)
@xw.arg("numbers", **CELLS)
@xw.ret("raw")
def id_region(numbers: Any) -> Result:
    """KBBX_ID_REGION."""
    return identity.id_region(numbers)


@xw.func(category=CATEGORY)
@xw.arg("student_numbers", **CELLS)
@xw.arg("numbers", **CELLS)
@xw.ret("raw")
def xjh_check(student_numbers: Any, numbers: Any = None) -> Result:
    """KBBX_XJH_CHECK."""
    return identity.xjh_check(student_numbers, numbers)


@xw.func(category=CATEGORY)
@xw.arg("births", **CELLS)
@xw.arg("on_day", **CELLS)
@xw.ret("raw")
def age(births: Any, on_day: Any) -> Result:
    """KBBX_AGE."""
    return identity.age(births, on_day)


@xw.func(category=CATEGORY)
@xw.arg("texts", **CELLS)
@xw.arg("in_month", **CELLS)
@xw.arg("stage", **CELLS)
@xw.ret("raw")
def grade(texts: Any, in_month: Any = None, stage: Any = None) -> Result:
    """KBBX_GRADE."""
    return plain.grade(texts, in_month, stage)


@xw.func(category=CATEGORY)
@xw.arg("first_day", **CELLS)
@xw.arg("last_day", **CELLS)
@xw.arg("school_days", **CELLS)
@xw.ret("raw")
def school_days(
    first_day: Any, last_day: Any, school_days: Any = None, caller: Any = None
) -> Result:
    """KBBX_SCHOOL_DAYS."""
    return calendar.school_days(first_day, last_day, school_days, here=Here(caller))


@xw.func(category=CATEGORY)
@xw.arg("marks", **CELLS)
@xw.arg("dates", **CELLS)
@xw.arg("kind", **CELLS)
@xw.arg("as_of", **CELLS)
@xw.arg("school_days", **CELLS)
@xw.ret("raw")
def absent_days(
    marks: Any,
    dates: Any,
    kind: Any = None,
    as_of: Any = None,
    school_days: Any = None,
    caller: Any = None,
) -> Result:
    """KBBX_ABSENT_DAYS."""
    return absence.absent_days(marks, dates, kind, as_of, school_days, here=Here(caller))


@xw.func(category=CATEGORY)
@xw.arg("marks", **CELLS)
@xw.arg("dates", **CELLS)
@xw.arg("as_of", **CELLS)
@xw.arg("only_open", **CELLS)
@xw.arg("school_days", **CELLS)
@xw.arg("in_calendar_days", **CELLS)
@xw.ret("raw")
def longest_run(
    marks: Any,
    dates: Any,
    as_of: Any = None,
    only_open: Any = None,
    school_days: Any = None,
    in_calendar_days: Any = None,
    caller: Any = None,
) -> Result:
    """KBBX_LONGEST_RUN."""
    return absence.longest_run(
        marks, dates, as_of, only_open, school_days, in_calendar_days, here=Here(caller)
    )


@xw.func(category=CATEGORY)
@xw.arg("days", **CELLS)
@xw.arg("kind", **CELLS)
@xw.arg("policy", **CELLS)
@xw.arg("calendar_days", **CELLS)
@xw.ret("raw")
def step(
    days: Any, kind: Any = None, policy: Any = None, calendar_days: Any = None, caller: Any = None
) -> Result:
    """KBBX_STEP."""
    return ladder.step(days, kind, policy, calendar_days, here=Here(caller))


@xw.func(category=CATEGORY)
@xw.arg("reached", **CELLS)
@xw.arg("step_title", **CELLS)
@xw.arg("policy", **CELLS)
@xw.arg("school_days", **CELLS)
def due(
    reached: Any, step_title: Any, policy: Any = None, school_days: Any = None, caller: Any = None
) -> Result:
    """KBBX_DUE."""
    return ladder.due(reached, step_title, policy, school_days, here=Here(caller))


@xw.func(category=CATEGORY)
@xw.arg("numerator", **CELLS)
@xw.arg("denominator", **CELLS)
@xw.ret("raw")
def rate(numerator: Any, denominator: Any) -> Result:
    """KBBX_RATE."""
    return plain.rate(numerator, denominator)


@xw.func(category=CATEGORY)
@xw.arg("values", **CELLS)
@xw.arg("kind", **CELLS)
@xw.ret("raw")
def mask(values: Any, kind: Any = None) -> Result:
    """KBBX_MASK."""
    return plain.mask(values, kind)


@xw.func(category=CATEGORY)
@xw.arg("left_keys", **CELLS)
@xw.arg("right_keys", **CELLS)
@xw.ret("raw")
def match(left_keys: Any, right_keys: Any) -> Result:
    """KBBX_MATCH."""
    return lists.match(left_keys, right_keys)


@xw.func(category=CATEGORY)
@xw.arg("ledger", **CELLS)
@xw.arg("unit_title", **CELLS)
@xw.arg("step_title", **CELLS)
@xw.ret("raw")
def summary(ledger: Any, unit_title: Any = None, step_title: Any = None) -> Result:
    """KBBX_SUMMARY."""
    return lists.summary(ledger, unit_title, step_title)
