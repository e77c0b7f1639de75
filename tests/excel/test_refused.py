"""Where real Excel says no, or does more than asked: sheets, lists and reading."""

from __future__ import annotations

import datetime as dt

import pytest

from kbbx_xl.excel import live
from kbbx_xl.excel.live import VERY_HIDDEN, add_sheet, grids, put_rows
from kbbx_xl.messages import InputError
from tests.excel.com import HeadlessExcel
from tests.excel.refusals import share


def test_a_sheet_is_added_where_the_last_one_is_hidden(excel: HeadlessExcel) -> None:
    book = excel.new()
    first = book.sheets[0]
    book.sheets.add("_kbbx", after=first).api.Visible = VERY_HIDDEN
    fresh = add_sheet(book, "问题清单")
    assert [sheet.name for sheet in book.sheets] == [first.name, fresh.name, "_kbbx"]
    with pytest.raises(Exception, match="hidden"):  # what xlwings itself would do there
        book.sheets.add("x", after=book.sheets[-1])


def test_a_shared_workbook_is_refused_in_words(excel: HeadlessExcel) -> None:
    book = excel.new()
    share(book.api._object)
    with pytest.raises(InputError, match="共享"):
        add_sheet(book, "问题清单")


@pytest.mark.parametrize("text", ["3-1", "00123", "2026年10月", "=1+1", "'a", "TRUE", "#N/A"])
def test_a_text_stays_the_text_it_is(excel: HeadlessExcel, text: str) -> None:
    sheet = excel.new().sheets[0]
    put_rows(sheet, 1, [[text, 1, dt.date(2026, 10, 1)]])
    assert sheet["A1"].value == text
    assert sheet["A1"].formula == text
    assert sheet["B1"].value == 1


def test_an_error_newer_than_xlwings_is_no_number(
    excel: HeadlessExcel, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = excel.new()
    book.sheets[0]["B2"].value = "=1/0"
    monkeypatch.setattr("xlwings._xlwindows.cell_errors", {})  # as it knows no #SPILL!
    (grid,) = grids(book).grids
    assert grid.rows[1][1] == live.NEWER_ERROR


def test_formats_far_below_the_table_do_not_count(
    excel: HeadlessExcel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "MAX_ROWS", 20)
    book = excel.new()
    sheet = book.sheets[0]
    sheet["A1"].value, sheet["B3"].value = "姓名", "甲"
    sheet["A30"].color = (255, 255, 0)
    (grid,) = grids(book).grids
    assert (len(grid.rows), len(grid.rows[0])) == (3, 2)
    sheet["A30"].value = "乙"
    with pytest.raises(InputError, match="第 30 行"):
        grids(book)
