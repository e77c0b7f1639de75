"""学籍流动: transfers paired, children that do not add up, lists for the next school or county.

Pure: two lists of files as read, the earlier and the present one.  Without an earlier register only the
pairs, contradictions within this one and the lists are known.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from kbbx_xl.flow.casework.values import NOWHERE
from kbbx_xl.flow.context import Context
from kbbx_xl.flow.movement.handover import (
    HANDOVER_MONTHS,
    hand_over,
    nonlocal_dropouts,
    promoted_by,
)
from kbbx_xl.flow.movement.joining import Keys, Who, join_rows, of_change, of_child, people
from kbbx_xl.flow.movement.reading import read_side
from kbbx_xl.flow.movement.values import Change, Child, Movement, Proposal, Side
from kbbx_xl.flow.source import Source
from kbbx_xl.flow.submissions import file_month
from kbbx_xl.flow.units import UnitFinder
from kbbx_xl.model import FileRead, Finding, Kind, Period
from kbbx_xl.rules.matching import match_people
from kbbx_xl.rules.movement import (
    NEEDS_PAPER,
    OUT,
    Loss,
    LossKind,
    balances,
    conserve,
    paired,
)
from kbbx_xl.rules.registers import Days, Known, Move, Seat, children_of

T = TypeVar("T")
Place = tuple[Source, str, str]  # a row, its cell and its unit
GONE = (LossKind.NOWHERE, LossKind.VANISHED, LossKind.NOT_PROMOTED)
CAME = (LossKind.UNRELEASED, LossKind.NEW)
UNSURE = (LossKind.VANISHED, LossKind.NEW, LossKind.NOT_PROMOTED)  # a candidate says more
CODES = {
    LossKind.NOWHERE: "X01",
    LossKind.UNRELEASED: "X03",
    LossKind.TWICE: "X04",
    LossKind.VANISHED: "X05",
    LossKind.GRADUATED: "X06",
    LossKind.NOT_PROMOTED: "X07",
    LossKind.NEW: "X08",
    LossKind.STILL_HERE: "X09",
    LossKind.UNEXPLAINED: "X12",
}


def find_movement(
    reads: Sequence[FileRead],
    before: Sequence[FileRead] | None,
    context: Context,
    *,
    earlier: Context | None = None,
) -> Movement:
    """Compare the registers of all units with the earlier ones.

    ``before`` and ``earlier`` are the files and the context of the earlier month; when they are None,
    the latest earlier month among the workbooks of ours in ``reads`` takes their place.
    """
    if before is None:
        before, earlier = _history(reads, context)
    now = read_side(reads, context)
    past = read_side(before, earlier) if before and earlier else Side(context.month)
    now.changes = _once([*now.changes, *past.changes])
    keys = join_rows(past, now)
    now.changes, keys.changes = _without_repeats(now.changes, keys.changes)
    days = _days(context, earlier)
    made = Movement(
        context.month,
        context.as_of,
        UnitFinder(context.directory).county_name,
        earlier.month if earlier else None,
        past.children,
        now.children,
        now.changes,
    )
    _compare(made, keys, days, _known(context, past, now, keys))
    _lists(made, keys, days, context, now)
    made.unread = [
        u.name
        for u in context.directory.schools
        if u.name not in now.units or (earlier and u.name not in past.units)
    ]
    made.findings = sorted(_findings(made), key=lambda f: f.sort_key)
    return made


def _history(reads: Sequence[FileRead], context: Context) -> tuple[list[FileRead], Context | None]:
    """The files of the latest earlier month that hold a register."""
    months = {
        month
        for r in reads
        if (month := file_month(r)) < str(context.month) and month
        if any(t.kind is Kind.ROSTER for t in r.tables)
    }
    if not months:
        return [], None
    latest = Period.parse(max(months))
    files = [r for r in reads if file_month(r) == str(latest)]
    return files, replace(context, month=latest, as_of=latest.last)


def _days(context: Context, earlier: Context | None) -> Days:
    if earlier is None:
        return Days(context.month.first, context.as_of)
    turned = earlier.month.school_year < context.month.school_year
    due = promoted_by(context.policy, context.month.school_year)
    return Days(earlier.as_of + dt.timedelta(1), context.as_of, turned, due)


def _once(changes: Iterable[Change]) -> list[Change]:
    """A row that was read for both months is one row."""
    return list({c.source: c for c in changes}.values())


def _without_repeats(
    changes: Sequence[Change], keys: Sequence[str]
) -> tuple[list[Change], list[str]]:
    """A change that another sheet states again (变动名单, last month's workbook) counts once; twice on one
    sheet is twice."""
    first: dict[tuple[str, str, str, dt.date | None], tuple[str, str]] = {}
    kept = []
    for change, key in zip(changes, keys, strict=True):
        sheet = (change.source.file, change.source.sheet)
        what = (key, change.unit, change.change, change.day)
        if first.setdefault(what, sheet) == sheet:
            kept.append((change, key))
    return [c for c, _ in kept], [k for _, k in kept]


def _known(context: Context, past: Side, now: Side, keys: Keys) -> Known:
    juniors = [u.name for u in context.directory.schools if u.stage[:2] in ("初中", "九年")]
    listed = {*keys.listed}
    return Known(past.units, now.units, listed, all(name in now.units for name in juniors))


def _compare(made: Movement, keys: Keys, days: Days, known: Known) -> None:
    before, after = (
        _grouped(_seats(rows), own)
        for rows, own in ((made.before, keys.before), (made.after, keys.after))
    )
    changes = _grouped(_moves(made.changes), keys.changes)
    made.transfers = paired(after, changes, period=days)
    children = list(children_of(before, after, changes, days, known))
    made.losses = conserve(children)
    made.balances = balances(children, known)
    made.proposals = _proposals(made)


def _grouped(rows: Iterable[T], keys: Iterable[str]) -> dict[str, list[T]]:
    groups: dict[str, list[T]] = defaultdict(list)
    for row, key in zip(rows, keys, strict=True):
        groups[key].append(row)
    return groups


def _seats(children: Sequence[Child]) -> list[Seat]:
    rows = (c.row for c in children)
    return [Seat(r.unit, r.grade, r.status, r.enrolled, i) for i, r in enumerate(rows)]


def _moves(changes: Sequence[Change]) -> list[Move]:
    return [
        Move(c.unit, c.change, c.grade, c.day, c.gain, i, c.school, c.outside)
        for i, c in enumerate(changes)
    ]


def who_of(made: Movement, loss: Loss) -> Who:
    """What the rows of a loss say of the child, the fullest first: register, then 学籍异动."""
    rows = [
        *(of_child(made.after[i]) for i in loss.after),
        *(of_child(made.before[i]) for i in loss.before),
        *(of_change(made.changes[i]) for i in loss.moves),
    ]
    best = rows[0]
    births = (row.birth for row in rows if row.birth)
    return replace(best, birth=next(births, None))


def _proposals(made: Movement) -> list[Proposal]:
    """Lost and new ones who may be one child by name and birth; for a person to decide."""
    gone = [loss for loss in made.losses if loss.kind in GONE]
    came = [loss for loss in made.losses if loss.kind in CAME]
    mine, theirs = ([who_of(made, loss) for loss in side] for side in (gone, came))
    found = match_people(people(mine, with_unit=True), people(theirs, with_unit=True))
    made_up: list[Proposal] = []
    for pair in sorted([*found.both, *found.doubtful], key=lambda p: (p.left, p.right)):
        left, right = gone[pair.left], came[pair.right]
        births = mine[pair.left].birth, theirs[pair.right].birth
        if births[0] == births[1] or not all(births):
            how = pair.how + _named(made, left, right)
            made_up.append(Proposal(left, right, pair.confidence, how))
    return made_up


def _named(made: Movement, out: Loss, into: Loss) -> str:
    """Whether either change names the other's school."""
    there = any(made.changes[i].school == into.unit for i in out.moves)
    back = any(made.changes[i].school == out.unit for i in into.moves)
    return "，转入（出）学校相符" if there or back else ""


def _lists(made: Movement, keys: Keys, days: Days, context: Context, now: Side) -> None:
    made.outside = [c for c in made.changes if c.change == OUT and c.outside and days.hold(c.day)]
    addresses = {k: one.address for k, one in zip(keys.listed, now.listed, strict=True)}
    made.nonlocal_dropouts = nonlocal_dropouts(made.after, keys.after, addresses, made.county)
    leavers, own = (made.before, keys.before) if days.turned else (made.after, keys.after)
    seats = _grouped(made.after, keys.after)
    moves = _grouped(made.changes, keys.changes)
    made.handover_due = days.turned or context.month.month in HANDOVER_MONTHS
    if made.handover_due:
        made.handover = hand_over(
            leavers, own, seats, moves, turned=days.turned, policy=context.policy
        )
    rule = context.policy.parameters.get("handover")
    made.handover_rule = rule.value if rule else ""


def _findings(made: Movement) -> Iterable[Finding]:
    for proposal in made.proposals:
        at, cell, _ = places(made, proposal.left)[0]
        other = {"other": _said(places(made, proposal.right)[0])}
        yield Finding("X11", at.file, at.sheet, cell, other, proposal.left.unit)
    unsure = {loss for p in made.proposals for loss in (p.left, p.right)}
    for loss in made.losses:
        if loss not in unsure or loss.kind not in UNSURE:
            yield _lost(made, loss)
    for change in made.changes:
        if change.change in NEEDS_PAPER and change.document == "":
            at, params = change.source, {"change": change.change}
            yield Finding("X02", at.file, at.sheet, change.cell, params, change.unit)
    for one in made.balances:
        if one.difference:
            numbers = {"expected": one.expected, "actual": len(one.after)}
            rows = [made.after[i] for i in one.after] or [made.before[i] for i in one.before]
            at = rows[0].row.source if rows else NOWHERE
            yield Finding("X10", at.file, at.sheet, params=numbers, unit=one.unit)


def places(made: Movement, loss: Loss) -> list[Place]:
    """The rows of a loss: its changes, then the registers, own unit first."""
    children = (*(made.after[i] for i in loss.after), *(made.before[i] for i in loss.before))
    rows = [
        *((c.source, c.cell, c.unit) for c in (made.changes[i] for i in loss.moves)),
        *((c.row.source, c.cell, c.row.unit) for c in children),
    ]
    return sorted(rows, key=lambda r: r[2] != loss.unit)


def _said(place: Place) -> str:
    source, cell, _ = place
    return f"{source.file} {source.sheet}!{cell}"


def _lost(made: Movement, loss: Loss) -> Finding:
    """At the loss's first row; the place on the other side, where there is one, is said in words."""
    first, *rest = places(made, loss)
    away = [r for r in rest if r[2] != loss.unit] or [r for r in rest if r[:2] != first[:2]]
    params = {"what": loss.what, "other": f"（另见 {_said(away[0])}）" if away else ""}
    return Finding(CODES[loss.kind], first[0].file, first[0].sheet, first[1], params, loss.unit)


__all__ = ["Movement", "find_movement", "places", "who_of"]
