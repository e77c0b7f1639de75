"""Small workbooks for reading tests, written the way a school's own file might be."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import xlsxwriter

from kbbx_xl.books.read import read_file
from kbbx_xl.model import FileRead, Period, Table

OCTOBER = Period(2026, 10)
Rows = Sequence[Sequence[object]]

ROSTER_HEAD = ("姓名", "性别", "出生日期", "身份证件号", "年级", "班级", "学生状态", "联系电话")
ROSTER = (
    (
        "张一",
        "男",
        dt.date(2017, 3, 5),
        "520000201703050011",
        "三年级",
        "1班",
        "在读",
        "17400000001",
    ),
    (
        "李二",
        "女",
        dt.date(2016, 11, 20),
        "520000201611200022",
        "四年级",
        "1班",
        "在读",
        "17400000002",
    ),
)


def write_xlsx(path: Path, sheets: Mapping[str, Rows]) -> Path:
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
        put_sheets(book, sheets)
    return path


def put_sheets(book: xlsxwriter.Workbook, sheets: Mapping[str, Rows]) -> None:
    """Every cell as it stands; text stays text, also where it looks like a formula."""
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(number, column, cell)
                elif cell is not None:
                    sheet.write(number, column, cell)


def save(path: Path, rows: Rows) -> Path:
    """A workbook of one sheet, in a folder that may not be there yet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return write_xlsx(path, {"Sheet": rows})


def csv_bytes(rows: Rows, *, encoding: str = "utf-8-sig", delimiter: str = ",") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(
        [["" if cell is None else cell for cell in row] for row in rows]
    )
    return text.getvalue().encode(encoding)


def read(path: Path, *, period: Period = OCTOBER) -> FileRead:
    return read_file(path, path.name, period=period)


def read_rows(folder: Path, rows: Rows, *, sheet: str = "Sheet1") -> FileRead:
    return read(write_xlsx(folder / "来件.xlsx", {sheet: rows}))


def only(result: FileRead) -> Table:
    assert [finding.code for finding in result.findings] == []
    (table,) = result.tables
    return table


def codes(result: FileRead) -> list[str]:
    return sorted(finding.code for finding in result.findings)
