"""待办: everything that is due of one unit on one day, most pressing first.

Absence ladder, cases, evidence, home teaching, duties of the calendar; what other rooms find is
handed in as ready tasks (unsigned letters, changes of grid heads not reported).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from kbbx_xl.flow.casework.case_tasks import (
    case_tasks,
    evidence_tasks,
    ladder_tasks,
    teaching_tasks,
)
from kbbx_xl.flow.casework.duty_tasks import duty_tasks
from kbbx_xl.flow.casework.evidence import Checklist
from kbbx_xl.flow.casework.values import CaseFile, Task, TaskState, TeachingMonth
from kbbx_xl.flow.casework.work_log import Done
from kbbx_xl.flow.context import Context
from kbbx_xl.flow.result import Due
from kbbx_xl.model import Period, Unit

__all__ = ["Done", "tasks_of_unit"]

NOTHING_DONE = Done()
_ORDER = list(TaskState)


def tasks_of_unit(
    unit: Unit,
    context: Context,
    *,
    due: Iterable[Due] = (),
    cases: Sequence[CaseFile] = (),
    checklists: Iterable[Checklist] = (),
    teaching: Iterable[TeachingMonth] = (),
    done: Done = NOTHING_DONE,
    more: Iterable[Task] = (),
) -> list[Task]:
    """Tasks of one unit: overdue first, then by day, those without a day last, 已办 at the end.

    What comes later than the end of next month is left out.
    """
    today = context.as_of
    until = Period(today.year, today.month).after.last
    tasks = [
        *ladder_tasks(due, cases, done, context),
        *(task for case in cases for task in case_tasks(case, unit, context)),
        *evidence_tasks(checklists),
        *teaching_tasks(teaching, context),
        *duty_tasks(unit, done, context, until=until),
        *more,
    ]
    return sorted((t for t in tasks if not _far(t, until)), key=pressing)


def _far(task: Task, until: dt.date) -> bool:
    return task.state is TaskState.LATER and task.due is not None and task.due > until


def pressing(task: Task) -> tuple[object, ...]:
    """Sort key: 已逾期 first and 已办 last, between them by day, without a day at the end."""
    first, last = task.state is not TaskState.OVERDUE, task.state is TaskState.DONE
    by = (task.due or dt.date.max, _ORDER.index(task.state), task.rule, task.title)
    return last, first, *by, task.about, task.mark, task.source.file, task.source.row
