"""文书登记.xlsx: what was issued, one line a letter; appended to, never written anew.

No child is named: a line leads to the school's own ledger by file, sheet and row.  案码 tells one
case from another, so that the same letter is not issued twice on one day.  What people add
(送达日期, 签收人, columns of their own, formats) stays.
"""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from kbbx_xl.books import style
from kbbx_xl.books.docx_page import ZIP_DATE
from kbbx_xl.books.files import Written, is_open, verify_workbook
from kbbx_xl.books.printing import set_up_opened
from kbbx_xl.books.summary.hidden import STAMP_SHEET
from kbbx_xl.books.writing.results import Result, write_set
from kbbx_xl.books.writing.texts import escaped, unescaped
from kbbx_xl.flow.source import Source
from kbbx_xl.messages import InputError
from kbbx_xl.model import SUMMARY_FORM

FILE, SHEET = "文书登记.xlsx", "文书登记"
TITLES = ("编号", "文书", "单位", "来源文件", "来源表", "来源行", "首次缺勤日期", "案码", "签发日期", "文件", "送达日期", "签收人", "备注")  # fmt: skip
WIDTHS = (12, 22, 26, 24, 16, 8, 14, 8, 12, 44, 12, 12, 20)
HEADER_ROW = 2
_LINE = Side(style="thin", color="808080")
_BORDER = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_MODIFIED = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
_NUMBER = re.compile(r"(\d{4})-(\d+)")


@dataclass(frozen=True, slots=True)
class Issued:
    """One letter: its number in the year and unit, whose, from where, when, which file."""

    number: str  # 2026-001
    kind: str  # title of the letter
    unit: str
    source: Source
    since: dt.date | None  # 首次缺勤日期; of leave its first day
    mark: str
    day: dt.date
    file: str

    @property
    def case(self) -> tuple[str, str, str, dt.date | None, dt.date]:
        """The same letter for the same case on the same day."""
        return self.kind, self.unit, self.mark, self.since, self.day


def read_register(folder: Path) -> list[Issued]:
    """Letters issued into ``folder`` so far; InputError when the register is open or no register."""
    path = folder / FILE
    if not path.exists():
        return []
    if is_open(path):
        raise InputError(f"“{FILE}”正开着。关闭它再试，这样编号才不会重复")
    sheet = _sheet(_opened(path))
    return [
        _issued(row) for row in sheet.iter_rows(min_row=HEADER_ROW + 1, values_only=True) if row[0]
    ]


def next_number(issued: Iterable[Issued], kind: str, unit: str, year: int) -> int:
    """The number after the highest of this letter, unit and year."""
    numbers = [0]
    for one in issued:
        found = _NUMBER.fullmatch(one.number)
        if found and (one.kind, one.unit, int(found[1])) == (kind, unit, year):
            numbers.append(int(found[2]))
    return max(numbers) + 1


def append(folder: Path, letters: Sequence[Issued]) -> Written:
    """Add lines to the register, or begin it."""
    return write_set([register_result(folder, letters)])[0]


def register_result(folder: Path, letters: Sequence[Issued]) -> Result:
    """``append`` as part of a set."""
    path = folder / FILE

    def make(new: Path) -> None:
        book = _opened(path) if path.exists() else _begin()
        sheet = _sheet(book)
        for row in sheet.iter_rows(min_row=HEADER_ROW + 1):
            for cell in row:  # Excel and openpyxl escape differently; a second time is the same
                if cell.data_type == "s":
                    _put(cell, unescaped(str(cell.value)))
        for letter in letters:
            _add(sheet, letter)
        book.save(new)
        _pin(new, letters[-1].day)

    return Result(path, make, verify_workbook, keep_old=False)


def _opened(path: Path) -> openpyxl.Workbook:
    try:
        return openpyxl.load_workbook(path)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise InputError(f"“{path.name}”打不开。换一个文件夹，或把它改名后再试") from error


def _sheet(book: openpyxl.Workbook) -> Worksheet:
    """The sheet of the register, with our columns where we left them; InputError otherwise."""
    if SHEET in book.sheetnames:
        sheet = book[SHEET]
        head = [cell.value for cell in sheet[HEADER_ROW]]
        if isinstance(sheet, Worksheet) and tuple(head[: len(TITLES)]) == TITLES:
            return sheet
    raise InputError(f"“{FILE}”不是程序写的文书登记，或者栏目被改过。把它改名后再试")


def _begin() -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = SHEET
    last = len(TITLES)
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=last)
    sheet["A1"], sheet["A1"].font = (
        SHEET,
        Font(name=style.SONG.name, size=style.TITLE_SMALL, bold=True),
    )
    sheet["A1"].alignment = Alignment(horizontal="center", vertical="center")
    sheet.row_dimensions[1].height = 32
    for column, (title, width) in enumerate(zip(TITLES, WIDTHS, strict=True), 1):
        cell = sheet.cell(HEADER_ROW, column, title)
        cell.font, cell.border = Font(name=style.HEI.name, size=style.SMALL), _BORDER
        cell.fill = PatternFill("solid", start_color=style.BLUE.removeprefix("#"))
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        sheet.column_dimensions[cell.column_letter].width = width
    sheet.freeze_panes = sheet.cell(HEADER_ROW + 1, 1)
    set_up_opened(sheet, landscape=True, repeat=(0, HEADER_ROW - 1))
    stamp = book.create_sheet(STAMP_SHEET)
    stamp["A1"], stamp["B1"] = "form", SUMMARY_FORM
    stamp.sheet_state = "veryHidden"
    return book


def _add(sheet: Worksheet, letter: Issued) -> None:
    values = (
        letter.number, letter.kind, letter.unit, letter.source.file, letter.source.sheet,
        letter.source.row or None, letter.since, letter.mark, letter.day, letter.file,
    )  # fmt: skip
    row = next(
        r for r in range(HEADER_ROW + 1, sheet.max_row + 2) if sheet.cell(r, 1).value is None
    )
    for column in range(1, len(TITLES) + 1):
        cell = sheet.cell(row, column)
        if column <= len(values):
            _put(cell, values[column - 1])
        cell.font, cell.border = Font(name=style.SONG.name, size=style.SMALL), _BORDER
        cell.alignment = Alignment(vertical="center", wrap_text=True)


def _put(cell: Any, value: object) -> None:
    """Text stays text, whatever a school typed; days show as days."""
    cell.value = escaped(value) if isinstance(value, str) else value
    if isinstance(value, str):
        cell.data_type = "s"
    elif isinstance(value, dt.date):
        cell.number_format = "yyyy-mm-dd"


def _issued(written: Sequence[object]) -> Issued:
    row = [unescaped(cell) if isinstance(cell, str) else cell for cell in written]
    return Issued(
        number=str(row[0]),
        kind=str(row[1]),
        unit=str(row[2]),
        source=Source(
            str(row[3] or ""), str(row[4] or ""), row[5] if isinstance(row[5], int) else 0
        ),
        since=_date(row[6]),
        mark=str(row[7] or ""),
        day=_date(row[8]) or dt.date.min,
        file=str(row[9] or ""),
    )


def _date(value: object) -> dt.date | None:
    return value.date() if isinstance(value, dt.datetime) else None


def _pin(path: Path, day: dt.date) -> None:
    """Same lines, same bytes: openpyxl writes the time of day into the file and its zip."""
    with zipfile.ZipFile(path) as parts:
        held = [(info.filename, parts.read(info)) for info in parts.infolist()]
    stamp = f"{day.isoformat()}T00:00:00Z".encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as parts:
        for name, content in held:
            entry = zipfile.ZipInfo(name, ZIP_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            core = name == "docProps/core.xml"
            parts.writestr(entry, _MODIFIED.sub(rb"\g<1>" + stamp, content) if core else content)
