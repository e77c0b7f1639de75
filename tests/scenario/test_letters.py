"""The letters of the year: on the day that the rules ask for one, the product writes it.

The books are those of that day before 办理记录 says that the letter went out.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from kbbx_xl.books.consolidate import load_directory
from kbbx_xl.books.read import read_file, read_folder
from kbbx_xl.flow.letters import Ask, subjects_of
from kbbx_xl.model import CalendarSheet, Directory, FileRead, Period
from kbbx_xl.settings.letters import About, letter_form

from .books import REGISTRATION, unit_of, write_county, write_directory, write_form
from .books import files_of as files_on
from .file import YEAR, nth_day, person
from .player import play, student_named
from .told import POLICY, case_of

EXPECTED: list[dict[str, Any]] = YEAR["expected"]
TITLES = {"行政处罚告知": "行政处罚告知书（草案）", "协查函": "控辍保学协查函"}
UNREGISTERED = ("省内就读无学籍", "省外就读无学籍")  # TH-06, TH-07
WEEK = dt.timedelta(days=7)  # P01-34
Wanted = dict[tuple[dt.date, str], set[tuple[str, str]]]  # day and school -> case and letter


def days(child: str, do: str, **said: object) -> list[dt.date]:
    return [
        event["day"]
        for event in YEAR["events"]
        if event["do"] == do and event.get("child") == child
        if all(event.get(name) == value for name, value in said.items())
    ]


def absent_since(child: str) -> dt.date:
    """The first day away; of a child who never came the day it was listed (K26)."""
    return (days(child, "absent") or days(child, "list_dropout"))[0]


def day_of(child: str, letter: str, month: str) -> dt.date:
    """The day of the month on which the rules ask for the letter."""
    school = person(child)["school"]
    if letter == "劝返复学通知书":
        return nth_day(absent_since(child), 3 if days(child, "absent") else 1, school)
    if letter == "学生辍学报告书":
        return nth_day(absent_since(child), 4, school)
    if letter == "行政处罚告知":
        (order,) = (
            e for e in YEAR["events"] if e.get("step") == "责令改正" and e["child"] == child
        )
        received: dt.date = order["received"]
        return received + WEEK
    found = {
        "学生辍学家访记录单": [d for d in days(child, "visit") if f"{d:%Y-%m}" == month],
        "限期复学通知书": days(child, "step", step="责令改正"),
        "延缓入学（休学）申请书": days(child, "step", step="县级核实同意"),
        "协查函": days(child, "step", step="协查"),
        "异地就读证明": days(child, "transfer_out"),
        "学籍转接联系函": [
            day for word in UNREGISTERED for day in days(child, "verify", verified=word)
        ],
    }
    return found[letter][-1]


def wanted() -> Wanted:
    """Every letter of the year, by the workbook that is asked and the day."""
    found: Wanted = defaultdict(set)
    for month in EXPECTED:
        for child, letters in month["letters"].items():
            for letter in letters:
                day = day_of(child, letter, month["month"])
                found[day, person(child)["school"]].add((child, letter))
    return found


def asked(
    letter: str, reads: list[FileRead], day: dt.date, directory: Directory, calendar: CalendarSheet
) -> set[str]:
    """Cases for which the letter is written on ``day``; transfers by the student."""
    form = letter_form(TITLES.get(letter, letter))
    ask = Ask(form, day, directory=directory, calendar=calendar, policy=POLICY)
    subjects = [one for one in subjects_of(reads, ask)[0] if not one.refusal]
    if form.about is About.CHANGE:
        return {student_named(one.facts["学生姓名"]) for one in subjects}
    return {case_of(one.facts["学生姓名"], one.since) for one in subjects}


def test_every_letter_is_written_on_its_day(tmp_path: Path) -> None:
    todo = wanted()
    missing: list[tuple[str, ...]] = []
    for day, books in play(sorted({day for day, _ in todo})):
        write_directory(tmp_path / "单位目录.xlsx", day)
        directory, calendar, _, _ = load_directory(tmp_path)
        for school in sorted(school for on, school in todo if on == day):
            path = tmp_path / f"{school}.xlsx"
            ((_, data, filled),) = (f for f in files_on(books, school, day) if f[0] == REGISTRATION)
            steps = [row for row in data.get("case_steps", ()) if row["step_date"] != day]
            data = {**data, "case_steps": steps}
            write_form(path, REGISTRATION, unit_of(school), day, data, filled)
            reads = [read_file(path, path.name, period=Period(day.year, day.month))]
            for child, letter in sorted(todo[day, school]):
                if child not in asked(letter, reads, day, directory, calendar):
                    missing.append((str(day), school, child, letter))
    assert not missing, "\n".join(map(" ".join, missing))


@pytest.mark.parametrize("month", EXPECTED[2::4], ids=lambda month: month["month"])
def test_only_open_cases_get_letters(month: dict[str, Any], tmp_path: Path) -> None:
    day = month["as_of"]
    ((_, books),) = play([day])
    write_county(tmp_path, books, day)
    directory, calendar, _, own = load_directory(tmp_path)
    period = Period(day.year, day.month)
    reads = [read_file(p, rel, period=period) for p, rel in read_folder(tmp_path) if p not in own]
    listed = {
        case
        for unit in month["units"].values()
        for word in ("疑似辍学", "辍学")
        for case in unit.get(word, ())
    }
    for letter in ("劝返复学通知书", "限期复学通知书", "行政处罚告知", "学生辍学报告书"):
        assert asked(letter, reads, day, directory, calendar) <= listed
    gone = asked("异地就读证明", reads, day, directory, calendar)
    assert gone == set(month["movement"]["out_of_county"])
