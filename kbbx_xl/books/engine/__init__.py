"""What does the work of a consolidation (运算方式): processes of this machine, or a cluster of several.

An engine decides where a task runs and nothing else.  Answers come back in the order of the tasks,
so that no result depends on the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, TypeVar

from kbbx_xl.books.guard import Done, Progress, Task, watched
from kbbx_xl.books.reading import Received
from kbbx_xl.messages import InputError


class Batch(Protocol):
    """Files that one task reads."""

    @property
    def files(self) -> tuple[Received, ...]: ...


Files = TypeVar("Files", bound=Batch)
Part = TypeVar("Part")
Result = TypeVar("Result")


class Engine(Protocol):
    """Does tasks on files, each file under watch (``guard``), and pieces of work that use it."""

    def each(
        self,
        task: Task[Files, Done],
        todo: Sequence[Files],
        workers: int,
        progress: Progress | None = None,
    ) -> list[Done]:
        """``task`` done to each, in order; ``workers`` is how many processes are wished here.

        Raises what a task raises, and InputError when the machines cannot do it.
        """
        ...

    def apart(
        self, work: Callable[[Part, Engine], Result], parts: Sequence[Part]
    ) -> Iterator[tuple[int, Result | InputError]]:
        """``work`` done to each part, as it gets done: number of the part, and what it gave.

        InputError in place of a result that the machines lost for good.
        """
        ...


class Processes:
    """Processes of this machine (本机多进程): what everybody uses who does not ask for more."""

    def each(
        self,
        task: Task[Files, Done],
        todo: Sequence[Files],
        workers: int,
        progress: Progress | None = None,
    ) -> list[Done]:
        return watched(task, todo, workers, progress)

    def apart(
        self, work: Callable[[Part, Engine], Result], parts: Sequence[Part]
    ) -> Iterator[tuple[int, Result | InputError]]:
        for number, part in enumerate(parts):
            yield number, work(part, self)


PROCESSES = Processes()
