"""A pupil on a roll call and in a ledger of the same school: one absence, never two (考勤与登记合一).

The days of both are laid into one calendar, where a day counts once and leave wins, as between
rows of one ledger.  A row without 返校日期 says that the child is still away; a later day on which
a mark of the roll call has the child at school ends it.  An empty cell never does: nobody has
written that the child was there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from kbbx_xl.flow.result import StudentRun
from kbbx_xl.flow.source import Source
from kbbx_xl.model import Finding, LeaveKind, Mark, Table
from kbbx_xl.rules.absence import Spell, cumulative_from_spells, runs_from_spells
from kbbx_xl.rules.school_days import SchoolCalendar

AWAY = {
    Mark.ABSENT: LeaveKind.UNEXCUSED,
    Mark.HALF: LeaveKind.UNEXCUSED,
    Mark.SICK: LeaveKind.SICK,
    Mark.PERSONAL: LeaveKind.PERSONAL,
}
AT_SCHOOL = frozenset({Mark.PRESENT, Mark.LATE, Mark.HOME, Mark.HALF})
DAY = dt.timedelta(days=1)
Written = tuple[Spell, Source]
Called = tuple[Sequence[str], Sequence[dt.date]]  # marks of one roll call and their days


def spells_of_marks(marks: Sequence[str], days: Sequence[dt.date], source: Source) -> list[Written]:
    """Each absent day of a roll call as a spell of its own; half a day begins and ends that day."""
    if AWAY.keys().isdisjoint(marks):
        return []
    return [
        (Spell(day, day if mark == Mark.HALF else day + DAY, AWAY[Mark(mark)]), source)
        for mark, day in zip(marks, days, strict=True)
        if mark in AWAY
    ]


def ended_by_presence(
    listed: Mapping[str, list[Written]],
    marked: Mapping[str, list[Called]],
    ledgers: Iterable[Table],
    calendar: SchoolCalendar,
    as_of: dt.date,
) -> tuple[dict[str, list[Written]], list[Finding]]:
    """Rows of the pupils whose open row the roll call ends, and a finding (A17) for each such row.

    ``listed`` and ``marked`` hold rows and roll calls of each key, marks as they are written.
    """
    tables = {(t.file, t.sheet): t for t in ledgers}
    ended: dict[str, list[Written]] = {}
    findings: list[Finding] = []
    for key in listed.keys() & marked.keys() - {""}:
        if all(spell.back for spell, _ in listed[key]):
            continue
        there = sorted(
            day
            for marks, days in marked[key]
            for mark, day in zip(marks, days, strict=False)
            if mark in AT_SCHOOL and day <= as_of and calendar.is_school_day(day)
        )
        for spell, at in listed[key]:
            back = spell.back or next((day for day in there if day > spell.start), None)
            ended.setdefault(key, []).append((replace(spell, back=back), at))
            if back and not spell.back:
                table = tables[at.file, at.sheet]
                findings.append(table.finding("A17", "back", spell.index, date=back))
    return ended, findings


def merged(
    runs: Iterable[StudentRun],
    called: dict[str, list[Written]],
    listed: dict[str, list[Written]],
    calendar: SchoolCalendar,
    as_of: dt.date,
    *,
    leave_breaks: bool,
    again: Collection[str] = (),
) -> tuple[list[StudentRun], dict[str, float]]:
    """Runs with those of twofold pupils made anew, and the 累计旷课 of these pupils.

    ``called`` and ``listed`` hold what roll calls and ledgers write of each key; ``again`` are keys
    whose rows have changed since their runs were made.
    """
    twofold = (called.keys() & listed.keys() | set(again)) - {""}
    if not twofold:
        return list(runs), {}
    kept = [run for run in runs if run.key not in twofold]
    known = {run.key: run for run in runs if run.key in twofold}
    total: dict[str, float] = {}
    for key in sorted(twofold & known.keys()):
        written = [*called.get(key, ()), *listed[key]]
        spells = [replace(spell, index=i) for i, (spell, _) in enumerate(written)]
        total[key] = cumulative_from_spells(spells, calendar, as_of).get(LeaveKind.UNEXCUSED, 0.0)
        for run in runs_from_spells(spells, calendar, as_of, leave_breaks=leave_breaks):
            at = written[max(run.index, 0)][1]
            kept.append(replace(known[key], run=run, source=at))
    return kept, total
