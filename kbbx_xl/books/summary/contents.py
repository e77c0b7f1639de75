"""All numbers by group, who is missing, where to look (目录)."""

from __future__ import annotations

from collections.abc import Sequence

from kbbx_xl.books.summary.board import STATUSES
from kbbx_xl.books.summary.notes import NAMED
from kbbx_xl.books.summary.paper import Paper, cell_name
from kbbx_xl.books.summary.quality import SEVERITIES
from kbbx_xl.books.summary.sheets import Summary, day_words
from kbbx_xl.model import JUNIOR, PRIMARY

WIDTHS = (20, 11, 20, 11, 20, 11)
KEY_FIGURES: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    ("一、报送", (("应报单位", "progress.units"), *((s, f"progress.{s}") for s in STATUSES))),
    (
        "二、学生（按学籍名册）",
        (
            ("在校生", "people.enrolled"),
            ("其中小学", f"people.{PRIMARY}"),
            ("其中初中", f"people.{JUNIOR}"),
        ),
    ),
    (
        "三、台账（现有）",
        tuple(
            (f"{stage}{title}", f"six.{stage}{status}")
            for status, title in (("疑似辍学", "疑似辍学"), ("辍学", "辍学"), ("已返校", "已返校"))
            for stage in (PRIMARY, JUNIOR)
        ),
    ),
    (
        "四、预警与劝返",
        (
            ("本月有旷课的学生", "absence.any"),
            ("截至日仍未到校", "absence.open"),
            ("逾期待办（件）", "cases.overdue"),
            ("未销号学生", "persuasion.open"),
            ("其中没有劝返记录", "persuasion.without"),
            ("本月劝返次数", "persuasion.month"),
            ("劝返次数（累计）", "persuasion.visits"),
        ),
    ),
    (
        "五、网格与数据质量",
        (
            ("缺网格长的班级", "coverage.no_class"),
            ("缺网格长的村", "coverage.no_village"),
            *((f"问题：{s}", f"findings.{s}") for s in SEVERITIES),
        ),
    ),
)


def write_contents(summary: Summary, paper: Paper, sheets: Sequence[tuple[str, str]]) -> None:
    """Fill the sheet 目录; every figure is a formula to the sheet that holds it.

    ``sheets``: name and one line of content, in the order of the book.
    """
    county = summary.county
    summary.heading(paper, "控辍保学汇总目录", WIDTHS)
    paper.merge(
        paper.row,
        0,
        paper.row,
        5,
        f"执行文件：{county.policy.title}（{county.policy.document}）",
        "left",
    )
    paper.row += 1
    share = paper.row + 2
    for title, pairs in KEY_FIGURES:
        paper.part(title)
        _figures(paper, pairs)
    _share(paper, share)
    if summary.with_names:
        paper.note(NAMED)
    _who(summary, paper)
    paper.part("七、各表")
    for name, content in sheets:
        paper.link(paper.row, 0, f"internal:'{name}'!A1", name, "plain_link")
        paper.merge(paper.row, 1, paper.row, 5, content, "left")
        paper.sheet.set_row(paper.row, 19)
        paper.row += 1
    paper.sheet.fit_to_pages(1, 1)


def _figures(paper: Paper, pairs: Sequence[tuple[str, str]]) -> None:
    """Label and figure, three pairs a line."""
    for number, (label, mark) in enumerate(pairs):
        row, column = paper.row + number // 3, number % 3 * 2
        paper.text(row, column, label, "label")
        paper.refer(row, column + 1, mark, label, "figure")
    for number in range(len(pairs), -(-len(pairs) // 3) * 3):
        paper.text(paper.row + number // 3, number % 3 * 2, "", "label")
        paper.text(paper.row + number // 3, number % 3 * 2 + 1, "", "text")
    for _ in range(-(-len(pairs) // 3)):
        paper.sheet.set_row(paper.row, 25)
        paper.row += 1


def _share(paper: Paper, row: int) -> None:
    """Share of units that have sent everything, beside the five figures of part one."""
    label = "报齐率"
    received, expected = cell_name(row - 1, 3), cell_name(row - 1, 1)
    done, due = paper.value(row - 1, 3), paper.value(row - 1, 1)
    paper.text(row, 4, label, "label")
    paper.formula(
        row,
        5,
        f'=IF({expected}=0,"—",{received}/{expected})',
        done / due if due else "—",
        label,
        how="已报单位除以应报单位",
        cells=f"{paper.name}!{received} {paper.name}!{expected}",
        style="figure_percent",
    )


def _who(summary: Summary, paper: Paper) -> None:
    """Units whose papers are not complete, by name."""
    progress = summary.county.progress
    paper.part("六、没有报齐的单位")
    lines = {
        "未报": [p.unit for p in progress if p.status == "未报"],
        "错月": [f"{p.unit}（报成{p.wrong_month}）" for p in progress if p.status == "错月"],
        "缺项": [f"{p.unit}（缺{'、'.join(p.missing)}）" for p in progress if p.status == "缺项"],
    }
    for status, units in lines.items():
        paper.text(paper.row, 0, f"{status}（{len(units)}个）", "label")
        shown = "；".join(sorted(units, key=lambda u: summary.order(u.partition("（")[0])))
        paper.merge(paper.row, 1, paper.row, 5, shown or "无", "text")
        lines_needed = -(-len(shown) // 42) or 1
        paper.sheet.set_row(paper.row, 15 * min(lines_needed, 25) + 3)
        paper.row += 1
    paper.note(
        f"数据截至{day_words(summary.county.as_of)}。带公式的数点开可见取自哪张表；"
        "每个数的来源文件和行，用“kbbx-xl explain 本文件 表名!单元格”查询。"
    )
