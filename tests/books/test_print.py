"""Every sheet that the product makes, on paper: pages, heads, page numbers, nothing cut, nothing tiny.

The sheets are printed by one start of LibreOffice; ``tools.paper.check`` reads the PDF itself.  That
the check finds what it looks for is shown with sheets that are wrong on purpose.
"""

from __future__ import annotations

import warnings
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from openpyxl.utils import range_boundaries
from xlsxwriter.worksheet import Worksheet

from kbbx_xl.books import printing
from kbbx_xl.books.print_areas import with_fixed_areas
from tests.books.libreoffice import convert
from tools.paper.check import LEAST, Verdict, check
from tools.paper.pdf import Paper
from tools.paper.products import make_products
from tools.paper.rendering import held, words_of
from tools.paper.table import GOOD, PAGE, render, verdicts

pytestmark = pytest.mark.libreoffice

ROOT = Path(__file__).resolve().parents[2]
ALIKE = ("空白登记表", "本月月报表", "结转登记表")  # laid out as 登记表 and 月报表 are
SAVED_AGAIN = ("空白单位目录", "空白月报表", "空白责任人名单", "登记表", "上报", "全县汇总")
ROWS_A_PAGE = 49  # of 15 points on an A4 sheet
LONG = ("学生名册", "点名表", "填表说明")  # of the workbooks that people fill: more than one page


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, Path]]:
    """Title -> the workbook that was printed, and its PDF."""
    place = tmp_path_factory.mktemp("print")
    products = make_products(place, schools=6, students=400)
    return render([p for p in products if p.title not in ALIKE], place / "paper")


@pytest.fixture(scope="module")
def printed(rendered: dict[str, tuple[Path, Path]]) -> list[Verdict]:
    return verdicts(rendered)


def test_every_sheet_comes_out_whole(printed: list[Verdict]) -> None:
    assert [f"{v.book} {v.sheet}: {fault}" for v in printed for fault in v.faults] == []


def test_a_form_is_one_page(printed: list[Verdict]) -> None:
    filled = (
        "责任人名单",
        "登记表",
        "登记表（选好一名）",
        "月报表",
        "空白月报表",
        "空白责任人名单",
    )
    forms = [v for v in printed if v.book in filled and v.sheet not in LONG]
    assert len(forms) > 40
    assert {f"{v.book} {v.sheet}": v.pages for v in forms if v.pages != 1} == {}


def test_the_page_of_the_manual_lists_every_sheet_of_the_workbooks() -> None:
    listed = PAGE.read_text(encoding="utf-8")
    for book in (ROOT / "workbooks").glob("*.xlsx"):
        opened = openpyxl.load_workbook(book, read_only=True)
        shown = [s.title for s in opened.worksheets if s.sheet_state == "visible"]
        opened.close()
        lost = [name for name in shown if f"| 空白{book.stem} | {name} | " not in listed]
        assert not lost, f"make print: {book.stem} {lost}"
    bad = [
        line
        for line in listed.splitlines()
        if "磅" in line and line.startswith("|") and GOOD not in line
    ]
    assert not bad


def test_what_libreoffice_saves_again_looks_the_same(
    rendered: dict[str, tuple[Path, Path]], tmp_path: Path
) -> None:
    """Pages and words of every sheet, and what the file holds, of six workbooks."""
    books = [rendered[title] for title in SAVED_AGAIN]
    again = convert([book for book, _ in books], "xlsx", tmp_path / "xlsx")
    pdfs = convert(again, "pdf", tmp_path / "pdf")
    for (book, pdf), saved, saved_pdf in zip(books, again, pdfs, strict=True):
        before, after = Paper(pdf), Paper(saved_pdf)
        assert list(before.sheets) == list(after.sheets)
        for name, pages in before.sheets.items():
            assert len(pages) == len(after.sheets[name]), name
            assert words_of(before, pages) == words_of(after, after.sheets[name]), name
        assert _held(book) == _held(saved)


def _held(path: Path) -> tuple[int, ...]:
    with warnings.catch_warnings():  # openpyxl names what it does not read
        warnings.simplefilter("ignore", UserWarning)
        opened = openpyxl.load_workbook(path)
    counted = held(opened)
    opened.close()
    return counted


def _cut(sheet: Worksheet, book: xlsxwriter.Workbook) -> None:
    sheet.write(2, 0, "这一格的字比格子长得多", book.add_format())
    sheet.write(2, 1, "右边有字")


def _pressed(sheet: Worksheet, book: xlsxwriter.Workbook) -> None:
    sheet.write(2, 0, "这一格的字要折成好几行才放得下", book.add_format({"text_wrap": True}))
    sheet.set_row(2, 15)


def _overprinted(sheet: Worksheet, book: xlsxwriter.Workbook) -> None:
    middle = book.add_format({"text_wrap": True, "valign": "vcenter"})
    sheet.set_column(0, 0, 12)
    for row in (2, 3):
        sheet.write(row, 0, "这一格的字要折成三行才放得下，却只有一行高", middle)
        sheet.set_row(row, 15)


def _tiny(sheet: Worksheet, _: xlsxwriter.Workbook) -> None:
    sheet.write(0, 39, "很靠右的一栏")


def _unnumbered(sheet: Worksheet, _: xlsxwriter.Workbook) -> None:
    sheet.set_footer("")


def _parted(sheet: Worksheet, _: xlsxwriter.Workbook) -> None:
    for row in range(ROWS_A_PAGE + 2):
        sheet.set_row(row, 15)
    for row in range(2, ROWS_A_PAGE):
        sheet.write_row(row, 0, (f"学生{row}", "某某镇"))
    sheet.write(ROWS_A_PAGE, 0, "校长（签名）：")
    sheet.write(ROWS_A_PAGE + 1, 0, "单位（盖章）：")


WRONG = {  # what the check says -> how a sheet is made so
    "被截": _cut, "少字": _pressed, "叠字": _overprinted, "字太小": _tiny, "没有页码": _unnumbered,
    "签名盖章处": _parted,
}  # fmt: skip


def _faulty(path: Path) -> None:
    """A sound sheet, and one for each fault."""
    with xlsxwriter.Workbook(path) as book:
        for name in (GOOD, *WRONG):
            sheet = book.add_worksheet(name)
            printing.set_up(sheet, landscape=False, repeat=(0, 0))
            sheet.write_row(0, 0, ("姓名", "住址"))
            sheet.write_row(1, 0, ("学生甲", "某某镇"))
            if name in WRONG:
                WRONG[name](sheet, book)


def test_the_check_finds_what_is_wrong(tmp_path: Path) -> None:
    book = tmp_path / "错.xlsx"
    _faulty(book)
    (pdf,) = convert([book], "pdf", tmp_path / "pdf")
    told = {v.sheet: v.faults for v in check("错", book, pdf)}
    assert told.pop(GOOD) == ()
    assert set(told) == set(WRONG)
    assert [
        name for name, faults in told.items() if not any(f.startswith(name) for f in faults)
    ] == []
    assert LEAST >= 6


def test_print_areas_end_with_what_is_filled(tmp_path: Path) -> None:
    filled = tmp_path / "登记表.xlsx"
    opened = openpyxl.load_workbook(ROOT / "workbooks" / "登记表.xlsx")
    opened["学生名册"]["B200"] = "学生甲"
    opened.close()
    with_fixed_areas(ROOT / "workbooks" / "登记表.xlsx", filled)
    sheet = openpyxl.load_workbook(filled)["学生名册"]
    left, top, right, bottom = range_boundaries(sheet.print_area.split("!")[-1].replace("$", ""))
    assert (left, top) == (1, 2)  # the guide above is for the screen
    assert 15 < bottom < 60
    assert right < sheet.max_column
