"""flow.ranking and flow.decisions: places, ties, what is left out; what comes first."""

from __future__ import annotations

import dataclasses
import random

from kbbx_xl.flow.casework.values import Task, TaskKind, TaskState
from kbbx_xl.flow.decisions import MOST, decisions
from kbbx_xl.flow.ranking import ROOM, faulty, overdue, unsent
from kbbx_xl.flow.result import County
from tests.flow.factory import AS_OF, DIRECT, EAST, JUNIOR_HIGH, MISSING, POINT, TOWN, make_county


def places(county: County, **errors: int) -> list[tuple[int, str, int]]:
    county.progress = [
        dataclasses.replace(p, errors=errors.get(p.unit, 0)) for p in county.progress
    ]
    return [(one.place, one.unit, one.value) for one in faulty(county).lines]


def test_equal_numbers_share_a_place_and_the_next_one_is_left_out() -> None:
    told = places(make_county(), **{TOWN: 3, MISSING: 5, DIRECT: 3, EAST: 1})
    assert told == [(1, MISSING, 5), (2, DIRECT, 3), (2, TOWN, 3), (4, EAST, 1)]


def test_who_has_nothing_stands_in_no_ranking() -> None:
    assert places(make_county()) == []
    assert faulty(make_county()).told() == f"{EAST}1条"


def test_late_papers_and_those_of_another_month_count_beside_missing_ones() -> None:
    lines = {one.unit: (one.value, one.words) for one in unsent(make_county()).lines}
    assert lines == {
        MISSING: (5, "未报"),
        POINT: (2, "错月，报成2026-09"),
        JUNIOR_HIGH: (1, "缺网格名单"),
        TOWN: (1, "迟报月报"),
    }


def test_the_order_of_what_came_changes_no_ranking() -> None:
    one, other = make_county(), make_county()
    random.Random(3).shuffle(other.progress)
    random.Random(3).shuffle(other.tasks)
    for ranking in (unsent, overdue, faulty):
        assert ranking(one) == ranking(other)


def test_many_that_share_the_last_place_are_cut_and_said() -> None:
    county = make_county()
    units = [f"第{n:02d}小学" for n in range(20)]
    county.progress = [
        dataclasses.replace(county.progress[0], unit=unit, errors=4) for unit in units
    ]
    ranking = faulty(county)
    assert [one.place for one in ranking.shown] == [1] * ROOM
    assert ranking.left == 20 - ROOM
    assert ranking.told().endswith("等20个单位")


def test_children_come_before_papers() -> None:
    county = make_county()
    county.tasks = [
        Task(TOWN, "报送月报", "学校", AS_OF, TaskState.OVERDUE, "TH-32"),
        Task(TOWN, "责令改正", "乡镇", AS_OF, TaskState.OVERDUE, "TH-21", mark="aaaaa", kind=TaskKind.LEGAL),
    ]  # fmt: skip
    told = decisions(county)
    assert len(told) == MOST
    assert (told[0].number, told[0].units, told[0].first) == (1, (TOWN,), AS_OF)
    assert told[0].sheet == "待办"
    assert [one.counted for one in told] == ["件", "人", "人"]


def test_nothing_is_asked_of_a_county_where_nothing_is_open() -> None:
    county = make_county()
    county.tasks, county.transfers, county.cases = [], [], []
    county.progress = [dataclasses.replace(p, status="已报") for p in county.progress]
    assert decisions(county) == ()
