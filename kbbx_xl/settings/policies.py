"""config/policies/<profile>.yaml -> Policy: what one county's document asks for.

A threshold keeps the number, the unit and the operator as the document words them; None means the
document is silent and the feature is off.  多次, 及时 and 限期 carry no number and stay None.
"""

from __future__ import annotations

import difflib
import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kbbx_xl.messages import InputError, SettingsError
from kbbx_xl.settings.duties import check_duties
from kbbx_xl.settings.indicators import load_indicators
from kbbx_xl.settings.sources import check_sources
from kbbx_xl.settings.strict import Block, build, config_path, load, reference

THRESHOLD_OPERATORS = (">=", ">")
TARGET_OPERATORS = (">=", ">", "<=", "<")
DEFAULT_POLICY = "tanghe"  # where neither the workbook nor the user names one


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

    def step(self, name: str) -> Step | None:
        """The first step of that name; None when the document has none: the feature is off."""
        return next((step for step in self.steps if step.step == name), None)


@dataclass(frozen=True, slots=True)
class ParameterTitle:
    """A parameter every profile states or leaves null, and its Chinese title."""

    key: str
    title: str


@dataclass(frozen=True, slots=True)
class _ParameterFile:
    parameters: tuple[ParameterTitle, ...]


@functools.cache
def load_parameters() -> tuple[ParameterTitle, ...]:
    """The closed list of parameters, in the order in which they are shown."""
    return build(_ParameterFile, load(config_path("parameters.yaml"))).parameters


@functools.cache
def all_policies() -> tuple[Policy, ...]:
    """Every profile of config/policies/, in the order of their file names."""
    return tuple(map(_profile, sorted(p.stem for p in config_path("policies").glob("*.yaml"))))


@functools.cache
def _profile(name: str) -> Policy:
    return read_policy(load(config_path("policies", f"{name}.yaml")))


def load_policy(name: str) -> Policy:
    """The profile called ``name`` (tanghe) or by its short id (TH); InputError when there is none."""
    wanted = name.strip().casefold()
    if wanted in (p.stem for p in config_path("policies").glob("*.yaml")):
        return _profile(wanted)  # a file is called as its profile
    for policy in all_policies():
        if wanted in (policy.profile, policy.short.casefold()):
            return policy
    names = [policy.profile for policy in all_policies()]
    near = difflib.get_close_matches(wanted, names, n=1)
    hint = f"，是不是 {near[0]}？" if near else "。"
    raise InputError(f"没有“{name}”这个方案{hint}可选：{'、'.join(names)}")


def read_policy(block: Block) -> Policy:
    """Policy of a loaded file; SettingsError names file, line, key and the near miss."""
    policy = build(Policy, block)
    for key in ("steps", "monthly", "parameters", "targets"):
        if key not in block:
            raise SettingsError(f"{block.at()}: key '{key}' is missing")
    _check_steps(block, policy)
    for raw, tier in zip(block.get("leave", ()), policy.leave, strict=True):
        check_sources((tier.source,), raw, "source", policy.short)
    _check_legal(block, policy)
    _check_parameters(block["parameters"], policy)
    _check_targets(block["targets"], policy)
    check_sources(policy.monthly.source, block["monthly"], "source", policy.short)
    _check_monthly(block["monthly"], policy)
    check_duties(block.get("duties") or [], policy.duties, policy.short)
    return policy


def _check_steps(block: Block, policy: Policy) -> None:
    seen: list[str] = []
    for raw, step in zip(block["steps"], policy.steps, strict=True):
        check_sources((step.source, *step.also), raw, "source", policy.short)
        for key in ("threshold", "within"):
            if raw.get(key):
                operator = raw[key].get("operator", ">=")
                reference(operator, THRESHOLD_OPERATORS, raw[key], "operator", "operator")
        if step.after:
            reference(step.after, seen, raw, "after", "earlier step")
        seen.append(step.step)


def _check_legal(block: Block, policy: Policy) -> None:
    """Each of the four steps at most once, in the order of the law (P12-10); and the report."""
    order = list(LegalStepName)
    if policy.report:
        named = (policy.report.source, *policy.report.also)
        check_sources(named, block["report"], "source", policy.short)
    for raw, step in zip(block.get("legal", ()), policy.legal, strict=True):
        check_sources((step.source, *step.also), raw, "source", policy.short)
        if step.step not in order:
            raise SettingsError(f"{raw.at('step')}: step: '{step.step}' stands twice or too late")
        order = order[order.index(step.step) + 1 :]
        if step.within:
            operator = raw["within"].get("operator", ">=")
            reference(operator, THRESHOLD_OPERATORS, raw["within"], "operator", "operator")


def _check_parameters(block: Block, policy: Policy) -> None:
    known = [parameter.key for parameter in load_parameters()]
    for key in block:
        reference(key, known, block, key, "parameter")
    for key in known:
        if key not in block:
            raise SettingsError(f"{block.at()}: key '{key}' is missing; write null if silent")
    for key, value in policy.parameters.items():
        if value is not None:
            check_sources(value.source, block[key], "source", policy.short)


def _check_targets(block: Block, policy: Policy) -> None:
    for key, value in policy.targets.items():
        reference(key, list(load_indicators()), block, key, "indicator")
        if value is None or value.number is None:
            raise SettingsError(f"{block.at(key)}: {key}: a target needs a number")
        check_sources(value.source, block[key], "source", policy.short)
        reference(value.operator, TARGET_OPERATORS, block[key], "operator", "operator")


def _check_monthly(block: Block, policy: Policy) -> None:
    """What is said of the monthly report must be what the parameters say."""
    stated: dict[str, object] = {
        "due_day": _day_of_month(policy.parameters["report.monthly_day"]),
        "zero_report": policy.parameters["report.zero"] is not None or None,
    }
    for key in ("recipient", "signoff"):
        parameter = policy.parameters[f"report.{key}"]
        if getattr(policy.monthly, key) is not None:
            stated[key] = parameter.value if parameter else None
    for key, value in stated.items():
        if getattr(policy.monthly, key) != value:
            raise SettingsError(f"{block.at(key)}: {key}: the parameters say '{value}'")


def _day_of_month(parameter: Parameter | None) -> float | None:
    if parameter is None or parameter.unit is not ParameterUnit.DAY_OF_MONTH:
        return None
    return parameter.number
