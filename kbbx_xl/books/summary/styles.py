"""The cell styles of summaries and lists, by name; looks are those of ``books.style``.

A status is always written in words as well.
"""

from __future__ import annotations

from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format

from kbbx_xl.books import style
from kbbx_xl.books.style import FANG, HEI, PART, SMALL, SONG, TITLE_SMALL, font

_TITLE = {**font(SONG, TITLE_SMALL), "bold": True, "align": "center"}
_BODY = {**font(SONG, SMALL), "border": 1, "border_color": style.LINE}
_CENTER = {**_BODY, "align": "center"}
_WRAP = {**_BODY, "text_wrap": True, "align": "left", "indent": 1}
_LINK: dict[str, Any] = {"font_color": style.LINK_INK, "underline": 1}
_INT = {**_CENTER, "num_format": "0;-0;0"}
_DASH = {**_CENTER, "num_format": '0;-0;"—"'}  # of children: 0 leaves the eye to the others
_CARD = {
    **font(HEI, SMALL), "align": "center", "left": 1, "right": 1, "border_color": style.LINE,
}  # fmt: skip
_BIG = {**font(HEI, style.FIGURE), "bold": True}
_SUB = {"bg_color": style.BLUE_PALE, "bold": True}
_TOTAL = {"bg_color": style.BLUE, "bold": True}

STYLES: dict[str, dict[str, Any]] = {
    "title": _TITLE,
    "left": font(FANG, 11),
    "right": {**font(FANG, 11), "align": "right"},
    "part": font(HEI, PART),
    "note": {**font(FANG, SMALL), "text_wrap": True, "valign": "top"},
    "head": {
        **_CENTER,
        **font(HEI, SMALL),
        "bg_color": style.BLUE,
        "text_wrap": True,
    },
    "text": _WRAP,
    "text_sub": {**_WRAP, **_SUB},
    "text_total": {**_WRAP, **_TOTAL},
    "center": {**_CENTER, "text_wrap": True},
    "center_sub": {**_CENTER, **_SUB},
    "center_total": {**_CENTER, **_TOTAL},
    "int": _INT,
    "int_sub": {**_INT, **_SUB},
    "int_total": {**_INT, **_TOTAL},
    "dash": _DASH,
    "dash_sub": {**_DASH, **_SUB},
    "dash_total": {**_DASH, **_TOTAL},
    "number": {**_CENTER, "num_format": "0.##"},
    "half": {**_CENTER, "num_format": "0.0"},
    "half_sub": {**_CENTER, "num_format": "0.0", **_SUB},
    "half_total": {**_CENTER, "num_format": "0.0", **_TOTAL},
    "percent": {**_CENTER, "num_format": "0.00%"},
    "percent_sub": {**_CENTER, "num_format": "0.00%", **_SUB},
    "percent_total": {**_CENTER, "num_format": "0.00%", **_TOTAL},
    "date": {**_CENTER, "num_format": "yyyy-mm-dd"},
    "id": {**_CENTER, "num_format": "@", "text_wrap": True},
    "link": {**_CENTER, **_LINK},
    "wrap_link": {**_WRAP, **_LINK},
    "plain_link": {**font(SONG, SMALL), **_LINK},
    "label": {**_WRAP, "bg_color": style.GREY_PALE},
    "figure": {**_INT, "font_size": 12, "bold": True},
    "figure_percent": {**_INT, "font_size": 12, "bold": True, "num_format": "0.0%"},
    "good": {**_CENTER, "bg_color": style.BLUE},
    "some": {**_CENTER, "bg_color": style.YELLOW},
    "none": {**_CENTER, "bg_color": style.ORANGE, "bold": True},
    "alert": {"bg_color": style.ORANGE, "bold": True},
    "odd": {**_CENTER, "bg_color": style.GREY, "bold": True},
    "percent0": {**_CENTER, "num_format": "0%"},
    "percent0_total": {**_CENTER, "num_format": "0%", **_TOTAL},
    "card_title": {**_CARD, **_LINK, "top": 1, "bg_color": style.GREY_PALE},
    "card": {**_CARD, **_BIG, "num_format": "0;-0;0"},
    "card_share": {**_CARD, **_BIG, "num_format": "0.0%"},
    "card_part": {**_CARD, **font(FANG, SMALL)},
    "card_change": {**_CARD, **font(FANG, SMALL), "text_wrap": True, "bottom": 1, "valign": "top"},
    "blank": {**font(FANG, 11), "bottom": 1},
}

STATUS_STYLE = {
    "已报": "good",
    "缺项": "some",
    "未报": "none",
    "错月": "odd",
    "错误": "none",
    "警告": "some",
    "提示": "good",
    "逾期": "none",
    "今日到期": "some",
    "未到期": "good",
    "未定期限": "odd",
    "一致": "center",
    "不一致": "none",
}


def add_formats(workbook: Workbook) -> dict[str, Format]:
    """Every style as a format of ``workbook``, all vertically centred unless they say otherwise."""
    return {
        name: workbook.add_format({"valign": "vcenter", **properties})
        for name, properties in STYLES.items()
    }
