"""A county's submissions, whatever their layout, written again into our own workbooks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path

from kbbx_xl.books.consolidate import load_directory
from kbbx_xl.books.read import read_file, read_folder
from kbbx_xl.books.template import Context as Build
from kbbx_xl.books.template import build_workbook
from kbbx_xl.flow.attendance import SUMMARY_COLUMNS
from kbbx_xl.flow.context import Context
from kbbx_xl.flow.submissions import Submission, sort_out
from kbbx_xl.flow.units import UnitFinder
from kbbx_xl.model import FileRead, Kind, Mark, Period, Table, Unit
from kbbx_xl.rules.absence import decode_marks
from kbbx_xl.settings.forms import load_form
from kbbx_xl.settings.policies import load_policy

Records = list[dict[str, object]]
SYMBOLS = {
    Mark.PRESENT: "√",
    Mark.ABSENT: "×",
    Mark.HALF: "半",
    Mark.SICK: "病",
    Mark.PERSONAL: "事",
    Mark.LATE: "迟",
    Mark.HOME: "送",
    Mark.REST: "休",
}
GRID_TABLES = {
    "镇级": "grid_town",
    "村级": "grid_village",
    "校级": "grid_school",
    "班级": "grid_class",
}


def rewrite(folder: Path, own_files: set[Path], context: Context, target: Path) -> None:
    """Write the effective files of every unit as 登记表, 月报表 and 责任人名单 below ``target``."""
    finder = UnitFinder(context.directory)
    reads: dict[str, list[FileRead]] = {}
    for path, rel in read_folder(folder):
        if path in own_files or path.parent == folder:
            continue
        read = read_file(path, rel, period=context.month)
        unit, _ = finder.decide(read)
        if unit is not None and read.status == "read":
            reads.setdefault(unit.name, []).append(read)
    for name, files in reads.items():
        unit = finder.within(name)
        assert unit is not None
        _write_unit(unit, sort_out(unit, files, context.month), context, target)


def _write_unit(unit: Unit, sent: Submission, context: Context, target: Path) -> None:
    place = target / unit.parent / unit.name
    place.mkdir(parents=True, exist_ok=True)
    build = Build(
        unit=unit,
        parent=unit.parent,
        period=context.month,
        as_of=context.as_of,
        policy=context.policy,
        calendar=context.calendar(unit.name),
        directory=context.directory,
    )
    cover: Records = [{"unit": unit.name, "reporter": "填报人", "as_of": context.as_of}]
    books: dict[str, Mapping[str, Sequence[Mapping[str, object]]]] = {}
    if any(kind in sent.tables for kind in (Kind.ROSTER, Kind.CASES, Kind.ROLL_CALL, Kind.ABSENCE)):
        books["registration"] = {"cover": cover, **_registration(sent, context)}
    if Kind.REPORT in sent.tables:
        zero = any(t.zero_report for t in sent.of(Kind.CASES))
        declared = [{"zero": "是" if zero else "否", "declared_on": context.as_of}]
        report = [r for t in sent.of(Kind.REPORT) for r in _rows(t)]
        listed = _registration(sent, context)
        books["monthly"] = {
            "cover": cover,
            "report": report,
            "list_suspected": listed["suspected"],
            "list_dropout": listed["dropout"],
            "zero_report": declared,
        }
    if Kind.GRID in sent.tables:
        books["responsibility"] = {"cover": cover, **_grids(sent)}
    for name, data in books.items():
        form = load_form(name)
        build_workbook(form, place / f"{form.title}.xlsx", context=build, data=data)


def _registration(sent: Submission, context: Context) -> dict[str, Records]:
    cases = [r for t in sent.of(Kind.CASES) for r in _cases(t, sent.of(Kind.ROSTER))]
    return {
        "roster": [r for t in sent.of(Kind.ROSTER) for r in _rows(t)],
        "roll_call": [r for t in sent.of(Kind.ROLL_CALL) for r in _roll_call(t, context)],
        "absence": [r for t in sent.of(Kind.ABSENCE) for r in _rows(t)],
        "suspected": [r for r in cases if r["case_status"] != "辍学"],
        "dropout": [r for r in cases if r["case_status"] == "辍学"],
        "visits": [r for t in sent.of(Kind.VISITS) for r in _rows(t) if r.get("visit_date")],
    }


def _rows(table: Table) -> Records:
    return [dict(record) for _, record in table.records()]


def _cases(table: Table, rosters: Sequence[Table]) -> Records:
    words = {"疑似": "疑似辍学", "已辍学": "辍学", "已劝返复学": "已返校"}
    rows = _rows(table)
    for row in rows:
        said = str(row.get("case_status") or "辍学")
        row["case_status"] = words.get(said, said)
        if row.get("closed"):  # our ledger derives 状态 from the closing
            row |= {"closing": row["case_status"], "closing_basis": "返校登记"}
        if "case_status" not in table.columns:
            row.update(_from_roster(str(row["name"]), rosters))
    return rows


def _from_roster(name: str, rosters: Sequence[Table]) -> dict[str, object]:
    """What the village form leaves out, as a clerk would look it up."""
    for table in rosters:
        for _, record in table.records():
            if record["name"] == name and record["status"] in ("辍学", "流失"):
                wanted = ("sex", "id_no", "student_no", "birth", "grade", "class_name")
                return {field: record[field] for field in wanted}
    return {}


def _roll_call(table: Table, context: Context) -> Records:
    rows: Records = []
    decoded = decode_marks(table.marks, table.legend, context.lists["mark"])
    for (_, record), marks in zip(table.records(), decoded, strict=True):
        days = zip(table.days, marks, strict=False)
        kept = {k: v for k, v in record.items() if k not in SUMMARY_COLUMNS}
        kept["class_name"] = record.get("class_name") or table.meta["班级"]
        kept["marks"] = {day: SYMBOLS[mark] for day, mark in days if mark in SYMBOLS}
        rows.append(kept)
    return rows


def _grids(sent: Submission) -> dict[str, Records]:
    data: dict[str, Records] = {}
    for table in sent.of(Kind.GRID):
        data.setdefault(GRID_TABLES[table.meta["级别"]], []).extend(_rows(table))
    return data


def sample_context(folder: Path) -> tuple[Context, set[Path]]:
    """October 2026 of the sample county by its own directory and calendar; and which files those are."""
    directory, calendar, findings, own = load_directory(folder)
    assert findings == []
    month, as_of = Period(2026, 10), dt.date(2026, 10, 20)
    return Context(month, as_of, load_policy("tanghe"), directory, calendar), own
