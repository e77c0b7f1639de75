"""Mutants read in worker processes with limits, started again when one dies."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import resource
import sys
import tempfile
import time
import traceback
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait
from pathlib import Path

from tests.fuzz import mutants
from tests.fuzz.corpus import bases
from tests.hostile.readers import read_bare, read_ours

SECONDS = 20.0
GRACE = 10.0  # for making the mutant, and for the judge
MEMORY = 2**30
RENEWED = 2000  # mutants after which a worker is replaced, whatever it has gathered
CALM = ("refused", "read", "reported")
FATAL = ("TRACEBACK", "HANG", "MEMORY", "CRASH", "LOST")


@dataclass(frozen=True)
class Result:
    """What came of one mutant; ``how`` is one of CALM or FATAL, ``why`` its signature."""

    number: int
    level: str
    what: str
    how: str
    why: str = ""
    seconds: float = 0.0

    @property
    def bad(self) -> bool:
        return self.how in FATAL

    @property
    def signature(self) -> str:
        return f"{self.how} {self.level}: {self.why}"


def one(seed: int, number: int, folder: Path) -> Result:
    """Make, read and judge one mutant in this process."""
    made = mutants.make(seed, number)
    path = folder / made.name
    path.write_bytes(made.data)
    start = time.perf_counter()

    def result(how: str, why: str = "") -> Result:
        return Result(number, made.level, made.what, how, why, time.perf_counter() - start)

    try:
        read = read_bare(path)
    except MemoryError:
        return result("MEMORY", "MemoryError")
    except BaseException as error:  # noqa: BLE001 - nothing may be raised at all
        return result("TRACEBACK", _signature(error))
    spent = time.perf_counter() - start
    if spent > SECONDS:
        return result("HANG", f"over {SECONDS:.0f} s")
    if wrong := made.judge(read, path):
        return result("LOST", wrong)
    path.unlink()
    how = "refused" if read.status != "read" else "reported" if read.findings else "read"
    return result(how)


def _signature(error: BaseException) -> str:
    """Kind of error and the innermost function of ours."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if "kbbx_xl" in f.filename]
    where = f"{Path(frames[-1].filename).stem}.{frames[-1].name}" if frames else "?"
    return f"{type(error).__name__} in {where}"


def _work(seed: int, pipe: Connection) -> None:
    """Read numbers, send results; the limit of memory is set once all is loaded."""
    sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - for as long as it lives
    os.dup2(sys.stderr.fileno(), 2)
    size = _virtual() + MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with tempfile.TemporaryDirectory() as folder, contextlib.suppress(EOFError):
        while True:
            pipe.send(one(seed, pipe.recv(), Path(folder)))


def _virtual() -> int:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")


class _Worker:
    def __init__(self, seed: int) -> None:
        context = multiprocessing.get_context("fork")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_work, args=(seed, theirs), daemon=True)
        self.process.start()
        theirs.close()
        self.number = -1
        self.until = 0.0
        self.done = 0

    def give(self, number: int) -> None:
        self.number, self.until = number, time.perf_counter() + SECONDS + GRACE
        self.pipe.send(number)

    def end(self) -> int | None:
        if self.process.is_alive():
            self.process.kill()
        self.process.join()
        self.pipe.close()
        return self.process.exitcode


def run(seed: int, numbers: Iterable[int], jobs: int) -> Iterator[Result]:
    """Results as they come; a worker that dies or hangs is replaced, and its mutant reported."""
    bases()  # made once, shared by all
    left = iter(numbers)
    workers: list[_Worker] = []
    for _ in range(jobs):
        _next(workers, _Worker(seed), left)
    while workers:
        ready = wait([w.pipe for w in workers], timeout=1)
        for worker in list(workers):
            if worker.pipe not in ready and time.perf_counter() < worker.until:
                continue
            workers.remove(worker)
            result = _answer(worker, seed, ready=worker.pipe in ready)
            yield _under_watch(seed, result)
            fresh = result.how in ("HANG", "CRASH", "MEMORY") or worker.done >= RENEWED
            if fresh:
                worker.end()
            _next(workers, _Worker(seed) if fresh else worker, left)


def _under_watch(seed: int, result: Result) -> Result:
    """What ended a bare reader, read as every command reads it: in a watched process.

    Refused with its finding, it harms nobody; anything else stays what it was.
    """
    if result.how not in ("HANG", "CRASH", "MEMORY"):
        return result
    made = mutants.make(seed, result.number)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / made.name
        path.write_bytes(made.data)
        start = time.perf_counter()
        read = read_ours(path)
        spent = time.perf_counter() - start
    if read.status != "unreadable" or not read.findings or spent > SECONDS:
        return result
    return replace(result, how="refused", why=f"watched: {result.why}", seconds=spent)


def _next(workers: list[_Worker], worker: _Worker, left: Iterator[int]) -> None:
    number = next(left, None)
    if number is None:
        worker.end()
    else:
        worker.give(number)
        workers.append(worker)


def _answer(worker: _Worker, seed: int, *, ready: bool) -> Result:
    worker.done += 1
    if ready:
        with contextlib.suppress(EOFError, OSError):
            result: Result = worker.pipe.recv()
            return result
    code = worker.end()
    made = mutants.make(seed, worker.number)
    how, why = ("CRASH", f"signal {code}") if ready else ("HANG", f"over {SECONDS:.0f} s")
    return Result(worker.number, made.level, made.what, how, why, SECONDS if not ready else 0.0)
