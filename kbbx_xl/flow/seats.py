"""The same child in several units (跨校核对): twice on roll (D01), transferred (D03), lost on the way (D02)."""

from __future__ import annotations

import ast
import dataclasses
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kbbx_xl.flow.result import County, Duplicate, Transfer
from kbbx_xl.flow.source import Source
from kbbx_xl.model import Finding

TRANSFERRED_OUT = "转出"
Row = tuple[str, str, str, bool, int]  # key, student_no, status, enrolled, row
LEFT, FIRST = 1, 2
HASHED = 32  # characters of a number that its hash is made of
_WEIGHTS = np.multiply.accumulate(np.full(HASHED, 0x9E3779B97F4A7C15, np.uint64))


@dataclass(frozen=True, slots=True)
class Seats:
    """As much of one roster as the checks between schools need.

    Packed, because a province holds those of all its children at once: a line a row, as Python shows it, and
    a hash of 8 bytes of its key and of its student number (0: blank), which tell whether the row must
    be looked at.  ``flags``, a byte a row: LEFT, and FIRST for a number that is no key of the roster
    and stands in no row before.
    """

    source: Source
    keys: bytes
    numbers: bytes
    flags: bytes
    lines: bytes

    @classmethod
    def of(cls, source: Source, rows: Iterable[Row]) -> Seats:
        """The seats of one roster."""
        every = [(key, no, status, bool(on), int(row)) for key, no, status, on, row in rows]
        keys, numbers = [row[0] for row in every], [row[1] for row in every]
        seen = {"", *keys}
        flags = bytearray()
        for _, number, status, *_ in every:
            flags.append(FIRST * (number not in seen) | LEFT * (status == TRANSFERRED_OUT))
            seen.add(number)
        lines = "\n".join(map(repr, every)).encode()
        return cls(source, _marks(keys), _marks(numbers), bytes(flags), lines)

    def rows(self, places: Iterable[int]) -> list[Row]:
        """The rows at some places, counted from 0."""
        lines = self.lines.split(b"\n")
        return [ast.literal_eval(lines[at].decode()) for at in places]


def _marks(numbers: Sequence[str]) -> bytes:
    """A hash of each number, the same on every computer."""
    if not numbers:
        return b""
    letters = np.array(numbers, f"U{HASHED}").view(np.uint32).reshape(len(numbers), HASHED)
    return (letters.astype(np.uint64) @ _WEIGHTS).tobytes()


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
    places = _worth_a_look([seats for _, seats in rosters])
    opened = [seats.rows(at) for (_, seats), at in zip(rosters, places, strict=True)]
    times = Counter(number for rows in opened for number in _numbers(rows))
    twice = {number for number, count in times.items() if count > 1}
    found: dict[str, list[_Seat]] = defaultdict(list)
    for (unit, seats), rows in zip(rosters, opened, strict=True):
        for key, number, status, enrolled, row in rows:
            if status == TRANSFERRED_OUT or key in twice or number in twice:
                person = number if number in twice or not key else key
                at = dataclasses.replace(seats.source, row=row)
                found[person].append(_Seat(unit, key, status, enrolled, at))
    return found


def _worth_a_look(rosters: Sequence[Seats]) -> list[list[int]]:
    """Of each roster the places of the rows that may share a number with another, or who left."""
    keys = np.frombuffer(b"".join(seats.keys for seats in rosters), np.uint64)
    numbers = np.frombuffer(b"".join(seats.numbers for seats in rosters), np.uint64)
    flags = np.frombuffer(b"".join(seats.flags for seats in rosters), np.uint8)
    counted = np.sort(np.concatenate([keys[keys != 0], numbers[flags & FIRST != 0]]))
    alike = np.unique(counted[1:][counted[1:] == counted[:-1]])
    worth = np.isin(keys, alike) | np.isin(numbers, alike) | (flags & LEFT != 0)
    ends = np.cumsum([len(seats.flags) for seats in rosters], dtype=int)
    return [np.flatnonzero(mine).tolist() for mine in np.split(worth, ends)[:-1]]


def _numbers(rows: Iterable[Row]) -> list[str]:
    """Every key of a roster, and once each student number that is no key there; no blank."""
    keys = [row[0] for row in rows if row[0]]
    return [*keys, *({row[1] for row in rows if row[1]}.difference(keys))]


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
