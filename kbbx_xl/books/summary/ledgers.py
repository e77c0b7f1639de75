"""Merged ledgers with their sources (台账), persuasion (劝返), duplicates and transfers (重复与转学)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable

from kbbx_xl.books.summary.grid import Column, Figure, tally, widths, write_grid
from kbbx_xl.books.summary.records import Open, Value, write_records
from kbbx_xl.books.summary.scope import groups
from kbbx_xl.books.summary.sheets import (
    PLACE_TITLES,
    PLACE_WIDTHS,
    Child,
    Summary,
    place,
)
from kbbx_xl.flow.cases import by_pupil, visited
from kbbx_xl.flow.casework.counts import visits_of_month
from kbbx_xl.flow.result import (
    CaseRow,
    County,
    Duplicate,
    Persuasion,
    Transfer,
)
from kbbx_xl.flow.source import Source, spans
from kbbx_xl.model import Kind, Unit
from kbbx_xl.rules.masking import masked

OPEN_STATUSES = ("疑似辍学", "辍学")


def write_ledgers(summary: Summary) -> None:
    """Two sheets: 疑似辍学台账 (with those who are back) and 辍学台账."""
    cases = sorted(summary.county.cases, key=lambda c: _case_key(summary, c))
    suspected = [c for c in cases if c.status != "辍学"]
    _ledger(summary, "疑似辍学台账", "疑似辍学学生台账（含已返校）", suspected)
    _ledger(summary, "辍学台账", "辍学学生台账", [c for c in cases if c.status == "辍学"])


def _ledger(summary: Summary, name: str, title: str, cases: Iterable[CaseRow]) -> None:
    heads = (
        *summary.child_titles,
        "学段",
        "状态",
        "首次缺勤",
        "原因",
        "劝返次数",
        "销号日期",
        "台账登记",
        *PLACE_TITLES,
    )
    widths_ = [5, *summary.child_widths, 7, 10, 11, 16, 7, 11, 11, *PLACE_WIDTHS]
    paper = summary.sheet(name, title, widths_)
    visits = _visits(summary)
    write_records(paper, heads, (_case_row(summary, c, visits) for c in cases))
    paper.note(
        "注：每行来自一份台账的一行，按“来源文件、来源表、来源行”核对；默认不列姓名和证件号。"
    )


def _case_key(summary: Summary, case: CaseRow) -> tuple[object, ...]:
    source = case.source
    return summary.order(case.unit), case.grade, source.file, source.sheet, source.row, case.status


def _visits(summary: Summary) -> dict[str, int]:
    visits: dict[str, int] = {}
    for record in summary.county.persuasion:
        visits[record.key] = visits.get(record.key, 0) + record.visits
    return visits


def _case_row(summary: Summary, case: CaseRow, visits: dict[str, int]) -> tuple[Value, ...]:
    return (
        *summary.child(Child(case.unit, case.grade, case.class_name, case.name, case.key)),
        case.stage,
        case.status,
        case.first_absent,
        case.reason,
        visits.get(case.key, 0),
        case.closed,
        "已登记" if case.listed else "只见于劝返记录",
        *place(case.source),
    )


def write_persuasion(summary: Summary) -> None:
    """By unit: cases, how many have a record, visits (劝返汇总); then one line a record."""
    county = summary.county
    known = {p.unit for p in county.progress if Kind.CASES in p.received and not p.wrong_month}
    known |= {c.unit for c in county.cases}
    cases = [c for c in county.cases if c.status in OPEN_STATUSES]
    records = by_pupil(county.persuasion)
    columns = [
        Column(
            "open", "现有疑似辍学和辍学", tally(_keys(cases), "台账未销号的学生", known), width=12
        ),
        Column(
            "with",
            "其中/有劝返记录",
            tally(
                _keys(c for c in cases if visited(c, records.get(c.key, ()))),
                "本案有劝返记录的学生",
                known,
            ),
            width=10,
        ),
        Column(
            "without", "其中/没有劝返记录", plus=("open",), minus=("with",), width=10, alert=True
        ),
        Column(
            "back",
            "已返校",
            tally(
                _keys(c for c in county.cases if c.status == "已返校"), "台账上已返校的学生", known
            ),
            width=10,
        ),
        Column("records", "劝返记录（份）", _records(county.persuasion), width=10),
        Column("visits", "劝返次数/累计", _visit_count(county.persuasion), width=10),
        Column("month", "劝返次数/其中本月", _visits_of_month(county), width=10),
    ]
    paper = summary.sheet("劝返汇总", "劝返工作汇总表", widths(columns))
    grid = write_grid(paper, groups(county.directory), columns)
    for key in ("open", "without", "visits", "month"):
        paper.mark(f"persuasion.{key}", grid.total_row, grid.columns[key])
    paper.note(
        "注：累计是各校劝返记录现有的全部次数，从记录开始时算起；本月只计劝返日期在本月、归入个案的。"
        "首次缺勤以前的劝返属于此前的个案，不算本案有劝返记录。"
    )
    _persuasion_list(summary)


def _keys(cases: Iterable[CaseRow]) -> list[tuple[str, str, Source]]:
    return [(c.unit, c.key, c.source) for c in cases]


def _records(records: list[Persuasion]) -> Callable[[Unit], Figure]:
    rows = [(p.unit, repr(p.source), p.source) for p in records]
    return tally(rows, "劝返记录份数", {p.unit for p in records})


def _visit_count(records: list[Persuasion]) -> Callable[[Unit], Figure]:
    by_unit: dict[str, list[Persuasion]] = defaultdict(list)
    for record in records:
        by_unit[record.unit].append(record)

    def of(unit: Unit) -> Figure:
        mine = by_unit.get(unit.name, ())
        number = sum(p.visits for p in mine) if mine else None
        return Figure(number, spans(p.source for p in mine), "各份劝返记录的次数之和")

    return of


def _visits_of_month(county: County) -> Callable[[Unit], Figure]:
    visits = visits_of_month(county.case_files, county.month, county.as_of)
    rows = ((case.unit, str(number), one.source) for number, (case, one) in enumerate(visits))
    return tally(rows, "本月的劝返次数", {p.unit for p in county.persuasion})


def _persuasion_list(summary: Summary) -> None:
    """One line a record; the child shows as its class when a ledger knows it."""
    county = summary.county
    cases = {c.key: c for c in county.cases}
    heads = (*summary.child_titles, "状态", "次数", "首次", "末次", *PLACE_TITLES)
    widths_ = [5, *summary.child_widths, 10, 7, 11, 11, *PLACE_WIDTHS]
    paper = summary.sheet("劝返明细", "劝返记录清单", widths_)
    rows = sorted(
        county.persuasion,
        key=lambda p: (summary.order(p.unit), p.source.file, p.source.sheet, p.source.row),
    )
    write_records(paper, heads, (_record_row(summary, p, cases.get(p.key)) for p in rows))


def _record_row(summary: Summary, record: Persuasion, case: CaseRow | None) -> tuple[Value, ...]:
    child = (
        Child(record.unit, case.grade, case.class_name, case.name, record.key)
        if case
        else Child(record.unit, "", "", "", record.key)
    )
    return (
        *summary.child(child),
        case.status if case else "",
        record.visits,
        record.first,
        record.last,
        *place(record.source),
    )


def write_moves(summary: Summary) -> None:
    """Children enrolled in two schools, and transfers out with and without a taker."""
    county = summary.county
    paper = summary.sheet("重复与转学", "重复学籍与转学核对表", [5, 26, 26, 16, 44, 44, 7, 7])
    keyed = summary.with_names
    paper.part("一、同时在两校在读（两校核对，由一校注销）")
    heads = (
        "单位甲",
        "单位乙",
        "证件号（已遮盖）" if keyed else "情况",
        "来源甲",
        "来源乙",
        "打开甲",
        "打开乙",
    )
    doubles = sorted(
        county.duplicates, key=lambda d: (d.units, d.sources[0].row if d.sources else 0)
    )
    write_records(paper, heads, (_double_row(summary, d) for d in doubles), freeze=False)
    paper.row += 1
    paper.part("二、转出（县内无接收的要查明去向）")
    heads = (
        "转出单位",
        "接收单位",
        "证件号（已遮盖）" if keyed else "情况",
        "来源甲",
        "来源乙",
        "打开甲",
        "打开乙",
    )
    moves = sorted(county.transfers, key=lambda t: (bool(t.into), t.out, t.into, repr(t.sources)))
    write_records(paper, heads, (_move_row(summary, t) for t in moves), freeze=False)


def _double_row(summary: Summary, double: Duplicate) -> tuple[Value, ...]:
    units = (*double.units, "", "")[:2]
    return (*units, _said(summary, double.key, "两校在读"), *_two(double.sources))


def _move_row(summary: Summary, move: Transfer) -> tuple[Value, ...]:
    said = "县内已接收" if move.into else "转往县外" if move.outside else "去向不明"
    into = move.into or move.outside or "（县内没有学校接收）"
    return (move.out, into, _said(summary, move.key, said), *_two(move.sources))


def _said(summary: Summary, key: str, otherwise: str) -> str:
    return masked(key) if summary.with_names else otherwise


def _two(sources: tuple[Source, ...]) -> tuple[Value, ...]:
    """Two sources as text, then as links."""
    pair = (*sources, Source(""), Source(""))[:2]
    return (*(_words(s) for s in pair), *(Open(s) for s in pair))


def _words(source: Source) -> str:
    row = f"第{source.row}行" if source.row else ""
    return " ".join(part for part in (source.file, source.sheet, row) if part)
