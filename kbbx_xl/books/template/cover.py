"""Sheets of labels and answers: 填报信息 (once for the whole workbook) and 零报告声明."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from xlsxwriter.utility import xl_rowcol_to_cell

from kbbx_xl.books.template import columns
from kbbx_xl.books.template.context import Context
from kbbx_xl.books.template.frame import (
    NO_DATE,
    cover_name,
    heading_of,
    month_formula,
    month_label,
    protect,
    put_title,
    set_up_paper,
    start_at,
)
from kbbx_xl.books.template.guide import put_beside
from kbbx_xl.books.template.page import Book, Page, quoted
from kbbx_xl.settings.forms import Form, Sheet

LABEL_COL, VALUE_COL = 1, 2
FIRST_ROW = 2
CHECKED = "经逐班核对考勤和学籍，本单位"
NONE = "没有疑似辍学和辍学学生，特此声明。以上情况如有不实，由签字人负责。"
SIGNED = ("单位负责人（签名）：", "审核人（签名）：", "填报人（签名）：", "单位（盖章）：", NO_DATE)
SEE_LISTS = "本月有疑似辍学或辍学学生，见名单。"


def cover_values(form: Form, context: Context, given: Mapping[str, object]) -> dict[str, object]:
    """Answers of 填报信息: what is given, else what the context knows."""
    unit = context.unit
    known: dict[str, object] = {
        "unit": unit.name if unit else None,
        "unit_code": unit.code if unit else None,
        "parent": context.parent or (unit.parent if unit else None),
        "month": context.period.first if context.period else None,
        "as_of": context.as_of,
        "reporter": unit.reporter if unit else None,
        "phone": unit.phone if unit else None,
    }
    sheet = next((s for s in form.sheets if s.table == "cover"), None)
    names = [f.name for f in sheet.columns] if sheet else []
    return {n: given.get(n) or known.get(n) or None for n in names}


def put_cover(
    book: Book,
    form: Form,
    sheet: Sheet,
    context: Context,
    values: Mapping[str, object],
    source: Callable[[str], str],
) -> None:
    """填报信息: one answer a line, each with a defined name (kbbx_as_of) for the formulas."""
    page = book.page(sheet.sheet)
    _columns(page)
    put_title(page, heading_of(sheet, context), VALUE_COL)
    page.height(1, 20)
    _answers(page, sheet, values, source, FIRST_ROW)
    for row, field in enumerate(sheet.columns, FIRST_ROW):
        cell = xl_rowcol_to_cell(row, VALUE_COL, row_abs=True, col_abs=True)
        book.define(cover_name(field.name), f"={quoted(sheet.sheet)}!{cell}")
    last = FIRST_ROW + len(sheet.columns)
    text = f"本工作簿：{form.title}（第 {form.version} 版）。先填本页，再填各表；浅黄色的格是还没有填的必填项，灰底的格由公式计算，不用填。"
    page.merge(last + 1, LABEL_COL, last + 1, VALUE_COL, text, book.style("note"))
    page.height(last + 1, 48)
    put_beside(page, form, sheet, last + 1, VALUE_COL)
    open_ = (
        r for r, f in enumerate(sheet.columns, FIRST_ROW) if f.required and not values.get(f.name)
    )
    start_at(page, next(open_, FIRST_ROW), VALUE_COL)
    set_up_paper(page, sheet, None)
    protect(page)


def put_zero_report(
    book: Book,
    form: Form,
    sheet: Sheet,
    context: Context,
    values: Mapping[str, object],
    cover: Mapping[str, object],
    source: Callable[[str], str],
) -> None:
    """零报告声明: one choice, the sentence it stands for, the places to sign and seal."""
    page = book.page(sheet.sheet)
    _columns(page)
    put_title(page, heading_of(sheet, context), VALUE_COL)
    line = book.style("line")
    unit = f"填报单位（盖章）：{cover.get('unit') or ''}"
    page.formula(1, LABEL_COL, f'="填报单位（盖章）："&{cover_name("unit")}', line, unit)
    page.height(1, 24)
    _answers(page, sheet, values, source, FIRST_ROW)
    row = FIRST_ROW + len(sheet.columns)
    style = book.style("note", align="left", valign="vcenter", font_size=14)
    page.merge(row, LABEL_COL, row, VALUE_COL, "", style)
    page.formula(row, LABEL_COL, declaration_formula(), style, declaration(values, cover))
    page.height(row, 80)
    for offset, who in enumerate(SIGNED):
        page.put(row + 1 + offset, VALUE_COL, who, line)
        page.height(row + 1 + offset, 32)
    put_beside(page, form, sheet, row + len(SIGNED), VALUE_COL)
    start_at(page, FIRST_ROW, VALUE_COL)
    set_up_paper(page, sheet, None)
    protect(page)


def declaration(values: Mapping[str, object], cover: Mapping[str, object]) -> str:
    """The sentence that the answer stands for; "" while there is no answer."""
    if values.get("zero") == "否":
        return SEE_LISTS
    return CHECKED + month_label(cover.get("month")) + NONE if values.get("zero") == "是" else ""


def declaration_formula() -> str:
    """``declaration`` as a native formula; the answer stands in the first line."""
    zero = xl_rowcol_to_cell(FIRST_ROW, VALUE_COL)
    month = month_formula(cover_name("month"))
    return f'=IF({zero}="是","{CHECKED}"&{month}&"{NONE}",IF({zero}="否","{SEE_LISTS}",""))'


def _columns(page: Page) -> None:
    page.width(0, 0, 3)
    page.width(LABEL_COL, LABEL_COL, 26)
    page.width(VALUE_COL, VALUE_COL, 52)


def _answers(
    page: Page,
    sheet: Sheet,
    values: Mapping[str, object],
    source: Callable[[str], str],
    first: int,
) -> None:
    book = page.book
    for row, field in enumerate(sheet.columns, first):
        page.put(row, LABEL_COL, field.title, book.style("label"))
        page.put(row, VALUE_COL, values.get(field.name), columns.style_of(book, field))
        page.height(row, 26)
        cell = xl_rowcol_to_cell(row, VALUE_COL)
        page.validate(row, VALUE_COL, row, VALUE_COL, columns.validation(field, cell, source))
        if field.required:
            page.condition(
                row, VALUE_COL, row, VALUE_COL, f'=TRIM({cell})=""', book.style("missing")
            )
