"""交办清单 and 销号清单: which case stands where, what is counted, what stays blank."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import openpyxl
import pytest

from kbbx_xl.books.casework.assign import write_assignments
from kbbx_xl.flow.casework.evidence import check_cases
from kbbx_xl.flow.casework.values import TaskKind, TaskState
from kbbx_xl.model import Period
from kbbx_xl.settings.policies import load_policy
from tests.books.casework.work import AS_OF, CASES, OTHER, SCHOOL, TASKS
from tests.books.libreoffice import recalculate

OTHER_SHEET = "柳河镇'东风'小学_分校_"


def write(target: Path, *, names: bool = False) -> Path:
    lists, _ = check_cases(CASES, load_policy("TH"), {})
    write_assignments(
        CASES, TASKS, target, month=Period(2026, 10), as_of=AS_OF, names=names,
        policy=load_policy("TH"), units=[SCHOOL, OTHER], checklists=lists,
    )  # fmt: skip
    return target


def rows(path: Path, sheet: str) -> list[list[object]]:
    made = openpyxl.load_workbook(path)[sheet].iter_rows(min_row=4, values_only=True)
    return [list(row) for row in made if isinstance(row[0], int)]


def test_p25_06_p23_04_open_cases_are_handed_out_unit_by_unit(tmp_path: Path) -> None:
    path = write(tmp_path / "交办.xlsx")
    (row,) = rows(path, SCHOOL)
    assert row[1:8] == [
        "3fa2b", "六年级1班", "疑似辍学", "宣传教育", "责令改正：下达限期复学通知书", "乡镇政府",
        "限期复学通知书",
    ]  # fmt: skip
    assert str(row[8]).startswith("2026-10-19")
    assert row[9:11] == [None, None]  # 交办日期、反馈
    (other,) = rows(path, OTHER_SHEET)  # the case at 预警 is no case to hand out
    assert other[1:9] == [
        "44444", "六年级1班", "疑似辍学", "还没有走四步法", "方案没有写下一步", OTHER, None, "文件没有写",
    ]  # fmt: skip


def test_p01_24_p23_09_closed_cases_of_the_month_are_listed(tmp_path: Path) -> None:
    (row,) = rows(write(tmp_path / "交办.xlsx"), "销号清单")
    assert row[1:4] == [SCHOOL, "66666", "六年级1班"]
    assert str(row[5]).startswith("2026-10-16")
    assert row[6:9] == ["已返校", "有", "没有核查结果"]


def test_names_only_when_asked_for(tmp_path: Path) -> None:
    plain, named = write(tmp_path / "交办.xlsx"), write(tmp_path / "实名.xlsx", names=True)
    assert "甲一" not in str([rows(plain, s) for s in (SCHOOL, OTHER_SHEET, "销号清单")])
    assert "乙二" not in str([rows(plain, s) for s in (SCHOOL, OTHER_SHEET, "销号清单")])
    assert rows(named, SCHOOL)[0][2] == "甲一"
    assert rows(named, SCHOOL)[0][7] == "乡镇政府（乙二）"
    assert rows(named, "销号清单")[0][3] == "甲一"
    assert rows(named, "销号清单")[0][8] == "返校证明、3号"


@pytest.mark.libreoffice
def test_front_counts_by_formulas(tmp_path: Path) -> None:
    path = write(tmp_path / "交办.xlsx")
    formulas = openpyxl.load_workbook(path)["总表"]
    assert str(formulas["C4"].value).startswith("=COUNTA(")
    for source in (path, *recalculate([path], tmp_path / "office")):
        sheet = openpyxl.load_workbook(source, data_only=True)["总表"]
        found = [[c.value for c in row[1:5]] for row in sheet.iter_rows(min_row=4, max_row=6)]
        assert found == [[SCHOOL, 1, 1, 0], [OTHER, 1, 0, 0], ["合计", 2, 1, 0]]


@pytest.mark.parametrize("names", [False, True])
def test_p25_06_a_closed_case_that_rests_on_nothing_is_said_and_counted(
    tmp_path: Path, *, names: bool
) -> None:
    target = tmp_path / "九月.xlsx"
    write_assignments(CASES, TASKS, target, month=Period(2026, 9), as_of=AS_OF, names=names)
    (row,) = rows(target, "销号清单")
    assert row[7 + names] == "没有写"
    formulas = openpyxl.load_workbook(target)["总表"]
    column = "I" if names else "H"
    assert f'销号清单\'!${column}$4:${column}$4,"没有写")' in formulas["E4"].value
    values = openpyxl.load_workbook(target, data_only=True)["总表"]
    assert [c.value for c in values[4][1:5]] == [SCHOOL, 1, 1, 1]


def test_the_next_step_brings_the_child_back_before_papers_are_filed(tmp_path: Path) -> None:
    overdue = dataclasses.replace(TASKS[0], title="补齐佐证：户口簿", kind=TaskKind.EVIDENCE)
    visit = dataclasses.replace(TASKS[0], title="家访劝返", due=None, state=TaskState.OPEN, kind=TaskKind.LADDER)  # fmt: skip
    target = tmp_path / "交办.xlsx"
    write_assignments(CASES, [overdue, visit], target, month=Period(2026, 10), as_of=AS_OF)
    assert rows(target, SCHOOL)[0][5] == "家访劝返"


def test_nothing_closed_is_said(tmp_path: Path) -> None:
    target = tmp_path / "空.xlsx"
    write_assignments((), (), target, month=Period(2026, 10), as_of=AS_OF)
    assert openpyxl.load_workbook(target)["销号清单"]["A4"].value == "本月没有销号的个案。"
