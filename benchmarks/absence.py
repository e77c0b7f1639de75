"""The step ``absence``: the longest run without leave of 80,000 pupils over 22 school days.

Everyone starts from the marks in the shape that suits him best; seen are the sum of the longest runs
and their checksum.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

import numpy as np

from benchmarks import ours
from benchmarks.contestant import Contestant

PUPILS, DAYS = 80_000, 22
PRESENT, ABSENT, SICK = "√", "×", "病"
NUMPY = "numpy, one pass over the array"
OURS, OURS_MARKS = "kbbx_xl, of the array", "kbbx_xl, of marks as read"
Marks = np.ndarray[tuple[int, int], np.dtype[np.uint8]]  # pupils × days: 0 √, 1 ×, 2 病


def marks(count: int, seed: int) -> Marks:
    """Most pupils are there every day; one in eight is away for some days, some of them ill."""
    chance = np.random.default_rng(seed)
    made = np.zeros((count, DAYS), np.uint8)
    for row in chance.choice(count, count // 8, replace=False):
        start, length = chance.integers(DAYS), 1 + chance.integers(9)
        made[row, start : start + length] = 1 + (chance.random() < 0.3)
    return made


def load(argument: str, number: int) -> Marks:
    """``pupils``, by default 80,000."""
    return marks(int(argument or PUPILS), number)


def as_rows(argument: str, number: int) -> list[tuple[str, ...]]:
    """A tuple of marks a pupil, as a roll call is read."""
    return [
        tuple((PRESENT, ABSENT, SICK)[m] for m in row) for row in load(argument, number).tolist()
    ]


def _long(argument: str, number: int) -> dict[str, Any]:
    made = load(argument, number)
    pupils = np.repeat(np.arange(len(made)), DAYS)
    return {"pupil": pupils, "absent": (made == 1).ravel()}


def as_pandas(argument: str, number: int) -> Any:
    import pandas as pd

    return pd.DataFrame(_long(argument, number))


def as_polars(argument: str, number: int) -> Any:
    import polars as pl

    return pl.DataFrame(_long(argument, number))


def as_ours(argument: str, number: int) -> Any:
    return ours.roll_call(as_rows(argument, number))


def python_loop(rows: Sequence[tuple[str, ...]]) -> list[int]:
    longest = []
    for row in rows:
        best = run = 0
        for mark in row:
            run = run + 1 if mark == ABSENT else 0
            best = max(best, run)
        longest.append(best)
    return longest


def python_groupby(rows: Sequence[tuple[str, ...]]) -> list[int]:
    return [
        max((sum(1 for _ in run) for mark, run in groupby(row) if mark == ABSENT), default=0)
        for row in rows
    ]


def pandas_groupby(frame: Any) -> Any:
    change = (frame.absent != frame.absent.shift()) | (frame.pupil != frame.pupil.shift())
    lengths = frame[frame.absent].groupby([frame.pupil, change.cumsum()]).size()
    longest = lengths.groupby(level=0).max().reindex(range(len(frame) // DAYS), fill_value=0)
    return longest.to_numpy()


def polars_runs(frame: Any) -> Any:
    import polars as pl

    lengths = (
        frame.with_columns(run=pl.struct("pupil", "absent").rle_id())
        .filter("absent")
        .group_by("pupil", "run")
        .len()
    )
    longest = lengths.group_by("pupil").agg(pl.col("len").max())
    every = pl.DataFrame({"pupil": np.arange(frame.height // DAYS)})
    joined = every.join(longest, on="pupil", how="left", maintain_order="left")
    return joined["len"].fill_null(0).to_numpy()


def numpy_pass(made: Marks) -> Any:
    """Day by day over all pupils: the run so far, and the longest so far."""
    away = np.ascontiguousarray(made.T) == 1
    run = np.zeros(away.shape[1], np.uint8)
    best = np.zeros_like(run)
    for day in away:
        run += 1
        run *= day
        np.maximum(best, run, out=best)
    return best


def _seen(longest: Any) -> dict[str, object]:
    plain = np.asarray(longest).astype(np.uint8)
    return {"days": int(plain.sum()), "runs": hashlib.sha256(plain.tobytes()).hexdigest()[:12]}


def contestants(_step: str) -> Mapping[str, Contestant]:
    """All ways by name."""
    found = (
        Contestant("pandas, group-by", as_pandas, pandas_groupby, ("pandas",), _seen),
        Contestant("python, groupby a pupil", as_rows, python_groupby, (), _seen),
        Contestant("python, loop", as_rows, python_loop, (), _seen),
        Contestant("polars", as_polars, polars_runs, ("polars",), _seen),
        Contestant(NUMPY, load, numpy_pass, (), _seen),
        Contestant(OURS, load, lambda made: ours.run_lengths(made, 1), (), _seen),
        Contestant(OURS_MARKS, as_ours, ours.longest_runs, (), _seen),
    )
    return {contestant.name: contestant for contestant in found}
