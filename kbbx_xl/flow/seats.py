"""The same child in several units (跨校核对): twice on roll (D01), transferred (D03), lost on the way (D02)."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kbbx_xl.flow.result import County, Duplicate, Transfer
from kbbx_xl.flow.source import Source
from kbbx_xl.model import Finding

TRANSFERRED_OUT = "转出"
Columns = tuple[list[str], list[str], list[str], list[bool], list[int]]


@dataclass(frozen=True, slots=True)
class Seats:
    """As much of one roster as the checks between schools need.

    Packed, because a province holds those of all its children at once: a fifth of the memory.
    """

    source: Source
    packed: bytes

    @classmethod
    def of(
        cls,
        source: Source,
        key: Sequence[str],
        student_no: Sequence[str],
        status: Sequence[str],
        enrolled: Sequence[bool],
        row: Sequence[int],
    ) -> Seats:
        """The seats of one roster, column by column."""
        texts = map(list, (key, student_no, status))
        columns = [*texts, [*map(bool, enrolled)], [*map(int, row)]]
        told = json.dumps(columns, ensure_ascii=False, separators=(",", ":"))
        return cls(source, told.encode("utf-8", "surrogatepass"))

    def columns(self) -> Columns:
        """key, student_no, status, enrolled, row."""
        key, student_no, status, enrolled, row = json.loads(
            self.packed.decode("utf-8", "surrogatepass")
        )
        return key, student_no, status, enrolled, row


@dataclass(frozen=True, slots=True)
class _Seat:
    """One row of one unit's roster."""

    unit: str
    key: str
    status: str
    enrolled: bool
    at: Source

    @property
    def left(self) -> bool:
        return self.status == TRANSFERRED_OUT


def check_persons(
    county: County,
    rosters: Iterable[tuple[str, Seats]],
    outside: Mapping[tuple[str, str], str],
) -> None:
    """Write the duplicates and transfers of the county, and their findings.

    ``rosters``: unit and seats; ``outside``: unit and key -> the school of another county where
    学籍异动 says a pupil went.
    """
    for group in _same_person(_shared(list(rosters))):
        _judge(county, group, outside)
    county.duplicates.sort(key=lambda d: (d.key, d.units))
    county.transfers.sort(key=lambda t: (t.key, t.out))


def _shared(rosters: Sequence[tuple[str, Seats]]) -> dict[str, list[_Seat]]:
    """Number -> the rows that bear it: of every number that several rows bear, and of all who left."""
    twice = _twice([roster for _, roster in rosters])
    seats: dict[str, list[_Seat]] = defaultdict(list)
    for unit, roster in rosters:
        for key, number, status, enrolled, row in zip(*roster.columns(), strict=True):
            if status == TRANSFERRED_OUT or key in twice or number in twice:
                person = number if number in twice or not key else key
                at = dataclasses.replace(roster.source, row=row)
                seats[person].append(_Seat(unit, key, status, enrolled, at))
    return seats


def _twice(rosters: Sequence[Seats]) -> set[str]:
    """Keys and student numbers that stand in more than one row.

    Most stand in one.  Their hashes tell, and take an eighth of the memory of the numbers.
    """
    marks = [np.fromiter(map(hash, _numbers(seats)), np.int64) for seats in rosters]
    ordered = np.sort(np.concatenate([np.empty(0, np.int64), *marks]))
    again = ordered[1:][ordered[1:] == ordered[:-1]]
    alike = set(again.tolist())
    times: Counter[str] = Counter()
    for seats, mine in zip(rosters, marks, strict=True):
        if not alike.isdisjoint(mine.tolist()):
            times.update(number for number in _numbers(seats) if hash(number) in alike)
    return {number for number, count in times.items() if count > 1 and number}


def _numbers(seats: Seats) -> list[str]:
    """Every key of a roster, and once each student number that is no key there."""
    key, student_no, *_ = seats.columns()
    return [*key, *set(student_no).difference(key)]


def _same_person(seats: dict[str, list[_Seat]]) -> list[list[_Seat]]:
    """Rows joined by 学籍号 or by key; a key shared under different 学籍号 still joins them."""
    by_key: dict[str, str] = {}
    groups: dict[str, list[_Seat]] = {}
    for person, rows in sorted(seats.items()):
        home = next((by_key[s.key] for s in rows if s.key in by_key), person)
        groups.setdefault(home, []).extend(rows)
        by_key.update((s.key, home) for s in rows if s.key)
    return list(groups.values())


def _judge(county: County, group: list[_Seat], outside: Mapping[tuple[str, str], str]) -> None:
    """``outside``: unit and key -> the school of another county where 学籍异动 says a pupil went."""
    enrolled = [s for s in group if s.enrolled]
    key = next((s.key for s in group if s.key[:1].isdigit()), group[0].key)
    homes = sorted({s.unit for s in enrolled})
    if len(homes) > 1:
        places = tuple(s.at for s in enrolled)
        county.duplicates.append(Duplicate(key, tuple(homes), places))
        for seat in enrolled:
            other = next(u for u in homes if u != seat.unit)
            county.findings.append(_finding("D01", seat, other=other))
    for seat in group:
        if not seat.left:
            continue
        into = next((s for s in enrolled if s.unit != seat.unit), None)
        places = (seat.at,) if into is None else (seat.at, into.at)
        away = "" if into else outside.get((seat.unit, seat.key), "")
        county.transfers.append(Transfer(key, seat.unit, into.unit if into else "", places, away))
        params = {"other": into.unit} if into else {}
        code = "D03" if into else "D10" if away else "D02"
        county.findings.append(_finding(code, seat, **params))


def _finding(code: str, seat: _Seat, **params: object) -> Finding:
    at = seat.at
    return Finding(code, at.file, at.sheet, f"A{at.row}", params, seat.unit)
