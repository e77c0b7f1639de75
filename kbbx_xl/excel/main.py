"""Where VBA enters: ``run(command id)`` for a button, and nothing else.

A failure is one message with what to do.  The log tells time, command, kind of workbook, seconds and
outcome, of an inner error the place in the code; never a value from a workbook or a file name.
"""

from __future__ import annotations

import atexit
import dataclasses
import datetime as dt
import logging
import os
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from functools import partial
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import MappingProxyType

import xlwings as xw
from pywintypes import com_error

from kbbx_xl.books import oplog
from kbbx_xl.books.scratch import own_scratch
from kbbx_xl.excel import cases, casework, gathering, helping, month, school, sending
from kbbx_xl.excel.commands import ANY_BOOK, COMMANDS, LETTER, OTHER
from kbbx_xl.excel.desk import CancelledError, Desk, at_rest
from kbbx_xl.excel.live import stamp
from kbbx_xl.excel.place import state_folder
from kbbx_xl.messages import KbbxError, OutputError, reason
from kbbx_xl.messages.crash import hush, places

Handler = Callable[[Desk], None]
LETTERS = tuple(c.id for c in COMMANDS if c.id.startswith(LETTER))
HANDLERS: Mapping[str, Handler] = MappingProxyType(
    {
        "check": school.check,
        "flag": school.flag,
        "report": month.report,
        "zero": month.zero,
        "print": month.print_form,
        "carry": month.carry,
        "gather": gathering.gather,
        "county": gathering.county,
        "progress": gathering.progress,
        "explain": gathering.explain,
        "todo": cases.todo,
        "assign": cases.assign,
        "history": cases.history,
        "evidence": cases.evidence,
        "movement": cases.movement,
        "upward": sending.upward,
        "mask": sending.mask,
        "seal": sending.seal,
        "unseal": sending.unseal,
        "match": casework.match,
        "policy": helping.policy,
        "clear": helping.clear,
        "help": helping.show_help,
        "doctor": helping.doctor,
        **{name: partial(casework.letters, kind=name.removeprefix(LETTER)) for name in LETTERS},
    }
)
TITLES = {command.id: command.title for command in COMMANDS}
LOG_BYTES = 300_000
_told_once: list[bool] = []  # that 操作记录 cannot be written
# xlwings would end every EXCEL.EXE without a window of its own at exit, also Protected View's.
atexit.unregister(xw._xlwindows.cleanup)


def today() -> dt.date:
    """The day of the computer's clock."""
    return dt.date.today()


def run(command_id: str) -> None:
    """Do what the button ``command_id`` says, on the workbook that is active in Excel."""
    book = xw.Book.caller()
    desk = Desk(book.app, book, today())
    began = time.perf_counter()
    hush()
    try:
        with own_scratch():
            form, outcome = _tell(desk, command_id)
    finally:
        xw._xlwindows.BOOK_CALLER = None  # held on to, it would keep Excel from ending
    seconds = time.perf_counter() - began
    _log(f"{command_id} {form} {seconds:.1f}s {outcome}")
    _record(desk, command_id, outcome.partition(" ")[0], round(seconds))


def _record(desk: Desk, command_id: str, outcome: str, seconds: int) -> None:
    """One line into 操作记录; that it cannot be written is said once a session and stops nobody."""
    try:
        path = Path(desk.book.fullname)
    except com_error:  # the command has closed the workbook
        path = None
    try:
        read = [path] if path else []
        oplog.record("excel", command_id, outcome, read=read, counts={"seconds": seconds})
    except OutputError as error:
        if not _told_once:
            _told_once.append(True)
            desk.say(str(error), wrong=True)


def _tell(desk: Desk, command_id: str) -> tuple[str, str]:
    """Do it, say in one message what went wrong; kind of workbook and outcome for the log."""
    form, outcome, said = "", "done", ""
    try:
        form = _kind(desk.book)
        desk = dataclasses.replace(desk, calculation=desk.app.calculation)
        with at_rest(desk):
            HANDLERS[command_id](desk)
    except CancelledError:
        outcome = "cancelled"
    except KbbxError as error:
        outcome, said = type(error).__name__, str(error)
    except PermissionError as error:
        outcome = type(error).__name__
        said = f"文件读写被拒绝：{reason(error)}。文件可能正被别的程序打开，关掉后再试"
    except OSError as error:
        outcome = type(error).__name__
        said = f"文件读写失败：{reason(error)}。请检查磁盘和文件夹后再试"
    except com_error:
        outcome = f"com_error {_places()}"
        said = (
            "Excel 正忙，或不让程序改这本工作簿。请退出单元格编辑、关掉弹出的窗口，再点一次。"
            "工作簿里留下的颜色，点“清除标记”去掉。"
        )
    except Exception as error:  # noqa: BLE001 (told by its place; its text may hold a cell)
        outcome = f"{type(error).__name__} {_places()}"
        said = (
            f"“{TITLES[command_id]}”没有做完（内部错误 {type(error).__name__}），可能只做了一部分。"
            "请点“自检”，并把日志文件夹里的 kbbx.log 交给维护人员（其中没有学生信息）。"
        )
        if os.environ.get("KBBX_DEBUG"):
            said += "\n" + "\n".join(places(error))
    if said:
        desk.say(said, wrong=True)
    return form, outcome


def _kind(book: xw.Book) -> str:
    """The kind of a workbook of ours; what stands in the stamp of any other goes into no log."""
    form = stamp(book).get("form", OTHER)
    return form if form in ANY_BOOK else OTHER


def _places() -> str:
    """Modules and lines of an error's way through our own code; no text of the error itself."""
    frames = traceback.extract_tb(sys.exc_info()[2])
    return " ".join(
        f"{frame.name}:{frame.lineno}" for frame in frames if "kbbx_xl" in frame.filename
    )


def _log(line: str) -> None:
    """One line into kbbx.log of the state folder; a log that cannot be written stops nobody."""
    try:
        state_folder().mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            state_folder() / "kbbx.log", maxBytes=LOG_BYTES, backupCount=1, encoding="utf-8"
        )
    except OSError:
        return
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    record = logging.LogRecord("kbbx", logging.INFO, "", 0, line, None, None)
    handler.handle(record)
    handler.close()
