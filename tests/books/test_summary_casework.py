"""个案统计 and 个案清单 of a summary: what they count, and that they name nobody."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path

import pytest

from kbbx_xl.books.explain import explain
from kbbx_xl.books.summary import write_county
from kbbx_xl.flow.casework.evidence import check_cases
from kbbx_xl.flow.casework.values import EvidenceItem, Task, TaskKind, TaskState, TeachingMonth
from tests.books.test_summary import page, row_of, words_in
from tests.flow.factory import IDS, JUNIOR_HIGH, NAMES, TOWN, make_county


@pytest.fixture(scope="module")
def summary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_county(make_county(), tmp_path_factory.mktemp("out"))[0].path


def heads(path: Path) -> list[str]:
    """Titles of the columns of 个案统计: the upper of two head rows where the lower is empty."""
    sheet = page(path, "个案统计")
    upper, lower = next(
        (a, b)
        for a, b in zip(sheet.iter_rows(values_only=True), sheet.iter_rows(min_row=2, values_only=True), strict=False)
        if a[0] == "序号"
    )  # fmt: skip
    return [str(low or up) for up, low in zip(upper, lower, strict=True)]


def test_cases_of_a_unit_by_month_ending_and_step(summary: Path) -> None:
    titles = heads(summary)
    mine = dict(zip(titles, row_of(page(summary, "个案统计"), JUNIOR_HIGH), strict=True))
    assert (mine["立案"], mine["其中再次辍学"]) == (2, 1)
    assert (mine["疑似辍学"], mine["辍学"]) == (1, 1)
    assert (mine["还没有走四步法"], mine["宣传教育"], mine["责令改正"]) == (1, 1, 0)
    assert (mine["个案"], mine["单位"]) == (1, 0)
    town = dict(zip(titles, row_of(page(summary, "个案统计"), TOWN), strict=True))
    assert (town["已返校"], town["疑似辍学"], town["个案"], town["单位"]) == (1, 0, 0, 0)


def test_the_front_the_statistics_and_the_list_say_one_number_of_what_is_overdue(
    tmp_path: Path,
) -> None:
    county = make_county()
    office = county.directory.county
    assert office is not None
    county.tasks = [
        dataclasses.replace(county.tasks[0], kind=TaskKind.LADDER),
        dataclasses.replace(county.tasks[0], title="下达限期复学通知书", kind=TaskKind.LEGAL),
        Task(TOWN, "报送月报", "学校", county.as_of, TaskState.OVERDUE, "TH-32"),
        Task(office.name, "通报", "教体局", county.as_of, TaskState.OVERDUE, "TH-33"),
        *county.tasks[1:],
    ]
    path = write_county(county, tmp_path)[0].path
    sheet = page(path, "个案统计")
    (above,) = (r for r in sheet.iter_rows(values_only=True) if r[1] == office.name)
    *_, case, unit, _ = above
    assert (case, unit) == (0, 1)
    bottom = row_of(sheet, "合计")
    assert bottom[-3:] == [2, 2, 4]
    assert row_of(page(path, "缺勤预警"), "合计")[-1] == 1
    (line,) = (
        r for r in page(path, "目录").iter_rows() if "逾期待办（件）" in [c.value for c in r]
    )
    place = next(n for n, cell in enumerate(line) if cell.value == "逾期待办（件）")
    told = explain(path, f"目录!{line[place + 1].coordinate}")
    assert told.value == 4
    assert told.formula.startswith("个案统计!")
    states = [r[8].value for r in page(path, "待办").iter_rows() if r[8].value == "已逾期"]
    assert len(states) == 4


def test_a_case_of_tomorrow_and_a_mark_of_two_units(tmp_path: Path) -> None:
    """Statistics and list leave out what is listed after the day; marks are told apart by unit."""
    county = make_county()
    first, second, third = county.case_files
    later = county.as_of + dt.timedelta(days=1)
    county.case_files = [
        first, second, dataclasses.replace(third, mark=second.mark),
        dataclasses.replace(first, mark="eeeee", opened=later),
    ]  # fmt: skip
    path = write_county(county, tmp_path)[0].path
    assert row_of(page(path, "个案统计"), "合计")[3] == 3
    rows = [r for r in page(path, "个案清单").iter_rows(values_only=True) if isinstance(r[0], int)]
    assert len(rows) == 3
    titles = next(r for r in page(path, "个案清单").iter_rows(values_only=True) if r[0] == "序号")
    late, mark = titles.index("逾期事项"), titles.index("案件号")
    assert sorted(r[late] for r in rows if r[mark] == second.mark) == [0, 1]


def test_the_total_of_the_month_is_a_formula_that_can_be_traced(summary: Path) -> None:
    sheet = page(summary, "个案统计")
    row = next(r[0].row for r in sheet.iter_rows() if r[1].value == "合计")
    assert sheet.cell(row, 4).value == 3
    told = explain(summary, f"个案统计!D{row}")
    assert (told.value, told.formula[:4]) == (3, "SUM(")


def test_evidence_and_home_teaching_of_a_unit(tmp_path: Path) -> None:
    county = make_county()
    third = county.case_files[2]
    paper = EvidenceItem("A", "村委证明", "", None, third.source)
    closed = dataclasses.replace(third, category="A", evidence=(paper,))
    county.checklists, _ = check_cases([closed], county.policy, {})
    county.teaching = [
        TeachingMonth(IDS[0], NAMES[0], TOWN, county.month, 2, 1, 1, 3, third.source),
        TeachingMonth(IDS[0], NAMES[0], TOWN, county.month.before, 2, 0, 0, 0, third.source),
    ]
    path = write_county(county, tmp_path)[0].path
    mine = row_of(page(path, "佐证与送教"), TOWN)
    assert mine[2:7] == [1, 0, 2, 1, 0.5]  # A: 村委证明 and 辖区派出所证明
    assert mine[7:] == [1, 2, 1, 1, 1]
    assert row_of(page(path, "佐证与送教"), JUNIOR_HIGH)[2:7] == [None, None, None, None, None]
    assert not [w for w in (*NAMES, *IDS) if w in words_in(path)]


def test_one_line_a_case_with_its_number_and_the_earlier_one(summary: Path) -> None:
    again = row_of(page(summary, "个案清单"), "bbbbb")
    assert "ccccc" in again
    assert "宣传教育" in again
    assert again[-2] == 5  # 来源行


def test_no_child_is_named(summary: Path) -> None:
    words = words_in(summary)
    assert not [w for w in (*NAMES, *IDS) if w in words]
