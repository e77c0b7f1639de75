"""The case work of one unit: its cases, their evidence, home teaching, and what is due of it all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from kbbx_xl.flow.casework.evidence import check_cases, proved_items
from kbbx_xl.flow.casework.files import CasePapers, read_case_files
from kbbx_xl.flow.casework.tasks import tasks_of_unit
from kbbx_xl.flow.casework.teaching import read_teaching, untaught
from kbbx_xl.flow.casework.values import CaseFile, Checklist, Task, TeachingMonth
from kbbx_xl.flow.casework.work_log import Done, arrived, read_calls, read_work_log
from kbbx_xl.flow.context import Context
from kbbx_xl.flow.register import Register
from kbbx_xl.flow.result import Due, StudentRun
from kbbx_xl.flow.submissions import Submission
from kbbx_xl.model import Finding, Kind, Table, Unit


@dataclass(slots=True)
class CaseWork:
    """What one unit's papers say of its cases on the day of the context."""

    files: list[CaseFile]
    checklists: list[Checklist]
    teaching: list[TeachingMonth]
    tasks: list[Task] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def read_casework(
    unit: Unit,
    submission: Submission,
    register: Register,
    context: Context,
    *,
    runs: Sequence[StudentRun],
    due: Iterable[Due],
    more: Iterable[Task] = (),
) -> CaseWork:
    """Everything of 个案办理 that follows from one unit's effective papers.

    ``due``: steps of the absence ladder that are reached; ``more``: tasks that other rooms found.
    """
    papers = CasePapers(
        submission.ledgers,
        submission.of(Kind.VISITS),
        submission.of(Kind.CASE_STEPS),
        submission.of(Kind.EVIDENCE),
        runs,
    )
    cases, findings = read_case_files(unit, papers, register, context, own=submission.own)
    lessons = submission.of(Kind.HOME_TEACHING)
    proved = proved_items(lessons, unit, register, context)
    kept = bool(papers.evidence)
    checklists, doubts = check_cases(cases, context.policy, proved, kept=kept)
    plans = submission.of(Kind.HOME_PLAN)
    teaching, shortfalls = read_teaching(unit, lessons, plans, register, context)
    done = Done(
        read_work_log(_every(submission, Kind.WORK_LOG), context),
        arrived(submission.tables, context.as_of),
        read_calls(submission.of(Kind.ABSENCE), unit, register, context),
    )
    tasks = tasks_of_unit(
        unit, context, due=due, cases=cases, checklists=checklists, teaching=teaching, done=done, more=more,
    )  # fmt: skip
    if lessons:
        shortfalls += untaught(cases, proved, context.policy)
    findings = [*findings, *doubts, *shortfalls]
    return CaseWork(cases, checklists, teaching, tasks, findings)


def _every(submission: Submission, kind: Kind) -> list[Table]:
    """Tables of a log of this month and of others: what was done stays done."""
    return [*submission.of(kind), *submission.history.get(kind, [])]
