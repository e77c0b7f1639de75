"""Where a setting comes from (依据): a rule of the five plans, a document, or our own design."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from kbbx_xl.messages import SettingsError
from kbbx_xl.settings.strict import Block, build, config_path, load, near_miss

RULE_ID = re.compile(r"(YL|TH|LB|GH|P\d\d)-\d\d")  # one rule of one policy document
OWN_DESIGN = "本产品设计"  # no document asks for it
OWN_COUNTY = "本县"  # a county's own addition to a policy; ``own:`` of the file says on what ground


@dataclass(frozen=True, slots=True)
class Document:
    """A document outside the five plans; ``number`` is how a source names it."""

    number: str
    title: str


@dataclass(frozen=True, slots=True)
class _DocumentFile:
    documents: tuple[Document, ...]


@functools.cache
def load_documents() -> Mapping[str, Document]:
    """Every document of config/documents.yaml by number; SettingsError names line and key."""
    made = build(_DocumentFile, load(config_path("documents.yaml")))
    return MappingProxyType({one.number: one for one in made.documents})


def check_sources(sources: Iterable[str], block: Block, key: str, prefix: str = "") -> None:
    """SettingsError unless every source is a rule id, a known document or 本产品设计.

    With ``prefix`` only rules of that plan are taken (TH: TH-28), or 本县, which ``own_policy`` judges.
    """
    for source in sources:
        found = RULE_ID.fullmatch(source)
        if found and prefix in ("", found[1]):
            continue
        known = (OWN_COUNTY,) if prefix else (OWN_DESIGN, *load_documents())
        if source in known:
            continue
        others = "" if prefix else f", '{OWN_DESIGN}' or a document of documents.yaml"
        raise SettingsError(
            f"{block.at(key)}: {key}: '{source}' is not a rule id such as {prefix or 'TH'}-01"
            f"{others}{near_miss(source, known)}"
        )
