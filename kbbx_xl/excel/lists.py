"""A list of ours in the open workbook (清单): heading, titles, rows, links; written in a few calls."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Sequence

import xlwings as xw
from pywintypes import com_error

from kbbx_xl.books import style
from kbbx_xl.excel.live import link, put_rows

HEAD_ROW = 4  # titles stand under heading, one line of facts and one of advice
FONT, HEAD_FONT = style.SONG.name, style.HEI.name
TOP, THIN, LANDSCAPE = -4160, 1, 2  # xlTop, xlContinuous, xlLandscape
LINE, LINK = int.from_bytes(bytes(style.rgb(style.LINE)), "little"), style.rgb(style.LINK_INK)


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
    _keep_titles(sheet)
    sheet.cells.font.name = FONT
    sheet.cells.font.size = style.SMALL
    put_rows(sheet, 1, [[heading], [facts], [advice]])
    sheet.range("A1").font.size = 14
    sheet.range("A1").font.bold = True
    titles = put_rows(sheet, HEAD_ROW, [[title for title, _ in columns]])
    titles.color, titles.font.name = style.rgb(style.BLUE), HEAD_FONT
    for number, (_, width) in enumerate(columns, 1):
        sheet.range((1, number)).column_width = width
    if not rows:
        return
    body = put_rows(sheet, HEAD_ROW + 1, rows)
    body.api.WrapText = True
    body.api.VerticalAlignment = TOP
    for ruled in (titles, body):
        ruled.api.Borders.LineStyle = THIN
        ruled.api.Borders.Color = LINE
    for number, values in enumerate(zip(*rows, strict=True), 1):
        if any(isinstance(value, dt.date) for value in values):
            body.columns[number - 1].number_format = "yyyy-mm-dd"
    if links:
        last = HEAD_ROW + len(links)
        column = sheet.range((HEAD_ROW + 1, link_column), (last, link_column))
        column.api.Formula = [[link(name, cell) if cell else ""] for name, cell in links]
        column.font.name, column.font.size, column.font.color = FONT, style.SMALL, LINK


def _keep_titles(sheet: xw.Sheet) -> None:
    """Titles stay in sight and come again on every printed page; one page wide, lying down.

    A computer without a printer refuses page settings; the list is no worse on the screen.
    """
    sheet.activate()
    window = sheet.book.app.api.ActiveWindow
    window.SplitRow = HEAD_ROW
    window.FreezePanes = True
    with contextlib.suppress(com_error):
        page = sheet.api.PageSetup
        page.Orientation = LANDSCAPE
        page.Zoom = False
        page.FitToPagesWide = 1
        page.FitToPagesTall = False
        page.PrintTitleRows = f"${HEAD_ROW}:${HEAD_ROW}"
