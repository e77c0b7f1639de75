"""The county on disk: what was asked for is there, and consolidating it gives back its truth."""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from kbbx_xl.books.consolidate import consolidate, load_directory
from kbbx_xl.demo import DemoTruth, make_county
from kbbx_xl.flow.context import Context
from kbbx_xl.flow.result import County
from kbbx_xl.messages import InputError
from kbbx_xl.settings.policies import load_policy

Made = tuple[Path, DemoTruth]


@pytest.fixture(scope="module")
def tidy(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("tidy") / "county"
    return folder, make_county(folder, schools=4, students=400, seed=7)


@pytest.fixture(scope="module")
def messy(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("messy") / "county"
    return folder, make_county(folder, schools=14, students=900, seed=3, messy=True)


def put_together(made: Made) -> County:
    folder, truth = made
    directory, calendar, findings, own = load_directory(folder)
    context = Context(truth.month, truth.as_of, load_policy("tanghe"), directory, calendar)
    return consolidate(folder, context, own_files=own, findings=findings, jobs=1)


def test_every_school_sends_our_three_workbooks(tidy: Made) -> None:
    folder, truth = tidy
    for unit in truth.directory.schools:
        (home,) = folder.glob(f"报送/*/{unit.name}")
        assert {p.name for p in home.iterdir()} == {"登记表.xlsx", "月报表.xlsx", "责任人名单.xlsx"}
    assert truth.files == sum(1 for p in folder.rglob("*") if p.is_file())
    assert set(truth.status.values()) == {"已报"}


def test_the_directory_says_what_the_truth_says(tidy: Made) -> None:
    folder, truth = tidy
    directory, calendar, findings, _ = load_directory(folder)
    assert (directory.units, directory.villages) == (
        truth.directory.units,
        truth.directory.villages,
    )
    assert calendar.term_start == dt.date(2026, 9, 1)
    assert not findings


def test_ids_and_phones_are_text_cells(tidy: Made) -> None:
    folder, truth = tidy
    path = next(iter(sorted(folder.rglob("登记表.xlsx"))))
    with CalamineWorkbook.from_path(str(path)) as book:
        rows = book.get_sheet_by_name("学生名册").to_python()
    texts = [cell for row in rows for cell in row]
    ids = {t for t in texts if isinstance(t, str) and len(t) == 18 and t.startswith("520000")}
    assert len(ids) >= sum(truth.enrolled[path.parent.name].values())
    assert sum(isinstance(t, str) and len(t) == 11 and t.startswith("1740") for t in texts) > 10


def test_the_messy_county_holds_each_kind_of_trouble(messy: Made) -> None:
    folder, truth = messy
    counted = Counter(truth.status.values())
    assert (counted["未报"], counted["错月"]) == (1, 1)
    assert len(truth.corrected) == len(truth.damaged) == 1
    assert len(truth.handmade) > len(truth.status) // 2
    assert list(folder.rglob("~$*"))
    assert list(folder.rglob("*（修改版）.xlsx"))
    assert list(folder.rglob("9月月报.xlsx"))
    silent = next(name for name, status in truth.status.items() if status == "未报")
    assert not list(folder.rglob(silent))
    assert list(folder.rglob("登记表.xlsx"))


def test_the_export_of_the_register_is_gb18030(messy: Made) -> None:
    path = next(messy[0].rglob("*.csv"))
    with path.open(encoding="gb18030", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0][:5] == ["姓名", "性别", "出生日期", "身份证件类型", "身份证件号"]
    assert {len(row) for row in rows} == {18}
    assert all(row[4].endswith("\t") for row in rows[1:])


@pytest.mark.parametrize("name", ["tidy", "messy"])
def test_consolidating_gives_back_the_truth(name: str, request: pytest.FixtureRequest) -> None:
    made: Made = request.getfixturevalue(name)
    county, truth = put_together(made), made[1]
    arrived = {unit for unit, status in truth.status.items() if status == "已报"}
    board = {line.unit: line.status for line in county.progress if line.unit in truth.status}
    assert board == truth.status
    for total in county.totals:
        if total.unit in arrived:
            assert total.by_grade == truth.enrolled[total.unit]
    found = {
        (r.unit, r.key, r.run.start, r.run.last_absent, r.run.open, r.run.school_days)
        for r in county.runs
        if r.unit not in truth.damaged
    }
    assert found == {
        (r.unit, r.id_no, r.start, r.last_absent, r.open, r.school_days)
        for r in truth.runs
        if r.unit in arrived and r.unit not in truth.damaged
    }
    cases = {unit: Counter(c.status for c in county.cases if c.unit == unit) for unit in arrived}
    assert cases == {unit: truth.cases[unit] for unit in arrived}


def test_damaged_ids_are_all_found(messy: Made) -> None:
    county = put_together(messy)
    lost = ("excel_precision", "short17", "checksum")
    found = Counter(p.unit for p in county.id_problems if p.kind in lost)
    assert found == messy[1].damaged


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    kept = tmp_path / "别人的文件.txt"
    kept.write_text("x", encoding="utf-8")
    with pytest.raises(InputError):
        make_county(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == [kept.name]
