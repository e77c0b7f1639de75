"""Through the gate (放行): one workbook's bytes examined before and after the fast reader."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from kbbx_xl.books.gate.ods import compare_ods, has_macros, read_ods
from kbbx_xl.books.gate.package import Package, check_well_formed
from kbbx_xl.books.gate.plain.book import PlainRead, plain_book
from kbbx_xl.books.gate.second import compare_xls, compare_xlsx
from kbbx_xl.books.gate.sheet_xml import (
    SheetNotes,
    check_count,
    namespace,
    plain_strings,
    scan,
    styles_held,
    styles_used,
)
from kbbx_xl.books.gate.walk import count_strings, walk
from kbbx_xl.books.gate.workbook import MACROS, Structure, extras, structure
from kbbx_xl.books.gate.xlsb import scan_xlsb

SMALL = 64 * 1024 * 1024  # bytes of parts that may be held at once; a school sends one
WIDE_ESCAPE = re.compile(rb"(?<!_x005F)(?<!_x005f)_x(?!00)[0-9A-Fa-f]{4}_")


@dataclass(frozen=True, slots=True)
class Passed:
    """What the gate saw: side facts by sheet, what came along, whether to read it twice."""

    sheets: dict[str, SheetNotes] = field(default_factory=dict)
    extras: tuple[str, ...] = ()
    twice: bool = False
    values: dict[str, list[list[object]]] = field(default_factory=dict)  # of an .ods, read here
    plain: PlainRead | None = None  # a plain .xlsx is read here and needs no other reader
    hidden: frozenset[str] = frozenset()  # its sheets that are not shown
    escaped: bool = False  # texts may hold escapes such as _x5F20_, which the fast reader leaves


def admit(data: bytes, kind: str) -> Passed:
    """Examine an xlsx, xlsb, ods or xls before a reader sees it; HeldBackError says why not.

    Every part of a package is inflated and its checksum proved.  An .xls has no structure that could
    be examined so cheaply; it is read twice.
    """
    if kind == "xls":
        return Passed(twice=True)
    package = Package(data)
    if kind == "ods":
        _prove(package)
        notes, values = read_ods(package)
        return Passed(notes, (MACROS,) if has_macros(package) else (), values=values)
    if kind == "xlsb":
        _prove(package)
        return Passed(scan_xlsb(package), extras(package))
    return _admit_xlsx(package)


def _prove(package: Package) -> None:
    for _ in package.parts():
        pass


def _holds_escape(xml: bytes) -> bool:
    return b"_x" in xml and WIDE_ESCAPE.search(xml) is not None


def _admit_xlsx(package: Package) -> Passed:
    seen = structure(package)
    if package.inflated <= SMALL:
        parts = dict(package.parts())
        plain = plain_book(parts, seen)
        if plain is not None:
            return Passed(plain.notes, seen.extras, plain=plain, hidden=seen.hidden)
        return _walk_xlsx(seen, parts.items())
    return _walk_xlsx(seen, package.parts())


def _walk_xlsx(seen: Structure, parts: Iterable[tuple[str, bytes]]) -> Passed:
    """The parts of a workbook looked through for the general reader; each is needed once only."""
    notes: dict[str, SheetNotes] = {}
    odd: dict[str, bytes] = {}
    strings, escaped = b"", False
    spaces: set[bytes] = set()
    highest, formats = -1, 0
    for name, content in parts:
        if name == seen.styles:
            check_well_formed(content, name)
            formats = styles_held(content)
        if name in seen.sheets:
            sheet = seen.sheets[name]
            notes[sheet] = scan(content, sheet)
            highest = max(highest, styles_used(content))
            spaces.add(namespace(content))
            escaped = escaped or _holds_escape(content)
            if not notes[sheet].plain:
                odd[sheet] = content
        elif name == seen.strings:
            strings = content
            check_count(strings)
            spaces.add(namespace(content))
            escaped = escaped or _holds_escape(content)
    unknown = (
        bool(seen.styles) and highest >= formats
    )  # a format that is not there: date or number?
    twice = bool(odd) or unknown or len(spaces) > 1 or bool(strings and not plain_strings(strings))
    if twice:
        count = count_strings(strings) if strings else 0
        notes |= {sheet: walk(content, sheet, count) for sheet, content in odd.items()}
    return Passed(notes, seen.extras, twice, escaped=escaped)


def read_again(
    data: bytes, kind: str, passed: Passed, sheets: Mapping[str, Sequence[Sequence[object]]]
) -> dict[str, SheetNotes]:
    """Compare what the fast reader gave (name -> rows) with a second reader where that is due.

    Returns the side facts by sheet; DoubtfulError with the cell where the readers part.
    """
    if kind == "xls":
        return compare_xls(data, sheets)
    if kind == "ods":
        compare_ods(passed.values, sheets)
    elif passed.twice:
        compare_xlsx(data, sheets)
    return passed.sheets
