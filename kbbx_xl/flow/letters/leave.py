"""Leave slips (假条): one row of leave of 缺勤登记, with who approves it by the policy (P23-12—P23-15)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from kbbx_xl.flow.casework.marks import mark_of
from kbbx_xl.flow.letters.school import Row, School, cells_of, read_schools
from kbbx_xl.flow.letters.subject import Ask, Item, Subject, text_of
from kbbx_xl.model import FileRead, Finding, Kind, LeaveKind
from kbbx_xl.rules.leave import approvers
from kbbx_xl.settings.letters import About
from kbbx_xl.settings.lists import load_lists
from kbbx_xl.settings.policies import Policy

APPROVAL = "审批"  # the placeholder that lists who approves
LEAVE = (LeaveKind.SICK, LeaveKind.PERSONAL)


def leave_letters(reads: Sequence[FileRead], ask: Ask) -> tuple[list[Subject], list[Finding]]:
    """Rows of 病假 and 事假, or the chosen rows."""
    subjects: list[Subject] = []
    for school in read_schools(reads, ask):
        for row in school.rows(Kind.ABSENCE):
            if ask.chosen(row.table.sheet, row.number):
                one = _leave(school, row, ask)
                if ask.marked(one.mark) and (ask.choosing or not one.refusal):
                    subjects.append(one)
    return subjects, []


def _leave(school: School, row: Row, ask: Ask) -> Subject:
    start, back = row.day("start"), row.day("back")
    kind = load_lists()["leave_kind"].canonical(text_of(row.get("leave_kind"))) or ""
    facts = school.facts(row, About.LEAVE)
    facts["请假类别"] = kind
    facts["请假天数"] = _days(school, row, start, back)
    said = f"类别是“{kind}”，不是请假" if kind else "类别没有填，或认不出"
    return Subject(
        source=row.source,
        unit=facts["学校"],
        mark=mark_of((school.unit.name, row.who, start)),
        facts=facts,
        since=start,
        lists={APPROVAL: _approval(ask.policy, facts["请假天数"])},
        refusal="" if kind in LEAVE else f"{row.table.sheet} 第{row.number}行：{said}",
        cells=cells_of(row.table, row.index, About.LEAVE),
    )


def _days(school: School, row: Row, start: dt.date | None, back: dt.date | None) -> str:
    """Days asked for: as written, else school days before the child was back; "" while away."""
    written = row.get("days")
    if isinstance(written, int | float):
        return f"{written:g}"
    return school.days(row, start, back - dt.timedelta(days=1), "days") if back else ""


def _approval(policy: Policy, days: str) -> tuple[Item, ...]:
    """Who approves so many days, as the policy words it; all of them while the days are open."""
    asked = approvers(policy.leave, float(days)) if days else policy.leave
    return tuple({"审批人": one.approver, "条件": one.wording} for one in asked)
