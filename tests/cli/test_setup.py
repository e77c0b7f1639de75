"""``policy`` on the command line, and which policy the other commands then use."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kbbx_xl.demo import make_county
from tests.books.setup.editing import write
from tests.cli.running import run

GROUND = "青教体〔2026〕3号第二条"


@pytest.fixture
def county(tmp_path: Path) -> Path:
    """A small county with its directory at the top and its material below."""
    make_county(tmp_path / "县", schools=4, students=400)
    return tmp_path / "县"


def _own(monkeypatch: pytest.MonkeyPatch, folder: Path, days: float) -> Path:
    """政策.xlsx in a folder: the usual policy with another number of days before a visit."""
    path = folder / "政策.xlsx"
    assert run(monkeypatch, "policy", "export", "tanghe", "-o", path) == 0
    write(path, "缺勤阶梯", "家访", 到线__数=days, 本县依据=GROUND)
    return path


def test_a_policy_goes_to_a_workbook_and_comes_back(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = _own(monkeypatch, tmp_path, 2)
    assert run(monkeypatch, "policy", "check", path) == 0
    assert run(monkeypatch, "policy", "import", path) == 0
    assert "（tanghe-own），本县改动 1 处" in capsys.readouterr().out
    assert "source: " + GROUND in (tmp_path / "政策.yaml").read_text(encoding="utf-8")
    before = path.read_bytes()
    assert run(monkeypatch, "policy", "export", tmp_path / "政策.yaml") == 0
    assert path.read_bytes() != before  # the workbook as the program writes it
    assert run(monkeypatch, "policy", "show", tmp_path, "--json", tmp_path / "show.json") == 0
    told = json.loads((tmp_path / "show.json").read_text(encoding="utf-8"))
    assert [(o["was"], o["now"], o["source"]) for o in told["own"]] == [
        ("连续达到 3 天", "连续达到 2 天", GROUND)
    ]


def test_a_wrong_cell_stops_the_import_and_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "政策.xlsx"
    run(monkeypatch, "policy", "export", "tanghe", "-o", path)
    place = write(path, "缺勤阶梯", "家访", 到线__数="三天")["到线__数"]
    for do in ("import", "check"):
        told = tmp_path / f"{do}.json"
        assert run(monkeypatch, "policy", do, path, "--json", told) == 1
        (finding,) = json.loads(told.read_text(encoding="utf-8"))["findings"]
        assert (finding["code"], finding["cell"]) == ("T01", place)
    assert not (tmp_path / "政策.yaml").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("export", "tangh"), "是不是 tanghe"),
        (("import", "政策.yaml"), "要读回的是工作簿"),
        (("check",), "要写出哪个方案"),
        (("check", "没有.xlsx"), "找不到文件"),
        (("show", "没有.yaml"), "找不到政策方案"),
    ],
)
def test_what_cannot_be_done_is_said(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    said: str,
) -> None:
    assert run(monkeypatch, "policy", *words) == 2
    assert said in capsys.readouterr().err


def test_all_policies_are_listed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "policy", "show") == 0
    assert "唐河县" in capsys.readouterr().out


def _county(monkeypatch: pytest.MonkeyPatch, folder: Path, out: Path, *more: object) -> int:
    return run(
        monkeypatch, "county", folder, "--month", "2026-10", "--as-of", "2026-10-20", "-o", out,
        "--json", out.with_suffix(".json"), *more,
    )  # fmt: skip


def test_the_policy_in_the_county_s_folder_is_used_and_said(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    county: Path,
    tmp_path: Path,
) -> None:
    assert _county(monkeypatch, county, tmp_path / "甲") == 0
    assert "方案：" not in capsys.readouterr().out
    _own(monkeypatch, county, 1)
    assert _county(monkeypatch, county, tmp_path / "乙") == 0
    said = capsys.readouterr().out
    assert said.count("（tanghe-own），来自“政策.xlsx”，本县改动 1 处，校验码") == 1
    usual, own = (
        json.loads((tmp_path / f"{name}.json").read_text(encoding="utf-8")) for name in "甲乙"
    )
    assert (usual["policy"], own["policy"]) == ("tanghe", "tanghe-own")
    assert usual["due"]
    assert not [f for f in own["findings"] if f["file"].startswith("政策")]
    assert len(own["due"]) > len(usual["due"])
    assert _county(monkeypatch, county, tmp_path / "丙", "--policy", "tanghe") == 0
    named = json.loads((tmp_path / "丙.json").read_text(encoding="utf-8"))
    assert named["due"] == usual["due"]


def test_the_policy_above_a_school_s_file_is_used(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], county: Path
) -> None:
    _own(monkeypatch, county, 1)
    book = next(county.rglob("登记表.xlsx"))
    assert run(monkeypatch, "flag", book, "--as-of", "2026-10-20") == 0
    assert "（tanghe-own），来自“政策.xlsx”" in capsys.readouterr().out


def test_a_broken_policy_stops_the_run_and_names_the_cell(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    county: Path,
    tmp_path: Path,
) -> None:
    path = _own(monkeypatch, county, 1)
    place = write(path, "缺勤阶梯", "家访", 到线__数="一天")["到线__数"]
    assert _county(monkeypatch, county, tmp_path / "甲") == 2
    said = capsys.readouterr().err
    assert f"缺勤阶梯!{place}：“到线：数”要填数字。改成数字" in said
    assert not (tmp_path / "甲").exists()


def test_two_copies_that_differ_stop_the_run_and_say_how_to_settle_it(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    county: Path,
    tmp_path: Path,
) -> None:
    path = _own(monkeypatch, county, 1)
    assert run(monkeypatch, "policy", "import", path) == 0
    assert _county(monkeypatch, county, tmp_path / "甲") == 0
    write(path, "缺勤阶梯", "家访", 到线__数=2)
    assert _county(monkeypatch, county, tmp_path / "乙") == 2
    said = capsys.readouterr().err
    assert "不一样（缺勤阶梯：家访劝返）" in said
    assert "kbbx-xl policy import" in said
    assert run(monkeypatch, "policy", "import", path) == 0
    assert _county(monkeypatch, county, tmp_path / "乙") == 0


def test_a_broken_yaml_names_its_line(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    county: Path,
    tmp_path: Path,
) -> None:
    path = _own(monkeypatch, county, 1)
    run(monkeypatch, "policy", "import", path)
    path.unlink()
    text = (county / "政策.yaml").read_text(encoding="utf-8")
    (county / "政策.yaml").write_text(text.replace("unit: day", "unit: dya", 1), encoding="utf-8")
    assert _county(monkeypatch, county, tmp_path / "甲") == 2
    line = 1 + text[: text.index("unit: day")].count("\n")
    assert (
        f"“政策.yaml”有错：政策.yaml:{line}: unit: unknown DayUnit 'dya'" in capsys.readouterr().err
    )
