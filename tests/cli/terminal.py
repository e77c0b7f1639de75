"""``kbbx-xl`` on a terminal of its own (a pty), as a person sees it."""

from __future__ import annotations

import os
import select
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

PATIENCE = 120  # seconds a command may take


# From a run in the background a process inherits deafness to Ctrl+C; on a terminal it would hear.
PROGRAM = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler);"
    "from kbbx_xl.cli import main; main()"
)


@dataclass(frozen=True, slots=True)
class Seen:
    """What was written to the terminal, codes and all, how the command ended, and processes it left.

    ``frame`` is what had been written when it was stopped, else all.
    """

    text: str
    frame: str
    code: int
    left: tuple[str, ...]


def on_terminal(
    words: Sequence[object], folder: Path, *, width: int = 80, stop_at: str = "", **variables: str
) -> Seen:
    """Run a command with standard output and error on a terminal; Ctrl+C once ``stop_at`` is seen.

    Ctrl+C goes to every process of the terminal, as a person's does.
    """
    import fcntl
    import termios

    master, slave = os.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, width, 0, 0))
    command = [sys.executable, "-c", PROGRAM, *map(str, words)]
    running = subprocess.Popen(
        command, cwd=folder, stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
        env={**os.environ, "TERM": "xterm-256color", **variables},
    )  # fmt: skip
    os.close(slave)
    seen, frame, end, children = b"", "", time.monotonic() + PATIENCE, []
    while time.monotonic() < end:
        if master in select.select([master], [], [], 0.1)[0]:
            try:
                seen += os.read(master, 65536)
            except OSError:  # Linux says so when the last one has closed the terminal
                break
        elif running.poll() is not None:
            break
        if stop_at and stop_at in seen.decode(errors="ignore"):
            frame = seen.decode(errors="ignore")
            children = psutil.Process(running.pid).children(recursive=True)
            os.killpg(running.pid, signal.SIGINT)
            stop_at = ""
    code = running.wait(PATIENCE)
    os.close(master)
    _, alive = psutil.wait_procs(children, timeout=5)
    text = seen.decode(errors="replace")
    return Seen(text, frame or text, code, tuple(str(one) for one in alive))
