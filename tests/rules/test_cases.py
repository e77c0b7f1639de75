"""Cases: what dated rows make of a case on any day, and which rows contradict each other."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbbx_xl.messages import message
from kbbx_xl.model import Finding
from kbbx_xl.rules.cases import (
    ABSENT,
    APPROVED,
    CLOSED,
    DROPOUT,
    SUSPECTED,
    VISIT,
    WARNING,
    CaseEvent,
    CaseState,
    contradictions,
    in_order,
    legal_due,
    next_step,
    state_on,
)
from kbbx_xl.settings.policies import LegalStepName, load_policy
from tests.rules.calendars import AUTUMN, day

EDUCATE, ORDER, PUNISH, ENFORCE = LegalStepName
TANGHE, YANLING, P01, P02, P11 = (load_policy(n) for n in ("TH", "YL", "P01", "P02", "P11"))


def event(kind: str, date: str, *, received: str = "", until: str = "", **more: Any) -> CaseEvent:
    at = day(received) if received else None
    return CaseEvent(kind, day(date), received=at, until=day(until) if until else None, **more)


LISTED = [event(ABSENT, "09-10"), event(WARNING, "09-14"), event(SUSPECTED, "09-16")]
CLIMB = [*LISTED, event(VISIT, "09-17"), event(DROPOUT, "09-30"), event(VISIT, "10-08", joint=True)]


def codes(*events: CaseEvent, policy: str = "TH", **more: bool) -> list[str]:
    return [c.code for c in contradictions([*LISTED, *events], load_policy(policy), **more)]


@pytest.mark.parametrize(
    ("on", "status", "visits"),
    [
        ("09-09", "", 0), ("09-12", "", 0), ("09-14", WARNING, 0), ("09-16", SUSPECTED, 0),
        ("09-20", SUSPECTED, 1), ("09-30", DROPOUT, 1), ("10-08", DROPOUT, 2), ("10-20", "已返校", 2),
    ],
)  # fmt: skip
def test_the_ladder_climbs_by_dated_rows(on: str, status: str, visits: int) -> None:
    events = [*CLIMB, event(CLOSED, "10-20", result="已返校")]
    state = state_on(events[::-1], day(on))  # their order says nothing
    assert (state.status, state.visits) == (status, visits)
    assert state.open is (status in (WARNING, SUSPECTED, DROPOUT))


def test_a_closing_counts_on_its_date() -> None:
    events = [*CLIMB, event(CLOSED, "10-20", result="转出")]
    assert state_on(events, day("10-19")).closed is None
    closed = state_on(events, day("10-20"))
    assert (closed.status, closed.closed, closed.joint_visits) == ("转出", day("10-20"), 1)


@pytest.mark.parametrize("closing", ["已返校", "送教上门", "休学", "延缓入学", "转出", "核销"])
def test_every_way_a_case_is_closed(closing: str) -> None:
    state = state_on([*LISTED, event(CLOSED, "10-01", result=closing)], day("10-02"))
    assert (state.status, state.open) == (closing, False)


def test_p25_16_a_deferral_that_ran_out_is_open_again() -> None:
    events = [*CLIMB, event(CLOSED, "10-12", result="延缓入学", until="10-31")]
    assert state_on(events, day("10-31")).closed == day("10-12")
    state = state_on(events, day("11-01"))
    assert (state.status, state.since, state.until) == (DROPOUT, day("11-01"), day("10-31"))
    assert state.open


def test_p25_17_a_deferral_may_be_approved_again() -> None:
    events = [
        *LISTED,
        event(APPROVED, "10-10", until="10-31"),
        event(CLOSED, "10-12", result="休学"),
        event(APPROVED, "10-30", until="12-31"),
    ]
    assert state_on(events, day("10-20")).until == day("10-31")
    assert not state_on(events, day("11-05")).open
    assert state_on(events, day("12-31")).until == day("12-31")
    assert state_on(events, dt.date(2027, 1, 1)).status == SUSPECTED


def test_p12_10_the_highest_of_the_four_steps_counts() -> None:
    steps = [event(EDUCATE, "09-18"), event(ORDER, "09-25"), event(EDUCATE, "10-09")]
    state = state_on([*LISTED, *steps], day("10-20"))
    assert (state.legal, state.legal_on) == (ORDER, day("09-25"))


def test_yl_66_yl_69_yl_28_the_next_paper_is_the_one_the_document_names() -> None:
    taken: list[CaseEvent] = list(LISTED)
    papers = []
    for n, date in enumerate(("09-18", "09-25", "10-09", "10-12")):
        step = next_step(YANLING, state_on(taken, day("10-20")), taken)
        papers.append(step.document if step else "")
        if step:
            taken.append(event(step.step, date, number=str(n)))
    assert papers == ["劝学书", "复学通知书", "司法文书", ""]


def test_th_13_the_papers_of_the_judiciary_are_for_three_categories_only() -> None:
    taken = [*LISTED, event(EDUCATE, "09-18"), event(ORDER, "09-25")]
    state = state_on(taken, day("10-20"))
    offered = {c: next_step(TANGHE, state, taken, c) for c in ("", "A", "I", "J", "K", "L")}
    assert [c for c, step in offered.items() if step] == ["", "J", "K", "L"]


def test_a_step_that_misses_the_one_before_is_told_once() -> None:
    rows = [event(ORDER, "09-25"), event(EDUCATE, "09-28", received="09-29")]
    assert codes(*rows, policy="P12") == ["C23"]


def test_th_29_th_21_th_13_the_papers_of_tanghe_come_in_order() -> None:
    taken: list[CaseEvent] = [*LISTED, event(VISIT, "09-17")]  # a visit is no 劝返复学通知书
    papers = []
    for date in ("09-18", "09-25", "10-09"):
        step = next_step(TANGHE, state_on(taken, day("10-20")), taken)
        assert step is not None
        papers.append((step.document, step.actor))
        taken.append(event(step.step, date))
    assert papers == [
        ("劝返复学通知书", "学校、中心学校"),
        ("限期复学通知书", "乡镇人民政府（办事处）"),
        ("司法部门劝返文书", "司法部门"),
    ]
    assert next_step(TANGHE, state_on(taken, day("10-20")), taken) is None


def test_lb_08_the_justice_bureau_criticises_first_and_then_issues_its_papers() -> None:
    lingbi = load_policy("LB")
    first = next_step(lingbi, state_on(LISTED, day("10-20")), LISTED)
    visited = [*LISTED, event(VISIT, "09-20")]
    assert next_step(lingbi, state_on(visited, day("10-20")), visited) == first  # of the school
    told = [*visited, event(EDUCATE, "09-21")]
    then = next_step(lingbi, state_on(told, day("10-20")), told)
    assert first is not None
    assert then is not None
    assert (first.step, first.actor, first.document) == (EDUCATE, "县司法局", "")
    assert (then.step, then.actor, then.document) == (ENFORCE, "县司法局", "司法文书")
    assert codes(event(ENFORCE, "09-25"), policy="LB") == ["C23"]
    assert codes(event(EDUCATE, "09-20"), event(ENFORCE, "09-25"), policy="LB") == []


def test_gh_18_genhe_names_one_step_only() -> None:
    genhe = load_policy("GH")
    step = next_step(genhe, state_on(LISTED, day("10-20")), LISTED)
    assert step is not None
    assert (step.actor, step.document) == ("乡镇教育执法组", "")
    taken = [*LISTED, event(EDUCATE, "09-20")]
    assert next_step(genhe, state_on(taken, day("10-20")), taken) is None


def test_p22_06_a_document_that_only_names_the_four_steps_asks_for_none() -> None:
    assert next_step(load_policy("P22"), state_on(LISTED, day("10-20")), LISTED) is None


def test_no_paper_is_next_once_a_case_is_closed() -> None:
    events = [*LISTED, event(CLOSED, "10-01", result="已返校")]
    assert next_step(YANLING, state_on(events, day("10-02")), events) is None


@pytest.mark.parametrize(("visits", "expected"), [(0, EDUCATE), (1, ORDER)])
def test_p12_12_a_visit_is_the_first_step_where_it_has_no_paper(
    visits: int, expected: LegalStepName
) -> None:
    step = next_step(load_policy("P12"), CaseState(status=SUSPECTED, visits=visits))
    assert step is not None
    assert step.step is expected


def test_p01_34_one_week_after_receipt_the_township_is_due() -> None:
    order = event(ORDER, "09-20", received="09-22", until="10-31")
    assert legal_due(P01, [*LISTED, order], AUTUMN) == day("09-29")
    unsigned = event(ORDER, "09-20")
    assert legal_due(P01, [*LISTED, unsigned], AUTUMN) is None


def test_p11_12_the_day_written_in_the_notice_is_the_term() -> None:
    order = event(ORDER, "09-20", received="09-22", until="10-09")
    assert legal_due(P11, [*LISTED, order], AUTUMN) == day("10-09")


@pytest.mark.parametrize("policy", [YANLING, TANGHE])
def test_yl_69_th_20_a_term_without_a_number_gives_no_day(policy: Any) -> None:
    assert legal_due(policy, [*LISTED, event(EDUCATE, "09-20", received="09-21")], AUTUMN) is None
    assert legal_due(policy, LISTED, AUTUMN) is None
    assert legal_due(policy, [event(ENFORCE, "09-20", until="10-01")], AUTUMN) is None


def test_rows_that_agree_are_not_reported() -> None:
    steps = [
        event(EDUCATE, "09-18", received="09-18"),
        event(ORDER, "09-25", received="09-26", until="10-09"),
        event(CLOSED, "10-20", result="已返校", document="Z-1"),
    ]
    assert contradictions([*CLIMB, *steps], TANGHE, proven=False) == []


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ([event(CLOSED, "09-15", result="转出")], "C20"),
        ([event(VISIT, "09-15", result="已返校")], "C21"),
        ([event(DROPOUT, "09-12")], "C22"),
        ([event(EDUCATE, "09-18", received="09-17")], "C25"),
        ([event(EDUCATE, "09-18", received="09-20", until="09-19")], "C26"),
        ([event(EDUCATE, "09-18", until="09-17")], "C26"),
        ([event(CLOSED, "10-01", result="已返校"), event(CLOSED, "10-09", result="核销")], "C27"),
        ([event(CLOSED, "10-01", result="已返校"), event(VISIT, "10-09")], "C28"),
    ],
)
def test_rows_that_contradict(more: list[CaseEvent], code: str) -> None:
    assert codes(*more) == [code]


@pytest.mark.parametrize(
    "more",
    [
        [event(CLOSED, "10-01", result="休学"), event(CLOSED, "10-09", result="已返校")],
        [event(CLOSED, "10-01", result="送教上门"), event(VISIT, "10-09")],
        [
            event(CLOSED, "10-01", result="已返校"),
            event(SUSPECTED, "10-05"),
            event(CLOSED, "10-09", result="已返校"),
        ],
    ],
)
def test_what_may_follow_a_closing(more: list[CaseEvent]) -> None:
    assert codes(*more) == []


@pytest.mark.parametrize(
    ("policy", "more", "expected"),
    [
        ("P12", [event(ORDER, "09-25")], ["C23"]),
        ("P12", [event(VISIT, "09-20"), event(ORDER, "09-25")], []),  # a visit is 宣传教育
        ("P12", [event(ORDER, "09-25"), event(VISIT, "09-28")], ["C23"]),
        ("P21", [event(EDUCATE, "09-17"), event(PUNISH, "10-09")], ["C23"]),
        ("P21", [event(VISIT, "09-17"), event(ORDER, "10-09")], ["C23"]),  # by the township
        ("P11", [event(PUNISH, "10-09")], ["C23"]),
        ("P11", [event(ORDER, "09-25")], []),  # names no first step
        ("TH", [event(EDUCATE, "09-17"), event(ORDER, "09-25"), event(ENFORCE, "10-09")], []),
        ("P12", [event(EDUCATE, "09-17"), event(ORDER, "09-25"), event(ENFORCE, "10-09")], ["C23"]),
    ],
)  # fmt: skip
def test_p12_10_no_step_without_the_one_before_that_the_document_has(
    policy: str, more: list[CaseEvent], expected: list[str]
) -> None:
    assert codes(*more, policy=policy) == expected


def test_p11_12_a_step_before_the_receipt_of_the_one_before() -> None:
    order = event(ORDER, "09-20", received="09-28")
    found = contradictions([*LISTED, order, event(PUNISH, "09-25")], P11)
    assert [(c.code, c.index) for c in found] == [("C24", 4)]
    assert found[0].params["received"] == "2026-09-28"


def test_th_21_the_order_follows_the_notice_of_the_school() -> None:
    assert codes(event(ORDER, "09-25")) == ["C23"]
    assert codes(event(EDUCATE, "09-20"), event(ORDER, "09-25")) == []


@pytest.mark.parametrize(
    ("joint", "ruling", "expected"),
    [(2, "", ["C29"]), (3, "", []), (0, "民事裁定书", []), (0, "催告", ["C29"])],
)
def test_th_30_deferral_needs_three_joint_visits_or_a_ruling(
    joint: int, ruling: str, expected: list[str]
) -> None:
    rows = [event(VISIT, f"09-2{n}", joint=True) for n in range(joint)]
    rows += [event(VISIT, "09-24"), event(EDUCATE, "09-18"), event(ORDER, "09-21")]
    rows += [event(ENFORCE, "09-28", document=ruling)] if ruling else []
    rows += [event(APPROVED, "10-08", until="12-31"), event(CLOSED, "10-09", result="休学")]
    assert codes(*rows) == expected
    assert codes(*rows, policy="YL") == []  # its document asks for no number


@pytest.mark.parametrize(("until", "expected"), [("2027-10-09", []), ("2027-10-10", ["C37"])])
def test_p02_08_deferred_for_one_year_at_most(until: str, expected: list[str]) -> None:
    rows = [event(EDUCATE, "09-18"), event(CLOSED, "10-09", result="延缓入学", until=until)]
    assert codes(*rows, policy="P02") == expected
    assert codes(*rows, policy="TH") == []


def test_p02_08_the_term_of_the_approval_is_counted_from_the_closing() -> None:
    closing = event(CLOSED, "10-09", result="延缓入学")
    approved = event(APPROVED, "10-08", until="2029-10-09")
    found = contradictions([event(EDUCATE, "09-18"), approved, closing], P02)
    assert [(c.code, c.index) for c in found] == [("C37", 1)]
    suspended = event(CLOSED, "10-09", result="休学")
    assert codes(event(EDUCATE, "09-18"), approved, suspended, policy="P02") == []


def test_yl_28_papers_of_the_judiciary_need_no_order_before_them() -> None:
    taken = [*LISTED, event(VISIT, "09-17"), event(ENFORCE, "09-25")]
    assert contradictions(taken, YANLING) == []
    ordered = event(ORDER, "09-20", until="10-09")
    assert legal_due(YANLING, [*LISTED, ordered], AUTUMN) is None


def test_th_13_papers_of_the_judiciary_wait_for_no_term_of_an_order() -> None:
    order = event(ORDER, "09-25", received="09-25", until="10-10")
    assert legal_due(TANGHE, [*LISTED, event(EDUCATE, "09-18"), order], AUTUMN) is None


def test_legal_steps_of_one_day_stand_in_the_order_of_the_law() -> None:
    rows = [event(k, "09-25") for k in (CLOSED, ENFORCE, PUNISH, VISIT, ORDER, EDUCATE, DROPOUT)]
    assert [e.kind for e in sorted(rows, key=in_order)] == [
        DROPOUT, VISIT, EDUCATE, ORDER, PUNISH, ENFORCE, CLOSED,
    ]  # fmt: skip


def test_p01_34_the_term_of_one_step_is_not_that_of_another() -> None:
    order = event(ORDER, "09-20", received="09-22")
    punish = P01.legal[-1]
    assert legal_due(P01, [*LISTED, order], AUTUMN, of=punish) == day("09-29")
    assert legal_due(P01, [*LISTED, order], AUTUMN, of=P01.legal[0]) is None


def test_p25_06_a_closing_rests_on_something() -> None:
    closing = event(CLOSED, "10-09", result="转出")
    assert codes(closing, proven=False) == ["C30"]
    assert codes(closing, proven=True) == []
    assert codes(event(CLOSED, "10-09", result="转出", document="就读证明3号"), proven=False) == []


KINDS = st.sampled_from(
    [ABSENT, WARNING, SUSPECTED, DROPOUT, VISIT, CLOSED, APPROVED, *LegalStepName]
)
DAYS = st.dates(day("09-01"), day("12-31"))
EVENTS = st.lists(
    st.builds(
        CaseEvent, KINDS, DAYS, received=st.none() | DAYS, until=st.none() | DAYS,
        joint=st.booleans(), result=st.sampled_from(["", "已返校", "休学", "延缓入学", "核销"]),
    ),
    max_size=8,
)  # fmt: skip


@given(EVENTS, DAYS)
def test_rows_of_later_days_never_change_the_past(events: list[CaseEvent], on: dt.date) -> None:
    assert state_on(events, on) == state_on([e for e in events if e.date <= on], on)


@given(EVENTS, DAYS)
def test_every_contradiction_points_at_a_row(events: list[CaseEvent], on: dt.date) -> None:
    for found in contradictions(events, TANGHE, proven=False):
        assert 0 <= found.index < len(events)
        assert "{" not in message(Finding(found.code, params=found.params))
    state = state_on(events, on)
    assert state.joint_visits <= state.visits
    assert (state.closed is not None) <= (not state.open)
