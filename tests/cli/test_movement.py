"""``movement`` from the terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.books.sheets import write_xlsx
from tests.books.test_movement import IDS, PRIMARY, UNITS, child, sent
from tests.cli.running import run


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    now, before = tmp_path / "10月", tmp_path / "9月"
    now.mkdir()
    write_xlsx(now / "单位目录.xlsx", {"单位": UNITS})
    sent(before, "2026年9月", PRIMARY, [child("甲一"), child("乙二")])
    sent(now, "2026年10月", PRIMARY, [child("甲一")])
    return now, before


def test_a_lost_child_is_told_without_a_name(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    folders: tuple[Path, Path],
) -> None:
    now, before = folders
    out = tmp_path / "学籍流动.xlsx"
    assert run(monkeypatch, "movement", now, "--before", before, "-o", out) == 1
    said = capsys.readouterr().out.replace("\n", "")
    assert "X05" in said
    assert "待核实 1 条" in said
    assert not [text for pair in IDS.items() for text in pair if text in said]
    assert out.is_file()


def test_without_an_earlier_register_it_says_so(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    folders: tuple[Path, Path],
) -> None:
    out = tmp_path / "学籍流动.xlsx"
    assert run(monkeypatch, "movement", folders[0], "-o", out) == 0
    assert "没有上期名册" in capsys.readouterr().out
    assert run(monkeypatch, "movement", tmp_path / "9月", "-o", out) == 2
    assert "单位目录" in capsys.readouterr().err
