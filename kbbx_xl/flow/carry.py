"""结转下月: the records of next month's 登记表 or 月报表 from this month's.

What the formulas of the term count on stays: 本学期累计旷课 adds the rows of 缺勤登记 before the month
to the roll call of the month, so every absence without leave of the old roll call becomes a row of
缺勤登记.  One that is not over stays without 返校日期: nobody has seen the child come back, and the
run goes on over the end of the month.  Leave is carried where it touches such an absence or is not
over.  What the ledger says already is not written twice.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from kbbx_xl.flow.attendance import Attendance, read_attendance
from kbbx_xl.flow.context import Context
from kbbx_xl.flow.month_count import CLOSING, figures
from kbbx_xl.flow.monthly import FIGURES_TABLE, KEPT_ANSWERS, OPENING, title_of
from kbbx_xl.flow.overlap import Written
from kbbx_xl.flow.own_book import REGISTRATION, OwnBook, Record, Records
from kbbx_xl.flow.register import Register
from kbbx_xl.flow.roster import read_rosters
from kbbx_xl.messages import InputError
from kbbx_xl.model import CalendarSheet, Directory, Finding, Layout, LeaveKind, Period
from kbbx_xl.rules.absence import Spell
from kbbx_xl.rules.ledger_status import MOVED, OPEN_STATUS, closing_typed, typed_status
from kbbx_xl.rules.school_days import SchoolCalendar, school_calendar
from kbbx_xl.settings.calendar import load_calendar
from kbbx_xl.settings.forms import load_form
from kbbx_xl.settings.policies import Policy

TERM_BREAK = 14  # days without school that divide two terms; no holiday within a term is as long
COUNTED = "absence"  # 缺勤登记, whose rows are judged before they go on
REPORTED = ("D04", "A17", "V16")  # attendance findings that decide what is carried
DAY = dt.timedelta(days=1)

Who = tuple[object, ...]
Absent = tuple[LeaveKind, bool]  # kind, half a day


@dataclass(frozen=True, slots=True)
class Carried:
    """Records of the next month by table id, its calendar, and what the clerk must know."""

    data: Mapping[str, Records]
    calendar: SchoolCalendar
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = field(default=())


def next_of(book: OwnBook, month: Period | None) -> Period:
    """The month to carry to: the one after the workbook's, or ``month``; InputError for a bad one.

    Not into another school year, whose grades are new.
    """
    now = book.month
    wanted = month or now.after
    if wanted <= now:
        raise InputError(f"“{book.name}”是{now.label}的，只能结转到以后的月份")
    if wanted.school_year != now.school_year:
        raise InputError(
            f"{wanted.label}是新的学年，年级要重新编排，不能从{now.label}结转。请用新的{book.form.title}"
        )
    return wanted


def carry_report(book: OwnBook, month: Period, as_of: dt.date) -> Carried:
    """月报表: 上月末 := 本月末 of every grade, all else empty; V01 where 本月末 is open."""
    report: Records = []
    findings: list[Finding] = []
    for i, record in enumerate(book.data.get("report", ())):
        if isinstance(closing := record.get(CLOSING), int):
            report.append({"grade": record.get("grade"), OPENING: closing})
        elif any(isinstance(value, int) for value in record.values()):
            findings.append(book.finding("V01", "report", i, CLOSING, title=title_of(CLOSING)))
    data = {"cover": [_cover(book, as_of)], "report": report}
    return Carried(data, term_of(book.read.school_days, month), tuple(findings))


def carry_registration(
    book: OwnBook, month: Period, as_of: dt.date, *, policy: Policy, calendar: SchoolCalendar | None
) -> Carried:
    """登记表: all lists of the term, an empty roll call, 上月末 := the enrolled of today's roster.

    ``calendar``: of the new term, where the workbook's own does not hold it.
    """
    until = _told_until(book)
    context = Context(book.month, until, policy, Directory((book.unit,)), book.calendar)
    rosters = [pupils for pupils, _ in read_rosters(book.tables("roster"), book.unit.name, context)]
    tables = book.tables("roll_call"), book.tables("absence")
    own = (book.read.path,)
    attendance = read_attendance(book.unit, *tables, Register(tuple(rosters)), context, own=own)
    ids = {key: p.table.get("id_no")[i] for p in rosters for i, key in enumerate(p.key)}
    old = context.calendar(book.unit.name)
    term = calendar or term_of(book.read.school_days, month)
    rows = [*_kept_rows(book, attendance, term), *_called_rows(book, attendance, ids, old, until)]
    data = {
        "cover": [_cover(book, as_of)],
        **{table: _listed(book, table, old) for table in _lists()},
        "roll_call": _roll_call(book, attendance),
        "absence": rows,
        FIGURES_TABLE: [
            {"grade": grade, OPENING: columns[CLOSING]}
            for grade, columns in figures(book.data, book.month, book.as_of, {}).items()
            if columns[CLOSING] != ""
        ],
    }
    findings = tuple(f for f in attendance.findings if f.code in REPORTED)
    return Carried(data, term, findings, tuple(_notes(book, data, attendance, old, until)))


def term_of(days: Sequence[dt.date], month: Period) -> SchoolCalendar:
    """The term of ``days`` that holds a school day of the month; the usual term where none does."""
    breaks = [i for i, (a, b) in enumerate(pairwise(days), 1) if (b - a).days > TERM_BREAK]
    for start, end in pairwise((0, *breaks, len(days))):
        term = tuple(days[start:end])
        if any(month.first <= day <= month.last for day in term):
            return SchoolCalendar(term[0], term[-1], term)
    usual = load_calendar().term_dates(month.school_year)
    dates = next((term for term in usual if term[1] >= month.first), usual[-1])
    return school_calendar(CalendarSheet(*dates))


def _told_until(book: OwnBook) -> dt.date:
    """Up to when the workbook tells who was there: 截至日期, or the last marked day after it."""
    last = book.month.last
    marked = [day for r in book.data.get("roll_call", ()) for day in _marks(r) if day <= last.day]
    told = last.replace(day=max(marked)) if marked else book.as_of
    return min(last, max(book.as_of, told))


def _marks(record: Record) -> Mapping[int, object]:
    marks = record.get("marks")
    return marks if isinstance(marks, Mapping) else {}


def _cover(book: OwnBook, as_of: dt.date) -> Record:
    """The answers that stay; month, dates and signatures are the new month's."""
    return {**{name: book.cover.get(name) for name in KEPT_ANSWERS}, "as_of": as_of}


def _lists() -> list[str]:
    """Every list of 登记表 that stays for the term: all tables but the one that is judged anew."""
    sheets = load_form(REGISTRATION).sheets
    return [s.table for s in sheets if s.layout is Layout.TABLE and s.table != COUNTED]


def _listed(book: OwnBook, table: str, calendar: SchoolCalendar) -> Records:
    """A list as it stands; of closed cases the day count too, where it was typed over.

    A 状态 that an older workbook has typed becomes 销号去处.
    """
    records = []
    for i, record in enumerate(book.data.get(table, ())):
        found, place = book.place(table, i)
        days = found.get("run_days")[place] if "run_days" in found.columns else None
        closed, first = record.get("closed"), record.get("first_absent")
        kept = dict(record)
        if table in OPEN_STATUS and (closing := closing_typed(record)):
            kept["closing"] = closing
        if isinstance(closed, dt.date) and isinstance(first, dt.date) and days is not None:
            due = calendar.count(first, closed - DAY)
            known = calendar.days and first >= calendar.days[0]
            kept |= {} if known and days == due else {"run_days": days}
        records.append(kept)
    return records


def _roll_call(book: OwnBook, attendance: Attendance) -> Records:
    """The pupils of the roll call who are still enrolled, without marks."""
    return [
        {name: value for name, value in record.items() if name != "marks"}
        for i, record in enumerate(book.data.get("roll_call", ()))
        if book.source("roll_call", i) not in attendance.off_roll
    ]


def _kept_rows(book: OwnBook, attendance: Attendance, term: SchoolCalendar) -> Records:
    """Rows of 缺勤登记 of the term or not over; ended where the roll call has the child back."""
    backs = {at: spell.back for rows in attendance.listed.values() for spell, at in rows}
    kept: Records = []
    for i, record in enumerate(book.data.get("absence", ())):
        row = dict(record)
        row["back"] = row.get("back") or backs.get(book.source("absence", i))
        if row["back"] is None:
            row["days"] = None  # goes on, and is counted anew
        if not (isinstance(row["back"], dt.date) and row["back"] < term.term_start):
            kept.append(row)
    return kept


def _called_rows(
    book: OwnBook,
    attendance: Attendance,
    ids: Mapping[str, object],
    calendar: SchoolCalendar,
    until: dt.date,
) -> Records:
    """Absences of the roll call as rows of 缺勤登记, in the order of the roll call."""
    known = _by_person(book, "absence", attendance.listed)
    made: Records = []
    for who, spells in _by_person(book, "roll_call", attendance.called).items():
        key, record, called = who[0], *_first(book, spells)
        days: dict[dt.date, Absent] = {
            spell.start: (spell.kind, spell.back == spell.start)
            for spell in called
            if spell.start <= until
            and calendar.is_school_day(spell.start)
            and not any(_covers(row, spell.start) for row, _ in known.get(who, ()))
        }
        person = {name: record.get(name) for name in ("name", "grade", "class_name")}
        person["id_no"] = ids.get(str(key)) if key else None
        note = f"{book.month.label}点名表结转"
        made += [{**person, **row, "note": note} for row in _rows_of(days, calendar, until)]
    return made


def _by_person(
    book: OwnBook, table: str, written: Mapping[str, list[Written]]
) -> dict[Who, list[tuple[Spell, int]]]:
    """Spells with the record they stand in, by key; by name and class where nobody knows the pupil."""
    places = {book.source(table, i): i for i in range(len(book.data.get(table, ())))}
    found: dict[Who, list[tuple[Spell, int]]] = defaultdict(list)
    for key, rows in written.items():
        for spell, at in rows:
            i = places[at]
            record = book.data[table][i]
            who: Who = (key,)
            if not key:
                who = ("", record.get("name"), record.get("grade"), record.get("class_name"))
            found[who].append((spell, i))
    return found


def _first(book: OwnBook, spells: Sequence[tuple[Spell, int]]) -> tuple[Record, list[Spell]]:
    return book.data["roll_call"][spells[0][1]], [spell for spell, _ in spells]


def _covers(spell: Spell, day: dt.date) -> bool:
    return spell.start == day or (spell.start < day and (spell.back is None or day < spell.back))


def _rows_of(
    days: Mapping[dt.date, Absent], calendar: SchoolCalendar, until: dt.date
) -> Iterator[Record]:
    """One row for each stretch of one kind; leave that is over and touches no 旷课 is left out."""
    last = calendar.last_on_or_before(until)
    for block in _stretches(sorted(days), calendar):
        away = block[-1] == last
        if not away and all(days[day][0] is not LeaveKind.UNEXCUSED for day in block):
            continue
        start = 0
        for i, day in enumerate(block):
            following = block[i + 1] if i + 1 < len(block) else None
            kind, half = days[day]
            if following and not half and days[following] == days[day]:
                continue
            back = day if half else following or (None if away else calendar.nth_after(day, 1))
            yield {"start": block[start], "back": back, "leave_kind": str(kind)}
            start = i + 1


def _stretches(days: Sequence[dt.date], calendar: SchoolCalendar) -> Iterator[list[dt.date]]:
    """Days in groups of successive school days."""
    group: list[dt.date] = []
    for day in days:
        if group and calendar.position(day) - calendar.position(group[-1]) > 1:
            yield group
            group = []
        group.append(day)
    if group:
        yield group


def _notes(
    book: OwnBook,
    data: Mapping[str, Records],
    attendance: Attendance,
    calendar: SchoolCalendar,
    until: dt.date,
) -> Iterator[str]:
    """What the clerk must know, in Chinese."""
    note = f"{book.month.label}点名表结转"
    moved = [row for row in data["absence"] if row.get("note") == note]
    if moved:
        away = sum(row["back"] is None for row in moved)
        yield f"点名表里的 {len(moved)} 段缺勤转入了缺勤登记，其中 {away} 段还没有返校；返校后请填返校日期"
    kept = len(data["absence"]) - len(moved)
    if left := len(book.data.get("absence", ())) - kept:
        yield f"上学期已结束的缺勤 {left} 行没有带过来，原表照旧保留"
    if attendance.off_roll:
        yield f"名册上已不在校的 {len(attendance.off_roll)} 名学生没有列进新的点名表，名册里照旧保留"
    if calendar.next_on_or_after(until + DAY) in calendar.between(until + DAY, book.month.last):
        yield f"原表的考勤只到 {until}，之后到月底的没有计入；有缺勤的请补登在缺勤登记里"
    yield from _typed_notes(book)
    for finding in book.read.findings:
        if finding.code == "F18":
            yield f"“{finding.sheet}”里自己加的栏（{finding.params['title']}）没有带过来，请从原表复制"


def _typed_notes(book: OwnBook) -> Iterator[str]:
    """Of ledgers of an older workbook, whose 状态 is typed: what the clerk has to fill in."""
    for ledger, still in OPEN_STATUS.items():
        asked: dict[tuple[str, str], list[int]] = defaultdict(list)
        for i, record in enumerate(book.data.get(ledger, ())):
            status = typed_status(record)
            dated = isinstance(record.get("closed"), dt.date)
            if closing_typed(record):
                todo = "" if dated else "请补填销号日期"
            elif status == MOVED or (status == still and not dated):
                todo = ""
            else:
                todo = "请核对，已办结的填销号去处、销号日期" if status else ""
            if todo:
                asked[status, todo].append(book.source(ledger, i).row)
        for (status, todo), rows in asked.items():
            sheet = book.source(ledger, 0).sheet
            listed = "、".join(map(str, rows))
            yield f"“{sheet}”原表第 {listed} 行的状态是“{status}”：{todo}，不填的仍算没有办结"
