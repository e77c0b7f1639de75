"""The desk (办公桌): what a ribbon command may ask of the person, and of Excel's window.

Every dialog is Excel's own, opened from Python over COM; one command shows one dialog at the start
at most and one message at the end.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import win32api
import win32gui
import xlwings as xw

from kbbx_xl.messages import InputError, KbbxError

TITLE = "控辍保学"
FILE_PICKER, FOLDER_PICKER = 3, 4  # MsoFileDialogType
PICKED = -1
TEXT = 2  # Type of Application.InputBox
ESCAPE = 0x1B
PRESSED = 0x8001  # now, or since the last question
STATUS_SIGNS = 200  # the status bar shows no more


class CancelledError(KbbxError):
    """The person said no; nothing was changed, and no message is due."""


@dataclasses.dataclass(frozen=True)
class Desk:
    """One command's Excel: the application, the active workbook, today."""

    app: xw.App
    book: xw.Book
    today: dt.date

    def saved_path(self) -> Path:
        """Where the active workbook lies; InputError when it was never saved, or lies on the web."""
        name = self.book.api.FullName
        if not self.book.api.Path:
            raise InputError("这本工作簿还没有保存过。请先保存，再点这个按钮")
        if "://" in name:
            raise InputError("这本工作簿在网盘（OneDrive）上。请另存到本机文件夹，再点这个按钮")
        return Path(name)

    def say(self, text: str, *, wrong: bool = False) -> None:
        """The one message at the end."""
        self.app.alert(text, title=TITLE, mode="critical" if wrong else "info")

    def agree(self, question: str) -> None:
        """Ask before something that cannot be taken back; CancelledError for no."""
        if self.app.alert(question, title=TITLE, buttons="ok_cancel", mode="info") != "ok":
            raise CancelledError

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
        if start:
            dialog.InitialFileName = start
        if dialog.Show() != PICKED:
            raise CancelledError
        return Path(dialog.SelectedItems(1))

    def ask_text(self, question: str, default: str = "") -> str:
        """One line typed by the person; CancelledError when the dialog was closed."""
        answer: Any = self.app.api.InputBox(question, TITLE, default, Type=TEXT)
        if answer is False or answer is None:
            raise CancelledError
        return str(answer).strip()

    def show(self, path: Path) -> xw.Book:
        """Open a result beside the person's workbook."""
        return self.app.books.open(str(path))

    def progress(self, doing: str) -> Callable[[int, int], None]:
        """A function for long work: tells done and total in the status bar; Esc ends the work."""
        self.watch(doing)

        def step(done: int, total: int) -> None:
            if self._escape():
                raise CancelledError
            self.app.status_bar = f"{doing}：{done}/{total}（按 Esc 取消）"

        return step

    def watch(self, doing: str) -> None:
        """Say in the status bar what is being done, and forget an Esc pressed before."""
        win32api.GetAsyncKeyState(ESCAPE)
        self.app.status_bar = f"{doing}……"[:STATUS_SIGNS]

    def _escape(self) -> bool:
        """Esc was pressed while Excel's window is in front."""
        pressed = win32api.GetAsyncKeyState(ESCAPE) & PRESSED
        return bool(pressed) and win32gui.GetForegroundWindow() == self.app.api.Hwnd


@contextlib.contextmanager
def at_rest(desk: Desk) -> Iterator[None]:
    """Excel drawing, calculating and running events only after the block, and as before then.

    The sheet that the person was at is shown again, unless the command has opened another workbook;
    every sheet keeps its own selection.
    """
    sheet = desk.book.api.ActiveSheet
    with desk.app.properties(
        screen_updating=False, enable_events=False, calculation="manual", status_bar=False
    ):
        try:
            yield
        finally:
            if desk.app.api.ActiveWorkbook == desk.book.api:
                sheet.Activate()
