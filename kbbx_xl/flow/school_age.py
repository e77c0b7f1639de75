"""适龄儿童台账: children of school age who are not at this school, and what is still to be found out.

TH-01, TH-03, TH-24, TH-45, YL-17, YL-61, GH-12.  Ages are whole years on 31 August before the
school year, against the ages of the policy; where it names none, no age is asked about.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Sequence

from kbbx_xl.flow.cases import find_pupil
from kbbx_xl.flow.casework.values import CaseFile
from kbbx_xl.flow.context import Context
from kbbx_xl.flow.register import Register
from kbbx_xl.model import Finding, Table, Unit
from kbbx_xl.rules.addresses import missing_levels
from kbbx_xl.rules.checks.people import ENTRY_AGE
from kbbx_xl.rules.identity import age_on, birth_of

HERE, ELSEWHERE = "本校就读", "外校就读"
ADDRESSES = ("registered_address", "enrolled_at", "address")


def check_school_age(
    unit: Unit,
    tables: Sequence[Table],
    register: Register,
    cases: Iterable[CaseFile],
    context: Context,
) -> list[Finding]:
    """Findings N01–N04 of 适龄儿童台账."""
    listed = {case.key for case in cases if case.listed}
    return [f for t in tables for i in range(len(t)) for f in _row(unit, t, i, register, listed, context)]  # fmt: skip


def _row(
    unit: Unit, table: Table, i: int, register: Register, listed: Collection[str], context: Context
) -> Iterator[Finding]:
    match, number, _, _ = find_pupil(table, i, unit, register, context)
    word = context.lists["schooling"].find(str(table.get("schooling")[i] or ""))
    if word is None:
        return  # V02 of the field checks says so
    age = _age(table, i, number, context)
    low, high = context.policy.age_low or ENTRY_AGE, context.policy.age_high
    if age is not None and high is not None and not low <= age <= high:
        yield table.finding("N01", "birth", i, age=age, low=low, high=high)
    elif word.open and (match.key or number) not in listed and (age is None or age >= low):
        yield table.finding("N02", "schooling", i, word=word.value)
    if word.value == ELSEWHERE and not table.get("school_at")[i]:
        yield table.finding("N03", "school_at", i)
    if word.value == HERE and match.pupils is None:
        yield table.finding("N04", "schooling", i)


def _age(table: Table, i: int, number: str, context: Context) -> int | None:
    written = table.get("birth")[i]
    born = written if isinstance(written, dt.date) else None
    if born is None and number:
        born = birth_of(number)
    return None if born is None else age_on(born, dt.date(context.month.school_year, 8, 31))


def check_addresses(tables: Iterable[Table], own: Collection[str]) -> list[Finding]:
    """N05 for addresses of our own workbooks that leave out a level (TH-45), whose column asks for all."""
    return [
        table.finding("N05", name, i, title=title, missing="、".join(missing))
        for table in tables
        if table.file in own
        for name, title in zip(ADDRESSES, ("户籍所在地", "学籍所在地", "现住址"), strict=True)
        for i, value in enumerate(table.get(name))
        if (missing := missing_levels(str(value or "")))
    ]
