"""What a policy is (方案): frozen values, filled from YAML by ``settings.policies``."""

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


class StepName(StrEnum):
    """What a step of the absence ladder is (预警阶梯)."""

    CONTACT = "contact"  # 联系家长
    CASE = "case"  # 建档劝返
    NOTIFY = "notify"  # inside the school: 班主任报告学校
    VISIT = "visit"  # 家访
    REPORT = "report"  # out of the school: 上报主管部门、政府
    SUSPECTED = "suspected"  # 标记疑似辍学
    DROPOUT = "dropout"  # 标记辍学


class RunMeasure(StrEnum):
    """连续 and 累计 are two measures, never mixed."""

    CONSECUTIVE = "consecutive"
    CUMULATIVE = "cumulative"


class ParameterUnit(StrEnum):
    """What the number of a parameter counts."""

    HALF_DAY = "half_day"
    HOUR = "hour"
    DAY = "day"
    WORKDAY = "workday"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    DAY_OF_MONTH = "day_of_month"
    PERCENT = "percent"
    PERSONS = "persons"
    TIMES = "times"
    PER_WEEK = "per_week"
    PER_MONTH = "per_month"
    PER_YEAR = "per_year"
    LESSONS = "lessons"  # 课时、学时
    COPIES = "copies"
    UNITS = "units"


@dataclass(frozen=True, slots=True)
class Threshold:
    """A number of something, as worded."""

    value: float
    unit: DayUnit
    operator: str = ">="  # ">=" or ">"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the absence ladder (预警阶梯): when it is reached, who does what by when."""

    step: StepName
    title: str  # shown to users, e.g. 家访劝返
    threshold: Threshold
    action: str
    actor: str
    source: str  # rule id
    measure: RunMeasure = RunMeasure.CONSECUTIVE
    within: Threshold | None = None  # time allowed once reached; None = same day
    report_to: str = ""
    document: str = ""
    after: str = ""  # counted from another step, e.g. 辍学 one month after 疑似
    wording: str = ""  # the condition as the document words it
    also: tuple[str, ...] = ()  # further rule ids: documents, actors


class LegalStepName(StrEnum):
    """The four steps of the law (四步法, P12-10)."""

    EDUCATE = "宣传教育"
    ORDER = "责令改正"
    PUNISH = "行政处罚"
    ENFORCE = "起诉或申请强制执行"


@dataclass(frozen=True, slots=True)
class LegalStep:
    """One of the four legal steps as a document words it: who acts, with which paper, by when."""

    step: LegalStepName
    action: str
    source: str  # rule id
    actor: str = ""
    document: str = ""  # as the document calls it: 劝学书, 限期复学通知书
    to: tuple[str, ...] = ()  # who gets it
    wording: str = ""  # the condition as worded: 多次劝返无效的
    after_visits: int | None = None  # visits without success that open the step; None = not stated
    after_joint: int | None = None  # joint visits (联合劝返)
    within: Threshold | None = None  # from receipt of the step before; None = not stated
    also: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()  # A..M that the document keeps the step for; () = every case
    by_visit: bool = True  # of 宣传教育: a home visit of the school is this step
    alone: bool = False  # the document names no step or term before it (YL-28, TH-13)


@dataclass(frozen=True, slots=True)
class CaseReport:
    """The written report (书面报告) on one child that a document asks of the school, day not stated."""

    action: str
    source: str  # rule id
    actor: str
    to: tuple[str, ...]  # who gets it
    document: str = ""  # as the document calls it: 学生辍学报告书
    wording: str = ""  # the condition as worded
    after_persuasion: bool = False  # only once somebody has visited or a legal step was taken
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LeaveTier:
    """Who approves leave (请假审批) from how many days, as the document words it."""

    approver: str
    wording: str
    source: str  # rule id
    threshold: Threshold | None = None  # None = any leave


class Every(StrEnum):
    """How often a duty of the calendar comes round."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    TERM = "term"
    YEAR = "year"
    ONCE = "once"


@dataclass(frozen=True, slots=True)
class Duty:
    """What a document asks of units at a time of the calendar (校历任务), not of one child.

    When: ``day`` of the month, fixed ``dates`` (MM-DD, or YYYY-MM-DD for ONCE), a time ``after_start``
    of term (with ``from_start`` a window of the term, its first day being day 1), ``before_start`` or
    ``before_end`` of term, whole ``months``; with none of them it is due at the end of its period,
    and shown as 文件没有写哪一天.  ``months`` of a duty of each week or month say in which it holds.
    ``period_stated`` False: the document says 定期 or nothing, and ``every`` is only when it is listed.
    """

    duty: str  # id, unique in its policy
    title: str
    levels: tuple[str, ...]  # who does it: 学校, 中心校, 县
    every: Every
    source: str  # rule id
    wording: str = ""
    day: int | None = None
    dates: tuple[str, ...] = ()
    after_start: Threshold | None = None
    from_start: Threshold | None = None
    before_start: bool = False
    before_end: bool = False
    months: tuple[int, ...] = ()
    period_stated: bool = True
    times: int = 1  # rows of 工作记录 needed in one period
    to: tuple[str, ...] = ()  # who gets it
    work: str = ""  # word of config/lists/work_kind.yaml: a row of 工作记录 proves it done
    paper: str = ""  # kind of material (model.Kind) whose arrival proves it done
    also: tuple[str, ...] = ()


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
    """What the document says of one point, as worded, with its rule ids.

    ``number`` and ``unit`` only where the document gives one; ``operator`` only for targets.
    """

    value: str
    source: tuple[str, ...]
    number: float | None = None
    unit: ParameterUnit | None = None
    operator: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Counting:
    """Where the documents are silent: how the product counts (design.md section 7)."""

    leave_breaks_run: bool = True  # a day of leave ends an unexcused run
    half_days_stand_alone: bool = True
    unstated_day: DayUnit = DayUnit.SCHOOL_DAY  # what 天/日 is taken to be
    kinds: tuple[str, ...] = ("旷课",)


@dataclass(frozen=True, slots=True)
class OwnChange:
    """One place where a county's own policy (本县方案) differs from the shipped one it is made from.

    ``item``: as ``own_policy.items`` calls it (steps/visit); ``was``: what the shipped one says there,
    for the reader of the file; ``source``: the county's own document and clause (本县依据).
    """

    item: str
    source: str
    was: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """One profile.

    ``parameters`` holds every key of config/parameters.yaml, None where the document is silent;
    ``targets`` maps names of config/indicators.yaml to what the document demands.
    """

    profile: str
    title: str
    document: str
    level: str
    short: str = ""  # first part of its rule ids: TH, P24
    steps: tuple[Step, ...] = ()
    legal: tuple[LegalStep, ...] = ()
    report: CaseReport | None = None
    leave: tuple[LeaveTier, ...] = ()
    duties: tuple[Duty, ...] = ()
    monthly: MonthlyReport = MonthlyReport()
    age_low: int | None = None
    age_high: int | None = None
    parameters: Mapping[str, Parameter | None] = field(default_factory=dict)
    targets: Mapping[str, Parameter | None] = field(default_factory=dict)  # indicator -> target
    counting: Counting = Counting()
    base: str = ""  # of a county's own policy: the shipped profile it is made from
    own: tuple[OwnChange, ...] = ()  # where it differs from that, and on what ground

    def step(self, name: str) -> Step | None:
        """The first step of that name; None when the document has none: the feature is off."""
        return next((step for step in self.steps if step.step == name), None)
