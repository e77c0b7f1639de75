"""How everything looks (版式): fonts, sizes, colours, row heights, widths from content; declared here only.

Workbooks, summaries, lists, letters and marks take their looks from this module.

* **Fonts** are named, never embedded.  宋体, 仿宋 and 黑体 are on every Chinese Windows, 方正小标宋 often
  is; a file names what stands in for one that is missing: Word's altName, and for Excel the family
  (serif or not) and the character set, by which LibreOffice and WPS choose.
* **Colours** stay apart for colour-blind eyes (blue, yellow, orange; never red against green) and in
  grey print (each has a lightness of its own), and none carries a meaning alone: a word says the same.
  Black on every fill has a contrast of 7:1 or more (WCAG 2.2, 1.4.6), lines and chart colours 3:1
  against what they border on (1.4.11); docs/style.md lists all, tests/books/test_style.py proves it.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any
from unicodedata import east_asian_width


@dataclass(frozen=True, slots=True)
class Face:
    """A font as files name it, what Word may take instead, and its kind (serif: like 宋体)."""

    name: str
    instead: str
    serif: bool


SONG = Face("宋体", "SimSun", serif=True)
FANG = Face("仿宋", "仿宋_GB2312", serif=True)
HEI = Face("黑体", "SimHei", serif=False)
XIAOBIAO = Face("方正小标宋简体", "宋体", serif=True)  # titles of official documents
FACES = (SONG, FANG, HEI, XIAOBIAO)
_FAMILY = {True: 1, False: 2}  # roman, swiss (ECMA-376 18.8.18)
GB2312 = 134  # character set

# Sizes in points
TITLE, TITLE_SMALL, BODY, SMALL, PART, FIGURE = 20, 18, 10.5, 10, 12, 26

# Inks and lines
INK, WHITE = "#000000", "#FFFFFF"
LINE = "#7F7F7F"
RED_INK = "#A50000"  # beside a word: does not agree with a rule
LINK_INK = "#0B4F9E"
QUIET_INK = "#595959"  # guidance

# Fills, from light to dark in grey print
GREY_PALE = "#F2F2F2"  # worked out by the workbook; labels
BLUE_PALE = "#E9F0F8"  # subtotals
YELLOW = "#FFF2CC"  # to be filled; 警告, 今日到期
PEACH = "#F8D0C2"  # contradicts a rule
BLUE = "#DCE6F1"  # heads, totals; 已报, 提示
GREY = "#D9D9D9"  # no school that day; 错月, 未定期限
ORANGE = "#F4B183"  # a threshold is reached; 未报, 错误, 逾期
SHADES = (WHITE, "#DEEBF7", "#B5D2EC", "#7FB2DE")  # few to many, in a matrix

# Charts: series in their order, dark to light, each with an outline
SERIES = ("#003F5C", "#D55E00", "#7CC4EE", "#F7EFA0")
OUTLINE = "#404040"
GRID = "#D9D9D9"

# Marks in an open workbook: one step from those of Excel's own styles 差 and 适中
MARK_ERROR, MARK_WARNING, MARK_NOTE = "#FFC8CE", "#FFEB9D", "#DDEBF8"

LINE_POINTS = 13.5  # height of a line of BODY or SMALL
ROW_LEAST, ROW_MOST = 18.0, 408.0  # below Excel's limit of 409 (ECMA-376 18.3.1.73)
COLUMN_PIXELS, SAFETY = 7, 4  # room of a column a character; kept free, since programs differ
WIDEST = 60.0  # characters


_WHOLE = re.compile(r"[（〔“‘《【(]*(?:[!-~]+|.)[，。、；：！？）〕”’》】)]*", re.S)  # never parted


def font(face: Face, size: float, **more: Any) -> dict[str, Any]:
    """XlsxWriter's properties of a font, with what helps a program that lacks it."""
    return {
        "font_name": face.name,
        "font_size": size,
        "font_family": _FAMILY[face.serif],
        "font_charset": GB2312,
        **more,
    }


def rgb(colour: str) -> tuple[int, int, int]:
    """Red, green, blue (0–255) of #RRGGBB."""
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red, green, blue


def breadth(text: str) -> float:
    """Width of a text in full-width characters: a Chinese character is 1, another 0.55."""
    if text.isascii():
        return 0.55 * len(text)
    return sum(1.0 if east_asian_width(c) in "WFA" else 0.55 for c in text)


def lines(text: object, width: float, points: float = BODY) -> int:
    """Lines that ``text`` takes in a column of ``width`` characters at a font size, at least 1.

    A full-width character is as wide as the font is high, so a line holds whole characters; a number
    or a word is not broken where it fits on a line, and a bracket stays with what it holds.
    """
    room = max((width * COLUMN_PIXELS - SAFETY) / (points * 96 / 72), 1.0)
    return sum(_wrapped(line, room) for line in str(text).split("\n"))


def _wrapped(line: str, room: float) -> int:
    """Lines of a text without line ends, in a column that holds ``room`` full-width characters."""
    if breadth(line) <= room:
        return 1
    count, filled = 1, 0.0
    for piece in _WHOLE.findall(line):
        wide = breadth(piece)
        if filled + wide <= room:
            filled += wide
        elif wide <= room:
            count, filled = count + 1, wide
        else:  # longer than a line: broken anywhere, begun on a line of its own
            needed = math.ceil(wide / room)
            count += needed - (filled == 0)
            filled = wide - (needed - 1) * room
    return count


def width_of(texts: object, points: float = BODY, *, least: float = 6.0) -> float:
    """Column width (characters) in which the longest of ``texts`` (an iterable) stands on one line."""
    longest = max((breadth(str(text)) for text in texts), default=0.0)  # type: ignore[attr-defined]
    return min(max(longest * points * 96 / 72 / COLUMN_PIXELS + 1.5, least), WIDEST)


def height_of(count: int, points: float = LINE_POINTS) -> float:
    """Points of a row that shows ``count`` lines, or as many whole ones as Excel's tallest row holds."""
    return max(ROW_LEAST, points * min(count, (ROW_MOST - 4) // points) + 4)
