"""Rows of both ledgers (疑似辍学台账, 辍学台账) become absences of children, whatever their order."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from kbbx_xl.flow.casework.children import Absence, Child, Children, Row
from kbbx_xl.flow.casework.values import Recorded
from kbbx_xl.flow.context import Context
from kbbx_xl.flow.derived import is_derived
from kbbx_xl.model import Finding, Table
from kbbx_xl.rules.cases import ABSENT, CLOSED, DROPOUT, SUSPECTED, CaseEvent

UNDATED = dt.date.min  # of a ledger row without a day, until the rows of its case are known
DROPOUTS = "dropout"  # table of 辍学台账


def read_ledgers(
    children: Children, tables: Iterable[Table], context: Context, own: Collection[str]
) -> list[Finding]:
    """Give every ledger row to an absence of its child; C33, C38 and C39 of what is doubtful.

    ``own``: files that are workbooks of ours, whose 状态 is a formula and therefore not read.
    """
    ordered = sorted(tables, key=lambda table: table.table == DROPOUTS)
    rows = [row for t in ordered for row in children.rows(t) if row.name or row.ids]
    findings: list[Finding] = []
    owners = _owners(children, rows, findings)
    for row in sorted(rows, key=_by_day):
        table, child = row.table, owners[id(row)]
        derived = is_derived(table, own)
        first, listed = row.date("first_absent"), row.date("listed_on")
        start = first or listed
        if start is None:
            findings.append(table.finding("C33", "first_absent", row.index))
        absence = _still_open(child, row, _closing(row, context, derived), findings)
        absence = absence or _absence(child, first, start or UNDATED)
        absence.ledger.append(row)
        _list(absence, row, context, derived)
    return findings


def _by_day(row: Row) -> tuple[object, ...]:
    """疑似辍学台账 first, then by day; rows without a first absent day last."""
    first, listed, closed = (row.date(name) for name in ("first_absent", "listed_on", "closed"))
    late = dt.date.max
    days = (first is None, first or listed or late, listed or late, closed or late)
    return row.table.table == DROPOUTS, *days, row.text("closing")


def _owners(
    children: Children, rows: Sequence[Row], findings: list[Finding]
) -> dict[int, Child]:  # fmt: skip
    """The child of each row (by ``id``): rows with a number first, so that a name alone joins them.

    Two rows of one ledger without a number, of one name, class and first day, are kept apart: they
    may be namesakes, and C39 says so.
    """
    owners: dict[int, Child] = {}
    alike: dict[tuple[object, ...], list[Row]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (-len(row.ids), row.ids and row.who, _by_day(row))):
        twins: list[Row] = []
        if not row.ids:
            day = row.date("first_absent") or row.date("listed_on")
            place = (row.source.file, row.source.sheet, row.name, row.grade, row.class_name)
            twins = alike[*place, day]
        if twins:
            other = twins[0].source.row
            findings.append(row.table.finding("C39", "name", row.index, other=other))
        owners[id(row)] = children.add(row, nth=len(twins))
        twins.append(row)
    place_of: dict[int, int] = {}
    for n, row in enumerate(rows):
        place_of.setdefault(id(owners[id(row)]), n)
    children.all.sort(key=lambda child: place_of[id(child)])
    return owners


def _still_open(
    child: Child, row: Row, closing: tuple[str, dt.date | None], findings: list[Finding]
) -> Absence | None:
    """The open absence of 疑似辍学台账 that an open row of 辍学台账 goes on with, though its first
    absent day differs (C38): a child away is away once, and the earlier day counts."""
    first = row.date("first_absent")
    if row.table.table != DROPOUTS or first is None or all(closing):
        return None
    if any(absence.first in (first, None) for absence in child.absences):
        return None
    there = [a for a in child.absences if a.closed is None and a.ledger[-1].table.table != DROPOUTS]
    if not there:
        return None
    absence = max(there, key=lambda a: a.start)
    params = {"other": absence.ledger[-1].source.row, "first": absence.first}
    findings.append(row.table.finding("C38", "first_absent", row.index, **params))
    if first < absence.start:
        absence.first = absence.start = first
        absence.recorded = [r for r in absence.recorded if r.event.kind != ABSENT]
    return absence


def _absence(child: Child, first: dt.date | None, start: dt.date) -> Absence:
    """The absence of that first day, or a new one; a row without a day joins the only one."""
    same = [a for a in child.absences if a.first == first or first is None or a.first is None]
    if len(same) == 1:
        if same[0].first is None and first is not None:
            same[0].first = same[0].start = first
        return same[0]
    exact = next((a for a in same if a.first == first), None)
    if exact is None:
        exact = Absence(first, start)
        child.absences.append(exact)
    return exact


def _status(row: Row, context: Context, derived: bool) -> str:
    """状态 as typed; "" in our workbook, where it is a formula."""
    return "" if derived else context.lists["case_status"].canonical(row.get("case_status")) or ""


def _closing(row: Row, context: Context, derived: bool) -> tuple[str, dt.date | None]:
    """销号去处 and 销号日期; a school's own ledger may close by its 状态 and on the day of the report."""
    closings = context.lists["closing"]
    closing = closings.canonical(row.get("closing")) or ""
    status = _status(row, context, derived)
    word = context.lists["case_status"].find(status)
    if not closing and not derived and word is not None and word.open is False:
        closing = status if status in closings.values else ""
    return closing, row.date("closed") or (None if derived else context.as_of)


def _list(absence: Absence, row: Row, context: Context, derived: bool) -> None:
    """What a ledger row says: absent since, listed as, closed on."""
    status = _status(row, context, derived)
    listing = DROPOUT if row.table.table == DROPOUTS else SUSPECTED
    listing = status if status in (SUSPECTED, DROPOUT) else listing
    if absence.first and not any(r.event.kind == ABSENT for r in absence.recorded):
        absence.recorded.append(row.recorded("first_absent", CaseEvent(ABSENT, absence.first)))
    listed = row.date("listed_on")
    column = "listed_on" if listed else "first_absent"
    before = [r.event.date for r in absence.recorded if r.event.kind == SUSPECTED]
    since = listed or max([absence.start, *before])  # 辍学 follows 疑似辍学
    closing, day = _closing(row, context, derived)
    settled = day if closing else None
    absence.recorded.append(row.recorded(column, CaseEvent(listing, since, settled=settled)))
    if closing and day:
        event = CaseEvent(CLOSED, day, document=row.text("closing_basis"), result=closing)
        absence.recorded.append(row.recorded("closed", event))


def dated(recorded: Sequence[Recorded], as_of: dt.date) -> list[Recorded]:
    """A listing without a day was made by the first row that has one, at the latest by the report."""
    first = min((r.event.date for r in recorded if r.event.date != UNDATED), default=as_of)
    return [
        replace(r, event=replace(r.event, date=first)) if r.event.date == UNDATED else r
        for r in recorded
    ]


def once(absence: Absence) -> list[Recorded]:
    """Each closing once; where 辍学台账 lists the absence, it alone says how the case ended."""
    dropout = {row.source for row in absence.ledger if row.table.table == DROPOUTS}
    kept: list[Recorded] = []
    closings: set[tuple[dt.date, str]] = set()
    for recorded in absence.recorded:
        event = recorded.event
        if event.kind == CLOSED:
            elsewhere = dropout and recorded.source not in dropout
            if elsewhere or (event.date, event.result) in closings:
                continue
            closings.add((event.date, event.result))
        kept.append(recorded)
    return kept
