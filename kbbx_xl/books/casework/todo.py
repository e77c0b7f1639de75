"""待办.xlsx: what every unit has to do by when, one sheet a unit, most pressing first; and an .ics file.

No child is named unless asked for: unit, class, mark of the case and source row lead to the paper.
The .ics never names one.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from icalendar import Calendar, Event

from kbbx_xl.books.casework.pages import (
    OPEN,
    OPEN_WIDTH,
    by_unit,
    new_book,
    place,
    quoted,
    sheet_names,
)
from kbbx_xl.books.files import Written, verify_workbook, write_whole
from kbbx_xl.books.summary.paper import Book, Paper, cell_name
from kbbx_xl.books.writing.texts import plain
from kbbx_xl.flow.casework.values import Task, TaskState
from kbbx_xl.flow.context import NO_POLICY
from kbbx_xl.messages import OutputError
from kbbx_xl.model import Period
from kbbx_xl.settings.policies import Policy

FRONT = "总表"
HEADS = (
    "序号", "状态", "到期日", "事项", "责任人", "对象（班级／案件号）", "文书", "报送对象", "依据",
    "说明", "来源", OPEN,
)  # fmt: skip
WIDTHS = (5, 9, 11, 30, 13, 15, 15, 16, 9, 22, 44, OPEN_WIDTH)
STATE = 1  # column of 状态
STYLES = {
    TaskState.OVERDUE: "none",
    TaskState.TODAY: "some",
    TaskState.OPEN: "odd",
    TaskState.LATER: "good",
    TaskState.DONE: "center",
}
NO_DAY = "—"
NOTES = (
    "注：已逾期的排在最前，然后按到期日；“待办”是方案没有写到期日的，说明栏写着为什么；“已办”是本月到期或本月办结的。",
    "案件号用来区分个案，不含学生姓名。校历任务办完，在责任人名单的“工作记录”写一行，下次就是“已办”。",
)
PRODUCT = "-//kbbx-xl//todo//ZH"


def write_todo(
    tasks: Sequence[Task],
    target: Path,
    *,
    as_of: dt.date,
    names: bool = False,
    policy: Policy = NO_POLICY,
    units: Sequence[str] = (),
    sources: Path | None = None,
) -> Written:
    """Write the workbook; ``units``: order of the sheets; ``sources``: folder that links lead to.

    ``tasks`` are sorted as ``flow.casework.tasks`` sorts them.  Raises OutputError.
    """

    def make(path: Path) -> None:
        month = Period(as_of.year, as_of.month)
        book = new_book(
            path, target, title="待办", month=month, as_of=as_of, policy=policy, sources=sources
        )
        groups = by_unit(((task.unit, task) for task in tasks), units)
        sheets = sheet_names(groups, FRONT)
        front = book.paper(FRONT, landscape=False)
        areas = {
            unit: _unit(book, sheets[unit], unit, mine, as_of, names=names)
            for unit, mine in groups.items()
        }
        _front(front, groups, areas, as_of, policy)
        book.close()

    return write_whole(target, make, verify_workbook)


def _unit(
    book: Book, sheet: str, unit: str, tasks: Sequence[Task], as_of: dt.date, *, names: bool
) -> str:
    """One unit's sheet; returns the cells of its 状态 as a formula writes them."""
    paper = book.paper(sheet)
    paper.heading(f"{unit}待办清单", f"单位：{unit}", f"截至日期：{as_of}", WIDTHS)
    paper.head(HEADS, freeze=4)
    first = paper.row
    for number, task in enumerate(tasks, 1):
        _row(paper, number, task, names=names)
    last = paper.row - 1
    paper.sheet.autofilter(first - 1, 0, last, len(HEADS) - 1)
    return f"{quoted(sheet)}!{_fixed(first)}:{_fixed(last)}"


def _fixed(row: int) -> str:
    return f"$B${row + 1}"


def _row(paper: Paper, number: int, task: Task, *, names: bool) -> None:
    row = paper.row
    paper.plain(row, 0, number)
    paper.text(row, STATE, task.state, STYLES[task.state])
    if task.due:
        paper.date(row, 2, task.due)
    else:
        paper.text(row, 2, NO_DAY, "center")
    about = "／".join(filter(None, (task.name if names else "", task.about, task.mark)))
    done = f"{task.done_on} 办结" if task.done_on else ""
    words = (
        task.title, task.actor, about, task.document, task.to, task.rule,
        "；".join(filter(None, (done, task.note))),
    )  # fmt: skip
    for column, text in enumerate(words, 3):
        paper.text(row, column, text)
    place(paper, 10, task.source)
    paper.end_row()


def _front(
    paper: Paper, groups: dict[str, list[Task]], areas: dict[str, str], as_of: dt.date, policy: Policy
) -> None:  # fmt: skip
    """How many of each state every unit has, counted by formulas from its sheet."""
    states = list(TaskState)
    widths = (6, 30, *(10 for _ in states), 10)
    paper.heading("待办总表", f"方案：{policy.title or '（没有）'}", f"截至日期：{as_of}", widths)
    paper.head(("序号", "单位", *states, "合计"), freeze=2)
    first = paper.row
    for number, (unit, tasks) in enumerate(groups.items(), 1):
        row, counts = paper.row, Counter(task.state for task in tasks)
        paper.plain(row, 0, number)
        paper.text(row, 1, unit)
        for column, state in enumerate(states, 2):
            paper.formula(
                row, column, f'=COUNTIF({areas[unit]},"{state}")', counts[state], f"{unit}{state}",
                how="本单位清单里的行数", cells=areas[unit].replace("$", ""),
            )  # fmt: skip
        last = 1 + len(states)
        paper.sum(row, last + 1, [(row, 2, row, last)], f"{unit}合计")
        paper.end_row()
    if groups:
        paper.text(paper.row, 0, "", "center_total")
        paper.text(paper.row, 1, "合计", "text_total")
        for column in range(2, len(states) + 3):
            block = (first, column, paper.row - 1, column)
            paper.sum(paper.row, column, [block], cell_name(2, column), "int_total")
        paper.alert((first, 2, paper.row, 2))
        paper.end_row()
    else:
        paper.note("没有待办。")
    for note in (*NOTES, legend(policy)):
        paper.note(note)


def legend(policy: Policy) -> str:
    """What the numbers of 依据 are."""
    named = f"，{policy.short} 指《{policy.document}》" if policy.document else ""
    return f"依据栏的编号是条款在本软件里的编号{named}，全文见手册“政策方案”。"


def write_ics(tasks: Iterable[Task], target: Path, *, as_of: dt.date) -> Written:
    """An all-day entry for each day on which something is due and not done; the same bytes each time.

    The unit is named in the summary; what is overdue stands on ``as_of``.  Tasks of one rule, case and day stand in one entry.  Raises
    OutputError.
    """
    groups: dict[tuple[str, ...], list[Task]] = defaultdict(list)
    for task in tasks:
        if task.due and task.state is not TaskState.DONE:
            key = (task.unit, task.rule, task.mark, str(task.due), task.title)
            groups[key].append(task)
    content = Calendar()
    content.add("prodid", PRODUCT)
    content.add("version", "2.0")
    content.add("method", "PUBLISH")
    content.add("x-wr-calname", "控辍保学待办")
    for about, mine in sorted(groups.items(), key=lambda pair: (pair[0][3], pair[0])):
        content.add_component(_event(about, mine, as_of))
    data = content.to_ical()

    def make(path: Path) -> None:
        path.write_bytes(data)

    def verify(path: Path) -> None:
        try:
            read = Calendar.from_ical(path.read_bytes())
        except ValueError as error:
            raise OutputError("写出的日历文件读不回来，没有采用") from error
        if len(read.walk("VEVENT")) != len(groups):
            raise OutputError("写出的日历文件缺了条目，没有采用")

    return write_whole(target, make, verify)


def _event(about: tuple[str, ...], tasks: Sequence[Task], as_of: dt.date) -> Event:
    first = tasks[0]
    due = dt.date.fromisoformat(about[3])
    overdue = first.state is TaskState.OVERDUE
    day = as_of if overdue else due
    event = Event()
    event.add("uid", hashlib.sha256(plain("|".join(about)).encode()).hexdigest()[:32] + "@kbbx-xl")
    event.add("dtstamp", dt.datetime(as_of.year, as_of.month, as_of.day, tzinfo=dt.UTC))
    event.add("dtstart", day)
    event.add("dtend", day + dt.timedelta(days=1))
    late = "【已逾期】" if overdue else ""
    more = f"（{len(tasks)} 项）" if len(tasks) > 1 else ""
    event.add("summary", plain(f"{late}{first.unit}：{first.title}{more}"))
    lines = [
        f"单位：{first.unit}",
        f"原到期日：{due if overdue else ''}",
        f"责任人：{first.actor}",
        f"对象：{'／'.join(filter(None, (first.about, first.mark)))}",
        f"文书：{first.document}",
        f"报送：{first.to}",
        f"依据：{first.rule}",
        f"说明：{first.note}",
    ]
    event.add("description", plain("\n".join(line for line in lines if not line.endswith("："))))
    event.add("transp", "TRANSPARENT")
    return event
