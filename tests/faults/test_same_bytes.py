"""The same submissions give the same bytes: at another time, elsewhere, by another number of processes."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from tests.faults.kills import ROOT
from tests.faults.small_county import NEW_DAY, Stage, fresh, held, words

# so far apart that it is another day; two languages; other orders of sets
HERE = {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONHASHSEED": "1"}
THERE = {"TZ": "Pacific/Pago_Pago", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "2"}
ZIP_CLOCK = 2.1  # seconds until a clock in a zip file shows another time


def written(stage: Stage, env: dict[str, str], jobs: str) -> dict[str, bytes]:
    with fresh(stage, old=False) as (results, aside):
        args = [*words(stage.county, results, NEW_DAY)[:-1], jobs]
        subprocess.run(
            [sys.executable, "-m", "kbbx_xl", *args],
            env={**os.environ, **env, "TMPDIR": str(aside), "PYTHONPATH": str(ROOT)},
            check=True,
            capture_output=True,
        )
        assert not [p for p in aside.rglob("*") if p.is_file()]
        return held(results)


def test_another_time_place_and_number_of_processes(stage: Stage) -> None:
    first = written(stage, HERE, "1")
    time.sleep(ZIP_CLOCK)
    second = written(stage, THERE, "2")
    assert len(first) == 6
    assert {name for name in first if first[name] != second.get(name)} == set()
    assert first == stage.fresh


def test_run_again_nothing_is_touched(stage: Stage, tmp_path: Path) -> None:
    """The same set over itself: no new files, no backups, no new times."""
    from tests.faults.small_county import forked, put

    with fresh(stage, old=False) as (results, _):
        put(stage.fresh, results)
        times = {p: p.stat().st_mtime_ns for p in results.rglob("*") if p.is_file()}
        assert forked(words(stage.county, results, NEW_DAY), tmp_path)[0] == 0
        assert {p: p.stat().st_mtime_ns for p in results.rglob("*") if p.is_file()} == times
