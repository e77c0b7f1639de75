"""One term for one thing (一物一词): docs/terms.yaml against all that people read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pytest
import yaml

from tests.docs import said as places
from tests.docs.said import DOCS, said

TERMS: list[Mapping[str, Any]] = yaml.safe_load((DOCS / "terms.yaml").read_text("utf-8"))["terms"]


def wrong_terms(texts: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Where a word stands that another one is to stand for, and which; a word is a regular expression."""
    rules = [
        (one["term"], re.compile("|".join(one["not"])), re.compile("|".join(one.get("quoted", []))))
        for one in TERMS
        if "not" in one
    ]
    for where, text in texts:
        for term, other, quoted in rules:
            if other.search(text):
                ours = quoted.sub("", text) if quoted.pattern else text
                yield from (f"{where}: {found[0]} → {term}" for found in other.finditer(ours))


def test_one_word_for_one_thing() -> None:
    assert not list(wrong_terms(said()))


@pytest.mark.parametrize("term", TERMS, ids=lambda one: one["term"])
def test_every_unwanted_word_would_be_found_and_no_term_is_one(term: Mapping[str, Any]) -> None:
    for word in term.get("not", []):
        plain = re.sub(r"\(\?!.*?\)|\\b", "", word)
        assert list(wrong_terms([("here", f"请看{plain}。" if "\\b" not in word else plain)]))
    assert not list(wrong_terms([("here", f"{term['term']}：{term['means']}")]))
    assert set(term) <= {"term", "means", "not", "why", "quoted"}


@pytest.mark.parametrize(
    "source", ["pages", "messages", "forms", "helps", "buttons", "letters", "program"]
)
def test_every_kind_of_text_is_looked_at(source: str) -> None:
    """An eighth of the terms at least is said in each, so none is an empty list or the wrong one."""
    texts = list(getattr(places, source)())
    told = "\n".join(text for _, text in texts)
    assert len(texts) >= 19
    assert len([one for one in TERMS if one["term"] in told]) > len(TERMS) / 8


def test_a_term_stands_once() -> None:
    named = [one["term"] for one in TERMS]
    assert len(set(named)) == len(named)
