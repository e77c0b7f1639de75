"""The open workbook judged by the same rules as a closed file (校验): findings, runs, what is due."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from kbbx_xl.books.checking import check_reads, directory_beside, read_for_month, settled_day
from kbbx_xl.books.read import read_file, read_grids
from kbbx_xl.excel.desk import Desk
from kbbx_xl.excel.live import grids
from kbbx_xl.excel.place import usual_policy
from kbbx_xl.flow.result import Due
from kbbx_xl.flow.unit import UnitResult
from kbbx_xl.messages import InputError, message
from kbbx_xl.model import FileRead, Finding, Period
from kbbx_xl.settings.policies import DEFAULT_POLICY, Policy, load_policy


@dataclass(frozen=True)
class Judged:
    """What was read from the open workbook, and what the rules say of it."""

    read: FileRead
    results: list[UnitResult]
    findings: list[Finding]
    month: Period
    as_of: dt.date
    policy: Policy

    @property
    def due(self) -> list[Due]:
        """What the policy asks for, unit by unit."""
        return [item for result in self.results for item in result.due]


def read_book(desk: Desk) -> tuple[FileRead, Period, dt.date]:
    """The open workbook as tables, its month and its 截至日期; InputError when it holds no data."""
    held = grids(desk.book)
    name = desk.book.name
    (read,), month, said = read_for_month(
        lambda period: [read_grids(held, name, period=period)],
        Period(desk.today.year, desk.today.month),
    )
    if not read.tables:
        told = "；".join(message(f) for f in read.findings)
        raise InputError(f"“{name}”里没有认出可以处理的表。{told}")
    return read, month, settled_day(month, said, desk.today)


def policy_of(stamped: str) -> Policy:
    """The policy a workbook carries, else the one last chosen on this computer, else the default."""
    return load_policy(stamped or usual_policy() or DEFAULT_POLICY)


def judge(desk: Desk, *, beside: str = "") -> Judged:
    """Check the open workbook as ``kbbx-xl check`` checks the saved file.

    ``beside``: a pattern of file names; workbooks of ours of the same unit that lie beside the open
    one are judged with it.
    """
    read, month, as_of = read_book(desk)
    others = _beside(desk, beside, read, month) if beside else []
    policy = policy_of(read.own.get("policy", ""))
    directory, calendar = directory_beside(desk.folders)
    results, findings = check_reads(
        [read, *others],
        month=month,
        as_of=as_of,
        policy=policy,
        directory=directory,
        calendar=calendar,
    )
    return Judged(read, results, findings, month, as_of, policy)


def _beside(desk: Desk, pattern: str, read: FileRead, month: Period) -> list[FileRead]:
    unit, path = read.own.get("unit_name", ""), desk.saved_path()
    near = [p for p in sorted(path.parent.glob(pattern)) if p.name != path.name]
    reads = [read_file(p, p.name, period=month) for p in near if not p.name.startswith("~$")]
    return [other for other in reads if unit and other.own.get("unit_name") == unit]
