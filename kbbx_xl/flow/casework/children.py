"""Whose row it is (归人): rows of ledgers and logs brought together child by child.

A row belongs to a child by any number both know; by name alone only where that can mean one child.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from kbbx_xl.flow.cases import find_pupil
from kbbx_xl.flow.casework.values import NOWHERE, EvidenceItem, Recorded
from kbbx_xl.flow.context import Context
from kbbx_xl.flow.register import Register
from kbbx_xl.flow.source import Source, row_source
from kbbx_xl.model import Run, Table, Unit
from kbbx_xl.rules.cases import CLOSED, CaseEvent
from kbbx_xl.rules.identity import bare_id, check_student_no

CALLED = "联系家长"  # of config/lists/case_step.yaml


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table and the child it names."""

    table: Table
    index: int
    key: str  # of the roster, else a usable id; "" when there is neither
    who: str  # joins the rows of the child
    ids: frozenset[str]
    name: str
    grade: str
    class_name: str
    doubt: str = ""  # D04 the roster has several of that name, D08 the number is of another name

    @property
    def source(self) -> Source:
        return row_source(self.table, self.index)

    def get(self, column: str) -> object:
        return self.table.get(column)[self.index]

    def text(self, column: str) -> str:
        value = self.get(column)
        return "" if value is None else str(value).strip()

    def date(self, column: str) -> dt.date | None:
        value = self.get(column)
        return value if isinstance(value, dt.date) else None

    def cell(self, column: str) -> str:
        return self.table.cell(column, self.index)

    def recorded(self, column: str, event: CaseEvent) -> Recorded:
        """The event that the row states in ``column``."""
        cells = (self.cell(name) for name in (column, "received", "until"))
        return Recorded(event, self.source, *cells)


@dataclass(slots=True)
class Absence:
    """One absence of a child while its rows are being gathered: a case in the making."""

    first: dt.date | None
    start: dt.date
    ledger: list[Row] = field(default_factory=list)
    recorded: list[Recorded] = field(default_factory=list)
    evidence: list[EvidenceItem] = field(default_factory=list)
    run: Run | None = None  # known from attendance only
    at: Source = NOWHERE

    @property
    def closed(self) -> dt.date | None:
        return min((r.event.date for r in self.recorded if r.event.kind == CLOSED), default=None)


@dataclass(slots=True)
class Child:
    """A child and its absences, oldest first once all ledgers are read."""

    key: str
    who: str
    name: str
    grade: str
    class_name: str
    ids: set[str]
    absences: list[Absence] = field(default_factory=list)

    def at(self, day: dt.date) -> Absence | None:
        """The latest absence that had begun by ``day``; None before the first."""
        begun = [absence for absence in self.absences if absence.start <= day]
        return begun[-1] if begun else None

    def sort(self) -> None:
        self.absences.sort(key=lambda absence: absence.start)


class Children:
    """The children of one unit's cases, found again by number or name."""

    def __init__(self, unit: Unit, register: Register, context: Context) -> None:
        self._of = (unit, register, context)
        self.all: list[Child] = []
        self._by_id: dict[str, Child] = {}
        self._by_name: dict[str, list[Child]] = defaultdict(list)

    def row(self, table: Table, i: int) -> Row:
        match, number, grade, class_name = find_pupil(table, i, *self._of)
        student_no = check_student_no(table.get("student_no")[i])[0]
        written = bare_id(table.get("id_no")[i])
        name = str(table.get("name")[i] or "").strip()
        ids = frozenset(n for n in (match.key, number, student_no, written) if n)
        who = match.key or number or student_no or name
        doubt = "D04" if match.several else ""
        if match.pupils is not None and name and match.pupils.name[match.index] != name:
            doubt = "D08"
        return Row(table, i, match.key or number, who, ids, name, grade, class_name, doubt)

    def rows(self, table: Table) -> Iterator[Row]:
        return (self.row(table, i) for i in range(len(table)))

    def only_called(self, row: Row) -> bool:
        """A known child whose guardian was called: that is written down before there is a case (TH-27)."""
        return bool(row.key) and self._of[2].lists["case_step"].canonical(row.get("step")) == CALLED

    def find(self, row: Row) -> list[Child]:
        """The child of a row; [] when no case names it, several when only the name says who."""
        found = self.known(row.ids)
        if found or not row.name:
            return [found] if found else []
        return [c for c in self._named(row.name) if not (row.key and c.key)]

    def away(self, key: str, name: str, grade: str, class_name: str) -> Child | None:
        """The child that a run of absence is about: by number, else the one of that name and class."""
        if (known := self.known(frozenset({key} - {""}))) is not None:
            return known
        same = [
            child
            for child in self._named(name)
            if not (key and child.key)
            and (not child.class_name or (child.grade, child.class_name) == (grade, class_name))
        ]
        return same[0] if len(same) == 1 else None

    def _named(self, name: str) -> Sequence[Child]:
        return self._by_name.get(name, ()) if name else ()

    def known(self, ids: frozenset[str]) -> Child | None:
        return next((self._by_id[n] for n in sorted(ids) if n in self._by_id), None)

    def add(self, row: Row, *, nth: int = 0) -> Child:
        """The child of a ledger row; a new one unless a number, or name and class, are known.

        ``nth``: how many rows of the same ledger look the same (namesakes without a number).
        """
        child = self.known(row.ids)
        if child is None:
            place = (row.grade, row.class_name, row.name)
            same = [c for c in self.find(row) if (c.grade, c.class_name, c.name) == place]
            if sum(bool(c.ids) for c in same) > 1:
                same = [c for c in same if not c.ids]  # a name alone is none of several numbers
            if nth < len(same):
                child = same[nth]
        if child is None:
            who = f"{row.who}#{nth}" if nth else row.who
            child = self.new(row.key, who, row.name, row.grade, row.class_name)
        child.ids |= row.ids
        self._by_id |= dict.fromkeys(row.ids, child)
        return child

    def new(self, key: str, who: str, name: str, grade: str, class_name: str) -> Child:
        child = Child(key, who, name, grade, class_name, {key} - {""})
        self.all.append(child)
        self._by_name[name].append(child)
        self._by_id |= dict.fromkeys(child.ids, child)
        return child
