"""Faults at the n-th call to the system: die, or be refused, in a child forked from this process."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kbbx_xl.messages import KbbxError

CALLS = ("open", "mkdir", "link", "fsync", "replace", "unlink", "rmdir")
REFUSED = 2


@dataclass(frozen=True)
class Ended:
    """How a child ended: exit code (negative: a signal), what was said, the calls it made."""

    code: int
    said: str
    calls: tuple[str, ...]


def child(
    work: Callable[[], None],
    told: Path,
    fault: Callable[[], None] | None = None,
    *,
    at: int = -1,
    after: bool = False,
    lasting: bool = False,
) -> Ended:
    """``work`` in a child; at its call ``at`` (from 0; on from there when ``lasting``) ``fault`` is called.

    ``after``: once the system has done the call.  A refusal of ours ends the child with REFUSED.
    """
    if told.exists():
        told.write_text("")
    pid = os.fork()
    if pid == 0:
        code = 1
        made: list[str] = []
        try:
            real = {name: getattr(os, name) for name in CALLS}
            for name in CALLS:
                setattr(os, name, _watched(name, real[name], made, fault, at, after, lasting))
            try:
                work()
                code, said = 0, ""
            except KbbxError as error:
                code, said = REFUSED, str(error)
            except Exception as error:  # noqa: BLE001 (what no user may meet)
                said = repr(error)
            for name, call in real.items():
                setattr(os, name, call)
            told.write_text(json.dumps([said, made], ensure_ascii=False), encoding="utf-8")
        finally:
            os._exit(code)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    said, made = (
        json.loads(told.read_text(encoding="utf-8"))
        if told.exists() and told.stat().st_size
        else ("", [])
    )
    return Ended(status, said, tuple(made))


def _watched(
    name: str,
    real: Callable[..., object],
    made: list[str],
    fault: Callable[[], None] | None,
    at: int,
    after: bool,
    lasting: bool,
) -> Callable[..., object]:
    def call(*args: object, **named: object) -> object:
        number = len(made)
        made.append(name)
        now = fault is not None and (number == at or (lasting and number > at >= 0))
        if now and not after:
            fault()
        try:
            return real(*args, **named)
        finally:
            if now and after:
                fault()

    return call


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def refuse(number: int) -> Callable[[], None]:
    def refused() -> None:
        raise OSError(number, os.strerror(number))

    return refused
