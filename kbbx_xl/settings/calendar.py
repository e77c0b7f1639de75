"""config/calendar.yaml -> CalendarDefaults: what holds where a county's 校历 says nothing.

Data only; school days are computed in rules/school_days.py.
"""

from __future__ import annotations

import datetime as dt
import functools
from dataclasses import dataclass
from enum import StrEnum

from kbbx_xl.messages import SettingsError
from kbbx_xl.settings.strict import Block, build, config_path, load


class OutsideYears(StrEnum):
    """What to do for years whose national holidays are not known."""

    REQUIRE_SHEET = "require_sheet"  # the 校历 must name every day off; a finding says so


@dataclass(frozen=True, slots=True)
class Term:
    """One term (学期); ``start`` and ``end`` are MM-DD, both included."""

    term: str
    title: str
    start: str
    end: str

    def dates(self, school_year: int, year_starts: str) -> tuple[dt.date, dt.date]:
        """First and last day of the term in the school year that begins in ``school_year``."""
        return _date(self.start, school_year, year_starts), _date(
            self.end, school_year, year_starts
        )


def _date(month_day: str, school_year: int, year_starts: str) -> dt.date:
    year = school_year if month_day >= year_starts else school_year + 1
    return dt.date.fromisoformat(f"{year:04d}-{month_day}")


@dataclass(frozen=True, slots=True)
class Weeks:
    """Weeks of a school year by use (义务教育课程方案 2022): new lessons, review and exams, reserve."""

    grades: str
    teaching: int
    review: int
    reserve: int

    @property
    def total(self) -> int:
        return self.teaching + self.review + self.reserve


@dataclass(frozen=True, slots=True)
class KnownYears:
    """Years whose national holidays and make-up days are known, both included."""

    first_year: int
    last_year: int


@dataclass(frozen=True, slots=True)
class CalendarDefaults:
    """The whole file; ``teaching_weekdays`` are ISO numbers, 1 = Monday."""

    note: str
    school_year_starts: str
    terms: tuple[Term, ...]
    teaching_weekdays: tuple[int, ...]
    weeks: tuple[Weeks, ...]
    holidays_known: KnownYears
    outside_known_years: OutsideYears

    def term_dates(self, school_year: int) -> tuple[tuple[dt.date, dt.date], ...]:
        """First and last day of every default term of a school year."""
        return tuple(term.dates(school_year, self.school_year_starts) for term in self.terms)


@functools.cache
def load_calendar() -> CalendarDefaults:
    """Read config/calendar.yaml; SettingsError names file, line and key."""
    return read_calendar(load(config_path("calendar.yaml")))


def read_calendar(block: Block) -> CalendarDefaults:
    """CalendarDefaults of a loaded file; SettingsError for a date or weekday that cannot be."""
    made = build(CalendarDefaults, block)
    for raw, term in zip(block["terms"], made.terms, strict=True):
        _check_term(raw, term, made.school_year_starts)
    for day in made.teaching_weekdays:
        if day not in range(1, 8):
            raise SettingsError(f"{block.at('teaching_weekdays')}: weekday {day} is not 1..7")
    return made


def _check_term(raw: Block, term: Term, year_starts: str) -> None:
    try:
        dt.date.fromisoformat(f"2001-{year_starts}")
        start, end = term.dates(2001, year_starts)
    except ValueError as error:
        raise SettingsError(f"{raw.at()}: dates must be MM-DD: {error}") from error
    if end <= start:
        raise SettingsError(f"{raw.at('end')}: end: the term ends before it starts")
