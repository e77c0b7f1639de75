"""The workbook 佐证清单, cell by cell."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest

from kbbx_xl.books.casework.checklist import write_checklist
from kbbx_xl.flow.casework.evidence import check_cases
from kbbx_xl.flow.casework.values import CaseFile
from kbbx_xl.settings.policies import load_policy
from tests.books.libreoffice import calculated
from tests.flow.casework.files import case, paper

AS_OF = dt.date(2026, 10, 20)
CASES = [
    case("A", paper("A", "村委证明")),
    case("G", paper("G", "公安部门证明")),
    case("M", variant="父母离异带走", unit="柳河镇东风小学"),
    case(""),
]


def write(folder: Path, cases: list[CaseFile], *, policy: str = "tanghe", names: bool = False) -> Path:  # fmt: skip
    lists, _ = check_cases(cases, load_policy(policy), {})
    return write_checklist(lists, folder / "佐证清单.xlsx", as_of=AS_OF, names=names).path


def rows(path: Path, sheet: str) -> list[list[object]]:
    """The numbered rows and the total, without the running number."""
    book = openpyxl.load_workbook(path)
    lines: list[list[object]] = [list(line) for line in book[sheet].iter_rows(values_only=True)]
    return [line[1:] for line in lines if isinstance(line[0], int) or line[1] == "合计"]


def test_one_row_a_case_and_paper(tmp_path: Path) -> None:
    found = rows(write(tmp_path, CASES), "佐证清单")
    assert [(r[3], r[4], r[5], r[6], r[7]) for r in found] == [
        ("A 户籍原因", "村委证明", "有", "TH-04", None),
        ("A 户籍原因", "辖区派出所证明", "缺", "TH-04", None),
        ("G 失踪失联", "公安部门证明", "缺", "TH-10", "有证明，没有文号；由公安部门界定"),
        ("M 父母离异一方带走", "民政部门证明或判决证明复印件", "缺", "TH-15", None),
        ("M 父母离异一方带走", "家访记录", "缺", "TH-15", None),
        ("（台账没有核查结果）", None, None, None, None),
    ]


def test_names_only_when_asked_for(tmp_path: Path) -> None:
    assert "甲一" not in str(rows(write(tmp_path, CASES), "佐证清单"))
    named = rows(write(tmp_path / "有", CASES, names=True), "佐证清单")
    assert {r[2] for r in named} == {"甲一"}
    assert [r[6] for r in named] == ["有", "缺", "缺", "缺", "缺", None]


def test_shares_are_formulas_over_the_list(tmp_path: Path) -> None:
    one, other, total = rows(write(tmp_path, CASES), "完成情况")
    assert one[:3] == ["柳河镇中心小学", 2, 0]
    assert one[4] == '=COUNTIFS(佐证清单!$B$4:$B$9,$B4,佐证清单!$G$4:$G$9,"有")'
    assert one[5] == '=IF(E4=0,"",F4/E4)'
    assert other[:3] == ["柳河镇东风小学", 1, 0]
    assert total[1:5] == ["=SUM(C4:C5)", "=SUM(D4:D5)", "=SUM(E4:E5)", "=SUM(F4:F5)"]


def test_another_policy_says_that_the_list_is_for_reference(tmp_path: Path) -> None:
    found = rows(write(tmp_path, CASES[:1], policy="lufeng"), "佐证清单")
    assert {r[7] for r in found} == {"本方案没有规定，供参考"}


def test_without_cases_the_list_is_empty(tmp_path: Path) -> None:
    path = write(tmp_path, [])
    assert rows(path, "佐证清单") == []
    assert [r[:5] for r in rows(path, "完成情况")] == [["合计", 0, 0, 0, 0]]


@pytest.mark.libreoffice
def test_a_spreadsheet_program_counts_the_same(tmp_path: Path) -> None:
    path = write(tmp_path, CASES)
    kept = openpyxl.load_workbook(path, data_only=True)["完成情况"]
    (counted,) = calculated([path])
    for cell, value in counted["完成情况"].items():
        assert value == pytest.approx(kept[cell].value)
    assert counted["完成情况"]["G6"] == pytest.approx(1 / 5)
