"""The log of this computer as a workbook to read, print and file (操作记录.xlsx)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path

from kbbx_xl.books import style
from kbbx_xl.books.files import Written, verify_workbook, write_whole
from kbbx_xl.books.oplog import Entry, Log
from kbbx_xl.books.plain_sheet import PlainBook
from kbbx_xl.books.printing import set_up
from kbbx_xl.books.summary.hidden import STAMP_SHEET, accepted, write_hidden
from kbbx_xl.books.summary.paper import INDENT
from kbbx_xl.books.summary.styles import add_formats
from kbbx_xl.model import SUMMARY_FORM

HEAD = ("序号", "时间", "谁", "从哪里", "操作", "结果", "文件", "读", "写", "证明 sha256")
WIDTHS = (6, 20, 16, 8, 22, 14, 44, 6, 6, 24)
DOORS = {"cli": "命令行", "excel": "Excel"}
OUTCOMES = {
    "done": "完成",
    "findings": "完成，有问题",
    "usage": "命令写错",
    "stopped": "中断",
    "cancelled": "取消",
    "unread": "完成，没有看完",
    "InputError": "没做：输入不对",
    "OutputError": "没写成",
    "SettingsError": "没做：设置不对",
}


def outcome_words(entry: Entry) -> str:
    """How an action ended, in words; an inner error by its class."""
    return OUTCOMES.get(entry.outcome, f"出错（{entry.outcome}）")


def verdict(log: Log) -> str:
    """Whether the chain holds, in one sentence."""
    if log.breaks:
        return f"记录被改动过：{len(log.breaks)} 处，最先在第 {log.breaks[0].line} 行"
    return f"共 {len(log.entries)} 条，逐条核对，没有改动" if log.entries else "还没有记录"


def line_of(entry: Entry, titles: Mapping[str, str]) -> tuple[object, ...]:
    """One entry as a row below ``HEAD``; ``titles``: action -> Chinese title."""
    counts = entry.counts or {}
    files = "；".join(f"{'写' if f.side == 'out' else '读'} {f.words}" for f in entry.files)
    more = counts.get("files", 0) - len(entry.files)
    return (
        entry.n,
        entry.at[:19].replace("T", " "),
        entry.who,
        DOORS.get(entry.door, entry.door),
        titles.get(entry.action, entry.action),
        outcome_words(entry),
        files + (f"；另 {more} 个" if more > 0 else ""),
        counts.get("in", ""),
        counts.get("out", ""),
        entry.proof,
    )


def write_log(log: Log, path: Path, titles: Mapping[str, str]) -> Written:
    """Write every entry, and what the chain says of them, to ``path`` (.xlsx); OutputError."""

    def make(new: Path) -> None:
        book = PlainBook(new)
        book.set_properties(
            {"title": "操作记录", "author": "kbbx-xl", "created": dt.datetime(2000, 1, 1)}
        )
        page = book.add_worksheet("操作记录")
        formats = add_formats(book)
        for column, width in enumerate(WIDTHS):
            page.set_column(column, column, width)
        rows = [
            (verdict(log),),
            ("不记学生信息和文件名；文件以本机编号表示，查一个文件：kbbx-xl log --file 文件",),
            *((f"第 {one.line} 行：{one.what}",) for one in log.breaks),
            *((f"第 {line} 行写了一半（程序或电脑中途停了）",) for line in log.torn),
        ]
        for number, row in enumerate(rows):
            accepted(page.write_string(number, 0, row[0], formats["left"]))
        top = len(rows)
        for column, title in enumerate(HEAD):
            accepted(page.write_string(top, column, title, formats["head"]))
        set_up(page, landscape=True, repeat=(top, top))
        page.freeze_panes(top + 1, 0)
        for number, entry in enumerate(log.entries, top + 1):
            line = line_of(entry, titles)
            page.set_row(number, _height(line))
            for column, value in enumerate(line):
                if isinstance(value, int):
                    accepted(page.write_number(number, column, value, formats["int"]))
                else:
                    accepted(page.write_string(number, column, str(value), formats["text"]))
        write_hidden(
            book, STAMP_SHEET, (("form", SUMMARY_FORM), ("version", "1"), ("paper", "log"))
        )
        book.close()

    return write_whole(path, make, verify_workbook)


def _height(line: Sequence[object]) -> float:
    """Points of the row that shows all of its longest text; cells are indented."""
    needed = (style.lines(v, w - INDENT, style.SMALL) for v, w in zip(line, WIDTHS, strict=True))
    return style.height_of(max(needed))


def chosen(log: Log, mark: str) -> Sequence[Entry]:
    """The entries that speak of one file; all without a mark."""
    return [e for e in log.entries if not mark or any(f.mark == mark for f in e.files)]
