"""守恒核对: the identity of every school in native formulas, every number with its rows."""

from __future__ import annotations

from collections.abc import Sequence

from kbbx_xl.books.movement.paper import BALANCE, new_paper
from kbbx_xl.books.summary.paper import Book, Paper, cell_name
from kbbx_xl.flow.movement import Movement
from kbbx_xl.flow.source import Source, spans
from kbbx_xl.rules.movement import Balance

INS = ("转入", "复学", "入学", "其他增加")
OUTS = ("转出", "休学", "辍学", "毕业", "其他减少")


def write_balance(book: Book, made: Movement) -> None:
    """期初＋增加－减少＝期末 school by school, native formulas; every number with its rows."""
    heads = (
        "上期在读",
        *(f"增加/{k}" for k in (*INS, "学年新生")),
        *(f"减少/{k}" for k in (*OUTS, "学年毕业")),
    )
    columns = (
        ("序号", 6),
        ("单位", 24),
        *((head, 9) for head in heads),
        ("应有", 9),
        ("本期在读", 9),
        ("差额", 9),
    )
    paper = new_paper(book, BALANCE, "学籍守恒核对表", columns)
    first = paper.row
    for number, one in enumerate(made.balances, 1):
        paper.plain(paper.row, 0, number)
        paper.text(paper.row, 1, one.unit)
        for column, (head, sources) in enumerate(zip(heads, _rows(one, made), strict=True), 2):
            measure = f"{one.unit} {head}"
            paper.number(paper.row, column, len(sources), measure, spans=spans(sources))
        _closing(paper, one, made)
        paper.end_row()
    if paper.row > first:
        paper.text(paper.row, 0, "", "center_total")
        paper.text(paper.row, 1, "全县合计", "text_total")
        for column in range(2, paper.columns):
            block = (first, column, paper.row - 1, column)
            paper.sum(paper.row, column, [block], f"全县 {columns[column][0]}", "int_total")
        paper.end_row()
        paper.alert((first, paper.columns - 1, paper.row - 1, paper.columns - 1))
    if made.unread:
        paper.note(f"缺上期或本期名册、没有核对的学校：{'、'.join(made.unread)}")


def _rows(one: Balance, made: Movement) -> list[list[Source]]:
    """The rows behind every number, in the order of the columns."""
    moves = {kind: [made.changes[i].source for i in at] for kind, at in one.moves.items()}
    gains = {kind: made.changes[at[0]].gain for kind, at in one.moves.items()}

    def group(kinds: Sequence[str], gain: int) -> list[list[Source]]:
        named = [moves.get(kind, []) for kind in kinds[:-1]]
        rest = (k for k in moves if gains[k] == gain and k not in kinds[:-1])
        return [*named, [source for kind in rest for source in moves[kind]]]

    before, left = ([made.before[i].row.source for i in at] for at in (one.before, one.left))
    entered = [made.after[i].row.source for i in one.entered]
    return [before, *group(INS, 1), entered, *group(OUTS, -1), left]


def _closing(paper: Paper, one: Balance, made: Movement) -> None:
    row, column = paper.row, paper.columns - 3
    ins, outs = len(INS) + 1, len(OUTS) + 1
    at = [cell_name(row, c) for c in range(2, column)]
    plus, minus = f"SUM({at[0]}:{at[ins]})", f"SUM({at[ins + 1]}:{at[ins + outs]})"
    expected, now = cell_name(row, column), cell_name(row, column + 1)
    cells = f"{at[0]}:{at[-1]}"
    paper.formula(
        row,
        column,
        f"={plus}-{minus}",
        one.expected,
        f"{one.unit} 应有",
        how="上期在读＋增加－减少",
        cells=cells,
    )
    rows = spans(made.after[i].row.source for i in one.after)
    paper.number(row, column + 1, len(one.after), f"{one.unit} 本期在读", spans=rows)
    paper.formula(
        row,
        column + 2,
        f"={now}-{expected}",
        one.difference,
        f"{one.unit} 差额",
        how="本期在读－应有",
        cells=f"{expected} {now}",
    )
