"""Identity numbers: 身份证号 (GB 11643) and 学籍号, judged as they were written.

A number is usable when it names one person beyond doubt.  Repairs that cannot change who is meant
(white space, full-width digits, an apostrophe, lower-case x) are made; anything else is reported and
the number is not used: digits are never guessed.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "10X98765432"  # by weighted sum modulo 11
# GB/T 2260 provinces; 71, 81–83: Taiwan, Hong Kong, Macao, also on their residents' permits
# (港澳台居民居住证).
PROVINCES = frozenset(
    str(code)
    for first, last in (
        (11, 15),
        (21, 23),
        (31, 37),
        (41, 46),
        (50, 54),
        (61, 65),
        (71, 71),
        (81, 83),
    )
    for code in range(first, last + 1)
)
FOREIGNER = (
    "9"  # first digit of the permanent residence card (外国人永久居留身份证), province after it
)
NOTHING = frozenset(
    {"", "无", "没有", "暂无", "无证", "未办", "未办理", "待补", "/", "\\", "-", "—", "——"}
)
REPAIRED = frozenset({"", "fullwidth", "inner_space", "apostrophe"})  # problems that leave a value

_STUDENT_NO = re.compile(r"[GLJ]\d{17}[\dX]", re.ASCII)
_DIGITS = re.compile(r"\d+X?", re.ASCII)
_SCIENTIFIC = re.compile(r"\d(\.\d+)?E\+?\d+", re.ASCII)
_SPACE = re.compile(r"[\s\u200b-\u200f\u202a-\u202e\u2060\ufeff]+")
_APOSTROPHES = "'`´‘’′＇"
_LETTERS = str.maketrans("OIL", "011")
EARLIEST_YEAR = 1900
_EXCEL_DIGITS = 15  # a number in an Excel cell keeps no more


@dataclass(frozen=True, slots=True)
class IdVerdict:
    """What a written 身份证号 is worth.

    ``value``: 18 characters, or "" when the number cannot be used.  ``problem``: "", or missing,
    excel_precision, checksum, short17, long19, length, letter_o, fullwidth, inner_space, apostrophe,
    bad_date, region, garbage; a number with a problem of ``REPAIRED`` keeps its value.
    """

    value: str
    problem: str = ""


_VERDICTS = {
    problem: IdVerdict("", problem) for problem in ("missing", "excel_precision", "garbage")
}


@lru_cache(maxsize=65536)
def _head(text: str) -> int:
    """Weighted sum of region and birth date (14 digits); -1 when region or date is not valid."""
    if not (text.isascii() and text.isdigit()) or not region_ok(text) or _date(text[6:]) is None:
        return -1
    return sum(int(digit) * weight for digit, weight in zip(text, WEIGHTS, strict=False))


@lru_cache(maxsize=1024)
def _tail(text: str) -> int:
    """Weighted sum of the three digits of sequence; -1 when they are not digits."""
    if not (text.isascii() and text.isdigit()):
        return -1
    return sum(int(digit) * weight for digit, weight in zip(text, WEIGHTS[14:], strict=True))


@lru_cache(maxsize=65536)
def _date(text: str) -> dt.date | None:
    try:
        day = dt.date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return None
    return day if day.year >= EARLIEST_YEAR else None


def checksum_ok(number: str) -> bool:
    """GB 11643: does the 18th character fit the 17 digits before it?"""
    total = sum(int(digit) * weight for digit, weight in zip(number, WEIGHTS, strict=False))
    return CHECK_CHARACTERS[total % 11] == number[17]


def region_ok(number: str) -> bool:
    """Does the number begin with a province (GB/T 2260)?  The county is not checked: codes change."""
    return (number[1:3] if number[0] == FOREIGNER else number[:2]) in PROVINCES


def check_id(written: object) -> IdVerdict:
    """Judge a 身份证号 as it stands in the cell: text, number or empty.

    A number is damaged, because Excel keeps 15 digits; so is text of 18 digits that ends in 000 and
    fails the check.  Of several problems the gravest is named; a wrong check digit comes before a
    birth date or region that does not exist, as it says more surely that a digit is wrong.
    """
    if type(written) is str and len(written) == 18:  # the usual case, in few steps
        head, tail = _head(written[:14]), _tail(written[14:17])
        if head >= 0 <= tail and CHECK_CHARACTERS[(head + tail) % 11] == written[17]:
            return IdVerdict(written)
    if written is None:
        return _VERDICTS["missing"]
    if isinstance(written, bool):
        return _VERDICTS["garbage"]
    if isinstance(written, (int, float)):
        digits = f"{written:.0f}"
        return (
            _VERDICTS["excel_precision"] if len(digits) > _EXCEL_DIGITS else IdVerdict("", "length")
        )
    return _check_text(str(written))


def _check_text(text: str) -> IdVerdict:
    number, repair = _repaired(text)
    if number in NOTHING:
        return _VERDICTS["missing"]
    if _SCIENTIFIC.fullmatch(number):
        return _VERDICTS["excel_precision"]
    if not _DIGITS.fullmatch(number):
        return IdVerdict("", "letter_o") if _with_letters(number) else _VERDICTS["garbage"]
    if len(number) != 18:
        return IdVerdict("", {17: "short17", 19: "long19"}.get(len(number), "length"))
    if not checksum_ok(number):
        return IdVerdict("", "excel_precision" if number.endswith("000") else "checksum")
    if _date(number[6:14]) is None:
        return IdVerdict("", "bad_date")
    if not region_ok(number):
        return IdVerdict("", "region")
    return IdVerdict(number, repair)


def _repaired(text: str) -> tuple[str, str]:
    """(number, what was repaired): trimmed, half-width, upper-case, without inner spaces."""
    trimmed = _SPACE.sub(" ", text).strip(" ")
    bare = trimmed.strip(_APOSTROPHES).strip(" ")
    narrow = unicodedata.normalize("NFKC", bare).replace("×", "X").upper()
    number = narrow.replace(" ", "")
    if narrow != bare.upper():
        return number, "fullwidth"
    if number != narrow:
        return number, "inner_space"
    return number, "apostrophe" if bare != trimmed else ""


def _with_letters(number: str) -> bool:
    """Would it be a number if the letters O, I and L were the digits they look like?"""
    read = number.translate(_LETTERS)
    return read != number and len(read) in (17, 18, 19) and bool(_DIGITS.fullmatch(read))


def birth_of(number: str) -> dt.date:
    """Birth date in a usable 身份证号; ValueError when there is none."""
    day = _date(number[6:14])
    if day is None:
        raise ValueError("身份证件号里没有出生日期")
    return day


def sex_of(number: str) -> str:
    """男 or 女, by the 17th digit of a usable 身份证号."""
    return "男" if int(number[16]) % 2 else "女"


def check_student_no(written: object, id_value: str = "") -> tuple[str, str]:
    """(学籍号 or "", problem): problem is "", missing, format or g_differs.

    The form is one letter and 18 characters.  G stands before the 身份证号, yet may lawfully differ
    from it after a change of key data, so g_differs keeps the value; L and J owe it nothing.
    """
    if written is None:
        return "", "missing"
    number = str(written)
    if isinstance(written, str) and not _STUDENT_NO.fullmatch(written):
        number = _repaired(written)[0]
    if number in NOTHING:
        return "", "missing"
    if not _STUDENT_NO.fullmatch(number):
        return "", "format"
    differs = number[0] == "G" and id_value and number[1:] != id_value
    return number, "g_differs" if differs else ""


def day_number(day: dt.date) -> int:
    """A day as one number that sorts and subtracts by years: 2015-04-07 -> 20150407."""
    return day.year * 10000 + day.month * 100 + day.day


def age_on(birth: dt.date, day: dt.date) -> int:
    """Full years (周岁) on ``day``; a birthday counts from the day itself."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def row_key(record: Mapping[str, object]) -> str:
    """学生键: what joins the rows of a child within one workbook, as its formulas do.

    The id as written, else the student number; whether the id is right is not asked.  An id that
    Excel made a number is none.
    """
    written = record.get("id_no")
    if not written or not isinstance(written, str):
        written = record.get("student_no")
    return bare_id(written)


def bare_id(written: object) -> str:
    """An id as the workbook's formulas repair it; "" for a number."""
    if not isinstance(written, str):
        return ""
    narrow = unicodedata.normalize("NFKC", written).upper().replace("×", "X")
    return narrow.replace(" ", "").replace("'", "")
