"""Runs of a whole roll call at once (连续旷课): the lengths that ``absence.runs_from_marks`` gives row by row.

A day of leave ends a run here; where a policy lets leave not break it, ask row by row.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kbbx_xl.model import Mark
from kbbx_xl.rules.absence import HALF_DAY
from kbbx_xl.rules.school_days import SchoolCalendar

CODES = {mark: code for code, mark in enumerate(Mark)}  # marks as small numbers, see ``encoded``
_BLOCK = 1 << 14  # rows that fit into a processor's cache together


def encoded(rows: Sequence[Sequence[Mark]]) -> NDArray[np.uint8]:
    """Marks as a matrix, pupils × days, of the numbers in ``CODES``; rows of one length."""
    known = {row: bytes(map(CODES.__getitem__, row)) for row in set(map(tuple, rows))}
    joined = b"".join([known[tuple(row)] for row in rows])
    return np.frombuffer(joined, np.uint8).reshape(len(rows), -1)


def run_lengths(
    marks: NDArray[np.uint8], absent: int = CODES[Mark.ABSENT]
) -> tuple[NDArray[np.unsignedinteger], NDArray[np.unsignedinteger]]:
    """(longest, current) run of the mark ``absent`` in each row of a matrix pupils × school days.

    ``current`` is the run that the last column ends.
    """
    pupils, days = marks.shape
    size = np.uint8 if days < 256 else np.uint16
    longest: NDArray[Any] = np.zeros(pupils, size)
    current: NDArray[Any] = np.zeros(pupils, size)
    for start in range(0, pupils, _BLOCK):
        block = slice(start, start + _BLOCK)
        most, run = longest[block], current[block]
        for away in np.ascontiguousarray((marks[block] == absent).T).view(np.uint8):
            run += 1
            run *= away
            np.maximum(most, run, out=most)
    return longest, current


def longest_runs(
    rows: Sequence[Sequence[Mark]],
    days: Sequence[dt.date],
    calendar: SchoolCalendar,
    as_of: dt.date,
    *,
    only_open: bool = False,
) -> list[float]:
    """School days of the longest run of each row, or of the one still open, half a day as 0.5.

    ``days`` are the dates of the columns, each once, in any order; rows are as long.
    """
    told = [(calendar.position(d), j) for j, d in enumerate(days) if d <= as_of and calendar.is_school_day(d)]  # fmt: skip
    last = calendar.last_on_or_before(as_of)
    if not rows or not told or last is None:
        return [0.0] * len(rows)
    first, end = min(told)[0], calendar.position(last)
    by_day = np.full(
        (len(rows), end - first + 1), CODES[Mark.BLANK], np.uint8
    )  # no mark: no absence
    by_day[:, [place - first for place, _ in told]] = encoded(rows)[:, [j for _, j in told]]
    longest, current = run_lengths(by_day)
    halves = by_day[:, -1:] if only_open else by_day
    half = np.where((halves == CODES[Mark.HALF]).any(axis=1), HALF_DAY, 0.0)
    found: list[float] = np.maximum(current if only_open else longest, half).tolist()
    return found
