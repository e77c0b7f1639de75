"""The zip package of a workbook (压缩包): structure, names, sizes and checksums of every part.

Every part is inflated once under a limit, which proves its length and its CRC: a flipped bit changes
an id without any error otherwise.  Never believed: declared sizes, the order of entries, names.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from itertools import pairwise
from xml.parsers import expat
from zlib import crc32

from isal import isal_zlib

from kbbx_xl.books.gate.held import DamagedError, HostileError

MAX_PARTS = 2000  # one sheet a child makes many
MAX_PART = 200 * 1024 * 1024  # bytes of one part, inflated
MAX_INFLATED = 400 * 1024 * 1024  # bytes of all parts, inflated
BOMB_FROM, BOMB_RATIO = 20 * 1024 * 1024, 400  # bytes and times: sheets of blank rows reach 200
LOCKED = 0x1 | 0x20 | 0x40  # a password, a patch, strong encryption
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
LOCAL_SIGN, UTF8 = b"PK\x03\x04", 0x800
LOCAL_HEADER, END_HEADER = 30, 22  # bytes, without what is of variable length

_OUTSIDE = re.compile(r"(?:^|[/\\])\.\.(?:[/\\]|$)|^[/\\]|^[A-Za-z]:|[\x00-\x1f]")
_CONTROL = bytes({*range(32)} - {9, 10, 13})
_UTF16 = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")
_ENCODING = re.compile(rb"^(?:\xef\xbb\xbf)?<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']+)")
_PLAIN_ENCODINGS = frozenset((b"utf-8", b"utf8", b"us-ascii", b"ascii"))


class Package:
    """A package whose structure is sound; ``parts`` gives name and content, each checked."""

    def __init__(self, data: bytes) -> None:
        """Raises DamagedError or HostileError with the cause."""
        _check_end(data)
        try:
            archive = zipfile.ZipFile(BytesIO(data))
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, LookupError) as error:
            raise DamagedError("压缩包的目录坏了，文件没有传全或没有存好") from error
        except struct.error as error:
            raise DamagedError("压缩包的目录坏了，文件没有传全或没有存好") from error
        self._data = data
        self.infos = archive.infolist()
        self._by_name = {info.filename: info for info in self.infos}
        self.names = frozenset(self._by_name)
        _check_entries(self.infos)
        self._read: dict[str, bytes] = {}  # small parts that were asked for by name

    @property
    def inflated(self) -> int:
        """Bytes of all parts, inflated, as the directory says; ``parts`` holds it to that."""
        return sum(info.file_size for info in self.infos)

    def read(self, name: str) -> bytes:
        """One part, its length and CRC proved."""
        if name not in self._read:
            self._read[name] = self._inflated(self._by_name[name])
        return self._read[name]

    def parts(self) -> Iterator[tuple[str, bytes]]:
        """Every part once, in the order of the package."""
        for info in self.infos:
            known = self._read.get(info.filename)
            yield info.filename, self._inflated(info) if known is None else known

    def _inflated(self, info: zipfile.ZipInfo) -> bytes:
        content = _content(self._data, info)
        if info.filename.lower().endswith((".xml", ".rels", ".vml")):
            check_xml(content, _shown(info))
        return content


def _content(data: bytes, info: zipfile.ZipInfo) -> bytes:
    """One part inflated, never beyond the length that the directory says; its CRC proved.

    The directory comes from ``zipfile``; igzip inflates twice as fast as the zlib that zipfile uses.
    """
    damaged = DamagedError(f"压缩包里的 {_shown(info)} 坏了（校验和或长度不对）")
    header = data[info.header_offset : info.header_offset + LOCAL_HEADER]
    if len(header) < LOCAL_HEADER or not header.startswith(LOCAL_SIGN):
        raise damaged
    flags, name_length, extra_length = struct.unpack("<6xH18xHH", header)
    at = info.header_offset + LOCAL_HEADER
    name = data[at : at + name_length].decode("utf-8" if flags & UTF8 else "cp437", "replace")
    if name != info.orig_filename:
        raise damaged
    at += name_length + extra_length
    packed = data[at : at + info.compress_size]
    content = packed if info.compress_type == zipfile.ZIP_STORED else _inflate(packed, info)
    if content is None or len(content) != info.file_size or crc32(content) != info.CRC:
        raise damaged
    return content


def _inflate(packed: bytes, info: zipfile.ZipInfo) -> bytes | None:
    """The content of a deflated part; None when it is not whole or longer than it should be."""
    stream = isal_zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        content = stream.decompress(packed, info.file_size + 1)
    except isal_zlib.error:  # type: ignore[misc] # its stub calls the class an instance
        return None
    return bytes(content) if stream.eof else None


def check_xml(content: bytes, part: str) -> None:
    """Refuse what can make a parser grow without end or fetch from elsewhere: DTD, entities, UTF-16."""
    if content.startswith(_UTF16):
        raise HostileError(f"部件 {part} 用了少见的编码（UTF-16）")
    if b"<!" in content and (b"<!DOCTYPE" in content or b"<!ENTITY" in content):
        raise HostileError(f"部件 {part} 里有文档类型声明（DOCTYPE），可能是实体炸弹或外部引用")
    if len(content.translate(None, _CONTROL)) != len(content):
        raise DamagedError(f"部件 {part} 里有 XML 不许有的控制字符")
    said = _ENCODING.match(content[:200])
    if said and said[1].lower() not in _PLAIN_ENCODINGS:
        raise HostileError(f"部件 {part} 用了少见的编码")


def check_well_formed(content: bytes, part: str) -> None:
    """DamagedError for what is no XML: the fast reader passes over tags that do not pair."""
    try:
        expat.ParserCreate().Parse(content, True)
    except expat.ExpatError as error:
        raise DamagedError(f"部件 {part} 的内容坏了，不是完整的 XML") from error


def _check_end(data: bytes) -> None:
    """The end record must close the file and point at the directory before it: one archive, not two."""
    end = data.rfind(b"PK\x05\x06")
    if end < 0 or len(data) < end + END_HEADER:
        raise DamagedError("压缩包没有结尾，文件没有传全")
    size, offset, comment = struct.unpack("<IIH", data[end + 12 : end + END_HEADER])
    if end + END_HEADER + comment != len(data):
        raise DamagedError("压缩包结尾之后还有别的内容，或没有传全")
    zip64 = 0xFFFFFFFF in (size, offset)
    if not zip64 and offset + size != end:
        raise DamagedError("压缩包的目录对不上（两个压缩包接在一起，或被截断）")


def _check_entries(infos: list[zipfile.ZipInfo]) -> None:
    if len(infos) > MAX_PARTS:
        raise HostileError(f"压缩包里有 {len(infos)} 个部件，超过 {MAX_PARTS} 个")
    lowered: set[str] = set()
    for info in infos:
        _check_entry(info)
        if info.filename.lower() in lowered:
            raise HostileError(f"压缩包里有两个同名的部件 {_shown(info)}")
        lowered.add(info.filename.lower())
    total = sum(info.file_size for info in infos)
    packed = sum(info.compress_size for info in infos)
    if total > MAX_INFLATED or (total > BOMB_FROM and total > packed * BOMB_RATIO):
        raise HostileError(f"解开后有 {total >> 20} MB，像是压缩包炸弹")
    for first, second in pairwise(sorted(infos, key=lambda info: info.header_offset)):
        if first.header_offset + LOCAL_HEADER + first.compress_size > second.header_offset:
            raise HostileError("压缩包里的部件互相重叠")


def _check_entry(info: zipfile.ZipInfo) -> None:
    if _OUTSIDE.search(info.orig_filename):
        raise HostileError("压缩包里有指向文件夹外面的路径")
    if "\\" in info.orig_filename:
        raise DamagedError("压缩包里的路径用了反斜杠，各种软件读法不一")
    if info.flag_bits & LOCKED:
        raise DamagedError(f"压缩包里的 {_shown(info)} 加了密码")
    if info.compress_type not in METHODS:
        raise HostileError(f"压缩包里的 {_shown(info)} 用了少见的压缩方法")
    if info.file_size > MAX_PART:
        raise HostileError(f"部件 {_shown(info)} 解开后有 {info.file_size >> 20} MB")


def _shown(info: zipfile.ZipInfo) -> str:
    """A part by its folder and kind; a free name may hold anything, also a child's."""
    name = info.filename
    known = re.fullmatch(r"[\w\[\]./-]{1,60}", name, re.ASCII)
    return name if known else "（名称异常的部件）"
