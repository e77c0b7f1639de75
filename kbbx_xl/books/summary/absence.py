"""Absence without leave (缺勤预警) and what the policy asks for (待办)."""

from __future__ import annotations

from collections.abc import Callable

from kbbx_xl.books.summary.grid import Column, Figure, tally, widths, write_grid
from kbbx_xl.books.summary.records import Value, write_records
from kbbx_xl.books.summary.scope import groups
from kbbx_xl.books.summary.sheets import (
    PLACE_TITLES,
    PLACE_WIDTHS,
    Child,
    Summary,
    late_tasks,
    place,
)
from kbbx_xl.flow.casework.values import TaskKind
from kbbx_xl.flow.result import County, Due, StudentRun
from kbbx_xl.model import Kind, Unit
from kbbx_xl.settings.policies import DayUnit, Policy, RunMeasure, Step, Threshold

BANDS: tuple[tuple[str, float, float], ...] = (  # head, from, below (school days)
    ("不足3天", 0, 3),
    ("3天以上不足5天", 3, 5),
    ("5天以上不足7天", 5, 7),
    ("7天及以上", 7, float("inf")),
)
UNIT_WORDS = {
    DayUnit.HALF_DAY: "个半天",
    DayUnit.HOUR: "课时",
    DayUnit.DAY: "天",
    DayUnit.SCHOOL_DAY: "个上课日",
    DayUnit.WORKDAY: "个工作日",
    DayUnit.CALENDAR_DAY: "个自然日",
    DayUnit.WEEK: "周",
    DayUnit.MONTH: "个月",
}


def words(threshold: Threshold) -> str:
    """A threshold as people say it: 3个上课日以上, 超过5天."""
    amount = f"{threshold.value:g}{UNIT_WORDS[threshold.unit]}"
    return f"超过{amount}" if threshold.operator == ">" else f"{amount}及以上"


def write_absence(summary: Summary) -> None:
    """Children by unit: longest run, not yet back, and the steps of the policy they reached."""
    county = summary.county
    columns = [*_run_columns(county), *_step_columns(county)]
    paper = summary.sheet("缺勤预警", "缺勤预警统计表", widths(columns))
    grid = write_grid(paper, groups(county.directory), columns)
    for key in ("any", "open", "overdue"):
        paper.mark(f"absence.{key}", grid.total_row, grid.columns[key])
        for title, row in grid.group_rows.items():
            paper.mark(f"absence.{key}.{title}", row, grid.columns[key])
    paper.note(
        "注：单位是人。按每名学生本月最长的一次连续旷课计入相应天数；休息日不计也不打断；空白表示没有收到考勤。"
    )
    paper.note("逾期事项是表“待办”中由阶梯而来、已逾期的；劝返记录、缺勤登记写明已办的不算。")
    if not county.policy.steps:
        paper.note("现行政策文件没有规定缺勤达到多少天要做什么，故没有阶梯各栏。")


def _run_columns(county: County) -> list[Column]:
    longest: dict[tuple[str, str], StudentRun] = {}
    for run in sorted(county.runs, key=_run_key):
        best = longest.get((run.unit, run.key))
        if best is None or run.run.school_days > best.run.school_days:
            longest[run.unit, run.key] = run
    kinds = {Kind.ROLL_CALL, Kind.ABSENCE}
    known = {p.unit for p in county.progress if kinds & set(p.received) and not p.wrong_month}
    known |= {r.unit for r in county.runs}

    def count(chosen: Callable[[StudentRun], bool], how: str) -> Callable[[Unit], Figure]:
        picked = ((r.unit, r.key, r.source) for r in longest.values() if chosen(r))
        return tally(picked, how, known)

    def band(low: float, high: float) -> Callable[[StudentRun], bool]:
        return lambda r: low <= r.run.school_days < high

    bands = [
        Column(
            title,
            f"旷课人数（按最长一次，上课日）/{title}",
            count(band(low, high), f"最长一次连续旷课{title}"),
            width=9,
        )
        for title, low, high in BANDS
    ]
    still = ((r.unit, r.key, r.source) for r in county.runs if r.run.open)
    return [
        *bands,
        Column("any", "旷课人数（按最长一次，上课日）/合计", plus=tuple(t for t, _, _ in BANDS)),
        Column("open", "截至日仍未到校", tally(still, "截至日期仍在旷课的学生", known), width=8),
    ]


def _run_key(run: StudentRun) -> tuple[str, str, str, str, int]:
    return run.unit, run.key, str(run.run.start), run.source.file, run.source.row


def _step_columns(county: County) -> list[Column]:
    known = {p.unit for p in county.progress if p.status not in ("未报", "错月")}
    titles = step_titles(county.policy)
    heads = {s.title: f"{s.title}\n（{_when(s)}）" for s in county.policy.steps}
    heads |= {t: t for d in county.due if (t := titles.get(d.step, d.step)) not in heads}
    columns = []
    for title, head in heads.items():
        rows = ((d.unit, d.key, d.where) for d in county.due if titles.get(d.step, d.step) == title)
        count = tally(rows, f"达到“{title}”的学生", known)
        columns.append(Column(f"step.{title}", f"达到阶梯的人数/{head}", count, width=13))
    overdue = late_tasks(county, known, lambda t: t.kind is TaskKind.LADDER)
    return [*columns, Column("overdue", "逾期事项\n（件）", overdue, width=8, alert=True)]


def step_titles(policy: Policy) -> dict[str, str]:
    """Name of a step in data -> what users call it."""
    return {str(s.step): s.title for s in policy.steps}


def _when(step: Step) -> str:
    measure = "累计" if step.measure is RunMeasure.CUMULATIVE else "连续"
    return f"{measure}{words(step.threshold)}"


def write_todo(summary: Summary) -> None:
    """Who must do what by when, with the rule it follows from (待办)."""
    county = summary.county
    titles = step_titles(county.policy)
    heads = (
        *summary.child_titles,
        "阶梯",
        "要做的事",
        "由谁做",
        "达到日期",
        "期限",
        "状态",
        "依据",
        *PLACE_TITLES,
    )
    widths_ = [5, *summary.child_widths, 12, 26, 12, 11, 11, 9, 9, *PLACE_WIDTHS]
    paper = summary.sheet("待办", "控辍保学待办清单", widths_)
    rows = sorted(county.due, key=lambda d: _due_key(summary, d))
    write_records(paper, heads, (_due_row(summary, d, titles) for d in rows))
    paper.note(
        f"依据：{county.policy.title}（{county.policy.document}）的相应条目；没有期限的写“未定期限”。"
    )


def _due_key(summary: Summary, due: Due) -> tuple[object, ...]:
    day = due.due.isoformat() if due.due else "9999"
    place_ = (due.where.file, due.where.sheet, due.where.row)
    return day, summary.order(due.unit), due.grade, due.class_name, place_, due.step


def _due_row(summary: Summary, due: Due, titles: dict[str, str]) -> tuple[Value, ...]:
    child = Child(due.unit, due.grade, due.class_name, due.name, due.key)
    return (
        *summary.child(child),
        titles.get(due.step, due.step),
        due.action,
        due.actor,
        due.reached,
        due.due,
        due_state(summary.county, due),
        due.source,
        *place(due.where),
    )


def due_state(county: County, due: Due) -> str:
    """逾期, 今日到期, 未到期 or 未定期限 on the day of the summary."""
    if due.due is None:
        return "逾期" if due.overdue else "未定期限"
    if due.overdue:
        return "逾期"
    return "今日到期" if due.due == county.as_of else "未到期"
