"""Whom a summary is about: the whole county, or one central school and its schools (范围)."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from kbbx_xl.flow.history import of_part
from kbbx_xl.flow.result import County, Duplicate, Transfer
from kbbx_xl.model import Directory, Finding, Unit

DIRECT, STRAY = "县直学校", "未归属中心校"


@dataclass(frozen=True, slots=True)
class Group:
    """Schools that are added up together: those of one centre, or the county's own."""

    title: str
    units: tuple[Unit, ...]


def groups(directory: Directory) -> tuple[Group, ...]:
    """Every school once, by centre, in the order of the directory."""
    centers = {name: c.name for c in directory.centers for name in (c.code, c.name) if name}
    found: dict[str, list[Unit]] = {}
    for school in directory.schools:
        stray = DIRECT if school.level == DIRECT else STRAY
        found.setdefault(centers.get(school.parent, stray), []).append(school)
    return tuple(Group(title, tuple(schools)) for title, schools in found.items())


def owning_unit(directory: Directory) -> Unit | None:
    """The unit a summary belongs to: the county, else its only centre."""
    return directory.county or next(iter(directory.centers), None)


def owner(directory: Directory) -> str:
    """Name of the unit a summary belongs to."""
    unit = owning_unit(directory)
    return unit.name if unit else "全县"


def of_county(county: County) -> bool:
    """Whether a result is the whole county's, not restricted to one central school."""
    return county.directory.county is not None or len(county.directory.centers) != 1


def unit_order(directory: Directory) -> dict[str, int]:
    """Name -> place in the directory, for sorting rows."""
    return {unit.name: place for place, unit in enumerate(directory.units)}


def restrict(county: County, center: Unit) -> County:
    """The same consolidation, only what concerns ``center`` and its schools."""
    units = (center, *county.directory.below(center))
    names = {u.name for u in units}
    paths = {f.path for f in county.files if f.unit in names}
    villages = tuple(v for v in county.directory.villages if v.school in names)
    part = dataclasses.replace(county, directory=Directory(units, villages))
    for field in dataclasses.fields(county):
        if isinstance(rows := getattr(county, field.name), list):
            kept = [r for r in rows if not names.isdisjoint(_units(r)) or _path(r) in paths]
            setattr(part, field.name, kept)
    part.history = of_part(county.history, center)
    return part


def _units(row: object) -> tuple[str, ...]:
    """The units a row of a County is about; () where only a path tells."""
    if isinstance(row, tuple):
        return row[:1]
    if isinstance(row, Transfer):
        return (row.out, row.into)
    if isinstance(row, Duplicate):
        return row.units
    return (str(getattr(row, "unit", "")),)


def _path(row: object) -> str:
    """The file a row without a unit stands for: copies, ignored files, findings; else ""."""
    if isinstance(row, tuple):
        return str(row[0])
    return row.file if isinstance(row, Finding) else ""
