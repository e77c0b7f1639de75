"""The files of one folder, package or unit read and judged (读取与核对), or taken from the cache.

A file is known again by its checksum: of an unchanged one only its face is needed, what it says of
itself, and a unit of which nothing has changed is not judged anew.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kbbx_xl.books.cache import Cache
from kbbx_xl.books.guard import Begin, Spent, each_read
from kbbx_xl.books.read.sheets import read_bytes
from kbbx_xl.books.reading import Reader, Received, flat, refuse
from kbbx_xl.flow.context import Context
from kbbx_xl.flow.unit import UnitResult, analyse_unit
from kbbx_xl.flow.units import UnitFinder
from kbbx_xl.model import FileRead, Finding, Table, Unit


@dataclass(frozen=True, slots=True)
class Job:
    """Files that lie together, or one package."""

    files: tuple[Received, ...]


@dataclass(frozen=True, slots=True)
class Split:
    """A unit whose files lie in several folders."""

    unit: Unit
    files: tuple[Received, ...]


@dataclass(slots=True)
class Answer:
    """What one job found: a result a unit, the files of each, and what belongs to nobody."""

    results: list[UnitResult] = field(default_factory=list)
    homes: dict[str, list[Received]] = field(default_factory=dict)
    loose: list[FileRead] = field(default_factory=list)
    packages: list[FileRead] = field(default_factory=list)


@dataclass(slots=True)
class _File:
    """One file of a task: its place in it, what was read, what is doubtful about whose it is."""

    number: int
    file: Received
    read: FileRead
    is_face: bool
    doubts: list[Finding] = field(default_factory=list)


class Judge:
    """All that is settled but the files; without a ``cache`` everything is worked out.

    Where passwords are given nothing is kept.
    """

    def __init__(
        self,
        context: Context,
        reader: Reader,
        *,
        with_roster: bool = False,
        cache: Cache | None = None,
    ) -> None:
        self.context, self.reader, self.with_roster = context, reader, with_roster
        self.cache = cache if reader == Reader(reader.period) else None
        settled = f"{context!r} {reader.period} {with_roster}"
        self.settled = hashlib.sha256(settled.encode("utf-8", "surrogatepass")).hexdigest()

    def folder(self, job: Job, begin: Begin, spent: Spent) -> Answer:
        """Read one folder's files, or one package's, and judge them unit by unit."""
        task = _Task(self, job.files, begin, spent)
        found = task.faces()
        answer = Answer()
        finder = UnitFinder(self.context.directory)
        answer.packages = [one.read for one in found if one.read.status == "package"]
        beside = finder.told_in(one.read for one in found if one.read.status != "package")
        sealed_by = {p.own["unit_name"] for p in answer.packages if "unit_name" in p.own}
        named = map(self.context.directory.named, sorted(sealed_by))
        beside = beside or next(filter(None, named), None)
        by_unit: dict[str, list[_File]] = defaultdict(list)
        units: dict[str, Unit] = {}
        for one in found:
            if one.read.status in ("ignored", "package"):
                answer.loose += [one.read] if one.read.status == "ignored" else []
                continue
            unit, one.doubts = finder.decide(one.read, beside)
            if unit is None:
                answer.loose.append(_face(one.read, one.doubts))
                continue
            units[unit.name] = unit
            by_unit[unit.name].append(one)
            answer.homes.setdefault(unit.name, []).append(one.file)
        answer.results = [self._result(task, units[name], mine) for name, mine in by_unit.items()]
        task.save()
        return answer

    def whole(self, split: Split, begin: Begin, spent: Spent) -> UnitResult:
        """One unit's files from several folders, judged together."""
        task = _Task(self, tuple(sorted(split.files, key=lambda f: f.shown)), begin, spent)
        finder = UnitFinder(self.context.directory)
        mine = task.faces()
        for one in mine:
            one.doubts = finder.decide(one.read, split.unit)[1]
        result = self._result(task, split.unit, mine)
        task.save()
        return result

    def _result(self, task: _Task, unit: Unit, mine: Sequence[_File]) -> UnitResult:
        """One unit judged, or what was kept of the same files under the same doubts."""
        name = f"{unit!r} {[(one.file.shown, task.sum_of(one), one.doubts) for one in mine]!r}"
        lasting = all(task.is_lasting(one.file, one.read) for one in mine)
        result: UnitResult | None = task.kept("unit", self.settled, name) if lasting else None
        if result is None:
            reads = task.whole(mine)
            result = analyse_unit(unit, reads, self.context, with_roster=self.with_roster)
            if all(map(task.is_lasting, (one.file for one in mine), reads)):
                task.keep(result, "unit", self.settled, name)
        return result


class _Task:
    """The files of one task as they are read and looked up."""

    def __init__(self, judge: Judge, files: Sequence[Received], begin: Begin, spent: Spent) -> None:
        self.files, self.begin, self.spent = files, begin, spent
        self.reader, self.cache = judge.reader, judge.cache
        self._new: list[tuple[object, tuple[str, ...]]] = []
        paths = {file.path for file in files} if judge.cache else ()
        self.sums = {path: _checksum(path) for path in paths}

    def faces(self) -> list[_File]:
        """Every file of the task, of known ones the face."""
        known: dict[Received, list[tuple[str, FileRead]]] = {}
        for file in self.files:
            faces = self.kept(*self._name(file)) if self.sums.get(file.path) else None
            if faces is not None:
                known[file] = faces

        def look(file: Received) -> list[tuple[Received, FileRead]]:
            if file not in known:
                return self.reader(file)
            return [(file._replace(member=member), face) for member, face in known[file]]

        answers = each_read(self.files, look, refuse, self.begin, self.spent)
        for file, pairs in zip(self.files, answers, strict=True):
            if file not in known and all(self.is_lasting(*pair) for pair in pairs):
                self.keep([(one.member, _face(read)) for one, read in pairs], *self._name(file))
        return [
            _File(number, one, read, file in known)
            for number, (file, pairs) in enumerate(zip(self.files, answers, strict=True))
            for one, read in pairs
        ]

    def whole(self, mine: Sequence[_File]) -> list[FileRead]:
        """What stands in some files, with what is doubtful about each among its findings."""
        missing = [one for one in mine if one.is_face]
        numbers = [one.number for one in missing]
        files = [one.file for one in missing]
        again = each_read(files, self.reader, refuse, self.begin, self.spent, numbers)
        reads = dict(flat(again))
        for one in mine:
            one.read = reads.get(one.file, one.read)
            one.read.findings += one.doubts
        return [one.read for one in mine]

    def is_lasting(self, file: Received, read: FileRead) -> bool:
        """Whether the next reading of the same bytes is sure to give the same."""
        same = file.member or read.sha256 == self.sums.get(file.path)
        return bool(self.sums.get(file.path)) and bool(same) and read.status != "unreadable"

    def sum_of(self, one: _File) -> str:
        return self.sums.get(one.file.path, "")

    def kept(self, *parts: str) -> Any:
        return self.cache.get(*parts) if self.cache else None

    def keep(self, value: object, *parts: str) -> None:
        """Keep a value, once the task is done."""
        self._new.append((value, parts))

    def save(self) -> None:
        if self.cache:
            self.cache.put_all(self._new)

    def _name(self, file: Received) -> tuple[str, ...]:
        return "faces", str(self.reader.period), file.shown, self.sums[file.path]


def _checksum(path: Path) -> str:
    """sha256 of a file; "" for one that the gate would not fetch."""
    data = read_bytes(path)
    return "" if data is None else hashlib.sha256(data).hexdigest()


def _face(read: FileRead, doubts: Sequence[Finding] = ()) -> FileRead:
    """What a file says about itself, without its records."""
    tables = [Table(t.kind, t.layout, t.table, t.file, t.sheet, {}, [], {}, t.meta) for t in read.tables]  # fmt: skip
    findings = [*read.findings, *doubts]
    return dataclasses.replace(read, tables=tables, findings=findings, typed=[], school_days=())
