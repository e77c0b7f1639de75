"""Evidence A–M case by case (佐证核对): the checklist, what is missing, and how complete a unit is.

The sets are Tanghe's.  They bind where the policy's parameter ``case.close`` names their rule; for
any other policy the checklist is shown for reference, and what is missing is no more than a note.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from kbbx_xl.flow.cases import find_pupil
from kbbx_xl.flow.casework.values import CaseFile, Checklist, EvidenceItem
from kbbx_xl.flow.context import Context
from kbbx_xl.flow.register import Register
from kbbx_xl.flow.source import Source
from kbbx_xl.model import Finding, Table, Unit
from kbbx_xl.rules.cases import DROPOUT, SUSPECTED
from kbbx_xl.rules.evidence import EvidenceState, check_evidence, evidence_set, misplaced
from kbbx_xl.settings.evidence import EvidenceSet, load_evidence
from kbbx_xl.settings.policies import Policy

CLOSE = "case.close"  # 销号、核减


@dataclass(frozen=True, slots=True)
class EvidenceTotal:
    """Evidence of one unit's verified cases: ``have`` of ``required`` items are there."""

    unit: str
    cases: int
    complete: int
    have: int
    required: int

    @property
    def share(self) -> float | None:
        """0..1; None when no case asks for anything."""
        return self.have / self.required if self.required else None


def proved_items(
    tables: Iterable[Table], unit: Unit, register: Register, context: Context
) -> dict[str, frozenset[str]]:
    """Pupil key -> items that rows of other sheets prove: 送教记录 by rows of 送教上门 (TH-12)."""
    found: dict[str, set[str]] = defaultdict(set)
    wanted = {
        (*item.proved_by.split("."), *item.any_of)
        for one in load_evidence().values()
        for item in one.items
        if item.proved_by
    }
    for table in tables:
        for name, column, *words in wanted:
            if name != table.table:
                continue
            for i, value in enumerate(table.get(column)):
                if value not in (None, ""):
                    match, number, _, _ = find_pupil(table, i, unit, register, context)
                    found[match.key or number].update(words)
    return {key: frozenset(words) for key, words in found.items() if key}


def check_cases(
    cases: Sequence[CaseFile], policy: Policy, proved: Mapping[str, Collection[str]], *, kept: bool = True
) -> tuple[list[Checklist], list[Finding]]:  # fmt: skip
    """The checklist of every listed case, and findings E01–E07; ``proved`` as by ``proved_items``.

    ``kept`` False: no 佐证登记 came, so what is missing may lie at the school; that is a note (E02).
    """
    lists = [_checklist(case, policy, proved.get(case.key, ())) for case in cases]
    findings = [finding for one in lists for finding in _findings(one, policy, kept=kept)]
    return [one for one in lists if one.case.listed], findings


def totals(lists: Iterable[Checklist]) -> list[EvidenceTotal]:
    """How complete the evidence of each unit is, in the order in which units come."""
    units: dict[str, list[EvidenceState]] = {}
    for one in lists:
        if one.asks:
            units.setdefault(one.case.unit, []).append(one.state)
    return [
        EvidenceTotal(
            unit,
            cases=len(states),
            complete=sum(s.complete for s in states),
            have=sum(s.have for s in states),
            required=sum(s.required for s in states),
        )
        for unit, states in units.items()
    ]


def binds(policy: Policy, asks: EvidenceSet) -> bool:
    """Whether the policy's 销号 asks for this list by its rule."""
    close = policy.parameters.get(CLOSE)
    return close is not None and asks.source in close.source


def _checklist(case: CaseFile, policy: Policy, proved: Collection[str]) -> Checklist:
    asks = evidence_set(case.category, case.variant)
    held = [paper for paper in case.evidence if not _other_category(case, paper)]
    state = check_evidence(case.category, case.variant, held, proved)
    return Checklist(case, asks, state, binding=asks is not None and binds(policy, asks))


def _other_category(case: CaseFile, paper: EvidenceItem) -> bool:
    """Whether a paper is filed under another category than the ledger's: it does not count here."""
    if not (case.category and paper.category):
        return False
    if paper.category != case.category:
        return True
    return bool(case.variant and paper.variant) and paper.variant != case.variant


def _findings(one: Checklist, policy: Policy, *, kept: bool) -> list[Finding]:
    case, asks = one.case, one.asks
    closed = case.state.closed is not None
    if asks is None:
        listed = any(r.event.kind in (SUSPECTED, DROPOUT) for r in case.events)
        asked_of_all = any(binds(policy, known) for known in load_evidence().values())
        return [_at(case, "E07")] if kept and closed and listed and asked_of_all else []
    found = [_paper("E04", p) for p in case.evidence if _other_category(case, p)]
    if not (one.binding and kept):
        return found + ([_missing("E02", one, one.state.missing)] if one.state.missing else [])
    found += [
        _paper("E05", paper, item=paper.item, title=asks.title)
        for paper in case.evidence
        if not _other_category(case, paper) and misplaced(case.category, case.variant, paper.item)
    ]
    return found + _unmet(one, closed=closed)


def _unmet(one: Checklist, *, closed: bool) -> list[Finding]:
    """What a binding list lacks: the paper, only its number (TH-10), the explanation (TH-16)."""
    case = one.case
    found: list[Finding] = []
    plain: list[str] = []
    for state in one.state.items:
        wants = state.requirement
        if state.met:
            continue
        if wants.number:
            papers = [p for p in case.evidence if p.item in wants.any_of and not p.number]
            params = {"title": _title(one), "item": wants.title}
            found.append(
                _paper("E03", papers[0], **params) if papers else _at(case, "E03", **params)
            )
        elif not wants.explained:
            plain.append(wants.title)
        elif not closed:
            found.append(_at(case, "E06", title=_title(one)))
    if closed and one.state.missing:
        found.append(_missing("E01", one, one.state.missing))
    elif plain:
        found.append(_missing("E02", one, plain))
    return found


def _title(one: Checklist) -> str:
    return one.asks.title if one.asks else ""


def _missing(code: str, one: Checklist, items: Sequence[str]) -> Finding:
    return _at(one.case, code, title=_title(one), items="、".join(items))


def _at(case: CaseFile, code: str, **params: object) -> Finding:
    """At 核查结果 in the case's row of the ledger."""
    return _finding(code, case.source, case.verified_cell or case.cell, params)


def _paper(code: str, paper: EvidenceItem, **params: object) -> Finding:
    """At a row of 佐证登记."""
    return _finding(code, paper.source, "", params)


def _finding(code: str, source: Source, cell: str, params: Mapping[str, object]) -> Finding:
    return Finding(code, source.file, source.sheet, cell or f"A{source.row}", params)
