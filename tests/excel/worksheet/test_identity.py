"""KBBX_ID_CHECK, KBBX_ID_BIRTH, KBBX_ID_SEX, KBBX_ID_REGION, KBBX_XJH_CHECK, KBBX_AGE and the lifting of cells."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbbx_xl.excel.functions import identity
from kbbx_xl.excel.functions.cells import Grid, Result, lift
from kbbx_xl.rules.identity import check_id
from tests.ids import with_check

GOOD = with_check("52000020130315011")
OTHER = with_check("52000020140802022")
NOON = dt.datetime(2026, 9, 1, 12, tzinfo=dt.UTC)
CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.floats(-1e18, 1e18),
    st.text(max_size=20),
    st.datetimes(dt.datetime(1950, 1, 1), dt.datetime(2090, 1, 1)),
    st.sampled_from([GOOD, OTHER, GOOD[:17], f" {GOOD}", "无", "#N/A", "G" + GOOD, "2013-03-15"]),
)
GRIDS = st.integers(1, 3).flatmap(
    lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=4)
)
OF_ONE: list[Callable[[object], Result]] = [
    identity.id_check,
    identity.id_birth,
    identity.id_sex,
    identity.id_region,
    identity.xjh_check,
]


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (GOOD, "正确"),
        (f" {GOOD.lower()}", "正确"),
        (float(GOOD[:17] + "0"), "后三位丢失"),
        ("5.20000201303E+17", "后三位丢失"),
        (GOOD[:-1], "位数不对"),
        (GOOD[:-1] + ("1" if GOOD[-1] != "1" else "2"), "校验码不对"),
        ("张三", "有多余字符"),
        ("无", "空"),
        (None, ""),
        ("  ", ""),
        (True, "#VALUE!"),
        (NOON, "#VALUE!"),
        ("#N/A", "#N/A"),
        ("#DIV/0!", "#VALUE!"),
    ],
)
def test_a_number_is_judged_in_the_words_of_the_workbook(cell: object, said: str) -> None:
    assert identity.id_check(cell) == [[said]]


@given(GRIDS)
def test_the_judgement_is_that_of_the_rules(grid: list[list[object]]) -> None:
    for row, said in zip(grid, identity.id_check(grid), strict=True):
        for cell, verdict in zip(row, said, strict=True):
            if isinstance(cell, (str, float)) and cell != "#N/A":
                assert (verdict == "正确") == bool(check_id(cell).value)


def test_what_a_number_tells() -> None:
    column = [[GOOD], [OTHER], [None], ["520"], [float(GOOD[:15])]]
    wrong = "#VALUE!"
    births = [dt.date(2013, 3, 15), dt.date(2014, 8, 2)]
    assert identity.id_birth(column) == [[births[0]], [births[1]], [""], [wrong], [wrong]]
    assert identity.id_sex(column) == [["男"], ["女"], [""], [wrong], [wrong]]
    assert identity.id_region(column) == [["520000"], ["520000"], [""], [wrong], [wrong]]


def test_of_a_foreigners_card_the_province_is_the_region() -> None:
    assert identity.id_region(with_check("95215620000101001")) == [["520000"]]


@pytest.mark.parametrize(
    ("cell", "number", "said"),
    [
        ("G" + GOOD, None, "正确"),
        ("G" + GOOD, GOOD, "正确"),
        ("G" + GOOD, OTHER, "与身份证件号不同"),
        ("G" + GOOD, "不是号码", "正确"),
        ("L" + GOOD, OTHER, "正确"),
        (GOOD, None, "格式不对"),
        (123.0, None, "格式不对"),
        ("无", None, "空"),
        (None, GOOD, ""),
        (NOON, None, "#VALUE!"),
        (False, None, "#VALUE!"),
        ("G" + GOOD, "#N/A", "#N/A"),
    ],
)
def test_a_student_number(cell: object, number: object, said: str) -> None:
    assert identity.xjh_check(cell, number) == [[said]]


@pytest.mark.parametrize(
    ("birth", "day", "age"),
    [
        (dt.datetime(2013, 9, 1), NOON, 13),
        (dt.datetime(2013, 9, 2), NOON, 12),
        (41518.0, 46266.0, 13),  # 2013-09-01, 2026-09-01 as day numbers
        ("2013.9.1", "2026-09-01", 13),
        (GOOD, NOON, 13),
        (None, NOON, ""),
        (GOOD, None, ""),
        ("上学期", NOON, "#VALUE!"),
        (7.0, NOON, "#VALUE!"),
        (True, NOON, "#VALUE!"),
        (NOON, dt.datetime(2026, 8, 31), "#VALUE!"),
        (NOON, "#REF!", "#VALUE!"),
    ],
)
def test_full_years(birth: object, day: object, age: object) -> None:
    assert identity.age(birth, day) == [[age]]


@given(GRIDS)
def test_a_range_gives_what_its_cells_give(grid: list[list[object]]) -> None:
    for function in OF_ONE:
        assert function(grid) == [[function(cell)[0][0] for cell in row] for row in grid]
    ages = identity.age(grid, NOON)
    assert ages == [[identity.age(cell, NOON)[0][0] for cell in row] for row in grid]


@pytest.mark.parametrize(
    ("left", "right", "sums"),
    [
        ([[1.0], [2.0]], 10.0, [[11], [12]]),
        ([[1.0], [2.0]], [[10.0, 20.0]], [[11, 21], [12, 22]]),
        ([[1.0, 2.0]], [[10.0, 20.0]], [[11, 22]]),
        ([[1.0], [2.0], [3.0]], [[10.0], [20.0]], [[11], [22], ["#N/A"]]),
        ([[1.0, 2.0, 3.0]], [[10.0, 20.0]], [[11, 22, "#N/A"]]),
        ([[1.0], [None]], [[None], [20.0]], [[""], [""]]),
        ([[1.0], ["#NUM!"]], ((10.0,), (20.0,)), [[11], ["#VALUE!"]]),
    ],
)
def test_arguments_are_stretched_as_excel_stretches_them(
    left: Grid, right: object, sums: Result
) -> None:
    def add(a: float, b: float) -> float:
        return a + b

    assert lift(add, left, right, required=2) == sums
    assert lift(add, left, right, required=2, repeats=False) == sums


def test_true_is_not_taken_for_one() -> None:
    assert lift(repr, [[1.0], [True], [1.0]]) == [["1.0"], ["True"], ["1.0"]]


def test_an_error_that_xlwings_does_not_know_is_an_error() -> None:
    """#SPILL! comes as the bare code of Excel; a number of that size would be nonsense, too."""
    assert identity.id_check([[-2146826243]]) == [["#VALUE!"]]
