"""Parts of the package that are missing, double, encrypted or oddly called."""

from __future__ import annotations

import struct
import zipfile
from io import BytesIO

from tests.hostile.kinds import ANY, FINDING, REFUSED, UNCHANGED, hostile
from tests.hostile.package import (
    BOOK,
    RELS,
    SHEET,
    STRINGS,
    book_parts,
    entry,
    pack,
)
from tests.hostile.zips import DAMAGED, END, patched_entry


def _with(name: str, content: bytes) -> bytes:
    return pack([*book_parts().items(), (name, content)])


@hostile(
    "zip-duplicate",
    "同名部件",
    "the sheet is there twice under one name; which is meant?",
    (REFUSED,),
    cause="重复|同名|损坏|[Dd]uplicate",
    truth=None,
)
def duplicate() -> bytes:
    return _twice(SHEET)


@hostile(
    "zip-duplicate-case",
    "大小写不同的同名部件",
    "Sheet1.xml beside sheet1.xml: two readers take two different ones",
    (REFUSED,),
    cause="重复|同名|损坏|[Dd]uplicate",
    truth=None,
)
def duplicate_case() -> bytes:
    return _twice("xl/worksheets/Sheet1.xml")


def _twice(name: str) -> bytes:
    rows = [["姓名", "身份证号"], ["某某", "520000201503050011"]]
    other = book_parts({"学生基本信息": rows})[SHEET]
    items = list(book_parts().items())
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for part, content in items:
            package.writestr(entry(part), content)
        info = entry("xl/worksheets/sheetX.xml"[: len(name)].ljust(len(name), "x"))
        spare = info.filename
        package.writestr(info, other)
    return file.getvalue().replace(spare.encode(), name.encode())


for _slug, _title, _name in (
    ("dotdot", "含 .. 的部件名", "../../../evil.xml"),
    ("absolute", "绝对路径的部件名", "/etc/evil.xml"),
    ("backslash", "反斜杠的部件名", "xl\\..\\..\\evil.xml"),
    ("drive", "带盘符的部件名", "C:/evil.xml"),
):

    @hostile(
        f"name-{_slug}",
        _title,
        "who unpacks it writes outside the folder",
        (REFUSED, UNCHANGED, FINDING),
        cause="部件名|路径|名称|损坏",
    )
    def evil_name(name: str = _name) -> bytes:
        return _with(name, b"<evil/>")


@hostile(
    "name-nul",
    "部件名里的 NUL",
    "the name ends earlier for one reader than for another",
    (REFUSED, UNCHANGED),
    cause="部件名|路径|名称|损坏",
)
def name_nul() -> bytes:
    return _with("xl/evil.xmlQ.png", b"<evil/>").replace(b"xl/evil.xmlQ.png", b"xl/evil.xml\0.png")


@hostile(
    "missing-sheet",
    "缺工作表部件",
    "the sheet is listed, its part is not there: a school with 0 pupils",
    (REFUSED,),
    cause=DAMAGED,
)
def missing_sheet() -> bytes:
    parts = book_parts()
    del parts[SHEET]
    return pack(parts)


@hostile(
    "missing-sheet-of-two",
    "两张表缺一张",
    "the other sheet reads well; this one is silently gone",
    (REFUSED, FINDING),
    cause=DAMAGED,
    truth=None,
)
def missing_sheet_of_two() -> bytes:
    from tests.hostile.package import roster

    parts = book_parts({"三年级": roster(), "四年级": roster()})
    del parts["xl/worksheets/sheet2.xml"]
    return pack(parts)


@hostile(
    "missing-strings",
    "缺字符串表",
    "every text is an index into a table that is gone",
    (REFUSED,),
    cause=DAMAGED,
)
def missing_strings() -> bytes:
    parts = book_parts()
    del parts[STRINGS]
    return pack(parts)


@hostile("missing-rels", "缺关系表", "nothing says where the sheets are", (REFUSED,), cause=DAMAGED)
def missing_rels() -> bytes:
    parts = book_parts()
    del parts[RELS]
    return pack(parts)


@hostile(
    "missing-workbook",
    "缺 workbook.xml",
    "a package without a workbook",
    (REFUSED,),
    cause=DAMAGED + "|不是",
)
def missing_workbook() -> bytes:
    parts = book_parts()
    del parts[BOOK]
    return pack(parts)


@hostile(
    "zip-encrypted-part",
    "部件加密的压缩包",
    "zip's own encryption on one part",
    (REFUSED,),
    cause="密码|加密|损坏|encrypt|password",
)
def encrypted_part() -> bytes:
    data = pack(book_parts())
    return patched_entry(data, SHEET, 8, struct.pack("<H", 1), local=6)


@hostile(
    "zip-method",
    "不认识的压缩方法",
    "a method number that nobody implements",
    (REFUSED,),
    cause=DAMAGED + "|压缩|method",
)
def method() -> bytes:
    return patched_entry(pack(book_parts()), SHEET, 10, struct.pack("<H", 99), local=8)


@hostile("zip-stored", "未压缩的部件", "legal, and some tools write it", ANY)
def stored() -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        for name, content in book_parts().items():
            package.writestr(entry(name), content, zipfile.ZIP_STORED)
    return file.getvalue()


@hostile(
    "zip-comment",
    "带注释的压缩包",
    "a long comment behind the directory, with another directory in it",
    (REFUSED, UNCHANGED),
    cause=DAMAGED,
)
def comment() -> bytes:
    file = BytesIO(pack(book_parts()))
    with zipfile.ZipFile(file, "a") as package:
        package.comment = b"x" * 100 + END[:3] + b"\x07" + b"y" * 60_000
    return file.getvalue()
