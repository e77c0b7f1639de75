"""Writes the books of a day into real files: a folder a unit, our sheet names, headings and stamp.

Small on purpose (no validations, no formulas), so that a month costs a second.  Calculated columns stay
blank, as they are never read back; test_year holds these files against our real workbooks.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import xlsxwriter

from kbbx_xl.books.consolidate import load_directory
from kbbx_xl.books.template import Context, build_workbook
from kbbx_xl.books.template.stamp import SHEET as STAMP
from kbbx_xl.flow.context import make_context
from kbbx_xl.model import GRADES, Layout, Period, Unit
from kbbx_xl.settings.forms import Field, Form, Sheet, load_form
from kbbx_xl.settings.policies import read_policy
from kbbx_xl.settings.strict import load
from tests.books.sheets import put_sheets

from .file import HERE, YEAR
from .player import ROLL_CALLED, UNITS, Play, Record, Sheets

Cells = list[list[object]]
DATE = "yyyy-mm-dd"
REGISTRATION, GRIDS, REPORT = "registration", "responsibility", "monthly"
PROFILE = "scenario"


@cache
def form_of(name: str) -> Form:
    return load_form(name)


@cache
def columns_of(sheet: Sheet) -> tuple[Field, ...]:
    return tuple(field for field in sheet.columns if not field.hidden)


def unit_of(key: str) -> Unit:
    told = UNITS[key]
    names = ("code", "name", "parent", "level", "stage")
    return Unit(*(told[name] for name in names))


def folder_of(root: Path, key: str) -> Path:
    unit = UNITS[key]
    parents = [unit["parent"]] if key.startswith("S") else []
    return root.joinpath(*parents, unit["name"])


def write_county(root: Path, books: Play, day: dt.date, units: Iterable[str] = UNITS) -> None:
    """The unit directory and every unit's workbooks as they stand on ``day``."""
    root.mkdir(parents=True, exist_ok=True)
    write_directory(root / "单位目录.xlsx", day)
    for key in units:
        write_unit(folder_of(root, key), books, key, day)


def write_unit(place: Path, books: Play, key: str, day: dt.date) -> None:
    place.mkdir(parents=True, exist_ok=True)
    for form, data, filled in files_of(books, key, day):
        title = form_of(form).title
        write_form(place / f"{title}.xlsx", form, unit_of(key), day, data, filled)


def write_real(root: Path, books: Play, key: str, day: dt.date) -> None:
    """The same rows in the workbooks that a school gets from us: prepared rows, formulas, lists."""
    unit = unit_of(key)
    directory, calendar, _, _ = load_directory(root)
    policy = read_policy(load(HERE / "policy.yaml"))
    there, _ = make_context(Period(day.year, day.month), day, policy, directory, calendar)
    build = Context(
        unit=unit, parent=unit.parent, period=there.month, as_of=day, policy=policy,
        calendar=there.calendar(unit.name), directory=directory,
    )  # fmt: skip
    for name, data, filled in files_of(books, key, day):
        form = form_of(name)
        path = folder_of(root, key) / f"{form.title}.xlsx"
        cover = [cover_of(unit, day, filled)]
        build_workbook(form, path, context=build, data={"cover": cover, **data})


def files_of(books: Play, key: str, day: dt.date) -> list[tuple[str, Sheets, dt.date | None]]:
    """(form, rows of its sheets, 填报日期) of the workbooks of one unit."""
    rows = books.units[key]
    found: list[tuple[str, Sheets, dt.date | None]] = []
    if key.startswith("S"):
        called = {"roll_call": books.roll_call(day)} if key == ROLL_CALLED else {}
        found.append((REGISTRATION, _of_form(REGISTRATION, rows) | called, day))
    grids = _of_form(GRIDS, rows)
    if grids:
        found.append((GRIDS, grids, books.filled.get((key, "roster"))))
    month = f"{day:%Y-%m}"
    if month in books.monthly[key]:
        report: list[Record] = [_nothing(grade) for grade in GRADES]
        found.append((REPORT, {"report": report}, books.filled[key, month]))
    return found


def _of_form(form: str, rows: Sheets) -> Sheets:
    tables = [sheet.table for sheet in form_of(form).sheets]
    return {table: rows[table] for table in tables if rows.get(table)}


def _nothing(grade: str) -> Record:
    """A line of a report: the figures are no part of the scenario."""
    figures = [f.name for f in form_of(REPORT).sheets[1].columns if f.type == "int"]
    return {"grade": grade, **dict.fromkeys(figures, 0)}


def cover_of(unit: Unit, day: dt.date, filled: dt.date | None) -> Record:
    return {
        "unit": unit.name,
        "unit_code": unit.code,
        "parent": unit.parent,
        "month": day.replace(day=1),
        "as_of": day,
        "reporter": "填报人",
        "filled_on": filled,
    }


def write_form(
    path: Path, name: str, unit: Unit, day: dt.date, data: Sheets, filled: dt.date | None
) -> None:
    form = form_of(name)
    stamp = {
        "form": form.form,
        "version": str(form.version),
        "unit": unit.code,
        "unit_name": unit.name,
        "period": f"{day:%Y-%m}",
        "policy": PROFILE,
    }
    sheets: dict[str, Cells] = {}
    for sheet in form.sheets:
        if sheet.layout is Layout.COVER and sheet.table == "cover":
            said = cover_of(unit, day, filled)
            sheets[sheet.sheet] = [[f.title, said.get(f.name)] for f in sheet.columns]
        elif sheet.layout is Layout.TABLE:
            heads: Cells = [[sheet.heading], line_of(unit, day, filled)]
            sheets[sheet.sheet] = heads + _table(sheet, data.get(sheet.table, ()))
        elif sheet.layout is Layout.MONTH_GRID and sheet.table in data:
            sheets[sheet.sheet] = _month_grid(sheet, data[sheet.table], day)
    _write(path, sheets, stamp)


def line_of(unit: Unit, day: dt.date, filled: dt.date | None) -> list[object]:
    """The line above a table of ours: whose it is, for which month, filled in when."""
    written = f"　　填报日期：{filled}" if filled else ""
    return [f"单位：{unit.name}", f"报告月份：{day:%Y-%m}{written}"]


def _table(sheet: Sheet, rows: Sequence[Mapping[str, object]]) -> Cells:
    columns = columns_of(sheet)
    lines = [_line(columns, row, n) for n, row in enumerate(rows, 1)]
    return [[field.title for field in columns], *lines]


def _line(columns: Iterable[Field], row: Mapping[str, object], number: int) -> list[object]:
    told = {"seq": number, **row}
    return [None if field.formula else told.get(field.name) for field in columns]


def _month_grid(sheet: Sheet, rows: Sequence[Mapping[str, object]], day: dt.date) -> Cells:
    """Days stand between what says who and what formulas count."""
    columns = columns_of(sheet)
    cut = next(i for i, field in enumerate(columns) if field.formula)
    before, after, days = columns[:cut], columns[cut:], range(1, day.day + 1)
    heads: Cells = [
        [sheet.heading],
        [*(f.title for f in before), *days, *(f.title for f in after)],
    ]
    for number, row in enumerate(rows, 1):
        marks: Any = row["marks"]
        said = [marks.get(n) for n in days]
        heads.append([*_line(before, row, number), *said, *_line(after, row, number)])
    return heads


def write_directory(path: Path, day: dt.date) -> None:
    """Units, villages and the calendar of the term of ``day``, as a county gives it out each term."""
    form = form_of("directory")
    of = {sheet.table: sheet for sheet in form.sheets}
    units: list[Record] = [{**told, "unit_name": told["name"]} for told in UNITS.values()]
    villages: list[Record] = [
        {"town": town_of(row["school"]), "village": village, "school": UNITS[row["school"]]["name"]}
        for row in YEAR["villages"]
        for village in row["villages"]
    ]
    term, *earlier = reversed(terms_until(day))
    days: list[Record] = [
        {**row, "school": UNITS[row["school"]]["name"] if "school" in row else ""}
        for row in YEAR["calendar"]["days"]
    ]
    calendar: Cells = [["开学日期", term["start"]], ["放假日期", term["end"]]]
    for before in earlier:
        calendar += [["上学期开学日期", before["start"]], ["上学期放假日期", before["end"]]]
    sheets = {
        of["units"].sheet: _table(of["units"], units),
        of["villages"].sheet: _table(of["villages"], villages),
        of["calendar"].sheet: calendar + _table(of["calendar"], days),
    }
    _write(path, sheets, {"form": form.form, "version": str(form.version)})


def town_of(school: str) -> str:
    parent = UNITS[school]["parent"]
    return next(str(unit["town"]) for unit in UNITS.values() if unit["name"] == parent)


def terms_until(day: dt.date) -> list[Mapping[str, dt.date]]:
    """The terms that have begun by ``day``."""
    return [term for term in YEAR["calendar"]["terms"] if term["start"] <= day]


def _write(path: Path, sheets: Mapping[str, Cells], stamp: Mapping[str, str]) -> None:
    with xlsxwriter.Workbook(path, {"default_date_format": DATE, "in_memory": True}) as book:
        put_sheets(book, sheets)
        hidden = book.add_worksheet(STAMP)
        for number, pair in enumerate(stamp.items()):
            hidden.write_row(number, 0, pair)
        hidden.very_hidden()
