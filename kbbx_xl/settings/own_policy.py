"""A county's own policy (本县方案): a shipped one with some numbers or steps of the county's own.

It is a whole policy that names its ``base``; every place where it differs stands in ``own:`` with the
county's document and clause.  A difference without one, or one that is none, is an error: what a county
decided itself must never pass for the text of a published document.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

from kbbx_xl.messages import SettingsError
from kbbx_xl.settings.policy_model import Policy
from kbbx_xl.settings.sources import OWN_COUNTY
from kbbx_xl.settings.strict import Block

LISTS: tuple[
    tuple[str, Callable[[Any], str]], ...
] = (  # block of the file -> what its rows are told by
    ("steps", lambda row: str(row.step)),
    ("legal", lambda row: str(row.step)),
    ("leave", lambda row: str(row.approver)),
    ("duties", lambda row: str(row.duty)),
)


def item_keys(room: str, names: Sequence[str]) -> list[str]:
    """steps, [visit, visit] -> steps/visit, steps/visit.2: each row its own."""
    return [
        f"{room}/{name}" + (f".{before + 1}" if (before := names[:at].count(name)) else "")
        for at, name in enumerate(names)
    ]


def items(policy: Policy) -> dict[str, object]:
    """Everything in which two policies can differ, under its own key.

    Day and zero report of ``monthly`` follow from the parameters; whether its other two are taken
    from there is a difference.
    """
    found: dict[str, object] = {}
    for room, told_by in LISTS:
        rows = getattr(policy, room)
        found |= zip(item_keys(room, [told_by(row) for row in rows]), rows, strict=True)
    if policy.report:
        found["report"] = policy.report
    for room in ("parameters", "targets"):
        values = getattr(policy, room)
        found |= {f"{room}/{key}": value for key, value in values.items() if value is not None}
    monthly = policy.monthly
    found["monthly"] = (monthly.recipient is None, monthly.signoff is None, monthly.source)
    return found | {name: getattr(policy, name) for name in ("age_low", "age_high", "counting")}


def changed_items(policy: Policy, base: Policy) -> list[str]:
    """Keys of ``items`` that are not the same in both, those of ``policy`` first."""
    ours, theirs = items(policy), items(base)
    return [key for key in (ours | theirs) if ours.get(key) != theirs.get(key)]


def check_own(block: Block, policy: Policy, base: Policy | None, shipped: Collection[str]) -> None:
    """SettingsError unless ``own:`` names every difference from ``base`` with a source, and no other."""
    if base is None:
        if policy.own or _own_sources(policy):
            raise SettingsError(
                f"{block.at('own')}: base: '{OWN_COUNTY}' only where a base is named"
            )
        return
    if policy.short != base.short:
        raise SettingsError(f"{block.at('short')}: short: '{base.short}' as of base {base.profile}")
    differing = changed_items(policy, base)
    if differing and policy.profile in shipped:
        raise SettingsError(
            f"{block.at('profile')}: profile: '{policy.profile}' is a shipped one; "
            f"an own policy needs a name of its own, such as {base.profile}-own"
        )
    told = _told(block, policy, differing)
    for item in differing:
        if item not in told:
            raise SettingsError(
                f"{block.at(item.split('/', maxsplit=1)[0])}: own: '{item}' differs from "
                f"{base.profile}; say in own: by which document of the county"
            )


def _told(block: Block, policy: Policy, differing: Sequence[str]) -> set[str]:
    """The items that ``own:`` names, each once, differing and with a source; SettingsError."""
    told: set[str] = set()
    for raw, change in zip(block.get("own") or (), policy.own, strict=True):
        if change.item in told:
            raise SettingsError(f"{raw.at('item')}: item: '{change.item}' stands twice")
        if change.item not in differing:
            raise SettingsError(f"{raw.at('item')}: item: '{change.item}' is as in {policy.base}")
        if not change.source.strip():
            raise SettingsError(f"{raw.at('source')}: source: the county's document is missing")
        told.add(change.item)
    return told


def _own_sources(policy: Policy) -> bool:
    """Whether a row or parameter says 本县."""
    for value in items(policy).values():
        given = getattr(value, "source", ())
        if OWN_COUNTY in ((given,) if isinstance(given, str) else given):
            return True
    return False
