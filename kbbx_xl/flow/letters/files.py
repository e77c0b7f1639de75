"""The case files (一人一案) that letters are about: what rows of ledgers and logs make of one absence.

The same joining as everywhere: a visit or a step belongs to the case that it dates into.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kbbx_xl.flow.attendance import read_attendance
from kbbx_xl.flow.cases import read_cases, settled
from kbbx_xl.flow.casework.files import CasePapers, read_case_files
from kbbx_xl.flow.casework.values import CaseFile, Recorded
from kbbx_xl.flow.letters.school import Row, School
from kbbx_xl.flow.letters.subject import Ask, Item, text_of
from kbbx_xl.flow.source import Source
from kbbx_xl.model import Kind, Table
from kbbx_xl.rules.cases import DROPOUT, SUSPECTED, VISIT
from kbbx_xl.settings.letters import VISITS, letter_fields, letter_form
from kbbx_xl.settings.policies import LegalStepName

ORDER = "order"  # the letter that the step 责令改正 is


@dataclass(frozen=True, slots=True)
class Files:
    """The case files of one school, found by the rows they are made of."""

    school: School
    cases: tuple[CaseFile, ...]
    by_row: dict[Source, CaseFile]

    @classmethod
    def of(cls, school: School) -> Files:
        """The cases as ledgers, attendance, visits, steps and evidence say on the day of the letters."""
        unit, register, context, own = school.unit, school.register, school.context, school.own
        ledgers, visits = ledgers_of(school), school.of(Kind.VISITS)
        closed = read_cases(unit, ledgers, visits, register, context, own=own)
        runs = read_attendance(
            unit, school.of(Kind.ROLL_CALL), school.of(Kind.ABSENCE), register, context,
            own=own, settled=settled(closed),
        ).runs  # fmt: skip
        steps, evidence = school.of(Kind.CASE_STEPS), school.of(Kind.EVIDENCE)
        papers = CasePapers(ledgers, visits, steps, evidence, runs)
        cases, _ = read_case_files(unit, papers, register, context, own=own)
        rows = {
            r.source: case
            for case in cases
            for r in case.events
            if r.event.kind in (SUSPECTED, DROPOUT)
        }
        return cls(school, tuple(cases), rows)

    def of_row(self, row: Row) -> CaseFile | None:
        """The case of a ledger row."""
        return self.by_row.get(row.source)

    def visits(self, case: CaseFile, ask: Ask) -> tuple[Item, ...]:
        """Visits of this absence up to the day of the letter, oldest first; numbered where nobody did."""
        told: list[Item] = []
        for recorded in case.events:
            row = self.row_at(recorded.source) if recorded.event.kind == VISIT else None
            if row is not None and recorded.event.date <= ask.day:
                facts = {f.name: text_of(row.get(f.column)) for f in letter_fields().items(VISITS)}
                facts["第几次"] = facts["第几次"] or str(len(told) + 1)
                told.append(facts)
        return tuple(told)

    def row_at(self, source: Source) -> Row | None:
        """The row of a table that was read."""
        for table in self.school.tables:
            same = (table.file, table.sheet) == (source.file, source.sheet)
            if same and source.row in table.rows:
                return self.school.row(table, table.rows.index(source.row))
        return None


def ledgers_of(school: School) -> list[Table]:
    """The two ledgers of cases, else the lists that stand in for them."""
    return school.of(Kind.CASES) or school.of(Kind.REPORT_CASES)


def step_of(case: CaseFile | None, step: str, ask: Ask) -> Recorded | None:
    """The latest row of 办理记录 for that step up to the day of the letter."""
    events: Sequence[Recorded] = case.events if case else ()
    return next((r for r in reversed(events) if r.event.kind == step and r.event.date <= ask.day), None)  # fmt: skip


def taught(case: CaseFile | None, ask: Ask) -> tuple[Item, ...]:
    """What 办理记录 has of 宣传教育 up to the day of the letter, oldest first."""
    events = (r.event for r in case.events) if case else ()
    return tuple(
        {"日期": text_of(event.date), "文书": event.document}
        for event in events
        if event.kind == LegalStepName.EDUCATE and event.date <= ask.day
    )


def order_facts(case: CaseFile | None, ask: Ask) -> dict[str, str]:
    """What 办理记录 knows of the order (责令改正) that came before a letter."""
    ordered = step_of(case, LegalStepName.ORDER, ask)
    event = ordered.event if ordered else None
    return {
        "责令文书": (event.document if event else "") or letter_form(ORDER).name(ask.policy),
        "责令文号": event.number if event else "",
        "责令送达日期": text_of(event.received) if event else "",
        "责令期限": text_of(event.until) if event else "",
    }
