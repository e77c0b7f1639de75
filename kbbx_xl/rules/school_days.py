"""School days (上课日): county calendar over national holidays, and deadlines counted in them.

A school day is a working day of the national calendar inside the term, unless the county or the
school says otherwise; a day that the calendar sheet marks 上课 counts even outside the term.
Holidays and make-up days (调休) come from ``chinesecalendar``, which knows 2004 up to the last year
for which the State Council has published them.  In a year it does not know, Monday to Friday count
except the holidays with a fixed date, and the day is listed in ``uncovered``: nothing is raised.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from bisect import bisect_left, bisect_right
from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from chinese_calendar import Holiday, holidays, workdays

from kbbx_xl.messages import InputError
from kbbx_xl.model import CalendarDay, CalendarSheet
from kbbx_xl.settings.policies import DayUnit, Threshold

_FIXED_HOLIDAYS = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})
_SCHOOLS = re.compile(r"[、，,;；\s]+")
_EVERY_SCHOOL = frozenset({"", "全县", "全部", "全部学校", "所有学校", "各校", "各学校"})
_DAY = dt.timedelta(days=1)
_KNOWN_YEARS = range(min(holidays).year, max(holidays).year + 1)


def is_workday(day: dt.date) -> tuple[bool, bool]:
    """(is a national working day, the national calendar knows the year).

    As ``chinese_calendar.is_workday``, which looks through all its holidays at every call.
    """
    if day.year not in _KNOWN_YEARS:
        return day.weekday() < 5 and (day.month, day.day) not in _FIXED_HOLIDAYS, False
    return day in workdays or (day.weekday() < 5 and day not in holidays), True


def national_changes(first: dt.date, last: dt.date) -> list[tuple[dt.date, str, bool]]:
    """Weekdays off and weekends at work (调休) that the national calendar knows: day, holiday, teaching."""
    span = (first + _DAY * n for n in range((last - first).days + 1))
    return [
        (day, Holiday((workdays if day in workdays else holidays)[day]).chinese, day in workdays)
        for day in span
        if (day.weekday() < 5 and day in holidays) or (day.weekday() >= 5 and day in workdays)
    ]


@dataclass(frozen=True)
class SchoolCalendar:
    """School days of one school in one term, and in the term before where it is known.

    ``term_start`` and ``term_end`` are those of the term; ``days`` is sorted.  ``uncovered`` are the days of the term that neither the national calendar
    nor the calendar sheet decides.
    """

    term_start: dt.date
    term_end: dt.date
    days: tuple[dt.date, ...]
    uncovered: tuple[dt.date, ...] = ()

    @cached_property
    def _set(self) -> frozenset[dt.date]:
        return frozenset(self.days)

    def is_school_day(self, day: dt.date) -> bool:
        return day in self._set

    def begins_after(self, day: dt.date) -> bool:
        """Whether every school day that is known lies after ``day``."""
        return bool(self.days) and day < self.days[0]

    def between(self, start: dt.date, end: dt.date) -> tuple[dt.date, ...]:
        """School days from ``start`` to ``end``, both included."""
        return self.days[bisect_left(self.days, start) : bisect_right(self.days, end)]

    def count(self, start: dt.date, end: dt.date) -> int:
        """Number of school days from ``start`` to ``end``, both included; 0 when reversed."""
        return max(0, bisect_right(self.days, end) - bisect_left(self.days, start))

    def position(self, day: dt.date) -> int:
        """Number of school days before ``day``."""
        return bisect_left(self.days, day)

    def next_on_or_after(self, day: dt.date) -> dt.date | None:
        """The first school day not before ``day``; None after the last day of the calendar."""
        return self.nth_from(day, 1)

    def last_on_or_before(self, day: dt.date) -> dt.date | None:
        """The last school day not after ``day``; None before the first day of the calendar."""
        place = bisect_right(self.days, day)
        return self.days[place - 1] if place else None

    def nth_from(self, day: dt.date, n: int) -> dt.date | None:
        """The n-th school day counted from ``day``, the first one on or after it being 1."""
        place = bisect_left(self.days, day) + n - 1
        return self.days[place] if 0 <= place < len(self.days) else None

    def nth_after(self, day: dt.date, n: int) -> dt.date | None:
        """The n-th school day after ``day``, ``day`` itself not counted."""
        place = bisect_right(self.days, day) + n - 1
        return self.days[place] if 0 <= place < len(self.days) else None

    def uncovered_in(self, start: dt.date, end: dt.date) -> tuple[dt.date, ...]:
        """Days of the span for which holidays are not known (finding A13)."""
        return tuple(day for day in self.uncovered if start <= day <= end)


def listed_calendar(days: Mapping[str, Iterable[dt.date]]) -> CalendarSheet:
    """A calendar whose every day is decided, from school -> its school days ("": every school)."""
    listed = {school: frozenset(found) for school, found in days.items()}
    start, end = min(map(min, listed.values())), max(map(max, listed.values()))
    span = [start + _DAY * n for n in range((end - start).days + 1)]
    rows = (CalendarDay(d, d in found, school) for school, found in listed.items() for d in span)
    return CalendarSheet(start, end, tuple(rows))


def school_calendar(sheet: CalendarSheet, *, school: str = "") -> SchoolCalendar:
    """School days of ``school`` (``""``: of the county), from the county's calendar sheet.

    School days of the term before (``sheet.earlier``) come first, so that an absence that began in
    it is counted on.  Rows naming the school win over rows of the county; of two rows for one day the later wins.
    InputError when the sheet lacks a term date (see ``with_term``) or the term ends before it starts.
    """
    start, end = sheet.term_start, sheet.term_end
    if start is None or end is None:
        raise InputError("校历里没有开学日期或放假日期")
    if end < start:
        raise InputError(f"校历的放假日期 {end} 早于开学日期 {start}")
    decided = _decided(sheet.days, school)
    teaching = {day for day, is_teaching in decided.items() if is_teaching}
    uncovered: list[dt.date] = []
    terms = [(start, end)] if sheet.earlier is None else [sheet.earlier, (start, end)]
    for day in (first + _DAY * n for first, last in terms for n in range((last - first).days + 1)):
        if day in decided:
            continue
        works, known = is_workday(day)
        if works:
            teaching.add(day)
        if not known:
            uncovered.append(day)
    return SchoolCalendar(start, end, tuple(sorted(teaching)), tuple(uncovered))


def with_term(
    sheet: CalendarSheet, terms: Iterable[tuple[dt.date, dt.date]], day: dt.date
) -> CalendarSheet:
    """The sheet with a missing term date taken from the first of ``terms`` not over on ``day``.

    ``terms`` are the usual ones, (first day, last day) in order; the caller reports K01.
    """
    if sheet.term_start and sheet.term_end:
        return sheet
    usual = list(terms)
    start, end = next((term for term in usual if day <= term[1]), usual[-1])
    return replace(sheet, term_start=sheet.term_start or start, term_end=sheet.term_end or end)


def _decided(rows: Iterable[CalendarDay], school: str) -> dict[dt.date, bool]:
    rows = tuple(rows)
    county = {row.date: row.teaching for row in rows if row.school in _EVERY_SCHOOL}
    own = {r.date: r.teaching for r in rows if school and school in _SCHOOLS.split(r.school)}
    return county | own


def add_months(day: dt.date, months: int) -> dt.date:
    """Same day some months later; the last day of a shorter month: 31 Jan + 1 -> 28 Feb."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def workday_after(day: dt.date, n: int) -> dt.date:
    """The n-th national working day (工作日) after ``day``; n = 0 is the day itself."""
    while n > 0:
        day += _DAY
        n -= is_workday(day)[0]
    return day


def deadline(
    reached: dt.date,
    within: Threshold | None,
    calendar: SchoolCalendar,
    *,
    unstated: DayUnit = DayUnit.SCHOOL_DAY,
) -> dt.date | None:
    """Last day on which something may be done that must be done ``within`` so long of ``reached``.

    The day on which the threshold was reached is not counted; None means the same day.
    School days are counted in the school's calendar.  ``day`` (天、日, unit not stated) is counted as
    ``unstated``; it, half days and the same day move to the next school day when the school is
    closed.  Working days (工作日) are national ones.  Calendar days, weeks, months and hours
    (24 to a day, begun days not counted) run on through holidays and do not move.
    Returns None when the day lies beyond the calendar.
    """
    if within is None:
        return calendar.next_on_or_after(reached)
    number = within.value
    unit = unstated if within.unit is DayUnit.DAY else within.unit
    if unit is DayUnit.SCHOOL_DAY and number >= 1:
        return calendar.nth_after(reached, math.floor(number))
    if unit in (DayUnit.HALF_DAY, DayUnit.SCHOOL_DAY):
        whole = math.floor(number / 2 if unit is DayUnit.HALF_DAY else number)
        return calendar.nth_after(reached, whole) if whole else calendar.next_on_or_after(reached)
    if unit is DayUnit.WORKDAY:
        return workday_after(reached, math.floor(number))
    due = elapsed(reached, number, unit)
    return calendar.next_on_or_after(due) if within.unit is DayUnit.DAY else due


def elapsed(start: dt.date, number: float, unit: DayUnit) -> dt.date:
    """``start`` plus a number of calendar days, hours, weeks or months (months: whole ones)."""
    if unit is DayUnit.MONTH:
        return add_months(start, math.floor(number))
    per_day = {DayUnit.HOUR: 1 / 24, DayUnit.WEEK: 7.0}.get(unit, 1.0)
    return start + _DAY * math.floor(number * per_day + 1e-9)
