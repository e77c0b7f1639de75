"""清单式交办、销号: one list a unit of its open cases to hand out, and the cases closed in the month.

P01-24, P23-04, P23-09, P25-06.  交办日期 and 反馈 stay blank for the hand.  No child is named unless
asked for.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

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
from kbbx_xl.books.summary.paper import Book, Paper
from kbbx_xl.flow.casework.values import CaseFile, Checklist, Task, TaskKind, TaskState
from kbbx_xl.flow.context import NO_POLICY
from kbbx_xl.model import Period, column_letters
from kbbx_xl.rules.cases import CLOSED
from kbbx_xl.settings.policies import Policy

FRONT, ENDED = "总表", "销号清单"
NAME, NAME_WIDTH = "姓名", 10
MARK = "案件号"
GIVEN = (
    ("序号", 5), (MARK, 8), ("年级班级", 11), ("状态", 9), ("环节", 11), ("下一步", 28),
    ("责任人、单位", 15), ("文书", 15), ("到期日", 11), ("交办日期", 11), ("反馈", 18), ("来源", 16),
    (OPEN, OPEN_WIDTH),
)  # fmt: skip
CLOSED_ON = (
    ("序号", 5), ("单位", 22), (MARK, 8), ("年级班级", 11), ("列入台账", 11), ("销号日期", 11),
    ("去处", 11), ("依据", 22), ("佐证完成", 12), ("来源", 18), (OPEN, OPEN_WIDTH),
)  # fmt: skip
BRINGS_BACK = (TaskKind.LADDER, TaskKind.LEGAL)
NO_STEP, NO_TASK, NO_DAY = "还没有走四步法", "方案没有写下一步", "文件没有写"
NOT_VERIFIED, BASIS, NO_BASIS = "没有核查结果", "有", "没有写"
Steps = dict[tuple[str, str], Task]
FOOT = "交办单位（公章）：　　　　　　　　交办人：　　　　　　　　签收人：　　　　　　　　签收日期：　　　　年　　月　　日"
NOTES = (
    "注：交办清单只列没有办结的个案，每个单位一张表；办结一个、销号一个，销号的列在“销号清单”。",
    "案件号用来区分个案，不含学生姓名；在学校的登记表里按来源行找到这名学生。",
)


def write_assignments(
    cases: Sequence[CaseFile],
    tasks: Iterable[Task],
    target: Path,
    *,
    month: Period,
    as_of: dt.date,
    names: bool = False,
    policy: Policy = NO_POLICY,
    units: Sequence[str] = (),
    checklists: Iterable[Checklist] = (),
    sources: Path | None = None,
) -> Written:
    """Write 交办清单 of every unit and 销号清单 of the month; OutputError.

    ``tasks`` in the order of ``flow.casework.tasks``.  ``names``: children and the persons responsible are named.
    """
    steps = _next_steps(tasks)
    proofs = {(one.unit, one.case.mark): one for one in checklists}

    def make(path: Path) -> None:
        book = new_book(
            path, target, title="交办清单", month=month, as_of=as_of, policy=policy, sources=sources
        )
        given = by_unit(((c.unit, c) for c in cases if c.open and c.listed), units)
        closed = by_unit(((c.unit, c) for c in cases if _ended(c, month)), units)
        ended = [case for mine in closed.values() for case in mine]
        sheets = sheet_names(given, FRONT)
        front = book.paper(FRONT, landscape=False)
        _closed(book, ended, proofs, month, as_of, names=names)
        for unit, mine in given.items():
            _given(book, sheets[unit], unit, mine, steps, as_of, names=names)
        _front(front, given, ended, sheets, units, month, as_of, names=names)
        book.close()

    return write_whole(target, make, verify_workbook)


def _next_steps(tasks: Iterable[Task]) -> Steps:
    """Unit and mark (which is short) -> the open task that comes first; bringing the child back goes before papers."""
    waiting = [task for task in tasks if task.mark and task.state is not TaskState.DONE]
    steps: Steps = {}
    for task in sorted(waiting, key=lambda task: task.kind not in BRINGS_BACK):
        steps.setdefault((task.unit, task.mark), task)
    return steps


def _ended(case: CaseFile, month: Period) -> bool:
    closed = case.state.closed
    return case.listed and closed is not None and month.first <= closed <= month.last


def _titles(columns: Sequence[tuple[str, float]], names: bool) -> list[tuple[str, float]]:
    """Columns, with the name after the mark when it was asked for."""
    made = list(columns)
    if names:
        made.insert([title for title, _ in made].index(MARK) + 1, (NAME, NAME_WIDTH))
    return made


def _table(
    book: Book, sheet: str, title: str, left: str, right: str,
    columns: Sequence[tuple[str, float]], *, freeze: int,
) -> Paper:  # fmt: skip
    paper = book.paper(sheet)
    paper.heading(title, left, right, [width for _, width in columns])
    paper.head([title for title, _ in columns], freeze=freeze)
    return paper


def _put(paper: Paper, values: Sequence[str | dt.date | None]) -> None:
    """Values from the second column on; dates as dates."""
    for column, value in enumerate(values, 1):
        if isinstance(value, dt.date):
            paper.date(paper.row, column, value)
        else:
            paper.text(paper.row, column, value or "")


def _given(
    book: Book, sheet: str, unit: str, cases: Sequence[CaseFile], steps: Steps,
    as_of: dt.date, *, names: bool,
) -> None:  # fmt: skip
    columns = _titles(GIVEN, names)
    paper = _table(
        book,
        sheet,
        f"{unit}控辍保学交办清单",
        f"单位：{unit}",
        f"截至日期：{as_of}",
        columns,
        freeze=2,
    )
    for number, case in enumerate(cases, 1):
        paper.plain(paper.row, 0, number)
        task = steps.get((unit, case.mark))
        who = task.actor if task else case.unit
        if names and case.persuader:
            who = f"{who}（{case.persuader}）"
        values: list[str | dt.date | None] = [
            case.mark, f"{case.grade}{case.class_name}", case.state.status,
            case.state.legal or NO_STEP, task.title if task else NO_TASK, who,
            task.document if task else "", (task.due or NO_DAY) if task else NO_DAY, None, None,
        ]  # fmt: skip
        if names:
            values.insert(1, case.name)
        _put(paper, values)
        place(paper, len(columns) - 2, case.source)
        paper.end_row()
    paper.note(FOOT)


def _closed(
    book: Book, cases: Sequence[CaseFile], proofs: Mapping[tuple[str, str], Checklist],
    month: Period, as_of: dt.date, *, names: bool,
) -> None:  # fmt: skip
    columns = _titles(CLOSED_ON, names)
    paper = _table(
        book, ENDED, f"{month.label}控辍保学销号清单", "", f"截至日期：{as_of}", columns, freeze=3
    )
    for number, case in enumerate(cases, 1):
        paper.plain(paper.row, 0, number)
        values: list[str | dt.date | None] = [
            case.unit, case.mark, f"{case.grade}{case.class_name}", case.opened, case.state.closed,
            case.state.status, _basis(case, names=names), _proof(proofs.get((case.unit, case.mark))),
        ]  # fmt: skip
        if names:
            values.insert(2, case.name)
        _put(paper, values)
        place(paper, len(columns) - 2, case.source)
        paper.end_row()
    if not cases:
        paper.note("本月没有销号的个案。")


def _basis(case: CaseFile, *, names: bool) -> str:
    """What the 销号 rests on, as its row says; its words may name people, so 有 stands for them without ``names``."""
    closing = next((r.event for r in reversed(case.events) if r.event.kind == CLOSED), None)
    said = (closing.document, closing.number) if closing else ()
    written = "、".join(dict.fromkeys(filter(None, said)))
    return (written if names else BASIS) if written else NO_BASIS


def _proof(checklist: Checklist | None) -> str:
    """Papers there of those asked for; nobody says how many of a case that is not verified."""
    if checklist is None or checklist.asks is None:
        return NOT_VERIFIED
    return f"{checklist.state.have}/{checklist.state.required}"


def _front(
    paper: Paper, given: Mapping[str, Sequence[CaseFile]], ended: Sequence[CaseFile],
    sheets: Mapping[str, str], units: Sequence[str], month: Period, as_of: dt.date, *, names: bool,
) -> None:  # fmt: skip
    """Open and closed cases of every unit, counted by formulas from the lists."""
    paper.heading(f"{month.label}交办、销号总表", "", f"截至日期：{as_of}", (6, 34, 14, 14, 14))
    paper.head(("序号", "单位", "交办（未办结）", "本月销号", "其中没有写依据"), freeze=2)
    first = paper.row
    closed = [case.unit for case in ended]
    unproven = [case.unit for case in ended if _basis(case, names=names) == NO_BASIS]
    basis = [title for title, _ in _titles(CLOSED_ON, names)].index("依据")
    for number, unit in enumerate(by_unit(((u, u) for u in (*given, *closed)), units), 1):
        row, mine = paper.row, given.get(unit, ())
        paper.plain(row, 0, number)
        paper.text(row, 1, unit)
        if mine:
            cells = f"{quoted(sheets[unit])}!$B$4:$B${3 + len(mine)}"
            paper.formula(
                row, 2, f"=COUNTA({cells})", len(mine), f"{unit}交办", how="本单位交办清单的行数",
                cells=cells.replace("$", ""),
            )  # fmt: skip
        else:
            paper.number(row, 2, 0, f"{unit}交办", how="没有未办结的个案")
        cells = f"{quoted(ENDED)}!$B$4:$B${max(3 + len(ended), 4)}"
        paper.formula(
            row, 3, f"=COUNTIF({cells},B{row + 1})", closed.count(unit), f"{unit}销号",
            how="销号清单里本单位的行数", cells=cells.replace("$", ""),
        )  # fmt: skip
        said = cells.replace("$B$", f"${column_letters(basis + 1)}$")
        paper.formula(
            row, 4, f'=COUNTIFS({cells},B{row + 1},{said},"{NO_BASIS}")', unproven.count(unit),
            f"{unit}没有依据", how="销号清单里本单位没有写依据的行数", cells=said.replace("$", ""),
        )  # fmt: skip
        paper.end_row()
    if paper.row > first:
        paper.text(paper.row, 0, "", "center_total")
        paper.text(paper.row, 1, "合计", "text_total")
        for column, what in ((2, "交办"), (3, "销号"), (4, "没有依据")):
            block = (first, column, paper.row - 1, column)
            paper.sum(paper.row, column, [block], f"{what}合计", "int_total")
        paper.end_row()
    for note in NOTES:
        paper.note(note)
