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
    changed,
    pack,
    pupils,
    roster,
)
from tests.hostile.zips import DAMAGED

XLS = SAMPLE / "双河镇中心校" / "双河镇平寨教学点" / "学生信息(3).xls"
NOT_A_SHEET = "不是电子表格|内容却不是|文档|格式|不支持"
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

    from tests.hostile.zips import _patched_entry

    parts = ods_parts(roster())
    key = pupils()[1]["id_no"].encode()
    bad = parts["content.xml"].replace(key, key[:-1] + (b"1" if key[-1:] != b"1" else b"2"), 1)
    data = pack({**parts, "content.xml": bad})
    crc = struct.pack("<L", zlib.crc32(parts["content.xml"]))
    return _patched_entry(data, "content.xml", 16, crc, local=14)


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


FOREIGN = {
    "jpeg": (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(range(256)) * 8, "图片"),
    "png": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8, "图片"),
    "pdf": (b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n" + b"1 0 obj\n<<>>\nendobj\n" * 20, "PDF"),
    "rar": (b"Rar!\x1a\x07\x01\x00" + bytes(range(256)) * 4, "RAR"),
    "7z": (b"7z\xbc\xaf\x27\x1c\x00\x04" + bytes(range(256)) * 4, "7z"),
    "exe": (
        b"MZ\x90\x00" + b"\0" * 60 + b"This program cannot be run in DOS mode" + b"\0" * 500,
        "程序",
    ),
    "gzip": (b"\x1f\x8b\x08\x00" + bytes(range(256)) * 4, "gzip"),
    "docx": (pack({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"}), "Word"),
    "zip": (pack({"a.txt": b"x", "b/c.txt": b"y"}), "压缩包"),
    "rtf": (rb"{\rtf1\ansi text}", "RTF"),
    "plist": (b"bplist00" + bytes(range(64)), "plist"),
    "random": (bytes((n * 7919 + 13) % 251 + 4 for n in range(3000)), "乱码"),
}
for _slug, (_data, _title) in FOREIGN.items():
    for _suffix in ("xlsx", "xls"):

        @hostile(
            f"foreign-{_slug}-{_suffix}",
            f"{_title} 改名 .{_suffix}",
            "no table at all",
            (REFUSED,),
            name=f"学籍.{_suffix}",
            cause=NOT_A_SHEET + "|损坏",
            truth=None,
        )
        def foreign(data: bytes = _data) -> bytes:
            return data


@hostile(
    "partial-download",
    "没下载完的文件",
    "the browser's name for half a file",
    (REFUSED,),
    name="学籍.xlsx.crdownload",
    cause="下载|不完整|损坏",
)
def crdownload() -> bytes:
    return pack(book_parts())[:3000]


for _suffix in ("td", "part", "tmp"):

    @hostile(
        f"partial-{_suffix}",
        f"没下载完的文件（.{_suffix}）",
        "half a file",
        (REFUSED,),
        name=f"学籍.xlsx.{_suffix}",
        cause="下载|不完整|损坏|系统文件",
    )
    def partial() -> bytes:
        return pack(book_parts())[:3000]


@hostile(
    "partial-renamed",
    "没下载完又改名",
    "the first 3,000 bytes under the right name",
    (REFUSED,),
    cause=DAMAGED + "|下载",
)
def partial_renamed() -> bytes:
    return pack(book_parts())[:3000]


@hostile(
    "download-zeroes",
    "尾部全是零",
    "blocks were reserved and never written",
    (REFUSED,),
    cause=DAMAGED + "|下载",
)
def zeroes() -> bytes:
    data = pack(book_parts())
    return data[:3000] + b"\0" * (len(data) - 3000)


@hostile(
    "empty",
    "0 字节",
    "a placeholder of a cloud drive, or a broken stick",
    (REFUSED,),
    cause="空",
    truth=None,
)
def empty() -> bytes:
    return b""


@hostile(
    "icloud",
    "云盘占位文件",
    "the file is in the cloud, here is its name only",
    (REFUSED,),
    name=".学籍.xlsx.icloud",
    cause="云|占位|系统文件",
    truth=None,
)
def icloud() -> bytes:
    return b"bplist00\xd2\x01\x02\x03\x04"


@hostile(
    "lock-file",
    "锁文件 ~$",
    "left by an open workbook",
    (REFUSED,),
    name="~$学籍.xlsx",
    cause="临时",
    truth=None,
)
def lock() -> bytes:
    return b"\x05clerk" + b" " * 159


@hostile("blank-workbook", "空工作簿", "sheets without a cell", (REFUSED,), cause="空", truth=None)
def blank() -> bytes:
    return pack(book_parts({"Sheet1": [], "Sheet2": [], "Sheet3": []}))


@hostile(
    "no-sheets",
    "没有工作表的工作簿",
    "a package with an empty list of sheets",
    (REFUSED,),
    cause="空|损坏",
    truth=None,
)
def no_sheets() -> bytes:
    parts = book_parts({})
    return pack(parts)


def _cut() -> list[dict[str, str]]:
    rows = pupils()
    rows[1]["id_no"] = rows[1]["id_no"][:17]
    return rows


@hostile(
    "id-cut",
    "号码少一位的名册",
    "honest damage: reported by the checks, kept as written",
    ANY,
    truth=_cut,
)
def id_cut() -> bytes:
    return pack(book_parts({"学生基本信息": changed(ROW, 4, pupils()[1]["id_no"][:17])}))
