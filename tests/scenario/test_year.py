"""The year of the scenario through the product: files of every unit, read as the command line reads them.

What must come out was written from the rules (year.yaml); how it is counted stands at its top.  Where a
comparison takes a view of its own, it says so.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from . import told
from .books import write_county, write_real
from .file import YEAR, person_key
from .player import play
from .told import Month, judge

EXPECTED: list[dict[str, Any]] = YEAR["expected"]
MONTHS = [month["month"] for month in EXPECTED]
REAL, REAL_UNITS = "2026-12", ("S13", "S20", "S24", "C3")  # written by our real workbooks as well
RETOLD = (
    told.whole_county, told.by_unit, told.ledgers, told.visits, told.legal, told.evidence_missing,
    told.lessons, told.todo, told.duties, told.unsigned, told.uncovered, told.warnings, told.away,
    told.alarmed, told.contradictions, told.moved, told.rates, told.findings,
)  # fmt: skip
Year = dict[str, Month]
monthly = pytest.mark.parametrize("month", EXPECTED, ids=MONTHS)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("剧本")


@pytest.fixture(scope="module")
def year(root: Path) -> Year:
    """Every month end played into files and judged, with the month before as the history."""
    found: Year = {}
    before: Path | None = None
    for day, books in play([month["as_of"] for month in EXPECTED]):
        folder = root / f"{day:%Y-%m}"
        write_county(folder, books, day)
        found[folder.name] = judge(folder, before, day)
        before = folder
    return found


@monthly
def test_cases_of_every_unit(year: Year, month: dict[str, Any]) -> None:
    said = year[month["month"]]
    assert told.by_unit(said) == month["units"]
    assert told.whole_county(said) == month["county"]


@monthly
def test_th_19_open_rows_of_the_ledgers(year: Year, month: dict[str, Any]) -> None:
    expected = {
        unit: {status: mine[status] for status in ("疑似辍学", "辍学") if status in mine}
        for unit, mine in month["units"].items()
    }
    assert told.ledgers(year[month["month"]]) == {u: mine for u, mine in expected.items() if mine}


@monthly
def test_th_44_visits_of_every_case(year: Year, month: dict[str, Any]) -> None:
    said = year[month["month"]]
    assert told.visits(said) == month["visits"]
    assert told.visits(said, joint=True) == month["joint_visits"]


@monthly
def test_p12_10_legal_step_of_every_open_case(year: Year, month: dict[str, Any]) -> None:
    assert told.legal(year[month["month"]]) == month["legal"]


@monthly
def test_evidence_that_is_missing(year: Year, month: dict[str, Any]) -> None:
    assert told.evidence_missing(year[month["month"]]) == month["evidence_missing"]


@monthly
def test_p01_18_home_teaching(year: Year, month: dict[str, Any]) -> None:
    assert told.lessons(year[month["month"]]) == month["teaching"]


@monthly
def test_todo_of_the_cases(year: Year, month: dict[str, Any]) -> None:
    """The product lists ahead what falls due by the end of the next month; the scenario does not."""
    names = ("unit", "child", "task", "rule", "due", "state")
    expected = {(*(line[name] for name in names), line.get("done")) for line in month["todo"]}
    said = set(told.todo(year[month["month"]]))
    ahead = {line for line in said - expected if line[5] == "未到期"}
    assert sorted(said - ahead, key=str) == sorted(expected, key=str)
    assert all(line[4] > month["as_of"] for line in ahead)


@monthly
def test_duties_of_the_calendar(year: Year, month: dict[str, Any]) -> None:
    """The product leaves out what was done in an earlier month and has no day."""
    said = told.duties(year[month["month"]])
    for line in month["duties"]:
        mine = said.get((line["unit"], line["task"]), [])
        done = line.get("done")
        if line["due"] is None and done and done < month["as_of"].replace(day=1):
            assert mine == [], line
        else:
            assert (line["due"], line["state"], done) in mine, line


@monthly
def test_yl_34_unsigned_letters_and_yl_07_villages_without_a_head(
    year: Year, month: dict[str, Any]
) -> None:
    said = year[month["month"]]
    assert told.unsigned(said) == month["unsigned"]
    assert told.uncovered(said) == month["villages_uncovered"]


@monthly
def test_warnings_of_children_who_become_no_case(year: Year, month: dict[str, Any]) -> None:
    assert told.warnings(year[month["month"]]) == month["warnings"]


@monthly
def test_only_children_who_are_still_away_count_as_absent(
    year: Year, month: dict[str, Any]
) -> None:
    """An absence ends with the return or, without one, with the closing of the case."""
    said, day = year[month["month"]], month["as_of"]
    expected: set[str] = set()
    for event in YEAR["events"]:
        if event["day"] <= day and event["do"] == "absent" and event["leave_kind"] == "旷课":
            expected.add(event["child"])
        elif event["day"] <= day and event["do"] in ("back", "close"):
            expected.discard(event["child"])
    assert told.away(said) == expected
    assert told.alarmed(said) == {person_key(child) for child in expected}


@monthly
def test_contradictions(year: Year, month: dict[str, Any]) -> None:
    """The papers of a closed case are asked for where the ledger of ours lacks 销号依据 (C17)."""
    codes = {"K16": {"C23"}, "K20": {"C20"}, "K29": {"C17"}}
    expected = {key: codes[key] for key in month["contradictions"]}
    assert told.contradictions(year[month["month"]]) == expected


@monthly
def test_th_26_movement(year: Year, month: dict[str, Any]) -> None:
    """The scenario counts from September on, the product month by month."""
    found: dict[str, set[str]] = {kind: set() for kind in month["movement"]}
    for name in MONTHS[: MONTHS.index(month["month"]) + 1]:
        for kind, children in told.moved(year[name]).items():
            found[kind] |= children
    assert found == {kind: set(children) for kind, children in month["movement"].items()}


@monthly
def test_rates_of_the_school_year(year: Year, month: dict[str, Any]) -> None:
    """The scenario counts every listed case, the product none that was written off (核销)."""
    said = told.rates(year[month["month"]])
    for name, (top, bottom) in month["rates"].items():
        part, whole, off = said[name]
        assert len(part) == top
        assert part <= whole
        assert not whole & off
        assert len(whole | (off if name == "劝返率" else set())) == bottom


def test_our_real_workbooks_say_the_same(year: Year, root: Path) -> None:
    """Three schools and a centre as books/template builds them, the others as before."""
    day = dt.date(2026, 12, 31)
    folder = root / "真表" / REAL
    ((_, books),) = play([day])
    write_county(folder, books, day)
    for key in REAL_UNITS:
        write_real(folder, books, key, day)
    said = judge(folder, root / "2026-11", day)
    for retell in RETOLD:
        assert retell(said) == retell(year[REAL]), retell.__name__
