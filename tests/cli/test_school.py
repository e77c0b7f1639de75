"""``report``, ``zero`` and ``carry`` on the command line: files, exit codes, JSON, refusals."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kbbx_xl.model import Period
from tests.books.small_school import Record, column, day, pupil, read, who, written
from tests.cli.running import run


@pytest.fixture
def book(tmp_path: Path) -> Path:
    data: dict[str, list[Record]] = {
        "roster": [pupil(1), pupil(2)],
        "month_figures": [{"grade": "三年级", "opening": 2}],
    }
    return written(tmp_path / "登记表.xlsx", data)


def test_a_report_beside_the_workbook(
    book: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    facts = book.parent / "facts.json"
    assert run(monkeypatch, "report", book, "--json", facts) == 0
    made = book.parent / "月报表_东河镇中心小学_2026-10.xlsx"
    assert column(read(made), "report", "closing")[2] == 2
    assert made.name in capsys.readouterr().out.replace("\n", "")
    told = json.loads(facts.read_text(encoding="utf-8"))
    assert told["numbers"]["三年级"]["closing"] == 2
    closing = {"grade": "三年级", "column": "closing", "rows": [["学生名册", 4], ["学生名册", 5]]}
    assert closing in told["sources"]


def test_last_months_report_lies_beside(
    book: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    last: list[Record] = [{"grade": "三年级", "closing": 2}]
    name, period = "月报表_东河镇中心小学.xlsx", Period(2026, 9)
    as_of = day(30, 9)
    written(book.parent / name, {"report": last}, form="monthly", period=period, as_of=as_of)
    assert run(monkeypatch, "report", book) == 0
    assert f"取自“{name}”" in capsys.readouterr().out.replace("\n", "")


def test_what_does_not_balance_is_an_error(
    book: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    written(book, {"roster": [pupil(1)], "month_figures": [{"grade": "三年级", "opening": 2}]})
    assert run(monkeypatch, "report", book, "-o", book.parent / "月报.xlsx") == 1
    assert "M01" in capsys.readouterr().out


def test_zero_and_carry(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    zero, later = book.parent / "零.xlsx", book.parent / "下月.xlsx"
    assert run(monkeypatch, "zero", book, "-o", zero) == 0
    assert column(read(zero), "zero_report", "zero") == ["是"]
    words = ("--month", "2026-12", "--as-of", "2026-12-04", "--policy", "p24")
    assert run(monkeypatch, "carry", book, "-o", later, *words) == 0
    assert column(read(later), "cover", "as_of") == [day(4, 12)]
    assert read(later).own["policy"] == "p24"
    assert run(monkeypatch, "carry", zero) == 0
    assert (book.parent / "月报表_东河镇中心小学_2026-11.xlsx").is_file()


def test_refusals_are_one_sentence(
    book: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    case = {**who(pupil(1)), "first_absent": day(9)}
    written(book, {"roster": [pupil(1)], "suspected": [case]})
    before = book.read_bytes()
    for words, said in (
        (("zero", book), "不能报零报告：“疑似辍学台账”疑似辍学 1 人"),
        (("report", book, "-o", book), "结果不能写在原表“登记表.xlsx”上"),
        (("carry", book.parent / "没有.xlsx"), "找不到文件"),
        (("carry", book, "--month", "2026-09"), "只能结转到以后的月份"),
    ):
        assert run(monkeypatch, *words) == 2
        told = capsys.readouterr()
        assert said in told.err.replace("\n", "")
        assert told.out == ""
    assert book.read_bytes() == before
    assert [p.name for p in book.parent.iterdir()] == ["登记表.xlsx"]
