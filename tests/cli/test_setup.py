"""``policy`` on the command line, and which policy the other commands then use."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import openpyxl
import pytest

from kbbx_xl.books.setup.settings_read import read_settings_book
from kbbx_xl.cli import setup
from kbbx_xl.demo import make_county
from tests.books.package.zips import plain
from tests.books.setup.editing import write
from tests.books.setup.small_county import few_units, settings_book
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
    notes = openpyxl.load_workbook(tmp_path / "乙" / "全县汇总_2026-10.xlsx")["说明"]
    told = {str(cell.value) for row in notes.iter_rows() for cell in row}
    assert {"家访劝返", "连续达到 3 天", "连续达到 1 天", GROUND} <= told
    assert any("由 tanghe 改成，改动 1 处，校验码" in text for text in told)
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


def test_a_county_is_set_up_from_a_workbook_and_consolidated_at_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folder, told = tmp_path / "青禾县", tmp_path / "建县.json"
    path = settings_book(tmp_path, few_units())
    assert run(monkeypatch, "init", folder, "--from", path, "--json", told) == 0
    said = capsys.readouterr().out
    assert "青禾县已建好：2 个单位，11 个文件" in said
    assert json.loads(told.read_text(encoding="utf-8"))["policy"] == "tanghe-520000"
    assert _county(monkeypatch, folder, tmp_path / "甲") == 0
    said = capsys.readouterr().out
    assert "应报 2 个单位，已报 0 个" in said
    assert "（tanghe-520000），来自“政策.yaml”，本县改动 1 处" in said
    result = json.loads((tmp_path / "甲.json").read_text(encoding="utf-8"))
    assert not [
        f for f in result["files"] if f["path"].startswith(("模板", "设置", "开工", "说明"))
    ]


def test_what_was_set_up_is_nobodys_paper(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Not for the lists of what is to be done, nor for what is sent back to a school."""
    folder, path = tmp_path / "青禾县", settings_book(tmp_path, few_units())
    assert run(monkeypatch, "init", folder, "--from", path) == 0
    when = ("--month", "2026-10", "--as-of", "2026-10-20")
    (tmp_path / "收件箱").mkdir()
    (tmp_path / "收件箱" / "甲.zip").write_bytes(plain())
    assert run(monkeypatch, "receive", tmp_path / "收件箱", "-o", tmp_path / "材料") == 0
    shutil.copy(tmp_path / "材料" / "收件登记.xlsx", folder)
    for words in (("todo", folder), ("assign", folder), ("check", folder)):
        capsys.readouterr()
        run(monkeypatch, *words, *when, "-o", tmp_path / "甲.xlsx")
        told = capsys.readouterr().out
        assert not [c for c in ("F05", "F11", "V01", "G03") if c in told]
    told_in = tmp_path / "退.json"
    (template,) = folder.glob("模板/*/*/登记表_*.xlsx")
    school = template.parent.name
    home = folder / "报送" / template.parent.relative_to(folder / "模板")
    shutil.copy(template, home / "登记表.xlsx")
    run(monkeypatch, "return", folder, "--unit", school, *when[:2], "--reason", "没有盖章",
        "-o", tmp_path / "退.xlsx", "--json", told_in)  # fmt: skip
    assert "模板" not in told_in.read_text(encoding="utf-8")
    cells = openpyxl.load_workbook(tmp_path / "退.xlsx").active.iter_rows(values_only=True)  # type: ignore[union-attr]
    assert "模板" not in str(list(cells))


def test_a_step_may_be_called_as_the_policy_calls_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """``policy show`` says 家访劝返 where the list of the workbook says 家访."""
    folder, path = tmp_path / "青禾县", settings_book(tmp_path, few_units())
    write(path, "本县标准", 4, 步骤="家访劝返")
    assert run(monkeypatch, "init", folder, "--from", path) == 0
    assert "title: 家访劝返\n  threshold: {value: 2" in (folder / "政策.yaml").read_text(
        encoding="utf-8"
    )


def test_a_wrong_settings_workbook_writes_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = settings_book(tmp_path)
    write(path, "单位", 5, 上级单位="双河中心校")
    told = tmp_path / "建县.json"
    assert run(monkeypatch, "init", tmp_path / "青禾县", "--from", path, "--json", told) == 1
    (finding,) = json.loads(told.read_text(encoding="utf-8"))["findings"]
    assert (finding["code"], finding["sheet"], finding["cell"]) == ("T03", "单位", "C5")
    assert not (tmp_path / "青禾县").exists()


def test_a_blank_settings_workbook_is_written(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "设置.xlsx"
    assert run(monkeypatch, "init", "--blank", path) == 0
    assert f"kbbx-xl init 文件夹 --from {path}" in capsys.readouterr().out
    assert run(monkeypatch, "init", tmp_path / "县", "--from", path) == 1


def test_without_a_terminal_nothing_is_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    assert run(monkeypatch, "init", tmp_path / "县") == 2
    assert "这里不能问答" in capsys.readouterr().err
    assert run(monkeypatch, "init") == 2
    assert "要写出建在哪个文件夹" in capsys.readouterr().err


def _answers(monkeypatch: pytest.MonkeyPatch, *lines: str) -> list[str]:
    """What a person types; an empty line takes the default.  The questions asked, in order."""
    left, asked = list(lines), list[str]()

    def prompt(question: str, default: str = "", **_: object) -> str:
        asked.append(question)
        return left.pop(0) or default

    monkeypatch.setattr(setup, "_can_ask", lambda: True)
    monkeypatch.setattr("kbbx_xl.cli.asking.typer.prompt", prompt)
    return asked


LIST = "单位编码,单位名称,上级单位,层级\n520000,青禾县教育和体育局,,县\n520100,双河镇中心校,青禾县教育和体育局,中心校\n520101,双河镇中心小学,双河镇中心校,学校\n"


def test_a_county_is_set_up_by_answers(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    names = tmp_path / "名单.csv"
    names.write_text(LIST, encoding="utf-8")
    asked = _answers(
        monkeypatch,
        "青禾", "青禾县", "", "520000",  # a county is a 县
        "99", "tanghe", "y", "", "一天", "2天", "", GROUND,  # contact as it is; the ground is missing once
        "2026-10", "2026-11-20", "2026-9-1", "",
        "2026-11-20 放假", "2026-11-20 休息 农忙假", "",
        str(names), "上一步", str(names), "y",
    )  # fmt: skip
    folder = tmp_path / "青禾县"
    assert run(monkeypatch, "init", folder) == 0
    said = capsys.readouterr()
    assert "10-10补班（国庆节）" in said.out
    assert "认出 1 个中心校，1 所学校" in said.out
    assert said.err.count("\n") >= 5
    assert asked.count("县（市、区）名称") == 2
    made, findings = read_settings_book(folder / "设置.xlsx")
    assert findings == []
    assert made is not None
    assert [(o.step, o.threshold.value, o.source) for o in made.own] == [("visit", 2.0, GROUND)]
    assert made.calendar.days[0].note == "农忙假"
    assert run(monkeypatch, "init", folder, "--from", folder / "设置.xlsx") == 0


def test_how_many_schools_each_centre_has_is_enough_to_begin(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    _answers(
        monkeypatch, "青禾县", "", "520000", "", "", "2026-10", "", "", "", "",
        "双河镇中心校", "双河镇中心校 2", "县直 1", "", "",
    )  # fmt: skip
    folder = tmp_path / "青禾县"
    assert run(monkeypatch, "init", folder) == 0
    assert "在“单位”表填好学校名称" in capsys.readouterr().out
    assert [p.name for p in folder.iterdir() if p.is_file()] == ["设置.xlsx"]
    made, findings = read_settings_book(folder / "设置.xlsx")
    assert made is None
    assert [(f.code, f.cell) for f in findings] == [("T04", "B5"), ("T04", "B6"), ("T04", "B7")]


def test_one_can_go_back_and_leave_without_a_trace(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked = _answers(
        monkeypatch, "青禾县", "上一步", "", "", "520000", "上一步", "", "", "", "", "n", "2026-10",
        "", "", "", "", "双河镇中心校 2", "", "n",
    )  # fmt: skip
    assert run(monkeypatch, "init", tmp_path / "青禾县") != 0
    assert asked.count("县（市、区）名称") == 3
    assert not (tmp_path / "青禾县").exists()
