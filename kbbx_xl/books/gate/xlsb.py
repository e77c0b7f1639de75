"""An .xlsb before it is read (二进制工作簿): its records walked, error values and hidden rows found.

[MS-XLSB] 2.1.4: a sheet part is a row of records, each a type and a length of seven bits a byte.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from posixpath import normpath

from lxml import etree

from kbbx_xl.books.gate.held import DamagedError
from kbbx_xl.books.gate.package import Package
from kbbx_xl.books.gate.second import BIFF_ERRORS
from kbbx_xl.books.gate.sheet_xml import SheetNotes, check_reach
from kbbx_xl.model import a1

HOME, RELATIONS = "xl/workbook.bin", "xl/_rels/workbook.bin.rels"
ROW, BLANK, ERROR, FORMULA_ERROR, BUNDLE_SHEET = 0, 1, 3, 11, 156
CELLS = range(1, 12)
HIDDEN_BYTE, HIDDEN_BIT = 11, 0x10
BROKEN = "工作表的内容坏了"


def scan_xlsb(package: Package) -> dict[str, SheetNotes]:
    """Side facts of every sheet; DamagedError for broken records, HostileError for far corners."""
    notes = {}
    try:
        for name, part in _sheets(package):
            if part not in package.names:
                raise DamagedError("有一张工作表的内容不在文件里，没有存全")
            if "/worksheets/" in part:
                notes[name] = _scan(package.read(part), name)
    except (struct.error, IndexError, UnicodeDecodeError, etree.XMLSyntaxError, KeyError) as error:
        raise DamagedError(BROKEN) from error
    return notes


def _sheets(package: Package) -> Iterator[tuple[str, str]]:
    """Name and part of every sheet that the workbook names."""
    root = etree.fromstring(package.read(RELATIONS))
    targets = {
        str(r.get("Id")): normpath(t if (t := str(r.get("Target"))).startswith("/") else f"xl/{t}")
        for r in root.iter("{*}Relationship")
    }
    for kind, record in _records(package.read(HOME)):
        if kind == BUNDLE_SHEET:
            key, at = _wide_text(record, 8)
            name, _ = _wide_text(record, at)
            yield name, targets[key].lstrip("/")


def _wide_text(record: bytes, at: int) -> tuple[str, int]:
    (length,) = struct.unpack_from("<I", record, at)
    end = at + 4 + 2 * length
    if end > len(record):
        raise DamagedError(BROKEN)
    return record[at + 4 : end].decode("utf-16-le"), end


def _records(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(data):
        kind = data[at]
        at += 1
        if kind & 0x80:
            kind = (kind & 0x7F) | (data[at] & 0x7F) << 7
            at += 1
        length = shift = 0
        while True:
            byte = data[at]
            at += 1
            length |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                break
        if at + length > len(data):
            raise DamagedError(BROKEN)
        yield kind, data[at : at + length]
        at += length


def _scan(data: bytes, sheet: str) -> SheetNotes:
    hidden: set[int] = set()
    errors: dict[str, str] = {}
    row = widest = 0
    for kind, record in _records(data):
        if kind == ROW:
            row = struct.unpack_from("<I", record)[0] + 1
            if record[HIDDEN_BYTE] & HIDDEN_BIT:
                hidden.add(row)
        elif kind in CELLS and kind != BLANK:
            column = struct.unpack_from("<I", record)[0] + 1
            widest = max(widest, column)
            check_reach(row, widest, a1(max(row, 1), min(column, 16384)), sheet)
            if kind in (ERROR, FORMULA_ERROR):
                errors[a1(row, column)] = BIFF_ERRORS.get(record[8], "#N/A")
    return SheetNotes(frozenset(hidden), errors)
