"""A workbook and its VBA as one add-in file: parts, content types, relationships, zip."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from kbbx_xl.books.files import zip_parts
from kbbx_xl.excel.pack.sheets import Rows, write_workbook
from kbbx_xl.excel.pack.sources import WORKBOOK, Module
from kbbx_xl.messages import OutputError

STAMP = (2026, 1, 1, 0, 0, 0)  # one date for every part: the same sources give the same bytes
TYPES = "[Content_Types].xml"
RELATIONS = "_rels/.rels"
RIBBON = "customUI/customUI14.xml"
RIBBON_TYPE = "http://schemas.microsoft.com/office/2007/relationships/ui/extensibility"
PLAIN = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
MACRO = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
ADDIN = b"application/vnd.ms-excel.addin.macroEnabled.main+xml"

Parts = dict[str, bytes]


def package(
    path: Path,
    *,
    sheets: Mapping[str, Rows],
    modules: Sequence[Module],
    workbook_code: str,
    ribbon: bytes,
) -> None:
    """Write the add-in ``path``; the same arguments give the same bytes.

    Raises ImportError without pyOpenVBA, OutputError when a piece cannot be put in.
    """
    with tempfile.TemporaryDirectory() as folder:
        book, macro = Path(folder, "book.xlsx"), Path(folder, "book.xlsm")
        write_workbook(book, sheets)
        parts = zip_parts(book) or {}
        parts[TYPES] = _swap(parts[TYPES], PLAIN, MACRO)
        write_parts(macro, parts)
        _add_code(macro, modules, workbook_code)
        parts = zip_parts(macro) or {}
    parts[TYPES] = _swap(parts[TYPES], MACRO, ADDIN)
    relation = f'<Relationship Id="rIdRibbon" Type="{RIBBON_TYPE}" Target="{RIBBON}"/>'
    closing = b"</Relationships>"
    parts[RELATIONS] = _swap(parts[RELATIONS], closing, relation.encode() + closing)
    parts[RIBBON] = ribbon
    write_parts(path, parts)


def _add_code(path: Path, modules: Sequence[Module], workbook_code: str) -> None:
    """Give the .xlsm a VBA project of these modules."""
    from pyopenvba import ExcelFile, VBAModuleKind  # noqa: PLC0415 (only needed to build)

    with ExcelFile(path) as file:
        file.add_vba_project()
        project = file.vba_project()
        for module in modules:
            kind = VBAModuleKind.other if module.is_class else VBAModuleKind.standard
            project.add_module(module.name, _crlf(module.source), kind=kind)
        file.set_module(WORKBOOK, _crlf(workbook_code))
        file.save()


def _crlf(text: str) -> str:
    return "\r\n".join(text.splitlines()) + "\r\n"


def _swap(part: bytes, old: bytes, new: bytes) -> bytes:
    if part.count(old) != 1:
        raise OutputError(f"the package holds {old.decode()} {part.count(old)} times")
    return part.replace(old, new)


def write_parts(path: Path, parts: Parts) -> None:
    """A zip of the parts: content types and relationships first, then by name; one time stamp."""
    first = [TYPES, RELATIONS]
    with zipfile.ZipFile(path, "w") as file:
        for name in first + sorted(parts.keys() - set(first)):
            entry = zipfile.ZipInfo(name, STAMP)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            file.writestr(entry, parts[name])
