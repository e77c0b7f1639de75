"""上报_<month>.xlsx: the monthly report as it goes up, to be printed, signed and stamped."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from kbbx_xl.books.summary.grid import Column, Figure, widths, write_grid
from kbbx_xl.books.summary.ledgers import OPEN_STATUSES
from kbbx_xl.books.summary.months import (
    CASE_STATUSES,
    FIGURES,
    STATES,
    by_unit,
    missing_report,
    report_columns,
)
from kbbx_xl.books.summary.paper import Paper
from kbbx_xl.books.summary.people import STAGES
from kbbx_xl.books.summary.records import Value, write_records
from kbbx_xl.books.summary.scope import Group, groups, of_county
from kbbx_xl.books.summary.sheets import Child, Summary, day_words, sign
from kbbx_xl.flow.reports import IDENTITY
from kbbx_xl.flow.result import CaseRow, County, ReportRow
from kbbx_xl.flow.source import spans
from kbbx_xl.model import Kind, Unit

BLANK = "＿" * 10
ONE_PAGE = 48  # rows that are still readable when the signatures share their page
STAMP = "单位（盖章）："
DATE = "填报日期：　　　　年　　月　　日"


def fill_report(summary: Summary) -> None:
    """By grade, by unit, six checks, and what there is to declare or list."""
    _by_grade(summary)
    _by_unit(summary)
    _six(summary)
    if is_zero(summary):
        _zero(summary)
    if summary.with_names:
        for status in OPEN_STATUSES:
            _names(summary, status)


def is_zero(summary: Summary) -> bool:
    """Whether the policy asks for a zero report and there is nothing to report (零报告)."""
    county = summary.county
    listed = any(c.status in OPEN_STATUSES for c in county.cases)
    written = any(r.figures.get(k) for r in county.reports for k in ("suspected", "dropout"))
    return bool(county.policy.monthly.zero_report) and not listed and not written


def where_to(summary: Summary) -> str:
    """Recipient and due day as the policy says them; a line to fill where it is silent.

    The policy says where schools and central schools report to.  To whom the county itself reports
    no document says: that stays a line to fill, with the policy's word beside it.
    """
    monthly = summary.county.policy.monthly
    day = f"每月{monthly.due_day}日前" if monthly.due_day else BLANK
    if not of_county(summary.county):
        return f"报送：{monthly.recipient or BLANK}　　报送时限：{day}"
    below = f"　　（本县各单位报送{monthly.recipient}，{day}）" if monthly.recipient else ""
    return f"报送：{BLANK}　　报送时限：{BLANK}{below}"


def signoff(county: County) -> str:
    """How the policy wants the report signed; said of central schools, so not on the county's own."""
    return "" if of_county(county) else county.policy.monthly.signoff or ""


def _sheet(
    summary: Summary, name: str, title: str, widths_: Iterable[float], *, landscape: bool = True
) -> Paper:
    paper = summary.book.paper(name, landscape=landscape)
    full = f"{summary.owner}{summary.county.month.label}{title}"
    paper.heading(full, f"{STAMP}{summary.owner}", DATE, list(widths_))
    paper.note(where_to(summary))
    return paper


def _end(summary: Summary, paper: Paper) -> None:
    """Whose papers are not in, then the signatures."""
    county = summary.county
    reported = {r.unit for r in county.reports}
    missing = [u.name for u in county.directory.schools if u.name not in reported]
    said = f"；未报、未计入的{len(missing)}所：{'、'.join(missing)}" if missing else ""
    paper.note(
        f"注：截至{day_words(county.as_of)}，由{len(reported)}所学校的月报相加而成{said}。"
        f"{IDENTITY}。"
    )
    sign(paper, signoff(county))
    if paper.row <= ONE_PAGE:
        paper.sheet.fit_to_pages(1, 1)


def _by_grade(summary: Summary) -> None:
    rows = summary.county.reports
    columns = [
        Column(k, t, _of_grade(rows, k), width=9 if "末" in t else 7)
        for k, t in (*FIGURES, *STATES)
    ]
    columns.append(Column("note", "备注", words=lambda _: "", width=14))
    grades = tuple(Group(stage, tuple(Unit("", g) for g in names)) for stage, names in STAGES)
    paper = _sheet(summary, "月报表", "控辍保学月报表", widths(columns))
    write_grid(paper, grades, columns, first="年级")
    _end(summary, paper)


def _of_grade(rows: list[ReportRow], name: str) -> Callable[[Unit], Figure]:
    """A figure of one grade (given as a Unit of that name) added over all reports."""

    def of(grade: Unit) -> Figure:
        mine = [r for r in rows if r.grade == grade.name and r.figures.get(name) is not None]
        value = sum(r.figures[name] or 0 for r in mine) if mine else None
        return Figure(value, spans(r.source for r in mine), "各校月报该年级所写之和")

    return of


def _by_unit(summary: Summary) -> None:
    rows = by_unit(summary.county.reports)
    columns = report_columns(rows)
    columns.append(Column("note", "备注", words=missing_report(rows), width=12))
    paper = _sheet(summary, "月报表（分单位）", "控辍保学月报表（分单位）", widths(columns))
    write_grid(paper, groups(summary.county.directory), columns)
    _end(summary, paper)


def _six(summary: Summary) -> None:
    """The six numbers of the ledgers: 小学, 初中 x 辍学, 疑似辍学, 复学."""
    county = summary.county
    columns = [
        Column(status, title, _of_stage(county.cases, status), width=16)
        for status, title in CASE_STATUSES
    ]
    stages = (Group("", tuple(Unit("", stage) for stage, _ in STAGES)),)
    paper = _sheet(summary, "六项核对", "六项核对表", widths(columns), landscape=False)
    write_grid(paper, stages, columns, first="学段")
    sent = sum(Kind.CASES in p.received for p in county.progress)
    paper.note(
        f"注：截至{day_words(county.as_of)}，由{sent}所学校的台账计数；复学指台账上已返校的学生。"
    )
    sign(paper)


def _of_stage(cases: list[CaseRow], status: str) -> Callable[[Unit], Figure]:
    def of(stage: Unit) -> Figure:
        mine = [c for c in cases if c.listed and (c.stage, c.status) == (stage.name, status)]
        return Figure(len(mine), spans(c.source for c in mine), f"台账中状态为{status}的行数")

    return of


def _zero(summary: Summary) -> None:
    """零报告声明: only for the units whose papers are in."""
    county = summary.county
    paper = _sheet(summary, "零报告声明", "控辍保学零报告", [14] * 6, landscape=False)
    open_ = [p.unit for p in county.progress if p.status != "已报"]
    but = f"尚未报齐的{len(open_)}个单位（{'、'.join(open_)}）不在本声明之内。" if open_ else ""
    text = (
        f"　　经各校逐班核对，截至{day_words(county.as_of)}，{summary.owner}所属已报送材料的学校"
        f"没有疑似辍学学生和辍学学生，特此零报告。{but}"
    )
    paper.row += 1
    paper.note(text)
    paper.sheet.set_row(paper.row - 1, 90)
    sign(paper, signoff(county))


def _names(summary: Summary, status: str) -> None:
    """The list of children, only when names were asked for."""
    heads = (*summary.child_titles, "首次缺勤", "原因", "台账登记")
    sizes = [5, *summary.child_widths, 12, 24, 14]
    paper = _sheet(summary, f"{status}名单", f"{status}学生名单", sizes)
    cases = sorted(
        (c for c in summary.county.cases if c.status == status),
        key=lambda c: (summary.order(c.unit), c.grade, c.source.file, c.source.row),
    )
    write_records(paper, heads, (_name_row(summary, c) for c in cases))
    sign(paper)


def _name_row(summary: Summary, case: CaseRow) -> tuple[Value, ...]:
    child = Child(case.unit, case.grade, case.class_name, case.name, case.key)
    listed = "已登记" if case.listed else "只见于劝返记录"
    return (*summary.child(child), case.first_absent, case.reason, listed)
