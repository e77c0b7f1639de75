"""config/duties.yaml -> what every county must do, whatever its own document says (全国要求)."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from kbbx_xl.settings.duties import check_duties, falls_to
from kbbx_xl.settings.policies import Duty, Policy
from kbbx_xl.settings.strict import Block, build, config_path, load


@dataclass(frozen=True, slots=True)
class _DutyFile:
    duties: tuple[Duty, ...]


@functools.cache
def national_duties() -> tuple[Duty, ...]:
    """Duties of every county; SettingsError names file, line and key."""
    return read_duties(load(config_path("duties.yaml")))


def read_duties(block: Block) -> tuple[Duty, ...]:
    """Duties of a loaded file."""
    made = build(_DutyFile, block)
    check_duties(block["duties"], made.duties)
    return made.duties


def duties_of(policy: Policy, level: str) -> tuple[Duty, ...]:
    """What units of a level do: the policy's duties, then the national ones it does not word itself.

    It does where a duty of its own for the level comes round as often, proved by the same paper or
    work.
    """
    own = tuple(duty for duty in policy.duties if falls_to(duty, level))
    worded = {(duty.every, duty.paper or duty.work) for duty in own}
    rest = (duty for duty in national_duties() if falls_to(duty, level))
    return (*own, *(duty for duty in rest if (duty.every, duty.paper or duty.work) not in worded))
