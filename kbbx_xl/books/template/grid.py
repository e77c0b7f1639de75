"""The roll call of a month (点名表): one pupil a row, one day a column, half days by their mark.

Two header rows: the dates of the month of 填报信息 (shown as day numbers) and their weekday.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from kbbx_xl.books.template import columns
from kbbx_xl.books.template.calc.regions import Region
from kbbx_xl.books.template.calc.values import calendar_of
from kbbx_xl.books.template.classes import offered
from kbbx_xl.books.template.context import Context
from kbbx_xl.books.template.frame import (
    HEADER_ROW,
    cover_name,
    grow_print_area,
    heading_of,
    protect,
    put_line,
    set_up_paper,
    start_at,
)
from kbbx_xl.books.template.guide import put_head
from kbbx_xl.books.template.page import Book, Page
from kbbx_xl.books.template.tables import Records, ruled_rows
from kbbx_xl.model import Period
from kbbx_xl.settings.forms import Field, Form, Sheet

DAYS, DAY_WIDTH = 31, 3.3
LEFT = ("seq", "grade", "class_name", "name", "number")  # before the days; the rest after them
MARKS = ("√", "×", "半", "病", "事", "迟", "送")
LEGEND = "图例：√ 出勤　× 旷课　半 旷课半天　病 病假　事 事假　迟 迟到　送 送教上门；不上课的日子（灰底）不填。"
WEEKDAYS = "一二三四五六日"


def put_month_grid(
    book: Book,
    form: Form,
    sheet: Sheet,
    context: Context,
    records: Records,
    cover: Mapping[str, object],
    source: Callable[[str], str],
) -> Region:
    """Lay out the roll call and fill ``records`` (fields and ``marks`` by day of the month)."""
    page = book.page(sheet.sheet)
    left = [f for f in sheet.columns if f.name in LEFT]
    right = [f for f in sheet.columns if f.name not in LEFT]
    width = len(left) + DAYS + sum(not f.extra for f in right)
    first = HEADER_ROW + 2
    last = HEADER_ROW + 1 + sheet.rows
    region = _region(sheet, left, right, first, last)
    widths = [columns.width_of(f) for f in left] + [DAY_WIDTH] * DAYS
    put_head(page, form, sheet, heading_of(sheet, context), widths)
    put_line(page, form, sheet, cover, width - 1)
    _header(page, region, left + right)
    _days(page, len(left), cover.get("month"))
    page.sheet.set_default_row(sheet.row_height)
    for offset in range(last - first + 1):
        record = records[offset] if offset < len(records) else {}
        _row(page, region, left + right, first + offset, record)
    _checks(page, region, len(left))
    _offers(page, form, sheet, region, source)
    start_at(page, first, _next_column(region, context, records), panes=(first, len(left)))
    page.sheet.autofilter(first - 1, 0, last, len(left) - 1)
    set_up_paper(page, sheet, (HEADER_ROW, HEADER_ROW + 1))
    key = region.columns["name"]
    characters = DAYS * DAY_WIDTH + sum(columns.width_of(f) for f in sheet.columns if not f.extra)
    grow_print_area(page, key, width - 1, first, last, ruled_rows(sheet, characters, width))
    protect(page)
    return region


def _region(sheet: Sheet, left: list[Field], right: list[Field], first: int, last: int) -> Region:
    places = {f.name: i for i, f in enumerate(left)}
    places |= {f.name: i for i, f in enumerate(right, len(left) + DAYS)}
    return Region(
        sheet=sheet.sheet,
        first_row=first,
        last_row=last,
        columns=places,
        titles={f.name: f.title for f in sheet.columns},
        day_columns=tuple(range(len(left), len(left) + DAYS)),
    )


def _header(page: Page, region: Region, fields: list[Field]) -> None:
    style = page.book.style("header")
    for field in fields:
        col = region.columns[field.name]
        page.merge(HEADER_ROW, col, HEADER_ROW + 1, col, field.title, style)
        page.width(col, col, columns.width_of(field), hidden=field.hidden)
    page.width(region.day_columns[0], region.day_columns[-1], DAY_WIDTH)


def _days(page: Page, start: int, month: object) -> None:
    """Dates of the month and weekdays, by formula, so that another month needs no new workbook."""
    name = cover_name("month")
    dated, plain = page.book.style("header", num_format="d"), page.book.style("header")
    period = Period(month.year, month.month) if isinstance(month, dt.date) else None
    for day in range(1, DAYS + 1):
        col = start + day - 1
        real = f"DATE(YEAR({name}),MONTH({name}),{day})"
        known = period is not None and day <= period.last.day
        date = dt.date(period.year, period.month, day) if period and known else None
        page.formula(
            HEADER_ROW,
            col,
            f'=IF(ISNUMBER({name}),IF(MONTH({real})=MONTH({name}),{real},""),"")',
            dated,
            (date - dt.date(1899, 12, 30)).days if date else "",
        )
        cell = xl_rowcol_to_cell(HEADER_ROW, col)
        page.formula(
            HEADER_ROW + 1,
            col,
            f'=IF(ISNUMBER({cell}),MID("{WEEKDAYS}",WEEKDAY({cell},2),1),"")',
            plain,
            WEEKDAYS[date.weekday()] if date else "",
        )


def _row(
    page: Page, region: Region, fields: list[Field], row: int, record: Mapping[str, object]
) -> None:
    book = page.book
    for field in fields:
        col = region.columns[field.name]
        if field.name == "seq":
            key = xl_col_to_name(region.columns["name"])
            text = f'=IF(${key}{row + 1}="","",ROW()-{region.first_row})'
            value = row + 1 - region.first_row if record else ""
            page.formula(row, col, text, columns.style_of(book, field, "plain"), value)
        elif field.formula:
            page.put(row, col, None, columns.style_of(book, field, "calc"))
        else:
            page.put(row, col, record.get(field.name), columns.style_of(book, field))
    marks = record.get("marks")
    given = marks if isinstance(marks, Mapping) else {}
    style = book.style("input", align="center", num_format="@", text_wrap=False)
    for day, column in enumerate(region.day_columns, 1):
        page.put(row, column, given.get(day), style)


def _next_column(region: Region, context: Context, records: Records) -> int:
    """Where to fill next: the day after the last marked one, its name where nobody is listed."""
    if not records:
        return region.columns["grade"]
    day = last_marked(records) + 1
    school_days = [d.day for d in calendar_of(context).days if in_month(context, d)]
    following = [d for d in school_days if d >= day] or [DAYS]
    return region.day_columns[following[0] - 1]


def in_month(context: Context, day: dt.date) -> bool:
    """Whether a day lies in the month the workbook is made for."""
    period = context.period
    return period is not None and period.first <= day <= period.last


def last_marked(records: Records) -> int:
    """The last day of the month that carries a mark, 0 for none."""
    return max(
        (
            int(str(day))
            for record in records
            if isinstance(marks := record.get("marks"), Mapping)
            for day, mark in marks.items()
            if mark not in ("", None)
        ),
        default=0,
    )


def _offers(
    page: Page, form: Form, sheet: Sheet, region: Region, source: Callable[[str], str]
) -> None:
    """Drop-downs and messages of the columns beside the days."""
    first, last = region.first_row, region.last_row
    cells = {f.name: region.cell(f.name, first) for f in sheet.columns}
    for field in sheet.columns:
        if field.name == "seq" or field.formula:
            continue
        col, cell = region.columns[field.name], cells[field.name].removeprefix("$")
        listed = offered(form, sheet.table, field, cells)
        page.validate(first, col, last, col, columns.validation(field, cell, source, listed))


def _checks(page: Page, region: Region, start: int) -> None:
    first, last = region.first_row, region.last_row
    days = (first, start, last, start + DAYS - 1)
    options = {
        "validate": "list",
        "source": list(MARKS),
        "input_title": "考勤标记",
        "input_message": LEGEND,
        "error_title": "不在图例里",
        "error_message": "请从下拉列表中选择：" + "　".join(MARKS),
    }
    page.validate(*days, options)
    cell = f"{xl_col_to_name(start)}{first + 1}"
    page.condition(*days, f'=OR({cell}="×",{cell}="半")', page.book.style("wrong"))
    page.condition(*days, f'=OR({cell}="病",{cell}="事")', page.book.style("missing"))
