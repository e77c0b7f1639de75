"""config/matching/comparisons.yaml -> Comparison: which lists are compared, and what each result means."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from kbbx_xl.messages import InputError, SettingsError
from kbbx_xl.model import Kind
from kbbx_xl.settings.indicators import load_indicators
from kbbx_xl.settings.lists import load_lists
from kbbx_xl.settings.sources import check_sources
from kbbx_xl.settings.strict import Block, build, config_path, load, reference

PLAIN, PRESENT = "plain", "present"  # without --as: any list, the roll call
LONGEST_SHEET = 31  # characters of a sheet's name in Excel
OWN_SHEETS = ("首页", "待人工确认")  # of the result, whatever is compared


@dataclass(frozen=True, slots=True)
class Ask:
    """A column that a person fills in; ``choices``: word list that its drop-down offers."""

    title: str
    source: tuple[str, ...]
    choices: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One class of result: the sheet it is listed in, what it means, what to fill in."""

    sheet: str
    means: str
    ask: tuple[Ask, ...] = ()
    listed: bool = True  # False: only counted


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison: what it is called, and the kinds of paper it may be, best first."""

    title: str
    kinds: tuple[Kind, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A named comparison (比对)."""

    id: str
    title: str
    words: tuple[str, ...]  # what a user may call it
    left: Side
    right: Side
    both: Outcome
    only_left: Outcome
    only_right: Outcome
    source: tuple[str, ...]
    ages: bool = False  # who stands only on the right counts within the ages of the policy
    indicator: str = ""

    @property
    def outcomes(self) -> tuple[Outcome, Outcome, Outcome]:
        return self.only_left, self.only_right, self.both


@functools.cache
def comparisons() -> Mapping[str, Comparison]:
    """Every comparison by id; SettingsError names file, line and key."""
    block = load(config_path("matching", "comparisons.yaml"))
    made = [read_comparison(raw) for raw in block["comparisons"]]
    return MappingProxyType({one.id: one for one in made})


def named(word: str) -> Comparison:
    """The comparison a user calls ``word``; InputError lists what there is."""
    every = {name: one for one in comparisons().values() for name in (*one.words, one.id)}
    if word.strip() in every:
        return every[word.strip()]
    known = "、".join(f"{one.words[0]}（{one.title}）" for one in comparisons().values())
    raise InputError(f"没有“{word}”这种比对。可选：{known}")


def read_comparison(block: Block) -> Comparison:
    """One comparison of the file; SettingsError for a sheet, source, list or kind that cannot be."""
    one = build(Comparison, block)
    check_sources(one.source, block, "source")
    if one.indicator:
        reference(one.indicator, load_indicators(), block, "indicator", "indicator")
    sheets = [outcome.sheet for outcome in one.outcomes]
    if len({*sheets, *OWN_SHEETS}) < len(sheets) + len(OWN_SHEETS):
        raise SettingsError(f"{block.at()}: {one.id}: its sheets need names of their own")
    for key, outcome in zip(("only_left", "only_right", "both"), one.outcomes, strict=True):
        if len(outcome.sheet) > LONGEST_SHEET:
            raise SettingsError(f"{block[key].at('sheet')}: sheet: longer than {LONGEST_SHEET}")
        for raw, ask in zip(block[key].get("ask", ()), outcome.ask, strict=True):
            check_sources(ask.source, raw, "source")
            if ask.choices:
                reference(ask.choices, load_lists(), raw, "choices", "list")
    return one
