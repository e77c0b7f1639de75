"""What proves that a task is done: 工作记录, calls, papers that came."""

from __future__ import annotations

from kbbx_xl.flow.casework.work_log import arrived, read_calls, read_work_log
from kbbx_xl.flow.register import Register
from kbbx_xl.model import Kind
from tests.flow.casework.tasking import d, on
from tests.flow.tables import SCHOOL, table


def test_work_log_is_read_up_to_the_day_in_its_words() -> None:
    log = table(
        "work_log",
        """
        | 日期 | 工作种类 | 内容 |
        | 2026-10-12 | 排查 | 甲 |
        | 2026-10-08 | 会议 | 乙 |
        | 2026-10-21 | 会议研究 | 明天的 |
        | 2026-10-09 | 看不懂 | 丙 |
        | 某日 | 会议研究 | 丁 |
        """,
    )
    found = read_work_log([log], on("TH", "2026-10-20"))
    assert [(row.kind, str(row.date), row.source.row) for row in found] == [
        ("会议研究", "2026-10-08", 3),
        ("网格排查", "2026-10-12", 2),
    ]


def test_a_row_that_stands_in_two_months_files_counts_once() -> None:
    text = "| 日期 | 工作种类 | 内容 |\n| 2026-10-08 | 会议研究 | 乙 |"
    logs = [table("work_log", text, file=file) for file in ("9月.xlsx", "10月.xlsx")]
    other = table("work_log", text.replace("乙", "丙"))
    assert len(read_work_log([*logs, other], on("TH", "2026-10-20"))) == 2


def test_calls_are_those_answered_yes() -> None:
    absence = table(
        "absence",
        """
        | 姓名 | 年级 | 班级 | 缺勤起始日期 | 返校日期 | 类别 | 是否已联系家长 |
        | 甲一 | 六年级 | 1班 | 2026-10-15 | | 旷课 | 是 |
        | 乙二 | 六年级 | 1班 | 2026-10-15 | | 旷课 | 否 |
        | 丙三 | 六年级 | 1班 | | | 旷课 | 是 |
        """,
    )
    found = read_calls([absence], SCHOOL, Register(()), on("TH", "2026-10-20"))
    assert {key: [c.start for c in calls] for key, calls in found.items()} == {
        "甲一": [d("2026-10-15")]
    }


def test_yl_34_list_of_letters_counts_once_all_are_signed() -> None:
    head = "| 网格级别 | 网格名称 | 签订人 | 签订日期 |"
    half = table("signed", f"{head}\n| 班级 | 甲 | 子 | 2026-09-08 |\n| 班级 | 乙 | 丑 | |")
    whole = table("signed", f"{head}\n| 班级 | 甲 | 子 | 2026-09-08 |\n| 班级 | 乙 | 丑 | 2026-09-10 |")  # fmt: skip
    assert arrived({Kind.SIGNED: [half]}) == {}
    assert arrived({Kind.SIGNED: [whole]})["责任书签订"].date == d("2026-09-10")


def test_a_paper_filled_in_later_had_not_come_on_an_earlier_day() -> None:
    report = table("grid_town", "| 网格名称 | 网格长姓名 |\n| 柳河镇 | 子 |", 填报日期="2026-10-20")
    letters = table("signed", "| 网格名称 | 签订人 | 签订日期 |\n| 甲 | 子 | 2026-10-20 |")
    sent = {Kind.GRID: [report], Kind.SIGNED: [letters]}
    assert arrived(sent, d("2026-10-12")) == {}
    assert set(arrived(sent, d("2026-10-20"))) == {"网格名单", "责任书签订"}


def test_a_paper_that_states_only_its_month_was_written_by_its_end() -> None:
    report = table("grid_town", "| 网格名称 | 网格长姓名 |\n| 柳河镇 | 子 |", 月份="2026-09")
    paper = arrived({Kind.GRID: [report]})["网格名单"]
    assert (paper.date, paper.known) == (None, d("2026-09-30"))


def test_a_blank_sheet_is_no_paper_unless_it_says_that_there_is_nothing() -> None:
    blank = table("grid_town", "| 网格名称 | 网格长姓名 |")
    changes = table("changes", "| 姓名 |")
    tables = {Kind.GRID: [blank], Kind.CHANGES: [changes]}
    assert set(arrived(tables)) == {"学籍异动"}
