"""The children of one unit as letters need them: rows joined with roster, visits and cover (填报信息)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kbbx_xl.flow.cases import find_pupil
from kbbx_xl.flow.context import Context
from kbbx_xl.flow.letters.subject import Ask, by_unit, date_words, text_of
from kbbx_xl.flow.register import Match, Register
from kbbx_xl.flow.roster import read_rosters
from kbbx_xl.flow.source import Source
from kbbx_xl.model import FileRead, Kind, Table, Unit
from kbbx_xl.rules.classes import class_label
from kbbx_xl.rules.identity import birth_of, check_id, check_student_no, sex_of
from kbbx_xl.settings.letters import About, letter_fields

TOWN = re.compile(r"(?:.*[市县区旗])?(.+?(?:街道|镇|乡))(?![市县区村])")
BY_IDENTITY = ("sex", "birth")  # facts that an id number tells as well


@dataclass(frozen=True, slots=True)
class Row:
    """One row about a child, and whose it is."""

    table: Table
    index: int
    match: Match  # in the roster
    who: str  # joins the rows of one child
    class_name: str

    def get(self, column: str) -> object:
        return self.table.get(column)[self.index]

    def day(self, column: str) -> dt.date | None:
        value = self.get(column)
        return value if isinstance(value, dt.date) else None

    @property
    def number(self) -> int:
        """Row of the sheet, from 1."""
        return self.table.rows[self.index]

    @property
    def source(self) -> Source:
        return Source(self.table.file, self.table.sheet, self.number)


@dataclass(frozen=True, slots=True)
class School:
    """The files of one unit, and what its cover says."""

    unit: Unit
    context: Context
    register: Register
    tables: tuple[Table, ...]
    cover: Mapping[str, str]
    own: frozenset[str]  # files that are workbooks of ours: their formulas are no data

    def of(self, *kinds: Kind) -> list[Table]:
        return [table for table in self.tables if table.kind in kinds]

    def rows(self, *kinds: Kind) -> list[Row]:
        """Every row of those sheets, with its child."""
        return [self.row(table, i) for table in self.of(*kinds) for i in range(len(table))]

    def row(self, table: Table, i: int) -> Row:
        """One row of a table, with its child."""
        match, number, grade, name = find_pupil(table, i, self.unit, self.register, self.context)
        if match.pupils is not None:
            grade, name = match.pupils.grade[match.index], match.pupils.class_name[match.index]
        written = (table.get("grade")[i], table.get("class_name")[i])
        combined = text_of(table.get("school_grade")[i]).replace(self.unit.name, "")
        label = class_label(grade, name) if grade else "".join(map(text_of, written)) or combined
        student_no, _ = check_student_no(table.get("student_no")[i])
        who = match.key or number or student_no or text_of(table.get("name")[i])
        return Row(table, i, match, who, label)

    def facts(self, row: Row, about: About) -> dict[str, str]:
        """What row, roster and cover say of a child, by placeholder."""
        told = {f.name: _fact(f.column, row) for f in letter_fields().of(about) if f.column}
        town = town_of(self.cover["parent"]) or town_of(self.unit.name)
        told["学校"] = told.get("学校") or self.unit.name
        told["年级班级"] = row.class_name
        told["上级单位"] = self.cover["parent"]
        bureau = self.context.directory.county
        told["教体局"] = bureau.name if bureau else ""
        told["学校电话"] = self.cover["phone"]
        told["乡镇政府"] = government(town)
        return told

    def days(self, row: Row, start: dt.date | None, last: dt.date, column: str) -> str:
        """School days from ``start`` to ``last``: as a school wrote them, else by the calendar.

        "" where the calendar does not reach: before its terms, or where holidays are not known.
        """
        written = row.get(column)
        if row.table.file not in self.own and isinstance(written, int | float):
            return f"{written:g}"
        if start is None:
            return ""
        calendar = self.context.calendar(self.unit.name)
        outside = calendar.begins_after(start) or last > calendar.term_end
        unknown = outside or calendar.uncovered_in(start, last)
        return "" if unknown else str(calendar.count(start, last))


def read_schools(reads: Iterable[FileRead], ask: Ask) -> list[School]:
    """The units that the files name."""
    context = ask.context
    return [
        _school(ask.directory.named(name) or Unit("", name, level="学校"), group, context)
        for name, group in by_unit(reads).items()
    ]


def _school(unit: Unit, reads: Sequence[FileRead], context: Context) -> School:
    tables = tuple(table for read in reads for table in read.tables)
    of = [t for t in tables if t.kind is Kind.ROSTER]
    rosters = tuple(p for p, _ in read_rosters(of, unit.name, context))
    own = frozenset(r.path for r in reads if r.own)
    return School(unit, context, Register(rosters), tables, cover_of(unit, tables), own)


def cells_of(table: Table, i: int, about: About) -> dict[str, str]:
    """Address of each placeholder that comes from a column of the row."""
    return {f.name: table.cell(f.column, i) for f in letter_fields().of(about) if f.column}


def cover_of(unit: Unit, tables: Iterable[Table]) -> dict[str, str]:
    """The unit above and the telephone, as directory and 填报信息 say; "" where neither does."""
    told = {"parent": unit.parent, "phone": ""}
    for table in tables:
        if table.kind is Kind.COVER:
            for name, known in told.items():
                told[name] = known or next(map(text_of, table.get(name)), "")
    return told


def _fact(column: str, row: Row) -> str:
    """A column of the row, else of the child's row in the roster, else what the id says."""
    written = [row.get(column)]
    if (pupils := row.match.pupils) is not None:
        written.append(pupils.table.get(column)[row.match.index])
    if column == "id_no":
        return next((v for w in written if (v := check_id(w).value)), "")
    if column == "student_no":
        return next((v for w in written if (v := check_student_no(w)[0])), "")
    found = next((text for w in written if (text := text_of(w))), "")
    number = "" if found or column not in BY_IDENTITY else _fact("id_no", row)
    if not number:
        return found
    return sex_of(number) if column == "sex" else date_words(birth_of(number))


def town_of(name: str) -> str:
    """The township in the name of a unit: 河东县柳河镇中心校 -> 柳河镇; "" when there is none."""
    found = TOWN.match(name)
    return found[1] if found else ""


def government(town: str) -> str:
    """柳河镇 -> 柳河镇人民政府, 江南街道 -> 江南街道办事处."""
    return town and town + ("办事处" if town.endswith("街道") else "人民政府")
