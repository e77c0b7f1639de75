"""学籍流动 from files to cells: the four losses of a county, and the lists that go out."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import openpyxl
import pytest

from kbbx_xl.books.movement import read_movement, write_movement
from kbbx_xl.flow.movement import Movement
from kbbx_xl.messages import InputError
from kbbx_xl.model import Period
from kbbx_xl.rules.movement import LossKind
from kbbx_xl.settings.policies import load_policy
from tests.books.libreoffice import recalculate
from tests.books.sheets import write_xlsx
from tests.ids import id_of

COUNTY, CENTER = "青禾县教育和体育局", "柳河镇中心校"
PRIMARY, OTHER, HIGH = "柳河镇中心小学", "柳河镇东风小学", "柳河镇初级中学"
UNITS: list[list[object]] = [
    ["单位编码", "单位名称", "上级单位", "层级", "学段"],
    ["0", COUNTY, "", "县", ""],
    ["1", CENTER, COUNTY, "中心校", ""],
    ["11", PRIMARY, CENTER, "学校", "小学"],
    ["12", OTHER, CENTER, "学校", "小学"],
    ["13", HIGH, CENTER, "学校", "初中"],
]
ROSTER: list[object] = ["姓名", "性别", "身份证件号", "年级", "班级", "就读状态", "户籍所在地"]
CHANGES: list[object] = [
    "姓名",
    "身份证件号",
    "年级",
    "班级",
    "异动类别",
    "异动日期",
    "转入（出）学校",
    "凭证",
]
NAMES = ("甲一", "乙二", "丙三", "丁四", "戊五", "己六", "庚七", "辛八")
IDS = {name: id_of(f"201401{n:02d}", n) for n, name in enumerate(NAMES, 1)}


def child(name: str, grade: str = "五年级", status: str = "在读", home: str = "") -> list[object]:
    return [name, "男", IDS[name], grade, "1班", status, home]


def change(name: str, kind: str, day: dt.date, other: str = "", grade: str = "五年级") -> list[object]:  # fmt: skip
    return [name, IDS[name], grade, "1班", kind, day, other, "证1"]


def sent(folder: Path, month: str, school: str, pupils: list[list[object]], moves: list[list[object]] | None = None) -> None:  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    head: list[list[object]] = [[f"{school}学生名册"], [f"填报单位：{school}　{month}"]]
    sheets: dict[str, list[list[object]]] = {"学生名册": [*head, ROSTER, *pupils]}
    if moves:
        title: list[list[object]] = [[f"{school}学籍异动登记表"], [f"填报单位：{school}　{month}"]]
        sheets["学籍异动"] = [*title, CHANGES, *moves]
    write_xlsx(folder / f"{school}.xlsx", sheets)


def compared(tmp_path: Path, *, policy: str = "tanghe", month: Period | None = None) -> Movement:
    now, before = tmp_path / "本期", tmp_path / "上期"
    return read_movement(
        now,
        before,
        out=tmp_path / "学籍流动.xlsx",
        policy=load_policy(policy),
        today=dt.date(2026, 10, 31),
        month=month,
    )[0]


@pytest.fixture
def county(tmp_path: Path) -> Path:
    """Two months of three schools with one loss of every kind that the issue names."""
    now, before = tmp_path / "本期", tmp_path / "上期"
    for place in (now, before):
        place.mkdir()
        write_xlsx(place / "单位目录.xlsx", {"单位": UNITS})
    october = dt.date(2026, 10, 12)
    sent(before, "2026年9月", PRIMARY, [child(n) for n in ("甲一", "乙二", "丙三", "戊五")])
    sent(before, "2026年9月", OTHER, [child("丁四", "六年级")])
    sent(before, "2026年9月", HIGH, [child("庚七", "九年级")])
    sent(
        now,
        "2026年10月",
        PRIMARY,
        [child("乙二"), child("戊五", status="转出")],
        [
            change("甲一", "转出", october, OTHER),
            change("戊五", "转出", october, "安徽省灵璧县第一小学"),
        ],
    )
    graduated = [change("丁四", "毕业", dt.date(2026, 7, n), grade="六年级") for n in (1, 2)]
    arrived = change("乙二", "转入", october, PRIMARY)
    sent(now, "2026年10月", OTHER, [child("丁四", "六年级"), child("乙二")], [*graduated, arrived])
    away = child("辛八", "八年级", "辍学", "安徽省宿州市灵璧县灵城镇")
    sent(now, "2026年10月", HIGH, [child("庚七", "九年级"), away])
    return tmp_path


def test_the_four_losses_of_a_county_are_caught_in_its_files(county: Path) -> None:
    made = compared(county)
    found = {(f.code, f.unit, f.sheet, f.cell) for f in made.findings}
    assert ("X01", PRIMARY, "学籍异动", "E4") in found  # transferred to nowhere
    assert ("X04", PRIMARY, "学生名册", "A4") in found  # in two schools
    assert ("X04", OTHER, "学生名册", "A5") in found
    assert ("X05", PRIMARY, "学生名册", "A6") in found  # vanished
    assert ("X06", OTHER, "学籍异动", "E4") in found  # graduated twice
    vanished = next(f for f in made.findings if f.code == "X05")
    assert vanished.file == f"上期/{PRIMARY}.xlsx"
    assert {f.code for f in made.findings} == {"X01", "X03", "X04", "X05", "X06", "X10"}


def rows_of(path: Path, sheet: str) -> list[list[object]]:
    rows = openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True)
    return [list(row) for row in rows]


def test_the_workbook_holds_every_list_and_no_name_unless_asked(county: Path) -> None:
    made, target = compared(county), county / "学籍流动.xlsx"
    write_movement(made, target, names=False, sources=county)
    sheets = ["首页", "转学配对", "待核实", "外县移交", "小升初移交", "守恒核对"]
    assert openpyxl.load_workbook(target).sheetnames[:6] == sheets
    text = "".join(str(v) for sheet in sheets for row in rows_of(target, sheet) for v in row)
    assert not [n for name, number in IDS.items() for n in (name, number) if n in text]
    away = rows_of(target, "外县移交")
    assert away[3][1:3] == ["安徽省灵璧县", "安徽省灵璧县第一小学"]
    assert away[5][1] == "安徽省宿州市灵璧县"
    assert str(rows_of(target, "小升初移交")[3][0]).startswith("未到移交时间")
    write_movement(made, target, names=True, sources=county)
    assert rows_of(target, "外县移交")[3][3:5] == ["戊五", IDS["戊五"]]
    assert rows_of(target, "待核实")[4][4] in IDS


@pytest.mark.libreoffice
def test_the_identity_is_calculated_as_it_was_counted(county: Path) -> None:
    made, target = compared(county), county / "学籍流动.xlsx"
    write_movement(made, target, names=False)
    (shown,) = recalculate([target], county / "算")
    rows = openpyxl.load_workbook(shown, data_only=True)["守恒核对"].iter_rows(values_only=True)
    by_unit = {row[1]: row for row in rows}
    for one in made.balances:
        assert by_unit[one.unit][-3:] == (one.expected, len(one.after), one.difference)
    assert by_unit["全县合计"][-1] == sum(one.difference for one in made.balances)


def test_p09_04_leavers_are_handed_over_class_by_class(tmp_path: Path) -> None:
    now, before = tmp_path / "本期", tmp_path / "上期"
    now.mkdir()
    write_xlsx(now / "单位目录.xlsx", {"单位": UNITS})
    sent(before, "2026年6月", PRIMARY, [child(n, "六年级") for n in ("甲一", "乙二", "丙三")])
    sent(before, "2026年6月", HIGH, [child("庚七", "七年级")])
    sent(now, "2026年9月", PRIMARY, [child("己六", "二年级")])
    sent(now, "2026年9月", HIGH, [child("庚七", "八年级"), child("甲一", "七年级"), child("乙二", "七年级")])  # fmt: skip
    made, target = compared(tmp_path, policy="lufeng"), tmp_path / "学籍流动.xlsx"
    assert made.month == Period(2026, 9)
    assert {f.code for f in made.findings if f.unit == PRIMARY} == {"X07", "X08", "X10"}
    write_movement(made, target, names=True)
    rows = rows_of(target, "小升初移交")[3:6]
    assert [(r[3], r[9], r[10], r[12]) for r in rows] == [
        ("甲一", "已注册", HIGH, HIGH),
        ("乙二", "已注册", HIGH, HIGH),
        ("丙三", "未注册", None, PRIMARY),
    ]
    front = {row[0]: row[1] for row in rows_of(target, "首页")}
    assert front["小升初已注册"] == "=COUNTIF('小升初移交'!$J$4:$J$6,\"已注册\")"


def test_several_processes_read_the_same(county: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = compared(county)
    monkeypatch.setattr("kbbx_xl.books.guard.POOL_FROM", 1)
    assert compared(county) == alone


def test_the_earlier_folder_must_be_earlier(county: Path) -> None:
    with pytest.raises(InputError, match=r"见 上期/.*。请选更早一期的.*--month"):
        compared(county, month=Period(2026, 9))
    with pytest.raises(InputError, match="找不到文件夹"):
        read_movement(
            county / "本期",
            county / "没有",
            out=county / "a.xlsx",
            policy=load_policy("tanghe"),
            today=dt.date(2026, 10, 31),
        )


def test_the_earlier_folder_may_lie_in_the_present_one(county: Path) -> None:
    (county / "上期").rename(county / "本期" / "上期")
    made, _ = read_movement(
        county / "本期",
        county / "本期" / "上期",
        out=county / "a.xlsx",
        policy=load_policy("tanghe"),
        today=dt.date(2026, 10, 31),
    )
    assert (made.earlier, len(made.before)) == (Period(2026, 9), 6)
    assert len(made.after) == 6


def test_th_26_pairs_and_orphans_of_the_sample_county() -> None:
    folder = Path(__file__).parents[1] / "data" / "sample_county"
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))["transfers"]
    made, _ = read_movement(
        folder / "county",
        None,
        out=folder / "none.xlsx",
        policy=load_policy("tanghe"),
        today=dt.date(2026, 10, 20),
        month=Period(2026, 10),
    )
    pairs = {(made.after[t.left].row.key, made.after[t.seat].row.unit) for t in made.transfers}
    assert pairs == {(pair["key"], pair["into"]["unit"]) for pair in truth["pairs"]}
    lost = [x for x in made.losses if x.kind is LossKind.NOWHERE]
    assert {made.after[x.after[0]].row.key for x in lost} == {x["key"] for x in truth["orphans"]}
    assert made.earlier is None
