"""待办 of the invented school: cases made by hand, and the tasks of a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from kbbx_xl.flow.casework.values import CaseFile, Recorded
from kbbx_xl.flow.context import Context
from kbbx_xl.flow.source import Source
from kbbx_xl.model import Period
from kbbx_xl.rules.cases import SUSPECTED, CaseEvent, state_on
from kbbx_xl.settings.policies import LegalStepName, load_policy
from tests.flow.tables import SCHOOL, context

KEY = "520000201501010011"
SEEN = Source("登记表.xlsx", "缺勤登记", 7)


def on(policy: str, day: str) -> Context:
    date = dt.date.fromisoformat(day)
    return replace(context(load_policy(policy)), as_of=date, month=Period(date.year, date.month))


def d(day: str) -> dt.date:
    return dt.date.fromisoformat(day)


def case(events: Sequence[CaseEvent], day: str, **more: object) -> CaseFile:
    at = Source("登记表.xlsx", "疑似辍学学生台账", 5)
    values: dict[str, object] = {
        "mark": "3fa2b", "key": KEY, "name": "甲一", "unit": SCHOOL.name, "stage": "小学",
        "grade": "六年级", "class_name": "1班", "first_absent": d("2026-10-08"),
        "opened": events[0].date, "category": "", "variant": "", "reason": "", "group": "",
        "persuader": "乙二",
    }  # fmt: skip
    rows = tuple(Recorded(event, at) for event in events)
    return CaseFile(**{**values, **more}, events=rows, evidence=(), state=state_on(events, d(day)), source=at)  # type: ignore[arg-type]  # fmt: skip


LISTED = CaseEvent(SUSPECTED, d("2026-10-09"))
ORDER = CaseEvent(
    LegalStepName.ORDER,
    d("2026-10-12"),
    received=d("2026-10-13"),
    until=d("2026-10-19"),
    document="限期复学通知书",
)
