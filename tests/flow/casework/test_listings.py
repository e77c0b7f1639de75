"""Rows of both ledgers become absences of children, whatever their order."""

from __future__ import annotations

import datetime as dt
import itertools

from kbbx_xl.rules.cases import DROPOUT, SUSPECTED
from tests.flow.casework.test_files import AGAIN, CLOSED, LISTED, ONE, dropouts, judge, ledger

NAMELESS = "| 张三 |  | 一年级 | 2026-09-08 | 2026-09-11 | 厌学 | 某某 |  |  |  |  |"


def test_namesakes_without_a_number_are_two_cases_and_told() -> None:
    mine = dropouts(NAMELESS.replace("09-11", "09-30"))
    cases, findings = judge(ledger(NAMELESS, NAMELESS.replace("09-11", "09-12")), mine)
    assert [c.state.status for c in cases] == [DROPOUT, SUSPECTED]
    assert cases[0].mark != cases[1].mark
    assert [(f.code, f.cell, f.params["other"]) for f in findings] == [("C39", "A3", 2)]


def test_th_19_first_absent_days_of_the_two_ledgers_differ_yet_a_child_is_away_once() -> None:
    later = LISTED.replace("09-08", "09-09").replace("09-11", "09-30")
    for one, other in ((LISTED, later), (later, LISTED)):
        (case,), findings = judge(ledger(one), dropouts(other))
        assert (case.state.status, case.first_absent) == (DROPOUT, dt.date(2026, 9, 8))
        assert [r.event.date for r in case.events if r.event.kind == "首次缺勤"] == [
            dt.date(2026, 9, 8)
        ]
        assert [(f.code, f.cell) for f in findings if f.code == "C38"] == [("C38", "D2")]
    cases, findings = judge(ledger(CLOSED), dropouts(AGAIN))
    assert (len(cases), findings) == (2, [])


def test_the_order_of_rows_says_nothing() -> None:
    undated = LISTED.replace("2026-09-08", "").replace("2026-09-11", "2026-09-25")
    nameless = AGAIN.replace(ONE, "")
    seen = {
        tuple((c.first_absent, c.opened, c.state, len(c.events)) for c in judge(ledger(*rows))[0])
        for rows in itertools.permutations([LISTED, undated, nameless])
    }
    assert len(seen) == 1
