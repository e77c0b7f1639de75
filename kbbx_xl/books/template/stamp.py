"""The very hidden sheet ``_kbbx``: by it the workbook is recognised when it comes back."""

from __future__ import annotations

from kbbx_xl.books.template.context import Context
from kbbx_xl.books.template.page import Book
from kbbx_xl.settings.forms import Form
from kbbx_xl.settings.policies import CARRIED, is_own
from kbbx_xl.settings.policy_text import policy_yaml

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
    if context.policy and is_own(context.policy):  # so that it is known where its file is not
        entries[CARRIED] = policy_yaml(context.policy)
    page, style = book.page(SHEET), book.style("hidden")
    for row, (key, value) in enumerate(entries.items()):
        page.put(row, 0, key, style)
        page.put(row, 1, value, style)
    page.sheet.very_hidden()
    page.sheet.protect()
