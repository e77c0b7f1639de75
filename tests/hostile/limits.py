"""One call in a process of its own, with a limit of time and memory."""

from __future__ import annotations

import contextlib
import os
import pickle
import resource
import select
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

GIB = 2**30
MARGIN = 256 * 2**20  # addresses that Python and its libraries keep without using them


@dataclass(frozen=True)
class Ran:
    """How a call ended: ok, error (an exception), killed (a signal, an abort), hang, memory."""

    how: str
    value: Any = None
    seconds: float = 0.0
    memory: int = 0  # bytes, highest resident set
    said: str = ""


def run(call: Callable[[], Any], *, seconds: float = 20, memory: int = 2 * GIB) -> Ran:
    """Fork, call, and look how it ends; whatever the child does, we go on."""
    with tempfile.TemporaryFile() as err:
        reading, writing = os.pipe()
        start = time.perf_counter()
        pid = os.fork()
        if pid == 0:
            os.close(reading)
            _child(call, writing, err.fileno(), memory)
        os.close(writing)
        data, late = _collect(reading, start + seconds)
        if late:
            os.kill(pid, signal.SIGKILL)
        _, status, usage = os.wait4(pid, 0)
        spent = time.perf_counter() - start
        err.seek(0)
        said = err.read()[-2000:].decode(errors="replace")
    peak = usage.ru_maxrss * 1024
    if late:
        return Ran("hang", None, spent, peak, said)
    if not data:
        out = "memory allocation" in said or "MemoryError" in said
        return Ran("memory" if out else "killed", None, spent, peak, said or f"status {status}")
    how, value, text = pickle.loads(data)
    return Ran(how, value, spent, peak, text)


def _child(call: Callable[[], Any], writing: int, err: int, memory: int) -> None:
    os.dup2(err, 2)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    sys.stderr = os.fdopen(2, "w", closefd=False)
    used = _virtual()
    resource.setrlimit(resource.RLIMIT_AS, (used + memory + MARGIN, used + memory + MARGIN))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        result = ("ok", call(), "")
    except MemoryError:
        result = ("memory", None, "MemoryError")
    except BaseException as error:  # noqa: BLE001 - a panic of Rust is a BaseException
        panic = type(error).__name__ == "PanicException"
        text = "".join(traceback.format_exception_only(error))[:500]
        result = ("killed" if panic else "error", type(error).__name__, text)
    with contextlib.suppress(BaseException):
        _send(writing, pickle.dumps(result))
    os._exit(0)


def _virtual() -> int:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")


def _send(writing: int, data: bytes) -> None:
    while data:
        data = data[os.write(writing, data) :]


def _collect(reading: int, until: float) -> tuple[bytes, bool]:
    """All the child writes, and whether it took too long."""
    chunks = []
    try:
        while True:
            left = until - time.perf_counter()
            ready, _, _ = select.select([reading], [], [], max(left, 0))
            if not ready:
                return b"", True
            chunk = os.read(reading, 1 << 16)
            if not chunk:
                return b"".join(chunks), False
            chunks.append(chunk)
    finally:
        os.close(reading)
