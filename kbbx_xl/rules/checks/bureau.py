"""Checks of the bureau's own lists (单位目录、村校分包、校历): U01–U05, K02."""

from __future__ import annotations

from collections.abc import Sequence

from kbbx_xl.model import Finding, Kind, Table
from kbbx_xl.settings.lists import load_lists


def check_bureau(tables: Sequence[Table]) -> list[Finding]:
    """What is wrong with the directory and the calendar, each at its cell."""
    units = [t for t in tables if t.kind is Kind.DIRECTORY]
    names = {str(name) for t in units for name in t.get("unit_name") if name}
    findings: list[Finding] = []
    for table in units:
        findings += _twice(table, "code", "U01")
        findings += _twice(table, "unit_name", "U05")
        findings += _parents(table, names)
    for table in tables:
        if table.kind is Kind.VILLAGES:
            findings += [
                table.finding("U04", "school", i, school=school)
                for i, school in enumerate(table.get("school"))
                if school and str(school) not in names
            ]
        elif table.kind is Kind.CALENDAR:
            findings += _contradictions(table)
    return findings


def _twice(table: Table, name: str, code: str) -> list[Finding]:
    first: dict[object, int] = {}
    found: list[Finding] = []
    for i, value in enumerate(table.get(name)):
        if value in first:
            found.append(table.finding(code, name, i, other=table.rows[first[value]]))
        elif value:
            first[value] = i
    return found


def _parents(table: Table, names: set[str]) -> list[Finding]:
    found: list[Finding] = []
    for i, (parent, level) in enumerate(zip(table.get("parent"), table.get("level"), strict=True)):
        if parent and str(parent) not in names:
            found.append(table.finding("U02", "parent", i, parent=parent))
        if level and load_lists()["unit_level"].canonical(level) is None:
            found.append(table.finding("U03", "level", i))
    return found


def _contradictions(table: Table) -> list[Finding]:
    """One day of one school written both as 上课 and as 休息 (K02)."""
    said: dict[tuple[object, object], object] = {}
    found: list[Finding] = []
    days = zip(table.get("date"), table.get("school"), table.get("day_kind"), strict=True)
    for i, (date, school, kind) in enumerate(days):
        if date and said.setdefault((date, school), kind) != kind:
            found.append(table.finding("K02", "date", i))
    return found
