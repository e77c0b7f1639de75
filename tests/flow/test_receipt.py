"""flow.receipt: which package of a unit and month counts, in whatever order they came."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools

from hypothesis import given
from hypothesis import strategies as st

from kbbx_xl.flow.receipt import Receipt, State, judge

NOON = dt.datetime(2026, 10, 20, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
FIRST = Receipt("1", "一.zip", "甲小学", "2026-10", NOON, "d1", False, NOON)


def other(number: int, **changes: object) -> Receipt:
    base = dataclasses.replace(FIRST, id=str(number), file=f"{number}.zip", digest=f"d{number}")
    return dataclasses.replace(base, **changes)  # type: ignore[arg-type]


def states(*receipts: Receipt) -> dict[str, tuple[State, bool]]:
    return {key: (v.state, v.used) for key, v in judge(receipts).items()}


def test_alone_it_stands_as_it_is() -> None:
    assert states(FIRST) == {"1": (State.INTACT, True)}
    (verdict,) = judge([dataclasses.replace(FIRST, changed=True)]).values()
    assert (verdict.state, verdict.used) == (State.CHANGED, True)
    assert "核实" in verdict.remedy


def test_the_one_sealed_later_takes_its_place() -> None:
    newer = other(2, sealed_at=NOON + HOUR)
    assert states(FIRST, newer) == {"1": (State.REPLACED, False), "2": (State.INTACT, True)}
    assert "2.zip" in judge([FIRST, newer])["1"].reason


def test_an_older_one_that_came_after_the_newer_is_old() -> None:
    newer = other(2, sealed_at=NOON + HOUR)
    late = dataclasses.replace(FIRST, received=NOON + HOUR)
    assert states(late, newer)["1"] == (State.OLD, False)


def test_a_changed_one_never_takes_the_place_of_one_as_sealed() -> None:
    changed = other(2, sealed_at=NOON + HOUR, changed=True)
    assert states(FIRST, changed) == {"1": (State.INTACT, True), "2": (State.CHANGED, False)}
    older = other(3, sealed_at=NOON - HOUR, changed=True)
    assert states(FIRST, older)["3"] == (State.REPLACED, False)


def test_moments_are_compared_not_texts() -> None:
    abroad = dt.timezone(dt.timedelta(hours=8))
    same = other(2, sealed_at=NOON.astimezone(abroad) + HOUR)
    assert states(FIRST, same)["2"] == (State.INTACT, True)


def test_the_same_package_twice_and_two_sealed_at_once() -> None:
    copy = other(2, digest="d1")
    found = judge([FIRST, copy])
    assert sorted(v.used for v in found.values()) == [False, True]
    assert any("同一包" in v.reason for v in found.values())
    twin = other(2)
    told = judge([FIRST, twin])
    assert {v.state for v in told.values()} == {State.INTACT}
    assert any("内容不同" in v.reason for v in told.values())


def test_other_units_are_other_units_and_the_latest_month_is_laid_out() -> None:
    later = other(2, month="2026-11", sealed_at=NOON + HOUR)
    beside = other(3, unit="乙小学")
    found = judge([FIRST, later, beside])
    assert {key: v.used for key, v in found.items()} == {"1": False, "2": True, "3": True}
    assert found["1"].state is State.INTACT
    assert "2026-11" in found["1"].reason


MANY = st.lists(
    st.builds(
        Receipt,
        id=st.sampled_from("123456"),
        file=st.sampled_from(("a.zip", "b.zip")),
        unit=st.sampled_from(("甲小学", "乙小学")),
        month=st.sampled_from(("2026-09", "2026-10")),
        sealed_at=st.sampled_from((NOON, NOON + HOUR)),
        digest=st.sampled_from(("x", "y")),
        changed=st.booleans(),
        received=st.sampled_from((NOON, NOON + HOUR)),
    ),
    max_size=5,
    unique_by=lambda r: r.id,
)


@given(MANY)
def test_order_decides_nothing_and_one_a_unit_is_used(receipts: list[Receipt]) -> None:
    found = judge(receipts)
    for mixed in itertools.islice(itertools.permutations(receipts), 24):
        assert judge(mixed) == found
    assert found.keys() == {r.id for r in receipts}
    by_unit = {
        unit: [found[r.id] for r in receipts if r.unit == unit] for unit in ("甲小学", "乙小学")
    }
    for verdicts in by_unit.values():
        assert sum(v.used for v in verdicts) == (1 if verdicts else 0)
