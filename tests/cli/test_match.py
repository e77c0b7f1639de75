"""``match`` from the terminal, on files a school made itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from kbbx_xl.books.seal import seal
from tests.books.test_match import HOUSEHOLDS, REGISTER, save
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
