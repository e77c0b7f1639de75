"""Units ranked for a bulletin (通报排名): who has not sent in time, who is overdue, whose papers hold errors.

Facts only: a unit stands in a ranking when it has something to be counted.  The first page of the
summaries, the bulletin and the upward letter all draw on these.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kbbx_xl.flow.result import County, UnitProgress
from kbbx_xl.model import Directory

TOP = 5  # places that are told of
ROOM = 8  # lines at most, when many share the last place
TIES = "数相同的名次并列，按单位目录的顺序列出。"


@dataclass(frozen=True, slots=True)
class Ranked:
    """One unit: its place (equal numbers share one), its number, and what there is to say of it."""

    unit: str
    place: int
    value: int
    words: str = ""


@dataclass(frozen=True, slots=True)
class Ranking:
    """Units from the most to the least; ``counted`` is what a number counts (种、件、条)."""

    title: str
    counted: str
    rule: str
    lines: tuple[Ranked, ...]

    @property
    def shown(self) -> tuple[Ranked, ...]:
        """The first places, all that share the last of them included, as far as there is room."""
        return tuple(line for line in self.lines if line.place <= TOP)[:ROOM]

    @property
    def left(self) -> int:
        """How many more units stand in the ranking."""
        return len(self.lines) - len(self.shown)

    def told(self) -> str:
        """The first places in one sentence without an end: 甲校3件、乙校2件等5个单位; "" for nobody."""
        named = "、".join(f"{one.unit}{one.value}{self.counted}" for one in self.shown)
        return f"{named}等{len(self.lines)}个单位" if self.left else named


def unsent(county: County) -> Ranking:
    """没有按时报送的单位: by kinds of paper that have not come for the month, or came late."""
    other = of_other_months(county)
    late = {p.unit: late_kinds(p, other.get(p.unit, frozenset())) for p in county.progress}
    words = {p.unit: _said(p) for p in county.progress}
    return Ranking(
        "没有按时报送的单位",
        "种",
        "按没有报来、报错月份和迟报的材料种数从多到少",
        _lines(late, county.directory, words),
    )


def overdue(county: County) -> Ranking:
    """逾期未办的单位: by tasks whose day has passed."""
    late = Counter(task.unit for task in county.overdue)
    children = Counter(task.unit for task in county.overdue if task.of_child)
    words = {unit: f"其中个案{n}件" for unit, n in children.items()}
    return Ranking(
        "逾期未办的单位",
        "件",
        "按“待办”里已逾期的件数从多到少",
        _lines(late, county.directory, words),
    )


def faulty(county: County) -> Ranking:
    """数据质量错误最多的单位: by findings of severity 错误."""
    errors = {p.unit: p.errors for p in county.progress}
    words = {p.unit: f"另有警告{p.warnings}条" for p in county.progress if p.warnings}
    return Ranking(
        "数据质量错误最多的单位",
        "条",
        "按“问题清单”里错误的条数从多到少，警告、提示不计",
        _lines(errors, county.directory, words),
    )


def of_other_months(county: County) -> dict[str, frozenset[str]]:
    """Unit -> kinds that came only for another month."""
    kinds: dict[str, set[str]] = {}
    for file in county.files:
        if file.status == "wrong_month":
            kinds.setdefault(file.unit, set()).update(file.kind.split("、"))
    return {unit: frozenset(named) for unit, named in kinds.items()}


def received_kinds(line: UnitProgress, other_months: frozenset[str]) -> list[str]:
    """Kinds of paper that came for this month, of those that are expected."""
    attendance = frozenset({"考勤表", "缺勤登记"})
    wrong = other_months | (attendance if other_months & attendance else frozenset())
    return [k for k in line.expected if k not in line.missing and k not in wrong]


def late_kinds(line: UnitProgress, other_months: frozenset[str]) -> int:
    """How many kinds have not come for this month, or came after their day."""
    received = received_kinds(line, other_months)
    return len(line.expected) - len(received) + sum(kind in line.late for kind in received)


def _said(line: UnitProgress) -> str:
    """What came and what did not, as the board says it."""
    parts = [line.status] if line.status in ("未报", "错月") else []
    if line.status == "缺项":
        parts.append(f"缺{'、'.join(line.missing)}")
    if line.wrong_month:
        parts.append(f"报成{line.wrong_month}")
    if line.late:
        parts.append(f"迟报{'、'.join(line.late)}")
    return "，".join(parts)


def _lines(
    values: Mapping[str, int], directory: Directory, words: Mapping[str, str]
) -> tuple[Ranked, ...]:
    """Units with a number above 0, the most first; the place is one more than how many have more."""
    order = {unit.name: number for number, unit in enumerate(directory.units)}
    counted: Sequence[str] = sorted(
        (unit for unit, value in values.items() if value),
        key=lambda unit: (-values[unit], order.get(unit, len(order)), unit),
    )
    every = sorted((values[unit] for unit in counted), reverse=True)
    return tuple(
        Ranked(unit, 1 + every.index(values[unit]), values[unit], words.get(unit, ""))
        for unit in counted
    )
