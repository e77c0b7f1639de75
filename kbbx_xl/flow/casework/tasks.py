"""待办: everything that is due of one unit on one day, most pressing first.

Absence ladder, cases, evidence, home teaching, duties of the calendar; what other rooms find is
handed in as ready tasks (unsigned letters, changes of grid heads not reported).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace

from kbbx_xl.flow.casework.case_tasks import (
    case_tasks,
    evidence_tasks,
    ladder_tasks,
    teaching_tasks,
)
from kbbx_xl.flow.casework.duty_tasks import duty_tasks
from kbbx_xl.flow.casework.values import CaseFile, Checklist, Task, TaskState, TeachingMonth
from kbbx_xl.flow.casework.work_log import Done
from kbbx_xl.flow.context import Context
from kbbx_xl.flow.result import Due
from kbbx_xl.model import Period, Unit

__all__ = ["Done", "tasks_of_silent", "tasks_of_unit"]

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

    Left out is what comes later than the end of next month, and what was neither due nor done in the
    month of the list.
    """
    today = context.as_of
    so_far = [_so_far(case, today) for case in cases]
    until = Period(today.year, today.month).after.last
    later = {case.previous: case for case in cases if case.previous and case.listed}
    tasks = [
        *ladder_tasks(due, so_far, done, context),
        *(
            t
            for case in so_far
            for t in case_tasks(case, unit, context, later=later.get(case.mark))
        ),
        *evidence_tasks(checklists),
        *teaching_tasks(teaching, cases, context),
        *duty_tasks(unit, done, context, until=until),
        *more,
    ]
    return sorted((t for t in tasks if _shown(t, context.month, until)), key=pressing)


def _so_far(case: CaseFile, today: dt.date) -> CaseFile:
    """A case without the rows of days yet to come: what is dated ahead shows nothing done."""
    return replace(case, events=tuple(r for r in case.events if r.event.date <= today))


def tasks_of_silent(heard: Iterable[str], context: Context) -> list[Task]:
    """Duties of the units of the directory of which nothing was heard: nothing shows them done."""
    known = set(heard)
    silent = (unit for unit in context.directory.units if unit.name not in known)
    return [task for unit in silent for task in tasks_of_unit(unit, context)]


def _shown(task: Task, month: Period, until: dt.date) -> bool:
    if task.state is TaskState.DONE:
        days = [day for day in (task.due, task.done_on) if day]
        return not days or any(month.first <= day <= month.last for day in days)
    return task.state is not TaskState.LATER or task.due is None or task.due <= until


def pressing(task: Task) -> tuple[object, ...]:
    """Sort key: 已逾期 first and 已办 last, between them by day, without a day at the end."""
    first, last = task.state is not TaskState.OVERDUE, task.state is TaskState.DONE
    by = (task.due or dt.date.max, _ORDER.index(task.state), task.rule, task.title)
    return last, first, *by, task.about, task.mark, task.source.file, task.source.row
