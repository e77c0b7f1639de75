"""Functions of one cell each: grade, rate, mask."""

from __future__ import annotations

import datetime as dt

from kbbx_xl.excel.functions.cells import WRONG, Result, is_blank, lift, number
from kbbx_xl.flow.privacy import HIDDEN
from kbbx_xl.model import Period
from kbbx_xl.rules.cells import text_of
from kbbx_xl.rules.classes import grade_of
from kbbx_xl.rules.dates import parse_month
from kbbx_xl.rules.indicators import NO_RATE
from kbbx_xl.rules.indicators import rate as fraction
from kbbx_xl.rules.masking import masked

NO_PERIOD = Period(1900, 9)  # before every cohort: 2026级 cannot be read without a month
NAME_KINDS = frozenset({"姓名", "名字", "人名"})
NUMBER_KINDS = frozenset(
    {"号码", "证件号", "身份证号", "身份证件号", "学籍号", "电话", "手机号", "联系方式"}
)


def grade(texts: object, in_month: object = None, stage: object = None) -> Result:
    """KBBX_GRADE: 一年级 … 九年级; #VALUE! for what is none of them."""
    return lift(_grade, texts, in_month, stage)


def rate(numerator: object, denominator: object) -> Result:
    """KBBX_RATE: a fraction (0.98), or — when the denominator is 0."""
    return lift(_rate, numerator, denominator, required=2)


def mask(values: object, kind: object = None) -> Result:
    """KBBX_MASK: numbers with the middle hidden, names hidden altogether."""
    return lift(_mask, values, kind)


def _grade(cell: object, month_cell: object, stage_cell: object) -> object:
    if isinstance(cell, (bool, dt.date)):
        return WRONG
    period = NO_PERIOD if is_blank(month_cell) else parse_month(month_cell)
    if period is None:
        return WRONG
    return grade_of(text_of(cell), period=period, stage=text_of(stage_cell)) or WRONG


def _rate(part_cell: object, whole_cell: object) -> object:
    part, whole = number(part_cell), number(whole_cell)
    if part is None or whole is None or part < 0 or whole < 0:
        return WRONG
    found = fraction(part, whole)
    return NO_RATE if found is None else found


def _mask(cell: object, kind_cell: object) -> object:
    if isinstance(cell, (bool, dt.date)):
        return WRONG
    text = f"{cell:.0f}" if isinstance(cell, float) else text_of(cell)
    kind = text_of(kind_cell)
    if kind in NAME_KINDS or (not kind and _is_name(text)):
        return HIDDEN
    return masked(text) if not kind or kind in NUMBER_KINDS else WRONG


def _is_name(text: str) -> bool:
    """No digit in it, or a Chinese character: shown in part, either could tell who it is."""
    return not any(map(str.isdigit, text)) or any("\u4e00" <= c <= "\u9fff" for c in text)
