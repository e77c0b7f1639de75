"""No child is lost between two registers (学籍流动守恒): every child of the earlier one is in exactly one
place of the later one or has left by a documented change.

Sources: TH-26, TH-48, YL-81 (transfers by the book), P09-04, P22-09 (六年级整班移交), GH-09.  A child is
a key that the caller has given its rows; whoever cannot be told for sure has a key of his own.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from kbbx_xl.model import GRADES, JUNIOR, PRIMARY, stage_of

IN, OUT, GRADUATED, DEAD = "转入", "转出", "毕业", "死亡"
NEEDS_PAPER = (IN, OUT, "休学")  # 申请、审批或证明 (TH-26, TH-48, YL-81)
FIRST, LAST_PRIMARY, FIRST_JUNIOR, LAST = GRADES[0], GRADES[5], GRADES[6], GRADES[-1]


class LossKind(StrEnum):
    """How a child's two places contradict each other, as users read it."""

    NOWHERE = "转出后没有学校接收"
    UNRELEASED = "转入而原校没有转出"
    TWICE = "两校同时在读"
    VANISHED = "名册上消失"
    GRADUATED = "毕业登记有矛盾"
    NOT_PROMOTED = "小学毕业未升初中"
    NEW = "来历不明"
    STILL_HERE = "已离校仍在读"
    UNEXPLAINED = "异动与名册不符"


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
    row for each child.
    """

    first: dt.date
    last: dt.date
    turned: bool = False

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
class Loss:
    """One child that does not add up: the rows on both sides, and what to say of them."""

    kind: LossKind
    key: str
    what: str  # Chinese, names schools and states only
    before: tuple[int, ...] = ()
    after: tuple[int, ...] = ()
    moves: tuple[int, ...] = ()
    unit: str = ""  # whose number it disturbs


@dataclass(frozen=True, slots=True)
class Transfer:
    """转出 paired with 转入; -1 where there is no such row.  ``seat``: the row in the register that has
    the child now."""

    key: str
    out: int
    into: int
    seat: int


@dataclass(slots=True)
class Balance:
    """One unit's identity (期初＋增加－减少＝期末); ``moves`` by kind of change, rows in the lists."""

    unit: str
    before: list[int] = field(default_factory=list)
    after: list[int] = field(default_factory=list)
    moves: dict[str, list[int]] = field(default_factory=dict)
    entered: list[int] = field(default_factory=list)  # 学年新生: rows of the later register
    left: list[int] = field(default_factory=list)  # 学年毕业: rows of the earlier register
    gain: int = 0  # by the changes

    @property
    def expected(self) -> int:
        return len(self.before) + self.gain + len(self.entered) - len(self.left)

    @property
    def difference(self) -> int:
        return len(self.after) - self.expected


@dataclass(frozen=True, slots=True)
class _Child:
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

    def loss(self, kind: LossKind, what: str, unit: str, *moves: Move) -> Loss:
        before, after = (tuple(s.at for s in side) for side in (self.before, self.after))
        return Loss(kind, self.key, what, before, after, tuple(m.at for m in moves), unit)

    def back_after(self, move: Move) -> bool:
        """Whether a later change brings the child back to the unit it left."""
        later = self.moves[self.moves.index(move) + 1 :]
        return any(m.gain > 0 and m.unit == move.unit for m in later)

    def left_at(self, unit: str) -> bool:
        """Whether a change of these days takes the child out of the unit."""
        return any(m.gain < 0 and m.unit == unit and self.days.hold(m.day) for m in self.moves)

    def came_to(self, unit: str) -> bool:
        return any(m.gain > 0 and m.unit == unit and self.days.hold(m.day) for m in self.moves)


def conserve(
    before: Mapping[str, Sequence[Seat]],
    after: Mapping[str, Sequence[Seat]],
    changes: Mapping[str, Sequence[Move]],
    *,
    period: Days,
    known: Known,
) -> list[Loss]:
    """Every child that is not accounted for, by key; a unit without a register is not judged."""
    return [
        loss
        for child in _children(before, after, changes, period, known)
        for loss in _judged(child)
    ]


def paired(
    after: Mapping[str, Sequence[Seat]], changes: Mapping[str, Sequence[Move]], *, period: Days
) -> list[Transfer]:
    """Every 转出 of these days that another unit took in, by its 转入 or its register (TH-26)."""
    found: list[Transfer] = []
    for key, moves in sorted(changes.items()):
        for out in moves:
            if out.change != OUT or not period.hold(out.day):
                continue
            into = [m.at for m in moves if m.change == IN and m.unit != out.unit]
            seats = [s.at for s in after.get(key, ()) if s.enrolled and s.unit != out.unit]
            if into or seats:
                found.append(Transfer(key, out.at, *(x[0] if x else -1 for x in (into, seats))))
    return found


def balances(
    before: Mapping[str, Sequence[Seat]],
    after: Mapping[str, Sequence[Seat]],
    changes: Mapping[str, Sequence[Move]],
    *,
    period: Days,
    known: Known,
) -> list[Balance]:
    """The identity of every unit that has both registers, in order of name."""
    units = {name: Balance(name) for name in sorted({*known.before} & {*known.after})}
    for child in _children(before, after, changes, period, known):
        for seat in child.was():
            if seat.unit in units:
                units[seat.unit].before.append(seat.at)
                if _leaves_by_year(child, seat):
                    units[seat.unit].left.append(seat.at)
        for seat in child.here():
            if seat.unit in units:
                units[seat.unit].after.append(seat.at)
                if _enters_by_year(child, seat):
                    units[seat.unit].entered.append(seat.at)
        for move in child.moves:
            if move.gain and move.unit in units and period.hold(move.day):
                units[move.unit].moves.setdefault(move.change, []).append(move.at)
                units[move.unit].gain += move.gain
    return list(units.values())


def _children(
    before: Mapping[str, Sequence[Seat]],
    after: Mapping[str, Sequence[Seat]],
    changes: Mapping[str, Sequence[Move]],
    period: Days,
    known: Known,
) -> Iterator[_Child]:
    for key in sorted({*before, *after, *changes}):
        moves = sorted(changes.get(key, ()), key=lambda m: (m.day or dt.date.min, m.at))
        yield _Child(key, before.get(key, ()), after.get(key, ()), moves, period, known)


def _judged(child: _Child) -> list[Loss]:
    said = [*_twice(child), *_transferred(child), *_graduated(child), *_still_here(child)]
    return said or list(_new(child)) or list(_vanished(child)) or list(_unexplained(child))


def _unexplained(child: _Child) -> Iterator[Loss]:
    """What is left: a unit's changes of the child that its two registers do not show."""
    for unit in sorted({m.unit for m in child.moves if m.gain and child.days.hold(m.day)}):
        if unit not in child.known.before or unit not in child.known.after:
            continue
        was = [s for s in child.was() if s.unit == unit]
        here = [s for s in child.here() if s.unit == unit]
        own = [m for m in child.moves if m.unit == unit and child.days.hold(m.day)]
        gain = sum(m.gain for m in own)
        if len(was) + gain != len(here):
            then, now = ("在读" if rows else "不在读" for rows in (was, here))
            what = f"上期{then}，异动增减 {gain:+d}，本期{now}"
            yield child.loss(LossKind.UNEXPLAINED, what, unit, *(m for m in own if m.gain))


def _twice(child: _Child) -> Iterator[Loss]:
    units = child.units()
    for unit in units if len(units) > 1 else ():
        others = "、".join(f"“{other}”" for other in units if other != unit)
        yield child.loss(LossKind.TWICE, f"同时在{others}在读", unit)


def _transferred(child: _Child) -> Iterator[Loss]:
    for move in child.moves:
        if move.outside:
            continue
        untold = bool(move.other) and move.other not in child.known.after
        if move.change == OUT and not untold and not child.here() and not _taken(child, move):
            where = f"写明转往“{move.other}”" if move.other else "没有写去向"
            yield child.loss(LossKind.NOWHERE, f"{where}，县内没有学校接收", move.unit, move)
        if move.change == IN and not untold and not _released(child, move):
            where = (
                f"“{move.other}”没有办理转出" if move.other else "没有写原学校，县内也没有学校转出"
            )
            yield child.loss(LossKind.UNRELEASED, where, move.unit, move)


def _taken(child: _Child, out: Move) -> bool:
    return any(m.gain > 0 and (m.unit != out.unit or child.back_after(out)) for m in child.moves)


def _released(child: _Child, into: Move) -> bool:
    moved = any(m.change == OUT and m.unit != into.unit for m in child.moves)
    return moved or any(s.status == OUT and s.unit != into.unit for s in child.after)


def _graduated(child: _Child) -> Iterator[Loss]:
    rows = [m for m in child.moves if m.change == GRADUATED]
    times = Counter(stage_of(m.grade) or PRIMARY for m in rows)
    for stage, number in times.items():
        own = [m for m in rows if (stage_of(m.grade) or PRIMARY) == stage]
        still = [s for s in child.here() if stage == JUNIOR or stage_of(s.grade) == stage]
        if number > 1:
            what = f"{stage}毕业登记了 {number} 次"
            yield child.loss(LossKind.GRADUATED, what, own[-1].unit, *own)
        elif still and not child.back_after(own[0]):
            what = f"已登记{stage}毕业，仍在“{still[0].unit}”读{still[0].grade}"
            yield child.loss(LossKind.GRADUATED, what, own[0].unit, *own)
    if not any(number > 1 for number in times.values()):
        yield from _not_promoted(child, rows)


def _not_promoted(child: _Child, graduated: Iterable[Move]) -> Iterator[Loss]:
    """小升初未升学 (P22-09): left 六年级, is in no school of the county and on no list."""
    last = [s for s in child.was() if s.grade == LAST_PRIMARY and child.days.turned]
    papers = [m for m in graduated if stage_of(m.grade) == PRIMARY]
    known = child.key in child.known.listed or not child.known.juniors
    if not (last or papers) or known or child.here() or not child.days.turned:
        return
    if any(m.gain < 0 and m.change != GRADUATED for m in child.moves):
        return  # left by another change, which is judged on its own
    unit = last[0].unit if last else papers[0].unit
    what = "县内没有初中注册，也不在台账和转出名单里"
    yield child.loss(LossKind.NOT_PROMOTED, what, unit, *papers)


def _still_here(child: _Child) -> Iterator[Loss]:
    units = child.units()
    for move in child.moves:
        leaves = move.gain < 0 and move.change != GRADUATED and not child.back_after(move)
        there = units == [move.unit] or (move.change == DEAD and units)
        if leaves and there:
            what = f"已登记“{move.change}”，名册上仍在读"
            yield child.loss(LossKind.STILL_HERE, what, units[0], move)


def _vanished(child: _Child) -> Iterator[Loss]:
    units = child.units()
    for seat in child.was():
        gone = seat.unit in child.known.after and seat.unit not in units
        if not gone or child.left_at(seat.unit) or _ends(child, seat):
            continue
        now = next((s.status for s in child.after if s.unit == seat.unit), "")
        if units:
            what = f"现在“{units[0]}”在读，没有转出记录"
        elif now:
            what = f"名册上由在读变为“{now}”，没有异动记录"
        else:
            what = "本期名册里没有，也没有异动记录"
        yield child.loss(LossKind.VANISHED, what, seat.unit)


def _ends(child: _Child, seat: Seat) -> bool:
    """Whether the school year took the child out; 六年级 is asked for in 初中."""
    return child.days.turned and seat.grade in (LAST_PRIMARY, LAST)


def _new(child: _Child) -> Iterator[Loss]:
    for seat in child.here():
        same = [s for s in child.before if s.unit == seat.unit]
        if seat.unit not in child.known.before or any(s.enrolled for s in same):
            continue
        if child.came_to(seat.unit) or _enters_by_year(child, seat):
            continue
        elsewhere = [s.unit for s in child.was()]
        if same:
            what = f"上期是“{same[0].status}”，没有复学、转入记录"
        elif elsewhere:
            what = f"上期在“{elsewhere[0]}”在读，没有转入记录"
        else:
            what = "上期名册里没有，也没有转入、入学、复学记录"
        yield child.loss(LossKind.NEW, what, seat.unit)


def _enters_by_year(child: _Child, seat: Seat) -> bool:
    """一年级 of a new school year, and 七年级 for those who were in 六年级 of the county."""
    if not child.days.turned or child.came_to(seat.unit):
        return False
    was = child.was()
    if any(s.unit == seat.unit for s in was):
        return False
    promoted = seat.grade == FIRST_JUNIOR and any(s.grade == LAST_PRIMARY for s in was)
    return promoted or (seat.grade == FIRST and not was)


def _leaves_by_year(child: _Child, seat: Seat) -> bool:
    staying = any(s.unit == seat.unit for s in child.here())
    return _ends(child, seat) and not staying and not child.left_at(seat.unit)
