"""The cells of one workbook masked: first everybody is seen, then every cell is written anew."""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kbbx_xl.books.mask.people import People
from kbbx_xl.books.mask.plan import Plan, Treatment, headings_of, plan_sheet
from kbbx_xl.books.read.headers import standard_vocabulary
from kbbx_xl.books.read.lines import filled, is_nothing
from kbbx_xl.books.read.sheets import Book, Grid
from kbbx_xl.flow.hiding import NUMBER, person_pieces, surely_person
from kbbx_xl.rules.cells import text_of
from kbbx_xl.rules.masking import (
    LONG_NUMBER,
    Scanner,
    digits_of,
    fold,
    is_masked,
    labelled,
    names_in,
    number_key,
    numbers_in,
    place_of,
    plausible_name,
    words_in,
    year_of,
)
from kbbx_xl.settings.forms import all_forms
from kbbx_xl.settings.lists import load_lists
from kbbx_xl.settings.masking import MaskingRules, MaskRule, Method

FEWEST_DIGITS = 5  # of an id or phone; a cell with fewer is a word such as 待补
LONGEST_NAME = 6  # characters of a piece that is taken for a name without further proof
LONGEST_LINE = 40  # characters beside a label; more is prose
PERSON_SHEET = "一人一表"
_OF_ONE = re.compile(r"[\u3400-\u9fff]{2,4}|[\u3400-\u9fff]+·[\u3400-\u9fff]+")
_NO_PERSON = re.compile(r"[表录单册账卡式样级班校村镇乡县组]|汇总|说明")
IN_LINES = (Method.PSEUDONYM, Method.ENDS, Method.PLACE)  # what a line of labels is masked for


@dataclass(slots=True)
class MaskedSheet:
    """One sheet of the copy, and what was done: counts by column (-1: its name) and rule title."""

    name: str
    rows: list[list[object]]
    heads: frozenset[int]
    hidden: bool
    masked: Counter[tuple[int, str]] = field(default_factory=Counter)
    checked: Counter[int] = field(default_factory=Counter)


class BookMasker:
    """Masks one book; ``keep_text`` leaves prose, in which only what is known or shaped is hidden."""

    def __init__(self, book: Book, rules: MaskingRules, *, keep_text: bool = False) -> None:
        self._rules, self._keep_text = rules, keep_text
        self._headings = headings_of(rules)
        form = book.own.get("of") or book.own.get("form", "")
        self._planned = [(grid, plan_sheet(grid, form, self._headings)) for grid in book.grids]
        self.people = People(rules)
        for grid, plan in self._planned:
            self._see(grid, plan)
        self.people.settle()
        public = public_words()
        self.scanner = Scanner(rules, self.people.known(public), public)

    def sheets(self) -> Iterator[MaskedSheet]:
        """Every sheet masked, in order, hidden ones too."""
        for grid, plan in self._planned:
            yield self._mask(grid, plan)

    # seeing

    def _see(self, grid: Grid, plan: Plan) -> None:
        for number, row in enumerate(grid.rows):
            columns = plan.row(number)
            cells = [(v, plan.at(number, c, columns)) for c, v in filled(row)]
            own = self._own_id(cells)
            for value, treatment in cells:
                if treatment.masks and treatment.rule is not None:
                    self._see_value(value, treatment.rule, own, lone=len(cells) == 1)
                elif isinstance(value, str):
                    self._see_shaped(value, cells)
                    for rule, start, end in self._lines(value):
                        self._see_value(value[start:end], rule, "", lone=False)
        alone = plan.of_child and _OF_ONE.fullmatch(grid.name)  # such a sheet is called otherwise
        for piece in () if alone else person_pieces(grid.name, self._rules):
            self.people.see(self._rules.by_name["pupil"], piece)

    def _see_shaped(self, text: str, cells: Sequence[tuple[object, Treatment]]) -> None:
        """A name in a column that asks for none: shaped like no other word, or beside an id or phone."""
        if len(text) > LONGEST_LINE or text_of(text) in public_words():
            return
        for piece in person_pieces(text, self._rules):
            alone = len(piece) == len(text_of(text)) and any(self._numbered(v) for v, _ in cells)
            if alone or surely_person(piece, self._rules):
                self.people.see(self._rules.by_name["pupil"], piece)

    @staticmethod
    def _numbered(value: object) -> bool:
        return NUMBER.search(digits_of(value)) is not None

    def _own_id(self, cells: Sequence[tuple[object, Treatment]]) -> str:
        """See the ids of a row; the one of the child whose row it is, "" when there is none."""
        own: list[str] = []
        for value, treatment in cells:
            if treatment.rule is not self._rules.by_name["id"]:
                continue
            for key in self._number_keys(value):
                if treatment.others:
                    self.people.see_ids([key])
                else:
                    own.append(key)
        return self.people.see_ids(own)

    def _numbers(self, text: str) -> list[tuple[int, int]]:
        """Where the ids or phones of a cell stand; none where it was masked before."""
        spans = numbers_in(text)
        return [(a, b) for a, b in spans if self._is_number(text[a:b])]

    def _number_keys(self, value: object) -> list[str]:
        text = digits_of(value)
        return [number_key(text[start:end]) for start, end in self._numbers(text)]

    def _is_number(self, text: str) -> bool:
        digits = sum(character.isdigit() for character in text)
        return digits >= FEWEST_DIGITS and not is_masked(text, self._rules)

    def _see_value(self, value: object, rule: MaskRule, own: str, *, lone: bool) -> None:
        if rule.method is Method.PSEUDONYM and isinstance(value, str):
            if not (lone and self._is_remark(value)):
                for _, name in names_in(value, self._rules):
                    if name and (len(name) <= LONGEST_NAME or plausible_name(name)):
                        self.people.see(rule, name, own)
        elif rule.name == "phone":
            for key in self._number_keys(value):
                self.people.see_phone(key)
        elif rule.name == "id" and isinstance(value, str) and not own:
            self.people.see_ids(self._number_keys(value))

    def _is_remark(self, text: str) -> bool:
        return len(text_of(text)) > LONGEST_NAME and not plausible_name(text_of(text))

    def _lines(self, text: str) -> list[tuple[MaskRule, int, int]]:
        """Personal values in a line of labels: 填报人：张三　联系电话：17400000001."""
        if ":" not in text and "：" not in text:
            return []
        found = []
        for label, start, end in labelled(text):
            heading = self._headings.of(label)
            rule = heading.treatment.rule if heading else None
            prose = end - start > LONGEST_LINE or "。" in text[start:end]
            if rule is not None and rule.method in IN_LINES and not prose:
                found.append((rule, start, end))
        return found

    # masking

    def _mask(self, grid: Grid, plan: Plan) -> MaskedSheet:
        name, why = self._sheet_name(grid, plan)
        made = MaskedSheet(name, [], frozenset(plan.heads), grid.hidden)
        made.masked.update((-1, title) for title in why)
        helper = self._rules.by_name["key"]
        for number, row in enumerate(grid.rows):
            columns = plan.row(number)
            content = filled(row)
            cells = {c: (v, plan.at(number, c, columns)) for c, v in content}
            own = self._own_key(cells)
            masked: list[object] = [""] * len(row)
            for column, (value, treatment) in cells.items():
                masked[column], why = self._cell(value, treatment, own, lone=len(content) == 1)
                if treatment.rule is helper:  # a hidden column that nobody filled in or misses
                    continue
                made.checked[column] += 1
                made.masked.update((column, title) for title in why)
            made.rows.append(masked)
        return made

    def _own_key(self, cells: Mapping[int, tuple[object, Treatment]]) -> str:
        ids = self._rules.by_name["id"]
        own = (v for v, t in cells.values() if t.rule is ids and not t.others)
        return next((key for value in own for key in self._number_keys(value)), "")

    def _sheet_name(self, grid: Grid, plan: Plan) -> tuple[str, tuple[str, ...]]:
        name, why = self.scanner.scan(grid.name)
        if not why and plan.of_child and _OF_ONE.fullmatch(name) and not _NO_PERSON.search(name):
            return PERSON_SHEET, (self._rules.by_name["pupil"].title,)
        return name, why

    def _cell(
        self, value: object, treatment: Treatment, own: str, *, lone: bool
    ) -> tuple[object, tuple[str, ...]]:
        """The cell of the copy, and the titles of the rules that changed it."""
        rule = treatment.rule
        if rule is None or not treatment.masks or (lone and self._spares_line(value)):
            return self._public(value)
        made = self._by_rule(value, rule, treatment, own)
        if made is None:
            return self._public(value)
        if isinstance(made, str):
            made = self.scanner.scan(made)[0]
        return made, (rule.title,) if made != value else ()

    def _spares_line(self, value: object) -> bool:
        """A remark that stands alone below a table belongs to none of its columns."""
        return isinstance(value, str) and self._is_remark(value)

    def _by_rule(
        self, value: object, rule: MaskRule, treatment: Treatment, own: str
    ) -> object | None:
        """The value masked by the rule of its column; None where it holds nothing for that rule."""
        text = text_of(value)
        if is_nothing(value) or is_masked(text, self._rules):
            return None
        if rule.method is Method.PSEUDONYM:
            return self._names(value, rule, own) if isinstance(value, str) else None
        if rule.method is Method.ENDS:
            return self._ends(value, rule)
        if rule.method is Method.PLACE:
            return place_of(text, self._rules.hidden) if text != "同上" else None
        if rule.method is Method.YEAR:
            return year_of(value, self._rules.hidden)
        if treatment.words is not None and treatment.words.find(text):
            return None
        return None if self._keep_text and rule.name == "text" else self._rules.mark

    def _names(self, value: str, rule: MaskRule, own: str) -> str:
        made = []
        for piece, name in names_in(value, self._rules):
            if not name:
                made.append(piece)
            elif len(name) <= LONGEST_NAME or plausible_name(name):
                made.append(self.people.pseudonym(rule, name, own))
            else:
                made.append(self._rules.hidden)
        return "".join(made)

    def _ends(self, value: object, rule: MaskRule) -> str | None:
        """A cell of numbers; a word beside them that may be a name is hidden as well."""
        text = digits_of(value)
        spans = self._numbers(text)
        if not spans:
            return None
        made, last = "", 0
        for start, end in spans:
            number = text[start:end]
            put = self.people.hidden_number(rule, number, number_key(number))
            made, last = made + self._without_names(text[last:start]) + put, end
        return made + self._without_names(text[last:])

    def _without_names(self, text: str) -> str:
        for word in words_in(text):
            if word not in self._rules.not_names:
                text = text.replace(word, self._rules.hidden)
        return text

    def _public(self, value: object) -> tuple[object, tuple[str, ...]]:
        """A cell of no personal column: what is shaped like a number or known is masked all the same."""
        if isinstance(value, bool | dt.date | dt.time | dt.timedelta):
            return value, ()
        if not isinstance(value, str):
            whole = digits_of(value)
            large = isinstance(value, int | float) and abs(value) >= LONG_NUMBER
            made, found = self.scanner.scan(whole) if large else ("", ())
            return (made, found) if found else (value, ())
        why: tuple[str, ...] = ()
        text = value
        for rule, start, end in reversed(self._lines(value)):
            put = self._by_rule(value[start:end], rule, Treatment(rule), "")
            if isinstance(put, str) and put != value[start:end]:
                text, why = text[:start] + put + text[end:], (*why, rule.title)
        text, found = self.scanner.scan(text)
        return text, (*why, *found)


@functools.cache
def public_words() -> frozenset[str]:
    """Words of forms and lists, folded; as whole cells they are nobody's name."""
    sheets = (sheet.sheet for form in all_forms() for sheet in form.sheets)
    words = (w for one in load_lists().values() for v in one.words for w in (v.value, *v.aliases))
    titles = (f.title for form in all_forms() for sheet in form.sheets for f in sheet.columns)
    every = (*sheets, *words, *titles, *standard_vocabulary().keys)
    return frozenset(fold(text).text for text in every)
