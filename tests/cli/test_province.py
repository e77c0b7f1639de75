"""``province``: every number is the county's own, a county that fails is a line, no child is in it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import python_calamine

from kbbx_xl.books.explain import explain
from kbbx_xl.demo.county import make_county
from kbbx_xl.flow.province import CountyLine, Province, province_of, together
from kbbx_xl.settings.policy_text import policy_yaml
from tests.books.setup.small_county import county
from tests.cli.running import run

WHEN = ("--month", "2026-10", "--as-of", "2026-10-20")
# on the first page of a county's summary -> in the table of the province
SHOWN = {
    "应报单位": "expected",
    "已报": "reported",
    "缺项": "partial",
    "未报": "missing",
    "错月": "wrong_month",
    "在校生": "enrolled",
    "其中小学": "primary",
    "其中初中": "junior",
    "小学疑似辍学": "primary_suspected",
    "初中疑似辍学": "junior_suspected",
    "小学辍学": "primary_dropout",
    "初中辍学": "junior_dropout",
    "小学已返校": "primary_returned",
    "初中已返校": "junior_returned",
    "本月有旷课的学生": "absent",
    "截至日仍未到校": "away",
    "逾期待办（件）": "overdue",
    "问题：错误": "errors",
    "问题：警告": "warnings",
    "问题：提示": "notes",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("province") / "全省"
    make_county(made / "甲县", schools=6, students=240, messy=True)
    make_county(made / "乙县", schools=2, students=40, seed=2)
    (made / "丙县").mkdir()
    (made / ".缓存").mkdir()
    return made


def test_every_number_is_the_countys_own(
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    policies = tmp_path / "方案.yaml"
    policies.write_text("乙县: yanling\n", encoding="utf-8")
    out, data = folder / "结果", tmp_path / "全省.json"
    words = ("province", folder, *WHEN, "-o", out, "--json", data, "--policies", policies)
    assert run(monkeypatch, *words) == 1
    assert "没有汇总：丙县（没有找到单位目录" in capsys.readouterr().out
    told = json.loads(data.read_text(encoding="utf-8"))
    lines = {one["folder"]: one for one in told["counties"]}
    assert {name: one["policy"] for name, one in lines.items()} == {
        "丙县": "tanghe", "乙县": "yanling", "甲县": "tanghe",
    }  # fmt: skip
    assert lines["丙县"]["sums"] == {}
    for name in ("甲县", "乙县"):
        front = _front(out / name / "全县汇总_2026-10.xlsx")
        assert {SHOWN[k]: v for k, v in front.items() if k in SHOWN} == {
            key: lines[name]["sums"][key] for key in SHOWN.values()
        }
    for key, total in told["sums"].items():
        assert total == sum(one["sums"].get(key, 0) for one in lines.values())
    _total_is_traced(out / "全省汇总_2026-10.xlsx", told["sums"]["enrolled"])
    again = ("province", folder, *WHEN, "-o", out, "--policies", policies)
    assert run(monkeypatch, *again) == 1  # its own results are no county
    assert "应汇总 3 个县，已汇总 2 个" in capsys.readouterr().out


def _front(path: Path) -> dict[str, int]:
    rows = python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_name("目录")
    pairs = [(row[at], row[at + 1]) for row in rows.to_python() for at in (0, 2, 4) if len(row) > 5]
    found: dict[str, int] = {}
    for label, value in pairs:
        if isinstance(value, float):
            found.setdefault(str(label), int(value))
    return found


def _total_is_traced(path: Path, enrolled: int) -> None:
    book = python_calamine.CalamineWorkbook.from_path(str(path))
    assert book.sheet_names[:2] == ["全省汇总", "说明"]
    found = explain(path, "全省汇总!J8")
    assert (found.measure, found.value) == ("合计：在校生·合计", enrolled)
    assert [span.file for part in found.parts for span in part.spans] == [
        "乙县/全县汇总_2026-10.xlsx",
        "甲县/全县汇总_2026-10.xlsx",
    ]


def test_a_county_s_own_policy_holds_for_it_unless_another_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, named, data = tmp_path / "全省", tmp_path / "方案.yaml", tmp_path / "全省.json"
    make_county(folder / "甲县", schools=2, students=40)
    (folder / "甲县" / "政策.yaml").write_text(policy_yaml(county().policy), encoding="utf-8")
    words = ("province", folder, *WHEN, "-o", tmp_path / "结果", "--json", data)
    named.write_text("甲县: yanling\n", encoding="utf-8")
    for more, policy in (((), "tanghe-520000"), (("--policies", named), "yanling")):
        assert run(monkeypatch, *words, *more) == 0
        (line,) = json.loads(data.read_text(encoding="utf-8"))["counties"]
        assert line["policy"] == policy


def test_a_folder_that_is_no_province(
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    policies = tmp_path / "方案.yaml"
    for text, words, said in (
        ("", (folder / "甲县",), "这是一个县的文件夹，请用 kbbx-xl county"),
        ("", (folder / "丙县",), "没有找到县的文件夹"),
        ("丁县: tanghe\n", (folder, "--policies", policies), "“丁县”不是县的文件夹"),
        ("- 甲县\n", (folder, "--policies", policies), "一行应写成“县名: 方案”"),
        ("", (folder, "--scheduler", "127.0.0.1:8786"), "要和 --engine dask 一起用"),
    ):
        policies.write_text(text, encoding="utf-8")
        assert run(monkeypatch, "province", *words, *WHEN, "-o", tmp_path / "out") == 2
        assert said in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_counties_may_be_put_together_in_any_grouping() -> None:
    lines = [CountyLine(str(n), "tanghe", sums={"enrolled": n}) for n in range(7)]
    whole, one_by_one = province_of(lines), Province()
    for line in lines:
        one_by_one = together(one_by_one, province_of([line]))
    assert whole == one_by_one
    assert whole.sums["enrolled"] == 21
    assert province_of([]) == Province()
