"""All sheets of one plain workbook (工作簿), or nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import repeat

from kbbx_xl.books.gate.package import check_well_formed
from kbbx_xl.books.gate.plain.formats import shown_by_format
from kbbx_xl.books.gate.plain.sheet import objects, plain_sheets
from kbbx_xl.books.gate.plain.strings import shared_strings
from kbbx_xl.books.gate.second import like_formula
from kbbx_xl.books.gate.sheet_xml import SheetNotes, check_count, namespace, rooted, side_facts
from kbbx_xl.books.gate.workbook import Structure

BEGIN, END, EMPTY = b"<sheetData>", b"</sheetData>", b"<sheetData/>"
_SIGNED = re.compile(r"\n[=+\-@]")
_NOT_OUTSIDE = re.compile(rb"<!--|<!\[CDATA\[|<(?:\w+:)?(?:sheetData|row|c)[ />]")


@dataclass(frozen=True, slots=True)
class PlainRead:
    """``rows[sheet][r][c]`` as in ``PlainSheets``, side facts by sheet.

    ``harmless``: no text would run as a formula if it were typed in.
    """

    rows: dict[str, list[list[object]]]
    notes: dict[str, SheetNotes]
    harmless: bool


def plain_book(parts: Mapping[str, bytes], seen: Structure) -> PlainRead | None:
    """The workbook from its inflated parts; None unless every sheet is of the plainest kind."""
    if seen.odd or not seen.styles:
        return None
    table = parts[seen.strings] if seen.strings else b""
    check_count(table)
    texts = shared_strings(table) if table else []
    check_well_formed(parts[seen.styles], seen.styles)
    formats = shown_by_format(parts[seen.styles])
    spaces = {namespace(parts[part]) for part in (*seen.sheets, *([seen.strings] if table else ()))}
    if texts is None or not formats or len(spaces) > 1:
        return None
    strings = objects(texts)
    bodies = [_body(parts[part]) for part in seen.sheets]
    known = [body for body in bodies if body is not None]
    sheets = plain_sheets(known, strings, formats) if len(known) == len(bodies) else None
    if sheets is None:
        return None
    rows = dict(zip(seen.sheets.values(), sheets.rows, strict=True))
    facts = map(side_facts, known) if sheets.noted else repeat(SheetNotes())
    notes = dict(zip(rows, facts, strict=False))
    signed = _SIGNED.search("\n".join(("", *texts)))  # at the start of a text, or of a line in it
    harmless = not sheets.with_texts and not (signed and any(map(like_formula, texts)))
    return PlainRead(rows, notes, harmless)


def _body(xml: bytes) -> bytes | None:
    """What stands inside sheetData, the rest being XML without any cell; else None."""
    if not rooted(xml):
        return None
    begin, end = xml.find(BEGIN), xml.rfind(END)
    if begin < 0:
        begin = end = xml.find(EMPTY)
    else:
        begin += len(BEGIN)
    if begin < 0 or end < begin:
        return None
    head, tail = xml[:begin], xml[end:]
    marks = len(_NOT_OUTSIDE.findall(head)) + len(_NOT_OUTSIDE.findall(tail))
    if marks > 1:  # sheetData itself
        return None
    check_well_formed(head + tail, "工作表")
    return xml[begin:end]
