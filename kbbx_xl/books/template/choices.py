"""The hidden sheet of drop-down words: one column a list, each with a name (list_sex)."""

from __future__ import annotations

from xlsxwriter.utility import xl_col_to_name

from kbbx_xl.books.template.page import Book, quoted
from kbbx_xl.settings.forms import Form
from kbbx_xl.settings.lists import load_lists

SHEET = "_lists"


def choice_name(name: str) -> str:
    """Range name of a word list: sex -> list_sex."""
    return f"list_{name}"


def put_choices(book: Book, form: Form) -> None:
    """Write every list that a column of ``form`` draws on; very hidden."""
    used = sorted({f.words for s in form.sheets for f in s.columns if f.words})
    page, style = book.page(SHEET), book.style("hidden")
    for col, name in enumerate(used):
        words = load_lists()[name]
        page.put(0, col, words.title, style)
        for row, value in enumerate(words.values, 1):
            page.put(row, col, value, style)
        letter = xl_col_to_name(col)
        book.define(
            choice_name(name), f"={quoted(SHEET)}!${letter}$2:${letter}${len(words.values) + 1}"
        )
    page.sheet.very_hidden()
    page.sheet.protect()
