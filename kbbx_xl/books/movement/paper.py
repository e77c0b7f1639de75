"""What the sheets of 学籍流动 share: their names, and a pen that leaves children's names out unless asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kbbx_xl.books.summary.hidden import accepted
from kbbx_xl.books.summary.paper import Book, Paper
from kbbx_xl.flow.movement import Movement
from kbbx_xl.flow.movement.values import Change, Child
from kbbx_xl.flow.privacy import HIDDEN
from kbbx_xl.flow.source import Source

PAIRS, DOUBTS, OUTSIDE = "转学配对", "待核实", "外县移交"
HANDOVER, BALANCE = "小升初移交", "守恒核对"
WHO, WHO_WIDTHS = ("姓名", "身份证件号", "学籍号"), (10, 21, 21)


@dataclass(frozen=True, slots=True)
class Pen:
    """Writes what rows say of children; blanks where names are not wanted."""

    made: Movement
    names: bool

    def who(self, paper: Paper, at: int, name: str, id_no: str, student_no: str) -> None:
        shown = (name, id_no, student_no) if self.names else ("", "", "")
        paper.text(paper.row, at, shown[0], "center")
        paper.text(paper.row, at + 1, shown[1], "id")
        paper.text(paper.row, at + 2, shown[2], "id")

    def source(self, paper: Paper, at: int, source: Source | None, name: str, cell: str) -> None:
        """Folder, file, sheet and cell, as a link where the file can be found."""
        if source is None:
            return paper.text(paper.row, at, "")
        words = f"{'/'.join(source.file.split('/')[-2:])} {source.sheet}!{cell}"
        if not self.names and name and name in words:
            return paper.text(paper.row, at, words.replace(name, HIDDEN))
        target = paper.book.link(source, cell)
        if target:
            return paper.link(paper.row, at, target, words, "wrap_link")
        return paper.text(paper.row, at, words)

    def child(self, paper: Paper, at: int, child: Child) -> None:
        self.source(paper, at, child.row.source, child.row.name, child.cell)

    def change(self, paper: Paper, at: int, change: Change) -> None:
        self.source(paper, at, change.source, change.name, change.cell)


def new_paper(
    book: Book, name: str, title: str, columns: Sequence[tuple[str, float]], *, freeze: int = 2
) -> Paper:
    paper = book.paper(name)
    paper.heading(title, "", "", [width for _, width in columns])
    paper.head([head for head, _ in columns], freeze=freeze)
    return paper


def put_texts(paper: Paper, at: int, texts: Iterable[str], style: str = "center") -> None:
    for column, text in enumerate(texts, at):
        paper.text(paper.row, column, text, style)


def print_without_source(paper: Paper, count: int = 1) -> None:
    """On paper the last ``count`` columns are left out: where a row was read is for the screen."""
    accepted(paper.sheet.print_area(0, 0, paper.row - 1, paper.columns - 1 - count))
