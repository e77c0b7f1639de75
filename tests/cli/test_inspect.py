"""``check``, ``flag`` and ``explain`` on the command line: nothing cut, nothing claimed unread."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from kbbx_xl.books.seal import seal
from kbbx_xl.cli import shared
from kbbx_xl.messages import InputError
from kbbx_xl.model import Finding
from tests.books.small_school import COVER, Record, called, day, pupil, written
from tests.cli.running import run

DEEP = "东河镇中心校材料"  # a folder whose name is long on a narrow terminal


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pupil away from the ninth on; wrong ids in rows 5 and 10 of the roster."""
    pupils: list[Record] = [pupil(n) for n in range(1, 13)]
    for index in (1, 6):
        pupils[index]["id_no"] = "520000201601010000"
    away = dict.fromkeys((9, 10, 12, 13, 14, 15, 16, 19, 20), "旷")
    folder = tmp_path_factory.mktemp("school") / DEEP
    folder.mkdir()
    return written(
        folder / "登记表.xlsx",
        {
            "cover": [{**COVER, "reporter": None}],
            "roster": pupils,
            "roll_call": [called(pupils[0], away)],
        },
        as_of=day(20),
    )


def test_problems_are_shown_whole_and_written(
    book: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    out = tmp_path / "问题清单.xlsx"
    assert run(monkeypatch, "check", book.parent, "-o", out) == 1
    told = capsys.readouterr().out
    assert "…" not in told
    sheet = openpyxl.load_workbook(out)["问题清单"]
    rows = [[str(v or "") for v in row] for row in sheet.iter_rows(min_row=4, values_only=True)]
    head = next(row for row in rows if "单元格" in row)
    found = [dict(zip(head, row, strict=True)) for row in rows[rows.index(head) + 1 :]]
    sheets = list(dict.fromkeys(row["表"] for row in found if row["严重程度"] == "错误"))
    assert sheets == ["填报信息", "学生名册", "点名表"]
    assert [row["单元格"] for row in found if row["编码"] == "I02"] == ["E5", "E10"]
    assert all(row["文件"] == "登记表.xlsx" and row["问题"] and row["怎么办"] for row in found)


def test_what_is_due_is_shown_whole(
    book: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    out = tmp_path / "待办.xlsx"
    assert run(monkeypatch, "flag", book.parent, "--as-of", "2026-10-20", "-o", out) == 0
    told = capsys.readouterr().out
    assert "已逾期  2026-10-09" in told
    assert "2026-10-1" in told
    assert "…" not in told
    assert "学生1" not in told + _words(out)
    words = ("flag", book, "--as-of", "2026-10-20", "-o", out, "--with-names")
    assert run(monkeypatch, *words) == 0
    assert "学生1" in capsys.readouterr().out
    assert "学生1" in _words(out)


def _words(path: Path) -> str:
    sheets = openpyxl.load_workbook(path).worksheets
    return " ".join(str(v) for s in sheets for row in s.iter_rows(values_only=True) for v in row)


def test_a_month_without_absence_has_no_empty_table(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    quiet = written(tmp_path / "登记表.xlsx", {"roster": [pupil(1), pupil(2)]})
    assert run(monkeypatch, "flag", quiet, "--as-of", "2026-10-20") == 0
    assert capsys.readouterr().out.splitlines() == ["截至 2026-10-20：0 项待办"]


def test_nothing_is_flagged_from_what_says_nothing(
    book: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    locked = tmp_path / "加密.xlsx"
    seal(book, locked, "澜山控辍2026")
    assert run(monkeypatch, "flag", locked, "--as-of", "2026-10-20") == 2
    told = capsys.readouterr()
    assert "有打开密码" in told.err
    assert "kbbx-xl open" in told.err
    assert told.out == ""
    report = written(tmp_path / "月报表.xlsx", {}, form="monthly")
    assert run(monkeypatch, "flag", report, "--as-of", "2026-10-20") == 2
    assert "没有考勤表或缺勤登记（读到的是：" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ["check", "{book}", "-o", "问题清单"],
        ["flag", "{book}", "--as-of", "2026-10-20", "-o", "待办.xls"],
        ["report", "{book}", "-o", "月报表.docx"],
        ["carry", "{book}", "-o", "下月"],
        ["zero", "{book}", "-o", "零报告.csv"],
        ["match", "{book}", "-o", "比对"],
        ["merge", "{folder}", "--unit", "x", "--month", "2026-10", "-o", "汇总"],
    ],
)
def test_a_result_is_named_as_a_workbook(
    book: Path,
    words: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(monkeypatch, *(w.format(book=book, folder=book.parent) for w in words)) == 2
    assert "结果的文件名要以 .xlsx 结尾" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ["explain", "{folder}", "人数汇总!C7"],
        ["report", "{folder}"],
        ["report", "{book}", "-o", "{folder}"],
        ["carry", "{folder}"],
        ["report", "{book}", "--last", "{folder}"],
        ["check", "{book}", "--directory", "{folder}"],
        ["mask", "{folder}", "-o", "x.xlsx"],
    ],
)
def test_a_folder_is_no_file(
    book: Path,
    words: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(monkeypatch, *(w.format(book=book, folder=book.parent) for w in words)) == 2
    assert "是文件夹，请写出文件名" in capsys.readouterr().err


def test_a_day_may_be_written_short() -> None:
    assert shared.day("2026-9-20") == shared.day("2026-09-20") == shared.day("2026年9月20日")
    for wrong in ("2026-9-31", "9-20", "明天"):
        with pytest.raises(InputError, match="日期应写成"):
            shared.day(wrong)


def test_problems_stand_in_the_order_of_the_sheet(capsys: pytest.CaptureFixture[str]) -> None:
    def at(sheet: str, cell: str) -> Finding:
        return Finding("A15", "登记表.xlsx", sheet, cell, unit="甲校")

    listed = [at("乙", "B10"), at("乙", "AA5"), at("乙", "J5"), at("甲", "B1"), at("乙", "B5")]
    shared.show_findings(listed, sheets=("乙", "甲"))
    told = capsys.readouterr().out
    places = ["乙!B5", "乙!J5", "乙!AA5", "乙!B10", "甲!B1"]
    assert sorted(places, key=told.index) == places
