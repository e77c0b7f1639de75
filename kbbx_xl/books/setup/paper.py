"""A sheet of a setup workbook: title, guidance, a table with drop-downs, input messages and spare rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kbbx_xl.books import printing
from kbbx_xl.books.read.sheets import OWN_SHEET
from kbbx_xl.books.setup import words
from kbbx_xl.books.setup.columns import Ask, Column
from kbbx_xl.books.style import height_of, lines
from kbbx_xl.books.template.page import Book, Page, quoted
from kbbx_xl.books.template.styles import DATE
from kbbx_xl.model import column_letters

WORDS_SHEET = "_kbbx_words"  # hidden: the lists of the drop-downs
HEAD = 2  # row of the headings, counted from 0
MESSAGE_LIMIT = 255
SEEN = 150  # characters a reader has on the screen at once: guidance goes no further
PRINTED = 12  # blank rows that are printed; there may be hundreds to type into
WIDE = 220  # characters that still can be read when printed one page across


@dataclass(frozen=True)
class Lists:
    """Drop-downs, each a column of one hidden sheet, since Excel takes only 255 characters inline."""

    book: Book
    known: dict[tuple[str, ...], int] = field(default_factory=dict)

    def source(self, given: Iterable[str]) -> str:
        """Formula of the range that holds the words."""
        key = tuple(given)
        number = self.known.setdefault(key, len(self.known))
        letter = column_letters(number + 1)
        return f"={quoted(WORDS_SHEET)}!${letter}$1:${letter}${len(key)}"

    def write(self) -> None:
        """Put the hidden sheet; once, after all others."""
        page = self.book.page(WORDS_SHEET)
        for key, number in self.known.items():
            for row, word in enumerate(key):
                page.put(row, number, word, self.book.style("hidden"))
        page.sheet.very_hidden()
        page.sheet.protect()


def begin(book: Book, name: str, title: str, hint: str, widths: Sequence[float]) -> Page:
    """A page with its title, its guidance in a row as high as it needs, and its columns set."""
    page = book.page(name)
    last = min(len(widths), _within(widths, SEEN)) - 1
    for column, width in enumerate(widths):
        page.width(column, column, width)
    page.merge(0, 0, 0, last, title, book.style("title", font_size=16, align="left"))
    page.height(0, 30)
    page.merge(1, 0, 1, last, hint, book.style("note", font_size=10.5))
    page.height(1, height_of(lines(hint, sum(widths[: last + 1]))) + 6)
    return page


def _within(widths: Sequence[float], limit: float) -> int:
    """How many columns a reader sees at once: guidance goes no further."""
    total, count = 0.0, 0
    for width in widths:
        total += width
        if count and total > limit:
            break
        count += 1
    return max(count, 2)


def put_table(
    page: Page,
    lists: Lists,
    columns: Sequence[Column],
    rows: Sequence[Mapping[str, object]],
    *,
    spare: int = 0,
    frozen: int = 1,
) -> None:
    """Headings, rows by path of column, blank rows for more; protected, without a password."""
    book = page.book
    page.height(HEAD, 34)
    for number, column in enumerate(columns):
        mark = "*" if column.required else ""
        page.put(HEAD, number, column.title + mark, book.style("header"))
    last = HEAD + max(len(rows) + spare, 1)
    for number, column in enumerate(columns):
        if column.ask is not Ask.FIXED:
            check(page, lists, column, HEAD + 1, number, last)
    for at in range(HEAD + 1, last + 1):
        row = rows[at - HEAD - 1] if at - HEAD - 1 < len(rows) else {}
        put_row(page, at, columns, row)
    page.sheet.freeze_panes(HEAD + 1, frozen)
    wide = frozen if sum(column.width for column in columns) > WIDE else 0
    finish(page, min(last, HEAD + len(rows) + PRINTED), len(columns), wide=wide)


def put_row(page: Page, at: int, columns: Sequence[Column], row: Mapping[str, object]) -> None:
    """One line of a table, as high as its longest text."""
    most = 1
    for number, column in enumerate(columns):
        value = row.get(column.path)
        page.put(at, number, value, cell_style(page.book, column))
        if isinstance(value, str):
            most = max(most, lines(value, column.width))
    page.height(at, height_of(most) + 4)


def cell_style(book: Book, column: Column) -> Any:
    """Grey and locked where the program writes; text stays text."""
    if column.ask is Ask.FIXED:
        return book.style("calc", num_format="@", align="left")
    if column.ask is Ask.DATE:
        return book.style("input", num_format=DATE, align="center")
    number = column.ask in (Ask.AMOUNT, Ask.NUMBER, Ask.WHOLE)
    long = column.ask is Ask.TEXT and column.width > 12
    return book.style(
        "input", num_format="General" if number else "@", align="left" if long else "center"
    )


def check(page: Page, lists: Lists, column: Column, row: int, col: int, last: int) -> None:
    """The drop-down or check of one column of cells, with its input message."""
    cell = f"{column_letters(col + 1)}{row + 1}"
    options = _asked(lists, column, cell) | _message(column)
    if options:
        page.validate(row, col, last, col, {"validate": "any", **options})
    if column.required:
        first = f"$A{row + 1}" if col else f"$B{row + 1}"
        formula = f'=AND({cell}="",COUNTA({first}:$F{row + 1})>0)'
        page.condition(row, col, last, col, formula, page.book.style("missing"))


def _asked(lists: Lists, column: Column, cell: str) -> dict[str, Any]:
    silent = f'{cell}="{words.SILENT}"'
    if column.ask is Ask.YES:
        return _list(lists.source((words.YES, words.NO)))
    if column.ask is Ask.WORD:
        return _list(lists.source(column.words.values()))
    if column.ask is Ask.AMOUNT:
        return _custom(
            f"=OR({silent},AND(ISNUMBER({cell}),{cell}>=0,INT({cell}*2)={cell}*2))",
            f"填数字（0.5 的倍数），或“{words.SILENT}”。",
        )
    if column.ask is Ask.NUMBER:
        return _custom(f"=OR({silent},AND(ISNUMBER({cell}),{cell}>=0))", "填 0 或正数。")
    if column.ask is Ask.WHOLE:
        bounds = f"{cell}>={column.low},{cell}<={column.high}"
        return _custom(
            f"=OR({silent},AND(ISNUMBER({cell}),INT({cell})={cell},{bounds}))",
            f"填 {column.low}—{column.high} 的整数，或“{words.SILENT}”。",
        )
    if column.ask is Ask.DATE:
        return _custom(
            f"=AND(ISNUMBER({cell}),{cell}>36526,{cell}<73051)", "写成 2026-10-08 的样子。"
        )
    return {}


def _list(source: str) -> dict[str, Any]:
    return {
        "validate": "list", "source": source,
        "error_title": "不在可选项内", "error_message": "请从下拉列表中选择。",
    }  # fmt: skip


def _custom(formula: str, wrong: str) -> dict[str, Any]:
    return {
        "validate": "custom", "value": formula,
        "error_title": "填得不对", "error_message": wrong,
    }  # fmt: skip


def _message(column: Column) -> dict[str, str]:
    told = column.hint + ("（必填）" if column.required else "")
    if not told:
        return {}
    return {"input_title": column.title[:32], "input_message": told[:MESSAGE_LIMIT]}


def finish(page: Page, last: int, columns: int, *, wide: int = 0) -> None:
    """Protection without a password, and the page set-up.

    ``wide``: the first columns, shown on both pages of a sheet that one page across cannot hold.
    """
    sheet = page.sheet
    sheet.protect("", {"format_columns": True, "format_rows": True})
    printing.set_up(sheet, landscape=True, repeat=(0, HEAD))
    sheet.print_area(0, 0, last, columns - 1)
    if wide:
        sheet.fit_to_pages(2, 0)
        sheet.repeat_columns(0, wide - 1)


def put_stamp(book: Book, entries: Mapping[str, str]) -> None:
    """The very hidden sheet by which the workbook is recognised."""
    page = book.page(OWN_SHEET)
    for row, entry in enumerate(entries.items()):
        for column, text in enumerate(entry):
            page.put(row, column, text, book.style("hidden"))
    page.sheet.very_hidden()
    page.sheet.protect()
