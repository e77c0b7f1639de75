"""Which rows of two registers and of 学籍异动 are one child: by usable numbers with one name, and within
one school by a name that its class has once.  Everything weaker stays apart (rules.matching)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from kbbx_xl.flow.movement.values import Change, Child, Listed, Side
from kbbx_xl.model import GRADES
from kbbx_xl.rules.classes import class_label
from kbbx_xl.rules.matching import People, match_people, plain_name


@dataclass(frozen=True, slots=True)
class Who:
    """What a row says of its child."""

    unit: str
    name: str
    id_no: str
    student_no: str
    birth: dt.date | None = None
    sex: str = ""
    place: str = ""


@dataclass(slots=True)
class Keys:
    """A key for every row; rows of one child share it."""

    before: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)
    listed: list[str] = field(default_factory=list)


def of_child(child: Child, years: int = 0) -> Who:
    """``years``: school years that have passed since, by which the grade has risen."""
    row = child.row
    at = GRADES.index(row.grade) + years if row.grade in GRADES else len(GRADES)
    grade = GRADES[at] if at < len(GRADES) else ""
    place = class_label(grade, row.class_name) if grade and row.class_name else ""
    return Who(row.unit, row.name, row.id_no, row.student_no, row.birth, row.sex, place)


def of_change(change: Change) -> Who:
    place = class_label(change.grade, change.class_name) if change.class_name else ""
    return Who(
        change.unit, change.name, change.id_no, change.student_no, change.birth, change.sex, place
    )


def _of_listed(one: Listed) -> Who:
    return Who(one.unit, one.name, one.id_no, one.student_no)


def people(rows: Iterable[Who], *, with_unit: bool = False) -> People:
    """Columns for match_people; ``with_unit`` where rows are of several schools."""
    rows = list(rows)
    places = [f"{w.unit}{w.place}" if with_unit and w.place else w.place for w in rows]
    return People(
        name=[w.name for w in rows],
        id_no=[w.id_no for w in rows],
        origin=[""] * len(rows),
        damaged=[""] * len(rows),
        student_no=[w.student_no for w in rows],
        birth=[w.birth for w in rows],
        sex=[w.sex for w in rows],
        school=[w.unit if with_unit else "" for w in rows],
        place=places,
        seat=[""] * len(rows),
    )


@dataclass(slots=True)
class _Joined:
    """Rows that are one child, as a forest: every row knows a row it is joined to."""

    parent: list[int]

    def root(self, row: int) -> int:
        while self.parent[row] != row:
            self.parent[row] = self.parent[self.parent[row]]
            row = self.parent[row]
        return row

    def join(self, one: int, other: int) -> None:
        first, second = sorted((self.root(one), self.root(other)))
        self.parent[second] = first


def join_rows(before: Side, after: Side) -> Keys:
    """Keys of all rows of both sides; changes are those of ``after``."""
    years = after.month.school_year - before.month.school_year
    groups = (
        [of_child(c, years) for c in before.children],
        [of_child(c) for c in after.children],
        [of_change(c) for c in after.changes],
        [_of_listed(one) for one in after.listed],
    )
    rows = [who for group in groups for who in group]
    joined = _Joined(list(range(len(rows))))
    _by_number(rows, joined)
    starts = [0]
    for group in groups:
        starts.append(starts[-1] + len(group))
    spans = [range(a, b) for a, b in pairwise(starts)]
    for left, right in ((0, 1), (2, 0), (2, 1), (3, 1)):
        _by_class(rows, joined, spans[left], spans[right])
    keys = [f"{joined.root(row):08d}" for row in range(len(rows))]
    return Keys(*(keys[span.start : span.stop] for span in spans))


def _by_number(rows: Sequence[Who], joined: _Joined) -> None:
    """Rows with one usable number and one name."""
    first: dict[tuple[str, str], int] = {}
    for row, who in enumerate(rows):
        for number in (who.id_no, who.student_no):
            if number:
                joined.join(first.setdefault((number, plain_name(who.name)), row), row)


def _by_class(rows: Sequence[Who], joined: _Joined, left: range, right: range) -> None:
    """School by school, rows that no number has joined across the two lists."""
    across = {joined.root(row) for row in left} & {joined.root(row) for row in right}
    by_unit: dict[str, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for side, span in enumerate((left, right)):
        for row in span:
            if joined.root(row) not in across:
                by_unit[rows[row].unit][side].append(row)
    for mine, theirs in by_unit.values():
        if not mine or not theirs:
            continue
        found = match_people(
            people(rows[i] for i in mine), people(rows[j] for j in theirs), by_school=True
        )
        for pair in found.both:
            joined.join(mine[pair.left], theirs[pair.right])
