"""The hidden sheet _calc (计算依据): what formulas look up, each range with a name (Excel 2010 scope: book).

| name | shape | holds |
|---|---|---|
| 截至日, 月首, 月末, 统计止日 | cell | dates; 统计止日 is the earlier of 月末 and 截至日; "" when unknown |
| 上课日 | column | every school day of the term, ascending |
| 点名_日期 | 1 x 31 | the dates of the month, "" beyond its end |
| 点名_序 | 1 x 31 | number of the school day within the month, 0 on other days and after 统计止日 |
| 点名_位 | 1 x 31 | as 点名_序, but "" in place of 0 |
| 标记_出勤 旷课 半天 病假 事假 迟到 | column | marks of a roll call with that meaning |
| 在校状态 | column | words of 就读状态 that count as enrolled, in every spelling |
| 类别_旷课 | column | 旷课 in every spelling |
| 销号_写法, 销号_去处 | column | every spelling of 销号去处; the word it stands for |
| 证件_空, 证件_省, 位序, 校验_位, 校验_权 | column | for the id check |
| 预警_名称, 预警_连续, 预警_日历 | column | steps of the ladder; least school, calendar days of a run |
| 点名_末 | cell | 点名_序 of the last school day up to 截至日; 0 when that day is in another month |
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from xlsxwriter.utility import xl_col_to_name

from kbbx_xl.books.read.sheets import SCHOOL_DAYS
from kbbx_xl.books.template.calc.ladder import ladder_rows
from kbbx_xl.books.template.calc.values import as_of_of, calendar_of
from kbbx_xl.books.template.context import Context
from kbbx_xl.books.template.frame import cover_name
from kbbx_xl.books.template.page import Book, Page, quoted
from kbbx_xl.model import LeaveKind, Mark
from kbbx_xl.rules.identity import NOTHING, PROVINCES, WEIGHTS
from kbbx_xl.settings.lists import load_lists

SHEET = "_calc"
DAYS = 31
AS_OF, FIRST, LAST, CUT, END = 0, 1, 2, 3, 4  # rows of the single values
DATES, ORDER, PLACE = 5, 6, 7  # rows of the 31 days
LIST_HEAD = 9  # row of the headings of the lists
NO_ID = tuple(sorted(NOTHING - {""}))  # words for "no id"; the empty text is tested apart

MARK_NAMES = {
    "标记_出勤": (Mark.PRESENT, Mark.LATE, Mark.HOME),
    "标记_旷课": (Mark.ABSENT,),
    "标记_半天": (Mark.HALF,),
    "标记_病假": (Mark.SICK,),
    "标记_事假": (Mark.PERSONAL,),
    "标记_迟到": (Mark.LATE,),
}


def write_names(book: Book, context: Context) -> None:
    """Add the hidden sheet with its names; call after every sheet that people see."""
    page = book.page(SHEET)
    page.sheet.very_hidden()
    _write_dates(book, page, context)
    closing = load_lists()["closing"].words
    lists: list[tuple[str, Sequence[object]]] = [
        (SCHOOL_DAYS, calendar_of(context).days),
        *((name, _marks(*marks)) for name, marks in MARK_NAMES.items()),
        ("在校状态", _enrolled()),
        ("销号_写法", [text for word in closing for text in word.spellings]),
        ("销号_去处", [word.value for word in closing for _ in word.spellings]),
        ("类别_旷课", load_lists()["leave_kind"].word(LeaveKind.UNEXCUSED).spellings),
        ("证件_空", NO_ID),
        ("证件_省", sorted(PROVINCES)),
        ("位序", range(1, DAYS + 1)),
        ("校验_位", range(1, len(WEIGHTS) + 1)),
        ("校验_权", WEIGHTS),
        *ladder_rows(context.policy),
    ]
    for column, (name, values) in enumerate(lists):
        _write_list(book, page, column, name, values)


def _write_list(book: Book, page: Page, column: int, name: str, values: Sequence[object]) -> None:
    text, date = book.style("hidden"), book.style("hidden", num_format="yyyy-mm-dd")
    number = book.style("hidden", num_format="General")
    page.put(LIST_HEAD, column, name, text)
    for row, value in enumerate(values, LIST_HEAD + 1):
        style = date if isinstance(value, dt.date) else text if isinstance(value, str) else number
        page.put(row, column, value, style)
    letters = xl_col_to_name(column)
    last = LIST_HEAD + 1 + max(1, len(values))
    book.define(name, f"={quoted(SHEET)}!${letters}${LIST_HEAD + 2}:${letters}${last}")


def _enrolled() -> list[str]:
    """Every way to write a status that counts as enrolled: pasted rosters say 正常 for 在读."""
    words = load_lists()["status"].words
    return [text for word in words if word.enrolled for text in word.spellings]


def _marks(*marks: Mark) -> list[str]:
    """Every way to write these marks, as the drop-down and pasted sheets have them."""
    words = load_lists()["mark"]
    return [text for mark in marks for text in words.word(mark).spellings]


def _write_dates(book: Book, page: Page, context: Context) -> None:
    """截至日 and the month, from the answers on 填报信息."""
    month, as_of = cover_name("month"), cover_name("as_of")
    first, last = (context.period.first, context.period.last) if context.period else (None, None)
    stop = as_of_of(context)
    given = f"ISNUMBER({month})"
    later = 'COUNTIFS(上课日,">"&月末,上课日,"<="&截至日)'
    order = month_order(context)
    rows = {
        AS_OF: ("截至日", f"=IF(ISNUMBER({as_of}),{as_of},月末)", stop),
        FIRST: ("月首", f'=IF({given},DATE(YEAR({month}),MONTH({month}),1),"")', first),
        LAST: ("月末", f'=IF({given},DATE(YEAR({month}),MONTH({month})+1,0),"")', last),
        CUT: ("统计止日", "=MIN(月末,截至日)", min(stop, last) if stop and last else 0),
        END: ("点名_末", f"=IF(AND({given},{later}=0),MAX(点名_序),0)", open_end(context)),
    }
    for row, (name, text, value) in rows.items():
        page.put(row, 0, name, book.style("hidden"))
        style = book.style("hidden", num_format="General" if row == END else "yyyy-mm-dd")
        page.formula(row, 1, text, style, cached(value))
        book.define(name, f"={quoted(SHEET)}!$B${row + 1}")
    for row, name in ((DATES, "点名_日期"), (ORDER, "点名_序"), (PLACE, "点名_位")):
        page.put(row, 0, name, book.style("hidden"))
        last_letter = xl_col_to_name(DAYS)
        book.define(name, f"={quoted(SHEET)}!$B${row + 1}:${last_letter}${row + 1}")
    _write_days(book, page, context, order)


def _write_days(book: Book, page: Page, context: Context, order: Sequence[int]) -> None:
    """The days of the month and which of them are school days up to 统计止日."""
    date = book.style("hidden", num_format="yyyy-mm-dd")
    number = book.style("hidden", num_format="General")
    days = month_days(context)
    for i in range(DAYS):
        letters, left = xl_col_to_name(1 + i), xl_col_to_name(i)
        at, place = f"{letters}${DATES + 1}", f"{letters}${ORDER + 1}"
        text = f'=IF(ISNUMBER(月首),IF(月首+{i}<=月末,月首+{i},""),"")'
        page.formula(DATES, 1 + i, text, date, cached(days[i] if i < len(days) else None))
        counts = f"AND({at}<=统计止日,COUNTIF(上课日,{at})>0)"
        before = f"MAX($A${ORDER + 1}:{left}${ORDER + 1})"
        text = f"=IF(ISNUMBER({at}),IF({counts},{before}+1,0),0)"
        page.formula(ORDER, 1 + i, text, number, order[i])
        page.formula(PLACE, 1 + i, f'=IF({place}>0,{place},"")', number, order[i] or "")


def month_days(context: Context) -> list[dt.date]:
    """Every date of the month the workbook is made for; empty for a blank one."""
    if context.period is None:
        return []
    first, last = context.period.first, context.period.last
    return [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]


def month_order(context: Context) -> tuple[int, ...]:
    """点名_序: number of each of the 31 days among the school days up to 统计止日, else 0."""
    teaching, order, count = set(calendar_of(context).days), [0] * DAYS, 0
    for i, day in enumerate(month_days(context)):
        if day in teaching and (context.as_of is None or day <= context.as_of):
            count += 1
            order[i] = count
    return tuple(order)


def open_end(context: Context) -> int:
    """点名_末: as the workbook computes it."""
    if context.period is None:
        return 0
    stop = as_of_of(context) or context.period.last
    later = any(context.period.last < day <= stop for day in calendar_of(context).days)
    return 0 if later else max(month_order(context))


def cached(value: object) -> object:
    """A value as XlsxWriter stores the result of a formula: dates are day numbers, None is ""."""
    if isinstance(value, dt.date):
        return (value - dt.date(1899, 12, 30)).days
    return "" if value is None else value
