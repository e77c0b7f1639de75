"""Who is over a threshold of the policy, and what is due, by whom, by when (预警与待办)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from kbbx_xl.flow.cases import Cases
from kbbx_xl.flow.context import Context
from kbbx_xl.flow.result import Due, StudentRun
from kbbx_xl.model import Finding, Run, Unit
from kbbx_xl.rules.ladder import level, steps_reached
from kbbx_xl.settings.policies import Step

FIRST_CONTACT = "contact"  # the step that asks for a call only


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


def step_of(run: Run, context: Context) -> Step | None:
    """The last step of the ladder that a run has reached by its length; None below the first."""
    key = ("step of a run", run.school_days, run.calendar_days)
    if key not in context.kept:
        context.kept[key] = level(
            context.policy, school_days=run.school_days, calendar_days=run.calendar_days
        )
    step: Step | None = context.kept[key]
    return step


def missing_from_ledger(
    unit: Unit, runs: Sequence[StudentRun], cases: Cases, context: Context
) -> list[Finding]:
    """Pupils away long enough for more than a call, whom no ledger or record knows (A12).

    A case that was closed before the absence began says nothing of it (再次辍学).
    """
    findings: list[Finding] = []
    for item in runs:
        run = item.run
        step = step_of(run, context) if run.open else None
        if step is None or step.step == FIRST_CONTACT:
            continue
        rows = (row for row in cases.rows if row.key == item.key)
        if any(row.closed is None or row.closed > run.start for row in rows):
            continue
        at, params = item.source, {"days": f"{run.school_days:g}", "step": step.title}
        findings.append(Finding("A12", at.file, at.sheet, f"A{at.row}", params, unit.name))
    return findings
