"""身份证号 and 学籍号 as they are written."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbbx_xl.rules.identity import (
    REPAIRED,
    IdVerdict,
    age_on,
    birth_of,
    check_id,
    check_student_no,
    checksum_ok,
    region_ok,
    sex_of,
)
from tests.ids import with_check

GOOD = "520000201212254866"
FULLWIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


def number(birth: dt.date, sequence: int, region: str = "520000") -> str:
    return with_check(f"{region}{birth:%Y%m%d}{sequence:03d}")


births = st.dates(dt.date(1900, 1, 1), dt.date(2026, 12, 31))
numbers = st.builds(number, births, st.integers(0, 999))


@given(births, st.integers(0, 999))
def test_a_sound_number_is_kept_and_tells_birth_and_sex(birth, sequence):
    made = number(birth, sequence)
    assert check_id(made) == IdVerdict(made)
    assert birth_of(made) == birth
    assert sex_of(made) == ("男" if sequence % 2 else "女")


@given(numbers)
def test_repairs_that_cannot_change_the_person(made):
    for written, problem in [
        (f" {made}\t", ""),
        (f"\u00a0{made}\u200b", ""),
        (made.lower(), ""),
        (made.translate(FULLWIDTH), "fullwidth"),
        (f"{made[:6]} {made[6:14]} {made[14:]}", "inner_space"),
        (f"'{made}", "apostrophe"),
        (f"’{made}", "apostrophe"),
    ]:
        assert check_id(written) == IdVerdict(made, problem)
        assert problem in REPAIRED


@given(numbers, st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(made, place, shift):
    wrong = made[:place] + str((int(made[place]) + shift) % 10) + made[place + 1 :]
    verdict = check_id(wrong)
    assert verdict.value == ""
    assert verdict.problem in ("checksum", "excel_precision")


@given(numbers, st.integers(0, 16))
def test_two_neighbours_exchanged_are_found(made, place):
    if made[place] != made[place + 1] and made[place + 1] != "X":
        swapped = made[:place] + made[place + 1] + made[place] + made[place + 2 :]
        assert check_id(swapped).value == ""


@given(numbers)
def test_a_number_in_the_cell_is_damaged(made):
    body = int(made[:17] + "0")
    for written in (body, float(body), f"{float(body):.14E}"):
        assert check_id(written) == IdVerdict("", "excel_precision")
    cut = made[:15] + "000"
    expected = "" if checksum_ok(cut) else "excel_precision"
    assert check_id(cut).problem == expected


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        (None, "missing"), ("", "missing"), ("  ", "missing"), ("无", "missing"), ("／", "missing"),
        (GOOD[:-1], "short17"), (GOOD + "0", "long19"), (GOOD[:15], "length"), (520000, "length"),
        ("52OOO0201212254866", "letter_o"), ("5200002o1212254866", "letter_o"),
        ("52000020I212254866", "letter_o"), ("见户口簿", "garbage"), (True, "garbage"),
        ("G" + GOOD, "garbage"), ("5200002012X2254866", "garbage"), ("520000201212254867", "checksum"),
        (number(dt.date(2012, 12, 25), 486, "990000"), "region"),
        (f"’{GOOD[:-1]}7", "checksum"), (GOOD[:-1].translate(FULLWIDTH), "short17"),
        ("5.20000201212254E+17", "excel_precision"),
    ],
)  # fmt: skip
def test_numbers_that_cannot_be_used(written, problem):
    assert check_id(written) == IdVerdict("", problem)


def test_a_birth_date_that_does_not_exist():
    body = "52000020130231001"
    assert check_id(with_check(body)).problem == "bad_date"
    with pytest.raises(ValueError, match="出生日期"):
        birth_of(body + "0")


@pytest.mark.parametrize(
    ("start", "valid"), [("11", True), ("52", True), ("71", True), ("83", True), ("90", False), ("944", True), ("00", False), ("30", False)]
)  # fmt: skip
def test_regions(start, valid):
    assert region_ok(start.ljust(18, "0")) is valid


@pytest.mark.parametrize(
    ("written", "value", "problem"),
    [
        (f"G{GOOD}", f"G{GOOD}", ""),
        (f" g{GOOD} ", f"G{GOOD}", ""),
        ("L520000201212250019", "L520000201212250019", ""),
        ("G520000201212250019", "G520000201212250019", "g_differs"),
        (GOOD, "", "format"),
        (f"G{GOOD}1", "", "format"),
        (5.2e17, "", "format"),
        (None, "", "missing"),
        ("无", "", "missing"),
    ],
)
def test_student_numbers(written, value, problem):
    assert check_student_no(written, GOOD) == (value, problem)


def test_g_is_not_compared_with_an_unusable_id():
    assert check_student_no("G520000201212250019", "") == ("G520000201212250019", "")


def test_full_years_count_from_the_birthday():
    birth = dt.date(2012, 2, 29)
    assert age_on(birth, dt.date(2026, 2, 28)) == 13
    assert age_on(birth, dt.date(2026, 3, 1)) == 14
    assert age_on(dt.date(2020, 10, 20), dt.date(2026, 10, 20)) == 6
