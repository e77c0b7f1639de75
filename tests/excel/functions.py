"""A function of the sheet for the harness' own test."""

from __future__ import annotations

import xlwings as xw


@xw.func
@xw.arg("numbers", ndim=2)
@xw.ret(ndim=2)
def twice(numbers, more=None):  # type: ignore[no-untyped-def]  # xlwings would convert by types
    """Each number doubled, plus ``more``; "" for what is no number."""
    return [
        [cell * 2 + (more or 0) if isinstance(cell, float) else "" for cell in row]
        for row in numbers
    ]
