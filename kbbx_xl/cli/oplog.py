"""``log``: what was done with files on this computer (操作记录)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kbbx_xl.books.oplog import Entry, Log, mark_of, read_log
from kbbx_xl.books.oplog_book import HEAD, chosen, line_of, verdict, write_log
from kbbx_xl.cli import commands, shared
from kbbx_xl.excel.commands import COMMANDS

if TYPE_CHECKING:
    from kbbx_xl.cli import office_shapes

SHOWN = 30  # entries on the terminal, the last ones
COLUMNS = (0, 1, 2, 4, 5, 6)  # of the workbook, on the terminal


def log(
    verify: Annotated[
        bool, typer.Option("--verify", help="只核对有没有被改动；被改动过时退出码为 1")
    ] = False,
    file: Annotated[
        Path | None, typer.Option("--file", help="只看这个文件或文件夹的记录，路径与当时相同")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", help="全部写成 .xlsx", callback=shared.workbook_name),
    ] = None,
    json: shared.JsonOption = None,
) -> int:
    """只在本机，不记学生信息和文件名。每次都逐条核对有没有被改动。

    写出：屏幕上列出最后的记录；-o 另写全部记录（.xlsx）。

    退出码 1：记录被改动过。

    例：kbbx-xl log
    例：kbbx-xl log --verify
    """
    known = read_log()
    if not verify:
        _show(known, mark_of(file) if file else "")
    shared.say(verdict(known))
    for one in known.breaks:
        shared.say_error(f"第 {one.line} 行：{one.what}")
    for line in known.torn:
        shared.say(f"第 {line} 行写了一半（程序或电脑中途停了），不算改动")
    if out:
        shared.say(f"结果：{write_log(known, out, titles())}")
    chosen_ones = () if verify else chosen(known, mark_of(file) if file else "")
    shared.answer(json, _value(known, chosen_ones))
    return 1 if known.breaks else 0


def _value(known: Log, entries: Sequence[Entry]) -> office_shapes.Logged:
    words = titles()
    return {
        "entries": [
            {
                "n": one.n,
                "at": one.at,
                "who": one.who,
                "action": words.get(one.action, one.action),
                "outcome": one.outcome,
                "files": str(line_of(one, words)[6]),
            }
            for one in entries
        ],
        "breaks": [{"line": one.line, "what": one.what} for one in known.breaks],
        "torn": list(known.torn),
    }


def titles() -> dict[str, str]:
    """What every action of the log is called: a button's title, a command's words in the list."""
    return {one.id: one.title for one in COMMANDS} | commands.titles()


def _show(known: Log, mark: str) -> None:
    entries = chosen(known, mark)
    if not entries:
        return
    lines = [line_of(entry, titles()) for entry in entries[-SHOWN:]]
    rows = [[str(line[n]) for n in COLUMNS] for line in lines]
    shared.show_rows([HEAD[n] for n in COLUMNS], rows, head=5, whole=("序号", "时间"))
    if len(entries) > SHOWN:
        shared.say(f"……只列出最后 {SHOWN} 条，全部用 -o 写出")


def register(app: typer.Typer) -> None:
    app.command(log.__name__)(log)
