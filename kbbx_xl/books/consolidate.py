"""From a folder of submissions to a County: find the files, read them in parallel, put them together.

Files of one folder are read and judged by one process; only values come back.  A unit whose files
lie in several folders is judged again as a whole, so the result never depends on the folders,
their order or the number of processes.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from kbbx_xl.books.cache import Cache
from kbbx_xl.books.engine import PROCESSES, Engine
from kbbx_xl.books.guard import Progress, workers_for
from kbbx_xl.books.judge import Answer, Job, Judge, Split
from kbbx_xl.books.package.standing import replaced_packages
from kbbx_xl.books.read import read_calendar, read_directory_and_calendar, read_folder
from kbbx_xl.books.reading import Reader, Received, opened
from kbbx_xl.flow.context import Context
from kbbx_xl.flow.county import Loose, combine
from kbbx_xl.flow.receipt import Verdict
from kbbx_xl.flow.result import County, FileStatus
from kbbx_xl.flow.unit import UnitResult
from kbbx_xl.messages import InputError
from kbbx_xl.model import CalendarSheet, Directory, FileRead, Finding

DIRECTORY_NAMES = ("单位目录", "学校名单", "单位名单", "学校目录")
CALENDAR_NAMES = ("校历",)
PACKED = (".zip",)
SPREADSHEETS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".csv")


def find_top(folder: Path, names: Sequence[str]) -> Path | None:
    """The first spreadsheet at the top of ``folder`` whose name holds one of ``names``."""
    for path in sorted(folder.iterdir()):
        known = any(name in path.stem for name in names)
        if known and path.suffix.lower() in SPREADSHEETS and not path.name.startswith("~$"):
            return path
    return None


def load_directory(
    folder: Path, given: Path | None = None
) -> tuple[Directory, CalendarSheet, list[Finding], set[Path]]:
    """The bureau's own files: unit directory and calendar, and which files they were.

    InputError when there is no directory: without it nobody knows who should report.
    """
    if not folder.is_dir():
        raise InputError(f"找不到文件夹：{folder}")
    path = given or find_top(folder, DIRECTORY_NAMES)
    if path is None or not path.is_file():
        raise InputError(
            "没有找到单位目录：请把“单位目录.xlsx”放在文件夹最上层，或用 --directory 指定"
        )
    (directory, findings), (calendar, more) = opened(read_directory_and_calendar, path)
    used = {path}
    beside = find_top(folder, CALENDAR_NAMES)
    if calendar.term_start is None and beside is not None:
        calendar, more = opened(read_calendar, beside)
        used.add(beside)
    return directory, calendar, [*findings, *more], used


def consolidate(
    folder: Path,
    context: Context,
    *,
    own_files: Iterable[Path] = (),
    findings: Sequence[Finding] = (),
    jobs: int | None = None,
    with_roster: bool = False,
    passwords: tuple[str, ...] = (),
    cache: Cache | None = None,
    progress: Progress | None = None,
    engine: Engine = PROCESSES,
) -> County:
    """Read every file below ``folder`` and return the County; no result is written.

    ``passwords`` are tried on workbooks and packages that have one; ``cache`` keeps what was
    worked out, for the next time.
    """
    todo = _jobs(folder, set(own_files))
    reader = Reader(context.month, passwords=passwords)
    judge = Judge(context, reader, with_roster=with_roster, cache=cache)
    workers = jobs or workers_for(sum(len(job.files) for job in todo))
    answers = engine.each(judge.folder, todo, workers, progress)
    results: dict[str, list[UnitResult]] = defaultdict(list)
    homes: dict[str, list[Received]] = defaultdict(list)
    for answer in answers:
        for result in answer.results:
            results[result.unit.name].append(result)
        for name, files in answer.homes.items():
            homes[name] += files
    replaced = replaced_packages(package for answer in answers for package in answer.packages)
    whole: list[UnitResult] = []
    split: list[Split] = []
    for name, parts in results.items():
        left = tuple(file for file in homes[name] if file.rel not in replaced)
        if len(parts) == 1 and len(left) == len(homes[name]):
            whole += parts
        elif left:
            split.append(Split(parts[0].unit, left))
    whole += engine.each(judge.whole, split, workers)
    return combine(whole, _loose(answers, findings, replaced), context)


def _jobs(folder: Path, own_files: set[Path]) -> list[Job]:
    """One job a folder, the largest first; notes beside the directory are nobody's submission."""
    groups: dict[Path, list[Received]] = defaultdict(list)
    for path, rel in read_folder(folder):
        suffix = path.suffix.lower()
        note = path.parent == folder and suffix not in (*SPREADSHEETS, *PACKED)
        if path not in own_files and not note:  # a package is a folder of its own
            groups[path if suffix in PACKED else path.parent].append(Received(path, rel))
    jobs = [Job(tuple(files)) for files in groups.values()]
    return sorted(jobs, key=lambda job: (-sum(_size(f.path) for f in job.files), job.files[0].rel))


def _size(path: Path) -> int:
    return path.lstat().st_size


def _loose(
    answers: Iterable[Answer], findings: Sequence[Finding], replaced: Mapping[str, Verdict]
) -> Loose:
    files: list[FileStatus] = []
    ignored: list[tuple[str, str]] = []
    told = list(findings)
    for answer in answers:
        for read in answer.packages:
            files.append(_package_status(read, read.path in replaced))
            told += [dataclasses.replace(f, unit=files[-1].unit) for f in read.findings]
            if read.path in replaced:
                params = {"why": replaced[read.path].reason}
                told.append(Finding("F35", read.path, params=params, unit=files[-1].unit))
        for read in answer.loose:
            told += read.findings
            status = "ignored" if read.status == "ignored" else "unknown_unit"
            if read.status == "unreadable":
                status = "unreadable"
            files.append(FileStatus(read.path, read.sha256, read.kinds, "", "", status))
            if read.status == "ignored":
                reason = next((str(f.params.get("reason", "")) for f in read.findings), "")
                ignored.append((read.path, reason))
    return Loose(tuple(files), tuple(ignored), tuple(told))


def _package_status(read: FileRead, replaced: bool) -> FileStatus:
    unit, month = read.own.get("unit_name", ""), read.own.get("period", "")
    status = "superseded" if replaced else "package"
    return FileStatus(read.path, read.sha256, "报送包", unit, month, status)
