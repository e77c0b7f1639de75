"""books.explain: a number of a summary is traced to its formula, units, files and rows."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import openpyxl
import pytest

from kbbx_xl.books.explain import Explanation, explain, render
from kbbx_xl.books.summary import write_county
from kbbx_xl.books.summary.trace import unpack
from kbbx_xl.flow.source import Span
from kbbx_xl.messages import InputError
from tests.flow.factory import TOWN, at, make_county


@pytest.fixture(scope="module")
def summary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_county(make_county(), tmp_path_factory.mktemp("out"))[0].path


def cell_of(path: Path, sheet: str, label: str, head: str) -> str:
    """Address of the number in the row that says ``label`` and the column headed ``head``."""
    page = openpyxl.load_workbook(path)[sheet]
    row = next(r for r in page.iter_rows() if label in [c.value for c in r])[0].row
    column = next(c.column_letter for r in page.iter_rows(max_row=6) for c in r if c.value == head)
    return f"{sheet}!{column}{row}"


def leaves(one: Explanation) -> list[Explanation]:
    return [leaf for part in one.parts for leaf in leaves(part)] if one.parts else [one]


def test_a_units_number_names_its_rows(summary: Path) -> None:
    told = explain(summary, cell_of(summary, "人数汇总", TOWN, "一"))
    assert told.value == 30
    assert told.spans == (Span(at(TOWN, "学籍").file, "Sheet1", "3-32"),)
    assert "第 3-32 行" in render(told)


def test_a_total_is_the_sum_of_its_leaves(summary: Path) -> None:
    address = cell_of(summary, "人数汇总", "合计", "在校生合计")
    told = explain(summary, address.replace("!", "！").lower())
    assert told.value == 430
    assert sum(float(leaf.value) for leaf in leaves(told)) == 430
    assert {s.rows for leaf in leaves(told) for s in leaf.spans} >= {"3-52", "4-93", "2-7"}
    assert told.formula.startswith("SUM(") or "+" in told.formula


def test_the_first_page_leads_to_the_files(summary: Path) -> None:
    told = explain(summary, "目录!B9")
    assert told.measure == "在校生"
    assert any(leaf.spans for leaf in leaves(told))
    assert "来源：" in render(told)


def test_every_number_that_was_summed_can_be_asked(summary: Path) -> None:
    """No formula and no unit figure of the counting sheets is without its trace."""
    book = openpyxl.load_workbook(summary)
    cells = (str(r[0]) for r in book["_trace"].iter_rows(min_row=2, values_only=True))
    known = {f"{one.sheet}!{one.cell}" for one in unpack(cells)}
    for page in book.worksheets:
        if not page.title.startswith("_"):
            formulas = [c for r in page.iter_rows() for c in r if c.data_type == "f"]
            assert {f"{page.title}!{c.coordinate}" for c in formulas} <= known


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("人数汇总!A1", "不是汇总出来的数"),
        ("没有的表!B2", "可以查的表有"),
        ("ZZ9", "可以查的表有"),
        ("不是地址", "人数汇总!D12"),
        ("F6", "请写明是哪一张"),
    ],
)
def test_what_cannot_be_traced_is_said(summary: Path, cell: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        explain(summary, cell)


def test_a_trace_longer_than_a_cell(tmp_path: Path) -> None:
    """A grade counted from hundreds of files needs more than the 32,767 characters of a cell."""
    county = make_county()
    total = county.totals[1]
    county.totals = [
        dataclasses.replace(
            total,
            unit=f"校{n}",
            rows_of={"一年级": (Span(f"报送/{'很长的文件夹' * 9}/{n}.xlsx", "S", "3-32"),)},
        )
        for n in range(600)
    ]
    path = write_county(county, tmp_path)[0].path
    told = explain(path, cell_of(path, "分年级男女", "一年级", "在校生"))
    assert told.value == 600 * 30
    assert len(told.spans) == 600


def test_other_files_are_refused(tmp_path: Path) -> None:
    openpyxl.Workbook().save(tmp_path / "other.xlsx")
    (tmp_path / "text.xlsx").write_text("no workbook")
    changed = openpyxl.Workbook()
    changed.create_sheet("_trace").append(["x", "y"])
    changed["_trace"].append(["人数汇总!A1", "not json"])
    changed.save(tmp_path / "changed.xlsx")
    with pytest.raises(InputError, match="被改动过"):
        explain(tmp_path / "changed.xlsx", "A1")
    with pytest.raises(InputError, match="没有来源记录"):
        explain(tmp_path / "other.xlsx", "A1")
    with pytest.raises(InputError, match="打不开"):
        explain(tmp_path / "text.xlsx", "A1")
