"""The one page set-up: what XlsxWriter and openpyxl write from it is the same paper."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from openpyxl.worksheet.worksheet import Worksheet

from kbbx_xl.books import printing


def by_xlsxwriter(path: Path, *, one_page: bool = False) -> Worksheet:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("表")
        printing.set_up(sheet, landscape=True, repeat=(0, 1), one_page=one_page)
    return openpyxl.load_workbook(path)["表"]


def by_openpyxl(path: Path) -> Worksheet:
    book = openpyxl.Workbook()
    sheet = book.create_sheet("表", 0)
    printing.set_up_opened(sheet, landscape=True, repeat=(0, 1))
    book.save(path)
    return openpyxl.load_workbook(path)["表"]


def said(sheet: Worksheet) -> dict[str, object]:
    page, edges, foot = sheet.page_setup, sheet.page_margins, sheet.oddFooter.center
    return {
        "paper": page.paperSize,
        "orientation": page.orientation,
        "wide": sheet.sheet_properties.pageSetUpPr.fitToPage and page.fitToWidth in (None, 1),
        "tall": page.fitToHeight,
        "centred": sheet.print_options.horizontalCentered,
        "edges": (edges.left, edges.right, edges.top, edges.bottom, edges.footer),
        "foot": (foot.text, foot.font, foot.size),
        "scaled": sheet.HeaderFooter.scaleWithDoc,
        "repeated": sheet.print_title_rows,
    }


def test_both_writers_lay_a_sheet_on_the_same_paper(tmp_path: Path) -> None:
    theirs, ours = by_openpyxl(tmp_path / "a.xlsx"), by_xlsxwriter(tmp_path / "b.xlsx")
    assert said(theirs) == said(ours)
    assert said(ours) == {
        "paper": printing.A4,
        "orientation": "landscape",
        "wide": True,
        "tall": 0,
        "centred": True,
        "edges": (0.4, 0.4, 0.6, 0.7, 0.3),
        "foot": ("第 &P 页　共 &N 页", "宋体", 9.0),
        "scaled": False,
        "repeated": "$1:$2",
    }


def test_all_on_one_page_when_asked(tmp_path: Path) -> None:
    page = by_xlsxwriter(tmp_path / "a.xlsx", one_page=True).page_setup
    assert page.fitToHeight in (None, 1)  # Excel's own default is one


@pytest.mark.parametrize("left", ["", "审核人：　　填报人："])
def test_every_footer_has_the_number_of_the_page(left: str) -> None:
    text = printing.footer(left)
    assert "第 &P 页" in text
    assert "共 &N 页" in text
    assert left in text
