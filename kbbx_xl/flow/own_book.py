"""A school's own workbook (登记表、月报表) as read: whom and which month it is about, its records.

Whatever 填报信息 leaves open is an InputError that says where and what to fill, since every number
of the month hangs on it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from kbbx_xl.flow.source import Source
from kbbx_xl.messages import InputError, message, remedy
from kbbx_xl.model import (
    CalendarSheet,
    FileRead,
    Finding,
    Kind,
    Layout,
    Period,
    Table,
    Unit,
)
from kbbx_xl.rules.ledger_status import OPEN_STATUS, with_status
from kbbx_xl.rules.school_days import listed_calendar
from kbbx_xl.settings.calendar import load_calendar
from kbbx_xl.settings.forms import Form, Sheet, load_form

Record = dict[str, object]
Records = list[Record]

REGISTRATION, MONTHLY = "registration", "monthly"


@dataclass(frozen=True)
class OwnBook:
    """One workbook of ours; ``cover`` are the answers of its 填报信息, with their cells in ``answers``."""

    read: FileRead
    form: Form
    answers: Table
    unit: Unit
    month: Period
    as_of: dt.date

    @property
    def name(self) -> str:
        """The file as the user knows it."""
        return self.read.path.rsplit("/", 1)[-1]

    @property
    def cover(self) -> Record:
        return {name: values[0] for name, values in self.answers.columns.items()}

    @cached_property
    def calendar(self) -> CalendarSheet:
        """The calendar the workbook's formulas count by, every day of it decided."""
        days = self.read.school_days
        if not days:
            return CalendarSheet(*load_calendar().term_dates(self.month.school_year)[0])
        return listed_calendar({"": days})

    @property
    def policy(self) -> str:
        """Profile of the policy the workbook was made for, "" for none."""
        return self.read.own.get("policy", "")

    @cached_property
    def data(self) -> Mapping[str, Records]:
        """Records of every data sheet by table id, without what formulas calculate.

        Only the ledgers' 状态 is there, derived on 截至日 (rules.ledger_status); in an older workbook
        without 销号去处 it is the typed one.
        """
        tables = [t for t in self.read.tables if t.layout in (Layout.TABLE, Layout.MONTH_GRID)]
        found: dict[str, Records] = {}
        for table in tables:
            if sheet := self.sheet(table.table):
                found.setdefault(table.table, []).extend(_records(table, sheet))
        derived = with_status(found, self.as_of)
        return {name: [dict(row) for row in rows] for name, rows in derived.items()}

    def sheet(self, table: str) -> Sheet | None:
        """The declared sheet of a table id, None for a sheet that is not this form's."""
        return next((s for s in self.form.sheets if s.table == table), None)

    def tables(self, table: str) -> list[Table]:
        return [t for t in self.read.tables if t.table == table]

    def place(self, table: str, index: int) -> tuple[Table, int]:
        """The sheet and its record that became record ``index`` of ``data[table]``."""
        for found in self.tables(table):
            if index < len(found):
                return found, index
            index -= len(found)
        raise IndexError(f"{table}: no such record")

    def source(self, table: str, index: int) -> Source:
        found, i = self.place(table, index)
        return Source(found.file, found.sheet, found.rows[i])

    def finding(self, code: str, table: str, index: int, name: str, /, **params: object) -> Finding:
        """A finding at one cell of a record of ``data``."""
        found, i = self.place(table, index)
        return found.finding(code, name, i, **params)

    def typed(self, table: str) -> list[tuple[Table, int, Record]]:
        """What people typed on a calculated sheet: its table, the record's index, the record."""
        return [
            (found, i, dict(record))
            for found in self.read.typed
            if found.table == table
            for i, record in found.records()
        ]


def _records(table: Table, sheet: Sheet) -> Records:
    """Records with what a person entered; a roll call's carry ``marks`` (day -> symbol)."""
    kept = {f.name for f in sheet.columns if not f.formula}
    if table.table in OPEN_STATUS and "closing" not in table.columns:
        kept.add("case_status")  # typed in an older workbook
    rows: Records = [
        {name: _plain(value) for name, value in record.items() if name in kept}
        for _, record in table.records()
    ]
    for row, marks in zip(rows, table.marks, strict=False):
        row["marks"] = {
            day: mark
            for day, mark in zip(table.days, marks, strict=False)
            if mark not in ("", None)
        }
    return rows


def _plain(value: object) -> object:
    """A value that a workbook can hold; a day known to the month only goes back to text."""
    return str(value) if isinstance(value, Period) else value


def own_book(read: FileRead, *forms: str) -> OwnBook:
    """The workbook, which must be one of ``forms``; InputError says where and what is missing."""
    name = read.path.rsplit("/", 1)[-1]
    if read.status != "read":
        told = "；".join(f"{message(f)}。{remedy(f)}" for f in read.findings[:1])
        raise InputError(f"“{name}”读不了：{told}")
    wanted = {one: load_form(one) for one in forms}
    form = wanted.get(read.own.get("form", ""))
    if form is None:
        titles = "或".join(f.title for f in wanted.values())
        raise InputError(f"“{name}”不是本程序的{titles}，请打开用模板填的{titles}再试")
    answers = next((t for t in read.tables if t.kind is Kind.COVER), None)
    if answers is None:
        raise InputError(f"“{name}”里没有“填报信息”这张表，请从模板补上再试")
    month, as_of = _answer(answers, "month", form), _answer(answers, "as_of", form)
    unit = str(_answer(answers, "unit", form))
    if not isinstance(month, Period):
        raise _wrong(answers, "month", form, "写成 2026-10 的样子")
    if not isinstance(as_of, dt.date):
        raise _wrong(answers, "as_of", form, "写成 2026-10-31 的样子")
    if as_of < month.first:
        raise _wrong(answers, "as_of", form, f"不能早于报告月份 {month.label}")
    parent = str(answers.get("parent")[0] or "")
    code = str(answers.get("unit_code")[0] or read.own.get("unit", ""))
    return OwnBook(read, form, answers, Unit(code, unit, parent, "学校"), month, as_of)


def _answer(answers: Table, name: str, form: Form) -> object:
    value = answers.get(name)[0]
    if value is None:
        raise _wrong(answers, name, form, "没有填，请补填后再试")
    return value


def _wrong(answers: Table, name: str, form: Form, told: str) -> InputError:
    sheet = next(s for s in form.sheets if s.table == answers.table)
    at = f"“{answers.file}”{answers.sheet}!{answers.cell(name, 0)}"
    return InputError(f"{at}：“{sheet.field(name).title}”{told}")
