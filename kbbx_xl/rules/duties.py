"""When the duties of the calendar (校历任务) come round in one school year, and until when.

A school year has terms; the one that the county's 校历 states, and the usual ones for the rest.
Times after the start of term are counted as ``school_days.deadline`` counts them.  A day that has
no school is not moved: no document says so.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from kbbx_xl.model import CalendarSheet
from kbbx_xl.rules.school_days import SchoolCalendar, add_months, deadline, elapsed, school_calendar
from kbbx_xl.settings.policies import DayUnit, Duty, Every

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SchoolTerm:
    """One term of a school year; ``known`` False: no 校历 states it, the usual dates stand in."""

    days: SchoolCalendar
    known: bool = True

    @property
    def start(self) -> dt.date:
        return self.days.term_start

    @property
    def end(self) -> dt.date:
        return self.days.term_end


@dataclass(frozen=True, slots=True)
class SchoolYear:
    """One school year (学年), both days included, and its terms in order."""

    first: dt.date
    last: dt.date
    terms: tuple[SchoolTerm, ...]


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time a duty comes round.

    ``due`` is the last day; without ``stated`` the document names none and it is the end of the
    period.  ``known`` False: counted from a usual day of term that no 校历 states.
    """

    duty: Duty
    opens: dt.date
    due: dt.date
    stated: bool
    known: bool = True


def school_year(
    sheet: CalendarSheet,
    first: dt.date,
    usual: Sequence[tuple[dt.date, dt.date]],
    *,
    school: str = "",
) -> SchoolYear:
    """The school year that begins on ``first``, with its ``usual`` terms, (first day, last day).

    A term that overlaps the one of the calendar sheet is that one; a sheet without term dates
    changes nothing.
    """
    terms: list[SchoolTerm] = []
    start, end = sheet.term_start, sheet.term_end
    for opens, closes in usual:
        mine = bool(start and end and start <= closes and end >= opens)
        span = sheet if mine else replace(sheet, term_start=opens, term_end=closes)
        terms.append(SchoolTerm(school_calendar(span, school=school), mine))
    return SchoolYear(first, _before(add_months(first, 12)), tuple(terms))


def occurrences(
    duty: Duty, year: SchoolYear, *, unstated: DayUnit = DayUnit.SCHOOL_DAY
) -> list[Occurrence]:
    """Every time the duty comes round in the school year, by due day.

    ``unstated`` is what 天、日 without a kind is counted as.  One of ONCE is given in any year, since
    it may still be open.
    """
    match duty.every:
        case Every.WEEK:
            found = _weeks(duty, year)
        case Every.MONTH:
            found = _months(duty, year)
        case Every.QUARTER:
            found = _quarters(duty, year)
        case Every.TERM:
            found = [one for i in range(len(year.terms)) if (one := _term(duty, year, i, unstated))]
        case Every.YEAR:
            found = _year(duty, year)
        case Every.ONCE:
            found = [_on(duty, dt.date.min, dt.date.fromisoformat(day)) for day in duty.dates]
    return sorted(found, key=lambda one: (one.due, one.opens))


def holiday_before(year: SchoolYear, start: dt.date) -> dt.date:
    """First day of the holiday before the term that starts on ``start``; the day itself for no term."""
    for index, term in enumerate(year.terms):
        if term.start == start:
            return _holiday(year, index)
    return start


def _on(duty: Duty, opens: dt.date, due: dt.date) -> Occurrence:
    return Occurrence(duty, opens, due, stated=True)


def _weeks(duty: Duty, year: SchoolYear) -> list[Occurrence]:
    """Weeks of term up to Sunday; the first begins with the term."""
    found: list[Occurrence] = []
    for term in year.terms:
        day = term.start
        while day <= term.end:
            sunday = day + _DAY * (6 - day.weekday())
            inside = {day.month, min(sunday, term.end).month}  # a week reaches into two at most
            if not duty.months or inside & set(duty.months):
                found.append(Occurrence(duty, day, sunday, stated=False, known=term.known))
            day = sunday + _DAY
    return found


def _months(duty: Duty, year: SchoolYear) -> list[Occurrence]:
    found = []
    for first in _firsts(year):
        last = _month_end(first)
        if duty.months and first.month not in duty.months:
            continue
        due = last if duty.day is None else first.replace(day=min(duty.day, last.day))
        found.append(Occurrence(duty, first, due, stated=duty.day is not None))
    return found


def _quarters(duty: Duty, year: SchoolYear) -> list[Occurrence]:
    """Quarters of the calendar year that end in the school year."""
    ends = [first for first in _firsts(year) if first.month % 3 == 0]
    return [
        Occurrence(duty, first.replace(month=first.month - 2), _month_end(first), stated=False)
        for first in ends
    ]


def _term(duty: Duty, year: SchoolYear, index: int, unstated: DayUnit) -> Occurrence | None:
    """None where the day lies beyond the calendar of the term."""
    term = year.terms[index]
    if duty.before_start:
        return Occurrence(duty, _holiday(year, index), _before(term.start), True, term.known)
    if duty.after_start is None:
        return Occurrence(duty, term.start, term.end, False, term.known)
    if duty.from_start:  # a window whose days are counted with the first day of term as day 1
        opens = elapsed(term.start, duty.from_start.value, duty.from_start.unit)
        end = elapsed(term.start, duty.after_start.value, duty.after_start.unit)
        return Occurrence(duty, opens, _before(end), True, term.known)
    due = deadline(term.start, duty.after_start, term.days, unstated=unstated)
    return Occurrence(duty, term.start, due, True, term.known) if due else None


def _holiday(year: SchoolYear, index: int) -> dt.date:
    """First day of the holiday before a term; of the summer before, as of the summer after."""
    end = year.terms[index - 1].end
    return (end if index else add_months(end, -12)) + _DAY


def _year(duty: Duty, year: SchoolYear) -> list[Occurrence]:
    if duty.dates:
        return _fixed(duty, year)
    if duty.months:
        firsts = [first for first in _firsts(year) if first.month in duty.months]
        return [_on(duty, first, _month_end(first)) for first in firsts]
    if duty.before_start:
        known = year.terms[0].known
        return [Occurrence(duty, _holiday(year, 0), _before(year.terms[0].start), True, known)]
    if duty.before_end:
        last = year.terms[-1]
        return [Occurrence(duty, last.start, last.end, True, last.known)]
    return [Occurrence(duty, year.first, year.last, stated=False)]


def _fixed(duty: Duty, year: SchoolYear) -> list[Occurrence]:
    """Dates of each year; 29 February is the last of February where there is none.

    The documents do not say from when: it is taken up a month before.
    """
    return [
        _on(duty, add_months(day, -1) + _DAY, day)
        for first in _firsts(year)
        for text in duty.dates
        if int(text[:2]) == first.month
        for day in (first.replace(day=min(int(text[3:]), _month_end(first).day)),)
    ]


def _firsts(year: SchoolYear) -> Iterable[dt.date]:
    """The first day of each month of the school year."""
    day = year.first
    while day <= year.last:
        yield day
        day = _month_end(day) + _DAY


def _month_end(day: dt.date) -> dt.date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _before(day: dt.date) -> dt.date:
    return day - _DAY
