"""Case files made by hand, of invented children."""

from __future__ import annotations

import datetime as dt

from kbbx_xl.flow.casework.values import CaseFile, EvidenceItem, Recorded
from kbbx_xl.flow.source import Source
from kbbx_xl.rules.cases import CaseEvent, CaseState
from tests.flow.tables import SCHOOL

OPENED = dt.date(2026, 9, 10)
KEY = "520000201903133190"


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
    return CaseFile(
        mark="1",
        key=key,
        name="甲一",
        unit=unit,
        stage="小学",
        grade="一年级",
        class_name="1班",
        first_absent=OPENED,
        opened=OPENED,
        category=category,
        variant=variant,
        reason="",
        group="",
        persuader="",
        events=(entry,) if listed else (),
        evidence=papers,
        state=state,
        source=source,
        cell="F7",
    )
