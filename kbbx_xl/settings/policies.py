"""config/policies/<profile>.yaml -> Policy: what one county's document asks for.

A threshold keeps the number, the unit and the operator as the document words them; None means the
document is silent and the feature is off.  多次, 及时 and 限期 carry no number and stay None.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class DayUnit(StrEnum):
    """The unit a document counts in; ``day`` is 天/日 with nothing said about which."""

    HALF_DAY = "half_day"
    HOUR = "hour"
    DAY = "day"
    SCHOOL_DAY = "school_day"
    WORKDAY = "workday"
    CALENDAR_DAY = "calendar_day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Threshold:
    """A number of something, as worded."""

    value: float
    unit: DayUnit
    operator: str = ">="  # ">=" or ">"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the absence ladder (预警阶梯): when it is reached, who does what by when."""

    step: str  # contact | visit | report | suspected | dropout ...
    title: str  # shown to users, e.g. 家访劝返
    threshold: Threshold
    action: str
    actor: str
    source: str  # rule id
    measure: str = "consecutive"  # or "cumulative": 连续 and 累计 are two measures
    within: Threshold | None = None  # time allowed once reached; None = same day
    report_to: str = ""
    document: str = ""
    after: str = ""  # counted from another step, e.g. 辍学 one month after 疑似


@dataclass(frozen=True, slots=True)
class MonthlyReport:
    """How and when the monthly report goes up."""

    due_day: int | None = None
    recipient: str | None = None
    zero_report: bool | None = None
    signoff: str | None = None
    source: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of rules.md section 3: the value as worded, with its rule ids."""

    value: str
    source: tuple[str, ...]
    number: float | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Counting:
    """Where the documents are silent: how the product counts (design.md section 7)."""

    leave_breaks_run: bool = True  # a day of leave ends an unexcused run
    half_days_stand_alone: bool = True
    unstated_day: DayUnit = DayUnit.SCHOOL_DAY  # what 天/日 is taken to be
    kinds: tuple[str, ...] = ("旷课",)


@dataclass(frozen=True, slots=True)
class Policy:
    """One profile."""

    profile: str
    title: str
    document: str
    level: str
    steps: tuple[Step, ...] = ()
    monthly: MonthlyReport = MonthlyReport()
    age_low: int | None = None
    age_high: int | None = None
    parameters: Mapping[str, Parameter | None] = field(default_factory=dict)
    targets: Mapping[str, Parameter | None] = field(default_factory=dict)  # indicator -> target
    counting: Counting = Counting()
