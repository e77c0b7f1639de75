"""The six numbers of the first page (六个数): the number, what it is made of, and last month beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from kbbx_xl.books.summary.crossing import to_cell
from kbbx_xl.books.summary.paper import Paper, cell_name
from kbbx_xl.books.summary.sheets import Summary
from kbbx_xl.books.summary.trend import (
    COLUMN,
    SHARE_COLUMN,
    TREND,
    change_formula,
    change_words,
)
from kbbx_xl.flow.history import MEASURES, last_month, remark
from kbbx_xl.model import JUNIOR, PRIMARY

WIDE = 4  # columns of a card
COUNTED = {measure.key: measure.counted for measure in MEASURES}


class Part(NamedTuple):
    """A word and the mark of the number behind it; "" for one of the row of the month."""

    word: str
    mark: str


@dataclass(frozen=True, slots=True)
class Card:
    """One of the six: its title, its column of 月度趋势, its parts, and the sheet it leads to."""

    title: str
    key: str
    parts: tuple[Part, ...]
    sheet: str
    share: bool = False


def cards(owner: str) -> tuple[Card, ...]:
    """The six, the one that the others rest on first."""
    stages = ((PRIMARY, "小学"), (JUNIOR, "初中"))

    def of_stages(mark: str) -> tuple[Part, ...]:
        return tuple(Part(word, mark.format(stage)) for stage, word in stages)

    rate = f"rate.{owner}.劝返率."
    sent = (Part("已报", "progress.已报"), Part("应报", "progress.units"))
    back = (Part("已返校", f"{rate}part"), Part("应劝返", f"{rate}whole"))
    late = (Part("个案", "cases.overdue.case"), Part("单位", "cases.overdue.unit"))
    return (
        Card("报齐率", "sent_share", sent, "报送进度", share=True),
        Card("在校生（人）", "enrolled", of_stages("people.{}"), "人数汇总"),
        Card("疑似辍学（人）", "suspected", of_stages("six.{}疑似辍学"), "疑似辍学台账"),
        Card("辍学（人）", "dropout", of_stages("six.{}辍学"), "辍学台账"),
        Card("劝返率", "rate", back, "劝返汇总", share=True),
        Card("逾期待办（件）", "overdue", late, "待办"),
    )


def write_cards(summary: Summary, paper: Paper) -> None:
    """The six side by side: title, number, parts, change."""
    for number, card in enumerate(cards(summary.owner)):
        column = number * WIDE
        target = to_cell(card.sheet, 0)
        for row, style in enumerate(("card_title", "card", "card_part", "card_change"), paper.row):
            paper.merge(row, column, row, column + WIDE - 1, "", style)
        paper.link(paper.row, column, target, card.title, "card_title")
        _number(summary, paper, card, paper.row + 1, column, target)
        _parts(summary, paper, card, paper.row + 2, column)
        _change(summary, paper, card, paper.row + 3, column)
    for height in (20, 38, 18, 32):
        paper.sheet.set_row(paper.row, height)
        paper.row += 1


def _place(summary: Summary, card: Card) -> tuple[str, int, int]:
    """The cell of the month in 月度趋势."""
    return TREND, summary.book.trend[1], COLUMN.get(card.key) or SHARE_COLUMN[card.key]


def _value(summary: Summary, place: tuple[str, int, int]) -> float | None:
    sheet, row, column = place
    return summary.book.values[sheet, column].get(row)


def _number(summary: Summary, paper: Paper, card: Card, row: int, column: int, target: str) -> None:
    """The number as a formula to the row of the month; — where nothing is known or to be divided."""
    place = _place(summary, card)
    style = "card_share" if card.share else "card"
    if _value(summary, place) is None:
        paper.text(row, column, "—", style)
    else:
        paper.refer_to(row, column, (place,), card.title, style, target)


def _parts(summary: Summary, paper: Paper, card: Card, row: int, column: int) -> None:
    """What the number is made of, in one line: a formula that puts words and numbers together."""
    marks = summary.book.marks
    if any(part.mark not in marks for part in card.parts):
        return
    names, said = [], []
    for part in card.parts:
        sheet, at, where = marks[part.mark]
        names.append((part.word, f"{sheet}!{cell_name(at, where)}"))
        said.append(f"{part.word}{summary.book.values[sheet, where].get(at, 0):g}")
    formula = "=" + '&"，"&'.join(f'"{word}"&{name}' for word, name in names)
    cells = " ".join(name for _, name in names)
    measure, how = f"{card.title}：其中", "由各表的数写成一句话"
    paper.formula(
        row, column, formula, "，".join(said), measure, how=how, cells=cells, style="card_part"
    )


def _change(summary: Summary, paper: Paper, card: Card, row: int, column: int) -> None:
    """Against last month: how many more or fewer, or why nothing can be said."""
    before = last_month(summary.county)
    place = _place(summary, card)
    now, last = _value(summary, place), _value(summary, (place[0], place[1] - 1, place[2]))
    if before is None or now is None or last is None:
        said = "上月没有汇总" if summary.county.history else "首月，没有往月"
        paper.text(row, column, said if before is None else "不能与上月比", "card_change")
        return
    one, two = (f"{TREND}!{cell_name(place[1] - n, place[2])}" for n in (0, 1))
    if card.share:
        formula, text = _points(one, two, now - last)
    else:
        counted = COUNTED[card.key]
        formula = change_formula(one, two, counted, signs=True)
        text = change_words(now - last, counted, signs=True)
    if doubt := remark(summary.county, before):
        formula, text = f'{formula}&"（{doubt}）"', f"{text}（{doubt}）"
    paper.formula(
        row, column, f"={formula}", text, f"{card.title}：与上月比",
        how="本月减上月，写成一句话", cells=f"{one} {two}", style="card_change",
    )  # fmt: skip


def _points(now: str, last: str, change: float) -> tuple[str, str]:
    """The change of a rate in percentage points (个百分点)."""
    points = f"ROUND(({now}-{last})*100,1)"
    formula = (
        f'IF({points}>0,"▲ 比上月高"&TEXT({points},"0.0")&"个百分点",'
        f'IF({points}<0,"▼ 比上月低"&TEXT(-{points},"0.0")&"个百分点","与上月相同"))'
    )
    rounded = round(change * 100, 1)
    if not rounded:
        return formula, "与上月相同"
    sign, word = ("▲", "高") if rounded > 0 else ("▼", "低")
    return formula, f"{sign} 比上月{word}{abs(rounded):.1f}个百分点"
