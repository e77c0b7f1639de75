"""What a county is set up with (开县设置): answers as values, whoever gave them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from kbbx_xl.books.setup.own_copy import OwnThreshold, own_copy, with_own
from kbbx_xl.model import CalendarSheet, Directory, Period, Unit
from kbbx_xl.settings.policies import Policy, load_policy

COUNTY, CENTER, DIRECT, SCHOOL = "县", "中心校", "县直学校", "学校"
Data = Mapping[str, Sequence[Mapping[str, object]]]


@dataclass(frozen=True)
class CountySetup:
    """One county: its bureau, its policy, its first month, its units and its calendar."""

    county: str  # 青禾县
    bureau: str  # 青禾县教育和体育局
    code: str  # of the bureau
    profile: str  # the shipped policy that holds, but for ``own``
    month: Period
    directory: Directory
    calendar: CalendarSheet
    own: tuple[OwnThreshold, ...] = ()
    reporter: str = ""
    phone: str = ""

    @property
    def due(self) -> dt.date:
        """The day of the first month by which the policy wants the report; its last where none is stated."""
        day = self.policy.monthly.due_day
        return (
            self.month.first.replace(day=min(day, self.month.last.day)) if day else self.month.last
        )

    @cached_property
    def policy(self) -> Policy:
        """The shipped policy as the county's copy, with its own thresholds."""
        base = load_policy(self.profile)
        if not self.own:
            return own_copy(base)
        title = f"{self.county}（由{base.title}方案改成）"
        return with_own(base, self.own, profile=f"{base.profile}-{self.code}", title=title)


def whole_directory(
    units: Sequence[Unit], bureau: str, code: str, reporter: str = "", phone: str = ""
) -> tuple[Unit, ...]:
    """The units with the bureau in front, and with what a list may leave open.

    A blank level follows from the parent: below the bureau a unit that others name as theirs, or
    that is called 中心校, is one, any other a 县直学校; below a central school it is a 学校.  A blank
    parent is the bureau.  A blank code is the bureau's with a running number.
    """
    top = next((unit for unit in units if unit.level == COUNTY), None)
    head = top or Unit(code, bureau, "", COUNTY, "", reporter, phone)
    rest = [unit for unit in units if unit is not top]
    above = {unit.parent for unit in rest}
    placed = [_placed(unit, head.name, above) for unit in rest]
    taken = {unit.code for unit in placed} | {head.code}
    numbers = iter(n for n in range(1, 10_000) if f"{code}{n:03d}" not in taken)
    coded = [u if u.code else replace(u, code=f"{code}{next(numbers):03d}") for u in placed]
    return (head, *coded)


def _placed(unit: Unit, bureau: str, above: set[str]) -> Unit:
    parent = unit.parent or bureau
    if unit.level:
        return replace(unit, parent=parent)
    if parent != bureau:
        return replace(unit, parent=parent, level=SCHOOL)
    center = unit.name in above or unit.name.endswith(CENTER)
    return replace(unit, parent=parent, level=CENTER if center else DIRECT)


def directory_data(directory: Directory, calendar: CalendarSheet) -> Data:
    """The records of the workbook 单位目录, as ``build_workbook`` takes them."""
    earlier = calendar.earlier or (None, None)
    return {
        "units": [_unit(unit) for unit in directory.units],
        "villages": [
            {"town": v.town, "village": v.name, "school": v.school} for v in directory.villages
        ],
        "term": [
            {
                "start": calendar.term_start,
                "end": calendar.term_end,
                "earlier_start": earlier[0],
                "earlier_end": earlier[1],
            }
        ],
        "calendar": [
            {
                "date": day.date,
                "day_kind": "上课" if day.teaching else "休息",
                "school": day.school,
                "note": day.note,
            }
            for day in calendar.days
        ],
    }


def _unit(unit: Unit) -> Mapping[str, object]:
    return {
        "code": unit.code,
        "unit_name": unit.name,
        "parent": unit.parent,
        "level": unit.level,
        "stage": unit.stage,
        "reporter": unit.reporter,
        "phone": unit.phone,
    }
