"""Puts the formulas of the calculated columns into their cells, once every table has its place."""

from __future__ import annotations

from collections.abc import Mapping

from kbbx_xl.books.template import columns
from kbbx_xl.books.template.calc.calculated import CALCULATED, Calculated
from kbbx_xl.books.template.calc.formulas import CORRECT
from kbbx_xl.books.template.calc.names import cached
from kbbx_xl.books.template.calc.regions import Region
from kbbx_xl.books.template.calc.values import Data, Values, values_of
from kbbx_xl.books.template.context import Context
from kbbx_xl.books.template.page import Book, Page
from kbbx_xl.settings.forms import Field, Form

NUMBERS = frozenset(
    {"present", "absent", "sick", "personal", "late", "run", "longest", "cumulative"}
)
ZERO_HIDDEN = 'General;-General;"";@'  # a 0 stays unseen, so that absences stand out
OVER = frozenset({"flag", "spell_flag"})


def put_calculated(
    book: Book, form: Form, context: Context, regions: Mapping[str, Region], data: Data
) -> None:
    """Write every calculated column of ``form`` and its colours; ``regions`` must be complete."""
    for sheet in form.sheets:
        region = regions.get(sheet.table)
        fields = [field for field in sheet.columns if field.formula]
        if region is None or not fields:
            continue
        page = book.pages[sheet.sheet]
        values = values_of(sheet.table, context, data)
        records = data.get(sheet.table, ())
        for field in fields:
            how = CALCULATED[field.formula]
            given = [r.get(field.name) for r in records] if how.open else []
            _put_column(page, field, how, region, regions, values, given)
            _colour(page, field, region)
        _compare_days(page, region)
        if region.day_columns:
            _grey_rest_days(page, region)


def _put_column(
    page: Page,
    field: Field,
    how: Calculated,
    region: Region,
    regions: Mapping[str, Region],
    values: list[Values],
    given: list[object],
) -> None:
    col = region.columns[field.name]
    changes = {"num_format": ZERO_HIDDEN} if field.name in NUMBERS else {}
    style = columns.style_of(page.book, field, "input" if how.open else "calc")
    if changes:
        style = page.book.style("calc", align="center", **changes)
    for offset, row in enumerate(region.rows):
        if offset < len(given) and given[offset] not in (None, ""):
            page.put(row, col, given[offset], style)
            continue
        text = how.text(region, row, regions)
        value = cached(values[offset].get(field.name) if offset < len(values) else None)
        (page.array if how.array else page.formula)(row, col, text, style, value)
    if field.hidden:
        page.sheet.set_column(col, col, None, None, {"hidden": True})


def _colour(page: Page, field: Field, region: Region) -> None:
    col, first, last = region.columns[field.name], region.first_row, region.last_row
    cell = region.cell(field.name, first)
    if field.name == "id_check":
        wrong = f'=AND({cell}<>"",{cell}<>"{CORRECT}")'
        page.condition(first, col, last, col, wrong, page.book.style("wrong"))
    if field.name in OVER:
        page.condition(first, col, last, col, f'={cell}<>""', page.book.style("over"))


def _compare_days(page: Page, region: Region) -> None:
    """缺勤天数 as written against 应计天数: red where they differ."""
    if "days_due" not in region.columns:
        return
    col, row = region.columns["days"], region.first_row
    days, due = region.cell("days", row), region.cell("days_due", row)
    wrong = f"=AND(ISNUMBER({days}),ISNUMBER({due}),{days}<>{due})"
    page.condition(row, col, region.last_row, col, wrong, page.book.style("wrong"))


def _grey_rest_days(page: Page, region: Region) -> None:
    """Days without school, and those the month does not have, in grey."""
    left, right = region.day_columns[0], region.day_columns[-1]
    place = f"INDEX(点名_日期,COLUMN()-{left})"
    rest = f"=IF(ISNUMBER({place}),COUNTIF(上课日,{place})=0,TRUE)"
    page.condition(region.first_row, left, region.last_row, right, rest, page.book.style("rest"))
