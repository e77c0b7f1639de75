"""待办.xlsx and its .ics: rows, counts, no child named, the same bytes each time."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from icalendar import Calendar

from kbbx_xl.books.casework.todo import HEADS, legend, write_ics, write_todo
from kbbx_xl.books.style import ORANGE
from kbbx_xl.flow.context import NO_POLICY
from kbbx_xl.settings.policies import load_policy
from tests.books.casework.work import AS_OF, OTHER, SCHOOL, TASKS
from tests.books.libreoffice import recalculate


@pytest.fixture
def written(tmp_path: Path) -> Path:
    target = tmp_path / "待办.xlsx"
    write_todo(
        TASKS,
        target,
        as_of=AS_OF,
        policy=load_policy("TH"),
        units=[SCHOOL, OTHER],
        sources=tmp_path,
    )
    return target


def cells(path: Path, sheet: str) -> list[list[object]]:
    book = openpyxl.load_workbook(path)
    return [[c.value for c in row] for row in book[sheet].iter_rows(min_row=4)]


def test_one_sheet_a_unit_after_the_front(written: Path) -> None:
    names = openpyxl.load_workbook(written).sheetnames
    assert names[:3] == ["总表", SCHOOL, "柳河镇'东风'小学_分校_"]


def test_rows_stand_as_sorted_with_state_in_words_and_fill(written: Path) -> None:
    rows = cells(written, SCHOOL)
    assert [row[1] for row in rows] == ["已逾期", "今日到期", "待办", "已办"]
    first = dict(zip(HEADS, rows[0], strict=True))
    assert first["事项"] == "责令改正：下达限期复学通知书"
    assert first["对象（班级／案件号）"] == "六年级1班／3fa2b"
    assert first["依据"] == "TH-21"
    assert first["来源"] == "登记表.xlsx 疑似辍学学生台账 第6行"
    assert rows[2][2] == "—"
    assert rows[3][9] == "2026-10-13 办结"
    sheet = openpyxl.load_workbook(written)[SCHOOL]
    assert sheet["B4"].fill.start_color.rgb == ORANGE.replace("#", "FF")
    assert sheet["B4"].fill.start_color.rgb != sheet["B7"].fill.start_color.rgb
    assert sheet["L4"].hyperlink.location == "'疑似辍学学生台账'!A6"


def test_page_is_one_wide_and_repeats_its_heading(written: Path) -> None:
    sheet = openpyxl.load_workbook(written)[SCHOOL]
    assert sheet.sheet_properties.pageSetUpPr
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.print_title_rows == "$3:$3"


def test_no_child_is_named_unless_asked_for(tmp_path: Path, written: Path) -> None:
    texts = [str(v) for sheet in (SCHOOL, "柳河镇'东风'小学_分校_") for row in cells(written, sheet) for v in row]  # fmt: skip
    assert not any("甲一" in text for text in texts)
    named = tmp_path / "实名.xlsx"
    write_todo(TASKS, named, as_of=AS_OF, names=True)
    assert cells(named, SCHOOL)[0][5] == "甲一／六年级1班／3fa2b"


def test_the_same_tasks_give_the_same_bytes(tmp_path: Path, written: Path) -> None:
    again = tmp_path / "again.xlsx"
    write_todo(
        TASKS, again, as_of=AS_OF, policy=load_policy("TH"), units=[SCHOOL, OTHER], sources=tmp_path
    )
    assert again.read_bytes() == written.read_bytes()


def test_nothing_due_is_said(tmp_path: Path) -> None:
    target = tmp_path / "空.xlsx"
    write_todo((), target, as_of=AS_OF)
    texts = [row[0] for row in cells(target, "总表")]
    assert "没有待办。" in texts


@pytest.mark.libreoffice
def test_counts_of_the_front_are_formulas_that_calculate_to_what_is_stored(
    tmp_path: Path, written: Path
) -> None:
    rows = cells(written, "总表")[:3]
    assert str(rows[0][2]).startswith("=COUNTIF(")
    stored = openpyxl.load_workbook(written, data_only=True)["总表"]
    (again,) = recalculate([written], tmp_path / "office")
    fresh = openpyxl.load_workbook(again, data_only=True)["总表"]
    for book in (stored, fresh):
        found = [[c.value for c in row[1:8]] for row in book.iter_rows(min_row=4, max_row=6)]
        assert found == [
            [SCHOOL, 1, 1, 1, 0, 1, 4],
            [OTHER, 0, 0, 1, 2, 0, 3],
            ["合计", 1, 1, 2, 2, 1, 7],
        ]


def test_the_numbers_of_the_rules_are_explained() -> None:
    policy = load_policy("TH")
    assert f"TH 指《{policy.document}》" in legend(policy)
    assert legend(NO_POLICY) == "依据栏的编号是条款在本软件里的编号，全文见手册“政策方案”。"


def test_calendar_holds_a_day_for_each_that_is_due_and_not_done(tmp_path: Path) -> None:
    target = tmp_path / "待办.ics"
    write_ics(TASKS, target, as_of=AS_OF)
    events = Calendar.from_ical(target.read_bytes()).events
    found = [(str(e["summary"]), str(e.start)) for e in events]
    assert found == [
        (f"【已逾期】{SCHOOL}：责令改正：下达限期复学通知书", "2026-10-20"),
        (f"{SCHOOL}：报控辍保学月报表", "2026-10-20"),
        (f"{OTHER}：送教还差 1 次（2 项）", "2026-10-31"),
    ]
    assert "原到期日：2026-10-19" in str(events[0]["description"])
    assert "原到期日" not in str(events[1]["description"])
    assert len({str(e["uid"]) for e in events}) == 3
    assert "依据：TH-21" in str(events[0]["description"])
    assert all(e.end > e.start for e in events)


def test_calendar_names_no_child_and_is_the_same_each_time(tmp_path: Path) -> None:
    first, second = tmp_path / "a.ics", tmp_path / "b.ics"
    write_ics(TASKS, first, as_of=AS_OF)
    write_ics(TASKS, second, as_of=AS_OF)
    text = Calendar.from_ical(first.read_bytes()).to_ical().decode()
    assert first.read_bytes() == second.read_bytes()
    assert "甲一" not in text
    assert "丙三" not in text


def test_calendar_of_nothing_is_still_a_calendar(tmp_path: Path) -> None:
    write_ics((), tmp_path / "空.ics", as_of=AS_OF)
    assert Calendar.from_ical((tmp_path / "空.ics").read_bytes()).events == []
