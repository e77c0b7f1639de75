"""A county's own copy of a policy (本县方案), with thresholds of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kbbx_xl.books.setup import told
from kbbx_xl.settings.own_policy import changed_items, items
from kbbx_xl.settings.policies import (
    OwnChange,
    Policy,
    RunMeasure,
    Step,
    StepName,
    Threshold,
    load_policy,
)
from kbbx_xl.settings.sources import OWN_COUNTY


@dataclass(frozen=True, slots=True)
class OwnThreshold:
    """One number of the county's own (本县标准): of which step, how much, and by which document.

    ``title``, ``action`` and ``actor`` are needed only where the base has no such step.
    """

    step: StepName
    measure: RunMeasure
    threshold: Threshold
    source: str
    title: str = ""
    action: str = ""
    actor: str = ""


def own_copy(policy: Policy) -> Policy:
    """The copy a county starts from: the same in all, and it says what it is made from."""
    return policy if policy.base else replace(policy, base=policy.profile)


def with_own(
    policy: Policy, own: Sequence[OwnThreshold], *, profile: str = "", title: str = ""
) -> Policy:
    """A copy of a shipped policy with the county's thresholds; each is noted with its source.

    A threshold changes the step of that name and measure, or adds one.  ``profile``: the name of
    the copy where it differs at all.
    """
    copy = own_copy(policy)
    steps = list(copy.steps)
    for one in own:
        at = next((n for n, s in enumerate(steps) if s.step == one.step), None)
        if at is None:
            steps.append(_new(one))
        else:
            steps[at] = _changed(steps[at], one)
    base = load_policy(copy.base)
    made = replace(copy, steps=tuple(steps), title=title or copy.title)
    differing = changed_items(made, base)
    if not differing:
        return made
    sources = {f"steps/{one.step}": one.source for one in own}
    noted = tuple(
        OwnChange(key, sources[key], told.brief(items(base).get(key))) for key in differing
    )
    return replace(made, own=noted, profile=profile or f"{base.profile}-own")


def _changed(step: Step, one: OwnThreshold) -> Step:
    return replace(
        step,
        measure=one.measure,
        threshold=one.threshold,
        action=one.action or step.action,
        actor=one.actor or step.actor,
        title=one.title or step.title,
    )


def _new(one: OwnThreshold) -> Step:
    return Step(
        step=one.step,
        title=one.title,
        threshold=one.threshold,
        action=one.action,
        actor=one.actor,
        source=OWN_COUNTY,
        measure=one.measure,
    )
