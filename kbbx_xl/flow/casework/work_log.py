"""What a unit wrote down as done (工作记录), whom it has called (缺勤登记), and what papers came."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from kbbx_xl.flow.cases import find_pupil
from kbbx_xl.flow.context import Context
from kbbx_xl.flow.register import Register
from kbbx_xl.flow.source import Source, row_source
from kbbx_xl.model import Kind, Period, Table, Unit

# sheets that say something when they have no rows: nobody left, nobody is listed
EMPTY_SPEAKS = (Kind.CHANGES, Kind.CASES)


@dataclass(frozen=True, slots=True)
class WorkDone:
    """One row of 工作记录; ``kind`` is a word of config/lists/work_kind.yaml."""

    kind: str
    date: dt.date
    source: Source


@dataclass(frozen=True, slots=True)
class Arrived:
    """A paper that came; ``date``: its 填报日期 or last signature, None where it states none.

    ``known``: no day after which it was written, the end of its month where only that is stated.
    """

    source: Source
    date: dt.date | None = None
    known: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Called:
    """One spell of 缺勤登记 whose guardian has been reached; ``back`` None while away."""

    start: dt.date
    back: dt.date | None
    source: Source


@dataclass(frozen=True, slots=True)
class Done:
    """What proves that something was done: rows of 工作记录, kinds of paper that came, calls."""

    work: Sequence[WorkDone] = ()
    papers: Mapping[str, Arrived] = field(default_factory=dict)  # by model.Kind
    calls: Mapping[str, Sequence[Called]] = field(default_factory=dict)  # pupil key -> spells


def read_work_log(tables: Iterable[Table], context: Context) -> list[WorkDone]:
    """Rows of 工作记录 up to the day of the list, by date; one that stands in two files counts once.

    A row whose date or kind cannot be read proves nothing; ``rules.checks.fields`` reports it.
    """
    words = context.lists["work_kind"]
    found: dict[tuple[object, ...], WorkDone] = {}  # a log goes on from month to month
    for table in tables:
        names = ("work_date", "work_kind", "grid_name", "content")
        for i, row in enumerate(zip(*(table.get(name) for name in names), strict=True)):
            date, word = row[0], words.canonical(str(row[1] or ""))
            if word and isinstance(date, dt.date) and date <= context.as_of:
                at = row_source(table, i)
                found.setdefault((word, *row), WorkDone(word, date, at))
    return sorted(found.values(), key=lambda r: (r.date, r.kind, r.source.file, r.source.row))


def read_calls(
    tables: Iterable[Table], unit: Unit, register: Register, context: Context
) -> dict[str, list[Called]]:
    """Pupil key (else id, else name) -> spells of 缺勤登记 with 是否已联系家长 是 (TH-27)."""
    words = context.lists["yes_no"]
    found: dict[str, list[Called]] = defaultdict(list)
    for table in tables:
        spells = zip(table.get("contacted"), table.get("start"), table.get("back"), strict=True)
        for i, (answer, start, back) in enumerate(spells):
            if words.canonical(str(answer or "")) != "是" or not isinstance(start, dt.date):
                continue
            match, number, _, _ = find_pupil(table, i, unit, register, context)
            key = match.key or number or str(table.get("name")[i] or "")
            until = back if isinstance(back, dt.date) else None
            at = row_source(table, i)
            found[key].append(Called(start, until, at))
    return dict(found)


def arrived(
    tables: Mapping[Kind, Sequence[Table]], as_of: dt.date = dt.date.max
) -> dict[str, Arrived]:
    """Kinds of paper that came for the month (``Submission.tables``), by the latest of each.

    What was filled in or signed after ``as_of`` had not come on that day.

    A blank sheet of our workbooks is no paper, unless having no rows is what it says; 责任书签订 is
    one once every letter listed has been signed (YL-34).
    """
    found: dict[str, Arrived] = {}
    for kind, every in tables.items():
        sent = [table for table in every if kind is Kind.SIGNED or not _after(table, as_of)]
        if kind is Kind.SIGNED:
            days = [day for t in sent for day in t.get("signed_on")]
            whole = all(isinstance(day, dt.date) and day <= as_of for day in days)
            counts = whole and any(len(t) for t in sent)
        else:
            counts = kind in EMPTY_SPEAKS or any(len(t) or t.zero_report for t in sent)
        if sent and counts:
            papers = [_paper(table) for table in sent]
            found[str(kind)] = max(papers, key=lambda paper: paper.known or dt.date.min)
    return found


def _after(table: Table, as_of: dt.date) -> bool:
    filled = table.meta.get("填报日期", "")
    return bool(filled) and dt.date.fromisoformat(filled) > as_of


def _paper(table: Table) -> Arrived:
    signed = [day for day in table.get("signed_on") if isinstance(day, dt.date)]
    filled, month = table.meta.get("填报日期", ""), table.meta.get("月份", "")
    date = max(signed, default=None) or (dt.date.fromisoformat(filled) if filled else None)
    known = date or (Period.parse(month).last if month else None)
    return Arrived(Source(table.file, table.sheet), date, known)
