"""A list of ours in the open workbook (清单): heading, titles, rows, links; written in a few calls."""

from __future__ import annotations

from collections.abc import Sequence

import xlwings as xw

from kbbx_xl.excel.live import link, put_rows

HEAD_ROW = 4  # titles stand under heading, one line of facts and one of advice
HEAD_FILL, HEAD_TEXT = (31, 78, 121), (255, 255, 255)
FONT = "微软雅黑"
WRAPPED = -4160  # xlTop


def fill_list(
    sheet: xw.Sheet,
    heading: str,
    facts: str,
    advice: str,
    columns: Sequence[tuple[str, float]],
    rows: Sequence[Sequence[object]],
    *,
    links: Sequence[tuple[str, str]] = (),
    link_column: int = 0,
) -> None:
    """Write a list to an empty sheet.

    ``columns``: title and width; ``links``: sheet and cell a row, shown in ``link_column`` (from 1).
    """
    sheet.cells.font.name = FONT
    sheet.cells.font.size = 10
    put_rows(sheet, 1, [[heading], [facts], [advice]])
    sheet.range("A1").font.size = 14
    sheet.range("A1").font.bold = True
    titles = put_rows(sheet, HEAD_ROW, [[title for title, _ in columns]])
    titles.color, titles.font.color, titles.font.bold = HEAD_FILL, HEAD_TEXT, True
    for number, (_, width) in enumerate(columns, 1):
        sheet.range((1, number)).column_width = width
    if not rows:
        return
    body = put_rows(sheet, HEAD_ROW + 1, rows)
    body.api.WrapText = True
    body.api.VerticalAlignment = WRAPPED
    if links:
        last = HEAD_ROW + len(links)
        column = sheet.range((HEAD_ROW + 1, link_column), (last, link_column))
        column.formula = [[link(name, cell) if cell else ""] for name, cell in links]
        column.font.color = (5, 99, 193)
