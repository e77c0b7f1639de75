"""Commands typed wrongly: one Chinese sentence, exit code 2, no traceback, no English."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import run


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["county", "x", "--as-of", "2026-10-20", "-o", "y"], "缺少 --month"),
        (["check"], "缺少 文件"),
        (["frobnicate"], "没有“frobnicate”这个命令，可用的命令见 kbbx-xl --help"),
        (["conty", "x"], "没有“conty”这个命令，是不是 county"),
        (["help", "chek"], "没有“chek”这个命令，是不是 check"),
        (["demo", "x", "--schools", "1"], "--schools 后面的数字应不小于 2"),
        (["county", "x", "--engine", "spark"], "--engine 后面应写 processes 或 dask"),
        (["county", "x", "--mnth", "2026-10"], "是不是 --month"),
        (["county", "x", "--month"], "“--month”后面要写一个值"),
        (["county", "a", "b", "--month", "2026-10", "--as-of", "2026-10-20", "-o", "y"], "多写了“b”"),
        (["county", "a", "--jobs", "viele"], "--jobs 后面应写数字"),
        (["county", "nowhere", "--month", "2026-13", "--as-of", "2026-10-20", "-o", "y"], "月份应写成"),
        (["county", "nowhere", "--month", "2026-10", "--as-of", "10月20日", "-o", "y"], "日期应写成"),
        (["county", "nowhere", "--month", "2026-10", "--as-of", "2026-10-20", "-o", "y"], "找不到文件夹"),
        (["check", "nowhere.xlsx"], "找不到文件"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    assert run(monkeypatch, *words) == 2
    told = capsys.readouterr()
    assert said in told.err
    assert len(told.err.strip().splitlines()) == 1
    assert told.out == ""


def test_an_output_that_is_no_folder_is_said_in_chinese(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    taken = tmp_path / "taken"
    taken.write_text("x", encoding="utf-8")
    assert run(monkeypatch, "templates", str(taken)) == 2
    assert "这里已有同名的文件" in capsys.readouterr().err


def test_help_is_no_mistake(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "--help") == 0
    assert "county" in capsys.readouterr().out
