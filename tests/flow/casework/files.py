"""Case files made by hand, of invented children."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from kbbx_xl.flow.casework.values import CaseFile, EvidenceItem, Recorded
from kbbx_xl.flow.source import Source
from kbbx_xl.rules.cases import CaseEvent, CaseState, state_on
from tests.flow.tables import SCHOOL

OPENED = dt.date(2026, 9, 10)
KEY = "520000201903133190"


def case_file(
    told: Sequence[CaseEvent], as_of: dt.date, source: Source, /, **facts: Any
) -> CaseFile:
    """A case of an invented child, told in events, as it stands on ``as_of``; ``facts`` differ."""
    values: dict[str, Any] = {
        "mark": "1", "key": KEY, "name": "甲一", "unit": SCHOOL.name, "stage": "小学",
        "grade": "一年级", "class_name": "1班", "first_absent": told[0].date,
        "opened": told[0].date, "category": "", "variant": "", "reason": "", "group": "",
        "persuader": "", "events": tuple(Recorded(event, source) for event in told),
        "evidence": (), "state": state_on(told, as_of), "source": source,
    }  # fmt: skip
    return CaseFile(**{**values, **facts})


def paper(category: str, item: str, number: str = "", *, row: int = 5, note: str = "", variant: str = "") -> EvidenceItem:  # fmt: skip
    source = Source("a.xlsx", "佐证登记", row)
    return EvidenceItem(category, item, number, OPENED, source, note, variant)


def case(
    category: str,
    *papers: EvidenceItem,
    variant: str = "",
    closed: bool = False,
    key: str = KEY,
    unit: str = SCHOOL.name,
    listed: bool = True,
) -> CaseFile:
    """A case of ``category`` in row 7 of the ledger, closed on 10-16 or still open."""
    source = Source("a.xlsx", "辍学台账", 7)
    entry = Recorded(CaseEvent("辍学", OPENED), source, "G7")
    state = CaseState("辍学", OPENED)
    if closed:
        state = CaseState("已返校", OPENED, closed=dt.date(2026, 10, 16))
    return case_file(
        (entry.event,), OPENED, source,
        key=key, unit=unit, category=category, variant=variant, evidence=papers, state=state,
        events=(entry,) if listed else (), cell="F7",
    )  # fmt: skip
