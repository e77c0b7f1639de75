"""No child is lost between two registers, rule by rule."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbbx_xl.model import GRADES
from kbbx_xl.rules.movement import (
    LossKind,
    balances,
    conserve,
    paired,
)
from kbbx_xl.rules.registers import Days, Known, Move, Seat, children_of

DAYS = Days(dt.date(2026, 10, 1), dt.date(2026, 10, 31))
AUTUMN = Days(dt.date(2026, 7, 1), dt.date(2026, 9, 30), turned=True)
KNOWN = Known({"甲校", "乙校", "初中"}, {"甲校", "乙校", "初中"})


def seat(unit: str = "甲校", grade: str = "四年级", status: str = "在读", at: int = 0) -> Seat:
    return Seat(unit, grade, status, status == "在读", at)


def move(change: str, unit: str = "甲校", other: str = "", *, outside: bool = False, day: int = 10, grade: str = "四年级", at: int = 0) -> Move:  # fmt: skip
    gain = 1 if change in ("转入", "复学", "入学") else -1
    return Move(unit, change, grade, dt.date(2026, 10, day), gain, at, other, outside)


def lost(before: list[Seat], after: list[Seat], moves: list[Move], *, period: Days = DAYS, known: Known = KNOWN) -> list[str]:  # fmt: skip
    found = conserve(children_of({"a": before}, {"a": after}, {"a": moves}, period, known))
    return [str(loss.kind) for loss in found]


def test_who_stays_and_who_leaves_by_the_book_is_not_lost() -> None:
    assert lost([seat()], [seat()], []) == []
    assert lost([seat()], [], [move("转出", outside=True)]) == []
    assert lost([seat()], [seat("乙校")], [move("转出", other="乙校"), move("转入", "乙校", "甲校", day=12)]) == []  # fmt: skip
    assert lost([seat()], [seat(status="休学")], [move("休学")]) == []
    assert lost([seat(status="休学")], [seat()], [move("复学")]) == []
    assert lost([seat()], [seat()], [move("转出", outside=True), move("转入", outside=True, day=20)]) == []  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "moves", "kind"),
    [
        ([seat()], [], [move("转出", other="乙校")], LossKind.NOWHERE),
        ([seat()], [], [move("转出")], LossKind.NOWHERE),
        ([seat()], [], [], LossKind.VANISHED),
        ([seat()], [seat(status="转出")], [], LossKind.VANISHED),
        ([], [seat()], [], LossKind.NEW),
        ([seat(status="休学")], [seat()], [], LossKind.NEW),
        ([seat()], [seat("乙校")], [], LossKind.NEW),
        ([seat("乙校")], [seat()], [move("转入", other="乙校")], LossKind.UNRELEASED),
        ([], [seat()], [move("转入")], LossKind.UNRELEASED),
        ([seat()], [seat()], [move("死亡")], LossKind.STILL_HERE),
        ([seat()], [seat()], [move("转出", outside=True)], LossKind.STILL_HERE),
        ([seat()], [seat()], [move("毕业")], LossKind.GRADUATED),
        ([seat()], [], [move("毕业"), move("毕业", "乙校", day=12)], LossKind.GRADUATED),
        ([], [], [move("休学")], LossKind.UNEXPLAINED),
        ([seat()], [], [move("休学"), move("辍学", day=12)], LossKind.UNEXPLAINED),
    ],
)
def test_every_way_to_lose_a_child(before: list[Seat], after: list[Seat], moves: list[Move], kind: LossKind) -> None:  # fmt: skip
    assert lost(before, after, moves) == [kind]


def test_who_leaves_after_the_days_in_between_is_still_here() -> None:
    assert lost([seat()], [seat()], [move("转出", outside=True, day=DAYS.last.day)]) == [
        "已离校仍在读"
    ]
    later = Move("甲校", "转出", "四年级", DAYS.last + dt.timedelta(days=1), -1, 0, "", True)
    assert lost([seat()], [seat()], [later]) == []


def test_two_schools_at_once_are_named_at_both() -> None:
    found = conserve(children_of({}, {"a": [seat(at=3), seat("乙校", at=4)]}, {}, DAYS, KNOWN))
    assert [(x.kind, x.unit, x.after) for x in found] == [
        (LossKind.TWICE, "乙校", (3, 4)),
        (LossKind.TWICE, "甲校", (3, 4)),
    ]


def test_p22_09_the_year_turns_for_whole_classes() -> None:
    sixth, ninth = seat(grade="六年级"), seat("初中", "九年级")
    assert lost([sixth], [seat("初中", "七年级")], [], period=AUTUMN) == []
    assert lost([ninth], [], [], period=AUTUMN) == []
    assert lost([], [seat(grade="一年级")], [], period=AUTUMN) == []
    assert lost([sixth], [], [], period=AUTUMN) == [LossKind.NOT_PROMOTED]
    assert lost([sixth], [], [move("毕业", grade="六年级")], period=AUTUMN) == [LossKind.NOT_PROMOTED]  # fmt: skip
    assert lost([sixth], [], [], period=AUTUMN, known=Known({"甲校"}, {"甲校"}, {"a"})) == []
    waiting = Known({"甲校"}, {"甲校"}, juniors=False)
    assert lost([sixth], [], [], period=AUTUMN, known=waiting) == []
    assert lost([seat(grade="五年级")], [], [], period=AUTUMN) == [LossKind.VANISHED]
    assert lost([], [seat("初中", "七年级")], [], period=AUTUMN) == [LossKind.NEW]


def test_a_school_without_a_register_is_not_judged() -> None:
    only = Known({"甲校"}, {"甲校"})
    assert lost([seat()], [], [move("转出", other="乙校")], known=only) == []
    assert lost([seat("乙校")], [], [], known=only) == []
    assert lost([], [seat("乙校")], [], known=only) == []


def test_th_26_pairs_of_one_month() -> None:
    out, into = move("转出", other="乙校", at=1), move("转入", "乙校", "甲校", at=2, day=11)
    old = Move("甲校", "转出", "四年级", dt.date(2026, 9, 1), -1, 7, "乙校")
    pairs = paired({"a": [seat("乙校", at=5)]}, {"a": [old, out, into]}, period=DAYS)
    assert [(p.out, p.into, p.seat) for p in pairs] == [(1, 2, 5)]
    assert paired({}, {"a": [out]}, period=DAYS) == []


KEYS = st.sampled_from("abcdefgh")
SEATS = st.builds(seat, st.sampled_from(["甲校", "乙校"]), st.sampled_from(GRADES), st.sampled_from(["在读", "休学", "转出"]))  # fmt: skip
CHANGES = st.builds(
    move,
    st.sampled_from(["转出", "转入", "休学", "复学", "毕业", "死亡", "入学"]),
    st.sampled_from(["甲校", "乙校"]),
    st.sampled_from(["", "甲校", "乙校"]),
    outside=st.booleans(),
    day=st.integers(1, 31),
)


@given(
    st.dictionaries(KEYS, st.lists(SEATS, max_size=1)),
    st.dictionaries(KEYS, st.lists(SEATS, max_size=2)),
    st.dictionaries(KEYS, st.lists(CHANGES, max_size=3)),
    st.booleans(),
)
def test_where_nobody_is_lost_the_numbers_add_up(before, after, changes, turned):  # type: ignore[no-untyped-def]
    """A child that disturbs a school's number in either direction is always on the list."""
    period = Days(DAYS.first, DAYS.last, turned)
    children = list(children_of(before, after, changes, period, KNOWN))
    losses = {x.key for x in conserve(children)}
    for one in balances([child for child in children if child.key not in losses], KNOWN):
        assert one.difference == 0


def test_a_register_alone_may_say_that_a_child_left() -> None:
    gone = seat(status="转出", at=1)
    first = Known((), KNOWN.after)
    assert lost([], [gone], [], known=first) == [LossKind.NOWHERE]
    assert lost([], [gone, seat("乙校")], [], known=first) == []
    assert lost([gone], [gone], []) == []  # left before the earlier register
    pairs = paired({"a": [gone, seat("乙校", at=2)]}, {}, period=DAYS)
    assert [(p.out, p.into, p.left, p.seat) for p in pairs] == [(-1, -1, 1, 2)]
