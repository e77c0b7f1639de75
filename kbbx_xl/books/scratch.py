"""Temporary files of a run in a folder of their own, wiped at its end (临时文件).

The folder can be entered by this account only.  What a killed run left is wiped by the next one.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PREFIX = "kbbx-run-"
VARIABLES = ("TMPDIR", "TEMP", "TMP")  # LibreOffice and worker processes look here


@contextmanager
def own_scratch() -> Iterator[Path | None]:
    """Let everything that asks for a temporary place get one in a folder that is wiped afterwards.

    Gives None, and leaves the usual place, where no folder can be made.
    """
    usual, known = tempfile.tempdir, {name: os.environ.get(name) for name in VARIABLES}
    try:
        _wipe_left(Path(tempfile.gettempdir()))
        folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))
    except OSError:  # a full disk: what needs no temporary file still runs
        yield None
        return
    tempfile.tempdir = str(folder)
    os.environ.update(dict.fromkeys(VARIABLES, str(folder)))
    try:
        yield folder
    finally:
        tempfile.tempdir = usual
        for name, value in known.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        shutil.rmtree(folder, ignore_errors=True)


def _wipe_left(place: Path) -> None:
    """Remove folders of runs that are over; those of others cannot be removed and are left."""
    for left in place.glob(f"{PREFIX}*"):
        import psutil  # noqa: PLC0415 (a run that left nothing behind need not wait for it)

        number = left.name.removeprefix(PREFIX).partition("-")[0]
        if number.isdigit() and not psutil.pid_exists(int(number)) and not left.is_symlink():
            shutil.rmtree(left, ignore_errors=True)
