"""Addresses (住址): which county one names, and whether it says where a family lives: 县（市、区）,
乡镇（街道）, 村或小区、门牌 (TH-45)."""

from __future__ import annotations

import re

COUNTY = re.compile(r"[县市区旗]")
TOWN = re.compile(r"[乡镇]|街道|办事处|苏木|农场|林场")
PLACE = re.compile(r"[村寨屯庄组队社弄巷路街栋幢号室嘎]|小区|社区|花园|家园")
LEVELS = (("县（市、区）", COUNTY), ("乡镇（街道）", TOWN), ("村或小区、门牌", PLACE))
_NO_COUNTY = r"(?<!小)(?<!社)(?<!片)(?<!园)(?<!街)(?<!治)"
_WHOLE_COUNTY = re.compile(rf"^.*?[^省州盟市县区旗]{{1,10}}?(?:县|旗|{_NO_COUNTY}区)")
_WHOLE_CITY = re.compile(r"^.*?[^省州盟市县区旗]{1,10}市")
_ABOVE = r"(?:.+?[省州盟]|.+自治区|.+?市(?=.+[县区市旗]))*"
_OF_BUREAU = re.compile(rf"{_ABOVE}(.+?[县区市旗])")


def place_of(text: str) -> str:
    """The county, with what stands before it, of an address or a school's name: 安徽省灵璧县一中 ->
    安徽省灵璧县; "" where none is written."""
    found = _WHOLE_COUNTY.match(text) or _WHOLE_CITY.match(text)
    return found[0] if found else ""


def county_of(bureau: str) -> str:
    """The county's own name in that of its bureau, without its province: 某省青禾县教育局 -> 青禾县;
    "" where none is written."""
    found = _OF_BUREAU.match(bureau)
    return found[1] if found else ""


def missing_levels(address: str) -> tuple[str, ...]:
    """The levels an address does not name, from large to small; () for a whole or an empty one.

    Each level is looked for behind the one before, so that 城关镇 alone is no 县.
    """
    text, missing = address.strip(), []
    if not text:
        return ()
    start = 0
    for title, pattern in LEVELS:
        found = pattern.search(text, start)
        if found:
            start = found.end()
        else:
            missing.append(title)
    return tuple(missing)
