"""One pre-filled set of workbooks per school, so that nobody types what the bureau knows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

from kbbx_xl.books.files import Written, verify_workbook
from kbbx_xl.books.template.build import FORMS, NO_DATA, Data, build_workbook
from kbbx_xl.books.template.context import Context
from kbbx_xl.books.writing.results import Result, write_set
from kbbx_xl.model import CalendarSheet, Directory, Period, Unit
from kbbx_xl.rules.school_days import school_calendar
from kbbx_xl.settings.forms import Form, load_form
from kbbx_xl.settings.policies import Policy

GRIDS = "responsibility"
SCHOOL_FORMS = ("registration", "monthly", GRIDS)
UPPER_FORMS = (GRIDS,)  # of the central schools and the county: 工作记录 above all
DIRECT = "县直学校"  # folder of the schools without a central school
FORBIDDEN = str.maketrans(dict.fromkeys('\\/:*?"<>|', "_"))


def build_sets(
    directory: Directory,
    folder: Path,
    *,
    period: Period | None = None,
    as_of: dt.date | None = None,
    policy: Policy | None = None,
    calendar: CalendarSheet | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> list[Written]:
    """Write folder/<中心校>/<学校>/登记表_<学校>.xlsx and so on; returns the files in order.

    Schools get 登记表, 月报表 and 责任人名单, central schools and the county (in ``folder`` itself)
    责任人名单, all with 填报信息 filled and the grid rows that the directory knows (rules YL-06, YL-08, YL-30, YL-49).  ``calendar`` must state
    the term; a school's own rows of it change that school's days.  What schools have filled is kept
    as 备份.  ``progress`` is told how many units are done, and of how many.
    """
    units = list(_expected(directory))
    written: list[Written] = []
    for done, unit in enumerate(units, 1):
        results = _unit_results(unit, directory, folder, period, as_of, policy, calendar)
        for result in results:
            written += write_set([result])
        if progress:
            progress(done, len(units))
    return written


def set_results(
    directory: Directory,
    folder: Path,
    *,
    period: Period | None = None,
    as_of: dt.date | None = None,
    policy: Policy | None = None,
    calendar: CalendarSheet | None = None,
) -> Iterator[Result]:
    """What ``build_sets`` writes, still to be written."""
    for unit in _expected(directory):
        yield from _unit_results(unit, directory, folder, period, as_of, policy, calendar)


def _expected(directory: Directory) -> Iterator[Unit]:
    """Who gets a set: schools and central schools as they are listed, then the county."""
    yield from (unit for unit in directory.units if unit.is_school or unit.is_center)
    if directory.county:
        yield directory.county


def _unit_results(
    unit: Unit,
    directory: Directory,
    folder: Path,
    period: Period | None,
    as_of: dt.date | None,
    policy: Policy | None,
    calendar: CalendarSheet | None,
) -> Iterator[Result]:
    """The workbooks of one unit."""
    context = Context(
        unit=unit,
        parent=unit.parent,
        period=period,
        as_of=as_of,
        policy=policy,
        calendar=school_calendar(calendar, school=unit.name) if calendar else None,
        directory=directory,
    )
    for name in SCHOOL_FORMS if unit.is_school else UPPER_FORMS:
        form = load_form(name)
        path = folder.joinpath(*folders_of(unit)) / f"{form.title}_{_safe(unit.name)}.xlsx"
        yield _result(form, path, context, grid_rows(unit, directory) if name == GRIDS else {})


def build_blanks(folder: Path, context: Context) -> list[Written]:
    """The four workbooks without a unit; the flags in them follow the policy of ``context``."""
    forms = [load_form(name) for name in FORMS]
    results = [_result(form, folder / f"{form.title}.xlsx", context, NO_DATA) for form in forms]
    return [one for result in results for one in write_set([result])]


def _result(form: Form, path: Path, context: Context, data: Data) -> Result:
    """One workbook, whole or not at all; a filled one that stood there stays beside it."""

    def make(new: Path) -> None:
        build_workbook(form, new, context=context, data=data)

    return Result(path, make, verify_workbook)


def _safe(name: str) -> str:
    return name.translate(FORBIDDEN)


def folders_of(unit: Unit) -> tuple[str, ...]:
    """Folders below each other that are a unit's own: its central school, the school."""
    if unit.is_center:
        return (_safe(unit.name),)
    if not unit.is_school:
        return ()
    if unit.level == DIRECT:
        return (DIRECT, _safe(unit.name))
    return (_safe(unit.parent), _safe(unit.name))


def grid_rows(unit: Unit, directory: Directory) -> dict[str, list[dict[str, object]]]:
    """Rows of 责任人名单 that follow from the directory; names of heads stay open.

    镇级 = the town, 村级 = every village the school serves, 校级 = the school (YL-49).
    """
    if unit.is_center:
        towns = dict.fromkeys(
            v.town
            for v in directory.villages
            for school in directory.children(unit.name)
            if v.school == school.name and v.town
        )
        return {"grid_town": [{"grid_name": town} for town in towns]}
    if not unit.is_school:
        return {}
    villages = [v.name for v in directory.villages if v.school == unit.name]
    return {
        "grid_village": [{"grid_name": name} for name in villages],
        "grid_school": [{"grid_name": unit.name}],
    }
