"""Policy -> the text of its YAML file, so that reading it gives the same policy."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from enum import Enum
from typing import Any

import yaml

from kbbx_xl.settings.policy_model import Policy

KEPT = (
    "age_low",
    "age_high",
    "steps",
    "monthly",
    "parameters",
    "targets",
)  # written also when silent
ORDER = (
    "profile", "short", "title", "document", "level", "base", "own", "age_low", "age_high", "steps",
    "legal", "report", "leave", "monthly", "parameters", "targets", "counting", "duties",
)  # fmt: skip
HEAD = (
    "# 本县方案：由 kbbx-xl 写出。own 里是与基础方案不同的地方和本县依据，改一处就要写一条。\n"
    "# 不熟悉 YAML 的请改 政策.xlsx，再运行 kbbx-xl policy import 政策.xlsx\n"
)


def plain_policy(policy: Policy) -> dict[str, Any]:
    """The policy as the mappings and lists of its file; what a row leaves open is not in it."""
    silent = Policy("", "", "", "")
    return {
        name: _plain(value)
        for name in ORDER
        if (value := getattr(policy, name)) != getattr(silent, name) or name in KEPT
    }


def plain_rows(policy: Policy, room: str) -> Any:
    """One block of the policy as its file has it, also where it would not be written."""
    return _plain(getattr(policy, room))


def policy_yaml(policy: Policy) -> str:
    """The file's text; the same policy gives the same bytes."""
    return HEAD + yaml.safe_dump(
        plain_policy(policy),
        allow_unicode=True,
        sort_keys=False,
        default_flow_style=None,
        width=1_000_000,
    )


def _plain(value: Any) -> Any:
    """Dataclasses as mappings without what has its default; numbers as people write them."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: _plain(given)
            for field in dataclasses.fields(value)
            if (given := getattr(value, field.name)) != _default(field)
        }
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Enum):
        return str(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _default(field: dataclasses.Field[Any]) -> Any:
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return field.default
