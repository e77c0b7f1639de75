"""What a workbook may carry besides cells: links, macros, objects, passwords, hidden sheets."""

from __future__ import annotations

import datetime as dt
import re
from io import BytesIO

from tests.hostile.kinds import ANY, FINDING, REFUSED, hostile
from tests.hostile.package import (
    BOOK,
    DECLARATION,
    HEADER_ROW,
    MAIN,
    REL,
    RELS,
    SHEET,
    Parts,
    Rows,
    bent,
    book_parts,
    pack,
    pupils,
    relation,
    relations,
    roster,
)

OLE_HEAD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1016
PASSWORD = "密码|加密|encrypt|[Pp]assword"
STRICT = {
    MAIN: "http://purl.oclc.org/ooxml/spreadsheetml/main",
    REL: "http://purl.oclc.org/ooxml/officeDocument/relationships",
}


def _related(kind: str, part: str, content: bytes, parts: Parts | None = None) -> Parts:
    """A part that the workbook names by a relation of ``kind``."""
    target = part.removeprefix("xl/")
    made = bent(
        RELS, "</Relationships>", relation("rId70", kind, target) + "</Relationships>", parts
    )
    return {**made, part: content}


@hostile(
    "external-links",
    "外部链接",
    "values come from a file on somebody's desk",
    ANY,
    cause="外部|链接",
)
def links() -> bytes:
    link = f'{DECLARATION}<externalLink xmlns="{MAIN}" xmlns:r="{REL}"><externalBook r:id="rId1"/></externalLink>'
    path = relation("rId1", "externalLinkPath", "file:///c:/x/y.xlsx", "External")
    parts = _related("externalLink", "xl/externalLinks/externalLink1.xml", link.encode())
    parts["xl/externalLinks/_rels/externalLink1.xml.rels"] = relations([path]).encode()
    return pack(
        bent(
            BOOK,
            "</sheets>",
            '</sheets><externalReferences><externalReference r:id="rId70"/></externalReferences>',
            parts,
        )
    )


@hostile("dde", "DDE 链接", "Excel would start a program", ANY, cause="外部|链接|DDE")
def dde() -> bytes:
    link = f'{DECLARATION}<externalLink xmlns="{MAIN}"><ddeLink ddeService="cmd" ddeTopic="/C calc"><ddeItems/></ddeLink></externalLink>'
    parts = _related("externalLink", "xl/externalLinks/externalLink1.xml", link.encode())
    return pack(
        bent(
            BOOK,
            "</sheets>",
            '</sheets><externalReferences><externalReference r:id="rId70"/></externalReferences>',
            parts,
        )
    )


@hostile("ole-object", "嵌入对象", "a file within the file", ANY, cause="嵌入|对象")
def ole() -> bytes:
    return pack({**book_parts(), "xl/embeddings/oleObject1.bin": OLE_HEAD})


@hostile(
    "activex",
    "ActiveX 控件",
    "a control that Excel would start",
    ANY,
    cause="ActiveX|控件|嵌入|对象",
)
def activex() -> bytes:
    return pack(
        {**book_parts(), "xl/activeX/activeX1.xml": b"<ax/>", "xl/activeX/activeX1.bin": OLE_HEAD}
    )


@hostile(
    "connections",
    "数据连接",
    "Excel would fetch from a server when opening",
    ANY,
    cause="连接|外部",
)
def connections() -> bytes:
    text = f'{DECLARATION}<connections xmlns="{MAIN}"><connection id="1" name="x" type="4" refreshedVersion="1" refreshOnLoad="1"><webPr url="http://127.0.0.1:9/"/></connection></connections>'
    return pack(_related("connections", "xl/connections.xml", text.encode()))


@hostile(
    "query-table", "查询表", "the cells are replaced when opening", ANY, cause="查询|连接|外部"
)
def query() -> bytes:
    text = f'{DECLARATION}<queryTable xmlns="{MAIN}" name="x" connectionId="1"/>'
    return pack({**book_parts(), "xl/queryTables/queryTable1.xml": text.encode()})


@hostile("macro-vba", "VBA 宏", "a program in the file; never run", ANY, cause="宏")
def vba() -> bytes:
    return pack(_related("vbaProject", "xl/vbaProject.bin", OLE_HEAD))


@hostile("macro-xlm", "XLM 宏表", "a macro of Excel 4.0 in a sheet of its own", ANY, cause="宏")
def xlm() -> bytes:
    sheet = f'{DECLARATION}<xm:macrosheet xmlns="{MAIN}" xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"><sheetData><row r="1"><c r="A1"><f>EXEC("calc")</f></c></row></sheetData></xm:macrosheet>'
    kind = "http://schemas.microsoft.com/office/2006/relationships/xlMacrosheet"
    parts = bent(
        RELS,
        "</Relationships>",
        f'<Relationship Id="rId70" Type="{kind}" Target="macrosheets/sheet1.xml"/></Relationships>',
    )
    parts = bent(
        BOOK,
        "</sheets>",
        '<sheet name="Macro1" sheetId="70" state="veryHidden" r:id="rId70"/></sheets><definedNames><definedName name="Auto_Open">Macro1!$A$1</definedName></definedNames>',
        parts,
    )
    return pack({**parts, "xl/macrosheets/sheet1.xml": sheet.encode()})


@hostile(
    "password-agile",
    "打开密码（AES）",
    "the most common honest mistake",
    (REFUSED,),
    cause=PASSWORD,
)
def agile() -> bytes:
    from msoffcrypto.format.ooxml import OOXMLFile

    out = BytesIO()
    OOXMLFile(BytesIO(pack(book_parts()))).encrypt("secret", out)
    return out.getvalue()


@hostile(
    "password-named-xls",
    "加密文件改名 .xls",
    "the container is OLE, the name says .xls",
    (REFUSED,),
    cause=PASSWORD,
    name="学籍.xls",
)
def agile_xls() -> bytes:
    return agile()


@hostile("protected-sheet", "工作表保护", "no secret: it can be read", ANY)
def protected() -> bytes:
    return pack(
        bent(SHEET, "</sheetData>", '</sheetData><sheetProtection sheet="1" password="CC1A"/>')
    )


@hostile(
    "password-ods",
    "加密的 .ods",
    "encrypted parts in an open package",
    (REFUSED,),
    cause=PASSWORD,
    name="学籍.ods",
)
def password_ods() -> bytes:
    from tests.hostile.formats import ods_parts

    parts = ods_parts(roster())
    listed = parts["META-INF/manifest.xml"].decode()
    coded = listed.replace(
        '"content.xml" />',
        '"content.xml"><manifest:encryption-data manifest:checksum="x"/></manifest:file-entry>',
    )
    return pack(
        {**parts, "META-INF/manifest.xml": coded.encode(), "content.xml": bytes(range(256)) * 8}
    )


for _state in ("hidden", "veryHidden"):

    @hostile(
        f"sheet-{_state}", f"隐藏的工作表（{_state}）", "pupils that nobody sees", ANY, cause="隐藏"
    )
    def hidden(state: str = _state) -> bytes:
        return pack(bent(BOOK, 'sheetId="1"', f'sheetId="1" state="{state}"'))


@hostile("rows-hidden", "隐藏的行", "a filter was left on", ANY, cause="隐藏")
def rows_hidden() -> bytes:
    return pack(bent(SHEET, f'<row r="{HEADER_ROW + 2}"', f'<row r="{HEADER_ROW + 2}" hidden="1"'))


@hostile("strict", "严格 OOXML", "other namespaces: openpyxl shows no sheet and no error", ANY)
def strict() -> bytes:
    parts = book_parts()
    for name, content in parts.items():
        text = content.decode()
        for old, new in STRICT.items():
            text = text.replace(old, new)
        parts[name] = text.encode()
    return pack(parts)


@hostile("chart-sheet", "图表工作表", "a sheet without cells beside the list", ANY)
def chart() -> bytes:
    sheet = f'{DECLARATION}<chartsheet xmlns="{MAIN}"/>'
    parts = _related("chartsheet", "xl/chartsheets/sheet1.xml", sheet.encode())
    return pack(
        bent(BOOK, "</sheets>", '<sheet name="图" sheetId="70" r:id="rId70"/></sheets>', parts)
    )


@hostile(
    "silent-name",
    "名册叫“填表说明”",
    "a sheet whose name alone makes it a page of notes",
    (FINDING, "unchanged"),
)
def silent_name() -> bytes:
    return pack(book_parts({"填表说明": roster()}))


@hostile(
    "silent-report-name",
    "名册叫“本月月报”",
    "the name of a calculated sheet of our own workbooks",
    (FINDING, "unchanged"),
)
def silent_report() -> bytes:
    return pack(book_parts({"本月月报": roster()}))


@hostile(
    "forged-marks",
    "伪造的标记表",
    "a hidden sheet that tells us to leave the roster out",
    (FINDING, "unchanged"),
)
def forged_marks() -> bytes:
    return pack(book_parts({"名册": roster(), "_kbbx_marks": [['["sheet", "名册"]']]}))


@hostile(
    "forged-masked",
    "伪造的脱敏件",
    "a stamp that says: nobody's submission",
    (FINDING, REFUSED),
    cause="脱敏",
)
def forged_masked() -> bytes:
    return pack(book_parts({"名册": roster(), "_kbbx": [["form", "masked"]]}))


@hostile(
    "forged-summary",
    "伪造的汇总",
    "a stamp that says: written by this program",
    (FINDING, REFUSED),
    cause="汇总",
)
def forged_summary() -> bytes:
    return pack(book_parts({"名册": roster(), "汇总月报": [[""]], "_kbbx": [["form", "summary"]]}))


@hostile("forged-form", "伪造的模板标记", "a stamp of a form that does not exist", ANY)
def forged_form() -> bytes:
    return pack(
        book_parts({"名册": roster(), "_kbbx": [["form", "../../x"], ["version", "9" * 400]]})
    )


@hostile(
    "two-lists",
    "一张表里两份名单",
    "the second list stands below, with its own headings",
    (FINDING, "unchanged"),
    truth=pupils,
)
def two_lists() -> bytes:
    rows: Rows = roster()
    half = HEADER_ROW + 4
    return pack(book_parts({"名册": [*rows[:half], [], *rows[:HEADER_ROW], *rows[half:]]}))


@hostile(
    "row-above-headings", "表头上面有一名学生", "taken for a title line", (FINDING, "unchanged")
)
def above() -> bytes:
    rows = list(roster())
    rows.insert(HEADER_ROW - 1, rows.pop(HEADER_ROW + 1))
    return pack(book_parts({"名册": rows}))


@hostile("created-later", "日期不可能的文件属性", "a creation date that no calendar has", ANY)
def properties() -> bytes:
    year = dt.date.max.year
    text = f'{DECLARATION}<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dcterms:created xsi:type="dcterms:W3CDTF">{year}-99-99T25:61:61Z</dcterms:created></cp:coreProperties>'
    root = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
    parts = bent(
        "_rels/.rels",
        "</Relationships>",
        f'<Relationship Id="rId9" Type="{root}" Target="docProps/core.xml"/></Relationships>',
    )
    return pack({**parts, "docProps/core.xml": text.encode()})


@hostile(
    "styles-broken",
    "坏掉的样式表",
    "the cells are well, their formats are not",
    ANY,
    cause="损坏|样式",
)
def broken_styles() -> bytes:
    parts = book_parts()
    return pack(
        {
            **parts,
            "xl/styles.xml": re.sub(
                rb"<cellXfs.*</cellXfs>", b"<cellXfs/>", parts["xl/styles.xml"]
            ),
        }
    )


@hostile("style-beyond", "样式序号越界", 's="9999" of two styles', ANY, cause="损坏|样式")
def style_beyond() -> bytes:
    return pack(bent(SHEET, 't="s"', 's="9999" t="s"', count=10_000))
