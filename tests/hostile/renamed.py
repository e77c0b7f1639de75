"""Files that are not what their name says, and half of what they were."""

from __future__ import annotations

from tests.hostile.formats import ROW
from tests.hostile.kinds import ANY, REFUSED, hostile
from tests.hostile.package import (
    book_parts,
    changed,
    pack,
    pupils,
)
from tests.hostile.zips import DAMAGED

NOT_A_SHEET = "不是电子表格|内容却不是|文档|格式|不支持"
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
