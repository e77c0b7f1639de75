"""One call of a worksheet function over 100,000 cells, beside 100,000 calls of one cell each.

Run ``python -m benchmarks.functions``.  Both go through xlwings' own ``CallUDF`` on stand-ins for
pywin32.  Excel is another process, here as there: every member that xlwings reads of a range, its bulk
of values too, and the call itself are a message over a pipe and its answer, in place of COM, which is
slower.  The single calls are measured on a sample and scaled.
"""

from __future__ import annotations

import datetime as dt
import multiprocessing
import random
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection

from kbbx_xl.excel.functions.table import MODULE
from tests.excel import winstub
from tests.ids import with_check

CELLS, SAMPLE = 100_000, 2_000
MOST = 1 / 50  # of the cost of single calls
ROUNDS = 3  # the best of so many counts
MISSING = -2147352572  # an argument left out, as Excel passes it
OBJECTS = ("Worksheet", "Parent", "Application", "Rows")
VALUES = ("Value", "Count", "Hwnd")
Rows = tuple[tuple[object, ...], ...]


class Excel:
    """A process that holds ranges; what it is asked of one, it answers."""

    def __init__(self, ranges: Sequence[Rows]) -> None:
        self._near, far = multiprocessing.Pipe()
        self._process = multiprocessing.Process(target=_serve, args=(far, ranges), daemon=True)
        self._process.start()

    def ask(self, place: int, name: str) -> object:
        self._near.send((place, name))
        return self._near.recv()

    def close(self) -> None:
        self._process.terminate()
        self._process.join()


def _serve(pipe: Connection, ranges: Sequence[Rows]) -> None:
    """Answer for ever: values, sizes, a window handle; other members are objects: None."""
    while True:
        place, name = pipe.recv()
        rows = ranges[place]
        one = rows[0][0] if len(rows) == 1 else rows
        pipe.send({"Value": one, "Count": len(rows), "Hwnd": winstub.HWND}.get(name))


class OneColumn:
    """Every range here is one column wide."""

    Count = 1


class Far(winstub.CDispatch):
    """A range in the other process, as far as reading an argument needs one; also its sheet, its rows."""

    CLSID = winstub.RANGE_IID
    Row = Column = 1
    Columns = OneColumn

    def __init__(self, excel: Excel, place: int) -> None:
        self._excel, self._place = excel, place
        self._oleobj_ = winstub.OleObject(winstub.RANGE_IID)

    def __getattr__(self, name: str) -> object:
        if name not in (*OBJECTS, *VALUES):
            raise AttributeError(name)
        answer = self._excel.ask(self._place, name)
        return self if name in OBJECTS else answer


@dataclass(frozen=True, slots=True)
class Case:
    """One function: the column it is given, and its other arguments."""

    title: str
    python: str
    column: Sequence[object]
    others: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of one call over all cells, and of as many calls of one cell each."""

    title: str
    together: float
    single: float

    @property
    def share(self) -> float:
        return self.together / self.single


def cases(count: int = CELLS) -> list[Case]:
    """Invented pupils: usual ids of area 520000, dates of birth, days of absence."""
    chance = random.Random(3)
    first = dt.datetime(2011, 1, 1, tzinfo=dt.UTC)
    births = [first + dt.timedelta(days=chance.randrange(3300)) for _ in range(count)]
    days = [chance.randrange(61) / 2 for _ in range(count)]
    return [
        Case("KBBX_ID_CHECK", "id_check", [_number(b, chance.randrange(1000)) for b in births]),
        Case("KBBX_AGE", "age", births, (dt.datetime(2026, 9, 1, tzinfo=dt.UTC),)),
        Case("KBBX_STEP", "step", days, (MISSING, "tanghe", MISSING, None)),
    ]


def _number(birth: dt.datetime, order: int) -> str:
    return with_check(f"520000{birth:%Y%m%d}{order:03d}")


def measure(case: Case, *, sample: int = SAMPLE) -> Cost:
    """Both ways of asking, the best of some rounds each."""
    winstub.install()
    from xlwings.com_server import XLPython  # needs the stand-ins

    call = XLPython().CallUDF
    ones = range(1, sample + 1)
    whole = tuple((value,) for value in case.column)
    excel = Excel([whole, *[((value,),) for value in case.column[:sample]]])

    def ask(place: int) -> None:
        excel.ask(place, "CallUDF")
        target = Far(excel, place)
        call(MODULE, case.python, (target, *case.others), None, target)

    def single() -> None:
        for place in ones:
            ask(place)

    ask(1)
    cost = Cost(case.title, _best(lambda: ask(0)), _best(single) * len(whole) / sample)
    excel.close()
    return cost


def _best(action: Callable[[], None]) -> float:
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> int:
    costs = [measure(case) for case in cases()]
    print(f"{CELLS:,} cells; single calls measured on {SAMPLE:,} and scaled; best of {ROUNDS}")
    print(f"{'function':<16}{'one call':>12}{'single calls':>16}{'share':>10}")
    for cost in costs:
        print(
            f"{cost.title:<16}{cost.together:>10.3f} s{cost.single:>14.2f} s{f'1/{1 / cost.share:.0f}':>10}"
        )
    return int(any(cost.share >= MOST for cost in costs))


if __name__ == "__main__":
    sys.exit(main())
