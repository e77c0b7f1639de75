"""Print areas that grow with what is filled in, worked out: a copy for programs that cannot follow them.

In Excel the print area of a table is a name (打印区) that ends at the last filled row.  LibreOffice knows
only fixed areas and would print every prepared row and the columns beside the paper.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

from openpyxl.utils import column_index_from_string
from python_calamine import CalamineWorkbook

PART = "xl/workbook.xml"
DEFINED = re.compile(r"<definedName (?P<says>[^>]*)>(?P<means>[^<]*)<")
AREA, GROWING = 'name="_xlnm.Print_Area"', 'name="打印区"'
OF_SHEET = re.compile(r'localSheetId="(\d+)"')
MEANS = re.compile(  # as books.template.frame.grow_print_area writes it
    r"(?P<sheet>[^!]+)!\$A\$(?P<top>\d+):INDEX\([^:]+!\$(?P<last>[A-Z]+):\$[A-Z]+,"
    r"MAX\((?P<floor>\d+),SUMPRODUCT\(MAX\(\([^!]+!\$(?P<key>[A-Z]+)\$(?P<first>\d+):"
)


def with_fixed_areas(source: Path, target: Path) -> None:
    """Copy a workbook of ours (.xlsx) to ``target`` with every growing print area as it is now.

    Nothing else changes; a workbook without such areas is copied as it is.
    """
    with zipfile.ZipFile(source) as archive:
        parts = [(item, archive.read(item)) for item in archive.infolist()]
    text = next((data for item, data in parts if item.filename == PART), b"").decode()
    fixed = _worked_out(source, text)

    def put(found: re.Match[str]) -> str:
        area = fixed.get(_sheet_id(found["says"])) if AREA in found["says"] else None
        return f"<definedName {found['says']}>{area}<" if area else found[0]

    text = DEFINED.sub(put, text)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for item, data in parts:
            archive.writestr(item, text.encode() if item.filename == PART else data)


def _worked_out(source: Path, text: str) -> dict[str, str]:
    """Number of a sheet -> its print area as it is now, of those that grow."""
    areas = {}
    for name in DEFINED.finditer(text):
        area = MEANS.match(name["means"]) if GROWING in name["says"] else None
        if area:
            sheet = area["sheet"].strip("'").replace("''", "'")
            book = CalamineWorkbook.from_path(source)
            rows = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
            row = max(int(area["floor"]), _last_filled(rows, area["key"], int(area["first"])))
            areas[_sheet_id(name["says"])] = (
                f"{area['sheet']}!$A${area['top']}:${area['last']}${row}"
            )
    return areas


def _sheet_id(says: str) -> str:
    found = OF_SHEET.search(says)
    return found[1] if found else ""


def _last_filled(rows: Sequence[Sequence[object]], key: str, first: int) -> int:
    """The last row (from 1) whose key column holds something; 0 for none."""
    column = column_index_from_string(key) - 1
    filled = (
        n for n, row in enumerate(rows, 1) if n >= first and len(row) > column and row[column] != ""
    )
    return max(filled, default=0)
