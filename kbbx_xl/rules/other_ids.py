"""The 身份证号 in its other forms: the old one of 15 digits, and inside a 残疾人证号.

Both say whose they are as surely as the 18 characters: GB 11643 turns the first into the second by
putting 19 before the year and adding the check character; a 残疾人证号 is the id, one digit of
category, one of grade, and after a loss B and how often it was replaced.  Damaged numbers are never
repaired; they are only laid beside others to ask a person (``near_ids``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kbbx_xl.rules.cells import text_of
from kbbx_xl.rules.identity import CHECK_CHARACTERS, WEIGHTS, check_id

FROM_OLD, FROM_DISABILITY = "由15位换算", "取自残疾证号"
LENGTH, LOST = 18, "000"
CENTURY = "19"  # nobody born later ever got an id of 15 digits
_OLD = re.compile(r"\d{15}", re.ASCII)
_DISABILITY = re.compile(r"(\d{17}[\dX])[1-7][1-4](B\d)?", re.ASCII)  # 七类、四级
_DAMAGED = re.compile(r"[\dXOIL]{14,20}", re.ASCII)
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class FoundId:
    """``value``: 18 characters or ""; ``origin``: how it was got, "" when it was written so.

    ``damaged``: what was written of an id that cannot be used, "" where there is nothing like one.
    """

    value: str = ""
    origin: str = ""
    damaged: str = ""


NO_ID = FoundId()


def find_id(written: object) -> FoundId:
    """The id in a cell: usable as it stands, by one of its other forms, or damaged."""
    if value := check_id(written).value:
        return FoundId(value)
    if written is None or isinstance(written, bool):
        return NO_ID
    # 15 digits are the one form that a number in an Excel cell keeps whole
    text = f"{written:.0f}" if isinstance(written, float) else text_of(written)
    number = _SPACE.sub("", text).upper()
    if value := from_old(number):
        return FoundId(value, FROM_OLD)
    inside = _DISABILITY.fullmatch(number)
    if inside and (value := check_id(inside[1]).value):
        return FoundId(value, FROM_DISABILITY)
    return FoundId(damaged=number) if _DAMAGED.fullmatch(number) else NO_ID


def from_old(number: str) -> str:
    """The 18 characters of an id of 15 digits; "" when its region or birth date cannot be."""
    if not _OLD.fullmatch(number):
        return ""
    body = f"{number[:6]}{CENTURY}{number[6:]}"
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    return check_id(body + CHECK_CHARACTERS[total % 11]).value


def near_ids(one: str, other: str) -> str:
    """What tells two written ids apart when it is one slip, in words; "" for more or none.

    One digit wrong, two neighbours swapped, one left out or one too many, or the last three lost to
    a spreadsheet that took the id for a number.
    """
    if one == other or abs(len(one) - len(other)) > 1:
        return ""
    if any(len(n) == LENGTH and n.endswith(LOST) for n in (one, other)) and (
        one[: -len(LOST)] == other[: -len(LOST)]
    ):
        return "末三位被改成000"
    if len(one) == len(other):
        wrong = [n for n, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
        if len(wrong) == 1:
            return "只差一位"
        first, last = wrong[0], wrong[-1]
        swapped = last == first + 1 and one[first] == other[last] and one[last] == other[first]
        return "相邻两位对调" if len(wrong) == 2 and swapped else ""
    return "少写或多写一位" if one_left_out(one, other) else ""


def one_left_out(one: str, other: str) -> bool:
    """Whether two texts of different length are the same but for one character left out."""
    longer, shorter = sorted((one, other), key=len, reverse=True)
    at = next((n for n, c in enumerate(shorter) if c != longer[n]), len(shorter))
    return longer[:at] + longer[at + 1 :] == shorter
