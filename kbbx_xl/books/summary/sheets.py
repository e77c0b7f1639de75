"""What the sheets of a summary have in common: heading, persons, places."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass

from kbbx_xl.books.summary.grid import Figure, tally
from kbbx_xl.books.summary.paper import Book, Paper
from kbbx_xl.books.summary.records import Open, Value
from kbbx_xl.books.summary.scope import owner, unit_order
from kbbx_xl.flow.casework.values import Task
from kbbx_xl.flow.result import County
from kbbx_xl.flow.source import Source
from kbbx_xl.model import Unit
from kbbx_xl.rules.masking import masked

PLACE_TITLES = ("来源文件", "来源表", "来源行", "打开")
PLACE_WIDTHS = (34, 10, 6, 6)


@dataclass(frozen=True, slots=True)
class Child:
    """A child in a list: where to find it, and who it is when names were asked for."""

    unit: str
    grade: str
    class_name: str
    name: str = ""
    key: str = ""


@dataclass(frozen=True)
class Summary:
    """One summary being written: the numbers, the book, and whether children are named."""

    county: County
    book: Book
    with_names: bool = False
    sheets: tuple[str, ...] = ()  # of the files, in their order, when it is known

    @property
    def owner(self) -> str:
        return owner(self.county.directory)

    def sheet(
        self, name: str, title: str, widths: Sequence[float], *, landscape: bool = True
    ) -> Paper:
        """A new sheet with its heading."""
        paper = self.book.paper(name, landscape=landscape)
        self.heading(paper, title, widths)
        return paper

    def heading(self, paper: Paper, title: str, widths: Sequence[float]) -> None:
        """Title, unit and dates of a sheet."""
        month = self.county.month.label
        paper.heading(
            f"{self.owner}{month}{title}",
            f"单位：{self.owner}",
            f"截至日期：{day_words(self.county.as_of)}",
            widths,
        )

    @property
    def child_titles(self) -> tuple[str, ...]:
        named = ("姓名", "证件号（已遮盖）") if self.with_names else ()
        return ("单位", "年级", "班级", *named)

    @property
    def child_widths(self) -> tuple[float, ...]:
        return (24, 8, 7, *((10, 20) if self.with_names else ()))

    def child(self, child: Child) -> tuple[Value, ...]:
        """Unit, grade and class; name and masked number only when asked for."""
        named = (child.name, masked(child.key)) if self.with_names else ()
        return (child.unit, child.grade, child.class_name, *named)

    def order(self, unit: str) -> tuple[int, str]:
        """Sort key that puts units in the order of the directory."""
        return self._order.get(unit, len(self._order)), unit

    @functools.cached_property
    def _order(self) -> dict[str, int]:
        return unit_order(self.county.directory)


def late_tasks(
    county: County, known: Container[str], chosen: Callable[[Task], bool]
) -> Callable[[Unit], Figure]:
    """Overdue tasks by unit, each line of 待办 once; 0 for ``known`` units."""
    late = (task for task in county.overdue if chosen(task))
    rows = ((task.unit, str(number), task.source) for number, task in enumerate(late))
    return tally(rows, "表“待办”中已逾期的事项", known)


def place(source: Source, cell: str = "") -> tuple[Value, ...]:
    """Provenance of a row: file, sheet, row and a link (来源文件、来源表、来源行)."""
    return (source.file, source.sheet, source.row or "", Open(source, cell))


def day_words(day: dt.date) -> str:
    """2026年10月20日."""
    return f"{day.year}年{day.month}月{day.day}日"


SIGNED = (  # who signs, and what stands below
    ("单位负责人（签名）：", "联系电话："),
    ("审核人（签名）：", "（单位盖章）"),
    ("填报人（签名）：", "填报日期：　　　年　　月　　日"),
)
SIGN_POINTS, BETWEEN = 66, "\n\n"  # height of the places of one signer


def sign(paper: Paper, signoff: str = "") -> None:
    """Places for the signatures under a form that goes up on paper: one row, so no page break parts them."""
    paper.row += 1
    places = [BETWEEN.join(pair) for pair in SIGNED]
    high = 1
    if paper.columns < 2 * len(SIGNED):  # too narrow to stand side by side
        places, high = [BETWEEN.join(places)], len(SIGNED)
    starts = [paper.columns * n // len(places) for n in range(len(places) + 1)]
    for words, start, after in zip(places, starts, starts[1:], strict=False):
        paper.merge(paper.row, start, paper.row, after - 1, words, "note")
    paper.sheet.set_row(paper.row, SIGN_POINTS * high)
    paper.row += 1
    if signoff:
        paper.note(f"签章要求：{signoff}")
