"""``kbbx-xl cache`` and ``--no-cache``: where it is, emptied when asked, never needed."""

from __future__ import annotations

from pathlib import Path

import pytest

from kbbx_xl.books.cache import Cache
from tests.cli.running import run

CapSys = pytest.CaptureFixture[str]
WHEN = ("--month", "2026-10", "--as-of", "2026-10-20")


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cache:
    monkeypatch.setenv("KBBX_CACHE", str(tmp_path / "kept"))
    return Cache(tmp_path / "kept")


def test_a_county_is_the_same_with_and_without(
    kept: Cache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "county"
    assert run(monkeypatch, "demo", folder, "--month", "2026-10", "--schools", 3) == 0
    told = []
    for number, more in enumerate(([], [], ["--no-cache"])):
        paper = tmp_path / f"{number}.json"
        words = ("county", folder, *WHEN, "-o", tmp_path / f"out{number}", "--json", paper, *more)
        assert run(monkeypatch, *words) in (0, 1)
        assert kept.size() > 0
        told.append(paper.read_bytes())
    assert told[0] == told[1] == told[2]


def test_nothing_is_kept_when_told_so(
    kept: Cache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "county"
    assert run(monkeypatch, "demo", folder, "--month", "2026-10", "--schools", 3) == 0
    run(monkeypatch, "county", folder, *WHEN, "-o", tmp_path / "out", "--no-cache")
    assert kept.size() == 0


def test_it_is_shown_and_emptied(
    kept: Cache, monkeypatch: pytest.MonkeyPatch, capsys: CapSys
) -> None:
    kept.put("x" * 3_000_000, "a")
    assert run(monkeypatch, "cache") == 0
    assert str(kept.folder) in capsys.readouterr().out.replace("\n", "")
    assert run(monkeypatch, "cache", "--clear") == 0
    assert "已清空" in capsys.readouterr().out
    assert kept.size() == 0
    assert kept.get("a") is None


def test_what_is_off_is_said_to_be_off(monkeypatch: pytest.MonkeyPatch, capsys: CapSys) -> None:
    monkeypatch.setenv("KBBX_CACHE", "off")
    assert run(monkeypatch, "cache", "--clear") == 0
    assert "关闭" in capsys.readouterr().out
