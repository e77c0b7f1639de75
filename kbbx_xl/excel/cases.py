"""Ribbon commands of case work (个案): what is due, what is handed out, histories, evidence, movement.

In a school's workbook they are about that school; elsewhere the folder of the county's submissions
is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kbbx_xl.books.casework.assign import write_assignments
from kbbx_xl.books.casework.checklist import write_checklist
from kbbx_xl.books.casework.history import write_history
from kbbx_xl.books.casework.todo import write_ics, write_todo
from kbbx_xl.books.files import Written
from kbbx_xl.books.movement import read_movement, write_movement
from kbbx_xl.books.one_click import Order, read_county
from kbbx_xl.books.summary.scope import restrict
from kbbx_xl.excel.commands import SCHOOL_BOOKS
from kbbx_xl.excel.desk import Desk
from kbbx_xl.excel.gathering import ask_order
from kbbx_xl.excel.judging import judge
from kbbx_xl.excel.live import stamp
from kbbx_xl.excel.selected import rows_of
from kbbx_xl.flow.casework.evidence import totals
from kbbx_xl.flow.casework.values import TaskState
from kbbx_xl.flow.result import County
from kbbx_xl.messages import InputError
from kbbx_xl.model import Directory, Unit
from kbbx_xl.settings.forms import load_form

WAITING = (TaskState.OVERDUE, TaskState.TODAY, TaskState.OPEN)


@dataclass(frozen=True)
class _Asked:
    """The cases and tasks a command is about, and where its result goes."""

    county: County
    folder: Path
    name: str  # of the result: 单位名_2026-10, 中心校名_2026-10 or 全县_2026-10
    sources: Path
    own: bool  # a school's own list, which names its children


def _asked(desk: Desk, doing: str) -> _Asked:
    form = stamp(desk.book).get("form", "")
    if form in SCHOOL_BOOKS:
        return _of_school(desk, doing)
    order = ask_order(desk, "选择全县报送材料所在的文件夹（最上层放单位目录）")
    out = order.results
    county = read_county(order, out=out, progress=desk.progress(doing))
    center = _center_meant(desk, order, county)
    part = restrict(county, center) if center else county
    whom = center.name if center else "全县"
    return _Asked(part, out, f"{whom}_{order.month}", order.folder, own=False)


def _center_meant(desk: Desk, order: Order, county: County) -> Unit | None:
    """The central school whose workbook is open, or of which alone the folder holds material; None
    for the whole county."""
    known, own = county.directory, stamp(desk.book).get("unit_name", "")
    if known.county and own == known.county.name:
        return None
    if unit := next((c for c in known.centers if own == c.name), None):
        return unit
    whole = order.directory is not None and order.directory.parent == order.folder
    if whole and known.county and len(known.centers) == 1:
        return None
    sent = {f.unit for f in county.files if f.unit}
    of_center = {c.name: {c.name, *(u.name for u in known.below(c))} for c in known.centers}
    return next((c for c in known.centers if sent and sent <= of_center[c.name]), None)


def _of_school(desk: Desk, doing: str) -> _Asked:
    path = desk.saved_path()
    desk.watch(f"正在{doing}")
    judged = judge(desk, beside=[f"{load_form(form).title}*.xlsx" for form in SCHOOL_BOOKS])
    county = County(judged.month, judged.as_of, judged.policy, Directory(()))
    for result in judged.results:
        county.case_files += result.case_files
        county.checklists += result.checklists
        county.tasks += result.tasks
    unit = judged.results[0].unit.name if judged.results else path.stem
    return _Asked(county, path.parent, f"{unit}_{judged.month}", path.parent, own=True)


def todo(desk: Desk) -> None:
    """待办: everything that is due by when, because of which rule; and a calendar file."""
    asked = _asked(desk, "列待办")
    county = asked.county
    units = [unit.name for unit in county.directory.units]
    written = write_todo(
        county.tasks,
        asked.folder / f"待办_{asked.name}.xlsx",
        as_of=county.as_of,
        names=asked.own,
        policy=county.policy,
        units=units,
        sources=asked.sources,
    )
    dates = write_ics(county.tasks, asked.folder / f"待办_{asked.name}.ics", as_of=county.as_of)
    counts = [f"{state} {sum(t.state is state for t in county.tasks)} 件" for state in WAITING]
    desk.show(written.path)
    desk.say(
        f"截至 {county.as_of}，按“{county.policy.title}”方案：{'，'.join(counts)}。\n"
        f"待办清单“{written.path.name}”；“{dates.path.name}”可以导入手机或电脑的日历。"
    )


def assign(desk: Desk) -> None:
    """交办单: the open cases of each unit to hand out, and the cases closed in the month."""
    asked = _asked(desk, "列交办清单")
    county = asked.county
    if not county.case_files:
        raise InputError("台账里还没有个案，没有要交办的")
    written = write_assignments(
        county.case_files,
        county.tasks,
        asked.folder / f"交办清单_{asked.name}.xlsx",
        month=county.month,
        as_of=county.as_of,
        names=asked.own,
        policy=county.policy,
        units=[unit.name for unit in county.directory.units],
        checklists=county.checklists,
        sources=asked.sources,
    )
    still = sum(case.open and case.listed for case in county.case_files)
    _done(desk, written, f"没有办结的个案 {still} 件，交办清单和本月销号清单")


def evidence(desk: Desk) -> None:
    """佐证清单: which papers each case has and lacks, by its category A–M."""
    asked = _asked(desk, "核对佐证")
    county = asked.county
    if not county.checklists:
        raise InputError("台账里还没有个案，没有要核对的佐证")
    written = write_checklist(
        county.checklists,
        asked.folder / f"佐证清单_{asked.name}.xlsx",
        as_of=county.as_of,
        names=asked.own,
        policy=county.policy,
        sources=asked.sources,
    )
    whole = sum(total.complete for total in totals(county.checklists))
    _done(desk, written, f"个案 {len(county.checklists)} 件，佐证齐全 {whole} 件，佐证清单")


def history(desk: Desk) -> None:
    """个案经过: a page a case, of the selected rows of a ledger or of every case."""
    path = desk.saved_path()
    desk.watch("正在整理个案经过")
    judged = judge(desk)
    cases = [case for result in judged.results for case in result.case_files]
    rows = {(t.sheet, t.rows[i]) for t, i in rows_of(desk, judged.read)}
    chosen = [c for c in cases if not rows or (c.source.sheet, c.source.row) in rows]
    if not chosen:
        raise InputError(
            "选中的行没有个案，请在台账里选学生行" if rows else "台账里还没有个案，没有可列的经过"
        )
    target = path.with_name(f"{path.stem}_个案经过.xlsx")
    unit = judged.results[0].unit.name
    written = write_history(chosen, target, unit=unit, as_of=judged.as_of)
    desk.show(written.path)
    desk.say(
        f"{len(chosen)} 个个案的办理经过在“{written.path.name}”，每案一页，可以打印归档。"
        "里面有学生姓名，只留本校。"
    )


def movement(desk: Desk) -> None:
    """学籍流动: transfers paired, nobody lost between two registers, lists to hand over."""
    order = ask_order(desk, "选择本期全县报送材料所在的文件夹")
    earlier = desk.ask_folder(
        "选择上期（上月或上学期）材料的文件夹", start=str(order.folder.parent)
    )
    out = order.results / f"学籍流动_{order.month}.xlsx"
    desk.watch("正在核对学籍流动")
    result, root = read_movement(
        order.folder,
        earlier,
        out=out,
        policy=order.policy,
        today=desk.today,
        month=order.month,
        directory=order.directory,
    )
    written = write_movement(result, out, names=False, sources=root)
    told = f"县内转学配对 {len(result.transfers)} 对，待核实 {len(result.losses)} 条，学籍流动表"
    _done(desk, written, told)


def _done(desk: Desk, written: Written, told: str) -> None:
    desk.show(written.path)
    desk.say(f"{told}“{written.path.name}”，在“{written.path.parent.name}”文件夹。")
