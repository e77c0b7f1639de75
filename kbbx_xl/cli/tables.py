"""Tables on the terminal (表): a real one where there is room, else a few lines a row.

Rows of long Chinese texts in five narrow columns cannot be read; below ``looks.WIDE`` columns a row
is its first cells on one line and the others below, each after its title.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich import box
from rich.cells import cell_len
from rich.table import Table as RichTable
from rich.text import Text

from kbbx_xl.cli import looks, screen
from kbbx_xl.flow.standing import Standing

Style = Callable[[Sequence[str]], str]  # of a row's first cell
STATES = {"未报齐": looks.BAD, "要改": looks.DOUBT, "齐全": ""}
MOST_UNITS = 30
GAP, NARROWEST = 2, 8  # cells between columns, of a column
_NUMBERS = ("应报", "已报", "缺项", "错月", "在校生", "旷课", "错误", "警告")
_LESS = ("缺项", "错月", "旷课")  # left out on a narrow terminal
_IF_ANY = ("缺项", "错月")  # left out where all are 0


def show_rows(
    titles: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    head: int,
    whole: Sequence[str] = (),
    style: Style = lambda _: "",
) -> None:
    """Print rows of texts; ``head`` cells make the first line, ``whole`` columns are never folded."""
    rows = [[screen.discreet(cell) for cell in row] for row in rows]
    if screen.console.width < looks.WIDE:
        _show_cards(titles, rows, head, style)
        return
    table = RichTable(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, GAP, 0, 0))
    widths = _widths(titles, rows, whole)
    for title, width in zip(titles, widths, strict=True):
        table.add_column(title, width=width, no_wrap=True)
    for row in rows:
        cells = [
            Text("\n".join(looks.wrap(cell, width)))
            for cell, width in zip(row, widths, strict=True)
        ]
        cells[0].stylize(style(row))
        table.add_row(*cells)
    screen.console.print(table)


def _widths(
    titles: Sequence[str], rows: Sequence[Sequence[str]], whole: Sequence[str]
) -> list[int]:
    """Cells a column takes: what it needs, and where that is too much the widest ones give way."""
    widths = [max(map(cell_len, column)) for column in zip(titles, *rows, strict=True)]
    giving = [n for n, title in enumerate(titles) if title not in whole]
    room = screen.console.width - (GAP + 1) * len(titles)  # and a blank of the box
    while sum(widths) > room:
        most = max(giving, key=lambda n: widths[n])
        if widths[most] <= NARROWEST:
            break
        widths[most] -= 1
    return widths


def _show_cards(
    titles: Sequence[str], rows: Sequence[Sequence[str]], head: int, style: Style
) -> None:
    width = screen.console.width
    for row in rows:
        first, *others = looks.wrap("  ".join(filter(None, row[:head])), width)
        line = Text(first)
        line.stylize(style(row), 0, len(row[0]))
        lines = [line, *(Text(f"  {other}") for other in others)]
        told = [
            (title, text) for title, text in zip(titles[head:], row[head:], strict=True) if text
        ]
        lines += looks.labelled(told, width, style=looks.FAINT)
        for one in lines:
            screen.console.print(one, soft_wrap=True)


def show_standings(title: str, lines: Sequence[Standing]) -> None:
    """One compact table, the worst first: who has not reported all, whose papers need correction."""
    narrow = screen.console.width < 80
    cells = [_cells(line) for line in lines]
    numbers = [name for name in _NUMBERS if not (narrow and name in _LESS)]
    numbers = [n for n in numbers if n not in _IF_ANY or any(one[n] != "0" for one in cells)]
    table = RichTable(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column(title, overflow="fold", max_width=20 if narrow else 30)
    table.add_column("状态", no_wrap=True)
    for name in numbers:
        table.add_column(name, justify="right", no_wrap=True)
    for line, told in zip(lines[:MOST_UNITS], cells, strict=False):
        shown = [Text(told[name], looks.FAINT if told[name] == "0" else "") for name in numbers]
        table.add_row(screen.discreet(line.name), Text(line.state, STATES[line.state]), *shown)
    screen.console.print(table)
    if len(lines) > MOST_UNITS:
        screen.say(f"……其余 {len(lines) - MOST_UNITS} 个见汇总工作簿")


def _cells(line: Standing) -> dict[str, str]:
    values = (
        line.expected,
        line.sent,
        line.lacking,
        line.other_month,
        line.enrolled,
        line.runs,
        line.errors,
        line.warnings,
    )
    return dict(zip(_NUMBERS, map(str, values), strict=True))
