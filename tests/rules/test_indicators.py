"""Rates keep their two numbers."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kbbx_xl.rules.indicators import added, rate, shown

counts = st.integers(0, 100_000)


def test_no_denominator_no_rate():
    assert rate(0, 0) is None
    assert shown(3, 0) == "—"


def test_over_one_hundred_percent_is_kept():
    assert shown(1129, 1000) == "112.90%"
    assert shown(1, 8, digits=1) == "12.5%"
    assert shown(1, 16, digits=1) == "6.3%"  # half up, as Excel rounds
    assert shown(1, 3) == "33.33%"


@given(st.lists(st.tuples(counts, counts)))
def test_rates_are_taken_from_sums(pairs):
    numerator, denominator = added(pairs)
    assert (numerator, denominator) == (sum(n for n, _ in pairs), sum(d for _, d in pairs))
    if denominator:
        assert rate(numerator, denominator) == numerator / denominator
