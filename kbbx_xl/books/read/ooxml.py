"""What the fast reader does not say about an .xlsx: hidden rows, error cells, formulas never
calculated, macros, damage.

Every part is inflated once under a limit, which also proves its checksum, before a workbook is
handed to the reader: a flipped bit changes an id without any error otherwise.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from dataclasses import dataclass, field
from io import BytesIO
from posixpath import normpath

MAX_PARTS = 2000
MAX_INFLATED = 400 * 1024 * 1024  # bytes, all parts together
MAX_ROWS, MAX_COLUMNS = 110_000, 702  # 100,000 people with headings; no sheet reaches column ZZ

_SHEET = re.compile(rb"<(?:\w+:)?sheet\s([^>]*)/?>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s([^>]*)/?>")
_ATTRIBUTE = re.compile(rb'([\w:]+)="([^"]*)"')
_ROW = re.compile(rb'<(?:\w+:)?row\s[^>]*?\br="(\d+)"[^>]*>')
_HIDDEN = re.compile(rb' hidden="(?:1|true)"')
_WIDE = re.compile(rb'r="[A-Z]{3}\d')
_ERROR = re.compile(rb'<(?:\w+:)?c\s([^>]*\bt="e"[^>]*)>(.*?)</(?:\w+:)?c>', re.S)
_VALUE = re.compile(rb"<(?:\w+:)?v>([^<]*)</")
_UNCALCULATED = re.compile(
    rb"(?:</(?:\w+:)?f>|<(?:\w+:)?f\s[^>]*/>|<(?:\w+:)?f/>)(?:<v></v>|<v/>)?</(?:\w+:)?c>"
)


class DamagedError(Exception):
    """The package is broken, hostile or beyond every sensible size."""


@dataclass(frozen=True, slots=True)
class SheetNotes:
    """Side facts of one sheet; rows counted from 1."""

    hidden_rows: frozenset[int] = frozenset()
    errors: dict[str, str] = field(default_factory=dict)  # address -> #N/A, #REF!...
    uncalculated: int = 0  # formulas without a stored result


@dataclass(frozen=True, slots=True)
class Notes:
    """Side facts of one .xlsx."""

    sheets: dict[str, SheetNotes]
    macros: bool


def inspect(data: bytes) -> Notes:
    """Read every part of an .xlsx once; DamagedError when it cannot be trusted."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            return _inspect(package)
    except (zipfile.BadZipFile, zlib.error, EOFError, LookupError, RuntimeError) as error:
        raise DamagedError(str(error)) from error
    except (OSError, ValueError) as error:
        raise DamagedError(str(error)) from error


def _inspect(package: zipfile.ZipFile) -> Notes:
    infos = package.infolist()
    names = {info.filename for info in infos}
    if len(infos) > MAX_PARTS or len({n.lower() for n in names}) < len(infos):
        raise DamagedError("too many parts, or two of one name")
    if sum(info.file_size for info in infos) > MAX_INFLATED:
        raise DamagedError("too large")
    found: dict[str, SheetNotes] = {}
    parts = _sheet_parts(package, names)
    for info in infos:
        content = package.read(info)  # checks length and CRC
        if info.filename in parts:
            found[parts[info.filename]] = _sheet_notes(content)
    return Notes(found, any(name.lower().endswith("vbaproject.bin") for name in names))


def _sheet_parts(package: zipfile.ZipFile, names: set[str]) -> dict[str, str]:
    """Part -> sheet name, as workbook.xml and its relations say."""
    home = next((n for n in sorted(names) if n.lower().rpartition("/")[2] == "workbook.xml"), "")
    folder, _, base = home.rpartition("/")
    relations = f"{folder}/_rels/{base}.rels".lstrip("/")
    if not home or relations not in names:
        return {}
    targets = {}
    for found in _RELATION.finditer(package.read(relations)):
        relation = dict(_ATTRIBUTE.findall(found[1]))
        target = relation.get(b"Target", b"").decode("utf-8", "replace")
        absolute = target.lstrip("/") if target.startswith("/") else f"{folder}/{target}"
        targets[relation.get(b"Id")] = normpath(absolute).lstrip("/")
    parts = {}
    for found in _SHEET.finditer(package.read(home)):
        sheet = dict(_ATTRIBUTE.findall(found[1]))
        key = next((v for k, v in sheet.items() if k.endswith(b":id")), None)
        if key in targets:
            parts[targets[key]] = _unescape(sheet.get(b"name", b""))
    return parts


def _unescape(name: bytes) -> str:
    text = name.decode("utf-8", "replace")
    for entity, plain in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'")):
        text = text.replace(entity, plain)
    return text.replace("&amp;", "&")


def _sheet_notes(xml: bytes) -> SheetNotes:
    if b"<!DOCTYPE" in xml[:2048] or _WIDE.search(xml):
        raise DamagedError("document type or a cell far outside any table")
    last = _ROW.search(xml, max(0, xml.rfind(b"row ") - 8))
    if last is not None and int(last[1]) > MAX_ROWS:
        raise DamagedError("too many rows")
    hidden: frozenset[int] = frozenset()
    if _HIDDEN.search(xml):
        hidden = frozenset(int(r[1]) for r in _ROW.finditer(xml) if _HIDDEN.search(r[0]))
    errors = {}
    if b't="e"' in xml:
        for found in _ERROR.finditer(xml):
            address = dict(_ATTRIBUTE.findall(found[1])).get(b"r", b"").decode("ascii", "replace")
            value = _VALUE.search(found[2])
            errors[address] = value[1].decode("utf-8", "replace") if value else "#N/A"
    uncalculated = len(_UNCALCULATED.findall(xml)) if b"<f" in xml else 0
    return SheetNotes(hidden, errors, uncalculated)
