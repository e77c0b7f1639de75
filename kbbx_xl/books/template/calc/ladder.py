"""The policy's absence ladder (预警阶梯) as lists that a formula can look up.

The numbers are asked of the core itself (rules.ladder.level), so the workbook cannot differ from it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from kbbx_xl.rules.absence import HALF_DAY
from kbbx_xl.rules.ladder import in_school_days, level
from kbbx_xl.settings.policies import Policy, Step

NEVER = 99999  # more days than any absence lasts
MOST_DAYS = 400  # a step beyond a school year of calendar days is never reached in a workbook


def ladder_rows(policy: Policy | None) -> list[tuple[str, Sequence[object]]]:
    """(name, column) of the steps that a run can reach: title, least school days, least calendar days.

    Steps counted from another step, and 累计 ones, are not in it: a single sheet cannot tell them.
    """
    steps = [(s.title, *_least(policy, s)) for s in policy.steps] if policy else []
    rows = [row for row in steps if row[1:] != (NEVER, NEVER)] or [("", NEVER, NEVER)]
    titles, school, calendar = zip(*rows, strict=True)
    return [("预警_名称", titles), ("预警_连续", school), ("预警_日历", calendar)]


def _least(policy: Policy, step: Step) -> tuple[float, float]:
    """Least school days and least calendar days of a run that has reached ``step`` alone."""
    alone = dataclasses.replace(policy, steps=(step,))
    if in_school_days(step.threshold, policy.counting.unstated_day):
        runs = (HALF_DAY, *range(1, MOST_DAYS))
        return next((d for d in runs if level(alone, school_days=d)), NEVER), NEVER
    spans = range(1, MOST_DAYS)
    found = (d for d in spans if level(alone, school_days=1, calendar_days=d))
    return NEVER, next(found, NEVER)
