"""A workbook of which every byte can be bent: parts as text, packed by hand."""

from __future__ import annotations

import functools
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape

import openpyxl

from kbbx_xl.model import a1

SAMPLE = Path(__file__).parents[1] / "data" / "sample_county" / "county" / "报送"
ROSTER = SAMPLE / "双河镇中心校" / "双河镇箐口小学" / "箐口小学学籍2026秋.xlsx"
CHILDREN = 8  # pupils of the roster that go into each file
HEADER_ROW = 3  # counted from 1; pupils follow
NAME, ID, STUDENT_NO, PHONE = 0, 4, 5, 16  # columns counted from 0
FIELDS = {"name": NAME, "id_no": ID, "student_no": STUDENT_NO, "guardian_phone": PHONE}
TITLES = {
    "name": "姓名",
    "id_no": "身份证号",
    "student_no": "学籍号",
    "guardian_phone": "监护人电话",
}

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE_REL = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
STRINGS, SHEET, BOOK = "xl/sharedStrings.xml", "xl/worksheets/sheet1.xml", "xl/workbook.xml"
RELS, STYLES = "xl/_rels/workbook.xml.rels", "xl/styles.xml"
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

Rows = Sequence[Sequence[object]]
Parts = dict[str, bytes]
Record = dict[str, str]


@functools.cache
def roster() -> tuple[tuple[str, ...], ...]:
    """Title, 填报单位, headings and the first pupils of a real submission, all as text."""
    book = openpyxl.load_workbook(ROSTER, read_only=True)
    rows = list(book.worksheets[0].iter_rows(values_only=True))[: HEADER_ROW + CHILDREN]
    book.close()
    return tuple(tuple(_text(cell) for cell in row) for row in rows)


def _text(cell: object) -> str:
    if hasattr(cell, "isoformat"):
        return f"{cell:%Y-%m-%d}"
    return "" if cell is None else str(cell)


def pupils(rows: Rows | None = None) -> list[Record]:
    """What must come out of ``rows``, laid out as ``roster``."""
    given = roster() if rows is None else rows
    return [{f: str(row[c]) for f, c in FIELDS.items()} for row in given[HEADER_ROW:]]


def changed(row: int, column: int, value: object) -> list[list[object]]:
    """The roster with one cell exchanged; row as Excel counts, column from 0."""
    rows: list[list[object]] = [list(r) for r in roster()]
    rows[row - 1][column] = value
    return rows


def inline(address: str, text: str) -> str:
    return f'<c r="{address}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'


class Strings:
    """A table of shared strings that grows as sheets are written."""

    def __init__(self) -> None:
        self.index: dict[str, int] = {}
        self.uses = 0

    def __call__(self, text: str) -> int:
        self.uses += 1
        return self.index.setdefault(text, len(self.index))

    def xml(self) -> str:
        items = "".join(f"<si><t>{escape(text)}</t></si>" for text in self.index)
        head = f'<sst xmlns="{MAIN}" count="{self.uses}" uniqueCount="{len(self.index)}">'
        return f"{DECLARATION}{head}{items}</sst>"


def cell_xml(address: str, value: object, strings: Strings) -> str:
    if value == "" or value is None:
        return ""
    if isinstance(value, bool):
        return f'<c r="{address}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, int | float):
        return f'<c r="{address}"><v>{value!r}</v></c>'
    return f'<c r="{address}" t="s"><v>{strings(str(value))}</v></c>'


def sheet_xml(rows: Rows, strings: Strings) -> str:
    width = max((len(row) for row in rows), default=1)
    lines = []
    for number, row in enumerate(rows, 1):
        cells = "".join(cell_xml(a1(number, c), v, strings) for c, v in enumerate(row, 1))
        lines.append(f'<row r="{number}" spans="1:{width}">{cells}</row>')
    dimension = f'<dimension ref="A1:{a1(max(len(rows), 1), width)}"/>'
    data = f"<sheetData>{''.join(lines)}</sheetData>"
    return f'{DECLARATION}<worksheet xmlns="{MAIN}" xmlns:r="{REL}">{dimension}{data}</worksheet>'


def book_parts(sheets: Mapping[str, Rows] | None = None) -> Parts:
    """All parts of a sound workbook; of the roster when no sheets are given."""
    strings = Strings()
    given = {"学生基本信息": roster()} if sheets is None else sheets
    texts: dict[str, str] = {}
    listed, related, typed = [], [], []
    for number, (name, rows) in enumerate(given.items(), 1):
        part = f"worksheets/sheet{number}.xml"
        texts[f"xl/{part}"] = sheet_xml(rows, strings)
        listed.append(f'<sheet name="{escape(name)}" sheetId="{number}" r:id="rId{number}"/>')
        related.append(relation(f"rId{number}", "worksheet", part))
        typed.append(override(f"/xl/{part}", "worksheet"))
    related += [
        relation("rId90", "styles", "styles.xml"),
        relation("rId91", "sharedStrings", "sharedStrings.xml"),
    ]
    typed += [override("/xl/styles.xml", "styles"), override("/" + STRINGS, "sharedStrings")]
    texts[BOOK] = (
        f'{DECLARATION}<workbook xmlns="{MAIN}" xmlns:r="{REL}"><workbookPr/>'
        f"<sheets>{''.join(listed)}</sheets></workbook>"
    )
    texts[RELS] = relations(related)
    texts[STYLES] = styles()
    texts[STRINGS] = strings.xml()
    texts["_rels/.rels"] = relations([relation("rId1", "officeDocument", BOOK)])
    texts["[Content_Types].xml"] = content_types(typed)
    order = ["[Content_Types].xml", "_rels/.rels", BOOK, RELS]
    order += [name for name in texts if name not in order]
    return {name: texts[name].encode() for name in order}


def relation(key: str, kind: str, target: str, mode: str = "") -> str:
    mode = f' TargetMode="{mode}"' if mode else ""
    return f'<Relationship Id="{key}" Type="{REL}/{kind}" Target="{target}"{mode}/>'


def relations(items: Iterable[str]) -> str:
    return f'{DECLARATION}<Relationships xmlns="{PACKAGE_REL}">{"".join(items)}</Relationships>'


def override(part: str, kind: str) -> str:
    form = f"application/vnd.openxmlformats-officedocument.spreadsheetml.{kind}+xml"
    return f'<Override PartName="{part}" ContentType="{form}"/>'


def content_types(overrides: Iterable[str]) -> str:
    return (
        f'{DECLARATION}<Types xmlns="{TYPES}"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>'
        f"{override('/' + BOOK, 'sheet.main')}{''.join(overrides)}</Types>"
    )


def styles() -> str:
    return (
        f'{DECLARATION}<styleSheet xmlns="{MAIN}">'
        '<numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts>'
        '<fonts count="1"><font><sz val="11"/><name val="宋体"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        '<cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
        '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    )


def pack(parts: Mapping[str, bytes] | Iterable[tuple[str, bytes]]) -> bytes:
    """The parts as a zip, with one fixed time so that the bytes are always the same."""
    items = parts.items() if isinstance(parts, Mapping) else parts
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in items:
            package.writestr(entry(name), content, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def entry(name: str) -> zipfile.ZipInfo:
    return zipfile.ZipInfo(name, (2026, 10, 20, 8, 0, 0))


def bent(part: str, old: str, new: str, parts: Parts | None = None, count: int = 1) -> Parts:
    """The parts with a text exchanged in one of them; the text must be there."""
    parts = dict(book_parts() if parts is None else parts)
    text = parts[part].decode()
    if old not in text:
        raise ValueError(f"{part} does not hold {old!r}")
    parts[part] = text.replace(old, new, count).encode()
    return parts


def cell_of(address: str, parts: Parts | None = None, part: str = SHEET) -> str:
    """The XML of one cell."""
    text = (book_parts() if parts is None else parts)[part].decode()
    found = re.search(rf'<c r="{address}"[^>]*>.*?</c>', text)
    if not found:
        raise ValueError(f"no cell {address}")
    return found[0]


def row_of(number: int, parts: Parts | None = None, part: str = SHEET) -> str:
    text = (book_parts() if parts is None else parts)[part].decode()
    found = re.search(rf'<row r="{number}"[^>]*>.*?</row>', text)
    if not found:
        raise ValueError(f"no row {number}")
    return found[0]


def with_cell(address: str, new: str) -> Parts:
    """The roster with the XML of one cell exchanged."""
    return bent(SHEET, cell_of(address), new)
