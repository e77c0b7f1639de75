"""结转下月: this month's 登记表 or 月报表 -> next month's, a new file; the old one is not touched."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from kbbx_xl.books.school_month import MonthResult, policy_of, put
from kbbx_xl.books.template import Context
from kbbx_xl.flow.carry import carry_registration, carry_report, next_of
from kbbx_xl.flow.own_book import MONTHLY, REGISTRATION, own_book
from kbbx_xl.messages import InputError
from kbbx_xl.model import FileRead, Period
from kbbx_xl.rules.school_days import SchoolCalendar
from kbbx_xl.settings.policies import Policy, all_policies


def carry_over(
    read: FileRead,
    target: Path,
    *,
    today: dt.date,
    month: Period | None = None,
    as_of: dt.date | None = None,
    policy: Policy | None = None,
    calendar: SchoolCalendar | None = None,
) -> MonthResult:
    """Write next month's workbook to ``target``, whole or not at all.

    ``month``: the month to carry to, the following one by default.  截至日期 becomes ``as_of``, by
    default ``today`` as far as it lies in that month, else the month's nearest day.  ``policy`` and
    ``calendar`` replace those of the workbook.  InputError when the workbook is none of ours, its
    填报信息 is not filled, or the month or day do not fit; OutputError when writing fails.
    """
    book = own_book(read, REGISTRATION, MONTHLY)
    period = next_of(book, month)
    day = as_of or min(max(today, period.first), period.last)
    if day < period.first:
        raise InputError(f"截至日期 {day} 早于 {period.label}")
    rules = policy or policy_of(book)
    if book.form.form == MONTHLY:
        carried = carry_report(book, period, day)
    else:
        counting = rules or all_policies()[0]  # only which runs there are would depend on it
        carried = carry_registration(book, period, day, policy=counting, calendar=calendar)
    context = Context(
        unit=book.unit,
        parent=book.unit.parent,
        period=period,
        as_of=day,
        policy=rules,
        calendar=carried.calendar,
    )
    written = put(book, book.form.form, carried.data, target, context=context)
    return MonthResult(written, book.unit.name, period, carried.findings, carried.notes)
