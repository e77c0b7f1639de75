"""``match`` from the terminal, on files a school made itself."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from kbbx_xl.books.seal import seal
from tests.books.sheets import save
from tests.books.test_match import HOUSEHOLDS, REGISTER
from tests.cli.running import run


def test_two_lists_are_compared(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    left, right = save(tmp_path / "学籍.xlsx", REGISTER), save(tmp_path / "户籍.xlsx", HOUSEHOLDS)
    out = tmp_path / "比对.xlsx"
    assert run(monkeypatch, "match", left, "--against", right, "-o", out) == 0
    said = capsys.readouterr().out.replace("\n", "")
    assert "两边都有 1 对，待人工确认 1 对，只在学籍 1 行，只在对方 1 行" in said
    assert out.is_file()
    assert run(monkeypatch, "match", left, "-o", out) == 2
    assert "点名表" in capsys.readouterr().err


def test_a_list_that_cannot_be_read_is_the_reason(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    left = save(tmp_path / "学籍.xlsx", REGISTER)
    sealed = seal(save(tmp_path / "户籍.xlsx", HOUSEHOLDS), tmp_path / "密.xlsx", "ShiQiao-2026")
    out = tmp_path / "比.xlsx"
    assert run(monkeypatch, "match", left, "--against", sealed.path, "-o", out) == 2
    assert "文件有打开密码，程序读不了" in capsys.readouterr().err


def test_a_named_comparison_and_its_answers(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    left, right = save(tmp_path / "学籍.xlsx", REGISTER), save(tmp_path / "户籍.xlsx", HOUSEHOLDS)
    out, final = tmp_path / "比对.xlsx", tmp_path / "结果.xlsx"
    words = ("match", left, "--against", right, "--as", "户籍", "--as-of", "2026-10-20", "-o", out)
    assert run(monkeypatch, *words, "--policy", "tanghe") == 0
    said = capsys.readouterr().out.replace("\n", "")
    assert "户籍学籍都有 1 对，待人工确认 1 对" in said
    assert "满 6 周岁、不超过 16 周岁" in said
    book = openpyxl.load_workbook(out)
    book["待人工确认"]["D5"] = "是"
    book.save(out)
    assert run(monkeypatch, "match", "--answers", out, "-o", final) == 1
    said = capsys.readouterr().out.replace("\n", "")
    assert "户籍学籍都有 2 对，待人工确认 0 对" in said
    assert "Y03" in said
    assert final.is_file()
    assert "甲一" not in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("学籍.xlsx", "--as", "户藉"), "没有“户藉”这种比对"),
        (("--answers", "比对.xlsx", "--as", "户籍"), "只写 --answers 和 -o"),
        (("--answers", "比对.xls"), ".xlsx"),
        ((), "请写出学籍一方的文件"),
    ],
)
def test_what_is_missing_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:  # fmt: skip
    assert run(monkeypatch, "match", *words) == 2
    assert said in capsys.readouterr().err.replace("\n", "")
