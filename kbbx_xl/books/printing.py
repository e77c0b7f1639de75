"""How a sheet of ours lies on paper: A4, one page wide, its number on every page (打印设置).

Every workbook that the product writes takes its page set-up from here, also those that openpyxl writes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from xlsxwriter.worksheet import Worksheet

from kbbx_xl.books.style import SONG

A4 = 9  # Excel's number of the paper
PAGE_NUMBER = "第 &P 页　共 &N 页"
FOOT_SIZE = 9


@dataclass(frozen=True, slots=True)
class Margins:
    """Empty edges of the paper, in inches; ``footer`` is the distance of the footer from the edge."""

    left: float = 0.4
    right: float = 0.4
    top: float = 0.6
    bottom: float = 0.7
    footer: float = 0.3


USUAL = Margins()
SIDES = {True: 11.69, False: 8.27}  # inches across, lying and standing
LEAST_SCALE = 0.63  # 10-point letters are then 6.3 points high
LATITUDE = 0.9  # programs make columns up to a tenth wider than Excel
NARROW = 9.0  # characters; columns are not made narrower to fit
PIXELS, EDGES, INCH = 7, 5, 96  # of a character, of a column's edges, of an inch (Excel's columns)


def scale_of(widths: Sequence[float], *, landscape: bool, margins: Margins = USUAL) -> float:
    """How much smaller columns of these widths (characters) are printed on one page; at most 1."""
    across = (SIDES[landscape] - margins.left - margins.right) * INCH
    needed = sum(PIXELS * width + EDGES for width in widths)
    return min(1.0, across / needed)


def fitted(widths: Sequence[float], *, landscape: bool) -> list[float]:
    """Widths with which a sheet one page wide can still be read: wide columns give most.

    A table of very many columns stays too wide; texts then take more lines, and letters are smaller.
    """
    across = (SIDES[landscape] - USUAL.left - USUAL.right) * INCH / LEAST_SCALE
    room = (across - EDGES * len(widths)) / PIXELS
    spare = sum(max(width - NARROW, 0) for width in widths)
    if sum(widths) <= room or not spare:
        return list(widths)
    kept = max((room - sum(min(width, NARROW) for width in widths)) / spare, 0.2)
    return [
        width if width <= NARROW else round(NARROW + (width - NARROW) * kept, 1) for width in widths
    ]


def footer(left: str = "") -> str:
    """The footer: the number of the page in the middle, or on the right of a text of our own.

    The text must not begin with a digit: Excel would read it as part of the size before it.
    """
    font = f'&"{SONG.name}"&{FOOT_SIZE}'
    return f"&L{font}{left}&R{font}{PAGE_NUMBER}" if left else f"&C{font}{PAGE_NUMBER}"


def set_up(
    sheet: Worksheet,
    *,
    landscape: bool,
    margins: Margins = USUAL,
    repeat: tuple[int, int] | None = None,
    one_page: bool = False,
) -> None:
    """A4, one page wide and centred, the page number below; ``repeat``: rows on every page, from 0.

    ``one_page``: all of the sheet on a single page.
    """
    sheet.set_paper(A4)
    sheet.set_landscape() if landscape else sheet.set_portrait()
    sheet.fit_to_pages(1, 1 if one_page else 0)
    sheet.center_horizontally()
    sheet.set_margins(margins.left, margins.right, margins.top, margins.bottom)
    put_footer(sheet, footer(), margins)
    if repeat:
        sheet.repeat_rows(*repeat)


def keep_legible(sheet: Worksheet, widths: Sequence[float], *, landscape: bool) -> None:
    """Columns that nobody chose for printing go on more pages side by side rather than shrink to nothing."""
    if widths and scale_of(widths, landscape=landscape) < LEAST_SCALE / LATITUDE:
        sheet.set_print_scale(round(100 * LEAST_SCALE))


def put_footer(sheet: Worksheet, text: str, margins: Margins = USUAL) -> None:
    """The footer in its own size, however much the sheet is made smaller to fit the paper."""
    sheet.set_footer(text, {"margin": margins.footer, "scale_with_doc": False})


def set_up_opened(sheet: Any, *, landscape: bool, repeat: tuple[int, int] | None = None) -> None:
    """``set_up`` for a sheet of openpyxl; ``repeat`` counts from 0 here too."""
    page, edges = sheet.page_setup, sheet.page_margins
    page.paperSize = A4
    page.orientation = "landscape" if landscape else "portrait"
    page.fitToWidth, page.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_options.horizontalCentered = True
    edges.left, edges.right, edges.top = USUAL.left, USUAL.right, USUAL.top
    edges.bottom, edges.footer = USUAL.bottom, USUAL.footer
    sheet.HeaderFooter.scaleWithDoc = False
    sheet.oddFooter.center.text = PAGE_NUMBER
    sheet.oddFooter.center.font, sheet.oddFooter.center.size = SONG.name, FOOT_SIZE
    if repeat:
        sheet.print_title_rows = f"{repeat[0] + 1}:{repeat[1] + 1}"
