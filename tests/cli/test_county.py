"""``county`` and ``merge`` on the command line: a month that nobody reports is a slip of the pen."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.books.sheets import write_xlsx
from tests.books.small_school import UNIT, pupil, written
from tests.cli.running import run

UNITS: list[list[object]] = [
    ["单位编码", "单位名称", "上级单位", "层级"],
    ["529000", "东山县教育局", "", "县"],
    ["529010", UNIT.parent, "东山县教育局", "中心校"],
    [UNIT.code, UNIT.name, UNIT.parent, "学校"],
]


def test_a_mistyped_month_writes_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folder, out = tmp_path / "材料", tmp_path / "结果"
    school = folder / UNIT.parent / UNIT.name
    school.mkdir(parents=True)
    write_xlsx(folder / "单位目录.xlsx", {"单位": UNITS})
    written(school / "登记表.xlsx", {"roster": [pupil(1)]})
    written(school / "月报表.xlsx", {}, form="monthly")
    words = ("county", folder, "--as-of", "2026-10-20", "-o", out, "--jobs", 1)
    assert run(monkeypatch, *words, "--month", "2026-01") == 2
    said = "没有 2026年1月 的材料，收到的多是 2026年10月，月份写错了？"
    assert said in capsys.readouterr().err
    merged = ("merge", folder, "--unit", UNIT.parent, "--month", "2026-01", "-o", out / "汇总.xlsx")
    assert run(monkeypatch, *merged) == 2
    assert said in capsys.readouterr().err
    assert not out.exists()
    assert run(monkeypatch, *words, "--month", "2026-10") == 0
    assert (out / "全县汇总_2026-10.xlsx").is_file()


def test_nobody_has_sent_anything_yet(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folder = tmp_path / "材料"
    folder.mkdir()
    write_xlsx(folder / "单位目录.xlsx", {"单位": UNITS})
    words = (
        "county",
        folder,
        "--month",
        "2026-10",
        "--as-of",
        "2026-10-20",
        "-o",
        tmp_path / "结果",
    )
    assert run(monkeypatch, *words) == 0
    assert "已报 0 个" in capsys.readouterr().out
