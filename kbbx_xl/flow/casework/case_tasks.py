"""What the open cases and the absence ladder ask of one unit, and whether the logs show it done."""

from __future__ import annotations

import datetime as dt
import functools
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from kbbx_xl.flow.casework.values import (
    CaseFile,
    Checklist,
    Recorded,
    Task,
    TaskKind,
    TaskState,
    TeachingMonth,
    state_of,
)
from kbbx_xl.flow.casework.work_log import Called, Done
from kbbx_xl.flow.context import Context
from kbbx_xl.flow.result import Due
from kbbx_xl.flow.source import Source
from kbbx_xl.model import Unit
from kbbx_xl.rules.cases import (
    APPROVED,
    BACK,
    CLOSED,
    DROPOUT,
    FOR_A_TIME,
    SUSPECTED,
    VISIT,
    WARNING,
    legal_due,
    next_step,
)
from kbbx_xl.settings.evidence import load_evidence
from kbbx_xl.settings.forms import all_forms
from kbbx_xl.settings.policies import LegalStepName, Policy, Step, StepName

LISTINGS = (SUSPECTED, DROPOUT)
REPORT = "书面报告"  # of config/lists/case_step.yaml
# kinds of event that show a step of the ladder done once it was reached
SHOWN_BY: Mapping[StepName, tuple[str, ...]] = {
    StepName.CONTACT: ("联系家长", VISIT),
    StepName.CASE: (VISIT, LegalStepName.EDUCATE, *LISTINGS),
    StepName.NOTIFY: ("报告学校",),
    StepName.VISIT: (VISIT,),
    StepName.REPORT: (REPORT,),
    StepName.SUSPECTED: LISTINGS,
    StepName.DROPOUT: (DROPOUT,),
}
ONCE = (StepName.CASE, StepName.SUSPECTED, StepName.DROPOUT)  # done whenever: a file is opened once
DEFER, JOINT = "entry.defer_max", "case.min_joint"  # parameters: how long; what the county approves
DEFER_LAW, ORDER_LAW = "义务教育法第十一条", "义务教育法第五十八条"  # where it says nothing
OWN_PLAN = "送教计划"


def ladder_tasks(
    due: Iterable[Due], cases: Sequence[CaseFile], done: Done, context: Context
) -> list[Task]:
    """One task for each step of the absence ladder (预警阶梯) that a child has reached.

    Of children who are back, or whose absence is settled, only what was done.
    """
    by_child: dict[str, list[CaseFile]] = defaultdict(list)
    for known in cases:
        by_child[known.key or known.name].append(known)
    tasks: list[Task] = []
    told: set[tuple[str, str, dt.date | None]] = set()
    for one in due:
        case = _case_of(by_child.get(one.key or one.name, []), one.reached)
        task = _ladder(one, case, done.calls, context)
        if task.state is TaskState.DONE or not (case and _settled(case, one.reached)):
            tasks.append(task)
        told.add((one.key or one.name, one.step, one.reached))
    for case in cases:
        for row in case.events if case.listed else ():
            if row.event.kind == WARNING:
                past = _past(case, row, context.policy)
                if past and (case.key or case.name, past.step, past.reached) not in told:
                    task = _ladder(past, case, done.calls, context)
                    tasks += [task] if task.state is TaskState.DONE else []
    return tasks


def _case_of(cases: Sequence[CaseFile], reached: dt.date | None) -> CaseFile | None:
    """The child's case that was running on a day, else its last one that had begun."""
    begun = [c for c in cases if reached is None or (c.first_absent or c.opened) <= reached]
    return begun[-1] if begun else None


def _settled(case: CaseFile, reached: dt.date | None) -> bool:
    """Whether a closed case covers the day: nobody is asked again, unless the child had been back."""
    closed = case.state.closed
    if closed is None:
        return False
    return reached is None or reached <= closed or case.state.status != BACK


def _past(case: CaseFile, row: Recorded, policy: Policy) -> Due | None:
    """A step that a case reached (a row 预警), as the ladder would say it."""
    event = row.event
    step = next((s for s in policy.steps if s.title == event.result), None)
    if step is None:
        return None
    return Due(
        case.key, case.name, case.unit, case.grade, case.class_name, step.title, step.action,
        step.actor, event.date, event.until, False, step.source, row.source,
    )  # fmt: skip


def _ladder(
    one: Due, case: CaseFile | None, calls: Mapping[str, Sequence[Called]], context: Context
) -> Task:
    wanted = (one.source, one.step)
    step = next((s for s in context.policy.steps if (s.source, s.title) == wanted), None)
    shown = _shown(step, one, case, calls) if step else None
    return Task(
        one.unit, one.step, one.actor, one.due,
        state_of(one.due, context.as_of, done=shown is not None), one.source,
        about=_class(one.grade, one.class_name), mark=case.mark if case else "",
        since=one.reached, done_on=shown, document=step.document if step else "",
        to=step.report_to if step else "", note="" if one.due else "校历不够，算不出期限",
        source=one.where, name=one.name, kind=TaskKind.LADDER,
    )  # fmt: skip


def _class(grade: str, class_name: str) -> str:
    return f"{grade}{class_name}"


def _shown(
    step: Step, due: Due, case: CaseFile | None, calls: Mapping[str, Sequence[Called]]
) -> dt.date | None:
    """The day on which the logs show a step done, since it was reached; None when they do not."""
    since = due.reached or dt.date.min
    if step.step is StepName.CONTACT:
        for call in calls.get(due.key or due.name, ()):
            if call.start <= since and (call.back is None or call.back > since):
                return max(call.start, since)
    kinds, once = SHOWN_BY[step.step], step.step in ONCE
    return next(
        (
            row.event.date
            for row in (case.events if case else ())
            if row.event.kind in kinds and (once or row.event.date >= since)
        ),
        None,
    )


def case_tasks(
    case: CaseFile, unit: Unit, context: Context, *, later: CaseFile | None = None
) -> list[Task]:
    """What one case asks for: next legal step, written report, a term that ends, who is responsible.

    ``later``: the same child's next case.
    """
    if case.state.status == WARNING and case.state.legal is None:
        return []  # the ladder says what is to be done
    later = later if later and later.opened <= context.as_of else None
    found = [_legal(case, unit, context), _notice(case, context), _until(case, context, later)]
    found += [_report(case, context), _nobody(case, context)]
    return [*(task for task in found if task), *_legal_done(case, unit, context)]


def _of_case(
    case: CaseFile, title: str, actor: str, due: dt.date | None, state: TaskState, rule: str,
    *, since: dt.date | None = None, done_on: dt.date | None = None, document: str = "",
    to: str = "", note: str = "", source: Source | None = None, kind: TaskKind = TaskKind.LEGAL,
) -> Task:  # fmt: skip
    return Task(
        case.unit, title, actor, due, state, rule, about=_class(case.grade, case.class_name),
        mark=case.mark, since=since, done_on=done_on, document=document, to=to, note=note,
        source=source or case.source, name=case.name, kind=kind,
    )  # fmt: skip


def _legal(case: CaseFile, unit: Unit, context: Context) -> Task | None:
    """The next of the four legal steps (四步法); its day is the one on which the term before ends."""
    events = [row.event for row in case.events]
    step = next_step(context.policy, case.state, events, case.category)
    if step is None:
        return None
    due = legal_due(context.policy, events, context.calendar(unit.name), of=step)
    parts = [f"条件：{step.wording}"] if step.wording else []
    if step.categories and not case.category:
        only = "、".join(load_evidence()[code, ""].title for code in step.categories)
        parts.append(f"只用于{only}，本案还没有核查结果")
    parts.append("期限届满仍未复学的办这一步" if due else "文件没有写期限，或没有填送达日期、期限")
    return _of_case(
        case, f"{step.step}：{step.action}", step.actor, due,
        state_of(due, context.as_of), step.source,
        since=case.state.legal_on or case.state.since, document=step.document,
        to="、".join(step.to), note="；".join(parts),
    )  # fmt: skip


def _legal_done(case: CaseFile, unit: Unit, context: Context) -> list[Task]:
    """Legal steps taken for which a day was set (期限届满), so that the month shows them done."""
    tasks: list[Task] = []
    events = [row.event for row in case.events]
    for at, row in enumerate(case.events):
        step = next((s for s in context.policy.legal if s.step == row.event.kind), None)
        if step is None:
            continue
        due = legal_due(context.policy, events[:at], context.calendar(unit.name), of=step)
        if due:
            tasks.append(
                _of_case(
                    case, f"{step.step}：{step.action}", step.actor, due, TaskState.DONE,
                    step.source, done_on=row.event.date, document=step.document,
                    to="、".join(step.to), source=row.source,
                )
            )  # fmt: skip
    return tasks


def _report(case: CaseFile, context: Context) -> Task | None:
    """The written report on the child (书面报告: YL-68, GH-15), until 办理记录 has a row of it."""
    report = context.policy.report
    if report is None or not case.listed:
        return None
    written = _first(case, REPORT, dt.date.min)
    persuaded = case.state.visits or case.state.legal
    if written is None and (not case.open or (report.after_persuasion and not persuaded)):
        return None
    parts = [f"条件：{report.wording}"] if report.wording else []
    note = "；".join([*parts, "文件没有写哪一天", "写好后在办理记录写一行"])
    return _of_case(
        case, f"{REPORT}：{report.action}", report.actor, None,
        state_of(None, context.as_of, done=written is not None), report.source,
        since=case.opened, done_on=written, document=report.document, to="、".join(report.to),
        note=note,
    )  # fmt: skip


def _notice(case: CaseFile, context: Context) -> Task | None:
    """The 期限 of the order to return (限期复学通知书) that runs out: is the child back?"""
    order = next((r for r in reversed(case.events) if r.event.kind == LegalStepName.ORDER), None)
    if not case.open or order is None or order.event.until is None:
        return None
    if case.state.legal is not LegalStepName.ORDER:
        return None  # it has gone further
    until = order.event.until
    seen = _first(case, VISIT, until)
    step = next((s for s in context.policy.legal if s.step is LegalStepName.ORDER), None)
    return _of_case(
        case, "限期复学的期限到期，核实是否复学", case.unit, until,
        state_of(until, context.as_of, done=seen is not None), step.source if step else ORDER_LAW,
        since=order.event.received or order.event.date, done_on=seen,
        document=(step and step.document) or str(LegalStepName.ORDER), note="核实后在劝返记录写一行", source=order.source,
    )  # fmt: skip


def _first(case: CaseFile, kind: str, since: dt.date) -> dt.date | None:
    days = (r.event.date for r in case.events if r.event.kind == kind)
    return next((day for day in days if day >= since), None)


def _until(case: CaseFile, context: Context, later: CaseFile | None) -> Task | None:
    """延缓入学、休学 that run out: urge the child back, or have it approved again (P25-16, P25-17).

    A visit on or after the day, a 销号 of another kind or the child's next case shows it done.
    """
    closings = [r.event for r in case.events if r.event.kind == CLOSED]
    away = next((e for e in reversed(closings) if e.result in FOR_A_TIME), None)
    terms = [
        r.event.until for r in case.events if r.event.until and r.event.kind in (APPROVED, CLOSED)
    ]
    if away is None or not terms:
        return None
    until = terms[-1]
    seen = [e.date for e in closings if e.date > away.date]
    seen += [day for day in (_first(case, VISIT, until), later.opened if later else None) if day]
    approved = any(r.event.kind == APPROVED for r in case.events)
    stated = (context.policy.parameters.get(JOINT) if approved else None) or (
        context.policy.parameters.get(DEFER)
    )
    return _of_case(
        case, f"{away.result}到期，督促返校或重新审批", case.unit, until,
        state_of(until, context.as_of, done=bool(seen)),
        stated.source[0] if stated else DEFER_LAW, since=away.date,
        done_on=min(seen, default=None),
    )  # fmt: skip


def _nobody(case: CaseFile, context: Context) -> Task | None:
    """An open case for which nobody is named, where the county's document asks for one (TH-40, LB-17)."""
    rule = person_rule(context.policy.short)
    if not (rule and case.open) or case.persuader:
        return None
    return _of_case(
        case, "确定劝返责任人，填在台账里", case.unit, None, TaskState.OPEN, rule,
        kind=TaskKind.PERSON,
    )  # fmt: skip


@functools.cache
def person_rule(short: str) -> str:
    """The rule of a document by which every case has its responsible person; "" where none says so."""
    columns = (
        column
        for form in all_forms()
        for sheet in form.sheets
        if sheet.table == "suspected"
        for column in sheet.columns
        if column.name == "persuader"
    )
    return next((r for c in columns for r in c.source if short and r.startswith(f"{short}-")), "")


def evidence_tasks(checklists: Iterable[Checklist]) -> list[Task]:
    """Papers that a verified case still lacks, where the county's document asks for them (佐证)."""
    return [
        _of_case(
            one.case, f"补齐佐证：{'、'.join(one.state.missing)}", one.case.unit, None,
            TaskState.OPEN, one.asks.source, note="销号以前要备齐" if one.case.open else "已经销号",
            kind=TaskKind.EVIDENCE,
        )
        for one in checklists
        if one.binding and one.asks and one.state.missing
    ]  # fmt: skip


def teaching_tasks(
    months: Iterable[TeachingMonth], cases: Sequence[CaseFile], context: Context
) -> list[Task]:
    """Visits of home teaching (送教上门) that a child still lacks, month by month."""
    marks = {case.key or case.name: case.mark for case in cases if case.listed}
    return [
        Task(
            one.unit, f"{one.month.label}送教还差 {one.lacking} 次", one.unit, one.month.last,
            state_of(one.month.last, context.as_of), one.rule or OWN_PLAN, since=one.month.first,
            note=f"应 {one.required} 次，合要求的 {one.visits} 次", source=one.source, name=one.name,
            about=one.about, mark=marks.get(one.key or one.name, ""), kind=TaskKind.TEACHING,
        )
        for one in months
        if one.lacking
    ]  # fmt: skip
