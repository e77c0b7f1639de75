"""What the head of a bureau has to decide (需要您决定的事): the most urgent, children before papers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kbbx_xl.flow.cases import by_pupil, visited
from kbbx_xl.flow.casework.values import Task, TaskKind
from kbbx_xl.flow.county import ABSENT, WRONG_MONTH
from kbbx_xl.flow.result import County
from kbbx_xl.flow.source import Span, spans
from kbbx_xl.rules.cases import DROPOUT, SUSPECTED

MOST = 3
RULE = "按先学生、后材料的顺序列前三件；没有的不列。"


@dataclass(frozen=True, slots=True)
class Decision:
    """One matter: what it is, how many, since when, which units, and the sheet that lists it."""

    matter: str
    number: int
    counted: str  # 件、人、个单位
    units: tuple[str, ...]
    sheet: str
    spans: tuple[Span, ...] = ()
    first: dt.date | None = None  # the earliest day that has passed

    @property
    def said(self) -> str:
        """Since when, and whose it is."""
        since = f"最早应在{self.first.month}月{self.first.day}日前办；" if self.first else ""
        named = "、".join(self.units[:2])
        return since + (f"{named}等{len(self.units)}个单位" if len(self.units) > 2 else named)


def decisions(county: County) -> tuple[Decision, ...]:
    """At most three matters, the most urgent first."""
    return tuple(one for one in _all(county) if one.number)[:MOST]


def _all(county: County) -> Iterable[Decision]:
    late = county.overdue
    legal = [t for t in late if t.kind is TaskKind.LEGAL]
    yield _of_tasks(county, "办案环节逾期，请定谁在哪天前办结", legal)
    yield _without_visit(county)
    ladder = [t for t in late if t.kind is TaskKind.LADDER]
    yield _of_tasks(county, "旷课学生的联系、家访等逾期，请督办到校", ladder)
    yield _whereabouts(county)
    rest = [t for t in late if t.of_child and t.kind not in (TaskKind.LEGAL, TaskKind.LADDER)]
    yield _of_tasks(county, "学生其他事项（责任人、佐证、送教等）逾期，请督办", rest)
    for status, matter in (
        (ABSENT, "一件材料也没有报，请定是否通报"),
        (WRONG_MONTH, "报的是别的月份，请催报本月材料"),
    ):
        units = [p.unit for p in county.progress if p.status == status]
        yield Decision(matter, len(units), "个单位", tuple(units), "报送进度")
    duties = [t for t in late if not t.of_child]
    yield _of_tasks(county, "单位按校历要做的工作逾期，请督办", duties)


def _of_tasks(county: County, matter: str, tasks: Sequence[Task]) -> Decision:
    days = [task.due for task in tasks if task.due]
    places = spans(task.source for task in tasks if task.source.file)
    units = _in_order(county, (task.unit for task in tasks))
    first = min(days, default=None)
    return Decision(matter, len(tasks), "件", units, "待办", places, first)


def _without_visit(county: County) -> Decision:
    """Children of the ledgers for whom nobody has recorded a visit."""
    records = by_pupil(county.persuasion)
    open_ = [c for c in county.cases if c.status in (SUSPECTED, DROPOUT)]
    alone = [c for c in open_ if not visited(c, records.get(c.key, ()))]
    number = len({(c.unit, c.key) for c in alone})
    units = _in_order(county, (c.unit for c in alone))
    places = spans(c.source for c in alone)
    matter = "还没有返校，也没有劝返记录，请定劝返责任人"
    return Decision(matter, number, "人", units, "劝返汇总", places)


def _whereabouts(county: County) -> Decision:
    lost = [t for t in county.transfers if not t.into and not t.outside]
    units = _in_order(county, (t.out for t in lost))
    places = spans(source for t in lost for source in t.sources)
    return Decision(
        "转出后没有学校接收，请定由谁查明去向", len(lost), "人", units, "重复与转学", places
    )


def _in_order(county: County, units: Iterable[str]) -> tuple[str, ...]:
    order = {unit.name: number for number, unit in enumerate(county.directory.units)}
    return tuple(sorted(set(units), key=lambda unit: (order.get(unit, len(order)), unit)))
