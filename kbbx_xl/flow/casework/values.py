"""The values of case work: cases with their rows, home teaching by month, and tasks.

Plain and frozen, fit to cross a process border.  ``name`` fields are personal; writers of summaries
leave them out by default (design.md section 7); ``mark`` tells cases apart without naming a child.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from kbbx_xl.crossing import Crossing
from kbbx_xl.flow.source import Source
from kbbx_xl.model import Period
from kbbx_xl.rules.cases import DROPOUT, SUSPECTED, CaseEvent, CaseState
from kbbx_xl.rules.evidence import EvidenceState
from kbbx_xl.settings.evidence import EvidenceSet


@dataclass(frozen=True, slots=True)
class Recorded(Crossing):
    """An event and the cells of its date, of 送达日期 and of 期限."""

    event: CaseEvent
    source: Source
    cell: str = ""
    received_cell: str = ""
    until_cell: str = ""


@dataclass(frozen=True, slots=True)
class EvidenceItem:
    """One row of 佐证登记."""

    category: str  # A..M
    item: str  # word of config/lists/evidence_item.yaml
    number: str
    date: dt.date | None
    source: Source
    note: str = ""
    variant: str = ""  # word of verified as written, where a letter has several (M)


@dataclass(frozen=True, slots=True)
class CaseFile(Crossing):
    """One case (一人一案): one absence of one child, from the ledgers and logs of its unit."""

    mark: str  # 案件号: tells cases apart, names nobody
    key: str
    name: str
    unit: str
    stage: str
    grade: str
    class_name: str
    first_absent: dt.date | None
    opened: dt.date  # 列入台账日期, else the first absent day, else the first dated row
    category: str  # A..M, "" when not verified
    variant: str  # word of verified (姓名错别字, 父母离异带走...)
    reason: str
    group: str  # 特殊群体类别
    persuader: str  # 劝返责任人、承包教师 (personal)
    events: tuple[Recorded, ...]  # oldest first
    evidence: tuple[EvidenceItem, ...]
    state: CaseState  # on the day of the context
    source: Source  # its ledger row
    cell: str = ""  # of the first absent day there
    previous: str = ""  # mark of the same child's earlier case (再次辍学)
    verified_cell: str = ""  # of 核查结果 there, else of 销号去处

    def __hash__(self) -> int:
        """Equal cases have equal marks; all their events need not be gone through."""
        return hash((self.unit, self.mark))

    @property
    def open(self) -> bool:
        return self.state.open

    @property
    def listed(self) -> bool:
        """In a ledger; a case at 预警 is known from attendance only."""
        return any(r.event.kind in (SUSPECTED, DROPOUT) for r in self.events)


@dataclass(frozen=True, slots=True)
class Checklist(Crossing):
    """One case, what its category asks for and what is there; ``asks`` None while not verified."""

    case: CaseFile
    asks: EvidenceSet | None
    state: EvidenceState
    binding: bool  # the policy of the county names this list; else it is shown for reference

    @property
    def unit(self) -> str:
        return self.case.unit


@dataclass(frozen=True, slots=True)
class TeachingMonth:
    """Home teaching (送教上门) of one child in one month, against plan or policy."""

    key: str
    name: str
    unit: str
    month: Period
    required: int  # visits; 0 where neither policy nor plan says
    visits: int  # that count: enough lessons and teachers
    short: int  # held, but with too few lessons or teachers
    hours: float
    source: Source
    rule: str = ""  # rule id, "" when only the plan says
    surplus: int = 0  # of visits: over the number of their week or month, make up for no other
    note: str = ""  # why nothing is required: 计划不满一月 ...
    about: str = ""  # 年级班级

    @property
    def lacking(self) -> int:
        return max(0, self.required - self.visits + self.surplus)


NOWHERE = Source("")


class TaskKind(StrEnum):
    """What a task follows from."""

    LADDER = "预警阶梯"
    LEGAL = "办案"  # the legal steps and the terms that run out
    PERSON = "责任人"
    EVIDENCE = "佐证"
    TEACHING = "送教"
    DUTY = "单位任务"


class TaskState(StrEnum):
    """Where a task stands on the day of the list (待办状态), most pressing first."""

    OVERDUE = "已逾期"
    TODAY = "今日到期"
    OPEN = "待办"  # no day stated
    LATER = "未到期"
    DONE = "已办"


def state_of(due: dt.date | None, today: dt.date, *, done: bool = False) -> TaskState:
    """Where a task stands by its last day; without one it is 待办."""
    if done:
        return TaskState.DONE
    if due is None:
        return TaskState.OPEN
    if due == today:
        return TaskState.TODAY
    return TaskState.OVERDUE if due < today else TaskState.LATER


@dataclass(frozen=True, slots=True)
class Task(Crossing):
    """One line of 待办: who must do what by when, because of which rule."""

    unit: str
    title: str
    actor: str
    due: dt.date | None  # None: no day stated
    state: TaskState
    rule: str  # rule id
    about: str = ""  # class or grid; mark of the case
    mark: str = ""  # of the case, "" for duties of the calendar
    since: dt.date | None = None
    done_on: dt.date | None = None  # of a task that is 已办, as far as a record says
    document: str = ""
    to: str = ""
    note: str = ""  # 文件没有写哪一天 ...
    source: Source = NOWHERE
    name: str = ""  # personal; only for the unit's own list
    kind: TaskKind = TaskKind.DUTY

    @property
    def of_child(self) -> bool:
        """Whether it is about one child, not a duty of the unit."""
        return self.kind is not TaskKind.DUTY or bool(self.mark)
