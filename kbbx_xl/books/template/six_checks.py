"""六项核对: 小学/初中 x 辍学/疑似辍学/复学, counted by formulas from the two name lists.

These six numbers are what the national platform shows of a region each month; beside them stands
whether 月报表 says the same.
"""

from __future__ import annotations

from collections.abc import Mapping

from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from kbbx_xl.books.template import columns
from kbbx_xl.books.template.context import Context
from kbbx_xl.books.template.frame import (
    HEADER_ROW,
    heading_of,
    protect,
    put_line,
    put_title,
    set_up_paper,
)
from kbbx_xl.books.template.guide import put_beside
from kbbx_xl.books.template.monthly import BALANCED, FIRST, LINES, SUBTOTALS, Records
from kbbx_xl.books.template.page import Book, quoted
from kbbx_xl.model import GRADES, JUNIOR, PRIMARY, stage_of
from kbbx_xl.settings.forms import Form, Sheet

COUNTED = {  # column -> (tables it counts in, state counted)
    "dropout_now": (("list_dropout",), "辍学"),
    "suspected_now": (("list_suspected",), "疑似辍学"),
    "returned": (("list_suspected", "list_dropout"), "已返校"),
}


def put_six_checks(
    book: Book,
    form: Form,
    sheet: Sheet,
    context: Context,
    data: Mapping[str, Records],
    cover: Mapping[str, object],
) -> None:
    """Lay out the six numbers; ``data`` are the records of the whole workbook."""
    page = book.page(sheet.sheet)
    check = len(sheet.columns) - 1
    put_title(page, heading_of(sheet, context), check)
    put_line(page, form, sheet, cover, check)
    for col, field in enumerate(sheet.columns):
        page.put(HEADER_ROW, col, field.title, book.style("header"))
        page.width(col, col, field.width or 15)
    page.height(HEADER_ROW, 30)
    for row, stage in enumerate((PRIMARY, JUNIOR), HEADER_ROW + 1):
        page.height(row, 30)
        page.put(row, 0, stage, book.style("label"))
        for col, field in enumerate(sheet.columns[1:check], 1):
            style = columns.style_of(book, field, "calc")
            text = count_formula(form, field.name, stage)
            page.formula(row, col, text, style, count(data, field.name, stage))
        own = next(i for i, f in enumerate(sheet.columns) if f.name == "suspected_now")
        _compare(book, form, sheet, (row, own), stage, data)
    put_beside(page, form, sheet, HEADER_ROW + 2, check)
    set_up_paper(page, sheet, None)
    protect(page)


def count_formula(form: Form, name: str, stage: str) -> str:
    """Number of one column and stage, counted in the Excel tables of the name lists."""
    tables, state = COUNTED[name]
    grades = ",".join(f'"{g}"' for g in GRADES if stage_of(g) == stage)
    sheets = {s.table: s.sheet for s in form.sheets}
    parts = (
        f'SUMPRODUCT(COUNTIFS({sheets[t]}[年级],{{{grades}}},{sheets[t]}[状态],"{state}"))'
        for t in tables
    )
    return "=" + "+".join(parts)


def count(data: Mapping[str, Records], name: str, stage: str) -> int:
    """What ``count_formula`` gives for ``data``."""
    tables, state = COUNTED[name]
    return sum(
        record.get("case_status") == state and stage_of(str(record.get("grade"))) == stage
        for table in tables
        for record in data.get(table, ())
    )


def _compare(
    book: Book,
    form: Form,
    sheet: Sheet,
    own: tuple[int, int],
    stage: str,
    data: Mapping[str, Records],
) -> None:
    """Beside a line: √ when 月报表 has the same 疑似辍学, else how many it has more or less."""
    report = next(s for s in form.sheets if s.table == "report")
    column = next(i for i, f in enumerate(report.columns) if f.name == "suspected")
    line = FIRST + LINES.index(SUBTOTALS[stage])
    there = f"{quoted(report.sheet)}!${xl_col_to_name(column)}${line + 1}"
    here = xl_rowcol_to_cell(*own)
    row, col = own[0], len(sheet.columns) - 1
    page = book.pages[sheet.sheet]
    page.formula(
        row,
        col,
        f'=IF({there}={here},"{BALANCED}","月报表疑似辍学差"&({there}-{here}))',
        book.style("calc", align="center"),
        _compared(data, stage),
    )
    cell = xl_rowcol_to_cell(row, col)
    page.condition(row, col, row, col, f'={cell}<>"{BALANCED}"', book.style("wrong"))


def _compared(data: Mapping[str, Records], stage: str) -> str:
    """What stands beside the line of a stage."""
    reported = sum(
        number
        for r in data.get("report", ())
        if stage_of(str(r.get("grade"))) == stage and isinstance(number := r.get("suspected"), int)
    )
    gap = reported - count(data, "suspected_now", stage)
    return f"月报表疑似辍学差{gap}" if gap else BALANCED


def six_cells(sheet: Sheet, data: Mapping[str, Records]) -> list[tuple[str, str]]:
    """The cells that compare 月报表 with the lists, and what each shows for ``data``."""
    letter = xl_col_to_name(len(sheet.columns) - 1)
    return [
        (f"{quoted(sheet.sheet)}!${letter}${row + 1}", _compared(data, stage))
        for row, stage in enumerate((PRIMARY, JUNIOR), HEADER_ROW + 1)
    ]
