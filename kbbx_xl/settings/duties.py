"""What must hold of the ``duties:`` of a policy and of config/duties.yaml (校历任务)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from kbbx_xl.messages import SettingsError
from kbbx_xl.model import Kind
from kbbx_xl.settings.lists import load_lists
from kbbx_xl.settings.sources import check_sources
from kbbx_xl.settings.strict import Block, reference

if TYPE_CHECKING:
    from kbbx_xl.settings.policies import Duty

LEAP_YEAR = 2000  # so that 02-29 is a day
SCHOOL, DIRECT = "学校", "县直学校"  # what schools do, county-direct schools do as well
TIMINGS = ("day", "dates", "after_start", "before_start", "before_end", "months")
# what may time a duty that comes round so often; ``months`` of week and month only say when it holds
ALLOWED = {
    "week": ("months",),
    "month": ("day", "months"),
    "quarter": (),
    "term": ("after_start", "from_start", "before_start"),
    "year": ("dates", "months", "before_start", "before_end"),
    "once": ("dates",),
}


def check_duties(blocks: Sequence[Block], duties: Sequence[Duty], short: str = "") -> None:
    """SettingsError for a duty whose id, units, words, sources or time cannot be.

    One kind of work stands for one duty of a level: a row of 工作记录 must not prove two.
    ``short``: first part of the rule ids of its document; "" takes documents as well.
    """
    seen: set[str] = set()
    proved: dict[tuple[str, str], str] = {}  # (work, level) -> the duty it proves
    for raw, duty in zip(blocks, duties, strict=True):
        if duty.duty in seen:
            raise SettingsError(f"{raw.at('duty')}: duty: '{duty.duty}' stands twice")
        seen.add(duty.duty)
        check_sources((duty.source, *duty.also), raw, "source", short)
        for level in duty.levels:
            reference(level, load_lists()["unit_level"].values, raw, "levels", "level of unit")
        if not duty.levels:
            raise SettingsError(f"{raw.at('levels')}: levels: who does it is missing")
        if duty.work:
            reference(duty.work, load_lists()["work_kind"].values, raw, "work", "kind of work")
            for level in filter(partial(falls_to, duty), load_lists()["unit_level"].values):
                other = proved.setdefault((duty.work, level), duty.duty)
                if other != duty.duty:
                    said = f"'{duty.work}' proves '{other}' of {level} already"
                    raise SettingsError(f"{raw.at('work')}: work: {said}")
        if duty.paper:
            reference(duty.paper, [str(k) for k in Kind], raw, "paper", "kind of material")
        _check_time(raw, duty)


def falls_to(duty: Duty, level: str) -> bool:
    """Whether units of a level (学校, 县直学校, 中心校, 县) have a duty; 学校 stands for both kinds."""
    return level in duty.levels or (level == DIRECT and SCHOOL in duty.levels)


def _check_time(raw: Block, duty: Duty) -> None:
    allowed = ALLOWED[duty.every]
    for key in (*TIMINGS, "from_start"):
        if getattr(duty, key) and key not in allowed:
            raise SettingsError(f"{raw.at(key)}: {key}: not for a duty of each {duty.every}")
    timed = [key for key in TIMINGS if getattr(duty, key)]
    if len(timed) > 1 and timed != ["day", "months"]:
        raise SettingsError(f"{raw.at(timed[1])}: {timed[1]}: one time only, beside {timed[0]}")
    if duty.from_start and not duty.after_start:
        raise SettingsError(f"{raw.at('from_start')}: from_start: after_start is missing")
    if duty.every == "once" and not duty.dates:
        raise SettingsError(f"{raw.at()}: dates: a duty of once needs its date")
    if duty.day is not None and duty.day not in range(1, 32):
        raise SettingsError(f"{raw.at('day')}: day: {duty.day} is not 1..31")
    if not set(duty.months) <= set(range(1, 13)):
        raise SettingsError(f"{raw.at('months')}: months: 1..12 only")
    if duty.times < 1:
        raise SettingsError(f"{raw.at('times')}: times: at least 1")
    for date in duty.dates:
        _check_date(raw, date, whole=duty.every == "once")


def _check_date(raw: Block, date: str, *, whole: bool) -> None:
    """MM-DD, or YYYY-MM-DD where it comes once."""
    form = r"\d{4}-\d\d-\d\d" if whole else r"\d\d-\d\d"
    text = date if whole else f"{LEAP_YEAR}-{date}"
    try:
        found = re.fullmatch(form, date) and dt.date.fromisoformat(text)
    except ValueError:
        found = None
    if not found:
        shape = "YYYY-MM-DD" if whole else "MM-DD"
        raise SettingsError(f"{raw.at('dates')}: dates: '{date}' is not a day written {shape}")
