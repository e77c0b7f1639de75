"""What is true of a pretend county, taken from the invented people, never read back from a file."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from kbbx_xl.demo.people import Spell
from kbbx_xl.demo.world import School, World
from kbbx_xl.model import Directory, LeaveKind, Period


@dataclass(frozen=True, slots=True, order=True)
class TrueRun:
    """One run of absence without leave, as far as the school's own sheets can show it.

    A roll call shows its month only; ``calendar_days`` counts first to last day, both included, an
    open run to the reporting day.  A half day stands alone as 0.5.
    """

    unit: str
    id_no: str
    start: dt.date
    last_absent: dt.date
    open: bool
    school_days: float
    calendar_days: int


@dataclass(frozen=True, slots=True)
class DemoTruth:
    """Of every school, whether or not its files arrived: ``status`` says which did.

    ``enrolled``: unit -> grade -> pupils; ``cases``: unit -> 疑似辍学 | 辍学 | 已返校 -> pupils;
    ``status``: unit -> 已报 | 未报 | 错月; ``damaged``: unit -> ids written unusably.
    """

    directory: Directory
    month: Period
    as_of: dt.date
    enrolled: Mapping[str, Mapping[str, int]]
    cases: Mapping[str, Mapping[str, int]]
    runs: tuple[TrueRun, ...]
    status: Mapping[str, str]
    handmade: tuple[str, ...] = ()
    corrected: tuple[str, ...] = ()
    damaged: Mapping[str, int] = field(default_factory=dict)
    files: int = 0


def enrolled_of(school: School) -> dict[str, int]:
    """Pupils on the books by grade."""
    return dict(Counter(student.grade for student in school.students if student.enrolled))


def cases_of(school: School) -> dict[str, int]:
    return dict(Counter(case.status for _, case in school.cases()))


def runs_of(world: World, school: School) -> list[TrueRun]:
    """Runs of one school that its sheets show."""
    return [
        run
        for student in school.students
        if student.enrolled
        for spell in student.spells
        if spell.kind is LeaveKind.UNEXCUSED
        for run in [_run(world, school, student.id_no, spell)]
        if run
    ]


def _run(world: World, school: School, id_no: str, spell: Spell) -> TrueRun | None:
    if spell.back is not None and spell.back < world.month.first:
        return None
    seen = [day for day in spell.days if not school.grid or day >= world.month.first]
    if not seen:
        return None
    still = spell.back is None
    end = world.as_of if still else seen[-1]
    return TrueRun(
        unit=school.unit.name,
        id_no=id_no,
        start=seen[0],
        last_absent=seen[-1],
        open=still,
        school_days=0.5 if spell.half else float(len(seen)),
        calendar_days=(end - seen[0]).days + 1,
    )
