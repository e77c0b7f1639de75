"""Letters of the bureau about a county's month (通报、工作情况报告): figures only, no child is named."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable

from kbbx_xl.flow.county import ABSENT, DONE, PARTIAL, WRONG_MONTH
from kbbx_xl.flow.letters.subject import Item, Subject, date_words, mark_of
from kbbx_xl.flow.result import CaseRow, County, IndicatorValue
from kbbx_xl.flow.source import Source
from kbbx_xl.messages import severity
from kbbx_xl.model import JUNIOR, PRIMARY, Severity

BACK, DROPOUT, SUSPECTED = "已返校", "辍学", "疑似辍学"
RATES, UNITS = "指标", "各单位"  # the placeholders that are lists
MANY = 12  # units named in a sentence before the list is cut short


def county_letter(county: County) -> Subject:
    """The month of one county (or of the one centre of its directory) in figures."""
    unit = county.directory.county or next(iter(county.directory.centers), None)
    name = unit.name if unit else "全县"
    facts = {
        "机关": name,
        "月份": county.month.label,
        "截至日期": date_words(county.as_of),
        "上级单位": unit.parent if unit else "",
        **_reported(county),
        **_pupils(county),
        **_cases(county),
        **_problems(county),
    }
    return Subject(
        source=Source(""),
        unit=name,
        mark=mark_of((name, county.month, county.as_of)),
        facts=facts,
        lists={RATES: _rates(county, name), UNITS: _units(county)},
        refusal="" if county.progress else "单位目录里没有应报的学校和中心校",
    )


def _reported(county: County) -> dict[str, str]:
    names = {s: [p.unit for p in county.progress if p.status == s] for s in (ABSENT, PARTIAL, WRONG_MONTH)}  # fmt: skip
    done = sum(p.status == DONE for p in county.progress)
    late = [p.unit for p in county.progress if p.late]
    return {
        "应报单位数": str(len(county.progress)),
        "报齐单位数": str(done),
        "未报单位数": str(len(names[ABSENT])),
        "未报单位": _some(names[ABSENT]),
        "缺项单位数": str(len(names[PARTIAL])),
        "缺项单位": _some(names[PARTIAL]),
        "错月单位数": str(len(names[WRONG_MONTH])),
        "错月单位": _some(names[WRONG_MONTH]),
        "迟报单位数": str(len(late)),
        "迟报单位": _some(late),
    }


def _pupils(county: County) -> dict[str, str]:
    stages: Counter[str] = Counter()
    for total in county.totals:
        stages.update(total.by_stage)
    return {
        "名册学校数": str(len(county.totals)),
        "在校生数": str(sum(total.enrolled for total in county.totals)),
        "小学在校生数": str(stages[PRIMARY]),
        "初中在校生数": str(stages[JUNIOR]),
    }


def _cases(county: County) -> dict[str, str]:
    """Cases by the ledgers: open ones, and those opened and closed within the month."""
    counted: Counter[str] = Counter()
    for one in county.case_counts:
        counted[one.status] += one.count
    month = (county.month.first, county.month.last)
    return {
        "疑似辍学人数": str(counted[SUSPECTED]),
        "辍学人数": str(counted[DROPOUT]),
        "返校人数": str(counted[BACK]),
        "本月新增个案": str(_within((c.first_absent for c in county.cases), month)),
        "本月销号个案": str(_within((c.closed for c in county.cases), month)),
        "劝返次数": str(sum(p.visits for p in county.persuasion)),
        "未劝返个案": str(_unvisited(county)),
        "逾期事项": str(sum(item.overdue for item in county.due)),
    }


def _within(days: Iterable[dt.date | None], month: tuple[dt.date, dt.date]) -> int:
    return sum(day is not None and month[0] <= day <= month[1] for day in days)


def _unvisited(county: County) -> int:
    """Open cases that no visit is recorded of (YL-37)."""
    visited = {p.key for p in county.persuasion if p.visits}
    return sum(_open(case) and case.key not in visited for case in county.cases)


def _open(case: CaseRow) -> bool:
    return case.status in (SUSPECTED, DROPOUT) and case.closed is None


def _problems(county: County) -> dict[str, str]:
    found = Counter(severity(one) for one in county.findings)
    return {
        "错误数": str(found[Severity.ERROR]),
        "警告数": str(found[Severity.WARNING]),
        "两校在读人数": str(len(county.duplicates)),
        "去向不明人数": str(sum(not t.into for t in county.transfers)),
        "缺网格长班级数": str(sum(len(c.classes_without) for c in county.coverage)),
        "缺网格长村数": str(sum(len(c.villages_without) for c in county.coverage)),
    }


def _rates(county: County, owner: str) -> tuple[Item, ...]:
    """The county's rates, each with its two numbers and the policy's target."""
    mine = [one for one in county.indicators if one.unit == owner]
    return tuple(
        {
            "名称": one.name,
            "分子": f"{one.numerator:g}",
            "分母": f"{one.denominator:g}",
            "结果": _percent(one),
            "目标": one.target or "文件没有写",
        }
        for one in mine
    )


def _percent(one: IndicatorValue) -> str:
    return f"{one.numerator / one.denominator * 100:.2f}%" if one.denominator else "—"


def _units(county: County) -> tuple[Item, ...]:
    """One line a unit of the board: what it sent, its open cases, what is overdue."""
    counted: Counter[tuple[str, str]] = Counter()
    for one in county.case_counts:
        counted[one.unit, one.status] += one.count
    late = Counter(item.unit for item in county.due if item.overdue)
    return tuple(
        {
            "序号": str(number),
            "单位": line.unit,
            "报送": line.status + ("（迟报）" if line.late else ""),
            "疑似辍学": str(counted[line.unit, SUSPECTED]),
            "辍学": str(counted[line.unit, DROPOUT]),
            "返校": str(counted[line.unit, BACK]),
            "逾期": str(late[line.unit]),
        }
        for number, line in enumerate(county.progress, 1)
    )


def _some(units: list[str]) -> str:
    shown = "、".join(units[:MANY])
    return shown if len(units) <= MANY else f"{shown}等{len(units)}个"
