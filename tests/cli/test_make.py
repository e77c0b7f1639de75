"""``templates`` and ``demo`` on the command line: nothing that is filled is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from kbbx_xl.demo import make_county
from tests.cli.running import run


def test_a_filled_workbook_survives_new_templates(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    filled = tmp_path / "登记表.xlsx"
    filled.write_bytes("填好的".encode())
    assert run(monkeypatch, "templates", tmp_path) == 0
    (kept,) = tmp_path.glob("登记表_备份*.xlsx")
    assert kept.read_bytes() == "填好的".encode()
    told = capsys.readouterr().out
    assert f"原有的“登记表.xlsx”已另存为“{kept.name}”" in told
    assert "错误 0 条" not in told
    assert filled.stat().st_size > 1000


def test_the_pretend_county_tells_how_far_it_is(tmp_path: Path) -> None:
    told = list[tuple[int, int]]()
    make_county(
        tmp_path / "县",
        schools=2,
        students=20,
        progress=lambda done, total: told.append((done, total)),
    )
    assert told == [(1, 2), (2, 2)]
