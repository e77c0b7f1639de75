"""Who on a roll call was at school in its month (到校): by the marks, not by standing on the list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from kbbx_xl.flow.context import NO_POLICY, make_context
from kbbx_xl.flow.submissions import table_month
from kbbx_xl.model import CalendarSheet, Directory, Mark, Period, Table
from kbbx_xl.rules.absence import decode_marks
from kbbx_xl.rules.school_days import SchoolCalendar
from kbbx_xl.settings.lists import load_lists

NOT_SEEN = "点名表上没有到校标记"
THERE = frozenset({Mark.PRESENT, Mark.LATE, Mark.HALF, Mark.HOME})  # as 出勤 is counted
SAYS_NOTHING = frozenset({Mark.BLANK, Mark.REST, Mark.UNKNOWN})


def present_rows(table: Table, month: Period) -> list[bool]:
    """For every record of a roll call: was the pupil at school on some day of the month (YL-16)?

    A sheet without columns of days goes by its 出勤 column, and without that by its names.  On a
    sheet that writes down only who is away, a blank school day up to the last marked one counts as
    presence; on any other a row of blanks says nothing, and nobody was seen.
    """
    if not table.days:
        given = table.columns.get("present")
        return [not given or (isinstance(n, int | float) and n > 0) for n in table.get("present")]
    rows = decode_marks(table.marks, table.legend, load_lists()["mark"])
    blanks = _blank_days(table, rows, month) if blank_is_present(table, rows) else ()
    return [
        not THERE.isdisjoint(row) or any(row[n] is Mark.BLANK for n in blanks if n < len(row))
        for row in rows
    ]


def blank_is_present(table: Table, rows: Sequence[Sequence[Mark]]) -> bool:
    """Whether the sheet writes down only who is away, so that a blank school day is 出勤."""
    return "" in table.legend or not any(Mark.PRESENT in row for row in rows)


def last_told(rows: Sequence[Sequence[Mark]]) -> int:
    """The last column in which the sheet marks anybody, -1 for none: later ones are not filled yet."""
    marked = (n for row in rows for n, mark in enumerate(row) if mark not in SAYS_NOTHING)
    return max(marked, default=-1)


def last_there(marks: Sequence[Mark], days: Sequence[dt.date], as_of: dt.date) -> dt.date | None:
    """The last day up to ``as_of`` on which the marks of one pupil say presence; None for none."""
    there = [d for mark, d in zip(marks, days, strict=False) if mark in THERE and d <= as_of]
    return max(there, default=None)


def _blank_days(table: Table, rows: Sequence[Sequence[Mark]], month: Period) -> tuple[int, ...]:
    """Columns of school days up to the last day on which the sheet marks anybody."""
    last = last_told(rows)
    if last < 0:
        return ()
    when = Period.parse(table_month(table, str(month)))
    calendar = _calendar(when)
    return tuple(
        n
        for n, day in enumerate(table.days[: last + 1])
        if day <= when.last.day and calendar.is_school_day(dt.date(when.year, when.month, day))
    )


def _calendar(month: Period) -> SchoolCalendar:
    """School days of the usual terms: enough to tell a blank school day from a Sunday."""
    context, _ = make_context(month, month.last, NO_POLICY, Directory(()), CalendarSheet())
    return context.calendar("")
