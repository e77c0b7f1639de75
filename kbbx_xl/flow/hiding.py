"""Children's names taken out of texts that are shown: file names, sheet names, cells quoted (遮名).

What the files of a unit call their children is looked for in every text about the unit.  Of a file
that could not be read only the name is known; there a piece that is shaped like a person's name is
taken for one.  Names that are part of what a unit is called cannot be told from it and stay.
"""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, TypeVar

from kbbx_xl.model import FileRead, Finding
from kbbx_xl.rules.masking import DOTS, Known, fold, people_in
from kbbx_xl.settings.forms import all_forms
from kbbx_xl.settings.masking import MaskingRules, load_masking

Row = TypeVar("Row")

PATHS = frozenset(("file", "path"))  # fields that hold a path, part by part
KEPT = frozenset(  # fields that count, join or come from our own settings, and never from a cell
    ("key", "unit", "mark", "previous", "sha256", "code", "kind", "month", "policy", "rule", "formula", "target")
)  # fmt: skip
NUMBER = re.compile(r"(?<![\d.])(?:\d{15,}[Xx]?|1[3-9]\d{9})(?!\d)")  # an id, a telephone
LONGEST = 24  # characters of a name
_PIECES = re.compile(r"[^\u3400-\u9fff\U00020000-\U0003ffff·]+")
_RARE = re.compile(r"[\U00020000-\U0003ffff]")
_NO_PERSON = re.compile(r"[校园班级村庄屯寨镇乡县市区省组局所站路街表册单账录卡学年月日]")


def children_of(reads: Iterable[FileRead]) -> frozenset[str]:
    """What the tables of some files call their children."""
    tables = (table for read in reads for table in (*read.tables, *read.typed))
    cells = chain.from_iterable(table.columns.get("name", ()) for table in tables)
    return people_in(cells, load_masking(), longest=LONGEST)


class Hider:
    """Hides some names in texts; ``public`` are words, such as units, in which nothing is hidden."""

    def __init__(self, names: Iterable[str], public: Iterable[str] = ()) -> None:
        self._rules = load_masking()
        self._public = _spared() | {fold(word).text for word in public}
        inside = {part for word in self._public for part in _parts(word)}
        pupil = self._rules.by_name["pupil"]
        known = [n for n in names if len(n) > 1 and fold(n).text not in inside]
        self._known = Known(dict.fromkeys(known, (self._rules.hidden, pupil)))
        self.text = functools.lru_cache(maxsize=1 << 16)(self._text)
        self.path = functools.lru_cache(maxsize=1 << 16)(self._path)

    def _text(self, text: str) -> str:
        """A text without known names and without numbers of people."""
        if len(text) < 2:
            return text
        folded = fold(text)
        if folded.text in self._public:
            return text
        for start, end, _ in reversed(self._known.find(folded.text)):
            first, last = folded.at[start], folded.at[end - 1] + 1
            text = text[:first] + self._rules.hidden + text[last:]
        return NUMBER.sub(self._rules.hidden, text)

    def _path(self, path: str) -> str:
        """A path; of folders, which are called after units, only those called after a child alone."""
        *folders, name = path.split("/")
        return "/".join([*map(self._folder, folders), self.title(name)])

    def _folder(self, name: str) -> str:
        if name.lower().endswith(".zip"):  # a package, called as freely as any file
            return self.title(name)
        return (
            self.title(name)
            if fold(self.text(name)).text == fold(self._rules.hidden).text
            else name
        )

    def title(self, text: str) -> str:
        """The name of a file or sheet: known names, numbers, and what is shaped like a name."""
        for piece in person_pieces(text, self._rules):
            if fold(piece).text not in self._public and not self._in_public(piece):
                text = text.replace(piece, self._rules.hidden)
        return self.text(text)

    def _in_public(self, piece: str) -> bool:
        return any(piece in word for word in self._public)

    def finding(self, finding: Finding) -> Finding:
        """A finding whose place and words name nobody."""
        params = {k: self.text(v) if isinstance(v, str) else v for k, v in finding.params.items()}
        for name in {"other", "name"} & params.keys():
            if isinstance(said := finding.params[name], str):
                params[name] = self.path(said) if name == "other" else self.title(said)
        return dataclasses.replace(
            finding,
            file=self.path(finding.file),
            sheet=self.title(finding.sheet),
            params=params,
        )

    def rows(self, rows: Iterable[Row]) -> list[Row]:
        """Plain values of the flow, every text in them as it may be shown; keys stay."""
        return [self.row(row) for row in rows]

    def row(self, row: Any) -> Any:
        """One value; what it is made of is looked through as well."""
        if isinstance(row, Finding):
            return self.finding(row)
        if type(row) is str:
            return self.text(row)
        if isinstance(row, tuple):
            return tuple(map(self.row, row)) if row else row
        if not dataclasses.is_dataclass(row) or isinstance(row, type):
            return row
        changed = {}
        for name in _fields(type(row)):
            old = getattr(row, name)
            if type(old) is str:
                new: object = self._named(name, old)
            else:
                new = self.row(old)
            if new is not old and new != old:
                changed[name] = new
        return dataclasses.replace(row, **changed) if changed else row

    def _named(self, field: str, text: str) -> str:
        if field in PATHS:
            return self.path(text)
        return self.title(text) if field == "sheet" else self.text(text)


@functools.cache
def _fields(cls: type) -> tuple[str, ...]:
    """The fields of a row that may hold a text of a file."""
    plain = ("int", "float", "bool", "dt.date", "dt.date | None", "float | None", "int | None")
    every = dataclasses.fields(cls)
    return tuple(f.name for f in every if f.init and f.name not in KEPT and f.type not in plain)


@functools.cache
def _spared() -> frozenset[str]:
    """Sheets and columns of our own forms: nobody is called so."""
    sheets = [sheet for form in all_forms() for sheet in form.sheets]
    words = (*(s.sheet for s in sheets), *(c.title for s in sheets for c in s.columns))
    return frozenset(fold(word).text for word in words)


def _parts(word: str) -> Iterator[str]:
    for start in range(len(word)):
        for end in range(start + 2, min(len(word), start + LONGEST) + 1):
            yield word[start:end]


def person_pieces(text: str, rules: MaskingRules) -> Sequence[str]:
    """Pieces of a file's or sheet's name that are shaped like a person's: 欧阳某某家访记录 -> 欧阳某某."""
    stem = re.sub(r"\.\w{1,5}$", "", text).translate(DOTS)
    found = []
    for run in _PIECES.split(stem):
        for piece in _paper_words(rules).split(run):
            if _is_person(piece.strip("·"), rules):
                found.append(piece.strip("·"))
    return found


@functools.lru_cache(maxsize=4)
def _paper_words(rules: MaskingRules) -> re.Pattern[str]:
    longest = sorted(rules.paper_words, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest)))


def surely_person(piece: str, rules: MaskingRules) -> bool:
    """A piece with a dot, a rare character or a double surname, which no other word has."""
    shaped = "·" in piece or _RARE.search(piece) or piece[:2] in rules.surnames
    return bool(shaped) and _is_person(piece, rules)


def _is_person(piece: str, rules: MaskingRules) -> bool:
    if not 2 <= len(piece) <= LONGEST or _NO_PERSON.search(piece) or piece in rules.not_names:
        return False
    if "·" in piece:
        return True
    if _RARE.search(piece):
        return len(piece) <= 5
    if piece[:2] in rules.surnames:
        return 3 <= len(piece) <= 5
    return piece[:1] in rules.surnames and len(piece) in (2, 3)


def of_paths(parts: Iterable[str]) -> Hider:
    """Hides what in the parts of some paths is shaped like a person's name."""
    rules = load_masking()
    return Hider(piece for part in parts for piece in person_pieces(part, rules))


def by_unit(names: Mapping[str, frozenset[str]], public: Iterable[str]) -> Mapping[str, Hider]:
    """A hider a unit, and one under "" that knows the children of all."""
    words = frozenset(public)
    every = frozenset[str]().union(*names.values())
    return {"": Hider(every, words)} | {unit: Hider(own, words) for unit, own in names.items()}
