"""config/letters/*.yaml -> LetterForm: the letters (文书) of case work, and the words templates may use."""

from __future__ import annotations

import difflib
import functools
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from kbbx_xl.messages import InputError, SettingsError
from kbbx_xl.settings.lists import load_lists
from kbbx_xl.settings.sources import check_sources
from kbbx_xl.settings.strict import Block, build, config_path, load, reference

FIELDS_FILE = "fields"
VISITS = "劝返经过"  # the one placeholder that is a list: visits, oldest first
MERGED = "<"  # a cell that belongs to the one on its left


class Style(StrEnum):
    """What a part of a letter looks like."""

    TITLE = "title"
    NUMBER = "number"
    PLAIN = "plain"
    BODY = "body"  # first line indented
    SEAL = "seal"  # who signs, and the date, on the right
    SMALL = "small"
    COPIES = "copies"  # who gets a copy, under a line
    STUB = "stub"  # heading of the receipt
    CUT = "cut"  # the line to cut along
    GAP = "gap"
    PAGE = "page"  # a new page
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Part:
    """One paragraph or table of a letter, with its placeholders."""

    style: Style
    text: str = ""
    widths: tuple[float, ...] = ()  # mm of each column
    heights: tuple[float, ...] = ()  # mm of each row at least; () = as the text needs
    rows: tuple[tuple[str, ...], ...] = ()
    head: bool = False  # the first row is a heading: centred, repeated on each page


@dataclass(frozen=True, slots=True)
class LetterForm:
    """One kind of letter, as its file declares it."""

    letter: str
    title: str
    statuses: tuple[str, ...]  # cases that get it unless rows are chosen
    source: tuple[str, ...]
    parts: tuple[Part, ...]
    code: str = ""  # the word of its 文号 (劝), where the school itself numbers it; else ""
    points: float = 16
    line: float = 28.95  # points from line to line
    compact: bool = False  # a form or a slip: smaller margins than those of official documents

    @property
    def file(self) -> str:
        """File name of its template, ours and a county's own."""
        return f"{self.title}.docx"


@dataclass(frozen=True, slots=True)
class LetterField:
    """A placeholder: where its value comes from, and how long a line stands in for a missing one."""

    name: str
    column: str = ""  # of the ledger or the roster; "" = worked out by the program
    blank: int = 0  # full-width characters
    expected: bool = True  # missing is worth a finding


@dataclass(frozen=True, slots=True)
class LetterFields:
    """Every placeholder: of a letter, and of one visit within it."""

    fields: tuple[LetterField, ...]
    visits: tuple[LetterField, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return (*(f.name for f in self.fields), VISITS)


@functools.cache
def letter_fields() -> LetterFields:
    """The placeholders, in the order of their file."""
    return build(LetterFields, load(config_path("letters", f"{FIELDS_FILE}.yaml")))


@functools.cache
def letter_forms() -> Mapping[str, LetterForm]:
    """Every letter by its id; SettingsError names file, line and key."""
    paths = sorted(config_path("letters").glob("*.yaml"))
    forms = [read_letter(load(path)) for path in paths if path.stem != FIELDS_FILE]
    return MappingProxyType({form.letter: form for form in forms})


def letter_form(kind: str) -> LetterForm:
    """The letter of that id or title; InputError says which there are."""
    forms = letter_forms()
    for form in forms.values():
        if kind.strip() in (form.letter, form.title):
            return form
    words = [word for form in forms.values() for word in (form.letter, form.title)]
    near = difflib.get_close_matches(kind, words, n=1)
    hint = f"，是不是“{near[0]}”？" if near else "。"
    known = "、".join(f"{form.letter}（{form.title}）" for form in forms.values())
    raise InputError(f"没有“{kind}”这种文书{hint}可选：{known}")


def read_letter(block: Block) -> LetterForm:
    """LetterForm of a loaded file; SettingsError for a status, source or table that cannot be."""
    form = build(LetterForm, block)
    check_sources(form.source, block, "source")
    for status in form.statuses:
        reference(status, load_lists()["case_status"].values, block, "statuses", "status")
    for raw, part in zip(block["parts"], form.parts, strict=True):
        _check_part(raw, part)
    return form


def _check_part(raw: Block, part: Part) -> None:
    table = part.style is Style.TABLE
    if table != bool(part.rows and part.widths):
        raise SettingsError(f"{raw.at()}: a table, and only a table, has 'rows' and 'widths'")
    if any(len(row) != len(part.widths) or row[0] == MERGED for row in part.rows):
        raise SettingsError(f"{raw.at('rows')}: rows: each needs {len(part.widths)} cells")
    if part.heights and len(part.heights) != len(part.rows):
        raise SettingsError(f"{raw.at('heights')}: heights: one for each row is needed")
