"""Functions about the steps of a policy (预警阶梯): which one is reached, and by when to act."""

from __future__ import annotations

import datetime as dt
import functools
import math

from kbbx_xl.excel.functions.calendar import Calendar, calendar_of, holds
from kbbx_xl.excel.functions.caller import NOWHERE, Here
from kbbx_xl.excel.functions.cells import UNKNOWN, WRONG, Result, date, is_blank, lift, number
from kbbx_xl.model import LeaveKind
from kbbx_xl.rules.cells import text_of
from kbbx_xl.rules.ladder import due_on, level
from kbbx_xl.settings.lists import load_lists
from kbbx_xl.settings.policies import CARRIED, Policy, all_policies, stamped_policy

MOST_DAYS = 9999  # no absence is longer


def policy_of(cell: object, here: Here = NOWHERE) -> Policy | None:
    """The policy of this id, short id or title; of a blank cell, that of the workbook."""
    if is_blank(cell) and here.stamp.get(CARRIED):
        return stamped_policy(here.stamp)
    wanted = (here.policy if is_blank(cell) else text_of(cell)).casefold()
    for policy in all_policies() if wanted else ():
        if wanted in (policy.profile, policy.short.casefold(), text_of(policy.title).casefold()):
            return policy
    return None


def kind_of(cell: object) -> LeaveKind | None:
    """The kind of absence in a cell; a blank is 旷课; None for a word that the list does not know."""
    if is_blank(cell):
        return LeaveKind.UNEXCUSED
    known = load_lists()["leave_kind"].canonical(cell)
    return LeaveKind(known) if known else None


def step(
    days: object,
    kind: object = None,
    policy: object = None,
    calendar_days: object = None,
    here: Here = NOWHERE,
) -> Result:
    """KBBX_STEP: title of the last step that an absence of so many days reaches; "" for none."""

    def of_cells(
        days_cell: object, kind_cell: object, policy_cell: object, span_cell: object
    ) -> object:
        missed, leave = number(days_cell), kind_of(kind_cell)
        ladder = policy_of(policy_cell, here)
        span = missed if is_blank(span_cell) else number(span_cell)
        if missed is None or leave is None or ladder is None or span is None:
            return WRONG
        if not (0 <= missed <= MOST_DAYS and 0 <= span <= MOST_DAYS):
            return WRONG
        return _title(ladder, missed, leave, span)

    return lift(of_cells, days, kind, policy, calendar_days)


def _title(policy: Policy, missed: float, leave: LeaveKind, span: float) -> str:
    """A run lasts at least as many calendar days as school days."""
    if leave not in policy.counting.kinds:
        return ""
    found = level(policy, school_days=missed, calendar_days=math.ceil(max(missed, span, 1)))
    return found.title if found else ""


def due(
    reached: object,
    step_title: object,
    policy: object = None,
    school_days: object = None,
    here: Here = NOWHERE,
) -> Result:
    """KBBX_DUE: last day on which the action of a step is in time."""
    calendar = calendar_of(school_days, here)
    return lift(functools.partial(_due, calendar, here), reached, step_title, policy, required=2)


def _due(
    calendar: Calendar, here: Here, reached_cell: object, step_cell: object, policy_cell: object
) -> object:
    day, policy, title = date(reached_cell), policy_of(policy_cell, here), text_of(step_cell)
    steps = policy.steps if policy else ()
    wanted = next((s for s in steps if title in (text_of(s.title), s.step)), None)
    if day is None or policy is None or wanted is None or isinstance(calendar, str):
        return WRONG
    last: dt.date | None = due_on(policy, wanted, day, calendar) if holds(calendar, day) else None
    return last if last and holds(calendar, last) else UNKNOWN
