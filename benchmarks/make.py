"""The counties of the benchmark: one workbook a school, five sheets made by hand; made once and kept.

Three kinds: ``clean``; ``messy`` (titles, merged headers of two rows, 5,000 formatted blank rows a
sheet, ids cut short in one school of twenty); ``grid`` (a roll call a class, 22 school days, in place
of the ledger of absences).  In all of them dates, names and grades are written as each clerk likes.
``python -m benchmarks.make 250 messy`` makes one before it is needed.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random

from xlsxwriter.worksheet import Worksheet

from kbbx_xl.demo import own, sheets
from kbbx_xl.demo.county import SUBMISSIONS
from kbbx_xl.demo.records import Record
from kbbx_xl.demo.sheets import Columns, Habits, HandBook
from kbbx_xl.demo.world import School, World, invent
from kbbx_xl.model import Period

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "build" / "bench"
CLEAN, MESSY, GRID = KINDS = ("clean", "messy", "grid")
PUPILS = 320  # a school
MONTH = Period(2026, 10)
GRID_MONTH = Period(2026, 9)  # 22 school days
BLANK_ROWS = 5_000
DAMAGED = 20  # one school in so many cuts ids short, one pupil in six
RESENT, OTHER_SEED = 5, 2
GROUPS = {
    "guardian": "监护人情况", "guardian_phone": "监护人情况", "start": "缺勤时间", "back": "缺勤时间",
    "transfer_in": "增加", "return_in": "增加",
    "transfer_out": "减少", "suspend": "减少", "dropout": "减少",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class County:
    """A county on disk, and the month and day to consolidate it for."""

    folder: Path
    schools: int
    kind: str = CLEAN

    @property
    def month(self) -> Period:
        return GRID_MONTH if self.kind == GRID else MONTH

    @property
    def as_of(self) -> dt.date:
        return _as_of(self.kind)

    @property
    def title(self) -> str:
        return f"{self.schools:,} schools, {self.kind}"

    @property
    def resent(self) -> Path:
        """Workbooks of five schools with other pupils, below the same names as in the county."""
        return self.folder.with_name(f"{self.folder.name}.resent")

    def files(self, every: int = 1) -> list[Path]:
        """The schools' workbooks, or every so many of them."""
        return sorted((self.folder / SUBMISSIONS).rglob("*.xlsx"))[::every]


def county(schools: int, kind: str = CLEAN) -> County:
    """The county of that size and kind, found made or made now, by a process that then gives back
    its memory.
    """
    found = _place(schools, kind)
    if not (found.folder.is_dir() and found.resent.is_dir()):
        command = [sys.executable, "-m", "benchmarks.make", str(schools), kind]
        subprocess.run(command, cwd=ROOT, check=True)
    return found


def _place(schools: int, kind: str) -> County:
    folder = KEPT / (f"{schools}x{schools * PUPILS}" + ("" if kind == CLEAN else f"-{kind}"))
    return County(folder, schools, kind)


def main() -> None:
    """The county of the command line's size and kind, and five of its schools with other pupils."""
    schools, kind = int(sys.argv[1]), sys.argv[2]
    found = _place(schools, kind)
    if not found.folder.is_dir():
        students = schools * PUPILS
        _whole(found.folder, partial(make, schools=schools, students=students, kind=kind))
    if not found.resent.is_dir():
        _whole(found.resent, partial(resend, schools=schools, kind=kind))


def _whole(folder: Path, write: partial[None]) -> None:
    """Write a folder under another name and rename it: a half-made one is never taken."""
    part = folder.with_name(f"{folder.name}.{os.getpid()}.part")
    shutil.rmtree(part, ignore_errors=True)
    write(part)
    part.rename(folder)


def make(folder: Path, *, schools: int, students: int, seed: int = 1, kind: str = CLEAN) -> None:
    """Write the county below ``folder``, on as many processes as the machine has cores."""
    world = _invented(schools, students, seed, kind)
    folder.mkdir(parents=True)
    own.write_directory(world, folder / own.DIRECTORY_FILE)
    _write(world, folder, kind, world.schools)


def resend(folder: Path, *, schools: int, kind: str) -> None:
    """Write the workbooks of five schools of the county, with other pupils, below ``folder``."""
    world = _invented(schools, schools * PUPILS, OTHER_SEED, kind)
    step = max(1, schools // RESENT)
    _write(world, folder, kind, world.schools[step // 2 :: step][:RESENT])


def _invented(schools: int, students: int, seed: int, kind: str) -> World:
    month = GRID_MONTH if kind == GRID else MONTH
    return invent(schools=schools, students=students, month=month, seed=seed, as_of=_as_of(kind))


def _as_of(kind: str) -> dt.date:
    return GRID_MONTH.last if kind == GRID else MONTH.first.replace(day=20)


def _write(world: World, folder: Path, kind: str, schools: Sequence[School]) -> None:
    frame = dataclasses.replace(world, schools=[])
    with ProcessPoolExecutor() as pool:
        list(pool.map(partial(write_school, frame, folder, kind=kind), schools, chunksize=4))


def write_school(world: World, folder: Path, school: School, *, kind: str = CLEAN) -> None:
    """学生名册 (18 columns), 缺勤登记 or a 考勤表 a class, 疑似辍学台账, 网格名单 and 月报 in one workbook."""
    school.grid = kind == GRID
    unit = school.unit
    parent = unit.parent if unit.level == "学校" else unit.level
    path = folder / SUBMISSIONS / parent / f"{unit.name}.xlsx"
    path.parent.mkdir(parents=True, exist_ok=True)
    habits = Habits.of(Random(unit.code))
    if kind == MESSY:
        habits = dataclasses.replace(habits, titled=True)
        _damage(school)
    with (MessyBook if kind == MESSY else HandBook)(str(path), habits) as book:
        sheets.put_roster(book, school)
        if school.grid:
            sheets.put_roll_call(book, world, school)
        else:
            sheets.put_absence(book, world, school)
        sheets.put_cases(book, world, school)
        sheets.put_responsibility(book, world, school)
        sheets.put_report(book, world, school)


def _damage(school: School) -> None:
    if Random(f"damage {school.unit.code}").randrange(DAMAGED) == 0:
        for pupil in school.students[::6]:
            pupil.id_no = pupil.id_no[:17]


class MessyBook(HandBook):
    """A workbook with a title above every table, headers of two merged rows, formatted blank rows."""

    def __exit__(self, *_: object) -> None:
        blank = self.xlsx.add_format({"border": 1, "font_name": "宋体"})
        for sheet in self.xlsx.worksheets():
            last = sheet.dim_rowmax or 0
            for row in range(last + 1, last + 1 + BLANK_ROWS):
                sheet.set_row(row, None, blank)
        super().__exit__()

    def table(self, sheet: Worksheet, row: int, columns: Columns, rows: Iterable[Record]) -> int:
        """Title where there is none yet, header of two rows, records."""
        if row == 0:
            row = self.heading(sheet, sheet.get_name(), "填报单位（盖章）", len(columns))
        self._head(sheet, row, columns)
        for number, record in enumerate(rows, row + 2):
            for column, (_, field) in enumerate(columns):
                self.put(sheet, number, column, field, record.get(field))
            row += 1
        return row + 2

    def _head(self, sheet: Worksheet, row: int, columns: Columns) -> None:
        over = [GROUPS.get(field, "") for _, field in columns]
        for column, (title, _) in enumerate(columns):
            if not over[column]:
                sheet.merge_range(row, column, row + 1, column, title, self.bold)
                continue
            sheet.write_string(row + 1, column, title, self.bold)
            if column == 0 or over[column - 1] != over[column]:
                last = max(c for c, group in enumerate(over) if group == over[column])
                sheet.merge_range(row, column, row, last, over[column], self.bold)


if __name__ == "__main__":
    main()
