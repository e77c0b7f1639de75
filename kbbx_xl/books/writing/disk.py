"""What must be on the disk, and why a write failed (落盘)."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

# network drives and USB sticks that know no fsync of a file or folder: nothing can be done about it
NO_FLUSH = frozenset((errno.EINVAL, errno.ENOTSUP, errno.ENOSYS, errno.EBADF))


def flush(path: Path) -> None:
    """Make the content of a file survive a power cut; OSError when the disk fails."""
    with path.open("rb+") as file:
        _sync(file.fileno())


def flush_folder(folder: Path) -> None:
    """Make names survive a power cut; Windows offers no such call and needs none."""
    if os.name == "nt":
        return
    try:
        handle = os.open(folder, os.O_RDONLY)
    except PermissionError:  # a folder one may write to but not list
        return
    try:
        _sync(handle)
    finally:
        os.close(handle)


def _sync(handle: int) -> None:
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in NO_FLUSH:
            raise


def second_name(path: Path, other: Path) -> None:
    """``other`` holds the content of ``path`` too, also after ``path`` is replaced."""
    try:
        os.link(path, other)
    except OSError:  # a USB stick knows no second names
        shutil.copy2(path, other)
        flush(other)


def disk_error(error: BaseException | None) -> OSError | None:
    """The refusal of the system behind an error of a library that writes, if there is one."""
    while error is not None:
        if isinstance(error, OSError):
            return error
        if type(error).__name__ == "SerialisationError":  # lxml tells no more than IO_WRITE
            return OSError(errno.EIO, str(error))
        inner = next((one for one in error.args if isinstance(one, OSError)), None)
        if inner is not None:
            return inner
        error = error.__cause__
    return None
