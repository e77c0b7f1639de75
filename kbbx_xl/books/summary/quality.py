"""Rates with their two numbers (指标) and the list of findings (问题清单)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from kbbx_xl.books.summary.paper import Paper, cell_name
from kbbx_xl.books.summary.records import NOTHING, Listing, Open, write_records
from kbbx_xl.books.summary.sheets import Summary
from kbbx_xl.flow.result import IndicatorValue
from kbbx_xl.flow.source import Source
from kbbx_xl.messages import in_sheet_order, message, remedy, severity
from kbbx_xl.model import Finding, Severity

SEVERITIES = tuple(str(s) for s in Severity)
OVER = "超过100%，按原值保留：分子与分母的口径或时点不同（如转入多于转出），请核对"
ZERO = "分母为0，不计算"


def write_indicators(summary: Summary) -> None:
    """Every rate of every unit: numerator, denominator, formula, target; never averaged."""
    titles = ("序号", "单位", "指标", "分子", "分母", "数值", "目标", "算法", "依据", "说明")
    paper = summary.sheet("指标", "控辍保学指标表", [5, 24, 22, 9, 9, 10, 11, 42, 20, 32])
    paper.head(titles, freeze=3)
    rates = sorted(summary.county.indicators, key=lambda i: (summary.order(i.unit), i.name))
    if rates:
        _write_rates(paper, rates)
    else:
        paper.merge(paper.row, 0, paper.row, len(titles) - 1, NOTHING, "center")
        paper.row += 1
    paper.note(
        "注：上级单位的率用分子之和除以分母之和重新计算，不取各单位的平均；月度数与学年数口径不同，不能相比；"
        "分母为0写“—”；超过100%的按原值保留。"
    )


def _write_rates(paper: Paper, rates: Sequence[IndicatorValue]) -> None:
    """Each rate a line: its two numbers typed, their quotient a formula, what is odd said in words."""
    listing = Listing(paper, len(rates))
    listing.values(1, [rate.unit for rate in rates])
    listing.values(2, [rate.name for rate in rates])
    listing.values(3, [rate.numerator for rate in rates])
    listing.values(4, [rate.denominator for rate in rates])
    listing.cells(5, [_quotient(paper, row, rate) for row, rate in enumerate(rates, paper.row)])
    listing.values(6, [rate.target for rate in rates])
    listing.values(7, [rate.formula for rate in rates])
    listing.values(8, [rate.source for rate in rates])
    listing.values(9, [_said(rate) for rate in rates])
    listing.write()


def _quotient(paper: Paper, row: int, rate: IndicatorValue) -> str:
    """The cell of the rate, and how its line came about."""
    how = rate.formula or "按指标定义计数"
    named = f"{rate.unit}：{rate.name}"
    paper.mark(f"rate.{rate.unit}.{rate.name}.part", row, 3)
    paper.mark(f"rate.{rate.unit}.{rate.name}.whole", row, 4)
    paper.trace(row, 3, rate.numerator, f"{named}（分子）", how=how)
    paper.trace(row, 4, rate.denominator, f"{named}（分母）", how=how)
    top, bottom = cell_name(row, 3), cell_name(row, 4)
    value = rate.numerator / rate.denominator if rate.denominator else "—"
    formula = f'=IF({bottom}=0,"—",{top}/{bottom})'
    cells = f"{paper.name}!{top} {paper.name}!{bottom}"
    paper.trace(row, 5, value, named, how=how, formula=formula, cells=cells)
    return paper.formula_rest(formula, value, "percent")


def _said(rate: IndicatorValue) -> str:
    if rate.numerator > rate.denominator > 0:
        return OVER
    return "" if rate.denominator else ZERO


def write_findings(summary: Summary) -> None:
    """What is wrong, where and what to do; the last cell opens the source at the place."""
    county = summary.county
    titles = ("严重程度", "编码", "单位", "文件", "表", "单元格", "问题", "怎么办", "打开")
    paper = summary.sheet("问题清单", "问题清单", [5, 9, 7, 22, 36, 12, 8, 46, 34, 6])
    _severity_counts(paper, county.findings)
    rows = sorted(county.findings, key=lambda f: _finding_key(summary, f))
    write_records(
        paper,
        titles,
        (
            (
                str(severity(f)),
                f.code,
                f.unit,
                f.file,
                f.sheet,
                f.cell,
                message(f),
                remedy(f),
                Open(Source(f.file, f.sheet), f.cell),
            )
            for f in rows
        ),
    )


def _severity_counts(paper: Paper, findings: list[Finding]) -> None:
    """How many of each severity, above the list, as COUNTIF over it."""
    counted = Counter(str(severity(f)) for f in findings)
    row, first, last = paper.row, paper.row + 3, paper.row + 2 + max(len(findings), 1)
    place = f"$B${first}:$B${last}"
    for number, name in enumerate(SEVERITIES):
        column = 1 + 2 * number
        paper.text(row, column, name, "label")
        formula = f'=COUNTIF({place},"{name}")'
        cells = f"{paper.name}!{place.replace('$', '')}"
        measure, how = f"问题清单：{name}", "问题清单中该严重程度的行数"
        paper.formula(
            row, column + 1, formula, counted[name], measure, how=how, cells=cells, style="int"
        )
        paper.mark(f"findings.{name}", row, column + 1)
    paper.row += 1


def _finding_key(summary: Summary, finding: Finding) -> tuple[object, ...]:
    rank = SEVERITIES.index(str(severity(finding)))
    return rank, summary.order(finding.unit), in_sheet_order(finding, summary.sheets)
