"""The registers and 学籍异动 of all units, read for a comparison."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence

from kbbx_xl.flow.context import Context
from kbbx_xl.flow.movement.values import Change, Child, Listed, Side
from kbbx_xl.flow.roster import Pupils, read_rosters, resolve_class
from kbbx_xl.flow.source import row_source
from kbbx_xl.flow.submissions import Submission, file_month, sort_out
from kbbx_xl.flow.units import UnitFinder
from kbbx_xl.model import Directory, FileRead, Kind, Table, Unit
from kbbx_xl.rules.cells import text_of
from kbbx_xl.rules.identity import birth_of, check_id, check_student_no, sex_of

CHANGE_KINDS = (Kind.CHANGES, Kind.REPORT_CHANGES)
LISTS = (Kind.CASES, Kind.REPORT_CASES, Kind.SCHOOL_AGE)
READ_KINDS = (Kind.ROSTER, *CHANGE_KINDS, *LISTS, Kind.COVER)  # COVER says the day
GAINS = {"增加": 1, "减少": -1}
HOME, YES = "送教上门", "是"
NOT_DISABLED = frozenset(
    (
        "",
        "无",
        "无残疾",
        "没有残疾",
        "非残疾",
        "未残疾",
        "否",
        "没有",
        "健康",
        "正常",
        "/",
        "-",
        "—",
    )
)


def by_unit(reads: Sequence[FileRead], directory: Directory) -> list[tuple[Unit, list[FileRead]]]:
    """Files by the unit that sent them, in the order of the directory; those of nobody left out."""
    finder = UnitFinder(directory)
    folders: dict[str, list[FileRead]] = defaultdict(list)
    groups: dict[str, list[FileRead]] = defaultdict(list)
    for read in reads:
        folders[read.path.rpartition("/")[0]].append(read)
    for mine in folders.values():
        beside = finder.told_in(mine)
        for read in mine:
            unit = finder.decide(read, beside)[0]
            if unit and read.tables:
                groups[unit.name].append(read)
    return [(u, groups[u.name]) for u in directory.units if u.name in groups]


def read_side(reads: Sequence[FileRead], context: Context) -> Side:
    """All units' registers, changes and lists for the month of ``context``.

    A register of an earlier month does not stand in here: its unit is not read."""
    side = Side(context.month)
    finder = UnitFinder(context.directory)
    for unit, mine in by_unit(reads, context.directory):
        submission = sort_out(unit, mine, context.month)
        months = {r.path: file_month(r) for r in mine if r.own}
        tables = [
            t
            for t in submission.of(Kind.ROSTER)
            if months.get(t.file, "") in ("", str(context.month))
        ]
        for pupils, _ in read_rosters(tables, unit.name, context):
            side.children += _children(pupils, unit.name)
        for table in _all(submission, CHANGE_KINDS):
            side.changes += _changes(table, unit, finder, context)
        for table in _all(submission, LISTS):
            side.listed += _listed(table, unit.name)
    side.units = {child.row.unit for child in side.children}  # an empty sheet is no register
    return side


def _all(submission: Submission, kinds: Iterable[Kind]) -> list[Table]:
    """Tables of this month first, then of others: what stands in both counts once, later."""
    return [t for kind in kinds for t in (*submission.of(kind), *submission.history.get(kind, ()))]


def _children(pupils: Pupils, unit: str) -> list[Child]:
    table = pupils.table
    addresses, home = table.get("registered_address"), table.get("home_teaching")
    disabled = table.get("disability")
    made = []
    for i in range(len(pupils)):
        illness = text_of(disabled[i])
        taught = pupils.status[i] == HOME or text_of(home[i]) == YES
        words = (HOME if taught else "", "" if illness in NOT_DISABLED else f"残疾（{illness}）")
        care = "、".join(filter(None, words))
        made.append(Child(pupils.row(i, unit), table.cell("name", i), text_of(addresses[i]), care))
    return made


def _identity(table: Table, i: int) -> tuple[str, str]:
    """Usable id and student number of a row."""
    usable = check_id(table.get("id_no")[i]).value
    return usable, check_student_no(table.get("student_no")[i], usable)[0]


def _changes(table: Table, unit: Unit, finder: UnitFinder, context: Context) -> list[Change]:
    words = context.lists["change"]
    made = []
    for i, name in enumerate(table.get("name")):
        word = words.find(table.get("change")[i])
        if not name or word is None:
            continue
        usable, number = _identity(table, i)
        grade, class_name = resolve_class(
            table.get("grade")[i], table.get("class_name")[i], context, unit.stage
        )
        day = table.get("change_date")[i]
        written = text_of(table.get("other_school")[i])
        paper = text_of(table.get("document")[i]) if _asks_paper(table) else None
        sex = context.lists["sex"].canonical(table.get("sex")[i]) or ""
        made.append(
            Change(
                unit.name, str(name), sex or (sex_of(usable) if usable else ""),
                birth_of(usable) if usable else None, usable, number, grade, class_name, word.value,
                day if isinstance(day, dt.date) else None, written, finder.school_named(written),
                paper, text_of(table.get("note")[i]), GAINS.get(word.group, 0),
                row_source(table, i), table.cell("change", i),
            )
        )  # fmt: skip
    return made


def _asks_paper(table: Table) -> bool:
    return "document" in table.columns or table.kind is Kind.CHANGES


def _listed(table: Table, unit: str) -> list[Listed]:
    addresses = table.get("registered_address")
    return [
        Listed(unit, str(name), *_identity(table, i), address=text_of(addresses[i]))
        for i, name in enumerate(table.get("name"))
        if name
    ]
