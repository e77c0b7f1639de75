"""python -m tests.fuzz --count 10000 --seed 1 [--jobs 2] [--only N --keep FILE]."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

from tests.fuzz import mutants, pool
from tests.fuzz.oracle import grouped

SHOWN = 6  # numbers of mutants a signature


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", type=int, help="one mutant, in a process of its own")
    parser.add_argument("--keep", type=Path, help="where to keep the file of --only")
    options = parser.parse_args()
    numbers = range(options.count) if options.only is None else [options.only]
    if options.keep and options.only is not None:
        options.keep.write_bytes(mutants.make(options.seed, options.only).data)
    start = time.perf_counter()
    results = []
    for result in pool.run(options.seed, numbers, options.jobs):
        results.append(result)
        if len(results) % 1000 == 0:
            print(f"{len(results)} mutants, {time.perf_counter() - start:.0f} s", flush=True)
    print("\n".join(summary(results, options.seed, time.perf_counter() - start)))
    sys.exit(1 if any(result.bad for result in results) else 0)


def summary(results: list[pool.Result], seed: int, spent: float) -> list[str]:
    """Mutants by level and outcome; what must not be, with the numbers that repeat it."""
    counts = Counter((r.level, r.how) for r in results)
    levels, hows = sorted({r.level for r in results}), [*pool.CALM, *pool.FATAL]
    lines = [
        f"{len(results)} mutants of seed {seed} in {spent:.0f} s",
        "",
        "| level | " + " | ".join(hows) + " |",
    ]
    lines.append("|---|" + "---:|" * len(hows))
    lines += [
        f"| {lv} | " + " | ".join(str(counts[lv, how]) for how in hows) + " |" for lv in levels
    ]
    totals = Counter(r.how for r in results)
    lines += ["| all | " + " | ".join(str(totals[how]) for how in hows) + " |", ""]
    slow = max(results, key=lambda r: r.seconds, default=None)
    if slow:
        lines.append(f"slowest: {slow.seconds:.2f} s (number {slow.number})")
    bad = grouped(
        (r.signature, f"{r.number} ({r.what})")
        for r in sorted(results, key=lambda r: r.number)
        if r.bad
    )
    for key, found in sorted(bad.items(), key=lambda item: -len(item[1])):
        lines += [f"{len(found)} × {key}", *(f"    {one}" for one in found[:SHOWN])]
    lines.append("nothing lost, nothing raised, nothing hung" if not bad else "NOT WELL")
    return lines


if __name__ == "__main__":
    main()
