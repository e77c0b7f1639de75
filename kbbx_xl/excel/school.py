"""Ribbon commands on a school's own workbook (填报): check, mark absences, print."""

from __future__ import annotations

from kbbx_xl.excel.desk import Desk
from kbbx_xl.excel.judging import Judged, judge
from kbbx_xl.excel.lists import fill_list
from kbbx_xl.excel.marks import MOST_NOTES, Marked, new_sheet, put_marks
from kbbx_xl.excel.memory import Mark
from kbbx_xl.flow.result import Due
from kbbx_xl.messages import InputError, counted, message, remedy, severity
from kbbx_xl.model import FileRead, Finding, Severity, a1

PROBLEMS, WARNINGS = "问题清单", "缺勤预警"
PROBLEM_COLUMNS = (("序号", 6), ("程度", 8), ("工作表", 16), ("位置", 10), ("问题", 52), ("怎么办", 42), ("编码", 8))  # fmt: skip
DUE_COLUMNS = (
    ("序号", 6), ("位置", 10), ("工作表", 14), ("年级", 10), ("班级", 8), ("姓名", 12), ("到了哪一步", 14),
    ("谁", 12), ("做什么", 30), ("到线日期", 12), ("期限", 12), ("逾期", 8), ("依据", 12),
)  # fmt: skip


def check(desk: Desk) -> None:
    """校验本表: colour the cells with findings, note what is wrong, list all in 问题清单."""
    desk.watch("正在校验")
    judged = judge(desk)
    names = [sheet.name for sheet in desk.book.sheets]
    findings = sorted(
        judged.findings,
        key=lambda f: (list(Severity).index(severity(f)), _place(names, f.sheet), f.sort_key),
    )
    marks = [
        Mark(f.sheet, f.cell, severity(f), f"{message(f)}。{remedy(f)}（{f.code}）")
        for f in findings
        if f.cell and f.sheet in names
    ]
    marked = put_marks(desk.book, "check", marks)
    _list_problems(desk, judged, findings)
    how = f"截至 {judged.as_of}，按“{judged.policy.title}”方案"
    if not findings:
        desk.say(f"没有发现问题。{how}校验。")
        return
    desk.say(
        f"校验完毕：{counted(findings)}。{how}。\n\n有问题的格已涂色并加了批注，全部问题见“{PROBLEMS}”表，点“位置”可以跳过去。"
        f"\n改完再点一次“校验本表”；要去掉颜色，点“清除标记”。{_kept_out(marked)}"
    )


def _place(names: list[str], sheet: str) -> int:
    return names.index(sheet) if sheet in names else len(names)


def _kept_out(marked: Marked) -> str:
    """What could not be marked, "" when everything was."""
    told = []
    if marked.without_note:
        told.append(
            f"{marked.without_note} 处只涂了色、没有批注（最多加 {MOST_NOTES} 处；有会话批注的格不加）"
        )
    if marked.locked:
        told.append(f"有密码保护的表没有涂色：{'、'.join(marked.locked)}")
    return "\n\n" + "；".join(told) + "。" if told else ""


def _list_problems(desk: Desk, judged: Judged, findings: list[Finding]) -> None:
    rows = [
        (n, str(severity(f)), f.sheet, "", message(f), remedy(f), f.code)
        for n, f in enumerate(findings, 1)
    ]
    fill_list(
        new_sheet(desk.book, "check", PROBLEMS),
        f"问题清单：{desk.book.name}",
        f"{judged.month.label}，截至 {judged.as_of}，按“{judged.policy.title}”方案。"
        + counted(findings),
        "“错误”必须改，“警告”请核对，“提示”供了解。这张表由“校验本表”生成，点“清除标记”会删去。",
        PROBLEM_COLUMNS,
        rows,
        links=[(f.sheet, f.cell) for f in findings],
        link_column=4,
    )


def flag(desk: Desk) -> None:
    """标记缺勤预警: colour the pupils who are over a threshold, list who must do what by when."""
    desk.watch("正在计算缺勤")
    judged = judge(desk)
    if not judged.policy.steps:
        raise InputError(
            f"“{judged.policy.title}”方案没有写缺勤几天到哪一步，不能预警。"
            "要用别的方案，点“政策与校历”"
        )
    cells = [(item, name_cell(judged.read, item)) for item in judged.due]
    marks = [
        Mark(item.where.sheet, cell, _gravity(item), _asked(item)) for item, cell in cells if cell
    ]
    marked = put_marks(desk.book, "flag", marks)
    rows = [
        (
            n, "", d.where.sheet, d.grade, d.class_name, d.name, d.step, d.actor, d.action,
            d.reached, d.due, "是" if d.overdue else "", d.source,
        )
        for n, (d, _) in enumerate(cells, 1)
    ]  # fmt: skip
    pupils, late = len({(d.key, d.name) for d in judged.due}), sum(d.overdue for d in judged.due)
    facts = f"{judged.month.label}，截至 {judged.as_of}，按“{judged.policy.title}”方案"
    fill_list(
        new_sheet(desk.book, "flag", WARNINGS),
        f"缺勤预警：{desk.book.name}",
        f"{facts}：到预警线的学生 {pupils} 人，待办 {len(rows)} 项，其中逾期 {late} 项。",
        "这张表由“标记缺勤预警”生成，点“清除标记”会删去。内含学生姓名，不要外传。",
        DUE_COLUMNS,
        rows,
        links=[(d.where.sheet, cell) for d, cell in cells],
        link_column=2,
    )
    if not rows:
        desk.say(f"{facts}，没有学生到预警线。")
        return
    desk.say(
        f"{facts}：\n到预警线的学生 {pupils} 人，待办 {len(rows)} 项，其中逾期 {late} 项。"
        f"\n\n姓名格已涂色并加了批注，谁在哪天前做什么见“{WARNINGS}”表。{_kept_out(marked)}"
    )


def name_cell(read: FileRead, item: Due) -> str:
    """Address of the name of the pupil a duty is about; column A where the sheet has none."""
    for table in read.tables:
        if table.sheet == item.where.sheet and item.where.row in table.rows:
            return a1(item.where.row, table.where.get("name", 1))
    return ""


def _gravity(item: Due) -> Severity:
    return Severity.ERROR if item.overdue else Severity.WARNING


def _asked(item: Due) -> str:
    until = f"{item.due} 前" if item.due else "尽快"
    late = "（已逾期）" if item.overdue else ""
    return f"到“{item.step}”：{item.actor}{until}{item.action}{late}，依据 {item.source}"
