"""What the rows of a policy say in short, and where a county's own one differs from its base (本县改动)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kbbx_xl.books.setup import words
from kbbx_xl.books.setup.columns import LINES, OTHER, TABLES, parameter_titles
from kbbx_xl.settings.own_policy import items
from kbbx_xl.settings.policies import (
    CaseReport,
    Counting,
    Duty,
    LeaveTier,
    LegalStep,
    Parameter,
    Policy,
    RunMeasure,
    Step,
    load_policy,
)

NOTHING = "没有这一项"


@dataclass(frozen=True, slots=True)
class Change:
    """One place where a county's own policy differs: sheet and row of 政策.xlsx, both values, ground."""

    sheet: str
    row: str
    was: str
    now: str
    source: str


def changes(policy: Policy) -> list[Change]:
    """Every place where ``policy`` differs from its base, in the order of its file; [] without a base."""
    if not policy.base:
        return []
    ours, theirs = items(policy), items(load_policy(policy.base))
    return [
        Change(
            sheet_of(own.item),
            row_title(own.item, ours.get(own.item) or theirs.get(own.item)),
            brief(theirs.get(own.item)),
            brief(ours.get(own.item)),
            own.source,
        )
        for own in policy.own
    ]


def sheet_of(item: str) -> str:
    """The sheet of 政策.xlsx on which an item of ``own_policy.items`` stands."""
    room = "legal" if item == "report" else item.split("/", maxsplit=1)[0]
    return next((sheet.name for sheet in TABLES if sheet.room == room), OTHER)


def row_title(item: str, value: object) -> str:
    """How people call an item: 家访劝返, 月报截止日."""
    room, _, key = item.partition("/")
    if room == "parameters":
        return parameter_titles().get(key, key)
    if room == "targets":
        return words.indicators().get(key, key)
    if item == "report":
        return words.REPORT
    if not key:
        return "、".join(line.column.title for line in LINES if line.item == item) or item
    return str(getattr(value, "title", "") or key)


def brief(value: object) -> str:
    """The main thing an item says: 连续达到 3 天; every other field is in the workbook itself."""
    if value is None:
        return NOTHING
    if isinstance(value, Step):
        return _step(value)
    if isinstance(value, LegalStep):
        return _legal(value)
    if isinstance(value, LeaveTier):
        return (
            f"{value.approver}：{words.amount(value.threshold) if value.threshold else '不分天数'}"
        )
    if isinstance(value, Duty):
        return f"{words.EVERY[value.every]}：{value.wording or value.title}"
    if isinstance(value, Parameter):
        return value.value
    if isinstance(value, CaseReport):
        return value.action
    if isinstance(value, Counting):
        return _counting(value)
    if isinstance(value, tuple):  # monthly: recipient and signoff not taken, source
        return "、".join(value[2]) or words.SILENT
    return f"{value:g}" if isinstance(value, int | float) else str(value)


def _step(step: Step) -> str:
    measure = "累计" if step.measure is RunMeasure.CUMULATIVE else "连续"
    within = f"，{words.amount(step.within).removeprefix('达到 ')}以内办" if step.within else ""
    return f"{measure}{words.amount(step.threshold)}{within}"


def _legal(step: LegalStep) -> str:
    told = []
    if step.after_visits:
        told.append(f"劝返 {step.after_visits} 次无效后")
    if step.after_joint:
        told.append(f"联合劝返 {step.after_joint} 次无效后")
    if step.within:
        told.append(f"{words.amount(step.within).removeprefix('达到 ')}以内")
    return "，".join(told) or "没有写次数、期限"


def _counting(counting: Counting) -> str:
    leave = "请假打断" if counting.leave_breaks_run else "请假不打断"
    half = "半天单独计" if counting.half_days_stand_alone else "半天相连"
    day = words.DAYS[counting.unstated_day].removeprefix("个")
    return f"{leave}，{half}，“天”按{day}，计{'、'.join(counting.kinds)}"


def base_rows(policy: Policy) -> Mapping[str, object]:
    """Items of the base of a county's own policy, or of the policy itself."""
    return items(load_policy(policy.base) if policy.base else policy)
