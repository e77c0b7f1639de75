"""books.returning and flow.returning: what goes back, readable, without names, no submission."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest

from kbbx_xl.books.read import read_file
from kbbx_xl.books.returning import return_name, stamp, write_return
from kbbx_xl.flow.result import CaseRow, FileStatus
from kbbx_xl.flow.returning import Return, returns
from kbbx_xl.flow.source import Source
from kbbx_xl.flow.unit import UnitResult
from kbbx_xl.messages import message, remedy
from kbbx_xl.model import Directory, Finding, Period, Unit
from kbbx_xl.settings.policies import load_policy

OCTOBER, DAY = Period(2026, 10), dt.date(2026, 10, 20)
COUNTY, SCHOOL = Unit("1", "东山县教育局", "", "县"), Unit("2", "甲/小学", "东河镇中心校", "学校")
CENTER = Unit("3", "东河镇中心校", "东山县教育局", "中心校")
DIRECTORY = Directory((COUNTY, CENTER, SCHOOL))
CHILD = "甲一"
SHA = "ab" * 32


def result() -> UnitResult:
    made = UnitResult(SCHOOL)
    made.files = [
        FileStatus("报/甲/月报表.xlsx", SHA, "月报", SCHOOL.name, "2026-10", "effective"),
        FileStatus(f"报/甲/{CHILD}劝返.xlsx", "cd" * 32, "劝返记录", SCHOOL.name, "", "effective"),
    ]
    at = Source("报/甲/登记表.xlsx", "辍学台账", 4)
    case = CaseRow(
        "k", CHILD, SCHOOL.name, "小学", "三年级", "1班", "辍学", True, None, None, "", at
    )
    made.cases = [case]
    made.findings = [
        Finding("I03", "报/甲/月报表.xlsx", "名单", "C5", unit=SCHOOL.name),
        Finding("P02", params={"kind": "考勤表"}, unit=SCHOOL.name),
        Finding("V06", f"报/甲/{CHILD}劝返.xlsx", CHILD, "B2", {"title": "日期"}, SCHOOL.name),
        Finding("F15", "报/甲/月报表.xlsx", "x", params={"name": "x"}, unit=SCHOOL.name),
    ]
    return made


def back(*reasons: str, directory: Directory | None = DIRECTORY) -> Return:
    policy = load_policy("tanghe")
    (one,) = returns(
        [result(), UnitResult(CENTER)], month=OCTOBER, day=DAY, policy=policy,
        directory=directory, reasons=reasons,
    )  # fmt: skip
    return one


def test_errors_are_reasons_warnings_are_doubts_notes_are_none() -> None:
    one = back("没有盖章 ")
    assert one.reasons == ("没有盖章",)
    assert [f.code for f in one.errors] == ["P02", "I03"]
    assert [f.code for f in one.doubts] == ["V06"]
    assert one.sender == COUNTY.name
    assert one.due
    alone = back(directory=None)
    assert [f.code for f in alone.errors] == ["I03"]
    assert alone.sender == "东河镇中心校"


def test_no_child_is_named_in_it() -> None:
    one = back(f"{CHILD}的电话 17400000001 打不通")
    told = "".join(
        [*one.reasons, *(f.path for f in one.files), *(f.file + f.sheet for f in one.doubts)]
    )
    assert CHILD not in told
    assert "17400000001" not in told


@pytest.fixture
def written(tmp_path: Path) -> Path:
    return write_return(back("=1+1，没有盖章"), tmp_path / return_name(SCHOOL.name)).path


def test_the_sheet_says_where_what_and_what_to_do(written: Path) -> None:
    assert written.name == "退回_甲_小学.xlsx"
    book = openpyxl.load_workbook(written)
    cells = [[c.value for c in row] for row in book["退回单"].iter_rows()]
    flat = [str(c) for row in cells for c in row if c is not None]
    finding = back().errors[1]
    (line,) = [row for row in cells if row[3] == "C5"]
    assert line[1:6] == ["月报表.xlsx", "名单", "C5", message(finding), remedy(finding)]
    assert any(row[1] == "（全部材料）" for row in cells)
    for text in ("2026年10月控辍保学报送材料退回单", "回　执", f"退给：{SCHOOL.name}", SHA[:16]):
        assert text in flat
    assert any(COUNTY.name in text for text in flat)
    reason = next(
        c for row in book["退回单"].iter_rows() for c in row if c.value == "=1+1，没有盖章"
    )
    assert reason.data_type == "s"
    assert book["退回单"].print_title_rows == "$1:$1"  # each page says what it is
    assert "退回单" in str(book["退回单"]["A1"].value)
    assert [s.title for s in book if s.sheet_state == "visible"] == ["退回单"]


def test_the_hidden_stamp_names_the_files_by_content(written: Path) -> None:
    rows = list(openpyxl.load_workbook(written)["_returned"].iter_rows(values_only=True))
    assert rows[0][:2] == ("unit", SCHOOL.name)
    assert ("file", "报/甲/月报表.xlsx", SHA) in rows
    assert len(rows) == len(stamp(back()))
    assert CHILD not in str(rows)


def test_among_the_papers_it_is_not_read_as_one(written: Path) -> None:
    assert read_file(written, written.name, period=OCTOBER).status == "ignored"


def test_the_same_return_is_the_same_file(written: Path, tmp_path: Path) -> None:
    again = write_return(back("=1+1，没有盖章"), tmp_path / "再.xlsx").path
    assert again.read_bytes() == written.read_bytes()
