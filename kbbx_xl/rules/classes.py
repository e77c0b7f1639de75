"""Grades and classes (年级、班级) as schools write them -> 三年级, 2班.

Grades are numbered through the nine years of compulsory education in the six-three system.  An entry
year (2026级) or a leaving year (2029届) is turned into a grade by the school year of the period; it
needs the stage, because 2026级 is 一年级 in a primary school and 七年级 in a junior school.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from kbbx_xl.model import GRADES, Period

_NUMERALS = "零一二三四五六七八九"
_UNSEEN = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")
_BRACKETS = str.maketrans("[]{}〔〕【】〈〉", "()()()()()")
_STAGE = r"(?P<stage>小学部?|初中部?|初级中学|高中部?|高级中学|小|初|高)?"
_COHORT = re.compile(_STAGE + r"(?P<year>(?:20)?\d{2})(?P<end>级|届)")
_WITH_WORD = re.compile(_STAGE + r"(?P<n>[一二三四五六七八九1-9])年级?")
_WITH_STAGE = re.compile(_STAGE.removesuffix("?") + r"(?P<n>[一二三四五六七八九]|[1-9](?!\d*班))")
_BEFORE_CLASS = re.compile(
    r"(?P<stage>)(?P<n>[一二三四五六七八九1-9])(?=\(|[-.·/_][\d一二三四五六七八九十])"
)
_MIXED = re.compile(r"(?P<stage>)(?P<n>[一二三四五六七八九])(?=\d{1,2}班?$)")
_THREE_DIGITS = re.compile(r"(?P<stage>)(?P<n>[1-9])(?=\d{2}班?$)")
_PATTERNS = (_WITH_WORD, _WITH_STAGE, _BEFORE_CLASS, _MIXED, _THREE_DIGITS)
_BARE_GRADE = re.compile(_STAGE + r"(?P<n>[一二三四五六七八九1-9])")
_CLASS = re.compile(r"[-.·/_]?\(?第?(?P<n>\d{1,4}|[一二三四五六七八九十]{1,3})\)?班?")
_NAMED_CLASS = re.compile(r"[-.·/_]?\(?(?P<name>[\u4e00-\u9fffA-Za-z]{1,8}?)\)?班")
_NATIONAL = {f"{level}{n}": grade for level, first, count in ((1, 0, 6), (2, 6, 3))
             for n, grade in enumerate(GRADES[first : first + count], 1)}  # fmt: skip


def numeral_value(text: str) -> int:
    """Arabic numeral, or Chinese numeral below 100: 十二 -> 12, 07 -> 7; 0 when it is neither."""
    if text.isascii() and text.isdigit():
        return int(text)
    tens, ten, units = text.rpartition("十")
    if not ten:
        return max(_NUMERALS.find(text), 0) if len(text) == 1 else 0
    values = [
        _NUMERALS.find(part) if part else default for part, default in ((tens, 1), (units, 0))
    ]
    return values[0] * 10 + values[1] if min(values) >= 0 else 0


def _plain(text: object) -> str:
    folded = unicodedata.normalize("NFKC", str(text)).translate(_BRACKETS)
    return _UNSEEN.sub("", folded).removesuffix(".0")


@lru_cache(maxsize=8192)
def grade_of(text: str, *, period: Period, stage: str = "") -> str:
    """Canonical grade of what stands in a grade column (or before a class); "" when there is none.

    Reads 三年级, 3年级, 三, 小学三年级, 小三, 初中八年级, 初中二年级, 初二, 2026级, 2029届, 三（2）班, the
    codes 11–16, 21–23 of the national system, and cohorts by ``period``.  ``stage`` (学段 of the
    school) decides what 2026级 or 二年级 of a junior school is.  Senior grades (高一) are none.
    """
    plain = _plain(text)
    if plain in _NATIONAL:
        return _NATIONAL[plain]
    bare = _BARE_GRADE.fullmatch(plain)
    if bare:
        return _numbered(bare["stage"], numeral_value(bare["n"]), stage)
    return _split(plain, period, stage)[0]


@lru_cache(maxsize=8192)
def class_of(text: str, *, period: Period, stage: str = "") -> tuple[str, str]:
    """(grade, class) of what stands in a class column: 三（2）班 -> (三年级, 2班), 1 -> ("", 1班).

    Either is "" when the text does not say.  A class with a name instead of a number keeps it:
    三年级阳光班 -> (三年级, 阳光班).  Text after the class (考勤表) is passed over.
    """
    grade, rest = _split(_plain(text), period, stage)
    return grade, _class_name(rest)[0]


def whole_class(text: str, *, period: Period, stage: str = "") -> tuple[str, str] | None:
    """(grade, class) when the text is a numbered class of a grade and nothing else; else None."""
    grade, rest = _split(_plain(text), period, stage)
    name, tail = _class_name(rest)
    return (grade, name) if grade and name[:-1].isdigit() and not tail else None


def class_label(grade: str, class_name: str) -> str:
    """三年级, 2班 -> 三年级2班."""
    return f"{grade}{class_name}"


def _split(plain: str, period: Period, stage: str) -> tuple[str, str]:
    """(grade, what follows it); the grade is "" when the text does not begin with one."""
    cohort = _COHORT.match(plain)
    if cohort:
        return _of_cohort(cohort, period, stage), plain[cohort.end() :]
    for pattern in _PATTERNS:
        found = pattern.match(plain)
        if found:
            grade = _numbered(found["stage"], numeral_value(found["n"]), stage)
            return grade, plain[found.end() :]
    return "", plain


def _numbered(prefix: str | None, number: int, stage: str) -> str:
    """n-th grade: of the stage written before it, else of the school's stage, else of the nine."""
    junior = (prefix or stage).startswith("初")
    if (prefix or "").startswith("高") or ((prefix or "").startswith("小") and number > 6):
        return ""
    if junior and number <= 3:
        number += 6
    return GRADES[number - 1]


def _of_cohort(found: re.Match[str], period: Period, stage: str) -> str:
    prefix = found["stage"] or stage
    first, length = {"小": (0, 6), "初": (6, 3)}.get(prefix[:1], (0, 0))
    year = int(found["year"]) % 100 + 2000
    done = period.school_year - year if found["end"] == "级" else period.school_year + length - year
    return GRADES[first + done] if 0 <= done < length else ""


def _class_name(text: str) -> tuple[str, str]:
    """(class, what follows it) of the text after the grade."""
    found = _CLASS.match(text)
    if found and numeral_value(found["n"]):
        return f"{numeral_value(found['n'])}班", text[found.end() :]
    named = _NAMED_CLASS.match(text)
    return (f"{named['name']}班", text[named.end() :]) if named else ("", text)
