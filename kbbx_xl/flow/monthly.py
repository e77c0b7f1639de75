"""生成本月月报: the records of 月报表 from a school's 登记表, with the rows behind every number.

Pure: the workbook comes as read, dates are arguments.  A number that cannot be known stays open and
is reported; nothing is guessed.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from kbbx_xl.flow.month_count import (
    CLOSING,
    FEMALE,
    LEDGERS,
    MALE,
    counted,
    figures,
    in_month,
    is_enrolled,
)
from kbbx_xl.flow.own_book import OwnBook, Record, Records
from kbbx_xl.flow.reports import IDENTITY, closing_of
from kbbx_xl.flow.source import Source, row_source
from kbbx_xl.messages import InputError
from kbbx_xl.model import GRADES, Finding
from kbbx_xl.rules.cases import DROPOUT, SUSPECTED
from kbbx_xl.rules.ledger_status import HALF_CLOSED, MOVED, half_closed
from kbbx_xl.settings.forms import load_form
from kbbx_xl.settings.lists import load_lists

FIGURES_TABLE, OPENING, NOTE = "month_figures", "opening", "note"
COUNTED_TABLES = ("roster", "changes", *LEDGERS)
KEPT_ANSWERS = ("unit", "unit_code", "parent", "as_of", "reporter", "reviewer", "head", "phone")

Numbers = Mapping[str, int | None]  # column of 月报表 -> number, None while it is open


@dataclass(frozen=True, slots=True)
class MonthReport:
    """One school's month.

    ``data``: records of 月报表 by table id.  ``numbers``: grade -> column -> number.  ``sources``:
    (grade, column) -> the rows it counts; for 上月末在校生数 the cell's row it was taken from.
    """

    data: Mapping[str, Records]
    numbers: Mapping[str, Numbers]
    sources: Mapping[tuple[str, str], tuple[Source, ...]]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _Opening:
    """上月末在校生数 by grade, where each was found, and what is wrong with it."""

    numbers: Mapping[str, int]
    sources: Mapping[str, Source]
    findings: tuple[Finding, ...]


def month_report(book: OwnBook, last: OwnBook | None, *, filled_on: dt.date) -> MonthReport:
    """The 月报表 of ``book``, a 登记表; ``last`` is last month's 月报表 of the same school.

    Without ``last``, 上月末在校生数 is what stands on 本月月报.  InputError when ``last`` is of
    another school or month.
    """
    if last is not None:
        _check_last(book, last)
    opening = _typed_opening(book) if last is None else _last_closing(book, last)
    shown = figures(book.data, book.month, book.as_of, opening.numbers)
    numbers: dict[str, dict[str, int | None]] = {}
    for grade, columns in shown.items():
        if columns[CLOSING] != "":
            known = {name: n for name, n in columns.items() if isinstance(n, int)}
            numbers[grade] = {OPENING: opening.numbers.get(grade), **known}
    data = {
        "cover": [{**{n: book.cover.get(n) for n in KEPT_ANSWERS}, "filled_on": filled_on}],
        "report": _report(book, numbers),
        **_lists(book),
    }
    if dropouts_of(book):
        data["zero_report"] = [{"zero": "否"}]
    found = (*opening.findings, *_uncounted(book), *_unbalanced(book, numbers))
    return MonthReport(data, numbers, _sources(book, opening, numbers), found)


def _check_last(book: OwnBook, last: OwnBook) -> None:
    if last.unit.name != book.unit.name:
        raise InputError(
            f"“{last.name}”是{last.unit.name}的月报表，本表是{book.unit.name}的，请选本单位上月的月报表"
        )
    if last.month != book.month.before:
        raise InputError(
            f"“{last.name}”是{last.month.label}的月报表，请选{book.month.before.label}的月报表"
        )


def _typed_opening(book: OwnBook) -> _Opening:
    """What stands on 本月月报 under 上月末在校生数."""
    numbers: dict[str, int] = {}
    sources: dict[str, Source] = {}
    findings: list[Finding] = []
    for table, i, record in book.typed(FIGURES_TABLE):
        grade, written = str(record["grade"]), record.get(OPENING)
        if isinstance(written, int):
            numbers[grade] = written
            sources[grade] = row_source(table, i)
        elif written is not None:
            findings.append(table.finding("V03", OPENING, i, title=title_of(OPENING)))
    return _Opening(MappingProxyType(numbers), MappingProxyType(sources), tuple(findings))


def _last_closing(book: OwnBook, last: OwnBook) -> _Opening:
    """本月末在校生数 of last month's report; M07 where 本月月报 says something else."""
    numbers: dict[str, int] = {}
    sources: dict[str, Source] = {}
    for i, record in enumerate(last.data.get("report", ())):
        written = record.get(CLOSING)
        if record.get("grade") in GRADES and isinstance(written, int):
            numbers[str(record["grade"])] = written
            sources[str(record["grade"])] = last.source("report", i)
    findings = []
    for table, i, record in book.typed(FIGURES_TABLE):
        grade, written = str(record["grade"]), record.get(OPENING)
        if isinstance(written, int) and numbers.get(grade, written) != written:
            params = {"grade": grade, "written": written, "expected": numbers[grade]}
            findings.append(table.finding("M07", OPENING, i, **params))
    return _Opening(MappingProxyType(numbers), MappingProxyType(sources), tuple(findings))


def _report(book: OwnBook, numbers: Mapping[str, Numbers]) -> Records:
    notes = {str(r["grade"]): r.get(NOTE) for _, _, r in book.typed(FIGURES_TABLE)}
    return [{"grade": g, **columns, NOTE: notes.get(g)} for g, columns in numbers.items()]


def _lists(book: OwnBook) -> dict[str, Records]:
    """The name lists: cases by what they are now, and the changes of the month.

    An absence that stands in both ledgers is listed once, as 辍学台账 has it.
    """
    lists: dict[str, Records] = {"list_suspected": [], "list_dropout": [], "list_changes": []}
    for ledger in LEDGERS:
        for record in book.data.get(ledger, ()):
            if _is_dropout(record):
                lists["list_dropout"].append(record)
            elif record.get("case_status") != MOVED:
                lists["list_suspected"].append(record)
    lists["list_changes"] += [
        r
        for r in book.data.get("changes", ())
        if in_month(r.get("change_date"), book.month, book.as_of)
    ]
    columns = {s.table: [f.name for f in s.columns] for s in load_form("monthly").sheets}
    return {
        table: [
            {"seq": n, **{name: r.get(name) for name in columns[table][1:]}}
            for n, r in enumerate(records, 1)
        ]
        for table, records in lists.items()
    }


def _is_dropout(record: Record) -> bool:
    return record.get("case_status") == DROPOUT


def dropouts_of(book: OwnBook) -> dict[str, int]:
    """What stands against a zero report: place and words in Chinese -> number of pupils.

    Open cases of the ledgers, and pupils of the roster who are 疑似辍学 or 辍学.
    """
    states = load_lists()["case_status"]
    found: Counter[str] = Counter()
    ledgers = (*LEDGERS, "list_suspected", "list_dropout")
    for table in ledgers:
        for i, record in enumerate(book.data.get(table, ())):
            word = states.find(record.get("case_status"))
            if word is None or word.open:
                state = word.value if word else "没有写明状态的"
                found[f"“{book.source(table, i).sheet}”{state}"] += 1
    for i, record in enumerate(book.data.get("roster", ())):
        if load_lists()["status"].canonical(record.get("status")) in (SUSPECTED, DROPOUT):
            found[f"“{book.source('roster', i).sheet}”{record['status']}"] += 1
    return dict(found)


def _unbalanced(book: OwnBook, numbers: Mapping[str, Numbers]) -> Iterator[Finding]:
    """Open 上月末在校生数, 勾稽 that does not hold, and dropouts the changes do not show."""
    lines = {str(r["grade"]): (table, i) for table, i, r in book.typed(FIGURES_TABLE)}
    new = Counter(
        str(r.get("grade"))
        for r in book.data.get("dropout", ())
        if _is_dropout(r)
        and isinstance(first := r.get("first_absent"), dt.date)
        and first >= book.month.first
    )

    def finding(code: str, name: str, grade: str, /, **params: object) -> Finding:
        if grade not in lines:
            return Finding(code, book.read.path, params=params)
        table, i = lines[grade]
        return table.finding(code, name, i, **params)

    for grade, of_grade in numbers.items():
        closing, expected = of_grade[CLOSING], closing_of(of_grade)
        if of_grade[OPENING] is None:
            yield finding("V01", OPENING, grade, title=title_of(OPENING))
        elif closing != expected:
            params = {"formula": IDENTITY, "expected": expected, "written": closing}
            yield finding("M01", "grade", grade, grade=grade, **params)
        if (out := of_grade["dropout"] or 0) < new[grade]:
            yield finding("M06", "grade", grade, grade=grade, written=out, expected=new[grade])


def title_of(name: str) -> str:
    report = next(s for s in load_form("monthly").sheets if s.table == "report")
    return report.field(name).title


def _uncounted(book: OwnBook) -> Iterator[Finding]:
    """Cells with a word that no formula counts, and rows without a name."""
    sheets = {table.sheet for name in COUNTED_TABLES for table in book.tables(name)}
    yield from (f for f in book.read.findings if f.code == "R03" and f.sheet in sheets)
    yield from _odd_pupils(book)
    for i, record in enumerate(book.data.get("changes", ())):
        if not isinstance(record.get("change_date"), dt.date):
            yield book.finding("V04", "changes", i, "change_date", title="异动日期")
        elif in_month(record["change_date"], book.month, book.as_of):
            yield from _odd_words(book, "changes", i, record, "change", "异动类别")
    for ledger in LEDGERS:
        for i, record in enumerate(book.data.get(ledger, ())):
            yield from _odd_closing(book, ledger, i, record)


def _odd_pupils(book: OwnBook) -> Iterator[Finding]:
    for i, record in enumerate(book.data.get("roster", ())):
        if load_lists()["status"].find(record.get("status")) is None:
            yield book.finding("V15", "roster", i, "status")
        elif is_enrolled(record):
            if record.get("grade") not in GRADES:
                yield book.finding("V13", "roster", i, "grade")
            if record.get("sex") not in (MALE, FEMALE):
                yield book.finding("V17", "roster", i, "sex")


def _odd_closing(book: OwnBook, table: str, i: int, record: Record) -> Iterator[Finding]:
    """A row counted as open although something of a closing stands in it (V02, C15)."""
    if record.get("grade") not in GRADES:
        yield book.finding("V13", table, i, "grade")
    word, known = record.get("closing"), load_lists()["closing"].canonical(record.get("closing"))
    if word and not known:
        yield book.finding("V02", table, i, "closing", title="销号去处")
    elif missing := half_closed(record):
        yield book.finding("C15", table, i, missing, **HALF_CLOSED[missing])


def _odd_words(
    book: OwnBook, table: str, i: int, record: Record, name: str, title: str
) -> Iterator[Finding]:
    if record.get("grade") not in GRADES:
        yield book.finding("V13", table, i, "grade")
    if record.get(name) not in load_lists()[name].values:
        yield book.finding("V02", table, i, name, title=title)


def _sources(
    book: OwnBook, opening: _Opening, numbers: Mapping[str, Numbers]
) -> dict[tuple[str, str], tuple[Source, ...]]:
    rows = counted(book.data, book.month, book.as_of)
    found: dict[tuple[str, str], tuple[Source, ...]] = {}
    for grade in numbers:
        if grade in opening.sources:
            found[grade, OPENING] = (opening.sources[grade],)
        for name, places in rows[grade].items():
            found[grade, name] = tuple(book.source(table, i) for table, i in places)
    return found
