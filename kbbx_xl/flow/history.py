"""Earlier months beside this one (月度趋势): which summaries count, and what tells them apart.

A month without a summary is a gap, never 0.  Two summaries of one month: the later 截至日期 counts;
where neither is later and they differ, none does.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from kbbx_xl.flow.result import County, PastMonth
from kbbx_xl.model import Directory, Finding, Period, Unit

SPAN = 12  # months, this one included


class Measure(NamedTuple):
    """One number that is kept of a month: its key, its head in tables, what it counts."""

    key: str
    title: str
    counted: str


MEASURES = (
    Measure("units", "应报单位", "个"),
    Measure("sent", "已报", "个"),
    Measure("enrolled", "在校生", "人"),
    Measure("suspected", "疑似辍学", "人"),
    Measure("dropout", "辍学", "人"),
    Measure("away", "截至日仍未到校", "人"),
    Measure("listed", "应劝返个案", "件"),
    Measure("returned", "其中已返校", "件"),
    Measure("overdue", "逾期待办", "件"),
    Measure("errors", "问题：错误", "条"),
)


@dataclass(frozen=True, slots=True)
class History:
    """The earlier months that count, the oldest first, and what was not used."""

    months: tuple[PastMonth, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """Which months are asked for: of whom, before which month."""

    unit: Unit
    month: Period

    def of_same(self, past: PastMonth) -> bool:
        """Whether a summary is of the same unit, by its code, else by its name."""
        if self.unit.code and past.code:
            return self.unit.code == past.code
        return self.unit.name == past.unit_name


def unit_set(directory: Directory) -> str:
    """A mark of which units report; the same for the same units in any order."""
    names = sorted(u.code or u.name for u in directory.units if u.is_school or u.is_center)
    return hashlib.sha256("\n".join(names).encode()).hexdigest()[:16]


def months_before(month: Period) -> tuple[Period, ...]:
    """The months of the span before ``month``, the oldest first."""
    found: list[Period] = []
    while len(found) < SPAN - 1:
        found.insert(0, (found[0] if found else month).before)
    return tuple(found)


def choose(found: Iterable[PastMonth], choice: Choice) -> History:
    """One summary a month, whatever order they were found in."""
    by_month: dict[Period, list[PastMonth]] = defaultdict(list)
    wanted = frozenset(months_before(choice.month))
    for past in found:
        if past.month in wanted and choice.of_same(past):
            by_month[past.month].append(past)
    months: list[PastMonth] = []
    findings: list[Finding] = []
    for month in sorted(by_month, key=str):
        latest = _latest(by_month[month])
        if len({tuple(sorted(one.figures.items())) for one in latest}) == 1:
            months.append(latest[0])
        else:
            why = f"同一个月有{len(latest)}本，数不相同，截至日期又相同"
            findings += [Finding("F37", one.file, params={"why": why}) for one in latest]
    return History(tuple(months), tuple(findings))


def _latest(summaries: Sequence[PastMonth]) -> list[PastMonth]:
    """Those with the latest day, in the order of their names; with figures rather than without a day."""
    last = max(one.as_of or dt.date.min for one in summaries)
    return sorted((o for o in summaries if (o.as_of or dt.date.min) == last), key=lambda o: o.file)


def timeline(county: County) -> Iterator[tuple[Period, PastMonth | None]]:
    """From the oldest month known to the one before this; None for a month without a summary."""
    known = {past.month: past for past in county.history}
    begun = False
    for month in months_before(county.month):
        begun = begun or month in known
        if begun:
            yield month, known.get(month)


def last_month(county: County) -> PastMonth | None:
    """The month before, when its summary was found."""
    return next((p for p in county.history if p.month == county.month.before), None)


def remark(county: County, past: PastMonth | None) -> str:
    """What keeps a month from being compared as it stands; "" for nothing."""
    if past is None:
        return "没有找到这个月的汇总"
    said = []
    if past.policy != county.policy.profile:
        said.append(f"方案不同（{past.policy or '未写'}）")
    units = sum(u.is_school or u.is_center for u in county.directory.units)
    if past.units:
        if past.units != unit_set(county.directory):
            said.append("单位不同")
    elif past.figures.get("units") not in (None, units):
        said.append("单位数不同")
    return "；".join(said)


def of_part(history: Sequence[PastMonth], center: Unit) -> tuple[PastMonth, ...]:
    """What the county's months say of one central school; months that are its own stay."""
    return tuple(part for past in history if (part := _part(past, center)))


def _part(past: PastMonth, center: Unit) -> PastMonth | None:
    if Choice(center, past.month).of_same(past):
        return past
    figures = past.parts.get(center.name)
    if not figures:
        return None
    return dataclasses.replace(
        past, code=center.code, unit_name=center.name, figures=figures, parts={}, units=""
    )
