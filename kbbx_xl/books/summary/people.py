"""Counts of the rosters (人数汇总) and coverage by grid heads (网格覆盖)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kbbx_xl.books.summary.grid import Column, Figure, Grid, figures, widths, write_grid
from kbbx_xl.books.summary.scope import Group, groups
from kbbx_xl.books.summary.sheets import Summary
from kbbx_xl.flow.result import County, Coverage, Total
from kbbx_xl.flow.source import Span, spans
from kbbx_xl.model import GRADES, JUNIOR, PRIMARY, Unit

LEFT_STATUSES = ("休学", "转出", "辍学")
STAGES = ((PRIMARY, GRADES[:6]), (JUNIOR, GRADES[6:]))
ENROLLED = "名册中在读（含复学）的行数"


def write_people(summary: Summary) -> Grid:
    """Enrolled pupils by unit, grade, stage and sex, recounted from the rosters."""
    county = summary.county
    columns = _people_columns(county)
    paper = summary.sheet("人数汇总", "在校生人数汇总表", widths(columns))
    grid = write_grid(paper, groups(county.directory), columns)
    for key in (PRIMARY, JUNIOR, "enrolled"):
        paper.mark(f"people.{key}", grid.total_row, grid.columns[key])
        for title, row in grid.group_rows.items():
            paper.mark(f"people.{key}.{title}", row, grid.columns[key])
    paper.note(
        "注：按各校学籍名册逐行重新计数；在读、复学计入，休学、转出、辍学不计入；空白表示没有收到名册。"
        "小计、合计是公式，各校人数的来源行用 kbbx-xl explain 查询。"
    )
    return grid


def _people_columns(county: County) -> list[Column]:
    totals = {t.unit: t for t in county.totals}
    columns = []
    for stage, grades in STAGES:
        columns += [
            Column(g, f"{stage}/{g[0]}", _count(totals, "by_grade", g, ENROLLED), width=5.5)
            for g in grades
        ]
        columns.append(Column(stage, f"{stage}/小计", plus=grades))
    stages: tuple[str, ...] = (PRIMARY, JUNIOR)
    if any(_unknown(t) for t in county.totals):
        unknown = figures(totals, _unknown, whole, "在读而年级认不出的行数")
        columns.append(Column("unknown", "年级不明", unknown))
        stages = (*stages, "unknown")
    columns.append(Column("enrolled", "在校生合计", plus=stages, width=8))
    columns += [Column(s, f"其中/{s}", _count(totals, "by_sex", s, ENROLLED)) for s in ("男", "女")]
    columns += [
        Column(s, f"不计入/{s}", _count(totals, "by_status", s, f"名册中状态为{s}的行数"))
        for s in LEFT_STATUSES
    ]
    columns.append(Column("note", "备注", words=_remark(county), width=16))
    return columns


def _count(
    totals: Mapping[str, Total], counts: str, name: str, how: str
) -> Callable[[Unit], Figure]:
    """One entry of a count of the rosters, with its rows where they are known."""
    return figures(
        totals,
        lambda total: getattr(total, counts).get(name, 0),
        lambda total: total.rows_of.get(name) or whole(total),
        how,
    )


def whole(total: Total) -> tuple[Span, ...]:
    """Where a roster stands, when single rows are not known."""
    return spans([total.source])


def _unknown(total: Total) -> int:
    return total.enrolled - sum(total.by_grade.get(g, 0) for g in GRADES)


def _remark(county: County) -> Callable[[Unit], str]:
    received = {t.unit for t in county.totals}
    wrong = {p.unit: p.wrong_month for p in county.progress}

    def remark(unit: Unit) -> str:
        said = [] if unit.name in received else ["未报名册"]
        if wrong.get(unit.name):
            said.append(f"报的是{wrong[unit.name]}的材料")
        return "；".join(said)

    return remark


def write_grade_sex(summary: Summary) -> None:
    """Enrolled pupils of all units by grade and sex (分年级男女)."""
    county = summary.county
    columns = [Column(s, s, _grade_sex(county, s), width=12) for s in ("男", "女")]
    columns.append(Column("known", "男女合计", plus=("男", "女"), width=12))
    columns.append(Column("all", "在校生", _grade_sex(county, ""), width=12))
    columns.append(Column("unsaid", "未写性别", plus=("all",), minus=("known",), width=12))
    grades = tuple(Group(stage, tuple(Unit("", g) for g in names)) for stage, names in STAGES)
    paper = summary.sheet("分年级男女", "在校生分年级男女人数表", widths(columns), landscape=False)
    write_grid(paper, grades, columns, first="年级")
    paper.note("注：性别按名册所写计数。")


def _grade_sex(county: County, sex: str) -> Callable[[Unit], Figure]:
    """Count of a grade (given as a Unit of that name) over all rosters; sex "" counts all."""

    def of(grade: Unit) -> Figure:
        name = grade.name
        number = sum(
            t.by_grade_sex.get((name, sex), 0) if sex else t.by_grade.get(name, 0)
            for t in county.totals
        )
        if not number:
            return Figure(number, (), ENROLLED)
        having = {s for t in county.totals for s in t.rows_of.get(name) or whole(t)}
        ordered = sorted(having, key=lambda s: (s.file, s.sheet, s.rows))
        return Figure(number, tuple(ordered), ENROLLED)

    return of


def write_coverage(summary: Summary) -> None:
    """Classes and villages without a grid head, for units that sent a list (网格覆盖)."""
    county = summary.county
    sent = {c.unit: c for c in county.coverage}
    columns = [
        Column("classes", "班级/应有", _covered(sent, lambda c: c.classes, "应有班级数"), width=8),
        Column(
            "no_class",
            "班级/缺网格长",
            _covered(sent, lambda c: len(c.classes_without), "没有班级网格长的班级数"),
            width=8,
            alert=True,
        ),
        Column("which_class", "班级/缺的班级", words=_named(sent, "classes_without"), width=34),
        Column("villages", "村/应有", _covered(sent, lambda c: c.villages, "服务村数"), width=8),
        Column(
            "no_village",
            "村/缺网格长",
            _covered(sent, lambda c: len(c.villages_without), "没有村级网格长的村数"),
            width=8,
            alert=True,
        ),
        Column("which_village", "村/缺的村", words=_named(sent, "villages_without"), width=34),
    ]
    unsent = "未报网格名单"
    columns.append(
        Column("note", "备注", words=lambda u: "" if u.name in sent else unsent, width=13)
    )
    paper = summary.sheet("网格覆盖", "网格化管理覆盖情况表", widths(columns))
    grid = write_grid(paper, groups(county.directory), columns)
    for key in ("no_class", "no_village"):
        paper.mark(f"coverage.{key}", grid.total_row, grid.columns[key])
    paper.note("注：只统计报了网格名单的单位；网格长姓名空白或写“待定”的，按没有计。")


def _covered(
    sent: Mapping[str, Coverage], value: Callable[[Coverage], float], how: str
) -> Callable[[Unit], Figure]:
    return figures(sent, value, lambda c: spans([c.source]), how)


def _named(sent: Mapping[str, Coverage], which: str) -> Callable[[Unit], str]:
    return lambda unit: "、".join(getattr(sent.get(unit.name), which, ()))
