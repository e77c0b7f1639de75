"""政策.xlsx -> Policy: what a clerk changed, judged cell by cell and then by the strict loader."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kbbx_xl.books.setup import told, words
from kbbx_xl.books.setup.cells import CellBlock, Desk, Row, block, desk_of, value_of
from kbbx_xl.books.setup.columns import (
    FORM,
    LINES,
    OTHER,
    PARAMETERS,
    TABLES,
    TARGETS,
    Ask,
    Column,
    Sheet,
    parameter_titles,
)
from kbbx_xl.messages import SettingsError, severity
from kbbx_xl.model import Finding, Severity
from kbbx_xl.settings.own_policy import changed_items, item_keys, items
from kbbx_xl.settings.policies import (
    ParameterUnit,
    Policy,
    load_policy,
    read_policy,
    read_rows,
    shipped_names,
)
from kbbx_xl.settings.sources import OWN_COUNTY, RULE_ID

REPORT_PATHS = ("step", "actor", "action", "document", "to", "after_persuasion", "wording", "source", "also")  # fmt: skip
LEGAL_ONLY = ("after_visits", "after_joint", "within.value", "within.unit", "categories")
OWN_ID = "own"  # first part of the ids that are given to duties without one
_PLACE = re.compile(r"(?P<sheet>[^!]+)!(?P<cell>[A-Z]*\d*): (?P<detail>.*)", re.S)


@dataclass
class Reading:
    """What has been read: blocks of the YAML, and the ground and place of every item."""

    desk: Desk
    blocks: dict[str, Any] = field(default_factory=dict)
    grounds: dict[str, str] = field(default_factory=dict)
    places: dict[str, tuple[str, str]] = field(
        default_factory=dict
    )  # item -> sheet, cell of ground
    off: set[str] = field(default_factory=set)  # items of the base that the county does not use


def read_policy_book(path: Path) -> tuple[Policy | None, list[Finding]]:
    """The policy of a workbook, and what is wrong in it; None when an 错误 is among that.

    Raises InputError for a file that cannot be read or is no policy workbook.
    """
    refusal = "政策方案工作簿：请用 kbbx-xl policy export 写出的“政策.xlsx”"
    reading = Reading(desk_of(path, FORM, refusal))
    other = _other(reading)
    base = _base(reading, other)
    for sheet in TABLES:
        _table(reading, sheet, base)
    if base is None or _has_errors(reading.desk.findings):
        return None, reading.desk.findings
    return _judged(reading, other, base), reading.desk.findings


def _has_errors(findings: list[Finding]) -> bool:
    return any(severity(finding) is Severity.ERROR for finding in findings)


def _other(reading: Reading) -> CellBlock:
    """The values of 其他 as a block of the top of the YAML."""
    desk, values, cells = reading.desk, {}, {}
    columns = (
        Column("title", "项目"),
        Column("value", "怎么定"),
        Column("@own", "本县依据"),
    )
    rows = {row.text("title"): row for row in desk.rows(OTHER, columns)}
    for line in LINES:
        column, row = line.column, rows.get(line.column.title)
        if row is None:
            if column.required:
                desk.find("T08", OTHER, what=f"“{column.title}”一行")
            continue
        one = Row(row.number, {column.path: row.cells["value"]}, {column.path: row.cell("value")})
        value = value_of(desk, OTHER, one, column)
        if value is None and column.required:
            desk.find("T04", OTHER, row.cell("value"), title=column.title)
        if value is not None:
            values[column.path] = value
        cells[column.path] = f"{OTHER}!{row.cell('value')}"
        if line.item:
            ground = row.text("@own") or reading.grounds.get(line.item, "")
            reading.grounds[line.item] = ground
            reading.places.setdefault(line.item, (OTHER, row.cell("@own")))
    return block(values, f"{OTHER}!", cells)


def _base(reading: Reading, other: CellBlock) -> Policy | None:
    name = other.get("base", "")
    if name in shipped_names():
        return load_policy(name)
    cell = other.at("base").rpartition("!")[2]
    choices = "、".join(sorted(shipped_names()))
    reading.desk.find("T03", OTHER, cell, title="基础方案", text=str(name), choices=choices)
    return None


def _table(reading: Reading, sheet: Sheet, base: Policy | None) -> None:
    """The rows of one sheet as blocks of its room; 停用 and the grounds are kept beside."""
    used: list[tuple[str, Row, CellBlock]] = []
    off: list[tuple[str, Row]] = []
    for row in reading.desk.rows(sheet.name, sheet.columns):
        name = _name(reading.desk, sheet, row)
        if row.text("@state") == words.OFF:
            off.append((name, row))
            continue
        used.append((name, row, _block(reading.desk, sheet, row, base)))
    _twice(reading.desk, sheet, used)
    keys = item_keys(sheet.room, [name for name, _, _ in used])
    keys = ["report" if key == f"legal/{words.REPORT}" else key for key in keys]
    for key, (_, row, _) in zip(keys, used, strict=True):
        _ground(reading, sheet, key, row)
    for name, row in off:
        key = "report" if name == words.REPORT else f"{sheet.room}/{name}"
        reading.off.add(key)
        _ground(reading, sheet, key, row)
    if sheet in (PARAMETERS, TARGETS):
        silent = parameter_titles() if sheet is PARAMETERS else ()
        mapped = dict.fromkeys(silent) | {name: one or None for name, _, one in used}
        cells = {name: f"{sheet.name}!{row.cell('@key')}" for name, row, _ in used}
        reading.blocks[sheet.room] = block(mapped, f"{sheet.name}!", cells)
        return
    reading.blocks[sheet.room] = [one for name, _, one in used if name != words.REPORT]
    for one in (one for name, _, one in used if name == words.REPORT):
        reading.blocks["report"] = one


def _ground(reading: Reading, sheet: Sheet, key: str, row: Row) -> None:
    reading.grounds[key] = row.text("@own")
    reading.places[key] = (sheet.name, row.cell("@own"))


def _name(desk: Desk, sheet: Sheet, row: Row) -> str:
    """What tells a row from the others: the word of the YAML."""
    column = next(c for c in sheet.columns if c.path == sheet.key)
    if column.ask is Ask.FIXED:
        return row.text(sheet.key)
    if sheet.room == "duties" and not row.text("duty"):
        return f"{OWN_ID}_{row.number}"
    return str(value_of(Desk(desk.book, desk.file), sheet.name, row, column) or row.text(sheet.key))


def _twice(desk: Desk, sheet: Sheet, used: list[tuple[str, Row, CellBlock]]) -> None:
    """Of targets, duties and legal steps one each."""
    seen: dict[str, int] = {}
    title = next(c.title for c in sheet.columns if c.path == sheet.key)
    for name, row, _ in used:
        if name in seen and sheet.room not in ("steps", "leave"):
            desk.find("T09", sheet.name, row.cell(sheet.key), title=title, other=seen[name])
        seen.setdefault(name, row.number)


def _block(desk: Desk, sheet: Sheet, row: Row, base: Policy | None) -> CellBlock:
    """A row as the mapping of the YAML; {} for a point the document is silent on."""
    if sheet is PARAMETERS and row.text("value") in ("", words.SILENT):
        _silent(desk, sheet, row)
        return block({}, f"{sheet.name}!{row.cell('value')}", {})
    report = row.text("step") == words.REPORT
    made, cells = {}, {}
    for column in sheet.columns:
        if column.path.startswith("@") or column.ask is Ask.FIXED:
            continue
        if report and column.path not in REPORT_PATHS:
            if column.path in LEGAL_ONLY and row.text(column.path) not in ("", words.SILENT):
                desk.find("T13", sheet.name, row.cell(column.path), title=column.title)
            continue
        value = _given(desk, sheet, row, column, base)
        cells[column.path] = f"{sheet.name}!{row.cell(column.path)}"
        if value is not None and not (column.ask is Ask.YES and value == column.usual):
            made[column.path] = value
    if report:
        made.pop("step", None)
    elif sheet.room == "legal" and made.pop("after_persuasion", None):
        desk.find("T13", sheet.name, row.cell("after_persuasion"), title="劝返过才报告")
    if sheet.room == "duties":
        made.setdefault("duty", _name(desk, sheet, row))
    return _nested(desk, sheet, row, made, cells)


def _silent(desk: Desk, sheet: Sheet, row: Row) -> None:
    """Beside 文件没有写 nothing may stand."""
    for column in sheet.columns:
        if column.path in ("operator", "number", "unit", "note") and row.text(column.path):
            desk.find("T13", sheet.name, row.cell(column.path), title=column.title)


def _given(desk: Desk, sheet: Sheet, row: Row, column: Column, base: Policy | None) -> Any:
    """The value of a cell; sources are looked at here, since the loader words them for developers."""
    before = len(desk.findings)
    value = value_of(desk, sheet.name, row, column)
    if column.path == "source" and not value and base and len(desk.findings) == before:
        value = OWN_COUNTY if column.ask is Ask.TEXT else [OWN_COUNTY]
    if value is None and column.required and len(desk.findings) == before:
        desk.find("T04", sheet.name, row.cell(column.path), title=column.title)
    if column.path in ("source", "also") and value:
        for one in value if isinstance(value, list) else [value]:
            _source(desk, sheet, row, column, str(one), base)
    return value


def _source(
    desk: Desk, sheet: Sheet, row: Row, column: Column, text: str, base: Policy | None
) -> None:
    found = RULE_ID.fullmatch(text)
    short = base.short if base else ""
    if text == OWN_COUNTY or (found and short in ("", found[1])):
        return
    params = {"title": column.title, "text": text[:24], "example": f"{short or 'TH'}-01"}
    desk.find("T11", sheet.name, row.cell(column.path), **params)


def _nested(
    desk: Desk, sheet: Sheet, row: Row, flat: Mapping[str, Any], cells: Mapping[str, str]
) -> CellBlock:
    """threshold.value and its like gathered into blocks of their own."""
    place = f"{sheet.name}!A{row.number}"
    made: dict[str, Any] = {k: v for k, v in flat.items() if "." not in k}
    groups = dict.fromkeys(k.split(".")[0] for k in cells if "." in k)
    for group in groups:
        inner = {k.split(".")[1]: v for k, v in flat.items() if k.startswith(f"{group}.")}
        where = {k.split(".")[1]: v for k, v in cells.items() if k.startswith(f"{group}.")}
        if ("value" in inner) != ("unit" in inner):
            missing = "unit" if "value" in inner else "value"
            column = next(c for c in sheet.columns if c.path == f"{group}.value")
            if not column.required:  # else told already
                cell = row.cell(f"{group}.{missing}")
                desk.find("T10", sheet.name, cell, title=column.title.partition("：")[0])
        elif "value" in inner:
            made[group] = block(inner, where.get("value", place), where)
    return block(made, place, {k: v for k, v in cells.items() if "." not in k})


def _judged(reading: Reading, other: CellBlock, base: Policy) -> Policy | None:
    """The whole policy by the strict loader, with a ground for all that differs; else findings."""
    top = _top(reading, other, base)
    try:
        policy = read_rows(top)
        own = _own(reading, policy, base)
        if _has_errors(reading.desk.findings):
            return None
        if own and policy.profile in shipped_names():
            top["profile"] = f"{base.profile}-own"
        top["own"] = own
        return read_policy(top)
    except SettingsError as error:
        found = _PLACE.fullmatch(str(error))
        sheet, cell, detail = (
            found.group("sheet", "cell", "detail") if found else ("", "", str(error))
        )
        reading.desk.find("T12", sheet, cell, detail=detail)
        return None


def _top(reading: Reading, other: CellBlock, base: Policy) -> CellBlock:
    """The blocks of all sheets under one."""
    simple = {key: value for key, value in other.items() if "." not in key}
    made: dict[str, Any] = {**simple, **reading.blocks, "short": base.short}
    made["monthly"] = _monthly(reading, other)
    counting = {k.partition(".")[2]: v for k, v in other.items() if k.startswith("counting.")}
    where = {k.partition(".")[2]: v for k, v in other.cells.items() if k.startswith("counting.")}
    made["counting"] = block(counting, f"{OTHER}!", where)
    return block(made, f"{OTHER}!", other.cells)


def _monthly(reading: Reading, other: CellBlock) -> CellBlock:
    """What follows from the parameters, as the loader demands it."""
    stated: Mapping[str, Any] = reading.blocks["parameters"]
    day = stated.get("report.monthly_day") or {}
    made: dict[str, Any] = {"source": other.get("monthly.source", [])}
    if day.get("unit") == ParameterUnit.DAY_OF_MONTH and day.get("number") is not None:
        made["due_day"] = day["number"]
    if stated.get("report.zero"):
        made["zero_report"] = True
    for key in ("recipient", "signoff"):
        if other.get(f"monthly.{key}"):
            said = stated.get(f"report.{key}")
            if said:
                made[key] = said["value"]
                continue
            line = next(one.column for one in LINES if one.column.path == f"monthly.{key}")
            cell = other.at(line.path).rpartition("!")[2]
            rule = "“文件要点”里没有写，这里只能选“否”"
            reading.desk.find("T02", OTHER, cell, title=line.title, rule=rule)
    return block(made, f"{OTHER}!", {"source": other.at("monthly.source")})


def _own(reading: Reading, policy: Policy, base: Policy) -> list[CellBlock]:
    """Every difference with its ground; a difference without one, or a row left out, is a finding."""
    desk, theirs = reading.desk, items(base)
    differing = changed_items(policy, base)
    made = []
    for key in differing:
        was, ground = told.brief(theirs.get(key)), reading.grounds.get(key, "")
        sheet, cell = reading.places.get(key, (told.sheet_of(key), ""))
        if not ground and key not in reading.places:
            desk.find("T06", sheet, row=told.row_title(key, theirs.get(key)))
        elif not ground:
            desk.find("T05", sheet, cell, was=was)
        else:
            made.append(block({"item": key, "source": ground, "was": was}, f"{sheet}!{cell}", {}))
    for key, ground in reading.grounds.items():
        if ground and key not in differing:
            desk.find("T07", *reading.places[key])
    return made
