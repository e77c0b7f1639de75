"""The step ``ids``: 80,000 身份证号, three in a hundred of them wrong in one of the usual ways.

Seen are how many are usable and the checksum of all verdicts, the same for all contestants: what only
we repair (full-width digits, spaces, a quotation mark) is left out.  python-stdnum knows the county of
a number, we its province: the numbers carry a county that both know.  They stay in memory.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from random import Random

from benchmarks import ours
from benchmarks.contestant import Contestant

COUNT = 80_000
COUNTY = "411328"
WRONG = 0.03
STDNUM, LOOP, OURS = (
    "python-stdnum cn.ric.is_valid, loop",
    "kbbx_xl check_id, loop",
    "kbbx_xl check_ids",
)


def load(argument: str, number: int) -> list[str]:
    """``count``, by default 80,000."""
    return invented(int(argument or COUNT), number)


def invented(count: int, seed: int = 0) -> list[str]:
    """Numbers as they are written, good and bad."""
    from kbbx_xl.demo.people import check_character

    chance = Random(seed)
    first = dt.date(2011, 1, 1)
    births = [f"{first + dt.timedelta(days=n):%Y%m%d}" for n in range(3300)]
    made = []
    for _ in range(count):
        body = f"{COUNTY}{chance.choice(births)}{chance.randrange(1000):03d}"
        good = body + check_character(body)
        made.append(_spoilt(good, chance) if chance.random() < WRONG else good)
    return made


def _spoilt(good: str, chance: Random) -> str:
    """Cut, doubled, mistyped, an impossible day, a letter, rounded by Excel, or nothing."""
    from kbbx_xl.demo.people import check_character

    no_day = good[:10] + "1332" + good[14:17]
    return chance.choice((
        good[:17], good + "0", good[:17] + ("1" if good[17] != "1" else "2"),
        no_day + check_character(no_day), good[:8] + "O" + good[9:], good[:15] + "000", "无", "",
    ))  # fmt: skip


def stdnum_loop(written: Sequence[str]) -> list[bool]:
    from stdnum.cn.ric import is_valid

    return [is_valid(number) for number in written]


def _seen(usable: Sequence[bool]) -> dict[str, object]:
    digest = hashlib.sha256(bytes(usable)).hexdigest()[:12]
    return {"usable": sum(usable), "verdicts": digest}


def contestants(_step: str) -> Mapping[str, Contestant]:
    """All ways by name."""
    found = (
        Contestant(STDNUM, load, stdnum_loop, ("stdnum",), _seen),
        Contestant(LOOP, load, ours.check_one_by_one, (), _seen),
        Contestant(OURS, load, ours.check_column, (), lambda column: _seen(ours.usable(column))),
    )
    return {contestant.name: contestant for contestant in found}
