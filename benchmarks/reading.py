"""The steps ``read`` (every sheet of every file) and ``join`` (and one table a kind of sheet).

``read`` sees {files, sheets}; ``join`` sees the rows of each table.
"""

from __future__ import annotations

import re
import shutil
import zipfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.contestant import Contestant
from benchmarks.libraries import HEADS, LIBRARIES, each, kind_of, office_rows

OFFICE = "LibreOffice, to csv"
FLOOR = "floor: inflate, one pass over the XML, 2 processes"
OURS = "kbbx_xl: gate, reading, tables, 2 processes"
PROCESSES = 2
_PART = re.compile(r"xl/(?:sharedStrings|worksheets/sheet\d+)\.xml")


def files_of(argument: str, _number: int = 0) -> list[Path]:
    """``folder`` or ``folder::every``: the schools' workbooks below it, or every so many."""
    folder, _, every = argument.partition("::")
    return sorted(Path(folder).glob("*/**/*.xlsx"))[:: int(every or 1)]  # the directory lies above


def contestants(step: str) -> Mapping[str, Contestant]:
    """All that can do the step, by name."""
    work = read if step == "read" else join
    found = [
        Contestant(name, files_of, partial(work, library), library.needs)
        for name, library in LIBRARIES.items()
    ]
    if step == "read":
        found.append(Contestant(OFFICE, files_of, read_office))
        found.append(Contestant(FLOOR, files_of, read_floor, ("isal",)))
        found.append(Contestant(OURS, files_of, read_ours))
    else:
        found.append(Contestant(OURS, files_of, join_ours))
    return {contestant.name: contestant for contestant in found}


def office_missing() -> str:
    return "" if shutil.which("soffice") else "LibreOffice is not on this machine"


def read(library: Any, paths: Sequence[Path]) -> dict[str, int]:
    sheets = sum(len(found) for found in each(library, paths))
    return {"files": len(paths), "sheets": sheets}


def filled(library: Any, paths: Sequence[Path]) -> int:
    """Cells with a value, for tests: counting is no part of the step."""
    return sum(library.filled(sheet) for found in each(library, paths) for _, sheet in found)


def join(library: Any, paths: Sequence[Path]) -> dict[str, int]:
    """Rows of the table of every kind of sheet."""
    by_kind: dict[str, list[Any]] = defaultdict(list)
    for found in each(library, paths):
        for name, sheet in found:
            by_kind[kind_of(name)].append(sheet)
    return {kind: library.table(HEADS[kind], sheets) for kind, sheets in sorted(by_kind.items())}


def read_office(paths: Sequence[Path]) -> dict[str, int]:
    sheets, _ = office_rows(paths)
    return {"files": len(paths), "sheets": sheets}


def read_floor(paths: Sequence[Path]) -> dict[str, int]:
    """What no reader can go below: every sheet inflated and looked at once."""
    with ProcessPoolExecutor(PROCESSES) as pool:
        sheets = sum(sheets for sheets, _ in pool.map(scan, paths, chunksize=8))
    return {"files": len(paths), "sheets": sheets}


def scan(path: Path) -> tuple[int, int]:
    """(sheets, cells with a value) of one file, counted in its XML."""
    from isal import isal_zlib

    data = path.read_bytes()
    sheets = cells = 0
    with zipfile.ZipFile(path) as package:
        for part in package.infolist():
            if not _PART.fullmatch(part.filename):
                continue
            at = part.header_offset
            skip = 30 + sum(int.from_bytes(data[at + n : at + n + 2], "little") for n in (26, 28))
            packed = memoryview(data)[at + skip : at + skip + part.compress_size]
            text = isal_zlib.decompress(packed, -15, part.file_size)
            if part.filename.startswith("xl/worksheets"):
                sheets, cells = sheets + 1, cells + text.count(b"<v>") + text.count(b"<is>")
            else:
                text.decode()
    return sheets, cells


def read_ours(paths: Sequence[Path]) -> dict[str, int]:
    """Read and judged as tables, which then are dropped, as ``county`` does."""
    from benchmarks import ours

    with ProcessPoolExecutor(PROCESSES) as pool:
        list(pool.map(ours.tables_of, paths, chunksize=8))
    return {"files": len(paths), "sheets": -1}


def join_ours(paths: Sequence[Path]) -> dict[str, int]:
    """The tables of all files in one process, rows by kind of paper."""
    from benchmarks import ours

    return ours.joined(paths)
