"""Cases of the month by unit (个案统计) and one line a case (个案清单): opened, closed, overdue, by step."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence

from kbbx_xl.books.summary.grid import Column, Figure, figures, tally, widths, write_grid
from kbbx_xl.books.summary.records import Value, write_records
from kbbx_xl.books.summary.scope import Group, groups
from kbbx_xl.books.summary.sheets import (
    PLACE_TITLES,
    PLACE_WIDTHS,
    Child,
    Summary,
    late_tasks,
    place,
)
from kbbx_xl.flow.casework.counts import CaseCounts, case_counts
from kbbx_xl.flow.casework.evidence import totals as evidence_totals
from kbbx_xl.flow.casework.tasks import pressing
from kbbx_xl.flow.casework.values import CaseFile, Task, TaskState, TeachingMonth
from kbbx_xl.flow.result import County
from kbbx_xl.flow.source import Source, spans
from kbbx_xl.model import Kind, Unit
from kbbx_xl.rules.cases import DROPOUT, SUSPECTED
from kbbx_xl.settings.lists import load_lists
from kbbx_xl.settings.policies import LegalStepName

NO_STEP = "还没有走四步法"
ABOVE = "教体局、中心校本级"
OPEN_AS = (SUSPECTED, DROPOUT)


def write_casework(summary: Summary) -> None:
    """Three sheets: 个案统计 by unit, 个案清单, 佐证与送教 by unit."""
    _counts(summary)
    _list(summary)
    _effort(summary)


def _counts(summary: Summary) -> None:
    county = summary.county
    columns = _columns(county)
    paper = summary.sheet("个案统计", "个案办理情况统计表", widths(columns))
    grid = write_grid(paper, with_units_above(county, groups(county.directory)), columns)
    for key in ("open", "opened", "closed", "overdue", "overdue.case", "overdue.unit"):
        paper.mark(f"cases.{key}", grid.total_row, grid.columns[key])
        for title, row in grid.group_rows.items():
            paper.mark(f"cases.{key}.{title}", row, grid.columns[key])
    paper.note(
        "注：一次缺勤为一案，同一名学生再次辍学另立一案；状态、环节由台账、劝返记录、办理记录中写有日期的行推出。"
        "空白表示没有收到台账。率的分子、分母见“指标”。"
    )
    paper.note(
        "逾期事项是表“待办”中已逾期的：“个案”是为一名学生要做的，“单位”是单位按校历要做的；"
        f"教体局、中心校自己逾期的另列在“{ABOVE}”下。"
    )


def with_units_above(county: County, listed: Sequence[Group]) -> list[Group]:
    """The groups; then the bureau and the centres that owe something and stand in none of them."""
    shown = {unit.name for group in listed for unit in group.units}
    owing = {task.unit for task in county.overdue} - shown
    above = tuple(unit for unit in county.directory.units if unit.name in owing)
    return [*listed, Group(ABOVE, above)] if above else list(listed)


class _Counting:
    """Figures of units that count cases, each once, with the ledger rows they come from."""

    def __init__(self, county: County) -> None:
        self.counts = case_counts(county.case_files, county.month, on=county.as_of)
        sent = {p.unit for p in county.progress if Kind.CASES in p.received and not p.wrong_month}
        self.known = sent | {case.unit for case in county.case_files if case.listed}

    def of(
        self, chosen: Callable[[CaseCounts], Iterable[CaseFile]], how: str
    ) -> Callable[[Unit], Figure]:
        rows = ((c.unit, c.mark, c.source) for counts in self.counts for c in chosen(counts))
        return tally(rows, how, self.known)

    def open(self, chosen: Callable[[CaseFile], bool], how: str) -> Callable[[Unit], Figure]:
        return self.of(lambda counts: filter(chosen, counts.open), how)

    def opened(self, *, again: bool = False) -> Callable[[Unit], Figure]:
        how = "本月立案、此前有过个案的" if again else "本月列入台账的个案"
        return self.of(lambda counts: counts.again if again else counts.opened, how)

    def closed(self, word: str) -> Callable[[Unit], Figure]:
        return self.of(lambda counts: counts.closed.get(word, ()), f"本月以“{word}”销号的个案")

    def still(self, word: str) -> Callable[[Unit], Figure]:
        return self.open(lambda c: c.state.status == word, f"在办、状态为{word}的个案")

    def warned(self, county: County) -> Callable[[Unit], Figure]:
        """Children past a step of the ladder whom no ledger lists yet."""
        rows = ((c.unit, c.mark, c.source) for c in county.case_files if c.open and not c.listed)
        return tally(rows, "达到预警、还没有列入台账的学生", self.known)

    def others(self) -> Callable[[Unit], Figure]:
        return self.open(
            lambda c: c.state.status not in OPEN_AS, "在办、到期待复核等其他状态的个案"
        )

    def at_step(self, title: str, step: LegalStepName | None) -> Callable[[Unit], Figure]:
        return self.open(lambda c: c.state.legal == step, f"在办、已到“{title}”的个案")


def _columns(county: County) -> list[Column]:
    counting = _Counting(county)
    steps: list[tuple[str, LegalStepName | None]] = [(NO_STEP, None)]
    steps += [(str(step), step) for step in LegalStepName]
    known = counting.known.union((p.unit for p in county.progress), (t.unit for t in county.tasks))
    return [
        Column("warned", "预警，\n未列台账", counting.warned(county), width=8),
        Column("opened", "本月/立案", counting.opened()),
        Column("again", "本月/其中再次辍学", counting.opened(again=True), width=8),
        *_closed(counting),
        *_open(counting),
        *(
            Column(f"step.{t}", f"在办的办到哪一步/{t}", counting.at_step(t, step), width=8)
            for t, step in steps
        ),
        Column(
            "overdue.case", "逾期事项（件）/个案", late_tasks(county, known, lambda t: t.of_child)
        ),
        Column(
            "overdue.unit",
            "逾期事项（件）/单位",
            late_tasks(county, known, lambda t: not t.of_child),
        ),
        Column(
            "overdue",
            "逾期事项（件）/合计",
            plus=("overdue.case", "overdue.unit"),
            alert=True,
        ),
    ]


def _closed(counting: _Counting) -> list[Column]:
    words = load_lists()["closing"].values
    columns = [Column(f"closed.{w}", f"本月销号/{w}", counting.closed(w)) for w in words]
    return [*columns, Column("closed", "本月销号/小计", plus=tuple(c.key for c in columns))]


def _open(counting: _Counting) -> list[Column]:
    columns = [Column(f"open.{w}", f"月末在办/{w}", counting.still(w), width=8) for w in OPEN_AS]
    columns.append(Column("open.other", "月末在办/其他", counting.others()))
    return [*columns, Column("open", "月末在办/合计", plus=tuple(c.key for c in columns), width=8)]


def _effort(summary: Summary) -> None:
    """Evidence at hand and home teaching done, by unit (佐证与送教)."""
    county = summary.county
    columns = [*_evidence_columns(county), *_teaching_columns(county)]
    paper = summary.sheet("佐证与送教", "个案佐证和送教上门情况统计表", widths(columns))
    grid = write_grid(paper, groups(county.directory), columns)
    paper.mark("evidence.share", grid.total_row, grid.columns["share"])
    paper.mark("teaching.lacking", grid.total_row, grid.columns["lacking"])
    paper.note(
        "注：佐证按核查类别 A—M 应备的材料计件，“或”的算一件；没有核查类别的个案不计。"
        "送教按方案或计划的次数，课时、教师不够的不算一次；空白表示没有个案或没有送教学生。"
    )


def _evidence_columns(county: County) -> list[Column]:
    totals = {t.unit: t for t in evidence_totals(county.checklists)}
    asked: dict[str, list[Source]] = defaultdict(list)
    for one in county.checklists:
        if one.asks:
            asked[one.unit].append(one.case.source)
    places = {unit: spans(asked[unit]) for unit in totals}

    def figure(field: str, how: str) -> Callable[[Unit], Figure]:
        return figures(totals, lambda t: getattr(t, field), lambda t: places[t.unit], how)

    return [
        Column("cases", "佐证/已定类别的个案", figure("cases", "已定核查类别的个案"), width=10),
        Column("complete", "佐证/其中齐全", figure("complete", "应备材料都有的个案"), width=8),
        Column("required", "佐证/应备（件）", figure("required", "应备材料件数之和"), width=8),
        Column("have", "佐证/已有（件）", figure("have", "已登记的应备材料件数之和"), width=8),
        Column("share", "佐证/完成率", share=("have", "required"), style="percent", width=8),
    ]


def _teaching_columns(county: County) -> list[Column]:
    months: dict[str, list[TeachingMonth]] = defaultdict(list)
    for one in county.teaching:
        if one.month == county.month:
            months[one.unit].append(one)

    def total(count: Callable[[TeachingMonth], float], how: str) -> Callable[[Unit], Figure]:
        return figures(
            months,
            lambda mine: sum(map(count, mine)),
            lambda mine: spans(t.source for t in mine),
            how,
        )

    return [
        Column("taught", "送教上门/学生", total(lambda _: 1, "送教计划或名册上送教的学生")),
        Column("due", "送教上门/应送（次）", total(lambda t: t.required, "本月应送次数之和"), width=8),
        Column("held", "送教上门/实送（次）", total(lambda t: t.visits, "本月算数的次数之和"), width=8),
        Column("short", "送教上门/课时或教师不够（次）", total(lambda t: t.short, "课时或教师不够的次数之和"), width=8),
        Column(
            "lacking", "送教上门/还差（次）", total(lambda t: t.lacking, "本月还差的次数之和"),
            width=8, alert=True,
        ),
    ]  # fmt: skip


def write_tasks(summary: Summary) -> None:
    """待办 of every unit: what is overdue, due today or open; of each, children before the calendar."""
    county = summary.county
    named = ("姓名",) if summary.with_names else ()
    heads = (
        "单位", "对象", *named, "案件号", "要做的事", "由谁做", "报送", "期限", "状态", "依据", "说明",
        *PLACE_TITLES,
    )  # fmt: skip
    name_width = (10,) if summary.with_names else ()
    widths_ = [5, 24, 14, *name_width, 8, 34, 16, 16, 11, 9, 12, 22, *PLACE_WIDTHS]
    paper = summary.sheet("待办", "控辍保学待办清单", widths_)
    waiting = (t for t in county.tasks if t.state not in (TaskState.DONE, TaskState.LATER))
    tasks = sorted(waiting, key=lambda t: _order(summary, t))
    write_records(paper, heads, (_task(t, named=summary.with_names) for t in tasks))
    paper.note(
        f"依据：{county.policy.title}（{county.policy.document}）的相应条目和教基厅函〔2024〕15号；"
        "没有期限的是文件没有写哪一天。已办和未到期的见各单位的待办。"
    )


def _order(summary: Summary, task: Task) -> tuple[object, ...]:
    """Overdue first; of these what is about a child, by day and unit; then what every unit owes."""
    last, later, due, *rest = pressing(task)
    return last, later, not task.of_child, due, summary.order(task.unit), *rest


def _task(task: Task, *, named: bool) -> tuple[Value, ...]:
    name = (task.name,) if named else ()
    return (
        task.unit, task.about, *name, task.mark, task.title, task.actor, task.to, task.due,
        str(task.state), task.rule, task.note, *place(task.source),
    )  # fmt: skip


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
    late = Counter((t.unit, t.mark) for t in county.overdue if t.mark)
    begun = (case for case in county.case_files if case.opened <= county.as_of)
    cases = sorted(begun, key=lambda c: (summary.order(c.unit), c.opened, c.mark))
    write_records(paper, heads, (_row(summary, case, late[case.unit, case.mark]) for case in cases))
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
