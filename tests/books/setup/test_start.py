"""A county set up from its settings workbook: all of it, once more, and without losing anybody's work."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path

import openpyxl
import pytest

from kbbx_xl.books.consolidate import load_directory
from kbbx_xl.books.setup import start
from kbbx_xl.books.setup.checklist import duties
from kbbx_xl.books.setup.county import CountySetup, whole_directory
from kbbx_xl.books.setup.in_force import read_folder_policy
from kbbx_xl.books.setup.record import changed_since, read_record, untouched
from kbbx_xl.books.setup.settings_book import write_settings_book
from kbbx_xl.books.setup.settings_read import read_settings_book
from kbbx_xl.books.setup.start import start_county
from kbbx_xl.messages import InputError, message
from kbbx_xl.model import Unit
from kbbx_xl.settings.policies import all_policies
from tests.books.libreoffice import recalculate
from tests.books.setup.editing import write
from tests.books.setup.small_county import (
    BUREAU,
    CODE,
    GROUND,
    county,
    few_units,
    settings_book,
    units,
)


@pytest.fixture(name="few_units")
def _few_units() -> CountySetup:
    return few_units()


def test_the_settings_workbook_gives_back_the_county(tmp_path: Path) -> None:
    for setup in (county(), county(own=False)):
        made, findings = read_settings_book(settings_book(tmp_path, setup))
        assert (made, findings) == (setup, [])


@pytest.mark.libreoffice
def test_it_does_so_after_libreoffice_has_saved_it(tmp_path: Path) -> None:
    (again,) = recalculate([settings_book(tmp_path)], tmp_path / "again")
    assert read_settings_book(again)[0] == county()


def test_what_a_list_leaves_open_follows_from_the_rest() -> None:
    made = whole_directory(units(), BUREAU, CODE)
    assert made[0] == Unit(CODE, BUREAU, "", "县")
    assert [u.level for u in made].count("中心校") == 3
    assert [u.level for u in made].count("学校") == 11
    assert [u.name for u in made if u.level == "县直学校"] == ["青禾县实验学校"]
    assert all(u.parent == BUREAU for u in made if u.level in ("中心校", "县直学校"))
    assert len({u.code for u in made}) == len(made)
    given = Unit(f"{CODE}001", "甲镇中心校")
    assert [u.code for u in whole_directory([Unit("", "乙镇中心校"), given], BUREAU, CODE)] == [
        CODE, f"{CODE}002", f"{CODE}001",
    ]  # fmt: skip


WRONG = [
    ("T04", "开县设置", 4, {"填在这里": None}),
    ("T02", "开县设置", 6, {"填在这里": "52"}),
    ("T03", "开县设置", 7, {"填在这里": "唐河"}),
    ("T02", "开县设置", 8, {"填在这里": "十月"}),
    ("T02", "开县设置", 8, {"填在这里": "2027-03"}),
    ("T02", "开县设置", 10, {"填在这里": dt.date(2026, 8, 1)}),
    ("T02", "开县设置", 10, {"填在这里": "学期末"}),
    ("T04", "开县设置", 11, {"填在这里": dt.date(2026, 2, 20)}),
    ("T01", "本县标准", 4, {"数": "两天"}),
    ("T04", "本县标准", 4, {"本县依据": None}),
    ("T04", "本县标准", 4, {"步骤": "标记辍学"}),
    ("T09", "本县标准", 5, {"步骤": "家访", "数": 3, "单位": "天", "本县依据": GROUND}),
    ("T04", "单位", 5, {"单位名称": None}),
    ("T09", "单位", 5, {"单位名称": "双河镇中心校"}),
    ("T09", "单位", 5, {"单位编码": "520000001"}),
    ("T03", "单位", 5, {"上级单位": "双河中心校"}),
    ("T03", "单位", 5, {"层级": "村小组"}),
    ("T03", "村校分包", 4, {"服务学校": "东湾小学"}),
    ("T03", "校历", 4, {"上课/休息": "放假"}),
    ("T03", "校历", 4, {"适用学校": "东湾小学"}),
    ("T02", "校历", 4, {"日期": "十一月"}),
]


@pytest.mark.parametrize(("code", "sheet", "row", "values"), WRONG)
def test_every_kind_of_wrong_cell_gets_its_finding(
    tmp_path: Path, code: str, sheet: str, row: int, values: dict[str, object]
) -> None:
    path = settings_book(tmp_path)
    places = write(path, sheet, row, **values)
    made, findings = read_settings_book(path)
    assert made is None
    found = [f for f in findings if f.code == code and f.sheet == sheet]
    assert found, [message(f) for f in findings]
    asked = {"标记辍学"} & set(map(str, values.values())) or row == 11
    assert asked or set(places.values()) & {f.cell for f in found}
    assert all(f.cell for f in found)


def test_a_blank_settings_workbook_says_what_is_to_be_filled(tmp_path: Path) -> None:
    write_settings_book(tmp_path / "设置.xlsx")
    made, findings = read_settings_book(tmp_path / "设置.xlsx")
    assert made is None
    assert [f.code for f in findings] == ["T04"] * 8  # seven answers, and no unit


def test_another_workbook_is_no_settings_workbook(tmp_path: Path) -> None:
    openpyxl.Workbook().save(tmp_path / "设置.xlsx")
    with pytest.raises(InputError, match="不是设置表"):
        read_settings_book(tmp_path / "设置.xlsx")


def test_the_whole_county_is_written_and_read_back(tmp_path: Path) -> None:
    folder = tmp_path / "青禾县"
    started = start_county(county(), folder, settings=settings_book(tmp_path))
    assert started.units == 15
    assert started.kept == []
    directory, calendar, findings, _ = load_directory(folder)
    assert (directory, findings) == (county().directory, [])
    assert calendar == county().calendar
    found = read_folder_policy(folder)
    assert found is not None
    assert found.policy == county().policy
    assert len(list((folder / "模板").rglob("*.xlsx"))) == 12 * 3 + 3 + 1
    places = {p.name for p in (folder / "报送").rglob("*")}
    assert places == {u.name for u in directory.units[1:]} | {"县直学校"}
    assert (folder / "设置.xlsx").read_bytes() == (tmp_path / "设置.xlsx").read_bytes()
    assert (folder / "说明.txt").read_text(encoding="utf-8-sig").count("\n") == 10
    text = [c.value for row in openpyxl.load_workbook(folder / "开工清单.xlsx").active for c in row]
    assert {"2026-10-20", "TH-32", "各中心校、县直学校"} <= set(text)


def test_a_second_time_changes_nothing(tmp_path: Path, few_units: CountySetup) -> None:
    start_county(few_units, tmp_path)
    before = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    start_county(few_units, tmp_path, settings=tmp_path / "设置.xlsx")
    assert {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()} == before


def test_what_people_changed_stays_and_the_rest_follows_it(
    tmp_path: Path, few_units: CountySetup
) -> None:
    start_county(few_units, tmp_path)
    directory = tmp_path / "单位目录.xlsx"
    book = openpyxl.load_workbook(directory)
    sheet = book["单位"]
    row = next(r for r in range(4, 20) if not sheet.cell(r, 2).value)
    for column, value in enumerate(("520777", "双河镇新建小学", "双河镇中心校", "学校"), 1):
        sheet.cell(row, column).value = value
    book.save(directory)
    school = next((tmp_path / "模板").rglob("登记表_*.xlsx"))
    openpyxl.load_workbook(school).save(school)
    changed = {path: path.read_bytes() for path in (directory, school)}
    started = start_county(few_units, tmp_path)
    assert set(started.kept) == set(changed)
    assert {path: path.read_bytes() for path in changed} == changed
    assert (
        tmp_path / "模板" / "双河镇中心校" / "双河镇新建小学" / "登记表_双河镇新建小学.xlsx"
    ).is_file()
    assert (tmp_path / "报送" / "双河镇中心校" / "双河镇新建小学").is_dir()
    assert school not in untouched(tmp_path)  # somebody fills it there: it counts
    assert directory in untouched(tmp_path)


def test_a_changed_answer_changes_what_nobody_touched(
    tmp_path: Path, few_units: CountySetup
) -> None:
    start_county(few_units, tmp_path)
    start_county(dataclasses.replace(few_units, own=()), tmp_path)
    found = read_folder_policy(tmp_path)
    assert found is not None
    assert found.policy.own == ()
    assert not list(tmp_path.rglob("*备份*"))


def test_a_file_that_was_there_before_is_kept_under_a_dated_name(
    tmp_path: Path, few_units: CountySetup
) -> None:
    (tmp_path / "说明.txt").write_text("我的", encoding="utf-8")
    start_county(few_units, tmp_path)
    (kept,) = tmp_path.glob("说明_备份*.txt")
    assert kept.read_text(encoding="utf-8") == "我的"


def test_when_one_file_cannot_be_made_none_is_there(
    tmp_path: Path, few_units: CountySetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise InputError("不行")

    monkeypatch.setattr(start, "write_checklist", broken)
    with pytest.raises(InputError, match="不行"):
        start_county(few_units, tmp_path)
    assert not [p for p in tmp_path.rglob("*") if p.is_file()]


def test_a_broken_record_is_said(tmp_path: Path, few_units: CountySetup) -> None:
    (tmp_path / "开县记录.json").write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match="开县记录"):
        start_county(few_units, tmp_path)


def test_the_record_knows_what_was_changed(tmp_path: Path, few_units: CountySetup) -> None:
    start_county(few_units, tmp_path)
    record = read_record(tmp_path)
    assert changed_since(tmp_path, record) == set()
    (tmp_path / "说明.txt").write_text("改过", encoding="utf-8")
    assert changed_since(tmp_path, record) == {tmp_path / "说明.txt"}


@pytest.mark.parametrize("policy", all_policies(), ids=lambda p: p.profile)
def test_the_checklist_has_the_days_of_the_policy(policy: object) -> None:
    setup = county()
    items = duties(setup.month, policy, setup.directory, setup.calendar)  # type: ignore[arg-type]
    day = policy.monthly.due_day  # type: ignore[attr-defined]
    assert items
    assert all(i.day is None or setup.month.first <= i.day <= setup.month.last for i in items)
    monthly = [d for d in policy.duties if d.duty == "monthly" and d.day]  # type: ignore[attr-defined]
    if day and monthly:
        assert day in [item.day.day for item in items if item.day]
