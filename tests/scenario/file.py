"""year.yaml as it is written: its people and the days on which its schools teach.

Nothing of the program is run here: what must come out stays independent of what comes out.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import chinese_calendar
import yaml

HERE = Path(__file__).parent
YEAR: dict[str, Any] = yaml.safe_load((HERE / "year.yaml").read_text(encoding="utf-8"))
CHILDREN: dict[str, dict[str, Any]] = YEAR["children"]
# what a plain event writes: the table of config/forms
PLAIN = {
    "absent": "absence",
    "visit": "visits",
    "step": "case_steps",
    "evidence": "evidence",
    "plan": "home_plan",
    "lesson": "home_teaching",
    "change": "changes",
    "transfer_out": "changes",
    "transfer_in": "changes",
    "register": "school_age",
}


def person_key(child: str) -> str:
    """The student of a case; a later case is the earlier one's student."""
    return str(CHILDREN[child].get("of", child))


def person(child: str) -> dict[str, Any]:
    return CHILDREN[person_key(child)]


def teaching(day: dt.date, school: str) -> bool:
    """Whether ``school`` teaches on ``day``, by the calendar of the scenario and the nation."""
    calendar = YEAR["calendar"]
    if not any(term["start"] <= day <= term["end"] for term in calendar["terms"]):
        return False
    off = [row for row in calendar["days"] if row["date"] == day]
    if any(row.get("school", school) == school for row in off):
        return False
    return chinese_calendar.is_workday(day) if day.year == 2026 else day.weekday() < 5


def nth_day(start: dt.date, count: int, school: str) -> dt.date:
    """The ``count``-th day from ``start`` on (itself the first) on which ``school`` teaches."""
    day, left = start, count
    while left := left - teaching(day, school):
        day += dt.timedelta(1)
    return day
