"""Writing a result whole or not at all (整体写入).

The new file is made under a temporary name beside its target, read back, flushed to the disk and
only then renamed.  What stood there before keeps its content under a dated name.  A target that
somebody has open is left alone; the result gets a new name and a note says so.
"""

from __future__ import annotations

import datetime as dt
import filecmp
import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import python_calamine

from kbbx_xl.messages import OutputError, reason


@dataclass(frozen=True, slots=True)
class Written:
    """One file that was written; ``note`` (Chinese) tells what the user must know, or is ""."""

    path: Path
    backup: Path | None = None
    note: str = ""

    def __fspath__(self) -> str:
        return str(self.path)

    def __str__(self) -> str:
        return f"{self.path}（{self.note}）" if self.note else str(self.path)


def write_whole(
    target: Path,
    make: Callable[[Path], None],
    verify: Callable[[Path], None],
    *,
    keep_old: bool = True,
) -> Written:
    """Let ``make`` write a file and put it in place of ``target`` once ``verify`` has read it back.

    An equal file already in place is left as it is, so a second run changes nothing.  ``keep_old``
    False is for a file that only ever grows: the new content holds the old.
    Raises OutputError when the folder or disk refuses; nothing old is lost then.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=".kbbx-", suffix=target.suffix)
    except OSError as error:
        raise OutputError(f"不能在“{target.parent}”里写文件：{reason(error)}") from error
    os.close(handle)
    temporary = Path(name)
    try:
        make(temporary)
        verify(temporary)
        _flush(temporary)
        return _put(temporary, target, keep_old=keep_old)
    except OSError as error:
        raise OutputError(f"“{target.name}”没有写成：{reason(error)}。原有文件没有动") from error
    finally:
        temporary.unlink(missing_ok=True)


def verify_workbook(path: Path) -> None:
    """Read a new .xlsx back: every part's checksum, and a reader that finds sheets; OutputError."""
    try:
        with zipfile.ZipFile(path) as parts:
            broken = parts.testzip()
        sheets = python_calamine.CalamineWorkbook.from_path(str(path)).sheet_names
    except (zipfile.BadZipFile, python_calamine.CalamineError) as error:
        raise OutputError("写出的工作簿读不回来，没有采用") from error
    if broken or not sheets:
        raise OutputError("写出的工作簿读不回来，没有采用")


def zip_parts(path: Path) -> dict[str, bytes] | None:
    """Part name -> content of a workbook, letter or add-in; None when there is no such zip file."""
    try:
        with zipfile.ZipFile(path) as package:
            return {name: package.read(name) for name in package.namelist()}
    except (FileNotFoundError, zipfile.BadZipFile):
        return None


def take_built(made: Path, folder: Path, names: Iterable[str], *, check: bool) -> list[str]:
    """Copy what was built in ``made`` into ``folder`` where it differs; returns those names.

    With ``check`` nothing is written.  Packages are compared part by part, since the same content
    may be packed differently by another build of zlib.
    """
    changed = []
    for name in names:
        fresh, kept = made / name, folder / name
        if _content(kept) == _content(fresh):
            continue
        changed.append(name)
        if not check:
            folder.mkdir(parents=True, exist_ok=True)
            kept.write_bytes(fresh.read_bytes())
    return changed


def _content(path: Path) -> object:
    """What is compared of a file: its parts when it is a package, else its bytes; None if missing."""
    if not path.is_file():
        return None
    parts = zip_parts(path)
    return path.read_bytes() if parts is None else parts


def _put(temporary: Path, target: Path, *, keep_old: bool) -> Written:
    if target.exists() and filecmp.cmp(temporary, target, shallow=False):
        return Written(target)
    if is_open(target):
        return _under_new_name(temporary, target)
    backup = _back_up(target) if keep_old and target.exists() else None
    try:
        temporary.replace(target)
    except PermissionError:  # Excel on Windows keeps the file to itself
        if backup:
            backup.unlink(missing_ok=True)
        return _under_new_name(temporary, target)
    _flush_folder(target.parent)
    note = f"原有的“{target.name}”已另存为“{backup.name}”" if backup else ""
    return Written(target, backup, note)


def _under_new_name(temporary: Path, target: Path) -> Written:
    free = next(p for n in count(1) if not (p := _named(target, f"_新{n}")).exists())
    temporary.replace(free)
    _flush_folder(free.parent)
    return Written(free, note=f"“{target.name}”正在被打开，没有动它；结果存成了“{free.name}”")


def is_open(target: Path) -> bool:
    """Whether Excel, WPS (~$ file) or LibreOffice (.~lock file) shows the target as open."""
    marks = (f"~${target.name}", f".~lock.{target.name}#")
    return any((target.parent / mark).exists() for mark in marks)


def _back_up(target: Path) -> Path:
    """A second name, dated by the last change, for the content of ``target``."""
    changed = dt.datetime.fromtimestamp(target.stat().st_mtime)
    stamp = f"_备份{changed:%Y%m%d-%H%M%S}"
    names = (_named(target, stamp if n == 1 else f"{stamp}-{n}") for n in count(1))
    backup = next(p for p in names if not p.exists())
    try:
        os.link(target, backup)
    except OSError:  # a USB stick knows no second names
        shutil.copy2(target, backup)
        _flush(backup)
    return backup


def _named(target: Path, suffix: str) -> Path:
    return target.with_name(f"{target.stem}{suffix}{target.suffix}")


def _flush(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    """Make a rename survive a power cut; Windows offers no such call and needs none."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
