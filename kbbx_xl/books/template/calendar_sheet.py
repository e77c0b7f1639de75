"""校历: first and last day of the term above a table of the county's own changes.

National holidays and make-up days are known and need not be listed; what the county or a school
decides otherwise is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kbbx_xl.books.template import columns
from kbbx_xl.books.template.calc.regions import Region
from kbbx_xl.books.template.context import Context
from kbbx_xl.books.template.frame import start_at
from kbbx_xl.books.template.page import Book, quoted
from kbbx_xl.books.template.tables import Records, put_table
from kbbx_xl.settings.forms import Field, FieldType, Form, Sheet

TERM = (
    Field(
        "start", "开学日期", FieldType.DATE, required=True, message="本学期学生到校上课的第一天。"
    ),
    Field("end", "放假日期", FieldType.DATE, required=True, message="本学期学生放假前的最后一天。"),
)
EARLIER = (
    Field(
        "earlier_start",
        "上学期开学日期",
        FieldType.DATE,
        message="第二学期填：有学生从上学期就没有到校时，缺勤天数从上学期接着算。",
    ),
    Field("earlier_end", "上学期放假日期", FieldType.DATE, message="上学期学生放假前的最后一天。"),
)
HINT = "县级调整：国家法定节假日和调休按国务院通知执行，不用列出；停课、补课、农忙假、月假和个别学校的不同安排列在下表。"
TABLE_ROW = 5


def put_calendar(
    book: Book,
    form: Form,
    sheet: Sheet,
    context: Context,
    data: Mapping[str, Records],
    source: Callable[[str], str],
) -> Region:
    """Lay out the term dates (``data["term"]``: one record start, end, and where wanted those of the
    term before, earlier_start, earlier_end) and the table of changes."""
    records = data.get(sheet.table, ())
    region = put_table(book, form, sheet, context, records, {}, source, top=TABLE_ROW)
    page = book.pages[sheet.sheet]
    term = (data.get("term") or [{}])[0]
    for row, field in enumerate(TERM, 1):
        page.put(row, 0, field.title, book.style("label"))
        page.put(row, 1, term.get(field.name), columns.style_of(book, field))
        page.validate(row, 1, row, 1, columns.validation(field, f"B{row + 1}", source))
        page.condition(row, 1, row, 1, f'=B{row + 1}=""', book.style("missing"))
        page.height(row, 24)
    for row, field in enumerate(EARLIER, 1):
        page.put(row, 2, field.title, book.style("label"))
        page.put(row, 3, term.get(field.name), columns.style_of(book, field))
        page.validate(row, 3, row, 3, columns.validation(field, f"D{row + 1}", source))
    page.height(3, 8)
    page.merge(4, 0, 4, len(sheet.columns) - 1, HINT, book.style("note", font_size=10.5))
    page.height(4, 34)
    if open_ := [row for row, field in enumerate(TERM, 1) if not term.get(field.name)]:
        start_at(page, open_[0], 1)
    return region


def term_cells(sheet: str) -> str:
    """The cells of the first and last day of the term."""
    return f"{quoted(sheet)}!$B$2:$B${len(TERM) + 1}"
