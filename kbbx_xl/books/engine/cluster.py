"""A cluster of dask.distributed (多机运算): tasks are spread over the workers of a scheduler.

Every worker reads the files where they lie, each under watch as on one machine.  Answers travel as
bytes, joined in a tree on the workers in the order of the tasks; only whoever asked opens them.
A worker that dies takes nothing along: the scheduler has its pieces done again.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from multiprocessing import current_process
from pathlib import Path
from typing import Any, Generic, TypeVar

from distributed import Client, Future, KilledWorker, wait, worker_client

from kbbx_xl.books.engine import Engine, Files, Part, Result
from kbbx_xl.books.engine.program import fingerprint
from kbbx_xl.books.guard import Begin, Done, Progress, Spent, Standing, Task
from kbbx_xl.messages import InputError

FAN_IN = 8  # pieces that are joined at once
PIECES = 8  # tasks a worker, so that none waits long for the last one
LOOK = 5.0  # seconds between two looks whether there are workers at all
PATIENCE = 60.0  # seconds without any worker before the run is given up
GONE = "与调度程序的连接断了，什么也没有写；请看调度程序和工作机是否还在运行，再运行一次"
DYING = "有一份材料多次使工作机中断，没有写出结果；请减少每台的 --jobs，或用 --engine processes"
DAEMON = "工作机不能另开读取进程，请用 kbbx-xl worker 启动工作机"
OTHER = "工作机上的程序与本机的不同，请装同一版本再运行"

Todo = TypeVar("Todo")


@dataclass(frozen=True, slots=True)
class Piece(Generic[Todo]):
    """Tasks that one worker does; what it must see: sizes by path, and the program asked for."""

    todo: tuple[Todo, ...]
    sizes: tuple[tuple[Path, int], ...]
    program: str


class Cluster:
    """The workers of a scheduler, asked for when there is something to do.

    Without ``opened`` it is used inside a task, on a worker.
    """

    def __init__(self, opened: Callable[[], Client] | None = None) -> None:
        self._opened = opened

    def each(
        self,
        task: Task[Files, Done],
        todo: Sequence[Files],
        workers: int,  # noqa: ARG002 (the scheduler knows its workers)
        progress: Progress | None = None,
    ) -> list[Done]:
        if not todo:
            return []
        with self._client() as client, _told():
            pieces = _pieces(todo, _slots(client))
            shared = client.submit(_kept, task, pure=False)
            leaves = [client.submit(_read, shared, piece, pure=False) for piece in pieces]
            root = _tree(client, leaves)
            _follow(client, dict(zip(leaves, map(_count, pieces), strict=True)), progress)
            return [pickle.loads(one) for one in root.result()]  # noqa: S301 (of our own workers)

    def apart(
        self, work: Callable[[Part, Engine], Result], parts: Sequence[Part]
    ) -> Iterator[tuple[int, Result | InputError]]:
        """Only as many parts as there are workers are under way: each may hold a whole county."""
        with self._client() as client, _told():
            waiting = iter(enumerate(parts))
            running: dict[Future[Any], int] = {}
            for number, part in islice(waiting, _slots(client) + 1):
                running[_begun(client, work, part)] = number
            while running:
                for future in _next_done(client, set(running)):
                    yield running.pop(future), _outcome(future)
                    for number, part in islice(waiting, 1):
                        running[_begun(client, work, part)] = number

    @contextmanager
    def _client(self) -> Iterator[Client]:
        if self._opened is not None:
            yield self._opened()
        else:
            with worker_client() as client:  # this task does not count while it waits for others
                yield client


@contextmanager
def _told() -> Iterator[None]:
    """What the cluster says when it cannot go on, in words."""
    try:
        yield
    except KilledWorker as error:
        raise InputError(DYING) from error
    except (OSError, TimeoutError, CancelledError) as error:
        raise InputError(GONE) from error


def _slots(client: Client) -> int:
    threads: dict[str, int] = client.nthreads()
    return max(1, sum(threads.values()))


def _count(piece: Piece[Any]) -> int:
    return len(piece.todo)


def _pieces(todo: Sequence[Files], slots: int) -> list[Piece[Files]]:
    size = max(1, len(todo) // (slots * PIECES))
    groups = [tuple(todo[at : at + size]) for at in range(0, len(todo), size)]
    program = fingerprint()
    return [Piece(group, _sizes(group), program) for group in groups]


def _sizes(group: Sequence[Files]) -> tuple[tuple[Path, int], ...]:
    paths = dict.fromkeys(file.path for batch in group for file in batch.files)
    return tuple((path.absolute(), path.lstat().st_size) for path in paths)


def _tree(client: Client, level: list[Future[Any]]) -> Future[Any]:
    """Lists joined in their order, a few at a time, until there is one."""
    while len(level) > 1:
        groups = [level[at : at + FAN_IN] for at in range(0, len(level), FAN_IN)]
        level = [client.submit(_joined, *group, pure=False) for group in groups]
    return level[0]


def _follow(client: Client, leaves: dict[Future[Any], int], progress: Progress | None) -> None:
    """Until all are done, or one has failed; whoever asks for the root is told why."""
    total, left = sum(leaves.values()), set(leaves)
    while left:
        done = _next_done(client, left)
        left -= done
        if any(future.status != "finished" for future in done):
            return
        if progress:
            progress(total - sum(leaves[future] for future in left), total)


def _next_done(client: Client, futures: set[Future[Any]]) -> set[Future[Any]]:
    """At least one future that is done; InputError when the cluster has had no worker for long."""
    alone = 0.0
    while True:
        try:
            done = wait(futures, timeout=LOOK, return_when="FIRST_COMPLETED").done
        except TimeoutError:
            alone = alone + LOOK if not client.nthreads() else 0.0
            if alone >= PATIENCE:
                raise InputError(GONE) from None
        else:
            return set(done)


def _begun(client: Client, work: Callable[[Part, Engine], Result], part: Part) -> Future[Any]:
    return client.submit(_work, work, _Held(part), fingerprint(), pure=False)


def _outcome(future: Future[Any]) -> Any:
    """What a part gave; InputError where its workers died one after another."""
    try:
        with _told():
            return future.result()
    except InputError as error:
        return error


# What follows runs on the workers.

_reader = Standing()  # of this worker: what it has once loaded serves the next piece too


@dataclass(frozen=True, slots=True)
class _Held(Generic[Part]):
    """A part as dask leaves it alone: it looks for work in lists and mappings, not in here."""

    part: Part


def _kept(task: Todo) -> Todo:
    """What all pieces share travels once; lost with its worker, it is made again."""
    return task


def _read(task: Task[Files, Done], piece: Piece[Files]) -> list[bytes]:
    """The answers of a piece, packed where they were made."""
    _check(piece.program)
    for path, size in piece.sizes:
        _see(path, size)
    return _reader.each(partial(_packed, task=task), piece.todo)


def _packed(batch: Files, begin: Begin, spent: Spent, *, task: Task[Files, Any]) -> bytes:
    return pickle.dumps(task(batch, begin, spent), protocol=pickle.HIGHEST_PROTOCOL)


def _joined(*parts: list[bytes]) -> list[bytes]:
    return [one for part in parts for one in part]


def _work(work: Callable[[Part, Engine], Result], held: _Held[Part], program: str) -> Result:
    _check(program)
    return work(held.part, Cluster())


def _check(program: str) -> None:
    if current_process().daemon:
        raise InputError(DAEMON)
    if fingerprint() != program:
        raise InputError(f"{OTHER}：{_here()}")


def _see(path: Path, size: int) -> None:
    """InputError unless this machine sees the same file as the one that asked."""
    try:
        seen = path.lstat().st_size
    except OSError as error:
        raise InputError(
            f"工作机 {_here()} 看不到“{path.parent}”。材料要放在各台机器用同一路径都能打开的共享文件夹里"
        ) from error
    if seen != size:
        raise InputError(
            f"工作机 {_here()} 看到的“{path.parent}”与本机的不同，请改用同一个共享文件夹"
        )


def _here() -> str:
    return os.uname().nodename if hasattr(os, "uname") else os.environ.get("COMPUTERNAME", "")
