"""books.acceptance: the register in the result folder, through the whole one click."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import openpyxl
import pytest

from kbbx_xl.books.acceptance import register_content, register_path
from kbbx_xl.books.one_click import Order, in_words, read_county, write_all
from kbbx_xl.flow.export import export
from kbbx_xl.flow.result import County
from kbbx_xl.model import Period
from kbbx_xl.settings.policies import load_policy
from tests.books.sheets import write_xlsx
from tests.books.small_school import UNIT, pupil, written

OCTOBER = Period(2026, 10)


@pytest.fixture
def order(tmp_path: Path) -> Order:
    folder = tmp_path / "材料"
    school = folder / UNIT.name
    school.mkdir(parents=True)
    write_xlsx(
        folder / "单位目录.xlsx",
        {
            "单位": [
                ["单位编码", "单位名称", "上级单位", "层级"],
                ["529000", "东山县教育局", "", "县"],
                ["529010", UNIT.parent, "东山县教育局", "中心校"],
                [UNIT.code, UNIT.name, UNIT.parent, "学校"],
            ]
        },
    )
    written(school / "登记表.xlsx", {"roster": [pupil(1)]})
    written(school / "月报表.xlsx", {}, form="monthly")
    return Order(folder, OCTOBER, dt.date(2026, 10, 20), load_policy("tanghe"), jobs=1)


def ran(order: Order, out: Path) -> tuple[County, dict[str, bytes]]:
    county = read_county(order, out=out)
    write_all(county, order, out)
    kept = {p.name: p.read_bytes() for p in out.iterdir() if "_备份" not in p.name}
    return county, kept


def board(out: Path) -> list[object]:
    sheet = openpyxl.load_workbook(out / "全县汇总_2026-10.xlsx")["报送进度"]
    rows = list(sheet.iter_rows(values_only=True))
    at = next(r for r in rows if r[0] == "序号").index("采用后改动")
    line = next(row for row in rows if UNIT.name in row)
    return [line[at], line[at + 1]]


def test_what_changes_after_acceptance_is_on_the_board(order: Order, tmp_path: Path) -> None:
    out = tmp_path / "结果"
    county, first = ran(order, out)
    assert not [f for f in county.findings if f.code.startswith("S")]
    assert board(out) == [0, None]
    assert ran(order, out)[1] == first
    text = register_path(out, OCTOBER).read_text(encoding="utf-8")
    assert pupil(1)["name"] not in text  # type: ignore[operator]
    assert str(pupil(1)["id_no"]) not in text

    written(order.folder / UNIT.name / "登记表.xlsx", {"roster": [pupil(1), pupil(2)]})
    county, second = ran(order, out)
    assert [f.code for f in county.findings if f.code.startswith("S")] == ["S01"]
    assert f"采用后有改动：{UNIT.name}（1 次）" in in_words(county)
    assert board(out) == [1, "改动 登记表.xlsx"]
    told = json.loads(json.dumps(export(county)))["submissions"]["changed_after_acceptance"]
    assert [(row["unit"], row["what"]) for row in told] == [(UNIT.name, "改动")]
    assert ran(order, out)[1] == second
    assert not list(out.glob("采用登记*_备份*"))


def test_another_result_folder_begins_anew(order: Order, tmp_path: Path) -> None:
    ran(order, tmp_path / "甲")
    written(order.folder / UNIT.name / "登记表.xlsx", {"roster": [pupil(2)]})
    county, _ = ran(order, tmp_path / "乙")
    assert not [f for f in county.findings if f.code.startswith("S")]


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b'{"format": "other"}', b"[" * 100_000, b"\xff\xfe",
     b'{"format": "kbbx-accepted", "version": 1, "month": "2026-10", "units": [{"unit": 1}]}',
     b'{"format": "kbbx-accepted", "version": 1, "month": "2026-09", "units": []}'],
)  # fmt: skip
def test_a_register_that_cannot_be_read_is_said_and_kept(
    order: Order, tmp_path: Path, content: bytes
) -> None:
    out = tmp_path / "结果"
    out.mkdir()
    register_path(out, OCTOBER).write_bytes(content)
    county = read_county(order, out=out)
    assert [f.code for f in county.findings if f.code.startswith("S")] == ["S02"]
    fresh = json.loads(register_content(county, out))
    assert [unit["unit"] for unit in fresh["units"]] == [UNIT.name]


def test_the_broken_register_is_not_lost(order: Order, tmp_path: Path) -> None:
    out = tmp_path / "结果"
    out.mkdir()
    register_path(out, OCTOBER).write_bytes(b"broken")
    ran(order, out)
    (aside,) = out.glob("采用登记*_备份*")
    assert aside.read_bytes() == b"broken"
    assert not [f for f in ran(order, out)[0].findings if f.code.startswith("S")]
