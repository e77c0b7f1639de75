"""Cases counted by month, word and step; 劝返率 and 复学率 as the cases they are made of."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from kbbx_xl.flow.casework.counts import CaseCounts, case_counts
from kbbx_xl.flow.casework.values import CaseFile
from kbbx_xl.flow.measures import indicators
from kbbx_xl.flow.result import County
from kbbx_xl.flow.source import Source
from kbbx_xl.model import Period
from kbbx_xl.rules.cases import CLOSED, DROPOUT, SUSPECTED, VISIT, WARNING, CaseEvent
from kbbx_xl.settings.policies import LegalStepName
from tests.flow.casework.files import case_file
from tests.flow.tables import AS_OF, COUNTY, DIRECTORY, OCTOBER, OTHER, POLICY, SCHOOL

EDUCATE, ORDER, *_ = LegalStepName


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(f"2026-{text}")


def case(mark: str, *rows: tuple[str, str] | tuple[str, str, str], **more: Any) -> CaseFile:
    """A case from (kind, day) and (kind, day, result)."""
    events = [CaseEvent(row[0], day(row[1]), result="".join(row[2:])) for row in rows]
    at = Source("a.xlsx", "辍学台账", int(mark) + 4)
    listed = [e.date for e in events if e.kind in (SUSPECTED, DROPOUT)]
    opened = min(listed, default=events[0].date)
    return case_file(events, AS_OF, at, mark=mark, key=mark, opened=opened, **more)


CASES = [
    case("1", (SUSPECTED, "09-10"), (DROPOUT, "09-20"), (VISIT, "09-21"), (CLOSED, "10-09", "已返校")),
    case("2", (SUSPECTED, "10-08"), (VISIT, "10-09"), (EDUCATE, "10-10"), (ORDER, "10-12")),
    case("3", (DROPOUT, "09-15"), (CLOSED, "09-28", "已返校")),
    case("4", (DROPOUT, "10-12"), previous="3"),
    case("5", (SUSPECTED, "10-08"), (CLOSED, "10-12", "核销")),
    case("6", (WARNING, "10-13")),
    case("7", (DROPOUT, "03-10"), (CLOSED, "10-15", "转出")),  # of last school year
    case("8", (SUSPECTED, "10-30")),  # later than the day counted
]  # fmt: skip


def marks(group: tuple[CaseFile, ...]) -> str:
    return "".join(case.mark for case in group)


@pytest.fixture(scope="module")
def october() -> CaseCounts:
    (counts,) = case_counts(CASES, OCTOBER, on=AS_OF)
    return counts


def test_opened_closed_and_open_at_the_end(october: CaseCounts) -> None:
    assert (marks(october.opened), marks(october.again)) == ("245", "4")
    assert {word: marks(group) for word, group in october.closed.items()} == {
        "已返校": "1", "核销": "5", "转出": "7",
    }  # fmt: skip
    assert marks(october.open) == "24"


def test_by_status_and_by_legal_step(october: CaseCounts) -> None:
    assert {status: marks(group) for status, group in october.by_status.items()} == {
        "已返校": "13", SUSPECTED: "2", DROPOUT: "4", "核销": "5", WARNING: "6", "转出": "7",
    }  # fmt: skip
    assert {step: marks(group) for step, group in october.by_step.items()} == {
        ORDER: "2",
        None: "46",
    }


def test_p25_08_the_rate_of_return_counts_the_cases_of_the_school_year(october: CaseCounts) -> None:
    assert (marks(october.returned.part), marks(october.returned.whole)) == ("13", "1234")
    assert marks(october.visited.part) == "12"


def test_a_child_that_dropped_out_again_is_not_attending(october: CaseCounts) -> None:
    assert (marks(october.reattending.part), marks(october.reattending.whole)) == ("1", "134")


def test_a_month_of_the_past_is_counted_as_it_was() -> None:
    (counts,) = case_counts(CASES, Period(2026, 9))
    assert (marks(counts.opened), marks(counts.open)) == ("13", "17")
    assert {word: marks(group) for word, group in counts.closed.items()} == {"已返校": "3"}
    assert (marks(counts.reattending.part), marks(counts.reattending.whole)) == ("3", "13")


def test_units_and_stages_are_counted_apart() -> None:
    other = case("9", (SUSPECTED, "10-08"), unit=OTHER.name, stage="初中")
    places = [(c.unit, c.stage, marks(c.open)) for c in case_counts([*CASES, other], OCTOBER, by_stage=True)]  # fmt: skip
    assert places == [(OTHER.name, "初中", "9"), (SCHOOL.name, "小学", "248")]


def test_p25_08_rates_of_the_county_are_added_up_from_case_files() -> None:
    county = County(OCTOBER, AS_OF, POLICY, DIRECTORY)
    county.case_files = [*CASES, case("9", (DROPOUT, "10-08"), unit=OTHER.name)]
    rates = {(v.unit, v.name): (v.numerator, v.denominator) for v in indicators(county)}
    assert rates[SCHOOL.name, "劝返率"] == (2, 4)
    assert rates[COUNTY.name, "劝返率"] == (2, 5)
    assert rates[SCHOOL.name, "复学率"] == (1, 3)
    assert rates[COUNTY.name, "复学率"] == (1, 4)
    assert rates[COUNTY.name, "劝返记录率"] == (2, 5)


def test_without_case_files_nobody_claims_a_rate_of_reattendance() -> None:
    county = County(OCTOBER, AS_OF, POLICY, DIRECTORY)
    assert "复学率" not in {v.name for v in indicators(county)}
