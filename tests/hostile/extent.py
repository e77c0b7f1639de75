"""Sheets of hostile extent: far corners, formatted blanks, numbers and days beyond all sense."""

from __future__ import annotations

import re

from tests.hostile.cells import FAR, ROW
from tests.hostile.kinds import ANY, FINDING, REFUSED, UNCHANGED, hostile
from tests.hostile.package import (
    BOOK,
    HEADER_ROW,
    SHEET,
    Record,
    bent,
    book_parts,
    inline,
    pack,
    pupils,
    roster,
    with_cell,
)


@hostile(
    "number-not-a-number",
    "数字单元格里是文字",
    "<v>abc</v> without a type",
    (REFUSED, FINDING),
    cause="损坏|数字",
    truth=None,
)
def not_a_number() -> bytes:
    return pack(with_cell(f"Q{ROW}", f'<c r="Q{ROW}"><v>abc</v></c>'))


for _slug, _value in (
    ("infinite", "1E999"),
    ("nan", "NaN"),
    ("hex", "0x10"),
    ("comma", "17,5"),
    ("spaces", " 17 "),
):

    @hostile(
        f"number-{_slug}",
        f"数字 {_value}",
        "numbers that some languages read and others do not",
        (REFUSED, FINDING),
        cause="损坏|数字|错误",
        truth=None,
    )
    def odd_number(value: str = _value) -> bytes:
        return pack(with_cell(f"Q{ROW}", f'<c r="Q{ROW}"><v>{value}</v></c>'))


for _slug, _value in (
    ("serial", "43999"),
    ("negative", "-5"),
    ("huge", "99999999"),
    ("leap-1900", "60"),
    ("fraction", "0.5"),
):

    @hostile(
        f"date-{_slug}",
        f"日期序数 {_value}",
        "a serial number under a date format",
        ANY,
        cause="日期",
    )
    def date(value: str = _value) -> bytes:
        return pack(with_cell(f"C{ROW}", f'<c r="C{ROW}" s="1"><v>{value}</v></c>'))


@hostile(
    "date-1904",
    "1904 日期系统",
    "every date is four years and a day later",
    ANY,
    truth=lambda: _born("2020-06-18"),
)
def date_1904() -> bytes:
    parts = with_cell(f"C{ROW}", f'<c r="C{ROW}" s="1"><v>{44000 - 1462}</v></c>')
    return pack(bent(BOOK, "<workbookPr/>", '<workbookPr date1904="1"/>', parts))


@hostile(
    "date-iso", 't="d" 的日期', "ISO dates of strict files", ANY, truth=lambda: _born("2020-06-18")
)
def date_iso() -> bytes:
    return pack(with_cell(f"C{ROW}", f'<c r="C{ROW}" s="1" t="d"><v>2020-06-18</v></c>'))


def _born(day: str) -> list[Record]:
    rows = pupils()
    for record, source in zip(rows, roster()[HEADER_ROW:], strict=True):
        record["birth"] = source[2]
    rows[1]["birth"] = day
    return rows


@hostile("boolean", "逻辑值", "TRUE in the column of phones", ANY, cause="电话", truth=None)
def boolean() -> bytes:
    return pack(with_cell(f"Q{ROW}", f'<c r="Q{ROW}" t="b"><v>1</v></c>'))


@hostile(
    "rows-formatted",
    "1,048,576 行带格式的空行",
    "a page that Excel made by formatting whole columns",
    (UNCHANGED, REFUSED, FINDING),
    cause=FAR,
    heavy=True,
)
def formatted() -> bytes:
    start = HEADER_ROW + len(pupils()) + 1
    blank = "".join(f'<row r="{n}" s="1" customFormat="1"/>' for n in range(start, 1_048_577))
    return pack(bent(SHEET, "</sheetData>", blank + "</sheetData>"))


@hostile(
    "cells-formatted",
    "二十万个带格式的空单元格",
    "20,000 rows of ten formatted blanks",
    (UNCHANGED, REFUSED, FINDING),
    cause=FAR,
    heavy=True,
)
def formatted_cells() -> bytes:
    start = HEADER_ROW + len(pupils()) + 1
    rows = (
        f'<row r="{n}">{"".join(f"<c r={chr(34)}{c}{n}{chr(34)} s={chr(34)}1{chr(34)}/>" for c in "ABCDEFGHIJ")}</row>'
        for n in range(start, start + 20_000)
    )
    return pack(bent(SHEET, "</sheetData>", "".join(rows) + "</sheetData>"))


@hostile(
    "columns-16384",
    "16,384 列",
    "a row that goes to the last column",
    (UNCHANGED, REFUSED, FINDING),
    cause=FAR,
)
def columns() -> bytes:
    from kbbx_xl.model import a1

    cells = "".join(f'<c r="{a1(2, c)}" s="1"/>' for c in range(20, 16_385))
    parts = book_parts()
    text = parts[SHEET].decode().replace('<row r="3"', "@", 1)
    head, rest = text.split("</row>@")
    return pack({**parts, SHEET: f'{head}{cells}</row><row r="3"{rest}'.encode()})


for _address in ("XFD1048576", "ZZ1048576", "A1048576", "XFD1", "AAAA1", "A9999999"):

    @hostile(
        f"far-{_address}",
        f"只在 {_address} 有一个空格",
        "a legal cell, and a reader asks for the whole rectangle",
        (REFUSED, FINDING, UNCHANGED),
        cause=FAR,
    )
    def far(address: str = _address) -> bytes:
        row = re.sub(r"\D", "", address)
        cell = inline(address, " ").replace("<t>", '<t xml:space="preserve">')
        return pack(bent(SHEET, "</sheetData>", f'<row r="{row}">{cell}</row></sheetData>'))


@hostile(
    "far-first",
    "远处的行排在前面",
    "the last row of the part is a small one",
    (REFUSED, FINDING),
    cause=FAR + "|次序",
)
def far_first() -> bytes:
    cell = inline("ZZ1048576", "x")
    return pack(bent(SHEET, "<sheetData>", f'<sheetData><row r="1048576">{cell}</row>'))


@hostile(
    "far-unnumbered",
    "没有行号的远处单元格",
    "the row says nothing, its cell says 1048576",
    (REFUSED, FINDING),
    cause=FAR,
)
def far_unnumbered() -> bytes:
    cell = inline("ZZ1048576", "x")
    return pack(bent(SHEET, "</sheetData>", f"<row>{cell}</row></sheetData>"))


@hostile("merged-huge", "合并整张表", "a merge over A1:XFD1048576", ANY, cause=FAR)
def merged() -> bytes:
    merge = '</sheetData><mergeCells count="1"><mergeCell ref="A50:XFD1048576"/></mergeCells>'
    return pack(bent(SHEET, "</sheetData>", merge))
