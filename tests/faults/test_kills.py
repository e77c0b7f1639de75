"""A few of the kills of ``python -m tests.faults.kills``, which does hundreds."""

from __future__ import annotations

from tests.faults.kills import many, table
from tests.faults.small_county import Stage

RUNS = 12


def test_a_killed_county_leaves_the_old_set_or_the_new_one(stage: Stage) -> None:
    kills = many(stage, range(RUNS), jobs=2)
    assert not [kill.wrong for kill in kills if kill.wrong], table(kills)
    assert sum(kill.killed for kill in kills) > RUNS // 2, table(kills)
