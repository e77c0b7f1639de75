"""The province from its counties (全省汇总): numbers only; no child leaves the county level.

A county is one line of sums.  Lines are put together in pairs, in any grouping, with the same result.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from kbbx_xl.flow.result import County
from kbbx_xl.messages import severity
from kbbx_xl.model import JUNIOR, PRIMARY, Period, Severity

STATUSES = {"reported": "已报", "partial": "缺项", "missing": "未报", "wrong_month": "错月"}
STAGES = {"primary": PRIMARY, "junior": JUNIOR}
CASES = {"suspected": "疑似辍学", "dropout": "辍学", "returned": "已返校"}
LEVELS = {"errors": Severity.ERROR, "warnings": Severity.WARNING, "notes": Severity.NOTE}
MARKS = (3, 5, 7)  # school days of the longest run


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a county: its key, its head in tables, the sheet of the county's summary it
    stands in, and how it is counted."""

    key: str
    title: str
    sheet: str
    how: str


def _figures() -> tuple[Figure, ...]:
    sent, people, away = "报送进度", "人数汇总", "缺勤预警"
    longest = "旷课人数（按最长一次，上课日）"
    return (
        Figure("expected", "报送/应报", sent, "应报单位数"),
        *(Figure(k, f"报送/{s}", sent, f"状态为{s}的单位数") for k, s in STATUSES.items()),
        *(Figure(k, f"在校生/{s}", people, f"名册中{s}在读的行数") for k, s in STAGES.items()),
        Figure("enrolled", "在校生/合计", people, "名册中在读（含复学）的行数"),
        Figure("absent", f"{longest}/合计", away, "本月有旷课的学生"),
        *(
            Figure(f"absent_{n}", f"{longest}/{n}天及以上", away, f"最长一次满{n}个上课日的学生")
            for n in MARKS
        ),
        Figure("away", "截至日仍未到校", away, "截至日期仍在旷课的学生"),
        *(
            Figure(
                f"{stage}_{case}", f"台账（{at}）/{state}", "六项核对", f"台账中{at}{state}的行数"
            )
            for stage, at in STAGES.items()
            for case, state in CASES.items()
        ),
        Figure("overdue", "逾期待办（件）", "个案统计", "表“待办”中已逾期的事项"),
        *(Figure(k, f"问题/{s}", "问题清单", f"{s}的条数") for k, s in LEVELS.items()),
    )


FIGURES = _figures()


@dataclass(frozen=True, slots=True)
class CountyLine:
    """One county: its folder, its own name, the policy, and its sums by key of ``FIGURES``.

    ``cause`` says why there are no sums.
    """

    folder: str
    policy: str
    unit: str = ""
    cause: str = ""
    sums: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Province:
    """Some counties of a province, in their order, and what their sums add up to."""

    lines: tuple[CountyLine, ...] = ()
    sums: Mapping[str, int] = field(default_factory=dict)

    @property
    def failed(self) -> tuple[CountyLine, ...]:
        return tuple(line for line in self.lines if line.cause)


def line_of(folder: str, county: County) -> CountyLine:
    """The sums of a county, each as its own summary shows it."""
    owner = county.directory.county
    statuses = Counter(p.status for p in county.progress)
    longest: dict[tuple[str, str], float] = {}
    for run in county.runs:
        child = run.unit, run.key
        longest[child] = max(longest.get(child, 0), run.run.school_days)
    listed = Counter((c.stage, c.status) for c in county.cases if c.listed)
    found = Counter(severity(f) for f in county.findings)
    sums = {
        "expected": len(county.progress),
        **{key: statuses[status] for key, status in STATUSES.items()},
        "enrolled": sum(t.enrolled for t in county.totals),
        **{k: sum(t.by_stage.get(s, 0) for t in county.totals) for k, s in STAGES.items()},
        "absent": len(longest),
        **{f"absent_{n}": sum(days >= n for days in longest.values()) for n in MARKS},
        "away": len({(r.unit, r.key) for r in county.runs if r.run.open}),
        **{f"{k}_{c}": listed[s, state] for k, s in STAGES.items() for c, state in CASES.items()},
        "overdue": len(county.overdue),
        **{key: found[level] for key, level in LEVELS.items()},
    }
    return CountyLine(folder, county.policy.profile, owner.name if owner else "", sums=sums)


def together(first: Province, second: Province) -> Province:
    """Two parts of a province; in whatever grouping parts are put together, the whole is the same."""
    keys = (figure.key for figure in FIGURES)
    sums = {key: first.sums.get(key, 0) + second.sums.get(key, 0) for key in keys}
    return Province((*first.lines, *second.lines), sums)


def province_of(lines: Sequence[CountyLine]) -> Province:
    """All counties, put together in a tree."""
    return _tree([Province((line,), line.sums) for line in lines], together)


def _tree(parts: list[Province], join: Callable[[Province, Province], Province]) -> Province:
    while len(parts) > 1:
        pairs = [parts[at : at + 2] for at in range(0, len(parts), 2)]
        parts = [join(*pair) if len(pair) == 2 else pair[0] for pair in pairs]
    return parts[0] if parts else Province()


def export_province(province: Province, month: Period, as_of: dt.date) -> dict[str, object]:
    """The province as one JSON object; a county without sums has its cause."""
    return {
        "month": str(month),
        "as_of": as_of.isoformat(),
        "counties": [
            {
                "folder": line.folder,
                "unit": line.unit,
                "policy": line.policy,
                "cause": line.cause,
                "sums": dict(line.sums),
            }
            for line in province.lines
        ],
        "sums": dict(province.sums),
    }
