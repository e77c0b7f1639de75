"""config/evidence.yaml -> EvidenceSet: the papers (佐证) each category A–M of 核查结果 asks for."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from kbbx_xl.messages import SettingsError
from kbbx_xl.settings.forms import all_forms
from kbbx_xl.settings.lists import load_lists
from kbbx_xl.settings.sources import check_sources
from kbbx_xl.settings.strict import Block, build, config_path, load, reference

PLAN = "TH"  # the one document with categories A–M


@dataclass(frozen=True, slots=True)
class Requirement:
    """One paper a category asks for; with several words in ``any_of`` one of them is enough (或)."""

    any_of: tuple[str, ...]  # words of config/lists/evidence_item.yaml
    number: bool = False  # counts only with its 文号 (TH-10)
    explained: bool = False  # the 说明 of any row of the case will do as well (TH-16)
    proved_by: str = ""  # "table.column" of 登记表 whose filled rows prove it

    @property
    def title(self) -> str:
        """As people read it: 民政部门证明或判决证明复印件."""
        return "或".join(self.any_of)


@dataclass(frozen=True, slots=True)
class EvidenceSet:
    """What one category asks for; a letter with several sets has one without ``variant``: otherwise."""

    code: str  # A..M
    title: str
    source: str  # rule id
    items: tuple[Requirement, ...]
    variant: str = ""  # word of config/lists/verified.yaml
    decided_by: str = ""  # who alone may put a child in this category (从严掌握)
    more: bool = False  # the document's list is open (等): other papers may be added


@dataclass(frozen=True, slots=True)
class _EvidenceFile:
    note: str
    sets: tuple[EvidenceSet, ...]


@functools.cache
def load_evidence() -> Mapping[tuple[str, str], EvidenceSet]:
    """Every set by (code, variant); SettingsError names file, line, key and the near miss."""
    return read_evidence(load(config_path("evidence.yaml")))


def read_evidence(block: Block) -> Mapping[tuple[str, str], EvidenceSet]:
    """The sets of a loaded file, checked against the word lists, the forms and the rule ids."""
    made = build(_EvidenceFile, block).sets
    verified = load_lists()["verified"].words
    codes = {word.code for word in verified if word.code}
    found: dict[tuple[str, str], EvidenceSet] = {}
    for raw, one in zip(block["sets"], made, strict=True):
        reference(one.code, sorted(codes), raw, "code", "category")
        if one.variant:
            known = [word.value for word in verified if word.code == one.code]
            reference(one.variant, known, raw, "variant", f"word of category {one.code}")
        if found.setdefault((one.code, one.variant), one) is not one:
            raise SettingsError(f"{raw.at()}: {one.code} {one.variant}: stands twice")
        check_sources((one.source,), raw, "source", PLAN)
        _check_items(raw["items"], one)
    if missing := [code for code in sorted(codes) if (code, "") not in found]:
        raise SettingsError(f"{block.at('sets')}: category {missing[0]} has no set for all cases")
    return MappingProxyType(found)


def _check_items(blocks: list[Block], one: EvidenceSet) -> None:
    """Known words, each once in its set; a proof that the forms have."""
    words = load_lists()["evidence_item"].values
    seen: set[str] = set()
    for raw, item in zip(blocks, one.items, strict=True):
        if not item.any_of:
            raise SettingsError(f"{raw.at('any_of')}: any_of: at least one word is needed")
        for word in item.any_of:
            reference(word, words, raw, "any_of", "evidence item")
            if word in seen:
                raise SettingsError(f"{raw.at('any_of')}: any_of: '{word}' stands twice in its set")
            seen.add(word)
        if item.proved_by:
            reference(item.proved_by, _columns(), raw, "proved_by", "column of a form")


@functools.cache
def _columns() -> tuple[str, ...]:
    """Every table.column of the forms."""
    every = (sheet for form in all_forms() for sheet in form.sheets)
    return tuple(f"{sheet.table}.{field.name}" for sheet in every for field in sheet.columns)
