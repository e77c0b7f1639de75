"""全省汇总: one line a county, the total as formulas, and what counts as what (说明)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from pathlib import Path

from kbbx_xl.books.files import verify_workbook
from kbbx_xl.books.summary.grid import Column, Figure, widths, write_grid
from kbbx_xl.books.summary.notes import DEFINITIONS
from kbbx_xl.books.summary.paper import Book
from kbbx_xl.books.summary.scope import Group
from kbbx_xl.books.summary.sheets import day_words
from kbbx_xl.books.writing.results import Result
from kbbx_xl.flow import province as flow
from kbbx_xl.flow.context import NO_POLICY
from kbbx_xl.flow.province import FIGURES, CountyLine, Province
from kbbx_xl.flow.result import County
from kbbx_xl.flow.source import Span
from kbbx_xl.model import Directory, Period, Unit

SHEET = "全省汇总"
DONE, NOT_DONE = "已汇总", "没有汇总"
TOLD = ("在校生", "小学、初中", "连续旷课", "截至日仍未到校", "上课日", "错月")
NOTES = (
    ("从哪里来", "每个数都是该县自己的全县汇总里的数；合计是各县之和，是公式，点开可见。"),
    ("没有汇总的县", "各栏空白，原因写在“原因”栏；空白不是 0。办好以后重新汇总。"),
    ("方案", "各县按自己的方案判断，方案代号见“方案”栏；达到阶梯的人数看各县的汇总。"),
    ("个人信息", "本簿只有数，没有学生信息；学生信息不出县。"),
    (
        "数字追溯",
        "kbbx-xl explain 本文件 全省汇总!单元格，列出取自哪个县的哪本汇总；再对那一本运行 explain。",
    ),
)


def province_result(
    province: Province, folder: Path, *, title: str, month: Period, as_of: dt.date
) -> Result:
    """The workbook as part of a set; ``title`` is what the province is called."""
    target = folder / f"{SHEET}_{month}.xlsx"

    def make(path: Path) -> None:
        frame = County(month, as_of, NO_POLICY, Directory(()))
        book = Book(path, frame, title=SHEET, home=target.parent)
        _table(book, province, f"{title}{month.label}", month, as_of)
        _notes(book, f"{title}{month.label}", as_of)
        book.close()

    return Result(target, make, verify_workbook)


def _table(book: Book, province: Province, title: str, month: Period, as_of: dt.date) -> None:
    lines = {line.folder: line for line in province.lines}
    figures = [
        Column(f.key, f.title, partial(_figure, lines, f, f"全县汇总_{month}.xlsx"), width=6)
        for f in FIGURES
    ]
    columns = [
        *figures,
        Column("policy", "方案", words=_words(lines, lambda line: line.policy), width=8),
        Column("state", "状态", words=_words(lines, _state), width=8),
        Column("cause", "原因", words=_words(lines, lambda line: line.cause), width=26),
        Column("counties", "县数/应汇总", counted=("state", "?*"), width=5),
        Column("done", "县数/已汇总", counted=("state", DONE), width=5),
    ]
    paper = book.paper(SHEET)
    right = f"截至日期：{day_words(as_of)}"
    paper.heading(f"{title}控辍保学全省汇总", "单位：个、人、件、条", right, widths(columns))
    counties = tuple(Unit("", name) for name in lines)
    write_grid(paper, [Group("", counties)], columns, first="县（文件夹）")
    paper.note("注：空白表示该县没有汇总，0 表示查得为 0；合计只含已汇总的县。各数的口径见“说明”。")


def _figure(lines: dict[str, CountyLine], of: flow.Figure, book: str, county: Unit) -> Figure:
    value = lines[county.name].sums.get(of.key)
    return Figure(value, (Span(f"{county.name}/{book}", of.sheet),), of.how)


def _words(
    lines: dict[str, CountyLine], said: Callable[[CountyLine], str]
) -> Callable[[Unit], str]:
    return lambda county: said(lines[county.name])


def _state(line: CountyLine) -> str:
    return NOT_DONE if line.cause else DONE


def _notes(book: Book, title: str, as_of: dt.date) -> None:
    told = dict(DEFINITIONS)
    paper = book.paper("说明")
    right = f"截至日期：{day_words(as_of)}"
    paper.heading(f"{title}全省汇总说明", "口径与各县汇总相同", right, (22, 96))
    for term, text in (*NOTES, *((term, told[term]) for term in TOLD)):
        paper.text(paper.row, 0, term, "label")
        paper.text(paper.row, 1, text)
        paper.end_row()
