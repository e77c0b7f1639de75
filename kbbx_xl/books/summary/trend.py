"""The months side by side (月度趋势): earlier summaries' numbers, this month's as formulas, two charts."""

from __future__ import annotations

from collections.abc import Sequence

from kbbx_xl.books.style import HEI
from kbbx_xl.books.summary.hidden import record, stamp
from kbbx_xl.books.summary.lines import line_chart
from kbbx_xl.books.summary.paper import Book, Cell, Paper, cell_name
from kbbx_xl.books.summary.sheets import Summary
from kbbx_xl.flow.history import MEASURES, Measure, last_month, remark, timeline, unit_set
from kbbx_xl.flow.result import PastMonth
from kbbx_xl.flow.source import Source, Span
from kbbx_xl.model import JUNIOR, PRIMARY, Period

TREND = "月度趋势"
RATE = "劝返率"
FIRST_MONTH = "首月，没有往月的汇总，下月起有趋势图。"
COLUMN = {measure.key: number for number, measure in enumerate(MEASURES, 1)}
SHARES = (("sent_share", "报齐率", "sent", "units"), ("rate", RATE, "returned", "listed"))
SHARE_COLUMN = {key: len(MEASURES) + n for n, (key, *_) in enumerate(SHARES, 1)}
CHART_ROWS, CHART_SIZE = 15, (600, 285)  # pixels; two side by side


def marks_of(key: str, owner: str) -> tuple[str, ...]:
    """The marks of the cells that a measure adds up."""
    ledger = {"suspected": "疑似辍学", "dropout": "辍学"}
    if key in ledger:
        return tuple(f"six.{stage}{ledger[key]}" for stage in (PRIMARY, JUNIOR))
    return {
        "units": ("progress.units",),
        "sent": ("progress.已报",),
        "enrolled": ("people.enrolled",),
        "away": ("absence.open",),
        "overdue": ("cases.overdue",),
        "errors": ("findings.错误",),
        "returned": (f"rate.{owner}.{RATE}.part",),
        "listed": (f"rate.{owner}.{RATE}.whole",),
    }[key]


def write_trend(summary: Summary, paper: Paper) -> None:
    """The table, newest below, what it does not compare, and the charts; the month's record as well."""
    county, book = summary.county, summary.book
    titles = [f"{m.title}\n（{m.counted}）" for m in MEASURES]
    widths = [12, *(9 for _ in MEASURES), 8.5, 8.5, 24, 30, 7]
    summary.heading(paper, "控辍保学月度趋势表", widths)
    paper.head(("月份", *titles, *(title for _, title, *_ in SHARES), "说明", "来源文件", "打开"))
    first = paper.row
    for month, past in timeline(county):
        _past_row(summary, paper, month, past)
        paper.end_row()
    row = paper.row
    _this_row(summary, paper)
    paper.end_row()
    book.trend = (first, row)
    paper.note(
        "注：往月的数取自当月写出的汇总，本月的数取自本簿各表；没有汇总的月份空白，不作 0 计，图上断开。"
        "方案或单位不同的月份在“说明”里写明，比较时留意。"
    )
    _record(summary, row)
    if first == row:
        paper.note(FIRST_MONTH)
        return
    _charts(summary, paper, first, row)


def _past_row(summary: Summary, paper: Paper, month: Period, past: PastMonth | None) -> None:
    """A month of an earlier summary; a gap where there is none."""
    row = paper.row
    paper.text(row, 0, month.label, "center")
    places = (Span(past.file, past.sheet, str(past.row) if past.row else ""),) if past else ()
    for measure in MEASURES:
        value = past.figures.get(measure.key) if past else None
        if value is None:
            paper.text(row, COLUMN[measure.key], "", "int")
        else:
            said = f"{month.label}：{measure.title}"
            how = "当月汇总里的数"
            paper.number(row, COLUMN[measure.key], value, said, how=how, spans=places)
    _shares(paper, row, month)
    end = len(MEASURES) + len(SHARES) + 1
    paper.text(row, end, remark(summary.county, past))
    paper.text(row, end + 1, past.file if past else "")
    target = _target(summary.book, past) if past else ""
    paper.link(row, end + 2, target, "打开")


def _target(book: Book, past: PastMonth) -> str:
    source = Source(past.file, past.sheet, past.row)
    return book.link_beside(source) if past.beside else book.link(source)


def _this_row(summary: Summary, paper: Paper) -> None:
    """This month: every number is a formula to the sheet that holds it."""
    row, month = paper.row, summary.county.month
    paper.text(row, 0, month.label, "center_total")
    for measure in MEASURES:
        cells = this_month(summary, measure.key)
        column = COLUMN[measure.key]
        if cells:
            paper.refer_to(row, column, cells, f"{month.label}：{measure.title}", "int_total")
        else:
            paper.text(row, column, "", "int_total")
    _shares(paper, row, month, "percent_total")
    end = len(MEASURES) + len(SHARES) + 1
    for column, said in enumerate(("本月", "本簿", ""), end):
        paper.text(row, column, said, "text_total")


def this_month(summary: Summary, key: str, group: str = "") -> tuple[Cell, ...]:
    """The cells of this book that make a measure, of a central school's group when one is given."""
    marks = summary.book.marks
    names = [f"{mark}.{group}" if group else mark for mark in marks_of(key, summary.owner)]
    return tuple(marks[name] for name in names) if all(name in marks for name in names) else ()


def _shares(paper: Paper, row: int, month: Period, style: str = "percent") -> None:
    for key, title, part, whole in SHARES:
        column, (top, bottom) = SHARE_COLUMN[key], (COLUMN[part], COLUMN[whole])
        if not (paper.known(row, top) and paper.known(row, bottom)):
            paper.text(row, column, "", style)
            continue
        a, b = cell_name(row, top), cell_name(row, bottom)
        parts = paper.value(row, top), paper.value(row, bottom)
        paper.formula(
            row, column, f'=IF({b}=0,"—",{a}/{b})', parts[0] / parts[1] if parts[1] else "—",
            f"{month.label}：{title}", how="前一数除以后一数，分母为 0 时写“—”",
            cells=f"{paper.name}!{a} {paper.name}!{b}", style=style,
        )  # fmt: skip


def _record(summary: Summary, row: int) -> None:
    """What later months read: the figures, where they stand, and those of each central school."""
    county, book = summary.county, summary.book
    held = book.values
    figures = {
        m.key: [COLUMN[m.key] + 1, held[TREND, COLUMN[m.key]].get(row)] for m in MEASURES
    }  # as it reads the cell: blank where nothing is known
    parts = {
        center.name: {
            m.key: sum(held[sheet, column].get(at, 0) for sheet, at, column in cells)
            for m in MEASURES
            if (cells := this_month(summary, m.key, center.name))
        }
        for center in county.directory.centers
    }
    value = {
        "as_of": county.as_of.isoformat(),
        "units": unit_set(county.directory),
        "sheet": TREND,
        "row": row + 1,
        "cells": figures,
        "parts": {name: part for name, part in parts.items() if part},
    }
    book.record = (record(dict(stamp(county)), value),)


def finding_words(summary: Summary, paper: Paper, measures: Sequence[Measure]) -> tuple[str, str]:
    """A sentence that says what a chart shows, as a formula over the table and as text."""
    _, row = summary.book.trend
    before = last_month(summary.county)
    formula, text = [], []
    for measure in measures:
        now = cell_name(row, COLUMN[measure.key])
        value = paper.value(row, COLUMN[measure.key])
        formula.append(f'"{measure.title}"&{now}&"{measure.counted}"')
        text.append(f"{measure.title}{value:g}{measure.counted}")
        if before and measure.key in before.figures:
            last = cell_name(row - 1, COLUMN[measure.key])
            formula[-1] += "&" + change_formula(now, last, measure.counted, "，")
            text[-1] += change_words(value - before.figures[measure.key], measure.counted, "，")
    label = f"{summary.county.month.month}月"
    return f'="{label}"&' + '&"；"&'.join(formula), label + "；".join(text)


def change_formula(now: str, last: str, counted: str, lead: str = "", signs: bool = False) -> str:
    """Against last month, in words: a formula without its "="."""
    more, less = ("▲ ", "▼ ") if signs else ("", "")
    return (
        f'IF({now}>{last},"{lead}{more}比上月多"&({now}-{last})&"{counted}",'
        f'IF({now}<{last},"{lead}{less}比上月少"&({last}-{now})&"{counted}","{lead}与上月相同"))'
    )


def change_words(change: float, counted: str, lead: str = "", signs: bool = False) -> str:
    """The same as text."""
    if not change:
        return f"{lead}与上月相同"
    sign, word = ("▲ ", "多") if change > 0 else ("▼ ", "少")
    return f"{lead}{sign if signs else ''}比上月{word}{abs(change):g}{counted}"


CASES = ("suspected", "dropout", "away")
_BY_KEY = {measure.key: measure for measure in MEASURES}


def _charts(summary: Summary, paper: Paper, first: int, row: int) -> None:
    """Children and rates side by side; the sentences above them are their titles."""
    book = summary.book
    both = ((CASES, "人数"), (tuple(SHARE_COLUMN), "率"))
    below = paper.row + len(both)
    for number, (keys, what) in enumerate(both):
        _sentence(summary, paper, keys)
        if keys == CASES:
            book.sentence = (paper.name, paper.row - 1, 0)
        chart = line_chart(
            book, paper, (first, row), names_of(keys), percent=what == "率", size=CHART_SIZE
        )
        chart.set_title(title_of(paper.name, paper.row - 1))
        left = 4 + number * (CHART_SIZE[0] + 8)
        about = {"x_offset": left, "y_offset": 4, "description": said_of(summary, keys, what)}
        paper.sheet.insert_chart(below, 0, chart, about)
    paper.room(CHART_ROWS)


def names_of(keys: Sequence[str]) -> dict[int, str]:
    """Column of 月度趋势 -> the name of its line."""
    shares = {key: title for key, title, *_ in SHARES}
    return {
        COLUMN.get(key) or SHARE_COLUMN[key]: shares.get(key) or _BY_KEY[key].title for key in keys
    }


def title_of(sheet: str, row: int, column: int = 0) -> dict[str, object]:
    """The title of a chart: what a cell says."""
    name = f"='{sheet}'!{cell_name(row, column)}"
    return {"name": name, "name_font": {"name": HEI.name, "size": 10.5, "bold": False}}


def sentence_of(summary: Summary) -> Cell:
    """The cell that says in words what the children of the months come to."""
    return summary.book.sentence


def _sentence(summary: Summary, paper: Paper, keys: Sequence[str]) -> None:
    """What the month says, merged over the sheet."""
    if keys == CASES:
        formula, text = finding_words(summary, paper, [_BY_KEY[key] for key in keys])
        row = summary.book.trend[1]
        months = (row - 1, row) if last_month(summary.county) else (row,)
        cells = " ".join(f"{paper.name}!{cell_name(at, COLUMN[k])}" for k in keys for at in months)
    else:
        row = summary.book.trend[1]
        a, b = (cell_name(row, SHARE_COLUMN[key]) for key in keys)
        label = f"{summary.county.month.month}月"
        formula = f'="{label}报齐率"&TEXT({a},"0.0%")&"，{RATE}"&TEXT({b},"0.0%")'
        shares = [share_text(paper, row, key) for key in keys]
        text = f"{label}报齐率{shares[0]}，{RATE}{shares[1]}"
        cells = f"{paper.name}!{a} {paper.name}!{b}"
    paper.merge(paper.row, 0, paper.row, paper.columns - 1, "", "part")
    paper.formula(
        paper.row, 0, formula, text, "本月情况", how="由上表的数写成一句话", cells=cells, style="part"
    )  # fmt: skip
    paper.sheet.set_row(paper.row, 22)
    paper.row += 1


def share_text(paper: Paper, row: int, key: str) -> str:
    """A share as the formula shows it."""
    if not paper.known(row, SHARE_COLUMN[key]):
        return "—" if paper.known(row, COLUMN[_whole(key)]) else ""
    return f"{paper.value(row, SHARE_COLUMN[key]):.1%}"


def _whole(key: str) -> str:
    return next(whole for share, _, _, whole in SHARES if share == key)


def said_of(summary: Summary, keys: Sequence[str], what: str) -> str:
    """What a chart shows, for those who cannot see it."""
    names = "、".join(names_of(keys).values())
    months = [month for month, _ in timeline(summary.county)]
    missing = [m.label for m, past in timeline(summary.county) if past is None]
    gap = f"，缺{'、'.join(missing)}" if missing else ""
    return (
        f"折线图：{summary.owner}{months[0].label}至{summary.county.month.label}的{names}（{what}）{gap}；"
        f"数见“{TREND}”。"
    )
