"""Which formats of cells (单元格格式) show a number as a date."""

from __future__ import annotations

import re

NUMBERS = frozenset((*range(14), *range(37, 41), 48, 49))  # numFmtId without any code in the file
DATES = frozenset(range(14, 18))
_CELL_FORMATS = re.compile(rb"<cellXfs[ >].*?</cellXfs>", re.S)
_FORMAT = re.compile(rb'<xf (?:[^>]*? )??numFmtId="(\d{1,5})"')
_ANY_FORMAT = re.compile(rb"<xf[ />]")
_CODE = re.compile(rb'<numFmt numFmtId="(\d{1,5})" formatCode="([^"]*+)"/>')
_ANY_CODE = re.compile(rb"<numFmt[ />]")
_SILENT = re.compile(  # what says nothing of how a number is shown
    rb"&quot;[^&]*+&quot;|[\\_].|[*][^A-Za-z]|\[(?:Red|Black|Blue|Green)\]"
)
_NUMBER_CODE = re.compile(rb"[-#0?,.%;()$+@ ]*|General")
_DATE_CODE = re.compile(
    "(?:yyyy|yy|mm?+|dd?+|年|月|日|[-/.]|\\\\[-/. ]|&quot;(?:年|月|日)&quot;)++(?:;@)?+".encode()
)


class Shown:
    """What a format makes of a number; UNCLEAR where nobody should guess."""

    NUMBER = 0
    DATE = 1
    UNCLEAR = 2


def shown_by_format(styles: bytes) -> list[int]:
    """What each format of cells, in the order of cellXfs, makes of a number; [] when it cannot be told."""
    listed = _CELL_FORMATS.search(styles)
    if listed is None:
        return []
    ids = [int(number) for number in _FORMAT.findall(listed[0])]
    if len(ids) != len(_ANY_FORMAT.findall(listed[0])):
        return []
    codes = {int(number): _of_code(code) for number, code in _CODE.findall(styles)}
    unread = len(codes) != len(_ANY_CODE.findall(styles))
    return [codes.get(number, Shown.UNCLEAR if unread else _of_id(number)) for number in ids]


def _of_id(number: int) -> int:
    if number in NUMBERS:
        return Shown.NUMBER
    return Shown.DATE if number in DATES else Shown.UNCLEAR


def _of_code(code: bytes) -> int:
    if _NUMBER_CODE.fullmatch(_SILENT.sub(b"", code)):
        return Shown.NUMBER
    return Shown.DATE if _DATE_CODE.fullmatch(code) else Shown.UNCLEAR
