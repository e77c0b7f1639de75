"""The system itself refuses the n-th write of a real command, by strace: the old set or the new one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.kills import ROOT
from tests.faults.small_county import BACKUP, MONTH, NEW_DAY, OLD_DAY, Stage, held, litter, put

pytestmark = pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")
PLACES = (0.6, 0.8, 0.9, 0.95, 0.99)  # of all writes; the files come last


def command(stage: Stage, results: Path, day: str) -> list[str]:
    words = ["merge", stage.county, "--unit", center(stage), "--month", MONTH, "--as-of", day]
    out = ["-o", results / "汇总" / "中心校.xlsx", "--json", results / "数据" / "c.json"]
    return [sys.executable, "-m", "kbbx_xl", *map(str, [*words, *out])]


def center(stage: Stage) -> str:
    from kbbx_xl.books.consolidate import load_directory

    return load_directory(stage.county)[0].centers[0].name


def run(args: list[str], *trace: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    before = ["strace", "-f", "--seccomp-bpf", *trace] if trace else []
    return subprocess.run([*before, *args], env=env, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def sets(stage: Stage) -> Iterator[tuple[Path, dict[str, bytes], dict[str, bytes], int]]:
    """Where, the set of the day before, the new one, and how many writes that takes."""
    results, count = stage.home / "strace", stage.home / "strace.txt"
    made = []
    for day in (OLD_DAY, NEW_DAY):
        shutil.rmtree(results, ignore_errors=True)
        done = run(command(stage, results, day), "-o", str(count), "-e", "trace=write")
        if done.returncode:
            pytest.skip(f"no tracing here: {done.stderr[-200:]}")
        made.append(held(results))
    yield results, *made, sum("write(" in line for line in count.read_text("latin-1").splitlines())
    shutil.rmtree(results, ignore_errors=True)


def test_a_write_that_is_refused(
    stage: Stage, sets: tuple[Path, dict[str, bytes], dict[str, bytes], int]
) -> None:
    results, old, new, writes = sets
    codes = set()
    for number, place in enumerate(PLACES):
        shutil.rmtree(results, ignore_errors=True)
        put(old, results)
        error = ("ENOSPC", "EIO")[number % 2]
        fault = f"inject=write:error={error}:when={int(writes * place)}"
        traced = ("-o", os.devnull, "-e", "trace=write", "-e", fault)
        done = run(command(stage, results, NEW_DAY), *traced)
        codes.add(done.returncode)
        assert "Traceback" not in done.stderr
        assert "程序内部出错" not in done.stderr
        now = {name: data for name, data in held(results).items() if BACKUP not in name}
        assert now in (old, new), place
        assert now == new or done.returncode == 2, done.stderr
        assert litter(results) == []
    assert 2 in codes
