"""The words of the upward report, from the numbers of a County; no child is named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from kbbx_xl.books.summary.absence import words
from kbbx_xl.books.summary.ledgers import OPEN_STATUSES
from kbbx_xl.books.summary.scope import of_county, owner
from kbbx_xl.books.summary.sheets import day_words
from kbbx_xl.flow.cases import by_pupil, visited
from kbbx_xl.flow.casework.values import TaskKind
from kbbx_xl.flow.ranking import faulty
from kbbx_xl.flow.result import CaseRow, County
from kbbx_xl.messages import severity
from kbbx_xl.messages.catalogue import GROUPS
from kbbx_xl.model import JUNIOR, PRIMARY, Severity

BLANK = "＿" * 8
MANY = 8  # units named in a sentence before the list is cut short
DAYS = 3.0  # school days; a run this long is told of on its own


@dataclass(frozen=True, slots=True)
class Letter:
    """The words of a letter; ``body``: head ("" for none) and text of each paragraph."""

    title: str
    recipient: str
    body: tuple[tuple[str, str], ...]
    enclosures: tuple[str, ...]
    sender: str
    date: str


def compose(county: County, enclosures: tuple[str, ...]) -> Letter:
    """The letter that goes up with the report."""
    month = county.month.label
    opening = (
        f"现将{owner(county.directory)}{month}控辍保学工作情况报告如下"
        f"（数据截至{day_words(county.as_of)}）。"
    )
    body = (
        ("", opening),
        ("一、报送情况", _reporting(county)),
        ("二、在校生情况", _pupils(county)),
        ("三、缺勤预警情况", _absence(county)),
        ("四、台账和劝返情况", _cases(county)),
        ("五、网格化管理情况", _coverage(county)),
        ("六、需要解决的问题", _problems(county)),
        ("", "以上数据由各单位所报材料汇总，尚未报送的单位不在其内。特此报告。"),
    )
    return Letter(
        f"关于{month}控辍保学工作情况的报告",
        BLANK if of_county(county) else county.policy.monthly.recipient or BLANK,
        body,
        enclosures,
        owner(county.directory),
        day_words(county.as_of),
    )


def _reporting(county: County) -> str:
    of = {
        status: [p.unit for p in county.progress if p.status == status]
        for status in ("已报", "缺项", "未报", "错月")
    }
    said = [
        f"本月应报单位{len(county.progress)}个，报齐{len(of['已报'])}个，缺项{len(of['缺项'])}个，"
        f"未报{len(of['未报'])}个，错报月份{len(of['错月'])}个"
    ]
    said += [f"{name}的单位：{_some(of[name])}" for name in ("未报", "错月", "缺项") if of[name]]
    return "。".join(said) + "。"


def _pupils(county: County) -> str:
    def total(counts: str, name: str) -> int:
        return sum(getattr(t, counts).get(name, 0) for t in county.totals)

    enrolled = sum(t.enrolled for t in county.totals)
    return (
        f"按{len(county.totals)}所学校报送的学籍名册逐行计数，义务教育阶段在校生{enrolled}人，"
        f"其中小学{total('by_stage', PRIMARY)}人，初中{total('by_stage', JUNIOR)}人；"
        f"男生{total('by_sex', '男')}人，女生{total('by_sex', '女')}人。"
    )


def _absence(county: County) -> str:
    longest: dict[str, float] = {}
    for run in county.runs:
        longest[run.key] = max(longest.get(run.key, 0), run.run.school_days)
    long = sum(days >= DAYS for days in longest.values())
    away = len({r.key for r in county.runs if r.run.open})
    said = [
        f"本月有旷课的学生{len(longest)}人，其中连续旷课{DAYS:g}个上课日及以上的{long}人，"
        f"截至{day_words(county.as_of)}仍未到校的{away}人"
    ]
    for step in county.policy.steps:
        reached = len({d.key for d in county.due if d.step in (step.step, step.title)})
        if reached:
            said.append(f"达到“{step.title}”条件（{words(step.threshold)}）的{reached}人")
    late = sum(task.kind is TaskKind.LADDER for task in county.overdue)
    said.append(f"到了预警应办而逾期的事项{late}件" if late else "到了预警应办的事项没有逾期")
    return "；".join(said) + "。"


def _cases(county: County) -> str:
    listed = [c for c in county.cases if c.listed]
    if not any(c.status in OPEN_STATUSES for c in listed):
        now = "台账现无疑似辍学学生和辍学学生"
    else:
        now = (
            f"台账现有疑似辍学学生{_staged(listed, '疑似辍学')}，辍学学生{_staged(listed, '辍学')}"
        )
    records = by_pupil(county.persuasion)
    open_ = [c for c in county.cases if c.status in OPEN_STATUSES]
    with_record = sum(visited(c, records.get(c.key, ())) for c in open_)
    visits = sum(p.visits for p in county.persuasion)
    unlisted = sum(not c.listed for c in open_)
    of_these = f"（含台账没有登记、只见于劝返记录的{unlisted}人）" if unlisted else ""
    return (
        f"{now}；已返校{_staged(listed, '已返校')}。尚未销号的{len(open_)}人{of_these}中，"
        f"有劝返记录的{with_record}人；现有记录共{len(county.persuasion)}份，累计劝返{visits}次。"
    )


def _staged(cases: Iterable[CaseRow], status: str) -> str:
    by_stage = Counter(c.stage for c in cases if c.status == status)
    number = sum(by_stage.values())
    if not number:
        return "0人"
    return f"{number}人（小学{by_stage[PRIMARY]}人、初中{by_stage[JUNIOR]}人）"


def _coverage(county: County) -> str:
    classes = sum(len(c.classes_without) for c in county.coverage)
    villages = sum(len(c.villages_without) for c in county.coverage)
    if not county.coverage:
        return "本期没有收到网格名单。"
    said = f"{len(county.coverage)}个单位报送了网格名单，"
    if not classes and not villages:
        return f"{said}班级网格长、村级网格长均已落实。"
    return f"{said}尚有{classes}个班级没有班级网格长、{villages}个村没有村级网格长。"


def _problems(county: County) -> str:
    """How many problems of each kind, and children in two schools or of unknown whereabouts."""
    by_severity = Counter(severity(f) for f in county.findings)
    groups = Counter(GROUPS[f.code[0]] for f in county.findings if severity(f) is not Severity.NOTE)
    kinds = "、".join(f"{name}{number}条" for name, number in groups.most_common())
    said = (
        f"核对各单位材料，发现错误{by_severity[Severity.ERROR]}条、"
        f"警告{by_severity[Severity.WARNING]}条" + (f"（{kinds}）" if kinds else "")
    )
    if worst := faulty(county).told():
        said += f"，错误最多的是：{worst}"
    lost = sum(not t.into for t in county.transfers)
    return (
        f"{said}。同时在两校在读的学生{len(county.duplicates)}人，转出后县内没有学校接收、"
        f"需要查明去向的{lost}人。各单位应按问题清单逐条核实更正。"
    )


def _some(units: list[str]) -> str:
    shown = "、".join(units[:MANY])
    return shown if len(units) <= MANY else f"{shown}等{len(units)}个"
