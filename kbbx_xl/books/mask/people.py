"""Who is in a workbook, and what each is called in its masked copy (文件内编号).

Within one file the same child is always 学生001, whether a list gives the id or only the name, and
two children of one name with different ids have different numbers.  A name alone that two children
bear has a number of its own, because nobody can say which of them is meant.  The numbers follow the
order of first mention and mean nothing outside the file.
"""

from __future__ import annotations

from collections.abc import Container, Iterable

from kbbx_xl.rules.masking import Known, fold, hide, plausible_name
from kbbx_xl.settings.masking import MaskingRules, MaskRule, Method

SHORTEST_NUMBER = 7  # characters of an id or phone that is looked for in other cells


class People:
    """Collects the persons of a workbook, then names them."""

    def __init__(self, rules: MaskingRules) -> None:
        self._rules = rules
        self._pupil = rules.by_name["pupil"]
        self._seen: dict[tuple[str, str, str], None] = {}  # label, name, id
        self._owners: dict[str, dict[str, None]] = {}  # name of a child -> ids
        self._same: dict[str, str] = {}  # another number of a person -> its id
        self._ids: dict[str, None] = {}
        self._phones: dict[str, None] = {}
        self._numbers: dict[tuple[str, str, str], int] = {}
        self._by_id: dict[str, int] = {}
        self._last: dict[str, int] = {}

    def see(self, rule: MaskRule, name: str, number: str = "") -> None:
        """A name of a cell, with the id of its row when it is a child's."""
        child = rule is self._pupil
        number = number if child else ""
        self._seen[rule.label, name, number] = None
        if child and number:
            self._owners.setdefault(name, {})[number] = None

    def see_ids(self, numbers: Iterable[str]) -> str:
        """The numbers of one person, 身份证号 and 学籍号; the first of them stands for all."""
        first = ""
        for number in numbers:
            first = first or self._same.get(number, number)
            self._ids[number] = None
            if number != first:
                self._same.setdefault(number, first)
        return first

    def see_phone(self, number: str) -> None:
        self._phones[number] = None

    def settle(self) -> None:
        """Give every person a number; call it once, after everybody was seen."""
        for label, name, number in self._seen:
            self._number(label, name, number)
        for number in self._ids:
            self.id_number(number)

    def pseudonym(self, rule: MaskRule, name: str, number: str = "") -> str:
        """What a name is called: 学生001, 家长012, 人员003."""
        if rule is not self._pupil:
            number = ""
        return f"{rule.label}{self._number(rule.label, name, number):03d}"

    def _number(self, label: str, name: str, number: str) -> int:
        number = self._same.get(number, number)
        owners = self._owners.get(name, {}) if label == self._pupil.label else {}
        if not number and len(owners) == 1:
            number = self._same.get(next(iter(owners)), next(iter(owners)))
        key = (label, name, number)
        if key not in self._numbers:
            self._last[label] = self._last.get(label, 0) + 1
            self._numbers[key] = self._last[label]
            if number:
                self._by_id.setdefault(number, self._numbers[key])
        return self._numbers[key]

    def id_number(self, number: str) -> int:
        """The number of the person with this id."""
        whole = self._same.get(number, number)
        if whole not in self._by_id:
            self._last[self._pupil.label] = self._last.get(self._pupil.label, 0) + 1
            self._by_id[whole] = self._last[self._pupil.label]
        return self._by_id[whole]

    def hidden_number(self, rule: MaskRule, written: str, key: str) -> str:
        """An id or phone as the copy shows it; ids are followed by the number of the person."""
        text = hide(fold(written).text, rule.first, rule.last)
        return f"{text}-{self.id_number(key):03d}" if rule.numbered else text

    def known(self, public: Container[str]) -> Known:
        """Everything that must not be left in any text; never a word of ``public`` (folded)."""
        found: dict[str, tuple[str, MaskRule]] = {}
        for rule, phones in (
            (self._rules.by_name["id"], False),
            (self._rules.by_name["phone"], True),
        ):
            for number in self._phones if phones else self._ids:
                if len(number) >= SHORTEST_NUMBER:
                    found[number] = self.hidden_number(rule, number, number), rule
        for rule in (r for r in self._rules.rules if r.method is Method.PSEUDONYM):
            self._known_names(rule, found)
        return Known({text: put for text, put in found.items() if fold(text).text not in public})

    def _known_names(self, rule: MaskRule, found: dict[str, tuple[str, MaskRule]]) -> None:
        names = {name: None for label, name, _ in self._seen if label == rule.label}
        for name in names:
            if plausible_name(name):
                put = self.pseudonym(rule, name), rule
                if rule is self._pupil or name not in found:
                    found[name] = put
