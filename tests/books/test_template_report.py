"""月报表, 六项核对, 零报告声明: what their formulas show, in words of the core and by LibreOffice."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest

from kbbx_xl.books.template import Context, build_workbook
from kbbx_xl.books.template.build import Data
from kbbx_xl.books.template.columns import wrong_id
from kbbx_xl.books.template.cover import CHECKED, SEE_LISTS, declaration
from kbbx_xl.books.template.monthly import FIRST, LINES, PENDING, balance, title_of
from kbbx_xl.books.template.page import writing
from kbbx_xl.books.template.six_checks import count
from kbbx_xl.model import JUNIOR, PRIMARY, Period, Unit
from kbbx_xl.rules.identity import check_id
from kbbx_xl.settings.forms import load_form

from .libreoffice import recalculate

FORM = load_form("monthly")
REPORT = next(s for s in FORM.sheets if s.table == "report")
SCHOOL = Unit("520209", "云溪镇老街九年制学校", "云溪镇中心校", "学校", "九年一贯制")
CONTEXT = Context(unit=SCHOOL, period=Period(2026, 10), as_of=dt.date(2026, 10, 20))
ROWS: list[dict[str, object]] = [
    {
        "grade": "一年级", "opening": 40, "transfer_in": 2, "other_in": 1, "closing": 43,
        "closing_male": 20, "closing_female": 23, "suspected": 1,
    },
    {"grade": "二年级", "opening": 40, "transfer_out": 1, "closing": 40},  # 1 too many
    {"grade": "三年级", "opening": 30, "closing": 30, "closing_male": 15, "closing_female": 14},
    {"grade": "四年级", "closing": 30},
    {"grade": "七年级", "opening": 50, "return_in": 1, "suspend": 1, "dropout": 2, "closing": 48},
]  # fmt: skip
CASES: list[dict[str, object]] = [
    {"name": "甲", "grade": "一年级", "case_status": "疑似辍学"},
    {"name": "乙", "grade": "七年级", "case_status": "已返校"},
]
DROPPED: list[dict[str, object]] = [
    {"name": "丙", "grade": "七年级", "case_status": "辍学"},
    {"name": "丁", "grade": "九年级", "case_status": "辍学"},
    {"name": "戊", "grade": "二年级", "case_status": "已返校"},
]
DATA: Data = {
    "report": ROWS,
    "list_suspected": CASES,
    "list_dropout": DROPPED,
    "zero_report": [{"zero": "否", "declared_on": dt.date(2026, 10, 20)}],
}


def given(*rows: dict[str, object]) -> dict[str, dict[str, object]]:
    return {str(row["grade"]): row for row in rows}


@pytest.mark.parametrize(
    ("label", "shown"),
    [
        ("一年级", "√"),
        ("二年级", "期末差1"),
        ("三年级", "男女差1"),
        ("四年级", PENDING),
        ("五年级", ""),
        ("小学小计", PENDING),
        ("七年级", "√"),
        ("初中小计", "√"),
        ("合计", PENDING),
    ],
)
def test_each_line_is_checked(label: str, shown: str) -> None:
    """期末 = 期初 + 增加 - 减少; 期末 = 男 + 女."""
    assert balance(REPORT, label, given(*ROWS)) == shown


@pytest.mark.parametrize(
    ("month", "title"),
    [
        (dt.date(2026, 10, 1), "2026年秋季学期控辍保学月报表（十月）"),
        (dt.date(2027, 1, 1), "2026年秋季学期控辍保学月报表（一月）"),
        (dt.date(2027, 2, 1), "2027年春季学期控辍保学月报表（二月）"),
        (dt.date(2027, 7, 1), "2027年春季学期控辍保学月报表（七月）"),
        (dt.date(2027, 8, 1), "2027年秋季学期控辍保学月报表（八月）"),
        (None, "控辍保学月报表"),
    ],
)
def test_the_title_names_term_and_month(month: dt.date | None, title: str) -> None:
    assert title_of(month) == title


def test_six_numbers_are_counted_from_the_lists() -> None:
    numbers = {
        (name, stage): count(DATA, name, stage)
        for name in ("dropout_now", "suspected_now", "returned")
        for stage in (PRIMARY, JUNIOR)
    }
    assert numbers == {
        ("dropout_now", PRIMARY): 0,
        ("dropout_now", JUNIOR): 2,
        ("suspected_now", PRIMARY): 1,
        ("suspected_now", JUNIOR): 0,
        ("returned", PRIMARY): 1,
        ("returned", JUNIOR): 1,
    }


def test_the_declaration_follows_the_answer() -> None:
    month = {"month": dt.date(2026, 10, 1)}
    assert declaration({"zero": "是"}, month).startswith(CHECKED + "2026年10月没有")
    assert declaration({"zero": "否"}, month) == SEE_LISTS
    assert declaration({}, month) == ""


def test_subtotals_are_formulas_that_nobody_overwrites(tmp_path: Path) -> None:
    path = tmp_path / "m.xlsx"
    build_workbook(FORM, path, context=CONTEXT, data=DATA)
    page = openpyxl.load_workbook(path)["月报表"]
    for row, label in enumerate(LINES, FIRST + 1):
        cell = page.cell(row, 2)
        assert (cell.data_type == "f") == (label not in {str(r) for r in LINES if "年级" in r})
        assert cell.protection.locked == (cell.data_type == "f")


@pytest.mark.libreoffice
def test_libreoffice_calculates_what_is_stored(tmp_path: Path) -> None:
    """Every formula of the report: the value stored at building is the one a program calculates."""
    path = tmp_path / "m.xlsx"
    build_workbook(FORM, path, context=CONTEXT, data=DATA)
    (again,) = recalculate([path], tmp_path / "lo")
    formulas = openpyxl.load_workbook(path)
    stored = openpyxl.load_workbook(path, data_only=True)
    fresh = openpyxl.load_workbook(again, data_only=True)
    compared = 0
    for sheet in ("月报表", "六项核对", "零报告声明", "疑似辍学名单"):
        for row in formulas[sheet].iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    ours, theirs = stored[sheet][cell.coordinate], fresh[sheet][cell.coordinate]
                    assert (theirs.value or "") == (ours.value or ""), f"{sheet}!{cell.coordinate}"
                    compared += 1
    assert compared > 90


IDS = [
    "520000201601010014", "520000201601010022", "52000020160101003X", "52000020160101003x",
    "5200002016010100", "5200002016010100145", "ABCDEFGHIJKLMNOPQR", "520000201601010015",
]  # fmt: skip


@pytest.mark.libreoffice
def test_the_colour_of_a_wrong_id_agrees_with_the_core(tmp_path: Path) -> None:
    """GB 11643: the condition is true where the core finds the length or check digit wrong."""
    path = tmp_path / "id.xlsx"
    with writing(path, "样") as book:
        page = book.page("样")
        for row, text in enumerate(IDS):
            page.put(row, 0, text)
            page.formula(row, 1, wrong_id(f"$A{row + 1}"))
    (again,) = recalculate([path], tmp_path / "lo")
    shown = openpyxl.load_workbook(again, data_only=True)["样"]
    for row, text in enumerate(IDS, 1):
        problem = check_id(text).problem
        wrong = bool(problem) and problem not in ("bad_date", "region")
        assert bool(shown.cell(row, 2).value) == wrong, (text, problem)
