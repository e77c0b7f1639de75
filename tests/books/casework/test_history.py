"""个案办理经过: one sheet a case, in the words of its dated rows, with where each was read."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path

import openpyxl
import pytest

from kbbx_xl.books.casework.history import INDEX, write_history
from kbbx_xl.flow.casework.values import CaseFile, EvidenceItem, Recorded
from kbbx_xl.flow.source import Source
from kbbx_xl.messages import InputError
from kbbx_xl.rules.cases import ABSENT, CLOSED, SUSPECTED, VISIT, WARNING, CaseEvent, state_on

DAY = dt.date(2026, 10, 31)
UNIT = "柳河镇中心小学"


def on(number: int) -> dt.date:
    return dt.date(2026, 10, number)


EVENTS = (
    CaseEvent(ABSENT, on(8)),
    CaseEvent(SUSPECTED, on(12)),
    CaseEvent(VISIT, on(13), by="教师一、村干部二", joint=True, result="拒绝返校"),
    CaseEvent("责令改正", on(15), on(16), on(23), "柳河镇人民政府", "限期复学通知书", "柳政责〔2026〕3号"),
    CaseEvent(CLOSED, on(26), result="已返校", document="Z-07"),
)  # fmt: skip


def case(mark: str, events: tuple[CaseEvent, ...] = EVENTS, name: str = "甲一") -> CaseFile:
    at = Source("登记表.xlsx", "疑似辍学台账", 5)
    recorded = tuple(Recorded(e, dataclasses.replace(at, row=5 + n)) for n, e in enumerate(events))
    return CaseFile(
        mark=mark, key="k", name=name, unit=UNIT, stage="小学", grade="三年级", class_name="1班",
        first_absent=on(8), opened=on(12), category="K", variant="打工务农", reason="厌学", group="",
        persuader="教师一", events=recorded, state=state_on(events, DAY), source=at, previous="0f0f0",
        evidence=(EvidenceItem("K", "所在班级学习照片", "Z-07", on(26), Source("登记表.xlsx", "佐证登记", 9), variant="打工务农"),),
    )  # fmt: skip


def words(path: Path, sheet: str) -> list[list[str]]:
    rows = openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True)
    return [[str(v)[:10] if isinstance(v, dt.datetime) else str(v) for v in row if v not in (None, "")] for row in rows]  # fmt: skip


def test_yl_57_one_page_a_pupil_from_the_first_day_to_the_last(tmp_path: Path) -> None:
    path = tmp_path / "个案.xlsx"
    write_history([case("1a2b3")], path, unit=UNIT, as_of=DAY)
    lines = words(path, "001-1a2b3")
    assert lines[0] == ["学生个案办理经过"]
    assert ["姓名", "甲一", "年级班级", "三年级1班", "状态", "已返校（2026-10-26起）"] in lines
    assert ["劝返责任人", "教师一", "劝返", "1 次，其中联合劝返 1 次", "四步法", "责令改正（2026-10-15）"] in lines  # fmt: skip
    assert ["2026-10-13", "联合劝返", "教师一、村干部二", "拒绝返校", "疑似辍学台账 第7行"] in lines
    assert [
        "2026-10-15", "责令改正", "限期复学通知书", "柳政责〔2026〕3号", "2026-10-16", "2026-10-23",
        "柳河镇人民政府", "疑似辍学台账 第8行",
    ] in lines  # fmt: skip
    assert ["2026-10-26", "销号", "已返校", "依据：Z-07", "疑似辍学台账 第9行"] in lines
    assert ["K 打工务农", "所在班级学习照片", "Z-07", "2026-10-26", "佐证登记 第9行"] in lines


def test_what_the_ladder_demands_is_not_shown_as_done(tmp_path: Path) -> None:
    asked = CaseEvent(
        WARNING, on(9), until=on(10), by="学校", document="家访记录", result="家访劝返"
    )
    path = tmp_path / "个案.xlsx"
    write_history([case("1a2b3", (asked, *EVENTS))], path, unit=UNIT, as_of=DAY)
    rows = openpyxl.load_workbook(path)["001-1a2b3"].iter_rows(values_only=True)
    (row,) = (r for r in rows if r[1] == WARNING)
    assert (row[2], row[6], row[7]) == (None, None, None)  # 文书、经办、结果
    assert row[8] == "应做：学校：家访劝返（家访记录）"


def test_the_page_is_a_portrait_a4_and_no_sheet_is_named_after_a_child(tmp_path: Path) -> None:
    path = tmp_path / "个案.xlsx"
    write_history([case("1a2b3"), case("4c5d6", name="乙二")], path, unit=UNIT, as_of=DAY)
    book = openpyxl.load_workbook(path)
    assert [name for name in book.sheetnames if not name.startswith("_")] == [
        INDEX, "001-1a2b3", "002-4c5d6",
    ]  # fmt: skip
    page = book["001-1a2b3"]
    assert (page.page_setup.paperSize, page.page_setup.orientation) == (9, "portrait")
    assert book[INDEX]["I4"].hyperlink.location == "'001-1a2b3'!A1"
    assert [cell.value for cell in book[INDEX]["C"]][3:5] == ["甲一", "乙二"]


def test_a_page_of_an_earlier_day_shows_what_was_known_then(tmp_path: Path) -> None:
    path = tmp_path / "个案.xlsx"
    write_history([case("1a2b3")], path, unit=UNIT, as_of=on(14))
    lines = words(path, "001-1a2b3")
    assert ["姓名", "甲一", "年级班级", "三年级1班", "状态", "疑似辍学（2026-10-12起）"] in lines
    assert not any("责令改正" in line or "销号" in line for line in lines)


def test_only_the_marks_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "个案.xlsx"
    cases = [case("1a2b3"), case("4c5d6")]
    write_history(cases, path, unit=UNIT, as_of=DAY, marks=["4c5d6"])
    assert "001-4c5d6" in openpyxl.load_workbook(path).sheetnames
    with pytest.raises(InputError, match="fffff"):
        write_history(cases, path, unit=UNIT, as_of=DAY, marks=["fffff"])
    with pytest.raises(InputError, match="没有个案"):
        write_history([], path, unit=UNIT, as_of=DAY)


def test_the_same_cases_give_the_same_bytes(tmp_path: Path) -> None:
    first, second = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    for path in (first, second):
        write_history([case("1a2b3")], path, unit=UNIT, as_of=DAY)
    assert first.read_bytes() == second.read_bytes()
