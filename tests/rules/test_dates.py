"""Dates and months in every form that schools write them."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbbx_xl.model import Period
from kbbx_xl.rules.dates import SERIAL_ZERO, lacks_year, parse_date, parse_month

OCTOBER = Period(2026, 10)
DAYS = st.dates(dt.date(1960, 1, 1), dt.date(2099, 12, 31))
FORMS = (
    "{0:04d}-{1:02d}-{2:02d}",
    "{0}-{1}-{2}",
    "{0}.{1}.{2}",
    "{0}/{1}/{2}",
    "{0}、{1}、{2}",
    "{0}年{1}月{2}日",
    "{0}年{1:02d}月{2:02d}号",
    "{0} 年 {1} 月 {2} 日",
    "{0:04d}{1:02d}{2:02d}",
    "{0}-{1}-{2} 00:00:00",
    "{0}/{1}/{2} 8:05",
    "{0}年{1}月{2}日 星期一",
    "{0}.{1}.{2}（周二）",
    "　{0}.{1}.{2} ",
)
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
HAN = str.maketrans("0123456789", "〇一二三四五六七八九")


def han(number: int) -> str:
    tens, ones = divmod(number, 10)
    ten = {0: "", 1: "十"}.get(tens, f"{str(tens).translate(HAN)}十")
    return ten + (str(ones).translate(HAN) if ones else "")


@given(day=DAYS, form=st.sampled_from(FORMS))
def test_every_written_form_is_the_same_day(day: dt.date, form: str) -> None:
    text = form.format(day.year, day.month, day.day)
    assert parse_date(text) == day
    assert parse_date(text.translate(FULL_WIDTH)) == day
    assert not lacks_year(text)


@given(day=DAYS)
def test_cells_numbers_and_chinese_numerals_are_the_same_day(day: dt.date) -> None:
    assert parse_date(day) == day
    assert parse_date(dt.datetime.combine(day, dt.time(8, 30))) == day
    serial = (day - SERIAL_ZERO).days
    assert [parse_date(v) for v in (serial, float(serial), serial + 0.5, str(serial))] == [day] * 4
    assert parse_date(float(f"{day:%Y%m%d}")) == day
    year = str(day.year).translate(HAN)
    assert parse_date(f"{year}年{han(day.month)}月{han(day.day)}日") == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("10月15日", dt.date(2026, 10, 15)),
        ("１０月３１日", dt.date(2026, 10, 31)),
        ("9.30", dt.date(2026, 9, 30)),
        ("9/1", dt.date(2026, 9, 1)),
        ("11月2日", dt.date(2025, 11, 2)),
        ("十月八日", dt.date(2026, 10, 8)),
        ("2月29日", dt.date(2024, 2, 29)),
        ("26.10.8", dt.date(2026, 10, 8)),
        ("98年3月5日", dt.date(1998, 3, 5)),
    ],
)
def test_without_a_year_the_latest_such_day_of_the_month_reported(text: str, day: dt.date) -> None:
    assert parse_date(text, OCTOBER) == day


@given(day=st.dates(dt.date(2025, 11, 1), dt.date(2026, 10, 31)))
def test_any_day_of_the_last_year_is_found_again_without_its_year(day: dt.date) -> None:
    text = f"{day.month}月{day.day}日"
    assert parse_date(text, OCTOBER) == day
    assert lacks_year(text)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "无",
        "2026-13-01",
        "2026-2-30",
        "20261332",
        "去年",
        "9月3日-9月5日",
        "2026年9月",
        "3",
        3.5,
        None,
        True,
        12,
        20261332.0,
        5.2e17,
        "520000201208039258",
        dt.time(8, 0),
        "10月15日",
    ],
)
def test_what_is_no_day_is_none(value: object) -> None:
    assert parse_date(value) is None


@given(value=st.one_of(st.text(), st.floats(), st.integers(), st.booleans(), st.none()))
def test_nothing_raises(value: object) -> None:
    assert parse_date(value, OCTOBER) is None or parse_date(value, OCTOBER).year >= 1900
    month = parse_month(value, OCTOBER)
    assert month is None or 1 <= month.month <= 12


@pytest.mark.parametrize(
    ("value", "month"),
    [
        ("2026-10", Period(2026, 10)),
        ("2026年9月份", Period(2026, 9)),
        ("2026.9", Period(2026, 9)),
        ("202609", Period(2026, 9)),
        (202609.0, Period(2026, 9)),
        ("二〇二六年十月", Period(2026, 10)),
        ("2013年10月8日", Period(2013, 10)),
        (dt.date(2026, 10, 1), Period(2026, 10)),
        ("10月", Period(2026, 10)),
        ("3月份", Period(2027, 3)),
        (2013.1, None),
        ("2026-13", None),
        ("", None),
    ],
)
def test_months(value: object, month: Period | None) -> None:
    assert parse_month(value, OCTOBER) == month
