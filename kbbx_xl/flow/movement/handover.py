"""Lists that go to the next school or county: 小升初整班移交 (P09-04, P22-09..11) and dropouts whose 户籍 is
elsewhere (TH-31)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from kbbx_xl.flow.movement.values import (
    ELSEWHERE,
    MISSING,
    NOT_YET,
    REGISTERED,
    Change,
    Child,
    Handover,
    NonLocal,
)
from kbbx_xl.model import JUNIOR, stage_of
from kbbx_xl.rules.addresses import place_of
from kbbx_xl.rules.movement import OUT
from kbbx_xl.rules.registers import LAST_PRIMARY
from kbbx_xl.settings.policies import Every, Policy

DROPOUT = "辍学"
HANDOVER_MONTHS = range(6, 10)  # from leaving 六年级 to the end of enrolment in 七年级
DUTY = "handover"  # of a policy's duties
OWNER_RULE = "P22-10"  # 未移交的责任在小学


def promoted_by(policy: Policy, school_year: int) -> dt.date | None:
    """The day by which 六年级 is handed over, of the school year that begins then; None when not stated."""
    duty = next(
        (d for d in policy.duties if d.duty == DUTY and d.every is Every.YEAR and d.dates), None
    )
    return dt.date.fromisoformat(f"{school_year}-{duty.dates[0]}") if duty else None


def hand_over(
    leavers: Sequence[Child],
    keys: Sequence[str],
    now: Mapping[str, Sequence[Child]],
    changes: Mapping[str, Sequence[Change]],
    *,
    turned: bool,
    policy: Policy,
) -> list[Handover]:
    """六年级 of the earlier register, or of this one before the year turns, by school and class."""
    rule = policy.parameters.get("handover")
    says = rule is not None and OWNER_RULE in rule.source
    made: list[Handover] = []
    for child, key in zip(leavers, keys, strict=True):
        if child.row.grade != LAST_PRIMARY or not child.row.enrolled:
            continue
        intake = (c for c in now.get(key, ()) if c.row.enrolled)
        junior = next((c for c in intake if stage_of(c.row.grade) == JUNIOR), None)
        gone = any(c.change == OUT and c.outside for c in changes.get(key, ()))
        state = REGISTERED if junior else ELSEWHERE if gone else MISSING
        owner = (
            (junior.row.unit if junior else child.row.unit) if says and state != ELSEWHERE else ""
        )
        made.append(Handover(child, state, junior, owner) if turned else Handover(child, NOT_YET))
    return sorted(made, key=_in_order)


def _in_order(one: Handover) -> tuple[str, int, str, str, int]:
    row = one.child.row
    return row.unit, len(row.class_name), row.class_name, row.source.file, row.source.row


def nonlocal_dropouts(
    children: Iterable[Child], keys: Iterable[str], listed: Mapping[str, str], county: str
) -> list[NonLocal]:
    """Dropouts of the register whose 户籍 names another county; none while our own is not known.

    ``listed``: key -> 户籍所在地 of a ledger, for a register without that column.
    """
    made = []
    for child, key in zip(children, keys, strict=True):
        home = place_of(child.address or listed.get(key, ""))
        other = home and not home.endswith(county)
        if county and child.row.status == DROPOUT and other:
            made.append(NonLocal(child, home))
    return sorted(made, key=lambda n: (n.county, n.child.row.unit, n.child.row.source.row))
