"""Every font, size, colour and border of the built workbooks, in one place.

Fonts are named, never embedded: 宋体, 黑体 and 仿宋 are on every Chinese Windows; elsewhere the
program falls back by itself.  Colours stay apart for colour-blind readers (blue, yellow, orange)
and never carry a meaning alone: a message or a word says the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format

SONG, HEI, FANG = "宋体", "黑体", "仿宋"

HEADER_FILL = "#DCE6F1"  # pale blue
CALC_FILL = "#F2F2F2"  # pale grey: the workbook fills it
REST_FILL = "#D9D9D9"  # grey: no school that day
MISSING_FILL = "#FFF2CC"  # pale yellow: still to be filled
WRONG_FILL, WRONG_INK = "#FBE5D6", "#C00000"  # pale orange, dark red: contradicts a rule
OVER_FILL = "#F4B183"  # orange: a threshold is reached
LINE = "#7F7F7F"

DATE, MONTH, TEXT, WHOLE, DECIMAL = "yyyy-mm-dd", 'yyyy"年"m"月"', "@", "0", "General"

_CELL: dict[str, Any] = {
    "font_name": SONG,
    "font_size": 10.5,
    "border": 1,
    "border_color": LINE,
    "valign": "vcenter",
    "text_wrap": True,
}
_BARE: dict[str, Any] = {"font_name": SONG, "font_size": 10.5, "valign": "vcenter"}

STYLES: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "title": {**_BARE, "font_size": 20, "bold": True, "align": "center"},
        "subtitle": {**_BARE, "font_name": FANG, "font_size": 12, "align": "center"},
        "line": {**_BARE, "font_size": 11},
        "line_right": {**_BARE, "font_size": 11, "align": "right"},
        "line_center": {**_BARE, "font_size": 11, "align": "center"},
        "header": {**_CELL, "font_name": HEI, "align": "center", "bg_color": HEADER_FILL},
        "header_plain": {**_CELL, "font_name": HEI, "font_size": 12, "align": "center"},
        "label": {**_CELL, "font_name": HEI, "align": "center", "bg_color": HEADER_FILL},
        "input": {**_CELL, "locked": False},
        "plain": _CELL,
        "calc": {**_CELL, "bg_color": CALC_FILL},
        "total": {**_CELL, "bg_color": CALC_FILL, "bold": True},
        "form_label": {**_CELL, "align": "center"},
        "form_value": {**_CELL, "align": "center"},
        "form_text": {**_CELL, "valign": "top"},
        "note_title": {**_BARE, "font_name": HEI, "font_size": 12},
        "note": {**_BARE, "font_name": FANG, "font_size": 12, "text_wrap": True, "valign": "top"},
        "note_cell": {**_CELL, "font_size": 10},
        "hidden": {"font_name": SONG, "font_size": 10, "num_format": TEXT},
        # conditional formats
        "missing": {"bg_color": MISSING_FILL},
        "wrong": {"bg_color": WRONG_FILL, "font_color": WRONG_INK, "bold": True},
        "over": {"bg_color": OVER_FILL, "bold": True},
        "rest": {"bg_color": REST_FILL},
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
