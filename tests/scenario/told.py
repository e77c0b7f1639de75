"""What the product says of a month of the scenario, in the words of the scenario's ``expected``."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kbbx_xl.books.consolidate import load_directory
from kbbx_xl.books.movement import read_movement
from kbbx_xl.books.one_click import Order, read_county
from kbbx_xl.flow.casework.counts import CaseCounts, case_counts
from kbbx_xl.flow.casework.values import CaseFile, Task
from kbbx_xl.flow.context import Context, make_context
from kbbx_xl.flow.movement import Movement
from kbbx_xl.flow.result import County
from kbbx_xl.model import Finding, Period
from kbbx_xl.rules.ladder import steps_reached
from kbbx_xl.rules.movement import LossKind
from kbbx_xl.settings.policies import LegalStepName, Policy, read_policy
from kbbx_xl.settings.strict import load

from .file import HERE
from .player import KEY_OF, UNITS, starts, student_named

POLICY: Policy = read_policy(load(HERE / "policy.yaml"))
LADDER = {step.title for step in POLICY.steps}
DUTIES = {duty.title for duty in POLICY.duties}
LEGAL = {str(step) for step in LegalStepName}
UNTIL, RUNS_OUT = "到期", "到期，督促返校或重新审批"
CONTRADICTIONS = (
    "C17",
    "C20",
    "C21",
    "C22",
    "C23",
    "C24",
    "C25",
    "C26",
    "C27",
    "C28",
    "C29",
    "C30",
    "C32",
)
Line = tuple[Any, ...]


@dataclass(frozen=True)
class Month:
    """One month end as the command line reads it: the county, and who moved since the last."""

    as_of: dt.date
    county: County
    moved: Movement
    context: Context

    @property
    def month(self) -> Period:
        return self.county.month


def judge(folder: Path, before: Path | None, as_of: dt.date) -> Month:
    month = Period(as_of.year, as_of.month)
    order = Order(folder, month, as_of, POLICY, jobs=1)
    county = read_county(order, out=order.results)
    known, calendar, _, _ = load_directory(folder)
    context, _ = make_context(month, as_of, POLICY, known, calendar)
    moved, _ = read_movement(
        folder, before, out=order.results, policy=POLICY, today=as_of, month=month
    )
    return Month(as_of, county, moved, context)


def case_of(name: str, first_absent: dt.date | None) -> str:
    """The case of the scenario that a child's absence from that day on is."""
    return starts().get((name, first_absent or dt.date.min), f"{name} {first_absent}")


def key_of(case: CaseFile) -> str:
    return case_of(case.name, case.first_absent)


def keys(cases: Iterable[CaseFile]) -> list[str]:
    return sorted(key_of(case) for case in cases)


def listed(month: Month) -> list[CaseFile]:
    return [case for case in month.county.case_files if case.listed]


def by_unit(month: Month) -> dict[str, dict[str, Any]]:
    """As ``expected.units``; what is empty is left out."""
    told: dict[str, dict[str, Any]] = defaultdict(dict)
    for count in _counts(month):
        mine = {
            "疑似辍学": keys(count.by_status.get("疑似辍学", ())),
            "辍学": keys(count.by_status.get("辍学", ())),
            "opened": keys(count.opened),
            "closed": {key_of(c): word for word, mine in count.closed.items() for c in mine},
        }
        told[KEY_OF[count.unit]] = {name: value for name, value in mine.items() if value}
    return {unit: mine for unit, mine in told.items() if mine}


def _counts(month: Month) -> list[CaseCounts]:
    return case_counts(month.county.case_files, month.month, on=month.as_of)


def whole_county(month: Month) -> dict[str, Any]:
    """As ``expected.county``; steps of listed cases only."""
    counts = _counts(month)
    steps = Counter(
        str(step or "没有")
        for count in counts
        for step, cases in count.by_step.items()
        for case in cases
        if case.listed
    )
    closed = Counter(w for c in counts for w, mine in c.closed.items() for _ in mine)
    status = Counter(s for c in counts for s, mine in c.by_status.items() for _ in mine)
    return {
        "open": sum(len(count.open) for count in counts),
        "opened": sum(len(count.opened) for count in counts),
        "closed": sum(closed.values()),
        "closed_as": dict(closed),
        "疑似辍学": status["疑似辍学"],
        "辍学": status["辍学"],
        "open_by_step": {step: steps[step] for step in (*LegalStepName, "没有")},
    }


def ledgers(month: Month) -> dict[str, dict[str, list[str]]]:
    """Open rows of the ledgers by unit and status (CaseRow, as 一键汇总 counts them)."""
    told: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in month.county.cases:
        if row.listed and row.status in ("疑似辍学", "辍学"):
            told[KEY_OF[row.unit]][row.status].append(case_of(row.name, row.first_absent))
    return {
        unit: {status: sorted(rows) for status, rows in mine.items()} for unit, mine in told.items()
    }


def visits(month: Month, *, joint: bool = False) -> dict[str, int]:
    every = month.county.case_files
    cases = {key_of(c): c.state.joint_visits if joint else c.state.visits for c in every}
    return {key: number for key, number in sorted(cases.items()) if number}


def legal(month: Month) -> dict[str, str]:
    return {key_of(c): str(c.state.legal) for c in listed(month) if c.open and c.state.legal}


def evidence_missing(month: Month) -> dict[str, list[str]]:
    return {
        key_of(one.case): [title.replace("或", " 或 ") for title in one.state.missing]
        for one in month.county.checklists
        if one.state.missing
    }


def lessons(month: Month) -> dict[str, dict[str, float]]:
    """Home teaching of the month; 0 times required is left out."""
    return {
        student_named(one.name): {
            "required": one.required,
            "held": one.visits + one.short,
            "counted": one.visits,
            "lacking": one.lacking,
            "hours": one.hours,
        }
        for one in month.county.teaching
        if one.month == month.month and one.required
    }


def todo(month: Month) -> list[Line]:
    """(unit, case, task, rule, due, state, done) of every task about a case of K."""
    cases = {case.mark: case for case in month.county.case_files}
    lines = []
    for task in month.county.tasks:
        case = cases.get(task.mark)
        title = _title(task)
        key = key_of(case) if case else student_named(task.name) if task.name else ""
        if title and key.startswith("K") and task.due:
            lines.append(
                (KEY_OF[task.unit], key, title, task.rule, task.due, str(task.state), task.done_on)
            )
    return sorted(lines, key=str)


def _title(task: Task) -> str:
    """The scenario's short name of a task of a case; "" for others."""
    if task.title in LADDER:
        return task.title
    step = task.title.split("：")[0]
    return step if step in LEGAL else UNTIL if task.title.endswith(RUNS_OUT) else ""


def duties(month: Month) -> dict[tuple[str, str], list[Line]]:
    """(unit, duty) -> (due, state, done) of each time it stands on the list."""
    told: dict[tuple[str, str], list[Line]] = defaultdict(list)
    for task in month.county.tasks:
        if task.title in DUTIES and not task.mark:
            told[KEY_OF[task.unit], task.title].append((task.due, str(task.state), task.done_on))
    return told


def unsigned(month: Month) -> dict[str, list[str]]:
    """Grids of towns and schools whose responsibility letter is not signed, by centre."""
    told: dict[str, list[str]] = defaultdict(list)
    for task in month.county.tasks:
        levels = ("镇级", "校级")
        if "目标责任书" in task.title and any(level in task.title for level in levels):
            center = KEY_OF[task.unit]
            told[center].append(KEY_OF.get(task.about, center))
    return {center: sorted(grids) for center, grids in told.items()}


def uncovered(month: Month) -> dict[str, list[str]]:
    """Villages without a head, by the centre of the school that serves them."""
    told: dict[str, list[str]] = defaultdict(list)
    for one in month.county.coverage:
        if one.villages_without:
            told[KEY_OF[UNITS[KEY_OF[one.unit]]["parent"]]] += one.villages_without
    return dict(told)


def warnings(month: Month) -> dict[str, dict[str, dt.date]]:
    """Steps of the ladder that children W reached in the month, whether they are back or not."""
    told: dict[str, dict[str, dt.date]] = defaultdict(dict)
    for one in month.county.runs:
        key = case_of(one.name, one.run.start)
        calendar = month.context.calendar(one.unit)
        reached = steps_reached(
            POLICY, [one.run], calendar=calendar, as_of=month.as_of, only_open=False
        )
        for item in reached if key.startswith("W") else ():
            if item.reached and item.reached >= month.month.first:
                told[key][str(item.step.step)] = item.reached
    return dict(told)


def away(month: Month) -> set[str]:
    """Absences without leave that are not over, by their case."""
    runs = (one for one in month.county.runs if one.run.open)
    return {case_of(one.name, one.run.start) for one in runs}


def alarmed(month: Month) -> set[str]:
    """Children for whom the absence ladder asks for something (预警)."""
    return {student_named(one.name) for one in month.county.due}


def findings(month: Month) -> Counter[tuple[str, str]]:
    """How often each code stands at each unit; places differ between kinds of file."""
    return Counter((found.unit, found.code) for found in month.county.findings)


def contradictions(month: Month) -> dict[str, set[str]]:
    """Case -> codes, by the row that the finding stands on."""
    places = {
        (r.source.file, r.source.sheet, "".join(filter(str.isdigit, r.cell))): key_of(case)
        for case in month.county.case_files
        for r in case.events
    }
    told: dict[str, set[str]] = defaultdict(set)
    for found in month.county.findings:
        if found.code in CONTRADICTIONS:
            told[_of(found, places)].add(found.code)
    return told


def _of(found: Finding, places: dict[tuple[str, str, str], str]) -> str:
    return places.get(
        (found.file, found.sheet, "".join(filter(str.isdigit, found.cell))),
        f"{found.sheet}!{found.cell}",
    )


def moved(month: Month) -> dict[str, set[str]]:
    """What the month adds to ``expected.movement``."""
    made = month.moved
    name = [c.name for c in made.changes]
    return {
        "paired": {student_named(made.changes[t.into].name) for t in made.transfers},
        "orphans": {
            student_named(name[i])
            for loss in made.losses
            if loss.kind is LossKind.NOWHERE
            for i in loss.moves
        },
        "out_of_county": {student_named(c.name) for c in made.outside},
        "into_county": {
            student_named(c.name) for c in made.changes if c.change == "转入" and c.outside
        },
    }


def rates(month: Month) -> dict[str, tuple[set[str], set[str], set[str]]]:
    """Rate -> cases of the numerator, of the denominator, and 核销, which the product leaves out."""
    counts = _counts(month)
    shares = {
        "劝返率": [c.returned for c in counts],
        "复学率": [c.reattending for c in counts],
    }
    off = {key_of(c) for c in listed(month) if c.state.status == "核销"}
    return {
        name: (
            {key_of(c) for s in mine for c in s.part},
            {key_of(c) for s in mine for c in s.whole},
            off,
        )
        for name, mine in shares.items()
    }
