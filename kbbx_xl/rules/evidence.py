"""Evidence of a case (佐证): what its category A–M asks for, what is held, what is missing.

Source: TH-04–TH-16, as config/evidence.yaml words them.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from kbbx_xl.crossing import Crossing
from kbbx_xl.settings.evidence import EvidenceSet, Requirement, load_evidence


class Paper(Protocol):
    """A row of 佐证登记, as far as the rules look at it."""

    @property
    def item(self) -> str: ...  # word of evidence_item

    @property
    def number(self) -> str: ...  # 文号, "" when not written

    @property
    def note(self) -> str: ...  # 说明


@dataclass(frozen=True, slots=True)
class ItemState(Crossing):
    """One requirement of a case: whether it is met, or held without the number it needs."""

    requirement: Requirement
    met: bool
    unnumbered: bool = False  # the paper is there, its 文号 is not


@dataclass(frozen=True, slots=True)
class EvidenceState(Crossing):
    """All requirements of a case, in the order of the document; empty when nothing is asked."""

    items: tuple[ItemState, ...] = ()

    @property
    def required(self) -> int:
        return len(self.items)

    @property
    def have(self) -> int:
        return sum(state.met for state in self.items)

    @property
    def missing(self) -> tuple[str, ...]:
        """Titles of what is not there: 民政部门证明或判决证明复印件."""
        return tuple(s.requirement.title for s in self.items if not s.met)

    @property
    def complete(self) -> bool:
        return self.have == self.required

    @property
    def share(self) -> float | None:
        """Items met / items required, 0..1; None when nothing is required."""
        return self.have / self.required if self.required else None


def evidence_set(category: str, variant: str = "") -> EvidenceSet | None:
    """The set of a category A..M; of a letter with variants the one named, otherwise its general one.

    None for a case that is not verified: no category, no list.
    """
    sets = load_evidence()
    return sets.get((category, variant)) or sets.get((category, ""))


def required(category: str, variant: str = "") -> tuple[Requirement, ...]:
    """What a category asks for; () for an unknown one."""
    chosen = evidence_set(category, variant)
    return chosen.items if chosen else ()


def check_evidence(
    category: str, variant: str, held: Collection[Paper], proved: Collection[str] = ()
) -> EvidenceState:
    """Compare what is asked with the papers held; ``proved`` are items other sheets prove."""
    return EvidenceState(tuple(_state(r, held, proved) for r in required(category, variant)))


def _state(requirement: Requirement, held: Collection[Paper], proved: Collection[str]) -> ItemState:
    papers = [paper for paper in held if paper.item in requirement.any_of]
    numbered = not requirement.number or any(paper.number for paper in papers)
    met = bool(papers) and numbered
    met |= any(word in proved for word in requirement.any_of)
    met |= requirement.explained and any(paper.note for paper in held)
    return ItemState(requirement, met, unnumbered=bool(papers) and not numbered)


def misplaced(category: str, variant: str, item: str) -> bool:
    """Whether a paper belongs to other categories only: neither asked for here nor welcome (等)."""
    chosen = evidence_set(category, variant)
    if chosen is None or chosen.more:
        return False
    if any(item in requirement.any_of for requirement in chosen.items):
        return False
    return any(item in r.any_of for one in load_evidence().values() for r in one.items)
