"""No child is lost between two registers (学籍流动守恒): every child of the earlier one is in exactly one
place of the later one or has left by a documented change.

Sources: TH-26, TH-48, YL-81 (transfers by the book), P09-04, P22-09 (六年级整班移交), GH-09.  A child is
a key that the caller has given its rows; whoever cannot be told for sure has a key of his own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from kbbx_xl.model import JUNIOR, PRIMARY, stage_of
from kbbx_xl.rules.registers import (
    FIRST,
    FIRST_JUNIOR,
    LAST,
    LAST_PRIMARY,
    Child,
    Days,
    Known,
    Move,
    Seat,
)

IN, OUT, GRADUATED, DEAD = "转入", "转出", "毕业", "死亡"
NEEDS_PAPER = (IN, OUT, "休学")  # 申请、审批或证明 (TH-26, TH-48, YL-81)


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
    """转出 paired with 转入: numbers of the two changes, of the register row that says 转出 and of the one
    that has the child now; -1 where there is no such row."""

    key: str
    out: int
    into: int
    left: int
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


def conserve(children: Iterable[Child]) -> list[Loss]:
    """Every child that is not accounted for; a unit without a register is not judged."""
    return [loss for child in children for loss in _judged(child)]


def paired(
    after: Mapping[str, Sequence[Seat]], changes: Mapping[str, Sequence[Move]], *, period: Days
) -> list[Transfer]:
    """Every 转出 of these days that another unit took in, by its 转入 or its register (TH-26)."""
    found: list[Transfer] = []
    for key in sorted({*after, *changes}):
        moves, seats = changes.get(key, ()), after.get(key, ())
        outs = {m.unit: m.at for m in moves if m.change == OUT and period.hold(m.day)}
        left = {s.unit: s.at for s in seats if s.status == OUT}
        told = {m.unit for m in moves if m.change == OUT}  # of other days: paired then
        for unit in [*outs, *(u for u in left if u not in told)]:
            into = [m.at for m in moves if m.change == IN and m.unit != unit]
            here = [s.at for s in seats if s.enrolled and s.unit != unit]
            if into or here:
                out, row = outs.get(unit, -1), left.get(unit, -1)
                found.append(Transfer(key, out, _first(into), row, _first(here)))
    return found


def _first(numbers: Sequence[int]) -> int:
    return numbers[0] if numbers else -1


def balances(children: Iterable[Child], known: Known) -> list[Balance]:
    """The identity of every unit that has both registers, in order of name."""
    units = {name: Balance(name) for name in sorted({*known.before} & {*known.after})}
    for child in children:
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
            if move.gain and move.unit in units and child.days.hold(move.day):
                units[move.unit].moves.setdefault(move.change, []).append(move.at)
                units[move.unit].gain += move.gain
    return list(units.values())


def _loss(child: Child, kind: LossKind, what: str, unit: str, *moves: Move) -> Loss:
    before, after = (tuple(s.at for s in side) for side in (child.before, child.after))
    return Loss(kind, child.key, what, before, after, tuple(m.at for m in moves), unit)


def _judged(child: Child) -> list[Loss]:
    said = [*_twice(child), *_transferred(child), *_graduated(child), *_still_here(child)]
    return said or list(_new(child)) or list(_vanished(child)) or list(_unexplained(child))


def _unexplained(child: Child) -> Iterator[Loss]:
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
            yield _loss(child, LossKind.UNEXPLAINED, what, unit, *(m for m in own if m.gain))


def _twice(child: Child) -> Iterator[Loss]:
    units = child.units()
    for unit in units if len(units) > 1 else ():
        others = "、".join(f"“{other}”" for other in units if other != unit)
        yield _loss(child, LossKind.TWICE, f"同时在{others}在读", unit)


def _transferred(child: Child) -> Iterator[Loss]:
    for move in child.moves:
        if move.outside:
            continue
        untold = bool(move.other) and move.other not in child.known.after
        if move.change == OUT and not untold and not child.here() and not _taken(child, move):
            where = f"写明转往“{move.other}”" if move.other else "没有写去向"
            yield _loss(child, LossKind.NOWHERE, f"{where}，县内没有学校接收", move.unit, move)
        if move.change == IN and not untold and not _released(child, move):
            where = (
                f"“{move.other}”没有办理转出" if move.other else "没有写原学校，县内也没有学校转出"
            )
            yield _loss(child, LossKind.UNRELEASED, where, move.unit, move)

    if not child.here() and not any(m.change == OUT for m in child.moves):
        yield from _only_said(child)


def _only_said(child: Child) -> Iterator[Loss]:
    """转出 in the register alone, where no earlier register says since when."""
    for seat in child.after:
        if seat.status == OUT and seat.unit not in child.known.before:
            what = "名册上写“转出”，没有异动记录，县内没有学校接收"
            yield _loss(child, LossKind.NOWHERE, what, seat.unit)


def _taken(child: Child, out: Move) -> bool:
    return any(m.gain > 0 and (m.unit != out.unit or child.back_after(out)) for m in child.moves)


def _released(child: Child, into: Move) -> bool:
    moved = any(m.change == OUT and m.unit != into.unit for m in child.moves)
    return moved or any(s.status == OUT and s.unit != into.unit for s in child.after)


def _graduated(child: Child) -> Iterator[Loss]:
    rows = [m for m in child.moves if m.change == GRADUATED]
    times = Counter(stage_of(m.grade) or PRIMARY for m in rows)
    for stage, number in times.items():
        own = [m for m in rows if (stage_of(m.grade) or PRIMARY) == stage]
        still = [s for s in child.here() if stage == JUNIOR or stage_of(s.grade) == stage]
        if number > 1:
            what = f"{stage}毕业登记了 {number} 次"
            yield _loss(child, LossKind.GRADUATED, what, own[-1].unit, *own)
        elif still and not child.back_after(own[0]):
            what = f"已登记{stage}毕业，仍在“{still[0].unit}”读{still[0].grade}"
            yield _loss(child, LossKind.GRADUATED, what, own[0].unit, *own)
    if not any(number > 1 for number in times.values()):
        yield from _not_promoted(child, rows)


def _not_promoted(child: Child, graduated: Iterable[Move]) -> Iterator[Loss]:
    """小升初未升学 (P22-09): left 六年级, is in no school of the county and on no list."""
    last = [s for s in child.was() if s.grade == LAST_PRIMARY and child.days.turned]
    papers = [m for m in graduated if stage_of(m.grade) == PRIMARY]
    known = child.key in child.known.listed or not child.known.juniors
    if not (last or papers) or known or child.here() or not child.days.turned:
        return
    if any(m.gain < 0 and m.change != GRADUATED for m in child.moves):
        return  # left by another change, which is judged on its own
    if child.days.promoted_by and child.days.last <= child.days.promoted_by:
        return  # not yet due
    unit = last[0].unit if last else papers[0].unit
    what = "县内没有初中注册，也不在台账和转出名单里"
    yield _loss(child, LossKind.NOT_PROMOTED, what, unit, *papers)


def _still_here(child: Child) -> Iterator[Loss]:
    units = child.units()
    for move in child.moves:
        told = move.gain < 0 and move.change != GRADUATED and not child.back_after(move)
        leaves = told and (move.day is None or move.day <= child.days.last)  # else not yet gone
        there = units == [move.unit] or (move.change == DEAD and units)
        if leaves and there:
            what = f"已登记“{move.change}”，名册上仍在读"
            yield _loss(child, LossKind.STILL_HERE, what, units[0], move)


def _vanished(child: Child) -> Iterator[Loss]:
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
        yield _loss(child, LossKind.VANISHED, what, seat.unit)


def _ends(child: Child, seat: Seat) -> bool:
    """Whether the school year took the child out; 六年级 is asked for in 初中."""
    return child.days.turned and seat.grade in (LAST_PRIMARY, LAST)


def _new(child: Child) -> Iterator[Loss]:
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
        yield _loss(child, LossKind.NEW, what, seat.unit)


def _enters_by_year(child: Child, seat: Seat) -> bool:
    """一年级 of a new school year, and 七年级 for those who were in 六年级 of the county."""
    if not child.days.turned or child.came_to(seat.unit):
        return False
    was = child.was()
    if any(s.unit == seat.unit for s in was):
        return False
    promoted = seat.grade == FIRST_JUNIOR and any(s.grade == LAST_PRIMARY for s in was)
    return promoted or (seat.grade == FIRST and not was)


def _leaves_by_year(child: Child, seat: Seat) -> bool:
    staying = any(s.unit == seat.unit for s in child.here())
    return _ends(child, seat) and not staying and not child.left_at(seat.unit)
