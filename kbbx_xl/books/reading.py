"""Files read under watch (受监护的读取): what every command that opens received files goes through.

A package (报送包) among them is opened in memory, and its files are read as if they lay in a folder
of its name; a workbook with an opening password is opened when one of the given passwords fits.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path, PurePath
from typing import NamedTuple, TypeVar

from kbbx_xl.books.guard import Begin, Progress, Spent, each_read, watched, workers_for
from kbbx_xl.books.package import (
    NeedsPasswordError,
    Package,
    PackageError,
    WrongPasswordError,
)
from kbbx_xl.books.package.reading import ZIP, read_package
from kbbx_xl.books.read import read_content, read_file, refused
from kbbx_xl.books.read.sheets import read_bytes
from kbbx_xl.books.seal import unlocked
from kbbx_xl.messages import InputError, message
from kbbx_xl.model import PACKAGE_FORM, FileRead, Finding, Period
from kbbx_xl.settings.forms import Form

Opened = TypeVar("Opened")
HASHED = 1 << 30  # bytes; also a package too large to be opened has a checksum
LOCKED = "F02"
PACKAGE_CODES = {NeedsPasswordError: LOCKED, WrongPasswordError: "F32"}
KEPT_OPEN = 2  # packages: the one read now and the one before


class Received(NamedTuple):
    """One file as it came: where it lies, the name to show, and which file of a package it is."""

    path: Path
    rel: str
    member: str = ""

    @property
    def shown(self) -> str:
        return f"{self.rel}/{self.member}" if self.member else self.rel


@dataclass(frozen=True, slots=True)
class Reader:
    """All that is settled but the file: the month of dates without a year, the declared forms,
    ``keep`` to drop what a command does not need, and passwords to try, in turn.
    """

    period: Period
    forms: Sequence[Form] | None = None
    keep: Callable[[FileRead], FileRead] | None = None
    passwords: tuple[str, ...] = ()

    def __call__(self, file: tuple[Path, str] | Received) -> list[tuple[Received, FileRead]]:
        """A file read; of a package every file in it, and the package itself first."""
        given = Received(*file)
        if given.path.suffix.lower() == ZIP and given.path.is_file():
            found = self._package(given)
        else:
            found = [(given, self._unlocked(given))]
        if self.keep:
            return [(one, self.keep(read)) for one, read in found]
        return found

    def _package(self, given: Received) -> list[tuple[Received, FileRead]]:
        try:
            package = _opened_package(given.path, self.passwords)
        except PackageError as error:
            return [(given, _not_opened(given, error))]
        members = [m for m in package.members if given.member in ("", m.name)]
        files = [given._replace(member=member.name) for member in members]
        reads = [
            (file, self._content(member.data, file.shown))
            for file, member in zip(files, members, strict=True)
        ]
        return reads if given.member else [(given, _told_of(given, package)), *reads]

    def _content(self, data: bytes, rel: str) -> FileRead:
        read = read_content(data, rel, period=self.period, forms=self.forms)
        return self._with_password(read, data, rel)

    def _unlocked(self, given: Received) -> FileRead:
        read = read_file(given.path, given.rel, period=self.period, forms=self.forms)
        if not self.passwords or not _is_locked(read):
            return read
        return self._with_password(read, read_bytes(given.path) or b"", given.rel)

    def _with_password(self, read: FileRead, data: bytes, rel: str) -> FileRead:
        """The file read with the first password that opens it; F32 when none does."""
        if not self.passwords or not _is_locked(read):
            return read
        for password in self.passwords:
            plain = unlocked(data, password)
            if plain is not None:
                again = read_content(plain, rel, period=self.period, forms=self.forms)
                again.sha256, again.size = read.sha256, read.size
                return again
        read.findings = [Finding("F32", rel)]
        return read


def read_files(
    files: Sequence[tuple[Path, str]], reader: Reader, progress: Progress | None = None
) -> list[FileRead]:
    """Each file read in a watched process, in order; trouble with one is its finding.

    ``progress`` is told files.
    """
    if not files:
        return []
    workers = workers_for(len(files))
    size = max(1, len(files) // (workers * 8))
    batches = [files[at : at + size] for at in range(0, len(files), size)]

    def tell(done: int, _: int) -> None:
        if progress:
            progress(min(done * size, len(files)), len(files))

    return [
        read
        for answers in watched(partial(_read_batch, reader=reader), batches, workers, tell)
        for read in answers
    ]


def _read_batch(
    files: Sequence[tuple[Path, str]], begin: Begin, spent: Spent, *, reader: Reader
) -> list[FileRead]:
    return [read for _, read in flat(each_read(files, reader, refuse, begin, spent))]


def flat(
    answers: Iterable[list[tuple[Received, FileRead]]],
) -> list[tuple[Received, FileRead]]:
    """The files of several answers of a ``Reader`` in one list."""
    return [pair for answer in answers for pair in answer]


def refuse(file: tuple[Path, str] | Received, cause: str) -> list[tuple[Received, FileRead]]:
    """What is told of a file that could not be read to its end."""
    given = Received(*file)
    return [(given, refused(given.path, given.shown, cause))]


def opened(function: Callable[[Path], Opened], path: Path) -> Opened:
    """``function(path)`` in a watched process; InputError when reading takes too much.

    What the function raises on purpose is raised here.
    """
    (answer,) = watched(partial(_open_one, function=function), [path], 1)
    if isinstance(answer, str):
        (finding,) = refused(path, path.name, answer).findings
        raise InputError(f"“{path.name}”：{message(finding)}")
    return answer[0]


def opened_each(function: Callable[[Path], Opened], paths: Sequence[Path]) -> list[Opened | str]:
    """``function`` of each path in watched processes; for one that takes too much, its cause."""
    if not paths:
        return []
    task = partial(_open_one, function=function)
    answers = watched(task, paths, workers_for(len(paths)))
    return [one if isinstance(one, str) else one[0] for one in answers]


def _open_one(
    path: Path, begin: Begin, spent: Spent, *, function: Callable[[Path], Opened]
) -> tuple[Opened] | str:
    if spent:
        return next(iter(spent.values()))
    begin(0)
    try:
        return (function(path),)
    except MemoryError:
        return "占用内存过多"


def _is_locked(read: FileRead) -> bool:
    return any(finding.code == LOCKED for finding in read.findings)


@lru_cache(maxsize=KEPT_OPEN)
def _opened_package(path: Path, passwords: tuple[str, ...]) -> Package:
    """A package opened with the first password that fits; it is asked for once a file in it."""
    try:
        return read_package(path)
    except NeedsPasswordError:
        for number, password in enumerate(passwords, 1):
            try:
                return read_package(path, password)
            except WrongPasswordError:
                if number == len(passwords):
                    raise
        raise


def _not_opened(given: Received, error: PackageError) -> FileRead:
    code = next((c for kind, c in PACKAGE_CODES.items() if isinstance(error, kind)), "F36")
    params = {"cause": error.cause, "remedy": error.remedy} if code == "F36" else {}
    told = _package_file(given, "unreadable")
    told.findings = [Finding(code, given.rel, params=params)]
    return told


def _package_file(given: Received, status: str) -> FileRead:
    """A package as a file: its checksum and size, nothing of what is in it."""
    data = read_bytes(given.path, HASHED) or b""
    return FileRead(given.rel, hashlib.sha256(data).hexdigest(), len(data), status)


def _told_of(given: Received, package: Package) -> FileRead:
    """The package itself: whose it is, for which month, when sealed, and what has changed since."""
    told = _package_file(given, "package")
    told.own["form"] = PACKAGE_FORM
    if package.manifest:
        made = package.manifest
        told.own |= {"unit_name": made.unit, "period": str(made.month), "digest": made.own_digest}
        told.own["sealed_at"] = made.sealed_at.isoformat()
    if package.changes:
        told.own["changed"] = "1"
        names = "、".join(f"{PurePath(c.name).name}（{c.label}）" for c in package.changes)
        told.findings = [Finding("F33", given.rel, params={"what": names})]
    elif not package.manifest:
        told.findings = [Finding("F34", given.rel)]
    return told
