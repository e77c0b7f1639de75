"""`make bench`: all steps on all counties, or with options one part of them; then docs/bench.md."""

from __future__ import annotations

import argparse
import importlib
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks import county as whole
from benchmarks import make, reading
from benchmarks.asked import LARGE, PANDAS, key
from benchmarks.child import STEPS
from benchmarks.contest import (
    PATIENCE,
    RESULTS,
    Entry,
    Sample,
    Section,
    child,
    hold,
    load_results,
    save_results,
)
from benchmarks.contestant import Contestant
from benchmarks.page import COUNTIES, PAGE, page

OF_FOLDERS = ("read", "join", "county")
ALONE = ("write", "ids", "absence", "functions")
EVERY = 10  # of a large county the slow readers read one file in ten
SLOW = (PANDAS, "pandas + calamine", "duckdb read_xlsx", "polars")


@dataclass(frozen=True, slots=True)
class Part:
    """What is measured in turns together: the steps on one county, or (``schools`` 0) without one."""

    steps: tuple[str, ...]
    schools: int
    kind: str
    rounds: int


PLAN = (
    Part(("read", "county"), 25, make.CLEAN, 3),
    Part(("read", "county"), 25, make.MESSY, 3),
    Part(("read", "county"), 250, make.CLEAN, 3),
    Part(("join",), 250, make.CLEAN, 1),
    Part(("read", "county"), 250, make.MESSY, 3),
    Part(("read", "county"), 250, make.GRID, 1),
    Part(("read", "county"), LARGE, make.CLEAN, 1),
    Part(("county",), LARGE, make.MESSY, 1),
    Part(("ids", "absence"), 0, "", 3),
    Part(("write",), 0, "", 2),
    Part(("functions",), 0, "", 1),
)


def main() -> None:
    options = options_of()
    start = time.perf_counter()
    kept = load_results()
    for part in chosen(options):
        sections = _measured(part, options)
        for name, section in sections.items():
            refuse_differences(name, section)
        known = part.schools == 0 or (part.schools, part.kind) in COUNTIES
        if known and not options.only:
            kept.update(sections)
            save_results(kept)
            PAGE.write_text(page(kept), encoding="utf-8")
            print(", ".join(str(path.relative_to(make.ROOT)) for path in (PAGE, RESULTS)))
        else:
            _show(sections)
    print(f"{time.perf_counter() - start:.0f} s")


def options_of(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--step", action="append", choices=[*OF_FOLDERS, *ALONE])
    parser.add_argument(
        "--schools", type=int, action="append", help="25, 250, 2500; others are only shown"
    )
    parser.add_argument("--kind", action="append", choices=make.KINDS)
    parser.add_argument("--rounds", type=int, default=0)
    parser.add_argument(
        "--patience", type=float, default=PATIENCE, help="seconds for one contestant"
    )
    parser.add_argument(
        "--only", action="append", help="contestants whose name holds this; only shown"
    )
    return parser.parse_args(arguments)


def chosen(options: argparse.Namespace) -> list[Part]:
    """The whole plan, or what the options leave of it and add to it."""
    steps = options.step or [*OF_FOLDERS, *ALONE]
    planned = []
    for part in PLAN:
        wanted = tuple(step for step in part.steps if step in steps)
        sized = not options.schools or part.schools in options.schools
        alike = not options.kind or part.kind in options.kind
        if wanted and (part.schools == 0 or (sized and alike)) and _asked(options, part):
            planned.append(Part(wanted, part.schools, part.kind, options.rounds or part.rounds))
    have = {(step, part.schools, part.kind) for part in planned for step in part.steps}
    for schools in options.schools or ():
        for kind in options.kind or [make.CLEAN]:
            more = tuple(s for s in OF_FOLDERS if s in steps and (s, schools, kind) not in have)
            if more and (options.step or (schools, kind) not in COUNTIES):
                planned.append(Part(more, schools, kind, options.rounds or 1))
    return planned


def _asked(options: argparse.Namespace, part: Part) -> bool:
    """Steps without a county are not run when sizes or kinds of counties are asked for."""
    return part.schools > 0 or not (options.schools or options.kind) or bool(options.step)


def _measured(part: Part, options: argparse.Namespace) -> dict[str, Section]:
    entries = list(_entries(part))
    if options.only:
        entries = [e for e in entries if any(word in e.name for word in options.only)]
    return hold(entries, part.rounds, patience=options.patience)


def _entries(part: Part) -> Iterator[Entry]:
    if not part.schools:
        for step in part.steps:
            yield from _of_step(step)
        return
    start = time.perf_counter()
    county = make.county(part.schools, part.kind)
    print(f"{county.title}: ready after {time.perf_counter() - start:.0f} s", flush=True)
    for step in part.steps:
        section = key(step, part.schools, part.kind)
        if step == "county":
            yield from whole.entries(section, county, all_three=part.schools < LARGE)
        else:
            yield from _readers(step, section, county)


def _of_step(step: str) -> Iterator[Entry]:
    for contestant in _contestants(step):
        yield Entry(step, contestant.name, _run(step, contestant), contestant.missing)


def _readers(step: str, section: str, county: make.County) -> Iterator[Entry]:
    for contestant in _contestants(step):
        every = _every(contestant.name, county)
        folder = f"{county.folder}::{every}"
        missing = contestant.missing
        if contestant.name == reading.OFFICE:
            missing = missing or reading.office_missing()
        yield Entry(section, contestant.name, _run(step, contestant, folder, every), missing, every)


def refuse_differences(name: str, section: Section) -> None:
    """SystemExit when contestants came to different answers: then their times are not comparable."""
    step = name.partition(" ")[0]
    if step not in ("read", "join", "ids", "absence"):
        return
    apart = {reading.OURS, *section.scaled}
    answers = {who: seen for who, seen in section.seen.items() if who not in apart}
    told = {str(seen) for seen in answers.values()}
    if len(told) > 1:
        raise SystemExit(f"{name}: different answers: {answers}")


def _every(name: str, county: make.County) -> int:
    """One file in how many is read; what that costs is multiplied."""
    if name == reading.OFFICE:
        return max(1, county.schools // 25)
    return EVERY if county.schools >= LARGE and name in SLOW else 1


def _contestants(step: str) -> Iterable[Contestant]:
    return importlib.import_module(STEPS[step]).contestants(step).values()


def _run(
    step: str, contestant: Contestant, argument: str = "", times: int = 1
) -> Callable[[], tuple[Sample, Any]]:
    return lambda: child(step, contestant.name, argument, times=times)


def _show(sections: dict[str, Section]) -> None:
    for name, section in sections.items():
        print(f"\n{name}")
        for contestant in section.samples:
            cost = section.median(contestant)
            if cost:
                print(
                    f"  {contestant}: {cost.wall:.2f} s, processor {cost.cpu:.2f} s, {cost.memory / 1e6:.0f} MB"
                )


if __name__ == "__main__":
    main()
