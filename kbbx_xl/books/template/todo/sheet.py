"""本月要做 on screen: five lines with links, beside each how far it is, and whom the policy names.

The texts come from hidden formulas (sheet _todo), so that the cell people click on is one HYPERLINK,
which Excel, WPS and LibreOffice all follow.  Only the colour of 截止 asks for today's date: a text that
did would differ with every opening.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

from kbbx_xl.books import style
from kbbx_xl.books.template.calc.ladder import ladder_rows
from kbbx_xl.books.template.calc.regions import Region
from kbbx_xl.books.template.context import Context
from kbbx_xl.books.template.frame import (
    HEADER_ROW,
    LINE_ROW,
    chinese_date,
    cover_name,
    date_formula,
    month_formula,
    month_label,
    protect,
    put_title,
    set_up_paper,
)
from kbbx_xl.books.template.page import Book, Page
from kbbx_xl.books.template.todo.gaps import SHEET, Known, Record
from kbbx_xl.books.template.todo.live import Live, first_true, said
from kbbx_xl.books.template.todo.states import DONE, STATES, flags, open_cases
from kbbx_xl.settings.forms import AS_OF, Form, Sheet, Todo

TABLE = "todo"
NUMBER, SAY, STATE, HOW = range(4)
WIDTHS = (6, 26, 34, 62)
HEADS = ("序号", "做什么（点蓝字过去）", "现在（点蓝字去第一处）", "怎么做")
STEP_HEADS = ("到预警、未销号的学生", "", "人数", "谁来做什么")
FIRST = HEADER_ROW + 1
SOON = 3  # days before 截止 from which it is coloured
NO_POLICY = "没有选定本县方案，预警不计算；请县里用选定方案的模板。"


def put_todo(
    book: Book,
    form: Form,
    sheet: Sheet,
    context: Context,
    data: Mapping[str, Sequence[Record]],
    cover: Record,
    regions: Mapping[str, Region],
) -> None:
    """Fill the first sheet, once all others have their places; its page is there already."""
    page, hidden = book.pages[sheet.sheet], book.page(SHEET)
    known = Known(book, form, context, data, cover, regions, hidden)
    for col, width in enumerate(WIDTHS):
        page.width(col, col, width)
    put_title(page, sheet.sheet, HOW)
    _line(page, known)
    _heads(page, HEADER_ROW, HEADS)
    for row, line in enumerate(form.todo, FIRST):
        _put_line(page, known, row, line)
    if "roll_call" in regions:
        _put_steps(page, known, FIRST + len(form.todo) + 1)
    set_up_paper(page, sheet, None)
    protect(page)
    page.sheet.set_selection(FIRST, SAY, FIRST, SAY)
    hidden.sheet.very_hidden()
    hidden.sheet.protect()


def _line(page: Page, known: Known) -> None:
    """Month and 截至日期 on the left, the day until which the monthly report is due on the right."""
    left, right = page.book.style("line"), page.book.style("line_right")
    page.height(LINE_ROW, 22)
    names = {f.name for s in known.form.sheets if s.table == "cover" for f in s.columns}
    if "month" not in names:
        return
    parts: list[str | Live] = ["报告月份：", _month(known.cover)]
    if AS_OF in names:
        parts += ["　　截至日期：", _date(cover_name(AS_OF), known.cover.get(AS_OF))]
    told = said(*parts)
    page.formula(LINE_ROW, NUMBER, f"={told.text}", left, told.value)
    if AS_OF not in names:
        return
    due = known.fact("月报截止", due_day(known))
    known.book.define(cover_name("due"), f"={due.text}")
    told = first_true(
        [(Live(f'{due.text}=""', due.value == ""), said("月报截止：方案没有写哪一天"))],
        said("月报截止：", _date(due.text, due.value)),
    )
    page.formula(LINE_ROW, HOW, f"={told.text}", right, told.value)
    here, until = (LINE_ROW, HOW, LINE_ROW, HOW), cover_name("due")
    late = f"=AND(ISNUMBER({until}),TODAY()>{until})"
    page.condition(*here, late, page.book.style("wrong"))
    soon = f"=AND(ISNUMBER({until}),TODAY()>{until}-{SOON})"
    page.condition(*here, soon, page.book.style("missing"))


def _month(cover: Record) -> Live:
    return Live(month_formula(cover_name("month")), month_label(cover.get("month")))


def _date(cell: str, value: object) -> Live:
    return Live(date_formula(cell), chinese_date(value))


def due_day(known: Known) -> Live:
    """The policy's day of the month of 填报信息 for the monthly report, "" where it names none."""
    day = known.context.policy.monthly.due_day if known.context.policy else None
    if day is None:
        return Live('""', "")
    cell, month = cover_name("month"), known.cover.get("month")
    year_month = f"YEAR({cell}),MONTH({cell})"
    text = f'IF(ISNUMBER({cell}),MIN(DATE({year_month},{day}),DATE({year_month}+1,0)),"")'
    if not isinstance(month, dt.date):
        return Live(text, "")
    last = (month.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)
    return Live(text, month.replace(day=min(day, last.day)))


def _heads(page: Page, row: int, titles: tuple[str, ...]) -> None:
    for col, title in enumerate(titles):
        page.put(row, col, title, page.book.style("header"))
    page.height(row, 26)


def _put_line(page: Page, known: Known, row: int, line: Todo) -> None:
    sayings = STATES[line.state](known, line)
    *choices, last = sayings
    text = known.fact(line.say, first_true([(s.when, s.text) for s in choices], last.text))
    link = known.fact(line.say, first_true([(s.when, s.link) for s in choices], last.link))
    page.put(row, NUMBER, row - FIRST + 1, page.book.style("plain", align="center"))
    target = str(known.top(line.to).value).removeprefix("#")
    page.link(row, SAY, f"internal:{target}", line.say, page.book.style("go"))
    page.formula(
        row, STATE, f"=HYPERLINK({link.text},{text.text})", page.book.style("go"), text.value
    )
    page.put(row, HOW, line.how, page.book.style("how"))
    cell = f"$C{row + 1}"
    colour = "over" if line.state == "cases" else "missing"
    page.condition(row, STATE, row, STATE, f'=LEFT({cell},1)<>"{DONE[0]}"', page.book.style(colour))
    page.height(row, max(34.0, style.height_of(style.lines(line.how, WIDTHS[HOW]))))


def _put_steps(page: Page, known: Known, row: int) -> None:
    """Below the lines: how many children have reached each step, who does what; cases not closed."""
    book = page.book
    _heads(page, row, STEP_HEADS)
    page.merge(row, NUMBER, row, SAY, STEP_HEADS[0], book.style("header"))
    for at, (title, number, link, told) in enumerate(_steps(known), row + 1):
        page.merge(at, NUMBER, at, SAY, title, book.style("plain", align="center"))
        page.formula(
            at,
            STATE,
            f'=HYPERLINK({link.text},{number.text}&" 人")',
            book.style("go"),
            f"{number.value} 人",
        )
        if isinstance(told, Live):
            page.formula(at, HOW, f"={told.text}", book.style("how_calc"), told.value)
        else:
            page.put(at, HOW, told, book.style("how"))
        page.condition(at, STATE, at, STATE, f'=LEFT($C{at + 1},2)<>"0 "', book.style("over"))
        words = told.value if isinstance(told, Live) else told
        page.height(at, max(24.0, style.height_of(style.lines(words, WIDTHS[HOW]))))


def _steps(known: Known) -> Iterator[tuple[str, Live, Live, str | Live]]:
    policy = known.context.policy
    (_, titles), *_ = ladder_rows(policy)
    for title in titles:
        if policy is None or not title:
            yield "预警", Live("0", 0), known.top("roll_call"), NO_POLICY
            continue
        step = next(s for s in policy.steps if s.title == title)
        yield (
            str(title),
            *_reached(known, str(title)),
            f"{step.actor}：{step.action}（{step.source}）",
        )
    bare = open_cases(known, unvisited=True)
    for table, number, none in zip(("suspected", "dropout"), open_cases(known), bare, strict=True):
        title = known.sheet(table).sheet.removesuffix("台账") + "未销号"
        told = said("其中还没有劝返记录的 ", known.fact(title, none), " 人")
        yield title, known.fact(title, number), known.top(table), told


def _reached(known: Known, title: str) -> tuple[Live, Live]:
    """How many show a step as 预警, and a link to the first."""
    texts, count, links = [], 0, known.top("roll_call")
    for table, column, values in reversed(list(flags(known))):
        region = known.regions[table]
        cells = region.column(column)
        mine = [i for i, v in enumerate(values) if v == title]
        texts.append(f'COUNTIF({cells},"{title}")')
        count += len(mine)
        at = known.regions[table].cell("name", 0)[1:].rstrip("0123456789")
        there = f'"#\'{region.sheet}\'!{at}"&(MATCH("{title}",{cells},0)+{region.first_row})'
        value = f"#'{region.sheet}'!{at}{region.first_row + mine[0] + 1}" if mine else links.value
        links = Live(f"IFERROR({there},{links.text})", value)
    number = known.fact(title, Live("+".join(texts), count))
    return number, known.fact(title, links)
