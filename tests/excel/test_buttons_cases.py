"""Every button of the group 个案 but the letters, from the ribbon to the saved file."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import icalendar
import openpyxl

from tests.excel.office import (
    CENTER,
    COUNTY,
    FIRST,
    LISTED,
    MONTH,
    NAMES,
    SCHOOLS,
    book_of,
    cells,
    pupils,
    select,
    write,
)
from tests.excel.pc import PC

TERM_CHECK = dt.date(2026, 9, 8)


def said(path: Path, sheet: str) -> str:
    return "\n".join(str(value) for row in cells(path, sheet) for value in row if value is not None)


def test_todo_of_a_school_names_its_children_and_writes_a_calendar(pc: PC, office: Path) -> None:
    pc.open(book_of(office))
    pc.click("todo")
    folder = office / "报送" / FIRST
    listed = folder / f"待办_{FIRST}_2026-10.xlsx"
    assert pc.active().name == listed.name  # type: ignore[union-attr]
    assert "已逾期" in pc.messages[-1].prompt
    assert "唐河县" in pc.messages[-1].prompt
    text = said(listed, FIRST)
    assert NAMES[LISTED] in text
    assert "TH-28" in text
    calendar = icalendar.Calendar.from_ical(listed.with_suffix(".ics").read_bytes())
    assert calendar.events
    assert not [name for name in NAMES if name in listed.with_suffix(".ics").read_text("utf-8")]


def test_todo_of_a_school_counts_what_its_grid_workbook_records(pc: PC, office: Path) -> None:
    """TH-22: the check at the beginning of term is done once 工作记录 says so."""
    pc.open(book_of(office))
    pc.click("todo")
    listed = office / "报送" / FIRST / f"待办_{FIRST}_2026-10.xlsx"
    assert "全面清查" in said(listed, FIRST)
    pc.active().close()  # type: ignore[union-attr]
    listed.unlink()
    done = {"work_date": TERM_CHECK, "work_kind": "全面清查", "content": "逐班清点"}
    grids = office / "报送" / FIRST / "责任人名单.xlsx"
    write(grids, "responsibility", SCHOOLS[0], {"work_log": [done]})
    pc.open(book_of(office))
    pc.click("todo")
    assert "全面清查" not in said(listed, FIRST)  # done in September, no more of October's list


def test_todo_of_the_county_names_nobody(pc: PC, office: Path) -> None:
    pc.open(office / "单位目录.xlsx")
    pc.answers.folder.append(office)
    pc.click("todo")
    listed = office / "汇总结果_2026-10" / "待办_全县_2026-10.xlsx"
    book = openpyxl.load_workbook(listed)
    assert FIRST in book.sheetnames
    assert not [name for name in NAMES if name in said(listed, FIRST)]


def test_todo_is_the_same_from_any_workbook_of_the_school(pc: PC, office: Path) -> None:
    folder = office / "报送" / FIRST
    listed = folder / f"待办_{FIRST}_2026-10.xlsx"
    done = {"work_date": TERM_CHECK, "work_kind": "全面清查", "content": "逐班清点"}
    write(folder / "责任人名单.xlsx", "responsibility", SCHOOLS[0], {"work_log": [done]})
    said_by = []
    for book in ("登记表", "月报表", "责任人名单"):
        pc.open(folder / f"{book}.xlsx")
        pc.click("todo")
        said_by.append(cells(listed, FIRST))
        pc.active().close()  # type: ignore[union-attr]
        listed.unlink()
    assert NAMES[LISTED] in str(said_by[0])
    assert "全面清查" not in str(said_by[0])
    assert said_by[1:] == said_by[:1] * 2


def test_todo_of_a_folder_with_one_central_school_is_about_that_one(pc: PC, office: Path) -> None:
    pc.open(office / "单位目录.xlsx")
    pc.answers.folder.append(office / "报送")
    pc.click("todo")
    listed = office / "报送" / "汇总结果_2026-10" / f"待办_{CENTER.name}_2026-10.xlsx"
    sheets = openpyxl.load_workbook(listed).sheetnames
    assert FIRST in sheets
    assert COUNTY.name not in sheets


def test_cases_are_handed_out(pc: PC, office: Path) -> None:
    pc.open(office / "单位目录.xlsx")
    pc.answers.folder.append(office)
    pc.click("assign")
    assert "没有办结的个案" in pc.messages[-1].prompt
    listed = office / "汇总结果_2026-10" / "交办清单_全县_2026-10.xlsx"
    assert "疑似辍学" in said(listed, FIRST)
    assert not [name for name in NAMES if name in said(listed, FIRST)]


def test_the_history_of_the_selected_case(pc: PC, office: Path) -> None:
    book = pc.open(book_of(office))
    row = next(
        cell.row
        for line in openpyxl.load_workbook(book_of(office))["疑似辍学台账"].iter_rows()
        for cell in line
        if cell.value == NAMES[LISTED]
    )
    select(book, "疑似辍学台账", f"B{row}")
    pc.click("history")
    assert "1 个个案" in pc.messages[-1].prompt
    written = openpyxl.load_workbook(book_of(office).with_name("登记表_个案经过.xlsx"))
    pages = "\n".join(str(c.value) for s in written for line in s.iter_rows() for c in line)
    assert NAMES[LISTED] in pages
    assert "首次缺勤" in pages


def test_without_a_ledger_row_every_case_has_its_history(pc: PC, office: Path) -> None:
    book = pc.open(book_of(office))
    select(book, "劝返记录", "B6")
    pc.click("history")
    assert "2 个个案" in pc.messages[-1].prompt  # one listed, one reached by the absence ladder


def test_evidence_of_the_cases(pc: PC, office: Path) -> None:
    pc.open(book_of(office))
    pc.click("evidence")
    assert "佐证齐全 0 件" in pc.messages[-1].prompt
    assert (office / "报送" / FIRST / f"佐证清单_{FIRST}_2026-10.xlsx").is_file()


def test_no_case_no_evidence(pc: PC, office: Path) -> None:
    for button in ("evidence", "assign"):
        pc.open(office / "报送" / SCHOOLS[1].name / "登记表.xlsx")
        pc.click(button)
        assert "没有个案" in pc.messages[-1].prompt


def test_movement_between_two_folders(pc: PC, office: Path) -> None:
    before = office.parent / "上月"
    before.mkdir()
    shutil.copy(office / "单位目录.xlsx", before)
    for number, unit in enumerate(SCHOOLS, 1):
        roster = {"roster": pupils(number)}
        write(before / unit.name / "登记表.xlsx", "registration", unit, roster, MONTH.before)
    write(book_of(office), "registration", SCHOOLS[0], {"roster": pupils(1)[1:]})  # one is gone
    pc.open(office / "单位目录.xlsx")
    pc.answers.folder.extend([office, before])
    pc.click("movement")
    assert "待核实 1 条" in pc.messages[-1].prompt
    listed = office / "汇总结果_2026-10" / "学籍流动_2026-10.xlsx"
    assert FIRST in said(listed, "待核实")
