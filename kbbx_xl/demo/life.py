"""What happens to the invented pupils: absence, visits, ledgers, changes of register."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from random import Random

from kbbx_xl.demo.people import Case, Change, Person, Spell, Student, Visit
from kbbx_xl.model import LeaveKind, Period

LISTED_FROM = 5  # school days of absence without leave from which the schools open a case
AWAY = 0.06  # share of pupils with an absence worth registering
REASONS = {
    LeaveKind.SICK: ("感冒发烧", "住院治疗", "腹痛", "骨折休养", "送医复查"),
    LeaveKind.PERSONAL: ("家中有事", "办户口", "走亲戚", "陪老人看病"),
    LeaveKind.UNEXCUSED: ("厌学", "沉迷网络", "原因不明", "外出务工", "学习困难", "随父母外出"),
}
CASE_REASONS = ("厌学", "外出务工", "学习困难", "家庭变故", "早婚早育", "沉迷网络", "随父母外出")
WHEREABOUTS = ("广东务工", "浙江务工", "在家", "去向不明", "随父母在外地")
NOT_YET = (
    "入户见到家长，学生外出，约定下次再谈",
    "学生不愿上学，家长答应配合",
    "电话联系，家长表示再做工作",
)
OUTSIDE = ("邻县第二小学", "邻县城关中学", "省城育才学校")
LENGTHS = (1, 1, 1, 2, 2, 3, 3, 4, 5, 6, 8, 11, 15, 22)


def spells(rng: Random, days: Sequence[dt.date], *, half_days: bool) -> list[Spell]:
    """None to three absences of one pupil within ``days`` (school days so far), never touching,
    but for leave that runs straight into absence without leave."""
    if not days or rng.random() >= AWAY:
        return []
    made: list[Spell] = []
    end = len(days)  # absences are laid from the last day backwards
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        half = half_days and rng.random() < 0.12
        kind = LeaveKind.UNEXCUSED if half else rng.choice(tuple(LeaveKind))
        length = 1 if half else rng.choice(LENGTHS if kind is LeaveKind.UNEXCUSED else LENGTHS[:8])
        still_away = not made and not half and rng.random() < 0.25
        last = end if still_away else end - rng.randrange(1, 9)
        first = last - length
        if first < 0:
            break
        back = days[last] if last < len(days) else None
        reason = rng.choice(REASONS[kind])
        made.append(Spell(tuple(days[first:last]), kind, back, reason, half))
        touching = kind is LeaveKind.UNEXCUSED and not half and rng.random() < 0.1
        if touching and first >= 2:
            leave = LeaveKind.SICK
            made.append(Spell((days[first - 2], days[first - 1]), leave, days[first], "感冒发烧"))
            first -= 2
        end = first - 1
    return made[::-1]


def open_case(
    rng: Random, student: Student, days: Sequence[dt.date], teacher: Person, month: Period
) -> Case | None:
    """The ledger line of a pupil long away without leave; None when there is no reason for one.

    Away still: 疑似辍学.  Back in this month: 已返校.
    """
    long = [
        s
        for s in student.spells
        if s.kind is LeaveKind.UNEXCUSED and len(s.days) >= LISTED_FROM and not s.half
    ]
    if not long:
        return None
    spell = long[-1]
    if spell.back is not None and spell.back < month.first:
        return None
    status = "疑似辍学" if spell.back is None else "已返校"
    after = [d for d in days if d > spell.days[1] and (spell.back is None or d <= spell.back)]
    visits = _visits(rng, after, teacher, returned=spell.back is not None)
    whereabouts = "" if spell.back else rng.choice(WHEREABOUTS)
    reason = spell.reason if spell.reason in CASE_REASONS else "其他"
    first, listed_on = spell.days[0], spell.days[LISTED_FROM - 1]
    run = len(spell.days)
    return Case(status, first, run, reason, whereabouts, spell.back, listed_on, visits)


def _visits(
    rng: Random, days: Sequence[dt.date], teacher: Person, *, returned: bool
) -> tuple[Visit, ...]:
    """One to four visits on different days; the last one says whether the pupil is back."""
    chosen = sorted(rng.sample(days, min(len(days), rng.randrange(1, 5))))
    made = []
    for number, day in enumerate(chosen, 1):
        back = returned and number == len(chosen)
        record = "已返校就读" if back else rng.choice(NOT_YET)
        result = "已返校" if back else "暂未返校"
        made.append(Visit(day, teacher.name, teacher.phone, record, result))
    return tuple(made)


def leave_register(
    rng: Random, student: Student, days: Sequence[dt.date], teacher: Person, month: Period
) -> None:
    """Give about one pupil in eighty a change of register, most of them in this month."""
    roll = rng.random()
    this_month = [d for d in days if d >= month.first]
    day = rng.choice(this_month) if this_month and rng.random() < 0.7 else None
    if roll < 0.003:
        student.status = "休学"
        student.change = Change("休学", day) if day else None
    elif roll < 0.005 and day:
        student.status = "复学"
        student.change = Change("复学", day)
    elif roll < 0.007 and day:
        student.change = Change("转入", day, rng.choice(OUTSIDE))
    elif roll < 0.008 and day:
        student.status = "转出"
        student.change = Change("转出", day, rng.choice(OUTSIDE))
    elif roll < 0.011 and len(days) > 12:
        _drop_out(rng, student, days, teacher, day)


def _drop_out(
    rng: Random, student: Student, days: Sequence[dt.date], teacher: Person, day: dt.date | None
) -> None:
    student.status = "辍学"
    student.change = Change("辍学", day) if day else None
    gone = days.index(day) if day else len(days)
    first = rng.randrange(max(1, min(4, gone)))
    visits = _visits(rng, days[first + 2 :] or days[-1:], teacher, returned=False)
    reason, whereabouts = rng.choice(CASE_REASONS), rng.choice(WHEREABOUTS)
    run = len(days) - first
    listed_on = day or days[min(first + LISTED_FROM, len(days)) - 1]
    student.case = Case("辍学", days[first], run, reason, whereabouts, None, listed_on, visits)
