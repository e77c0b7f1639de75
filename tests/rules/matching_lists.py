"""Two lists of invented people, damaged as lists are, with the truth of who is who.

The left list is a register, complete but for some ids.  The right one is another office's: no 学籍号,
and a slip in one row of three.  Among the people are namesakes born on one day, twins whose names
differ in one character, and some old enough for an id of 15 digits.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from random import Random

from kbbx_xl.rules.identity import birth_of, sex_of
from kbbx_xl.rules.matching import Matching, People
from kbbx_xl.rules.other_ids import find_id
from tests.ids import with_check

SURNAMES, GIVEN = "王李张刘陈杨黄赵吴周", "伟强磊军勇杰涛明芳娜敏静丽娟秀霞平刚桂英梅兰凤雪慧"
FIRST_DAY, OLD_DAY, DAYS = dt.date(2010, 9, 1), dt.date(1995, 1, 1), 3285
IN_A_SCHOOL, CLASSES = 400, 8
NAMESAKES, TWINS, GROWN = 0.02, 0.03, 0.02  # shares of the people
IN_LIST = 0.9  # of the people, in either list
SLIPS = {  # shares of the right list's rows
    "missing_id": 0.04, "typo_name": 0.03, "typo_name_no_id": 0.03, "swapped_name": 0.02,
    "swapped_digits": 0.03, "wrong_digit": 0.03, "excel_digits": 0.02, "bare_swapped": 0.02,
    "no_id_no_school": 0.03, "no_id_no_birth": 0.02, "copied_id": 0.01, "moved": 0.02,
    "moved_no_id": 0.01, "disability": 0.02,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """A person as a list writes it; ``slip`` names what is wrong with the row, "" for nothing."""

    who: int
    name: str
    id_no: str
    birth: dt.date | None
    sex: str
    school: str
    class_name: str
    student_no: str = ""
    slip: str = ""


@dataclass
class Labelled:
    """Both lists as written, and as they are compared."""

    left_rows: list[Row] = field(default_factory=list)
    right_rows: list[Row] = field(default_factory=list)

    @property
    def left(self) -> People:
        return compared(self.left_rows)

    @property
    def right(self) -> People:
        return compared(self.right_rows)

    def right_pair(self, left: int, right: int) -> bool:
        return self.left_rows[left].who == self.right_rows[right].who


@dataclass(frozen=True, slots=True)
class Score:
    """Of the people in both lists: the share found for certain, and the share found or asked about."""

    wrong: int
    certain: float
    told: float
    questions: float  # rows to decide for each person in both lists
    by_slip: dict[str, tuple[int, int, int]]  # slip -> people in both lists, certain, asked about


def add(people: People, **values: object) -> None:
    for column in People.__dataclass_fields__:
        getattr(people, column).append(values.get(column, None if column == "birth" else ""))


def compared(rows: Sequence[Row]) -> People:
    """The columns of a list as the flow makes them of what is written."""
    made = People()
    for row in rows:
        found = find_id(row.id_no)
        add(
            made,
            name=row.name,
            id_no=found.value,
            origin=found.origin,
            damaged=found.damaged,
            student_no=row.student_no,
            birth=birth_of(found.value) if found.value else row.birth,
            sex=row.sex or (sex_of(found.value) if found.value else ""),
            school=row.school,
            place=f"{row.school}{row.class_name}" if row.school and row.class_name else "",
        )
    return made


def labelled(count: int, seed: int = 1) -> Labelled:
    """``count`` people; nine tenths in either list."""
    rng, made = Random(seed), Labelled()
    for row in _people(count, rng):
        if rng.random() < IN_LIST:
            shown = replace(row, id_no="") if rng.random() < 0.01 else row
            made.left_rows.append(shown)
        if rng.random() < IN_LIST:
            made.right_rows.append(damaged(row, rng, count))
    rng.shuffle(made.right_rows)
    return made


def _people(count: int, rng: Random) -> list[Row]:
    people: list[Row] = []
    serial: Counter[dt.date] = Counter()
    for who in range(count):
        kind, other = rng.random(), people[rng.randrange(len(people))] if people else None
        name = rng.choice(SURNAMES) + "".join(rng.choices(GIVEN, k=rng.choice((1, 2, 2))))
        born = FIRST_DAY + dt.timedelta(days=rng.randrange(DAYS))
        number, room = who // IN_A_SCHOOL, f"{rng.randrange(1, CLASSES + 1)}班"
        school = f"第{number}学校"
        if other and other.birth and kind < NAMESAKES:
            name, born = other.name, other.birth
        elif other and other.birth and kind < NAMESAKES + TWINS:
            name, born = other.name[:-1] + rng.choice(GIVEN), other.birth
            school, room = other.school, rng.choice((other.class_name, room))
        elif kind < NAMESAKES + TWINS + GROWN:
            born = OLD_DAY + dt.timedelta(days=rng.randrange(DAYS // 2))
        serial[born] += 1
        number_18 = id_of(born, serial[born])
        people.append(
            Row(who, name, number_18, born, sex_of(number_18), school, room, f"G{who:018d}")
        )
    return people


def id_of(born: dt.date, serial: int) -> str:
    return with_check(f"520000{born:%Y%m%d}{serial % 1000:03d}")


def damaged(row: Row, rng: Random, count: int) -> Row:
    """The row as another office keeps it."""
    other = replace(row, student_no="")
    if row.birth and row.birth.year < 2000 and rng.random() < 0.5:
        return replace(other, id_no=row.id_no[:6] + row.id_no[8:17], slip="fifteen")
    slip = rng.choices((*SLIPS, ""), (*SLIPS.values(), 1 - sum(SLIPS.values())))[0]
    number, name = row.id_no, row.name
    elsewhere = f"第{rng.randrange(count // IN_A_SCHOOL + 1)}学校"
    typo = name[0] + rng.choice(GIVEN) + name[2:]
    at = rng.randrange(6, 16)
    swapped = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    wrong = number[:at] + str((int(number[at]) + rng.randrange(1, 10)) % 10) + number[at + 1 :]
    changes: dict[str, dict[str, object]] = {
        "missing_id": {"id_no": ""},
        "typo_name": {"name": typo},
        "typo_name_no_id": {"name": typo, "id_no": ""},
        "swapped_name": {"name": name[0] + name[:0:-1], "id_no": ""},
        "swapped_digits": {"id_no": swapped},
        "wrong_digit": {"id_no": wrong},
        "excel_digits": {"id_no": number[:15] + "000", "birth": None},
        "bare_swapped": {"id_no": swapped, "birth": None, "school": "", "class_name": ""},
        "no_id_no_school": {"id_no": "", "school": "", "class_name": ""},
        "no_id_no_birth": {"id_no": "", "birth": None},
        "copied_id": {"id_no": id_of(row.birth or FIRST_DAY, 1)},
        "moved": {"school": elsewhere},
        "moved_no_id": {"school": elsewhere, "id_no": ""},
        "disability": {"id_no": f"{number}{rng.randrange(1, 8)}{rng.randrange(1, 5)}"},
    }
    return replace(other, **changes.get(slip, {}), slip=slip)  # type: ignore[arg-type]


def score(lists: Labelled, found: Matching) -> Score:
    """How the answer stands to the truth."""
    wrong = sum(not lists.right_pair(p.left, p.right) for p in found.both)
    certain = {p.right for p in found.both if lists.right_pair(p.left, p.right)}
    asked = {p.right for p in found.doubtful if lists.right_pair(p.left, p.right)}
    registered = {row.who for row in lists.left_rows}
    counts: dict[str, list[int]] = {}
    for j, row in enumerate(lists.right_rows):
        if row.who in registered:
            one = counts.setdefault(row.slip, [0, 0, 0])
            one[0] += 1
            one[1] += j in certain
            one[2] += j in asked
    true, sure, told = (sum(one[n] for one in counts.values()) for n in range(3))
    return Score(
        wrong, sure / true, (sure + told) / true, len(found.doubtful) / true,
        {slip: (n, c, a) for slip, (n, c, a) in sorted(counts.items())},
    )  # fmt: skip
