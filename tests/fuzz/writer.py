"""Grids written as .xlsx, .csv, .ods or .html, as plainly as each format allows."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Sequence
from html import escape

from kbbx_xl.model import a1
from tests.hostile.formats import ods_parts
from tests.hostile.package import BOOK, Strings, book_parts, cell_xml, pack

FORMATS = ("xlsx", "xlsx", "xlsx", "xlsx", "csv", "ods", "html")
NAMES = {"xlsx": "来件.xlsx", "csv": "来件.csv", "ods": "来件.ods", "html": "来件.xls"}
EPOCH = dt.datetime(1899, 12, 30)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
Rows = Sequence[Sequence[object]]
Sheets = Sequence[tuple[str, Rows, bool]]  # name, rows, hidden


def write(kind: str, sheets: Sheets) -> bytes:
    """The sheets in one format; only .xlsx holds more than one."""
    if kind == "xlsx":
        return _xlsx(sheets)
    rows = [[_text(cell) for cell in row] for row in sheets[0][1]]
    if kind == "csv":
        out = io.StringIO()
        csv.writer(out).writerows(rows)
        return out.getvalue().encode()
    if kind == "ods":
        return pack(ods_parts(rows))
    lines = "".join(f"<tr>{''.join(f'<td>{escape(c)}</td>' for c in row)}</tr>" for row in rows)
    return f"<html><meta charset='utf-8'><table>{lines}</table></html>".encode()


def _xlsx(sheets: Sheets) -> bytes:
    parts = book_parts({name: [] for name, _, _ in sheets})
    strings = Strings()
    for number, (_, rows, _) in enumerate(sheets, 1):
        part = f"xl/worksheets/sheet{number}.xml"
        lines = "".join(
            f'<row r="{r}">{"".join(_cell(a1(r, c), v, strings) for c, v in enumerate(row, 1))}</row>'
            for r, row in enumerate(rows, 1)
        )
        body = f"<sheetData>{lines}</sheetData>".encode()
        parts[part] = re.sub(rb"<dimension[^>]*/>|<sheetData></sheetData>", b"", parts[part])
        parts[part] = parts[part].replace(b"</worksheet>", body + b"</worksheet>")
    parts["xl/sharedStrings.xml"] = strings.xml().encode()
    for number, (_, _, hidden) in enumerate(sheets, 1):
        if hidden:
            key = f'sheetId="{number}"'
            parts[BOOK] = parts[BOOK].replace(key.encode(), f'{key} state="hidden"'.encode())
    return pack(parts)


def _cell(address: str, value: object, strings: Strings) -> str:
    if isinstance(value, dt.datetime | dt.date):
        moment = value if isinstance(value, dt.datetime) else dt.datetime.combine(value, dt.time())
        serial = (moment - EPOCH) / dt.timedelta(days=1)
        return f'<c r="{address}" s="1"><v>{serial:.10g}</v></c>'
    if isinstance(value, str):
        value = _CONTROL.sub("", value)
    elif not isinstance(value, bool | int | float):
        value = str(value)
    return cell_xml(address, value, strings)


def _text(value: object) -> str:
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return _CONTROL.sub("", str(value)).replace("\r", "")
