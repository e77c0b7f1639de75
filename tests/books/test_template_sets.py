"""Pre-filled sets: one folder a school, with what the directory knows and nothing invented."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest

from kbbx_xl.books.read.files import read_file
from kbbx_xl.books.template import build_sets
from kbbx_xl.books.template.sets import grid_rows
from kbbx_xl.model import CalendarDay, CalendarSheet, Directory, Period, Table, Unit, Village

COUNTY = Unit("529900", "南屏县教育和体育局", "", "县")
CENTER = Unit("520200", "云溪镇中心校", COUNTY.name, "中心校", "", "苏英红", "17404663340")
SCHOOL = Unit("520207", "云溪镇中心小学", CENTER.name, "学校", "小学", "周静", "17402312110")
DIRECT = Unit("529001", "南屏县实验小学", COUNTY.name, "县直学校", "小学", "江浩", "17409583014")
VILLAGES = (
    Village("云溪镇", "岩脚村", SCHOOL.name),
    Village("云溪镇", "木叶村", SCHOOL.name),
    Village("双河镇", "石板村", "别的学校"),
)
DIRECTORY = Directory((COUNTY, CENTER, SCHOOL, DIRECT), VILLAGES)
PERIOD = Period(2026, 10)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Path]]:
    folder = tmp_path_factory.mktemp("sets")
    sets = build_sets(DIRECTORY, folder, period=PERIOD, as_of=dt.date(2026, 10, 20))
    return folder, [one.path for one in sets]


def tables(path: Path) -> dict[str, Table]:
    return {t.table: t for t in read_file(path, path.name, period=PERIOD).tables}


def test_folders_follow_the_hierarchy(written: tuple[Path, list[Path]]) -> None:
    folder, paths = written
    assert [p.relative_to(folder).as_posix() for p in paths] == [
        "云溪镇中心校/责任人名单_云溪镇中心校.xlsx",
        "云溪镇中心校/云溪镇中心小学/登记表_云溪镇中心小学.xlsx",
        "云溪镇中心校/云溪镇中心小学/月报表_云溪镇中心小学.xlsx",
        "云溪镇中心校/云溪镇中心小学/责任人名单_云溪镇中心小学.xlsx",
        "县直学校/南屏县实验小学/登记表_南屏县实验小学.xlsx",
        "县直学校/南屏县实验小学/月报表_南屏县实验小学.xlsx",
        "县直学校/南屏县实验小学/责任人名单_南屏县实验小学.xlsx",
        "责任人名单_南屏县教育和体育局.xlsx",
    ]


def test_the_cover_knows_the_school(written: tuple[Path, list[Path]]) -> None:
    cover = tables(written[1][2])["cover"]
    assert {name: values[0] for name, values in cover.columns.items()} == {
        "unit": SCHOOL.name,
        "unit_code": SCHOOL.code,
        "parent": CENTER.name,
        "month": PERIOD,
        "as_of": dt.date(2026, 10, 20),
        "reporter": SCHOOL.reporter,
        "reviewer": None,
        "head": None,
        "phone": SCHOOL.phone,
        "filled_on": None,
    }


def test_grids_are_named_by_level(written: tuple[Path, list[Path]]) -> None:
    """YL-49: village grids carry the village, the school grid the school; heads stay open."""
    grids = tables(written[1][3])
    assert grids["grid_village"].columns["grid_name"] == ["岩脚村", "木叶村"]
    assert grids["grid_school"].columns["grid_name"] == [SCHOOL.name]
    assert grids["grid_village"].columns["head"] == [None, None]
    assert len(grids["grid_class"]) == 0
    assert grid_rows(CENTER, DIRECTORY) == {"grid_town": [{"grid_name": "云溪镇"}]}
    assert not any(len(t) for t in tables(written[1][-1]).values() if t.table.startswith("grid_"))


def test_a_county_without_central_schools_gets_sets_too(tmp_path: Path) -> None:
    lone = Unit("1", 'A/B:"学校"', "", "县直学校")
    paths = build_sets(Directory((lone,)), tmp_path)
    assert paths[0].path.name == "登记表_A_B__学校_.xlsx"


def test_each_school_gets_its_own_school_days(tmp_path: Path) -> None:
    day = dt.date(2026, 10, 14)  # a Wednesday
    sheet = CalendarSheet(
        dt.date(2026, 9, 1), dt.date(2027, 1, 20), (CalendarDay(day, False, SCHOOL.name, "农忙假"),)
    )
    directory = Directory((COUNTY, SCHOOL, DIRECT))
    paths = build_sets(directory, tmp_path, period=PERIOD, calendar=sheet)
    books = [openpyxl.load_workbook(p) for p in paths if p.path.name.startswith("登记表")]
    found = []
    for book in books:
        (name, cells), *_ = book.defined_names["上课日"].destinations
        found.append({row[0].value.date() for row in book[name][cells]})
    assert [day in days for days in found] == [False, True]


def test_what_a_school_has_filled_stays_beside_the_new_set(tmp_path: Path) -> None:
    """A second run with the same directory changes nothing; a filled workbook is kept as 备份."""
    directory, told = Directory((CENTER,)), list[tuple[int, int]]()
    (first,) = build_sets(directory, tmp_path, period=PERIOD)
    book = openpyxl.load_workbook(first)
    book.create_sheet("填好的")
    book.save(first)
    (second,) = build_sets(
        directory, tmp_path, period=PERIOD, progress=lambda done, total: told.append((done, total))
    )
    assert second.backup is not None
    assert "填好的" in openpyxl.load_workbook(second.backup).sheetnames
    assert "填好的" not in openpyxl.load_workbook(second.path).sheetnames
    (third,) = build_sets(directory, tmp_path, period=PERIOD)
    assert (third.backup, third.note, told) == (None, "", [(1, 1)])
