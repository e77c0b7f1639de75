"""Day columns of a roll call (日期列): headings that are the days of a month, whole or in halves."""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Sequence
from itertools import pairwise

from kbbx_xl.rules.cells import text_of

MIN_DAYS = 5  # day columns that make a month grid
LONGEST_DAY = len("2026年10月08日 ")
WEEKDAYS = re.compile(r"(?:星期|周)?[一二三四五六日天]")
HALVES = frozenset(("上午", "下午", "上", "下", "AM", "PM"))
_MORNING, _AFTERNOON = frozenset(("上午", "上", "AM")), frozenset(("下午", "下", "PM"))
_DAY = re.compile(r"(?:(?:\d{4}[年./-])?\d{1,2}[月./-])?(\d{1,2})[日号]?")


def days_of(rows: Sequence[Sequence[object]]) -> list[tuple[int, int]]:
    """Day of month and column of the day columns; [] unless they rise from left to right."""
    best: list[tuple[int, int]] = []
    for row in rows:
        days = [(day, column) for column, cell in enumerate(row) if (day := _day_of(cell))]
        rising = all(a[0] < b[0] for a, b in pairwise(days))
        if rising and len(days) >= max(MIN_DAYS, len(best) + 1):
            best = days
    return best


def afternoons_of(
    days: Sequence[tuple[int, int]], stacks: Sequence[Sequence[str]]
) -> dict[int, int]:
    """Column of the afternoon beside each day's morning, where every day has both."""
    pairs = {column: column + 1 for _, column in days if column + 1 < len(stacks)}
    halved = all(
        stacks[a] and stacks[a][-1] in _MORNING and stacks[b] and stacks[b][-1] in _AFTERNOON
        for a, b in pairs.items()
    )
    return pairs if halved else {}


def _day_of(cell: object) -> int:
    if isinstance(cell, str) and (not cell or len(cell) > LONGEST_DAY):
        return 0
    if isinstance(cell, dt.date):
        return cell.day
    if isinstance(cell, float) and cell.is_integer():
        return int(cell) if 1 <= cell <= 31 else 0
    return _day_in(text_of(cell))


@functools.lru_cache(maxsize=1024)
def _day_in(text: str) -> int:
    found = _DAY.fullmatch(text)
    return int(found[1]) if found and 1 <= int(found[1]) <= 31 else 0
