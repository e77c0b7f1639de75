"""个案办理经过: one page a case, from the first absent day to 销号, to be printed, signed and filed.

It is the school's own paper and names the child; names of sheets do not.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from pathlib import Path

from kbbx_xl.books.casework.pages import new_book
from kbbx_xl.books.files import Written, verify_workbook, write_whole
from kbbx_xl.books.summary.paper import Paper
from kbbx_xl.flow.casework.values import CaseFile, EvidenceItem, Recorded
from kbbx_xl.flow.context import NO_POLICY
from kbbx_xl.flow.source import Source
from kbbx_xl.messages import InputError
from kbbx_xl.model import Period
from kbbx_xl.rules.cases import CLOSED, VISIT, WARNING, CaseEvent, CaseState, state_on

INDEX, TITLE = "目录", "个案办理经过"
INDEX_HEADS = (
    "序号",
    "案件号",
    "姓名",
    "年级班级",
    "首次缺勤日期",
    "列入台账日期",
    "状态",
    "办结日期",
    "办理经过",
)
INDEX_WIDTHS = (6, 10, 12, 16, 14, 14, 12, 12, 10)
HEADS = ("日期", "环节", "文书", "文号", "送达日期", "期限", "经办", "结果", "说明", "来源行")
WIDTHS = (11.5, 10, 14, 17, 11.5, 11.5, 11, 11, 18, 12)
EVIDENCE_HEADS = ((0, 0, "类别"), (1, 3, "佐证材料"), (4, 4, "编号"), (5, 5, "日期"), (6, 8, "说明"), (9, 9, "来源行"))  # fmt: skip
FACT_CELLS = ((0, 1, 2), (3, 4, 5), (6, 7, 9))  # label, first and last column of its value
NOTE = "注：各行取自台账、考勤、劝返记录、办理记录、佐证登记中写有日期的行，状态由这些行推出。"
SIGN = ("学校负责人：", "经办人：", "日期：")


def write_history(
    case_files: Sequence[CaseFile],
    target: Path,
    *,
    unit: str,
    as_of: dt.date,
    marks: Collection[str] | None = None,
) -> Written:
    """Write the cases, or those of ``marks``, as they are on ``as_of``: an index and a sheet each.

    InputError when there is none, or for a mark that no case has.  Raises OutputError.
    """
    chosen = [case for case in case_files if marks is None or case.mark in marks]
    known = {case.mark for case in case_files}
    if unknown := sorted(set(marks or ()) - known):
        raise InputError(f"没有案件号是 {'、'.join(unknown)} 的个案，案件号见目录或待办")
    if not chosen:
        raise InputError("没有个案可以打印：台账里没有学生，也没有人到了预警的天数")

    def make(path: Path) -> None:
        month = Period(as_of.year, as_of.month)
        book = new_book(
            path, target, title=TITLE, month=month, as_of=as_of, policy=NO_POLICY, sources=None
        )
        names = [f"{number:03d}-{case.mark}" for number, case in enumerate(chosen, 1)]
        _index(book.paper(INDEX), chosen, names, unit, as_of)
        for name, case in zip(names, chosen, strict=True):
            _page(book.paper(name, landscape=False), case, as_of)
        book.close()

    return write_whole(target, make, verify_workbook)


def _index(
    paper: Paper, cases: Sequence[CaseFile], names: Sequence[str], unit: str, as_of: dt.date
) -> None:
    paper.heading(f"{TITLE}目录", f"单位：{unit}", f"截至 {as_of}", INDEX_WIDTHS)
    paper.head(INDEX_HEADS, freeze=3)
    for number, (name, case) in enumerate(zip(names, cases, strict=True), 1):
        state, row = _state(case, as_of), paper.row
        paper.plain(row, 0, number)
        paper.text(row, 1, case.mark, "id")
        paper.text(row, 2, case.name, "center")
        paper.text(row, 3, case.grade + case.class_name, "center")
        paper.date(row, 4, case.first_absent)
        paper.date(row, 5, case.opened if case.listed else None)
        paper.text(row, 6, state.status, "center")
        paper.date(row, 7, state.closed)
        paper.link(row, 8, f"internal:'{name}'!A1", "打开")
        paper.end_row()


def _page(paper: Paper, case: CaseFile, as_of: dt.date) -> None:
    paper.heading(
        f"学生{TITLE}", f"单位：{case.unit}", f"案件号：{case.mark}　截至 {as_of}", WIDTHS
    )
    paper.sheet.fit_to_pages(1, 1 if len(case.events) + len(case.evidence) <= 30 else 0)
    for line in _facts(case, _state(case, as_of)):
        for (label, first, last), (title, value) in zip(FACT_CELLS, line, strict=True):
            paper.text(paper.row, label, title, "label")
            paper.merge(paper.row, first, paper.row, last, value, "text")
        paper.end_row()
    paper.part("一、办理经过")
    paper.head(HEADS)
    for recorded in case.events:
        if recorded.event.date <= as_of:
            _event(paper, recorded)
    paper.part("二、佐证材料")
    for first, last, title in EVIDENCE_HEADS:
        paper.merge(paper.row, first, paper.row, last, title, "head")
    paper.end_row()
    for item in case.evidence or (None,):
        _paper_line(paper, item)
    paper.note(NOTE)
    for (label, _, last), title in zip(FACT_CELLS, SIGN, strict=True):
        paper.merge(paper.row + 1, label, paper.row + 1, last, title, "left")
    paper.row += 2


def _state(case: CaseFile, as_of: dt.date) -> CaseState:
    return state_on([recorded.event for recorded in case.events], as_of)


def _facts(case: CaseFile, state: CaseState) -> list[tuple[tuple[str, str], ...]]:
    """What stands above the table, three to a line."""
    visits = f"{state.visits} 次，其中联合劝返 {state.joint_visits} 次"
    legal = f"{state.legal}（{state.legal_on}）" if state.legal else "还没有走四步法"
    return [
        (("姓名", case.name), ("年级班级", case.grade + case.class_name), ("状态", f"{state.status}（{state.since}起）")),
        (("首次缺勤日期", _day(case.first_absent)), ("列入台账日期", _day(case.opened if case.listed else None)), ("办结日期", _day(state.closed))),
        (("原因", case.reason), ("核查类别", f"{case.category} {case.variant}".strip()), ("特殊群体类别", case.group)),
        (("劝返责任人", case.persuader), ("劝返", visits), ("四步法", legal)),
        (("上一案件号", case.previous or "无"), ("延缓、休学期满", _day(state.until)), ("来源行", _place(case.source))),
    ]  # fmt: skip


def _event(paper: Paper, recorded: Recorded) -> None:
    event, row = recorded.event, paper.row
    step = "联合劝返" if event.kind == VISIT and event.joint else event.kind
    paper.date(row, 0, event.date)
    paper.text(row, 1, step, "center")
    paper.text(row, 3, event.number, "center")
    paper.date(row, 4, event.received)
    paper.date(row, 5, event.until)
    asked = event.kind == WARNING  # what the document demands is not what was done
    paper.text(row, 2, "" if asked or event.kind == CLOSED else event.document)
    paper.text(row, 6, "" if asked else event.by)
    paper.text(row, 7, "" if asked else event.result)
    paper.text(row, 8, _explained(event))
    paper.text(row, 9, _place(recorded.source), "center")
    paper.end_row()


def _explained(event: CaseEvent) -> str:
    """What a step of the ladder demands, of whom; what a 销号 rests on."""
    if event.kind == WARNING:
        who = f"{event.by}：" if event.by else ""
        paper = f"（{event.document}）" if event.document else ""
        return f"应做：{who}{event.result}{paper}"
    return f"依据：{event.document}" if event.kind == CLOSED and event.document else ""


def _paper_line(paper: Paper, item: EvidenceItem | None) -> None:
    """One paper of the evidence; a line that says there is none."""
    cells = ("", "没有登记佐证材料", "", "", "", "")
    if item is not None:
        category = f"{item.category} {item.variant}".strip()
        cells = (
            category, item.item, item.number, _day(item.date), item.note, _place(item.source),
        )  # fmt: skip
    for (first, last, _), text in zip(EVIDENCE_HEADS, cells, strict=True):
        paper.merge(paper.row, first, paper.row, last, text, "text")
    paper.end_row()


def _day(day: dt.date | None) -> str:
    return day.isoformat() if day else ""


def _place(source: Source) -> str:
    return f"{source.sheet} 第{source.row}行" if source.row else source.sheet
