"""The first page of a summary, the matrix, and the way through them: links, shades, one page, alt text."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from xml.etree.ElementTree import fromstring

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from kbbx_xl.books.explain import explain
from kbbx_xl.books.summary import center_path, write_center, write_county
from kbbx_xl.books.summary.matrix import steps_of_size
from kbbx_xl.flow.result import County
from kbbx_xl.model import Directory
from tests.books.test_summary import page, row_of
from tests.flow.factory import EAST, JUNIOR_HIGH, MISSING, TOWN, make_county, make_policy

HERE = re.compile(r"'(?P<sheet>[^']+)'!\$?(?P<cell>[A-Z]+\d+)")


@pytest.fixture(scope="module")
def summary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("out")
    return write_county(make_county(), folder, sources=folder.parent / "in")[0].path


@pytest.fixture(scope="module")
def book(summary: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(summary)


def shown(book: openpyxl.Workbook) -> list[Worksheet]:
    return [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]


def links(sheet: Worksheet) -> list[tuple[str, str]]:
    """Address and place of every link within the book."""
    return [
        (cell.coordinate, cell.hyperlink.location)
        for row in sheet.iter_rows()
        for cell in row
        if cell.hyperlink and not cell.hyperlink.target
    ]


def test_every_sheet_leads_back_and_every_link_arrives(book: openpyxl.Workbook) -> None:
    names = {sheet.title for sheet in shown(book)}
    for sheet in shown(book):
        if sheet.title != "首页":
            assert (sheet["A1"].value, sheet["A1"].hyperlink.location) == ("返回首页", "'首页'!A1")
        for at, place in links(sheet):
            led = HERE.match(place)
            assert led, (sheet.title, at, place)
            assert led["sheet"] in names
            assert book[led["sheet"]].max_row >= int(re.sub(r"\D", "", led["cell"]))


def test_the_way_back_is_not_printed(book: openpyxl.Workbook) -> None:
    for sheet in shown(book)[1:]:
        assert str(sheet.print_area).partition("!")[2].startswith("$A$2:"), sheet.title


def test_the_first_page_is_one_page(book: openpyxl.Workbook) -> None:
    front = book["首页"]
    assert front.sheet_properties.pageSetUpPr.fitToPage
    assert (front.page_setup.fitToWidth, front.page_setup.fitToHeight) == (None, None)  # 1, not 0
    assert front.page_setup.orientation == "portrait"


def test_six_numbers_are_those_of_the_tables(summary: Path, book: openpyxl.Workbook) -> None:
    front, values = book["首页"], page(summary, "首页")
    told = {values.cell(3, column).value: values.cell(4, column) for column in range(1, 25, 4)}
    assert {name: cell.value for name, cell in told.items()} == {
        "报齐率": pytest.approx(4 / 7),
        "在校生（人）": 430,
        "疑似辍学（人）": row_of(page(summary, "六项核对"), "合计")[3] + row_of(page(summary, "六项核对"), "合计")[10],
        "辍学（人）": 1,
        "劝返率": "—",
        "逾期待办（件）": row_of(page(summary, "个案统计"), "合计")[-1],
    }  # fmt: skip
    for cell in told.values():
        if cell.value != "—":
            assert front[cell.coordinate].data_type == "f"
            assert explain(summary, f"首页!{cell.coordinate}").value == pytest.approx(cell.value)
            assert front[cell.coordinate].hyperlink is not None


def test_a_cell_of_the_matrix_leads_to_the_rows_of_its_children(
    summary: Path, book: openpyxl.Workbook
) -> None:
    matrix, values = book["矩阵"], page(summary, "矩阵")
    row = next(r for r in values.iter_rows() if r[1].value == JUNIOR_HIGH)
    filled = [c for c in row[2:] if c.value]
    assert filled
    for cell in filled:
        led = HERE.match(matrix[cell.coordinate].hyperlink.location)
        assert led
        target = book[led["sheet"]]
        said = [c.value for c in target[int(re.sub(r"\D", "", led["cell"]))]]
        assert JUNIOR_HIGH in said
    zero = [c for c in row[2:] if c.value == 0]
    assert zero
    assert not any(matrix[c.coordinate].hyperlink for c in zero)


def test_what_did_not_come_is_blank_in_the_matrix_and_not_0(summary: Path) -> None:
    missing = row_of(page(summary, "矩阵"), MISSING)
    assert set(missing[2:-1]) == {None}


def test_a_number_of_the_matrix_is_traced_to_its_rows(summary: Path) -> None:
    values = page(summary, "矩阵")
    row = next(r for r in values.iter_rows() if r[1].value == JUNIOR_HIGH)
    cell = next(c for c in row[2:] if c.value)
    told = explain(summary, f"矩阵!{cell.coordinate}")
    (part,) = told.parts
    assert told.value == part.value == cell.value
    assert part.spans


def test_one_large_unit_does_not_leave_the_others_pale() -> None:
    assert steps_of_size([]) == (1,)
    assert steps_of_size([0, 1, 1]) == (1,)
    assert steps_of_size([1, 1, 1, 1, 2, 3]) == (1, 2, 3)
    assert steps_of_size([*range(1, 10), 500]) == (1, 4, 7)


def test_rankings_say_their_rule_and_lead_to_the_unit(summary: Path) -> None:
    ranks = page(summary, "通报排名")
    rows = [[c.value for c in r[:4]] for r in ranks.iter_rows()]
    assert [1, MISSING, 5, "未报"] in rows
    assert sum(str(r[0]).startswith("排名办法") for r in rows) == 3
    assert [r[1] for r in rows if r[0] == 1][-1] == EAST


def test_every_chart_says_what_it_shows(summary: Path) -> None:
    """Alt text on each drawing (descr), and a title that is a cell."""
    with zipfile.ZipFile(summary) as parts:
        drawings = [parts.read(n) for n in parts.namelist() if n.startswith("xl/drawings/drawing")]
        charts = [parts.read(n) for n in parts.namelist() if n.startswith("xl/charts/chart")]
    said = [
        one.get("descr") for xml in drawings for one in fromstring(xml).iter() if "cNvPr" in one.tag
    ]
    assert len([words for words in said if words]) == len(charts) == 3
    for xml in charts:
        assert re.search(rb"<c:title><c:tx><c:strRef><c:f>", xml)


def test_a_centre_has_its_own_first_page(tmp_path: Path) -> None:
    county = make_county()
    center = county.directory.named(EAST)
    assert center
    path = write_center(county, center, center_path(county, center, tmp_path)).path
    front = page(path, "首页")
    said = [c.value for r in front.iter_rows() for c in r if c.value is not None]
    assert "三、各单位进展" in said
    assert TOWN in said
    assert MISSING not in said


def test_no_children_no_units_no_ladder(tmp_path: Path) -> None:
    empty = County(
        make_county().month, make_county().as_of, make_policy(silent=True), Directory(())
    )
    path = write_county(empty, tmp_path)[0].path
    said = [c.value for r in page(path, "首页").iter_rows() for c in r if c.value is not None]
    assert "没有逾期、没有缺报，本月没有要决定的事。" in said
    assert "首月，没有往月的汇总，下月起有趋势图。" in said
