"""``todo`` and ``assign``: what is due of every unit, and which cases are handed out or closed.

What they need of openpyxl and icalendar is loaded in the commands: no other command should wait.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kbbx_xl.books.files import Written
from kbbx_xl.cli import completing, inspect, looks, shared
from kbbx_xl.flow.casework.tasks import pressing, tasks_of_silent
from kbbx_xl.flow.casework.values import Task, TaskState
from kbbx_xl.flow.context import make_context
from kbbx_xl.messages import InputError, severity
from kbbx_xl.model import CalendarSheet, Directory, Severity, Unit
from kbbx_xl.settings.policies import DEFAULT_POLICY

if TYPE_CHECKING:
    from kbbx_xl.cli import shapes

COUNTY = "县"
SHOWN, NAMED = 20, 3  # tasks on the terminal, units of one; all of them stand in the workbook
OF_NOBODY = ("F11", "F23")  # a file that belongs to no unit: its tasks stand nowhere
SourcesArgument = Annotated[
    list[Path], typer.Argument(help="全县或一个单位的材料：文件夹，或登记表等文件")
]
UnitOption = Annotated[
    str,
    typer.Option(
        "--unit", help="只要这个单位（名称或编码）和它的下级学校", autocompletion=completing.units
    ),
]
NamesOption = Annotated[
    bool, typer.Option("--with-names/--without-names", help="文件里写不写学生姓名")
]


@dataclass(frozen=True, slots=True)
class Worklist:
    """What was read and judged, with the units that count, in their order, and their tasks."""

    checked: inspect.Checked
    units: tuple[str, ...]
    tasks: list[Task]


def todo(
    sources: SourcesArgument,
    out: Annotated[
        Path, typer.Option("-o", "--out", help="写成 .xlsx", callback=shared.workbook_name)
    ] = Path("待办.xlsx"),
    ics: Annotated[
        Path | None, typer.Option("--ics", help="同时写出日历文件 .ics", callback=shared.no_folder)
    ] = None,
    month: inspect.MonthSaid = "",
    as_of: inspect.AsOfSaid = "",
    policy: shared.PolicyOption = DEFAULT_POLICY,
    directory: shared.DirectoryOption = None,
    unit: UnitOption = "",
    with_names: NamesOption = False,
    json: shared.JsonOption = None,
) -> None:
    """每个单位要办什么、哪天前办、依据哪一条，已逾期的在最前；可另出日历文件。

    写出：-o 的工作簿，--ics 的日历；不写 --with-names 时没有学生姓名。

    例：kbbx-xl todo 登记表.xlsx
    例：kbbx-xl todo 报送材料 -o 待办.xlsx --ics 待办.ics --as-of 2026-10-20
    """
    from kbbx_xl.books.casework.todo import write_ics, write_todo

    if ics and ics.suffix.lower() != ".ics":
        raise InputError(f"日历文件的文件名要以 .ics 结尾：{ics}")
    found = _worklist(sources, month, as_of, policy, directory, unit)
    day, tasks = found.checked.day, found.tasks
    nameless = found.checked.hider.rows(tasks)  # on the terminal nobody is named anyway
    counts = [(state, sum(t.state is state for t in tasks)) for state in TaskState]
    shared.say(f"截至 {day}：" + "，".join(f"{state} {number}" for state, number in counts))
    _show_pressing(nameless)
    written = write_todo(
        tasks if with_names else nameless,
        out,
        as_of=day,
        names=with_names,
        policy=shared.policy(policy),
        units=found.units,
        sources=inspect.root_of(sources),
    )
    shared.say(f"结果：{written}")
    calendar = write_ics(tasks if with_names else nameless, ics, as_of=day) if ics else None
    if calendar:
        shared.say(f"日历：{calendar}")
    shared.answer(json, _value(found.checked, nameless, written, calendar))


def _value(
    checked: inspect.Checked, tasks: Sequence[Task], written: Written, calendar: Written | None
) -> shapes.Tasks:
    return {
        "month": str(checked.month),
        "as_of": str(checked.day),
        "tasks": [_line(task) for task in tasks],
        "file": str(written.path),
        "ics": str(calendar.path) if calendar else None,
    }


def _show_pressing(tasks: Sequence[Task]) -> None:
    """What is overdue, due today or without a day; one line for all units that have the same to do."""
    groups: dict[tuple[TaskState, str, str], list[Task]] = {}
    for task in tasks:
        if task.state not in (TaskState.LATER, TaskState.DONE):
            due = str(task.due or "没有期限")
            groups.setdefault((task.state, due, task.title), []).append(task)
    rows = [
        (str(state), due, title, _whose(several))
        for (state, due, title), several in list(groups.items())[:SHOWN]
    ]
    styles = {TaskState.OVERDUE: looks.BAD, TaskState.TODAY: looks.DOUBT}
    shared.show_rows(
        ("状态", "期限", "要办的事", "单位"),
        rows,
        head=2,
        whole=("状态", "期限"),
        style=lambda row: styles.get(TaskState(row[0]), ""),
    )
    if len(groups) > SHOWN:
        shared.say(f"……其余 {len(groups) - SHOWN} 件见工作簿")


def _whose(tasks: Sequence[Task]) -> str:
    units = list(dict.fromkeys(task.unit for task in tasks))
    named = "、".join(units[:NAMED]) + (f" 等 {len(units)} 个单位" if len(units) > NAMED else "")
    return named if len(tasks) == len(units) else f"{named}（{len(tasks)} 件）"


def _line(task: Task) -> shapes.TaskLine:
    return {
        "unit": task.unit,
        "kind": str(task.kind),
        "title": task.title,
        "actor": task.actor,
        "state": str(task.state),
        "due": str(task.due) if task.due else None,
        "rule": task.rule,
        "about": task.about,
        "mark": task.mark,
        "note": task.note,
    }


def assign(
    sources: SourcesArgument,
    out: Annotated[
        Path, typer.Option("-o", "--out", help="写成 .xlsx", callback=shared.workbook_name)
    ] = Path("交办清单.xlsx"),
    month: inspect.MonthSaid = "",
    as_of: inspect.AsOfSaid = "",
    policy: shared.PolicyOption = DEFAULT_POLICY,
    directory: shared.DirectoryOption = None,
    unit: UnitOption = "",
    with_names: NamesOption = False,
    json: shared.JsonOption = None,
) -> None:
    """每个单位没有办结的个案和下一步，供书面交办；另列本月销号的个案。

    写出：-o 的工作簿；不写 --with-names 时没有学生姓名。

    例：kbbx-xl assign 报送材料 --month 2026-10 -o 交办清单.xlsx
    例：kbbx-xl assign 报送材料 --unit 双河镇中心校 --month 2026-10
    """
    from kbbx_xl.books.casework.assign import write_assignments

    found = _worklist(sources, month, as_of, policy, directory, unit)
    checked = found.checked
    results = [result for result in checked.results if result.unit.name in found.units]
    cases = [case for result in results for case in result.case_files]
    still = sum(case.open and case.listed for case in cases)
    value = {"month": checked.month, "as_of": checked.day, "open": still, "file": None}
    if not cases:
        shared.say(shared.NO_CASES)
        shared.answer(json, value)
        return
    tasks, lists = found.tasks, [one for result in results for one in result.checklists]
    if not with_names:
        hide = checked.hider.rows
        cases, tasks, lists = hide(cases), hide(tasks), hide(lists)
    written = write_assignments(
        cases,
        tasks,
        out,
        month=checked.month,
        as_of=checked.day,
        names=with_names,
        policy=shared.policy(policy),
        units=found.units,
        checklists=lists,
        sources=inspect.root_of(sources),
    )
    shared.say(f"{checked.month.label}：没有办结的个案 {still} 件。结果：{written}")
    shared.answer(json, {**value, "file": written.path})


def _worklist(
    sources: list[Path], month: str, as_of: str, policy: str, directory: Path | None, unit: str
) -> Worklist:
    """Everything judged, and the tasks; of a whole folder also those of units that sent nothing."""
    checked = inspect.judge(sources, month, as_of, policy, directory)
    refused = [*checked.unread, *(f for f in checked.findings if f.code in OF_NOBODY)]
    unread = [f for f in refused if severity(f) is not Severity.NOTE]
    if unread:
        shared.show_findings(unread, rest="kbbx-xl check -o")
    heard = [result.unit for result in checked.results]
    tasks = [task for result in checked.results for task in result.tasks]
    listed = list(heard)
    if checked.directory and any(path.is_dir() for path in sources):
        context, _ = make_context(
            checked.month,
            checked.day,
            shared.policy(policy),
            checked.directory,
            checked.calendar or CalendarSheet(),
        )
        tasks += tasks_of_silent([one.name for one in heard], context)
        listed = list(checked.directory.units)
    if not listed:
        raise InputError("没有读到登记表、台账等材料，不能列出待办")
    units = tuple(one.name for one in _chosen(listed, unit))
    return Worklist(checked, units, sorted((t for t in tasks if t.unit in units), key=pressing))


def _chosen(units: Sequence[Unit], wanted: str) -> list[Unit]:
    """The unit of that name or code and those below it; all without a wish or for the county; InputError for none."""
    known = Directory(tuple(units))
    top = known.named(wanted)
    if not wanted or (top and top.level == COUNTY):
        return list(units)
    if top is None:
        names = "、".join(one.name for one in units)
        raise InputError(f"没有单位“{wanted}”。可用的有：{names}")
    below = known.below(top)
    return [one for one in units if one is top or one in below]


def register(app: typer.Typer) -> None:
    app.command("todo")(todo)
    app.command("assign")(assign)
