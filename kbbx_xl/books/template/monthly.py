"""月报表: numbers by grade with subtotals, and the checks printed under them (勾稽).

Annex 2 of 教基〔2022〕33号 gives only the heading, the seal, the date and the signature; the body is
ours (rules.md F-TH2).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name

from kbbx_xl.books.template import columns
from kbbx_xl.books.template.frame import (
    HEADER_ROW,
    LINE_ROW,
    chinese_date,
    cover_name,
    date_formula,
    protect,
    put_title,
    set_up_paper,
    start_at,
)
from kbbx_xl.books.template.page import Book, Page, quoted
from kbbx_xl.model import GRADES, JUNIOR, PRIMARY, stage_of
from kbbx_xl.settings.forms import FieldType, Sheet

Records = Sequence[Mapping[str, object]]

SUBTOTALS = {PRIMARY: "小学小计", JUNIOR: "初中小计"}
TOTAL = "合计"
LINES = (*GRADES[:6], SUBTOTALS[PRIMARY], *GRADES[6:], SUBTOTALS[JUNIOR], TOTAL)
FIRST = HEADER_ROW + 2
BOTTOM = FIRST + len(LINES) + 1  # last row, of the signatures
MONTHS = "一、二、三、四、五、六、七、八、九、十、十一、十二"
OPENING, CLOSING, SEXES = "opening", "closing", ("closing_male", "closing_female")
BALANCED, PENDING = "√", "待填"
MEMBERS = {  # first and last row of the grades that a line adds up
    SUBTOTALS[PRIMARY]: (FIRST, FIRST + 5),
    SUBTOTALS[JUNIOR]: (FIRST + 7, FIRST + 9),
    TOTAL: (FIRST, FIRST + 9),
}


def signed(sheet: Sheet) -> dict[str, str]:
    """Columns that add to (+) or take from (-) the number of pupils, by their header group."""
    signs = {"本月增加": "+", "本月减少": "-"}
    return {f.name: signs[f.group] for f in sheet.columns if f.group in signs}


def put_report(
    book: Book,
    sheet: Sheet,
    records: Records,
    cover: Mapping[str, object],
    source: Callable[[str], str],
) -> None:
    """Lay out the monthly report; ``records`` hold a ``grade`` and its numbers."""
    page = book.page(sheet.sheet)
    last_col = len(sheet.columns) - 1
    put_title(page, "", last_col)
    month = cover.get("month")
    page.formula(0, 0, title_formula(), book.style("title"), title_of(month))
    _line(page, cover, last_col)
    _header(page, sheet)
    given = {str(r.get("grade")): r for r in records}
    for row, label in enumerate(LINES, FIRST):
        _body_row(page, sheet, row, label, given)
    _rules(page, sheet, source)
    _foot(page, sheet, FIRST + len(LINES), last_col)
    start_at(page, FIRST, 1, panes=(FIRST, 1))
    set_up_paper(page, sheet, (HEADER_ROW, HEADER_ROW + 1), one_page=True)
    protect(page)


def title_of(month: object) -> str:
    """2026年秋季学期控辍保学月报表（十月）; February to July is the spring term."""
    if not isinstance(month, dt.date):
        return "控辍保学月报表"
    spring = 2 <= month.month <= 7
    year = month.year - 1 if month.month == 1 else month.year
    name = MONTHS.split("、")[month.month - 1]
    return f"{year}年{'春' if spring else '秋'}季学期控辍保学月报表（{name}月）"


def title_formula() -> str:
    """``title_of`` as a native formula."""
    m = cover_name("month")
    names = ",".join(f'"{n}"' for n in MONTHS.split("、"))
    return (
        f'=IF(ISNUMBER({m}),YEAR({m})-(MONTH({m})=1)&"年"'
        f'&IF(AND(MONTH({m})>=2,MONTH({m})<=7),"春","秋")&"季学期控辍保学月报表（"'
        f'&CHOOSE(MONTH({m}),{names})&"月）","控辍保学月报表")'
    )


def _line(page: Page, cover: Mapping[str, object], last_col: int) -> None:
    left, right = page.book.style("line"), page.book.style("line_right")
    unit = f"单位名称（盖章）：{cover.get('unit') or ''}"
    page.formula(LINE_ROW, 0, f'="单位名称（盖章）："&{cover_name("unit")}', left, unit)
    date = f"填报日期：{chinese_date(cover.get('filled_on'))}"
    text = f'="填报日期："&{date_formula(cover_name("filled_on"))}'
    page.formula(LINE_ROW, last_col, text, right, date)
    page.height(LINE_ROW, 24)


def _header(page: Page, sheet: Sheet) -> None:
    style = page.book.style("header")
    col = 0
    while col < len(sheet.columns):
        field = sheet.columns[col]
        end = col
        while (
            field.group
            and end + 1 < len(sheet.columns)
            and (sheet.columns[end + 1].group == field.group)
        ):
            end += 1
        if field.group:
            page.merge(HEADER_ROW, col, HEADER_ROW, end, field.group, style)
            for place in range(col, end + 1):
                page.put(HEADER_ROW + 1, place, sheet.columns[place].title, style)
        else:
            page.merge(HEADER_ROW, col, HEADER_ROW + 1, col, field.title, style)
        col = end + 1
    for place, field in enumerate(sheet.columns):
        page.width(place, place, field.width or columns.width_of(field))
    page.height(HEADER_ROW, 24)
    page.height(HEADER_ROW + 1, 36)


def _body_row(
    page: Page, sheet: Sheet, row: int, label: str, given: Mapping[str, Mapping[str, object]]
) -> None:
    page.height(row, 27)
    base = "input" if label in GRADES else "total"
    for col, field in enumerate(sheet.columns):
        style = columns.style_of(page.book, field, base)
        record = given.get(label, {})
        if field.name == "grade":
            page.put(row, col, label, page.book.style("label"))
        elif field.name == "check":
            _balance(page, sheet, row, col, given)
        elif label in GRADES or field.type is not FieldType.INT:
            page.put(row, col, record.get(field.name), style)
        else:
            _sum(page, row, col, label, style, {g: r.get(field.name) for g, r in given.items()})


def _sum(
    page: Page, row: int, col: int, label: str, style: Format, values: Mapping[str, object]
) -> None:
    """Subtotal or total; ``values``: grade -> number."""
    letter = xl_col_to_name(col)
    text = f"=SUM({_members(label, letter)})"
    if label == TOTAL:
        text = "=" + "+".join(f"{letter}{FIRST + LINES.index(s) + 1}" for s in SUBTOTALS.values())
    known = [v for g in grades_of(label) if isinstance(v := values.get(g), int)]
    page.formula(row, col, text, style, sum(known))


def _balance(
    page: Page, sheet: Sheet, row: int, col: int, given: Mapping[str, Mapping[str, object]]
) -> None:
    """The check of one line: closing = opening + increases - decreases, and = boys + girls."""
    at = {f.name: f"{xl_col_to_name(i)}{row + 1}" for i, f in enumerate(sheet.columns)}
    flows = "".join(sign + f"N({at[name]})" for name, sign in signed(sheet).items())
    gap = f"N({at[CLOSING]})-(N({at[OPENING]}){flows})"
    sexes = f"{at['closing_male']}:{at['closing_female']}"
    label = LINES[row - FIRST]
    if label in GRADES:
        pending = f'OR({at[OPENING]}="",{at[CLOSING]}="")'
        sexed = f"COUNT({sexes})>0"
    else:
        of = {n: _members(label, xl_col_to_name(i)) for i, n in enumerate(at)}
        pending = f'COUNTIF({of["check"]},"{PENDING}")>0'
        both = f"COUNT({of['closing_male']})+COUNT({of['closing_female']})"
        sexed = f"{both}=2*COUNT({of[CLOSING]})"
    text = (
        f'=IF(COUNT({at[OPENING]}:{at[CLOSING]})=0,"",IF({pending},"{PENDING}",'
        f'IF({gap}<>0,"期末差"&({gap}),'
        f'IF(AND({sexed},SUM({sexes})<>N({at[CLOSING]})),"男女差"'
        f'&(N({at[CLOSING]})-SUM({sexes})),"{BALANCED}"))))'
    )
    style = columns.style_of(page.book, sheet.columns[col], "calc")
    page.formula(row, col, text, style, balance(sheet, label, given))


def balance(sheet: Sheet, label: str, given: Mapping[str, Mapping[str, object]]) -> str:
    """What the check column shows for a line: "", 待填, √, 期末差n or 男女差n."""
    figures = _figures(sheet, label, given)
    flows = signed(sheet)
    if all(figures[n] is None for n in (OPENING, *flows, CLOSING)):
        return ""
    if label in GRADES:
        pending = figures[OPENING] is None or figures[CLOSING] is None
    else:
        pending = PENDING in (balance(sheet, g, given) for g in grades_of(label))
    if pending:
        return PENDING
    number = {n: figures[n] or 0 for n in (OPENING, CLOSING, *flows)}
    moved = sum(number[n] if sign == "+" else -number[n] for n, sign in flows.items())
    if gap := number[CLOSING] - number[OPENING] - moved:
        return f"期末差{gap}"
    sexes = sum(figures[n] or 0 for n in SEXES)
    if _sexed(label, given) and (gap := number[CLOSING] - sexes):
        return f"男女差{gap}"
    return BALANCED


def _sexed(label: str, given: Mapping[str, Mapping[str, object]]) -> bool:
    """Boys and girls are given: in a grade at all, in a subtotal for every grade with a number."""
    filled = {
        n: sum(isinstance(given.get(g, {}).get(n), int) for g in grades_of(label))
        for n in (*SEXES, CLOSING)
    }
    known = sum(filled[n] for n in SEXES)
    return known > 0 if label in GRADES else known == 2 * filled[CLOSING]


def total_check(sheet: Sheet, records: Records) -> tuple[str, str]:
    """The cell that checks the line 合计 ('月报表'!$Q$17), and what it shows for ``records``."""
    col = next(i for i, f in enumerate(sheet.columns) if f.name == "check")
    cell = f"{quoted(sheet.sheet)}!${xl_col_to_name(col)}${FIRST + LINES.index(TOTAL) + 1}"
    return cell, balance(sheet, TOTAL, {str(r.get("grade")): r for r in records})


def grades_given(sheet: Sheet, records: Records) -> tuple[str, int]:
    """How many grades have a number at the end of the month: a formula without its =, and for ``records``."""
    letter = xl_col_to_name(next(i for i, f in enumerate(sheet.columns) if f.name == CLOSING))
    name = f"{quoted(sheet.sheet)}!"
    ranges = ",".join(
        f"{name}${letter}${first + 1}:${letter}${last + 1}"
        for first, last in (MEMBERS[label] for label in SUBTOTALS.values())
    )
    given = sum(isinstance(r.get(CLOSING), int) and r.get("grade") in GRADES for r in records)
    return f"COUNT({ranges})", given


def _members(label: str, letter: str) -> str:
    """The cells of one column that a subtotal or total adds up."""
    first, last = MEMBERS[label]
    return f"{letter}{first + 1}:{letter}{last + 1}"


def grades_of(label: str) -> tuple[str, ...]:
    """The grades that a line of the report counts."""
    return tuple(g for g in GRADES if label in (g, TOTAL, SUBTOTALS[stage_of(g)]))


def _figures(
    sheet: Sheet, label: str, given: Mapping[str, Mapping[str, object]]
) -> dict[str, int | None]:
    """The numbers of a line; a subtotal line has the sums, 0 where nothing is given."""
    figures: dict[str, int | None] = {}
    for field in sheet.columns:
        numbers = [
            n for g in grades_of(label) if isinstance(n := given.get(g, {}).get(field.name), int)
        ]
        figures[field.name] = sum(numbers) if numbers or label not in GRADES else None
    return figures


def _rules(page: Page, sheet: Sheet, source: Callable[[str], str]) -> None:
    book, last = page.book, FIRST + len(LINES) - 1
    for col, field in enumerate(sheet.columns):
        letter = xl_col_to_name(col)
        if field.name == "check":
            cell = f"{letter}{FIRST + 1}"
            page.condition(FIRST, col, last, col, f'={cell}="{PENDING}"', book.style("missing"))
            wrong = f'=ISNUMBER(FIND("差",{cell}))'
            page.condition(FIRST, col, last, col, wrong, book.style("wrong"))
        elif field.name != "grade":
            options = columns.validation(field, f"{letter}{FIRST + 1}", source)
            for start, end in ((0, 5), (7, 9)):
                page.validate(FIRST + start, col, FIRST + end, col, options)
        if field.required and field.name != "grade":
            used = f"COUNT($B{FIRST + 1}:${xl_col_to_name(len(sheet.columns) - 2)}{FIRST + 1})>0"
            missing = f'=AND({used},{letter}{FIRST + 1}="")'
            page.condition(FIRST, col, last, col, missing, book.style("missing"))


def _foot(page: Page, sheet: Sheet, row: int, last_col: int) -> None:
    title = {f.name: f.title for f in sheet.columns}
    flows = "".join(
        ("＋" if sign == "+" else "－") + title[name] for name, sign in signed(sheet).items()
    )
    text = (
        f"注：表内勾稽 {title[CLOSING]}＝{title[OPENING]}{flows}；"
        f"{title[CLOSING]}＝{title['closing_male']}＋{title['closing_female']}。"
        "小计、合计和勾稽由公式计算。"
    )
    book = page.book
    page.merge(row, 0, row, last_col, text, book.style("note", font_size=10.5))
    page.height(row, 34)
    line = book.style("line")
    signs = ("单位负责人（签名）：", "审核人（签名）：", "填报人（签字）：", "联系电话：")
    step = (last_col + 1) // len(signs)
    for place, who in enumerate(signs):
        page.put(row + 1, place * step, who, line)
    page.height(row + 1, 34)
