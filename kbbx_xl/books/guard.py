"""Work on untrusted files in processes of its own, each file under limits (隔离读取).

A reader can hang, take all memory or end its whole process, which no ``except`` catches.  So every
task runs in a worker process that says which file it begins; the master watches time and memory,
ends a worker that exceeds them or dies, and gives the task to a new one with that file marked as
spent.  An honest file costs one short message.
"""

from __future__ import annotations

import faulthandler
import gc
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Generic, TypeVar

import psutil

from kbbx_xl.messages import InputError

try:
    import resource
except ImportError:  # Windows: the master watches alone
    resource = None  # type: ignore[assignment]

MOST_PROCESSES = 61  # Windows waits for no more
POOL_FROM = 40  # files; below this one process is faster than starting several
IDLE = 60.0  # seconds a standing worker waits
TELL_EVERY = (
    1.0  # seconds after which progress is told again though nothing is done: a clock goes on
)
WATCH_EVERY = 0.2  # seconds between two looks at the workers
LOOK_FROM, STIR = 0.5, 0.02  # seconds after which a file is watched; processor time that shows work
BETWEEN = -1  # no file is under way
IN_CLUSTER = threading.Event()  # set while threads of a cluster are at work in this process
READY = "kbbx_xl.books.engine.warm"  # what a server of forks has loaded before it forks

Todo = TypeVar("Todo")
Done = TypeVar("Done")
File = TypeVar("File")
Read = TypeVar("Read")
Progress = Callable[[int, int], None]
Begin = Callable[[int], None]
Spent = Mapping[int, str]
Task = Callable[[Todo, Begin, Spent], Done]


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost: processor seconds, clock seconds in which its reader does nothing (hangs) and
    in all, and bytes a worker may hold.  A reader that waits for its turn on a busy computer is slow, not hung.
    """

    processor: float = 10.0
    clock: float = 18.0
    whole: float = 180.0
    memory: int = 768 * 1024 * 1024
    between: float = 600.0  # clock seconds of work that is on no file


LIMITS = Limits()


def watched(
    task: Task[Todo, Done],
    todo: Sequence[Todo],
    workers: int,
    progress: Progress | None = None,
    limits: Limits = LIMITS,
) -> list[Done]:
    """``task(todo, begin, spent)`` done to each, in order, by ``workers`` watched processes.

    ``begin(k)`` is to be called before the k-th file of a task, ``begin(BETWEEN)`` after the last;
    ``spent`` gives the files, by number, that ended an earlier try, each with the cause in Chinese.
    ``task`` and what it takes and gives must be picklable.  What a task raises is raised here;
    InputError when a task ends its worker again and again without any file to blame.
    """
    master = _Master(task, todo, limits)
    try:
        return master.run(min(max(1, workers), len(todo), MOST_PROCESSES), progress)
    finally:
        master.close()


class Standing:
    """One watched process that stays for the next call, for those who come often with little.

    It ends by itself when nobody has come for ``idle`` seconds, or with the process that holds this.
    """

    def __init__(self, idle: float = IDLE, limits: Limits = LIMITS) -> None:
        self._idle, self._limits = idle, limits
        self._master: _Master[Any, Any] | None = None
        self._turn = threading.Lock()

    def each(self, task: Task[Todo, Done], todo: Sequence[Todo]) -> list[Done]:
        """As ``watched`` with one worker."""
        with self._turn:
            if self._master is None or not self._master.is_alive:
                self.close()
                self._master = _Master(_call, (), self._limits, self._idle)
            try:
                self._master.todo = [(task, one) for one in todo]
                return self._master.run(1, None)
            except BaseException:
                self.close()
                raise

    def close(self) -> None:
        """End the process."""
        if self._master is not None:
            self._master.close()
            self._master = None


def _call(asked: tuple[Task[Todo, Done], Todo], begin: Begin, spent: Spent) -> Done:
    task, todo = asked
    return task(todo, begin, spent)


def start_method() -> str:
    """How this process may start others (multiprocessing's word).

    Forking is soonest, but a copy of a process in which a cluster's threads are at work can wait for
    ever for a lock that one of them held.
    """
    if os.name != "posix":
        return "spawn"
    return "forkserver" if IN_CLUSTER.is_set() else "fork"


def workers_for(files: int) -> int:
    """How many processes read so many files soonest."""
    return min(os.cpu_count() or 1, MOST_PROCESSES) if files >= POOL_FROM else 1


@dataclass(slots=True)
class _Worker(Generic[Todo]):
    """One process, the number of its task, the file it is at, and since when."""

    process: BaseProcess
    line: Connection
    task: int = -1
    file: int = BETWEEN
    since: float = 0.0
    used: float = 0.0  # processor seconds when the file began
    spent: float = 0.0  # on the file, when it was last seen at work
    stirred: float = 0.0  # and when that was


@dataclass(slots=True)
class _Master(Generic[Todo, Done]):
    """Hands out tasks, watches, replaces workers."""

    task: Task[Todo, Done]
    todo: Sequence[Todo]
    limits: Limits
    idle: float | None = None  # seconds after which a worker that got no task ends
    workers: list[_Worker[Todo]] = field(default_factory=list)
    waiting: deque[int] = field(default_factory=deque)
    spent: dict[int, dict[int, str]] = field(default_factory=dict)
    answers: dict[int, Done] = field(default_factory=dict)

    @property
    def is_alive(self) -> bool:
        """Whether every worker is; before the first task there are none."""
        return all(worker.process.is_alive() for worker in self.workers)

    def run(self, size: int, progress: Progress | None) -> list[Done]:
        self.waiting = deque(range(len(self.todo)))
        self.spent, self.answers = {}, {}
        for _ in range(size - len(self.workers)):
            self.workers.append(self._start())
        for worker in self.workers:
            self._next(worker)
        told = time.monotonic()
        while len(self.answers) < len(self.todo):
            done = len(self.answers)
            self._listen()
            self._watch()
            if progress and (len(self.answers) > done or time.monotonic() - told > TELL_EVERY):
                told = time.monotonic()
                progress(len(self.answers), len(self.todo))
        return [self.answers[number] for number in range(len(self.todo))]

    def close(self) -> None:
        """End every worker, also one in the middle of a file."""
        for worker in self.workers:
            worker.process.kill()
            worker.process.join()
            worker.line.close()

    def _start(self) -> _Worker[Todo]:
        method = start_method()
        forked = method == "fork"
        context: Any = get_context(method)
        context.set_forkserver_preload([READY])
        line, other = context.Pipe()
        # a forked worker inherits the master's ends: open, they would keep the others from hearing
        # that the master is gone
        inherited = [line, *(worker.line for worker in self.workers)] if forked else []
        arguments = (self.task, other, inherited, self.limits.memory, self.idle)
        process = context.Process(target=_work, args=arguments, daemon=True)
        process.start()
        other.close()
        return _Worker(process, line)

    def _next(self, worker: _Worker[Todo]) -> None:
        worker.task, worker.file = BETWEEN, BETWEEN
        if not self.waiting:
            return
        worker.task = self.waiting.popleft()
        worker.since = time.monotonic()
        with suppress(OSError):  # it has just died: the watch will see
            worker.line.send((self.todo[worker.task], self.spent.get(worker.task, {})))

    def _listen(self) -> None:
        busy = [worker for worker in self.workers if worker.task >= 0]
        ready = wait([worker.line for worker in busy], timeout=WATCH_EVERY)
        for worker in busy:
            if worker.line in ready:
                self._hear(worker)

    def _hear(self, worker: _Worker[Todo]) -> None:
        try:
            kind, said = worker.line.recv()
        except (EOFError, OSError):
            self._lost(worker, "读取时出错，读取程序中断")
            return
        if kind == "begin":
            (worker.file, worker.used), worker.since = said, time.monotonic()
            worker.spent, worker.stirred = 0.0, worker.since
        elif kind == "done":
            self.answers[worker.task] = said
            self._next(worker)
        else:
            raise said

    def _watch(self) -> None:
        now = time.monotonic()
        for worker in self.workers:
            if worker.task < 0:
                continue
            passed = now - worker.since
            if worker.file == BETWEEN:
                if passed > self.limits.between:
                    self._lost(worker, "核对用时过长")
            elif passed > LOOK_FROM and self._is_spent(worker, now):
                self._lost(worker, f"读了 {passed:.0f} 秒还没有读完")
            elif resource is None and _memory(worker.process) > self.limits.memory:
                self._lost(worker, "占用内存过多")

    def _is_spent(self, worker: _Worker[Todo], now: float) -> bool:
        """Whether the file has cost its reader too much, or it has stopped doing anything."""
        spent = _processor(worker.process) - worker.used
        if spent > worker.spent + STIR:
            worker.spent, worker.stirred = spent, now
        limits = self.limits
        hangs = now - worker.stirred > limits.clock
        return hangs or spent > limits.processor or now - worker.since > limits.whole

    def _lost(self, worker: _Worker[Todo], cause: str) -> None:
        """A worker is gone or must go: blame the file it was at, and try the task again without it."""
        worker.process.kill()
        worker.process.join()
        worker.line.close()
        blamed = self.spent.setdefault(worker.task, {})
        if worker.file == BETWEEN and BETWEEN in blamed:
            raise InputError(f"有一个单位的材料两次使程序中断（{cause}），没有写出结果")
        blamed[worker.file] = cause
        self.waiting.appendleft(worker.task)
        at = self.workers.index(worker)
        self.workers.pop(at)
        self.workers.insert(at, self._start())
        self._next(self.workers[at])


def _processor(process: BaseProcess) -> float:
    """Processor seconds of a process so far; 0 when it is gone."""
    try:
        times = psutil.Process(process.pid).cpu_times()
    except psutil.Error:
        return 0.0
    return float(times.user + times.system)


def _memory(process: BaseProcess) -> int:
    try:
        return int(psutil.Process(process.pid).memory_info().rss)
    except psutil.Error:
        return 0


def _work(
    task: Task[Todo, Done],
    line: Connection,
    inherited: Sequence[Connection],
    memory: int,
    idle: float | None,
) -> None:
    """What a worker does until its master hangs up, ends it or does not ask for ``idle`` seconds."""
    for other in inherited:
        other.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is the master's, who ends the workers
    faulthandler.disable()
    gc.disable()  # as in the command line: much is made here, and no cycles
    quiet = os.open(os.devnull, os.O_RDWR)  # a reader that aborts prints where; nobody needs it
    for stream in (1, 2):
        os.dup2(quiet, stream)
    if resource is not None:
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        most = psutil.Process().memory_info().vms + memory
        soft = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
        resource.setrlimit(
            resource.RLIMIT_CORE, (0, 0)
        )  # a core file would hold the children's data
    with suppress(EOFError, OSError):
        while line.poll(idle):
            todo, spent = line.recv()
            try:
                done = task(
                    todo, lambda file: line.send(("begin", (file, time.process_time()))), spent
                )
            except Exception as error:  # noqa: BLE001 (told to the master, who raises it)
                line.send(("failed", error))
            else:
                line.send(("done", done))


def each_read(
    files: Sequence[File],
    read: Callable[[File], Read],
    refuse: Callable[[File, str], Read],
    begin: Begin,
    spent: Spent,
    numbers: Sequence[int] | None = None,
) -> list[Read]:
    """``read`` of every file of a task, each announced; ``refuse`` (file, cause) of what cannot be.

    ``numbers`` says which files of the task they are; all of them by default.

    An exception that ``read`` lets through is a fault of ours, met by one file: it is refused and
    the others are read.
    """
    answers = []
    for number, file in zip(numbers or range(len(files)), files, strict=True):
        if number in spent:
            answers.append(refuse(file, spent[number]))
            continue
        begin(number)
        try:
            answers.append(read(file))
        except MemoryError:
            answers.append(refuse(file, "占用内存过多"))
        except Exception as error:  # noqa: BLE001 (one file's trouble never stops the others)
            answers.append(refuse(file, f"读取时程序出错（{type(error).__name__}）"))
    begin(BETWEEN)
    return answers
