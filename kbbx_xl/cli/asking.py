"""``init`` step by step (问答开县): every answer is looked at at once, and one can always go back."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import typer

from kbbx_xl.books.read import read_directory
from kbbx_xl.books.reading import opened
from kbbx_xl.books.setup import told, words
from kbbx_xl.books.setup.county import CENTER, COUNTY, DIRECT, SCHOOL, CountySetup, whole_directory
from kbbx_xl.books.setup.own_copy import OwnThreshold
from kbbx_xl.books.setup.settings_read import CODE
from kbbx_xl.cli import shared
from kbbx_xl.messages import InputError
from kbbx_xl.model import CalendarDay, CalendarSheet, Directory, Period, Unit, Village
from kbbx_xl.rules.cells import prose_of
from kbbx_xl.rules.school_days import national_changes
from kbbx_xl.settings.calendar import load_calendar
from kbbx_xl.settings.policies import (
    DEFAULT_POLICY,
    DayUnit,
    Step,
    Threshold,
    all_policies,
    load_policy,
)

BACK = "上一步"
T = TypeVar("T")
_AMOUNT = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(\D*?)\s*")


class Back(Exception):  # noqa: N818 (no error: the user goes one step back)
    """The user wants the step before again."""


@dataclass
class Answers:
    """What has been answered so far; a second time round it is the default."""

    values: dict[str, Any] = field(default_factory=dict)
    units: list[Unit] = field(default_factory=list)
    villages: list[Village] = field(default_factory=list)
    unnamed: bool = False  # only how many schools, not which


def ask_for_county(today: dt.date) -> Answers:
    """Go through the steps; the answers, once they are confirmed.  typer.Abort when they are not."""
    answers = Answers()
    steps: tuple[Callable[[Answers, dt.date], None], ...] = (
        _names, _policy, _own, _month, _calendar, _days, _units, _confirm,
    )  # fmt: skip
    shared.say(f"一步一步问，回车就是方括号里的，输入“{BACK}”回到上一步，Ctrl+C 不写退出。")
    at = 0
    while at < len(steps):
        try:
            steps[at](answers, today)
        except Back:
            at = max(at - 1, 0)
        else:
            at += 1
    return answers


def county_of(answers: Answers) -> CountySetup:
    """The answers as the county they describe."""
    given = answers.values
    units = whole_directory(answers.units, given["bureau"], given["code"])
    return _county_with(answers, units)


def unnamed_county(answers: Answers) -> CountySetup:
    """The same with the units as they were told: schools whose names are still to be filled."""
    return _county_with(answers, tuple(answers.units))


def _county_with(answers: Answers, units: tuple[Unit, ...]) -> CountySetup:
    given = answers.values
    calendar = CalendarSheet(given["start"], given["end"], tuple(given["days"]))
    directory = Directory(units, tuple(answers.villages))
    return CountySetup(
        given["county"], given["bureau"], given["code"], given["policy"], given["month"], directory,
        calendar, tuple(given["own"]),
    )  # fmt: skip


def _ask(question: str, take: Callable[[str], T], default: object = "") -> T:
    """Ask until ``take`` takes the answer; it raises InputError with what is wrong."""
    while True:
        text = str(typer.prompt(question, default=str(default or ""), show_default=bool(default)))
        if prose_of(text) == BACK:
            raise Back
        try:
            return take(prose_of(text))
        except InputError as error:
            shared.say_error(str(error))


def _wanted(text: str) -> str:
    if not text:
        raise InputError("这一项要填")
    return text


def _county(text: str) -> str:
    if not re.search(r"[县市区旗]$", text) or re.search(r'[\\/:*?"<>|]', text):
        raise InputError("写县（市、区、旗）的名称，如 青禾县")
    return text


def _code(text: str) -> str:
    if not CODE.fullmatch(text):
        raise InputError("写 6 位行政区划代码，如 520000")
    return text


def _names(answers: Answers, today: dt.date) -> None:  # noqa: ARG001 (all steps are called alike)
    given = answers.values
    given["county"] = _ask("县（市、区）名称", _county, given.get("county"))
    bureau = given.get("bureau") or f"{given['county']}教育和体育局"
    given["bureau"] = _ask("教体局名称（与公章一致）", _wanted, bureau)
    given["code"] = _ask("教体局编码（6 位行政区划代码）", _code, given.get("code"))


def _policy(answers: Answers, today: dt.date) -> None:  # noqa: ARG001
    offered = all_policies()
    rows = []
    for number, one in enumerate(offered, 1):
        ladder = "；".join(f"{step.title} {told.brief(step)}" for step in one.steps)
        rows.append((str(number), one.profile, one.title, ladder or "文件没有写天数"))
    shared.show_rows(("编号", "代号", "名称", "缺勤阶梯"), rows, head=3, whole=("编号", "代号"))

    def take(text: str) -> str:
        if text.isdigit() and 1 <= int(text) <= len(offered):
            return offered[int(text) - 1].profile
        return load_policy(text).profile

    known = answers.values.get("policy", DEFAULT_POLICY)
    chosen = _ask("按哪个方案（编号或代号，选最接近本县文件的）", take, known)
    if chosen != known:
        answers.values.pop("own", None)
    answers.values["policy"] = chosen


def _own(answers: Answers, today: dt.date) -> None:  # noqa: ARG001
    steps = load_policy(answers.values["policy"]).steps
    own: list[OwnThreshold] = []
    answers.values["own"] = own
    if not steps:
        shared.say("所选方案没有写缺勤天数；本县文件写了的，建好以后填在“政策.xlsx”的“缺勤阶梯”。")
        return
    if not _ask("本县文件写的天数与它不同吗（y/n）", _yes, "n"):
        return
    for step in steps:
        changed = _ask(
            f"{step.title}：{told.brief(step)}，本县是（如 2 天，回车不改）", _threshold_of(step)
        )
        if changed:
            source = _ask("本县依据（文件名称和条款）", _wanted)
            own.append(OwnThreshold(step.step, step.measure, changed, source))


def _yes(text: str) -> bool:
    if text.lower() not in ("y", "n", "是", "否"):
        raise InputError("输入 y 或 n")
    return text.lower() in ("y", "是")


def _threshold_of(step: Step) -> Callable[[str], Threshold | None]:
    """Takes 2, 2天, 1.5 个上课日; nothing is no change."""

    def take(text: str) -> Threshold | None:
        if not text:
            return None
        found = _AMOUNT.fullmatch(text)
        if not found or float(found[1]) * 2 % 1:
            raise InputError("写数字（0.5 的倍数）和单位，如 2 天、1.5 个上课日")
        unit = step.threshold.unit
        if found[2]:
            named = [k for k, word in words.DAYS.items() if found[2] in (word, word.strip("个"))]
            if not named:
                raise InputError(f"单位只能是：{'、'.join(words.DAYS.values())}")
            unit = DayUnit(named[0])
        return Threshold(float(found[1]), unit, step.threshold.operator)

    return take


def _month(answers: Answers, today: dt.date) -> None:
    usual = answers.values.get("month") or f"{today:%Y-%m}"
    answers.values["month"] = _ask("第一个报告月份", shared.period, usual)


def _calendar(answers: Answers, today: dt.date) -> None:  # noqa: ARG001
    given = answers.values
    month: Period = given["month"]
    terms = load_calendar().term_dates(month.school_year)
    usual = next((t for t in terms if month.first <= t[1] and month.last >= t[0]), terms[0])

    def start(text: str) -> dt.date:
        day = shared.day(text)
        if day > month.last:
            raise InputError(f"开学日期要在 {month.label} 结束以前")
        return day

    def end(text: str) -> dt.date:
        day = shared.day(text)
        if day <= given["start"] or day < month.first:
            raise InputError(f"放假日期要晚于开学日期，也不早于 {month.label}")
        return day

    given["start"] = _ask("开学日期", start, given.get("start") or usual[0])
    given["end"] = _ask("放假日期", end, given.get("end") or usual[1])
    known = national_changes(given["start"], given["end"])
    told_days = "、".join(
        f"{day:%m-%d}{'补班' if on else '放假'}（{name}）" for day, name, on in known
    )
    shared.say(f"这学期国家规定的，程序里已有：{told_days or '没有'}")


def _days(answers: Answers, today: dt.date) -> None:  # noqa: ARG001
    shared.say("本县自己停课、补课的日子，一天一行，如：2026-11-20 休息 农忙假；没有就回车。")
    days: list[CalendarDay] = []
    while True:
        day = _ask(f"第 {len(days) + 1} 天", _calendar_day)
        if day is None:
            break
        days.append(day)
    answers.values["days"] = days


def _calendar_day(text: str) -> CalendarDay | None:
    if not text:
        return None
    date, _, rest = text.partition(" ")
    kind, _, note = rest.strip().partition(" ")
    if kind not in ("上课", "休息"):
        raise InputError("写成 2026-11-20 休息 农忙假 的样子")
    return CalendarDay(shared.day(date), kind == "上课", "", note.strip())


def _units(answers: Answers, today: dt.date) -> None:  # noqa: ARG001
    shared.say(
        "单位：有学校名单（.xlsx、.csv，有单位名称、上级单位、层级三栏）的，写它的路径；"
        "没有的，回车，一个一个写中心校。"
    )
    answers.unnamed = False
    found = _ask("学校名单的路径", _list)
    if found:
        answers.units, answers.villages = found
        return
    answers.units, answers.villages = [], []
    shared.say(
        "一行一个：中心校名称 学校数，如：双河镇中心校 5；县直学校写：县直 学校数。写完回车。"
    )
    typed = 0
    while line := _ask(f"第 {typed + 1} 个", partial(_center, needed=not typed)):
        answers.units += line
        typed += 1
    answers.unnamed = True


def _list(text: str) -> tuple[list[Unit], list[Village]] | None:
    """Units and villages of a list that is known by its headings."""
    if not text:
        return None
    path = Path(text.strip("\"'"))
    if not path.is_file():
        raise InputError(f"找不到文件：{path}")
    directory, findings = opened(read_directory, path)
    if findings:
        shared.show_findings(findings)
    if shared.exit_code(findings):
        raise InputError("名单有错，改好再写一次路径，或回车一个一个写")
    shared.say(f"认出 {len(directory.centers)} 个中心校，{len(directory.schools)} 所学校")
    return list(directory.units), list(directory.villages)


def _center(text: str, *, needed: bool) -> list[Unit]:
    """A central school and as many schools without a name; or 县直 and their number; [] is the end."""
    if not text and needed:
        raise InputError("至少要有一个中心校或县直学校")
    if not text:
        return []
    found = re.fullmatch(r"(\S+)\s+(\d{1,3})", text)
    if not found or not int(found[2]):
        raise InputError("写成 双河镇中心校 5 的样子")
    name, count = found[1], int(found[2])
    if name in (DIRECT, "县直"):
        return [Unit("", "", "", DIRECT)] * count
    return [Unit("", name, "", CENTER), *[Unit("", "", name, SCHOOL)] * count]


def _confirm(answers: Answers, today: dt.date) -> None:  # noqa: ARG001
    given = answers.values
    policy = load_policy(given["policy"])
    levels = [unit.level for unit in answers.units]
    rows: Sequence[tuple[str, str]] = (
        ("县", f"{given['county']}　{given['bureau']}　{given['code']}"),
        ("政策方案", f"{policy.title}（{policy.profile}），本县改动 {len(given['own'])} 处"),
        ("报告月份", given["month"].label),
        ("学期", f"{given['start']} 至 {given['end']}，本县调整 {len(given['days'])} 天"),
        (
            "单位",
            f"{levels.count(CENTER)} 个中心校，{len(levels) - levels.count(CENTER) - levels.count(COUNTY)} 所学校"
            + ("（名称还没有填）" if answers.unnamed else ""),
        ),
    )
    for title, text in rows:
        shared.say(f"  {title}：{text}")
    if not _ask("对吗？y 写出，n 不写退出", _yes, "y"):
        raise typer.Abort
