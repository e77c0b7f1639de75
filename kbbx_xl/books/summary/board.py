"""Who has reported what (报送进度), and every file that lay in the folder (文件清单)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from kbbx_xl.books.summary.grid import Column, Figure, widths, write_grid
from kbbx_xl.books.summary.records import Open, write_records
from kbbx_xl.books.summary.scope import Group, groups
from kbbx_xl.books.summary.sheets import Summary
from kbbx_xl.flow.ranking import late_kinds, of_other_months, received_kinds
from kbbx_xl.flow.result import County, UnitProgress
from kbbx_xl.flow.source import Source
from kbbx_xl.messages import message, remedy, severity
from kbbx_xl.model import Finding, Severity, Unit

STATUSES = ("已报", "缺项", "未报", "错月")
FATES = {
    "effective": "采用",
    "superseded": "已被修改版取代",
    "identical_copy": "重复件",
    "wrong_month": "错月",
    "unreadable": "打不开",
    "ignored": "不是报送材料",
    "unknown_unit": "认不出单位",
    "center": "采用（中心校）",
    "package": "报送包，已打开",
}


def write_progress(summary: Summary) -> None:
    """One line a unit: expected, received, missing, late, wrong month, corrected, copies."""
    county = summary.county
    lines = {p.unit: p for p in county.progress}
    columns = _columns(lines, of_other_months(county))
    paper = summary.sheet("报送进度", "控辍保学材料报送进度表", widths(columns))
    reporting = reporting_groups(county)
    grid = write_grid(paper, reporting, columns)
    for key in (*STATUSES, "units", "errors", "warnings"):
        paper.mark(f"progress.{key}", grid.total_row, grid.columns[key])
        for title, row in grid.group_rows.items():
            paper.mark(f"progress.{key}.{title}", row, grid.columns[key])
    paper.note(
        "注：缺项＝报了一部分；未报＝一件没有；错月＝报的是别的月份。修改版取代旧件后旧件不再计入；"
        "内容完全相同的只算一份。各文件的去处见“文件清单”。采用后改动＝第一次汇总采用以后，又改动、补来、撤走的文件。"
    )


def _columns(lines: dict[str, UnitProgress], other: dict[str, frozenset[str]]) -> list[Column]:
    def count(value: Callable[[UnitProgress], int], how: str) -> Callable[[Unit], Figure]:
        return lambda u: Figure(value(lines[u.name]), (), how) if u.name in lines else Figure(None)

    def words(value: Callable[[UnitProgress], str]) -> Callable[[Unit], str]:
        return lambda u: value(lines[u.name]) if u.name in lines else ""

    def came(line: UnitProgress) -> frozenset[str]:
        return other.get(line.unit, frozenset())

    return [
        Column("level", "层级", words=lambda u: u.level, width=9),
        Column("status", "状态", words=words(lambda p: p.status), width=7),
        Column("expected", "材料/应报", count(lambda p: len(p.expected), "应报种类数")),
        Column(
            "received",
            "材料/已报",
            count(lambda p: len(received_kinds(p, came(p))), "应报种类中已报的"),
        ),
        Column("missing", "缺少", words=words(lambda p: "、".join(p.missing)), width=26),
        Column("late", "迟报", words=words(lambda p: "、".join(p.late)), width=12),
        Column(
            "unsent",
            "没有按时报\n（种）",
            count(lambda p: late_kinds(p, came(p)), "没有报来、报错月份和迟报的种数"),
            width=8,
        ),
        Column("wrong", "报成的月份", words=words(lambda p: p.wrong_month), width=10),
        Column("corrected", "文件/修改版", count(lambda p: p.corrected, "被取代的文件数")),
        Column("copies", "文件/重复", count(lambda p: p.copies, "内容相同的文件数")),
        Column(
            "altered", "采用后改动/次数", count(lambda p: len(p.altered), "采用后的改动数"), width=6
        ),
        Column("altered_files", "采用后改动/文件", words=words(_altered), width=24),
        Column("errors", "问题/错误", count(lambda p: p.errors, "问题清单中的错误数")),
        Column("warnings", "问题/警告", count(lambda p: p.warnings, "问题清单中的警告数")),
        Column("units", "单位数/应报", counted=("status", "?*"), width=5.5),
        *(Column(s, f"单位数/{s}", counted=("status", s), width=5.5) for s in STATUSES),
    ]


def _altered(line: UnitProgress) -> str:
    """What was changed after acceptance, each file once with how often."""
    times = Counter((c.what, c.path.rpartition("/")[2]) for c in line.altered)
    told = (
        f"{what} {name}（{n} 次）" if n > 1 else f"{what} {name}"
        for (what, name), n in times.items()
    )
    return "、".join(told)


def reporting_groups(county: County) -> list[Group]:
    """Centres head the group of their schools; only units that are expected to report."""
    directory, expected = county.directory, {p.unit for p in county.progress}
    by_title = {g.title: g.units for g in groups(directory)}
    for center in directory.centers:
        by_title[center.name] = (center, *by_title.get(center.name, ()))
    return [
        Group(title, kept)
        for title, units in by_title.items()
        if (kept := tuple(u for u in units if u.name in expected))
    ]


def write_files(summary: Summary) -> None:
    """Every file with what became of it; nothing is dropped in silence."""
    county = summary.county
    told = _told(county)
    titles = ("单位", "文件", "材料", "月份", "去处", "说明", "打开")
    paper = summary.sheet("文件清单", "收到文件清单", [5, 24, 52, 14, 9, 14, 40, 6])
    rows = sorted(county.files, key=lambda f: (*summary.order(f.unit), f.path))
    write_records(
        paper,
        titles,
        (
            (
                f.unit,
                f.path,
                f.kind,
                f.month,
                FATES.get(f.status, f.status),
                told.get(f.path, ""),
                Open(Source(f.path)),
            )
            for f in rows
        ),
    )


def write_unread(summary: Summary) -> None:
    """未读文件: what was sent and could not be counted, whose it is, why, and what to do about it."""
    county = summary.county
    lost = {f.path: f.unit for f in county.files if f.status == "unreadable"}
    paper = summary.sheet("未读文件", "没有读进来的文件", [5, 24, 52, 9, 46, 46, 6])
    told = [f for f in county.findings if f.file in lost and severity(f) is Severity.ERROR]
    rows = sorted(told, key=lambda f: (*summary.order(lost[f.file] or f.unit), f.sort_key))
    write_records(
        paper,
        ("单位", "文件", "编码", "原因", "怎么办", "打开"),
        (
            (lost[f.file] or f.unit, f.file, f.code, _cause(f), remedy(f), Open(Source(f.file)))
            for f in rows
        ),
    )
    paper.note("注：这里的文件一行也没有计入。办好以后重新汇总；其余文件不受影响。")


def _cause(finding: Finding) -> str:
    at = "!".join(part for part in (finding.sheet, finding.cell) if part)
    return message(finding) + (f"（{at}）" if at else "")


def _told(county: County) -> dict[str, str]:
    """Path -> why it does not count."""
    told = {old: f"现用：{new}" for _, _, old, new in county.superseded}
    told |= {path: f"与“{other}”相同" for path, other in county.copies}
    lost = {f.path for f in county.files if f.status in ("unreadable", "superseded")}
    why = [f for f in county.findings if f.file in lost and severity(f) is not Severity.WARNING]
    told = {f.file: f"{message(f)}。{remedy(f)}" for f in reversed(why)} | told
    return told | dict(county.ignored)
