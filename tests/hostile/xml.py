"""Lies of the XML: entities, encodings, namespaces, structure of the sheet."""

from __future__ import annotations

import re

from tests.hostile.kinds import ANY, FINDING, REFUSED, UNCHANGED, hostile
from tests.hostile.package import (
    BOOK,
    HEADER_ROW,
    RELS,
    SHEET,
    STRINGS,
    STYLES,
    Parts,
    bent,
    book_parts,
    pack,
    pupils,
    row_of,
    with_cell,
)
from tests.hostile.zips import DAMAGED

DANGER = "实体|DOCTYPE|DTD|XML|危险|损坏|[Ee]ntit"
STRUCTURE = "结构|重复|同一|次序|行号|地址|单元格|损坏|不一致|[Dd]uplicate"
ROW_A, ROW_B = HEADER_ROW + 1, HEADER_ROW + 2  # the first two pupils
BOMB = "".join(
    f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' if n else '<!ENTITY l0 "lollollol">' for n in range(10)
)
DOCTYPES = {
    "internal": ('<!DOCTYPE x [<!ENTITY a "99">]>', "一个内部实体"),
    "bomb": (f"<!DOCTYPE x [{BOMB}]>", "十亿大笑"),
    "external": (
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>',
        "外部实体（读本机文件）",
    ),
    "parameter": (
        '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd"> %p;]>',
        "参数实体（连网）",
    ),
    "subset": ('<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">', "外部 DTD"),
}
PLACES = {"sheet": SHEET, "strings": STRINGS, "workbook": BOOK, "rels": RELS, "styles": STYLES}


def _doctype(part: str, doctype: str, *, use: str = "") -> Parts:
    parts = bent(part, "?>\n", f"?>\n{doctype}\n")
    if use:
        key = pupils()[1]["id_no"]
        text = parts[STRINGS].decode()
        parts[STRINGS] = text.replace(key, key[:6] + use + key[8:], 1).encode()
    return parts


for _kind, (_text, _name) in DOCTYPES.items():
    for _place, _part in PLACES.items():

        @hostile(
            f"doctype-{_kind}-{_place}",
            f"{_name}：{_place}",
            "entities read files, call the network or fill memory",
            (REFUSED,),
            cause=DANGER,
        )
        def doctype(part: str = _part, text: str = _text, kind: str = _kind) -> bytes:
            inside = "&a;" if kind in ("internal", "external") else "&l9;" if kind == "bomb" else ""
            return pack(_doctype(part, text, use=inside if part == STRINGS else ""))


@hostile(
    "doctype-late",
    "藏在长注释后面的 DOCTYPE",
    "who looks at the first bytes only does not see it",
    (REFUSED,),
    cause=DANGER,
)
def late() -> bytes:
    comment = f"<!--{'x' * 5000}-->"
    return pack(bent(STRINGS, "?>\n", f"?>\n{comment}{DOCTYPES['internal'][0]}"))


@hostile(
    "utf16-sheet",
    "UTF-16 的工作表",
    "legal XML; who searches for bytes finds nothing",
    ANY,
    cause=DAMAGED + "|编码",
)
def utf16() -> bytes:
    return pack(_utf16(book_parts(), SHEET))


@hostile(
    "utf16-doctype",
    "UTF-16 的 DOCTYPE",
    "the entity is invisible to a search for bytes",
    (REFUSED,),
    cause=DANGER + "|编码",
)
def utf16_doctype() -> bytes:
    return pack(_utf16(_doctype(STRINGS, DOCTYPES["internal"][0], use="&a;"), STRINGS))


def _utf16(parts: Parts, part: str) -> Parts:
    text = parts[part].decode().replace('encoding="UTF-8"', 'encoding="UTF-16"')
    return {**parts, part: text.encode("utf-16")}


@hostile(
    "xml-gbk",
    "GBK 编码的字符串表",
    "declared as GB18030: legal, rarely supported",
    ANY,
    cause=DAMAGED + "|编码",
)
def gbk() -> bytes:
    parts = book_parts()
    text = parts[STRINGS].decode().replace('encoding="UTF-8"', 'encoding="GB18030"')
    return pack({**parts, STRINGS: text.encode("gb18030")})


@hostile(
    "xml-bad-utf8",
    "坏掉的 UTF-8",
    "a byte of a name is no UTF-8",
    (REFUSED, FINDING),
    cause=DAMAGED + "|编码",
    truth=None,
)
def bad_utf8() -> bytes:
    parts = book_parts()
    name = pupils()[1]["name"].encode()
    return pack({**parts, STRINGS: parts[STRINGS].replace(name, name[:1] + b"\xff" + name[2:], 1)})


@hostile(
    "xml-cut",
    "XML 没有写完",
    "the sheet ends within a row, with a right checksum",
    (REFUSED,),
    cause=DAMAGED,
)
def cut() -> bytes:
    parts = book_parts()
    at = parts[SHEET].index(f'<row r="{ROW_B + 2}"'.encode())
    return pack({**parts, SHEET: parts[SHEET][:at]})


@hostile(
    "xml-mismatched",
    "标签不配对",
    "a closing tag that closes something else",
    (REFUSED,),
    cause=DAMAGED,
)
def mismatched() -> bytes:
    return pack(bent(SHEET, row_of(ROW_B), row_of(ROW_B).replace("</row>", "</c>")))


@hostile(
    "single-quotes",
    "单引号的属性",
    "legal XML: who searches for double quotes does not see the sheets",
    (UNCHANGED,),
)
def single_quotes() -> bytes:
    parts = book_parts()
    return pack(
        {n: p if n == STRINGS else re.sub(rb'="([^"\']*)"', rb"='\1'", p) for n, p in parts.items()}
    )


@hostile(
    "single-quotes-error",
    "单引号的错误单元格",
    "an error cell that looks blank",
    (REFUSED, FINDING),
    cause="错误值",
)
def single_quotes_error() -> bytes:
    return pack(with_cell(f"E{ROW_B}", f"<c r='E{ROW_B}' t='e'><v>#N/A</v></c>"))


@hostile(
    "prefixed-namespace",
    "主命名空间带前缀",
    "legal XML: every element is x:row, x:c",
    (REFUSED, UNCHANGED),
    cause=DAMAGED,
)
def prefixed() -> bytes:
    parts = dict(book_parts())
    for part in (SHEET, STRINGS, BOOK):
        text = re.sub(r"<(/?)(\w)", r"<\1x:\2", parts[part].decode())
        parts[part] = text.replace("xmlns=", "xmlns:x=").encode()
    return pack(parts)


@hostile(
    "wrong-namespace",
    "错误的命名空间",
    "rows of another namespace are not rows",
    (REFUSED, FINDING),
    cause=DAMAGED + "|命名空间",
    truth=None,
)
def wrong_namespace() -> bytes:
    return pack(bent(SHEET, f'<row r="{ROW_B}"', f'<row xmlns="urn:other" r="{ROW_B}"'))


@hostile(
    "alternate-content",
    "mc:AlternateContent 包住的行",
    "a reader takes the choice, the fallback, or both",
    (REFUSED, FINDING),
    cause=STRUCTURE,
    truth=None,
)
def alternate() -> bytes:
    row = row_of(ROW_B)
    other = row.replace('t="s"', 't="str"')
    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    both = f'<mc:AlternateContent {mc}><mc:Choice Requires="x14">{row}</mc:Choice><mc:Fallback>{other}</mc:Fallback></mc:AlternateContent>'
    return pack(bent(SHEET, row, both))


@hostile(
    "comment-in-value",
    "值中间的注释",
    "readers keep the text before, behind, or both",
    (REFUSED, UNCHANGED),
    cause=STRUCTURE,
)
def comment_in_value() -> bytes:
    key = pupils()[1]["id_no"]
    return pack(bent(STRINGS, key, f"{key[:6]}<!-- x -->{key[6:]}", count=2))


@hostile(
    "cdata-in-value", "值里的 CDATA", "legal: the same text", (REFUSED, UNCHANGED), cause=STRUCTURE
)
def cdata() -> bytes:
    key = pupils()[1]["id_no"]
    return pack(bent(STRINGS, f"<t>{key}</t>", f"<t>{key[:6]}<![CDATA[{key[6:]}]]></t>"))


@hostile(
    "pi-in-value", "值里的处理指令", "legal: the same text", (REFUSED, UNCHANGED), cause=STRUCTURE
)
def instruction() -> bytes:
    key = pupils()[1]["id_no"]
    return pack(bent(STRINGS, f"<t>{key}</t>", f"<t>{key[:6]}<?x y?>{key[6:]}</t>"))


@hostile(
    "character-references", "字符引用", "&#53; for 5: legal", (UNCHANGED, REFUSED), cause=STRUCTURE
)
def references() -> bytes:
    key = pupils()[1]["id_no"]
    coded = "".join(f"&#{ord(c)};" for c in key)
    return pack(bent(STRINGS, f"<t>{key}</t>", f"<t>{coded}</t>"))
