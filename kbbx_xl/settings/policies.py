"""config/policies/<profile>.yaml -> Policy: what one county's document asks for.

A threshold keeps the number, the unit and the operator as the document words them; None means the
document is silent and the feature is off.  多次, 及时 and 限期 carry no number and stay None.
"""

from __future__ import annotations

import difflib
import functools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from kbbx_xl.messages import InputError, SettingsError
from kbbx_xl.settings.duties import check_duties
from kbbx_xl.settings.indicators import load_indicators
from kbbx_xl.settings.own_policy import check_own
from kbbx_xl.settings.policy_model import (
    CaseReport,
    Counting,
    DayUnit,
    Duty,
    Every,
    LeaveTier,
    LegalStep,
    LegalStepName,
    MonthlyReport,
    OwnChange,
    Parameter,
    ParameterUnit,
    Policy,
    RunMeasure,
    Step,
    StepName,
    Threshold,
)
from kbbx_xl.settings.sources import check_sources
from kbbx_xl.settings.strict import Block, build, config_path, load, parse, reference

THRESHOLD_OPERATORS = (">=", ">")
TARGET_OPERATORS = (">=", ">", "<=", "<")
CARRIED = "policy_text"  # in the stamp of a workbook: the YAML of a county's own policy
DEFAULT_POLICY = "tanghe"  # where neither the workbook nor the user names one

__all__ = [
    "CARRIED",
    "DEFAULT_POLICY",
    "CaseReport",
    "Counting",
    "DayUnit",
    "Duty",
    "Every",
    "LeaveTier",
    "LegalStep",
    "LegalStepName",
    "MonthlyReport",
    "OwnChange",
    "Parameter",
    "ParameterTitle",
    "ParameterUnit",
    "Policy",
    "RunMeasure",
    "Step",
    "StepName",
    "Threshold",
    "all_policies",
    "is_own",
    "load_parameters",
    "load_policy",
    "read_own_policy",
    "read_policy",
    "read_rows",
    "shipped_names",
    "stamped_policy",
]


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


@functools.cache
def shipped_names() -> frozenset[str]:
    """The profiles that come with the program."""
    return frozenset(p.stem for p in config_path("policies").glob("*.yaml"))


def load_policy(name: str) -> Policy:
    """The profile called ``name`` (tanghe) or by its short id (TH); InputError when there is none."""
    wanted = name.strip().casefold()
    if wanted in shipped_names():
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
    policy = read_rows(block)
    base = reference(policy.base, shipped_names(), block, "base", "profile") if policy.base else ""
    check_own(block, policy, _profile(base) if base else None, shipped_names())
    return policy


def read_rows(block: Block) -> Policy:
    """``read_policy`` without asking on what ground it differs from its base."""
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


def read_own_policy(path: Path) -> Policy:
    """A county's own 政策.yaml; SettingsError as ``read_policy``, and when it names no base."""
    block = load(path, foreign=True)
    policy = read_policy(block)
    if not policy.base:
        raise SettingsError(f"{block.at()}: key 'base' is missing: a shipped profile")
    return policy


def is_own(policy: Policy) -> bool:
    """Whether a county's own policy says anything else than the shipped one it is made from."""
    return bool(policy.base) and replace(policy, base="") != load_policy(policy.base)


def stamped_policy(stamp: Mapping[str, str]) -> Policy | None:
    """The policy a workbook was made for: the county's own that its stamp carries, or a shipped one.

    None where the stamp names none that is known.  SettingsError for a carried one that is wrong.
    """
    name, text = stamp.get("policy", ""), stamp.get(CARRIED, "")
    if text:
        return _carried(text)
    return _profile(name) if name in shipped_names() else None


@functools.lru_cache(maxsize=16)
def _carried(text: str) -> Policy:
    return read_policy(parse(text, CARRIED, foreign=True))


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
