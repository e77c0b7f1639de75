"""退回_<单位>.xlsx: why a unit's papers go back, cell by cell, with a strip to sign.

A school opens it in Excel or WPS; put back among its papers, it is not read as one of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import takewhile
from pathlib import Path

from kbbx_xl.books.casework.pages import new_book
from kbbx_xl.books.files import Written, verify_workbook, write_whole
from kbbx_xl.books.summary.board import FATES
from kbbx_xl.books.summary.hidden import write_hidden
from kbbx_xl.books.summary.paper import Paper
from kbbx_xl.flow.context import NO_POLICY
from kbbx_xl.flow.returning import Return
from kbbx_xl.messages import message, remedy
from kbbx_xl.model import Finding

SHEET, STAMP = "退回单", "_returned"
COLUMNS = (("序号", 5), ("文件", 25), ("表", 14), ("单元格", 8), ("问题", 32), ("怎么办", 30))
CAME = ("序号", "文件", "材料", "月份", "处理", "文件校验（sha256 前 16 位）")
UNSAFE = '\\/:*?"<>|'
WHOLE = "（全部材料）"
SHORT = 16  # characters of a sha256 that are shown


def return_name(unit: str) -> str:
    """The usual file name of a unit's return."""
    return f"退回_{''.join('_' if c in UNSAFE else c for c in unit)}.xlsx"


def write_return(back: Return, target: Path) -> Written:
    """Write the return of one unit; the same return gives the same bytes.  OutputError."""

    def make(path: Path) -> None:
        book = new_book(
            path, target, title="退回单", month=back.month, as_of=back.day, policy=NO_POLICY,
            sources=None,
        )  # fmt: skip
        paper = book.paper(SHEET, landscape=False)
        _head(paper, back)
        _reasons(paper, back)
        if back.doubts:
            paper.part(f"二、请一并核实（警告 {len(back.doubts)} 条，属实的可以不改）")
            _table(paper, back.doubts, _home(back))
        _came(paper, back, "三" if back.doubts else "二")
        _strip(paper, back)
        write_hidden(book.workbook, STAMP, stamp(back))
        book.close()

    return write_whole(target, make, verify_workbook)


def stamp(back: Return) -> list[tuple[str, ...]]:
    """What a program needs to know of a return: whose, when, which files by their sha256."""
    head = [("unit", back.unit), ("month", str(back.month)), ("returned", back.day.isoformat())]
    return [*head, *(("file", file.path, file.sha256) for file in back.files)]


def _head(paper: Paper, back: Return) -> None:
    title = f"{back.month.label}控辍保学报送材料退回单"
    widths = [width for _, width in COLUMNS]
    paper.heading(title, f"退给：{back.unit}", f"退回日期：{back.day}", widths)
    paper.note(
        f"你单位报送的 {back.month.label}材料已收到，有下列问题，现予退回。请按“怎么办”改正，"
        "改好的文件另存为“原名_修改版.xlsx”，与没有问题的文件一起重新报送；旧件不用删。"
    )


def _reasons(paper: Paper, back: Return) -> None:
    paper.part(f"一、退回原因（{len(back.reasons) + len(back.errors)} 条）")
    paper.head([title for title, _ in COLUMNS])
    for number, reason in enumerate(back.reasons, 1):
        row = paper.row
        paper.plain(row, 0, number)
        paper.merge(row, 1, row, len(COLUMNS) - 1, reason, "text")
        paper.tall(row, reason, sum(width for _, width in COLUMNS[1:]))
        paper.end_row()
    _rows(paper, back.errors, len(back.reasons) + 1, _home(back))


def _table(paper: Paper, findings: Sequence[Finding], home: str) -> None:
    paper.head([title for title, _ in COLUMNS])
    _rows(paper, findings, 1, home)


def _rows(paper: Paper, findings: Iterable[Finding], first: int, home: str) -> None:
    """Where, what, what to do; a finding without a place says 全部材料."""
    for number, finding in enumerate(findings, first):
        row = paper.row
        paper.plain(row, 0, number)
        where = (_inside(finding.file, home) or WHOLE, finding.sheet, finding.cell)
        for column, text in enumerate((*where, message(finding), remedy(finding)), 1):
            paper.text(row, column, text, "center" if column == 3 else "text")
        paper.end_row()


def _came(paper: Paper, back: Return, number: str) -> None:
    home = _home(back)
    place = f"，在“{home}”" if home else ""
    paper.part(f"{number}、收到的材料（{len(back.files)} 个文件{place}）")
    paper.head(CAME)
    for line, file in enumerate(back.files, 1):
        row = paper.row
        paper.plain(row, 0, line)
        texts = (
            _inside(file.path, home),
            file.kind,
            file.month,
            FATES.get(file.status, file.status),
        )
        for column, text in enumerate((*texts, file.sha256[:SHORT]), 1):
            paper.text(row, column, text, "center" if column == 3 else "text")
        paper.end_row()


def _home(back: Return) -> str:
    """The folder that all the files lie in, told once instead of in every row; "" for none."""
    folders = [file.path.split("/")[:-1] for file in back.files]
    same = takewhile(lambda parts: len(set(parts)) == 1, zip(*folders, strict=False))
    return "/".join(parts[0] for parts in same)


def _inside(path: str, home: str) -> str:
    return path.removeprefix(f"{home}/") if home else path


def _strip(paper: Paper, back: Return) -> None:
    """Who sends it back, and the receipt that the unit signs and returns."""
    blank = "　" * 10
    paper.note("")
    paper.note(f"退回单位（公章）：{back.sender or blank}{blank}经办人：{blank}电话：{blank}")
    paper.merge(
        paper.row, 0, paper.row, len(COLUMNS) - 1, "（沿下线剪开，回执交回退回单位）", "blank"
    )
    paper.row += 1
    paper.part("回　执")
    paper.note(
        f"{back.month.label}控辍保学报送材料退回单（{back.day}）已收到，共 "
        f"{len(back.reasons) + len(back.errors)} 条原因。将于　　　　月　　　　日前改正后重新报送。"
    )
    paper.note("")
    paper.note(f"{back.unit}（公章）{blank}签收人：{blank}签收日期：　　　　年　　月　　日")
