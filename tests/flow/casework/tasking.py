"""待办 of the invented school: cases made by hand, and the tasks of a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from kbbx_xl.flow.casework.values import CaseFile
from kbbx_xl.flow.context import Context
from kbbx_xl.flow.source import Source
from kbbx_xl.model import Period
from kbbx_xl.rules.cases import SUSPECTED, CaseEvent
from kbbx_xl.settings.policies import LegalStepName, load_policy
from tests.flow.casework.files import case_file
from tests.flow.tables import context

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
        "mark": "3fa2b", "key": KEY, "grade": "六年级", "first_absent": d("2026-10-08"),
        "persuader": "乙二",
    }  # fmt: skip
    return case_file(events, d(day), at, **{**values, **more})


LISTED = CaseEvent(SUSPECTED, d("2026-10-09"))
ORDER = CaseEvent(
    LegalStepName.ORDER,
    d("2026-10-12"),
    received=d("2026-10-13"),
    until=d("2026-10-19"),
    document="限期复学通知书",
)
