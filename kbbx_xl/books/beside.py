"""Work that is done by a process of its own meanwhile (同时做).

Where it is forked nothing is packed and copied for it; it ends with the one that asked for it, and would
otherwise write on where another run may have taken over.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import connection, get_context, parent_process
from threading import Thread
from typing import Any, TypeVar

from kbbx_xl.books.guard import start_method
from kbbx_xl.messages import OutputError

Made = TypeVar("Made")


@contextmanager
def beside(work: Callable[[], Made]) -> Iterator[Callable[[], Made]]:
    """Begin ``work``; what is given waits for it and gives or raises what it does.

    ``work`` and what it makes must be picklable.  The process is over when the block is left.
    OutputError when it ends without an answer.
    """
    context: Any = get_context(start_method())
    line, other = context.Pipe(duplex=False)
    process = context.Process(target=_do, args=(work, other), daemon=True)
    process.start()
    other.close()

    def answer() -> Made:
        try:
            done, said = line.recv()
        except EOFError as error:
            raise OutputError("写结果时程序中断，没有写出结果") from error
        if not done:
            raise said
        made: Made = said
        return made

    try:
        yield answer
    finally:
        process.kill()
        process.join()
        line.close()


def _do(work: Callable[[], object], line: connection.Connection) -> None:
    _end_with_parent()
    said: tuple[bool, object]
    with suppress(KeyboardInterrupt, OSError):
        try:
            said = True, work()
        except Exception as error:  # noqa: BLE001 (told to the one who asked, who raises it)
            said = False, error
        line.send(said)


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        Thread(target=_end_after, args=(parent.sentinel,), daemon=True).start()


def _end_after(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(1)
