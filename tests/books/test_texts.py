"""books.writing.texts: what a cell, a document and a name can hold."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
import python_calamine
from hypothesis import given
from hypothesis import strategies as st

from kbbx_xl.books.files import write_whole
from kbbx_xl.books.mask.paper import unique_names
from kbbx_xl.books.plain_sheet import PlainBook
from kbbx_xl.books.summary.trace import Trace, pack
from kbbx_xl.books.writing.names import safe_name
from kbbx_xl.books.writing.texts import (
    CUT,
    TEXT_LIMIT,
    clean,
    cuts_noted,
    escaped,
    plain,
    shortened,
    unescaped,
    units,
)

EXCEL_LIMIT = 32_767


@pytest.mark.parametrize("text", ["a\x07b", "a\ud83db", "a\ufffeb", "a\x00b", "a\x1fb"])
def test_what_no_file_can_hold_is_replaced_in_sight(text: str) -> None:
    assert plain(text) == clean(text) == "a\ufffdb"


@pytest.mark.parametrize("text", ["=1+1", "\t=1", "a\r\nb", "#N/A", "_x0041_", "𠮷·", ""])
def test_all_else_stays(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize("letter", ["长", "𠮷"])
def test_what_is_too_long_is_cut_in_sight_and_told(letter: str) -> None:
    with cuts_noted() as noted:
        assert clean(letter * 16_000) == letter * 16_000
        assert noted == []
        shown = clean(letter * 40_000)
    assert shown.endswith(CUT)
    assert TEXT_LIMIT <= units(shown) <= EXCEL_LIMIT
    assert clean(shown) == shown
    assert len(noted) == 1
    assert units(clean(letter * 40_000 + CUT)) <= EXCEL_LIMIT


@given(st.text(st.sampled_from("a长𠮷"), max_size=40), st.integers(0, 40))
def test_shortened_is_the_longest_beginning_that_fits(text: str, limit: int) -> None:
    made = shortened(text, limit)
    assert text.startswith(made)
    assert units(made) <= limit
    assert made == text or units(text[: len(made) + 1]) > limit


@given(st.text(st.sampled_from("_x0041F5甲"), max_size=20).filter(lambda t: "_x005F_" not in t))
def test_openpyxl_writes_what_readers_take_for_an_escape(text: str) -> None:
    assert unescaped(escaped(text)) == text


@pytest.mark.parametrize("streamed", [False, True])
def test_both_kinds_of_our_books_write_every_text_as_it_is(
    tmp_path: Path, *, streamed: bool
) -> None:
    path = tmp_path / "a.xlsx"
    texts = ["=1+1", "+1", "-1", "@a", "\ta", "#N/A", "_x0041_", "http://a.cn", "{=1}", "12", "𠮷"]
    book = PlainBook.streamed(path) if streamed else PlainBook(path)
    sheet = book.add_worksheet("甲")
    for row, text in enumerate(texts):
        sheet.write(row, 0, text)
    sheet.write_string(len(texts), 0, "a\x07\ud800" + "长" * 40_000)
    book.set_properties({"title": "甲\x07乙\ud800"})
    book.close()
    rows = python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    assert [row[0] for row in rows[:-1]] == texts
    assert str(rows[-1][0]).startswith("a\ufffd\ufffd长")
    cells = [row[0] for row in openpyxl.load_workbook(path).active.iter_rows()]
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr"}
    assert not [cell for cell in cells if cell.hyperlink]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.xlsx"]


def test_a_cut_is_told_with_the_file(tmp_path: Path) -> None:
    def make(path: Path) -> None:
        book = PlainBook(path)
        book.add_worksheet().write_string(0, 0, "长" * 40_000)
        book.close()

    assert "已截短" in write_whole(tmp_path / "a.xlsx", make, lambda path: None).note


def test_names_of_sheets_are_counted_as_excel_counts(tmp_path: Path) -> None:
    names = unique_names(["𠮷" * 40, "𠮷" * 40, "甲\ud800", "'" * 40, "a" * 30 + "'b"])
    assert all(0 < units(name) <= 31 for name in names)
    assert not [name for name in names if name.startswith("'") or name.endswith("'")]
    book = PlainBook(tmp_path / "a.xlsx")
    for name in names:
        book.add_worksheet(name)
    book.close()
    assert openpyxl.load_workbook(tmp_path / "a.xlsx").sheetnames == names


def test_a_trace_of_rare_characters_fits_its_cells() -> None:
    pieces = list(pack([Trace("表", "A1", "𠮷" * 50_000, 1, "按来源行计数")]))
    assert all(clean(piece) == piece for piece in pieces)


@pytest.mark.parametrize(
    ("text", "name"),
    [("甲/乙", "甲_乙"), ("a:b?", "a_b_"), ("甲\ud800", "甲\ufffd"), ("甲. ", "甲")],
)
def test_a_unit_in_a_file_name(text: str, name: str) -> None:
    assert safe_name(text) == name
