"""Opening a package (打开报送包): its files, its manifest, and what has changed since it was sealed."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

from kbbx_xl.books.gate.held import HeldBackError, TooLargeError
from kbbx_xl.books.gate.place import fetch
from kbbx_xl.books.package.archive import (
    BROKEN,
    INNER,
    MB,
    MOST_PACKED,
    Archive,
    Member,
    read_archive,
)
from kbbx_xl.books.package.errors import DamagedError, HostileError, NeedsPasswordError
from kbbx_xl.books.package.manifest import (
    MANIFEST,
    Change,
    Manifest,
    changes_since,
    read_manifest,
    state_of,
)
from kbbx_xl.books.read.sheets import read_bytes
from kbbx_xl.flow.receipt import State

ZIP = ".zip"


@dataclass(frozen=True, slots=True)
class Package:
    """One package: its files without the manifest, in order of name.

    ``manifest``: None for a package of another program, or when it can no longer be read (then
    ``changes`` says so).  ``encrypted``: whether a password was needed.
    """

    members: tuple[Member, ...]
    manifest: Manifest | None = None
    changes: tuple[Change, ...] = ()
    encrypted: bool = False

    @property
    def state(self) -> State:
        """原样, 封后有改动 or 没有清单."""
        if self.manifest is None and not self.changes:
            return State.BARE
        return state_of(self.changes)


def open_package(data: bytes, password: str | None = None) -> Package:
    """The content of a package, plain or encrypted, ours or any other .zip; PackageError only.

    One archive may lie inside the other: that is how ours hides its file names, and what a mail
    program makes of a package that is packed once more.  Deeper ones stay files.
    """
    outer = read_archive(data, password)
    inner = _inside(outer)
    archive = inner or outer
    held = {m.name: m for m in archive.members}
    members = tuple(held[name] for name in sorted(held) if name != MANIFEST)
    encrypted = outer.encrypted or archive.encrypted
    if MANIFEST not in held:
        return Package(members, encrypted=encrypted)
    manifest = read_manifest(held[MANIFEST].data)
    return Package(members, manifest, changes_since(manifest, members), encrypted)


def read_package(path: Path, password: str | None = None) -> Package:
    """A package on disk, weighed before it is read; PackageError says why it is not opened."""
    try:
        return open_package(fetch(path, MOST_PACKED), password)
    except TooLargeError as error:
        raise HostileError(f"报送包超过 {MOST_PACKED // MB} MB", "分成几包再报") from error
    except HeldBackError as error:
        raise DamagedError(error.cause, "复制到本机硬盘再试") from error


def _inside(outer: Archive) -> Archive | None:
    """The package that is all there is in the outer one; None when it holds files themselves."""
    if len(outer.members) != 1 or not outer.members[0].name.lower().endswith(ZIP):
        return None
    try:
        inner = read_archive(outer.members[0].data)
    except (DamagedError, NeedsPasswordError):
        if outer.encrypted:  # ours, and broken inside
            raise
        return None  # somebody's file that happens to be called so
    return inner


def is_package(data: bytes) -> bool:
    """Whether a file is a package of ours, plain or encrypted, sound or not."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as opened:
            names = opened.namelist()
    except BROKEN:
        return False
    return MANIFEST in names or names == [INNER]


def could_be_package(path: Path) -> bool:
    """Whether a file is to be opened as a package rather than as a workbook."""
    if path.suffix.lower() in (ZIP, ".rar", ".7z"):
        return True
    data = read_bytes(path, MOST_PACKED)
    return data is not None and is_package(data)
