"""Who approves leave (请假审批): each tier of a policy applies from the days its document says."""

from __future__ import annotations

from collections.abc import Iterable

from kbbx_xl.settings.policies import LeaveTier


def approvers(tiers: Iterable[LeaveTier], days: float) -> tuple[LeaveTier, ...]:
    """The tiers whose condition ``days`` of leave meet, in the order of the document.

    P23 leaves open who decides on exactly 2 and exactly 5 days (“2天以内” and “2天以上” both hold):
    both tiers are given then, so that the slip satisfies either reading.
    """
    return tuple(tier for tier in tiers if _reached(tier, days))


def _reached(tier: LeaveTier, days: float) -> bool:
    if tier.threshold is None:
        return True
    return days > tier.threshold.value or (
        tier.threshold.operator == ">=" and days == tier.threshold.value
    )
