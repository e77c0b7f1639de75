"""The invented county 澜山县: who reports to whom, which village sends its children where, when
school is held."""

from __future__ import annotations

import datetime as dt
from random import Random

from kbbx_xl.demo.people import Population
from kbbx_xl.messages import InputError
from kbbx_xl.model import (
    GRADES,
    CalendarDay,
    CalendarSheet,
    Directory,
    Period,
    Unit,
    Village,
)
from kbbx_xl.rules.school_days import is_workday, school_calendar
from kbbx_xl.settings.calendar import load_calendar

PROVINCE, COUNTY = "澜江省", "澜山县"
BUREAU = f"{COUNTY}教育体育局"
TOWNS = (
    *("鹿鸣", "云栈", "霜桥", "青禾", "白鹭", "杏坪", "松涧", "月湾", "石鼓", "枫林"),
    *("沙河", "龙池", "古井", "溪口", "竹园", "茶岭", "柳营", "桃川", "雁塘", "马坳"),
)
VILLAGE_HEADS = "东南西北上下前后新老大小"
VILLAGE_TAILS = ("沟", "湾", "坪", "岭", "塘", "坡", "庄", "集", "桥", "窑", "洼", "渡")
STAGES = {
    "小学": GRADES[:6],
    "初中": GRADES[6:],
    "九年一贯制": GRADES,
    "小学（教学点）": GRADES[:3],
}
WEIGHTS = {"小学": 1.0, "初中": 2.4, "九年一贯制": 2.0, "小学（教学点）": 0.2}


def grades_of(unit: Unit) -> tuple[str, ...]:
    """The grades a school teaches."""
    return STAGES[unit.stage]


def weight_of(unit: Unit) -> float:
    """How large a school is beside the others; county and town schools are the large ones."""
    large = 3.0 if unit.level == "县直学校" else 2.2 if "中心小学" in unit.name else 1.0
    return WEIGHTS[unit.stage] * large


def invent_directory(schools: int, population: Population) -> Directory:
    """County, central schools (one to about eight schools), schools and villages.

    InputError when there would be no school.
    """
    if schools < 1:
        raise InputError("学校数应不小于 1")
    direct = max(1, schools // 12)
    towns = TOWNS[: max(1, min(len(TOWNS), round(schools / 8)))] if schools > direct else ()
    units = [_unit("529900", BUREAU, "", "县", "", population)]
    for number, town in enumerate(towns, 1):
        code = f"52{number:02d}00"
        units.append(_unit(code, f"{town}镇中心校", BUREAU, "中心校", "", population))
    for number in range(direct):
        junior = number % 2 == 1
        name = f"{COUNTY}第{'一二三四五六七八九十'[number // 2 % 10]}{'初级中学' if junior else '小学'}"
        if number >= 20:
            name = f"{COUNTY}城区第{number}小学"
        stage = "初中" if junior and number < 20 else "小学"
        units.append(_unit(f"529{number + 1:03d}", name, BUREAU, "县直学校", stage, population))
    for index in range(schools - direct):
        number, place = divmod(index, len(towns))
        units.append(_town_school(towns[place], place + 1, number, population))
    return Directory(tuple(units), _villages(units, population.rng))


def _unit(
    code: str, name: str, parent: str, level: str, stage: str, population: Population
) -> Unit:
    reporter = population.person()
    return Unit(code, name, parent, level, stage, reporter.name, reporter.phone)


def _town_school(town: str, place: int, number: int, population: Population) -> Unit:
    """The n-th school of a town: central primary, junior, nine-year, then villages and points."""
    village = _village_name(place * 7 + number)
    name, stage = f"{village}小学", "小学"
    if number < 3:
        kinds = (("中心小学", "小学"), ("初级中学", "初中"), (f"{village}九年制学校", "九年一贯制"))
        name, stage = kinds[number]
    elif number % 3 == 2:
        name, stage = f"{village}教学点", "小学（教学点）"
    code = f"52{place:02d}{number + 1:02d}"
    return _unit(code, f"{town}镇{name}", f"{town}镇中心校", "学校", stage, population)


def _village_name(number: int) -> str:
    place = number % (len(VILLAGE_HEADS) * len(VILLAGE_TAILS))
    return VILLAGE_HEADS[place % len(VILLAGE_HEADS)] + VILLAGE_TAILS[place // len(VILLAGE_HEADS)]


def _villages(units: list[Unit], rng: Random) -> tuple[Village, ...]:
    """Every school with a primary stage serves the villages of its neighbourhood."""
    villages = []
    for town_number, center in enumerate((u for u in units if u.level == "中心校"), 1):
        primary = [u for u in units if u.parent == center.name and u.stage != "初中"]
        number = town_number * 31
        for school in primary:
            for _ in range(rng.randrange(1, 5)):
                town = center.name.removesuffix("中心校")
                villages.append(Village(town, _village_name(number) + "村", school.name))
                number += 1
    return tuple(villages)


def as_of(month: Period) -> dt.date:
    """The demo's reporting day: the 20th."""
    return dt.date(month.year, month.month, 20)


def invent_calendar(month: Period, directory: Directory) -> CalendarSheet:
    """校历 of the term around ``month``: term dates, a sports day made up for on a Saturday, and
    a farming holiday of one school.  Where the national holidays of the year are not published yet
    the sheet names every working day.  InputError when no term covers the month's 20th."""
    reporting = as_of(month)
    terms = load_calendar().term_dates(month.school_year)
    term = next(((start, end) for start, end in terms if start <= reporting <= end), None)
    if term is None:
        raise InputError(f"{month.label}20日不在学期内，换一个月份")
    days = [*_sports_day(month), *_farming_days(month, directory)]
    sheet = CalendarSheet(*term, tuple(days))
    for day in school_calendar(sheet).uncovered:
        days.append(CalendarDay(day, is_workday(day)[0], "", "教学安排"))
    return CalendarSheet(*term, tuple(days))


def _sports_day(month: Period) -> list[CalendarDay]:
    """The third Thursday of the month, when it is a working day, swapped with that Saturday."""
    first_thursday = 1 + (3 - month.first.weekday()) % 7
    thursday = dt.date(month.year, month.month, first_thursday + 14)
    saturday = thursday + dt.timedelta(days=2)
    if not is_workday(thursday)[0] or is_workday(saturday)[0]:
        return []
    return [
        CalendarDay(thursday, False, "", "全县中小学生运动会"),
        CalendarDay(saturday, True, "", "补运动会当日课程"),
    ]


def _farming_days(month: Period, directory: Directory) -> list[CalendarDay]:
    """Two days off for the last village school."""
    villages = [u for u in directory.schools if u.level == "学校" and u.stage.startswith("小学")]
    days = [dt.date(month.year, month.month, n) for n in (13, 14)]
    school = villages[-1].name if villages else ""
    return [CalendarDay(d, False, school, "农忙假") for d in days if school and is_workday(d)[0]]
