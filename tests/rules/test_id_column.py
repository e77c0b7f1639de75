"""A column of ids judged at once says of each what ``check_id`` says, and what others' checks say."""

from __future__ import annotations

import datetime as dt
import random

from hypothesis import example, given
from hypothesis import strategies as st
from stdnum.cn import ric

from kbbx_xl.rules.id_column import check_ids
from kbbx_xl.rules.identity import birth_of, check_id, day_number, sex_of
from tests.ids import with_check
from tests.property.values import values

REGIONS = (
    "110101",
    "370102",
    "440103",
    "520102",
    "652826",
)  # known to others in each year since 1984
FULLWIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
ODD = (
    "520000201212254866", "52000020121225486X", "520000201212254000", "520000201302294866", "990000201212254866",
    "52000020121225486x", "5200002012122548６6", "52000O201212254866", "５２００００２０１２１２２５４８６６", "520000 20121225486",
    "'52000020121225486", "520000189912254866", "000000000000000000", "                  ", "\x00" * 18, "XXXXXXXXXXXXXXXXXX",
    "520000222212254866", "520000999912314866", "𠮷" * 18, "\ud800" * 18,
)  # fmt: skip

births = st.dates(dt.date(1900, 1, 1), dt.date(2299, 12, 31))
right = st.builds(
    lambda region, day, n: with_check(f"{region}{day:%Y%m%d}{n:03d}"),
    st.sampled_from((*REGIONS, "712345", "911123", "990000", "160000")),
    births,
    st.integers(0, 999),
)


def _with_slip(number: str, place: int, character: str) -> str:
    return number[:place] + character + number[place + 1 :]


slips = st.builds(
    _with_slip, right, st.integers(0, 17), st.sampled_from("0123456789XxOIl ６²'/:\x00")
)
written = (
    right | slips | right.map(lambda n: n.translate(FULLWIDTH)) | st.sampled_from(ODD) | values
)


@given(st.lists(written, max_size=6))
@example(list(ODD))
@example([])
def test_a_column_is_judged_as_its_cells_are(column):
    judged = check_ids(column)
    one_by_one = [check_id(cell) for cell in column]
    assert judged.values == [verdict.value for verdict in one_by_one]
    told = {i: verdict.problem for i, verdict in enumerate(one_by_one) if verdict.problem}
    assert list(judged.problems.items()) == list(told.items())
    for i, verdict in enumerate(one_by_one):
        born = day_number(birth_of(verdict.value)) if verdict.value else 0
        assert judged.births[i] == born
        assert bool(judged.male[i]) == bool(verdict.value and sex_of(verdict.value) == "男")


@given(
    st.sampled_from(REGIONS),
    st.dates(dt.date(1986, 1, 1), dt.date(2020, 12, 31)),
    st.integers(0, 999),
    st.integers(8, 17),  # python-stdnum knows people born in any century
    st.sampled_from("0123456789X"),
)
def test_a_slip_is_one_for_python_stdnum_too(region, day, n, place, character):
    number = with_check(f"{region}{day:%Y%m%d}{n:03d}")
    column = [number, _with_slip(number, place, character)]
    assert [bool(value) for value in check_ids(column).values] == [ric.is_valid(c) for c in column]


def test_a_county_is_judged_at_once():
    rng, first = random.Random(6), dt.date(2010, 9, 1)
    column = [
        with_check(f"520102{first + dt.timedelta(rng.randrange(3600)):%Y%m%d}{n % 1000:03d}")
        for n in range(20_000)
    ]
    judged = check_ids(column)
    assert judged.values == column
    assert not judged.problems
