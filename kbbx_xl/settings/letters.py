"""config/letters/*.yaml -> LetterForm: the letters (文书) of case work, and the words templates may use."""

from __future__ import annotations

import difflib
import functools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from kbbx_xl.messages import InputError, SettingsError
from kbbx_xl.settings.lists import load_lists
from kbbx_xl.settings.policies import Policy
from kbbx_xl.settings.sources import check_sources
from kbbx_xl.settings.strict import Block, build, config_path, load, reference

FIELDS_FILE = "fields"
VISITS = "劝返经过"  # a placeholder that is a list: visits, oldest first
EDUCATED = "宣传教育"  # a placeholder that is a list: rows of that step, oldest first
NAME = "文书名称"  # what the policy calls the letter
CHANGE_LISTS = ("change", "verified", "schooling")  # word lists that ``takes`` draws on
MERGED = "<"  # a cell that belongs to the one on its left


class About(StrEnum):
    """What one letter of a kind is about: whose row it is made from."""

    CASE = "case"  # a child of a ledger of cases (台账)
    CHANGE = "change"  # a child of 学籍异动, or known to attend elsewhere
    GRID = "grid"  # a grid and its head (责任人名单)
    LEAVE = "leave"  # a row of leave in 缺勤登记
    COUNTY = "county"  # a county's month (全县汇总)


class Style(StrEnum):
    """What a part of a letter looks like."""

    TITLE = "title"
    HEAD = "head"  # first-level heading of an official document (黑体)
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
    source: tuple[str, ...]
    parts: tuple[Part, ...]
    about: About = About.CASE
    called: tuple[str, ...] = ()  # other names that policies have for it (劝学书)
    statuses: tuple[str, ...] = ()  # cases that get it unless rows are chosen
    takes: tuple[str, ...] = ()  # 异动类别, 核查结果, 就读形式 that a letter on a change is for
    step: str = ""  # 办理环节 that the letter is; a case that has it gets no other unless chosen
    after: str = ""  # 办理环节 without which there is no such letter
    by_choice: bool = False  # only for rows or marks that were chosen: not every case gets one
    warned: bool = False  # also for children past the ladder's first step whom no ledger lists
    elsewhere: bool = False  # only of the home, or of the new school, outside the county
    level: str = ""  # 网格级别 of a 责任书
    code: str = ""  # the word of its 文号 (劝), where the school itself numbers it; else ""
    points: float = 16
    line: float = 28.95  # points from line to line
    compact: bool = False  # a form or a slip: smaller margins than those of official documents
    official: bool = False  # 公文: 28 characters a line, page numbers
    pages: int = 1  # as many as it takes at most with words of usual length

    @property
    def file(self) -> str:
        """File name of its template, ours and a county's own."""
        return f"{self.title}.docx"

    def name(self, policy: Policy) -> str:
        """What the policy's own document calls this letter; its usual title where it says nothing."""
        own = (self.title, *self.called)
        return next((word for word in _notices(policy) if word in own), self.title)


@dataclass(frozen=True, slots=True)
class LetterField:
    """A placeholder: where its value comes from, and how long a line stands in for a missing one."""

    name: str
    column: str = ""  # of the sheet the letter is about, or the roster; "" = worked out
    blank: int = 0  # full-width characters
    expected: bool = True  # missing is worth a finding


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """Placeholders that letters about these have."""

    about: tuple[About, ...]
    fields: tuple[LetterField, ...]


@dataclass(frozen=True, slots=True)
class LetterList:
    """A placeholder that is a list (劝返经过), and the words of one of its items."""

    name: str
    about: tuple[About, ...]
    fields: tuple[LetterField, ...]


@dataclass(frozen=True, slots=True)
class LetterFields:
    """Every placeholder, by what a letter is about."""

    groups: tuple[FieldGroup, ...]
    lists: tuple[LetterList, ...]

    def of(self, about: About) -> tuple[LetterField, ...]:
        """The placeholders of letters about that, in the order of the file."""
        return tuple(f for group in self.groups if about in group.about for f in group.fields)

    def lists_of(self, about: About) -> tuple[LetterList, ...]:
        return tuple(one for one in self.lists if about in one.about)

    def names(self, about: About) -> tuple[str, ...]:
        return (*(f.name for f in self.of(about)), *(one.name for one in self.lists_of(about)))

    def items(self, name: str) -> tuple[LetterField, ...]:
        """The words of one item of a list."""
        return next(one.fields for one in self.lists if one.name == name)


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
        if kind.strip() in (form.letter, form.title, *form.called):
            return form
    words = [w for form in forms.values() for w in (form.letter, form.title, *form.called)]
    near = difflib.get_close_matches(kind, words, n=1)
    hint = f"，是不是“{near[0]}”？" if near else "。"
    known = "、".join(f"{form.letter}（{form.title}）" for form in forms.values())
    raise InputError(f"没有“{kind}”这种文书{hint}可选：{known}")


def read_letter(block: Block) -> LetterForm:
    """LetterForm of a loaded file; SettingsError for a status, source or table that cannot be."""
    form = build(LetterForm, block)
    check_sources(form.source, block, "source")
    lists = load_lists()
    for step in (form.step, form.after):
        if step:
            reference(step, lists["case_step"].values, block, "step", "step")
    for status in form.statuses:
        reference(status, lists["case_status"].values, block, "statuses", "status")
    known = [word for name in CHANGE_LISTS for word in lists[name].values]
    for word in form.takes:
        reference(word, known, block, "takes", "word")
    if form.level:
        reference(form.level, lists["grid_level"].values, block, "level", "level")
    for raw, part in zip(block["parts"], form.parts, strict=True):
        _check_part(raw, part)
    return form


@functools.cache
def _names() -> re.Pattern[str]:
    """Every name a letter has, the longest first: 复学通知书 is not read out of 劝返复学通知书."""
    names = {word for form in letter_forms().values() for word in (form.title, *form.called)}
    return re.compile("|".join(map(re.escape, sorted(names, key=lambda n: (-len(n), n)))))


def _notices(policy: Policy) -> Iterable[str]:
    """Names of letters in what a policy says of papers, in its order."""
    issuer = policy.parameters.get("notice.issuer")
    said = [issuer.value if issuer else ""]
    said += [step.document for step in policy.steps]
    said += [step.document for step in policy.legal]
    return [name for text in said for name in _names().findall(text)]


def _check_part(raw: Block, part: Part) -> None:
    table = part.style is Style.TABLE
    if table != bool(part.rows and part.widths):
        raise SettingsError(f"{raw.at()}: a table, and only a table, has 'rows' and 'widths'")
    if any(len(row) != len(part.widths) or row[0] == MERGED for row in part.rows):
        raise SettingsError(f"{raw.at('rows')}: rows: each needs {len(part.widths)} cells")
    if part.heights and len(part.heights) != len(part.rows):
        raise SettingsError(f"{raw.at('heights')}: heights: one for each row is needed")
