"""A sheet that holds one table of records: header, prepared rows, checks and colours."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from xlsxwriter.utility import xl_col_to_name

from kbbx_xl.books import style
from kbbx_xl.books.template import columns
from kbbx_xl.books.template.calc.regions import Region
from kbbx_xl.books.template.classes import offered
from kbbx_xl.books.template.context import Context
from kbbx_xl.books.template.frame import (
    HEADER_ROW,
    grow_print_area,
    heading_of,
    protect,
    put_line,
    set_up_paper,
    start_at,
)
from kbbx_xl.books.template.guide import put_head
from kbbx_xl.books.template.page import Book, Page
from kbbx_xl.settings.forms import Field, FieldType, Form, Sheet

SPARE_ROWS = 50  # left free below the records of a pre-filled table
# inches inside the margins of A4: across, and down for rows (below the head, above the footer)
PAPER = {"landscape": (10.89, 6.47), "portrait": (7.47, 9.89)}
HEAD_POINTS, LINE_POINTS = (
    90,
    15.0,
)  # line, header, room that programs need for what is above and below; a line
AIR_POINTS = 4  # above and below several lines, which would touch the border else
SEQ = "seq"

Records = Sequence[Mapping[str, object]]


def put_table(
    book: Book,
    form: Form,
    sheet: Sheet,
    context: Context,
    records: Records,
    cover: Mapping[str, object],
    source: Callable[[str], str],
    *,
    top: int = HEADER_ROW,
) -> Region:
    """Lay out one table sheet and fill ``records``; returns where it lies.

    Calculated columns are left blank and locked; whoever knows all regions fills them.  ``top``
    is the header row (from 0).
    """
    page = book.page(sheet.sheet)
    fields = sheet.columns
    first, last = top + 1, top + sheet.rows
    paper = [f for f in fields if not f.extra]
    widths = [0.0 if f.hidden else columns.width_of(f) for f in fields]
    put_head(page, form, sheet, heading_of(sheet, context), widths)
    if top == HEADER_ROW:
        put_line(page, form, sheet, cover, len(paper) - 1)
    _header(page, sheet, top, last)
    for offset in range(last - first + 1):
        record = records[offset] if offset < len(records) else {}
        _row(page, fields, first + offset, offset + 1, record)
        if (height := text_height(fields, record)) > (sheet.row_height or LINE_POINTS):
            page.height(first + offset, height)
    _checks(page, form, sheet, first, last, source)
    row, col = first_empty(fields, records)
    panes = first, min(_key_column(sheet) + 1, 5)
    start_at(page, min(first + row, last), col, panes=panes)
    set_up_paper(page, sheet, (top, top))
    least = ruled_rows(sheet, sum(columns.width_of(f) for f in paper), len(paper))
    grow_print_area(page, _key_column(sheet), len(paper) - 1, first, last, least)
    protect(page)
    return region_of(sheet, first, last)


def ruled_rows(sheet: Sheet, characters: float, count: int) -> int:
    """Rows that fill one sheet of paper, ``count`` columns of together so many characters wide."""
    across, down = PAPER[sheet.orientation]
    scale = min(1.0, across * 96 / (characters * 7 + count * 5))
    return int((down * 72 / scale - HEAD_POINTS) / (sheet.row_height or LINE_POINTS))


def region_of(sheet: Sheet, first: int, last: int) -> Region:
    """Where a table of this sheet lies; ``first`` and ``last`` data row counted from 0."""
    return Region(
        sheet=sheet.sheet,
        first_row=first,
        last_row=last,
        columns={f.name: i for i, f in enumerate(sheet.columns)},
        titles={f.name: f.title for f in sheet.columns},
        name=sheet.sheet,
    )


def first_empty(fields: tuple[Field, ...], records: Records) -> tuple[int, int]:
    """Record and column to fill next: a required cell that is blank, else the line below the last."""
    inputs = [(col, f) for col, f in enumerate(fields) if f.name != SEQ and not f.formula]
    for row, record in enumerate(records):
        for col, field in inputs:
            if field.required and record.get(field.name) in (None, ""):
                return row, col
    return len(records), inputs[0][0]


def _key_column(sheet: Sheet) -> int:
    """The first required column that a person fills: a row with it is a record."""
    return next(i for i, f in enumerate(sheet.columns) if f.required and not f.formula)


def _header(page: Page, sheet: Sheet, row: int, last: int) -> None:
    style = page.book.style("header")
    titles = [{"header": f.title, "header_format": style} for f in sheet.columns]
    options = {"name": sheet.sheet, "style": None, "columns": titles}
    page.table(row, 0, last, len(sheet.columns) - 1, options)
    page.height(row, 34)
    if sheet.row_height:
        page.sheet.set_default_row(sheet.row_height)
    for col, field in enumerate(sheet.columns):
        page.width(col, col, columns.width_of(field), hidden=field.hidden)


def _row(
    page: Page, fields: tuple[Field, ...], row: int, number: int, record: Mapping[str, object]
) -> None:
    for col, field in enumerate(fields):
        if field.name == SEQ:
            key = xl_col_to_name(next(i for i, f in enumerate(fields) if f.required))
            text = f'=IF(${key}{row + 1}="","",ROW()-{row + 1 - number})'
            style = columns.style_of(page.book, field, "plain")
            page.formula(row, col, text, style, number if record else "")
        elif field.formula:
            page.put(row, col, None, columns.style_of(page.book, field, "calc"))
        else:
            page.put(row, col, record.get(field.name), columns.style_of(page.book, field))


def text_height(fields: tuple[Field, ...], record: Mapping[str, object]) -> float:
    """Points that the longest text of a record needs in its column; 0 for none."""
    needed = (
        style.lines(text, columns.width_of(f))
        for f in fields
        if isinstance(text := record.get(f.name), str) and not f.extra
    )
    count = max(needed, default=0)
    return LINE_POINTS * count + (AIR_POINTS if count > 1 else 0)


def _checks(
    page: Page,
    form: Form,
    sheet: Sheet,
    first: int,
    last: int,
    source: Callable[[str], str],
) -> None:
    book, fields = page.book, sheet.columns
    cells = {f.name: f"${xl_col_to_name(i)}{first + 1}" for i, f in enumerate(fields)}
    started = f"COUNTA({_inputs(fields, first)})>0"
    kind = cells.get("id_type", "")
    for col, field in enumerate(fields):
        if field.name == SEQ or field.formula:
            continue
        cell = cells[field.name]
        listed = offered(form, sheet.table, field, cells)
        options = columns.validation(field, cell.removeprefix("$"), source, listed)
        page.validate(first, col, last, col, options)
        if field.required:
            missing = f'=AND({started},TRIM({cell})="")'
            page.condition(first, col, last, col, missing, book.style("missing"))
        if field.type is FieldType.ID:
            wrong = columns.wrong_id(cell, kind)
            page.condition(first, col, last, col, wrong, book.style("wrong"))
        if field.type is FieldType.STUDENT_NO:
            wrong = columns.wrong_student_no(cell)
            page.condition(first, col, last, col, wrong, book.style("wrong"))


def _inputs(fields: tuple[Field, ...], first: int) -> str:
    """The cells of the first row that a person fills, as one list of ranges: $B4:$F4,$H4:$K4."""
    ranges: list[list[int]] = []
    for col, field in enumerate(fields):
        if field.name == SEQ or field.formula:
            continue
        if ranges and ranges[-1][1] == col - 1:
            ranges[-1][1] = col
        else:
            ranges.append([col, col])
    row = first + 1
    return ",".join(f"${xl_col_to_name(a)}{row}:${xl_col_to_name(b)}{row}" for a, b in ranges)
