"""Checking files before they are sent (报前校验): one school's files, with or without a directory."""

from __future__ import annotations

import datetime as dt
import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

from kbbx_xl.books.consolidate import DIRECTORY_NAMES, find_top, load_directory
from kbbx_xl.books.guard import Progress
from kbbx_xl.books.read import read_folder
from kbbx_xl.books.reading import Reader, read_files
from kbbx_xl.books.setup.record import untouched
from kbbx_xl.flow.context import make_context
from kbbx_xl.flow.submissions import file_month
from kbbx_xl.flow.unit import UnitResult, analyse_unit
from kbbx_xl.flow.units import UnitFinder
from kbbx_xl.messages import InputError, line
from kbbx_xl.model import (
    CalendarSheet,
    Directory,
    FileRead,
    Finding,
    Kind,
    Period,
    Table,
    Unit,
)
from kbbx_xl.rules.checks.bureau import check_bureau
from kbbx_xl.rules.school_days import listed_calendar
from kbbx_xl.settings.policies import Policy

BUREAU = (Kind.DIRECTORY, Kind.VILLAGES, Kind.CALENDAR)  # the bureau's own lists
GRID_FORM = "responsibility"
ONCE_A_TERM = frozenset((Kind.GRID, Kind.GRID_CHANGES, Kind.SIGNED, Kind.WORK_LOG))
TOLD = 5  # reasons in one message


def list_files(paths: Iterable[Path]) -> list[tuple[Path, str]]:
    """Files and folders as the user gave them -> (path, shown path), in order of name.

    Of the folder of a county that was set up, what setting up wrote and nobody filled in is left
    out, but for the unit directory.
    """
    files: list[tuple[Path, str]] = []
    for path in paths:
        if path.is_dir():
            left = untouched(path) - {find_top(path, DIRECTORY_NAMES)}
            files += [file for file in read_folder(path) if file[0] not in left]
        elif path.exists():
            files.append((path.resolve() if path.is_symlink() else path, path.name))
        else:
            raise InputError(f"找不到文件：{path}")
    return files


def common_folder(folders: Iterable[Path]) -> Path:
    """The folder that holds all of them; the empty path for none, or where several drives have none."""
    try:
        return Path(os.path.commonpath(list(folders)))
    except ValueError:
        return Path()


def shown_path(path: Path, root: Path) -> str:
    """The path of a file below ``root``, whole where it lies elsewhere."""
    return (path.relative_to(root) if path.is_relative_to(root) else path).as_posix()


def read_all(
    paths: Iterable[Path],
    period: Period,
    *,
    passwords: tuple[str, ...] = (),
    progress: Progress | None = None,
) -> list[FileRead]:
    """Files and folders read; ``period`` is the month of dates without a year.

    ``passwords`` are tried on workbooks and packages that have one; ``progress`` is told files.
    """
    reader = Reader(period, passwords=passwords)
    reads: list[FileRead] = []
    listed = [(given, list_files([given])) for given in paths]
    total = sum(len(files) for _, files in listed)
    for given, files in listed:
        before = len(reads)
        tell = partial(_tell, progress, before, total) if progress else None
        home = (given if given.is_dir() else given.parent).resolve().name
        for read in read_files(files, reader, tell):
            read.home = home  # the folder itself may be called after the school
            reads.append(read)
    return reads


def _tell(progress: Progress, before: int, total: int, done: int, _: int) -> None:
    progress(before + done, total)


def read_for_month(
    read: Callable[[Period], Sequence[FileRead]], default: Period, *, month: Period | None = None
) -> tuple[Sequence[FileRead], Period, dt.date | None]:
    """What was read, with the month and 截至日期 of ``stated_in``.

    ``read`` is asked again only when that month, on which dates without a year depend, is not
    ``default``.
    """
    reads = read(default)
    period, said = stated_in(reads, default, month=month)
    return (reads if period == default else read(period)), period, said


def stated(
    paths: Sequence[Path], default: Period, *, month: Period | None = None
) -> tuple[Period, dt.date | None]:
    """``stated_in`` of files and folders."""
    return stated_in(read_all(paths, default), default, month=month)


def stated_in(
    reads: Sequence[FileRead], default: Period, *, month: Period | None = None
) -> tuple[Period, dt.date | None]:
    """The month that most of the files say they are for, or ``month``, and its usual 截至日期.

    ``default``, the month of today, when they say nothing.  Workbooks already carried over to a
    month that has not come by then do not count while others do.  The day is None when no 填报信息
    sheet of that month gives one that is not before the month.
    """
    said = [file_month(read) for read in reads]
    monthly = (m for read, m in zip(reads, said, strict=True) if m and not _once_a_term(read))
    months = Counter(monthly) or Counter(filter(None, said))
    come = {m: n for m, n in months.items() if Period.parse(m) <= default} or months
    usual = Period.parse(max(come, key=lambda m: (come[m], m))) if come else default
    period = month or usual
    days = Counter(
        day
        for read, written in zip(reads, said, strict=True)
        if written in ("", str(period))
        for table in read.tables
        if table.kind == Kind.COVER
        for day in table.get("as_of")
        if isinstance(day, dt.date) and day >= period.first
    )
    return period, max(days, key=lambda d: (days[d], d)) if days else None


def _once_a_term(read: FileRead) -> bool:
    """Whether a file holds 责任人名单 only: its month says nothing of the month that is reported."""
    if "form" in read.own:
        return read.own["form"] == GRID_FORM
    kinds = {t.kind for t in read.tables}
    return bool(kinds) and kinds <= ONCE_A_TERM


def told_by(reads: Iterable[FileRead], month: Period) -> str:
    """The path of a file that says it is for ``month``, a monthly one first; "" when none does."""
    mine = [read for read in reads if file_month(read) == str(month)]
    return min(mine, key=lambda r: (_once_a_term(r), r.path)).path if mine else ""


def settled_day(month: Period, said: dt.date | None, today: dt.date) -> dt.date:
    """截至日: as the files say; else today while the month lasts, and its last day afterwards."""
    if said and said >= month.first:
        return said
    return today if month.first <= today <= month.last else month.last


def refuse_unread(reads: Sequence[FileRead]) -> None:
    """InputError that says why and what to do when files were given and none holds a table."""
    if reads and not any(read.tables for read in reads):
        told = [line(f) for read in reads for f in read.findings]
        raise InputError("\n".join(told[:TOLD]) or "没有认出可以处理的表，表头要用通常的叫法")


def directory_beside(folders: Iterable[Path]) -> tuple[Directory | None, CalendarSheet | None]:
    """Directory and calendar of the first folder that holds one; a blank one is no directory."""
    for folder in dict.fromkeys(folders):
        if folder.is_dir() and find_top(folder, DIRECTORY_NAMES):
            try:
                return load_directory(folder)[:2]
            except InputError:
                continue
    return None, None


def check_reads(
    reads: Sequence[FileRead],
    *,
    month: Period,
    as_of: dt.date,
    policy: Policy,
    directory: Directory | None = None,
    calendar: CalendarSheet | None = None,
) -> tuple[list[UnitResult], list[Finding]]:
    """Results a unit and all findings, sorted; files of no known unit are checked on their own."""
    known = directory or _stated_directory(reads)
    days = calendar or own_calendar(reads)
    context, doubts = make_context(month, as_of, policy, known, days)
    finder = UnitFinder(known)
    groups: dict[str, list[FileRead]] = defaultdict(list)
    findings: list[Finding] = doubts if calendar else []
    for read in reads:
        if read.status in ("package", "ignored"):
            findings += read.findings
            continue
        if read.tables and all(t.kind in BUREAU for t in read.tables):
            findings += [*read.findings, *check_bureau(read.tables)]
            continue
        unit, unclear = finder.decide(read)
        if unit is None and directory is None and len(known.units) == 1:
            unit = known.units[0]  # one school's files, of which not each says its name
        findings += unclear if directory else []
        if unit is None:
            findings += read.findings
        else:
            groups[unit.name].append(read)
    results = [analyse_unit(u, groups[u.name], context) for u in known.units if u.name in groups]
    for result in results:
        findings += [f for f in result.findings if f.code != "P02"]
    return results, sorted(findings, key=lambda f: f.sort_key)


def _town_grid(table: Table) -> bool:
    """镇级网格 with a line in it: only a central school sends that."""
    return table.kind == Kind.GRID and table.meta.get("级别") == "镇级" and any(table.get("head"))


def own_calendar(reads: Iterable[FileRead]) -> CalendarSheet:
    """Without a calendar, each school's days are those its own workbook's formulas count by."""
    told = {r.own.get("unit_name", ""): r.school_days for r in reads if r.school_days}
    return listed_calendar(told) if told else CalendarSheet()


def _stated_directory(reads: Iterable[FileRead]) -> Directory:
    """Without a directory, the units are those the files themselves name."""
    units: dict[str, Unit] = {}
    for read in reads:
        name = read.own.get("unit_name") or read.written_unit
        center = any(t.kind == Kind.CENTER or _town_grid(t) for t in read.tables)
        if name:
            level = "中心校" if center else "学校"
            units.setdefault(name, Unit(read.own.get("unit", ""), name, level=level))
    if not units and any(read.tables for read in reads):
        units["本单位"] = Unit("", "本单位", level="学校")
    return Directory(tuple(units.values()))
