"""The desk (办公桌): what a ribbon command may ask of the person, and of Excel's window.

Every dialog is Excel's own, opened from Python over COM; one command shows one dialog at the start
at most and one message at the end.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import win32api
import win32gui
import xlwings as xw
from pywintypes import com_error

from kbbx_xl.excel.live import VISIBLE, halves
from kbbx_xl.messages import InputError, KbbxError

TITLE = "控辍保学"
FILE_PICKER, FOLDER_PICKER = 3, 4  # MsoFileDialogType
PICKED = -1
TEXT = 2  # Type of Application.InputBox
OK_CANCEL, WARNING, INFORMATION, IN_FRONT = 0x1, 0x30, 0x40, 0x10000  # of MessageBox
OK = 1  # what it answers
ESCAPE = 0x1B
PRESSED = 0x8001  # now, or since the last question
STATUS_SIGNS = 200  # the status bar shows no more
AT_REST = (  # in this order: the first ones are put back even when Excel refuses the last
    ("screen_updating", False),
    ("display_alerts", False),  # "waiting for another application" would come up during long work
    ("enable_events", False),
    ("status_bar", False),
    ("calculation", "manual"),
)


class CancelledError(KbbxError):
    """The person said no; nothing was changed, and no message is due."""


@dataclasses.dataclass(frozen=True)
class Desk:
    """One command's Excel: the application, the active workbook, today, how the person calculates."""

    app: xw.App
    book: xw.Book
    today: dt.date
    calculation: str = "automatic"

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folder of the active workbook; () while it was never saved, or lies on the web."""
        path = self.book.api.Path
        return (Path(path),) if path and "://" not in path else ()

    def saved_path(self) -> Path:
        """Where the active workbook lies; InputError when it was never saved, or lies on the web."""
        name = self.book.api.FullName
        if not self.book.api.Path:
            raise InputError("这本工作簿还没有保存过。请先保存，再点这个按钮")
        if "://" in name:
            raise InputError("这本工作簿在网盘（OneDrive）上。请另存到本机文件夹，再点这个按钮")
        return Path(name)

    def save(self) -> None:
        """Save the active workbook; the file carries the mode of calculation, so the person's own."""
        if self.book.api.ReadOnly:
            raise InputError("这本工作簿是只读打开的，有改动没法保存。请另存一份，再点这个按钮")
        with self.app.properties(calculation=self.calculation):
            self.book.save()

    def say(self, text: str, *, wrong: bool = False) -> None:
        """The one message at the end."""
        self._box(text, WARNING if wrong else INFORMATION)

    def agree(self, question: str) -> None:
        """Ask before something that cannot be taken back; CancelledError for no."""
        answer = self._box(question, OK_CANCEL | INFORMATION)
        if answer != OK:
            raise CancelledError

    def _box(self, text: str, style: int) -> int:
        """A message box over the window now in front; over an older one it would be out of sight."""
        owner = self.app.api.Hwnd
        return int(win32api.MessageBox(owner, text, TITLE, style | IN_FRONT))

    def ask_folder(self, title: str, start: str = "") -> Path:
        """A folder chosen by the person."""
        return self._pick(FOLDER_PICKER, title, start)

    def ask_file(self, title: str, start: str = "") -> Path:
        """A file chosen by the person."""
        return self._pick(FILE_PICKER, title, start)

    def _pick(self, kind: int, title: str, start: str) -> Path:
        dialog = self.app.api.FileDialog(kind)
        dialog.Title = title
        if kind == FILE_PICKER:
            dialog.AllowMultiSelect = False
        if start:  # without the last separator the dialog opens the folder above
            dialog.InitialFileName = os.path.join(start, "")
        with self.app.properties(screen_updating=True):
            if dialog.Show() != PICKED:
                raise CancelledError
        return Path(dialog.SelectedItems(1))

    def ask_text(self, question: str, default: str = "") -> str:
        """One line typed by the person; CancelledError when the dialog was closed."""
        with self.app.properties(screen_updating=True):
            answer: Any = self.app.api.InputBox(question, TITLE, default, Type=TEXT)
        if answer is False or answer is None:
            raise CancelledError
        return str(answer).strip()

    def show(self, path: Path) -> None:
        """Open a result in front; InputError when Excel has another workbook of that name open."""
        name = path.name.casefold()
        book = next((book for book in self.app.books if book.name.casefold() == name), None)
        if book is None:
            book = self.app.books.open(str(path))
        elif not _is_file(str(book.api.FullName), path):
            raise InputError(
                f"结果已经写好：“{path}”。Excel 里开着另一本同名的“{book.name}”，两本不能同时打开；"
                "请关掉那一本，再打开结果"
            )
        book.activate()
        self.app.screen_updating = True  # else the message stands before an empty window

    def selected_rows(self) -> set[int]:
        """Row numbers of the selected cells; none when a shape or a chart is selected."""
        try:
            areas = self.app.api.Selection.Areas
            spans = [(areas(n).Row, areas(n).Rows.Count) for n in range(1, int(areas.Count) + 1)]
        except (com_error, AttributeError):
            return set()
        return {row for top, count in spans for row in range(int(top), int(top) + int(count))}

    def in_sight(self, rows: Sequence[int]) -> set[int]:
        """Those of some rows of the sheet in front that are shown; a filter hides rows in a selection.

        ``rows``: ascending.  SUBTOTAL(103) counts what is filled in and shown, so that one question is
        enough for rows that are all shown or all hidden; others are asked about in halves.
        """
        return set(_in_sight(self.book.api.ActiveSheet, rows)) if rows else set()

    def progress(self, doing: str) -> Callable[[int, int], None]:
        """A function for long work: tells done and total in the status bar; Esc ends the work."""
        self.watch(doing)
        shown = ""

        def step(done: int, total: int) -> None:
            nonlocal shown
            if self._escape():
                raise CancelledError
            if (
                text := f"{doing}：{done}/{total}（按 Esc 取消）"
            ) != shown:  # told each second, too
                self.app.status_bar = shown = text

        return step

    def watch(self, doing: str) -> None:
        """Say in the status bar what is being done, and forget an Esc pressed before."""
        win32api.GetAsyncKeyState(ESCAPE)
        self.app.status_bar = f"{doing}……"[:STATUS_SIGNS]

    def _escape(self) -> bool:
        """Esc was pressed while Excel's window is in front."""
        pressed = win32api.GetAsyncKeyState(ESCAPE) & PRESSED
        return bool(pressed) and win32gui.GetForegroundWindow() == self.app.api.Hwnd


def _is_file(name: str, path: Path) -> bool:
    return os.path.exists(name) and os.path.samefile(name, path)


def _in_sight(sheet: Any, rows: Sequence[int]) -> Iterator[int]:
    if len(rows) == 1:
        if not sheet.Rows(rows[0]).Hidden:
            yield rows[0]
        return
    span = f"{rows[0]}:{rows[-1]}"
    share = sheet.Evaluate(f"SUBTOTAL(103,{span})/COUNTA({span})")
    if share == 1:
        yield from rows
    elif share != 0:  # some are hidden, or Excel has no answer
        for part in halves(rows):
            yield from _in_sight(sheet, part)


@contextlib.contextmanager
def at_rest(desk: Desk) -> Iterator[None]:
    """Excel drawing, calculating and running events only after the block, and as before then.

    The sheet that the person was at is shown again, or the new one of its name, unless the command
    has opened another workbook; every sheet keeps its own selection.
    """
    front = desk.book.api.ActiveSheet.Name
    with contextlib.ExitStack() as before:
        for name, value in AT_REST:
            before.enter_context(desk.app.properties(**{name: value}))
        try:
            yield
        finally:
            if desk.app.api.ActiveWorkbook == desk.book.api:
                _show_again(desk.book, front)


def _show_again(book: xw.Book, name: str) -> None:
    """Nothing happens when the sheet has gone: it was a list of ours."""
    try:
        sheet = book.api.Sheets(name)
    except com_error:
        return
    if sheet.Visible == VISIBLE:
        sheet.Activate()
