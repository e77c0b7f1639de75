"""Which cell of a sheet falls under which masking rule, whatever the layout of the sheet.

Tables are found as the reader of submissions finds them; what is left (forms with a label beside
each value, tables of other offices) is read by headings alone: a heading beside a value is a label,
a heading above values is the head of a column.  Where both could be meant both are masked.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kbbx_xl.books.read.headers import (
    LONGEST_HEADING,
    Match,
    find_headers,
    header_key,
    label_key,
    standard_vocabulary,
)
from kbbx_xl.books.read.lines import filled
from kbbx_xl.books.read.sheets import Grid
from kbbx_xl.model import Layout
from kbbx_xl.rules.cells import text_of
from kbbx_xl.rules.masking import is_masked
from kbbx_xl.settings.forms import Field, all_forms
from kbbx_xl.settings.lists import WordList, load_lists
from kbbx_xl.settings.masking import MaskingRules, MaskRule, Method

FEW = 4  # filled cells of a line below a table that may be labels and no record
LONGEST_LABEL = 14  # characters of a heading known by its words only
_BRACKETED = re.compile(r"\([^()]*\)")
_SUFFIXES = r"(?:姓名|签名|签字)?"


@dataclass(frozen=True, slots=True)
class Treatment:
    """What is done to a cell: the rule, the words that may stay, and whether it is the record's own."""

    rule: MaskRule | None = None
    words: WordList | None = None
    others: bool = False  # an id of somebody else than the child of the row

    @property
    def masks(self) -> bool:
        return self.rule is not None and self.rule.method is not Method.KEEP


PUBLIC = Treatment()


@dataclass(frozen=True, slots=True)
class Heading:
    """A text that names what stands beside or below it; ``sure`` unless only a word of it is known."""

    treatment: Treatment
    sure: bool


@dataclass(slots=True)
class Section:
    """Rows ``start`` .. ``end - 1`` below one head, and the treatment of each column."""

    start: int
    end: int
    columns: dict[int, Treatment]


@dataclass(slots=True)
class Plan:
    """The treatment of every cell of one sheet; rows and columns counted from 0."""

    heads: set[int] = field(default_factory=set)  # rows of headings
    sections: list[Section] = field(default_factory=list)
    labelled: dict[tuple[int, int], Treatment] = field(default_factory=dict)
    headings: set[tuple[int, int]] = field(default_factory=set)
    of_child: bool = False  # no known table, and a heading that asks for a child's name

    def row(self, number: int) -> Mapping[int, Treatment]:
        """Treatments of the columns of one row; columns that are absent are public."""
        if number in self.heads:
            return {}
        found: dict[int, Treatment] = {}
        for section in self.sections:
            if section.start <= number < section.end:
                found = section.columns
        return found

    def at(self, row: int, column: int, columns: Mapping[int, Treatment]) -> Treatment:
        """Treatment of one cell, given ``row(row)``."""
        if (row, column) in self.headings:
            return PUBLIC
        return self.labelled.get((row, column)) or columns.get(column, PUBLIC)


@functools.cache
def headings_of(rules: MaskingRules) -> Headings:
    """The headings under one set of rules, made once."""
    return Headings(rules)


class Headings:
    """Knows what a heading stands for: by the declared forms, else by its words."""

    def __init__(self, rules: MaskingRules) -> None:
        self._rules = rules
        self._declared = dict(self._of_forms())
        self._keys = standard_vocabulary().keys
        self.of = functools.lru_cache(maxsize=8192)(self._of)

    def _of_forms(self) -> Iterator[tuple[str, Treatment]]:
        """Heading -> treatment; where forms differ the stricter counts, and a child before others."""
        rules = self._rules.rules
        names = [rule for rule in rules if rule.method is Method.PSEUDONYM]
        masking = [r for r in reversed(rules) if r.method not in (Method.KEEP, Method.PSEUDONYM)]
        kept = [rule for rule in rules if rule.method is Method.KEEP]
        order = [None, *kept, *names, *masking]
        fields = [f for form in all_forms() for sheet in form.sheets for f in sheet.columns]
        for column in sorted(fields, key=lambda f: order.index(self._rules.of_field(f))):
            for text in (column.title, *column.aliases):
                yield header_key(text), self.of_field(column)

    def is_word(self, text: str) -> bool:
        """Whether a heading is a word of a list as well (女, 病假), so that it may be a value."""
        return any(one.find(text) for one in load_lists().values())

    def asks_child(self, treatment: Treatment) -> bool:
        return treatment.rule is self._rules.by_name["pupil"]

    def of_field(self, column: Field) -> Treatment:
        rule = self._rules.by_name["key"] if column.hidden else self._rules.of_field(column)
        return Treatment(rule, load_lists()[column.choices] if column.choices else None)

    def by_words(self, text: str) -> Treatment:
        """Treatment by the words of a heading that no form declares."""
        key = header_key(text)
        rule = self._rules.of_heading(key)
        others = rule is not None and self._rules.says("guardian", key)
        return Treatment(rule, None, others)

    def _of(self, text: str) -> Heading | None:
        if len(text) > LONGEST_HEADING or is_masked(text, self._rules):
            return None
        for key in (header_key(text), label_key(text), _BRACKETED.sub("", header_key(text))):
            if key in self._declared:
                return Heading(self._declared[key], sure=True)
            if key in self._keys:
                return Heading(self.by_words(key), sure=True)
            if 1 < len(key) <= LONGEST_LABEL and (rule := self._rules.of_heading(key)):
                sure = any(re.fullmatch(word + _SUFFIXES, key) for word in rule.words)
                return Heading(self.by_words(key), sure)
        return None


@functools.cache
def _notes() -> frozenset[tuple[str, str]]:
    """Form and name of the sheets that hold nothing but our own explanations (填表说明)."""
    sheets = ((form.form, sheet) for form in all_forms() for sheet in form.sheets)
    return frozenset((form, sheet.sheet) for form, sheet in sheets if sheet.layout is Layout.NOTES)


def plan_sheet(grid: Grid, form: str, headings: Headings) -> Plan:
    """Find the headings of one sheet; ``form`` is the kind of a workbook of ours, else ""."""
    plan = Plan()
    if (form, grid.name) in _notes():
        return plan
    words = standard_vocabulary().within(form)
    matches = find_headers(grid.rows, words, grid.name)
    for match in matches:
        _cut(plan, match.top)
        plan.heads.update(range(match.top, match.body))
        columns = _columns(match, headings)
        plan.sections.append(Section(match.body, len(grid.rows), columns))
    for number, row in enumerate(grid.rows):
        if number not in plan.heads:
            _read_row(grid.rows, number, row, plan, headings)
    asked = (headings.of(text_of(grid.rows[row][column])) for row, column in plan.headings)
    plan.of_child = not matches and any(h and headings.asks_child(h.treatment) for h in asked)
    return plan


def _columns(match: Match, headings: Headings) -> dict[int, Treatment]:
    fields = {column: name for name, column in match.columns.items()}
    found = {}
    for column, title in match.titles.items():
        if column in fields:
            found[column] = headings.of_field(match.candidate.sheet.field(fields[column]))
        else:
            known = headings.of(title) or headings.of(title.rpartition("/")[2])
            found[column] = known.treatment if known else headings.by_words(title)
    return found


def _cut(plan: Plan, row: int) -> None:
    """End the table above where the next head begins."""
    for section in plan.sections:
        if section.start <= row < section.end:
            section.end = row


def _read_row(
    rows: Sequence[Sequence[object]],
    number: int,
    row: Sequence[object],
    plan: Plan,
    headings: Headings,
) -> None:
    content = filled(row)
    found = {c: h for c, v in content if isinstance(v, str) and (h := headings.of(text_of(v)))}
    sure = {c for c, heading in found.items() if heading.sure}
    telling = sum(not headings.is_word(text_of(row[column])) for column in sure)
    below_table = any(s.start <= number < s.end for s in plan.sections)
    if not sure or (below_table and len(content) > FEW and telling < 2):
        return
    plan.headings.update((number, column) for column in sure)
    told = sum(not headings.is_word(text_of(row[column])) for column in found)
    if telling > 1 and 5 * told >= 3 * len(content):
        _begin_table(rows, number, found, plan)
        return
    for column in sorted(sure):
        treatment = found[column].treatment
        right = next((c for c, _ in content if c > column), None)
        valued = right is not None and right not in sure
        if right is not None and right not in sure and treatment.masks:
            plan.labelled[number, right] = treatment
        if not valued or _may_head(rows, number, content, headings):
            _mask_below(rows, number, column, treatment, plan, headings)


def _begin_table(
    rows: Sequence[Sequence[object]], number: int, found: Mapping[int, Heading], plan: Plan
) -> None:
    """A row of headings; directly below another it is the lower row of the same head."""
    columns = {column: heading.treatment for column, heading in found.items()}
    for column, heading in found.items():  # 校长 | 李校长: a name that ends like a heading
        left = found.get(column - 1)
        if (
            left
            and left.sure
            and not heading.sure
            and left.treatment.rule is heading.treatment.rule
        ):
            plan.labelled[number, column] = left.treatment
    above = next((s for s in plan.sections if s.start == number and number - 1 in plan.heads), None)
    if above is not None:
        columns = {**above.columns, **columns}
    _cut(plan, number)
    plan.heads.add(number)
    later = [s.start for s in plan.sections if s.start > number]
    plan.sections.append(Section(number + 1, min(later, default=len(rows)), columns))


def _may_head(
    rows: Sequence[Sequence[object]],
    number: int,
    content: Sequence[tuple[int, object]],
    headings: Headings,
) -> bool:
    """Whether the next row looks like a record below this one: mostly filled, and no label in it."""
    below = dict(filled(rows[number + 1])) if number + 1 < len(rows) else {}
    known = (headings.of(text_of(v)) for v in below.values() if isinstance(v, str))
    return 5 * sum(c in below for c, _ in content) >= 3 * len(content) and not any(
        heading is not None and heading.sure for heading in known
    )


def _mask_below(
    rows: Sequence[Sequence[object]],
    number: int,
    column: int,
    treatment: Treatment,
    plan: Plan,
    headings: Headings,
) -> None:
    """Treat the cells below a heading as its column, down to the next heading or blank cell."""
    for below in range(number + 1, len(rows)):
        cell = rows[below][column]
        known = headings.of(text_of(cell)) if isinstance(cell, str) else None
        if cell == "" or below in plan.heads or (known is not None and known.sure):
            return
        if treatment.masks:
            plan.labelled.setdefault((below, column), treatment)
