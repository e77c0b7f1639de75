"""Mutation of cells and rows: the truth of each mutant is known, row by row."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from tests.fuzz.corpus import Sheet

NASTY: tuple[object, ...] = (
    "", " ", "\u3000", "NULL", "NA", "None", "nan", "TRUE", "#N/A", "#REF!", "无", "/", "—", "0", "零报告",
    "合计", "小计：", "*张三", "※", "注：x", "说明", "1.张小小小小小", "一、张小小小", "学生：张三", "填表人：李四",
    "2026年10月20日", "（盖章）", "年 月 日", "张\u200b三", "张\u202e三", "张\n三", "𠮷·买买提", "'520000201806180944",
    "=1+1", "+1", "-1", "@x", "=HYPERLINK(\"x\")", "５２００００２０１８０６１８０９４４", "520000 20180618 0944",
    "5.20000201806180E+17", "00012", "1e5", "１２", "3人", "1,200", "长" * 400, "<b>&amp;</b>", "\"", ",", ";", "\t",
    "姓名", "身份证号", "张三 李四", "张三、李四", "{name}", "%s", "²", "Ⅷ", "½", "10.5", "9月31日", "2026-02-30", "43999",
    520000201806180000.0, 5.2e17, -5.0, 0.0, 1e300, 0.5, 43999.0, 60.0, True, False,
    dt.date(2026, 10, 8), dt.datetime(2026, 10, 8, 13, 30), dt.date(1900, 3, 1),
)  # fmt: skip
HEADINGS = (
    "",
    "姓名",
    "姓 名",
    "身份证号",
    "备注",
    "年级",
    "合计",
    "x" * 60,
    "学生信息",
    "1",
    "日期",
    "状态",
)
SHEET_NAMES = (
    "填表说明",
    "本月月报",
    "登记表打印",
    "Sheet1",
    "疑似辍学",
    "名单'&<>",
    "_kbbx2",
    "零报告",
    "汇总月报",
    "一年级",
)


@dataclass
class Row:
    """One row of a mutant: where it comes from (sheet and row of the base), what was changed."""

    cells: list[object]
    origin: tuple[str, int] | None = None
    touched: set[int] = field(default_factory=set)  # columns of the base


@dataclass
class Page:
    """One sheet of a mutant; ``source`` names the base's sheet."""

    name: str
    rows: list[Row]
    hidden: bool
    source: str
    shuffled: bool = False  # columns were moved, added or renamed


@dataclass
class Mutant:
    """A workbook whose every row says where it comes from."""

    pages: list[Page]
    steps: list[str] = field(default_factory=list)

    @property
    def sheets(self) -> list[tuple[str, list[list[object]], bool]]:
        return [(p.name, [row.cells for row in p.rows], p.hidden) for p in self.pages]


def start(sheets: tuple[Sheet, ...]) -> Mutant:
    """The base itself, every row marked with its origin."""
    pages = [
        Page(s.name, [Row(list(r), (s.name, n)) for n, r in enumerate(s.rows, 1)], s.hidden, s.name)
        for s in sheets
    ]
    return Mutant(pages)


def mutate(mutant: Mutant, records: set[tuple[str, int]], rng: Random) -> None:
    """One change; ``records`` are the rows of the base that hold data."""
    page = rng.choice(mutant.pages)
    step = rng.choice(STEPS)
    mutant.steps.append(step.__name__)
    step(mutant, page, records, rng)


def _data_rows(page: Page, records: set[tuple[str, int]]) -> list[Row]:
    return [row for row in page.rows if row.origin in records]


def _pick(page: Page, records: set[tuple[str, int]], rng: Random) -> Row | None:
    rows = _data_rows(page, records)
    return rng.choice(rows) if rows else None


def value(mutant: Mutant, page: Page, records: set[tuple[str, int]], rng: Random) -> None:
    if (row := _pick(page, records, rng)) and row.cells:
        column = rng.randrange(len(row.cells))
        row.cells[column] = rng.choice(NASTY)
        row.touched.add(column)


def first_value(mutant: Mutant, page: Page, records: set[tuple[str, int]], rng: Random) -> None:
    """The first cells of a row decide what the row is taken for."""
    if (row := _pick(page, records, rng)) and row.cells:
        column = rng.randrange(min(3, len(row.cells)))
        row.cells[column] = rng.choice(NASTY)
        row.touched.add(column)


def delete_row(mutant: Mutant, page: Page, records: set[tuple[str, int]], rng: Random) -> None:
    if row := _pick(page, records, rng):
        page.rows.remove(row)


def twice(mutant: Mutant, page: Page, records: set[tuple[str, int]], rng: Random) -> None:
    if row := _pick(page, records, rng):
        copy = dataclasses.replace(row, cells=list(row.cells), touched=set(row.touched))
        page.rows.insert(page.rows.index(row) + 1, copy)


def move(mutant: Mutant, page: Page, records: set[tuple[str, int]], rng: Random) -> None:
    """To any other place, also above the headings or below the signatures."""
    if row := _pick(page, records, rng):
        page.rows.remove(row)
        page.rows.insert(rng.randrange(len(page.rows) + 1), row)


def shuffle(mutant: Mutant, page: Page, records: set[tuple[str, int]], rng: Random) -> None:
    """The data rows change places among themselves."""
    places = [n for n, row in enumerate(page.rows) if row.origin in records]
    moved = [page.rows[n] for n in places]
    rng.shuffle(moved)
    for n, row in zip(places, moved, strict=True):
        page.rows[n] = row


def blank_rows(mutant: Mutant, page: Page, records: set[tuple[str, int]], rng: Random) -> None:
    for _ in range(rng.randint(1, 5)):
        page.rows.insert(rng.randrange(len(page.rows) + 1), Row([]))


def text_line(mutant: Mutant, page: Page, records: set[tuple[str, int]], rng: Random) -> None:
    page.rows.insert(rng.randrange(len(page.rows) + 1), Row([rng.choice(NASTY)]))


def heading_again(mutant: Mutant, page: Page, records: set[tuple[str, int]], rng: Random) -> None:
    """Headings repeated among the data, as on a second printed page."""
    first = next((n for n, row in enumerate(page.rows) if row.origin in records), 0)
    if first:
        head = Row(list(page.rows[first - 1].cells))
        page.rows.insert(rng.randrange(first, len(page.rows) + 1), head)


def heading_gone(mutant: Mutant, page: Page, records: set[tuple[str, int]], rng: Random) -> None:
    first = next((n for n, row in enumerate(page.rows) if row.origin in records), 0)
    if first:
        del page.rows[first - 1]


def heading_renamed(mutant: Mutant, page: Page, records: set[tuple[str, int]], rng: Random) -> None:
    first = next((n for n, row in enumerate(page.rows) if row.origin in records), 0)
    if first and page.rows[first - 1].cells:
        cells = page.rows[first - 1].cells
        cells[rng.randrange(len(cells))] = rng.choice(HEADINGS)
        page.shuffled = True


def columns_swapped(mutant: Mutant, page: Page, records: set[tuple[str, int]], rng: Random) -> None:
    width = max((len(row.cells) for row in page.rows), default=0)
    if width > 1:
        a, b = rng.sample(range(width), 2)
        for row in page.rows:
            if max(a, b) < len(row.cells):
                row.cells[a], row.cells[b] = row.cells[b], row.cells[a]
        page.shuffled = True


def column_added(mutant: Mutant, page: Page, records: set[tuple[str, int]], rng: Random) -> None:
    """An empty column, or one column twice."""
    width = max((len(row.cells) for row in page.rows), default=0)
    if width:
        at, source = rng.randrange(width), rng.choice((None, rng.randrange(width)))
        for row in page.rows:
            if at < len(row.cells):
                copied = source is not None and source < len(row.cells)
                row.cells.insert(at, row.cells[source] if copied and source is not None else "")
        page.shuffled = True


def cut_off(mutant: Mutant, page: Page, records: set[tuple[str, int]], rng: Random) -> None:
    """The last cells of a row are gone."""
    if (row := _pick(page, records, rng)) and len(row.cells) > 1:
        keep = rng.randrange(1, len(row.cells))
        row.touched.update(range(keep, len(row.cells)))
        row.cells[keep:] = [""] * (len(row.cells) - keep)


def merged_down(mutant: Mutant, page: Page, records: set[tuple[str, int]], rng: Random) -> None:
    """A merge over two rows keeps the upper cell only."""
    places = [n for n, row in enumerate(page.rows) if row.origin in records]
    if len(places) > 1:
        row = page.rows[rng.choice(places[1:])]
        if row.cells:
            column = rng.randrange(len(row.cells))
            row.cells[column] = ""
            row.touched.add(column)


def as_number(mutant: Mutant, page: Page, records: set[tuple[str, int]], rng: Random) -> None:
    """Texts of digits become numbers, as Excel would make them."""
    if row := _pick(page, records, rng):
        for column, cell in enumerate(row.cells):
            if isinstance(cell, str) and cell.isascii() and cell.isdigit():
                row.cells[column] = float(cell)
                row.touched.add(column)


def glued(mutant: Mutant, page: Page, records: set[tuple[str, int]], rng: Random) -> None:
    """Two sheets under one another."""
    others = [p for p in mutant.pages if p is not page]
    if others:
        other = rng.choice(others)
        mutant.pages.remove(other)
        page.rows += [Row([]), *other.rows]
        page.shuffled = True


def sheet_renamed(mutant: Mutant, page: Page, records: set[tuple[str, int]], rng: Random) -> None:
    name = rng.choice(SHEET_NAMES)
    if all(p.name != name for p in mutant.pages):
        page.name = name
        page.shuffled = True  # the name of a sheet may decide what it is


def sheet_hidden(mutant: Mutant, page: Page, records: set[tuple[str, int]], rng: Random) -> None:
    page.hidden = True


def sheets_reversed(mutant: Mutant, page: Page, records: set[tuple[str, int]], rng: Random) -> None:
    mutant.pages.reverse()


STEPS: tuple[Callable[[Mutant, Page, set[tuple[str, int]], Random], None], ...] = (
    value, value, value, value, first_value, first_value, first_value, delete_row, twice, move, shuffle,
    blank_rows, text_line, heading_again, heading_gone, heading_renamed, columns_swapped, column_added,
    cut_off, merged_down, as_number, glued, sheet_renamed, sheet_hidden, sheets_reversed,
)  # fmt: skip
