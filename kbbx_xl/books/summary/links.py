"""Links from a result to the file, sheet and row that it was read from."""

from __future__ import annotations

import os
import re
from pathlib import Path, PurePosixPath

from kbbx_xl.books.writing.texts import NOT_XML, units
from kbbx_xl.flow.privacy import HIDDEN, PERSON_SHEET
from kbbx_xl.flow.source import Source

LONGEST = 1_000  # Excel follows 2,079 signs, and a rare one may need two or three
_PACKED = re.compile(r"(\.zip)/.*", re.IGNORECASE | re.DOTALL)


class Links:
    """Targets of the links of one workbook; ``sources``: folder they lead to, None for no links.

    ``home`` is the folder the workbook will lie in.
    """

    def __init__(self, sources: Path | None, home: Path) -> None:
        self._sources, self._home = sources, home
        self._targets: dict[str, str] = {}

    @property
    def beside(self) -> Links:
        """Links to what lies in the folder of the workbook itself."""
        return Links(self._home if self._sources else None, self._home)

    def target(self, source: Source, cell: str = "") -> str:
        """Target that opens a source at its row or cell, relative to the workbook; "" for none."""
        if self._sources is None or not source.file or HIDDEN in source.file:
            return ""
        if source.file not in self._targets:
            self._targets[source.file] = self._target(self._sources, source.file)
        target = self._targets[source.file]
        if not target:
            return ""
        at = cell or (f"A{source.row}" if source.row else "")
        plain = source.file.lower().endswith(".csv") or _PACKED.search(source.file) is not None
        hidden = source.sheet == PERSON_SHEET or HIDDEN in source.sheet
        if plain or hidden or not (at and source.sheet):
            return target
        sheet = source.sheet.replace("'", "''")
        return f"{target}#'{sheet}'!{at}"

    def _target(self, root: Path, file: str) -> str:
        file = _PACKED.sub(r"\1", file)  # of a file in a package, the package is opened
        try:
            path = os.path.relpath(root / PurePosixPath(file), self._home)
        except ValueError:  # another drive
            path = str((root / PurePosixPath(file)).resolve())
        if NOT_XML.search(path) or units(path) > LONGEST:
            return ""  # no link of Excel leads there
        if {"#", "%"} & set(path):  # XlsxWriter escapes neither beside the other
            path = re.sub(r'[%# "<>\[\]^`{}]', lambda m: f"%{ord(m[0]):02x}", path)
        return f"external:{path}"
