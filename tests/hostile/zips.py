"""Lies of the package: bombs, sizes, names, checksums."""

from __future__ import annotations

import struct
import zipfile
import zlib
from io import BytesIO

from tests.hostile.kinds import FINDING, REFUSED, UNCHANGED, hostile
from tests.hostile.package import (
    SHEET,
    STRINGS,
    book_parts,
    entry,
    pack,
    pupils,
)

DAMAGED = "损坏|不完整|校验|缺|CRC|corrupt|[Bb]ad |not a zip|truncat"
LOCAL, CENTRAL, END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"


@hostile(
    "zip-bomb",
    "压缩炸弹",
    "300 MB of blanks in the sheet part, 300 KB on disk",
    (REFUSED,),
    cause="炸弹|过大|展开|解压|压缩",
    heavy=True,
)
def bomb() -> bytes:
    parts = book_parts()
    blanks = b" " * (300 * 1024 * 1024)
    parts[SHEET] = parts[SHEET].replace(b"<sheetData>", b"<sheetData>" + blanks)
    return pack(parts)


@hostile(
    "zip-bomb-elsewhere",
    "别处的炸弹",
    "a picture part of 600 MB that nobody needs",
    (REFUSED, UNCHANGED),
    cause="炸弹|过大|展开|解压|压缩",
    heavy=True,
)
def bomb_elsewhere() -> bytes:
    file = BytesIO(pack(book_parts()))
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as package:
        info = entry("xl/media/image1.png")
        info.compress_type = zipfile.ZIP_DEFLATED
        with package.open(info, "w") as part:
            for _ in range(600):
                part.write(b"\0" * 2**20)
    return file.getvalue()


@hostile(
    "zip-bomb-mimetype",
    "mimetype 里的炸弹",
    "the part that tells .ods from .xlsx inflates to 1.5 GB",
    (REFUSED,),
    cause="炸弹|过大|展开|解压|压缩",
    name="学籍.ods",
    heavy=True,
)
def bomb_mimetype() -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        info = entry("mimetype")
        info.compress_type = zipfile.ZIP_DEFLATED
        with package.open(info, "w") as part:
            for _ in range(1500):
                part.write(b"a" * 2**20)
    return file.getvalue()


@hostile(
    "zip-many-entries",
    "两万个部件",
    "20,000 empty parts: every look-up by name is slow",
    (REFUSED, UNCHANGED),
    cause="部件|过多|太多",
)
def many() -> bytes:
    return pack([*book_parts().items(), *((f"xl/media/{n}.bin", b"") for n in range(20_000))])


@hostile(
    "zip-overlap",
    "重叠的部件",
    "a hundred entries share one body: a bomb that no single size shows",
    (REFUSED, UNCHANGED),
    cause="重叠|损坏|炸弹|[Oo]verlap",
)
def overlap() -> bytes:
    data = pack([*book_parts().items(), ("xl/media/a.bin", b"\0" * 5_000_000)])
    start = data.index(CENTRAL)
    end = data.index(END)
    at = data.rindex(CENTRAL, 0, end)
    last, more = data[at:end], b""
    for number in range(100):
        record = last.replace(
            b"xl/media/a.bin", f"xl/media/{number:03}.x".encode()[:14].ljust(14, b"_")
        )
        more += record
    count = data.count(CENTRAL, start, end) + 100
    tail = bytearray(data[end:])
    struct.pack_into("<HHL", tail, 8, count, count, end - start + len(more))
    return data[:end] + more + bytes(tail)


def patched_entry(
    data: bytes, name: str, offset: int, new: bytes, *, local: int | None = None
) -> bytes:
    """Overwrite a field of the central record of ``name``, and of its local header when asked."""
    out = bytearray(data)
    at = data.index(CENTRAL)
    while at >= 0:
        length = struct.unpack_from("<H", data, at + 28)[0]
        if data[at + 46 : at + 46 + length] == name.encode():
            out[at + offset : at + offset + len(new)] = new
            start = struct.unpack_from("<L", data, at + 42)[0]
            if local is not None:
                out[start + local : start + local + len(new)] = new
            return bytes(out)
        at = data.find(CENTRAL, at + 4)
    raise ValueError(name)


@hostile(
    "zip-size-small",
    "谎报的大小（偏小）",
    "the sheet says it is 1,000 bytes long: the rest may be cut off",
    (REFUSED,),
    cause=DAMAGED,
)
def size_small() -> bytes:
    return patched_entry(pack(book_parts()), SHEET, 24, struct.pack("<L", 1000), local=22)


@hostile(
    "zip-size-large",
    "谎报的大小（偏大）",
    "the sheet says it is 4 GB long: memory is asked for in advance",
    (REFUSED, UNCHANGED),
    cause=DAMAGED + "|过大",
)
def size_large() -> bytes:
    return patched_entry(pack(book_parts()), SHEET, 24, struct.pack("<L", 0xFFFFFFF0), local=22)


@hostile(
    "zip-local-differs",
    "两处目录不一致",
    "local header and central directory name different parts",
    (REFUSED, UNCHANGED),
    cause=DAMAGED,
)
def local_differs() -> bytes:
    data = pack(book_parts())
    at = data.index(SHEET.encode())
    return data[:at] + b"xl/worksheets/sheet9.xml" + data[at + len(SHEET) :]


@hostile(
    "crc-strings",
    "字符串表校验和不符",
    "one flipped bit makes another id of it, and the reader never checks",
    (REFUSED,),
    cause=DAMAGED,
)
def crc_strings() -> bytes:
    return _flipped(STRINGS)


@hostile(
    "crc-sheet",
    "工作表校验和不符",
    "one flipped bit makes another number of it",
    (REFUSED,),
    cause=DAMAGED,
)
def crc_sheet() -> bytes:
    return _flipped(SHEET)


def _flipped(name: str) -> bytes:
    """A part stored as it is, in which one digit of a pupil's data became another."""
    parts = book_parts()
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        for part, content in parts.items():
            info = entry(part)
            package.writestr(
                info, content, zipfile.ZIP_STORED if part == name else zipfile.ZIP_DEFLATED
            )
    data = bytearray(file.getvalue())
    wanted = pupils()[1]["id_no"].encode() if name == STRINGS else b'<c r="A5" t="s"><v>'
    at = bytes(data).index(wanted) + len(wanted) - (1 if name == STRINGS else -1)
    data[at] ^= 1
    return bytes(data)


@hostile(
    "crc-deflated-tail",
    "压缩流末尾翻转一位",
    "a bit of the deflated string table: text changes without error in a fast reader",
    (REFUSED,),
    cause=DAMAGED,
)
def crc_tail() -> bytes:
    """The last bytes of the table exchanged for others of the same length, old checksum kept."""
    parts = book_parts()
    good = parts[STRINGS]
    old = pupils()[2]["id_no"].encode()
    bad = good.replace(old, old[:-2] + (b"1X" if old[-2:] != b"1X" else b"2X"))
    data = pack({**parts, STRINGS: bad})
    crc = struct.pack("<L", zlib.crc32(good))
    return patched_entry(data, STRINGS, 16, crc, local=14)


@hostile(
    "truncated",
    "传到一半",
    "the second half never came: no directory at the end",
    (REFUSED,),
    cause=DAMAGED,
)
def truncated() -> bytes:
    data = pack(book_parts())
    return data[: len(data) // 2]


@hostile(
    "truncated-end",
    "少了最后几个字节",
    "the end of the directory is cut off",
    (REFUSED,),
    cause=DAMAGED,
)
def truncated_end() -> bytes:
    return pack(book_parts())[:-12]


@hostile(
    "zip-prefixed",
    "前面多出内容",
    "a program in front of the zip: still a zip, by its end",
    (REFUSED, FINDING, UNCHANGED),
    cause=DAMAGED + "|不是",
)
def prefixed() -> bytes:
    return b"MZ" + b"\0" * 2000 + pack(book_parts())


@hostile(
    "zip-two-in-one",
    "两个压缩包接在一起",
    "two readers may each take another of the two",
    (REFUSED, UNCHANGED),
    cause=DAMAGED,
)
def two_in_one() -> bytes:
    other = book_parts({"学生基本信息": [["姓名", "身份证号"], ["某某", "520000201503050011"]]})
    return pack(other) + pack(book_parts())
