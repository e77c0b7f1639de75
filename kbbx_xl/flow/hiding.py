"""Children's names taken out of texts that are shown: file names, sheet names, cells quoted (遮名).

What the files of a unit call their children is looked for in every text about the unit.  Of a file
that could not be read only the name is known; there a piece that is shaped like a person's name is
taken for one.  Names that are part of what a unit is called cannot be told from it and stay.
"""

from __future__ import annotations

import dataclasses
import functools
import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple, TypeVar

from kbbx_xl.flow.source import Source
from kbbx_xl.model import FileRead, Finding
from kbbx_xl.rules.masking import DOTS, Known, fold, fold_all, people_in
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
# a school with its town: 柳溪镇石桥教学点, whose 石桥 is nobody's name
_UNIT = re.compile(
    r"[\u3400-\u9fff]{1,8}[镇乡县区市][\u3400-\u9fff]{1,12}?(?:小学|中学|学校|教学点|中心校)"
)
_NO_PERSON = re.compile(r"[校园班级村庄屯寨镇乡县市区省组局所站路街表册单账录卡学年月日]")


def children_of(reads: Iterable[FileRead]) -> frozenset[str]:
    """What the tables of some files call their children."""
    tables = (table for read in reads for table in (*read.tables, *read.typed))
    cells = chain.from_iterable(table.columns.get("name", ()) for table in tables)
    return people_in(cells, load_masking(), longest=LONGEST)


@dataclasses.dataclass(frozen=True, slots=True)
class Names:
    """Names of children as one text, a line each: a province holds those of all its children."""

    lines: str = ""

    @classmethod
    def of(cls, names: Iterable[str]) -> Names:
        """Of names as ``children_of`` gives them, none of which holds a line end."""
        return cls("\n".join(sorted(names)))

    def __iter__(self) -> Iterator[str]:
        return iter(self.lines.split("\n") if self.lines else ())


class Public:
    """Words, such as units, in which nothing is hidden, besides those of our own forms."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = _spared() | set(fold_all([*words]))
        self.parts = {part for word in self.words for part in _parts(word)}
        self._all = "\n".join(self.words)

    def holds(self, piece: str) -> bool:
        """Whether a piece without line ends is part of one of the words."""
        return piece in self._all


class Hider:
    """Hides some names in texts; ``public`` are words, such as units, in which nothing is hidden.

    ``wider``: hides all these names and more beside the same words; what it leaves stays here too.
    """

    def __init__(
        self,
        names: Iterable[str],
        public: Iterable[str] | Public = (),
        wider: Hider | None = None,
    ) -> None:
        self._rules = load_masking()
        self._public = public if isinstance(public, Public) else Public(public)
        self._names = names if isinstance(names, frozenset | Names) else [*names]
        self._wider = wider
        self._same: set[str] = wider._same if wider else set()  # texts that hold nothing to hide
        self.text = functools.lru_cache(maxsize=1 << 16)(self._text)
        self.path = functools.lru_cache(maxsize=1 << 16)(self._path)
        self.title = functools.lru_cache(maxsize=1 << 16)(self._title)

    @functools.cached_property
    def _known(self) -> Known:
        pupil = self._rules.by_name["pupil"]
        names = {*fold_all([name for name in self._names if len(name) > 1])} - self._public.parts
        return Known(dict.fromkeys(names, (self._rules.hidden, pupil)), folded=True)

    def _text(self, text: str) -> str:
        """A text without known names and without numbers of people."""
        if len(text) < 2 or (self._wider and self._wider.text(text) == text):
            return text
        folded = fold(text)
        if folded.text in self._public.words:
            return text
        for start, end, _ in reversed(self._known.find(folded.text)):
            first, last = folded.at[start], folded.at[end - 1] + 1
            text = text[:first] + self._rules.hidden + text[last:]
        return NUMBER.sub(self._rules.hidden, text)

    def _path(self, path: str) -> str:
        """A path; of folders, which are called after units, only those called after a child alone."""
        if self._wider and self._wider.path(path) == path:
            return path
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

    def _title(self, text: str) -> str:
        """The name of a file or sheet: known names, numbers, and what is shaped like a name."""
        if self._wider and self._wider.title(text) == text:
            return text
        for piece in person_pieces(text, self._rules):
            if fold(piece).text not in self._public.words and not self._public.holds(piece):
                text = text.replace(piece, self._rules.hidden)
        return self.text(text)

    def finding(self, finding: Finding) -> Finding:
        """A finding whose place and words name nobody."""
        params = {k: self.text(v) if isinstance(v, str) else v for k, v in finding.params.items()}
        for name in {"other", "name"} & params.keys():
            if isinstance(said := finding.params[name], str):
                params[name] = self.path(said) if name == "other" else self.title(said)
        file, sheet = self.path(finding.file), self.title(finding.sheet)
        if (file, sheet, params) == (finding.file, finding.sheet, finding.params):
            return finding
        return dataclasses.replace(finding, file=file, sheet=sheet, params=params)

    def rows(self, rows: Iterable[Row]) -> list[Row]:
        """Plain values of the flow, every text in them as it may be shown; keys stay."""
        return [self.row(row) for row in rows]

    def row(self, row: Any) -> Any:
        """One value; what it is made of is looked through as well."""
        if type(row) is Source:
            file, sheet = self.path(row.file), self.title(row.sheet)
            same = file == row.file and sheet == row.sheet
            return row if same else Source(file, sheet, row.row)
        if isinstance(row, Finding):
            return self.finding(row)
        if type(row) is str:
            return self.text(row)
        if isinstance(row, tuple):
            told = tuple(map(self.row, row))
            return row if all(map(operator.is_, row, told)) else told
        kind: type = type(row)
        fields = _fields(kind)
        if fields is None:
            return row
        changed = {}
        if fields.texts and not self._same.issuperset(texts := fields.texts(row)):
            changed = {
                n: new
                for n, old in zip(fields.names, texts, strict=True)
                if (new := self._told(old)) != old
            }
        for name in fields.others:
            old = getattr(row, name)
            new = self._named(name, old) if type(old) is str else self.row(old)
            if new is not old and new != old:
                changed[name] = new
        return dataclasses.replace(row, **changed) if changed else row

    def _told(self, text: str) -> str:
        if type(text) is not str:  # a word of ours
            return text
        told = self.text(text)
        if told == text and (self._wider or self).text(text) == text:
            self._same.add(text)
        return told

    def _named(self, field: str, text: str) -> str:
        if field in PATHS:
            return self.path(text)
        return self.title(text) if field == "sheet" else self.text(text)


class _Fields(NamedTuple):
    """The fields of a kind of row that may hold a text of a file."""

    names: tuple[str, ...]  # always a text, of no file or sheet
    texts: Callable[[Any], tuple[str, ...]] | None  # their values
    others: tuple[str, ...]


@functools.cache
def _fields(cls: type) -> _Fields | None:
    """None for a class whose values are no rows."""
    if not dataclasses.is_dataclass(cls):
        return None
    plain = (
        "int", "float", "bool", "dt.date", "dt.date | None", "float | None", "int | None", "TaskState",
    )  # fmt: skip
    every = [f for f in dataclasses.fields(cls) if f.init and f.name not in KEPT]
    texts = tuple(f.name for f in every if f.type == "str" and f.name not in (*PATHS, "sheet"))
    others = tuple(f.name for f in every if f.type not in plain and f.name not in texts)
    if len(texts) == 1:  # one name alone would give no tuple
        return _Fields((), None, (*texts, *others))
    return _Fields(texts, operator.attrgetter(*texts) if texts else None, others)


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
    """Hides what in the parts of some paths is shaped like a person's name, but for names of schools."""
    rules, parts = load_masking(), list(parts)
    units = [found[0] for part in parts if (found := _UNIT.search(part))]
    return Hider((piece for part in parts for piece in person_pieces(part, rules)), units)


class Hiders(dict[str, Hider]):
    """A hider a unit, made when asked for; for any other unit one that knows the children of all."""

    def __init__(self, names: Mapping[str, Iterable[str]], public: Iterable[str]) -> None:
        super().__init__()
        self._children, self._public = names, Public(public)
        self.of_all = Hider(frozenset[str]().union(*names.values()), self._public)

    def __missing__(self, unit: str) -> Hider:
        names = self._children.get(unit) if unit else None
        made = self.of_all if names is None else Hider(names, self._public, self.of_all)
        self[unit] = made
        return made
