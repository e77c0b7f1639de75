"""Grids of responsibility (网格): what a grid's name says, whether it has a head, telephone numbers.

Sources: YL-01, YL-05, YL-32, YL-47..49 (annex 1: 镇级填乡镇名, 村级填村庄或社区名, 校级填学校名, 班级填学校名加班级名).
"""

from __future__ import annotations

import datetime as dt
import functools
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kbbx_xl.model import Period
from kbbx_xl.rules.classes import class_label, whole_class

LEVELS = ("镇级", "村级", "校级", "班级")
NAME_BLANK, TO_BE_DECIDED = "name_blank", "to_be_decided"

_UNSEEN = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")
_NOBODY = re.compile(r"[/\\\-—–_.·、*×?？]*|无|没有|空|/")
_UNDECIDED = re.compile(
    r"\(?(暂|尚)?(待|未|缺)(定|确定|明确|落实|安排|聘|补|配|任命|指定|报|选)?(人选?|员)?\)?"
    r"|暂(缺|无|空)|空缺|缺(编|员|位|岗)|另行?(通知|定)|(拟|正在)(定|选).{0,3}|TBD",
    re.IGNORECASE,
)
_GRID = re.compile(r"\(?([镇村校班]级)?网格(化管理)?(区|组|点)?\)?$")
_VILLAGE_GRID = re.compile(r"(?<=[^村区(])村级网格$")
_COMMITTEE = re.compile(
    r"(?<=[村区])(村?民?委员会|村?民?委会|居民?委员会|居民?委会|两委|党支部|村部|民委)$"
)
_VILLAGE = re.compile(r"(村|社区|居委会|屯|寨|组)$")
_TOWN = re.compile(r"^.{1,10}?(?:镇|乡|街道(?:办事处|办)?|管委会)(?=.{2,}(?:村|社区|屯|寨|组)$)")
_COUNTRY_CODE = re.compile(r"^(?:\+|00)?86(?=1\d{10}$)")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_MOBILES = re.compile(r"(?:1[3-9]\d{9}\n)*")
_LANDLINE = re.compile(r"\(?0\d{2,3}\)?-?[2-9]\d{6,7}(?:(?:-|转|EXT\.?)\d{1,6})?")
_BETWEEN_PHONES = re.compile(r"[、,;/|，；]")


def _plain(text: object) -> str:
    return _UNSEEN.sub("", unicodedata.normalize("NFKC", str(text)))


def grid_class(
    name: str, period: Period, schools: Sequence[str] = (), *, stage: str = ""
) -> tuple[str, str]:
    """(grade, class) of a class grid: 石桥小学三年级2班, 石桥小学三（2）班, 三年级2班网格 -> (三年级, 2班).

    The school's name is cut off when it is one of ``schools``; a short or other name in front is
    passed over.  ("", "") when the name does not end with a class of a grade.
    """
    return _grid_class(name, period, tuple(schools), stage)


@functools.lru_cache(maxsize=1024)
def _grid_class(name: str, period: Period, schools: tuple[str, ...], stage: str) -> tuple[str, str]:
    plain = _GRID.sub("", _plain(name))
    for school in sorted(map(_plain, schools), key=len, reverse=True):
        if school and plain.startswith(school):
            plain = plain.removeprefix(school)
            break
    for start in range(len(plain)):
        found = whole_class(plain[start:], period=period, stage=stage)
        if found:
            return found
    return "", ""


@functools.lru_cache(maxsize=8192)
def village_name(name: str) -> str:
    """The village of a village grid: 石板村网格, 石板村村委会, 双河镇石板村 -> 石板村."""
    plain = _GRID.sub("", _VILLAGE_GRID.sub("村", _plain(name)))
    plain = _COMMITTEE.sub("", plain)
    return _TOWN.sub("", plain) or plain


def find_village(name: str, villages: Iterable[str]) -> str:
    """The one of ``villages`` meant by a grid's name, with or without 村 or 社区 at its end; or ""."""
    wanted = village_name(name)
    by_name = {village_name(village): village for village in villages}
    if wanted in by_name:
        return by_name[wanted]
    short = _VILLAGE.sub("", wanted)
    fits = [full for known, full in by_name.items() if short and _VILLAGE.sub("", known) == short]
    return fits[0] if len(fits) == 1 else ""


def head_state(name: object) -> str:
    """What stands in place of a head's name: "" a name, name_blank, or to_be_decided (待定)."""
    plain = _plain(name) if name is not None else ""
    if _NOBODY.fullmatch(plain):
        return NAME_BLANK
    return TO_BE_DECIDED if _UNDECIDED.fullmatch(plain) else ""


def is_mobile(written: object) -> bool:
    """Is it a mobile number of 11 digits and nothing else?"""
    return isinstance(written, str) and _MOBILE.fullmatch(written) is not None


def all_mobile(written: Sequence[object]) -> bool:
    """``is_mobile`` of a whole column at once; TypeError when something in it is no text."""
    lines = "\n".join([*written, ""])  # type: ignore[list-item]
    return len(lines) == 12 * len(written) and _MOBILES.fullmatch(lines) is not None


def phone_ok(written: object) -> bool:
    """Is it a mobile number of 11 digits, or a landline with its area code?

    Spaces, hyphens and +86 are allowed; of several numbers each must be right.
    """
    if written is None or isinstance(written, bool):
        return False
    if is_mobile(written):
        return True  # as nearly all are written
    text = f"{written:.0f}" if isinstance(written, float) else _plain(written)
    parts = [part for part in _BETWEEN_PHONES.split(text.upper()) if part]
    return bool(parts) and all(map(_one_phone_ok, parts))


def _one_phone_ok(text: str) -> bool:
    if _LANDLINE.fullmatch(text):
        return True
    return bool(_MOBILE.fullmatch(_COUNTRY_CODE.sub("", text.replace("-", ""))))


def name_fits(
    level: str, name: str, *, towns: Iterable[str] = (), villages: Iterable[str] = (),
    schools: Iterable[str] = (), period: Period, stage: str = "",
) -> bool:  # fmt: skip
    """Does a grid's name follow the naming rule of its level (YL-49)?

    镇级 the town, 村级 a village or community, 校级 a school, 班级 a school and a class of it.  An empty
    list of names means that they are not known: then any name that is not of another kind fits.
    """
    plain = _plain(name)
    grade, _ = grid_class(plain, period, tuple(schools), stage=stage)
    if level == "班级":
        known = tuple(map(_plain, schools))
        return bool(grade) and (not known or plain.startswith(known))
    if level == "村级":
        known_villages = tuple(villages)
        return (
            bool(plain)
            and not grade
            and (not known_villages or bool(find_village(plain, known_villages)))
        )
    names = set(map(_plain, towns if level == "镇级" else schools))
    return bool(plain) and not grade and (not names or plain in names)


def grid_key(
    level: str, name: str, period: Period, schools: Sequence[str] = (), *, stage: str = ""
) -> str:
    """What a grid is called on every sheet: 石桥小学三（2）班 -> 三年级2班, 石板村委会 -> 石板村; the plain
    text for towns and schools."""
    if level == "班级":
        grade, class_name = grid_class(name, period, schools, stage=stage)
        return class_label(grade, class_name) or _plain(name)
    return village_name(name) if level == "村级" else _GRID.sub("", _plain(name))


@dataclass(frozen=True, slots=True)
class Handed:
    """A change of head (网格变动): from ``day`` on ``new`` holds the grid that ``old`` held."""

    day: dt.date
    old: str
    new: str


def in_order(changes: Iterable[Handed]) -> list[Handed]:
    """Changes of one grid by day; those of one day follow the chain (原网格长 → 新网格长)."""
    waiting = sorted(changes, key=lambda c: c.day)
    ordered: list[Handed] = []
    while waiting:
        today = [c for c in waiting if c.day == waiting[0].day]
        holder = ordered[-1].new if ordered else ""
        follows = [c for c in today if c.old and c.old == holder]
        begins = [c for c in today if c.old not in {o.new for o in today if o is not c}]
        ordered.append((follows or begins or today)[0])
        waiting.remove(ordered[-1])
    return ordered


def head_on(listed: str, changes: Iterable[Handed], day: dt.date) -> str:
    """Who holds a grid on a day (YL-32): the last change by then, else whom the next one replaces, else
    the roster."""
    ordered = in_order(changes)
    done = [c.new for c in ordered if c.day <= day]
    ahead = [c.old for c in ordered if c.day > day and c.old]
    return done[-1] if done else ahead[0] if ahead else listed
