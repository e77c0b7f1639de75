"""Runs of a whole roll call are those that are found row by row."""

from __future__ import annotations

import datetime as dt
import random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kbbx_xl.model import Mark
from kbbx_xl.rules.absence import longest, runs_from_marks
from kbbx_xl.rules.run_lengths import CODES, encoded, longest_runs, run_lengths
from tests.rules.calendars import AUTUMN

marks = st.sampled_from([*Mark, *[Mark.ABSENT] * 9])
OCTOBER = [dt.date(2026, 9, 20) + dt.timedelta(days=n) for n in range(45)]


@st.composite
def roll_calls(draw):
    days = draw(st.lists(st.sampled_from(OCTOBER), min_size=1, max_size=31, unique=True))
    days = sorted(days) if draw(st.booleans()) else days
    row = st.lists(marks, min_size=len(days), max_size=len(days)).map(tuple)
    return draw(st.lists(row, max_size=6)), days


@given(roll_calls(), st.sampled_from(OCTOBER), st.booleans())
def test_lengths_are_those_of_the_runs(roll_call, as_of, only_open):
    rows, days = roll_call
    found = longest_runs(rows, days, AUTUMN, as_of, only_open=only_open)
    expected = [
        longest(runs_from_marks(row, days, AUTUMN, as_of), only_open=only_open)[0] for row in rows
    ]
    assert found == expected


def test_a_county_of_marks():
    rng = random.Random(6)
    drawn = [tuple(rng.choices([Mark.PRESENT, Mark.ABSENT], k=22)) for _ in range(40_000)]
    most, current = run_lengths(encoded(drawn))
    for row in range(0, 40_000, 997):
        text = "".join("x" if mark is Mark.ABSENT else " " for mark in drawn[row])
        assert most[row] == max(map(len, text.split(" ")))
        assert current[row] == len(text) - len(text.rstrip("x"))


def test_more_days_than_a_byte_counts():
    most, current = run_lengths(np.full((2, 300), CODES[Mark.ABSENT], np.uint8))
    assert most.tolist() == current.tolist() == [300, 300]
