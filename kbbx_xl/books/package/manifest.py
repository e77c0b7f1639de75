"""报送清单.json: what a package held when it was sealed, so that later changes show.

The manifest carries the sha256 of its own body.  Whoever changes a file, the list and that number
together makes another package: its 校验码 differs from the one that the sender can read out.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import kbbx_xl
from kbbx_xl.books.package.archive import MOST_ENTRIES, MOST_PACKED, Member
from kbbx_xl.books.package.errors import DamagedError, HostileError
from kbbx_xl.books.package.names import safe_name
from kbbx_xl.flow.receipt import State
from kbbx_xl.model import Period

MANIFEST = "报送清单.json"
FORMAT, VERSION = "kbbx-package", 1
LARGEST = 1024 * 1024  # bytes of a manifest
LONGEST_WORD = 100  # characters of a unit's name
SHA256 = re.compile(r"[0-9a-f]{64}")


class ChangeKind(StrEnum):
    """What happened to a file after sealing."""

    CHANGED = "changed"
    MISSING = "missing"
    ADDED = "added"


LABELS = {
    ChangeKind.CHANGED: "封后改动",
    ChangeKind.MISSING: "封后缺少",
    ChangeKind.ADDED: "封后新增",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One file that is not as the manifest lists it."""

    name: str
    kind: ChangeKind

    @property
    def label(self) -> str:
        """The kind in Chinese."""
        return LABELS[self.kind]


@dataclass(frozen=True, slots=True)
class Listed:
    """One file as the manifest lists it."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What was sealed: whose, for which month, when, which files.  ``digest`` is stated in it."""

    unit: str
    month: str  # 2026-10
    sealed_at: dt.datetime  # with its offset from UTC
    program: str
    files: tuple[Listed, ...]
    digest: str = ""

    @property
    def body(self) -> dict[str, object]:
        """What the digest covers."""
        return {
            "format": FORMAT,
            "version": VERSION,
            "unit": self.unit,
            "month": self.month,
            "sealed_at": self.sealed_at.isoformat(),
            "program": self.program,
            "files": [{"path": f.path, "size": f.size, "sha256": f.sha256} for f in self.files],
        }

    @property
    def own_digest(self) -> str:
        """sha256 over the body in one spelling: sorted keys, no blanks, UTF-8."""
        return _digest(self.body)

    @property
    def code(self) -> str:
        """校验码: short enough to be read out on the telephone, too long to be met by chance."""
        shown = self.own_digest[:16].upper()
        return "-".join(shown[n : n + 4] for n in range(0, 16, 4))


def seal_up(files: Sequence[Member], *, unit: str, month: Period, now: dt.datetime) -> Manifest:
    """The manifest of these files, sealed ``now``."""
    listed = (Listed(f.name, len(f.data), _sha256(f.data)) for f in files)
    moment = now.replace(microsecond=0)
    moment = moment if moment.tzinfo else moment.astimezone()
    in_order = tuple(sorted(listed, key=lambda f: f.path))
    made = Manifest(unit, str(month), moment, kbbx_xl.__version__, in_order)
    return dataclasses.replace(made, digest=made.own_digest)


def manifest_bytes(manifest: Manifest) -> bytes:
    """The manifest as it lies in a package: readable, UTF-8."""
    value = {**manifest.body, "sha256": manifest.digest}
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def read_manifest(data: bytes) -> Manifest | None:
    """The manifest of a package, its digest not yet compared; None when it is none of ours.

    DamagedError for a package of a later program.
    """
    if len(data) > LARGEST:
        return None
    try:
        value = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        return None
    if isinstance(version := value.get("version"), int) and version > VERSION:
        raise DamagedError("报送包是更新版的程序做的", "升级本程序后再打开")
    try:
        return _manifest(value)
    except (KeyError, TypeError, ValueError, OverflowError, HostileError):
        return None


def changes_since(manifest: Manifest | None, members: Sequence[Member]) -> tuple[Change, ...]:
    """How the files differ from the manifest; a manifest that is not as sealed is a change itself."""
    if manifest is None:
        return (Change(MANIFEST, ChangeKind.CHANGED),)
    found = [] if manifest.digest == manifest.own_digest else [Change(MANIFEST, ChangeKind.CHANGED)]
    listed = {f.path: f for f in manifest.files}
    here = {m.name: m for m in members}
    for name in sorted(listed.keys() | here.keys()):
        if name not in here:
            found.append(Change(name, ChangeKind.MISSING))
        elif name not in listed:
            found.append(Change(name, ChangeKind.ADDED))
        elif (len(here[name].data), _sha256(here[name].data)) != (
            listed[name].size, listed[name].sha256,
        ):  # fmt: skip
            found.append(Change(name, ChangeKind.CHANGED))
    return tuple(found)


def state_of(changes: Sequence[Change]) -> State:
    """原样 or 封后有改动, for a package with a manifest."""
    return State.CHANGED if changes else State.INTACT


def _manifest(value: dict[str, object]) -> Manifest:
    """Strictly what we write; ValueError, KeyError, TypeError or HostileError otherwise."""
    moment = dt.datetime.fromisoformat(_word(value["sealed_at"]))
    month, unit, digest = (_word(value[name]) for name in ("month", "unit", "sha256"))
    files = value["files"]
    if not isinstance(files, list) or len(files) > MOST_ENTRIES:
        raise TypeError("files")
    if value["version"] != VERSION or moment.tzinfo is None or moment.microsecond:
        raise ValueError("sealed_at")
    if str(Period.parse(month)) != month or not SHA256.fullmatch(digest):
        raise ValueError("month")
    listed = tuple(_listed(one) for one in files)
    if len({f.path for f in listed}) != len(listed):
        raise ValueError("path")
    return Manifest(unit, month, moment, _word(value["program"]), listed, digest)


def _listed(one: object) -> Listed:
    if not isinstance(one, dict):
        raise TypeError("file")
    path, size, sha256 = one["path"], one["size"], one["sha256"]
    if type(size) is not int or not 0 <= size <= MOST_PACKED:
        raise ValueError("size")
    if not isinstance(path, str) or safe_name(path) != path or not SHA256.fullmatch(sha256):
        raise ValueError("path")
    return Listed(path, size, sha256)


def _word(value: object) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_WORD or not value.isprintable():
        raise TypeError("word")
    return value


def _digest(body: dict[str, object]) -> str:
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return _sha256(text.encode())


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
