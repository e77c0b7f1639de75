"""收件: the packages of an inbox into one folder a unit, and what became of each into 收件登记.xlsx.

A package is opened twice: once to know whose it is and whether it is as sealed, and again when it
is the one that counts; so no more than one lies in memory.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import stat
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path, PurePath

from kbbx_xl.books.files import Written
from kbbx_xl.books.package.archive import OTHERS, Member
from kbbx_xl.books.package.errors import (
    DamagedError,
    NeedsPasswordError,
    PackageError,
    WrongPasswordError,
)
from kbbx_xl.books.package.folder import put_whole, safe_target
from kbbx_xl.books.package.names import unsafe
from kbbx_xl.books.package.reading import ZIP, Package, read_package
from kbbx_xl.books.package.register import (
    NO_LIST,
    SPOILT_LIST,
    UNOPENED,
    Record,
    in_order,
    read_register,
    write_register,
)
from kbbx_xl.books.read import read_folder
from kbbx_xl.books.read.detect import noise
from kbbx_xl.flow.receipt import Verdict, judge
from kbbx_xl.messages import InputError

SUBMISSIONS = "报送"
PACKED = frozenset((ZIP, *(f".{name.lower()}" for _, name in OTHERS)))
LOCKED = (NeedsPasswordError, WrongPasswordError)
Tell = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Received:
    """What an inbox held: all packages so far, what became of each, and files that are none."""

    records: tuple[Record, ...]
    verdicts: Mapping[str, Verdict]
    written: Written | None
    others: tuple[str, ...]

    def state(self, record: Record) -> str:
        verdict = self.verdicts.get(record.id)
        return str(verdict.state) if verdict else UNOPENED


def receive(
    inbox: Path, folder: Path, *, now: dt.datetime, password: str | None = None, tell: Tell | None = None,
) -> Received:  # fmt: skip
    """Take in every package below ``inbox``; what was taken in before stays as it is.

    InputError when there is no inbox, or the register is open in Excel.  What is wrong with a
    package is a line of the register, and never stops the others.
    """
    if not inbox.is_dir():
        raise InputError(f"找不到文件夹：{inbox}")
    known = {record.id: record for record in read_register(folder)}
    packages, others = _found(inbox, folder)
    here: dict[str, Path] = {}
    for number, (path, rel) in enumerate(packages, 1):
        record = _record(path, rel, now, password)
        here.setdefault(record.id, path)
        known[record.id] = _merged(known.get(record.id), record)
        if tell:
            tell(number, len(packages))
    verdicts = _verdicts(known.values())
    records = _placed(known, verdicts, here, folder, password, now)
    written = write_register(folder, records, verdicts) if records else None
    return Received(tuple(sorted(records, key=in_order)), verdicts, written, tuple(others))


def _found(inbox: Path, folder: Path) -> tuple[list[tuple[Path, str]], list[str]]:
    """Packages below the inbox, and files that are none; what lies in the result folder is neither."""
    packages, others = [], []
    mine = folder.resolve()
    nested = mine != inbox.resolve()
    for path, rel in read_folder(inbox):
        if nested and path.resolve().is_relative_to(mine):
            continue
        if not nested and rel.split("/")[0] in (SUBMISSIONS, "收件登记.xlsx"):
            continue
        if path.suffix.lower() in PACKED:
            packages.append((path, rel))
        elif not noise(rel):
            others.append(rel)
    return packages, others


def _record(path: Path, rel: str, now: dt.datetime, password: str | None) -> Record:
    """What one package says of itself, or why it was not opened."""
    received = now.replace(microsecond=0).isoformat()
    try:
        identity = _identity(path)
    except OSError:
        identity = hashlib.sha256(rel.encode("utf-8", "surrogatepass")).hexdigest()
        lost = DamagedError("不是普通文件，或读不了", "复制到本机硬盘再试")
        return Record(identity, (rel,), received, cause=lost.cause, remedy=lost.remedy)
    base = Record(identity, (rel,), received)
    try:
        package = read_package(path, password)
    except PackageError as error:
        return dataclasses.replace(base, cause=error.cause, remedy=error.remedy)
    changes = tuple(f"{change.name}（{change.label}）" for change in package.changes)
    made = package.manifest
    if made is None:
        return dataclasses.replace(base, bare=True, changes=changes)
    return dataclasses.replace(
        base,
        unit=made.unit,
        month=made.month,
        sealed_at=made.sealed_at.isoformat(),
        digest=made.own_digest,
        code=made.code,
        changes=changes,
    )


def _identity(path: Path) -> str:
    """sha256 of a regular file, read in pieces; OSError for anything else."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _merged(old: Record | None, new: Record) -> Record:
    """What is known of a package now: first seen when it was, under every name it came by.

    A package that was opened once does not become a locked one for want of its password.
    """
    if old is None:
        return new
    names = tuple(sorted({*old.names, *new.names}))
    if old.opened and not new.opened:
        return dataclasses.replace(old, names=names)
    return dataclasses.replace(new, names=names, received=old.received, home=old.home, put=old.put)


def _verdicts(records: Iterable[Record]) -> dict[str, Verdict]:
    """Verdicts of all that were opened, those without a manifest included."""
    listed = list(records)
    found = judge(receipt for r in listed if (receipt := r.receipt))
    for record in listed:
        if record.bare:
            found[record.id] = SPOILT_LIST if record.changes else NO_LIST
    return found


def _placed(
    known: Mapping[str, Record], verdicts: Mapping[str, Verdict], here: Mapping[str, Path],
    folder: Path, password: str | None, now: dt.datetime,
) -> list[Record]:  # fmt: skip
    """Lay out what counts and has not been laid out; set aside what no longer counts."""
    records = dict(known)
    homes = {r.home for r in records.values() if r.home}
    for identity in sorted(here):
        record, verdict = records[identity], verdicts.get(identity)
        if verdict is None or not verdict.used or record.put:
            continue
        try:
            package = read_package(here[identity], password)
        except PackageError:  # changed since it was listed: the next run tells
            continue
        home = record.home or _there(record, folder / SUBMISSIONS) or _home(record, homes)
        homes.add(home)
        placed = _lay_out(package, folder / SUBMISSIONS / home)
        for other in [r for r in records.values() if r.home == home and r.id != identity and r.put]:
            _set_aside(other, {path for path, _ in placed}, folder / SUBMISSIONS / home, now)
            records[other.id] = dataclasses.replace(other, put=())
        records[identity] = dataclasses.replace(record, home=home, put=placed)
    return list(records.values())


def _there(record: Record, below: Path) -> str:
    """The one folder that waits for the unit already, as setting up makes it; "" for none or several."""
    if not record.unit or unsafe(record.unit):
        return ""
    named = (p for p in below.rglob("*") if p.name == record.unit)
    found = [
        p for p in named if p.is_dir() and p.resolve() == below.resolve() / p.relative_to(below)
    ]
    return found[0].relative_to(below).as_posix() if len(found) == 1 else ""


def _home(record: Record, taken: set[str]) -> str:
    """The folder of a package: its unit's, or one of its own where it names none."""
    if record.digest:
        return (
            record.unit
            if record.unit and not unsafe(record.unit)
            else f"单位_{_short(record.unit)}"
        )
    stem = f"{PurePath(record.names[0]).stem}（没有清单）"
    name = stem if not unsafe(stem) else f"没有清单_{record.id[:8]}"
    return name if name not in taken else f"{name}_{record.id[:8]}"


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _lay_out(package: Package, home: Path) -> tuple[tuple[str, str], ...]:
    """Write the files; a file of the same name with other content keeps it under a dated name."""
    for member in package.members:
        put_whole(member, safe_target(home, member.name))
    return tuple((m.name, _sha256(m)) for m in package.members)


def _sha256(member: Member) -> str:
    return hashlib.sha256(member.data).hexdigest()


def _set_aside(old: Record, kept: set[str], home: Path, now: dt.datetime) -> None:
    """Files of the older package that the newer one no longer has: out of the way, not lost."""
    for name, _ in old.put:
        path = safe_target(home, name)
        if name in kept or path.is_symlink() or not path.is_file():
            continue
        stamp = f"_备份{now:%Y%m%d-%H%M%S}"
        names = (
            path.with_name(f"{path.stem}{stamp}{f'-{n}' if n > 1 else ''}{path.suffix}")
            for n in count(1)
        )
        path.rename(next(p for p in names if not p.exists()))
