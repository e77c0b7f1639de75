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
GROWING = re.compile(  # the name that books.template.frame.grow_print_area defines
    r'name="打印区" localSheetId="(?P<id>\d+)">(?P<sheet>[^!<]+)!\$A\$(?P<top>\d+):INDEX\([^:<]+!\$(?P<last>[A-Z]+):'
    r"\$[A-Z]+,MAX\((?P<floor>\d+),SUMPRODUCT\(MAX\(\([^!<]+!\$(?P<key>[A-Z]+)\$(?P<first>\d+):"
)


def with_fixed_areas(source: Path, target: Path) -> None:
    """Copy a workbook of ours (.xlsx) to ``target`` with every growing print area as it is now.

    Nothing else changes; a workbook without such areas is copied as it is.
    """
    with zipfile.ZipFile(source) as archive:
        parts = [(item, archive.read(item)) for item in archive.infolist()]
    text = next((data for item, data in parts if item.filename == PART), b"").decode()
    for area in GROWING.finditer(text):
        name = area["sheet"].strip("'").replace("''", "'")
        rows = (
            CalamineWorkbook.from_path(source)
            .get_sheet_by_name(name)
            .to_python(skip_empty_area=False)
        )
        row = max(int(area["floor"]), _last_filled(rows, area["key"], int(area["first"])))
        old = f'name="_xlnm.Print_Area" localSheetId="{area["id"]}">{area["sheet"]}!打印区<'
        new = old.replace("打印区<", f"$A${area['top']}:${area['last']}${row}<")
        text = text.replace(old, new)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for item, data in parts:
            archive.writestr(item, text.encode() if item.filename == PART else data)


def _last_filled(rows: Sequence[Sequence[object]], key: str, first: int) -> int:
    """The last row (from 1) whose key column holds something; 0 for none."""
    column = column_index_from_string(key) - 1
    filled = (
        n for n, row in enumerate(rows, 1) if n >= first and len(row) > column and row[column] != ""
    )
    return max(filled, default=0)
