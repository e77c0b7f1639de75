"""佐证清单: every paper that every case asks for, there or missing, and how complete each unit is.

有 or 缺 may be changed by hand: the shares are formulas over the list.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from kbbx_xl.books.casework.pages import new_book
from kbbx_xl.books.files import Written, verify_workbook, write_whole
from kbbx_xl.books.summary.hidden import accepted
from kbbx_xl.books.summary.paper import Book, Paper
from kbbx_xl.flow.casework.evidence import totals
from kbbx_xl.flow.casework.values import Checklist
from kbbx_xl.flow.context import NO_POLICY
from kbbx_xl.flow.source import spans
from kbbx_xl.model import Period, column_letters
from kbbx_xl.rules.evidence import ItemState
from kbbx_xl.settings.policies import Policy

LIST, SHARES = "佐证清单", "完成情况"
HAVE, LACK = "有", "缺"
HEADS = (
    "序号",
    "单位",
    "案件号",
    "年级班级",
    "核查类别",
    "佐证材料",
    "有无",
    "依据",
    "说明",
    "来源",
)
WIDTHS = (6, 22, 14, 13, 16, 32, 7, 9, 26, 8)
NAME, NAME_WIDTH, AFTER = "姓名", 10, 3  # its column, when names are asked for
NOT_VERIFIED = "（台账没有核查结果）"
NOTE = (
    "注：每案一件材料一行，“或”连接的几件有一件即可。完成率＝已有件数÷应有件数，由公式从“佐证清单”计算；"
    "在“有无”栏改选后随之变化，正式的登记以登记表“佐证登记”为准。"
)


def write_checklist(
    lists: Sequence[Checklist],
    target: Path,
    *,
    as_of: dt.date,
    names: bool = False,
    policy: Policy = NO_POLICY,
    sources: Path | None = None,
) -> Written:
    """Write the list; ``names``: with a column of children's names; ``sources``: folder that links
    lead to.  Raises OutputError."""

    def make(path: Path) -> None:
        month = Period(as_of.year, as_of.month)
        book = new_book(
            path, target, title=LIST, month=month, as_of=as_of, policy=policy, sources=sources
        )
        shares = book.paper(
            SHARES, landscape=False
        )  # the list is written first: its rows are known
        first, last, state = _list(book, lists, as_of, names=names)
        _shares(shares, lists, as_of, (first, last, state))
        book.close()

    return write_whole(target, make, verify_workbook)


def _list(
    book: Book, lists: Sequence[Checklist], as_of: dt.date, *, names: bool
) -> tuple[int, int, int]:
    """One row a case and paper; returns its first and last row and the column of 有无."""
    heads, breadth = list(HEADS), list(WIDTHS)
    if names:
        heads.insert(AFTER, NAME)
        breadth.insert(AFTER, NAME_WIDTH)
    paper = book.paper(LIST)
    paper.heading("佐证材料清单", "", f"截至 {as_of}", breadth)
    paper.head(heads, freeze=AFTER + names)
    first, number = paper.row, 0
    for one in lists:
        for state in one.state.items or (None,):
            number += 1
            paper.plain(paper.row, 0, number)
            _line(paper, one, state, names=names)
            paper.end_row()
    column = heads.index("有无")
    if number:
        rule = {"validate": "list", "source": [HAVE, LACK], "error_message": "只选“有”或“缺”"}
        accepted(paper.sheet.data_validation(first, column, paper.row - 1, column, rule))
        lack = {"type": "cell", "criteria": "==", "value": f'"{LACK}"'}
        form = book.formats["alert"]
        accepted(
            paper.sheet.conditional_format(
                first, column, paper.row - 1, column, {**lack, "format": form}
            )
        )
        accepted(paper.sheet.autofilter(first - 1, 0, paper.row - 1, len(heads) - 1))
    return first, max(paper.row - 1, first), column


def _line(paper: Paper, one: Checklist, state: ItemState | None, *, names: bool) -> None:
    case, asks = one.case, one.asks
    cells = [case.unit, case.mark, case.grade + case.class_name]
    if names:
        cells.insert(AFTER - 1, case.name)
    if asks is None or state is None:
        cells += [NOT_VERIFIED, "", "", "", ""]
    else:
        has = HAVE if state.met else LACK
        cells += [f"{asks.code} {asks.title}", state.requirement.title, has, asks.source, _why(one, state)]  # fmt: skip
    for column, text in enumerate(cells, 1):
        paper.text(paper.row, column, text, "text" if column in (1, len(cells)) else "center")
    paper.link(paper.row, len(cells) + 1, paper.book.link(case.source, case.cell), "打开")


def _why(one: Checklist, state: ItemState) -> str:
    """What to know about a line, short."""
    said = []
    if state.unnumbered:
        said.append("有证明，没有文号")
    elif state.requirement.number and not state.met:
        said.append("须有文号")
    if one.asks and one.asks.decided_by:
        said.append(f"由{one.asks.decided_by}界定")
    if not one.binding:
        said.append("本方案没有规定，供参考")
    return "；".join(said)


def _shares(
    paper: Paper, lists: Sequence[Checklist], as_of: dt.date, block: tuple[int, int, int]
) -> None:
    """Numerator, denominator and share of each unit, and of all, as formulas over the list."""
    first, last, state = block
    units = f"{LIST}!$B${first + 1}:$B${last + 1}"
    letter = column_letters(state + 1)
    marks = f"{LIST}!${letter}${first + 1}:${letter}${last + 1}"
    paper.heading("佐证材料完成情况", "", f"截至 {as_of}", (6, 30, 10, 10, 10, 12, 12))
    paper.head(("序号", "单位", "个案数", "佐证齐全", "应有件数", "已有件数", "完成率"), freeze=2)
    top = paper.row
    for number, total in enumerate(totals(lists), 1):
        row, unit = paper.row, f"$B{paper.row + 1}"
        mine = [one for one in lists if one.case.unit == total.unit and one.asks]
        done = [one for one in mine if one.state.complete]
        paper.plain(row, 0, number)
        paper.text(row, 1, total.unit)
        for column, chosen in ((2, mine), (3, done)):
            of = spans(one.case.source for one in chosen)
            paper.number(row, column, len(chosen), "个案数", spans=of)
        have = f'=COUNTIFS({units},{unit},{marks},"{HAVE}")'
        asked = f'{have}+COUNTIFS({units},{unit},{marks},"{LACK}")'
        for column, formula, value in ((4, asked, total.required), (5, have, total.have)):
            paper.formula(row, column, formula, value, "佐证件数", how="按清单计数", cells=LIST)
        _share(paper, row, total.have, total.required)
        paper.end_row()
    row = paper.row
    paper.text(row, 0, "", "center_total")
    paper.text(row, 1, "合计", "text_total")
    for column in (2, 3, 4, 5):
        if row > top:
            paper.sum(row, column, [(top, column, row - 1, column)], "合计", "int_total")
        else:
            paper.plain(row, column, 0, "int_total")
    _share(paper, row, paper.value(row, 5), paper.value(row, 4), "percent_total")
    paper.end_row()
    paper.note(NOTE)


def _share(paper: Paper, row: int, have: float, required: float, style: str = "percent") -> None:
    cells = f"F{row + 1} E{row + 1}"
    formula = f'=IF(E{row + 1}=0,"",F{row + 1}/E{row + 1})'
    value = have / required if required else ""
    paper.formula(
        row, 6, formula, value, "完成率", how="已有件数÷应有件数", cells=cells, style=style
    )
