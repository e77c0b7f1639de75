"""Cases of the month by unit (个案统计) and one line a case (个案清单): opened, closed, overdue, by step."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable

from kbbx_xl.books.summary.grid import (
    Column,
    Figure,
    Value,
    tally,
    widths,
    write_grid,
    write_records,
)
from kbbx_xl.books.summary.scope import groups
from kbbx_xl.books.summary.sheets import PLACE_TITLES, PLACE_WIDTHS, Child, Summary, place
from kbbx_xl.flow.casework.values import CaseFile, Task, TaskState
from kbbx_xl.flow.result import County
from kbbx_xl.flow.source import Source
from kbbx_xl.model import Kind, Unit
from kbbx_xl.settings.lists import load_lists
from kbbx_xl.settings.policies import LegalStepName

NO_STEP = "未到四步"
OPEN_AS = ("疑似辍学", "辍学")


def write_casework(summary: Summary) -> None:
    """Two sheets: 个案统计 by unit, and 个案清单."""
    _counts(summary)
    _list(summary)


def _counts(summary: Summary) -> None:
    county = summary.county
    columns = _columns(county)
    paper = summary.sheet("个案统计", "个案办理情况统计表", widths(columns))
    grid = write_grid(paper, groups(county.directory), columns)
    for key in ("open", "opened", "closed", "overdue"):
        paper.mark(f"cases.{key}", grid.total_row, grid.columns[key])
    paper.note(
        "注：一次缺勤为一案，同一名学生再次辍学另立一案；状态、环节由台账、劝返记录、办理记录中写有日期的行推出。"
        "空白表示没有收到台账。率的分子、分母见“指标”。"
    )


def _columns(county: County) -> list[Column]:
    cases, month = county.case_files, county.month
    known = {p.unit for p in county.progress if Kind.CASES in p.received and not p.wrong_month}
    known |= {case.unit for case in cases}

    def count(chosen: Callable[[CaseFile], bool], how: str) -> Callable[[Unit], Figure]:
        return tally(((c.unit, c.mark, c.source) for c in cases if chosen(c)), how, known)

    def during(day: dt.date | None) -> bool:
        return day is not None and month.first <= day <= month.last

    def open_as(word: str) -> Callable[[CaseFile], bool]:
        return lambda c: c.open and c.state.status == word

    def closed_as(word: str) -> Callable[[CaseFile], bool]:
        return lambda c: during(c.state.closed) and c.state.status == word

    def at_step(step: LegalStepName | None) -> Callable[[CaseFile], bool]:
        return lambda c: c.open and c.state.legal == step

    endings = load_lists()["closing"].values
    steps: list[tuple[str, LegalStepName | None]] = [(NO_STEP, None)]
    steps += [(str(step), step) for step in LegalStepName]
    late = ((t.unit, f"{t.mark}{t.rule}{t.title}{t.source}", t.source) for t in _late(county.tasks))
    return [
        Column("opened", "本月/立案", count(lambda c: during(c.opened), "本月列入台账的个案")),
        Column(
            "again",
            "本月/其中再次辍学",
            count(lambda c: during(c.opened) and bool(c.previous), "本月立案、此前有过个案的"),
            width=8,
        ),
        *(
            Column(
                f"closed.{word}",
                f"本月销号/{word}",
                count(closed_as(word), f"本月以“{word}”销号的个案"),
            )
            for word in endings
        ),
        Column("closed", "本月销号/小计", plus=tuple(f"closed.{word}" for word in endings)),
        *(
            Column(
                f"open.{word}",
                f"月末在办/{word}",
                count(open_as(word), f"在办、状态为{word}的个案"),
                width=8,
            )
            for word in OPEN_AS
        ),
        Column(
            "open.other",
            "月末在办/其他",
            count(
                lambda c: c.open and c.state.status not in OPEN_AS,
                "在办、到期待复核等其他状态的个案",
            ),
        ),
        Column(
            "open", "月末在办/合计", plus=(*(f"open.{w}" for w in OPEN_AS), "open.other"), width=8
        ),
        *(
            Column(
                f"step.{title}",
                f"在办的办到哪一步/{title}",
                count(at_step(step), f"在办、已到“{title}”的个案"),
                width=8,
            )
            for title, step in steps
        ),
        Column(
            "overdue",
            "逾期事项（件）",
            tally(late, "期限早于截至日、还没有办的事项", known),
            width=8,
            alert=True,
        ),
    ]


def _late(tasks: Iterable[Task]) -> Iterable[Task]:
    return (t for t in tasks if t.state is TaskState.OVERDUE)


def _list(summary: Summary) -> None:
    county = summary.county
    heads = (
        *summary.child_titles,
        "案件号",
        "上一案",
        "状态",
        "环节",
        "首次缺勤",
        "立案日期",
        "劝返次数",
        "其中联合",
        "销号日期",
        "核查类别",
        "逾期事项",
        *PLACE_TITLES,
    )
    widths_ = [5, *summary.child_widths, 8, 8, 11, 12, 11, 11, 7, 7, 11, 7, 7, *PLACE_WIDTHS]
    paper = summary.sheet("个案清单", "个案清单", widths_)
    late = Counter(t.mark for t in _late(county.tasks) if t.mark)
    cases = sorted(county.case_files, key=lambda c: (summary.order(c.unit), c.opened, c.mark))
    write_records(paper, heads, (_row(summary, case, late[case.mark]) for case in cases))
    paper.note(
        "注：案件号不含姓名和证件号，与文书、待办、交办单上的相同；“上一案”是同一名学生此前的案件号。"
    )


def _row(summary: Summary, case: CaseFile, late: int) -> tuple[Value, ...]:
    state = case.state
    return (
        *summary.child(Child(case.unit, case.grade, case.class_name, case.name, case.key)),
        case.mark,
        case.previous,
        state.status,
        str(state.legal or ""),
        case.first_absent,
        case.opened,
        state.visits,
        state.joint_visits,
        state.closed,
        case.category,
        late,
        *place(Source(case.source.file, case.source.sheet, case.source.row), case.cell),
    )
