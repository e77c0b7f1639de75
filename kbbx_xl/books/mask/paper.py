"""The masked copy on paper: plain values, plain formats, and the sheet that proves what was done."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from xlsxwriter.worksheet import Worksheet

from kbbx_xl.books import style
from kbbx_xl.books.mask.cells import MaskedSheet
from kbbx_xl.books.plain_sheet import PlainBook
from kbbx_xl.books.printing import keep_legible, set_up
from kbbx_xl.books.summary.hidden import STAMP_SHEET, accepted, write_hidden
from kbbx_xl.books.summary.styles import STYLES
from kbbx_xl.books.writing.texts import clean, shortened
from kbbx_xl.model import column_letters

PROOF = "脱敏说明"
CREATED = dt.datetime(2000, 1, 1)  # a date of its own would tell when, and change the bytes
NARROWEST, WIDEST = 6.0, 40.0  # characters
EXCEL_SIZE = 11  # points of a cell without a style of its own
EXCEL_LINE = 16.0  # points of a line of it
LOOKED_AT = 300  # rows that decide the width of a column
NAME_LIMIT = 31
HEAD = ("工作表", "列", "栏目", "规则", "检查单元格", "遮盖")
HEAD_WIDTHS = (20, 6, 24, 22, 12, 8)
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f]")


def write_copy(
    path: Path, sheets: Sequence[MaskedSheet], notes: Iterable[str], stamp: Mapping[str, str]
) -> None:
    """Write the sheets, the proof and the stamp; nothing but values, the same bytes every time."""
    book = PlainBook(path)
    book.set_properties({"title": "脱敏件", "author": "kbbx-xl", "created": CREATED})
    styles = {
        "head": {**STYLES["head"], "valign": "vcenter"},
        "date": {"num_format": "yyyy-mm-dd", "align": "left"},
        "moment": {"num_format": "yyyy-mm-dd hh:mm", "align": "left"},
        "time": {"num_format": "hh:mm", "align": "left"},
        "line": {"text_wrap": True, "valign": "top"},
    }  # fmt: skip
    formats = {name: book.add_format(look) for name, look in styles.items()}
    names = unique_names([sheet.name for sheet in sheets])
    for sheet, name in zip(sheets, names, strict=True):
        _write_sheet(_page(book, name), sheet, formats)
    _write_proof(_page(book, PROOF), sheets, names, notes, formats)
    write_hidden(book, STAMP_SHEET, tuple(stamp.items()))
    book.close()


def _page(book: PlainBook, name: str) -> Worksheet:
    """A new sheet that prints one page wide."""
    page = book.add_worksheet(name)
    set_up(page, landscape=True)
    return page


def unique_names(names: Iterable[str]) -> list[str]:
    """Names that Excel takes for sheets, each once."""
    taken = {PROOF, STAMP_SHEET, "history"}
    made = []
    for name in names:
        plain = shortened(_NOT_IN_NAMES.sub("_", clean(name)).strip("'"), NAME_LIMIT).strip("'")
        free, number = plain or "表", 1
        while free.casefold() in taken:
            number += 1
            free = f"{shortened(plain or '表', NAME_LIMIT - len(str(number)) - 1)}_{number}"
        taken.add(free.casefold())
        made.append(free)
    return made


def _write_sheet(page: Worksheet, sheet: MaskedSheet, formats: Mapping[str, object]) -> None:
    widths: dict[int, float] = {}
    for number, row in enumerate(sheet.rows):
        for column, value in enumerate(row):
            if value == "":
                continue
            accepted(_put(page, number, column, value, formats, head=number in sheet.heads))
            if number < LOOKED_AT and (
                number in sheet.heads or number > min(sheet.heads, default=0)
            ):
                widths[column] = max(widths.get(column, NARROWEST), _width(value))
    for column, width in widths.items():
        page.set_column(column, column, min(width, WIDEST))
    keep_legible(page, [min(width, WIDEST) for width in widths.values()], landscape=True)
    if sheet.heads and max(sheet.heads) < 10:
        page.freeze_panes(max(sheet.heads) + 1, 0)
        page.repeat_rows(min(sheet.heads), max(sheet.heads))


def _put(
    page: Worksheet,
    row: int,
    column: int,
    value: object,
    formats: Mapping[str, object],
    *,
    head: bool,
) -> int:
    """One value as what it is; text is never taken for a formula, a number or a link."""
    if isinstance(value, bool):
        return int(page.write_boolean(row, column, value))
    if isinstance(value, int | float) and abs(value) != float("inf") and value == value:
        return int(page.write_number(row, column, value, formats["head"] if head else None))
    if isinstance(value, dt.datetime):
        midnight = value.time() == dt.time.min
        form = formats["date" if midnight else "moment"]
        return int(page.write_datetime(row, column, value.replace(tzinfo=None), form))
    if isinstance(value, dt.date):
        return int(page.write_datetime(row, column, value, formats["date"]))
    if isinstance(value, dt.time | dt.timedelta):
        return int(page.write_datetime(row, column, value, formats["time"]))
    wrapped = formats["line"] if "\n" in str(value) else None
    return int(page.write_string(row, column, str(value), formats["head"] if head else wrapped))


def _width(value: object) -> float:
    """Characters that a value needs; of a text its longest line."""
    if isinstance(value, dt.date):
        return 12
    return style.width_of(str(value).split("\n"), EXCEL_SIZE)


def _write_proof(
    page: Worksheet,
    sheets: Sequence[MaskedSheet],
    names: Sequence[str],
    notes: Iterable[str],
    formats: Mapping[str, object],
) -> None:
    """What was looked at and what was masked, by sheet, column and rule (脱敏说明)."""
    for column, width in enumerate(HEAD_WIDTHS):
        page.set_column(column, column, width)
    row = 0
    for note in notes:
        accepted(page.merge_range(row, 0, row, len(HEAD) - 1, note, formats["line"]))
        page.set_row(
            row, style.height_of(style.lines(note, sum(HEAD_WIDTHS), EXCEL_SIZE), EXCEL_LINE)
        )
        row += 1
    page.repeat_rows(row)
    for column, title in enumerate(HEAD):
        accepted(page.write_string(row, column, title, formats["head"]))
    for line in proof_rows(sheets, names):
        row += 1
        for column, value in enumerate(line):
            accepted(_put(page, row, column, value, formats, head=False))


def proof_rows(
    sheets: Sequence[MaskedSheet], names: Sequence[str]
) -> list[tuple[str, str, str, str, int, int]]:
    """One line a column and rule that masked something, and one a sheet for all other columns."""
    rows: list[tuple[str, str, str, str, int, int]] = []
    for sheet, name in zip(sheets, names, strict=True):
        touched = sorted(sheet.masked.items())
        for (column, title), count in touched:
            if column < 0:
                rows.append((name, "", "（工作表名）", title, 1, 1))
                continue
            letters, heading = column_letters(column + 1), _heading(sheet, column)
            rows.append((name, letters, heading, title, sheet.checked[column], count))
        done = {column for (column, _), _ in touched}
        rest = [column for column in sheet.checked if column not in done]
        checked = sum(sheet.checked[column] for column in rest)
        rows.append((name, "", f"其余 {len(rest)} 栏", "样式和已知姓名检查", checked, 0))
    return rows


def _heading(sheet: MaskedSheet, column: int) -> str:
    """The lowest heading of a column."""
    heads = (str(sheet.rows[row][column]) for row in sorted(sheet.heads, reverse=True))
    return next((text for text in heads if text), "").replace("\n", "")[:30]
