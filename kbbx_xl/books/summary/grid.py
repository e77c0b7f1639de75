"""Tables of units x figures, with subtotals and a total.

Figures of units are typed, everything added up from them is a native formula: whoever doubts a
total clicks on it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Literal, NamedTuple, TypeVar

from kbbx_xl.books.summary.paper import Block, Cell, Paper, block_name, cell_name
from kbbx_xl.books.summary.scope import Group
from kbbx_xl.books.summary.styles import STATUS_STYLE
from kbbx_xl.flow.source import Source, Span, spans
from kbbx_xl.model import Unit

UNIT_COLUMN = 1
T = TypeVar("T")


class Figure(NamedTuple):
    """A unit's number and the rows it was counted from; None stays blank, it is not 0."""

    value: float | None
    spans: tuple[Span, ...] = ()
    how: str = "按来源行计数"


def figures(
    rows: Mapping[str, T],
    value: Callable[[T], float | None],
    places: Callable[[T], tuple[Span, ...]],
    how: str,
) -> Callable[[Unit], Figure]:
    """Figures of units that have one row each; units without a row stay blank."""

    blank = Figure(None)

    def of(unit: Unit) -> Figure:
        row = rows.get(unit.name)
        return blank if row is None else Figure(value(row), places(row), how)

    return of


def tally(
    rows: Iterable[tuple[str, str, Source]], how: str, known: Container[str]
) -> Callable[[Unit], Figure]:
    """Figures that count each key once a unit; 0 for known units, blank for others.

    ``rows``: unit, key, source.
    """
    keys: dict[str, set[str]] = defaultdict(set)
    sources: dict[str, list[Source]] = defaultdict(list)
    for unit, key, source in rows:
        keys[unit].add(key)
        sources[unit].append(source)

    nothing, blank = Figure(0, (), how), Figure(None, (), how)

    def of(unit: Unit) -> Figure:
        if unit.name in keys:
            return Figure(len(keys[unit.name]), spans(sources[unit.name]), how)
        return nothing if unit.name in known else blank

    return of


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a grid: exactly one of figure, refer, words, plus/minus, share, counted.

    ``refer``: cells of other sheets, added up; () where none of them says anything.
    ``opens``: the link that the cell of a unit is, "" for none.
    """

    key: str
    title: str  # "增加/转入" puts 转入 under a shared head
    figure: Callable[[Unit], Figure] | None = None
    words: Callable[[Unit], str] | None = None
    refer: Callable[[Unit], tuple[Cell, ...]] | None = None
    opens: Callable[[Unit], str] | None = None
    plus: tuple[str, ...] = ()
    minus: tuple[str, ...] = ()
    share: tuple[str, str] | None = None  # part, whole
    counted: tuple[str, str] | None = None  # in sums only: cells of a words column that say this
    width: float = 6.5
    style: Literal["int", "dash", "half", "percent"] = "int"
    alert: bool = False  # colour what is not 0
    strict: bool = False  # plus/minus: blank unless every operand is known


@dataclass(slots=True)
class Grid:
    """Where a written grid stands; rows and columns from 0."""

    columns: dict[str, int]
    unit_rows: dict[str, int] = field(default_factory=dict)
    group_rows: dict[str, int] = field(default_factory=dict)
    words: dict[tuple[int, int], str] = field(default_factory=dict)
    total_row: int = 0
    first_row: int = 0
    tops: dict[str, int] = field(default_factory=dict)  # group -> its first row


def write_grid(
    paper: Paper,
    groups: Sequence[Group],
    columns: Sequence[Column],
    *,
    first: str = "单位",
    opens: Callable[[Unit], str] | None = None,
) -> Grid:
    """Write units under their group, a subtotal a group (when there are several), and the total.

    ``opens``: the link that the name of a unit is.
    """
    paper.head(("序号", first, *(c.title for c in columns)), freeze=UNIT_COLUMN + 1)
    grid = Grid({c.key: n for n, c in enumerate(columns, UNIT_COLUMN + 1)}, first_row=paper.row)
    paper.book.grids[paper.name] = grid
    blocks: list[tuple[int, int]] = []  # first and last row of each group
    for group in groups:
        top = grid.tops[group.title] = paper.row
        for unit in group.units:
            _unit_row(paper, grid, columns, unit, opens)
        blocks.append((top, paper.row - 1))
        if len(groups) > 1:
            grid.group_rows[group.title] = paper.row
            _sum_row(paper, grid, columns, f"{group.title}小计", [(top, paper.row - 1)], "sub")
    if len(groups) > 1:
        blocks = [(row, row) for row in grid.group_rows.values()]
    grid.total_row = paper.row
    _sum_row(paper, grid, columns, "合计", blocks, "total")
    for column in columns:
        if column.alert:
            place = grid.columns[column.key]
            paper.alert((grid.first_row, place, grid.total_row, place))
    return grid


def widths(columns: Sequence[Column]) -> list[float]:
    """Column widths of a grid, running number and unit included."""
    return [5, 24, *(c.width for c in columns)]


def _unit_row(
    paper: Paper,
    grid: Grid,
    columns: Sequence[Column],
    unit: Unit,
    opens: Callable[[Unit], str] | None,
) -> None:
    row = paper.row
    grid.unit_rows[unit.name] = row
    paper.plain(row, 0, len(grid.unit_rows))
    if opens and (target := opens(unit)):
        paper.link(row, UNIT_COLUMN, target, unit.name, "wrap_link")
    else:
        paper.text(row, UNIT_COLUMN, unit.name)
    blank: set[str] = set()
    named = f"{unit.name}："
    for place, column in enumerate(columns, UNIT_COLUMN + 1):
        measure = named + _spoken(column.title)
        if column.figure:
            value, places, how = column.figure(unit)
            if value is None:
                blank.add(column.key)
                paper.text(row, place, "", column.style)
            else:
                paper.number(row, place, value, measure, how=how, spans=places, style=column.style)
        elif column.refer:
            _refer(paper, column, unit, place, measure)
        elif column.words:
            grid.words[row, place] = _words(paper, column, unit, place)
        elif column.counted:
            paper.text(row, place, "", column.style)
        elif _unknown(column, blank):
            blank.add(column.key)
            paper.text(row, place, "", column.style)
        else:
            _calculate(paper, grid, column, row, measure, column.style)
    paper.end_row()


def _refer(paper: Paper, column: Column, unit: Unit, place: int, measure: str) -> None:
    """The figure of another sheet; blank where nothing is known there."""
    cells = column.refer(unit) if column.refer else ()
    if cells:
        target = column.opens(unit) if column.opens else ""
        paper.refer_to(paper.row, place, cells, measure, column.style, target)
    else:
        paper.text(paper.row, place, "", column.style)


def _words(paper: Paper, column: Column, unit: Unit, place: int) -> str:
    """What is said of a unit, as a link where it leads somewhere."""
    words = column.words(unit) if column.words else ""
    target = column.opens(unit) if column.opens and words else ""
    if target:
        paper.link(paper.row, place, target, words)
    else:
        paper.text(paper.row, place, words, STATUS_STYLE.get(words, "text"))
    return words


def _sum_row(
    paper: Paper,
    grid: Grid,
    columns: Sequence[Column],
    label: str,
    rows: Sequence[tuple[int, int]],
    tone: str,
) -> None:
    row = paper.row
    paper.text(row, 0, "", f"center_{tone}")
    paper.text(row, UNIT_COLUMN, label, f"text_{tone}")
    for column in columns:
        place, style = grid.columns[column.key], f"{column.style}_{tone}"
        measure = f"{label}：{_spoken(column.title)}"
        blocks: list[Block] = [(first, place, last, place) for first, last in rows]
        if column.counted:
            top = grid.first_row if tone == "total" else rows[0][0]
            _count(paper, grid, column, (top, row - 1), measure, style)
        elif column.share and paper.known(row, grid.columns[column.share[1]]):
            _calculate(paper, grid, column, row, measure, style)
        elif not column.share and paper.any_known(blocks):
            paper.sum(row, place, blocks, measure, style)
        else:
            paper.text(row, place, "", style)
    paper.end_row()


def _count(
    paper: Paper,
    grid: Grid,
    column: Column,
    rows: tuple[int, int],
    measure: str,
    style: str,
) -> None:
    """COUNTIF over a words column; "?*" counts whatever says anything."""
    if not column.counted:
        return
    of, wanted = column.counted
    place, (first, last) = grid.columns[of], rows
    said = [grid.words.get((row, place), "") for row in range(first, last + 1)]
    number = sum(bool(words) if wanted == "?*" else words == wanted for words in said)
    block = block_name((first, place, last, place))
    paper.formula(
        paper.row,
        grid.columns[column.key],
        f'=COUNTIF({block},"{wanted}")',
        number,
        measure,
        how="该栏中写着这一状态的单位数" if wanted != "?*" else "该栏有内容的单位数",
        cells=f"{paper.name}!{block}",
        style=style,
    )


def _unknown(column: Column, blank: set[str]) -> bool:
    """Whether a calculated cell stays blank because of the cells it is made of."""
    operands = _operands(column)
    return not blank.isdisjoint(operands) if column.strict else blank.issuperset(operands)


def _calculate(
    paper: Paper, grid: Grid, column: Column, row: int, measure: str, style: str
) -> None:
    """A formula over cells of the same row."""
    places = {key: grid.columns[key] for key in _operands(column)}
    names = {key: cell_name(row, place) for key, place in places.items()}
    values = {key: paper.value(row, place) for key, place in places.items()}
    cells = " ".join([f"{paper.name}!{name}" for name in names.values()])
    value: float | str
    if column.share:
        part, whole = column.share
        formula = f'=IF({names[whole]}=0,"—",{names[part]}/{names[whole]})'
        value = values[part] / values[whole] if values[whole] else "—"
        how = "前一数除以后一数，分母为 0 时写“—”"
    else:
        plus, minus = ([names[k] for k in keys] for keys in (column.plus, column.minus))
        formula = "=" + "+".join(plus) + "".join(f"-{name}" for name in minus)
        value = sum(values[k] for k in column.plus) - sum(values[k] for k in column.minus)
        how = "同一行相加减"
    place = grid.columns[column.key]
    paper.formula(row, place, formula, value, measure, how=how, cells=cells, style=style)


def _operands(column: Column) -> tuple[str, ...]:
    return column.share or (*column.plus, *column.minus)


@cache
def _spoken(title: str) -> str:
    """The title of a column in one line."""
    return title.replace("/", "·").replace("\n", "")
