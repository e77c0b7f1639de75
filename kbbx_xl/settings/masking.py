"""config/masking.yaml -> MaskingRules: what is personal in a workbook, and how it is hidden (脱敏规则)."""

from __future__ import annotations

import dataclasses
import functools
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from kbbx_xl.messages import SettingsError
from kbbx_xl.settings.forms import Field, FieldType, all_forms
from kbbx_xl.settings.strict import Block, build, config_path, load, reference


class Method(StrEnum):
    """How a value is hidden."""

    KEEP = "keep"
    PSEUDONYM = "pseudonym"  # 学生001: the same person, the same number within one file
    ENDS = "ends"  # some characters of both ends stay
    PLACE = "place"  # an address down to county and town
    YEAR = "year"  # of a date
    REMOVE = "remove"  # replaced by ``MaskingRules.mark``


@dataclass(frozen=True, slots=True)
class MaskRule:
    """One kind of personal data; ``words`` are regular expressions over a heading."""

    name: str
    title: str
    method: Method
    label: str = ""  # pseudonym: what stands before the number
    first: int = 0  # ends: characters that stay
    last: int = 0
    numbered: bool = False  # ends: followed by the number of the person within the file
    types: tuple[FieldType, ...] = ()
    fields: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pattern:
    """What is hidden wherever it stands; ``regex`` over half-width upper-case text."""

    title: str
    rule: str
    regex: str


@dataclass(frozen=True, eq=False)
class MaskingRules:
    """All of config/masking.yaml; compared by identity, so that it can key a cache."""

    mark: str  # stands for what was removed
    hidden: str  # stands for the part of an address that was removed, and for what is no clear name
    rules: tuple[MaskRule, ...]
    patterns: tuple[Pattern, ...]
    not_names: tuple[str, ...]
    titles: tuple[str, ...]
    paper_words: tuple[str, ...]  # what stands beside a person's name in the name of a file
    surnames: tuple[str, ...]
    by_name: Mapping[str, MaskRule] = field(default_factory=dict)

    def of_field(self, column: Field) -> MaskRule | None:
        """The rule of a declared column: by its name, else by its type; None when it is public."""
        return self._fields.get(column.name) or self._types.get(column.type)

    def of_heading(self, key: str) -> MaskRule | None:
        """The rule of a heading that no form declares, by its words; None when none speaks of it."""
        return next((rule for words, rule in self._words if words.search(key)), None)

    def says(self, name: str, key: str) -> bool:
        """Whether a word of the rule ``name`` stands in a heading, whatever rule it falls under."""
        return any(re.search(word, key) for word in self.by_name[name].words)

    @functools.cached_property
    def left_behind(self) -> re.Pattern[str]:
        """What masking leaves in a cell: 学生001, or one of the marks in either width."""
        marks = [form(mark) for mark in (self.mark, self.hidden) for form in (str, _narrow)]
        labels = "|".join(rule.label for rule in self.rules if rule.label)
        return re.compile("|".join((rf"(?:{labels})\d{{3,}}", *map(re.escape, marks))))

    @functools.cached_property
    def _fields(self) -> dict[str, MaskRule]:
        return {name: rule for rule in self.rules for name in rule.fields}

    @functools.cached_property
    def _types(self) -> dict[FieldType, MaskRule]:
        return {kind: rule for rule in self.rules for kind in rule.types}

    @functools.cached_property
    def _words(self) -> list[tuple[re.Pattern[str], MaskRule]]:
        return [(re.compile("|".join(r.words)), r) for r in self.rules if r.words]


def _narrow(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def read_masking(block: Block) -> MaskingRules:
    """MaskingRules of a loaded file; SettingsError names file, line, key and the near miss."""
    made = build(MaskingRules, block, by_name={})
    names = [rule.name for rule in made.rules]
    declared = {f.name for form in all_forms() for sheet in form.sheets for f in sheet.columns}
    for raw, rule in zip(block["rules"], made.rules, strict=True):
        if names.count(rule.name) > 1:
            raise SettingsError(f"{raw.at('name')}: name: '{rule.name}' stands twice")
        if bool(rule.label) != (rule.method is Method.PSEUDONYM):
            raise SettingsError(f"{raw.at('label')}: label: belongs to the method 'pseudonym'")
        for name in rule.fields:
            reference(name, declared, raw, "fields", "column")
        for word in rule.words:
            _check_regex(word, raw, "words")
    for raw, pattern in zip(block["patterns"], made.patterns, strict=True):
        reference(pattern.rule, names, raw, "rule", "rule")
        _check_regex(pattern.regex, raw, "regex")
    by_name = MappingProxyType({rule.name: rule for rule in made.rules})
    return dataclasses.replace(made, by_name=by_name)


def _check_regex(regex: str, raw: Block, key: str) -> None:
    try:
        re.compile(regex)
    except re.error as error:
        raise SettingsError(f"{raw.at(key)}: {key}: no regular expression: {error}") from error


@functools.cache
def load_masking() -> MaskingRules:
    """The rules of config/masking.yaml."""
    return read_masking(load(config_path("masking.yaml")))
