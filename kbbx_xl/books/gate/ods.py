"""An .ods read beside the fast reader (OpenDocument): repeated cells, hidden rows, error values.

A few bytes may say that a cell with content repeats a million times; error values come out of the
fast reader as blanks; and what it makes of every other cell is held against what stands there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

from lxml import etree

from kbbx_xl.books.gate.held import DamagedError, DoubtfulError
from kbbx_xl.books.gate.package import Package
from kbbx_xl.books.gate.second import same
from kbbx_xl.books.gate.sheet_xml import SheetNotes, check_reach
from kbbx_xl.model import a1

TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
CALCEXT = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
CONTENT = "content.xml"
UNCOMPARED = object()
HIDDEN = ("collapse", "filter")
MACRO_PARTS = ("Basic/", "Scripts/")


def read_ods(
    package: Package,
) -> tuple[dict[str, SheetNotes], dict[str, list[list[object]]]]:
    """Side facts and values of every sheet by name.

    HostileError for content too far out, DamagedError for a part that is missing or no XML.
    """
    if CONTENT not in package.names:
        raise DamagedError("文件里没有内容部件（content.xml），没有存全")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(package.read(CONTENT), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise DamagedError("内容部件坏了") from error
    notes: dict[str, SheetNotes] = {}
    values: dict[str, list[list[object]]] = {}
    for table in root.iter(f"{TABLE}table"):
        name = str(table.get(f"{TABLE}name", ""))
        notes[name], values[name] = _read_table(table)
    return notes, values


def compare_ods(
    values: Mapping[str, Sequence[Sequence[object]]],
    sheets: Mapping[str, Sequence[Sequence[object]]],
) -> None:
    """Hold the fast reader's sheets against the values found here; DoubtfulError with the cell."""
    for name, rows in sheets.items():
        told = values.get(name, ())
        for number in range(max(len(rows), len(told))):
            one = rows[number] if number < len(rows) else ()
            two = told[number] if number < len(told) else ()
            for column in range(max(len(one), len(two))):
                first = one[column] if column < len(one) else ""
                second = two[column] if column < len(two) else ""
                if second is not UNCOMPARED and not same(_bare(first), _bare(second)):
                    cell = a1(number + 1, column + 1)
                    raise DoubtfulError("两种读法读出的内容不同", sheet=name, cell=cell)


def _bare(value: object) -> object:
    """A text without white space, of which OpenDocument keeps account in elements of its own."""
    return "".join(value.split()) if isinstance(value, str) else value


def has_macros(package: Package) -> bool:
    return any(name.startswith(MACRO_PARTS) and not name.endswith("/") for name in package.names)


def _read_table(table: etree._Element) -> tuple[SheetNotes, list[list[object]]]:
    sheet = str(table.get(f"{TABLE}name", ""))
    hidden: set[int] = set()
    errors: dict[str, str] = {}
    uncalculated: list[str] = []
    values: list[list[object]] = []
    row = widest = 0
    for line in table.iter(f"{TABLE}table-row"):
        times = _repeated(line, "number-rows-repeated")
        cells: list[object] = []
        for column, reach, cell in _cells(line):
            widest = max(widest, reach)
            check_reach(row + times, widest, a1(row + times, min(reach, 16384)), sheet)
            value = _value(cell)
            cells += [""] * (column - 1 - len(cells)) + [value] * (reach - column + 1)
            at = a1(row + 1, column)
            if cell.get(f"{CALCEXT}value-type") == "error":
                errors[at] = "".join(cell.itertext()).strip() or "#N/A"
            elif cell.get(f"{TABLE}formula") and cell.get(f"{OFFICE}value-type") is None:
                uncalculated.append(at)
        if cells:
            values += [[]] * (row - len(values)) + [cells] * times
            if line.get(f"{TABLE}visibility") in HIDDEN:
                hidden.update(range(row + 1, row + times + 1))
        row += times
    return SheetNotes(frozenset(hidden), errors, tuple(uncalculated)), values


def _value(cell: etree._Element) -> object:
    """What a cell says; UNCOMPARED for what two programs show in two ways."""
    kind = cell.get(f"{OFFICE}value-type")
    if cell.get(f"{CALCEXT}value-type") == "error" or kind == "time":
        return UNCOMPARED
    try:
        if kind in ("float", "percentage", "currency"):
            return float(str(cell.get(f"{OFFICE}value")))
        if kind == "date":
            return dt.datetime.fromisoformat(str(cell.get(f"{OFFICE}date-value")))
    except ValueError as error:
        raise DamagedError("有的单元格的值与它的类型不符") from error
    if kind == "boolean":
        return cell.get(f"{OFFICE}boolean-value") == "true"
    if kind is None and cell.get(f"{TABLE}formula"):
        return UNCOMPARED
    said = cell.get(f"{OFFICE}string-value")
    return str(said) if said is not None else "\n".join(map(_words, cell.iterchildren(f"{TEXT}p")))


def _words(paragraph: etree._Element) -> str:
    if paragraph.find(f".//{TEXT}p") is not None:
        raise DamagedError("有的单元格里段落套着段落")
    return "".join(str(text) for text in paragraph.itertext())


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
