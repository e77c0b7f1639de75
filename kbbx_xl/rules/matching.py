"""Comparing two lists of people (人籍比对): who stands in both, in one only, and who may be the same.

Certain (确定) is only what a usable number says together with the name, or, between the papers of the
schools themselves, a name that its class has once.  Everything weaker is a candidate for a person to decide, with
the reason; nobody is merged on a likeness.  A damaged id decides nothing: where it is one slip from
the id of somebody of the same name, that is a reason to ask.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import islice, product

from kbbx_xl.rules.other_ids import near_ids, one_left_out

MOST_CANDIDATES = 5  # shown for one person of one list
_NAME_NOISE = re.compile(r"[\s·•・.．\-]")
Key = Callable[["People", int], Hashable]  # a key that is false joins nothing


class Confidence(StrEnum):
    """How sure it is that two rows are one person (把握)."""

    SURE = "确定"
    LIKELY = "很可能"
    POSSIBLE = "可能"


@dataclass(slots=True)
class People:
    """One list, column by column; "" or None where it says nothing.

    ``id_no`` and ``student_no`` hold usable numbers only; ``origin`` says how the id was got when it
    was not written so, ``damaged`` what was written of one that cannot be used.  ``place`` is where
    the names of a list are told apart (年级班级); ``seat`` the number within it (班内学号).
    """

    name: list[str] = field(default_factory=list)
    id_no: list[str] = field(default_factory=list)
    origin: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    student_no: list[str] = field(default_factory=list)
    birth: list[dt.date | None] = field(default_factory=list)
    sex: list[str] = field(default_factory=list)
    school: list[str] = field(default_factory=list)
    place: list[str] = field(default_factory=list)
    seat: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.name)


@dataclass(frozen=True, slots=True)
class Pair:
    """A row of the left list and a row of the right one; ``how``: what they have in common."""

    left: int
    right: int
    confidence: Confidence
    how: str


@dataclass(slots=True)
class Matching:
    """Every row of either list stands in exactly one of both, doubtful (perhaps several times), only."""

    both: list[Pair] = field(default_factory=list)
    doubtful: list[Pair] = field(default_factory=list)
    only_left: list[int] = field(default_factory=list)
    only_right: list[int] = field(default_factory=list)


def plain_name(name: str) -> str:
    """A name as it is compared: without spaces and the dots of 少数民族 names."""
    return _NAME_NOISE.sub("", name)


def match_people(left: People, right: People, *, by_school: bool = False) -> Matching:
    """Compare two lists by hash joins: numbers first, then names.

    ``by_school``: both lists are the schools' own, of one school or of several whose ``place`` then
    tells them apart.  There a name that stands once in a class on either side means one child, as
    everywhere else in this program.
    """
    work = _Work(_plain(left), _plain(right), by_school=by_school)
    work.by_number(lambda people, i: people.id_no[i], "证件号")
    work.by_number(lambda people, i: people.student_no[i], "学籍号")
    if by_school:
        work.by_class(_seated, "同校同班同号同名")
        work.by_class(_in_class, "同校同班同名，班内只有一名")
    work.by_damaged_id()
    work.by_name(_born_in_school)
    work.by_name(_born)
    work.by_name(_in_class)
    if by_school:
        work.by_name(_in_school)
    work.by_name(lambda people, i: people.name[i])
    work.by_likeness(lambda people, i: people.birth[i])
    work.by_likeness(lambda people, i: people.place[i])
    return work.result()


def _plain(people: People) -> People:
    return replace(people, name=[plain_name(name) for name in people.name])


class _Work:
    """The two lists while they are compared."""

    def __init__(self, left: People, right: People, *, by_school: bool) -> None:
        self.left, self.right, self.by_school = left, right, by_school
        self.both: list[Pair] = []
        self.doubts: dict[tuple[int, int], Pair] = {}
        self.settled: tuple[set[int], set[int]] = (set(), set())
        self.doubted: tuple[set[int], set[int]] = (set(), set())
        self.born = [Counter(_born(one, i) for i in range(len(one))) for one in (left, right)]

    def by_number(self, number: Key, title: str) -> None:
        """A number both lists have: sure when all who carry it have one name, else for a person."""
        for mine, theirs in self._joined(number):
            names = {self.left.name[i] for i in mine} | {self.right.name[j] for j in theirs}
            clash = any(self._clash(i, j) for i, j in _few(mine, theirs))
            clash = clash or any(self._mistakable(i, j) for i, j in _few(mine, theirs))
            clash = clash or _two_schools(self.left, mine) or _two_schools(self.right, theirs)
            if len(names) == 1 and "" not in names and not clash:
                self._settle(mine, theirs, f"{title}、姓名相同")
                continue
            for i, j in _few(mine, theirs):
                said = _names_said(self.left.name[i], self.right.name[j])
                self._doubt(i, j, Confidence.LIKELY, f"{title}相同，{said}{self._origin(i, j)}")

    def by_class(self, key: Key, how: str) -> None:
        """Within a school: a key that stands once on either side."""
        for mine, theirs in self._joined(key):
            if len(mine) == len(theirs) == 1 and not self._clash(mine[0], theirs[0]):
                self._settle(mine, theirs, how)

    def by_damaged_id(self) -> None:
        """People of one name of whom one side has a damaged id, one slip from the other's."""
        for mine, theirs in self._joined(lambda people, i: people.name[i]):
            damaged = [j for j in theirs if self.right.damaged[j]]
            for i in mine:
                for j in theirs if self.left.damaged[i] else damaged:
                    if slip := near_ids(_written(self.left, i), _written(self.right, j)):
                        said = f"姓名相同，证件号{slip}"
                        level = Confidence.POSSIBLE if self._clash(i, j) else Confidence.LIKELY
                        self._doubt(i, j, level, said)

    def by_name(self, key: Key) -> None:
        """Candidates of one name: rows alike by ``key`` that no better candidate speaks for."""
        for mine, theirs in self._joined(key):
            alone = len(mine) == len(theirs) == 1
            for i, j in _few(mine, theirs):
                if i in self.doubted[0] and j in self.doubted[1]:
                    continue
                if said := self._judged(i, j):
                    self._doubt(i, j, *(said if alone else _one_of_several(said)))

    def by_likeness(self, key: Key) -> None:
        """Names one slip apart, alike by ``key``, of people who have no candidate yet."""

        def free(people: People, i: int) -> Hashable:
            return None if i in self.doubted[people is self.right] else key(people, i)

        for mine, theirs in self._joined(free):
            for i in mine:
                alike = (j for j in theirs if self._alike(i, j))
                for j in islice(alike, MOST_CANDIDATES):
                    self._doubt(i, j, Confidence.POSSIBLE, f"姓名相近，{self._shared(i, j)}相同")

    def result(self) -> Matching:
        doubtful = [p for p in self.doubts.values() if not self._decided(p)]
        rows = ({p.left for p in doubtful}, {p.right for p in doubtful})
        left = [i for i in range(len(self.left)) if i not in rows[0] and i not in self.settled[0]]
        right = [j for j in range(len(self.right)) if j not in rows[1] and j not in self.settled[1]]
        both = sorted(self.both, key=lambda p: (p.left, p.right))
        order = list(Confidence)
        doubtful.sort(key=lambda p: (order.index(p.confidence), p.left, p.right))
        return Matching(both, doubtful, left, right)

    def _decided(self, pair: Pair) -> bool:
        return pair.left in self.settled[0] or pair.right in self.settled[1]

    def _joined(self, key: Key) -> list[tuple[list[int], list[int]]]:
        """Rows of both lists with the same key, settled ones left out."""
        groups = self._grouped(self.left, 0, key)
        others = self._grouped(self.right, 1, key)
        return [(rows, others[value]) for value, rows in groups.items() if value in others]

    def _grouped(self, people: People, side: int, key: Key) -> dict[Hashable, list[int]]:
        groups: dict[Hashable, list[int]] = defaultdict(list)
        settled = self.settled[side]
        for i in range(len(people)):
            if i not in settled and (value := key(people, i)):
                groups[value].append(i)
        return groups

    def _settle(self, mine: Sequence[int], theirs: Sequence[int], how: str) -> None:
        """Pair row by row; a row too many on one side is the last of the other once more."""
        for n in range(max(len(mine), len(theirs))):
            i, j = mine[min(n, len(mine) - 1)], theirs[min(n, len(theirs) - 1)]
            again = "（重复的一行）" if n >= min(len(mine), len(theirs)) else ""
            origin = self._origin(i, j)
            self.both.append(Pair(i, j, Confidence.SURE, f"{how}{origin}{again}"))
        self.settled[0].update(mine)
        self.settled[1].update(theirs)

    def _doubt(self, i: int, j: int, confidence: Confidence, how: str) -> None:
        self.doubts.setdefault((i, j), Pair(i, j, confidence, how))
        self.doubted[0].add(i)
        self.doubted[1].add(j)

    def _origin(self, i: int, j: int) -> str:
        """How the ids that agree were got: （证件号由15位换算）; "" when they were written so."""
        if self.left.id_no[i] != self.right.id_no[j]:
            return ""
        said = "、".join(dict.fromkeys(filter(None, (self.left.origin[i], self.right.origin[j]))))
        return f"（证件号{said}）" if said else ""

    def _clash(self, i: int, j: int) -> bool:
        """Two usable ids that differ, or two sexes."""
        ids, sexes = (
            (self.left.id_no[i], self.right.id_no[j]),
            (self.left.sex[i], self.right.sex[j]),
        )
        return any(a and b and a != b for a, b in (ids, sexes))

    def _mistakable(self, i: int, j: int) -> bool:
        """At two schools, and a namesake born that day is in the lists: the number may be copied."""
        born = _born(self.left, i)
        namesakes = max(count[born] for count in self.born) > 1 if born else False
        return namesakes and self._compared(i, j)[2] is False

    def _compared(self, i: int, j: int) -> tuple[bool | None, bool | None, bool | None]:
        """Whether birth, class and school are the same; None where one side does not say."""
        left, right = self.left, self.right
        births = left.birth[i], right.birth[j]
        places, schools = (left.place[i], right.place[j]), (left.school[i], right.school[j])
        return (
            births[0] == births[1] if all(births) else None,
            places[0] == places[1] if all(places) else None,
            schools[0] in schools[1] or schools[1] in schools[0] if all(schools) else None,
        )

    def _shared(self, i: int, j: int) -> str:
        """What two rows have in common, in words."""
        birth, place, school = self._compared(i, j)
        sex = self.left.sex[i] and self.left.sex[i] == self.right.sex[j]
        facts = (
            (birth, "出生日期"), (sex, "性别"), (place, "班级"), (school and not place, "学校"),
        )  # fmt: skip
        return "、".join(word for fact, word in facts if fact)

    def _judged(self, i: int, j: int) -> tuple[Confidence, str] | None:
        """How sure two rows of one name are one person; None when nothing but the name speaks for it."""
        birth, place, school = self._compared(i, j)
        how = "、".join(("姓名", *filter(None, [self._shared(i, j)]))) + "相同"
        if self._clash(i, j):
            said = f"{how}，证件号或性别不同{self._slip(i, j)}"
            return (Confidence.POSSIBLE, said) if birth or place else None
        if birth and school is False:
            return Confidence.POSSIBLE, f"{how}，学校不同，可能转学或同名"
        if birth and place is not False:
            return Confidence.LIKELY, how
        if birth:
            return Confidence.POSSIBLE, f"{how}，班级不同"
        if place:
            return Confidence.POSSIBLE, f"{how}，出生日期不同" if birth is False else how
        bare = birth is None and (place is None or self.by_school) and school is not False
        return (Confidence.POSSIBLE, f"{how}，没有别的可比") if bare else None

    def _slip(self, i: int, j: int) -> str:
        """What two usable ids of one name differ in, when it is one slip: ，证件号只差一位."""
        slip = near_ids(self.left.id_no[i], self.right.id_no[j])
        return f"，证件号{slip}" if slip else ""

    def _alike(self, i: int, j: int) -> bool:
        contradicted = False in self._compared(i, j) or self._clash(i, j)
        return not contradicted and near_names(self.left.name[i], self.right.name[j])


def _few(mine: Sequence[int], theirs: Sequence[int]) -> Iterator[tuple[int, int]]:
    return product(mine[:MOST_CANDIDATES], theirs[:MOST_CANDIDATES])


def _one_of_several(said: tuple[Confidence, str]) -> tuple[Confidence, str]:
    return Confidence.POSSIBLE, f"{said[1]}，这样的不止一名"


def _two_schools(people: People, rows: Sequence[int]) -> bool:
    """Whether one number stands in one list at several schools: a copied id, or a child twice."""
    return len(rows) > 1 and len({people.school[i] for i in rows} - {""}) > 1


def _names_said(one: str, other: str) -> str:
    if one == other:
        return "姓名相同，另有出入"
    return "姓名只差一处" if near_names(one, other) else "姓名不同"


def _written(people: People, i: int) -> str:
    return people.id_no[i] or people.damaged[i]


def near_names(one: str, other: str) -> bool:
    """Whether two names are one slip apart: a character wrong, left out, added, or two swapped."""
    if min(len(one), len(other)) < 2 or one == other or abs(len(one) - len(other)) > 1:
        return False
    if len(one) == len(other):
        wrong = sum(a != b for a, b in zip(one, other, strict=True))
        return wrong == 1 or (wrong == 2 and sorted(one) == sorted(other))
    return one_left_out(one, other)


def _born(people: People, i: int) -> Hashable:
    name, birth = people.name[i], people.birth[i]
    return (name, birth) if name and birth else None


def _born_in_school(people: People, i: int) -> Hashable:
    born, school = _born(people, i), people.school[i]
    return (born, school) if born and school else None


def _in_school(people: People, i: int) -> Hashable:
    name, school = people.name[i], people.school[i]
    return (name, school) if name and school else None


def _in_class(people: People, i: int) -> Hashable:
    name, place = people.name[i], people.place[i]
    return (name, place) if name and place else None


def _seated(people: People, i: int) -> Hashable:
    inside, seat = _in_class(people, i), people.seat[i].lstrip("0")
    return (inside, seat) if inside and seat else None
