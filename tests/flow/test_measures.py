"""Indicators are pairs of numbers counted from what came, added up, never averaged."""

from __future__ import annotations

import datetime as dt

from kbbx_xl.flow.casework.values import CaseFile
from kbbx_xl.flow.measures import indicators
from kbbx_xl.flow.result import (
    CaseCount,
    CaseRow,
    County,
    Total,
)
from kbbx_xl.flow.source import Source
from kbbx_xl.rules.cases import CLOSED, SUSPECTED, CaseEvent
from tests.flow.casework.files import case_file
from tests.flow.tables import AS_OF, COUNTY, DIRECTORY, OCTOBER, OTHER, POLICY, SCHOOL

AT = Source("a.xlsx", "台账", 4)


def total(unit: str, enrolled: int) -> Total:
    return Total(unit, enrolled, enrolled, {"一年级": enrolled}, {"小学": enrolled}, {}, {}, {}, AT)


def case(unit: str, status: str) -> CaseRow:
    first = dt.date(2026, 9, 20)
    return CaseRow("k", "", unit, "小学", "一年级", "1班", status, True, first, None, "", AT)


def values(county: County, unit: str) -> dict[str, tuple[float, float]]:
    return {v.name: (v.numerator, v.denominator) for v in indicators(county) if v.unit == unit}


def test_a_county_rate_is_the_ratio_of_sums() -> None:
    county = County(OCTOBER, AS_OF, POLICY, DIRECTORY)
    county.totals = [total(SCHOOL.name, 10), total(OTHER.name, 990)]
    county.case_counts = [CaseCount(SCHOOL.name, "小学", "疑似辍学", 1, AT), CaseCount(OTHER.name, "小学", "疑似辍学", 0, AT)]  # fmt: skip
    assert values(county, SCHOOL.name)["疑似辍学率"] == (1, 10)
    assert values(county, COUNTY.name)["疑似辍学率"] == (1, 1000)


def test_written_off_children_are_not_in_the_rate_of_return() -> None:
    county = County(OCTOBER, AS_OF, POLICY, DIRECTORY)
    county.cases = [case(SCHOOL.name, s) for s in ("已返校", "辍学", "核销")]
    assert values(county, SCHOOL.name)["劝返率"] == (1, 2)


def listed(mark: str, unit: str, day: str, *events: CaseEvent) -> CaseFile:
    opened = dt.date.fromisoformat(day)
    rows = (CaseEvent(SUSPECTED, opened), *events)
    return case_file(rows, AS_OF, AT, mark=mark, key=mark, name="", unit=unit)


def test_th_44_rate_of_return_is_counted_by_one_rule_in_every_unit() -> None:
    """A case of last school year, one not yet begun on the day, and one back, in two units."""
    county = County(OCTOBER, AS_OF, POLICY, DIRECTORY)
    county.cases = [case(unit.name, "辍学") for unit in (SCHOOL, SCHOOL, OTHER)]
    back = CaseEvent(CLOSED, dt.date(2026, 9, 28), result="已返校")
    county.case_files = [
        listed("a", SCHOOL.name, "2026-03-20"),
        listed("b", SCHOOL.name, str(AS_OF + dt.timedelta(days=1))),
        listed("c", OTHER.name, "2026-09-20", back),
    ]
    assert "劝返率" not in values(county, SCHOOL.name)  # nobody was listed this school year
    assert values(county, OTHER.name)["劝返率"] == (1, 1)
    assert values(county, COUNTY.name)["劝返率"] == (1, 1)
    assert values(county, COUNTY.name)["复学率"] == (0, 0)


def test_what_the_papers_cannot_tell_is_left_out() -> None:
    county = County(OCTOBER, AS_OF, POLICY, DIRECTORY)
    county.totals = [total(SCHOOL.name, 10)]
    names = values(county, SCHOOL.name)
    assert "年辍学率" not in names  # no September report says how many began the year
    assert "九年义务教育巩固率" not in names
