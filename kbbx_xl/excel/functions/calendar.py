"""School days (上课日) for functions: the range given, else the workbook's own, else the usual ones."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterable

from kbbx_xl.excel.functions.caller import NOWHERE, Here
from kbbx_xl.excel.functions.cells import UNKNOWN, WRONG, Result, date, grid_of, is_blank, lift
from kbbx_xl.model import CalendarSheet, Period
from kbbx_xl.rules.school_days import SchoolCalendar, school_calendar
from kbbx_xl.settings.calendar import load_calendar

Calendar = SchoolCalendar | str  # or the error that a function gives in its place


def calendar_of(cells: object, here: Here = NOWHERE) -> Calendar:
    """The calendar a function counts in; ``term_start`` to ``term_end`` is where it holds.

    #VALUE! when the range holds no date, or something that is none.
    """
    given = grid_of(cells)
    if all(is_blank(cell) for row in given for cell in row):
        if here.school_days is None:
            return usual_calendar()
        given = here.school_days
    written = [cell for row in given for cell in row if not is_blank(cell)]
    days = [date(cell) for cell in written]
    known = {day for day in days if day}
    if not known or None in days:
        return WRONG
    return _whole_years(known)


@functools.cache
def usual_calendar() -> SchoolCalendar:
    """Both usual terms of every year whose national holidays are known (config/calendar.yaml)."""
    defaults = load_calendar()
    known = defaults.holidays_known
    years = range(known.first_year - 1, known.last_year + 1)
    terms = [CalendarSheet(*term) for year in years for term in defaults.term_dates(year)]
    days = {day for term in terms for day in school_calendar(term).days}
    first, last = dt.date(known.first_year, 1, 1), dt.date(known.last_year, 12, 31)
    return SchoolCalendar(first, last, tuple(sorted(d for d in days if first <= d <= last)))


def _whole_years(days: Iterable[dt.date]) -> SchoolCalendar:
    """Days listed one by one say what is known of the school years they are in."""
    listed = tuple(sorted(days))
    first, last = (Period(day.year, day.month).school_year for day in (listed[0], listed[-1]))
    return SchoolCalendar(dt.date(first, 9, 1), dt.date(last + 1, 8, 31), listed)


def holds(calendar: SchoolCalendar, *days: dt.date) -> bool:
    """Is the calendar known on all these days?"""
    return all(calendar.term_start <= day <= calendar.term_end for day in days)


def school_days(
    first_day: object, last_day: object, school_days: object = None, here: Here = NOWHERE
) -> Result:
    """KBBX_SCHOOL_DAYS: number of school days, both ends included."""
    calendar = calendar_of(school_days, here)
    return lift(functools.partial(_school_days, calendar), first_day, last_day, required=2)


def _school_days(calendar: Calendar, first_cell: object, last_cell: object) -> object:
    first, last = date(first_cell), date(last_cell)
    if first is None or last is None or isinstance(calendar, str):
        return WRONG
    return calendar.count(first, last) if holds(calendar, first, last) else UNKNOWN
