"""Who approves leave follows from its days, as each document words it."""

from __future__ import annotations

import pytest

from kbbx_xl.rules.leave import approvers
from kbbx_xl.settings.policies import DayUnit, LeaveTier, Threshold, all_policies, load_policy

TIERS = (
    LeaveTier("甲", "", "P23-12"),
    LeaveTier("乙", "", "P23-13", Threshold(2, DayUnit.DAY)),
    LeaveTier("丙", "", "P23-14", Threshold(5, DayUnit.DAY, ">")),
)


@pytest.mark.parametrize(
    ("days", "who"), [(0.5, "甲"), (2, "甲乙"), (5, "甲乙"), (5.5, "甲乙丙"), (30, "甲乙丙")]
)
def test_a_tier_applies_from_its_days_on(days: float, who: str) -> None:
    assert "".join(tier.approver for tier in approvers(TIERS, days)) == who


def test_p23_12_p23_13_p23_14_two_and_five_days_as_the_document_words_them() -> None:
    tiers = load_policy("p23").leave
    counts = {days: len(approvers(tiers, days)) for days in (1, 2, 4, 5)}
    assert counts == {1: 1, 2: 2, 4: 2, 5: 3}


def test_only_documents_that_state_a_chain_have_one() -> None:
    with_tiers = {policy.short for policy in all_policies() if policy.leave}
    assert with_tiers == {"P21", "P23"}
    for policy in all_policies():
        assert not policy.leave or policy.parameters["leave.chain"] is not None
