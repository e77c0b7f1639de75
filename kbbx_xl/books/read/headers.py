"""Headers: which declared sheet a row of headings belongs to, and which column holds what.

A heading matches a field by its title or one of its aliases, after normalising.  With a merged
header of two or three rows, "上/下" (upper/lower) is tried first, then both run together, then
the lower text alone where no other column claims that field.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from kbbx_xl.books.read.day_columns import HALVES, afternoons_of, days_of
from kbbx_xl.books.read.lines import is_person_number
from kbbx_xl.books.read.synonyms import reduced, reduced_fields
from kbbx_xl.model import Kind, Layout
from kbbx_xl.rules.cells import text_of
from kbbx_xl.settings.forms import Form, Sheet, all_forms

MAX_DEPTH = 3  # rows of a merged header
OURS_ONLY = (Kind.REPORT_CASES, Kind.REPORT_CHANGES)  # lists that repeat a ledger's headings
LONGEST_HEADING = 40  # characters
HEADER_ROWS = 30  # in which the header of a sheet that was not understood is looked for

_SPACE = re.compile(r"\s+")
_EDGES = "*★☆※:：·、,"
_REMARK = re.compile(r"\((?:必填|选填|必填项|可不填|可选|天|日|人|次|人次|岁|元|节|课时|个|名)\)$")
_ORDINAL = re.compile(r"^(?:[一二三四五六七八九十]+、|\([一二三四五六七八九十]+\)|\d+[.、])")
NUMBERED = ("id_no", "student_no")
SHORTEST_NUMBER = 7  # characters: a number of 14 digits, were each two written as one (⑫)
LONG_NUMBER = 1e13  # an id that was typed as a number
WHOLE = frozenset(
    ("合计", "小计", "计", "总计", "总数", "人数")
)  # below a heading: the heading itself


@functools.lru_cache(maxsize=8192)
def header_key(text: str) -> str:
    """A heading as it is compared: half-width, no white space, no mark of a required field."""
    key = _SPACE.sub("", text_of(text)).strip(_EDGES)
    while (shorter := _REMARK.sub("", key).strip(_EDGES)) != key:
        key = shorter
    return key


def _key_of(cell: object) -> str:
    return header_key(cell if isinstance(cell, str) else text_of(cell))


def label_key(text: str) -> str:
    """As ``header_key``, also without a leading ordinal (二、辍学原因)."""
    return _ORDINAL.sub("", header_key(text))


@dataclass(frozen=True, slots=True)
class Candidate:
    """One declared sheet and the heading keys of its fields."""

    form: str
    sheet: Sheet
    fields: Mapping[str, str]  # heading key -> field name
    needed: tuple[frozenset[str], ...]  # heading keys of each field that must be there
    reduced: Mapping[str, str]  # the same in reduced words -> field name


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """All headings of all declared forms; compared by identity, so that it can key a cache."""

    candidates: tuple[Candidate, ...]
    keys: frozenset[str]

    def names_in(self, title: str) -> bool:
        """Whether the title of a sheet holds that of a declared one."""
        return any(candidate.sheet.sheet in title for candidate in self.candidates)

    def of(self, *layouts: Layout) -> list[Candidate]:
        return [c for c in self.candidates if c.sheet.layout in layouts]

    @functools.cache  # noqa: B019 - a handful of vocabularies live as long as the process
    def within(self, form: str) -> Vocabulary:
        """For a workbook of ours that form's own sheets go first; else sheets only ours has are out."""
        if not form:
            return Vocabulary(
                tuple(c for c in self.candidates if c.sheet.kind not in OURS_ONLY), self.keys
            )
        own = [c for c in self.candidates if c.form == form]
        others = [c for c in self.candidates if c.form != form and c.sheet.kind not in OURS_ONLY]
        return Vocabulary((*own, *others), self.keys)


def vocabulary(forms: Iterable[Form]) -> Vocabulary:
    """Index titles and aliases of ``forms``."""
    candidates = tuple(_candidate(form, sheet) for form in forms for sheet in form.sheets)
    keys = {part for c in candidates for key in c.fields for part in (key, *key.split("/"))}
    return Vocabulary(candidates, frozenset(keys))


def _candidate(form: Form, sheet: Sheet) -> Candidate:
    fields = _keys_of(sheet)
    short = reduced_fields(fields)
    known = (*fields.items(), *((f"~{key}", name) for key, name in short.items()))
    needed = (frozenset(k for k, f in known if f == name) for name in sheet.recognise)
    return Candidate(form.form, sheet, fields, tuple(needed), short)


@functools.cache
def standard_vocabulary() -> Vocabulary:
    """The vocabulary of config/forms/."""
    return vocabulary(all_forms())


def _keys_of(sheet: Sheet) -> dict[str, str]:
    keys: dict[str, str] = {}
    for column in sheet.columns:
        keys.setdefault(header_key(column.title), column.name)
    for column in sheet.columns:
        for alias in column.aliases:
            keys.setdefault(header_key(alias), column.name)
    return keys


@dataclass(slots=True)
class Match:
    """A header found: rows ``top`` .. ``top + depth - 1``, columns counted from 0."""

    candidate: Candidate
    top: int
    depth: int
    columns: dict[str, int]  # field -> column
    titles: dict[int, str]  # column -> heading as written
    days: list[tuple[int, int]] = field(default_factory=list)  # day of month, column
    afternoons: dict[int, int] = field(default_factory=dict)  # morning's column -> afternoon's
    unknown: list[int] = field(default_factory=list)
    twice: list[tuple[str, int, int]] = field(default_factory=list)  # field, column kept, other
    score: float = 0.0

    @property
    def body(self) -> int:
        return self.top + self.depth


def find_headers(rows: Sequence[Sequence[object]], words: Vocabulary, name: str) -> list[Match]:
    """All headers of a sheet called ``name``, from above to below."""
    found: list[Match] = []
    ahead: Iterable[int] = range(len(rows))
    while (match := _next_header(rows, ahead, words, name, found)) is not None:
        if not found:
            ahead = _rows_of_headings(rows, match, words)
        found.append(match)
    return found


def _next_header(
    rows: Sequence[Sequence[object]],
    ahead: Iterable[int],
    words: Vocabulary,
    name: str,
    found: Sequence[Match],
) -> Match | None:
    """The first header below those ``found`` that begins in one of the rows ``ahead``."""
    start = found[-1].body if found else 0
    for row in ahead:
        match = None
        if row >= start and _promising(rows[row], words, found):
            match = _best_at(rows, row, words, name)
        if match is None:
            continue
        if row + 1 < len(rows) and _promising(rows[row + 1], words, found):
            lower = _best_at(rows, row + 1, words, name)
            return lower if lower is not None and lower.score > match.score else match
        return match
    return None


def _rows_of_headings(
    rows: Sequence[Sequence[object]], above: Match, words: Vocabulary
) -> Iterator[int]:
    """Rows below a header that hold two headings; a pupil's number in its own column says at once
    that a row holds none."""
    numbered = [above.columns[name] for name in NUMBERED if name in above.columns]
    below: Iterable[int] = range(above.body, len(rows))
    for column in numbered:
        below = [r for r in below if not _is_number_of_person(rows[r][column])]
    return (row for row in below if len(words.keys.intersection(rows[row])) > 1)


def _is_number_of_person(cell: object) -> bool:
    return isinstance(cell, str) and is_person_number(cell)


def ledger_headers(
    rows: Sequence[Sequence[object]], words: Vocabulary, table: str, needed: tuple[str, ...]
) -> list[Match]:
    """Headers of the declared sheet ``table`` where no more than the fields ``needed`` need be there:
    for a sheet whose name says what it is."""
    found = (c for c in words.candidates if c.sheet.table == table)
    relaxed = [replace(c, sheet=replace(c.sheet, recognise=needed), needed=()) for c in found]
    return find_headers(rows, Vocabulary(tuple(relaxed[:1]), words.keys), "") if relaxed else []


def lacking(rows: Sequence[Sequence[object]], words: Vocabulary) -> str:
    """The declared sheet that a header comes nearest to and what it lacks of it; "" for no header."""
    best, said = 0.0, ""
    for row in rows[:HEADER_ROWS]:
        keys = {header_key(text_of(cell)) for cell in row if cell != ""}
        for candidate in words.of(Layout.TABLE):
            sheet, there = candidate.sheet, {candidate.fields.get(key, "") for key in keys}
            missing = [c.title for c in sheet.columns if c.name in sheet.recognise and c.name not in there]  # fmt: skip
            score = 1 - len(missing) / max(len(sheet.recognise), 1) + len(there) / 1000
            if missing and len(missing) < len(sheet.recognise) and score > best:
                best, said = score, f"“{sheet.sheet}”要有的{'、'.join(missing)}"
    return said


def _promising(row: Sequence[object], words: Vocabulary, found: Sequence[Match]) -> bool:
    """Whether a row holds two headings, or one and the days of a month.

    Below a header, in the thousands of rows of data, only an exact spelling counts.
    """
    if found:
        return len(words.keys.intersection(row)) > 1 and not _tells_a_person(row)
    texts = (cell for cell in row if isinstance(cell, str) and 0 < len(cell) < LONGEST_HEADING)
    known = words.keys.intersection(map(header_key, texts))
    heads = len(known) > 1 or (len(known) == 1 and bool(days_of([row])))
    return heads and not _tells_a_person(row)


def _tells_a_person(row: Sequence[object]) -> bool:
    """Whether a number of a person stands in a row: it is data, whatever its words are."""
    return any(
        cell > LONG_NUMBER if isinstance(cell, float) else is_person_number(text_of(cell))
        for cell in row
        if not isinstance(cell, str) or len(cell) >= SHORTEST_NUMBER
    )


def _heads(row: Sequence[object], words: Vocabulary) -> bool:
    """Whether a row may be the lower row of a header: mostly headings, day numbers, or half days."""
    if _tells_a_person(row):
        return False
    keys = [key for cell in row if cell != "" and (key := _key_of(cell))]
    known = sum(key in words.keys for key in keys)
    return 2 * known >= max(len(keys), 1) or HALVES.issuperset(keys) or bool(days_of([row]))


def _best_at(
    rows: Sequence[Sequence[object]], top: int, words: Vocabulary, name: str
) -> Match | None:
    """The best match of the header that begins in row ``top``; schools share their headers."""
    block = [tuple(rows[top])]
    for row in rows[top + 1 : top + MAX_DEPTH]:
        if not _heads(row, words):
            break
        block.append(tuple(row))
    best = _best_of(tuple(block), words, name if words.names_in(name) else "")
    return replace(best, top=top) if best else None


@functools.lru_cache(maxsize=512)
def _best_of(block: tuple[tuple[object, ...], ...], words: Vocabulary, name: str) -> Match | None:
    best: Match | None = None
    for depth in range(1, len(block) + 1):
        header = _Header(block[:depth])
        for candidate in words.of(Layout.TABLE, Layout.MONTH_GRID):
            if any(keys.isdisjoint(header.keys) for keys in candidate.needed):
                continue
            match = _match(header, candidate, 0, name)
            if match is not None and (best is None or match.score > best.score):
                best = match
    return best


class _Header:
    """Texts of a header of one to three rows, by column."""

    def __init__(self, rows: Sequence[Sequence[object]]) -> None:
        self.depth = len(rows)
        texts = [[_key_of(cell) for cell in row] for row in rows]
        shared: set[int] = set()
        for level in range(len(texts) - 1):
            shared |= _spread(texts, level)
        self.stacks = [[t for t in stack if t] for stack in zip(*texts, strict=True)]
        self.shared = shared
        self.tries = [_tries(stack, c in shared) for c, stack in enumerate(self.stacks)]
        self.keys = {key for tries in self.tries for key in tries}
        self.keys.update(stack[-1] for stack in self.stacks if stack)
        self.keys |= {f"~{reduced(key)}" for key in self.keys}
        self.titles = {c: _title(stack) for c, stack in enumerate(self.stacks) if stack}
        self.days = days_of(rows)
        self.afternoons = afternoons_of(self.days, self.stacks)


def _spread(texts: list[list[str]], level: int) -> set[int]:
    """Write a heading that spans columns over each of them; returns the spanned columns."""
    spanned: set[int] = set()
    carried, start = "", 0
    for column, text in enumerate(texts[level]):
        if text:
            carried, start = text, column
        elif carried and any(lower[column] for lower in texts[level + 1 :]):
            texts[level][column] = carried
            spanned |= {start, column}
        else:
            carried = ""
    return spanned


def _tries(stack: Sequence[str], shared: bool) -> list[str]:
    """What a column may be called, most telling first."""
    if len(stack) < 2:
        return list(stack)
    tries = [f"{stack[-2]}/{stack[-1]}", f"{stack[-2]}{stack[-1]}", f"{stack[0]}/{stack[-1]}"]
    if stack[-1] in WHOLE:
        return [*tries, stack[-2]]
    return tries if shared else [*tries, *reversed(stack)]


def _title(stack: list[str]) -> str:
    return "/".join(dict.fromkeys(stack))


def _match(header: _Header, candidate: Candidate, top: int, name: str) -> Match | None:
    sheet = candidate.sheet
    grid = sheet.layout is Layout.MONTH_GRID
    if grid and not header.days:
        return None
    match = Match(candidate, top, header.depth, {}, header.titles)
    if grid:
        match.days, match.afternoons = header.days, header.afternoons
    day_columns = {column for _, column in match.days} | set(match.afternoons.values())
    rest = []
    for column, stack in enumerate(header.stacks):
        if not stack or column in day_columns:
            continue
        fields = (candidate.fields[key] for key in header.tries[column] if key in candidate.fields)
        found = next(fields, None)
        if found is None:
            rest.append(column)
        elif found in match.columns:
            match.twice.append((found, match.columns[found], column))
        else:
            match.columns[found] = column
    match.columns |= _by_synonyms(header, rest, match.columns, candidate.reduced)
    rest = [column for column in rest if column not in match.columns.values()]
    guessed = _by_lower_text(header, rest, match.columns, candidate.fields)
    match.columns |= guessed
    match.unknown = [column for column in rest if column not in guessed.values()]
    if not all(wanted in match.columns for wanted in sheet.recognise):
        return None
    match.score = len(match.columns) - len(guessed) / 2 + len(match.days) + len(match.afternoons)
    match.score += 0.1 if header.shared else -header.depth / 10
    match.score += (
        1 if sheet.sheet == name.strip() else len(sheet.sheet) / 100 * (sheet.sheet in name)
    )
    return match


def _by_synonyms(
    header: _Header, columns: Iterable[int], taken: Mapping[str, int], fields: Mapping[str, str]
) -> dict[str, int]:
    """Columns whose heading says in other words what one field is called; the first of several."""
    found: dict[str, int] = {}
    for column in columns:
        names = (fields.get(reduced(key)) for key in header.tries[column])
        name = next((name for name in names if name), "")
        if name and name not in taken:
            found.setdefault(name, column)
    return found


def _by_lower_text(
    header: _Header, columns: Iterable[int], taken: Mapping[str, int], fields: Mapping[str, str]
) -> dict[str, int]:
    """Columns known only by the lower text of a merged heading, where just one claims the field."""
    claims = {c: fields[header.stacks[c][-1]] for c in columns if header.stacks[c][-1] in fields}
    counts = Counter(claims.values())
    return {f: c for c, f in claims.items() if counts[f] == 1 and f not in taken}
