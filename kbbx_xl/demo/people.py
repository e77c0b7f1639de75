"""Invented pupils and staff: names, numbers and addresses that belong to nobody.

Ids carry the right check digit but the area code 520000, which is given to no county; phones lie in
the 1740 block, which no carrier uses.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from random import Random

from kbbx_xl.model import GRADES, LeaveKind
from kbbx_xl.rules.identity import CHECK_CHARACTERS, WEIGHTS

AREA = "520000"
PHONE_BLOCK = "1740"
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
BOYS = "伟强磊军勇杰涛超明刚平辉鹏华飞鑫波斌宇浩凯健俊帆帅旭宁龙林峰成志远浩然子轩博文天佑家豪"
GIRLS = "芳娜敏静丽艳娟霞秀燕玲桂英红梅莉兰凤洁琳雪慧颖婷倩欣怡思雨梦涵佳雯可馨诗琪语嫣晓彤雅"
ETHNICITIES = ("汉族",) * 14 + ("苗族", "布依族", "侗族", "土家族", "彝族", "仡佬族")
DISABILITIES = ("肢体残疾", "智力残疾", "听力残疾", "视力残疾", "多重残疾")
GROUPS = "一二三四五六七八"


@dataclass(frozen=True, slots=True)
class Spell:
    """Consecutive school days away for one reason; ``half`` is one half day of absence."""

    days: tuple[dt.date, ...]
    kind: LeaveKind
    back: dt.date | None  # first day back; None while still away
    reason: str
    half: bool = False


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit to bring a pupil back (劝返)."""

    date: dt.date
    visitors: str
    phone: str
    record: str
    result: str


@dataclass(frozen=True, slots=True)
class Case:
    """One line of a school's ledgers (疑似辍学台账、辍学台账)."""

    status: str  # 疑似辍学 | 辍学 | 已返校
    first_absent: dt.date
    run_days: int
    reason: str
    whereabouts: str
    closed: dt.date | None
    listed_on: dt.date  # 列入台账
    visits: tuple[Visit, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One change of register in the month (学籍异动)."""

    change: str  # 转入 | 转出 | 休学 | 复学 | 辍学
    date: dt.date
    other_school: str = ""


@dataclass(slots=True)
class Student:
    """One pupil on one school's roster."""

    name: str
    sex: str
    birth: dt.date
    id_no: str
    student_no: str
    ethnicity: str
    village: str
    registered_address: str
    address: str
    guardian: str
    guardian_phone: str
    grade: str
    class_name: str = ""
    class_no: str = ""
    left_behind: bool = False
    migrant: bool = False
    orphan: bool = False
    disability: str = "无残疾"
    status: str = "在读"
    spells: list[Spell] = field(default_factory=list)
    case: Case | None = None
    change: Change | None = None

    @property
    def enrolled(self) -> bool:
        return self.status in ("在读", "复学", "送教上门")

    @property
    def taught_at_home(self) -> bool:
        return self.status == "送教上门"


@dataclass(frozen=True, slots=True)
class Person:
    """A member of staff: name and phone."""

    name: str
    phone: str


class Population:
    """Makes people; no two share an id."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self._used: set[str] = set()

    def name(self, sex: str) -> str:
        rng = self.rng
        given = BOYS if sex == "男" else GIRLS
        return rng.choice(SURNAMES) + "".join(rng.choices(given, k=1 if rng.random() < 0.15 else 2))

    def phone(self) -> str:
        return f"{PHONE_BLOCK}{self.rng.randrange(10**7):07d}"

    def person(self) -> Person:
        return Person(self.name(self.rng.choice("男女")), self.phone())

    def id_no(self, birth: dt.date, sex: str) -> str:
        """A new 身份证号: area, birth date, sequence (odd for boys), check character (GB 11643)."""
        while True:
            sequence = self.rng.randrange(500) * 2 + (sex == "男")
            body = f"{AREA}{birth:%Y%m%d}{sequence:03d}"
            if body not in self._used:
                self._used.add(body)
                return body + check_character(body)

    def student(self, grade: str, school_year: int, where: str, village: str) -> Student:
        """A pupil of the right age for ``grade``, living in ``village`` of the place ``where``."""
        rng = self.rng
        sex = "男" if rng.random() < 0.52 else "女"
        birth = birth_date(rng, grade, school_year)
        number = self.id_no(birth, sex)
        register = "G" + number
        if rng.random() < 0.01:  # a temporary number, not related to the id
            register = f"L{number[:14]}{rng.randrange(1000, 10000)}"
        address = f"{where}{village}{rng.choice(GROUPS)}组{rng.randrange(1, 160)}号"
        disabled = rng.random() < 0.006
        return Student(
            name=self.name(sex),
            sex=sex,
            birth=birth,
            id_no=number,
            student_no=register,
            ethnicity=rng.choice(ETHNICITIES),
            village=village,
            registered_address=address,
            address=address if rng.random() < 0.9 else "县城租住",
            guardian=self.name(rng.choice("男女")),
            guardian_phone=self.phone(),
            grade=grade,
            left_behind=rng.random() < 0.15,
            migrant=rng.random() < 0.03,
            orphan=rng.random() < 0.003,
            disability=rng.choice(DISABILITIES) if disabled else "无残疾",
            status="送教上门" if disabled and rng.random() < 0.4 else "在读",
        )


def check_character(body: str) -> str:
    """The 18th character of an id from the 17 before it."""
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    return CHECK_CHARACTERS[total % 11]


def birth_date(rng: Random, grade: str, school_year: int) -> dt.date:
    """Six years old by 31 August on entering grade one; one in thirty is a year older."""
    year = school_year - GRADES.index(grade) - 7 - (rng.random() < 1 / 30)
    return dt.date(year, 9, 1) + dt.timedelta(days=rng.randrange(365))
