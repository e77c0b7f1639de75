"""Which unit a file belongs to."""

from __future__ import annotations

import pytest

from kbbx_xl.flow.units import UnitFinder
from kbbx_xl.model import Directory, FileRead, Kind, Layout, Table, Unit

UNITS = (
    Unit("1", "青禾县教育和体育局", "", "县"),
    Unit("2", "柳河镇中心校", "青禾县教育和体育局", "中心校"),
    Unit("3", "石桥镇中心校", "青禾县教育和体育局", "中心校"),
    Unit("21", "柳河镇中心小学", "柳河镇中心校", "学校", "小学"),
    Unit("22", "柳河镇初级中学", "柳河镇中心校", "学校", "初中"),
    Unit("31", "石桥镇中心小学", "石桥镇中心校", "学校", "小学"),
    Unit("41", "青禾县实验中学", "青禾县教育和体育局", "县直学校", "初中"),
)
FINDER = UnitFinder(Directory(UNITS))


def read(path: str, **meta: str) -> FileRead:
    table = Table(Kind.REPORT, Layout.TABLE, "report", path, "月报", {}, [], {}, meta=meta)
    return FileRead(path, tables=[table])


@pytest.mark.parametrize(
    ("path", "unit"),
    [
        ("报送/柳河镇中心校/柳河镇中心小学/a.xlsx", "柳河镇中心小学"),
        ("报送/柳河镇中心校/08初级中学/a.xlsx", "柳河镇初级中学"),
        ("报送/石桥镇/中心小学/a.xlsx", "石桥镇中心小学"),
        ("报送/石桥镇中心校/汇总.xlsx", "石桥镇中心校"),
        ("报送/县直学校/县实验中学/a.xlsx", "青禾县实验中学"),
        ("10月/21/a.xlsx", "柳河镇中心小学"),
        ("报送/柳河镇中心校/初级中学10月月报.xlsx", "柳河镇初级中学"),
        ("柳河镇初级中学月报.xlsx", "柳河镇初级中学"),
    ],
)
def test_the_folder_or_file_name_tells_the_unit(path: str, unit: str) -> None:
    found, doubts = FINDER.decide(read(path))
    assert found is not None
    assert (found.name, doubts) == (unit, [])


def test_a_short_name_that_fits_two_schools_tells_nothing() -> None:
    found, doubts = FINDER.decide(read("报送/中心小学/a.xlsx"))
    assert found is None
    assert [f.code for f in doubts] == ["F11"]


def test_what_the_sheet_says_wins_over_the_folder_and_is_reported() -> None:
    found, doubts = FINDER.decide(read("报送/石桥镇中心校/中心小学/a.xlsx", 单位="柳河镇初级中学"))
    assert found is not None
    assert found.name == "柳河镇初级中学"
    assert [f.code for f in doubts] == ["F10"]


def test_a_school_outside_the_directory_is_named() -> None:
    found, doubts = FINDER.decide(read("a.xlsx", 单位="无名小学"))
    assert found is None
    assert [(f.code, f.params["inside"]) for f in doubts] == [("F23", "无名小学")]


def test_a_central_schools_file_may_lie_in_its_own_folder_about_a_school() -> None:
    """A school's file handed in through the central school's folder is no contradiction."""
    found, doubts = FINDER.decide(read("报送/柳河镇中心校/月报.xlsx", 标题="柳河镇中心小学月报"))
    assert found is not None
    assert (found.name, doubts) == ("柳河镇中心小学", [])


def test_a_folder_that_names_nobody_is_the_schools_whose_sheets_lie_in_it() -> None:
    told = read("报送/柳河镇中心校/收12/月报.xlsx", 标题="柳河镇初级中学月报")
    silent = read("报送/柳河镇中心校/收12/学生信息(3).csv")
    beside = FINDER.told_in([told, silent])
    found, doubts = FINDER.decide(silent, beside)
    assert found is not None
    assert (found.name, doubts) == ("柳河镇初级中学", [])


def test_a_silent_file_in_the_central_schools_own_folder_stays_its_own() -> None:
    told = read("报送/柳河镇中心校/月报.xlsx", 标题="柳河镇初级中学月报")
    silent = read("报送/柳河镇中心校/学生信息(3).csv")
    found, _ = FINDER.decide(silent, FINDER.told_in([told, silent]))
    assert found is not None
    assert found.name == "柳河镇中心校"


def test_the_name_of_the_folder_that_was_given_counts() -> None:
    one = read("疑似辍学台账.xlsx")
    one.home = "柳河镇中心小学"
    unit, findings = FINDER.decide(one)
    assert unit is not None
    assert (unit.name, findings) == ("柳河镇中心小学", [])
    one.home = "收到的材料"
    assert [f.code for f in FINDER.decide(one)[1]] == ["F11"]
