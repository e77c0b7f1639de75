"""Packages as others make them: honest ones by other tools, and ones that mean harm."""

from __future__ import annotations

import datetime as dt
import io
import struct
import zipfile
from collections.abc import Iterable

from kbbx_xl.books.package import Member
from kbbx_xl.books.package.manifest import seal_up
from kbbx_xl.books.package.writing import encrypted_package, plain_package
from kbbx_xl.model import Period

PASSWORD = "Lanshan-2026"
NOON = dt.datetime(2026, 10, 20, 12, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))
UNIT = "双河镇中心小学"
FILES = (Member("月报表.xlsx", b"report " * 40), Member("佐证/家访.pdf", bytes(range(256))))


def plain(files: Iterable[Member] = FILES, *, now: dt.datetime = NOON, unit: str = UNIT) -> bytes:
    kept = tuple(files)
    return plain_package(kept, seal_up(kept, unit=unit, month=Period(2026, 10), now=now))


def encrypted(password: str = PASSWORD) -> bytes:
    return encrypted_package(plain(), password)


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A .zip by Python; duplicates are not possible in a dict."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", method) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return held.getvalue()


def raw_zip(
    entries: Iterable[tuple[bytes, bytes]], *, flags: int = 0, mode: int = 0, system: int = 0
) -> bytes:
    """A stored .zip with names as bytes, as Windows and older tools write them."""
    body, listed, number = bytearray(), bytearray(), 0
    for name, data in entries:
        at, crc, size = len(body), zipfile.crc32(data), len(data)  # type: ignore[attr-defined]
        rest = struct.pack("<HHHLLLHH", flags, 0, 0x5B4A, crc, size, size, len(name), 0)
        body += b"PK\x03\x04\x14\x00" + rest[:4] + b"\x00\x00" + rest[4:] + name + data
        listed += (
            b"PK\x01\x02" + bytes((20, system)) + b"\x14\x00" + rest[:4] + b"\x00\x00" + rest[4:]
        )
        listed += struct.pack("<HHHLL", 0, 0, 0, mode << 16, at) + name
        number += 1
    end = struct.pack("<HHHHLLH", 0, 0, number, number, len(listed), len(body), 0)
    return bytes(body + listed + b"PK\x05\x06" + end)


def replaced(data: bytes, files: dict[str, bytes | None]) -> bytes:
    """A package whose files were put in another's place, added, or (None) taken out by hand."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(held, "w") as new:
        for name in old.namelist():
            if name not in files:
                new.writestr(name, old.read(name))
        for name, content in files.items():
            if content is not None:
                new.writestr(name, content)
    return held.getvalue()
