"""How a summary looks: fonts, fills and number formats, one name each.

Fills are taken from a palette that colour-blind readers can tell apart; a status is always
written in words as well.
"""

from __future__ import annotations

from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format

BLUE, ORANGE, RED, GREEN, GREY = "#0072B2", "#E69F00", "#D55E00", "#009E73", "#999999"

_TITLE = {"font_name": "宋体", "font_size": 18, "bold": True, "align": "center"}
_BODY = {"font_name": "宋体", "font_size": 10, "border": 1, "border_color": "#808080"}
_CENTER = {**_BODY, "align": "center"}
_WRAP = {**_BODY, "text_wrap": True, "align": "left", "indent": 1}
_INT = {**_CENTER, "num_format": "0;-0;0"}
_SUB = {"bg_color": "#EEF3F8", "bold": True}
_TOTAL = {"bg_color": "#DCE6F1", "bold": True}

STYLES: dict[str, dict[str, Any]] = {
    "title": _TITLE,
    "left": {"font_name": "仿宋", "font_size": 11},
    "right": {"font_name": "仿宋", "font_size": 11, "align": "right"},
    "part": {"font_name": "黑体", "font_size": 12},
    "note": {"font_name": "仿宋", "font_size": 10, "text_wrap": True, "valign": "top"},
    "head": {
        **_CENTER,
        "font_name": "黑体",
        "bg_color": "#E7E9EC",
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
    "number": {**_CENTER, "num_format": "0.##"},
    "half": {**_CENTER, "num_format": "0.0"},
    "half_sub": {**_CENTER, "num_format": "0.0", **_SUB},
    "half_total": {**_CENTER, "num_format": "0.0", **_TOTAL},
    "percent": {**_CENTER, "num_format": "0.00%"},
    "percent_sub": {**_CENTER, "num_format": "0.00%", **_SUB},
    "percent_total": {**_CENTER, "num_format": "0.00%", **_TOTAL},
    "date": {**_CENTER, "num_format": "yyyy-mm-dd"},
    "id": {**_CENTER, "num_format": "@"},
    "link": {**_CENTER, "font_color": "#0563C1", "underline": 1},
    "wrap_link": {**_WRAP, "font_color": "#0563C1", "underline": 1},
    "plain_link": {"font_name": "宋体", "font_size": 10, "font_color": "#0563C1", "underline": 1},
    "label": {**_WRAP, "bg_color": "#F5F6F8"},
    "figure": {**_INT, "font_size": 12, "bold": True},
    "figure_percent": {**_INT, "font_size": 12, "bold": True, "num_format": "0.0%"},
    "good": {**_CENTER, "bg_color": "#DDEBF7"},
    "some": {**_CENTER, "bg_color": "#FFE9B8"},
    "none": {**_CENTER, "bg_color": "#F4C2A8", "bold": True},
    "odd": {**_CENTER, "bg_color": "#D9D9D9", "bold": True},
    "blank": {"font_name": "仿宋", "font_size": 11, "bottom": 1},
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
