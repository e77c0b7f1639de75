"""A clerk at a setup workbook: writes into cells that are found by heading and row."""

from __future__ import annotations

from pathlib import Path

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

HEAD = 3  # row of the headings


def column(sheet: Worksheet, title: str) -> int:
    """The column under a heading, with or without the mark of a required one."""
    heads = [str(cell.value or "").rstrip("*") for cell in sheet[HEAD]]
    return heads.index(title) + 1


def row_of(sheet: Worksheet, name: str) -> int:
    """The first row below the headings that holds a cell with this content."""
    for cells in sheet.iter_rows(min_row=HEAD + 1):
        if name in [cell.value for cell in cells[:4]]:
            return cells[0].row
    raise LookupError(name)


def write(path: Path, sheet: str, row: str | int, **values: object) -> dict[str, str]:
    """Put values under headings into one row; returns heading -> address."""
    book = openpyxl.load_workbook(path)
    page = book[sheet]
    at = row if isinstance(row, int) else row_of(page, row)
    places = {}
    for title, value in values.items():
        cell = page.cell(at, column(page, title.replace("__", "：")))
        cell.value = value
        places[title] = cell.coordinate
    book.save(path)
    return places


def delete_row(path: Path, sheet: str, row: str) -> None:
    book = openpyxl.load_workbook(path)
    page = book[sheet]
    page.delete_rows(row_of(page, row))
    book.save(path)
