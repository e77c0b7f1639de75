"""One sheet of an .xlsx as XML (工作表): far corners, hidden rows, errors, results never calculated.

Excel, WPS, LibreOffice and the common libraries all write rows and cells in one plain way.  A sheet
written so is passed by regular expressions alone; any other is walked element by element
(``walk``), and the file is read twice and compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from kbbx_xl.books.gate.held import HostileError
from kbbx_xl.books.gate.package import check_well_formed

MAX_ROWS, MAX_COLUMNS = 110_000, 702  # 100,000 people with headings; no sheet reaches column ZZ
MAX_CELLS = 6_000_000  # rows times columns of the used part

_ATTRIBUTES = rb'(?: [\w:]+="[^"<]*+")*+ ?'
_TEXT = rb'<t(?: xml:space="(?:preserve|default)")?+(?:/>|>[^<]*+</t>)'
_RUN = rb"<r>(?:<rPr/>|<rPr>(?:[^<]++|<(?!/rPr>|t[ />]))*+</rPr>)?" + _TEXT + rb"</r>"
_PHONETIC = rb"<(?:rPh|phoneticPr)" + _ATTRIBUTES + rb"(?:/>|>" + _TEXT + rb"</rPh>)"
_RICH = (  # one text, or runs of text; what is spoken beside it does not count
    rb"(?:" + _TEXT + rb"\s*+|(?:" + _RUN + rb"\s*+)++)?+(?:" + _PHONETIC + rb"\s*+)*+"
)
_FORMULA = rb"<f" + _ATTRIBUTES + rb"(?:/>|>[^<]*+</f>)"
_RESULT = rb'<v(?: xml:space="preserve")?+(?:/>|>[^<]*+</v>)'
_INLINE = rb"<is>\s*+" + _RICH + rb"</is>"
_BEFORE = rb'(?: s="\d+")?+(?: (?:cm|vm|ph)="\d+")*+'
_AFTER = rb'(?: (?:cm|vm|ph)="\d+")*+'
_NUMBER = rb"-?(?:\d++(?:\.\d*+)?+|\.\d++)(?:[eE](?:\+?\d{1,2}+|-\d{1,3}+|\+?[12]\d\d))?+"
_MOMENT = rb"\d{4}-\d\d-\d\d(?:T[\d:.]++Z?)?+"
ERRORS = rb"#(?:N/A|DIV/0!|VALUE!|REF!|NAME\?|NUM!|NULL!|GETTING_DATA)"


def _typed(kind: bytes, value: bytes) -> bytes:
    """The rest of a cell of one type: its attributes, a formula perhaps, its value perhaps."""
    return (
        kind + _AFTER + rb" ?(?:/>|>(?:" + _FORMULA + rb"\s*+)?+(?:" + value + rb"|<v/>|<v></v>)?+"
        rb"\s*+</c>)"
    )


_CELL = (
    rb'<c r="[A-Z]{1,3}+\1"' + _BEFORE + rb"(?:"
    + _typed(rb' t="s"', rb"<v>\d{1,9}</v>")
    + rb"|" + _typed(rb'(?: t="n")?', rb"<v>" + _NUMBER + rb"</v>")
    + rb"|" + _typed(rb' t="str"', _RESULT)
    + rb"|" + _typed(rb' t="inlineStr"', _INLINE)
    + rb"|" + _typed(rb' t="b"', rb"<v>[01]</v>")
    + rb"|" + _typed(rb' t="e"', rb"<v>" + ERRORS + rb"</v>")
    + rb"|" + _typed(rb' t="d"', rb"<v>" + _MOMENT + rb"</v>")
    + rb")\s*+"
)  # fmt: skip
_ROWS = re.compile(
    rb'(?:<row r="(\d{1,7}+)"' + _ATTRIBUTES + rb"(?:/>|>\s*+(?:" + _CELL + rb")*+</row>)\s*+)*+"
)
_STRINGS = re.compile(
    rb"(?:<si/>\s*+|<si>\s*+"
    + _RICH
    + rb"</si>\s*+)*+(?:<extLst>(?:[^<]++|<(?!/sst>))*+)?+</sst>\s*+\Z"
)
NAMESPACE = (  # as Excel writes it, and in the strict way
    rb"(?:http://schemas\.openxmlformats\.org/spreadsheetml/2006/main|"
    rb"http://purl\.oclc\.org/ooxml/spreadsheetml/main)"
)
STRINGS_TAG = rb'<sst [^>]*?xmlns="' + NAMESPACE + rb'"[^>]*>'
_ROOT = re.compile(rb'<worksheet [^>]*?xmlns="' + NAMESPACE + rb'"')
_SST = re.compile(STRINGS_TAG + rb"\s*")
_STYLE = re.compile(rb'<c r="[A-Z]+\d+" s="(\d+)"')
_FORMATS = re.compile(rb"<cellXfs.*?</cellXfs>", re.S)
_FORMAT = re.compile(rb"<xf[ />]")
_NAMESPACE = re.compile(
    rb'<(?:\w+:)?(?:worksheet|sst)\b[^>]*? xmlns(?::\w+)?="([^"]*spreadsheetml[^"]*)"'
)
_TWICE = re.compile(rb'<(?:row|f) (?:[^>]*? )??([\w:]+)="[^">]*"[^>]* \1="')
_COUNT = re.compile(rb"ount=[\"'](\d+)")
_ROW_NUMBER = re.compile(rb'<row r="(\d+)"')
_REFERENCE = re.compile(rb'<c r="([A-Z]+\d+)"')
_WIDE = re.compile(rb'<c r="([A-Z]{3}\d+)"(?: [\w:]+="[^"<]*+")*+ ?>')
_PAIRED = re.compile(rb'<c r="([A-Z]{2})\d+"(?: [\w:]+="[^"<]*+")*+ ?>')
_HIDDEN = re.compile(rb'<row r="(\d+)"(?: [\w:]+="[^"<]*+")*? hidden="(?:1|true)"')
_ERROR = re.compile(rb'<c r="([A-Z]+\d+)"[^>]*? t="e"[^>]*(?<!/)>(.*?)</c>', re.S)
_SHOWN = re.compile(rb"<v>([^<]*)</")
_UNCALCULATED = re.compile(
    rb'<c r="([A-Z]+\d+)"[^<>]*><f(?: [^<>]*)?(?:/>|>[^<]*</f>)\s*(?:<v></v>|<v ?/>)?</c>'
)


@dataclass(frozen=True, slots=True)
class SheetNotes:
    """Side facts of one sheet; rows counted from 1."""

    hidden_rows: frozenset[int] = frozenset()
    errors: dict[str, str] = field(default_factory=dict)  # address -> #N/A, #REF!...
    uncalculated: tuple[str, ...] = ()  # addresses of formulas without a stored result
    plain: bool = True  # written as every common program writes; else it must be read twice


def styles_used(xml: bytes) -> int:
    """The highest format that a cell of a plain sheet refers to; -1 for none."""
    return max(map(int, set(_STYLE.findall(xml))), default=-1)


def styles_held(xml: bytes) -> int:
    """How many formats of cells the table of formats holds."""
    listed = _FORMATS.search(xml)
    return len(_FORMAT.findall(listed[0])) if listed else 0


def namespace(xml: bytes) -> bytes:
    """The namespace of a sheet's or string table's root; parts of one workbook share it."""
    said = _NAMESPACE.search(xml[:4000])
    return said[1] if said else b""


def check_count(xml: bytes) -> None:
    """HostileError when a table of strings says that it holds more than its bytes can."""
    start = xml.find(b"<sst")
    tag = xml[start : xml.find(b">", start)] if start >= 0 else b""
    if any(len(said) > 18 or int(said) > len(xml) for said in _COUNT.findall(tag)):
        raise HostileError("共享文字表的个数是假的")


def plain_strings(xml: bytes) -> bool:
    """Whether a table of shared strings is written in the plain way to its last byte."""
    start = _SST.search(xml[:2000])
    if start is None or _STRINGS.match(xml, start.end()) is None:
        return False
    whole = b"<rPr" in xml  # formats of runs are passed over by the pattern, the rest is matched
    check_well_formed(xml if whole else xml[: start.end()] + b"</sst>", "共享文字表")
    return True


def scan(xml: bytes, sheet: str) -> SheetNotes:
    """Side facts of a sheet; ``plain`` False when it must be walked and read twice.

    HostileError names the cell when a value lies farther out than any table reaches.
    """
    begin, end = _span(xml)
    if begin < 0:
        return SheetNotes(plain=False)
    matched = _ROWS.match(xml, begin)
    if matched is None or matched.end() != end:
        return SheetNotes(plain=False)
    numbers = list(map(int, _ROW_NUMBER.findall(xml, begin, end)))
    references = _REFERENCE.findall(xml, begin, end)
    if _TWICE.search(xml, begin, end):
        return SheetNotes(plain=False)
    if any(a >= b for a, b in pairwise(numbers)) or len(set(references)) < len(references):
        return SheetNotes(plain=False)
    check_well_formed(xml[:begin] + xml[end:], "工作表")  # the rows between were matched
    _check_reach(xml, begin, end, sheet)
    return side_facts(xml[begin:end])


def side_facts(body: bytes) -> SheetNotes:
    """Side facts of the rows of a plain sheet, from what stands inside sheetData."""
    hidden = _HIDDEN.findall(body) if b' hidden="' in body else ()
    waiting = _UNCALCULATED.findall(body) if b"<f" in body else ()
    return SheetNotes(
        frozenset(map(int, hidden)),
        dict(_errors(body)),
        tuple(cell.decode("ascii") for cell in waiting),
    )


def rooted(xml: bytes) -> bool:
    """Whether the root is a worksheet as Excel writes it, without a prefix."""
    return _ROOT.search(xml[:4000]) is not None


def _span(xml: bytes) -> tuple[int, int]:
    """Where the rows begin and end; (-1, -1) for a sheet that is not written in the plain way."""
    if not rooted(xml) or b"<!--" in xml or b"<![CDATA[" in xml:
        return -1, -1
    begin, end = xml.find(b"<sheetData>"), xml.rfind(b"</sheetData>")
    if begin < 0 and end < 0:
        place = xml.find(b"<sheetData/>")
        return (place, place) if place >= 0 and not _REFERENCE.search(xml) else (-1, -1)
    start = begin + len(b"<sheetData>")
    once = xml.find(b"<sheetData", start) < 0 and xml.find(b"</sheetData>") == end
    outside = _REFERENCE.search(xml, 0, begin) or _REFERENCE.search(xml, end)
    if begin < 0 or end < begin or not once or outside:
        return -1, -1
    while xml[start : start + 1] in b"\r\n\t " and start < end:
        start += 1
    return start, end


def _check_reach(xml: bytes, begin: int, end: int, sheet: str) -> None:
    """HostileError when the cells with content lie farther out than any table; blank ones do not count."""
    far = _WIDE.search(xml, begin, end)
    if far:
        raise too_far(far[1].decode("ascii"), sheet)
    last = xml.rfind(b"</c>", begin, end)
    if last < 0:
        return
    at = _REFERENCE.match(xml, xml.rfind(b'<c r="', begin, last))
    cell = at[1].decode("ascii") if at else ""
    rows = int(cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") or 0)
    columns = 26
    if rows * MAX_COLUMNS > MAX_CELLS:
        columns = max(
            (column_number(c.decode()) for c in _PAIRED.findall(xml, begin, end)), default=26
        )
    check_reach(rows, columns, cell, sheet)


def check_reach(rows: int, columns: int, cell: str, sheet: str) -> None:
    """HostileError when ``cell``, the farthest with content, makes the used part too large."""
    if rows > MAX_ROWS or columns > MAX_COLUMNS or rows * columns > MAX_CELLS:
        raise too_far(cell, sheet)


def too_far(cell: str, sheet: str) -> HostileError:
    return HostileError("单元格离表格太远，删去它或整行整列的多余内容", sheet=sheet, cell=cell)


def position(address: str) -> tuple[int, int]:
    """Row and column of an address, counted from 0: B3 -> (2, 1)."""
    letters = address.rstrip("0123456789")
    return int(address[len(letters) :]) - 1, column_number(letters) - 1


def column_number(letters: str) -> int:
    """A -> 1, ZZ -> 702."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _errors(body: bytes) -> Iterator[tuple[str, str]]:
    if b' t="e"' not in body:
        return
    for found in _ERROR.finditer(body):
        value = _SHOWN.search(found[2])
        yield found[1].decode("ascii"), value[1].decode("utf-8", "replace") if value else "#N/A"
