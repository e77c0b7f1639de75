"""What may be shown of an error inside the program (内部错误): where it happened, never what it said.

The text of an exception, a warning or a log line may hold a cell, and a cell may hold a child.  So
the ways on which Python prints them by itself are closed; ``places`` tells the way through the code.
"""

from __future__ import annotations

import logging
import sys
import threading
import traceback
import warnings
from collections.abc import Iterator
from pathlib import PurePath
from types import TracebackType
from typing import Any, TextIO

DEPTH = 3  # parts of a file's path that are shown: kbbx_xl/books/files.py


def places(error: BaseException) -> list[str]:
    """Class of the error and of those behind it, each with files, lines and functions; no text."""
    told = []
    for one in _chain(error):
        told.append(f"{type(one).__module__}.{type(one).__qualname__}")
        frames = traceback.walk_tb(one.__traceback__)
        told += [
            f"  {'/'.join(PurePath(frame.f_code.co_filename).parts[-DEPTH:])}:{line} {frame.f_code.co_name}"
            for frame, line in frames
        ]
    return told


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        yield one
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)


def hush() -> None:
    """Close every way on which Python shows the text of an error, warning or log line by itself.

    For the process that calls it and for those forked from it; one that is spawned calls it anew.
    """
    if sys.excepthook is sys.__excepthook__:  # hooks of a host, such as a debugger, are its own
        sys.excepthook = _excepthook
    if sys.unraisablehook is sys.__unraisablehook__:
        sys.unraisablehook = lambda told: _say(told.exc_value)
    if threading.excepthook is threading.__excepthook__:
        threading.excepthook = lambda told: _say(told.exc_value)
    warnings.showwarning = _no_warning
    logging.raiseExceptions = False
    if not logging.getLogger().handlers:  # the last resort would be standard error
        logging.getLogger().addHandler(logging.NullHandler())


def _excepthook(
    _: type[BaseException], error: BaseException, __: TracebackType | None = None
) -> None:
    _say(error)


def _say(error: BaseException | None) -> None:
    if error is not None and sys.stderr is not None:
        sys.stderr.write("\n".join(places(error)) + "\n")


def _no_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """Libraries warn about cells and quote them: 'Cell A1 is marked as a date but …'."""


def hushed(*_: Any) -> None:
    """``hush`` as the first act of a worker process, whatever arguments its pool gives."""
    hush()
