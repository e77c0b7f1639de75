"""The cell styles of the workbooks that people fill, by name; looks are those of ``books.style``."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format

from kbbx_xl.books import style
from kbbx_xl.books.style import BODY, FANG, HEI, PART, SMALL, SONG, TITLE, font

DATE, MONTH, TEXT, WHOLE, DECIMAL = "yyyy-mm-dd", 'yyyy"年"m"月"', "@", "0", "General"

_CELL: dict[str, Any] = {
    **font(SONG, BODY),
    "border": 1,
    "border_color": style.LINE,
    "valign": "vcenter",
    "text_wrap": True,
}
_BARE: dict[str, Any] = {**font(SONG, BODY), "valign": "vcenter"}

STYLES: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "title": {**_BARE, "font_size": TITLE, "bold": True, "align": "center"},
        "screen_title": {**_BARE, "font_size": 16, "bold": True},
        "way": {**_BARE, "font_color": style.LINK_INK, "underline": 1, "align": "center"},
        "guide": {**_BARE, "font_size": SMALL, "font_color": style.QUIET_INK, "text_wrap": True},
        "subtitle": {**_BARE, **font(FANG, PART), "align": "center"},
        "line": {**_BARE, "font_size": 11},
        "line_right": {**_BARE, "font_size": 11, "align": "right"},
        "line_center": {**_BARE, "font_size": 11, "align": "center"},
        "header": {**_CELL, **font(HEI, BODY), "align": "center", "bg_color": style.BLUE},
        "header_plain": {**_CELL, **font(HEI, PART), "align": "center"},
        "label": {**_CELL, **font(HEI, BODY), "align": "center", "bg_color": style.BLUE},
        "input": {**_CELL, "locked": False},
        "plain": _CELL,
        "calc": {**_CELL, "bg_color": style.GREY_PALE},
        "total": {**_CELL, "bg_color": style.GREY_PALE, "bold": True},
        "form_label": {**_CELL, "align": "center"},
        "form_value": {**_CELL, "align": "center"},
        "form_text": {**_CELL, "valign": "top"},
        "note_title": {**_BARE, **font(HEI, PART)},
        "note": {**_BARE, **font(FANG, PART), "text_wrap": True, "valign": "top"},
        "how": {**_CELL, "indent": 1},
        "how_calc": {**_CELL, "indent": 1, "bg_color": style.GREY_PALE},
        "note_cell": {**_CELL, "font_size": SMALL},
        "go": {**_CELL, "font_color": style.LINK_INK, "underline": 1, "indent": 1},
        "hidden": {**font(SONG, SMALL), "num_format": TEXT},
        # conditional formats
        "missing": {"bg_color": style.YELLOW},
        "wrong": {"bg_color": style.PEACH, "font_color": style.RED_INK, "bold": True},
        "over": {"bg_color": style.ORANGE, "font_color": style.INK, "bold": True},
        "rest": {"bg_color": style.GREY},
    }
)


class Styles:
    """The formats of one workbook, each made once."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[tuple[str, tuple[tuple[str, Any], ...]], Format] = {}

    def get(self, name: str, **changes: Any) -> Format:
        """The style called ``name`` in STYLES, with XlsxWriter properties in ``changes`` on top."""
        key = (name, tuple(sorted(changes.items())))
        if key not in self._made:
            self._made[key] = self._book.add_format({**STYLES[name], **changes})
        return self._made[key]
