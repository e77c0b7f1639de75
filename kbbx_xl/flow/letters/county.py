"""Letters of the bureau about a county's month (通报、工作情况报告): figures only, no child is named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from kbbx_xl.flow.casework.counts import CaseCounts, case_counts, visits_of_month
from kbbx_xl.flow.casework.marks import mark_of
from kbbx_xl.flow.county import ABSENT, DONE, PARTIAL, WRONG_MONTH
from kbbx_xl.flow.letters.subject import Item, Subject, date_words
from kbbx_xl.flow.ranking import faulty, overdue
from kbbx_xl.flow.result import County, IndicatorValue
from kbbx_xl.flow.source import Source
from kbbx_xl.messages import severity
from kbbx_xl.model import JUNIOR, PRIMARY, Severity
from kbbx_xl.rules.cases import BACK, DROPOUT, SUSPECTED

RATES, UNITS = "指标", "各单位"  # the placeholders that are lists
MANY = 8  # units named in a sentence before the list is cut short


def county_letter(county: County) -> Subject:
    """The month of one county (or of the one centre of its directory) in figures."""
    unit = county.directory.county or next(iter(county.directory.centers), None)
    name = unit.name if unit else "全县"
    counts = case_counts(county.case_files, county.month, on=county.as_of)
    facts = {
        "机关": name,
        "月份": county.month.label,
        "截至日期": date_words(county.as_of),
        "上级单位": unit.parent if unit else "",
        **_reported(county),
        **_pupils(county),
        **_cases(county, counts),
        **_problems(county),
    }
    return Subject(
        source=Source(""),
        unit=name,
        mark=mark_of((name, county.month, county.as_of)),
        facts=facts,
        lists={RATES: _rates(county, name), UNITS: _units(county, counts)},
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


def _cases(county: County, counts: Sequence[CaseCounts]) -> dict[str, str]:
    """Cases as 个案统计 counts them: open on the day, opened and closed within the month."""
    open_ = [case for one in counts for case in one.open]
    states = Counter(case.state.status for case in open_)
    closed: Counter[str] = Counter()
    for one in counts:
        closed.update({word: len(cases) for word, cases in one.closed.items()})
    return {
        "在办个案": str(len(open_)),
        "疑似辍学人数": str(states[SUSPECTED]),
        "辍学人数": str(states[DROPOUT]),
        "本月新增个案": str(sum(len(one.opened) for one in counts)),
        "本月再次辍学": str(sum(len(one.again) for one in counts)),
        "本月销号个案": str(closed.total()),
        "本月返校": str(closed[BACK]),
        "劝返次数": str(len(visits_of_month(county.case_files, county.month, county.as_of))),
        "未劝返个案": str(sum(not case.state.visits for case in open_)),
        "逾期事项": str(len(county.overdue)),
        "逾期单位": overdue(county).told(),
    }


def _problems(county: County) -> dict[str, str]:
    found = Counter(severity(one) for one in county.findings)
    return {
        "错误数": str(found[Severity.ERROR]),
        "错误单位": faulty(county).told(),
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


def _units(county: County, counts: Sequence[CaseCounts]) -> tuple[Item, ...]:
    """One line a unit of the board: what it sent, its cases, what is overdue.

    Then units that send nothing but owe something (本级), and the sum.
    """
    by_unit = {one.unit: one for one in counts}
    late = Counter(task.unit for task in county.overdue)
    sent = {p.unit: p.status + ("（迟报）" if p.late else "") for p in county.progress}
    above = [u.name for u in county.directory.units if late[u.name] and u.name not in sent]
    lines: list[Item] = []
    sums: Counter[str] = Counter()
    for number, unit in enumerate([*sent, *above], 1):
        mine = by_unit.get(unit)
        figures = {
            "在办": len(mine.open) if mine else 0,
            "新增": len(mine.opened) if mine else 0,
            "销号": sum(map(len, mine.closed.values())) if mine else 0,
            "逾期": late[unit],
        }
        sums.update(figures)
        name = unit if unit in sent else f"{unit}本级"
        lines.append(
            {"序号": str(number), "单位": name, "报送": sent.get(unit, "—"), **_shown(figures)}
        )
    done = sum(line.status == DONE for line in county.progress)
    figures = {name: sums[name] for name in ("在办", "新增", "销号", "逾期")}
    return (*lines, {"序号": "", "单位": "合计", "报送": f"报齐{done}个", **_shown(figures)})


def _shown(figures: Mapping[str, int]) -> dict[str, str]:
    return {name: str(figure) for name, figure in figures.items()}


def _some(units: list[str]) -> str:
    shown = "、".join(units[:MANY])
    return shown if len(units) <= MANY else f"{shown}等"
