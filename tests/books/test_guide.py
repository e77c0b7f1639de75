"""What stands above a table on screen: guide and links that are not printed and move no row."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from kbbx_xl.books.template import FORMS, build_all
from kbbx_xl.books.template.page import quoted
from kbbx_xl.model import Layout
from kbbx_xl.settings.forms import Form, Sheet, load_form
from tests.books.small_school import Record, called, day, pupil, written

FORM_LIKE = ("report", "six_checks")  # their title is part of the paper


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("blank")
    build_all(folder)
    return folder


def guided(form: Form) -> list[Sheet]:
    """Sheets that people fill or check."""
    silent = (Layout.NOTES, Layout.PRINT)
    return [s for s in form.sheets if s.layout not in silent]


@pytest.mark.parametrize("name", FORMS)
def test_each_sheet_says_what_belongs_there_and_leads_back_and_on(blank: Path, name: str) -> None:
    form = load_form(name)
    book = openpyxl.load_workbook(blank / f"{form.title}.xlsx")
    sheets = guided(form)
    for sheet in sheets:
        assert 8 <= len(sheet.guide) <= 70, sheet.sheet
        page = book[sheet.sheet]
        cells = [c for row in page["A1:AZ6"] for c in row]
        assert [c for c in cells if c.value == sheet.guide], sheet.sheet
        ways = [c.hyperlink.location for c in cells if c.hyperlink]
        assert ways[0] == f"{quoted(form.sheets[0].sheet)}!A1", sheet.sheet
        for target in ways:
            assert target.partition("!")[0].strip("'") in book.sheetnames
    following = [s.sheet for s in form.sheets[2:] if s.layout is not Layout.NOTES]
    first = book[sheets[0].sheet]
    onward = [c.hyperlink.location for row in first["A1:AZ2"] for c in row if c.hyperlink][-1]
    assert onward == f"{quoted(following[0])}!A1"


@pytest.mark.parametrize("name", FORMS)
def test_none_of_it_is_printed(blank: Path, name: str) -> None:
    """The title of a table is in the page header; a form's area ends before the column beside it."""
    form = load_form(name)
    book = openpyxl.load_workbook(blank / f"{form.title}.xlsx")
    for sheet in guided(form):
        page = book[sheet.sheet]
        header = page.oddHeader
        assert header is not None
        place = next(c for row in page["A1:AZ6"] for c in row if c.value == sheet.guide)
        if sheet.layout in (Layout.TABLE, Layout.MONTH_GRID) and sheet.table not in FORM_LIKE:
            area = page.defined_names["打印区"].attr_text
            assert area.startswith(f"{quoted(sheet.sheet)}!$A$2:"), sheet.sheet
            assert place.row == 1
            assert header.center.text == f"&B{page['A1'].value}"
        else:
            last = page.print_area.rpartition(":")[2]
            assert place.column > page[last.replace("$", "")].column, sheet.sheet
            assert not header.center.text


@pytest.mark.parametrize("name", FORMS)
def test_each_sheet_opens_where_filling_begins(blank: Path, name: str) -> None:
    """The selected cell is open to typing; Tab goes on to the next open one in a guarded sheet."""
    form = load_form(name)
    book = openpyxl.load_workbook(blank / f"{form.title}.xlsx")
    for sheet in guided(form):
        if sheet.table == "six_checks":
            continue
        page = book[sheet.sheet]
        place = page.sheet_view.selection[-1].activeCell
        assert not page[place].protection.locked, (sheet.sheet, place)


def test_a_filled_sheet_opens_at_the_first_gap_or_below_the_last_row(tmp_path: Path) -> None:
    whole = {"name": "甲", "step": "入户劝返", "step_date": day(9), "id_no": "1"}
    data: dict[str, list[Record]] = {
        "case_steps": [whole] * 40,
        "evidence": [{"name": "甲", "id_no": "1", "item": "其他"}],
        "roll_call": [called(pupil(1), {8: "√", 9: "√"})],
    }
    book = openpyxl.load_workbook(written(tmp_path / "a.xlsx", data))
    at = {s.title: s.sheet_view.selection[-1].activeCell for s in book}
    pane = book["办理记录"].sheet_view.pane
    assert pane is not None
    assert (at["办理记录"], pane.topLeftCell) == ("B44", "C36")
    assert at["佐证登记"] == "D4"  # 核查类别
    assert at["点名表"] == "O5"  # the 10th, a school day after the last marked one
