"""Native charts over a small table of formulas (图表)."""

from __future__ import annotations

from xlsxwriter.chart import Chart

from kbbx_xl.books.style import GRID, HEI, OUTLINE, SONG
from kbbx_xl.books.style import SERIES as COLOURS
from kbbx_xl.books.summary.board import STATUSES
from kbbx_xl.books.summary.paper import Paper
from kbbx_xl.books.summary.sheets import Summary
from kbbx_xl.model import JUNIOR, PRIMARY

SERIES = (  # head, mark without the group
    ("小学在校生", f"people.{PRIMARY}"),
    ("初中在校生", f"people.{JUNIOR}"),
    ("小学疑似辍学", f"six.{PRIMARY}疑似辍学"),
    ("初中疑似辍学", f"six.{JUNIOR}疑似辍学"),
    ("小学辍学", f"six.{PRIMARY}辍学"),
    ("初中辍学", f"six.{JUNIOR}辍学"),
    *((status, f"progress.{status}") for status in STATUSES),
)
FONT = {"name": SONG.name, "size": 9}
CHARTS: tuple[tuple[str, slice], ...] = (
    ("各单位在校生（人）", slice(0, 2)),
    ("疑似辍学和辍学台账现有人数（人）", slice(2, 6)),
    ("报送进度（个单位）", slice(6, 10)),
)
HEIGHT = 17  # rows a chart takes


def write_charts(summary: Summary) -> None:
    """Three charts by centre (by stage, cases, progress), and the table they are drawn from."""
    widths = (24, *(10 for _ in SERIES))
    paper = summary.sheet("图表", "控辍保学情况图表", widths, landscape=False)
    top = paper.row
    paper.row += HEIGHT * len(CHARTS)
    paper.part("图表数据（取自各表）")
    paper.head(("单位", *(head for head, _ in SERIES)))
    first = paper.row
    for title in _titles(summary):
        paper.text(paper.row, 0, title or summary.owner)
        for column, (head, mark) in enumerate(SERIES, 1):
            name = f"{mark}.{title}" if title else mark
            if name in summary.book.marks:
                paper.refer(paper.row, column, name, f"{title or summary.owner}：{head}")
            else:
                paper.text(paper.row, column, "", "int")
        paper.end_row()
    for number, (title, chosen) in enumerate(CHARTS):
        chart = _chart(summary, paper, chosen, first)
        chart.set_title({"name": title, "name_font": {"name": HEI.name, "size": 12}})
        paper.sheet.insert_chart(top + number * HEIGHT, 0, chart, {"x_offset": 4, "y_offset": 4})


def _titles(summary: Summary) -> list[str]:
    """Groups that have subtotals; [""] (the whole) where there is but one."""
    mark = f"people.{PRIMARY}."
    titles = [name.removeprefix(mark) for name in summary.book.marks if name.startswith(mark)]
    return titles or [""]


def _chart(summary: Summary, paper: Paper, chosen: slice, first: int) -> Chart:
    chart: Chart = summary.book.workbook.add_chart({"type": "column", "subtype": "stacked"})
    last, head = paper.row - 1, first - 1
    for colour, column in zip(COLOURS, range(1, len(SERIES) + 1)[chosen], strict=False):
        chart.add_series(
            {
                "name": [paper.name, head, column],
                "categories": [paper.name, first, 0, last, 0],
                "values": [paper.name, first, column, last, column],
                "fill": {"color": colour},
                "border": {"color": OUTLINE, "width": 0.75},
                "gap": 60,
            }
        )
    grid = {"visible": True, "line": {"color": GRID}}
    chart.set_legend({"position": "right", "font": FONT})
    chart.set_x_axis({"num_font": FONT})
    chart.set_y_axis({"num_font": FONT, "major_gridlines": grid, "min": 0})
    chart.set_size({"width": 900, "height": HEIGHT * 20 - 12})
    return chart
