"""What the setup workbooks call the values of a policy, in Chinese; both ways."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from kbbx_xl.model import Kind
from kbbx_xl.settings.indicators import load_indicators
from kbbx_xl.settings.lists import load_lists
from kbbx_xl.settings.policies import (
    DayUnit,
    Every,
    LegalStepName,
    ParameterUnit,
    RunMeasure,
    StepName,
    Threshold,
)

Words = Mapping[str, str]  # value of the YAML -> word in the workbook

SILENT = "文件没有写"
YES, NO = "是", "否"
IN_USE, OFF = "用", "停用"
REPORT = "书面报告"  # the row of 四步法与期限 that is policy.report

MEASURES: Words = MappingProxyType({RunMeasure.CONSECUTIVE: "连续", RunMeasure.CUMULATIVE: "累计"})
THRESHOLDS: Words = MappingProxyType({">=": "达到", ">": "超过"})
TARGETS: Words = MappingProxyType({">=": "不低于", ">": "高于", "<=": "不高于", "<": "低于"})
STEPS: Words = MappingProxyType(
    {
        StepName.CONTACT: "联系家长",
        StepName.CASE: "建档劝返",
        StepName.NOTIFY: "校内报告",
        StepName.VISIT: "家访",
        StepName.REPORT: "上报",
        StepName.SUSPECTED: "标记疑似辍学",
        StepName.DROPOUT: "标记辍学",
    }
)
LEGAL: Words = MappingProxyType({name: name for name in map(str, (*LegalStepName, REPORT))})
DAYS: Words = MappingProxyType(
    {
        DayUnit.HALF_DAY: "个半天",
        DayUnit.HOUR: "小时",
        DayUnit.DAY: "天",
        DayUnit.SCHOOL_DAY: "个上课日",
        DayUnit.WORKDAY: "个工作日",
        DayUnit.CALENDAR_DAY: "个自然日",
        DayUnit.WEEK: "周",
        DayUnit.MONTH: "个月",
    }
)
UNITS: Words = MappingProxyType(
    {
        ParameterUnit.HALF_DAY: "个半天",
        ParameterUnit.HOUR: "小时",
        ParameterUnit.DAY: "天",
        ParameterUnit.WORKDAY: "个工作日",
        ParameterUnit.WEEK: "周",
        ParameterUnit.MONTH: "个月",
        ParameterUnit.YEAR: "年",
        ParameterUnit.DAY_OF_MONTH: "日（每月）",
        ParameterUnit.PERCENT: "%",
        ParameterUnit.PERSONS: "人",
        ParameterUnit.TIMES: "次",
        ParameterUnit.PER_WEEK: "次/周",
        ParameterUnit.PER_MONTH: "次/月",
        ParameterUnit.PER_YEAR: "次/年",
        ParameterUnit.LESSONS: "课时",
        ParameterUnit.COPIES: "份",
        ParameterUnit.UNITS: "个单位",
    }
)
EVERY: Words = MappingProxyType(
    {
        Every.WEEK: "每周",
        Every.MONTH: "每月",
        Every.QUARTER: "每季度",
        Every.TERM: "每学期",
        Every.YEAR: "每年",
        Every.ONCE: "一次",
    }
)
KINDS: Words = MappingProxyType({kind: kind for kind in map(str, Kind)})


def works() -> Words:
    """Kinds of work (工作种类), as 工作记录 names them."""
    return {word: word for word in load_lists()["work_kind"].values}


def levels() -> Words:
    """Levels of unit (层级)."""
    return {word: word for word in load_lists()["unit_level"].values}


def indicators() -> Words:
    """Indicators by name, and their Chinese titles."""
    return {name: one.title for name, one in load_indicators().items()}


def amount(threshold: Threshold | None) -> str:
    """达到 3 天; 文件没有写 for none."""
    if threshold is None:
        return SILENT
    return f"{THRESHOLDS[threshold.operator]} {threshold.value:g} {DAYS[threshold.unit]}"
