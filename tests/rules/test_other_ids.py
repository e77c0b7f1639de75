"""An id of 15 digits and the one inside a 残疾人证号 are the same id; a damaged one is nobody's."""

from __future__ import annotations

import pytest

from kbbx_xl.rules.identity import check_id
from kbbx_xl.rules.other_ids import FROM_DISABILITY, FROM_OLD, find_id, from_old, near_ids
from tests.ids import with_check

ADULT, CHILD = with_check("52000019980409012"), with_check("52000020160409001")
OLD = ADULT[:6] + ADULT[8:17]


@pytest.mark.parametrize("written", [OLD, int(OLD), float(OLD), f" {OLD[:6]} {OLD[6:]} "])
def test_fifteen_digits_become_eighteen(written: object) -> None:
    found = find_id(written)
    assert (found.value, found.origin) == (ADULT, FROM_OLD)
    assert check_id(found.value).value


@pytest.mark.parametrize(
    "old", ["520000981309012", "990000980409012", "52000098040901", "52000098040901X"]
)
def test_fifteen_digits_that_cannot_be_stay_nothing(old: str) -> None:
    assert from_old(old) == ""
    assert find_id(old).value == ""


@pytest.mark.parametrize("tail", ["11", "74", "43B1"])
def test_lb_06_the_id_inside_a_disability_certificate_is_used(tail: str) -> None:
    found = find_id(CHILD + tail)
    assert (found.value, found.origin) == (CHILD, FROM_DISABILITY)


@pytest.mark.parametrize("tail", ["1", "81", "15", "11B", "111"])
def test_other_tails_are_no_certificate(tail: str) -> None:
    assert find_id(CHILD + tail).value == ""


def test_a_usable_id_is_itself_and_a_damaged_one_is_kept_only_to_ask() -> None:
    assert find_id(CHILD).origin == find_id(CHILD).damaged == ""
    wrong = CHILD[:-1] + ("0" if CHILD[-1] != "0" else "1")
    assert find_id(wrong).damaged == wrong
    assert find_id(wrong).value == ""
    assert find_id("未办") == find_id(None) == find_id(True)


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ("123457", "只差一位"),
        ("132456", "相邻两位对调"),
        ("12345", "少写或多写一位"),
        ("1234456", "少写或多写一位"),
        ("123456", ""),
        ("163452", ""),
        ("654321", ""),
        ("1234", ""),
    ],
)
def test_ids_one_slip_apart(other: str, said: str) -> None:
    assert near_ids("123456", other) == near_ids(other, "123456") == said


def test_an_id_that_excel_took_for_a_number_is_near_its_own() -> None:
    assert near_ids(CHILD, CHILD[:15] + "000") == "末三位被改成000"
    assert near_ids("1" + CHILD[1:], CHILD[:15] + "000") == ""
