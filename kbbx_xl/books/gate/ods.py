"""An .ods before it is read (OpenDocument): repeated cells, hidden rows, error values.

A few bytes may say that a cell with content repeats a million times; and error values come out of
the fast reader as blanks.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from kbbx_xl.books.gate.held import DamagedError
from kbbx_xl.books.gate.package import Package
from kbbx_xl.books.gate.sheet_xml import SheetNotes, check_reach
from kbbx_xl.model import a1

TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
CALCEXT = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
CONTENT = "content.xml"
HIDDEN = ("collapse", "filter")
MACRO_PARTS = ("Basic/", "Scripts/")


def scan_ods(package: Package) -> dict[str, SheetNotes]:
    """Side facts of every sheet; HostileError for content too far out, DamagedError for no table."""
    if CONTENT not in package.names:
        raise DamagedError("文件里没有内容部件（content.xml），没有存全")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(package.read(CONTENT), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise DamagedError("内容部件坏了") from error
    return {
        str(table.get(f"{TABLE}name", "")): _scan_table(table)
        for table in root.iter(f"{TABLE}table")
    }


def has_macros(package: Package) -> bool:
    return any(name.startswith(MACRO_PARTS) and not name.endswith("/") for name in package.names)


def _scan_table(table: etree._Element) -> SheetNotes:
    sheet = str(table.get(f"{TABLE}name", ""))
    hidden: set[int] = set()
    errors: dict[str, str] = {}
    uncalculated: list[str] = []
    row = widest = 0
    for line in table.iter(f"{TABLE}table-row"):
        times = _repeated(line, "number-rows-repeated")
        filled = False
        for column, reach, cell in _cells(line):
            filled = True
            widest = max(widest, reach)
            check_reach(row + times, widest, a1(row + times, min(reach, 16384)), sheet)
            at = a1(row + 1, column)
            if cell.get(f"{CALCEXT}value-type") == "error":
                errors[at] = "".join(cell.itertext()).strip() or "#N/A"
            elif cell.get(f"{TABLE}formula") and cell.get(f"{OFFICE}value-type") is None:
                uncalculated.append(at)
        if filled and line.get(f"{TABLE}visibility") in HIDDEN:
            hidden.update(range(row + 1, row + times + 1))
        row += times
    return SheetNotes(frozenset(hidden), errors, tuple(uncalculated))


def _cells(line: etree._Element) -> Iterator[tuple[int, int, etree._Element]]:
    """First column, last column and element of each cell with content, columns from 1."""
    column = 0
    for cell in line.iterchildren(f"{TABLE}table-cell", f"{TABLE}covered-table-cell"):
        times = _repeated(cell, "number-columns-repeated")
        if len(cell) or cell.get(f"{OFFICE}value-type") or cell.get(f"{TABLE}formula"):
            yield column + 1, column + times, cell
        column += times


def _repeated(element: etree._Element, name: str) -> int:
    written = str(element.get(f"{TABLE}{name}", "1"))
    return max(1, int(written)) if written.isascii() and written.isdigit() else 1
