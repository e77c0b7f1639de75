"""The ledgers of our 登记表, whose 状态 follows from other columns (rules.ledger_status).

What the status cells show is not read as data: they are formulas, and a file may not be calculated.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kbbx_xl.model import Finding, Table
from kbbx_xl.rules.ledger_status import (
    HALF_CLOSED,
    MOVED,
    OPEN_STATUS,
    Absence,
    absence_of,
    half_closed,
    listed_dropouts,
    status_of,
)

STATUS = "case_status"
READ = ("id_no", "student_no", "first_absent", "closing", "closed", "closing_basis", STATUS)


def is_derived(table: Table, own: Collection[str]) -> bool:
    """Whether 状态 of this ledger is a formula of ours; ``own``: files that are workbooks of ours."""
    return table.file in own and table.table in OPEN_STATUS and "closing" in table.columns


@dataclass(frozen=True, slots=True)
class Derived:
    """The derived ledgers of one unit, judged on one day."""

    tables: Sequence[Table]
    as_of: dt.date
    dropouts: frozenset[Absence]  # rows of 辍学台账
    ended: frozenset[Absence]  # those of them that are closed

    @classmethod
    def of(cls, ledgers: Iterable[Table], own: Collection[str], as_of: dt.date) -> Derived:
        tables = [table for table in ledgers if is_derived(table, own)]
        rows = [r for t in tables if t.table == "dropout" for _, r in t.records()]
        dropouts = listed_dropouts(rows)
        closed = (r for r in rows if not _is_open("dropout", r, dropouts, as_of))
        return cls(tables, as_of, dropouts, listed_dropouts(closed))

    def status(self, table: Table, i: int) -> str:
        """状态 of one row."""
        return status_of(table.table, _record(table, i), self.dropouts, self.as_of)

    def findings(self, table: Table, i: int) -> list[Finding]:
        """What is doubtful in one row: half a closing, none where it counts, no evidence, 状态
        typed over (C15, C16, C17, C19)."""
        record, status = _record(table, i), self.status(table, i)
        found: list[Finding] = []
        if missing := half_closed(record):
            found.append(table.finding("C15", missing, i, **HALF_CLOSED[missing]))
        elif status == MOVED and record.get("closed"):
            if absence_of(record) not in self.ended:
                found.append(table.finding("C16", "closed", i))
        elif status not in (MOVED, OPEN_STATUS[table.table]) and not record.get("closing_basis"):
            found.append(table.finding("C17", "closing_basis", i))
        shown = (status, status_of(table.table, record, self.dropouts, None))  # on its own 截至日
        if record.get(STATUS) not in (None, "", *shown):
            found.append(table.finding("C19", STATUS, i, expected=status))
        return found

    def overlaps(self) -> list[Finding]:
        """A child with two open absences in one ledger (C18): at the later one."""
        found: list[Finding] = []
        for table in self.tables:
            begun: dict[str, list[tuple[dt.date, int]]] = {}
            for i, record in table.records():
                absence = absence_of(record)
                if absence and _is_open(table.table, record, self.dropouts, self.as_of):
                    begun.setdefault(absence[0], []).append((absence[1], i))
            for (first, row), (later, i) in (
                p for b in begun.values() for p in pairwise(sorted(b))
            ):
                if first != later:
                    found.append(table.finding("C18", "first_absent", i, other=table.rows[row]))
        return found


def _record(table: Table, i: int) -> dict[str, object]:
    return {name: table.get(name)[i] for name in READ}


def _is_open(
    table: str, record: Mapping[str, object], dropouts: frozenset[Absence], as_of: dt.date
) -> bool:
    return status_of(table, record, dropouts, as_of) == OPEN_STATUS[table]
