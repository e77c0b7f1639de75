"""One value for each cell, whoever read it."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbbx_xl.model import Period
from kbbx_xl.rules.cells import clean, clean_column, compact, number_of, prose_of, text_of
from kbbx_xl.settings.forms import Field, FieldType

OCTOBER = Period(2026, 10)
CELLS = st.one_of(st.text(), st.floats(allow_nan=False), st.integers(), st.booleans(), st.dates())


def column(kind: FieldType, *values: object, name: str = "x") -> list[object]:
    return clean_column(values, Field(name, "栏", kind), period=OCTOBER)


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        ("", None),
        (" \u3000\u00a0", None),
        ("\ufeff张三\u200b", "张三"),
        ("１２３ＡＢ", "123AB"),
        ("（1）班", "(1)班"),
        (3.0, 3),
        (3.5, 3.5),
        (5.20000201807303e17, 5.20000201807303e17),
        (dt.datetime(2026, 10, 8), dt.date(2026, 10, 8)),
        (dt.datetime(2026, 10, 8, 9, 30), dt.datetime(2026, 10, 8, 9, 30)),
        ("家长\n表示", "家长\n表示"),
    ],
)
def test_clean(value: object, plain: object) -> None:
    assert clean(value) == plain


@given(value=CELLS)
def test_cleaning_twice_changes_nothing(value: object) -> None:
    once = clean(value)
    assert once is None or clean(once) == once
    assert text_of(text_of(value)) == text_of(value)


@given(name=st.text("赵钱孙李张王龙凤翔建国", min_size=1, max_size=4), data=st.data())
def test_padding_spaces_in_chinese_words_do_not_count(name: str, data: st.DataObject) -> None:
    gaps = [data.draw(st.sampled_from(["", " ", "\u3000", "  ", "\n", "\u00a0"])) for _ in name]
    padded = "".join(gap + letter for gap, letter in zip(gaps, name, strict=True)) + " "
    assert column(FieldType.TEXT, padded) == [name]


def test_a_space_between_latin_words_stays() -> None:
    assert compact(" Maria  Garcia ") == "Maria  Garcia"


def test_prose_keeps_its_punctuation() -> None:
    assert prose_of(" 家长表示配合，学生（9 月）返校。 ") == "家长表示配合，学生（9 月）返校。"
    assert column(FieldType.TEXT, "甲，乙 丙", name="record") == ["甲，乙 丙"]


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (3, 3),
        (3.0, 3),
        (0.5, 0.5),
        ("１２", 12),
        ("1,200", 1200),
        (" 3 ", 3),
        ("8人", 8),
        ("0.5天", 0.5),
        ("-2", -2),
        ("", None),
        ("未报", None),
        ("1,2", None),
        ("3或4", None),
        (True, None),
    ],
)
def test_numbers(value: object, number: object) -> None:
    assert number_of(value) == number


def test_what_is_no_number_stays_text_and_blank_is_never_zero() -> None:
    assert column(FieldType.INT, "", " ", "未报", "３", 4.0, "#N/A") == [
        None,
        None,
        "未报",
        3,
        4,
        "#N/A",
    ]


def test_ids_and_phones_stay_as_written() -> None:
    written = ("５２０", " 520000 2015 ", "'5200", 5.2e17, "5200\t", "", "\u3000", 17400885570.0)
    kept = ["５２０", " 520000 2015 ", "'5200", 5.2e17, "5200\t", None, None, 17400885570.0]
    for kind in (FieldType.ID, FieldType.STUDENT_NO, FieldType.PHONE):
        assert column(kind, *written) == kept


def test_dates_and_months() -> None:
    day = dt.date(2026, 10, 8)
    assert column(FieldType.DATE, "10月8日", day, 46303.0, "不详", "") == [
        day,
        day,
        day,
        "不详",
        None,
    ]
    assert column(FieldType.DATE, "2013.10") == [Period(2013, 10)]
    assert column(FieldType.MONTH, "2013.10", "2013年9月", 2013.1, None) == [
        Period(2013, 10),
        Period(2013, 9),
        "2013.1",
        None,
    ]


def test_text_columns_hold_text_whatever_the_cell_holds() -> None:
    cells = (10101.0, 7, "10101", dt.date(2026, 10, 8), "")
    assert column(FieldType.TEXT, *cells) == ["10101", "7", "10101", "2026-10-08", None]


@given(values=st.lists(CELLS, max_size=30), kind=st.sampled_from(FieldType))
def test_a_column_keeps_its_length_and_never_raises(values: list[object], kind: FieldType) -> None:
    assert len(column(kind, *values)) == len(values)


def test_a_lone_accent_is_written_in_one_way() -> None:
    assert compact("A´") == compact(compact("A´")) == "Á"
