"""Random contents of a registration workbook: usual cases and every odd one a formula must survive."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from kbbx_xl.books.template.calc.chosen import choice_label
from kbbx_xl.books.template.context import Context
from kbbx_xl.model import CalendarDay, CalendarSheet, Period, Unit
from kbbx_xl.rules.school_days import school_calendar
from kbbx_xl.settings.lists import load_lists
from kbbx_xl.settings.policies import Policy, all_policies
from tests.ids import with_check

Record = dict[str, object]

DAY = dt.timedelta(days=1)
MONTHS = ((2026, 9), (2026, 10), (2026, 3), (2026, 5), (2025, 10), (2024, 2), (2025, 1), (2027, 4))
GRADES = ("一年级", "四年级", "六年级", "七年级", "九年级")
CLASSES = ("1班", "2班")
NO_ID = (None, "无", "待补", "/", "——")
MARKS = "√√√√√√×××××半病事迟送"
RARE_MARKS = ("旷", "x", "到", "病假", "无故旷课", "休", "出勤", "旷课半天")
PUPILS, SPELLS, VISITS = 9, 9, 7


@dataclass(frozen=True)
class Filled:
    """A workbook to be built: what it is for and what stands in it."""

    context: Context
    data: dict[str, list[Record]]


def filled(seed: int) -> Filled:
    """The contents of random workbook number ``seed``."""
    rng = Random(seed)
    context = _context(rng)
    roster = [_pupil(rng, n, context) for n in range(PUPILS)]
    dropout = [_case(rng, p, context) for p in rng.sample(roster, rng.randint(0, 2))]
    suspected = [_case(rng, p, context) for p in rng.sample(roster, rng.randint(0, 3))]
    suspected += [_before(rng, case) for case in dropout if rng.random() < 0.5]
    visited = [*dropout, *suspected, *rng.sample(roster, 1)]
    data = {
        "roster": roster,
        "roll_call": [_roll_call(rng, p, context) for p in rng.sample(roster, 7)],
        "absence": [_spell(rng, rng.choice(roster), context) for _ in range(SPELLS)],
        "dropout": dropout,
        "suspected": suspected,
        "visits": [
            _visit(rng, rng.choice(visited), context) for _ in range(rng.randint(0, VISITS))
        ],
        "changes": [_change(rng, rng.choice(roster), context) for _ in range(rng.randint(0, 6))],
        "month_figures": [
            {"grade": grade, "opening": rng.randint(0, 4)} for grade in GRADES if rng.random() < 0.7
        ],
    }
    data["print_form"] = [{"choice": _choice(rng, data)}]
    return Filled(context, data)


def _context(rng: Random) -> Context:
    period = Period(*rng.choice(MONTHS))
    spread = [rng.randint(0, 27)] * 12 + [period.last.day - 1] * 4 + [-3, period.last.day + 5]
    as_of = period.first + DAY * rng.choice(spread)
    start = period.first - DAY * rng.choice((0, 12, 40, 80))
    end = period.last + DAY * rng.choice((-6, 10, 60))
    days = tuple(
        CalendarDay(start + DAY * rng.randint(0, (end - start).days), rng.random() < 0.4)
        for _ in range(rng.randint(0, 6))
    )
    return Context(
        unit=Unit("520001", "南屏县河口中学", "河口中心校", "学校", "九年一贯制"),
        parent="河口中心校",
        period=period,
        as_of=as_of if rng.random() < 0.9 else None,
        policy=rng.choice((None, *all_policies(), *_with_steps() * 3)),
        calendar=school_calendar(CalendarSheet(start, end, days)),
    )


def _with_steps() -> list[Policy]:
    return [policy for policy in all_policies() if policy.steps]


def _id(rng: Random, birth: dt.date, sex: str) -> str:
    order = rng.randrange(0, 1000, 2) + (sex == "男")
    return with_check(f"520000{birth:%Y%m%d}{order % 1000:03d}")


def _written_id(rng: Random, number: str) -> object:
    """The number as a clerk may have typed it."""
    wrong = str((int(number[16]) + 1) % 10)
    return rng.choice(
        [
            *[number] * 12,
            rng.choice(NO_ID),
            number[:16] + wrong + number[17],
            number[:17],
            number + "1",
            number[:15] + "000",
            int(number[:17] + "0"),
            12345,
            number.lower(),
            f" {number[:6]} {number[6:14]} {number[14:]}",
            number.translate(str.maketrans("0123456789", "０１２３４５６７８９")),
            "'" + number,
            number[:5] + "O" + number[6:],
            number[:9] + "X" + number[10:],
            "X" + number[1:],
            "护照E1234567",
            with_check("520000" + "20130230" + "123"),
            with_check("520000" + "20131301" + "123"),
            with_check("520000" + "18990101" + "123"),
            with_check("990000" + number[6:17]),
            f"{float(number[:17]) * 10:.5E}",
        ]
    )


def _pupil(rng: Random, n: int, context: Context) -> Record:
    period = context.period or Period(2026, 10)
    birth = dt.date(period.year - rng.randint(6, 16), rng.randint(1, 12), rng.randint(1, 28))
    if rng.random() < 0.2:  # a birthday at 截至日, or on 29 February
        birth = rng.choice((dt.date(2012, 2, 29), birth.replace(month=period.month)))
    sex = rng.choice("男女")
    number = _id(rng, birth, sex)
    other_sex = "女" if sex == "男" else "男"
    return {
        "name": f"学生{n}",
        "sex": rng.choice((sex, sex, sex, other_sex)),
        "birth": rng.choice((birth, birth, None, birth + DAY)),
        "id_no": _written_id(rng, number),
        "student_no": rng.choice(("G", "L")) + number,
        "grade": rng.choice(GRADES),
        "class_name": rng.choice(CLASSES),
        "status": rng.choice(("在读",) * 4 + load_lists()["status"].values),
        "home_teaching": rng.choice((None, None, "是", "否")),
        "ethnicity": rng.choice((None, "苗族")),
        "guardian": rng.choice((None, "家长")),
    }


def _copied(pupil: Record, *names: str) -> Record:
    return {name: pupil.get(name) for name in names}


def _roll_call(rng: Random, pupil: Record, context: Context) -> Record:
    last = context.period.last.day if context.period else 31
    usual, steady = rng.choice("√×"), rng.choice((0.4, 0.7, 0.97))
    marks = {}
    for day in range(1, last + 1):
        mark: str | None = usual if rng.random() < steady else rng.choice(MARKS)
        mark = rng.choice(RARE_MARKS) if rng.random() < 0.02 else mark
        marks[day] = None if rng.random() < 0.02 else mark
    return {**_copied(pupil, "name", "grade", "class_name"), "marks": marks}


def _near(rng: Random, context: Context, before: int, after: int) -> dt.date:
    stop = context.as_of or (context.period.last if context.period else dt.date(2026, 10, 20))
    return stop + DAY * rng.randint(-before, after)


def _spell(rng: Random, pupil: Record, context: Context) -> Record:
    start = _near(rng, context, 45, 4)
    back = rng.choice((None, start, start + DAY * rng.randint(1, 20), start - DAY))
    kind = rng.choice(("旷课", "旷课", "旷课", "病假", "事假"))
    person = _copied(pupil, "name", "id_no", "grade", "class_name")
    days = rng.choice((None, rng.randint(1, 9)))
    return {**person, "start": start, "back": back, "leave_kind": kind, "days": days}


def _case(rng: Random, pupil: Record, context: Context) -> Record:
    first = _near(rng, context, 60, 2)
    person = _copied(pupil, "name", "sex", "id_no", "student_no", "grade", "class_name")
    return {
        **person,
        "birth": pupil.get("birth") if rng.random() < 0.5 else None,
        "address": rng.choice((None, "南屏县河口镇上坝村")),
        "school": "南屏县河口中学",
        "guardian": rng.choice((None, "监护人甲")),
        "first_absent": first,
        "run_days": rng.choice((None, None, rng.randint(1, 30))),
        "reason": "厌学",
        "teacher": "王老师",
        "persuader": rng.choice((None, "张主任")),
        "closing": rng.choice((None, None, "已返校", "已返校", "转出", "返校", "已转出", "回校了")),
        "closed": rng.choice((None, _near(rng, context, 15, 2), _near(rng, context, 15, 2))),
    }


def _before(rng: Random, dropout: Record) -> Record:
    """The row of 疑似辍学台账 from which a dropout came, or of another absence of the child."""
    first = dropout["first_absent"]
    assert isinstance(first, dt.date)
    return {**dropout, "first_absent": rng.choice((first, first, first - DAY * 30))}


def _visit(rng: Random, pupil: Record, context: Context) -> Record:
    person = _copied(pupil, "name", "id_no", "student_no")
    if rng.random() < 0.2:
        person["id_no"] = None
    return {
        **person,
        "visit_date": _near(rng, context, 20, 0),
        "place": rng.choice((None, "学生家中")),
        "visitors": "王老师、张主任",
        "record": rng.choice(("宣讲政策。", "学生外出务工")),
        "result": rng.choice((None, "暂未返校", "同意返校")),
    }


def _change(rng: Random, pupil: Record, context: Context) -> Record:
    kind = rng.choice(load_lists()["change"].values)
    grade = rng.choice((pupil["grade"], "二年级"))
    return {
        **_copied(pupil, "name", "sex", "id_no"),
        "grade": grade,
        "change": kind,
        "change_date": _near(rng, context, 40, 5),
    }


def _choice(rng: Random, data: dict[str, list[Record]]) -> str | None:
    labels: Sequence[str | None] = [
        choice_label(table, n, record)
        for table in ("dropout", "suspected")
        for n, record in enumerate(data[table], 1)
    ]
    return rng.choice([*labels, None])
