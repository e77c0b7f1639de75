"""The scenario of one year agrees with itself: people, words, order, day counts and sums.

Nothing here runs the rules of the program: days are counted again from the calendar of the file.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

import pytest

from kbbx_xl.settings.forms import all_forms
from kbbx_xl.settings.lists import load_lists
from kbbx_xl.settings.policies import LegalStepName, Policy, StepName, read_policy
from kbbx_xl.settings.strict import load

from .file import CHILDREN, HERE, PLAIN, YEAR, nth_day, person

EVENTS, EXPECTED = YEAR["events"], YEAR["expected"]
CASES = sorted(key for key in CHILDREN if key.startswith("K"))
SCHOOLS = sorted(key for key in YEAR["units"] if key.startswith("S"))
MONTHS = pytest.mark.parametrize("month", EXPECTED, ids=lambda month: month["month"])

# what an event writes: the table of config/forms and, beside its columns, the marks of the scenario
TABLES = {
    **PLAIN,
    "back": "absence",
    "list_suspected": "suspected",
    "list_dropout": "dropout",
    "verify": "suspected",
    "close": "suspected",
    "status": "roster",
    "work": "work_log",
}
MARKS = {"listed", "closing", "status", "joint", "school"}
FREE = {"mark", "monthly", "roster", "sign", "grid_change"}
WORDS = {
    "verified": "verified",
    "closing": "closing",
    "item": "evidence_item",
    "change": "change",
    "work_kind": "work_kind",
    "schooling": "schooling",
    "per": "send_per",
    "leave_kind": "leave_kind",
    "status": "status",
    "reason": "dropout_reason",
}


def policy() -> Policy:
    return read_policy(load(HERE / "policy.yaml"))


def rows(do: str, *, child: str = "", until: dt.date = dt.date.max) -> list[dict[str, Any]]:
    return [
        event
        for event in EVENTS
        if event["do"] == do and event["day"] <= until and child in ("", event.get("child"))
    ]


def words_of(name: str) -> dict[str, Any]:
    return {word.value: word for word in load_lists()[name].words}


def closed_by(as_of: dt.date) -> dict[str, str]:
    return {event["child"]: event["closing"] for event in rows("close", until=as_of)}


def test_a_county_of_24_schools_and_40_cases() -> None:
    levels = Counter(unit["level"] for unit in YEAR["units"].values())
    assert levels == {"县": 1, "中心校": 4, "学校": 24}
    stages = {YEAR["units"][school]["stage"] for school in SCHOOLS}
    assert stages == {"小学", "初中", "九年一贯制", "小学（教学点）"}
    assert [f"K{number:02d}" for number in range(1, 41)] == CASES
    names = {unit["name"] for unit in YEAR["units"].values()}
    assert all(unit["parent"] in {"", *names} for unit in YEAR["units"].values())
    assert {row["school"] for row in YEAR["villages"]} == set(SCHOOLS)


def test_every_child_has_an_id_of_its_birth_and_sex_with_a_true_check_digit() -> None:
    people = [child for child in CHILDREN.values() if "of" not in child]
    for child in people:
        number = child["id_no"]
        assert number[:14] == "520000" + child["birth"].strftime("%Y%m%d")
        assert int(number[16]) % 2 == (child["sex"] == "男")
        weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
        total = sum(int(digit) * weight for digit, weight in zip(number, weights, strict=False))
        assert number[17] == "10X98765432"[total % 11]
        assert child["school"] in SCHOOLS
        assert child["guardian_phone"].startswith("1740000")
    for key in ("id_no", "name", "guardian_phone"):
        assert len({child[key] for child in people}) == len(people)


def test_events_stand_in_order_and_name_known_children_and_units() -> None:
    days = [event["day"] for event in EVENTS]
    assert days == sorted(days)
    assert YEAR["school_year"]["start"] <= days[0] <= days[-1] <= YEAR["school_year"]["end"]
    for event in EVENTS:
        assert event["do"] in TABLES or event["do"] in FREE
        assert ("child" in event) != ("units" in event)
        assert event.get("child", "K01") in CHILDREN
        assert set(event.get("units", ())) <= set(YEAR["units"])


def test_events_use_the_columns_and_words_of_the_forms() -> None:
    tables = {
        sheet.table: {column.name for column in sheet.columns}
        for form in all_forms()
        for sheet in form.sheets
    }
    for event in EVENTS:
        if event["do"] in FREE:
            continue
        columns = set(event) - {"day", "child", "units", "do"} - MARKS
        assert columns <= tables[TABLES[event["do"]]], event
        for column, name in WORDS.items():
            if column in event and not (column == "reason" and event["do"] == "absent"):
                assert event[column] in words_of(name), event
        if event["do"] == "visit":
            assert event["result"] in words_of("visit_result")
        if event["do"] == "step":
            assert event["step"] in words_of("case_step")


def test_every_category_closing_and_legal_step_occurs() -> None:
    verified = words_of("verified")
    used = {event["verified"] for event in rows("verify")}
    assert {verified[word].code for word in used} == set("ABCDEFGHIJKLM")
    assert {"姓名错别字", "父母离异带走", "其他"} <= used
    assert {event["closing"] for event in rows("close")} == set(words_of("closing"))
    by_case: dict[str, set[str]] = {key: set() for key in CASES}
    for event in rows("step"):
        if event["child"] in by_case:
            by_case[event["child"]].add(event["step"])
    four = {str(step) for step in LegalStepName}
    assert sum(four <= steps for steps in by_case.values()) == 4
    assert sum("of" in CHILDREN[key] for key in CASES) == 4


def test_every_step_of_the_policy_falls_due() -> None:
    profile = policy()
    assert {step.step for step in profile.steps} == set(StepName)
    assert {step.step for step in profile.legal} == set(LegalStepName)
    tasks = {line["task"] for month in EXPECTED for line in month["todo"]}
    assert {step.title for step in profile.steps} <= tasks
    duties = {line["task"] for month in EXPECTED for line in month["duties"]}
    assert {duty.title for duty in profile.duties} - {"目标责任书"} == duties


@pytest.mark.parametrize("key", CASES)
def test_days_of_the_ladder_are_counted_on_the_calendar_of_the_file(key: str) -> None:
    school = person(key)["school"]
    due = {
        line["task"]: line["due"]
        for month in EXPECTED
        for line in month["todo"]
        if line["child"] == key
    }
    for event in rows("absent", child=key):
        steps = {"联系家长": 1, "建档劝返": 3, "家访": 3, "书面上报": 4, "报学籍管理人员": 5}
        for title, count in {**steps, "标记疑似辍学": 6}.items():
            assert due[title] == nth_day(event["start"], count, school)
    for event in rows("list_suspected", child=key):
        assert event["listed"] == due["标记疑似辍学"]
        if "标记辍学" in due:
            month_on = event["listed"].month % 12 + 1
            year = event["listed"].year + (month_on == 1)
            same_day = event["listed"].replace(year=year, month=month_on)
            assert due["标记辍学"] == nth_day(same_day + dt.timedelta(1), 1, school)


def test_the_months_are_the_ten_of_the_school_year() -> None:
    ends = [month["as_of"] for month in EXPECTED]
    assert [f"{day:%Y-%m}" for day in ends] == [month["month"] for month in EXPECTED]
    assert len(ends) == 10
    assert all((day + dt.timedelta(1)).day == 1 for day in ends)
    assert ends[0] == dt.date(2026, 9, 30)
    assert ends[-1] == dt.date(2027, 6, 30)


@MONTHS
def test_the_county_is_the_sum_of_its_units(month: dict[str, Any]) -> None:
    county, units = month["county"], month["units"]
    assert set(units) <= set(SCHOOLS)
    for status in ("疑似辍学", "辍学", "opened", "closed"):
        assert county[status] == sum(len(unit.get(status, ())) for unit in units.values())
    assert county["open"] == county["疑似辍学"] + county["辍学"]
    assert county["open"] == sum(county["open_by_step"].values())
    ended = Counter(word for unit in units.values() for word in unit.get("closed", {}).values())
    assert county["closed_as"] == ended
    steps = Counter(month["legal"].values())
    assert {k: v for k, v in county["open_by_step"].items() if v and k != "没有"} == steps
    for school, unit in units.items():
        for keys in unit.values():
            assert all(person(key)["school"] == school for key in keys)


def test_open_cases_carry_over_from_month_to_month() -> None:
    carried = 0
    for month in EXPECTED:
        county = month["county"]
        carried += county["opened"] - county["closed"]
        assert county["open"] == carried
    assert sum(month["county"]["opened"] for month in EXPECTED) == len(CASES)


@MONTHS
def test_ledgers_visits_and_rates_follow_from_the_events(month: dict[str, Any]) -> None:
    as_of = month["as_of"]
    closed = closed_by(as_of)
    dropped = {event["child"] for event in rows("list_dropout", until=as_of)}
    listed = dropped | {event["child"] for event in rows("list_suspected", until=as_of)}
    ledger = {
        status: {key for unit in month["units"].values() for key in unit.get(status, ())}
        for status in ("疑似辍学", "辍学")
    }
    assert ledger["辍学"] == dropped - set(closed)
    assert ledger["疑似辍学"] == listed - dropped - set(closed)
    visits = Counter(event["child"] for event in rows("visit", until=as_of))
    assert month["visits"] == visits
    joint = Counter(event["child"] for event in rows("visit", until=as_of) if event["joint"])
    assert month["joint_visits"] == joint
    returned = {key for key, word in closed.items() if word == "已返校"}
    assert month["rates"]["劝返率"] == [len(returned), len(listed)]
    again = {CHILDREN[key]["of"] for key in listed if "of" in CHILDREN[key]}
    assert month["rates"]["复学率"] == [len((returned & dropped) - again), len(dropped)]


@MONTHS
def test_missing_evidence_is_not_registered_and_lessons_add_up(month: dict[str, Any]) -> None:
    as_of = month["as_of"]
    for key, items in month["evidence_missing"].items():
        have = {event["item"] for event in rows("evidence", child=key, until=as_of)}
        assert not have & {part for item in items for part in item.split(" 或 ")}
        assert rows("verify", child=key, until=as_of)
    for key, told in month["teaching"].items():
        held = [
            event["hours"]
            for event in rows("lesson", child=key)
            if f"{event['day']:%Y-%m}" == month["month"]
        ]
        assert (told["held"], told["hours"]) == (len(held), sum(held))
        assert told["counted"] == sum(hours >= 2 for hours in held)
        assert told["lacking"] == max(0, told["required"] - told["counted"])


def test_two_home_taught_children_each_lack_one_visit_in_one_month() -> None:
    lacking = [
        (month["month"], key, told["lacking"])
        for month in EXPECTED
        for key, told in month["teaching"].items()
        if told["lacking"]
    ]
    assert lacking == [("2026-12", "K06", 1), ("2027-05", "K21", 1)]


@MONTHS
def test_the_state_of_every_task_follows_from_its_dates(month: dict[str, Any]) -> None:
    as_of = month["as_of"]
    for line in [*month["todo"], *month["duties"]]:
        due, done = line["due"], line.get("done")
        if done is not None:
            assert done <= as_of
            expected = "已办"
        elif due is None:
            expected = "待办"
        elif due == as_of:
            expected = "今日到期"
        else:
            expected = "已逾期" if due < as_of else "未到期"
        assert line["state"] == expected, line
        assert line["unit"] in YEAR["units"]
        assert line.get("child", "K01") in CASES


def test_contradictions_are_in_the_events() -> None:
    last = EXPECTED[-1]["contradictions"]
    assert sorted(last) == ["K16", "K20", "K29"]
    steps = [event["step"] for event in rows("step", child="K16")]
    assert "行政处罚" in steps
    assert "责令改正" not in steps
    assert rows("close", child="K20")[0]["closed"] < rows("list_dropout", child="K20")[0]["listed"]
    assert not rows("evidence", child="K29")
    for key in closed_by(dt.date.max):
        assert rows("evidence", child=key) or key == "K29"


def test_county_approval_of_deferral_follows_three_joint_visits() -> None:
    for key in ("K02", "K09"):
        (approved,) = [e for e in rows("step", child=key) if e["step"] == "县级核实同意"]
        joint = [e for e in rows("visit", child=key, until=approved["day"]) if e["joint"]]
        assert len(joint) == 3
        assert approved["until"] > approved["step_date"]


@MONTHS
def test_movement_follows_from_the_transfers(month: dict[str, Any]) -> None:
    as_of, moved = month["as_of"], month["movement"]
    names = {unit["name"] for unit in YEAR["units"].values()}
    inside = {e["child"]: e["other_school"] in names for e in rows("transfer_out", until=as_of)}
    arrived = {event["child"] for event in rows("transfer_in", until=as_of)}
    gone = {key for key, in_county in inside.items() if in_county}
    assert moved["paired"] == sorted(gone & arrived)
    assert moved["orphans"] == sorted(gone - arrived)
    assert moved["out_of_county"] == sorted(set(inside) - gone)
    assert moved["into_county"] == sorted(arrived - set(inside))
