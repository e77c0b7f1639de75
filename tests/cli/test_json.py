"""``--json -`` of every command: nothing else on standard output, in its declared shape, no child named."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from python_calamine import CalamineWorkbook

from kbbx_xl.cli import declared, main
from kbbx_xl.cli.commands import LISTED
from tests.cli.running import run

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "docs" / "commands.schema.json").read_text(encoding="utf-8"))
COUNTY_SCHEMA = json.loads((ROOT / "docs" / "county.schema.json").read_text(encoding="utf-8"))
MONTH, DAY = ("--month", "2026-10"), ("--as-of", "2026-10-20")
SILENT = {"scheduler", "worker", "help"}  # they find nothing

# name -> words; 校 is a school's folder, 登 its 登记表, 县 the county; in this order
ASKED: dict[str, tuple[str, ...]] = {
    "demo": ("演示县", "--schools", "2", "--students", "60"),
    "check": ("登", *MONTH),
    "flag": ("登", *DAY),
    "report": ("登", "-o", "月报表.xlsx"),
    "carry": ("登", "-o", "下月.xlsx"),
    "print": ("登", "-o", "打印.xlsx"),
    "policy": ("show", "tanghe"),
    "templates": ("空白",),
    "county": ("县", *MONTH, *DAY, "-o", "结果", "--without-names"),
    "merge": ("县", "--unit", "中", *MONTH, *DAY, "-o", "中心校.xlsx", "--without-names"),
    "explain": ("结果/全县汇总_2026-10.xlsx", "人数汇总!C7"),
    "movement": ("县", *MONTH, "-o", "流动.xlsx"),
    "match": ("登", "-o", "比对.xlsx"),
    "province": ("省", *MONTH, *DAY, "-o", "全省"),
    "todo": ("登", *DAY, "-o", "待办.xlsx", "--ics", "待办.ics"),
    "assign": ("县", *MONTH, *DAY, "-o", "交办.xlsx"),
    "case": ("登", *DAY, "-o", "个案.xlsx"),
    "evidence": ("县", *MONTH, *DAY, "-o", "佐证.xlsx"),
    "letters": ("persuade", "登", "-o", "文书", "--day", "2026-10-20"),
    "pack": ("校", "-o", "收件箱/报送包.zip", *MONTH),
    "receive": ("收件箱", "-o", "收到"),
    "return": ("县", "--all", *MONTH, *DAY, "-o", "退回"),
    "seal": ("登", "-o", "加密.xlsx", "--password-file", "密码.txt"),
    "open": ("收件箱/报送包.zip", "-o", "打开"),
    "mask": ("登", "-o", "脱敏.xlsx"),
    "retain": ("县", "--years", "3"),
    "doctor": (),
    "log": (),
    "cache": (),
    "build": ("--check",),
}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pretend county with one of its schools' folders, a password file and a province of it."""
    place = tmp_path_factory.mktemp("office")
    before, sys.argv = sys.argv, ["kbbx-xl", "demo", str(place / "省" / "县"), "--schools", "3"]
    sys.argv += ["--students", "240", *MONTH]
    try:
        with pytest.raises(SystemExit):
            main()
    finally:
        sys.argv = before
    (place / "密码.txt").write_text("Kbbx-2026-密钥\n", encoding="utf-8")
    (place / "收件箱").mkdir()
    return place


def words_of(name: str, office: Path) -> list[str]:
    """The words of ASKED with the real paths in them."""
    county = office / "省" / "县"
    register = min(county.rglob("登记表.xlsx"))
    center = next(p.name for p in sorted((county / "报送").iterdir()) if p.name.endswith("中心校"))
    real = {"县": county, "登": register, "校": register.parent, "中": center}
    return [str(real.get(word, word)) for word in ASKED[name]]


def test_every_command_that_finds_something_has_json_and_a_shape() -> None:
    names = {one.name for one in LISTED} - SILENT
    assert set(ASKED) | {"zero", "init"} >= names
    assert set(declared.SHAPES) | {"county", "merge"} >= names


@pytest.mark.parametrize("name", ASKED)
def test_standard_output_is_one_json_of_the_declared_shape(
    name: str, office: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(office)
    monkeypatch.setitem(os.environ, "KBBX_CACHE", str(office / "缓存"))
    code = run(monkeypatch, name, *words_of(name, office), "--json", "-")
    told = capsys.readouterr()
    assert code in (0, 1), told.err
    found: Any = json.loads(told.out)
    if name in ("county", "merge"):
        jsonschema.validate(found, COUNTY_SCHEMA)
    else:
        jsonschema.validate(found, {**SCHEMA, "$ref": f"#/$defs/{name}"})
    assert told.err or name == "cache"  # what is said to people is said beside it
    assert not [child for child in children(office) if child in told.out]


def children(office: Path) -> set[str]:
    """Names of the children of the school that is asked about."""
    book = CalamineWorkbook.from_path(str(min((office / "省" / "县").rglob("登记表.xlsx"))))
    rows = book.get_sheet_by_name("学生名册").to_python()
    head = next(row for row in rows if "姓名" in row)
    named = {str(row[head.index("姓名")]).strip() for row in rows[rows.index(head) + 1 :]}
    assert len(named - {""}) > 10
    return named - {""}


@pytest.mark.parametrize("name", ["check", "flag", "county", "todo"])
def test_a_file_holds_the_same(
    name: str, office: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(office)
    run(monkeypatch, name, *words_of(name, office), "--json", "-")
    assert json.loads(capsys.readouterr().out) == _again(name, office, monkeypatch)


def _again(name: str, office: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The same asked again, into a file."""
    target = office / f"{name}.json"
    run(monkeypatch, name, *words_of(name, office), "--json", target)
    return json.loads(target.read_text(encoding="utf-8"))
