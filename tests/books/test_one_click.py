"""Which month a folder is for, and what earlier runs left in it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from kbbx_xl.books import guard
from kbbx_xl.books.one_click import (
    RESULTS,
    Order,
    earlier_results,
    in_words,
    read_county,
    usual_month,
)
from kbbx_xl.books.template import Context, build_workbook
from kbbx_xl.flow.standing import by_center
from kbbx_xl.messages import InputError
from kbbx_xl.model import Period, Unit
from kbbx_xl.settings.forms import load_form
from kbbx_xl.settings.policies import load_policy
from tests.flow.factory import make_county

OCTOBER, NOVEMBER = Period(2026, 10), Period(2026, 11)


def monthly(folder: Path, name: str, month: Period, as_of: dt.date) -> None:
    unit = Unit("", name, level="学校", stage="小学")
    context = Context(unit=unit, period=month, as_of=as_of)
    folder.mkdir(exist_ok=True)
    build_workbook(load_form("monthly"), folder / f"月报表_{name}_{month}.xlsx", context=context)


def test_most_files_decide_the_month_and_the_day(tmp_path: Path) -> None:
    for name in ("甲", "乙"):
        monthly(tmp_path / name, name, OCTOBER, dt.date(2026, 10, 20))
    monthly(tmp_path / "丙", "丙", Period(2026, 9), dt.date(2026, 9, 20))
    assert usual_month(tmp_path, NOVEMBER) == (OCTOBER, dt.date(2026, 10, 20))


def test_a_month_that_has_not_come_is_not_chosen(tmp_path: Path) -> None:
    """A school has carried its workbook over already, beside this month's report."""
    monthly(tmp_path, "甲", OCTOBER, dt.date(2026, 10, 20))
    monthly(tmp_path, "甲", NOVEMBER, dt.date(2026, 11, 1))
    monthly(tmp_path, "乙", NOVEMBER, dt.date(2026, 11, 1))
    assert usual_month(tmp_path, OCTOBER)[0] == OCTOBER
    assert usual_month(tmp_path, NOVEMBER)[0] == NOVEMBER


def test_files_that_say_nothing_leave_the_month_of_today(tmp_path: Path) -> None:
    (tmp_path / "名册.csv").write_text("姓名,年级\n甲,三年级\n", encoding="utf-8")
    assert usual_month(tmp_path, OCTOBER) == (OCTOBER, None)


def test_earlier_results_are_no_submissions(tmp_path: Path) -> None:
    old = tmp_path / f"{RESULTS}2026-09"
    old.mkdir()
    (old / "全县汇总_2026-09.xlsx").touch()
    (tmp_path / "汇总").mkdir()
    (tmp_path / "汇总" / "a.xlsx").touch()
    (tmp_path / "月报表.xlsx").touch()
    assert earlier_results(tmp_path, tmp_path / "汇总") == {
        old / "全县汇总_2026-09.xlsx",
        tmp_path / "汇总",
        tmp_path / "汇总" / "a.xlsx",
    }


def test_a_day_before_the_month_is_refused(tmp_path: Path) -> None:
    order = Order(tmp_path, OCTOBER, dt.date(2026, 9, 30), load_policy("tanghe"))
    with pytest.raises(InputError, match="早于 2026年10月"):
        read_county(order, out=tmp_path / "汇总")


def test_no_more_processes_than_windows_waits_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 128)
    assert guard.workers_for(50) == guard.MOST_PROCESSES == 61
    assert guard.workers_for(guard.POOL_FROM - 1) == 1


def test_what_is_said_of_the_units_adds_up() -> None:
    """已报 means everything came, here as on the first page; a wrong month names the month."""
    county = make_county()
    first, *rest = in_words(county)
    assert first == "2026年10月：应报 7 个单位，已报 4 个，缺项 1 个，错月 1 个，未报 1 个"
    assert [line for line in rest if line.startswith("错月")] == [
        f"错月：{next(p.unit for p in county.progress if p.status == '错月')}（2026-09）"
    ]
    lines = by_center(county)
    assert (sum(one.expected for one in lines), sum(one.sent for one in lines)) == (7, 4)
