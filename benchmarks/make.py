"""The county of the benchmark: one workbook a school, five sheets made by hand."""

from __future__ import annotations

import dataclasses
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from random import Random

from kbbx_xl.demo import own, sheets
from kbbx_xl.demo.sheets import Habits, HandBook
from kbbx_xl.demo.world import School, World, invent
from kbbx_xl.model import Period

MONTH = Period(2026, 10)


def make(folder: Path, *, schools: int, students: int, seed: int = 1) -> None:
    """Write the county below ``folder``, on as many processes as the machine has cores."""
    world = invent(schools=schools, students=students, month=MONTH, seed=seed)
    folder.mkdir(parents=True)
    own.write_directory(world, folder / own.DIRECTORY_FILE)
    frame = dataclasses.replace(world, schools=[])
    with ProcessPoolExecutor() as pool:
        list(pool.map(partial(write_school, frame, folder), world.schools, chunksize=4))


def write_school(world: World, folder: Path, school: School) -> None:
    """学生名册 (18 columns), 缺勤登记, 疑似辍学台账, 网格名单 and 月报 in one workbook."""
    school.grid = False
    unit = school.unit
    parent = unit.parent if unit.level == "学校" else unit.level
    path = folder / "报送" / parent / f"{unit.name}.xlsx"
    path.parent.mkdir(parents=True, exist_ok=True)
    with HandBook(str(path), Habits.of(Random(unit.code))) as book:
        sheets.put_roster(book, school)
        sheets.put_absence(book, world, school)
        sheets.put_cases(book, world, school)
        sheets.put_responsibility(book, world, school)
        sheets.put_report(book, world, school)
