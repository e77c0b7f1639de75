"""Charts of months as lines (折线图): told apart by marker and dash as well as by colour."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xlsxwriter.chart import Chart

from kbbx_xl.books.style import GRID, OUTLINE, SONG
from kbbx_xl.books.style import SERIES as COLOURS
from kbbx_xl.books.summary.paper import Book, Paper

FONT = {"name": SONG.name, "size": 9}
MARKERS = ("circle", "square", "triangle")
POSITIONS = ("below", "above", "right")
DASHES = ("solid", "dash", "round_dot")


def line_chart(
    book: Book,
    paper: Paper,
    rows: tuple[int, int],
    columns: Mapping[int, str],
    *,
    percent: bool = False,
    size: tuple[int, int] = (900, 300),
) -> Chart:
    """Months of ``rows`` of the table on ``paper``, a line a column with its name; a gap stays one."""
    first, last = rows
    chart: Chart = book.workbook.add_chart({"type": "line"})
    for number, (column, name) in enumerate(columns.items()):
        colour = COLOURS[number % 3]
        chart.add_series(
            {
                "name": name,
                "categories": [paper.name, first, 0, last, 0],
                "values": [paper.name, first, column, last, column],
                "line": {"color": colour, "width": 2, "dash_type": DASHES[number]},
                "marker": {
                    "type": MARKERS[number],
                    "size": 7,
                    "fill": {"color": colour},
                    "border": {"color": OUTLINE},
                },
                "data_labels": _labels(last - first, POSITIONS[number], percent=percent),
            }
        )
    chart.show_blanks_as("gap")
    chart.set_legend({"position": "top", "font": FONT})
    chart.set_x_axis({"num_font": FONT})
    form = "0%" if percent else "0"
    lines = {"visible": True, "line": {"color": GRID}}
    unit = "%" if percent else "人"
    chart.set_y_axis(
        {
            "num_font": FONT,
            "num_format": form,
            "major_gridlines": lines,
            "min": 0,
            "name": unit,
            "name_font": {**FONT, "bold": False, "rotation": 0},
        }
    )
    chart.set_size({"width": size[0], "height": size[1]})
    return chart


def _labels(before: int, position: str, *, percent: bool) -> dict[str, Any]:
    """The number of the newest month only: those of the others would lie on each other."""
    form = {"num_format": "0%"} if percent else {}
    others = [{"delete": True}] * before
    return {"value": True, "position": position, "font": FONT, "custom": [*others, {}], **form}
