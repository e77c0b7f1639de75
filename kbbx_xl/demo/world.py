"""The pretend county whole: schools with their classes, staff, pupils and month."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

from kbbx_xl.demo import life, places
from kbbx_xl.demo.people import Case, Change, Person, Population, Student
from kbbx_xl.messages import InputError
from kbbx_xl.model import GRADES, CalendarSheet, Directory, Period, Unit
from kbbx_xl.rules.school_days import SchoolCalendar, school_calendar

CLASS_SIZE = 45
MOST_VILLAGES = 5  # of which a school lists children who learn elsewhere
ELSEWHERE = (
    *(("外校就读", f"澜江省{school}") for school in life.OUTSIDE),
    ("特教学校", f"{places.PROVINCE}{places.COUNTY}特殊教育学校"),
    ("延缓入学", ""),
)


@dataclass(slots=True)
class School:
    """One school: ``grid`` says that it keeps a roll-call sheet, else a ledger of spells."""

    unit: Unit
    calendar: SchoolCalendar
    days: tuple[dt.date, ...]  # school days from the start of term to the reporting day
    grid: bool
    head: Person
    reviewer: Person
    villages: tuple[str, ...]
    students: list[Student] = field(default_factory=list)
    teachers: dict[tuple[str, str], Person] = field(default_factory=dict)
    village_heads: dict[str, Person] = field(default_factory=dict)
    elsewhere: list[tuple[Student, str, str]] = field(default_factory=list)  # 就读形式, 就读学校

    @property
    def town(self) -> str:
        """Where the school's pupils live."""
        return self.unit.parent.removesuffix("中心校") if self.villages else "城关镇"

    @property
    def classes(self) -> list[tuple[str, str]]:
        """(年级, 班级) in order."""
        return list(self.teachers)

    def pupils(self, grade: str, class_name: str) -> list[Student]:
        return [s for s in self.students if (s.grade, s.class_name) == (grade, class_name)]

    def cases(self) -> list[tuple[Student, Case]]:
        """Pupils on the ledgers, with their line."""
        return [(student, student.case) for student in self.students if student.case]


@dataclass(slots=True)
class World:
    """The county as it is, before anybody writes it down."""

    directory: Directory
    calendar: CalendarSheet
    month: Period
    as_of: dt.date
    schools: list[School]
    center_heads: dict[str, Person]

    def school(self, name: str) -> School:
        return next(s for s in self.schools if s.unit.name == name)


def invent(
    *, schools: int, students: int, month: Period, seed: int, as_of: dt.date | None = None
) -> World:
    """A county of that many schools and rostered pupils; the same arguments give the same county.

    ``as_of``: the reporting day, as a rule the 20th of the month.  InputError when there are fewer
    pupils than schools, or no term in the month.
    """
    if students < schools:
        raise InputError("学生数应不少于学校数")
    rng = Random(seed)
    population = Population(rng)
    directory = places.invent_directory(schools, population)
    calendar = places.invent_calendar(month, directory)
    until = as_of or places.as_of(month)
    made = [
        _school(unit, directory, calendar, until, population, grid=number % 2 == 0)
        for number, unit in enumerate(directory.schools)
    ]
    weights = [places.weight_of(school.unit) for school in made]
    for school, size in zip(made, share(students, weights), strict=True):
        _fill(school, size, month, population)
    heads = {unit.name: population.person() for unit in directory.centers}
    world = World(directory, calendar, month, until, made, heads)
    _move_within_county(world, rng)
    for school in made:
        order = {klass: number for number, klass in enumerate(school.classes)}
        school.students.sort(key=lambda s: order[s.grade, s.class_name])
    for school in made:  # last, so that the county is the same with and without them
        _add_elsewhere(school, month, population)
    return world


def _add_elsewhere(school: School, month: Period, population: Population) -> None:
    """A few children of the villages a school serves who are not at the school (适龄儿童台账)."""
    rng = population.rng
    for village in school.villages[:MOST_VILLAGES]:
        grade = rng.choice(places.grades_of(school.unit))
        schooling, at = rng.choice(ELSEWHERE)
        if schooling == "延缓入学":
            grade = GRADES[0]
        where = f"{places.PROVINCE}{places.COUNTY}{school.town}"
        child = population.student(grade, month.school_year, where, village)
        school.elsewhere.append((child, schooling, at))


def share(total: int, weights: Sequence[float]) -> list[int]:
    """``total`` in whole parts by weight, each at least 1 (largest remainders)."""
    spare = total - len(weights)
    exact = [spare * weight / sum(weights) for weight in weights]
    parts = [int(part) for part in exact]
    by_rest = sorted(range(len(parts)), key=lambda i: parts[i] - exact[i])
    for index in by_rest[: spare - sum(parts)]:
        parts[index] += 1
    return [part + 1 for part in parts]


def _school(
    unit: Unit,
    directory: Directory,
    calendar: CalendarSheet,
    until: dt.date,
    population: Population,
    *,
    grid: bool,
) -> School:
    own = school_calendar(calendar, school=unit.name)
    return School(
        unit=unit,
        calendar=own,
        days=own.between(own.term_start, until),
        grid=grid,
        head=population.person(),
        reviewer=population.person(),
        villages=tuple(v.name for v in directory.villages if v.school == unit.name),
    )


def _fill(school: School, size: int, month: Period, population: Population) -> None:
    rng = population.rng
    where = f"{places.PROVINCE}{places.COUNTY}{school.town}"
    homes = school.villages or ("东街社区", "西街社区", "新城社区")
    school.village_heads = {village: population.person() for village in school.villages}
    grades = places.grades_of(school.unit)
    base, rest = divmod(size, len(grades))
    for place, grade in enumerate(grades):
        count = base + (place < rest)
        classes = max(1, -(-count // CLASS_SIZE)) if count else 0
        for number in range(classes):
            school.teachers[grade, f"{number + 1}班"] = population.person()
        for index in range(count):
            village = rng.choice(homes)
            student = population.student(grade, month.school_year, where, village)
            number = index * classes // count
            student.class_name = f"{number + 1}班"
            student.class_no = f"{place + 1:02d}{number + 1:02d}{index % 99 + 1:02d}"
            _live(school, student, month, rng)
            school.students.append(student)


def _live(school: School, student: Student, month: Period, rng: Random) -> None:
    teacher = school.teachers[student.grade, student.class_name]
    if not student.taught_at_home:
        life.leave_register(rng, student, school.days, teacher, month)
    if student.status == "在读" and not student.change:
        student.spells = life.spells(rng, school.days, half_days=school.grid)
        student.case = life.open_case(rng, student, school.days, teacher, month)


def _move_within_county(world: World, rng: Random) -> None:
    """Some pupils changed school inside the county this month: out of one roster, into another."""
    for pupil, old in list(_movers(world, rng)):
        options = [
            s
            for s in world.schools
            if s is not old and any(grade == pupil.grade for grade, _ in s.classes)
        ]
        if not options or pupil.spells or not pupil.enrolled:
            continue
        new = rng.choice(options)
        days = [d for d in old.days if d >= world.month.first and d in new.days]
        if not days:
            continue
        day = rng.choice(days)
        klass = next(name for grade, name in new.classes if grade == pupil.grade)
        moved = dataclasses.replace(pupil, class_name=klass, class_no=f"9{len(new.students):05d}")
        moved.spells, moved.change = [], Change("转入", day, old.unit.name)
        pupil.status, pupil.change = "转出", Change("转出", day, new.unit.name)
        new.students.append(moved)


def _movers(world: World, rng: Random) -> Iterator[tuple[Student, School]]:
    for school in world.schools:
        for pupil in school.students:
            if pupil.change is None and rng.random() < 0.002:
                yield pupil, school
