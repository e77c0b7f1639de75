"""docs/excel-calls.md: how often each button of the ribbon asks Excel, by the size of the school.

    python -m benchmarks.com_calls [-o docs/excel-calls.md] [--pupils 300 3000]     (takes some minutes)

Every button is pressed on the tests' Excel, where each call that would cross to Excel's own process is
counted.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from kbbx_xl.excel.commands import COMMANDS
from tests.excel.calls import PRESSES, press_all, write_school

Costs = Mapping[str, int]
EVERY = 10  # where findings grow with the rows, each tenth pupil has a wrong number and is away
MARKING = ("check", "flag", "clear")
HEAD = """# Calls to Excel

Each call from Python to Excel crosses from one process into another, which takes far longer than what
is asked. So a workbook is read and written in blocks, and the number of calls does not depend on the
number of pupils. `python -m benchmarks.com_calls` writes this page; `tests/excel/test_com_calls.py`
holds it.

## With as many findings in a small school as in a large one

A registration workbook with roster, roll call and ledgers, three pupils over a threshold, one row
selected, two schools in the folder of the county.

"""
GROWING = """
## With findings that grow with the school

Each tenth pupil has a wrong number and is away.

"""
GROWS = """
## What may grow, and with what

| what | calls |
|---|---|
| a note on a cell | 2 to add, 3 to look at again, for the first {notes} cells of a command; {sheet} holds all |
| colours | 5 to paint and 4 to take off for as many cells as an address of 245 characters holds: a column of neighbours whatever its length, or about 40 cells that lie apart |
| patches of another fill among the marked cells | about 100 each among 1,000 cells |
| merged blocks among the marked cells | about 70 each among 1,000 cells |
| selected rows, for letters and printing | 1 while all are in sight; where a filter hides some between, a few for each stretch |
| pupils selected for 打印登记表 | 3 each: choose, calculate, print |
| files in a folder that is gathered | 1 each, the text in the status bar |
| sheets of the workbook | about 35 each |
"""


def measure(case: tuple[int, int]) -> dict[str, int]:
    """Calls of each button for (pupils, every); with ``every`` only of those that mark."""
    pupils, every = case
    with tempfile.TemporaryDirectory() as place:
        os.environ["KBBX_STATE"] = f"{place}/state"
        school = write_school(Path(place) / "office", pupils=pupils, every=every)
        presses = [press for press in PRESSES if not every or press.command in MARKING]
        return {name: cost.total() for name, (cost, _) in press_all(school, presses).items()}


def table(sizes: Sequence[int], costs: Sequence[Costs]) -> str:
    """One line a button; buttons that cost the same share it."""
    titles = {command.id: command.title for command in COMMANDS}
    alike: dict[tuple[int, ...], list[str]] = {}
    for name in costs[0]:
        command, _, where = name.partition("@")
        title = titles[command] + ("（本校）" if where else "")
        alike.setdefault(tuple(cost[name] for cost in costs), []).append(title)
    head = " | ".join(f"{size:,} pupils" for size in sizes)
    lines = [f"| button | {head} |", "|---|" + "---:|" * len(sizes)]
    for calls, names in alike.items():
        lines.append(f"| {'、'.join(names)} | {' | '.join(f'{one:,}' for one in calls)} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", "--output", type=Path, default=Path("docs/excel-calls.md"))
    parser.add_argument("--pupils", type=int, nargs="+", default=[300, 3000])
    given = parser.parse_args()
    sizes = given.pupils
    with ProcessPoolExecutor(2) as pool:
        costs = list(pool.map(measure, [(n, every) for every in (0, EVERY) for n in sizes]))
    from kbbx_xl.excel.marks import MOST_NOTES

    page = HEAD + table(sizes, costs[: len(sizes)]) + GROWING + table(sizes, costs[len(sizes) :])
    page += GROWS.format(notes=MOST_NOTES, sheet="问题清单")
    given.output.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
