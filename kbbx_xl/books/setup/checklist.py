"""开工清单.xlsx: who does what until which day of the first month, from the policy's duties and the calendar."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kbbx_xl.books.setup.columns import Ask, Column
from kbbx_xl.books.setup.county import CENTER, COUNTY, DIRECT, SCHOOL, CountySetup
from kbbx_xl.books.setup.paper import Lists, begin, put_table
from kbbx_xl.books.template.page import writing
from kbbx_xl.model import CalendarSheet, Directory, Period
from kbbx_xl.rules.duties import Occurrence, occurrences, school_year
from kbbx_xl.settings.calendar import load_calendar
from kbbx_xl.settings.national import duties_of
from kbbx_xl.settings.policies import Every, Policy

WHO = {COUNTY: "教体局", CENTER: "各中心校", DIRECT: "县直学校", SCHOOL: "各学校"}
OURS = "本软件的用法"
COLUMNS = (
    Column("done", "办了打√", Ask.TEXT, 9),
    Column("due", "哪天前", Ask.TEXT, 18),
    Column("who", "谁", Ask.TEXT, 12),
    Column("what", "做什么", Ask.TEXT, 42),
    Column("how", "怎么做", Ask.TEXT, 46),
    Column("source", "依据", Ask.TEXT, 22),
)


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the checklist; ``day`` None: no day is stated."""

    day: dt.date | None
    who: str
    what: str
    how: str
    source: str


def write_checklist(
    setup: CountySetup, policy: Policy, directory: Directory, calendar: CalendarSheet, path: Path
) -> None:
    """Write the workbook; the same arguments give the same bytes.  Raises OutputError."""
    with writing(path, "开工清单") as book:
        lists = Lists(book)
        hint = (
            f"按“{policy.title}”方案和本县校历列出 {setup.month.label} 要做的事；依据是“本软件的用法”的，是开张的步骤。"
            "以后每月的待办：kbbx-xl todo。"
        )
        page = begin(
            book, "开工清单", f"{setup.county}控辍保学开工清单（{setup.month.label}）", hint,
            [column.width for column in COLUMNS],
        )  # fmt: skip
        rows = [
            {
                "due": _day(item),
                "who": item.who,
                "what": item.what,
                "how": item.how,
                "source": item.source,
            }
            for item in sorted(
                (
                    *opening(setup, directory),
                    *duties(setup.month, policy, directory, calendar),
                ),
                key=lambda item: (item.day is None, item.day or setup.month.last),
            )
        ]
        put_table(page, lists, COLUMNS, rows, spare=4)
        lists.write()


def _day(item: Item) -> str:
    return f"{item.day:%Y-%m-%d}" if item.day else "文件没有写哪一天"


def opening(setup: CountySetup, directory: Directory) -> Iterator[Item]:
    """The steps that follow the setting up, in their order."""
    first, last, due = setup.month.first, setup.month.last, setup.due
    schools = len(directory.schools)
    yield Item(
        first,
        "教体局",
        "核对单位目录和政策方案",
        "打开“单位目录.xlsx”“政策.xlsx”，改了政策要再运行 kbbx-xl policy import",
        OURS,
    )
    yield Item(
        first,
        "教体局",
        f"把模板发给 {len(directory.centers)} 个中心校、{schools} 所学校",
        "“模板”文件夹，一个单位一个文件夹，整个发下去",
        OURS,
    )
    yield Item(
        first,
        "各学校",
        "录入学生名册，填责任人名单",
        "登记表的“学生名册”，从学籍系统导出的名单粘贴；责任人名单各表",
        OURS,
    )
    yield Item(
        last,
        "各学校",
        "每天点名，记缺勤、家访、劝返",
        "登记表；到了预警，“预警”栏会写是哪一步",
        OURS,
    )
    yield Item(
        due,
        "各中心校",
        "收齐本镇材料，检查",
        "放进“报送”里该校的文件夹；kbbx-xl check 报送",
        OURS,
    )
    yield Item(
        due,
        "教体局",
        "一键汇总全县",
        f"kbbx-xl county . --month {setup.month} --as-of {due} -o 汇总结果",
        OURS,
    )


def duties(
    month: Period, policy: Policy, directory: Directory, calendar: CalendarSheet
) -> list[Item]:
    """What the policy asks for in the month, by day; one line a level of unit that there is."""
    usual = load_calendar()
    year = school_year(
        calendar,
        dt.date.fromisoformat(f"{month.school_year}-{usual.school_year_starts}"),
        usual.term_dates(month.school_year),
    )
    found: dict[tuple[str, str, dt.date], list[str]] = {}
    listed: dict[tuple[str, str, dt.date], tuple[Occurrence, str]] = {}
    for level in dict.fromkeys(unit.level for unit in directory.units):
        times = (
            one
            for duty in duties_of(policy, level)
            for one in occurrences(duty, year, unstated=policy.counting.unstated_day)
            if _falls_in(one, month)
        )
        for one in times:
            key = (one.duty.title, one.duty.source, one.due)
            found.setdefault(key, []).append(WHO.get(level, level))
            listed.setdefault(key, (one, one.duty.source))
    items = [
        Item(
            one.due if one.stated else None,
            "、".join(found[key]),
            one.duty.title + (f"（报{'、'.join(one.duty.to)}）" if one.duty.to else ""),
            one.duty.wording,
            source,
        )
        for key, (one, source) in listed.items()
    ]
    return sorted(items, key=lambda item: (item.day is None, item.day or month.last, item.what))


def _falls_in(one: Occurrence, month: Period) -> bool:
    """Due in the month; of what has no day of its own, open in it."""
    if one.duty.every is Every.ONCE or one.stated:
        return month.first <= one.due <= month.last
    return one.opens <= month.last and one.due >= month.first
