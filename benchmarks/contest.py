"""Contestants, each run in fresh processes, turn by turn, and what their runs cost."""

from __future__ import annotations

import datetime as dt
import importlib.metadata
import json
import os
import platform
import re
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import measure

RESULTS = Path(__file__).with_name("results.json")
PATIENCE = 35.0  # seconds of one contestant after which it is given no more turns
MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Sample:
    """One run: seconds and bytes; ``step``: seconds of the step alone, without start and imports."""

    wall: float
    cpu: float
    memory: float
    step: float


@dataclass(slots=True)
class Section:
    """All runs of one step on one county (or on none), and where and when they were made."""

    made: dict[str, str] = field(default_factory=dict)
    samples: dict[str, list[Sample]] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    scaled: dict[str, int] = field(default_factory=dict)
    seen: dict[str, Any] = field(default_factory=dict)

    def median(self, name: str) -> Sample | None:
        """Of each figure by itself; of memory the most."""
        runs = self.samples.get(name)
        if not runs:
            return None
        mid = {
            key: statistics.median(getattr(r, key) for r in runs) for key in ("wall", "cpu", "step")
        }
        return Sample(**mid, memory=max(run.memory for run in runs))


@dataclass(frozen=True, slots=True)
class Entry:
    """One contestant in the turns: the section it belongs to, and how to run it once."""

    section: str
    name: str
    run: Callable[[], tuple[Sample, Any]]
    missing: str = ""
    scaled: int = 1


def child(step: str, name: str, argument: str = "", *, times: int = 1) -> tuple[Sample, Any]:
    """One contestant of a step in a fresh process, its seconds multiplied; and what it saw."""
    command = [sys.executable, "-m", "benchmarks.child", step, name, argument]
    cost = measure.run(command)
    told = json.loads(cost.said.strip().splitlines()[-1])
    seconds = told["seconds"] * times
    return Sample(cost.wall * times, cost.cpu * times, cost.memory, seconds), told["seen"]


def hold(
    entries: Sequence[Entry], rounds: int, *, patience: float = PATIENCE
) -> dict[str, Section]:
    """All entries once a round, in turn; who has used up ``patience`` gets no more turns.

    A contestant that fails is told as missing; the others go on.
    """
    sections: dict[str, Section] = {}
    spent: dict[tuple[str, str], float] = {}
    for number in range(1, rounds + 1):
        for entry in entries:
            section = sections.setdefault(entry.section, Section(made=machine()))
            if entry.missing or entry.name in section.missing:
                section.missing.setdefault(entry.name, entry.missing)
                continue
            if spent.get((entry.section, entry.name), 0.0) >= patience:
                continue
            try:
                sample, seen = entry.run()
            except subprocess.CalledProcessError as error:
                section.missing[entry.name] = f"ended with code {error.returncode}"
                continue
            section.samples.setdefault(entry.name, []).append(sample)
            section.seen[entry.name] = seen
            if entry.scaled > 1:
                section.scaled[entry.name] = entry.scaled
            used = spent.get((entry.section, entry.name), 0.0) + sample.wall / entry.scaled
            spent[entry.section, entry.name] = used
            print(
                f"round {number}: {entry.section}: {entry.name}: {sample.wall:.2f} s, "
                f"step {sample.step:.3f} s, {sample.memory / MB:.0f} MB",
                flush=True,
            )
    return sections


def machine() -> dict[str, str]:
    """Date, Python, cores and versions of this run."""
    return {
        "date": str(dt.date.today()),
        "python": platform.python_version(),
        "cores": str(os.cpu_count()),
        "libraries": ", ".join(_versions()),
    }


def _versions() -> list[str]:
    names = (
        "pandas", "openpyxl", "python-calamine", "polars", "fastexcel", "duckdb", "xlsxwriter",
        "python-stdnum", "numpy",
    )  # fmt: skip
    found = {d.metadata["Name"].lower(): d.version for d in importlib.metadata.distributions()}
    return [f"{name} {found[name]}" for name in names if name in found]


def load_results(path: Path = RESULTS) -> dict[str, Section]:
    """Sections by key; none when there is no file."""
    if not path.is_file():
        return {}
    kept = json.loads(path.read_text(encoding="utf-8"))
    return {key: _section(value) for key, value in kept.items()}


def _section(kept: Mapping[str, Any]) -> Section:
    samples = {n: [Sample(*run) for run in runs] for n, runs in kept["samples"].items()}
    return Section(**{**kept, "samples": samples})


def save_results(sections: Mapping[str, Section], path: Path = RESULTS) -> None:
    """All sections, sorted; a figure to three or four digits."""
    kept = {
        key: {
            **asdict(section),
            "samples": {n: [_rounded(run) for run in runs] for n, runs in section.samples.items()},
        }
        for key, section in sorted(sections.items())
    }
    text = json.dumps(kept, ensure_ascii=False, indent=1)
    path.write_text(_one_line_lists(text) + "\n", encoding="utf-8")


def _rounded(run: Sample) -> list[float]:
    return [round(run.wall, 4), round(run.cpu, 4), run.memory, round(run.step, 6)]


def _one_line_lists(text: str) -> str:
    """The figures of one run on one line."""
    return re.sub(r"\[\s+([-\d.,\s]+?)\s+\]", lambda m: f"[{' '.join(m[1].split())}]", text)
