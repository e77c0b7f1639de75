"""The open workbook judged by the same rules as a closed file (校验): findings, runs, what is due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kbbx_xl.books.checking import check_reads, directory_beside, read_for_month, settled_day
from kbbx_xl.books.read import read_grids
from kbbx_xl.books.read.detect import BACKUP
from kbbx_xl.books.read.sheets import Book
from kbbx_xl.books.reading import Reader, read_files
from kbbx_xl.excel.commands import RESPONSIBILITY
from kbbx_xl.excel.desk import Desk
from kbbx_xl.excel.live import grids
from kbbx_xl.excel.place import usual_policy
from kbbx_xl.flow.result import Due
from kbbx_xl.flow.submissions import file_month
from kbbx_xl.flow.unit import UnitResult
from kbbx_xl.messages import InputError, message
from kbbx_xl.model import FileRead, Finding, Period
from kbbx_xl.settings.policies import DEFAULT_POLICY, Policy, load_policy, stamped_policy


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
    return _read_open(desk, grids(desk.book))


def _read_open(desk: Desk, held: Book) -> tuple[FileRead, Period, dt.date]:
    name = desk.book.name
    (read,), month, said = read_for_month(
        lambda period: [read_grids(held, name, period=period)],
        Period(desk.today.year, desk.today.month),
    )
    if not read.tables:
        told = "；".join(message(f) for f in read.findings)
        raise InputError(f"“{name}”里没有认出可以处理的表。{told}")
    return read, month, settled_day(month, said, desk.today)


def policy_of(stamped: Mapping[str, str]) -> Policy:
    """The policy a workbook carries, else the one last chosen on this computer, else the default.

    InputError for one that is named in its stamp and not known here.
    """
    named = stamped.get("policy", "")
    return stamped_policy(stamped) or load_policy(named or usual_policy() or DEFAULT_POLICY)


def judge(desk: Desk, *, beside: Sequence[str] = ()) -> Judged:
    """Check the open workbook as ``kbbx-xl check`` checks the saved file.

    ``beside``: patterns of file names; the unit's other workbooks of ours that lie beside the open
    one are judged with it.  责任人名单 is for a term, so that the month and 截至日期 are then theirs.
    """
    held = grids(desk.book)
    read, month, as_of = _read_open(desk, held)
    others: list[FileRead] = []
    if beside:
        (read, *others), month, as_of = _read_with(desk, held, read, beside)
    policy = policy_of(read.own)
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


def _read_with(
    desk: Desk, held: Book, open_book: FileRead, beside: Sequence[str]
) -> tuple[Sequence[FileRead], Period, dt.date]:
    """The open workbook and those beside it, their month and 截至日期."""
    path = desk.saved_path()
    near = sorted({p for pattern in beside for p in path.parent.glob(pattern)} - {path})
    near = [p for p in near if not p.name.startswith("~$") and not BACKUP.search(p.stem)]
    unit, form = open_book.own.get("unit_name", ""), open_book.own.get("form", "")

    def read(period: Period) -> list[FileRead]:
        others = read_files([(p, p.name) for p in near], Reader(period))
        mine = [o for o in others if unit and o.own.get("unit_name") == unit]
        own = read_grids(held, desk.book.name, period=period)
        return [own, *(other for other in mine if other.own.get("form") != form)]

    written = "" if form == RESPONSIBILITY else file_month(open_book)
    fixed = Period.parse(written) if written else None
    today = Period(desk.today.year, desk.today.month)
    reads, month, said = read_for_month(read, today, month=fixed)
    return reads, month, settled_day(month, said, desk.today)
