"""状态 of the ledgers of cases in our 登记表, derived from their dated rows; nobody types it.

The formula of the column says the same: a test lets LibreOffice calculate it and compares.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from kbbx_xl.rules.cases import DROPOUT, SUSPECTED
from kbbx_xl.rules.identity import row_key
from kbbx_xl.settings.lists import load_lists

MOVED = "已列辍学台账"  # the same absence stands in 辍学台账, which alone counts it
OPEN_STATUS = {"suspected": SUSPECTED, "dropout": DROPOUT}  # table -> while the case is open
HALF_CLOSED = {  # column that is missing -> what the finding C15 says of it
    "closing": {"there": "销号日期", "missing": "销号去处"},
    "closed": {"there": "销号去处", "missing": "销号日期"},
}

Record = Mapping[str, object]
Absence = tuple[str, dt.date]  # child as ``row_key`` says, first day away


def ledger_status(
    table: str,
    *,
    closing: str,
    closed: dt.date | None,
    as_of: dt.date | None,
    listed_as_dropout: bool,
) -> str:
    """状态 of one row of ``table`` (suspected, dropout) on ``as_of``.

    ``closing``: word of the list closing, "" for none.  A row is closed only with both word and
    day; of an absence that stands in both ledgers the row of 辍学台账 alone says how it is.
    """
    if table == "suspected" and listed_as_dropout:
        return MOVED
    if closing and closed and (as_of is None or closed <= as_of):
        return closing
    return OPEN_STATUS[table]


def absence_of(record: Record) -> Absence | None:
    """Which absence of which child a ledger row is about; None when it does not say."""
    key, first = row_key(record), record.get("first_absent")
    return (key, first) if key and isinstance(first, dt.date) else None


def listed_dropouts(records: Iterable[Record]) -> frozenset[Absence]:
    """The absences that rows of 辍学台账 are about."""
    return frozenset(found for record in records if (found := absence_of(record)))


def status_of(
    table: str, record: Record, dropouts: frozenset[Absence], as_of: dt.date | None
) -> str:
    """状态 of a row as a school fills it; ``dropouts``: absences of 辍学台账."""
    closed = record.get("closed")
    return ledger_status(
        table,
        closing=load_lists()["closing"].canonical(record.get("closing")) or "",
        closed=closed if isinstance(closed, dt.date) else None,
        as_of=as_of,
        listed_as_dropout=absence_of(record) in dropouts,
    )


def typed_status(record: Record) -> str:
    """状态 of a row of an older workbook, where it is typed and 销号去处 is no column; else ""."""
    if "closing" in record:
        return ""
    return load_lists()["case_status"].canonical(record.get("case_status")) or ""


def closing_typed(record: Record) -> str:
    """The 销号去处 that a typed 状态 says (``typed_status``); "" for one that closes nothing."""
    status = typed_status(record)
    return status if status in load_lists()["closing"].values else ""


def half_closed(record: Record) -> str:
    """The column that a row lacks to be closed when it has the other one (C15); "" for none."""
    has = {name: record.get(name) not in (None, "") for name in HALF_CLOSED}
    return next((name for name in has if not has[name]), "") if any(has.values()) else ""


def with_status(
    data: Mapping[str, Sequence[Record]], as_of: dt.date | None
) -> dict[str, Sequence[Record]]:
    """Records of a 登记表 by table id, those of both ledgers with their 状态 (case_status).

    In an older workbook, which has no 销号去处, it is what somebody typed.
    """
    dropouts = listed_dropouts(data.get("dropout", ()))
    twice = {(row_key(r), r.get("first_absent")) for r in data.get("dropout", ())} - {("", None)}

    def status(table: str, record: Record) -> str:
        typed = typed_status(record)
        if (
            typed
            and table == "suspected"
            and (row_key(record), record.get("first_absent")) in twice
        ):
            return MOVED
        return typed or status_of(table, record, dropouts, as_of)

    ledgers = {
        table: [{**r, "case_status": status(table, r)} for r in data[table]]
        for table in OPEN_STATUS
        if table in data
    }
    return {**data, **ledgers}
