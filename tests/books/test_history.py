"""Earlier summaries beside this month's: read through the gate, proved, never guessed."""

from __future__ import annotations

import dataclasses
import random
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from kbbx_xl.books.explain import explain
from kbbx_xl.books.history import add_history, add_history_of_center
from kbbx_xl.books.summary import center_path, write_center, write_county
from kbbx_xl.books.summary.scope import restrict
from kbbx_xl.flow.history import Choice, choose, remark, timeline
from kbbx_xl.flow.result import County, PastMonth
from kbbx_xl.messages import message
from kbbx_xl.model import Directory, Period, Unit
from tests.books.test_summary import page
from tests.flow.factory import COUNTY, EAST, make_county, make_policy

SEPTEMBER = Period(2026, 9)


def of(month: Period, **more: object) -> County:
    day = month.first.replace(day=20)
    return dataclasses.replace(make_county(), month=month, as_of=day, **more)  # type: ignore[arg-type]


def written(county: County, folder: Path) -> Path:
    return write_county(county, folder)[0].path


def told(county: County) -> list[str]:
    return [message(f) for f in county.findings if f.code == "F37"]


def found(*folders: Path) -> County:
    county = make_county()
    add_history(county, *folders)
    return county


def test_the_first_month_has_no_history(tmp_path: Path) -> None:
    county = found(tmp_path / "none", tmp_path)
    assert county.history == ()
    assert list(timeline(county)) == []
    assert told(county) == []


def test_months_of_both_folders_with_a_gap_between(tmp_path: Path) -> None:
    out, folder = tmp_path / "out", tmp_path / "in"
    written(of(SEPTEMBER), out)
    written(of(Period(2026, 6)), folder / "汇总结果_2026-06")
    written(of(Period(2025, 10)), folder / "早了一年")
    county = found(out, folder)
    assert [(str(m), past.file if past else "") for m, past in timeline(county)] == [
        ("2026-06", "汇总结果_2026-06/全县汇总_2026-06.xlsx"),
        ("2026-07", ""),
        ("2026-08", ""),
        ("2026-09", "全县汇总_2026-09.xlsx"),
    ]
    last = county.history[-1]
    assert (last.beside, last.figures["enrolled"], last.figures["units"]) == (True, 430, 7)
    assert "returned" not in last.figures  # not known is no 0
    path = written(county, out)
    trend = page(path, "月度趋势")
    rows = {r[0].value: r for r in trend.iter_rows(min_row=4)}
    assert [c.value for c in rows["2026年7月"][1:11]] == [None] * 10
    assert rows["2026年7月"][13].value == "没有找到这个月的汇总"
    cell = rows["2026年9月"][3]
    assert explain(path, f"月度趋势!{cell.coordinate}").spans[0].file == "全县汇总_2026-09.xlsx"
    said = [c.value for c in page(path, "首页")[6] if c.value]
    assert said[:2] == ["与上月相同", "与上月相同"]


def _number(path: Path) -> None:
    book = openpyxl.load_workbook(path, data_only=True)
    sheet = book["月度趋势"]
    row = next(r for r in sheet.iter_rows() if r[0].value == "2026年9月")
    row[3].value += 1
    book.save(path)


def _stamp(path: Path) -> None:
    book = openpyxl.load_workbook(path, data_only=True)
    for row in book["_kbbx"].iter_rows():
        if row[0].value == "period":
            row[1].value = "2026-08"
    book.save(path)


def _record(path: Path) -> None:
    book = openpyxl.load_workbook(path, data_only=True)
    for row in book["_kbbx"].iter_rows():
        if row[0].value == "history":
            row[1].value = str(row[1].value).replace("430", "431")
    book.save(path)


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-200])


def _later(path: Path) -> None:
    book = openpyxl.load_workbook(path, data_only=True)
    for row in book["_kbbx"].iter_rows():
        if row[0].value == "history":
            row[1].value = "[1]"
    book.save(path)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (_number, "“月度趋势”第5行的数被改动过"),
        (_record, "程序记下的数被改动过"),
        (_stamp, "文件名和表内的月份不同"),
        (_cut, "文件没有传全"),
        (_later, "程序记下的数被改动过"),
    ],
)
def test_a_changed_or_broken_summary_is_not_used_and_is_said(
    change: Callable[[Path], None], why: str, tmp_path: Path
) -> None:
    change(written(of(SEPTEMBER), tmp_path))
    county = found(tmp_path, tmp_path)
    assert county.history == ()
    (said,) = told(county)
    assert why in said


def test_a_workbook_that_is_none_of_ours_is_left(tmp_path: Path) -> None:
    openpyxl.Workbook().save(tmp_path / "全县汇总_2026-09.xlsx")
    shutil.copy(written(of(SEPTEMBER), tmp_path / "a"), tmp_path / "全县汇总_2026-09_备份.xlsx")
    assert (found(tmp_path, tmp_path / "b").history, told(found(tmp_path, tmp_path / "b"))) == (
        (),
        [],
    )


def test_another_county_is_another_county(tmp_path: Path) -> None:
    other = of(SEPTEMBER)
    units = (Unit("539000", "北屏县教育局", "", "县"), *other.directory.units[1:])
    other.directory = Directory(units)
    written(other, tmp_path)
    assert found(tmp_path, tmp_path).history == ()


def test_another_policy_or_other_units_are_marked(tmp_path: Path) -> None:
    past = of(SEPTEMBER, policy=make_policy(silent=True))
    past.directory = Directory(past.directory.units[:-1])
    written(past, tmp_path)
    county = found(tmp_path, tmp_path)
    assert remark(county, county.history[-1]) == "方案不同（silent）；单位不同"
    path = written(county, tmp_path)
    assert any("方案不同" in str(c.value) for c in page(path, "首页")[6])


def test_a_summary_of_before_is_read_by_its_labels(tmp_path: Path) -> None:
    """As the first page was before there was a record: labels beside numbers on 首页."""
    path = written(of(SEPTEMBER), tmp_path)
    book = openpyxl.load_workbook(path, data_only=True)
    for name in ("首页", "月度趋势"):
        del book[name]
    book["目录"].title = "首页"
    stamp = book["_kbbx"]
    rows = [r for r in stamp.iter_rows(values_only=True) if r[0] != "history"]
    stamp.delete_rows(1, stamp.max_row)
    for row in rows:
        stamp.append(row)
    book.save(path)
    (past,) = found(tmp_path, tmp_path).history
    assert (past.figures["enrolled"], past.figures["suspected"], past.units) == (430, 1, "")
    book["首页"].delete_rows(5, 3)
    book.save(path)
    county = found(tmp_path, tmp_path)
    assert county.history == ()
    assert "认不全" in told(county)[0]


def month_of(day: int, file: str, enrolled: int) -> PastMonth:
    as_of = SEPTEMBER.first.replace(day=day)
    return PastMonth(SEPTEMBER, as_of, "529000", COUNTY, "tanghe", "", {"enrolled": enrolled}, file)


def test_of_two_summaries_the_later_day_counts_and_a_tie_that_differs_counts_for_none() -> None:
    choice = Choice(Unit("529000", COUNTY, "", "县"), Period(2026, 10))
    one, two, three = month_of(20, "a", 1), month_of(25, "b", 2), month_of(25, "c", 2)
    listed = [one, two, three]
    for seed in range(4):
        random.Random(seed).shuffle(listed)
        chosen = choose(listed, choice)
        assert [past.file for past in chosen.months] == ["b"]
        assert chosen.findings == ()
    torn = choose([two, dataclasses.replace(three, figures={"enrolled": 3})], choice)
    assert torn.months == ()
    assert [f.file for f in torn.findings] == ["b", "c"]


def test_a_centre_goes_by_its_own_summaries_then_by_the_countys(tmp_path: Path) -> None:
    for month in (Period(2026, 8), SEPTEMBER):
        written(of(month), tmp_path)
    past = of(SEPTEMBER)
    center = past.directory.named(EAST)
    assert center
    write_center(past, center, center_path(past, center, tmp_path))
    county = found(tmp_path, tmp_path)
    part = restrict(county, center)
    add_history_of_center(part, center, tmp_path, tmp_path)
    assert [past.file for past in part.history] == [
        "全县汇总_2026-08.xlsx",
        f"中心校汇总_{EAST}_2026-09.xlsx",
    ]
    assert {past.figures["enrolled"] for past in part.history} == {58 + 263}
    path = write_center(part, center, center_path(part, center, tmp_path)).path
    assert "2026年8月" in [r[0].value for r in page(path, "月度趋势").iter_rows()]


def test_the_record_names_no_child(tmp_path: Path) -> None:
    with zipfile.ZipFile(written(of(SEPTEMBER), tmp_path)) as parts:
        text = parts.read("xl/sharedStrings.xml").decode()
    assert "&quot;check&quot;" in text or '"check"' in text
