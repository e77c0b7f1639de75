"""When an absence of a ledger ended (缺勤登记的止日): the first day back, as the columns tell it.

Most ledgers have 返校日期, and a blank there means that the pupil is not back.  A ledger without that
column says it by the last day away, by the number of school days, or has a row for every day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from kbbx_xl.model import Finding, Table
from kbbx_xl.rules.school_days import SchoolCalendar

ENDS = {"last": "缺勤截止日期", "days": "缺勤天数"}
EACH_DAY = "一行一天"
# key of a child -> (first absent day, 销号日期) of absences that 台账 closed without a return
Settled = Mapping[str, Sequence[tuple[dt.date, dt.date]]]


def basis_of(table: Table) -> str:
    """What tells the end in a ledger without 返校日期 (finding A16); "" when it has the column."""
    if "back" in table.columns or not len(table):
        return ""
    return next((title for name, title in ENDS.items() if name in table.columns), EACH_DAY)


def back_of(table: Table, i: int, start: dt.date, calendar: SchoolCalendar) -> dt.date | None:
    """The first day back of record ``i``; None while away; ``start`` itself for half a day."""
    back, last, days = (table.get(name)[i] for name in ("back", "last", "days"))
    if "back" in table.columns:
        return back if isinstance(back, dt.date) else None
    if "last" in table.columns:
        return last + dt.timedelta(days=1) if isinstance(last, dt.date) else None
    if isinstance(days, int | float) and 0 < days < 1:
        return start
    count = max(int(days), 1) if isinstance(days, int | float) else 1
    return calendar.nth_from(start, count + 1)


def settled_on(absences: Sequence[tuple[dt.date, dt.date]], start: dt.date) -> dt.date | None:
    """The day on which 转出, 休学, 送教上门... ended an absence that has no 返校日期; None for none."""
    return min((closed for first, closed in absences if first <= start < closed), default=None)


def doubts_of_start(
    table: Table, i: int, start: dt.date, back: dt.date | None, calendar: SchoolCalendar
) -> list[Finding]:
    """A18 for an absence that began before the first school day that is known and goes on into the
    term; A08 for one that begins on a day without school."""
    if calendar.begins_after(start) and (back is None or not calendar.begins_after(back)):
        return [table.finding("A18", "start", i, date=start, first=calendar.days[0])]
    if not calendar.is_school_day(start):
        return [table.finding("A08", "start", i, date=start)]
    return []
