"""`make bench`: a county from folder to summaries, beside pandas + openpyxl only reading it.

Both run in fresh processes, turn by turn, on the same files; the table goes to docs/bench.md when
the county has its full size.
"""

from __future__ import annotations

import argparse
import datetime as dt
import importlib.metadata
import os
import platform
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import make, measure

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "bench.md"
FULL = (250, 80_000)
PANDAS, OURS = "pandas + openpyxl, reading only", "kbbx-xl county, folder to summaries"


def main() -> None:
    options = _options()
    size = (options.schools, options.students or options.schools * FULL[1] // FULL[0])
    folder = ROOT / "build" / "bench" / f"{size[0]}x{size[1]}"
    if not folder.is_dir():
        start = time.perf_counter()
        made = folder.with_suffix(".part")
        shutil.rmtree(made, ignore_errors=True)
        make.make(made, schools=size[0], students=size[1])
        made.rename(folder)
        print(f"county made in {time.perf_counter() - start:.0f} s: {folder.relative_to(ROOT)}")
    costs = _rounds(folder, options.rounds)
    page = _page(size, costs, options.rounds)
    print(page)
    if size == FULL:
        PAGE.write_text(page, encoding="utf-8")
        print(f"written: {PAGE.relative_to(ROOT)}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--schools", type=int, default=FULL[0])
    parser.add_argument("--students", type=int, default=0, help="default: 320 a school")
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args()


def _rounds(folder: Path, rounds: int) -> dict[str, list[measure.Cost]]:
    costs: dict[str, list[measure.Cost]] = {PANDAS: [], OURS: []}
    program = str(Path(sys.executable).with_name("kbbx-xl"))
    when = ["--month", str(make.MONTH), "--as-of", f"{make.MONTH}-20"]
    for number in range(1, rounds + 1):
        with tempfile.TemporaryDirectory() as out:
            commands = {
                PANDAS: [sys.executable, "-m", "benchmarks.read_pandas", str(folder)],
                OURS: [program, "county", str(folder), *when, "-o", out],
            }
            for name, command in commands.items():
                cost = measure.run(command)
                costs[name].append(cost)
                if name == OURS and not list(Path(out).glob("*.xlsx")):
                    raise SystemExit("kbbx-xl county wrote no summary")
                print(f"round {number}: {name}: {cost.wall:.1f} s, {cost.memory / 2**20:.0f} MiB")
    return costs


def _page(size: tuple[int, int], costs: dict[str, list[measure.Cost]], rounds: int) -> str:
    median = {
        name: (
            statistics.median(cost.wall for cost in list_),
            statistics.median(cost.cpu for cost in list_),
            max(cost.memory for cost in list_) / 2**20,
        )
        for name, list_ in costs.items()
    }
    rows = [
        f"| {name} | {wall:.1f} | {cpu:.1f} | {memory:.0f} | {median[PANDAS][0] / wall:.1f} |"
        for name, (wall, cpu, memory) in median.items()
    ]
    versions = ", ".join(f"{n} {importlib.metadata.version(n)}" for n in ("pandas", "openpyxl"))
    return "\n".join(
        [
            "# Benchmark: one county",
            "",
            f"{dt.date.today()}, Python {platform.python_version()}, {versions}, "
            f"{os.cpu_count()} cores. {size[0]} schools, {size[1]:,} pupils, five sheets a file; "
            f"medians of {rounds} rounds taken in turn, peak memory of all processes together.",
            "",
            "| | wall s | processor s | peak MiB | times as fast |",
            "|---|---|---|---|---|",
            *rows,
            "",
            "`make bench` repeats it; `make bench BENCH='--schools 20 --rounds 1'` is a small run.",
            "",
        ]
    )


if __name__ == "__main__":
    main()
