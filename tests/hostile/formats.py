"""Other formats, and files that are not what their name says."""

from __future__ import annotations

import struct
from xml.sax.saxutils import escape

from tests.hostile.kinds import ANY, FINDING, REFUSED, hostile
from tests.hostile.package import (
    HEADER_ROW,
    SAMPLE,
    Parts,
    Rows,
    book_parts,
    pack,
    pupils,
    roster,
)
from tests.hostile.zips import DAMAGED

XLS = SAMPLE / "双河镇中心校" / "双河镇平寨教学点" / "学生信息(3).xls"
OFFICE = "urn:oasis:names:tc:opendocument:xmlns:"
MIME = b"application/vnd.oasis.opendocument.spreadsheet"
ROW = HEADER_ROW + 2


def ods_parts(rows: Rows, *, repeat: int = 1, error: bool = False) -> Parts:
    """An .ods of one sheet; the last row stands ``repeat`` times."""
    lines = []
    for number, row in enumerate(rows, 1):
        cells = "".join(
            _ods_cell(value, wrong=error and (number, c) == (ROW, 4)) for c, value in enumerate(row)
        )
        times = (
            f' table:number-rows-repeated="{repeat}"' if number == len(rows) and repeat > 1 else ""
        )
        lines.append(f"<table:table-row{times}>{cells}</table:table-row>")
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="{OFFICE}office:1.0" '
        f'xmlns:table="{OFFICE}table:1.0" xmlns:text="{OFFICE}text:1.0" office:version="1.2"><office:body>'
        f'<office:spreadsheet><table:table table:name="学生基本信息">{"".join(lines)}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    listed = (
        f'<?xml version="1.0"?><manifest:manifest xmlns:manifest="{OFFICE}manifest:1.0">'
        f'<manifest:file-entry manifest:media-type="{MIME.decode()}" manifest:full-path="/" />'
        '<manifest:file-entry manifest:media-type="text/xml" manifest:full-path="content.xml" />'
        "</manifest:manifest>"
    )
    return {
        "mimetype": MIME,
        "content.xml": content.encode(),
        "META-INF/manifest.xml": listed.encode(),
    }


def _ods_cell(value: object, *, wrong: bool = False) -> str:
    if wrong:
        return '<table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value=""><text:p>#DIV/0!</text:p></table:table-cell>'
    if value == "":
        return "<table:table-cell/>"
    return f'<table:table-cell office:value-type="string"><text:p>{escape(str(value))}</text:p></table:table-cell>'


@hostile("ods", ".ods 名册", "legal", ANY, name="学籍.ods")
def ods() -> bytes:
    return pack(ods_parts(roster()))


@hostile(
    "ods-rows-repeated",
    ".ods 重复行炸弹",
    "one row, repeated a hundred million times",
    (REFUSED, FINDING),
    name="学籍.ods",
    cause="过大|重复|太多|太远",
    truth=None,
    heavy=True,
)
def ods_rows() -> bytes:
    return pack(ods_parts(roster(), repeat=100_000_000))


@hostile(
    "ods-columns-repeated",
    ".ods 重复列炸弹",
    "one cell, repeated a hundred million times",
    (REFUSED, FINDING),
    name="学籍.ods",
    cause="过大|重复|太多|太远",
    truth=None,
)
def ods_columns() -> bytes:
    parts = ods_parts(roster())
    content = parts["content.xml"].replace(
        b"<table:table-cell office",
        b'<table:table-cell table:number-columns-repeated="100000000" office',
        1,
    )
    return pack({**parts, "content.xml": content})


@hostile(
    "ods-error",
    ".ods 错误单元格",
    "an error looks like a blank",
    (FINDING, REFUSED),
    name="学籍.ods",
    cause="错误值|公式",
)
def ods_error() -> bytes:
    return pack(ods_parts(roster(), error=True))


@hostile(
    "ods-doctype",
    ".ods 的实体",
    "entities in content.xml",
    (REFUSED,),
    name="学籍.ods",
    cause="实体|DOCTYPE|损坏",
)
def ods_doctype() -> bytes:
    parts = ods_parts(roster())
    content = parts["content.xml"].replace(
        b"?><office", b'?><!DOCTYPE x [<!ENTITY a "9">]><office', 1
    )
    return pack({**parts, "content.xml": content})


@hostile(
    "ods-crc",
    ".ods 校验和不符",
    "one flipped bit makes another id",
    (REFUSED,),
    name="学籍.ods",
    cause=DAMAGED,
)
def ods_crc() -> bytes:
    import zlib

    from tests.hostile.zips import patched_entry

    parts = ods_parts(roster())
    key = pupils()[1]["id_no"].encode()
    bad = parts["content.xml"].replace(key, key[:-1] + (b"1" if key[-1:] != b"1" else b"2"), 1)
    data = pack({**parts, "content.xml": bad})
    crc = struct.pack("<L", zlib.crc32(parts["content.xml"]))
    return patched_entry(data, "content.xml", 16, crc, local=14)


@hostile(
    "ods-hidden", ".ods 隐藏的行", "filtered rows are data", ANY, name="学籍.ods", cause="隐藏"
)
def ods_hidden() -> bytes:
    parts = ods_parts(roster())
    marked = parts["content.xml"].replace(
        b"<table:table-row>", b'<table:table-row table:visibility="filter">', ROW
    )
    return pack({**parts, "content.xml": marked})


def _xls() -> bytes:
    return XLS.read_bytes()


def _xls_truth() -> list[dict[str, str]]:
    import xlrd

    with xlrd.open_workbook(XLS) as book:
        sheet = book.sheet_by_index(0)
        rows = [[str(c) for c in sheet.row_values(r)] for r in range(sheet.nrows)]
    head = next(r for r, row in enumerate(rows) if any("姓名" in c for c in row))
    named = next(c for c, text in enumerate(rows[head]) if "姓名" in text)
    return [{"name": row[named]} for row in rows[head + 1 :] if row[named] and row[named + 1]]


@hostile("xls", ".xls 名册", "legal", ANY, name="学籍.xls", truth=_xls_truth)
def xls() -> bytes:
    return _xls()


@hostile(
    "xls-named-xlsx", ".xls 改名 .xlsx", "the bytes decide", ANY, name="学籍.xlsx", truth=_xls_truth
)
def xls_renamed() -> bytes:
    return _xls()


@hostile("xlsx-named-xls", ".xlsx 改名 .xls", "the bytes decide", ANY, name="学籍.xls")
def xlsx_renamed() -> bytes:
    return pack(book_parts())


@hostile(
    "xls-cut",
    ".xls 只有一半",
    "the second half never came",
    (REFUSED,),
    name="学籍.xls",
    cause=DAMAGED,
    truth=None,
)
def xls_cut() -> bytes:
    return _xls()[: len(_xls()) // 2]


@hostile(
    "xls-loop",
    ".xls 的扇区链成环",
    "a chain of sectors that never ends",
    (REFUSED,),
    name="学籍.xls",
    cause=DAMAGED,
    truth=None,
    heavy=True,
)
def xls_loop() -> bytes:
    """The first sectors of the allocation table all point to the next but one and back."""
    data = bytearray(_xls())
    first = struct.unpack_from("<l", data, 76)[0]
    table = 512 + first * 512
    for n in range(128):
        struct.pack_into("<l", data, table + 4 * n, n - 1 if n % 2 else n + 1)
    return bytes(data)


@hostile(
    "xls-sizes",
    ".xls 谎报的大小",
    "the string table says it holds four thousand million strings",
    (REFUSED, FINDING),
    name="学籍.xls",
    cause=DAMAGED,
    truth=None,
)
def xls_sizes() -> bytes:
    data = bytearray(_xls())
    at = bytes(data).index(b"\xfc\x00", 512)
    struct.pack_into("<LL", data, at + 4, 0xFFFFFFFF, 0xFFFFFFFF)
    return bytes(data)


@hostile(
    "xls-garbage",
    ".xls 文件头后面是乱码",
    "the first eight bytes and nothing else",
    (REFUSED,),
    name="学籍.xls",
    cause=DAMAGED + "|不是",
    truth=None,
)
def xls_garbage() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(range(256)) * 20


@hostile(
    "et", "WPS .et", "to be saved as .xlsx", (REFUSED,), name="学籍.et", cause="另存为|不支持|格式"
)
def et() -> bytes:
    return _xls()


@hostile(
    "dbf", ".dbf", "to be saved as .xlsx", (REFUSED,), name="学籍.dbf", cause="另存为|不支持|格式"
)
def dbf() -> bytes:
    return (
        b"\x03\x7e\x0a\x14"
        + struct.pack("<LHH", 1, 65, 19)
        + b"\0" * 20
        + b"NAME".ljust(11, b"\0")
        + b"C"
        + b"\0" * 4
        + b"\x12"
        + b"\0" * 15
        + b"\r "
        + b"x" * 18
    )
