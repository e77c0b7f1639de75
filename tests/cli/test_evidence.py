"""``evidence`` from the terminal, on a ledger and a list of papers a school made itself."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests.books.sheets import save
from tests.cli.running import run
from tests.ids import ONE, TWO

LEDGER: list[list[object]] = [
    ["疑似辍学学生台账"],
    ["填报单位：柳河镇中心小学"],
    ["姓名", "身份证件号", "年级", "班级", "首次缺勤日期", "列入台账日期", "核查结果", "状态"],
    ["甲一", ONE, "四年级", "1班", "2026-10-08", "2026-10-12", "打工务农", "疑似辍学"],
    ["乙二", TWO, "四年级", "1班", "2026-10-08", "2026-10-12", None, "疑似辍学"],
]
PAPERS: list[list[object]] = [
    ["控辍保学个案佐证材料登记"],
    ["填报单位：柳河镇中心小学"],
    ["姓名", "身份证件号", "核查类别", "佐证材料", "材料编号", "出具日期"],
    ["甲一", ONE, "打工务农", "新注册的学籍卡", "Z-1", "2026-10-15"],
]


def test_the_list_says_what_is_there_and_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    files = save(tmp_path / "台账.xlsx", LEDGER), save(tmp_path / "佐证.xlsx", PAPERS)
    out = tmp_path / "佐证清单.xlsx"
    words = ("evidence", *files, "-o", out, "--month", "2026-10", "--as-of", "2026-10-20")
    assert run(monkeypatch, *words) == 0
    said = capsys.readouterr().out
    assert "柳河镇中心小学：个案 1 件，佐证齐全 0 件；应有 4 件材料，已有 1 件，25%" in said
    assert "没有核查结果的个案 1 件" in said
    assert "甲一" not in said
    sheet = openpyxl.load_workbook(out)["佐证清单"]
    lines = [row for row in sheet.iter_rows(values_only=True) if isinstance(row[0], int)]
    assert [(row[5], row[6]) for row in lines] == [
        ("相关部门劝返记录", "缺"),
        ("司法部门劝返文书存根", "缺"),
        ("新注册的学籍卡", "有"),
        ("所在班级学习照片", "缺"),
        (None, None),
    ]
    assert "没有核查结果" in str(lines[-1][4])


def test_nothing_to_read_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = save(tmp_path / "别的.xlsx", [["某某", "某某"], [1, 2]])
    assert run(monkeypatch, "evidence", file, "-o", tmp_path / "佐证清单.xlsx") == 2
    assert "没有读到台账" in capsys.readouterr().err
    assert not (tmp_path / "佐证清单.xlsx").exists()
