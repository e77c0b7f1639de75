"""学籍流动 as a workbook: pairs, what a person must look into, lists that go out, and the identity of every
school.  Names stand in it only when asked for; it is marked as a result, never read as a submission.
"""

from __future__ import annotations

from pathlib import Path

from kbbx_xl.books.casework.pages import new_book
from kbbx_xl.books.files import Written, verify_workbook, write_whole
from kbbx_xl.books.movement.balance import write_balance
from kbbx_xl.books.movement.files import read_movement
from kbbx_xl.books.movement.lists import write_doubts, write_handover, write_outside, write_pairs
from kbbx_xl.books.movement.paper import HANDOVER, Pen
from kbbx_xl.books.summary.paper import Paper
from kbbx_xl.flow.context import NO_POLICY
from kbbx_xl.flow.movement import Movement
from kbbx_xl.flow.movement.values import REGISTERED

__all__ = ["read_movement", "write_movement"]

NAMELESS = "本工作簿没有写学生姓名和证件号；要写的，加 --with-names 另出一份，按规定保管。"
NAMED = "本工作簿含未成年人个人信息，只供学籍管理人员使用，用后按规定保管或销毁。"
NOTES = (
    "“待核实”：逐行核对。写有“可能是”的，是姓名、出生日期相同而证件号对不上的两行，程序不合并，由人确认。",
    "“外县移交”：按接收县（市、区）排列，供出具学籍转接联系函；函号、回执日期由经办人填。",
    "“守恒核对”：上期在读＋增加－减少＝应有，与本期名册在读数比。学年新生、学年毕业只在跨学年时有。",
)


def write_movement(
    result: Movement, target: Path, *, names: bool, sources: Path | None = None
) -> Written:
    """Write the result; ``sources``: folder that its paths are relative to, for links.  OutputError."""

    def make(path: Path) -> None:
        book = new_book(
            path, target, title="学籍流动", month=result.month, as_of=result.as_of,
            policy=NO_POLICY, sources=sources,
        )  # fmt: skip
        pen = Pen(result, names)
        front = book.paper("首页", landscape=False)
        write_pairs(book, pen)
        write_doubts(book, pen)
        write_outside(book, pen)
        last = write_handover(book, pen)
        write_balance(book, result)
        _front(front, result, names=names, last=last)
        book.close()

    return write_whole(target, make, verify_workbook)


def _front(paper: Paper, made: Movement, *, names: bool, last: int) -> None:
    earlier = f"{made.earlier.label}→" if made.earlier else ""
    paper.heading(
        f"学籍流动核对（{earlier}{made.month.label}）",
        made.county,
        f"截至 {made.as_of}",
        (30, 12, 62),
    )
    paper.head(("项目", "人次", "说明"))
    unread = "、".join(made.unread[:10]) + ("等" if len(made.unread) > 10 else "")
    lines = (
        ("转学配对", len(made.transfers), "转出与县内接收学校对上的"),
        ("待核实", len(made.losses), "去向或来源对不上的，逐行查明"),
        ("可能是同一人", len(made.proposals), "证件号对不上，由人确认"),
        ("转往外县", len(made.outside), "供出具学籍转接联系函"),
        ("非户籍地辍学", len(made.nonlocal_dropouts), "通报户籍地教育部门（TH-31）"),
        ("没有名册的学校", len(made.unread), unread or "没有"),
    )
    for title, number, words in lines:
        paper.text(paper.row, 0, title, "label")
        paper.plain(paper.row, 1, number)
        paper.text(paper.row, 2, words)
        paper.end_row()
    _rate(paper, made, last)
    for note in (*NOTES, NAMED if names else NAMELESS):
        paper.note(note)
    if made.earlier is None:
        paper.note(
            "没有上期名册，“守恒核对”和小升初注册情况无法核对。给出上期材料（--before）后重做。"
        )


def _rate(paper: Paper, made: Movement, last: int) -> None:
    """小升初移交率 by formulas over its sheet: registered in 初中 ÷ leavers of 六年级 (P09-04, P22-09)."""
    counted = made.handed_over
    if counted is None:
        return
    states = f"'{HANDOVER}'!$J$4:$J${last}"
    top = paper.row
    rows = (
        (
            "小升初已注册",
            f'=COUNTIF({states},"{REGISTERED}")',
            counted[0],
            "int",
            "六年级毕业生在县内初中注册的",
        ),
        ("六年级毕业生", f"=COUNTA({states})", counted[1], "int", "上期名册六年级在读"),
        (
            "小升初移交率",
            f"=B{top + 1}/B{top + 2}",
            counted[0] / counted[1],
            "percent",
            "已注册÷毕业生",
        ),
    )
    for title, formula, value, style, how in rows:
        paper.text(paper.row, 0, title, "label")
        cells = states if style == "int" else f"B{top + 1}:B{top + 2}"
        paper.formula(paper.row, 1, formula, value, title, how=how, cells=cells, style=style)
        paper.text(paper.row, 2, how)
        paper.end_row()
