"""Run one command in a fresh process: wall and processor seconds, peak memory of it and its children."""

from __future__ import annotations

import os
import re
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = 0.2  # seconds between two looks at memory; each look costs the system a little


@dataclass(frozen=True, slots=True)
class Cost:
    """``memory`` in bytes: the largest sum of proportional sets seen (a page that several processes share
    is counted once in all: a forked process shares what it was forked from), or, if larger, the most that
    the main process has had.

    Not ``ru_maxrss``: that begins with what the process which started the command had in use.
    ``said``: what the command printed.
    """

    wall: float
    cpu: float
    memory: int
    said: str = ""


def run(command: Sequence[str], env: Mapping[str, str] | None = None) -> Cost:
    """The command in the root of the project, ``env`` added to the environment.

    CalledProcessError when the command fails; what it said is printed.
    """
    start = time.perf_counter()
    installed = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    process = subprocess.Popen(
        command, cwd=ROOT, env={**installed, **(env or {})},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    peak = [0]
    done = threading.Event()
    sampler = threading.Thread(target=_sample, args=(process.pid, peak, done))
    sampler.start()
    assert process.stdout is not None
    with process.stdout:
        said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    done.set()
    sampler.join()
    text = said.decode(errors="replace")
    if process.returncode != 0:
        print(text)
        raise subprocess.CalledProcessError(process.returncode, command, said)
    return Cost(wall, usage.ru_utime + usage.ru_stime, peak[0], text)


def _sample(pid: int, peak: list[int], done: threading.Event) -> None:
    while not done.wait(SAMPLE):
        peak[0] = max(peak[0], _most(pid), sum(_proportional(one) for one in _tree(pid)))


def _tree(pid: int) -> list[int]:
    """``pid`` and all its descendants."""
    found = [pid]
    for one in found:
        for listed in Path(f"/proc/{one}/task").glob("*/children"):
            try:
                found.extend(int(child) for child in listed.read_text().split())
            except OSError:  # ended while we looked
                continue
    return found


def _most(pid: int) -> int:
    """The most that one process has had in use since its command began."""
    try:
        text = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    found = re.search(r"^VmHWM:\s+(\d+) kB", text, re.M)
    return int(found[1]) * 1024 if found else 0


def _proportional(pid: int) -> int:
    """What a process takes of memory, its part of shared pages included."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:  # ended while we looked
        return 0
    found = re.search(r"^Pss:\s+(\d+) kB", text, re.M)
    return int(found[1]) * 1024 if found else 0
