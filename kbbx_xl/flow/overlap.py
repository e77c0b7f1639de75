"""A pupil on a roll call and in a ledger of the same school: one absence, never two (考勤与登记合一).

The days of both are laid into one calendar, where a day counts once and leave wins, as between
rows of one ledger.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace

from kbbx_xl.flow.result import Source, StudentRun
from kbbx_xl.model import LeaveKind, Mark
from kbbx_xl.rules.absence import Spell, cumulative_from_spells, runs_from_spells
from kbbx_xl.rules.school_days import SchoolCalendar

AWAY = {
    Mark.ABSENT: LeaveKind.UNEXCUSED,
    Mark.HALF: LeaveKind.UNEXCUSED,
    Mark.SICK: LeaveKind.SICK,
    Mark.PERSONAL: LeaveKind.PERSONAL,
}
DAY = dt.timedelta(days=1)
Written = tuple[Spell, Source]


def spells_of_marks(marks: Sequence[str], days: Sequence[dt.date], source: Source) -> list[Written]:
    """Each absent day of a roll call as a spell of its own; half a day begins and ends that day."""
    return [
        (Spell(day, day if mark == Mark.HALF else day + DAY, AWAY[Mark(mark)]), source)
        for mark, day in zip(marks, days, strict=True)
        if mark in AWAY
    ]


def merged(
    runs: Iterable[StudentRun],
    called: dict[str, list[Written]],
    listed: dict[str, list[Written]],
    calendar: SchoolCalendar,
    as_of: dt.date,
    *,
    leave_breaks: bool,
) -> tuple[list[StudentRun], dict[str, float]]:
    """Runs with those of twofold pupils made anew, and the 累计旷课 of these pupils.

    ``called`` and ``listed`` hold what roll calls and ledgers write of each key.
    """
    twofold = called.keys() & listed.keys() - {""}
    if not twofold:
        return list(runs), {}
    kept = [run for run in runs if run.key not in twofold]
    known = {run.key: run for run in runs if run.key in twofold}
    total: dict[str, float] = {}
    for key in sorted(twofold & known.keys()):
        written = [*called[key], *listed[key]]
        spells = [replace(spell, index=i) for i, (spell, _) in enumerate(written)]
        total[key] = cumulative_from_spells(spells, calendar, as_of).get(LeaveKind.UNEXCUSED, 0.0)
        for run in runs_from_spells(spells, calendar, as_of, leave_breaks=leave_breaks):
            at = written[max(run.index, 0)][1]
            kept.append(replace(known[key], run=run, source=at))
    return kept, total
