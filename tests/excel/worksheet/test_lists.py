"""KBBX_GRADE, KBBX_RATE, KBBX_MASK, KBBX_MATCH and KBBX_SUMMARY."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbbx_xl.excel.functions import lists, plain
from tests.ids import with_check

WRONG = "#VALUE!"
DAY = dt.datetime(2026, 10, 1)
FIRST, SECOND, THIRD = (with_check(f"520000201303150{n}") for n in (11, 22, 33))


@pytest.mark.parametrize(
    ("text", "month", "stage", "grade"),
    [
        ("初一", None, None, "七年级"),
        ("三（2）班", None, None, "三年级"),
        (3.0, None, None, "三年级"),
        ("二年级", None, "初中", "八年级"),
        ("2026级", None, None, WRONG),
        ("2026级", "2026-10", "小学", "一年级"),
        ("2026级", DAY, "初中", "七年级"),
        ("初中2026级", 46296.0, None, "七年级"),
        ("初一", "下月", None, WRONG),
        ("高一", None, None, WRONG),
        ("幼儿园", None, None, WRONG),
        (None, None, None, ""),
        (True, None, None, WRONG),
        (DAY, None, None, WRONG),
        ("#NAME?", None, None, WRONG),
    ],
)
def test_a_grade(text: object, month: object, stage: object, grade: str) -> None:
    assert plain.grade(text, month, stage) == [[grade]]


@pytest.mark.parametrize(
    ("part", "whole", "rate"),
    [
        (49.0, 50.0, 0.98),
        (51.0, 50.0, 1.02),
        ("1,200人", 2400.0, 0.5),
        (0.0, 0.0, "—"),
        (3.0, 0.0, "—"),
        (None, 50.0, ""),
        (3.0, None, ""),
        ("全部", 50.0, WRONG),
        (-1.0, 50.0, WRONG),
        (3.0, True, WRONG),
        (3.0, DAY, WRONG),
        ("#DIV/0!", 3.0, WRONG),
    ],
)
def test_a_rate(part: object, whole: object, rate: object) -> None:
    assert plain.rate(part, whole) == [[rate]]


@pytest.mark.parametrize(
    ("value", "kind", "shown"),
    [
        (FIRST, None, "520" + "*" * 13 + FIRST[-2:]),
        ("17400000012", None, "174******12"),
        (17400000012.0, "电话", "174******12"),
        (5.2e17, None, "520" + "*" * 13 + "00"),
        ("12345", None, "*****"),
        ("王小明", None, "＊＊"),
        ("Wang Xiaoming", None, "＊＊"),
        ("王小明17400000012", None, "＊＊"),
        ("123456", "姓名", "＊＊"),
        ("王小明", "号码", "***"),
        (None, None, ""),
        (FIRST, "地址", WRONG),
        (DAY, None, WRONG),
        (True, None, WRONG),
        ("#N/A", None, "#N/A"),
    ],
)
def test_a_mask(value: object, kind: object, shown: str) -> None:
    assert plain.mask(value, kind) == [[shown]]


@given(st.text(max_size=30))
def test_no_mask_shows_more_than_five_characters(text: str) -> None:
    ((shown,),) = plain.mask(text)
    assert isinstance(shown, str)
    assert shown in (WRONG, "#N/A") or len(shown.replace("*", "").replace("＊", "")) <= 5


def test_two_lists_are_compared_by_their_keys() -> None:
    left = [[FIRST], [SECOND.lower() + " "], [None], [FIRST], [float(THIRD[:17] + "0")], ["无"]]
    wide = "".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in SECOND)
    right = [[wide], [THIRD], [DAY], ["#N/A"]]
    assert lists.match(left, right) == [
        ["键", "结果", "左行", "右行"],
        [FIRST, "只在左边", "1、4", ""],
        [SECOND, "两边都有", 2, 1],
        [THIRD, "只在右边", "", 2],
        ["", "证件号已损坏", 5, ""],
        ["", "没有填号", 6, ""],
        ["", WRONG, "", 3],
        ["", "#N/A", "", 4],
    ]


def test_short_numbers_match_however_they_are_written() -> None:
    table = lists.match([["007"], [12.0], ["’L1 2"]], [["12"], [7.0], ["l12"]])
    found = {key: verdict for key, verdict, _, _ in table[1:]}
    assert found["12"] == "两边都有"
    assert found["007"] == "只在左边"  # a leading zero is part of a number
    assert found["7"] == "只在右边"


def test_nothing_to_compare_gives_the_head_alone() -> None:
    assert lists.match(None, [[None], [" "]]) == [["键", "结果", "左行", "右行"]]


@given(st.lists(st.sampled_from([FIRST, SECOND, THIRD]), max_size=6), st.permutations([0, 1, 2]))
def test_every_key_is_reported_once(keys: list[str], order: list[int]) -> None:
    right = [[[FIRST, SECOND, THIRD][n]] for n in order]
    table = lists.match([[key] for key in keys] or None, right)[1:]
    assert {str(key) for key, *_ in table} == {FIRST, SECOND, THIRD}
    assert len(table) == 3
    both = {key for key, verdict, *_ in table if verdict == "两边都有"}
    assert both == set(keys)


LEDGER = [
    ["序号", "学 校", "姓名", "状态"],
    [1.0, "甲校", "一", "疑似辍学"],
    [2.0, "乙校", "二", "辍学"],
    [None, None, "", None],
    [3.0, "甲校", "三", "疑似辍学"],
    [4.0, "甲校", "四", None],
    [5.0, None, "五", "辍学"],
]


def test_a_ledger_by_unit_and_step() -> None:
    assert lists.summary(LEDGER) == [
        ["学 校", "疑似辍学", "辍学", "（未填）", "合计"],
        ["甲校", 2, 0, 1, 3],
        ["乙校", 0, 1, 0, 1],
        ["（未填）", 0, 1, 0, 1],
        ["合计", 2, 2, 1, 5],
    ]
    assert lists.summary(LEDGER, "学校", "状态") == lists.summary(LEDGER)
    assert lists.summary(LEDGER, "状态", "学校")[-1] == ["合计", 3, 1, 1, 5]


@pytest.mark.parametrize(
    ("ledger", "titles"),
    [(LEDGER, ("乡镇", None)), (LEDGER, (None, "结果")), (LEDGER[:1], ()), (None, ()), ("x", ())],
)
def test_a_ledger_without_the_columns_or_records(
    ledger: object, titles: tuple[object, ...]
) -> None:
    assert lists.summary(ledger, *titles) == [[WRONG]]
