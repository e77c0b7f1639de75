"""Absence (缺勤): runs without leave from roll-call marks or from spells, cumulative days, errors.

A run (连续旷课) is the longest possible sequence of consecutive school days absent without leave.
Rest days neither count nor break it; a day of leave breaks it unless the policy says otherwise; half
days stand alone as 0.5.  连续 and 累计 are two measures and are never mixed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kbbx_xl.model import LeaveKind, Mark, Run
from kbbx_xl.rules.school_days import SchoolCalendar
from kbbx_xl.settings.lists import WordList, normal

HALF_DAY = 0.5
_AWAY = frozenset({Mark.ABSENT, Mark.HALF})
_THERE = frozenset({Mark.PRESENT, Mark.LATE})
_LEAVE = frozenset({Mark.SICK, Mark.PERSONAL})
_MARKS = {mark.value: mark for mark in Mark if mark}
_KIND_OF = {
    Mark.ABSENT: (LeaveKind.UNEXCUSED, 1.0),
    Mark.HALF: (LeaveKind.UNEXCUSED, HALF_DAY),
    Mark.SICK: (LeaveKind.SICK, 1.0),
    Mark.PERSONAL: (LeaveKind.PERSONAL, 1.0),
}


@dataclass(frozen=True, slots=True)
class Spell:
    """One row of an absence ledger (缺勤登记).

    ``back`` is the first day at school again; None while the pupil is away; equal to ``start`` for
    half a day.  ``index`` is the record of the table.
    """

    start: dt.date
    back: dt.date | None
    kind: LeaveKind
    index: int = -1


@dataclass(frozen=True, slots=True)
class SpellError:
    """A ledger row that does not agree with the calendar or with another row.

    ``kind``: days_wrong, days_blank, spell_split, spell_twice, spell_overlap.  ``start`` and
    ``index`` are those of the row, of two rows the first; ``other`` is the second's index.
    ``expected``: school days of the row, for the two kinds about days.
    """

    kind: str
    start: dt.date
    index: int
    other: int = -1
    expected: float | None = None


def decode_marks(
    rows: Iterable[Sequence[object]], legend: Mapping[str, str], words: WordList
) -> list[tuple[Mark, ...]]:
    """Marks of a roll call, one row a pupil; the sheet's own legend wins over the usual marks.

    Empty cells are BLANK.  Two marks in one cell are morning and afternoon: √× is half a day.  What
    neither the legend nor the list knows is UNKNOWN.
    """
    symbols = {normal(symbol): word for symbol, word in legend.items()}
    known: dict[object, Mark] = {None: Mark.BLANK, "": Mark.BLANK}
    decoded: dict[tuple[object, ...], tuple[Mark, ...]] = {}  # most rows of a class are alike
    result = []
    for row in map(tuple, rows):
        if row not in decoded:
            for cell in row:
                if cell not in known:
                    known[cell] = _mark(str(cell).strip(), symbols, words)
            decoded[row] = tuple(known[cell] for cell in row)
        result.append(decoded[row])
    return result


def _mark(text: str, legend: Mapping[str, str], words: WordList) -> Mark:
    if not text:
        return Mark.BLANK
    whole = _one_mark(text, legend, words)
    if whole is not Mark.UNKNOWN or len(text) != 2:
        return whole
    halves = {_one_mark(half, legend, words) for half in text}
    if len(halves) == 1:
        return halves.pop()
    return Mark.HALF if Mark.ABSENT in halves and halves & _THERE else Mark.UNKNOWN


def _one_mark(text: str, legend: Mapping[str, str], words: WordList) -> Mark:
    word = words.canonical(legend.get(normal(text))) or words.canonical(text)
    return _MARKS.get(word or "", Mark.UNKNOWN)


def runs_from_marks(
    marks: Sequence[str],
    days: Sequence[dt.date],
    calendar: SchoolCalendar,
    as_of: dt.date,
    *,
    leave_breaks: bool = True,
    index: int = -1,
) -> list[Run]:
    """Runs of one pupil from the marks of one roll call; ``days`` are the dates of the marks.

    Marks on days without school or after ``as_of`` say nothing.  A school day without a mark, or
    with one that is not known, counts as present: it ends a run (and is reported as A11 or V16).
    """
    if _AWAY.isdisjoint(marks):
        return []
    by_day = {
        day: mark
        for day, mark in zip(days, marks, strict=False)
        if day <= as_of and calendar.is_school_day(day)
    }
    whole = {day for day, mark in by_day.items() if mark == Mark.ABSENT}
    halves = {day for day, mark in by_day.items() if mark == Mark.HALF}
    leave = {day for day, mark in by_day.items() if mark in _LEAVE}
    where = dict.fromkeys(whole | halves, index)
    return _runs(whole, halves, leave, where, calendar, as_of, leave_breaks)


def runs_from_spells(
    spells: Sequence[Spell],
    calendar: SchoolCalendar,
    as_of: dt.date,
    *,
    leave_breaks: bool = True,
) -> list[Run]:
    """Runs of one pupil from all of the pupil's ledger rows, whatever their order.

    Overlapping, doubled and touching rows, and rows with no school day between, are one run.  A day
    of leave written for a day of absence wins over it.  A run begins on a school day even when its
    row begins on a rest day; ``index`` is the row that holds its first day.
    """
    if all(spell.kind is not LeaveKind.UNEXCUSED for spell in spells):
        return []
    if len(spells) == 1 and not _is_half(spells[0]):  # as most pupils have it: no day to lay over
        whole_days, index = [*_days_of(spells[0], calendar, as_of)], spells[0].index
        last = calendar.last_on_or_before(as_of)
        groups = [whole_days] if whole_days else []
        return [
            _run(group, False, set(), {group[0]: index}, calendar, as_of, last) for group in groups
        ]
    days: dict[LeaveKind, set[dt.date]] = {kind: set() for kind in LeaveKind}
    halves: set[dt.date] = set()
    where: dict[dt.date, int] = {}
    for spell in sorted(spells, key=_order):
        found = _days_of(spell, calendar, as_of)
        unexcused = spell.kind is LeaveKind.UNEXCUSED
        if _is_half(spell):
            halves.update(found if unexcused else ())
        else:
            days[spell.kind].update(found)
        for day in found if unexcused else ():
            where.setdefault(day, spell.index)
    leave = days[LeaveKind.SICK] | days[LeaveKind.PERSONAL]
    whole = days[LeaveKind.UNEXCUSED] - leave
    return _runs(whole, halves - whole - leave, leave, where, calendar, as_of, leave_breaks)


def _order(spell: Spell) -> tuple[dt.date, dt.date, int]:
    return spell.start, spell.back or dt.date.max, spell.index


def _is_half(spell: Spell) -> bool:
    return spell.back == spell.start


def _days_of(spell: Spell, calendar: SchoolCalendar, as_of: dt.date) -> tuple[dt.date, ...]:
    """School days of a spell up to ``as_of``; the one day of a half-day spell."""
    if _is_half(spell):
        return (
            (spell.start,) if spell.start <= as_of and calendar.is_school_day(spell.start) else ()
        )
    end = as_of if spell.back is None else min(as_of, spell.back - dt.timedelta(days=1))
    return calendar.between(spell.start, end)


def _runs(
    whole: set[dt.date], halves: set[dt.date], leave: set[dt.date], where: Mapping[dt.date, int],
    calendar: SchoolCalendar, as_of: dt.date, leave_breaks: bool,
) -> list[Run]:  # fmt: skip
    """Runs in order of date from the school days absent, half absent and on leave."""
    position = {day: calendar.position(day) for day in whole}
    groups: list[list[dt.date]] = []
    for day in sorted(whole):
        if groups and not _breaks(groups[-1][-1], day, position, leave, calendar, leave_breaks):
            groups[-1].append(day)
        else:
            groups.append([day])
    groups += [[day] for day in halves]
    last = calendar.last_on_or_before(as_of)
    return [
        _run(group, group[0] in halves, leave, where, calendar, as_of, last)
        for group in sorted(groups)
    ]


def _breaks(
    before: dt.date, day: dt.date, position: Mapping[dt.date, int], leave: set[dt.date],
    calendar: SchoolCalendar, leave_breaks: bool,
) -> bool:  # fmt: skip
    """Does a school day between two days of absence end the run?"""
    if position[day] - position[before] == 1:
        return False
    between = calendar.days[position[before] + 1 : position[day]]
    return leave_breaks or not leave.issuperset(between)


def _run(
    group: list[dt.date], half: bool, leave: set[dt.date], where: Mapping[dt.date, int],
    calendar: SchoolCalendar, as_of: dt.date, last_school_day: dt.date | None,
) -> Run:  # fmt: skip
    start, end = group[0], group[-1]
    is_open = end == last_school_day
    until = as_of if is_open and not half else end
    back = end if half else None if is_open else calendar.nth_after(end, 1)
    excused = tuple(d for d in calendar.between(start, end) if d in leave) if leave else ()
    return Run(
        start=start,
        last_absent=end,
        open=is_open,
        school_days=HALF_DAY if half else float(len(group)),
        calendar_days=(until - start).days + 1,
        back=back,
        index=where.get(start, -1),
        excused=excused,
    )


def spell_errors(
    spells: Sequence[Spell],
    written: Sequence[object],
    calendar: SchoolCalendar,
    as_of: dt.date,
) -> list[SpellError]:
    """Errors in one pupil's ledger rows; ``written[spell.index]`` is the day count of a row.

    Expected are the school days of the row as it stands, up to ``as_of``, 0.5 for half a day; rows
    of leave are counted too.  Rows without leave are compared with the one before that reaches
    furthest: the same dates are spell_twice, common days spell_overlap, and a row that begins before
    any school day has passed since the return date is spell_split, since it shows no real return.
    """
    ordered = sorted(spells, key=_order)
    errors: list[SpellError] = []
    for spell in ordered:
        expected = spell_days(spell, calendar, as_of)
        days = written[spell.index] if 0 <= spell.index < len(written) else None
        if days is None or days == "":
            errors.append(SpellError("days_blank", spell.start, spell.index, -1, expected))
        elif not isinstance(days, (int, float)) or float(days) != expected:
            errors.append(SpellError("days_wrong", spell.start, spell.index, -1, expected))
    furthest: Spell | None = None
    for spell in (spell for spell in ordered if spell.kind is LeaveKind.UNEXCUSED):
        kind = _clash(furthest, spell, calendar) if furthest else ""
        if furthest and kind:
            errors.append(SpellError(kind, furthest.start, furthest.index, spell.index))
        if furthest is None or _end(spell) > _end(furthest):
            furthest = spell
    return errors


def _end(spell: Spell) -> dt.date:
    return spell.back or dt.date.max


def _clash(first: Spell, second: Spell, calendar: SchoolCalendar) -> str:
    """What is wrong with two rows of one pupil, ``second`` not beginning before ``first``."""
    if (first.start, first.back) == (second.start, second.back):
        return "spell_twice"
    if second.start < _end(first) or second.start == first.start:
        return "spell_overlap"
    if first.back is None or _is_half(first) or _is_half(second):
        return ""
    no_return = calendar.count(first.back, second.start - dt.timedelta(days=1)) == 0
    return "spell_split" if no_return else ""


def spell_days(spell: Spell, calendar: SchoolCalendar, as_of: dt.date) -> float:
    """School days of one ledger row as written, up to ``as_of``; 0.5 for half a day."""
    days = float(len(_days_of(spell, calendar, as_of)))
    return days * HALF_DAY if _is_half(spell) else days


def cumulative_from_marks(
    marks: Sequence[str], days: Sequence[dt.date], calendar: SchoolCalendar, as_of: dt.date
) -> dict[LeaveKind, float]:
    """累计 school days absent of one pupil by kind, halves as 0.5; kinds without a day are left out."""
    total: dict[LeaveKind, float] = {}
    if _KIND_OF.keys().isdisjoint(marks):
        return total
    for day, mark in zip(days, marks, strict=False):
        if mark in _KIND_OF and day <= as_of and calendar.is_school_day(day):
            kind, weight = _KIND_OF[Mark(mark)]
            total[kind] = total.get(kind, 0.0) + weight
    return total


def cumulative_from_spells(
    spells: Sequence[Spell], calendar: SchoolCalendar, as_of: dt.date
) -> dict[LeaveKind, float]:
    """累计 school days absent of one pupil in the term by kind; a day written twice counts once.

    A whole day wins over a half one, and leave over absence without leave.
    """
    order = (LeaveKind.UNEXCUSED, LeaveKind.PERSONAL, LeaveKind.SICK)
    best: dict[dt.date, tuple[float, int]] = {}
    for spell in spells:
        weight = HALF_DAY if _is_half(spell) else 1.0
        rank = (weight, order.index(spell.kind))
        for day in _days_of(spell, calendar, as_of):
            if day < calendar.term_start:
                continue
            best[day] = max(best.get(day, rank), rank)
    total: dict[LeaveKind, float] = {}
    for weight, place in best.values():
        total[order[place]] = total.get(order[place], 0.0) + weight
    return total


def absent_days(run: Run, calendar: SchoolCalendar) -> tuple[dt.date, ...]:
    """School days of a run in order; leave days inside it (policy setting) are left out."""
    days = calendar.between(run.start, run.last_absent)
    return tuple(day for day in days if day not in run.excused) if run.excused else days


def longest(runs: Iterable[Run], *, only_open: bool = False) -> tuple[float, int]:
    """(school days, calendar days) of the longest run by each measure; (0, 0) without one."""
    counted = [run for run in runs if run.open or not only_open]
    return (
        max((run.school_days for run in counted), default=0.0),
        max((run.calendar_days for run in counted), default=0),
    )
