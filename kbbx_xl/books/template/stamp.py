"""The very hidden sheet ``_kbbx``: by it the workbook is recognised when it comes back."""

from __future__ import annotations

from kbbx_xl.books.template.context import Context
from kbbx_xl.books.template.page import Book
from kbbx_xl.settings.forms import Form

SHEET = "_kbbx"


def put_stamp(book: Book, form: Form, context: Context) -> None:
    """Key in column A, value in column B, all text."""
    unit = context.unit
    entries = {
        "form": form.form,
        "version": str(form.version),
        "unit": unit.code if unit else "",
        "unit_name": unit.name if unit else "",
        "period": str(context.period) if context.period else "",
        "policy": context.policy.profile if context.policy else "",
    }
    page, style = book.page(SHEET), book.style("hidden")
    for row, (key, value) in enumerate(entries.items()):
        page.put(row, 0, key, style)
        page.put(row, 1, value, style)
    page.sheet.very_hidden()
    page.sheet.protect()
