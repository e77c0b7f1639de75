"""What a sheet says to who fills it (指引): what belongs here, who fills it, when, and where to go next.

It stands above a table on screen and is not printed: the title of the paper is in the page header there
and the printed area begins below.  Beside a form, whose title is part of the paper, it stands at the right.
No row moves, so that files, findings and the add-in keep their addresses.
"""

from __future__ import annotations

from collections.abc import Sequence

from kbbx_xl.books import style
from kbbx_xl.books.template.frame import HEADER_ROW, LINE_ROW, TITLE_ROW
from kbbx_xl.books.template.page import Page, quoted
from kbbx_xl.model import Layout
from kbbx_xl.settings.forms import Form, Sheet

SCREEN = 1150  # pixels of a row that every screen of 1366 shows, also where a font is wider
USUAL_WIDTH = 8.43  # characters of a column that nobody set
LINK_PIXELS, GUIDE_PIXELS = 112, 320  # at least
TITLE_POINTS, GUIDE_POINTS = 16, 10
BESIDE, WIDE = 32.0, 48.0  # characters of the column beside a form, beside answers
TITLE_SIZE = 20  # points on paper


def pixels(width: float) -> int:
    """Pixels of a column of so many characters."""
    return int(width * style.COLUMN_PIXELS + 5)


def put_head(page: Page, form: Form, sheet: Sheet, title: str, widths: Sequence[float]) -> None:
    """The first row of a table: its name, links back and on, the guide; ``widths`` in characters."""
    book = page.book
    page.height(TITLE_ROW, 36)
    needed = int(style.breadth(title) * TITLE_POINTS * 96 / 72) + 16
    col, used = _span(widths, 0, needed)
    page.merge(TITLE_ROW, 0, TITLE_ROW, col, title, book.style("screen_title"))
    for target, text in links(form, sheet):
        start = col + 1
        col, wide = _span(widths, start, LINK_PIXELS)
        used += wide
        page.merge(TITLE_ROW, start, TITLE_ROW, col, "", book.style("way"))
        page.link(TITLE_ROW, start, target, text, book.style("way"))
    start = col + 1
    col, _ = _span(widths, start, GUIDE_PIXELS, SCREEN - used)
    page.merge(TITLE_ROW, start, TITLE_ROW, col, sheet.guide, book.style("guide"))
    page.header(title, TITLE_SIZE)


def _span(
    widths: Sequence[float], start: int, least: int, most: int | None = None
) -> tuple[int, int]:
    """The last of the columns from ``start`` on that together are ``least`` pixels wide, and how wide.

    With ``most`` as many more as stay within it.
    """
    col, wide = start, _pixels_of(widths, start)
    while wide < least or (most and wide + _pixels_of(widths, col + 1) <= most):
        col += 1
        wide += _pixels_of(widths, col)
    return col, wide


def _pixels_of(widths: Sequence[float], col: int) -> int:
    return pixels(widths[col] if col < len(widths) else USUAL_WIDTH)


def put_beside(page: Page, form: Form, sheet: Sheet, last_row: int, last_col: int) -> None:
    """Links and guide to the right of a form that ends at ``last_row``, ``last_col``; only it is printed.

    The guide keeps off rows where it would be read: those of a header, as one more column, and those of
    answers, as the answer.
    """
    book, col = page.book, last_col + 2
    answers = sheet.layout is Layout.COVER
    page.width(last_col + 1, last_col + 1, 2)
    page.width(col, col, WIDE if answers else BESIDE)
    ways = links(form, sheet)
    places = (
        [(LINE_ROW, col), (LINE_ROW, col + 1)] if answers else [(TITLE_ROW, col), (LINE_ROW, col)]
    )
    for (row, at), (target, text) in zip(places, ways, strict=False):
        page.link(row, at, target, text, book.style("way", align="left"))
    if len(ways) > 1 and answers:
        page.width(col + 1, col + 1, BESIDE / 2)
    top = TITLE_ROW if answers else min(HEADER_ROW + 2, last_row - 1)
    bottom = TITLE_ROW if answers else min(top + 3, last_row)
    page.merge(
        top,
        col,
        bottom,
        col,
        sheet.guide,
        book.style("guide", valign="vcenter" if answers else "top"),
    )
    page.sheet.print_area(0, 0, last_row, last_col)


def links(form: Form, sheet: Sheet) -> list[tuple[str, str]]:
    """Target and text: back to the first sheet, on to the next one that is no text to read."""
    here = form.sheets.index(next(s for s in form.sheets if s.table == sheet.table))
    following = [s for s in form.sheets[here + 1 :] if s.layout is not Layout.NOTES]
    ways = [(form.sheets[0].sheet, f"← {form.sheets[0].sheet}")]
    ways += [(s.sheet, f"{s.sheet} →") for s in following[:1]]
    return [(f"internal:{quoted(name)}!A1", text) for name, text in ways]
