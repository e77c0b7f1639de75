"""Names of results, of what they replace, and of what is not finished (文件名)."""

from __future__ import annotations

import datetime as dt
import re
from itertools import count
from pathlib import Path, PurePath

from kbbx_xl.books.writing.texts import plain
from kbbx_xl.messages import OutputError, reason

ROOM = ".kbbx-tmp-"  # folders of runs that have not finished, beside their targets
LOCK = ".kbbx-lock"
FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f]')
RESERVED = re.compile(r"(?:con|prn|aux|nul|com[1-9]|lpt[1-9])(?:\.|$)", re.I)


def unfinished(path: PurePath) -> bool:
    """Whether a path is, or lies in, what a run of ours puts beside its results while it writes."""
    return any(part == LOCK or part.startswith(ROOM) for part in path.parts)


def safe_name(text: str) -> str:
    """A text as part of a file name: what Windows forbids becomes _."""
    return FORBIDDEN.sub("_", plain(text)).rstrip(" .")


def check_target(target: Path) -> None:
    """OutputError for a target that is no place for a file, before any work is done for it.

    Names that Windows cannot hold are refused everywhere: there ``a:b`` would hide the content in a
    second stream of ``a``, and results travel.
    """
    name = target.name
    if FORBIDDEN.search(name) or RESERVED.match(name) or name != name.rstrip(" ."):
        raise OutputError(f"文件名“{safe_name(name)}”里有 Windows 不允许的写法，请换一个文件名")
    try:
        if target.is_dir():
            raise OutputError(f"“{target.name}”是文件夹，请换一个文件名")
        if target.exists() and not target.is_file():
            raise OutputError(f"“{target.name}”不是普通文件，不能写在它上面，请换一个文件名")
        target.lstat()
    except FileNotFoundError:
        return
    except OSError as error:
        raise OutputError(f"“{target}”不能写：{reason(error)}") from error


def is_open(target: Path) -> bool:
    """Whether Excel, WPS (~$ file) or LibreOffice (.~lock file) shows the target as open."""
    name = target.name
    marks = [f"~${name}", f".~lock.{name}#"]
    if target.suffix.lower() == ".docx":
        marks.append(f"~${name[2:]}")  # Word's own way with names that are not short
    return any((target.parent / mark).exists() for mark in marks)


def new_name(target: Path) -> Path:
    """A free name beside a target that somebody has open."""
    return next(p for n in count(1) if not (p := _named(target, f"_新{n}")).exists())


def backup_name(target: Path, content: Path) -> Path:
    """A free name for ``content``, which stands or stood at ``target``, dated by its last change."""
    changed = dt.datetime.fromtimestamp(content.stat().st_mtime)
    stamp = f"_备份{changed:%Y%m%d-%H%M%S}"
    names = (_named(target, stamp if n == 1 else f"{stamp}-{n}") for n in count(1))
    return next(p for p in names if not p.exists())


def _named(target: Path, suffix: str) -> Path:
    return target.with_name(f"{target.stem}{suffix}{target.suffix}")
