"""Case files (一人一案) of one unit: ledgers, attendance, visits, steps and evidence laid together.

One case is one absence of one child: rows of both ledgers with the same first absent day are one
case, a later absence is a new one that names the old (再次辍学).  A child away past a step of the
absence ladder that no ledger lists yet is a case as well, at 预警.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from kbbx_xl.flow.casework.children import Absence, Child, Children, Row
from kbbx_xl.flow.casework.listings import dated, once, read_ledgers
from kbbx_xl.flow.casework.marks import mark_of
from kbbx_xl.flow.casework.values import CaseFile, EvidenceItem, Recorded
from kbbx_xl.flow.context import Context
from kbbx_xl.flow.derived import is_derived
from kbbx_xl.flow.flag import FIRST_CONTACT, step_of
from kbbx_xl.flow.register import Register
from kbbx_xl.flow.result import StudentRun
from kbbx_xl.model import Finding, Table, Unit, stage_of
from kbbx_xl.rules.cases import (
    ABSENT,
    BACK,
    CLOSED,
    DROPOUT,
    FOR_A_TIME,
    SUSPECTED,
    VISIT,
    WARNING,
    CaseEvent,
    contradictions,
    in_order,
    state_on,
)  # fmt: skip
from kbbx_xl.rules.ladder import steps_reached

VISITS, STEPS, EVIDENCE = "劝返记录", "办理记录", "佐证登记"
HEALTH = "健康"  # group of config/lists/dropout_reason.yaml
_Make = Callable[[Row, dt.date, Context], CaseEvent]


@dataclass(frozen=True, slots=True)
class CasePapers:
    """What one unit's case files are made of."""

    ledgers: Sequence[Table]
    visits: Sequence[Table] = ()
    steps: Sequence[Table] = ()
    evidence: Sequence[Table] = ()
    runs: Sequence[StudentRun] = ()


def read_case_files(
    unit: Unit, papers: CasePapers, register: Register, context: Context, *, own: Collection[str] = ()
) -> tuple[list[CaseFile], list[Finding]]:  # fmt: skip
    """The cases of one unit in the order of its ledgers, and what in their rows cannot be so.

    ``own``: files that are workbooks of ours, whose 状态 is a formula and therefore not read.
    """
    children = Children(unit, register, context)
    findings = read_ledgers(children, papers.ledgers, context, own)
    _from_runs(children, unit, papers.runs, context)
    for child in children.all:
        child.sort()
    _attach(children, papers.visits, VISITS, "visit_date", _visit, context, findings)
    _attach(children, papers.steps, STEPS, "step_date", _step, context, findings)
    _attach_evidence(children, papers.evidence, context, findings)
    files = _Files(unit, context, own, bool(papers.evidence))
    cases = [case for child in children.all for case in files.of(child)]
    return cases, findings + files.findings


def _from_runs(
    children: Children, unit: Unit, runs: Iterable[StudentRun], context: Context
) -> None:
    """Steps of the absence ladder that the child's runs reached (预警)."""
    calendar = context.calendar(unit.name)
    for item in runs:
        run = item.run
        child = children.away(item.key, item.name, item.grade, item.class_name)
        step = step_of(run, context)
        alarming = step is not None and step.step != FIRST_CONTACT
        if child is None and not alarming:
            continue
        reached = steps_reached(
            context.policy, [run], calendar=calendar, as_of=context.as_of, only_open=False
        )
        warnings = [
            Recorded(
                CaseEvent(
                    WARNING, step.reached, until=step.due, by=step.step.actor,
                    document=step.step.document, result=step.step.title,
                ),
                item.source, f"A{item.source.row}",
            )
            for step in reached
            if step.reached
        ]  # fmt: skip
        absence = _during(child, item) if child else None
        if absence is None and alarming:
            who = item.key or item.name
            child = child or children.new(item.key, who, item.name, item.grade, item.class_name)
            absence = Absence(run.start, run.start, run=run, at=item.source)
            absence.recorded = _of_run(item)
            child.absences.append(absence)
        if absence is not None:
            absence.recorded += warnings


def _during(child: Child, item: StudentRun) -> Absence | None:
    """The absence that a run is part of: it had not ended before, and did not begin after."""
    run = item.run
    for absence in child.absences:
        over = absence.closed is not None and absence.closed <= run.start
        if not over and (run.open or run.last_absent >= absence.start):
            return absence
    return None


def _of_run(item: StudentRun) -> list[Recorded]:
    """An absence that only attendance knows: when it began, and when the child was back."""
    cell = f"A{item.source.row}"
    made = [Recorded(CaseEvent(ABSENT, item.run.start), item.source, cell)]
    if item.run.back:
        made.append(Recorded(CaseEvent(CLOSED, item.run.back, result=BACK), item.source, cell))
    return made


def _visit(row: Row, day: dt.date, context: Context) -> CaseEvent:
    said = row.text("result")
    return CaseEvent(
        VISIT, day, by=row.text("visitors"), number=row.text("evidence"),
        joint=context.lists["yes_no"].canonical(row.get("joint")) == "是",
        result=context.lists["visit_result"].canonical(said) or said,
    )  # fmt: skip


def _step(row: Row, day: dt.date, context: Context) -> CaseEvent:
    kind = context.lists["case_step"].canonical(row.get("step")) or row.text("step")
    return CaseEvent(
        kind, day, received=row.date("received"), until=row.date("until"),
        by=row.text("by") or row.text("handler"), document=row.text("document"),
        number=row.text("number"), result=row.text("result"),
    )  # fmt: skip


def _attach(
    children: Children, tables: Iterable[Table], kind: str, column: str, make: _Make,
    context: Context, findings: list[Finding],
) -> None:  # fmt: skip
    """Give each row of a log to the case of its child that it dates into."""
    for table, row, child in _owned(children, tables, kind, findings):
        day = row.date(column)
        if day is None:
            continue  # a required date that is missing is V01
        absence = child.at(day)
        if absence is not None:
            absence.recorded.append(row.recorded(column, make(row, day, context)))
        elif kind == STEPS:  # a visit too early is C09
            findings.append(table.finding("C32", column, row.index))


def _attach_evidence(
    children: Children, tables: Iterable[Table], context: Context, findings: list[Finding]
) -> None:
    """Papers may be older than the case (残疾证): such go with the child's latest case."""
    for _, row, child in _owned(children, tables, EVIDENCE, findings):
        day = row.date("item_date")
        absence = (child.at(day) if day else None) or child.absences[-1]
        word = context.lists["verified"].find(row.get("category"))
        item = row.text("item")
        absence.evidence.append(
            EvidenceItem(
                word.code if word else "", context.lists["evidence_item"].canonical(item) or item,
                row.text("number"), day, row.source, row.text("note"), word.value if word else "",
            )
        )  # fmt: skip


def _owned(
    children: Children, tables: Iterable[Table], kind: str, findings: list[Finding]
) -> Iterator[tuple[Table, Row, Child]]:
    """Rows with the one child they are about, D04 or D08 where the roster knows better; C31 and C34
    once a child for all others."""
    for table in tables:
        told: set[str] = set()
        for row in children.rows(table):
            if not row.name and not row.ids:
                continue
            found = children.find(row)
            if len(found) == 1:
                if kind != VISITS and row.doubt and row.who not in told:
                    told.add(row.who)
                    findings.append(table.finding(row.doubt, "name", row.index))
                yield table, row, found[0]
            elif row.who not in told and not children.only_called(row):
                told.add(row.who)
                code = "C34" if found else "C31"
                findings.append(table.finding(code, "name", row.index, kind=kind))


class _Files:
    """Gathered absences become case files."""

    def __init__(
        self, unit: Unit, context: Context, own: Collection[str], has_evidence: bool
    ) -> None:
        self.unit, self.context, self.own = unit, context, own
        self.has_evidence = has_evidence
        self.findings: list[Finding] = []

    def of(self, child: Child) -> Iterator[CaseFile]:
        previous = ""
        for absence in child.absences:
            if absence.ledger:
                later = (a.start for a in child.absences if a.ledger and a.start > absence.start)
                absence.recorded = _followed(absence.recorded, min(later, default=None))
            if absence.run and not absence.run.open and not _acted_on(absence):
                continue  # away and back before anybody had to act
            case = self._file(child, absence, previous)
            self._check(case, absence)
            previous = case.mark if absence.ledger else previous
            yield case

    def _file(self, child: Child, absence: Absence, previous: str) -> CaseFile:
        mine = dated(once(absence), self.context.as_of)
        recorded = tuple(sorted(mine, key=lambda r: in_order(r.event)))
        events = [r.event for r in recorded]
        category, variant = self._verified(absence)
        listed = [r.event.date for r in recorded if r.event.kind in (SUSPECTED, DROPOUT)]
        last = absence.ledger[-1] if absence.ledger else None
        groups = self.context.lists["special_group"]
        group = _said(absence, "special_group")
        return CaseFile(
            mark=mark_of((self.unit.name, child.who, absence.first)),
            key=child.key,
            name=child.name,
            unit=self.unit.name,
            stage=stage_of(child.grade),
            grade=child.grade,
            class_name=child.class_name,
            first_absent=absence.first,
            opened=min(listed, default=recorded[0].event.date),
            category=category,
            variant=variant,
            reason=_said(absence, "reason"),
            group=groups.canonical(group) or group,
            persuader=_said(absence, "persuader") or _said(absence, "teacher"),
            events=recorded,
            evidence=tuple(absence.evidence),
            state=state_on(events, self.context.as_of),
            source=last.source if last else absence.at,
            cell=last.cell("first_absent") if last else f"A{absence.at.row}",
            verified_cell=_verified_cell(last) if last else "",
            previous=previous,
        )

    def _verified(self, absence: Absence) -> tuple[str, str]:
        """Category A..M: 核查结果 of the ledger, else of the latest paper that names one.

        The ledger goes first: a paper of an easier category must not close the case (TH-13).
        """
        written = _said(absence, "verified")
        word = self.context.lists["verified"].find(written)
        lettered = [item for item in absence.evidence if item.category]
        if lettered and not (word and word.code):
            latest = max(lettered, key=lambda item: item.date or dt.date.min)
            return latest.category, latest.variant
        return (word.code, word.value) if word else ("", written)

    def _check(self, case: CaseFile, absence: Absence) -> None:
        derived = any(is_derived(row.table, self.own) for row in absence.ledger)
        proven = bool(case.evidence) or derived or not self.has_evidence or not absence.ledger
        events, policy = [recorded.event for recorded in case.events], self.context.policy
        word = self.context.lists["dropout_reason"].find(case.reason)
        bodily = word is not None and word.group == HEALTH
        for found in contradictions(events, policy, proven=proven, bodily=bodily):
            at = case.events[found.index]
            cell = {"C25": at.received_cell, "C26": at.until_cell, "C37": at.until_cell}.get(
                found.code, ""
            )
            self._tell(found.code, replace(at, cell=cell or at.cell), **found.params)
        until, as_of = case.state.until, self.context.as_of
        past = [r for r in case.events if r.event.date <= as_of and r.event.kind == CLOSED]
        ran_out = case.state.open and until is not None and until < as_of
        if ran_out and past and past[-1].event.result in FOR_A_TIME:
            self._tell("C36", past[-1], closing=past[-1].event.result, until=until)

    def _tell(self, code: str, at: Recorded, /, **params: object) -> None:
        self.findings.append(Finding(code, at.source.file, at.source.sheet, at.cell, params))


def _verified_cell(row: Row) -> str:
    """核查结果 of a ledger row, else its 销号去处."""
    return row.cell("verified" if "verified" in row.table.columns else "closing")


def _followed(recorded: Sequence[Recorded], later: dt.date | None) -> list[Recorded]:
    """延缓入学 and 休学 with the first day of the child's next listed absence: one child, one open case."""
    return [
        replace(r, event=replace(r.event, settled=later))
        if later and r.event.kind == CLOSED and r.event.result in FOR_A_TIME
        else r
        for r in recorded
    ]


def _acted_on(absence: Absence) -> bool:
    known = (ABSENT, WARNING, CLOSED)
    return bool(absence.evidence) or any(r.event.kind not in known for r in absence.recorded)


def _said(absence: Absence, column: str) -> str:
    """What the latest ledger row of the case that fills a column says there."""
    return next((text for row in reversed(absence.ledger) if (text := row.text(column))), "")
