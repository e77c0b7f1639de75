"""Which school year a file belongs to, and whether its time is over (保存期限)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass

BEGINS = (9, 1)  # month and day; the school year ends on the day before
EARLIEST, LATEST = 2000, 2099  # calendar years a file can be of
_SCHOOL_YEAR = re.compile(
    r"(?<!\d)(20\d\d)\s*(?:[-—–~至/_]\s*)?(?:20\d\d)?\s*学年(?:度)?(?:第?([一二12上下])(?:学期)?)?"
)
_SEASON = re.compile(r"(?<!\d)(20\d\d)\s*年?\s*([春秋])")
_MONTH = re.compile(
    r"(?<!\d)(20\d\d)\s*[-年._/]?\s*(1[0-2]|0[1-9]|(?<=[-年._/])[1-9])(?:(?=月|\D|$)|(?=[0-3]\d(?:\D|$)))"
)
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_DAY = re.compile(r"(?<!\d)(20\d\d)\s*[-年./]?\s*(\d{1,2})\s*[-月./]?\s*(\d{1,2})日?")


@dataclass(frozen=True, slots=True, order=True)
class SchoolYear:
    """The school year that begins on 1 September of ``start``."""

    start: int

    @property
    def last(self) -> dt.date:
        """31 August."""
        return dt.date(self.start + 1, *BEGINS) - dt.timedelta(days=1)

    @property
    def label(self) -> str:
        """2025—2026学年."""
        return f"{self.start}—{self.start + 1}学年"

    def kept_until(self, years: int) -> dt.date:
        """The last day on which files of this year are kept."""
        return SchoolYear(self.start + years).last


def school_year(day: dt.date) -> SchoolYear:
    """The school year that a day lies in.

    >>> school_year(dt.date(2026, 8, 31)).label
    '2025—2026学年'
    """
    return SchoolYear(day.year if (day.month, day.day) >= BEGINS else day.year - 1)


def is_past(year: SchoolYear, years: int, as_of: dt.date) -> bool:
    """Whether the files of a school year have been kept for ``years`` after its end."""
    return as_of > year.kept_until(years)


def year_in(text: str) -> SchoolYear | None:
    """The latest school year that a file's name speaks of; None when it names no year.

    A year without a month is taken to its end: 2026 alone is 2026—2027学年.
    """
    found = [SchoolYear(int(hit[1])) for hit in _SCHOOL_YEAR.finditer(text)]
    rest = _SCHOOL_YEAR.sub(" ", text)
    for year, season in _SEASON.findall(rest):
        found.append(SchoolYear(int(year) - (season == "春")))
    rest = _SEASON.sub(" ", rest)
    for hit in _MONTH.finditer(rest):
        found.append(school_year(dt.date(int(hit[1]), int(hit[2]), 1)))
    rest = _MONTH.sub(" ", rest)
    found += [SchoolYear(int(year)) for year in _YEAR.findall(rest)]
    return max(found, default=None)


def days_in(text: str) -> list[dt.date]:
    """Every full date that a text names."""
    found = []
    for year, month, day in _DAY.findall(text):
        try:
            found.append(dt.date(int(year), int(month), int(day)))
        except ValueError:
            continue
    return found


def latest(days: Iterable[dt.date], *, until: dt.date) -> dt.date | None:
    """The latest day a file can speak of: not after ``until``, when nobody had seen it yet."""
    known = (day for day in days if day.year >= EARLIEST and day <= until)
    return max(known, default=None)
