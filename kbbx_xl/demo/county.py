"""A pretend county on disk: the directory, and the folders of files as they arrive."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from random import Random

from kbbx_xl.demo import handmade, own
from kbbx_xl.demo.truth import DemoTruth, cases_of, enrolled_of, runs_of
from kbbx_xl.demo.world import School, World, invent
from kbbx_xl.messages import InputError
from kbbx_xl.model import Period

DEFAULT_MONTH = Period(2026, 10)
SUBMISSIONS = "报送"
PLAIN, HANDMADE, DAMAGED, CORRECTED = "own", "handmade", "damaged", "corrected"
MISSING, WRONG_MONTH, LITTERED = "missing", "wrong_month", "littered"
ONCE = (WRONG_MONTH, MISSING, CORRECTED, DAMAGED, LITTERED)  # in a county of twenty schools
STATUS: Mapping[str, str] = {MISSING: "未报", WRONG_MONTH: "错月"}


def make_county(
    folder: Path,
    *,
    schools: int = 20,
    students: int = 3000,
    month: Period = DEFAULT_MONTH,
    seed: int = 1,
    messy: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> DemoTruth:
    """Write a county of invented people below ``folder``, which must be new or empty.

    ``students`` is the number of pupils; one who changed school stands on two rosters.  Without
    ``messy`` every school sends our three workbooks, filled; with it two in three send files made
    by hand, and one in twenty each: nothing, the wrong month, a corrected report, damaged ids,
    litter.  Returns what is true.  InputError when the folder is not empty or nothing fits.
    ``progress`` is told how many schools are done, and of how many.
    """
    if folder.exists() and any(folder.iterdir()):
        raise InputError(f"{folder} 不是空文件夹，换一个文件夹")
    world = invent(schools=schools, students=students, month=month, seed=seed)
    ways = _ways(world, Random(seed)) if messy else {}
    folder.mkdir(parents=True, exist_ok=True)
    own.write_directory(world, folder / own.DIRECTORY_FILE)
    damaged = _send_schools(world, folder, ways, seed, progress)
    _send_centers(world, folder)
    return _truth(world, ways, damaged, sum(1 for path in folder.rglob("*") if path.is_file()))


def _ways(world: World, rng: Random) -> dict[str, str]:
    """How each school sends: two in three by hand, some of them with something wrong."""
    names = [school.unit.name for school in world.schools]
    rng.shuffle(names)
    ways = {name: PLAIN if number % 3 == 2 else HANDMADE for number, name in enumerate(names)}
    repeats = max(1, len(names) // 20)
    for number, way in enumerate(ONCE * repeats):
        place = number * 3 + number % 2  # never one of ours
        if place < len(names):
            ways[names[place]] = way
    return ways


def _send_schools(
    world: World,
    folder: Path,
    ways: Mapping[str, str],
    seed: int,
    progress: Callable[[int, int], None] | None,
) -> dict[str, int]:
    """Write every school's files, on all cores; returns how many ids a unit wrote unusably."""
    frame = dataclasses.replace(world, schools=[])
    with ProcessPoolExecutor() as pool:
        lost = pool.map(partial(_send, frame, folder, ways, seed), world.schools)
        by_unit = {}
        for done, (school, count) in enumerate(zip(world.schools, lost, strict=True), 1):
            by_unit[school.unit.name] = count
            if progress:
                progress(done, len(world.schools))
    return {name: count for name, count in by_unit.items() if count}


def _send(world: World, top: Path, ways: Mapping[str, str], seed: int, school: School) -> int:
    """Write one school's files; returns how many ids were written unusably."""
    unit = school.unit
    way = ways.get(unit.name, PLAIN)
    if way == MISSING:
        return 0
    parent = "县直学校" if unit.level == "县直学校" else unit.parent
    folder = top / SUBMISSIONS / parent / unit.name
    folder.mkdir(parents=True)
    if way == PLAIN:
        own.write_school(world, school, folder)
        return 0
    if way == WRONG_MONTH:
        world, school = handmade.last_month(world, school)
    handmade.write_school(world, school, folder, Random(f"{seed} {unit.code}"))
    if way == CORRECTED:
        handmade.correct_later(folder, world, school)
    elif way == LITTERED:
        handmade.leave_litter(folder)
    elif way == DAMAGED:
        for old in folder.glob("学籍导出*"):
            old.unlink()
        return handmade.damage_ids(school, folder / "学生信息.xlsx")
    return 0


def _send_centers(world: World, folder: Path) -> None:
    for center in world.directory.centers:
        made = folder / SUBMISSIONS / center.name
        made.mkdir(parents=True, exist_ok=True)
        own.write_center(world, center, made)
        below = [s for s in world.schools if s.unit.parent == center.name]
        handmade.write_center(world, center, below, made)


def _truth(
    world: World, ways: Mapping[str, str], damaged: Mapping[str, int], files: int
) -> DemoTruth:
    names = [school.unit.name for school in world.schools]
    return DemoTruth(
        directory=world.directory,
        month=world.month,
        as_of=world.as_of,
        enrolled={s.unit.name: enrolled_of(s) for s in world.schools},
        cases={s.unit.name: cases_of(s) for s in world.schools},
        runs=tuple(sorted(run for s in world.schools for run in runs_of(world, s))),
        status={name: STATUS.get(ways.get(name, ""), "已报") for name in names},
        handmade=tuple(n for n in names if ways.get(n, PLAIN) not in (PLAIN, MISSING)),
        corrected=tuple(n for n in names if ways.get(n) == CORRECTED),
        damaged=damaged,
        files=files,
    )
