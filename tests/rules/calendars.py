"""Calendars that the tests of rules share: an autumn term with the changes of one invented county."""

from __future__ import annotations

import datetime as dt

from kbbx_xl.model import CalendarDay, CalendarSheet
from kbbx_xl.rules.school_days import SchoolCalendar, school_calendar

CHANGES = (
    ("2026-09-12", True),
    ("2026-09-14", False),
    ("2026-10-16", False),
    ("2026-10-17", True),
)


def day(text: str) -> dt.date:
    """2026-10-08, or 10-08 for a day of 2026."""
    return dt.date.fromisoformat(text if len(text) == 10 else f"2026-{text}")


def sheet(*changes: tuple[str, bool, str]) -> CalendarSheet:
    rows = [CalendarDay(day(text), teaching) for text, teaching in CHANGES]
    rows += [CalendarDay(day(text), teaching, school) for text, teaching, school in changes]
    return CalendarSheet(day("2026-09-01"), day("2027-01-22"), tuple(rows))


AUTUMN: SchoolCalendar = school_calendar(sheet())
AS_OF = day("10-20")


def national(start: str, end: str) -> SchoolCalendar:
    """The national calendar without changes, as a term."""
    return school_calendar(CalendarSheet(day(start), day(end)))
