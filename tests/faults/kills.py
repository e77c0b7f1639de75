"""kill -9 at random instants of ``kbbx-xl county``: the old results or the new ones, every time.

    python -m tests.faults.kills --runs 500 --seed 1

A kill falls anywhere in a run, in its writing phase (from the lock on), or in the exchange itself
(from the journal on).  Checked each time: every file in sight is whole; after what the next command
does first, the files are one set; no content of the old ones is lost; the system's temporary folder
is empty; and the command run again ends well with the same bytes and leaves nothing behind.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from kbbx_xl.books.writing.journal import JOURNAL
from kbbx_xl.books.writing.names import LOCK, ROOM
from tests.faults.small_county import (
    NEW_DAY,
    Stage,
    build,
    fresh,
    nothing_lost,
    rerun,
    set_of,
    settle,
    start,
    wait_for,
    whole,
    words,
)

ROOT = Path(__file__).resolve().parents[2]
PHASES = ("anywhere", "writing", "exchange")
WEIGHTS = (3, 5, 2)
TRIES = 8


@dataclass(frozen=True)
class Kill:
    """One kill: when, and what was found.  ``wrong`` is "" when all is as promised."""

    phase: str
    killed: bool  # False when the run was faster
    before: str  # the set as the kill left it, before anybody mends
    after: str
    wrong: str


def seconds(stage: Stage) -> tuple[float, float]:
    """How long a whole run takes, and its writing phase."""
    with fresh(stage) as (results, aside):
        began = time.perf_counter()
        run = Run(stage, results, aside, anew=True)
        lock = results / "汇总" / LOCK
        wait_for(lock.exists, run.alive, 0.001)
        locked = time.perf_counter()
        run.wait()
        done = time.perf_counter()
    return done - began, done - locked


class Run:
    """The command in processes of its own: typed anew, or forked from this one, which saves a second."""

    def __init__(self, stage: Stage, results: Path, aside: Path, *, anew: bool) -> None:
        args = words(stage.county, results, NEW_DAY)
        self._process = None
        if anew:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "kbbx_xl", *args],
                env={**os.environ, "TMPDIR": str(aside), "PYTHONPATH": str(ROOT)},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            self.pid = self._process.pid
        else:
            self.pid = start(args, Path(os.devnull), partial(_temporary, aside))
        self._ended = False

    def alive(self) -> bool:
        if not self._ended:
            self._ended = os.waitpid(self.pid, os.WNOHANG)[0] != 0
        return not self._ended

    def kill(self) -> bool:
        """False when the run had ended by itself."""
        alive = self.alive()
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self.wait()
        return alive

    def wait(self) -> None:
        if not self._ended:
            os.waitpid(self.pid, 0)
            self._ended = True
        if self._process is not None:
            self._process.returncode = 0  # reaped here


def _temporary(aside: Path) -> None:
    os.environ["TMPDIR"] = str(aside)
    tempfile.tempdir = None


def one_kill(stage: Stage, times: tuple[float, float], seed: int) -> Kill:
    """A kill at an instant that the seed decides; once more where the run was faster."""
    rng = random.Random(seed)
    phase = rng.choices(PHASES, WEIGHTS)[0]
    for _ in range(TRIES):
        kill = _kill(stage, times, phase, rng)
        if kill.killed or kill.wrong:
            break
    return kill


def _kill(stage: Stage, times: tuple[float, float], phase: str, rng: random.Random) -> Kill:
    """Start the command, kill all its processes, and look."""
    with fresh(stage) as (results, aside):
        run = Run(stage, results, aside, anew=phase == "anywhere")
        _wait(run, results, phase, times, rng)
        killed = run.kill()
        before = set_of(stage, results)
        wrong = [] if whole(stage, results) else [f"broken: {before}"]
        settle(results, last_first=rng.random() < 0.5)
        after = set_of(stage, results)
        if after not in ("old", "new"):
            wrong.append(f"no set: {after}")
        if not nothing_lost(stage, results):
            wrong.append("old content lost")
        if left := sorted(p.name for p in aside.rglob("*") if p.is_file()):
            wrong.append(f"in the temporary folder: {left}")
        if failed := rerun(stage, results):
            wrong.append(failed)
    return Kill(phase, killed, _short(before), after, "; ".join(wrong))


def _short(found: str) -> str:
    return found if found in ("old", "new", "none") else "mixed"


def _wait(
    run: Run, results: Path, phase: str, times: tuple[float, float], rng: random.Random
) -> None:
    """Until the instant of the kill, or the end of the run."""
    out = results / "汇总"
    if phase == "anywhere":
        time.sleep(rng.uniform(0, times[0]))
    elif phase == "writing":
        wait_for((out / LOCK).exists, run.alive, 0.001)
        time.sleep(rng.uniform(0, times[1]))
    else:
        wait_for(partial(_decided, out), run.alive, 0)
        time.sleep(rng.uniform(0, 0.004))


def _decided(out: Path) -> bool:
    return any((place / JOURNAL).exists() for place in out.glob(f"{ROOM}*"))


def many(stage: Stage, seeds: Sequence[int], jobs: int) -> list[Kill]:
    """Kills by so many seeds, ``jobs`` at a time; says how far it is on standard error."""
    task = partial(one_kill, stage, seconds(stage))
    kills = []
    with ProcessPoolExecutor(jobs) as pool:
        for kill in pool.map(task, seeds):
            kills.append(kill)
            if kill.wrong or len(kills) % 50 == 0:
                print(f"{len(kills)} {kill.wrong}", file=sys.stderr, flush=True)
    return kills


def table(kills: Sequence[Kill]) -> str:
    """How often what, by the phase the kill fell into."""
    heads = ("phase", "kills", "too late", "as left: old", "mixed", "new", "set after: old", "new")
    lines = ["| " + " | ".join((*heads, "wrong")) + " |", "|---" * (len(heads) + 1) + "|"]
    for phase in (*PHASES, "all"):
        mine = [k for k in kills if phase in (k.phase, "all")]
        before, after = Counter(k.before for k in mine), Counter(k.after for k in mine)
        numbers = (
            len(mine), sum(not k.killed for k in mine), before["old"], before["mixed"],
            before["new"], after["old"], after["new"], sum(bool(k.wrong) for k in mine),
        )  # fmt: skip
        lines.append(f"| {phase} | " + " | ".join(map(str, numbers)) + " |")
    return "\n".join(lines)


def main() -> int:
    """The long run; exit code 1 when anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    wish = parser.parse_args()
    began = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="kills-") as folder:
        stage = build(Path(folder))
        seeds = [wish.seed * 1_000_000 + n for n in range(wish.runs)]
        kills = many(stage, seeds, wish.jobs)
    print(table(kills))
    wrong = [k for k in kills if k.wrong]
    for kill in wrong[:20]:
        print(f"{kill.phase}: {kill.wrong}")
    print(f"{len(kills)} runs in {time.perf_counter() - began:.0f} s, {len(wrong)} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
