"""One case (个案) from the first absent day to 销号: what its dated rows say, and where they contradict.

A case is a sequence of dated events.  Nothing else is stored: status, legal step and counts follow
from the events up to a day, so that the same rows give the same answer for any day of the past.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from kbbx_xl.settings.policies import LegalStepName

# Kinds of event that are not steps of 办理记录 (config/lists/case_step.yaml)
WARNING = "预警"  # a step of the absence ladder is reached
SUSPECTED, DROPOUT = "疑似辍学", "辍学"  # listed in the ledger of that name
VISIT = "劝返"
CLOSED = "销号"  # result is the word of config/lists/closing.yaml


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """One dated row of a case.

    ``kind``: 预警, 疑似辍学, 辍学, 劝返, 销号 or a word of config/lists/case_step.yaml.  ``result``: of a
    visit a word of visit_result, of 销号 a word of closing, else as written.
    """

    kind: str
    date: dt.date
    received: dt.date | None = None  # 送达日期
    until: dt.date | None = None  # 期限; 延缓、休学到期日
    by: str = ""  # 经办单位; of a visit who went (personal)
    document: str = ""
    number: str = ""  # 文号
    joint: bool = False  # 联合劝返: school and others together
    result: str = ""


@dataclass(frozen=True, slots=True)
class CaseState:
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
