"""Functions over a roll call (点名): 累计缺勤 and 连续旷课, as ``rules.absence`` counts them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kbbx_xl.excel.functions.calendar import calendar_of, holds
from kbbx_xl.excel.functions.caller import NOWHERE, Here
from kbbx_xl.excel.functions.cells import (
    UNKNOWN,
    WRONG,
    Grid,
    Result,
    date,
    failure,
    grid_of,
    is_blank,
    one,
    yes,
)
from kbbx_xl.excel.functions.ladder import kind_of, policy_of
from kbbx_xl.model import Mark
from kbbx_xl.rules.absence import (
    cumulative_from_marks,
    decode_marks,
    longest,
    runs_from_marks,
)
from kbbx_xl.rules.run_lengths import longest_runs
from kbbx_xl.rules.school_days import SchoolCalendar
from kbbx_xl.settings.lists import load_lists

_Count = Callable[[Sequence[Sequence[Mark]], "_Frame"], Sequence[float]]  # of all rows at once
_OUTSIDE = dt.date.max  # the date of a column that is no day


@dataclass(frozen=True, slots=True)
class _Frame:
    """What all rows of a roll call share."""

    days: tuple[dt.date, ...]  # one a column, ``_OUTSIDE`` where the column is no day
    as_of: dt.date
    calendar: SchoolCalendar


def absent_days(
    marks: object,
    dates: object,
    kind: object = None,
    as_of: object = None,
    school_days: object = None,
    here: Here = NOWHERE,
) -> Result:
    """KBBX_ABSENT_DAYS: school days missed in all, one number a row of marks."""
    leave = kind_of(one(kind))
    frame = _frame(dates, as_of, school_days, here) if leave else WRONG

    def total(row: Sequence[Mark], frame: _Frame) -> float:
        counted = cumulative_from_marks(row, frame.days, frame.calendar, frame.as_of)
        return next((days for found, days in counted.items() if found == leave), 0.0)

    def totals(rows: Sequence[Sequence[Mark]], frame: _Frame) -> Sequence[float]:
        return [total(row, frame) for row in rows]

    return _each_row(grid_of(marks), frame, totals)


def longest_run(
    marks: object,
    dates: object,
    as_of: object = None,
    only_open: object = None,
    school_days: object = None,
    in_calendar_days: object = None,
    here: Here = NOWHERE,
) -> Result:
    """KBBX_LONGEST_RUN: days of the longest absence without leave, one number a row of marks."""
    still, calendar_days = yes(one(only_open)), yes(one(in_calendar_days))
    asked = still is not None and calendar_days is not None
    frame = _frame(dates, as_of, school_days, here) if asked else WRONG
    policy = policy_of(None, here)
    breaks = policy.counting.leave_breaks_run if policy else True

    def lengths(rows: Sequence[Sequence[Mark]], frame: _Frame) -> Sequence[float]:
        asked = (frame.days, frame.calendar, frame.as_of)
        if breaks and not calendar_days:
            return longest_runs(rows, *asked, only_open=bool(still))
        runs = (runs_from_marks(row, *asked, leave_breaks=breaks) for row in rows)
        return [longest(mine, only_open=bool(still))[bool(calendar_days)] for mine in runs]

    return _each_row(grid_of(marks), frame, lengths)


def _frame(dates: object, as_of: object, school_days: object, here: Here) -> _Frame | str:
    """The dates of the columns and the calendar, or the error that every row gives."""
    grid = grid_of(dates)
    written = [day for row in grid for day in row]
    days = [_OUTSIDE if is_blank(cell) else date(cell) for cell in written]
    real = [day for day in days if day and day != _OUTSIDE]
    if failed := failure([*written, one(as_of)]):
        return failed
    if len(grid) != 1 or None in days or not real or len(set(real)) != len(real):
        return WRONG
    until = _as_of(one(as_of), here, max(real))
    calendar = calendar_of(school_days, here)
    if until is None or isinstance(calendar, str):
        return WRONG
    if not holds(calendar, min(real), until):
        return UNKNOWN
    return _Frame(tuple(day or _OUTSIDE for day in days), until, calendar)


def _as_of(cell: object, here: Here, last: dt.date) -> dt.date | None:
    return here.as_of or last if is_blank(cell) else date(cell)


def _each_row(marks: Grid, frame: _Frame | str, count: _Count) -> Result:
    """One cell a row: "" for a row without marks, the error of a cell that has one."""
    fits = isinstance(frame, _Frame) and all(len(row) == len(frame.days) for row in marks)
    counts: Sequence[float] = [0.0] * len(marks)
    if isinstance(frame, _Frame) and fits:
        counts = count(decode_marks(marks, {}, load_lists()["mark"]), frame)
    wrong = frame if isinstance(frame, str) else "" if fits else WRONG
    return [[_row(row, wrong, told)] for row, told in zip(marks, counts, strict=True)]


def _row(cells: Sequence[object], wrong: str, count: float) -> object:
    if failed := failure(cells):
        return failed
    if all(map(is_blank, cells)):
        return ""
    return wrong or count
