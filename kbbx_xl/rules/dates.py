"""Dates and months in every form that Chinese schools write them.

Everything is pure: the reporting month is an argument, and a day written without a year falls on
the latest such day not after that month's end.
"""

from __future__ import annotations

import datetime as dt
import functools
import math
import re
import unicodedata

from kbbx_xl.model import Period

FIRST_YEAR, LAST_YEAR = 1900, 2100
SERIALS = range(20_000, 80_001)  # Excel day numbers of 1954-10-03 … 2119-01-10
SERIAL_ZERO = dt.date(1899, 12, 30)

_SEP = r"[-./、,\\·~—–_ ]"
_TAIL = re.compile(  # a weekday or a time of day behind the date
    r"[(\[]?(?:星期|周|礼拜)[一二三四五六日天][)\]]?$"
    r"|[ T]\s*\d{1,2}[:时]\d{1,2}(?:[:分]\d{1,2}(?:\.\d+)?)?[分秒Z]?$"
    r"|\s*(?:上午|下午|早上|晚上|中午)$"
)
_FULL = re.compile(
    rf"(\d{{4}}|\d{{2}}) ?(?:年|{_SEP}) ?(\d{{1,2}}) ?(?:月|{_SEP}) ?(\d{{1,2}}) ?[日号]?"
)
_PLAIN = re.compile(
    r"(\d{4})(?:(\d\d)(\d\d)|[-.](\d\d?)[-.](\d\d?)|/(\d\d?)/(\d\d?)|年(\d\d?)月(\d\d?)日)"
)  # the forms of nearly every cell, tried first
_ISO = re.compile("[12][0-9]{3}-[0-9]{2}-[0-9]{2}|[12][0-9]{7}")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_NO_YEAR = re.compile(rf"(\d{{1,2}}) ?(?:月|{_SEP}) ?(\d{{1,2}}) ?[日号]?")
_MONTH = re.compile(
    rf"(\d{{4}}|\d{{2}}(?=年)) ?(?:年|{_SEP}) ?(\d{{1,2}}) ?(?:月份?)?|(\d{{4}})(\d{{2}})"
)
_MONTH_ONLY = re.compile(r"(\d{1,2}) ?月份?")
_HAN_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_HAN_TENS = re.compile(r"([一二三四五六七八九]?)十([一二三四五六七八九]?)")
_HAN_DATE = re.compile(r"[〇○零一二三四五六七八九十]+[年月]")


def parse_date(value: object, period: Period | None = None) -> dt.date | None:
    """The day a cell holds, or None when it holds none.

    Reads date cells, Excel day numbers (20000-80000), 2026-10-08, 2026.10.8, 2026/10/8,
    2026年10月8日, 26.10.8, 20261008, 二〇二六年十月八日, and with a ``period`` also 10月8日, 10.8.
    """
    if isinstance(value, str) and _ISO.fullmatch(value):  # as most exports write it
        return _iso_date(value)
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return _number(float(value))
    return _text_date(value, period) if isinstance(value, str) else None


def lacks_year(value: object) -> bool:
    """Whether a cell gives a day without its year (10月8日), so that the year is inferred."""
    return (
        isinstance(value, str)
        and parse_date(value) is None
        and bool(_NO_YEAR.fullmatch(_plain(value)))
    )


def parse_month(value: object, period: Period | None = None) -> Period | None:
    """The month a cell holds: 2026-10, 2026年10月份, 202610, any full date, and 10月 with a ``period``.

    A number such as 2013.1 is refused: Excel makes it of both 2013.1 and 2013.10.
    """
    day = parse_date(value)
    if day is not None:
        return Period(day.year, day.month)
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        value = str(int(value))
    if not isinstance(value, str):
        return None
    text = _plain(value)
    if found := _MONTH.fullmatch(text):
        return _period(_year(found[1] or found[3], period), int(found[2] or found[4]))
    if period and (found := _MONTH_ONLY.fullmatch(text)):
        month = int(found[1])
        return _period(period.school_year + (month < 9), month)
    return None


def _text_date(text: str, period: Period | None) -> dt.date | None:
    if found := _PLAIN.fullmatch(text):
        year, month, day = filter(None, found.groups())
        return _day(int(year), int(month), int(day))
    plain = _plain(text)
    if found := _FULL.fullmatch(plain) or _COMPACT.fullmatch(plain):
        return _day(_year(found[1], period), int(found[2]), int(found[3]))
    if period and (found := _NO_YEAR.fullmatch(plain)):
        return _latest(period, int(found[1]), int(found[2]))
    return _number(float(plain)) if re.fullmatch(r"\d{5}(\.\d+)?", plain) else None


def _number(number: float) -> dt.date | None:
    if not math.isfinite(number):
        return None
    if int(number) in SERIALS:
        return SERIAL_ZERO + dt.timedelta(days=int(number))
    if number.is_integer() and (found := _COMPACT.fullmatch(str(int(number)))):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    return None


def _plain(text: str) -> str:
    """Half-width, Arabic digits, single spaces; without weekday and time of day."""
    plain = " ".join(unicodedata.normalize("NFKC", text).split())
    if _HAN_DATE.search(plain):
        plain = _HAN_TENS.sub(_tens, plain).translate(_HAN_DIGITS)
    for _ in range(2):
        plain = _TAIL.sub("", plain).strip()
    return plain


def _tens(found: re.Match[str]) -> str:
    return (found[1] or "一") + (found[2] or "〇")


def _year(text: str, period: Period | None) -> int:
    """Two digits mean the last such year not after the reporting year, else of this century."""
    year = int(text)
    if len(text) == 4:
        return year
    return 1900 + year if period and 2000 + year > period.year + 1 else 2000 + year


def _iso_date(text: str) -> dt.date | None:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year < LAST_YEAR else None


def _day(year: int, month: int, day: int) -> dt.date | None:
    if not FIRST_YEAR <= year < LAST_YEAR:
        return None
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _period(year: int, month: int) -> Period | None:
    return Period(year, month) if FIRST_YEAR <= year < LAST_YEAR and 1 <= month <= 12 else None


@functools.lru_cache(maxsize=1024)
def _latest(period: Period, month: int, day: int) -> dt.date | None:
    """The latest such day not after the last of ``period``; 29 February looks back four years."""
    days = (_day(period.year - back, month, day) for back in range(9))
    return next((d for d in days if d is not None and d <= period.last), None)
