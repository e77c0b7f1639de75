"""Which unit a file belongs to (单位认定): what the sheets say, then the folder, then the name.

A school is written by its full name, by its name without the town or county in front (中心小学),
or by its code.  A short name counts only where it can mean one unit: inside the folder of its
central school, or when no other unit ends so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from kbbx_xl.model import Directory, FileRead, Finding, Kind, Unit
from kbbx_xl.rules.addresses import county_of, place_of

SHORTEST = 3  # characters of a short name that may stand for a unit
_NUMBERING = re.compile(r"^[\d\s._、()（）\-—]+")


@dataclass(frozen=True)
class UnitFinder:
    """Finds units of a directory in texts and paths."""

    directory: Directory

    @cached_property
    def _by_length(self) -> dict[int, dict[str, Unit]]:
        """Length of a name -> name -> unit, the longest first."""
        found: dict[int, dict[str, Unit]] = {}
        for unit in sorted(self.directory.units, key=lambda u: -len(u.name)):
            found.setdefault(len(unit.name), {}).setdefault(unit.name, unit)
        return found

    @cached_property
    def _folders(self) -> dict[str, tuple[Unit | None, bool]]:
        return {}

    def within(self, text: str) -> Unit | None:
        """The unit whose full name stands in ``text``; the longest name wins."""
        for length, named in self._by_length.items():
            parts = {text[at : at + length] for at in range(len(text) - length + 1)}
            if hits := parts & named.keys():
                return named[min(hits)]
        return None

    def short(self, text: str, among: Iterable[Unit]) -> Unit | None:
        """The one unit of ``among`` meant by a short name; None when none or several."""
        written = text.strip()
        text = _NUMBERING.sub("", written)
        units = list(among)
        exact = [u for u in units if u.code == written or u.name == text]
        ends = exact or [u for u in units if len(text) >= SHORTEST and u.name.endswith(text)]
        hits = ends or [
            u for u in units if u.is_center and len(text) > 1 and u.name.startswith(text)
        ]
        return hits[0] if len(hits) == 1 else None

    @property
    def county_name(self) -> str:
        """The county by the name of its bureau: 青禾县教育和体育局 -> 青禾县; "" when it is not known."""
        return county_of(self.directory.county.name) if self.directory.county else ""

    def school_named(self, written: str) -> str:
        """The school of the county that a cell means; "" for none and for places elsewhere."""
        schools = self.directory.schools
        if not written:
            return ""
        full = next((u for u in schools if written.endswith(u.name)), None)
        if full:
            place, ours = place_of(written.removesuffix(full.name)), self.county_name
            return full.name if not place or (ours and place.endswith(ours)) else ""
        found = self.short(written, schools)
        return found.name if found else ""

    def by_folder(self, path: str) -> tuple[Unit | None, bool]:
        """The unit of the deepest folder that names one, and whether that is the file's own folder.

        Short names are read inside their parent.
        """
        folder = path.rpartition("/")[0]
        if folder not in self._folders:
            found: Unit | None = None
            own = True
            for part in path.split("/")[:-1]:
                inside = self.directory.children(found.name) if found else ()
                nearer = self.short(part, inside) or self._anywhere(part)
                found, own = nearer or found, nearer is not None
            self._folders[folder] = found, own
        return self._folders[folder]

    def _anywhere(self, part: str) -> Unit | None:
        return self.within(part) or self.short(part, self.directory.units)

    def by_name(self, path: str, folder: Unit | None) -> Unit | None:
        """The unit named in the file's own name, read inside the folder's unit."""
        stem = path.rsplit("/", 1)[-1].rsplit(".", 1)[0]
        full = self.within(stem)
        if full or folder is None or not folder.is_center:
            return full
        hits = [u for u in self.directory.children(folder.name) if self._short_in(u, folder, stem)]
        return hits[0] if len(hits) == 1 else None

    def _short_in(self, unit: Unit, parent: Unit, text: str) -> bool:
        prefix = _common_prefix(unit.name, parent.name)
        short = unit.name[len(prefix) :]
        return len(short) >= SHORTEST and short in text and parent.name not in text

    def told_in(self, reads: Iterable[FileRead]) -> Unit | None:
        """The one school that the sheets of a folder's files name; None when none or several."""
        found = (self._inside(read, self.by_folder(_path(read))[0]) for read in reads)
        units = {unit.name: unit for unit in found if unit}
        school = next(iter(units.values()), None)
        return school if school and len(units) == 1 and school.is_school else None

    def decide(
        self, read: FileRead, beside: Unit | None = None
    ) -> tuple[Unit | None, list[Finding]]:
        """The unit of a file, and what is doubtful about it (F10, F11, F23).

        A file that says nothing, in a folder whose name says nothing, goes with ``beside``, the
        one school that the other files of the folder name (``told_in``).
        """
        folder, sure = self.by_folder(_path(read))
        inside = self._inside(read, folder)
        named = self.by_name(read.path, folder)
        if not sure and inside is None:
            folder = beside or _fit(folder, read)
        unit = inside or (named if named and (folder is None or folder.is_center) else folder)
        if unit is None:
            written = read.written_unit
            code = Finding("F23", read.path, params={"inside": written})
            return None, [code if written else Finding("F11", read.path)]
        if folder and inside and _contradict(folder, inside):
            params = {"inside": inside.name, "folder": folder.name}
            return unit, [Finding("F10", read.path, params=params, unit=inside.name)]
        return unit, []

    def _inside(self, read: FileRead, folder: Unit | None) -> Unit | None:
        code, name = read.own.get("unit", ""), read.own.get("unit_name", "")
        stamped = (self.directory.named(code) if code else None) or (
            self.directory.named(name) if name else None
        )
        if stamped:
            return stamped
        for label in ("单位", "标题"):
            for table in read.tables:
                text = table.meta.get(label, "")
                unit = self.within(text) if text else None
                if unit is None and text and label == "单位":
                    near = self.directory.children(folder.name) if folder else ()
                    unit = self.short(text, near) or self.short(text, self.directory.units)
                if unit:
                    return unit
        return None


def _path(read: FileRead) -> str:
    """The path with the folder that the user gave in front: its name counts as a folder's."""
    return f"{read.home}/{read.path}" if read.home else read.path


def _fit(folder: Unit | None, read: FileRead) -> Unit | None:
    """The unit of a folder further up, unless it is a centre and the paper is a school's."""
    of_school = any(t.kind not in (Kind.GRID, Kind.CENTER) for t in read.tables)
    return None if folder and folder.is_center and of_school else folder


def _contradict(folder: Unit, inside: Unit) -> bool:
    return inside.name != folder.name and inside.parent != folder.name


def _common_prefix(one: str, other: str) -> str:
    size = 0
    while size < min(len(one), len(other)) and one[size] == other[size]:
        size += 1
    return one[:size]
