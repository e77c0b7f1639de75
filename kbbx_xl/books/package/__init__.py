"""Submission packages (报送包): one file that carries a school's folder and says when it was changed."""

from kbbx_xl.books.package.archive import Member
from kbbx_xl.books.package.errors import (
    DamagedError,
    HostileError,
    NeedsPasswordError,
    PackageError,
    WrongPasswordError,
)
from kbbx_xl.books.package.manifest import MANIFEST, Change, ChangeKind, Listed, Manifest
from kbbx_xl.books.package.reading import Package, open_package
from kbbx_xl.flow.receipt import State

__all__ = [
    "MANIFEST",
    "Change",
    "ChangeKind",
    "DamagedError",
    "HostileError",
    "Listed",
    "Manifest",
    "Member",
    "NeedsPasswordError",
    "Package",
    "PackageError",
    "State",
    "WrongPasswordError",
    "open_package",
]
