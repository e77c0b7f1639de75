"""What every sheet on paper has: title, unit and date, page set-up, repeated header, signatures.

A form's head stands above its table and its signatures in the page footer, so that the table may
grow.  Rows and columns are counted from 0.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping

from xlsxwriter.utility import xl_col_to_name

from kbbx_xl.books.printing import Margins, footer, set_up
from kbbx_xl.books.template.context import Context
from kbbx_xl.books.template.page import Page, quoted
from kbbx_xl.settings.forms import Form, Sheet

TITLE_ROW, LINE_ROW, HEADER_ROW = 0, 1, 2
PRINTED = "打印区"
PLAIN, SIGNED = Margins(top=0.8), Margins(top=0.8, bottom=1.0)
# rows of a screen; filled rows left in sight above the first empty one
SCREENFUL, SEEN_ABOVE = 14, 8
NO_DATE, NO_MONTH = "　　年　月　日", "　　年　月"
PROTECT = {
    "format_cells": False,
    "format_columns": True,
    "format_rows": True,
    "sort": True,
    "autofilter": True,
}


def cover_name(field: str) -> str:
    """Defined name of an answer on 填报信息: as_of -> kbbx_as_of."""
    return f"kbbx_{field}"


def county_of(context: Context) -> str:
    """南屏县 from 南屏县教育和体育局; "" when no directory is known."""
    unit = context.directory.county if context.directory else None
    found = re.match(r".+?[县区市旗]", unit.name) if unit else None
    return found.group() if found else ""


def heading_of(sheet: Sheet, context: Context) -> str:
    return (sheet.heading or sheet.sheet).replace("{county}", county_of(context))


def chinese_date(date: object) -> str:
    """2026年10月20日; blanks to write in when there is no date."""
    if not isinstance(date, dt.date):
        return NO_DATE
    return f"{date.year}年{date.month}月{date.day}日"


def month_label(month: object) -> str:
    """2026年10月; blanks to write in when there is no month."""
    return f"{month.year}年{month.month}月" if isinstance(month, dt.date) else NO_MONTH


def date_formula(name: str) -> str:
    """chinese_date of a defined name, without the leading =."""
    parts = f'YEAR({name})&"年"&MONTH({name})&"月"&DAY({name})&"日"'
    return f'IF(ISNUMBER({name}),{parts},"{NO_DATE}")'


def month_formula(name: str) -> str:
    """2026年10月 of a defined name, without the leading =."""
    return f'IF(ISNUMBER({name}),YEAR({name})&"年"&MONTH({name})&"月","{NO_MONTH}")'


def put_title(page: Page, text: str, last_col: int) -> None:
    page.merge(TITLE_ROW, 0, TITLE_ROW, last_col, text, page.book.style("title"))
    page.height(TITLE_ROW, 36)


def put_line(
    page: Page, form: Form, sheet: Sheet, cover: Mapping[str, object], last_col: int
) -> None:
    """Second line: 填报单位（盖章） on the left, month and date on the right.

    A grid roster has its level on the left and only the date on the right, as annex 1 of the
    county's plan prints it (YL-47).
    """
    names = {f.name for s in form.sheets if s.table == "cover" for f in s.columns}
    left, right = page.book.style("line"), page.book.style("line_right")
    page.height(LINE_ROW, 22)
    if "unit" not in names:
        page.put(LINE_ROW, 0, "填报单位（盖章）：", left)
        page.put(LINE_ROW, last_col, "填报日期：" + NO_DATE, right)
        return
    if sheet.level:
        page.put(LINE_ROW, 0, f"{sheet.level}网格（镇、村、校、班级网格）", left)
        date = f"={date_formula(cover_name('filled_on'))}"
        page.formula(LINE_ROW, last_col, date, right, chinese_date(cover.get("filled_on")))
        return
    unit = str(cover.get("unit") or "")
    page.formula(
        LINE_ROW,
        0,
        f'="填报单位（盖章）："&{cover_name("unit")}',
        left,
        "填报单位（盖章）：" + unit,
    )
    label = month_label(cover.get("month"))
    page.formula(
        LINE_ROW,
        last_col,
        f'="报告月份："&{month_formula(cover_name("month"))}&"　　填报日期："'
        f"&{date_formula(cover_name('filled_on'))}",
        right,
        f"报告月份：{label}　　填报日期：{chinese_date(cover.get('filled_on'))}",
    )


def set_up_paper(
    page: Page, sheet: Sheet, header_rows: tuple[int, int] | None, *, one_page: bool = False
) -> None:
    """Page set-up of a form: header rows repeated, signatures and page number in the footer."""
    set_up(
        page.sheet,
        landscape=sheet.orientation == "landscape",
        margins=SIGNED if sheet.sign or sheet.foot else PLAIN,
        repeat=header_rows,
        one_page=one_page,
    )
    page.sheet.print_black_and_white()  # colours are for the screen
    foot = (sheet.foot + "\n") if sheet.foot else ""
    sign = "　　　　　　　　".join(f"{who}：" for who in sheet.sign)
    page.footer(footer(foot + sign))


def protect(page: Page) -> None:
    """Guard formulas and headings without a password; input cells stay open."""
    page.sheet.protect("", PROTECT)


def start_at(page: Page, row: int, col: int, *, panes: tuple[int, int] | None = None) -> None:
    """Select a cell on opening; ``panes``: rows and columns that stay, the rest scrolled to show it."""
    page.sheet.set_selection(row, col, row, col)
    if panes:
        top, _ = panes
        page.sheet.freeze_panes(
            *panes, max(top, row - SEEN_ABOVE) if row - top > SCREENFUL else top
        )


def grow_print_area(
    page: Page, key_col: int, last_col: int, first_row: int, last_row: int, least: int
) -> None:
    """Print from the line of the unit to the last row whose ``key_col`` is filled, at least ``least`` data rows.

    Prepared but empty rows would otherwise come out as blank ruled pages.  The area is a name of the
    sheet, worked out on printing; a program that cannot follow a name prints every row.
    """
    name, key, last = quoted(page.name), xl_col_to_name(key_col), xl_col_to_name(last_col)
    cells = f"{name}!${key}${first_row + 1}:${key}${last_row + 1}"
    used = f'SUMPRODUCT(MAX(({cells}<>"")*ROW({cells})))'
    floor = min(first_row + least, last_row + 1)
    page.book.define(
        f"{name}!{PRINTED}",
        f"={name}!$A${LINE_ROW + 1}:INDEX({name}!${last}:${last},MAX({floor},{used}))",
    )
    page.book.define(f"{name}!_xlnm.Print_Area", f"={name}!{PRINTED}")
