"""Writing one result whole or not at all (整体写入), and reading a written one back.

The new file is made beside its target, read back, flushed to the disk and only then renamed; what
stood there before keeps its content under a dated name.  A target that somebody has open is left
alone; the result gets a new name and a note says so.  How: ``books.writing``.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

import python_calamine

from kbbx_xl.books.writing.names import is_open
from kbbx_xl.books.writing.results import Result, Written, write_set
from kbbx_xl.books.writing.texts import plain
from kbbx_xl.messages import OutputError

__all__ = [
    "Written",
    "is_open",
    "json_result",
    "json_text",
    "take_built",
    "verify_workbook",
    "write_whole",
    "zip_parts",
]


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
    return write_set([Result(target, make, verify, keep_old)])[0]


def json_text(value: object) -> str:
    """JSON: sorted keys, the same text for the same value."""
    return plain(json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True)) + "\n"


def json_result(path: Path, value: object) -> Result:
    """JSON to be written: UTF-8, sorted keys, the same bytes for the same value."""
    text = json_text(value)

    def make(new: Path) -> None:
        new.write_text(text, encoding="utf-8", newline="\n")

    return Result(path, make, lambda new: json.loads(new.read_text(encoding="utf-8")))


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
