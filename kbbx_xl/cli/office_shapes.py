"""What ``--json`` holds of files sent, received and kept, and of this computer; the others: ``shapes``."""

from __future__ import annotations

from typing import TypedDict


class Masked(TypedDict):
    """mask: cells looked at, cells masked by rule, hidden sheets that were left out."""

    checked: int
    masked: dict[str, int]
    left_out: int
    file: str


class LeftOut(TypedDict):
    """A file that did not go into a package."""

    path: str
    why: str


class Packed(TypedDict):
    """pack, and seal of a folder"""

    unit: str
    month: str
    files: int
    code: str
    left_out: list[LeftOut]
    file: str


class Sealed(TypedDict):
    """seal and open of a workbook"""

    file: str


class PackedFile(TypedDict):
    """One file of a package: what became of it since it was sealed, where it was put."""

    name: str
    state: str
    path: str | None


class Opened(TypedDict):
    """open of a package"""

    state: str
    unit: str
    month: str
    code: str
    files: list[PackedFile]
    folder: str


class Package(TypedDict):
    """One package that came in."""

    name: str
    state: str
    unit: str
    month: str
    reason: str
    remedy: str


class Received(TypedDict):
    """receive"""

    packages: list[Package]
    others: list[str]
    folder: str | None
    register: str | None


class SentBack(TypedDict):
    """The papers of one unit that go back."""

    unit: str
    reasons: list[str]
    errors: int
    doubts: int
    file: str


class Returned(TypedDict):
    """return"""

    month: str
    as_of: str
    returns: list[SentBack]


class Retained(TypedDict):
    """retain; ``destroyed`` is null when nothing was to be destroyed."""

    total: int
    past: int
    kept: dict[str, int]
    destroyed: int | None
    failed: int
    certificate: str | None


class Cached(TypedDict):
    """cache; null where it is turned off"""

    folder: str | None
    bytes: int
    cleared: bool


class Checked(TypedDict):
    """One check of this computer: good, wrong or does not apply."""

    name: str
    state: str
    text: str
    remedy: str


class Doctor(TypedDict):
    """doctor"""

    checks: list[Checked]


class LogLine(TypedDict):
    """One action; files are known by marks, never by name."""

    n: int
    at: str
    who: str
    action: str
    outcome: str
    files: str


class LogBreak(TypedDict):
    """Where the chain does not hold."""

    line: int
    what: str


class Logged(TypedDict):
    """log"""

    entries: list[LogLine]
    breaks: list[LogBreak]
    torn: list[int]


class SetUp(TypedDict):
    """init"""

    folder: str
    policy: str
    units: int
    written: list[str]
    kept: list[str]
