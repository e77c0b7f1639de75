"""One sheet of a roll call (点名表): what its rows of marks say.

Most pupils of a class have the same row, so what a row says is worked out once for all rows alike;
whose it is comes later (``attendance``).
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import compress

from kbbx_xl.flow.context import Context
from kbbx_xl.flow.presence import blank_is_present, last_there, last_told
from kbbx_xl.flow.submissions import table_month
from kbbx_xl.model import Finding, LeaveKind, Mark, Period, Run, Table, a1
from kbbx_xl.rules.absence import cumulative_from_marks, decode_marks, runs_from_marks
from kbbx_xl.rules.school_days import SchoolCalendar

SUMMARY_COLUMNS = {
    "present": "出勤", "absent": "旷课", "sick": "病假", "personal": "事假", "late": "迟到",
}  # fmt: skip
BLANK, UNKNOWN = Mark.BLANK, Mark.UNKNOWN
NO_MARK = frozenset({BLANK, Mark.REST})
SHORT = 3  # characters: more of them in a cell may be a name


@dataclass(frozen=True, slots=True)
class MarkedRow:
    """What one row of marks says, whoever's it is.

    ``written``: its marks; ``marks``: with the presence that blanks mean.  ``faults``: column of a
    mark and its finding code.  ``counted``: what the summary columns should say.  ``there``: the last
    day of presence.  ``missed``: 累计旷课, school days.
    """

    written: tuple[Mark, ...]
    marks: tuple[Mark, ...]
    faults: Sequence[tuple[int, str]]
    counted: Mapping[str, float]
    there: dt.date | None
    missed: float
    runs: Sequence[Run]


class RollCall:
    """The marks of one sheet on the days of its month."""

    def __init__(self, table: Table, context: Context, calendar: SchoolCalendar) -> None:
        month = Period.parse(table_month(table, str(context.month)))
        last = month.last.day
        self._table, self._context, self._calendar = table, context, calendar
        self.days = [dt.date(month.year, month.month, d) for d in table.days if d <= last]
        self._teaching = [calendar.is_school_day(day) for day in self.days]
        self._closed = [not teaching for teaching in self._teaching]
        past = [day <= context.as_of for day in self.days]
        self._counts = [a and b for a, b in zip(self._teaching, past, strict=True)]
        self._ahead = [a and not b for a, b in zip(self._teaching, past, strict=True)]
        self._rows = decode_marks(table.marks, table.legend, context.lists["mark"])
        alike = list(dict.fromkeys(self._rows))
        self._blank_present = blank_is_present(table, alike)
        self._told = last_told(alike)
        self._silent = self._unmarked(alike)
        self._known: dict[tuple[Mark, ...], MarkedRow] = {}

    def row(self, i: int) -> MarkedRow:
        """What the marks of record ``i`` say."""
        row = self._rows[i]
        if row not in self._known:
            self._known[row] = self._said(row[: len(self.days)])
        return self._known[row]

    def silent_days(self) -> list[Finding]:
        """School days on which the sheet has no mark at all: one finding for the day, not one a pupil."""
        return [self._finding("A11", 0, j, {}) for j in self._silent]

    def findings(self, i: int) -> list[Finding]:
        """What is wrong with the marks of record ``i``: A10, A11, A14, V16."""
        found = []
        for j, code in self.row(i).faults:
            params: dict[str, object] = {}
            if code == "V16":
                written = str(self._table.marks[i][j])
                params["mark"] = written if len(written) < SHORT else f"{len(written)}个字"
            found.append(self._finding(code, i, j, params))
        return found

    def _finding(self, code: str, i: int, j: int, params: Mapping[str, object]) -> Finding:
        table = self._table
        cell = a1(table.rows[i], table.day_columns[j])
        return Finding(code, table.file, table.sheet, cell, {"day": self.days[j].day, **params})

    def _unmarked(self, rows: Sequence[Sequence[Mark]]) -> list[int]:
        """Columns of school days on which no row is marked; one pupil alone is told of as a pupil."""
        if len(self._rows) < 2:
            return []
        return [
            j
            for j, counts in enumerate(self._counts)
            if counts and all(row[j] in NO_MARK for row in rows)
        ]

    def _said(self, written: tuple[Mark, ...]) -> MarkedRow:
        context, marks = self._context, written
        if self._blank_present and BLANK in written:
            pairs = zip(written, self._counts, strict=True)
            marks = tuple(Mark.PRESENT if m is BLANK and counts else m for m, counts in pairs)
        asked = (marks, self.days, self._calendar, context.as_of)
        breaks = context.policy.counting.leave_breaks_run
        return MarkedRow(
            written,
            marks,
            self._faults(marks),
            _counted(Counter(compress(marks, self._counts))),
            last_there(marks[: self._told + 1], self.days, context.as_of),
            cumulative_from_marks(*asked).get(LeaveKind.UNEXCUSED, 0.0),
            runs_from_marks(*asked, leave_breaks=breaks),
        )

    def _faults(self, marks: Sequence[Mark]) -> list[tuple[int, str]]:
        on_time = not {*NO_MARK, UNKNOWN}.intersection(compress(marks, self._counts))
        elsewhere = (*compress(marks, self._closed), *compress(marks, self._ahead))
        if on_time and NO_MARK.issuperset(elsewhere):
            return []
        told = ((j, self._fault(mark, j)) for j, mark in enumerate(marks))
        return [(j, code) for j, code in told if code]

    def _fault(self, mark: Mark, j: int) -> str:
        if mark is UNKNOWN:
            return "V16"
        if mark in NO_MARK:
            return "A11" if self._counts[j] and j not in self._silent else ""
        if self._closed[j]:
            return "A10"
        return "A14" if self._ahead[j] else ""


def _counted(times: Mapping[Mark, int]) -> dict[str, float]:
    """The summary columns, from how often each mark stands on a school day up to today."""
    halves = times[Mark.HALF] * 0.5
    return {
        "present": times[Mark.PRESENT] + times[Mark.LATE] + times[Mark.HOME] + halves,
        "absent": times[Mark.ABSENT] + halves,
        "sick": float(times[Mark.SICK]),
        "personal": float(times[Mark.PERSONAL]),
        "late": float(times[Mark.LATE]),
    }
