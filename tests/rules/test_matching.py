"""人籍比对: certain is certain, the doubtful go to a person, nobody is lost between the lists."""

from __future__ import annotations

import datetime as dt

import pytest

from kbbx_xl.rules.matching import Confidence, Matching, People, match_people, near_names
from tests.rules.matching_lists import Labelled, add, labelled

BORN = dt.date(2014, 4, 9)
LIKELY, POSSIBLE = Confidence.LIKELY, Confidence.POSSIBLE


def people(*rows: dict[str, object]) -> People:
    made = People([], [], [], [], [], [], [])
    for row in rows:
        add(made, **row)
    return made


def pairs(found: Matching) -> list[tuple[int, int, Confidence]]:
    return [(p.left, p.right, p.confidence) for p in found.doubtful]


@pytest.fixture(scope="module")
def lists() -> Labelled:
    return labelled(4000, seed=7)


@pytest.fixture(scope="module")
def found(lists: Labelled) -> Matching:
    return match_people(lists.left, lists.right)


def test_what_is_called_certain_is_always_right(lists: Labelled, found: Matching) -> None:
    wrong = [p for p in found.both if lists.left_who[p.left] != lists.right_who[p.right]]
    assert not wrong
    assert len(found.both) > 2000


def test_nearly_everybody_in_both_lists_is_found_or_asked_about(
    lists: Labelled, found: Matching
) -> None:
    true = set(lists.left_who) & set(lists.right_who)
    told = {
        lists.left_who[p.left]
        for p in (*found.both, *found.doubtful)
        if lists.left_who[p.left] == lists.right_who[p.right]
    }
    assert len(told) / len(true) > 0.995
    likely = [p for p in found.doubtful if p.confidence is LIKELY]
    right = [p for p in likely if lists.left_who[p.left] == lists.right_who[p.right]]
    assert len(right) / len(likely) > 0.95


def test_every_row_stands_in_exactly_one_place(lists: Labelled, found: Matching) -> None:
    for side, only in (("left", found.only_left), ("right", found.only_right)):
        both = {getattr(p, side) for p in found.both}
        asked = {getattr(p, side) for p in found.doubtful}
        assert len(both) + len(asked) + len(only) == len(getattr(lists, side))
        assert both | asked | set(only) == set(range(len(getattr(lists, side))))


def test_the_same_lists_give_the_same_answer(lists: Labelled, found: Matching) -> None:
    assert match_people(lists.left, lists.right) == found


def test_one_id_with_another_name_is_asked() -> None:
    left = people({"name": "甲一", "id_no": "1"}, {"name": "乙二", "id_no": "1"})
    right = people({"name": "甲一", "id_no": "1"})
    found = match_people(left, right)
    assert not found.both
    assert pairs(found) == [(0, 0, LIKELY), (1, 0, LIKELY)]


def test_a_damaged_id_says_nothing() -> None:
    left = people({"name": "甲一", "id_no": "520000201404093446", "birth": BORN})
    found = match_people(left, people({"name": "丙三", "birth": BORN}))
    assert found.only_left == [0]
    assert found.only_right == [0]


def test_name_birth_and_class_are_likely_and_no_more() -> None:
    row = {"name": "买买提·艾力", "birth": BORN, "sex": "男", "place": "三年级1班"}
    found = match_people(people(row), people({**row, "name": "买买提艾力"}))
    assert pairs(found) == [(0, 0, LIKELY)]
    elsewhere = match_people(people(row), people({**row, "place": "三年级2班"}))
    assert pairs(elsewhere) == [(0, 0, POSSIBLE)]


def test_two_ids_that_differ_are_two_people_until_somebody_says_otherwise() -> None:
    left = people({"name": "甲一", "id_no": "1", "birth": BORN})
    found = match_people(left, people({"name": "甲一", "id_no": "2", "birth": BORN}))
    assert pairs(found) == [(0, 0, POSSIBLE)]
    assert "证件号或性别不同" in found.doubtful[0].how


def test_namesakes_are_never_paired_by_name() -> None:
    row = {"name": "甲一", "birth": BORN}
    found = match_people(people(row, row), people(row))
    assert pairs(found) == [(0, 0, POSSIBLE), (1, 0, POSSIBLE)]


def test_a_row_written_twice_is_in_both_lists() -> None:
    row = {"name": "甲一", "id_no": "1"}
    found = match_people(people(row, row), people(row))
    assert [(p.left, p.right) for p in found.both] == [(0, 0), (1, 0)]
    assert "重复" in found.both[1].how


def test_in_one_school_a_name_its_class_has_once_is_certain() -> None:
    roster = people(
        {"name": "甲一", "place": "三年级1班", "id_no": "1"},
        {"name": "乙二", "place": "三年级1班", "id_no": "2", "seat": "07"},
        {"name": "乙二", "place": "三年级1班", "id_no": "3", "seat": "8"},
        {"name": "丙三", "place": "三年级1班", "id_no": "4"},
    )
    called = people(
        {"name": "甲一", "place": "三年级1班"},
        {"name": "乙二", "place": "三年级1班", "seat": "7"},
        {"name": "丙三", "place": "三年级2班"},
    )
    found = match_people(roster, called, one_school=True)
    assert [(p.left, p.right) for p in found.both] == [(0, 0), (1, 1)]
    assert pairs(found) == [(3, 2, POSSIBLE)]
    assert found.only_left == [2]
    assert not match_people(roster, called).both


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("王小明", "王晓明", True),
        ("王小明", "王明小", True),
        ("王小明", "王明", True),
        ("王小明", "王小明", False),
        ("王小明", "李大明", False),
        ("王", "王明", False),
    ],
)
def test_names_one_slip_apart(one: str, other: str, near: bool) -> None:
    assert near_names(one, other) is near
    assert near_names(other, one) is near


def test_a_likeness_is_only_asked_about() -> None:
    left = people({"name": "王小明", "birth": BORN, "id_no": "1"})
    found = match_people(left, people({"name": "王晓明", "birth": BORN}))
    assert pairs(found) == [(0, 0, POSSIBLE)]
    known = match_people(left, people({"name": "王晓明", "birth": BORN, "id_no": "2"}))
    assert not known.doubtful
