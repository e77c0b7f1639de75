"""``todo`` and ``assign`` from the terminal, on a small county of hand-made papers."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from icalendar import Calendar

from tests.books.sheets import save, write_xlsx
from tests.cli.running import run
from tests.ids import ONE, TWO

UNITS: list[list[object]] = [
    ["单位编码", "单位名称", "上级单位", "层级", "学段"],
    ["529000", "青禾县教育和体育局", "", "县", ""],
    ["529010", "柳河镇中心校", "青禾县教育和体育局", "中心校", ""],
    ["529011", "柳河镇中心小学", "柳河镇中心校", "学校", "小学"],
]
TERM: list[list[object]] = [
    ["日期", "类型", "说明"],
    ["2026-09-01", "开学", ""],
    ["2027-01-22", "放假", ""],
]
LEDGER: list[list[object]] = [
    ["疑似辍学学生台账"],
    ["填报单位：柳河镇中心小学"],
    ["姓名", "身份证件号", "年级", "班级", "首次缺勤日期", "列入台账日期", "状态", "销号日期"],
    ["甲一", ONE, "四年级", "1班", "2026-10-08", "2026-10-12", "疑似辍学", None],
    ["乙二", TWO, "四年级", "1班", "2026-10-08", "2026-10-12", "已返校", "2026-10-16"],
]
LOG: list[list[object]] = [
    ["控辍保学工作记录"],
    ["填报单位：柳河镇中心小学"],
    ["序号", "日期", "工作种类", "内容"],
    [1, "2026-10-12", "全面清查", "逐班清点"],
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "报送"
    place.mkdir()
    write_xlsx(place / "单位目录.xlsx", {"单位": UNITS, "校历": TERM})
    save(place / "柳河镇中心小学" / "台账.xlsx", LEDGER)
    save(place / "柳河镇中心小学" / "工作记录.xlsx", LOG)
    return place


WHEN = ("--month", "2026-10", "--as-of", "2026-10-20")


def states(path: Path, sheet: str) -> dict[object, object]:
    rows = openpyxl.load_workbook(path)[sheet].iter_rows(min_row=4, values_only=True)
    return {row[8]: row[1] for row in rows if isinstance(row[0], int)}


@pytest.mark.parametrize("command", ["todo", "assign"])
def test_a_file_of_no_unit_is_shown(
    command: str, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    save(folder / "台账.xlsx", [LEDGER[0], *LEDGER[2:]])
    assert run(monkeypatch, command, folder, "-o", tmp_path / "单.xlsx", *WHEN) == 0
    assert "F11" in capsys.readouterr().out


def test_todo_lists_every_unit_and_writes_a_calendar(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    out, ics = folder.parent / "待办.xlsx", folder.parent / "待办.ics"
    assert run(monkeypatch, "todo", folder, "-o", out, "--ics", ics, *WHEN) == 0
    said = capsys.readouterr().out
    assert "截至 2026-10-20：已逾期" in said
    assert "甲一" not in said
    names = openpyxl.load_workbook(out).sheetnames[:4]
    assert names == ["总表", "青禾县教育和体育局", "柳河镇中心校", "柳河镇中心小学"]
    school = states(out, "柳河镇中心小学")
    assert school["TH-22"] == "已办"  # its row of 工作记录
    assert school["TH-23"] == "已逾期"
    assert states(out, "柳河镇中心校")["TH-32"] in ("今日到期", "未到期")
    events = Calendar.from_ical(ics.read_bytes()).events
    assert "报告学生辍学情况" in str([str(e["summary"]) for e in events])
    assert "甲一".encode() not in ics.read_bytes()


def test_todo_of_one_unit_and_those_below_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    out = folder.parent / "待办.xlsx"
    assert run(monkeypatch, "todo", folder, "-o", out, *WHEN, "--unit", "529010") == 0
    names = openpyxl.load_workbook(out).sheetnames[:3]
    assert names == ["总表", "柳河镇中心校", "柳河镇中心小学"]
    assert run(monkeypatch, "todo", folder, "-o", out, *WHEN, "--unit", "没有的") == 2
    assert "没有单位“没有的”" in capsys.readouterr().err


def test_todo_of_one_school_s_own_files_lists_no_other_unit(
    monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    out = folder.parent / "待办.xlsx"
    file = folder / "柳河镇中心小学" / "台账.xlsx"
    assert run(monkeypatch, "todo", file, "-o", out, *WHEN) == 0
    assert openpyxl.load_workbook(out).sheetnames[:2] == ["总表", "柳河镇中心小学"]


def test_assign_hands_out_open_cases_and_lists_those_closed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    out = folder.parent / "交办清单.xlsx"
    assert run(monkeypatch, "assign", folder, "-o", out, *WHEN) == 0
    assert "没有办结的个案 1 件" in capsys.readouterr().out
    book = openpyxl.load_workbook(out)
    rows = list(book["柳河镇中心小学"].iter_rows(min_row=4, max_row=4, values_only=True))
    assert rows[0][3] == "疑似辍学"
    ended = list(book["销号清单"].iter_rows(min_row=4, max_row=4, values_only=True))
    assert (ended[0][1], ended[0][6]) == ("柳河镇中心小学", "已返校")
    assert "甲一" not in str(rows)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("-o", "待办.txt"), "要以 .xlsx 结尾"),
        (("-o", "待办.xlsx", "--ics", "待办.txt"), "要以 .ics 结尾"),
        (("-o", "待办.xlsx", "--as-of", "昨天"), "日期应写成"),
    ],
)
def test_what_cannot_be_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], folder: Path,
    more: tuple[str, ...], said: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(folder.parent)
    assert run(monkeypatch, "todo", folder, *more) == 2
    assert said in capsys.readouterr().err
    assert not (folder.parent / "待办.xlsx").exists()


def test_nothing_to_read_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = save(tmp_path / "别的.xlsx", [["某某", "某某"], [1, 2]])
    assert run(monkeypatch, "todo", file, "-o", tmp_path / "待办.xlsx") == 2
    assert "没有读到" in capsys.readouterr().err
