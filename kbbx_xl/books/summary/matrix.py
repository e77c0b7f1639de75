"""Units x steps (矩阵), and each unit in one line (单位明细): every figure leads to its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

from kbbx_xl.books import style
from kbbx_xl.books.summary.board import reporting_groups
from kbbx_xl.books.summary.casework import with_units_above
from kbbx_xl.books.summary.crossing import LATE, Shown, steps_of, to_rows
from kbbx_xl.books.summary.grid import Column, widths, write_grid
from kbbx_xl.books.summary.hidden import accepted
from kbbx_xl.books.summary.paper import Block, Book, Paper, block_name
from kbbx_xl.books.summary.scope import groups
from kbbx_xl.books.summary.sheets import Summary
from kbbx_xl.model import Unit

MATRIX, DETAIL = "矩阵", "单位明细"
LOOK = "查看"
ONE_PAGE = 36  # rows that are still readable on one page across
LISTS = (("个案清单", "个案"), ("待办", "待办"), ("问题清单", "问题"), ("文件清单", "文件"))
LINE = (  # of 单位明细
    Shown("enrolled", "在校生", (("人数汇总", "enrolled"),)),
    Shown("absent", "本月有\n旷课", (("缺勤预警", "any"),), "缺勤预警"),
    Shown("visits", "本月劝返\n（次）", (("劝返汇总", "month"),), "劝返明细"),
    Shown("errors", "问题/错误", (("报送进度", "errors"),), "问题清单"),
    Shown("warnings", "问题/警告", (("报送进度", "warnings"),), "问题清单"),
)


def write_detail(summary: Summary, paper: Paper) -> None:
    """One line a unit, by centre: what it sent, its figures, and links to its rows in every list."""
    book, county = summary.book, summary.county
    lines = {p.unit: p for p in county.progress}
    by_key = {one.key: one for one in (*steps_of(book), *LINE, LATE)}
    shown = [by_key[k] for k in ("enrolled", "absent", "away", "suspected", "dropout", "returned", "visits", "taught", "overdue", "errors", "warnings")]  # fmt: skip

    def sent(unit: Unit) -> str:
        return lines[unit.name].status if unit.name in lines else ""

    columns = [
        Column("status", "报送", words=sent, opens=_row(book, "报送进度"), width=7),
        *(_column(book, one, width=8) for one in shown),
        *(Column(sheet, f"查看/{title}", words=_look(book, sheet), opens=_row(book, sheet), width=6) for sheet, title in LISTS),
    ]  # fmt: skip
    summary.heading(paper, "控辍保学单位明细表", widths(columns))
    write_grid(paper, with_units_above(county, reporting_groups(county)), columns)
    paper.note(
        "注：点数字到它在各表的行，点“查看”到该单位在清单里的第一行，清单每行再点“打开”即是原件。"
        "—＝0，空白＝没有收到。"
    )
    _keep_together(paper)


def write_matrix(summary: Summary, paper: Paper) -> None:
    """How many children of each unit stand at each step, shaded by number."""
    book = summary.book
    steps = steps_of(book)
    columns = [
        *(_column(book, one, width=7.5) for one in steps),
        _column(book, LATE, width=7.5),
    ]
    summary.heading(paper, "控辍保学单位和环节矩阵", widths(columns))
    listed = with_units_above(summary.county, groups(summary.county.directory))
    grid = write_grid(paper, listed, columns, opens=_row(book, DETAIL))
    last = grid.columns[steps[-1].key]
    rows = [(grid.tops[g.title], grid.tops[g.title] + len(g.units) - 1) for g in listed if g.units]
    said = shade(paper, [(top, grid.columns[steps[0].key], end, last) for top, end in rows])
    late = shade(paper, [(top, last + 1, end, last + 1) for top, end in rows])
    paper.note(
        f"注：每格是这个单位在这一环节的学生数，底色由浅到深：{said}；末栏是逾期件数，由浅到深：{late}。"
        "—＝0，空白＝没有收到。"
        "同一名学生可以同时在几个环节里，各栏不能相加。点数字到学生所在的行，点单位到“单位明细”。"
    )
    _keep_together(paper)


def _keep_together(paper: Paper) -> None:
    """A short table on one page: its total would stand alone on the next."""
    if paper.row <= ONE_PAGE:
        paper.sheet.fit_to_pages(1, 1)


def _column(book: Book, one: Shown, *, width: float) -> Column:
    return Column(
        one.key, one.title,
        refer=lambda unit: one.cells(book, unit.name),
        opens=lambda unit: one.opens(book, unit.name),
        style="dash", width=width,
    )  # fmt: skip


def _row(book: Book, sheet: str) -> Callable[[Unit], str]:
    return lambda unit: to_rows(book, sheet, unit.name)


def _look(book: Book, sheet: str) -> Callable[[Unit], str]:
    return lambda unit: LOOK if to_rows(book, sheet, unit.name) else ""


def shade(paper: Paper, blocks: Sequence[Block]) -> str:
    """Shade numbers by size in at most three steps; returns what the steps are, in words."""
    bounds = steps_of_size(_numbers(paper, blocks))
    if not blocks:
        return _said(bounds)
    first, others = blocks[0], " ".join(block_name(block) for block in blocks)
    for bound, colour in zip(reversed(bounds), reversed(style.SHADES[1 : len(bounds) + 1]), strict=True):  # fmt: skip
        form = paper.book.workbook.add_format({"bg_color": colour})
        rule = {"type": "cell", "criteria": ">=", "value": bound, "format": form, "stop_if_true": True}  # fmt: skip
        accepted(paper.sheet.conditional_format(*first, {**rule, "multi_range": others}))
    return _said(bounds)


def _numbers(paper: Paper, blocks: Iterable[Block]) -> list[int]:
    return [
        int(paper.value(row, column))
        for r1, c1, r2, c2 in blocks
        for row in range(r1, r2 + 1)
        for column in range(c1, c2 + 1)
    ]


def steps_of_size(numbers: Iterable[int]) -> tuple[int, ...]:
    """The least number of each shade: as many different numbers in one as in another, 0 in none.

    By how many there are, not by the largest: one large unit would leave all others pale.
    """
    known = sorted({number for number in numbers if number > 0})
    bounds = {1, *(known[len(known) * third // 3] for third in (1, 2) if known)}
    return tuple(sorted(bounds))


def _said(bounds: Sequence[int]) -> str:
    ends = [f"{a}—{b - 1}" if b - 1 > a else str(a) for a, b in pairwise(bounds)]
    return "、".join([*ends, f"{bounds[-1]}及以上"])
