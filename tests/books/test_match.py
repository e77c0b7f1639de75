"""The workbook of 人籍比对, from files to cells."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from kbbx_xl.books.match import match_reads, read_people, write_match
from kbbx_xl.books.read import read_file
from kbbx_xl.model import Period
from tests.books.sheets import Rows, save
from tests.ids import ONE, THREE, TWO

MONTH = Period(2026, 10)
REGISTER: Rows = [
    ["姓名", "性别", "身份证件号", "年级", "班级", "就读状态"],
    ["甲一", "男", ONE, "四年级", "1班", "在读"],
    ["乙二", "女", TWO, "四年级", "1班", "在读"],
    ["丙三", "男", THREE, "四年级", "2班", "在读"],
]
HOUSEHOLDS: Rows = [
    ["户号", "家庭成员姓名", "与户主关系", "公民身份号码", "出生日期"],
    [1, "甲一", "子", ONE, "2016-04-09"],
    [1, "乙二", "女", None, "2016-05-10"],
    [2, "=1+1", "子", "52000020170101000X", "2017-01-01"],
]


@pytest.fixture
def made(tmp_path: Path) -> Path:
    left = save(tmp_path / "学校" / "名册.xlsx", REGISTER)
    right = save(tmp_path / "派出所" / "名册.xlsx", HOUSEHOLDS)
    (mine, theirs), root = read_people([left], [right], period=MONTH)
    target = tmp_path / "比对.xlsx"
    write_match(match_reads(mine, theirs), target, sources=root)
    return target


def cells(path: Path, sheet: str) -> list[list[object]]:
    rows = openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True)
    return [[value for value in row if value is not None] for row in rows]


def test_every_row_of_both_files_has_its_sheet(made: Path) -> None:
    assert openpyxl.load_workbook(made).sheetnames[:5] == ["首页", "待人工确认", "只在学籍", "只在对方", "两边都有"]  # fmt: skip
    assert [row[1:3] for row in cells(made, "两边都有")[4:]] == [["证件号、姓名相同", "甲一"]]
    assert "很可能" in cells(made, "待人工确认")[4]
    assert "丙三" in cells(made, "只在学籍")[4]
    assert "=1+1" in cells(made, "只在对方")[4]
    counts = {row[0]: row[1:3] for row in cells(made, "首页") if len(row) >= 3}
    assert counts["名单行数"] == [3, 3]
    assert counts["两边都有"] == counts["待人工确认"] == [1, 1]
    assert counts["只在学籍"][0] == counts["只在对方"][0] == 1


def test_the_doubtful_have_a_choice_and_links_to_both_sources(made: Path) -> None:
    sheet = openpyxl.load_workbook(made)["待人工确认"]
    choice = next(iter(sheet.data_validations.dataValidation))
    assert choice.formula1 == '"是,否"'
    assert "D5" in choice.sqref
    links = {cell.hyperlink.target for row in sheet for cell in row if cell.hyperlink}
    assert {link.replace("\\", "/") for link in links if link} == {
        "学校/名册.xlsx",
        "派出所/名册.xlsx",
    }


def test_the_result_is_no_submission_and_the_same_each_time(made: Path, tmp_path: Path) -> None:
    assert read_file(made, made.name, period=MONTH).status == "ignored"
    before = made.read_bytes()
    (mine, theirs), root = read_people([tmp_path / "学校"], [tmp_path / "派出所"], period=MONTH)
    written = write_match(match_reads(mine, theirs), made, sources=root)
    assert made.read_bytes() == before
    assert written.backup is None


def test_certain_people_are_listed_without_numbers(made: Path) -> None:
    assert ONE not in str(cells(made, "两边都有"))
    assert THREE in str(cells(made, "只在学籍"))
