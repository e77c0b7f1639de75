"""Every command that ran leaves one line in the log (操作记录); here, and nowhere else.

What a command was given and where it wrote is asked of the command line itself: its parameters that
are paths.  No command needs to know that there is a log.
"""

from __future__ import annotations

import functools
import inspect
import os
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import typer

from kbbx_xl.books import oplog
from kbbx_xl.cli.answers import STDOUT

OUTPUTS = frozenset({"out", "json", "ics", "certificate"})
MADE = {
    "demo": ("folder",),
    "templates": ("folder",),
    "init": ("folder", "blank"),
}  # commands that write into an argument
UNSAID = frozenset({"password_file", "keys"})  # what must not even be found by its mark
MOST = 100_000  # files that are counted


@dataclass(slots=True)
class Operation:
    """What one run of the command line does, as far as the log wants to know."""

    action: str = ""
    read: list[Path] = field(default_factory=list)
    written: list[Path] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    proof: str = ""
    began: float = field(default_factory=time.time)
    told: set[str] = field(default_factory=set)  # sentences that are said once a run


_now = Operation()


def current() -> Operation:
    """The run that is going on; commands may add to its ``counts`` and set its ``proof``."""
    return _now


def watch(app: typer.Typer) -> None:
    """Let every command registered so far tell what it was given before it begins; call it once an app."""
    for info in app.registered_commands:
        if info.callback is not None and info.name is not None:
            info.callback = _watched(info.name, info.callback)


def begin() -> None:
    """Forget an earlier run of this process."""
    global _now  # noqa: PLW0603 (one process is one run; tests make several)
    _now = Operation()


def _watched(name: str, command: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(command)
    def run(*args: Any, **given: Any) -> Any:
        _now.action = name
        given = inspect.signature(command).bind(*args, **given).arguments
        for one, value in given.items():
            paths = [] if one in UNSAID else _paths(value)
            out = one in OUTPUTS or one in MADE.get(name, ())
            (_now.written if out else _now.read).extend(paths)
        return command(**given)

    return run


def _paths(value: Any) -> list[Path]:
    several = value if isinstance(value, list | tuple) else [value]
    return [one for one in several if isinstance(one, Path) and one != STDOUT]


def stopped() -> str:
    """What is said of a run that was interrupted: nothing was written, or not all."""
    if any(_files(path, since=_now.began) for path in _now.written):
        return "已中断，写出的文件不全，请再运行一次。"
    return "已中断，结果没有写出。"


def log(outcome: str) -> None:
    """Write the line; OutputError when the log cannot be written.  No line when nothing ran."""
    if not _now.action:
        return
    _now.counts["in"] = sum(_files(path) for path in _now.read)
    _now.counts["out"] = sum(_files(path, since=_now.began) for path in _now.written)
    _now.counts["seconds"] = round(time.time() - _now.began)
    oplog.record(
        "cli",
        _now.action,
        outcome,
        read=_now.read,
        written=_now.written,
        counts=_now.counts,
        proof=_now.proof,
    )


def _files(path: Path, *, since: float = 0) -> int:
    """How many files a path stands for; with ``since`` only those that are as new."""
    number = 0
    try:
        if not path.is_dir():
            return int(path.is_file() and path.stat().st_mtime >= since - 1)
        for folder, _, names in os.walk(path):
            new = (os.lstat(os.path.join(folder, n)).st_mtime >= since - 1 for n in names)
            number += sum(new) if since else len(names)
            if number > MOST:
                break
    except OSError:  # gone meanwhile: the count is no promise
        pass
    return number
