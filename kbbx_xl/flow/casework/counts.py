"""Cases counted (个案统计): opened, closed and open by unit, and what 劝返率 and 复学率 are made of.

Every count is the cases themselves, so that it can be traced to their rows.  Cases that no ledger
lists yet (预警) stand only among ``by_status`` and ``by_step``.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from kbbx_xl.flow.casework.values import CaseFile, Recorded
from kbbx_xl.model import Period
from kbbx_xl.rules.cases import BACK, DROPOUT, VISIT, CaseState, state_on
from kbbx_xl.settings.policies import LegalStepName

WRITTEN_OFF = "核销"
Cases = tuple[CaseFile, ...]
K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Share:
    """A rate as the cases it is made of; what ``part`` holds is in ``whole`` as well."""

    part: Cases
    whole: Cases


@dataclass(frozen=True, slots=True)
class CaseCounts:
    """The cases of one unit and stage on one day of a month; of a unit as a whole, stage is ""."""

    unit: str
    stage: str
    opened: Cases  # listed this month
    again: Cases  # of these, children who had a case before (再次辍学)
    closed: Mapping[str, Cases]  # closed this month, by the word of closing
    open: Cases  # listed and still to be brought back
    by_status: Mapping[str, Cases]
    by_step: Mapping[LegalStepName | None, Cases]  # open ones; None: none of the four steps taken
    visited: Share  # with a persuasion record / listed this school year
    returned: Share  # 劝返率: brought back / listed this school year
    reattending: Share  # 复学率: dropouts back with no later open case / 辍学 this school year


def case_counts(
    cases: Iterable[CaseFile], month: Period, *, on: dt.date | None = None, by_stage: bool = False
) -> list[CaseCounts]:
    """Counts by unit, or by unit and stage, as of ``on`` (the last day of ``month``).

    Shares leave out 核销, which says that there was nothing to bring back.
    """
    groups: dict[tuple[str, str], list[CaseFile]] = defaultdict(list)
    for case in cases:
        groups[case.unit, case.stage if by_stage else ""].append(case)
    day = on or month.last
    return [_counts(*place, mine, month, day) for place, mine in sorted(groups.items())]


def visits_of_month(
    cases: Iterable[CaseFile], month: Period, as_of: dt.date
) -> list[tuple[CaseFile, Recorded]]:
    """Visits (劝返) of the month up to ``as_of``, whatever has become of their cases."""
    last = min(month.last, as_of)
    return [
        (case, one)
        for case in cases
        for one in case.events
        if one.event.kind == VISIT and month.first <= one.event.date <= last
    ]


def _counts(
    unit: str, stage: str, cases: Sequence[CaseFile], month: Period, day: dt.date
) -> CaseCounts:
    states = [(case, state_on([r.event for r in case.events], day)) for case in cases]
    ended = [(case, state) for case, state in states if case.listed and case.opened <= day]
    opened = tuple(case for case, _ in ended if month.first <= case.opened)
    seen = [(state, case) for case, state in states if state.status]
    still = _still_away(states)
    year = [
        (case, state)
        for case, state in ended
        if Period(case.opened.year, case.opened.month).school_year == month.school_year
        and state.status != WRITTEN_OFF
    ]
    dropouts = [(case, state) for case, state in year if _was_dropout(case, day)]
    whole = tuple(case for case, _ in year)
    return CaseCounts(
        unit=unit,
        stage=stage,
        opened=opened,
        again=tuple(case for case in opened if case.previous),
        closed=_grouped((s.status, c) for c, s in ended if s.closed and s.closed >= month.first),
        open=tuple(case for case, state in ended if state.open),
        by_status=_grouped((state.status, case) for state, case in seen),
        by_step=_grouped((state.legal, case) for state, case in seen if state.open),
        visited=Share(tuple(c for c, state in year if state.visits), whole),
        returned=Share(tuple(c for c, state in year if state.status == BACK), whole),
        reattending=Share(
            tuple(c for c, s in dropouts if s.status == BACK and c.mark not in still),
            tuple(c for c, _ in dropouts),
        ),
    )


def _was_dropout(case: CaseFile, day: dt.date) -> bool:
    return any(r.event.kind == DROPOUT and r.event.date <= day for r in case.events)


def _still_away(states: Iterable[tuple[CaseFile, CaseState]]) -> set[str]:
    """Marks of the earlier cases of children who have an open one."""
    before = {case.mark: case.previous for case, _ in states}
    away: set[str] = set()
    for case, state in states:
        mark = case.previous if state.open else ""
        while mark and mark not in away:
            away.add(mark)
            mark = before.get(mark, "")
    return away


def _grouped(pairs: Iterable[tuple[K, CaseFile]]) -> dict[K, Cases]:
    groups: dict[K, list[CaseFile]] = defaultdict(list)
    for key, case in pairs:
        groups[key].append(case)
    return {key: tuple(group) for key, group in groups.items()}
