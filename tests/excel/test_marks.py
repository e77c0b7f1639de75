"""Marks come, are replaced, and go without a trace."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from xlsxwriter.color import Color

from kbbx_xl.books.read import read_file
from kbbx_xl.books.read.sheets import MARKS_SHEET
from kbbx_xl.excel.marks import COLOURS, clear, new_sheet, put_marks
from kbbx_xl.excel.memory import Mark, recall
from kbbx_xl.model import Period, Severity
from tests.excel.com import HeadlessExcel


@pytest.fixture
def users_file(tmp_path: Path) -> Path:
    """A workbook with the user's own colours, note, filter, and two protected sheets."""
    path = tmp_path / "花名册.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        yellow = book.add_format({"bg_color": "#FFFF00"})
        theme = book.add_format({"bg_color": Color.theme(5, 2)})
        sheet = book.add_worksheet("花名册")
        sheet.write_row("A1", ("姓名", "年级"))
        sheet.write_row("A2", ("甲", "三年级"), yellow)
        sheet.write_row("A3", ("乙", "四年级"), theme)
        sheet.write_row("A4", ("丙", "五年级"))
        sheet.write_comment("B2", "用户自己的批注")
        sheet.autofilter("A1:B4")
        locked = book.add_worksheet("带密码")
        locked.write("A1", "x")
        locked.protect("secret")
        kept = book.add_worksheet("受保护")
        kept.write("A1", "y")
        kept.protect("", {"format_columns": True})
    return path


def looks(path: Path) -> dict[str, Any]:
    """Everything of a saved workbook that a user could notice."""
    book = openpyxl.load_workbook(path)
    seen: dict[str, Any] = {}
    for sheet in book.worksheets:
        cells = {
            cell.coordinate: (
                cell.value,
                cell.fill.fill_type,
                cell.fill.fgColor.value if cell.fill.fill_type else None,
                round(cell.fill.fgColor.tint, 2) if cell.fill.fill_type else None,
                cell.number_format,
                cell.font.b,
                cell.comment.text if cell.comment else None,
            )
            for row in sheet.iter_rows()
            for cell in row
        }
        protection = {
            n: getattr(sheet.protection, n) for n in ("sheet", "formatColumns", "objects")
        }
        seen[sheet.title] = (cells, sheet.auto_filter.ref, protection, sheet.sheet_state)
    return seen


def test_cleared_leaves_the_workbook_as_it_was(users_file: Path, tmp_path: Path) -> None:
    excel = HeadlessExcel()
    book = excel.open(users_file)
    before = looks(excel.save(book, tmp_path / "before.xlsx"))
    marks = [
        Mark("花名册", "A2", Severity.ERROR, "一"),
        Mark("花名册", "A3", Severity.WARNING, "二"),
        Mark("花名册", "A4", Severity.NOTE, "三"),
        Mark("花名册", "B2", Severity.ERROR, "四"),
        Mark("受保护", "A1", Severity.ERROR, "五"),
    ]
    new_sheet(book, "check", "问题清单")
    assert put_marks(book, "check", marks).cells == 5
    marked = looks(excel.save(book, tmp_path / "marked.xlsx"))
    assert marked != before
    assert clear(book) == (5, 1)
    assert looks(excel.save(book, tmp_path / "after.xlsx")) == before


def test_cells_are_coloured_by_the_gravest_and_noted(users_file: Path) -> None:
    book = HeadlessExcel().open(users_file)
    marks = [
        Mark("花名册", "A4", Severity.NOTE, "轻"),
        Mark("花名册", "A4", Severity.ERROR, "重"),
        Mark("花名册", "B2", Severity.WARNING, "有用户批注"),
    ]
    put_marks(book, "check", marks)
    sheet = book.sheets["花名册"]
    assert sheet["A4"].color == COLOURS[Severity.ERROR]
    assert sheet["A4"].api.Comment.Text() == "提示：轻\n错误：重"
    assert sheet["B2"].color == COLOURS[Severity.WARNING]
    assert sheet["B2"].api.Comment.Text() == "用户自己的批注"


def test_a_second_run_replaces_the_first_and_leaves_the_other_command_alone(
    users_file: Path,
) -> None:
    book = HeadlessExcel().open(users_file)
    sheet = book.sheets["花名册"]
    put_marks(book, "flag", [Mark("花名册", "A4", Severity.WARNING, "预警")])
    put_marks(book, "check", [Mark("花名册", c, Severity.ERROR, "错") for c in ("A4", "B4")])
    assert sheet["A4"].color == COLOURS[Severity.ERROR]
    put_marks(book, "check", [Mark("花名册", "B3", Severity.ERROR, "错")])
    assert sheet["A4"].color == COLOURS[Severity.WARNING]
    assert sheet["A4"].api.Comment.Text() == "警告：预警"
    assert sheet["B4"].color is None
    assert sheet["B4"].api.Comment is None
    assert sheet["B3"].color == COLOURS[Severity.ERROR]
    put_marks(book, "check", [])
    put_marks(book, "flag", [])
    assert MARKS_SHEET not in [s.name for s in book.sheets]


def test_a_sheet_with_a_password_is_named_not_touched(users_file: Path) -> None:
    book = HeadlessExcel().open(users_file)
    told = put_marks(book, "check", [Mark("带密码", "A1", Severity.ERROR, "错")])
    assert told.locked == ("带密码",)
    assert told.cells == 0
    assert book.sheets["带密码"].api.ProtectContents


def test_protection_comes_back_with_its_options(users_file: Path) -> None:
    book = HeadlessExcel().open(users_file)
    put_marks(book, "check", [Mark("受保护", "A1", Severity.ERROR, "错")])
    api = book.sheets["受保护"].api
    assert api.ProtectContents
    assert api.Protection.AllowFormattingColumns
    assert not api.Protection.AllowFormattingCells


def test_a_sheet_of_the_users_with_our_name_is_not_taken(users_file: Path) -> None:
    book = HeadlessExcel().open(users_file)
    book.sheets.add("问题清单")["A1"].value = "用户的"
    ours = new_sheet(book, "check", "问题清单")
    assert ours.name == "问题清单2"
    assert new_sheet(book, "check", "问题清单").name == "问题清单2"
    clear(book)
    assert book.sheets["问题清单"]["A1"].value == "用户的"
    assert "问题清单2" not in [s.name for s in book.sheets]


def test_what_the_ribbon_added_is_no_part_of_a_submission(users_file: Path, tmp_path: Path) -> None:
    excel = HeadlessExcel()
    book = excel.open(users_file)
    new_sheet(book, "check", "问题清单")["A1"].value = "姓名"
    put_marks(book, "check", [Mark("花名册", "A4", Severity.NOTE, "=1+1")])
    assert recall(book).marks["check"][0].text == "=1+1"
    path = excel.save(book, tmp_path / "submitted.xlsx")
    read = read_file(path, path.name, period=Period(2026, 10))
    assert {f.sheet for f in read.findings} & {"问题清单", MARKS_SHEET} == set()


def test_more_marks_than_notes_are_counted(users_file: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("kbbx_xl.excel.marks.MOST_NOTES", 2)
    book = HeadlessExcel().open(users_file)
    told = put_marks(
        book, "check", [Mark("花名册", f"C{n}", Severity.ERROR, "错") for n in range(1, 6)]
    )
    assert (told.cells, told.without_note) == (5, 3)
    assert [book.sheets["花名册"][f"C{n}"].color for n in range(1, 6)] == [
        COLOURS[Severity.ERROR]
    ] * 5
