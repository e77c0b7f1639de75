"""Native charts over a small table of formulas (图表): bars side by side, told apart in grey print too."""

from __future__ import annotations

from typing import Any, NamedTuple

from xlsxwriter.chart import Chart

from kbbx_xl.books.style import HEI, OUTLINE, PART, SONG, WHITE
from kbbx_xl.books.style import SERIES as COLOURS
from kbbx_xl.books.summary.board import STATUSES
from kbbx_xl.books.summary.crossing import Shown
from kbbx_xl.books.summary.paper import Paper, block_name
from kbbx_xl.books.summary.scope import groups
from kbbx_xl.books.summary.sheets import Summary
from kbbx_xl.model import JUNIOR, PRIMARY

STAGES = ((PRIMARY, "小学"), (JUNIOR, "初中"))
CASES = tuple(
    Shown(f"{stage}{status}", f"{word}{status}", (("六项核对", f"{stage}{status}"),))
    for status in ("疑似辍学", "辍学")
    for stage, word in STAGES
)
PEOPLE = tuple(Shown(stage, f"{word}在校生", (("人数汇总", stage),)) for stage, word in STAGES)
SENT = tuple(Shown(status, status, (("报送进度", status),)) for status in STATUSES)
FONT = {"name": SONG.name, "size": 9}
PATTERNS = (None, "wide_upward_diagonal", None, "percent_20")  # beside the colours
MOST_BARS = 40  # of a summary without several centres
EDGES, ROW = 110, 20  # pixels: what stands around the bars, a row of the sheet
BAR, ALL_BARS = (13, 24), 300  # pixels: of one, by how many there are


class Drawn(NamedTuple):
    """One chart: what it is about, what it counts, and its series."""

    title: str
    counted: str
    series: tuple[Shown, ...]


DRAWN = (
    Drawn("疑似辍学和辍学（台账现有）", "人", CASES),
    Drawn("在校生", "人", PEOPLE),
    Drawn("报送", "个单位", SENT),
)


def write_charts(summary: Summary) -> None:
    """Cases, pupils and what was sent, a bar a centre (or a unit), and the table they are drawn from."""
    several = len(groups(summary.county.directory)) > 1
    drawn = DRAWN if several else DRAWN[:2]
    shown = tuple(one for chart in drawn for one in chart.series)
    names = _names(summary, several=several)
    paper = summary.sheet("图表", "控辍保学情况图表", (24, *(10 for _ in shown)), landscape=False)
    bars = max(len(names), 1)
    height = EDGES + bars * max(BAR[0], min(BAR[1], ALL_BARS // bars))
    rows = -(-height // ROW) + 1
    top = paper.row
    paper.room(rows * len(drawn))
    paper.part("图表数据（取自各表）")
    paper.head(("单位", *(one.title for one in shown)))
    first = paper.row
    for name in names or [summary.owner]:
        _line(summary, paper, name, shown, group=several)
    last = paper.row - 1
    column = 1
    for number, one in enumerate(drawn):
        place = (first, column, last, column + len(one.series) - 1)
        said = _sentence(paper, one, place)
        chart = _chart(summary, paper, one, place, height)
        chart.set_title(
            {
                "name": f"='{paper.name}'!$A${paper.row}",
                "name_font": {"name": HEI.name, "size": PART, "bold": False},
            }
        )
        about = f"横条图：{summary.owner}{summary.county.month.label}各单位{one.title}。{said}数见本页下方的表。"
        options = {"x_offset": 4, "y_offset": 4, "description": about}
        paper.sheet.insert_chart(top + number * rows, 0, chart, options)
        column += len(one.series)


def _names(summary: Summary, *, several: bool) -> list[str]:
    """What has a bar: central schools, or the units where there are no several."""
    listed = groups(summary.county.directory)
    units = [unit.name for group in listed for unit in group.units]
    return [group.title for group in listed] if several else units[:MOST_BARS]


def _line(
    summary: Summary, paper: Paper, name: str, shown: tuple[Shown, ...], *, group: bool
) -> None:
    paper.text(paper.row, 0, name)
    for column, one in enumerate(shown, 1):
        cells = one.total(summary.book, name) if group else one.cells(summary.book, name)
        if cells:
            paper.refer_to(paper.row, column, cells, f"{name}：{one.title}")
        else:
            paper.text(paper.row, column, "", "int")
    paper.end_row()


def _sentence(paper: Paper, one: Drawn, place: tuple[int, int, int, int]) -> str:
    """What the chart shows, below the table: a formula, and as text."""
    first, left, last, _ = place
    parts, texts, cells = [], [], []
    for column, series in enumerate(one.series, left):
        block = block_name((first, column, last, column))
        total = sum(paper.value(row, column) for row in range(first, last + 1))
        parts.append(f'"{series.title}"&SUM({block})&"{one.counted}"')
        texts.append(f"{series.title}{total:g}{one.counted}")
        cells.append(f"{paper.name}!{block}")
    text = "，".join(texts) + "。"
    paper.merge(paper.row, 0, paper.row, paper.columns - 1, "", "note")
    paper.formula(
        paper.row, 0, "=" + '&"，"&'.join(parts) + '&"。"', text, one.title,
        how="由上表的数写成一句话", cells=" ".join(cells), style="note",
    )  # fmt: skip
    paper.sheet.set_row(paper.row, 18)
    paper.row += 1
    return text


def _chart(
    summary: Summary, paper: Paper, one: Drawn, place: tuple[int, int, int, int], height: int
) -> Chart:
    """Stacked bars, the first unit on top; each part says its number, 0 says nothing."""
    chart: Chart = summary.book.workbook.add_chart({"type": "bar", "subtype": "stacked"})
    first, left, last, _ = place
    for number in range(len(one.series)):
        column = left + number
        chart.add_series(
            {
                "name": [paper.name, first - 1, column],
                "categories": [paper.name, first, 0, last, 0],
                "values": [paper.name, first, column, last, column],
                **_fill(number),
                "border": {"color": OUTLINE, "width": 0.5},
                "gap": 40,
                "data_labels": _labels(number),
            }
        )
    chart.set_legend({"position": "top", "font": FONT})
    chart.set_y_axis({"num_font": FONT, "reverse": True, "major_gridlines": {"visible": False}})
    chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}, "min": 0})
    chart.set_size({"width": 720, "height": height})
    return chart


def _fill(number: int) -> dict[str, Any]:
    colour, pattern = COLOURS[number], PATTERNS[number]
    if pattern is None:
        return {"fill": {"color": colour}}
    light = number == len(PATTERNS) - 1  # dots on it, not strokes of it
    inks = (OUTLINE, colour) if light else (colour, WHITE)
    return {"pattern": {"pattern": pattern, "fg_color": inks[0], "bg_color": inks[1]}}


def _labels(number: int) -> dict[str, Any]:
    """The number on a ground of its own, so that it is read on every colour and pattern."""
    ground = {"fill": {"color": WHITE}} if number < 2 or PATTERNS[number] else {}
    return {"value": True, "font": FONT, "num_format": "0;;", "position": "center", **ground}
