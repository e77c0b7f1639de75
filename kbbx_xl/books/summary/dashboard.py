"""The first page (首页): one A4 page that the head of a bureau reads in a minute.

Six numbers against last month, what is to be decided, the months, each central school by step, and
the rankings of the bulletin; every number is a formula or has its trace, and leads to its rows.
"""

from __future__ import annotations

from kbbx_xl.books import style
from kbbx_xl.books.summary.cards import write_cards
from kbbx_xl.books.summary.crossing import LATE, Shown, steps_of, to_cell, to_group, to_rows
from kbbx_xl.books.summary.hidden import accepted
from kbbx_xl.books.summary.lines import line_chart
from kbbx_xl.books.summary.matrix import DETAIL, MATRIX, shade
from kbbx_xl.books.summary.notes import NAMED
from kbbx_xl.books.summary.paper import Block, Cell, Paper, cell_name
from kbbx_xl.books.summary.ranks import RANKS, boards, write_rank
from kbbx_xl.books.summary.scope import groups
from kbbx_xl.books.summary.sheets import Summary
from kbbx_xl.books.summary.trend import (
    CASES,
    FIRST_MONTH,
    TREND,
    names_of,
    said_of,
    sentence_of,
    title_of,
)
from kbbx_xl.flow.decisions import RULE, Decision, decisions
from kbbx_xl.flow.ranking import ROOM, TIES, TOP

COLUMNS, WIDTH = 24, 4.7
NAME, EACH = 4, 2  # columns of a unit's name and of a figure
CHART_POINTS = 17.0  # of a row behind the chart
CHART_ROWS = (8, 16)  # with very many lines beneath, and with few
MANY, FEW_RANKS = 12, 5  # central schools from which lines are lower and rankings shorter
MOST_UNITS = 24  # of a summary without several centres; the rest stand in 矩阵
LINE, LOW = 17.0, 15.0  # points of a row


def write_dashboard(summary: Summary, paper: Paper) -> None:
    """Fill the first sheet from all others, which are written already."""
    county = summary.county
    summary.heading(paper, "控辍保学情况一页看", [WIDTH] * COLUMNS)
    if summary.with_names:
        paper.note(NAMED)
    write_cards(summary, paper)
    paper.part("一、需要您决定的事")
    _decisions(paper, decisions(county))
    paper.part("二、几个月来的变化")
    _trend(summary, paper)
    several = len(groups(county.directory)) > 1
    paper.part("三、各中心校进展" if several else "三、各单位进展")
    _progress(summary, paper, several=several)
    paper.part("四、通报")
    _ranks(summary, paper)
    paper.sheet.print_area(0, 0, paper.row - 1, COLUMNS - 1)
    paper.sheet.fit_to_pages(1, 1)


def _decisions(paper: Paper, listed: tuple[Decision, ...]) -> None:
    """Matter, number, whose; each leads to the list that holds it."""
    for number, one in enumerate(listed, 1):
        row = paper.row
        paper.plain(row, 0, number)
        paper.merge(row, 1, row, 12, "", "text")
        paper.link(row, 1, to_cell(one.sheet, 0), one.matter, "wrap_link")
        paper.merge(row, 13, row, 14, "", "int")
        how = f"从“{one.sheet}”数出"
        paper.number(row, 13, one.number, one.matter, how=how, spans=one.spans, style="figure")
        paper.text(row, 15, one.counted.removesuffix("单位"), "center")
        paper.merge(row, 16, row, COLUMNS - 1, one.said, "text")
        paper.tall(row, one.said, WIDTH * 8)
        paper.end_row()
    if not listed:
        paper.merge(paper.row, 0, paper.row, COLUMNS - 1, "没有逾期、没有缺报，本月没有要决定的事。", "text")  # fmt: skip
        paper.row += 1
    paper.note(RULE)


def _trend(summary: Summary, paper: Paper) -> None:
    """The children of the months as lines; in the first month only words."""
    first, last = summary.book.trend
    if first == last:
        paper.merge(paper.row, 0, paper.row, COLUMNS - 1, FIRST_MONTH, "text")
        paper.row += 1
        return
    table = next(p for p in summary.book.papers if p.name == TREND)
    rows = max(CHART_ROWS[0], CHART_ROWS[1] - len(groups(summary.county.directory)) // 2)
    size = (int(COLUMNS * (WIDTH * 7 + 5)) - 6, int(rows * CHART_POINTS * 4 / 3) - 6)
    chart = line_chart(summary.book, table, (first, last), names_of(CASES), size=size)
    chart.set_title(title_of(*sentence_of(summary)))
    options = {"x_offset": 3, "y_offset": 3, "description": said_of(summary, CASES, "人数")}
    paper.sheet.insert_chart(paper.row, 0, chart, options)
    for _ in range(rows):
        paper.sheet.set_row(paper.row, CHART_POINTS)
        paper.row += 1


def _figures(summary: Summary) -> tuple[Shown, ...]:
    """The steps of the matrix, those of the law put together."""
    book = summary.book
    steps = {one.key: one for one in steps_of(book)}
    legal = [k for k in book.grids["个案统计"].columns if k.startswith("step.")][1:]
    taken = Shown("legal", "已走\n四步法", tuple(("个案统计", key) for key in legal))
    titles = {"away": "未到校", "suspected": "疑似辍学", "dropout": "辍学", "unvisited": "没有\n劝返记录", "returned": "本月复学"}  # fmt: skip
    chosen = [steps[key]._replace(title=title) for key, title in titles.items()]
    return (*chosen[:4], taken, chosen[4], LATE)


def _progress(summary: Summary, paper: Paper, *, several: bool) -> None:
    """A line a centre, or a unit where there is one centre: what was sent, and who stands where."""
    figures = _figures(summary)
    sent = ("应报\n（个）", "已报\n（个）") if several else ("应报\n（种）", "已报\n（种）")
    titles = (*sent, "报齐率", *(one.title for one in figures))
    _cell(paper, 0, NAME, "单位", "head")
    for number, title in enumerate(titles):
        _cell(paper, _at(number), EACH, title, "head")
    paper.sheet.set_row(paper.row, 30)
    paper.row += 1
    top = paper.row
    listed = groups(summary.county.directory)
    names = [g.title for g in listed] if several else [u.name for g in listed for u in g.units]
    for name in names[:MOST_UNITS]:
        _line(summary, paper, name, figures, group=several)
    if names:
        end = paper.row - 1
        steps: Block = (top, _at(3), end, _at(len(titles) - 2) + 1)
        said = shade(paper, [steps])
        late = shade(paper, [(top, _at(len(titles) - 1), end, _at(len(titles) - 1) + 1)])
        _bars(paper, (top, _at(2), end, _at(2)))
    else:
        said = late = "—"
    _line(summary, paper, "合计", figures, group=several, total=True)
    more = f"其余{len(names) - MOST_UNITS}个单位见“{MATRIX}”。" if len(names) > MOST_UNITS else ""
    paper.note(f"人数底色由浅到深：{said}；逾期：{late}。—＝0，空白＝没有收到。{more}")


def _at(number: int) -> int:
    """First column of a figure."""
    return NAME + number * EACH


def _cell(paper: Paper, column: int, wide: int, text: str, style: str) -> None:
    paper.merge(paper.row, column, paper.row, column + wide - 1, text, style)


def _line(
    summary: Summary,
    paper: Paper,
    name: str,
    figures: tuple[Shown, ...],
    *,
    group: bool,
    total: bool = False,
) -> None:
    """One line: sent, share, figures; the name leads to its block of 单位明细."""
    book, tone = summary.book, "_total" if total else ""
    _cell(paper, 0, NAME, name, f"text{tone}")
    target = to_group(book, DETAIL, name) if group else to_rows(book, DETAIL, name)
    if target and not total:
        paper.link(paper.row, 0, target, name, "wrap_link")
    of_all = group or total
    keys = ("units", "已报") if group else ("expected", "received")
    shown = (*(Shown(key, key, (("报送进度", key),)) for key in keys), *figures)
    for number, one in enumerate(shown):
        place = number if number < 2 else number + 1
        cells = one.total(book, "" if total else name) if of_all else one.cells(book, name)
        opens = "" if total else to_group(book, MATRIX, name) if group else to_rows(book, MATRIX, name)  # fmt: skip
        _figure(paper, _at(place), cells, f"{name}：{one.title}".replace("\n", ""), f"dash{tone}", opens)  # fmt: skip
    _share(paper, name, f"percent0{tone}")
    paper.sheet.set_row(paper.row, _line_of(summary))
    paper.row += 1


def _line_of(summary: Summary) -> float:
    """Points of a line: all of them are to stand on one page."""
    return LOW if _is_large(summary) else LINE


def _is_large(summary: Summary) -> bool:
    return len(groups(summary.county.directory)) > MANY


def _figure(
    paper: Paper, column: int, cells: tuple[Cell, ...], measure: str, style: str, target: str
) -> None:
    _cell(paper, column, EACH, "", style)
    if cells:
        paper.refer_to(paper.row, column, cells, measure, style, target)


def _share(paper: Paper, name: str, style: str) -> None:
    """Sent by expected, on this page."""
    row, column = paper.row, _at(2)
    _cell(paper, column, EACH, "", style)
    if not (paper.known(row, _at(0)) and paper.known(row, _at(1))):
        return
    whole, part = cell_name(row, _at(0)), cell_name(row, _at(1))
    number, of = paper.value(row, _at(1)), paper.value(row, _at(0))
    paper.formula(
        row, column, f'=IF({whole}=0,"—",{part}/{whole})', number / of if of else "—",
        f"{name}：报齐率", how="已报除以应报", cells=f"{paper.name}!{part} {paper.name}!{whole}",
        style=style,
    )  # fmt: skip


def _bars(paper: Paper, block: Block) -> None:
    """A bar behind each share, from 0 to all."""
    rule = {
        "type": "data_bar", "bar_color": style.SHADES[2],
        "min_length": 0, "max_length": 100,
        "min_type": "num", "max_type": "num", "min_value": 0, "max_value": 1,
    }  # fmt: skip
    accepted(paper.sheet.conditional_format(*block, rule))


def _ranks(summary: Summary, paper: Paper) -> None:
    """The three rankings side by side, and by which rule each was made."""
    three = boards(summary)
    room = FEW_RANKS if _is_large(summary) else ROOM
    lines = max(min(max(len(b.ranking.shown) for b in three), room), 1)
    wide = COLUMNS // len(three)
    for number, board in enumerate(three):
        write_rank(summary, paper, board, paper.row, (number * wide, wide), lines)
    paper.sheet.set_row(paper.row, 20)
    for row in range(paper.row + 1, paper.row + 1 + lines):
        paper.sheet.set_row(row, _line_of(summary))
    paper.row += 1 + lines
    left = [
        f"“{b.ranking.title}”另有{more}个"
        for b in three
        if (more := len(b.ranking.lines) - min(len(b.ranking.shown), lines))
    ]
    rest = f"{'、'.join(left)}，见“{RANKS}”。" if left else f"各单位的情况见“{RANKS}”。"
    rules = "；".join(b.ranking.rule for b in three)
    paper.note(f"排名办法（列前{TOP}名），从左到右：{rules}。{TIES}{rest}")
