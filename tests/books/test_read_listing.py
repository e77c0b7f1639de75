"""The bureau's lists: who reports, which villages, which days are taught."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from kbbx_xl.books.read import read_calendar, read_directory
from kbbx_xl.books.template import Context, build_workbook
from kbbx_xl.messages import InputError
from kbbx_xl.model import CalendarDay, Unit, Village
from kbbx_xl.settings.forms import load_form
from tests.books.sheets import write_xlsx

COUNTY = Path(__file__).parents[1] / "data" / "sample_county" / "county"


def test_the_sample_directory() -> None:
    directory, findings = read_directory(COUNTY / "单位目录.xlsx")
    assert findings == []
    assert (len(directory.centers), len(directory.schools), len(directory.villages)) == (3, 14, 30)
    assert directory.county is not None
    assert directory.named("520106") == Unit(
        "520106",
        "双河镇平寨教学点",
        "双河镇中心校",
        "学校",
        "小学（教学点）",
        "崔鹏家",
        "17402696044",
    )
    assert directory.villages[0] == Village("双河镇", "石板村", "双河镇中心小学")


def test_a_bureau_writes_its_own_headings_and_words(tmp_path: Path) -> None:
    rows = [
        ("石桥县中小学校名单",),
        ("学校代码", "学校名称", "主管单位", "单位类型", "办学类型", "联系人", "联系方式"),
        (529900.0, "石桥县教育局", "", "教育局", "", "", ""),
        ("520100", "城关镇中心学校", "石桥县教育局", "中心学校", "", "", ""),
        ("520101", "城关镇第一小学", "城关镇中心学校", "村小", "完小", "王五", 17400000001.0),
        ("合计", "3所"),
    ]
    path = write_xlsx(tmp_path / "单位目录.xlsx", {"学校": rows})
    directory, findings = read_directory(path)
    assert findings == []
    assert [(u.code, u.level, u.stage) for u in directory.units] == [
        ("529900", "县", ""),
        ("520100", "中心校", ""),
        ("520101", "学校", "小学"),
    ]
    assert directory.units[2].phone == "17400000001"


def test_no_directory_without_units(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "单位目录.xlsx", {"学校": [("通知",)]})
    with pytest.raises(InputError, match="单位名称"):
        read_directory(path)
    write_xlsx(path, {"单位目录": [("单位代码", "单位名称", "上级单位", "层级", "学段")]})
    with pytest.raises(InputError, match="还没有填单位"):
        read_directory(path)
    build_workbook(load_form("directory"), path, context=Context())
    with pytest.raises(InputError, match="还没有填单位"):
        read_directory(path)
    path.write_bytes(b"")
    with pytest.raises(InputError, match="空的"):
        read_directory(path)


def test_the_sample_calendar() -> None:
    calendar, findings = read_calendar(COUNTY / "校历.xlsx")
    assert findings == []
    assert (calendar.term_start, calendar.term_end) == (dt.date(2026, 9, 1), dt.date(2027, 1, 22))
    assert len(calendar.days) == 6
    assert calendar.days[1] == CalendarDay(
        dt.date(2026, 9, 14), teaching=False, note="暴雨停课一天（县教体局通知）"
    )


def test_a_calendar_with_words_of_its_own_and_lines_that_fail(tmp_path: Path) -> None:
    rows = [
        ("开学日期：2026年9月1日", "放假日期：2027年1月22日"),
        ("日期", "上课/休息", "适用学校", "说明"),
        (dt.date(2026, 10, 10), "补课", "", "补10月5日"),
        ("2026.10.16", "停课", "红星小学", "运动会"),
        ("不定", "休息", "", ""),
        ("2026-10-17", "待定", "", ""),
    ]
    path = write_xlsx(tmp_path / "校历.xlsx", {"校历": rows})
    calendar, findings = read_calendar(path)
    assert (calendar.term_start, calendar.term_end) == (dt.date(2026, 9, 1), dt.date(2027, 1, 22))
    assert calendar.days == (
        CalendarDay(dt.date(2026, 10, 10), teaching=True, note="补10月5日"),
        CalendarDay(dt.date(2026, 10, 16), teaching=False, school="红星小学", note="运动会"),
    )
    assert [(f.code, f.cell) for f in findings] == [("V04", "A5"), ("K03", "B6")]


def test_missing_term_dates_are_told(tmp_path: Path) -> None:
    path = write_xlsx(
        tmp_path / "校历.xlsx", {"校历": [("日期", "安排"), (dt.date(2026, 10, 8), "上课")]}
    )
    calendar, findings = read_calendar(path)
    assert (calendar.term_start, [f.code for f in findings]) == (None, ["K01"])


def test_days_of_a_calendar_get_their_year_from_the_term(tmp_path: Path) -> None:
    rows = [
        ("开学日期", "26.3.2"),
        ("放假日期", "26.7.12"),
        ("日期", "上课/休息", "说明"),
        ("26.4.3", "休息", ""),
        ("4月12日", "上课", ""),
    ]
    calendar, findings = read_calendar(write_xlsx(tmp_path / "校历.xlsx", {"校历": rows}))
    assert calendar.term_start == dt.date(2026, 3, 2)
    assert [day.date for day in calendar.days] == [dt.date(2026, 4, 3), dt.date(2026, 4, 12)]
    assert "K01" not in [finding.code for finding in findings]


def test_the_term_before_may_stand_beside_the_term(tmp_path: Path) -> None:
    rows = [
        ("开学日期", dt.date(2027, 2, 22), "上学期开学日期", dt.date(2026, 9, 1)),
        ("放假日期", dt.date(2027, 6, 30), "上学期放假日期", dt.date(2027, 1, 22)),
    ]
    calendar, findings = read_calendar(write_xlsx(tmp_path / "校历.xlsx", {"校历": rows}))
    assert (calendar.term_start, calendar.term_end) == (dt.date(2027, 2, 22), dt.date(2027, 6, 30))
    assert calendar.earlier == (dt.date(2026, 9, 1), dt.date(2027, 1, 22))
    assert findings == []


def test_our_own_calendar_sheet_gives_both_terms_back(tmp_path: Path) -> None:
    term = {
        "start": dt.date(2027, 2, 22), "end": dt.date(2027, 6, 30),
        "earlier_start": dt.date(2026, 9, 1), "earlier_end": dt.date(2027, 1, 22),
    }  # fmt: skip
    path = tmp_path / "单位目录.xlsx"
    build_workbook(load_form("directory"), path, data={"term": [term]})
    calendar, _ = read_calendar(path)
    assert calendar.earlier == (term["earlier_start"], term["earlier_end"])
