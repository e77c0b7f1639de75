"""Setting up a county (开县): everything it starts with, written as one set, and kept when people changed it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from kbbx_xl.books.consolidate import load_directory
from kbbx_xl.books.files import Written, verify_workbook
from kbbx_xl.books.setup.checklist import write_checklist
from kbbx_xl.books.setup.county import CountySetup, directory_data
from kbbx_xl.books.setup.in_force import (
    POLICY_BOOK,
    POLICY_YAML,
    read_folder_policy,
    read_policy_file,
)
from kbbx_xl.books.setup.policy_book import write_policy_book
from kbbx_xl.books.setup.record import RECORD, TEMPLATES, changed_since, read_record, sum_of
from kbbx_xl.books.setup.settings_book import write_settings_book
from kbbx_xl.books.template import build_workbook, folders_of, set_results
from kbbx_xl.books.writing.results import Result, write_set
from kbbx_xl.messages import OutputError, reason
from kbbx_xl.model import CalendarSheet, Directory
from kbbx_xl.settings.forms import load_form
from kbbx_xl.settings.policies import Policy
from kbbx_xl.settings.policy_text import policy_yaml

SETTINGS, DIRECTORY, CHECKLIST, NOTES = "设置.xlsx", "单位目录.xlsx", "开工清单.xlsx", "说明.txt"
SUBMITTED = "报送"


@dataclass(frozen=True, slots=True)
class Started:
    """What was written, and what was left because somebody had changed it."""

    written: list[Written]
    kept: list[Path]
    units: int


def start_county(
    setup: CountySetup,
    folder: Path,
    *,
    settings: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Started:
    """Write the county into ``folder``: settings, directory, policy, sets of workbooks, checklist, notes.

    ``settings``: the workbook the answers come from; it is kept as 设置.xlsx as it is.  A file that
    people changed since it was written stays, and what follows from it (sets, checklist) is made from
    it.  All is new or all is as it was.  Raises InputError, OutputError.
    """
    record = read_record(folder)
    here = settings is not None and settings.resolve() == (folder / SETTINGS).resolve()
    kept = changed_since(folder, record) - ({folder / SETTINGS} if here else set())
    mine = _sources(setup, folder, kept)
    results = [
        _fit(one, folder, record)
        for one in (*_own_files(setup, folder, settings, here=here), *_made(setup, mine, folder))
        if one.target not in kept
    ]
    sums = {rel: total for rel, total in record.items() if (folder / rel).is_file()}
    if here:
        sums[SETTINGS] = sum_of(folder / SETTINGS)
    done: list[Path] = []
    told = [_noted(one, folder, sums, done, len(results), progress) for one in results]
    written = write_set([*told, _record_result(folder, sums)])
    for place in folders(mine.directory, folder / SUBMITTED):
        _make(place)
    units = [u for u in mine.directory.units if u.is_school or u.is_center]
    return Started(written[:-1], sorted(kept), len(units))


@dataclass(frozen=True, slots=True)
class _Sources:
    """What sets and checklist are made from: the answers, or the files that people changed."""

    policy: Policy
    directory: Directory
    calendar: CalendarSheet


def _sources(setup: CountySetup, folder: Path, kept: set[Path]) -> _Sources:
    policy, directory, calendar = setup.policy, setup.directory, setup.calendar
    if kept & {folder / POLICY_YAML, folder / POLICY_BOOK}:
        found = read_folder_policy(folder)
        policy = found.policy if found else policy
    if folder / DIRECTORY in kept:
        directory, sheet, _, _ = load_directory(folder, folder / DIRECTORY)
        calendar = sheet if sheet.term_start and sheet.term_end else calendar
    return _Sources(policy, directory, calendar)


def _own_files(
    setup: CountySetup, folder: Path, settings: Path | None, *, here: bool
) -> Iterator[Result]:
    """Settings, unless they are read from where they belong; directory and policy."""

    def copy(new: Path) -> None:
        if settings is None:
            write_settings_book(new, setup)
        else:
            shutil.copyfile(settings, new)

    def directory(new: Path) -> None:
        data = directory_data(setup.directory, setup.calendar)
        build_workbook(load_form("directory"), new, data=data)

    if not here:
        yield Result(folder / SETTINGS, copy, verify_workbook)
    yield Result(folder / DIRECTORY, directory, verify_workbook)
    book = partial(write_policy_book, setup.policy)
    yield Result(folder / POLICY_BOOK, book, verify_workbook)
    yield Result(folder / POLICY_YAML, partial(_text, policy_yaml(setup.policy)), _read_policy)


def _made(setup: CountySetup, mine: _Sources, folder: Path) -> Iterator[Result]:
    """The sets, the checklist and the notes."""
    yield from set_results(
        mine.directory,
        folder / TEMPLATES,
        period=setup.month,
        as_of=setup.month.last,
        policy=mine.policy,
        calendar=mine.calendar,
    )
    listed = partial(write_checklist, setup, mine.policy, mine.directory, mine.calendar)
    yield Result(folder / CHECKLIST, listed, verify_workbook)
    yield Result(folder / NOTES, partial(_text, notes(setup)), _is_text)


def notes(setup: CountySetup) -> str:
    """说明.txt: ten lines on what lies here; for Notepad of any Windows."""
    month, due = setup.month, setup.due
    told = (
        f"{setup.county}控辍保学（{setup.bureau}）",
        "这个文件夹由 kbbx-xl init 建立，里面的工作簿用 Excel 或 WPS 打开，没有宏。",
        f"{DIRECTORY}　谁应该报：单位、村校分包、校历。有变动就改。",
        f"{POLICY_BOOK}　本县的政策方案，改后运行 kbbx-xl policy import {POLICY_BOOK}；{POLICY_YAML} 是它的另一种写法。",
        f"{TEMPLATES}　一个单位一个文件夹，已填好单位、月份、校历，整个发下去。",
        f"{SUBMITTED}　收到的文件放进该单位的文件夹，文件名不用改。",
        f"{CHECKLIST}　第一个月谁在哪天前做什么，可以打印。",
        f"检查：kbbx-xl check {SUBMITTED}",
        f"汇总：kbbx-xl county . --month {month} --as-of {due} -o 汇总结果",
        f"{SETTINGS} 是填过的设置；改它或单位目录后再运行 kbbx-xl init . --from {SETTINGS}，您改过的文件不会被覆盖。",
    )
    return "\n".join(told) + "\n"


def folders(directory: Directory, root: Path) -> list[Path]:
    """Where the files of each unit are to be put: 报送/<中心校>/<学校>."""
    units = [unit for unit in directory.units if unit.is_school or unit.is_center]
    return [root.joinpath(*folders_of(unit)) for unit in units]


def _fit(one: Result, folder: Path, record: dict[str, str]) -> Result:
    """A file of ours that nobody changed needs no copy of what it was."""
    ours = one.target.relative_to(folder).as_posix() in record
    return replace(one, keep_old=False) if ours else one


def _noted(
    one: Result,
    folder: Path,
    sums: dict[str, str],
    done: list[Path],
    total: int,
    progress: Callable[[int, int], None] | None,
) -> Result:
    """A result whose check sum is noted as it is made, and counted."""

    def make(new: Path) -> None:
        one.make(new)
        sums[one.target.relative_to(folder).as_posix()] = sum_of(new)
        done.append(one.target)
        if progress:
            progress(len(done), total)

    return replace(one, make=make)


def _record_result(folder: Path, sums: dict[str, str]) -> Result:
    """The record of this run; made last, when all sums are noted."""

    def make(new: Path) -> None:
        text = json.dumps({"files": sums}, ensure_ascii=False, indent=1, sort_keys=True)
        new.write_text(text + "\n", encoding="utf-8", newline="\n")

    return Result(folder / RECORD, make, _is_text, keep_old=False)


def _text(text: str, new: Path) -> None:
    if new.suffix == ".txt":  # as the Notepad of an old Windows reads it
        new.write_text(text, encoding="utf-8-sig", newline="\r\n")
    else:
        new.write_text(text, encoding="utf-8", newline="\n")


def _is_text(new: Path) -> None:
    new.read_text(encoding="utf-8")


def _read_policy(new: Path) -> None:
    read_policy_file(new)


def _make(place: Path) -> None:
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"建不了文件夹“{place}”：{reason(error)}") from error
