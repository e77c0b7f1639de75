"""Plays the year of year.yaml: what stands in the workbooks of every unit at the end of a day.

A row appears on its day; later days fill its 返校日期, 核查结果 or 销号 in.  Nothing here counts or judges.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from tests.ids import with_check

from .file import CHILDREN, PLAIN, YEAR, person, person_key, teaching

UNITS: dict[str, dict[str, Any]] = YEAR["units"]
KEY_OF = {unit["name"]: key for key, unit in UNITS.items()}
Event = Mapping[str, Any]
Record = dict[str, object]
Sheets = dict[str, list[Record]]  # table id -> rows

ROLL_CALLED = "S06"  # keeps a roll call instead of 缺勤登记
CLASSMATES = 2  # invented pupils of every school who only attend
NO_COLUMN = ("day", "child", "units", "do", "joint", "school", "status", "listed")
LEDGERS = {"list_suspected": "suspected", "list_dropout": "dropout"}
LEDGER_STATUS = {"list_suspected": "疑似辍学", "list_dropout": "辍学"}
OF_PERSON = (
    "name", "sex", "birth", "id_no", "grade", "class_name", "guardian", "guardian_phone", "village",
    "special_group",
)  # fmt: skip


def of_person(child: str) -> Record:
    return {name: person(child)[name] for name in OF_PERSON if name in person(child)}


class Play:
    """The books of all units, day by day; ``units[key][table]`` are the rows as they stand."""

    def __init__(self) -> None:
        self.units: dict[str, Sheets] = {key: defaultdict(list) for key in UNITS}
        self.seats: dict[tuple[str, str], Record] = {}  # school, student -> row of 学生名册
        self.filled: dict[tuple[str, str], dt.date] = {}  # unit, paper -> day it was sent
        self.monthly: dict[str, set[str]] = defaultdict(set)  # unit -> months reported
        self.marks: dict[tuple[str, str, dt.date], str] = {}
        self._cases: dict[str, list[Record]] = defaultdict(list)  # case -> its ledger rows
        self._begin()

    def _begin(self) -> None:
        for number, school in enumerate(k for k in UNITS if k.startswith("S")):
            for one in range(CLASSMATES):
                self._seat(school, f"{school}-{one}", classmate(school, number * CLASSMATES + one))
        arriving = {e["child"] for e in YEAR["events"] if e["do"] == "transfer_in"}
        leaving = {e["child"] for e in YEAR["events"] if e["do"] == "transfer_out"}
        enrolled = {e["child"] for e in YEAR["events"] if e.get("change") == "入学"}
        for child, told in CHILDREN.items():
            if "of" not in told and child not in arriving - leaving | enrolled:
                self._seat(told["school"], child, of_person(child))

    def _seat(self, school: str, student: str, row: Record) -> None:
        row = {"status": "在读", **row}
        self.seats[school, student] = row
        self.units[school]["roster"].append(row)

    def _say(self, child: str, status: str) -> None:
        """The roster of the child's school says a new 就读状态."""
        seat = self.seats.get((person(child)["school"], person_key(child)))
        if seat is not None:
            seat["status"] = status

    def take(self, event: Event) -> None:
        """Write what happened into the books."""
        do = event["do"]
        if do in PLAIN:
            self._row(event)
        elif do in LEDGERS:
            self._list(event)
        elif do == "back":
            rows = self.units[person(event["child"])["school"]]["absence"]
            mine = [r for r in rows if r["name"] == person(event["child"])["name"]]
            mine[-1]["back"] = event["back"]
        elif do == "mark":
            student = person_key(event["child"])
            self.marks[ROLL_CALLED, student, event["date"]] = event["mark"]
        elif do == "verify":
            for row in self._cases[event["child"]]:
                row["verified"] = event["verified"]
        elif do == "close":
            row = self._cases[event["child"]][-1]
            row |= {name: event[name] for name in ("closed", "closing", "note")}
            row["closing_basis"] = self._papers(event["child"])
            self._say(event["child"], event["status"])
        elif do == "status":
            self._say(event["child"], event["status"])
        else:
            for unit in event["units"]:
                self._of_unit(unit, event)

    def _row(self, event: Event) -> None:
        child, table = event["child"], PLAIN[event["do"]]
        school = event.get("school", person(child)["school"])
        told = {k: v for k, v in event.items() if k not in NO_COLUMN}
        if event["do"] == "visit":
            told["joint"] = "是" if event["joint"] else "否"
        self.units[school][table].append({**of_person(child), **told})
        if event["do"] == "transfer_out":
            self._say(child, "转出")
        if event["do"] == "transfer_in" or event.get("change") == "入学":
            self._seat(school, person_key(child), of_person(child))

    def _list(self, event: Event) -> None:
        child, do = event["child"], event["do"]
        told = {k: v for k, v in event.items() if k not in NO_COLUMN}
        row = {**of_person(child), **told, "listed_on": event["listed"]}
        if self._cases[child]:  # what the first ledger says of the case is copied
            row = {**self._cases[child][-1], **row}
        self._cases[child].append(row)
        self.units[person(child)["school"]][LEDGERS[do]].append(row)
        self._say(child, LEDGER_STATUS[do])

    def _papers(self, child: str) -> str:
        """销号依据: the numbers of the papers that 佐证登记 has of the case by now."""
        mine = (e for e in YEAR["events"] if e["do"] == "evidence" and e["child"] == child)
        numbers = {str(event["number"]) for event in mine}
        rows = self.units[person(child)["school"]]["evidence"]
        return "、".join(str(row["number"]) for row in rows if row["number"] in numbers)

    def _of_unit(self, unit: str, event: Event) -> None:
        sheets, do = self.units[unit], event["do"]
        if do == "work":
            sheets["work_log"].append({name: event[name] for name in ("work_date", "work_kind")})
        elif do == "monthly":
            self.monthly[unit].add(event["month"])
            self.filled[unit, event["month"]] = event["day"]
        elif do == "roster":
            self.filled[unit, "roster"] = event["day"]
            self._grids(unit, event.get("without", ()))
        elif do == "sign":
            heads = self._heads(unit)
            for grid in event["grids"]:
                told = {name: event[name] for name in ("signed_on", "copies")}
                told |= {"level": level_of(grid), "grid_name": grid_name(grid)}
                sheets["signed"].append({**told, "signer": heads[grid]})
        else:
            names = ("level", "old_head", "new_head", "phone", "change_date", "reported_on")
            told = {name: event[name] for name in names if name in event}
            sheets["grid_changes"].append({"grid_name": grid_name(event["grid"]), **told})

    def _heads(self, center: str) -> dict[str, str]:
        """Who heads the grid of the town and of each school, changes included."""
        below = [key for key, unit in UNITS.items() if unit["parent"] == UNITS[center]["name"]]
        heads = {key: UNITS[key]["head"] for key in (center, *below)}
        for row in self.units[center]["grid_changes"]:
            heads[KEY_OF[str(row["grid_name"])]] = str(row["new_head"])
        return heads

    def _grids(self, center: str, without: Any) -> None:
        heads = self._heads(center)
        sheets = self.units[center]
        sheets["grid_town"] = [self._grid(grid_name(center), heads[center], 0)]
        schools = [key for key in heads if key != center]
        sheets["grid_school"] = [
            self._grid(grid_name(key), heads[key], number) for number, key in enumerate(schools, 1)
        ]
        served = {row["school"]: row["villages"] for row in YEAR["villages"]}
        sheets["grid_village"] = [
            self._grid(village, "" if village in without else heads[key], number)
            for number, key in enumerate(schools, 1)
            for village in served[key]
        ]

    @staticmethod
    def _grid(name: str, head: str, number: int) -> Record:
        return {"grid_name": name, "head": head, "phone": f"1740000{6000 + number}"}

    def roll_call(self, month: dt.date) -> list[Record]:
        """The roll call of the month of ``month`` up to that day, where one is kept."""
        days = [month.replace(day=n) for n in range(1, month.day + 1)]
        taught = [day for day in days if teaching(day, ROLL_CALLED)]
        rows: list[Record] = []
        for (school, student), seat in self.seats.items():
            if school == ROLL_CALLED:
                said = {d.day: self.marks.get((school, student, d), "√") for d in taught}
                names = ("name", "grade", "class_name")
                rows.append({**{name: seat[name] for name in names}, "marks": said})
        return rows


def classmate(school: str, number: int) -> Record:
    """An invented pupil of ``school`` who is always there."""
    junior = UNITS[school]["stage"] == "初中"
    born = dt.date(2013 if junior else 2017, 3, 1 + number % 28)
    return {
        "name": f"同学{'甲乙丙丁戊己庚辛壬癸'[number // 10]}{'甲乙丙丁戊己庚辛壬癸'[number % 10]}",
        "sex": "男" if number % 2 else "女",
        "birth": born,
        "id_no": with_check(f"520000{born:%Y%m%d}{200 + number:03d}"),
        "grade": "八年级" if junior else "四年级",
        "class_name": "2班",
    }


def level_of(unit: str) -> str:
    return "镇级" if unit.startswith("C") else "校级"


def grid_name(unit: str) -> str:
    """As the lists write it: the town of a centre, the name of a school (YL-49)."""
    return str(UNITS[unit].get("town") or UNITS[unit]["name"])


def play(days: Iterator[dt.date] | list[dt.date]) -> Iterator[tuple[dt.date, Play]]:
    """The books at the end of each of ``days`` (ascending): one Play that goes on, never a copy."""
    books, events = Play(), iter(YEAR["events"])
    waiting = next(events, None)
    for day in days:
        while waiting and waiting["day"] <= day:
            books.take(waiting)
            waiting = next(events, None)
        yield day, books


@cache
def starts() -> dict[tuple[str, dt.date], str]:
    """(name, first absent day) -> the case that begins with it."""
    found: dict[tuple[str, dt.date], str] = {}
    for event in YEAR["events"]:
        day = event.get("first_absent") or event.get("start") or event.get("date")
        if day:
            found[person(event["child"])["name"], day] = event["child"]
    return found


def student_named(name: str) -> str:
    """The first case of the student of that name, or the student; the name for a classmate."""
    return next((key for key, told in CHILDREN.items() if told.get("name") == name), name)
