"""config/lists/*.yaml -> WordList: the words a column may hold, and how the field writes them."""

from __future__ import annotations

import dataclasses
import functools
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from kbbx_xl.messages import SettingsError
from kbbx_xl.settings.strict import Block, build, config_path, load

_BRACKETS = str.maketrans("[]{}【】〔〕〈〉「」", "()()()()()()")
_UNSEEN = re.compile(r"[\s\u200b-\u200d\u2060\ufeff]+")
EMPTY_INDEX: Mapping[str, Word] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Word:
    """One value of a list, with the other ways in which files write it."""

    value: str
    aliases: tuple[str, ...] = ()
    code: str = ""  # national code, where there is one
    group: str = ""  # larger class: cause of dropout, 增加 or 减少
    note: str = ""
    enrolled: bool | None = None  # status: counts as enrolled (计入在校生数)
    open: bool | None = None  # case_status, visit_result: persuasion goes on

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every way to write the word, the canonical one first."""
        return tuple(dict.fromkeys((self.value, *self.aliases)))


@dataclass(frozen=True, slots=True)
class WordList:
    """One list; ``index`` maps every normalised value and alias to its word."""

    list: str
    title: str
    words: tuple[Word, ...]
    index: Mapping[str, Word]

    @property
    def values(self) -> tuple[str, ...]:
        """The canonical values, in the order of the file (drop-down order)."""
        return tuple(word.value for word in self.words)

    def find(self, text: object) -> Word | None:
        """The word that ``text`` stands for, None when the list knows no such word."""
        return self.index.get(normal(str(text))) if text is not None else None

    def canonical(self, text: object) -> str | None:
        """The canonical value that ``text`` stands for: 流失 -> 辍学; None when unknown."""
        word = self.find(text)
        return word.value if word else None

    def word(self, value: str) -> Word:
        """The word of a canonical value; KeyError when ``value`` is not one."""
        return {word.value: word for word in self.words}[value]


@functools.lru_cache(maxsize=4096)
def normal(text: str) -> str:
    """One spelling of a word: half-width, no white space, round brackets, lower case."""
    folded = unicodedata.normalize("NFKC", text).translate(_BRACKETS)
    return _UNSEEN.sub("", folded).casefold()


@functools.cache
def load_lists() -> Mapping[str, WordList]:
    """Every list of config/lists/ by name; SettingsError names file, line and key."""
    paths = sorted(config_path("lists").glob("*.yaml"))
    lists = (read_list(load(path)) for path in paths)
    return MappingProxyType({one.list: one for one in lists})


def read_list(block: Block) -> WordList:
    """WordList of a loaded file; SettingsError when two values claim the same word."""
    made = build(WordList, block, index=EMPTY_INDEX)
    index: dict[str, Word] = {}
    for raw, word in zip(block["words"], made.words, strict=True):
        for text in (word.value, *word.aliases):
            other = index.setdefault(normal(text), word)
            if other is not word:
                raise SettingsError(
                    f"{raw.at('aliases')}: '{text}' is claimed by '{other.value}' and '{word.value}'"
                )
    return dataclasses.replace(made, index=MappingProxyType(index))
