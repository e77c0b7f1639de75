"""flow.acceptance: what changes after papers were counted once, by content and without names."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from kbbx_xl.flow.acceptance import accept, mark
from kbbx_xl.flow.result import Altered, County, FileStatus
from kbbx_xl.messages import message, remedy
from tests.flow.factory import MISSING, NAMES, TOWN, make_county

ONE, TWO, THREE = ("a" * 64, "b" * 64, "c" * 64)


def county(*files: tuple[str, str, str], day: int = 20) -> County:
    """Files of TOWN: path, kind, sha256."""
    made = make_county()
    made.as_of = dt.date(2026, 10, day)
    made.files = [FileStatus(p, sha, kind, TOWN, "2026-10", "effective") for p, kind, sha in files]
    return made


REPORT, ROSTER = ("报/月报.xlsx", "月报", ONE), ("报/名册.xlsx", "学籍导出", TWO)


def after(*files: tuple[str, str, str]) -> list[tuple[Altered, str]]:
    first = accept({}, county(REPORT, ROSTER))
    assert first[TOWN].changes == ()
    return [(c.what, c.path) for c in accept(first, county(*files, day=25))[TOWN].changes]


def test_what_is_the_same_is_the_same_value() -> None:
    first = accept({}, county(REPORT, ROSTER))
    assert accept(first, county(ROSTER, REPORT, day=25)) == first


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (((REPORT[0], "月报", THREE), ROSTER), [(Altered.CHANGED, REPORT[0])]),
        (
            (("报/月报_修改版.xlsx", "月报", THREE), ROSTER),
            [(Altered.CHANGED, "报/月报_修改版.xlsx")],
        ),
        ((REPORT,), [(Altered.GONE, ROSTER[0])]),
        ((REPORT, ROSTER, ("报/劝返.xlsx", "劝返记录", THREE)), [(Altered.ADDED, "报/劝返.xlsx")]),
        ((("别处/月报.xlsx", "月报", ONE), ROSTER), []),
        ((REPORT, ROSTER, ("报/月报(1).xlsx", "月报", ONE)), []),
    ],
    ids=["changed", "corrected", "gone", "added", "moved", "copied"],
)
def test_each_kind_of_change(
    files: tuple[tuple[str, str, str], ...], expected: list[tuple[Altered, str]]
) -> None:
    assert after(*files) == expected


def test_changes_add_up_and_back_again_is_a_change() -> None:
    state = accept({}, county(REPORT))
    for day, sha in ((21, TWO), (22, ONE)):
        state = accept(state, county((REPORT[0], "月报", sha), day=day))
    assert [(c.day.day, c.before, c.after) for c in state[TOWN].changes] == [
        (21, ONE, TWO),
        (22, TWO, ONE),
    ]
    gone = accept(state, county(day=23))
    assert gone[TOWN].changes[-1].what is Altered.GONE


def test_a_unit_is_accepted_when_something_of_it_counts() -> None:
    made = county(REPORT)
    made.files = [dataclasses.replace(made.files[0], status="unreadable")]
    assert accept({}, made) == {}


def test_the_board_and_a_finding_tell() -> None:
    first = accept({}, county(REPORT, ROSTER))
    later = county((REPORT[0], "月报", THREE), day=25)
    before = next(p for p in later.progress if p.unit == TOWN).warnings
    mark(later, accept(first, later), "采用登记_2026-10.json")
    line = next(p for p in later.progress if p.unit == TOWN)
    assert (len(line.altered), line.warnings) == (2, before + 1)
    assert not next(p for p in later.progress if p.unit == MISSING).altered
    (finding,) = [f for f in later.findings if f.code == "S01"]
    assert finding.unit == TOWN
    assert "改动 1 个、补来 0 个、撤走 1 个" in message(finding)
    assert "采用登记_2026-10.json" in remedy(finding)


def test_a_path_that_is_a_childs_name_is_not_kept() -> None:
    made = make_county()
    child = next(c for c in made.cases if c.name in NAMES and c.unit == TOWN)
    path = f"报/{child.name}劝返.xlsx"
    made.files = [FileStatus(path, ONE, "劝返记录", TOWN, "", "effective")]
    kept = accept({}, made)[TOWN].files
    assert child.name not in kept[0].path
