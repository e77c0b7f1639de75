"""Who is over a threshold of the policy, and what is due, by whom, by when (预警与待办)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from kbbx_xl.flow.cases import Cases
from kbbx_xl.flow.context import Context
from kbbx_xl.flow.result import Due, Source, StudentRun
from kbbx_xl.model import Finding, Unit
from kbbx_xl.rules.ladder import steps_reached

LONG_ABSENCE = 5  # school days without leave after which a case must stand in the ledger

THRESHOLDS = {
    "ge0.5": (0.5, True),
    "gt2": (2, False),
    "ge3": (3, True),
    "gt3": (3, False),
    "ge5": (5, True),
    "gt5": (5, False),
    "gt7": (7, False),
}


def flag_unit(
    unit: Unit, runs: Sequence[StudentRun], cumulative: Mapping[str, float], context: Context
) -> list[Due]:
    """Steps of the policy's ladder that the open runs of one unit have reached."""
    calendar = context.calendar(unit.name)
    by_pupil: dict[tuple[str, str], list[StudentRun]] = defaultdict(list)
    for run in runs:
        by_pupil[run.key, run.name].append(run)
    due: list[Due] = []
    for (key, name), mine in by_pupil.items():
        reached = steps_reached(
            context.policy,
            [r.run for r in mine],
            cumulative=cumulative.get(key, 0.0),
            calendar=calendar,
            as_of=context.as_of,
        )
        for item in reached:
            at = next((r for r in mine if r.run == item.run), mine[-1])
            due.append(
                Due(
                    key, name, unit.name, at.grade, at.class_name, item.step.title,
                    item.step.action, item.step.actor, item.reached, item.due, item.overdue,
                    item.step.source, at.source,
                )
            )  # fmt: skip
    return due


def sets(runs: Sequence[StudentRun]) -> dict[str, dict[str, dict[str, list[str]]]]:
    """Keys of the pupils over each bound: any/open -> school_days/calendar_days -> bound -> keys."""
    found: dict[str, dict[str, dict[str, list[str]]]] = {}
    for which in ("any", "open"):
        longest: dict[str, dict[str, float]] = {"school_days": {}, "calendar_days": {}}
        for run in runs:
            if which == "open" and not run.run.open:
                continue
            for measure, values in longest.items():
                days = float(getattr(run.run, measure))
                values[run.key] = max(values.get(run.key, 0.0), days)
        found[which] = {
            measure: {
                name: sorted(k for k, d in values.items() if d > bound or (equal and d == bound))
                for name, (bound, equal) in THRESHOLDS.items()
            }
            for measure, values in longest.items()
        }
    return found


def missing_from_ledger(unit: Unit, runs: Sequence[StudentRun], cases: Cases) -> list[Finding]:
    """Open absences of LONG_ABSENCE school days or more that no ledger or record knows (A12)."""
    known = {row.key for row in cases.rows}
    return [
        Finding("A12", at.file, at.sheet, f"A{at.row}", {"days": f"{run.run.school_days:g}"}, unit.name)
        for run in runs
        if run.run.open and run.run.school_days >= LONG_ABSENCE and run.key not in known
        for at in (_at(run),)
    ]  # fmt: skip


def _at(run: StudentRun) -> Source:
    return run.source
