"""Two registers and the changes between them, child by child (名册与异动): the values that the rules of
``movement`` judge."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kbbx_xl.model import GRADES

FIRST, LAST_PRIMARY, FIRST_JUNIOR, LAST = GRADES[0], GRADES[5], GRADES[6], GRADES[-1]


@dataclass(frozen=True, slots=True)
class Seat:
    """One row of a register; ``at`` is the caller's number of the row."""

    unit: str
    grade: str
    status: str
    enrolled: bool
    at: int


@dataclass(frozen=True, slots=True)
class Move:
    """One change (学籍异动): ``gain`` +1 brings a child into the unit's number, -1 takes it out.

    ``other``: the school of the county it names; ``outside``: it names a place that is none.
    """

    unit: str
    change: str
    grade: str
    day: dt.date | None
    gain: int
    at: int
    other: str = ""
    outside: bool = False


@dataclass(frozen=True, slots=True)
class Days:
    """What lies between two registers: both days included.

    ``turned``: a school year began in between; 九年级 and 六年级 then leave and 一年级 comes without a
    row for each child.  ``promoted_by``: until that day a leaver of 六年级 may still be registered (P22-09).
    """

    first: dt.date
    last: dt.date
    turned: bool = False
    promoted_by: dt.date | None = None

    def hold(self, day: dt.date | None) -> bool:
        """A change without a date counts: its date is another check's business."""
        return day is None or self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Known:
    """What was there to look at: units with an earlier and a later register, children who are accounted
    for elsewhere (台账), and whether every junior school sent its register."""

    before: Collection[str]
    after: Collection[str]
    listed: Collection[str] = ()  # keys
    juniors: bool = True


@dataclass(frozen=True, slots=True)
class Child:
    key: str
    before: Sequence[Seat]
    after: Sequence[Seat]
    moves: Sequence[Move]  # all that are known, oldest first
    days: Days
    known: Known

    def here(self) -> list[Seat]:
        """One row a unit: a row repeated in a register is one child."""
        return list({s.unit: s for s in self.after if s.enrolled}.values())

    def was(self) -> list[Seat]:
        return list({s.unit: s for s in self.before if s.enrolled}.values())

    def units(self) -> list[str]:
        return sorted({s.unit for s in self.here()})

    def back_after(self, move: Move) -> bool:
        """Whether a later change brings the child back to the unit it left."""
        later = self.moves[self.moves.index(move) + 1 :]
        return any(m.gain > 0 and m.unit == move.unit for m in later)

    def left_at(self, unit: str) -> bool:
        """Whether a change of these days takes the child out of the unit."""
        return any(m.gain < 0 and m.unit == unit and self.days.hold(m.day) for m in self.moves)

    def came_to(self, unit: str) -> bool:
        return any(m.gain > 0 and m.unit == unit and self.days.hold(m.day) for m in self.moves)


def children_of(
    before: Mapping[str, Sequence[Seat]],
    after: Mapping[str, Sequence[Seat]],
    changes: Mapping[str, Sequence[Move]],
    period: Days,
    known: Known,
) -> Iterator[Child]:
    """Every child by key, with all that is known of it."""
    for key in sorted({*before, *after, *changes}):
        moves = sorted(changes.get(key, ()), key=lambda m: (m.day or dt.date.min, m.at))
        yield Child(key, before.get(key, ()), after.get(key, ()), moves, period, known)
