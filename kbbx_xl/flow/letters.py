"""What a letter (文书) says of one case: facts from ledger, roster, visits and cover; blanks where none.

Nothing is guessed: a fact is what a cell says, or follows from one (年级班级, 缺勤天数 by the calendar,
the township from the name of the unit above).  What is missing stays "" and is a finding when a
template asks for it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from kbbx_xl.flow.cases import DROPOUT, find_pupil
from kbbx_xl.flow.context import NO_POLICY, Context, make_context
from kbbx_xl.flow.register import Match, Register
from kbbx_xl.flow.roster import read_rosters
from kbbx_xl.flow.source import Source
from kbbx_xl.model import CalendarSheet, Directory, FileRead, Finding, Kind, Period, Table, Unit
from kbbx_xl.rules.classes import class_label
from kbbx_xl.rules.identity import birth_of, check_id, check_student_no, sex_of
from kbbx_xl.settings.letters import letter_fields

TOWN = re.compile(r"(?:.*[市县区旗])?(.+?(?:街道|镇|乡))(?![市县区村])")
MARK_LENGTH = 5  # hexadecimal digits: tells cases apart, too few to find a child by


@dataclass(frozen=True, slots=True)
class LetterCase:
    """One case as letters need it.  Personal: facts and visits name the child.

    ``mark`` tells the case from others without saying who it is; ``cells`` are the addresses of the
    facts that come from a cell of the ledger.
    """

    source: Source
    unit: str
    mark: str
    status: str
    first_absent: dt.date | None
    facts: Mapping[str, str]
    visits: tuple[Mapping[str, str], ...] = ()
    closed: bool = False  # 销号日期 is filled in
    cells: Mapping[str, str] = field(default_factory=dict)

    def refusal(self, statuses: Collection[str]) -> str:
        """Why a letter for ``statuses`` would say of this case what is not so; "" when it would not.

        Names sheet, row and status, never the child.
        """
        if self.status in statuses and not self.closed:
            return ""
        said = f"状态是“{self.status}”" if self.status else "状态没有填，或认不出"
        closed = "，已填销号日期" if self.closed else ""
        return f"{self.source.sheet} 第{self.source.row}行：{said}{closed}"

    def missing(self, used: Collection[str]) -> list[Finding]:
        """V01 for each fact that a template uses, that is expected, and that nobody wrote down."""
        return [
            Finding(
                "V01", self.source.file, self.source.sheet, self.cells.get(f.name, ""),
                {"title": f.name}, self.unit,
            )
            for f in letter_fields().fields
            if f.name in used and f.expected and not self.facts.get(f.name, "")
        ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of a ledger or of the visits, and whose it is."""

    table: Table
    index: int
    match: Match  # in the roster
    who: str  # joins the rows of one child
    class_name: str

    def get(self, column: str) -> object:
        return self.table.get(column)[self.index]


@dataclass(slots=True)
class _School:
    """The tables of one unit, and what its cover says."""

    unit: Unit
    context: Context
    register: Register
    ledgers: list[Table]
    cover: dict[str, str]
    own: frozenset[str]  # files that are workbooks of ours: their formulas are no data
    visits: dict[str, list[_Row]] = field(default_factory=lambda: defaultdict(list))


def letter_cases(
    reads: Sequence[FileRead],
    *,
    day: dt.date,
    statuses: Collection[str],
    rows: Collection[tuple[str, int]] | None = None,
    directory: Directory | None = None,
    calendar: CalendarSheet | None = None,
) -> tuple[list[LetterCase], list[Finding]]:
    """Cases of the ledgers in ``reads`` on ``day``: those of ``statuses``, or exactly the chosen
    ``rows`` (sheet, row counted from 1).  Findings: statuses and ids nobody can read."""
    known = directory or Directory(())
    month = Period(day.year, day.month)
    context, _ = make_context(month, day, NO_POLICY, known, calendar or CalendarSheet())
    cases: list[LetterCase] = []
    findings: list[Finding] = []
    for name, group in _by_unit(reads).items():
        school = _school(known.named(name) or Unit("", name, level="学校"), group, context)
        for row in _rows(school):
            table, i = row.table, row.index
            if rows is not None and (table.sheet, table.rows[i]) not in rows:
                continue
            status = _status(row, context)
            if rows is not None or status in statuses:
                cases.append(_case(school, row, status))
            elif not status:
                findings.append(table.finding("V02", "case_status", i, title="状态"))
    return cases, findings


def _by_unit(reads: Iterable[FileRead]) -> dict[str, list[FileRead]]:
    """Files by the unit they name; those that name none go with the only one there is."""
    groups: dict[str, list[FileRead]] = defaultdict(list)
    for read in sorted(reads, key=lambda r: r.path):
        groups[read.own.get("unit_name") or read.written_unit].append(read)
    if "" in groups and len(groups) == 2:
        nameless = groups.pop("")
        next(iter(groups.values())).extend(nameless)
    return groups


def _school(unit: Unit, reads: Sequence[FileRead], context: Context) -> _School:
    def of(kind: Kind) -> list[Table]:
        return [t for read in reads for t in read.tables if t.kind == kind]

    rosters = tuple(p for p, _ in read_rosters(of(Kind.ROSTER), unit.name, context))
    cover: dict[str, str] = {"parent": unit.parent}
    for table in of(Kind.COVER):
        for name in ("parent", "phone"):
            cover[name] = cover.get(name) or next(map(_text, table.get(name)), "")
    ledgers = of(Kind.CASES) or of(Kind.REPORT_CASES)
    own = frozenset(r.path for r in reads if r.own)
    school = _School(unit, context, Register(rosters), ledgers, cover, own)
    for table in of(Kind.VISITS):
        for row in (_row(table, i, school) for i in range(len(table))):
            if row.get("visit_date") or row.get("visitors") or row.get("record"):
                school.visits[row.who].append(row)
    return school


def _row(table: Table, i: int, school: _School) -> _Row:
    match, number, grade, name = find_pupil(table, i, school.unit, school.register, school.context)
    if match.pupils is not None:
        grade, name = match.pupils.grade[match.index], match.pupils.class_name[match.index]
    written = (table.get("grade")[i], table.get("class_name")[i])
    combined = _text(table.get("school_grade")[i]).replace(school.unit.name, "")
    label = class_label(grade, name) if grade else "".join(map(_text, written)) or combined
    student_no, _ = check_student_no(table.get("student_no")[i])
    who = match.key or number or student_no or _text(table.get("name")[i])
    return _Row(table, i, match, who, label)


def _rows(school: _School) -> list[_Row]:
    """Every row of the ledgers; visits are dropped where a bare name stands for two children."""
    found = [_row(t, i, school) for t in school.ledgers for i in range(len(t))]
    children = {(row.who, row.class_name, _text(row.get("birth"))) for row in found}
    times = Counter(who for who, _, _ in children)
    for row in found:
        if times[row.who] > 1 and row.match.pupils is None and row.who == _text(row.get("name")):
            school.visits.pop(row.who, None)
    return found


def _status(row: _Row, context: Context) -> str:
    """Canonical status; a village form lists dropouts only; "" for a word nobody knows."""
    if "case_status" not in row.table.columns:
        return DROPOUT
    return context.lists["case_status"].canonical(_text(row.get("case_status"))) or ""


def _case(school: _School, row: _Row, status: str) -> LetterCase:
    first, closed = row.get("first_absent"), row.get("closed")
    start = first if isinstance(first, dt.date) else None
    end = closed if isinstance(closed, dt.date) else None
    columns = {f.name: f.column for f in letter_fields().fields if f.column}
    facts = {name: _fact(column, row) for name, column in columns.items()}
    visits = _visits(school.visits.get(row.who, ()))
    town = _town(school.cover["parent"]) or _town(school.unit.name)
    facts["学校"] = facts["学校"] or school.unit.name
    facts["状态"] = status
    facts["年级班级"] = row.class_name
    facts["缺勤天数"] = _days(school, row, start, end)
    facts["上级单位"] = school.cover["parent"]
    facts["学校电话"] = school.cover.get("phone", "")
    facts["乡镇政府"] = town and town + ("办事处" if town.endswith("街道") else "人民政府")
    facts["劝返次数"] = str(len(visits)) if visits else _text(row.get("visit_count")) or "0"
    seed = "|".join((school.unit.name, row.who, start.isoformat() if start else ""))
    return LetterCase(
        source=Source(row.table.file, row.table.sheet, row.table.rows[row.index]),
        unit=facts["学校"],
        mark=hashlib.sha256(seed.encode()).hexdigest()[:MARK_LENGTH],
        status=status,
        first_absent=start,
        facts=facts,
        visits=visits,
        closed=closed not in (None, ""),
        cells={name: row.table.cell(column, row.index) for name, column in columns.items()},
    )


def _fact(column: str, row: _Row) -> str:
    """A column of the ledger, else of the child's row in the roster, else what the id says."""
    written = [row.get(column)]
    if (pupils := row.match.pupils) is not None:
        written.append(pupils.table.get(column)[row.match.index])
    if column == "id_no":
        return next((v for w in written if (v := check_id(w).value)), "")
    if column == "student_no":
        return next((v for w in written if (v := check_student_no(w)[0])), "")
    found = next((text for w in written if (text := _text(w))), "")
    if found or column not in ("sex", "birth"):
        return found
    number = _fact("id_no", row)
    if not number:
        return ""
    return sex_of(number) if column == "sex" else date_words(birth_of(number))


def _days(school: _School, row: _Row, start: dt.date | None, closed: dt.date | None) -> str:
    """School days away up to the letter's day: as a school wrote them, else by the calendar.

    "" where the calendar does not reach: before its term, or where holidays are not known.
    """
    written = row.get("run_days")
    if row.table.file not in school.own and isinstance(written, int | float):
        return f"{written:g}"
    if start is None:
        return ""
    calendar = school.context.calendar(school.unit.name)
    last = school.context.as_of if closed is None else closed - dt.timedelta(days=1)
    outside = start < calendar.term_start or last > calendar.term_end
    unknown = outside or calendar.uncovered_in(start, last)
    return "" if unknown else str(calendar.count(start, last))


def _visits(rows: Iterable[_Row]) -> tuple[Mapping[str, str], ...]:
    """Visits, oldest first, numbered anew where nobody numbered them."""
    told: list[tuple[str, dict[str, str]]] = []
    for row in rows:
        date = row.get("visit_date")
        facts = {f.name: _text(row.get(f.column)) for f in letter_fields().visits}
        told.append((date.isoformat() if isinstance(date, dt.date) else "9", facts))
    told.sort(key=lambda pair: pair[0])
    for number, (_, facts) in enumerate(told, 1):
        facts["第几次"] = facts["第几次"] or str(number)
    return tuple(facts for _, facts in told)


def _town(name: str) -> str:
    """The township in the name of a unit: 河东县柳河镇中心校 -> 柳河镇; "" when there is none."""
    found = TOWN.match(name)
    return found[1] if found else ""


def _text(value: object) -> str:
    """A cell as a letter shows it."""
    if value is None:
        return ""
    if isinstance(value, dt.date):
        return date_words(value)
    if isinstance(value, Period):
        return value.label
    return f"{value:g}" if isinstance(value, float) else str(value).strip()


def date_words(day: dt.date) -> str:
    """2026年10月8日."""
    return f"{day.year}年{day.month}月{day.day}日"
