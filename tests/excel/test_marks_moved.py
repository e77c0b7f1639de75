"""Between 校验 and 清除标记 people work: rows come, go and are sorted, sheets are renamed and protected."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlwings as xw
from pywintypes import com_error

from kbbx_xl.books.read.sheets import MARKS_SHEET
from kbbx_xl.excel import marks
from kbbx_xl.excel.marks import COLOURS, OURS, clear, new_sheet, put_marks
from kbbx_xl.excel.memory import Mark, recall
from kbbx_xl.messages import InputError
from kbbx_xl.model import Severity
from tests.excel.com import HeadlessExcel
from tests.excel.refusals import discuss

YELLOW = (255, 255, 0)
RED = COLOURS[Severity.ERROR]


@pytest.fixture
def book(excel: HeadlessExcel) -> xw.Book:
    made = excel.new()
    sheet = made.sheets[0]
    sheet.name = "花名册"
    sheet["A1:B1"].value = ["姓名", "年级"]
    sheet["A2:B6"].value = [[f"学生{n}", n] for n in (5, 4, 3, 2, 1)]
    return made


def error(cell: str) -> Mark:
    return Mark("花名册", cell, Severity.ERROR, f"错在 {cell}")


def traces(book: xw.Book) -> tuple[list[str], int]:
    """Cells in a colour of ours, and how many notes there are."""
    sheet = book.sheets["花名册"]
    cells = [cell for cell in sheet["A1:D12"] if cell.color in COLOURS.values()]
    return [cell.get_address(False, False) for cell in cells], sheet.api.Comments.Count


def test_colours_and_notes_go_from_where_they_have_moved(book: xw.Book) -> None:
    sheet = book.sheets["花名册"]
    sheet["A5"].color = YELLOW
    put_marks(book, "check", [error("A3"), error("A5"), error("B6")])
    sheet.range("2:2").api.Delete()
    sheet.range("4:4").api.Insert()
    sheet.range("4:4").api.Interior.Pattern = -4142
    assert traces(book) == (["A2", "A5", "B6"], 3)
    clear(book)
    assert traces(book) == ([], 0)
    assert sheet["A5"].color == YELLOW
    assert sheet["A3"].color is None


def test_the_users_note_that_moved_into_a_marked_place_stays(book: xw.Book) -> None:
    sheet = book.sheets["花名册"]
    put_marks(book, "check", [error("A3")])
    sheet["A4"].api.AddComment("我的")
    sheet.range("3:3").api.Delete()
    assert clear(book) == (0, 0)
    assert sheet["A3"].api.Comment.Text() == "我的"


def test_a_note_that_the_user_has_written_on_is_the_users(book: xw.Book) -> None:
    put_marks(book, "check", [error("A3")])
    note = book.sheets["花名册"]["A3"].api.Comment
    note.Text(note.Text() + "\n已问过家长")
    clear(book)
    assert "已问过家长" in book.sheets["花名册"]["A3"].api.Comment.Text()


def test_a_sort_takes_the_marks_along(book: xw.Book) -> None:
    sheet = book.sheets["花名册"]
    sheet["A3"].color = YELLOW
    put_marks(book, "check", [error("A2"), error("A3")])
    for cell in ("A2", "A3"):  # what a sort does: cells with their looks and notes, other rows
        text = sheet[cell].api.Comment.Text()
        sheet[cell].api.Comment.Delete()
        row = {"A2": 6, "A3": 5}[cell]
        sheet[f"A{row}"].color = RED
        sheet[f"A{row}"].api.AddComment(text)
        sheet[cell].color = None
    clear(book)
    assert traces(book) == ([], 0)


def test_a_colour_of_the_users_own_is_left_alone(book: xw.Book) -> None:
    sheet = book.sheets["花名册"]
    put_marks(book, "check", [error("A2"), error("A3")])
    sheet["A3"].color = YELLOW
    clear(book)
    assert (sheet["A2"].color, sheet["A3"].color) == (None, YELLOW)
    assert not {*OURS.values()} & {
        13551615,
        10284031,
    }  # the fills of Excel's own styles 差 and 适中


def test_a_sheet_of_that_name_that_the_user_made_is_not_deleted(book: xw.Book) -> None:
    new_sheet(book, "check", "问题清单").delete()
    book.sheets.add("问题清单")["A1"].value = "我的"
    clear(book)
    assert book.sheets["问题清单"]["A1"].value == "我的"


def test_a_list_that_the_user_has_renamed_is_kept(book: xw.Book) -> None:
    new_sheet(book, "check", "问题清单").name = "十月的问题"
    assert new_sheet(book, "check", "问题清单").name == "问题清单"
    clear(book)
    assert [sheet.name for sheet in book.sheets] == ["花名册", "十月的问题"]


def test_a_renamed_sheet_is_found_again(book: xw.Book) -> None:
    put_marks(book, "check", [error("A2")])
    book.sheets["花名册"].name = "九月's 名册"
    clear(book)
    assert book.sheets[0]["A2"].color is None


def test_cells_of_different_colours_get_each_its_own_back(book: xw.Book) -> None:
    sheet = book.sheets["花名册"]
    sheet["A2"].color, sheet["A3"].color = YELLOW, (0, 176, 80)
    put_marks(book, "check", [error("A2"), error("A3")])
    clear(book)
    assert (sheet["A2"].color, sheet["A3"].color) == (YELLOW, (0, 176, 80))


def test_a_merged_block_is_marked_on_its_first_cell(book: xw.Book) -> None:
    sheet = book.sheets["花名册"]
    sheet["B2:B4"].api.Merge()
    assert put_marks(book, "check", [error("B3"), error("B4"), error("A2")]).cells == 2
    assert sheet["B2"].api.Comment.Text() == "错误：错在 B3\n错误：错在 B4"
    clear(book)
    assert traces(book) == ([], 0)


def test_a_cell_that_is_discussed_gets_a_colour_and_no_note(book: xw.Book) -> None:
    sheet = book.sheets["花名册"]
    discuss(sheet["A2"].api._object, "李老师：请核对")
    told = put_marks(book, "check", [error("A2"), error("A3")])
    assert (told.cells, told.without_note) == (2, 1)
    assert sheet["A2"].color == RED


def test_what_was_painted_before_excel_broke_off_is_remembered(
    book: xw.Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        raise com_error

    monkeypatch.setattr(marks, "_annotate", refuse)
    with pytest.raises(com_error):
        put_marks(book, "check", [error("A2")])
    assert [fill.cell for fill in recall(book).fills] == ["A2"]
    clear(book)
    assert traces(book) == ([], 0)


def test_nothing_is_painted_in_a_workbook_that_takes_no_sheet(book: xw.Book) -> None:
    book.api.Protect(Structure=True)
    with pytest.raises(InputError, match="结构有保护"):
        put_marks(book, "check", [error("A2")])
    assert traces(book) == ([], 0)


def test_marks_on_a_sheet_that_got_a_password_wait_for_it_to_go(book: xw.Book) -> None:
    sheet = book.sheets["花名册"]
    put_marks(book, "check", [error("A2")])
    sheet.api.Protect("secret")
    with pytest.raises(InputError, match="花名册"):
        clear(book)
    sheet.api.Unprotect("secret")
    clear(book)
    assert traces(book) == ([], 0)
    assert MARKS_SHEET not in [s.name for s in book.sheets]


def test_the_memory_holds_nothing_of_the_cells(
    excel: HeadlessExcel, book: xw.Book, tmp_path: Path
) -> None:
    put_marks(book, "check", [error("A2")])
    shown = str(book.sheets[MARKS_SHEET].used_range.value)
    assert "学生" not in shown
    excel.save(book, tmp_path / "saved.xlsx")
    again = excel.open(tmp_path / "saved.xlsx")
    assert [fill.cell for fill in recall(again).fills] == ["A2"]
