"""What every step of a consolidation needs to know besides the data."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping
from dataclasses import dataclass

from kbbx_xl.model import CalendarSheet, Directory, Period
from kbbx_xl.rules.school_days import SchoolCalendar, school_calendar
from kbbx_xl.settings.lists import WordList, load_lists
from kbbx_xl.settings.policies import Policy


@dataclass(frozen=True)
class Context:
    """One county, one month, one policy; handed down, never changed."""

    month: Period
    as_of: dt.date
    policy: Policy
    directory: Directory
    calendar_sheet: CalendarSheet

    @property
    def lists(self) -> Mapping[str, WordList]:
        return load_lists()

    def calendar(self, school: str) -> SchoolCalendar:
        """School days of one school: county calendar, changed by the school's own rows."""
        own = any(day.school == school for day in self.calendar_sheet.days)
        return _calendar(self.calendar_sheet, school if own else "")


@functools.cache
def _calendar(sheet: CalendarSheet, school: str) -> SchoolCalendar:
    return school_calendar(sheet, school=school)
