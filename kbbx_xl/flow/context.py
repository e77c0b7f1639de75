"""What every step of a consolidation needs to know besides the data."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping
from dataclasses import dataclass

from kbbx_xl.model import CalendarSheet, Directory, Finding, Period
from kbbx_xl.rules.school_days import SchoolCalendar, school_calendar, with_term
from kbbx_xl.settings.calendar import load_calendar
from kbbx_xl.settings.lists import WordList, load_lists
from kbbx_xl.settings.policies import Policy

NO_POLICY = Policy("", "", "", "")  # for what no policy decides: it asks for nothing


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
        own = any(school in day.school for day in self.calendar_sheet.days if day.school)
        return _calendar(self.calendar_sheet, school if own else "")


def make_context(
    month: Period, as_of: dt.date, policy: Policy, directory: Directory, calendar: CalendarSheet
) -> tuple[Context, list[Finding]]:
    """A context with a whole calendar: usual terms where the sheet gives none (its reader says so), and a
    finding for days whose holidays nobody has stated (A13)."""
    findings: list[Finding] = []
    if not (calendar.term_start and calendar.term_end):
        terms = load_calendar().term_dates(month.school_year)
        calendar = with_term(calendar, terms, as_of)
    context = Context(month, as_of, policy, directory, calendar)
    unknown = _calendar(calendar, "").uncovered_in(month.first, as_of)
    if unknown:
        findings.append(Finding("A13", params={"date": unknown[0]}))
    return context, findings


def bare_context(month: Period) -> Context:
    """For steps that only ask what words mean in ``month``: no policy, no units, no calendar."""
    return Context(month, month.last, NO_POLICY, Directory(()), CalendarSheet())


@functools.cache
def _calendar(sheet: CalendarSheet, school: str) -> SchoolCalendar:
    return school_calendar(sheet, school=school)
