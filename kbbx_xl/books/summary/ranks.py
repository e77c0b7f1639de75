"""Units ranked, on the first page and in full (通报排名): every number is the cell it was counted in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from kbbx_xl.books.summary.crossing import Shown, to_rows
from kbbx_xl.books.summary.matrix import DETAIL
from kbbx_xl.books.summary.paper import Paper
from kbbx_xl.books.summary.sheets import Summary
from kbbx_xl.flow.ranking import TIES, Ranked, Ranking, faulty, overdue, unsent

RANKS = "通报排名"
NOBODY = "（没有）"


class Board(NamedTuple):
    """A ranking, where its numbers stand, and the sheet where the head of its table leads."""

    ranking: Ranking
    shown: Shown


def boards(summary: Summary) -> tuple[Board, ...]:
    """The three rankings of the month."""
    county = summary.county
    return (
        Board(unsent(county), Shown("unsent", "", (("报送进度", "unsent"),), "报送进度")),
        Board(overdue(county), Shown("overdue", "", (("个案统计", "overdue"),), "待办")),
        Board(faulty(county), Shown("errors", "", (("报送进度", "errors"),), "问题清单")),
    )


def write_ranks(summary: Summary, paper: Paper) -> None:
    """All units of each ranking, with what there is to say of them and the rule beneath."""
    summary.heading(paper, "控辍保学通报排名", (8, 34, 12, 60))
    for number, board in enumerate(boards(summary)):
        ranking = board.ranking
        paper.part(f"{'一二三'[number]}、{ranking.title}（{len(ranking.lines)}个）")
        paper.head(("名次", "单位", f"数（{ranking.counted}）", "情况"))
        for line in ranking.lines:
            paper.plain(paper.row, 0, line.place)
            _unit(summary, paper, paper.row, 1, line)
            _number(summary, paper, paper.row, 2, board, line, "int")
            paper.text(paper.row, 3, line.words)
            paper.end_row()
        if not ranking.lines:
            paper.merge(paper.row, 0, paper.row, 3, NOBODY, "center")
            paper.row += 1
        paper.note(f"排名办法：{ranking.rule}；{TIES}")
        paper.row += 1


def write_rank(
    summary: Summary, paper: Paper, board: Board, row: int, place: tuple[int, int], lines: int
) -> None:
    """The first places of one ranking in ``lines`` rows; ``place``: its first column and its width."""
    first, wide = place
    ranking, last = board.ranking, first + wide - 1
    count = 2  # columns of the number
    named = (first + 1, last - count)

    def cells(at: int, style: Sequence[str]) -> None:
        paper.text(at, first, "", style[0])
        paper.merge(at, named[0], at, named[1], "", style[1])
        paper.merge(at, last - count + 1, at, last, "", style[2])

    cells(row, ("head", "head", "head"))
    paper.text(row, first, "名次", "head")
    paper.text(row, named[0], ranking.title, "head")
    paper.text(row, last - count + 1, f"数（{ranking.counted}）", "head")
    shown = ranking.shown[:lines]
    for at, line in enumerate(shown, row + 1):
        cells(at, ("center", "text", "int"))
        paper.plain(at, first, line.place)
        _unit(summary, paper, at, named[0], line)
        _number(summary, paper, at, last - count + 1, board, line, "int")
    for at in range(row + 1 + len(shown), row + 1 + lines):
        cells(at, ("center", "text", "int"))
    if not shown:
        paper.text(row + 1, named[0], NOBODY, "text")


def _unit(summary: Summary, paper: Paper, row: int, column: int, line: Ranked) -> None:
    target = to_rows(summary.book, DETAIL, line.unit)
    if target:
        paper.link(row, column, target, line.unit, "wrap_link")
    else:
        paper.text(row, column, line.unit)


def _number(
    summary: Summary, paper: Paper, row: int, column: int, board: Board, line: Ranked, style: str
) -> None:
    """The number where it was counted; typed with its origin where no table holds the unit."""
    book, measure = summary.book, f"{line.unit}：{board.ranking.title}"
    if cells := board.shown.cells(book, line.unit):
        target = board.shown.opens(book, line.unit)
        paper.refer_to(row, column, cells, measure, style, target)
    else:
        paper.number(row, column, line.value, measure, how=board.ranking.rule, style=style)
