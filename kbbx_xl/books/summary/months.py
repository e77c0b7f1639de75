"""The monthly reports added up (月报汇总), six checks (六项核对), a centre's 汇总月报."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from kbbx_xl.books.summary.grid import (
    Column,
    Figure,
    figures,
    tally,
    widths,
    write_grid,
)
from kbbx_xl.books.summary.people import whole
from kbbx_xl.books.summary.scope import groups
from kbbx_xl.books.summary.sheets import Summary, sign
from kbbx_xl.flow.reports import IDENTITY, MINUS, PLUS
from kbbx_xl.flow.result import County, ReportRow
from kbbx_xl.flow.source import Span, spans
from kbbx_xl.model import CENTER_SHEET, GRADES, JUNIOR, PRIMARY, Kind, Unit, stage_of

FIGURES = (  # field of forms/monthly.yaml, head
    ("opening", "上月末在校生数"),
    ("transfer_in", "本月增加/转入"),
    ("return_in", "本月增加/复学"),
    ("other_in", "本月增加/其他"),
    ("transfer_out", "本月减少/转出"),
    ("suspend", "本月减少/休学"),
    ("dropout", "本月减少/辍学"),
    ("other_out", "本月减少/其他"),
    ("closing", "本月末在校生数"),
)
STATES = (("suspected", "疑似辍学"), ("persuaded", "劝返"), ("home_teaching", "送教上门"))
CASE_STATUSES = (("辍学", "辍学"), ("疑似辍学", "疑似辍学"), ("已返校", "复学"))
WRITTEN = (("dropout", "辍学"), ("suspected", "疑似辍学"), ("return_in", "复学"))
Rows = Mapping[str, Sequence[ReportRow]]
Places = Mapping[str, tuple[Span, ...]]


def by_unit(rows: Sequence[ReportRow]) -> dict[str, list[ReportRow]]:
    """Rows of grades by unit; subtotals and totals a school wrote are not added again."""
    found: dict[str, list[ReportRow]] = defaultdict(list)
    for row in sorted(rows, key=lambda r: (r.unit, r.source.file, r.source.sheet, r.source.row)):
        if row.grade in ("", *GRADES):
            found[row.unit].append(row)
    return dict(found)


def written(
    rows: Rows, name: str, stage: str = "", places: Places | None = None
) -> Callable[[Unit], Figure]:
    """A figure of the monthly reports added over the grades of a unit; blank where none is one.

    ``places`` are the rows of each unit, when several figures share them.
    """
    known_places = _places(rows, stage) if places is None else places

    def of(unit: Unit) -> Figure:
        mine = rows.get(unit.name)
        if mine is None:
            return Figure(None)
        numbers = [r.figures.get(name) for r in mine if not stage or stage_of(r.grade) == stage]
        known = [n for n in numbers if n is not None]
        total = sum(known) if known else None
        return Figure(total, known_places[unit.name], "月报各年级所写之和")

    return of


def _places(rows: Rows, stage: str) -> Places:
    return {
        unit: spans(r.source for r in mine if not stage or stage_of(r.grade) == stage)
        for unit, mine in rows.items()
    }


def report_columns(rows: Rows) -> list[Column]:
    """The columns of the monthly report form, unit by unit."""
    places = _places(rows, "")
    return [
        Column(k, t, written(rows, k, places=places), width=8 if "末" in t else 6)
        for k, t in FIGURES
    ] + [Column(k, t, written(rows, k, places=places)) for k, t in STATES]


def write_months(summary: Summary) -> None:
    """Reports by unit: written against computed, roster and last month."""
    county = summary.county
    rows, last = by_unit(county.reports), by_unit(county.last_reports)
    totals = {t.unit: t for t in county.totals}
    roster = figures(totals, lambda t: t.enrolled, whole, "名册中在读（含复学）的行数")
    columns = [
        *report_columns(rows),
        Column("computed", "核对/推算月末", plus=PLUS, minus=MINUS, width=8),
        _gap("gap", "核对/所写减推算", "closing", "computed"),
        Column("roster", "核对/名册在读", roster),
        _gap("gap_roster", "核对/月报减名册", "closing", "roster"),
        Column("before", "环比/上月月报月末", written(last, "closing"), width=8),
        _gap("gap_before", "环比/期初减上月末", "opening", "before"),
        Column("change", "环比/本月增减", plus=("closing",), minus=("opening",), strict=True),
        Column("note", "备注", words=_remark(county, rows), width=11),
    ]
    paper = summary.sheet("月报汇总", "控辍保学月报汇总表", widths(columns))
    grid = write_grid(paper, groups(county.directory), columns)
    for key, _ in (*FIGURES, *STATES):
        paper.mark(f"months.{key}", grid.total_row, grid.columns[key])
    paper.note(
        f"表内勾稽：推算的{IDENTITY}；所写减推算、月报减名册、期初减上月末应为 0，"
        "不为 0 的标色，到“问题清单”看原因。没有上月月报的，环比前两栏空白；未报的单位空白，不作 0 计。"
        "小计、合计的差额只由两边都有数的学校相加，所以可以不等于小计、合计两栏之差。"
    )


def _gap(key: str, title: str, one: str, other: str) -> Column:
    """A difference that should be 0; blank where either side is not known."""
    return Column(key, title, plus=(one,), minus=(other,), width=8, alert=True, strict=True)


def _remark(county: County, rows: Rows) -> Callable[[Unit], str]:
    unread = {r.unit for r in county.reports if None in r.figures.values()}

    def remark(unit: Unit) -> str:
        if unit.name not in rows:
            return "未报月报"
        return "有空栏" if unit.name in unread else ""

    return remark


def write_six(summary: Summary) -> None:
    """小学/初中 x 辍学/疑似辍学/复学, from the ledgers and as the reports say (六项核对)."""
    county = summary.county
    rows = by_unit(county.reports)
    known = {p.unit for p in county.progress if Kind.CASES in p.received and not p.wrong_month}
    known |= {c.unit for c in county.cases}
    columns: list[Column] = []
    for stage in (PRIMARY, JUNIOR):
        for status, title in CASE_STATUSES:
            cases = (
                (c.unit, f"{c.source.file}{c.source.sheet}{c.source.row}", c.source)
                for c in county.cases
                if c.listed and (c.stage, c.status) == (stage, status)
            )
            count = tally(cases, f"台账中{stage}状态为{status}的行数", known)
            columns.append(Column(f"{stage}{status}", f"台账（{stage}）/{title}", count))
        for field, title in WRITTEN:
            count = written(rows, field, stage)
            columns.append(Column(f"{stage}{field}", f"月报（{stage}）/{title}", count))
        title = f"{stage}疑似辍学台账减月报"
        columns.append(_gap(f"{stage}gap", title, f"{stage}疑似辍学", f"{stage}suspected"))
    paper = summary.sheet("六项核对", "六项核对表", widths(columns))
    grid = write_grid(paper, groups(county.directory), columns)
    for stage in (PRIMARY, JUNIOR):
        for status, _ in CASE_STATUSES:
            key = f"{stage}{status}"
            paper.mark(f"six.{key}", grid.total_row, grid.columns[key])
            for title, row in grid.group_rows.items():
                paper.mark(f"six.{key}.{title}", row, grid.columns[key])
    paper.note(
        "注：台账按现有状态计数（复学＝已返校）；月报的疑似辍学是月末现有数，辍学、复学是本月发生数，"
        "只有疑似辍学两边口径相同，应当一致。小学、初中各三项即全国平台每月核对的六个数。"
    )


def write_center_report(summary: Summary) -> None:
    """One row a school in the columns of the form that goes up, to be printed and stamped."""
    rows = by_unit(summary.county.reports)
    columns = [
        *report_columns(rows),
        Column("note", "备注", words=missing_report(rows), width=14),
    ]
    paper = summary.sheet(CENTER_SHEET, "控辍保学汇总月报", widths(columns))
    write_grid(paper, groups(summary.county.directory), columns)
    sign(paper, summary.county.policy.monthly.signoff or "")


def missing_report(rows: Rows) -> Callable[[Unit], str]:
    """Remark for units whose monthly report has not come."""
    return lambda unit: "" if unit.name in rows else "未报"
