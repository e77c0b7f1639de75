"""Making a package (打包、加密) out of bytes; ``reading`` is its inverse."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

from kbbx_xl.books.package.archive import (
    INNER,
    MB,
    MOST_ENTRIES,
    MOST_INFLATED,
    MOST_PACKED,
    Member,
)
from kbbx_xl.books.package.errors import HostileError
from kbbx_xl.books.package.manifest import MANIFEST, Manifest, manifest_bytes
from kbbx_xl.books.package.names import refuse_clashes, safe_name
from kbbx_xl.messages import InputError

OWNER_ONLY = 0o100600 << 16  # a file that others may not read
UNIX = 3


def plain_package(files: Sequence[Member], manifest: Manifest) -> bytes:
    """A .zip of the files and their manifest; the same input gives the same bytes.

    InputError for what ``open_package`` would refuse: too much, or names that Windows cannot hold.
    """
    _refuse_unfit(files)
    packed = io.BytesIO()
    day = manifest.sealed_at
    stamp = (max(day.year, 1980), day.month, day.day, day.hour, day.minute, day.second)
    with zipfile.ZipFile(packed, "w") as package:
        for one in (
            *sorted(files, key=lambda f: f.name),
            Member(MANIFEST, manifest_bytes(manifest)),
        ):
            entry = zipfile.ZipInfo(one.name, stamp)
            entry.create_system, entry.external_attr = UNIX, OWNER_ONLY
            package.writestr(entry, one.data, zipfile.ZIP_DEFLATED)
    if packed.tell() > MOST_PACKED:
        raise InputError(f"报送包超过 {MOST_PACKED // MB} MB，分成几包再报")
    return packed.getvalue()


def encrypted_package(plain: bytes, password: str) -> bytes:
    """The package as the one file of an AES-256 .zip (WZ_AES), which 7-Zip, WinRAR and 好压 open.

    The names inside are encrypted with it.  The salt is random: two runs give different bytes.
    """
    import pyzipper  # noqa: PLC0415 (loads a library of ciphers, which no other work needs)

    packed = io.BytesIO()
    with pyzipper.AESZipFile(packed, "w", encryption=pyzipper.WZ_AES) as package:
        package.setpassword(password.encode())
        entry = pyzipper.zipfile_aes.AESZipInfo(INNER)
        entry.create_system, entry.external_attr = UNIX, OWNER_ONLY
        entry.file_size = len(plain)
        package.writestr(entry, plain, pyzipper.ZIP_STORED)
    return packed.getvalue()


def _refuse_unfit(files: Sequence[Member]) -> None:
    if len(files) >= MOST_ENTRIES:
        raise InputError(
            f"文件夹里有 {len(files)} 个文件，一包最多 {MOST_ENTRIES - 1} 个，分成几包再报"
        )
    for one in files:
        if len(one.data) > MOST_PACKED:
            raise InputError(f"“{one.name}”超过 {MOST_PACKED // MB} MB，不能打进报送包")
        _refuse_name(one.name)
    if sum(len(one.data) for one in files) > MOST_INFLATED:
        raise InputError(f"文件一共超过 {MOST_INFLATED // MB} MB，分成几包再报")
    try:
        refuse_clashes(one.name for one in files)
    except HostileError as error:
        raise InputError("有两个文件名只差大小写，Windows 上分不开，改名后再打包") from error


def _refuse_name(name: str) -> None:
    try:
        same = safe_name(name) == name
    except HostileError as error:
        why = error.cause.removeprefix("包里有")
        raise InputError(f"“{name}”放不进报送包（{why}），改名后再打包") from error
    if not same:
        raise InputError(f"“{name}”放不进报送包（名字里有斜线），改名后再打包")
