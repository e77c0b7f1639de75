"""填表说明: numbered notes with their legal sources, then what to write in every column."""

from __future__ import annotations

from kbbx_xl.books import style
from kbbx_xl.books.template import columns
from kbbx_xl.books.template.frame import protect, put_title, set_up_paper
from kbbx_xl.books.template.page import Book, Page
from kbbx_xl.model import Layout
from kbbx_xl.settings.forms import Field, Form, Sheet
from kbbx_xl.settings.lists import load_lists

WIDTHS = (6, 14, 22, 7, 44)
LINE_POINTS, CELL_POINTS = 19.0, 15.0
LISTED = 12  # choices spelled out; longer lists are in the drop-down


def put_notes(book: Book, form: Form, sheet: Sheet) -> None:
    """Lay out the notes of a form."""
    page = book.page(sheet.sheet)
    for col, width in enumerate(WIDTHS):
        page.width(col, col, width)
    put_title(page, sheet.heading or f"{form.title}填表说明", 4)
    row = 2
    for number, note in enumerate(form.notes, 1):
        text = f"{number}. {note}"
        page.merge(row, 0, row, 4, text, book.style("note"))
        page.height(row, LINE_POINTS * style.lines(text, sum(WIDTHS), style.PART))
        row += 1
    row = _columns(page, form, row + 1)
    set_up_paper(page, sheet, (0, 0))
    protect(page)


def _columns(page: Page, form: Form, row: int) -> int:
    book = page.book
    page.put(row, 0, "各栏填写要求", book.style("note_title"))
    row += 1
    for col, title in enumerate(("序号", "工作表", "栏目", "必填", "填写要求")):
        page.put(row, col, title, book.style("header"))
    number = 0
    for sheet in form.sheets:
        if sheet.layout not in (Layout.TABLE, Layout.MONTH_GRID, Layout.COVER):
            continue
        for field in sheet.columns:
            if field.name == "seq" or field.hidden:
                continue
            number, row = number + 1, row + 1
            cells = (number, sheet.sheet, field.title, "是" if field.required else "", guide(field))
            page.height(row, CELL_POINTS * style.lines(cells[-1], WIDTHS[-1], style.SMALL) + 2)
            for col, value in enumerate(cells):
                align = "left" if col == 4 else "center"
                page.put(row, col, value, book.style("note_cell", align=align))
    return row


def guide(field: Field) -> str:
    """How a column is to be filled, with its choices when they are few."""
    if field.formula:
        return "由公式计算，不用填。"
    text = columns.message_of(field).removesuffix("（必填）")
    words = load_lists()[field.words].values if field.words else ()
    if words and len(words) <= LISTED:
        text = f"{text}可选：{'、'.join(words)}。"
    return text or "照实填写。"
