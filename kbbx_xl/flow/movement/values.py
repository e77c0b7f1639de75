"""What the comparison of two registers of a county says (学籍流动); rows are personal."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from kbbx_xl.flow.result import RosterRow
from kbbx_xl.flow.source import Source
from kbbx_xl.model import Finding, Period
from kbbx_xl.rules.matching import Confidence
from kbbx_xl.rules.movement import Balance, Loss, Transfer

REGISTERED, MISSING, ELSEWHERE, NOT_YET = "已注册", "未注册", "县外就读", "未到时间"


@dataclass(frozen=True, slots=True)
class Child:
    """One row of a register."""

    row: RosterRow
    cell: str  # of the name
    address: str = ""  # 户籍所在地
    care: str = ""  # 送教上门、残疾: what the next school must know (P22-11)


@dataclass(frozen=True, slots=True)
class Change:
    """One row of 学籍异动; ``document`` None where the list has no such column."""

    unit: str
    name: str
    sex: str
    birth: dt.date | None
    id_no: str
    student_no: str
    grade: str
    class_name: str
    change: str
    day: dt.date | None
    written: str  # 转入（出）学校 as written
    school: str  # the school of the county it means
    document: str | None
    note: str
    gain: int  # +1, -1 or 0 pupils of the unit
    source: Source
    cell: str

    @property
    def outside(self) -> bool:
        """A place is named, and it is no school of the county."""
        return bool(self.written) and not self.school


@dataclass(frozen=True, slots=True)
class Listed:
    """A child of a ledger or of 适龄儿童台账: accounted for there."""

    unit: str
    name: str
    id_no: str
    student_no: str
    address: str = ""


@dataclass(slots=True)
class Side:
    """One of the two registers: all units of one month."""

    month: Period
    children: list[Child] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    listed: list[Listed] = field(default_factory=list)
    units: set[str] = field(default_factory=set)  # that sent a register of this month


@dataclass(frozen=True, slots=True)
class Proposal:
    """Two losses that may be one child (待人工确认): never merged."""

    left: Loss
    right: Loss
    confidence: Confidence
    how: str


@dataclass(frozen=True, slots=True)
class NonLocal:
    """A dropout whose 户籍 is in another county (TH-31)."""

    child: Child
    county: str


@dataclass(frozen=True, slots=True)
class Handover:
    """One leaver of 六年级 (小升初整班移交): ``junior`` is the row in a junior school's register.

    ``state``: REGISTERED, MISSING, ELSEWHERE or NOT_YET (the school year has not turned).  ``owner``:
    whose duty the child is (P22-10), "" where the policy does not say.
    """

    child: Child
    state: str
    junior: Child | None = None
    owner: str = ""


@dataclass(slots=True)
class Movement:
    """The result; numbers in losses, transfers and balances are places in the three lists of rows."""

    month: Period
    as_of: dt.date
    county: str
    earlier: Period | None = None  # None: there was no earlier register
    before: list[Child] = field(default_factory=list)
    after: list[Child] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    transfers: list[Transfer] = field(default_factory=list)
    losses: list[Loss] = field(default_factory=list)
    proposals: list[Proposal] = field(default_factory=list)
    outside: list[Change] = field(default_factory=list)  # 转出 of these days to other counties
    nonlocal_dropouts: list[NonLocal] = field(default_factory=list)
    handover: list[Handover] = field(default_factory=list)
    handover_due: bool = True  # False outside the months in which 六年级 is handed over
    handover_rule: str = ""  # what the policy says of it
    balances: list[Balance] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)  # schools without one of the registers
    findings: list[Finding] = field(default_factory=list)

    @property
    def handed_over(self) -> tuple[int, int] | None:
        """(registered in a junior school, leavers of 六年级); None before the school year turns."""
        if not self.handover or any(h.state == NOT_YET for h in self.handover):
            return None
        return sum(h.state == REGISTERED for h in self.handover), len(self.handover)
