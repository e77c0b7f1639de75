"""What one letter (文书) is about, and what is asked for: the values all kinds of letters share.

Nothing is guessed: a fact is what a cell says, or follows from one.  What is missing stays "" and is
a finding when a template asks for it.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from kbbx_xl.flow.context import NO_POLICY, Context, make_context
from kbbx_xl.flow.source import Source
from kbbx_xl.model import CalendarSheet, Directory, FileRead, Finding, Period
from kbbx_xl.settings.letters import LetterForm, letter_fields
from kbbx_xl.settings.policies import Policy

Item = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom or what one letter is about.  Personal: facts and lists name people.

    ``mark`` tells it from others without saying who it is; ``cells`` are the addresses of the facts
    that come from a cell; ``refusal`` says why the letter would be untrue, "" when it would not:
    sheet, row and status, never a person.  ``passed``: why there is no need of the letter, "" when
    there is.
    """

    source: Source
    unit: str
    mark: str
    facts: Mapping[str, str]
    since: dt.date | None = None  # 首次缺勤日期; first day of a leave
    lists: Mapping[str, tuple[Item, ...]] = field(default_factory=dict)
    refusal: str = ""
    passed: str = ""
    cells: Mapping[str, str] = field(default_factory=dict)

    def missing(self, form: LetterForm, used: Collection[str]) -> list[Finding]:
        """L02 for each fact that a template uses, that is expected, and that nobody wrote down."""
        at = self.source
        return [
            Finding("L02", at.file, at.sheet, self.cells.get(f.name, ""), {"title": f.name}, self.unit)
            for f in letter_fields().of(form.about)
            if f.name in used and f.expected and not self.facts.get(f.name, "")
        ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ask:
    """Which letters are wanted: those of ``form`` on ``day``.

    ``rows``: (sheet, row from 1) of the chosen rows, ``marks``: 案件号 of the chosen cases; None takes
    every row the letter is for.
    """

    form: LetterForm
    day: dt.date
    rows: Collection[tuple[str, int]] | None = None
    marks: Collection[str] | None = None
    directory: Directory = field(default_factory=lambda: Directory(()))
    calendar: CalendarSheet = field(default_factory=CalendarSheet)
    policy: Policy = NO_POLICY

    @property
    def context(self) -> Context:
        month = Period(self.day.year, self.day.month)
        return make_context(month, self.day, self.policy, self.directory, self.calendar)[0]

    @property
    def choosing(self) -> bool:
        """Whether rows or cases were chosen; else the letter is for every row it fits."""
        return self.rows is not None or self.marks is not None

    def marked(self, mark: str) -> bool:
        return self.marks is None or mark in self.marks

    def chosen(self, sheet: str, row: int) -> bool:
        """Whether the row may get a letter: every row does unless some were chosen."""
        return self.rows is None or (sheet, row) in self.rows


def by_unit(reads: Iterable[FileRead]) -> dict[str, list[FileRead]]:
    """Files by the unit they name; those that name none go with the only one there is."""
    groups: dict[str, list[FileRead]] = defaultdict(list)
    for read in sorted(reads, key=lambda r: r.path):
        groups[read.own.get("unit_name") or read.written_unit].append(read)
    if "" in groups and len(groups) == 2:
        nameless = groups.pop("")
        next(iter(groups.values())).extend(nameless)
    return groups


def text_of(value: object) -> str:
    """A cell as a letter shows it."""
    if value is None:
        return ""
    if isinstance(value, dt.date):
        return date_words(value)
    if isinstance(value, Period):
        return value.label
    return f"{value:g}" if isinstance(value, float) else str(value).strip()


def date_words(day: dt.date) -> str:
    """2026年10月8日."""
    return f"{day.year}年{day.month}月{day.day}日"
