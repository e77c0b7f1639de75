"""What every step of a consolidation needs to know besides the data."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

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
        own = self.own_calendar(school)
        if own not in self._calendars:
            self._calendars[own] = _calendar(self.calendar_sheet, own)
        return self._calendars[own]

    def own_calendar(self, school: str) -> str:
        """The school, where rows of the calendar may name it; "" where it has that of the county."""
        return school if any(school in named for named in self._named) else ""

    def stage_of(self, name_or_code: str) -> str:
        """学段 of a unit of the directory; "" for any other."""
        return self._stages.get(name_or_code, "")

    def villages_of(self, school: str) -> Sequence[str]:
        """Names of the villages that a school serves, in the order of the directory."""
        return self._villages.get(school, ())

    @functools.cached_property
    def towns(self) -> frozenset[str]:
        """The towns of all villages."""
        return frozenset(v.town for v in self.directory.villages if v.town)

    @functools.cached_property
    def _stages(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for unit in self.directory.units:
            found.setdefault(unit.name, unit.stage)
            found.setdefault(unit.code, unit.stage)
        return found

    @functools.cached_property
    def _villages(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for village in self.directory.villages:
            found.setdefault(village.school, []).append(village.name)
        return found

    @functools.cached_property
    def kept(self) -> dict[tuple[object, ...], Any]:
        """What a step works out once for all units: under its name and what it depends on."""
        return {}

    @functools.cached_property
    def _calendars(self) -> dict[str, SchoolCalendar]:
        return {}

    @functools.cached_property
    def _named(self) -> frozenset[str]:
        return frozenset(day.school for day in self.calendar_sheet.days if day.school)


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
