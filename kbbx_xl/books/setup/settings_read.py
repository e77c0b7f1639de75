"""设置.xlsx -> CountySetup: every wrong cell a finding, all of them at once."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from kbbx_xl.books.setup.cells import LONGEST, Desk, Row, desk_of, value_of
from kbbx_xl.books.setup.columns import Column, Sheet
from kbbx_xl.books.setup.county import CountySetup, whole_directory
from kbbx_xl.books.setup.own_copy import OwnThreshold
from kbbx_xl.books.setup.settings_sheets import (
    BASICS,
    DAYS,
    LINES,
    OWN,
    SETTINGS_FORM,
    UNITS,
    VILLAGES,
)
from kbbx_xl.books.setup.words import STEPS
from kbbx_xl.messages import severity
from kbbx_xl.model import (
    CalendarDay,
    CalendarSheet,
    Directory,
    Finding,
    Severity,
    Unit,
    Village,
)
from kbbx_xl.settings.policies import DayUnit, RunMeasure, StepName, Threshold, load_policy

CODE = re.compile(r"[0-9A-Za-z-]{4,20}")
Seen = dict[str, int]
NOTHING: Mapping[str, Mapping[str, str]] = MappingProxyType({})


def read_settings_book(path: Path) -> tuple[CountySetup | None, list[Finding]]:
    """What a county is set up with, and what is wrong in the workbook; None while there is an 错误.

    Raises InputError for a file that cannot be read or is no settings workbook.
    """
    refusal = "设置表：请先运行 kbbx-xl init --blank 设置.xlsx，填好它"
    desk = desk_of(path, SETTINGS_FORM, refusal)
    basics = _basics(desk)
    own = _own(desk, str(basics.get("policy", "")))
    units = _units(desk, str(basics.get("bureau", "")))
    names = {unit.name for unit in units}
    villages = _villages(desk, names)
    days = _days(desk, names)
    if any(severity(finding) is Severity.ERROR for finding in desk.findings):
        return None, desk.findings
    told = {key: str(basics.get(key) or "") for key in ("bureau", "code", "reporter", "phone")}
    directory = Directory(whole_directory(units, **told), tuple(villages))
    earlier = (
        (basics["earlier_start"], basics["earlier_end"]) if basics.get("earlier_start") else None
    )
    calendar = CalendarSheet(basics["start"], basics["end"], tuple(days), earlier)
    made = CountySetup(
        basics["county"], told["bureau"], told["code"], basics["policy"], basics["month"], directory,
        calendar, tuple(own), told["reporter"], told["phone"],
    )  # fmt: skip
    return made, desk.findings


def _basics(desk: Desk) -> dict[str, Any]:
    """The answers of the first sheet by path; dates that cannot be are findings."""
    columns = (Column("title", "项目"), Column("value", "填在这里"))
    rows = {row.text("title").rstrip("*"): row for row in desk.rows(BASICS, columns)}
    found: dict[str, Any] = {}
    places: dict[str, str] = {}
    for line in LINES:
        row = rows.get(line.title)
        if row is None:
            if line.required:
                desk.find("T08", BASICS, what=f"“{line.title}”一行")
            continue
        places[line.path] = cell = row.cell("value")
        one = Row(row.number, {line.path: row.cells["value"]}, {line.path: cell})
        before = len(desk.findings)
        value = value_of(desk, BASICS, one, line)
        if value is None and line.required and len(desk.findings) == before:
            desk.find("T04", BASICS, cell, title=line.title)
        if value is not None:
            found[line.path] = value
    _terms(desk, found, places)
    if "code" in found and not CODE.fullmatch(found["code"]):
        rule = "4—20 位数字或字母"
        desk.find("T02", BASICS, places["code"], title="教体局编码", rule=rule)
    return found


def _terms(desk: Desk, found: dict[str, Any], places: dict[str, str]) -> None:
    """The term has an end after its start, and holds the month; so has the one before, if it is told."""
    start, end = found.get("start"), found.get("end")
    if isinstance(start, dt.date) and isinstance(end, dt.date):
        month = found.get("month")
        if end <= start:
            _refuse(desk, places, "end", "放假日期", "要晚于开学日期")
        elif month and (month.last < start or month.first > end):
            _refuse(desk, places, "month", "报告月份", "不在开学日期和放假日期之间")
    one, other = found.get("earlier_start"), found.get("earlier_end")
    if (one is None) != (other is None):
        missing = "earlier_start" if one is None else "earlier_end"
        desk.find("T04", BASICS, places.get(missing, ""), title="上学期开学日期、放假日期")
    elif one and other and start and not one < other < start:
        _refuse(desk, places, "earlier_end", "上学期放假日期", "要在上学期开学之后、本学期开学之前")


def _refuse(desk: Desk, places: Mapping[str, str], key: str, title: str, rule: str) -> None:
    desk.find("T02", BASICS, places.get(key, ""), title=title, rule=rule)


def _records(
    desk: Desk, sheet: Sheet, called: Mapping[str, Mapping[str, str]] = NOTHING
) -> list[tuple[Row, dict[str, Any]]]:
    """Rows of a table with their values; a required cell that is empty is a finding.

    ``called``: column -> what else its words may be called -> the word.
    """
    records = []
    for given in desk.rows(sheet.name, sheet.columns):
        meant = {path: words.get(given.text(path)) for path, words in called.items()}
        cells = {**given.cells, **{path: word for path, word in meant.items() if word}}
        row, values = replace(given, cells=cells), {}
        for column in sheet.columns:
            before = len(desk.findings)
            value = value_of(desk, sheet.name, row, column)
            if value is None and column.required and len(desk.findings) == before:
                desk.find("T04", sheet.name, row.cell(column.path), title=column.title)
            values[column.path] = value
        records.append((row, values))
    return records


def _own(desk: Desk, profile: str) -> list[OwnThreshold]:
    """The county's own thresholds; a step that the policy lacks must be told whole."""
    base = load_policy(profile).steps if profile else ()
    steps = {step.step for step in base} if profile else None
    titles = {step.title: STEPS[step.step] for step in base}
    made: list[OwnThreshold] = []
    seen: Seen = {}
    for row, values in _records(desk, OWN, {"step": titles}):
        _once(desk, OWN, row, "step", str(values["step"] or ""), seen)
        if values["step"] is None or values["value"] is None or values["unit"] is None:
            continue
        step = StepName(values["step"])
        if steps is not None and step not in steps:
            for column in OWN.columns:
                if column.path in ("title", "actor", "action") and not values[column.path]:
                    desk.find("T04", OWN.name, row.cell(column.path), title=column.title)
        operator = values["operator"] or ">="
        threshold = Threshold(float(values["value"]), DayUnit(values["unit"]), operator)
        measure = RunMeasure(values["measure"] or RunMeasure.CONSECUTIVE)
        rest = {key: values[key] or "" for key in ("source", "title", "action", "actor")}
        made.append(OwnThreshold(step, measure, threshold, **rest))
    return made


def _once(desk: Desk, sheet: Sheet, row: Row, path: str, value: str, seen: Seen) -> None:
    """T09 for what stands in an earlier row already."""
    if value and value in seen:
        title = next(column.title for column in sheet.columns if column.path == path)
        desk.find("T09", sheet.name, row.cell(path), title=title, other=seen[value])
    elif value:
        seen[value] = row.number


def _units(desk: Desk, bureau: str) -> list[Unit]:
    rows = _records(desk, UNITS)
    names: Seen = {}
    codes: Seen = {}
    for row, values in rows:
        _once(desk, UNITS, row, "name", values["name"] or "", names)
        _once(desk, UNITS, row, "code", values["code"] or "", codes)
    for row, values in rows:
        parent = values["parent"]
        if parent and parent not in names and parent != bureau:
            _unknown(desk, UNITS, row, "parent", parent, names)
    if not rows:
        desk.find("T04", UNITS.name, title="单位名称")
    keys = ("code", "name", "parent", "level", "stage", "reporter", "phone")
    return [Unit(*(str(values[key] or "") for key in keys)) for _, values in rows]


def _unknown(
    desk: Desk, sheet: Sheet, row: Row, path: str, text: str, known: Sequence[str] | Seen
) -> None:
    title = next(column.title for column in sheet.columns if column.path == path)
    choices = "、".join(list(known)[:8]) + ("……" if len(known) > 8 else "") or "（“单位”表还空着）"
    desk.find("T03", sheet.name, row.cell(path), title=title, text=text[:LONGEST], choices=choices)


def _villages(desk: Desk, names: set[str]) -> list[Village]:
    made = []
    for row, values in _records(desk, VILLAGES):
        if values["school"] and values["school"] not in names:
            _unknown(desk, VILLAGES, row, "school", values["school"], sorted(names))
        made.append(Village(*(str(values[key] or "") for key in ("town", "village", "school"))))
    return made


def _days(desk: Desk, names: set[str]) -> list[CalendarDay]:
    made = []
    for row, values in _records(desk, DAYS):
        for school in re.split(r"[、，,;；]", values["school"] or ""):
            if school.strip() and school.strip() not in names:
                _unknown(desk, DAYS, row, "school", school.strip(), sorted(names))
        if isinstance(values["date"], dt.date) and values["kind"]:
            teaching = values["kind"] == "上课"
            told = (str(values[key] or "") for key in ("school", "note"))
            made.append(CalendarDay(values["date"], teaching, *told))
    return made
