"""Destroying one file (销毁): overwritten where it lies, as far as the file system lets, then removed.

The way to the file is opened step by step from the folder that was listed, and no step may be a
link; the file must be the one that was listed, with the content that was listed.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
from pathlib import Path

from kbbx_xl.books.retention.find import Found
from kbbx_xl.messages import reason

CHUNK = 1 << 20
NO_LINK = getattr(os, "O_NOFOLLOW", 0)
BINARY = getattr(os, "O_BINARY", 0)
STEPS = os.name == "posix"  # folders can be opened and worked in


def destroy(folder: Path, found: Found) -> str:
    """Overwrite and remove a file of a listing of ``folder``; "" when done, else why not (Chinese)."""
    try:
        with contextlib.ExitStack() as opened:
            place = _place(folder, found, opened) if STEPS else None
            name = found.path.name if place is not None else str(found.path)
            if place is None and not _inside(folder, found.path):
                return "路径里有链接，没有动"
            handle = os.open(name, os.O_RDWR | NO_LINK | BINARY, dir_fd=place)
            with os.fdopen(handle, "r+b", buffering=0) as file:
                status = os.fstat(file.fileno())
                known = (status.st_dev, status.st_ino)
                if not stat.S_ISREG(status.st_mode) or known != found.identity:
                    return "列出以后换了文件，没有动"
                if status.st_nlink > 1:
                    return "另有硬链接，没有动"
                if hashlib.file_digest(file, "sha256").hexdigest() != found.sha256:
                    return "列出以后有改动，没有动"
                _overwrite(file.fileno(), status.st_size)
            os.unlink(name, dir_fd=place)
    except FileNotFoundError:
        return "列出以后不见了"
    except OSError as error:
        return f"删不掉：{reason(error)}"
    return ""


def _place(folder: Path, found: Found, opened: contextlib.ExitStack) -> int:
    """The folder of the file, opened from ``folder`` down without following a link."""
    how = os.O_RDONLY | os.O_DIRECTORY | NO_LINK
    place = os.open(folder, how)
    opened.callback(os.close, place)
    for step in found.rel.split("/")[:-1]:
        place = os.open(step, how, dir_fd=place)
        opened.callback(os.close, place)
    return place


def _inside(folder: Path, path: Path) -> bool:
    """Where folders cannot be opened (Windows): that no step of the way leads elsewhere."""
    whole = Path(os.path.realpath(path))
    return whole.is_relative_to(os.path.realpath(folder)) and whole.name == path.name


def _overwrite(handle: int, size: int) -> None:
    """Zeros over the content, on the disk before the file is cut to nothing."""
    os.lseek(handle, 0, os.SEEK_SET)
    left = size
    while left > 0:
        left -= os.write(handle, bytes(min(left, CHUNK)))
    os.fsync(handle)
    os.ftruncate(handle, 0)
