"""A county to set up: 3 central schools, 12 schools, one of them of the county itself; all invented."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

from kbbx_xl.books.setup.county import CountySetup, whole_directory
from kbbx_xl.books.setup.own_copy import OwnThreshold
from kbbx_xl.books.setup.settings_book import write_settings_book
from kbbx_xl.model import CalendarDay, CalendarSheet, Directory, Period, Unit, Village
from kbbx_xl.settings.policies import DayUnit, RunMeasure, StepName, Threshold

BUREAU, CODE = "青禾县教育和体育局", "520000"
GROUND = "青教体〔2026〕3号第二条"
TOWNS = ("双河镇", "柳林镇", "石门乡")
SCHOOLS = ("中心小学", "初级中学", "东湾小学", "石桥教学点")


def units() -> list[Unit]:
    """As a clerk writes them: no levels, no codes, the bureau left out."""
    made = []
    for number, town in enumerate(TOWNS):
        center = f"{town}中心校"
        made.append(Unit("", center, reporter="田一", phone=f"1740000{number:04d}"))
        last = len(SCHOOLS) - (town == "石门乡")
        made += [Unit("", f"{town}{name}", center) for name in SCHOOLS[:last]]
    return [*made, Unit("", "青禾县实验学校", stage="九年一贯制")]


def county(*, own: bool = True) -> CountySetup:
    """The whole county, with a threshold of its own unless told otherwise."""
    days = (CalendarDay(dt.date(2026, 11, 20), False, "", "农忙假"),)
    calendar = CalendarSheet(dt.date(2026, 9, 1), dt.date(2027, 1, 22), days)
    villages = (
        Village("双河镇", "东湾村", "双河镇东湾小学"),
        Village("双河镇", "石桥村", "双河镇石桥教学点"),
    )
    visit = OwnThreshold(
        StepName.VISIT, RunMeasure.CONSECUTIVE, Threshold(2.0, DayUnit.SCHOOL_DAY), GROUND
    )
    directory = Directory(whole_directory(units(), BUREAU, CODE), villages)
    return CountySetup(
        "青禾县", BUREAU, CODE, "tanghe", Period(2026, 10), directory, calendar,
        (visit,) if own else (),
    )  # fmt: skip


def few_units() -> CountySetup:
    """One central school and one school: enough where the number does not matter."""
    whole = county()
    directory = Directory(whole_directory(units()[:2], BUREAU, CODE))
    return replace(whole, directory=directory)


def settings_book(folder: Path, setup: CountySetup | None = None) -> Path:
    """设置.xlsx of it."""
    path = folder / "设置.xlsx"
    write_settings_book(path, setup or county())
    return path
