"""config/indicators.yaml -> Indicator: what a rate is called, made of and taken from.

The policy documents name rates and targets but give no formula, so numerator and denominator are
ours.  Both are names of a closed vocabulary, ``Measure``, which flow/ counts from submissions.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from kbbx_xl.messages import SettingsError
from kbbx_xl.settings.sources import check_sources
from kbbx_xl.settings.strict import Block, build, config_path, load


class Measure(StrEnum):
    """What can be counted from what units send in; each is a number of one unit, or of one stage."""

    ENROLLED = "enrolled"  # pupils on the roster whose status counts as enrolled (在校生数)
    ENROLLED_LAST_MONTH = "enrolled_last_month"  # 上月末在校生数 of the monthly report
    ENROLLED_AT_YEAR_START = "enrolled_at_year_start"  # 学年初: opening of the September report
    ENROLLED_AT_YEAR_START_ADJUSTED = "enrolled_at_year_start_adjusted"  # 学年初 + 转入 - 转出
    DROPOUTS_THIS_YEAR = "dropouts_this_year"  # first absent in this school year, now 辍学
    DROPOUTS_THIS_MONTH = "dropouts_this_month"  # 本月减少/辍学 of the monthly report
    SUSPECTED_NOW = "suspected_now"  # open 疑似辍学 cases of the ledger
    LISTED_CASES = "listed_cases"  # children in the ledgers, 疑似 and 辍学, without 核销
    RETURNED_CASES = "returned_cases"  # of these, 已返校
    DROPOUT_CASES = "dropout_cases"  # cases listed as 辍学 this school year, without 核销
    RETURNED_ENROLLED = "returned_enrolled"  # of these, 已返校 with no later open case
    VISITED_CASES = "visited_cases"  # of the listed, with at least one persuasion record
    GRID_VILLAGES = "grid_villages"  # villages served (村校分包)
    GRID_VILLAGES_WITH_HEAD = "grid_villages_with_head"
    GRID_CLASSES = "grid_classes"  # classes on the roster
    GRID_CLASSES_WITH_HEAD = "grid_classes_with_head"
    COMPARED_ROWS = "compared_rows"  # rows looked up in a comparison (人籍比对)
    MATCHED_ROWS = "matched_rows"  # of these, the same child at the same school
    HOME_LESSONS_REQUIRED = "home_lessons_required"  # pupils taught at home x send.freq
    HOME_LESSONS_MADE = "home_lessons_made"  # 送教 records, each pupil up to what is required
    UNITS_DUE = "units_due"  # units expected to report (应报)
    UNITS_RECEIVED = "units_received"  # of these, everything expected is here (已报)
    UNITS_ON_TIME = "units_on_time"  # of these, nothing late


class Better(StrEnum):
    """Which way the rate should go."""

    HIGHER = "higher"
    LOWER = "lower"


class IndicatorUnit(StrEnum):
    """How the value is shown."""

    PERCENT = "percent"
    PERSONS = "persons"


class Grouping(StrEnum):
    """The smallest thing the rate is told of; sums of units are always told as well."""

    UNIT = "unit"
    CLASS = "class"
    VILLAGE = "village"


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator; ``manual`` ones have no formula and are filled in by a person."""

    name: str
    title: str
    formula: str | None  # in Chinese, shown under the number
    numerator: Measure | None = None
    denominator: Measure | None = None
    manual: bool = False
    stage: str = ""  # 小学 | 初中 | "" for all
    unit: IndicatorUnit = IndicatorUnit.PERCENT
    better: Better = Better.HIGHER
    by: Grouping = Grouping.UNIT
    source: tuple[str, ...] = ()  # rule ids that name it
    note: str = ""


@dataclass(frozen=True, slots=True)
class _IndicatorFile:
    indicators: tuple[Indicator, ...]


@functools.cache
def load_indicators() -> Mapping[str, Indicator]:
    """Every indicator by name, in the order of the file; SettingsError names line and key."""
    return read_indicators(load(config_path("indicators.yaml")))


def read_indicators(block: Block) -> Mapping[str, Indicator]:
    """Indicators of a loaded file; SettingsError for a doubled name or a half-given formula."""
    found: dict[str, Indicator] = {}
    made = build(_IndicatorFile, block).indicators
    for raw, indicator in zip(block["indicators"], made, strict=True):
        if indicator.name in found:
            raise SettingsError(f"{raw.at('name')}: indicator '{indicator.name}' stands twice")
        _check(raw, indicator)
        found[indicator.name] = indicator
    return MappingProxyType(found)


def _check(raw: Block, indicator: Indicator) -> None:
    check_sources(indicator.source, raw, "source")
    given = (indicator.formula, indicator.numerator, indicator.denominator)
    if indicator.manual and any(given):
        raise SettingsError(f"{raw.at('manual')}: {indicator.name}: manual, yet has a formula")
    if not indicator.manual and not all(given):
        raise SettingsError(
            f"{raw.at()}: {indicator.name}: formula, numerator and denominator are needed, or manual"
        )
    if indicator.stage not in ("", "小学", "初中"):
        raise SettingsError(f"{raw.at('stage')}: stage: '{indicator.stage}' is not 小学 or 初中")
