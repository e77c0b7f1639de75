"""``case`` on the command line: from a registration workbook to the pages of its cases."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests.books.sheets import save
from tests.books.small_school import Record, day, pupil, who, written
from tests.cli.running import run


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    one: Record = {**who(pupil(1)), "first_absent": day(8), "listed_on": day(13), "reason": "厌学"}
    name = {n: one[n] for n in ("name", "id_no")}
    data: dict[str, list[Record]] = {
        "roster": [pupil(1), pupil(2)],
        "suspected": [one],
        "visits": [
            {**name, "visit_date": day(14), "visitors": "教师一", "record": "家访", "joint": "是"}
        ],
        "case_steps": [
            {**name, "step": "责令改正", "document": "限期复学通知书", "step_date": day(20)}
        ],
    }
    return written(tmp_path_factory.mktemp("case") / "登记表.xlsx", data)


def test_a_page_for_each_case(
    book: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = book.parent / "个案.xlsx"
    assert run(monkeypatch, "case", book, "-o", out) == 0
    assert "个案 1 个，未办结 1 个" in capsys.readouterr().out
    page = openpyxl.load_workbook(out).worksheets[1]
    steps = [row[1] for row in page.iter_rows(values_only=True)]
    assert [s for s in steps if s in ("首次缺勤", "疑似辍学", "联合劝返", "责令改正")] == [
        "首次缺勤", "疑似辍学", "联合劝返", "责令改正",
    ]  # fmt: skip


def test_an_unknown_mark_is_one_sentence(
    book: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = book.parent / "无.xlsx"
    assert run(monkeypatch, "case", book, "-o", out, "--mark", "fffff") == 2
    assert "没有案件号是 fffff 的个案" in capsys.readouterr().err.replace("\n", "")
    assert not out.exists()


@pytest.mark.parametrize("command", ["case", "assign", "evidence"])
def test_a_school_without_cases_gets_no_empty_workbook(
    command: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    ledger = [
        ["疑似辍学学生台账"],
        ["填报单位：柳河镇中心小学"],
        ["姓名", "身份证件号", "年级", "班级", "首次缺勤日期", "列入台账日期", "核查结果", "状态"],
        ["无"],
    ]
    out = tmp_path / "结果.xlsx"
    file = save(tmp_path / "台账.xlsx", ledger)
    assert run(monkeypatch, command, file, "-o", out, "--month", "2026-10") == 0
    assert "没有个案" in capsys.readouterr().out
    assert not out.exists()
