"""config/retention.yaml -> Retention: how long files are kept after their school year (保存期限)."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from kbbx_xl.messages import SettingsError
from kbbx_xl.settings.strict import Block, build, config_path, load

LONGEST = 100  # years


@dataclass(frozen=True, slots=True)
class Permanent:
    """Files that a document wants kept for ever, by words of their names."""

    words: tuple[str, ...]
    source: str
    wording: str


@dataclass(frozen=True, slots=True)
class Retention:
    """The period and where it is written; ``years`` None where no document says one."""

    years: int | None
    source: str
    law: str
    permanent: tuple[Permanent, ...]
    kept: tuple[str, ...]

    def forever(self, name: str) -> Permanent | None:
        """Why a file of this name is kept for ever; None for others."""
        return next((p for p in self.permanent if any(w in name for w in p.words)), None)

    def stays(self, name: str) -> bool:
        """Whether a file of this name is no paper about children that could run out."""
        return any(word in name for word in self.kept)


def read_retention(block: Block) -> Retention:
    """Retention of a loaded file; SettingsError names file, line, key and what is wrong."""
    made = build(Retention, block)
    if made.years is not None and not 0 <= made.years <= LONGEST:
        raise SettingsError(f"{block.at('years')}: years: must be 0 to {LONGEST}, or null")
    if (made.years is None) != (not made.source):
        raise SettingsError(f"{block.at('source')}: source: belongs to 'years'; give both or none")
    if not made.law:
        raise SettingsError(f"{block.at('law')}: law: must not be empty")
    for raw, one in zip(block["permanent"], made.permanent, strict=True):
        if not one.words or not all(one.words) or not one.source:
            raise SettingsError(f"{raw.at('words')}: words, source: must not be empty")
    if not all(made.kept):
        raise SettingsError(f"{block.at('kept')}: kept: an empty word would keep every file")
    return made


@functools.cache
def load_retention() -> Retention:
    """The period of config/retention.yaml."""
    return read_retention(load(config_path("retention.yaml")))
