"""A folder while we write into it (写入中的文件夹): one run at a time, and a place for what is not finished.

A run holds the lock of every folder it writes into.  So whatever unfinished business another run
left there belongs to nobody: what was decided is brought to its end, the rest is removed.  A lock is
the system's, not the file's: it ends with the process that held it, however that ended.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kbbx_xl.books.writing import journal
from kbbx_xl.books.writing.names import LOCK, ROOM
from kbbx_xl.messages import OutputError, reason

if TYPE_CHECKING:
    from filelock import BaseFileLock

WAIT = 10.0  # seconds for another run to finish; writing a county takes less
SOON = 0.3  # seconds that need no words

_log = logging.getLogger(__name__)  # unless somebody listens, warnings go to standard error


@dataclass(frozen=True, slots=True)
class Room:
    """A hidden folder beside the results of one run: on the same disk, so that a rename is enough."""

    folder: Path
    place: Path


_mine: dict[Path, Room] = {}  # folders this process is at work in


@contextmanager
def at_work(folder: Path) -> Iterator[Room]:
    """Hold ``folder`` for this run, made where it is missing; again within the block is the same.

    Raises OutputError when another run keeps it, or when nothing can be written there.
    """
    home = folder.resolve()
    if home in _mine:
        yield _mine[home]
        return
    _make(home)
    with _locked(home) as alone:
        if alone:
            _clear(home)
        _mine[home] = room = _enter(home)
        try:
            yield room
        finally:
            del _mine[home]
            if not journal.pending(room.place):
                shutil.rmtree(room.place, ignore_errors=True)


@contextmanager
def at_work_in(folders: Iterable[Path]) -> Iterator[list[Room]]:
    """``at_work`` in several folders, always in the same order: two runs never wait for each other."""
    homes = sorted({folder.resolve() for folder in folders})
    with ExitStack() as held:
        yield [held.enter_context(at_work(home)) for home in homes]


@contextmanager
def scratch(place: Path) -> Iterator[None]:
    """Whatever a library puts aside meanwhile lies in ``place``, never in the system's own folder.

    XlsxWriter and openpyxl keep whole sheets in temporary files, which a killed process leaves.
    """
    before = tempfile.tempdir
    tempfile.tempdir = str(place)
    try:
        yield
    finally:
        tempfile.tempdir = before


def _make(home: Path) -> None:
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _refused(home, error) from error


def _enter(home: Path) -> Room:
    try:
        return Room(home, Path(tempfile.mkdtemp(prefix=ROOM, dir=home)))
    except OSError as error:
        raise _refused(home, error) from error


def _refused(home: Path, error: OSError) -> OutputError:
    return OutputError(f"不能在“{home}”里写文件：{reason(error)}")


@contextmanager
def _locked(home: Path) -> Iterator[bool]:
    """The lock of a folder; False where the system or the drive knows none, which is no reason to stop."""
    from filelock import FileLock, Timeout  # noqa: PLC0415 (a tenth of a second that reading need not wait)

    # the file itself says nothing; everybody who may write into the folder may lock it
    lock = FileLock(home / LOCK, mode=0o666, fallback_to_soft=False)
    alone = True
    try:
        try:
            lock.acquire(timeout=SOON)
        except Timeout:
            _log.warning("另一个 kbbx-xl 正在往“%s”里写结果，最多等 %g 秒……", home.name, WAIT)
            lock.acquire(timeout=WAIT)
    except Timeout as error:
        raise OutputError(
            f"另一个 kbbx-xl 正在往“{home}”里写结果，等了 {WAIT:g} 秒还没有写完。"
            "这次什么也没有写，等它结束后再运行"
        ) from error
    except (OSError, NotImplementedError):
        alone = False
    try:
        yield alone
    finally:
        if alone:
            _release(lock, home / LOCK)


def _release(lock: BaseFileLock, file: Path) -> None:
    """Give the lock back and leave no file.

    Where an open file can be removed, that must happen while the lock is held: who waits for it
    sees that the file is gone and makes a new one.  Windows removes none that somebody waits for.
    """
    if os.name == "nt":
        lock.release()
    with contextlib.suppress(OSError):
        file.unlink()
    lock.release()


def _clear(home: Path) -> None:
    """Bring what killed runs left to its end: decided exchanges are done, the rest is removed."""
    try:
        left = sorted(path for path in home.iterdir() if path.name.startswith(ROOM))
        for place in left:
            journal.finish(place)
        for place in left:
            shutil.rmtree(place, ignore_errors=True)
    except OSError as error:
        raise OutputError(
            f"“{home}”里有上次没有换完的结果，这次也没有换成：{reason(error)}。磁盘正常后再运行"
        ) from error
