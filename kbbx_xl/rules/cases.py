"""One case (个案) from the first absent day to 销号: what its dated rows say, and where they contradict.

A case is a sequence of dated events.  Nothing else is stored: status, legal step and counts follow
from the events up to a day, so that the same rows give the same answer for any day of the past.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from kbbx_xl.crossing import Crossing
from kbbx_xl.rules.school_days import SchoolCalendar, add_months, deadline
from kbbx_xl.settings.policies import LegalStep, LegalStepName, Parameter, ParameterUnit, Policy

# Kinds of event that are not steps of 办理记录 (config/lists/case_step.yaml)
ABSENT = "首次缺勤"  # the first day of the absence; no state of its own
WARNING = "预警"  # a step of the absence ladder is reached
SUSPECTED, DROPOUT = "疑似辍学", "辍学"  # listed in the ledger of that name
VISIT = "劝返"
CLOSED = "销号"  # result is the word of config/lists/closing.yaml

APPROVED = "县级核实同意"  # of config/lists/case_step.yaml
BACK, SUSPENDED, DEFERRED = "已返校", "休学", "延缓入学"  # of config/lists/closing.yaml
FOR_A_TIME = (SUSPENDED, DEFERRED)
FINAL = (BACK, "转出", "核销")  # after these only a new absence can be closed
RULINGS = ("判决", "裁定")
LEGAL = tuple(LegalStepName)
_ORDER = (ABSENT, WARNING, SUSPECTED, DROPOUT, "", *LEGAL, CLOSED)  # of one day; "": any other
_RANK = {str(kind): n for n, kind in enumerate(_ORDER)}


@dataclass(frozen=True, slots=True)
class CaseEvent(Crossing):
    """One dated row of a case.

    ``kind``: 首次缺勤, 预警, 疑似辍学, 辍学, 劝返, 销号 or a word of config/lists/case_step.yaml.
    ``result``: of a visit a word of visit_result, of 销号 a word of closing, else as written.
    """

    kind: str
    date: dt.date
    received: dt.date | None = None  # 送达日期
    until: dt.date | None = None  # 期限; 延缓、休学到期日
    by: str = ""  # 经办单位; of a visit who went (personal)
    document: str = ""  # of 销号 what it rests on (销号依据)
    number: str = ""  # 文号
    joint: bool = False  # 联合劝返: school and others together
    result: str = ""
    # of a listing the day on which its own row is closed; of 延缓、休学 the child's next listed absence
    settled: dt.date | None = None


@dataclass(frozen=True, slots=True)
class CaseState(Crossing):
    """What a case is on one day, derived from its events up to that day."""

    status: str = ""  # 预警 | 疑似辍学 | 辍学 | a word of closing; "" before the first event
    since: dt.date | None = None
    legal: LegalStepName | None = None  # the highest of the four legal steps taken
    legal_on: dt.date | None = None
    visits: int = 0
    joint_visits: int = 0
    last_visit: dt.date | None = None
    closed: dt.date | None = None
    until: dt.date | None = None  # 延缓入学、休学: when it runs out

    @property
    def open(self) -> bool:
        """Still to be brought back."""
        return bool(self.status) and self.closed is None


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two rows of a case that cannot both be right; ``index`` is the event that says so."""

    code: str  # of messages.catalogue
    index: int
    params: Mapping[str, object] = field(default_factory=dict)


def in_order(event: CaseEvent) -> tuple[dt.date, int, str]:
    """Sort key of events: by date; on one day absence, warning and ledgers first, then visits and
    other rows, the legal steps in the order of the law, 销号 last."""
    told = "" if event.kind == WARNING else event.result  # steps of the ladder keep their order
    return event.date, _RANK.get(event.kind, _RANK[""]), told


def state_on(events: Sequence[CaseEvent], day: dt.date) -> CaseState:
    """What the events up to and including ``day`` make of a case.

    A closing counts on its date, and a row closed before the day of its listing stays closed.  延缓入学
    and 休学 whose ``until`` has passed no longer close the case: it falls back to what it was, since the
    day after, and keeps ``until`` (P25-16), unless the child's next case has begun.
    """
    state, before, settled = CaseState(), "", False
    for event in sorted((e for e in events if e.date <= day), key=in_order):
        if event.kind == CLOSED:
            if state.closed is None:
                before = state.status
            settled = event.settled is not None and event.settled <= day
            until = event.until or state.until if event.result in FOR_A_TIME else None
            state = replace(
                state, status=event.result, since=event.date, closed=event.date, until=until
            )
        else:
            state = _after(state, event)
    over = state.status in FOR_A_TIME and state.until is not None and state.until < day
    if over and state.until and not settled:
        since = state.until + dt.timedelta(days=1)
        return replace(state, status=before or SUSPECTED, since=since, closed=None)
    return state


def _after(state: CaseState, event: CaseEvent) -> CaseState:
    """The state once an event other than 销号 has happened."""
    date = event.date
    if event.kind in (WARNING, SUSPECTED, DROPOUT):
        known = (WARNING, SUSPECTED, DROPOUT)
        higher = state.status not in known[known.index(event.kind) :]
        if state.status and (event.kind == WARNING or (event.settled and event.settled < date)):
            return state
        return replace(state, status=event.kind, since=date, closed=None) if higher else state
    if event.kind == VISIT:
        return replace(
            state, visits=state.visits + 1, joint_visits=state.joint_visits + event.joint,
            last_visit=date,
        )  # fmt: skip
    if event.kind == APPROVED:
        return replace(state, until=event.until or state.until)
    if event.kind in LEGAL:
        step = LegalStepName(event.kind)
        if state.legal is None or LEGAL.index(step) > LEGAL.index(state.legal):
            return replace(state, legal=step, legal_on=date)
    return state


def next_step(
    policy: Policy, state: CaseState, events: Sequence[CaseEvent] = (), category: str = ""
) -> LegalStep | None:
    """The legal step that an open case comes to next; None when it is closed, the document names no
    further step, or the visits that must come first (``after_visits``) have not been made.  A step that
    the document keeps for some categories (TH-13) is not for a case verified as another.

    宣传教育 without a paper of its own is taken once somebody has visited (rules.md 3G), unless the
    document gives it to somebody else than the school (``by_visit``: P21-27, LB-08, GH-18).
    """
    if not state.open:
        return None
    taken = {event.kind for event in events} | {state.legal or ""}
    for step in policy.legal:
        by_visit = _by_visit(step) and not step.document and state.visits
        passed = state.legal is not None and LEGAL.index(step.step) <= LEGAL.index(state.legal)
        other = bool(category and step.categories) and category not in step.categories
        if by_visit or passed or other or step.step in taken:
            continue
        enough = state.visits >= (step.after_visits or 0)
        return step if enough and state.joint_visits >= (step.after_joint or 0) else None
    return None


def _by_visit(step: LegalStep) -> bool:
    """Whether a home visit is this step: 宣传教育 that the document leaves to the school."""
    return step.step is LegalStepName.EDUCATE and step.by_visit


def legal_due(
    policy: Policy, events: Sequence[CaseEvent], calendar: SchoolCalendar, *, of: LegalStep | None = None
) -> dt.date | None:  # fmt: skip
    """The last day of the term after which the next legal step is due; None when that is not ``of``.

    ``within`` from receipt of the paper before, where the document states it (P01-34: a week), else
    the 期限 written in that paper (P11-12); None when neither is known: nothing is guessed.
    """
    last = max(
        (event for event in events if event.kind in LEGAL),
        key=lambda e: (LEGAL.index(LegalStepName(e.kind)), e.date, e.received or e.date),
        default=None,
    )
    if last is None:
        return None
    later = LEGAL[LEGAL.index(LegalStepName(last.kind)) + 1 :]
    step = next((step for step in policy.legal if step.step in later), None)
    if step is None or step.alone or of not in (None, step):
        return None
    if step.within is None:
        return last.until
    if last.received is None:
        return None
    unstated = policy.counting.unstated_day
    return deadline(last.received, step.within, calendar, unstated=unstated)


def contradictions(
    events: Sequence[CaseEvent], policy: Policy, *, proven: bool = True, bodily: bool = False
) -> list[Contradiction]:
    """What cannot be so in the rows of one case, in the order of ``events``.

    ``proven``: some row of 佐证登记 belongs to the case, or nobody could tell; otherwise a 销号 that
    rests on nothing is reported.  ``bodily``: the child is sick, so that
    the guardian applies and no persuasion comes first (义务教育法第十一条, P01-32, P02-12).
    """
    found = [
        *_order_of_ledgers(events),
        *_order_of_steps(events, policy),
        *_dates_of_papers(events),
        *_closings(events, proven),
        *_deferrals(events, policy, bodily=bodily),
    ]
    return sorted(found, key=lambda c: (c.index, c.code))


def _first(events: Sequence[CaseEvent], *kinds: str) -> dt.date | None:
    return min((event.date for event in events if event.kind in kinds), default=None)


def _order_of_ledgers(events: Sequence[CaseEvent]) -> Iterator[Contradiction]:
    """C20 closed before listed, C21 back before listed, C22 辍学 before 疑似辍学."""
    listed, suspected = _first(events, SUSPECTED, DROPOUT), _first(events, SUSPECTED)
    after = {
        e.settled: e.date for e in events if e.kind != CLOSED and e.settled and e.settled < e.date
    }
    absent = _first(events, ABSENT) or dt.date.min
    for index, event in enumerate(events):
        early = listed is not None and absent <= event.date < listed
        if event.kind == CLOSED and (early or event.date in after):
            yield Contradiction("C20", index, {"listed": listed if early else after[event.date]})
        if event.kind == VISIT and event.result == BACK and early:
            yield Contradiction("C21", index, {"listed": listed})
        if event.kind == DROPOUT and suspected and event.date < suspected:
            yield Contradiction("C22", index, {"suspected": suspected})


def _order_of_steps(events: Sequence[CaseEvent], policy: Policy) -> Iterator[Contradiction]:
    """C23 a step without the one before it that the document has, else C24 before its receipt."""
    alone = [step.step for step in policy.legal if step.alone]
    for index, event in enumerate(events):
        if event.kind not in LEGAL or event.kind in alone:
            continue
        rank = LEGAL.index(LegalStepName(event.kind))
        step = next((s for s in reversed(policy.legal) if LEGAL.index(s.step) < rank), None)
        if step is None:
            continue
        done = [e for e in events if e.kind == step.step]
        by_visit = _by_visit(step) and (_first(events, VISIT) or dt.date.max)
        if not any(e.date <= event.date for e in done) and not (
            by_visit and by_visit <= event.date
        ):
            params = {"step": event.kind, "before": str(step.step)}
            yield Contradiction("C23", index, params)
            continue
        receipts = [e.received for e in done if e.received]
        if receipts and event.date < min(receipts):
            params = {"step": event.kind, "before": str(step.step), "received": str(min(receipts))}
            yield Contradiction("C24", index, params)


def _dates_of_papers(events: Sequence[CaseEvent]) -> Iterator[Contradiction]:
    """C25 received before issued, C26 a term that ends before it begins."""
    for index, event in enumerate(events):
        if event.kind == WARNING:
            continue
        if event.received and event.received < event.date:
            yield Contradiction("C25", index)
        if event.until and event.until < (event.received or event.date):
            yield Contradiction("C26", index)


def _closings(events: Sequence[CaseEvent], proven: bool) -> Iterator[Contradiction]:
    """C27 closed twice, C28 visited after it was closed for good, C30 closed on nothing."""
    closed: CaseEvent | None = None
    for index, event in sorted(enumerate(events), key=lambda pair: in_order(pair[1])):
        if event.kind in (ABSENT, SUSPECTED, DROPOUT):
            closed = None
        elif event.kind == CLOSED:
            if closed and closed.result in FINAL:
                yield Contradiction("C27", index)
            if not proven and not event.document:
                yield Contradiction("C30", index)
            closed = event
        elif event.kind == VISIT and closed and closed.result in FINAL and event.date > closed.date:
            yield Contradiction("C28", index, {"closed": closed.date})


def _deferrals(
    events: Sequence[CaseEvent], policy: Policy, *, bodily: bool
) -> Iterator[Contradiction]:
    """C29 延缓、休学 approved too early (TH-30), C37 deferred for longer than allowed (P02-08): the 期限
    of an approval, counted from the day on which the case was first closed as 延缓入学."""
    joint = policy.parameters.get("case.min_joint")
    longest = policy.parameters.get("entry.defer_max")
    for index, event in enumerate(events):
        if event.kind == APPROVED and joint and joint.number and not bodily:
            made = sum(e.kind == VISIT and e.joint and e.date <= event.date for e in events)
            if made < joint.number and not _ruled(events, event.date):
                params = {"made": made, "needed": f"{joint.number:g}"}
                yield Contradiction("C29", index, params)
    months = _months(longest)
    closed = _first([e for e in events if e.result == DEFERRED], CLOSED)
    for index, event in enumerate(events if months and closed else ()):
        of_it = event.kind == APPROVED or (event.kind == CLOSED and event.result == DEFERRED)
        if closed and of_it and event.until and event.until > add_months(closed, months):
            yield Contradiction("C37", index, {"most": longest.value if longest else ""})


def _ruled(events: Sequence[CaseEvent], day: dt.date) -> bool:
    """A court has ruled by ``day``: a row of step four whose paper or result is 判决 or 裁定."""
    return any(
        word in event.document + event.result
        for event in events
        if event.kind == LegalStepName.ENFORCE and event.date <= day
        for word in RULINGS
    )


def _months(parameter: Parameter | None) -> int:
    """The number of a parameter in months; 0 where the document states none."""
    if parameter is None or parameter.number is None or parameter.unit is None:
        return 0
    per = {ParameterUnit.YEAR: 12, ParameterUnit.MONTH: 1}.get(parameter.unit, 0)
    return int(parameter.number * per)
