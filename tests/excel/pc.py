"""One pretended computer: Excel, the add-in, and the person in front of it.

pc = PC(addin=Path("kbbx.xlam"))
book = pc.open("登记表.xlsx")
pc.answers.folder.append(folder)
pc.click("gather")
assert "12" in pc.messages[-1].prompt
"""

from __future__ import annotations

from pathlib import Path

import xlwings as xw

from tests.excel.addin import AddIn
from tests.excel.com import HeadlessExcel
from tests.excel.winstub import Answers, Message


class PC:
    """``addin`` is the built .xlam, None for Excel alone (click, enabled and call then fail)."""

    def __init__(self, addin: Path | None = None) -> None:
        self.excel = HeadlessExcel()
        self._addin = AddIn(self.excel, addin) if addin else None

    @property
    def addin(self) -> AddIn:
        if self._addin is None:
            raise LookupError("this computer was set up without the add-in")
        return self._addin

    @property
    def app(self) -> xw.App:
        return self.excel.app

    @property
    def answers(self) -> Answers:
        """Queues of what the person does next: folder, file, save, input, box."""
        return self.excel.desk.answers

    @property
    def messages(self) -> list[Message]:
        """Message boxes shown so far, VBA's and Python's."""
        return self.excel.desk.messages

    @property
    def status(self) -> list[str]:
        """Every text the status bar has shown."""
        return self.excel.desk.status

    @property
    def dialogs(self) -> list[tuple[str, str]]:
        """Dialogs opened so far: (queue of answers, title or question)."""
        return self.excel.desk.dialogs

    @property
    def printed(self) -> list[tuple[str, str, dict[str, object]]]:
        """Printing asked for: (PrintOut, PrintPreview or ExportAsFixedFormat, sheet, arguments)."""
        return self.excel.desk.printed

    @property
    def calls(self) -> int:
        """COM calls so far; what a macro cost is the difference."""
        return self.excel.calls

    @property
    def lacking(self) -> list[str]:
        """Members a macro asked for that neither the model nor this harness has."""
        return self.excel.lacking

    @property
    def failures(self) -> list[Exception]:
        """What Python raised into VBA."""
        return self.addin.failures

    def open(self, path: str | Path, *, recalculate: bool = False) -> xw.Book:
        """Open a workbook; see HeadlessExcel.open about ``recalculate``."""
        return self.excel.open(path, recalculate=recalculate)

    def new(self) -> xw.Book:
        """An empty workbook."""
        return self.excel.new()

    def activate(self, book: xw.Book) -> xw.Book:
        """Bring a workbook to the front."""
        return self.excel.book(book.api._object)

    def active(self) -> xw.Book | None:
        """The workbook in front, None when none is open."""
        return self.excel.active()

    def books(self) -> list[str]:
        """Names of the open workbooks."""
        return [book.name for book in self.excel.host.workbooks()]

    def save(self, book: xw.Book, path: str | Path) -> Path:
        return self.excel.save(book, path)

    def press(self, key: int) -> None:
        """Hold a key down from now on: VK_ESCAPE of winstub ends long work."""
        self.excel.desk.keys.add(key)

    def release(self, key: int) -> None:
        self.excel.desk.keys.discard(key)

    def click(self, control_id: str) -> None:
        """Press a button of the ribbon: VBA, Python, and all."""
        self.addin.click(control_id)

    def enabled(self, control_id: str) -> bool:
        """Whether the ribbon lets the button be pressed."""
        return self.addin.enabled(control_id)

    def call(self, name: str, *args: object) -> object:
        """A function of the sheet; see AddIn.call."""
        return self.addin.call(name, *args)
