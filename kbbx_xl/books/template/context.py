"""What a workbook is built for."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from kbbx_xl.model import Directory, Period, Unit
from kbbx_xl.rules.school_days import SchoolCalendar
from kbbx_xl.settings.policies import Policy


@dataclass(frozen=True, slots=True)
class Context:
    """Unit, month and rules a workbook is made for; all None for the blank one."""

    unit: Unit | None = None
    parent: str = ""
    period: Period | None = None
    as_of: dt.date | None = None
    policy: Policy | None = None
    calendar: SchoolCalendar | None = None
    directory: Directory | None = None
