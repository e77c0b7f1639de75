"""Reading a .zip that nobody vouches for (拆包): everything is counted, nothing is believed.

The directory of the archive is weighed before a library lists it; every entry's place is held
against its neighbours'; contents are counted while they are inflated, and their checksums decide.
"""

from __future__ import annotations

import io
import lzma
import stat
import struct
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kbbx_xl.books.package.errors import (
    DamagedError,
    HostileError,
    NeedsPasswordError,
    WrongPasswordError,
)
from kbbx_xl.books.package.names import refuse_clashes, safe_name, written_name

INNER = "报送包.zip"  # all that an encrypted package shows without its password
MB = 1024 * 1024
MOST_ENTRIES = 300
MOST_PACKED = 150 * MB  # bytes of a package, and of one file in it
MOST_INFLATED = 400 * MB  # of all files together
MOST_LISTED = 2048 * MOST_ENTRIES  # bytes of the archive's directory
CHUNK = 256 * 1024
ENCRYPTED = 0x1
END, END_SIZE, LONGEST_COMMENT = b"PK\x05\x06", 22, 65_535
LOCATOR, LOCATOR_SIZE = b"PK\x06\x07", 20  # of a ZIP64 directory
LOCAL, LOCAL_SIZE = b"PK\x03\x04", 30
AES = 99  # "method" of an AES entry; the real one stands in its extra field
KNOWN_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, AES)
# what the libraries raise on bytes that are no archive; all derive from Exception
BROKEN: tuple[type[Exception], ...] = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, ValueError,
    LookupError, ArithmeticError, RuntimeError, TypeError, AttributeError, AssertionError,
)  # fmt: skip
OTHERS = (
    (b"Rar!", "RAR"), (b"7z\xbc\xaf\x27\x1c", "7z"), (b"\x1f\x8b", "gz"), (b"BZh", "bz2"),
    (b"\xfd7zXZ", "xz"),
)  # fmt: skip
AS_ZIP = "请报送单位用 zip 格式重新打包"
NOT_WHOLE = "报送包不完整，可能没有传完"
BAD_LIST = "报送包的目录已损坏"
BAD_ENTRY = "报送包里有文件已损坏，校验不符"


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a package: safe relative name with ``/``, and its content."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Archive:
    """What a .zip holds: its files in the order of the archive, and whether any was encrypted."""

    members: tuple[Member, ...]
    encrypted: bool


@dataclass(frozen=True, slots=True)
class _Entry:
    info: zipfile.ZipInfo
    name: str
    folder: bool


def read_archive(data: bytes, password: str | None = None) -> Archive:
    """Every file of a .zip, whole and within bounds; PackageError otherwise."""
    entries = _listed(data)
    files = [entry for entry in entries if not entry.folder]
    if not files:
        raise DamagedError("报送包里没有文件")
    encrypted = any(entry.info.flag_bits & ENCRYPTED for entry in files)
    if not encrypted:
        with zipfile.ZipFile(io.BytesIO(data)) as opened:
            return Archive(_contents(opened, files, [e.info for e in files]), False)
    if not password:
        raise NeedsPasswordError
    return Archive(_decrypted(data, files, password), True)


def _listed(data: bytes) -> list[_Entry]:
    """The directory, checked; nothing is inflated yet."""
    count = _weigh(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as opened:
            infos, end = opened.infolist(), opened.start_dir
            if len(infos) != count:
                raise DamagedError(BAD_LIST)
            _refuse_overlaps(data, infos, end)
    except BROKEN as error:
        raise DamagedError(BAD_LIST) from error
    entries = [_entry(info) for info in infos]
    refuse_clashes(entry.name for entry in entries if not entry.folder)
    return entries


def _weigh(data: bytes) -> int:
    """Refuse what is no .zip, was cut, or lists more than a school sends, before listing it.

    Returns how many entries its directory says it has.
    """
    if len(data) > MOST_PACKED:
        raise HostileError(f"报送包超过 {MOST_PACKED // MB} MB", "分成几包再报")
    kind = next((name for mark, name in OTHERS if data.startswith(mark)), "")
    if kind:
        raise DamagedError(f"是 {kind} 压缩包，不是 zip", AS_ZIP)
    if data.startswith(END):
        raise DamagedError("报送包里没有文件")
    if not data.startswith(LOCAL):
        raise DamagedError("不是 zip 压缩包" if data else "报送包是空的（0 字节）", AS_ZIP)
    at = data.rfind(END, max(0, len(data) - END_SIZE - LONGEST_COMMENT))
    if at < 0 or len(data) - at < END_SIZE:
        raise DamagedError(NOT_WHOLE)
    if data[max(0, at - LOCATOR_SIZE) : at].startswith(LOCATOR):
        raise DamagedError("报送包是 ZIP64 格式", AS_ZIP)
    count, size = struct.unpack("<HL", data[at + 10 : at + 16])
    if count > MOST_ENTRIES or size > MOST_LISTED:
        raise HostileError(f"报送包里的文件超过 {MOST_ENTRIES} 个", "分成几包再报")
    return int(count)


def _refuse_overlaps(data: bytes, infos: Sequence[zipfile.ZipInfo], end: int) -> None:
    """HostileError when two entries share bytes, as bombs do; what the directory says must be so."""
    free = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        start = info.header_offset
        head = data[start : start + LOCAL_SIZE]
        if start < 0 or len(head) < LOCAL_SIZE or not head.startswith(LOCAL):
            raise DamagedError(BAD_LIST)
        if start < free:
            raise HostileError("报送包里的文件互相重叠，是解压炸弹的做法")
        free = start + LOCAL_SIZE + sum(struct.unpack("<HH", head[26:30])) + info.compress_size
    if free > end:
        raise HostileError("报送包里的文件与目录重叠，是解压炸弹的做法")


def _entry(info: zipfile.ZipInfo) -> _Entry:
    written = written_name(info)
    folder = written.endswith(("/", "\\"))
    mode = stat.S_IFMT(info.external_attr >> 16)
    if mode and not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise HostileError("包里有链接或设备，不是普通文件")
    if stat.S_ISDIR(mode) and not folder:
        raise HostileError("包里同一个名字既是文件又是文件夹")
    if info.compress_type not in KNOWN_METHODS:
        raise DamagedError("压缩方式不认识", AS_ZIP)
    return _Entry(info, safe_name(written), folder)


def _decrypted(data: bytes, files: Sequence[_Entry], password: str) -> tuple[Member, ...]:
    """Contents of a .zip of which some files are encrypted, by AES or the old way.

    A password is bytes to a .zip: UTF-8 with us and WinRAR, the system's code page with others.
    """
    import pyzipper  # noqa: PLC0415 (loads a library of ciphers, which no other work needs)

    broken = (pyzipper.BadZipFile, *BROKEN)
    spelled = list(dict.fromkeys(_spelled(password)))
    for number, word in enumerate(spelled, 1):
        try:
            with pyzipper.AESZipFile(io.BytesIO(data)) as opened:
                infos = _same(files, opened.infolist())
                return _contents(opened, files, infos, word, broken)
        except WrongPasswordError:
            if number == len(spelled):
                raise
        except broken as error:
            raise DamagedError(BAD_ENTRY) from error
    raise WrongPasswordError


def _spelled(password: str) -> list[bytes]:
    spelled = []
    for encoding in ("utf-8", "gb18030"):
        try:
            spelled.append(password.encode(encoding))
        except UnicodeEncodeError:
            continue
    return spelled


def _same(files: Sequence[_Entry], infos: Sequence[Any]) -> list[Any]:
    """The second library's entries of these files; HostileError when the two do not see the same."""
    by_place = {info.header_offset: info for info in infos}
    found = []
    for entry in files:
        other = by_place.get(entry.info.header_offset)
        if other is None or (other.orig_filename, other.compress_size) != (
            entry.info.orig_filename, entry.info.compress_size,
        ):  # fmt: skip
            raise HostileError("报送包的目录有两种读法")
        if other.compress_type not in KNOWN_METHODS[:2]:
            raise DamagedError("压缩方式不认识", AS_ZIP)
        found.append(other)
    return found


def _contents(
    opened: Any,
    files: Sequence[_Entry],
    infos: Sequence[Any],
    password: bytes | None = None,
    broken: tuple[type[Exception], ...] = BROKEN,
) -> tuple[Member, ...]:
    """Every file inflated, in chunks that are counted; the libraries check sums at its end."""
    members, left = [], MOST_INFLATED
    for entry, info in zip(files, infos, strict=True):
        try:
            data = _inflated(opened, info, password, left)
        except RuntimeError as error:
            if password and "password" in str(error):  # both libraries raise nothing narrower
                raise WrongPasswordError from error
            raise DamagedError(BAD_ENTRY) from error
        except broken as error:
            raise _spoilt(entry) from error
        left -= len(data)
        members.append(Member(entry.name, data))
    return tuple(members)


def _spoilt(entry: _Entry) -> DamagedError | WrongPasswordError:
    """The old encryption lets one wrong password in 256 pass, which then reads as damage."""
    old = entry.info.flag_bits & ENCRYPTED and entry.info.compress_type != AES
    return WrongPasswordError() if old else DamagedError(BAD_ENTRY)


def _inflated(opened: Any, info: Any, password: bytes | None, left: int) -> bytes:
    chunks, size = [], 0
    with opened.open(info, pwd=password) as part:
        while chunk := part.read(CHUNK):
            size += len(chunk)
            if size > min(left, MOST_PACKED):
                raise HostileError(
                    f"展开后超过 {(MOST_PACKED if size > MOST_PACKED else MOST_INFLATED) // MB} MB，"
                    "可能是解压炸弹"
                )
            chunks.append(chunk)
    if size != info.file_size:
        raise DamagedError(BAD_ENTRY)
    return b"".join(chunks)
