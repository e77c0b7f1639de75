"""Two lists of invented people, damaged as lists are, with the truth of who is who."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from random import Random

from kbbx_xl.rules.matching import People

SURNAMES, GIVEN = "王李张刘陈杨黄赵吴周", "伟强磊军勇杰涛明芳娜敏静丽娟秀霞平刚桂英梅兰凤雪慧"
FIRST_DAY = dt.date(2010, 9, 1)


@dataclass
class Labelled:
    """Both lists and, for every row, the number of the person; several rows may be one person."""

    left: People = field(default_factory=lambda: People([], [], [], [], [], [], []))
    right: People = field(default_factory=lambda: People([], [], [], [], [], [], []))
    left_who: list[int] = field(default_factory=list)
    right_who: list[int] = field(default_factory=list)


def add(people: People, **values: object) -> None:
    for column in ("name", "id_no", "student_no", "birth", "sex", "place", "seat"):
        getattr(people, column).append(values.get(column, None if column == "birth" else ""))


def labelled(count: int, seed: int = 1) -> Labelled:
    """``count`` people; nine tenths in either list, one in five with something wrong on the right."""
    rng, made = Random(seed), Labelled()
    for who in range(count):
        name = rng.choice(SURNAMES) + "".join(rng.choices(GIVEN, k=rng.choice((1, 2, 2))))
        born = FIRST_DAY + dt.timedelta(days=rng.randrange(3285))
        row: dict[str, object] = {
            "name": name,
            "id_no": f"520000{born:%Y%m%d}{who % 10000:04d}",
            "student_no": f"G{who:018d}",
            "birth": born,
            "sex": rng.choice("男女"),
            "place": f"学校{who // 400}{rng.randrange(1, 9)}班",
        }
        if rng.random() < 0.9:
            add(made.left, **row)
            made.left_who.append(who)
        if rng.random() < 0.9:
            add(made.right, **damaged(row, rng))
            made.right_who.append(who)
    return made


def damaged(row: dict[str, object], rng: Random) -> dict[str, object]:
    """The row as another office keeps it: no 学籍号, and at times a slip."""
    other, name = {**row, "student_no": ""}, str(row["name"])
    slip = rng.random()
    if slip < 0.04:  # the id cannot be used: nothing of it reaches the lists
        other["id_no"] = ""
    elif slip < 0.08:
        other["id_no"], other["name"] = "", name[0] + rng.choice(GIVEN) + name[2:]
    elif slip < 0.10:
        other["name"] = name[0] + name[:0:-1]
    elif slip < 0.14:
        other["id_no"], other["place"] = "", ""
    elif slip < 0.16:
        other["id_no"], other["birth"] = "", None
    elif slip < 0.18:  # another child's id was copied down
        other["id_no"] = str(row["id_no"])[:-4] + "9999"
    elif slip < 0.20:
        other["student_no"] = row["student_no"]
    return other
