"""pyOpenVBA's Excel model with the members our macros use and the model lacks.

The model lacks FileDialog, Application.InputBox, GetOpenFilename, GetSaveAsFilename, Hwnd,
International, Interactive, EnableCancelKey; Workbook.SaveCopyAs, FileFormat, ReadOnly; printing,
export and page setup; arguments of Open and SaveAs beyond the file name; hidden sheets of files.  It
cuts the values of a range at the used range, and cannot measure text for AutoFit (recorded only).
What is added here is added to the model itself, so that VBA and Python see the same Excel.  It also
lacks conditional formats, charts, pictures and document properties: those stay lacking.
"""

# ruff: noqa: N802, N803  (members and arguments are named as Excel names them)

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pyopenvba.apps.excel import ExcelApplication
from pyopenvba.apps.excel._bridge import ExcelBridge
from pyopenvba.apps.excel._model import Application, Range, Workbook, Workbooks, Worksheet
from pyopenvba.interpreter._objects import (
    MemberSpec,
    member,
    method,
    setter,
)
from pyopenvba.interpreter._runtime import Interpreter
from pyopenvba.interpreter._values import (
    EMPTY,
    MISSING,
    VBAArray,
    VBAErrorValue,
    VBAInt,
    error,
    to_text,
)

from tests.excel import files
from tests.excel.kept import Kept
from tests.excel.parts import FileDialog, PageSetup, paths
from tests.excel.refusals import add_refusals
from tests.excel.swift import blocks_known, speed_up
from tests.excel.winstub import Desk


def words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FILE_FORMATS = {".xlsx": 51, ".xlsm": 52, ".xlam": 55, ".xltx": 54}  # XlFileFormat
PICKERS = {1: "file", 2: "save", 3: "file", 4: "folder"}  # MsoFileDialogType -> queue of Answers
INTERNATIONAL = {1: "86", 2: "86", 3: ".", 4: ",", 5: ",", 16: "/", 17: "-", 18: ":", 19: "Y"}
LIST_SEPARATOR = ","
TEXT_LIMIT = 255  # signs in the status bar, and in the question of Application.InputBox
BLOCK_LIMIT = 1_000_000  # cells
MSGBOX_LIMIT = 1023  # VBA's MsgBox shows no more


class HostApplication(Application):
    """The model's Application, with the user's desk in front of it."""

    vba_type_name = "Application"

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.interactive: object = True
        self.cancel_key: object = VBAInt(1, "Long")
        self.caller: object = VBAErrorValue(2023)  # as Excel: Error 2023 outside a cell
        self.on_switch: Callable[[Workbook | None, Workbook], None] | None = None
        self.macro_options: list[tuple[str, str, str, tuple[str, ...]]] = []

    def activate_book(self, book: Workbook) -> None:
        """Bring a workbook to the front and tell ``on_switch`` (old, new), unless events are off."""
        front = self.active_book
        super().activate_book(book)
        if front is not None and front is not book:
            self.desk.next_window()
        if self.on_switch is not None and self.enable_events and front is not book:
            self.on_switch(front, book)

    @member
    def Hwnd(self) -> object:
        return VBAInt(self.desk.window, "Long")

    @member
    def Path(self) -> object:
        return r"C:\Program Files\Microsoft Office\root\Office16"

    @member
    def OperatingSystem(self) -> object:
        return "Windows (64-bit) NT 10.00"

    @member
    def Ready(self) -> object:
        return True

    @member
    def Caller(self) -> object:
        return self.caller

    @member
    def International(self, Index: object) -> object:
        """XlApplicationInternational of a Chinese Windows."""
        return INTERNATIONAL.get(int(Index), LIST_SEPARATOR)  # type: ignore[call-overload]

    @member
    def Interactive(self) -> object:
        return self.interactive

    @setter("Interactive")
    def _set_interactive(self, value: object) -> None:
        self.interactive = value

    @member
    def EnableCancelKey(self) -> object:
        return self.cancel_key

    @setter("EnableCancelKey")
    def _set_cancel_key(self, value: object) -> None:
        self.cancel_key = value

    @setter("StatusBar")
    def _set_status_bar(self, value: object) -> None:
        if isinstance(value, str) and len(value) > TEXT_LIMIT:
            raise error(1004)
        super()._set_status_bar(value)
        if isinstance(value, str):
            self.desk.status.append(value)

    @member
    def FileDialog(self, fileDialogType: object) -> object:
        return FileDialog(self.desk, PICKERS[int(fileDialogType)])  # type: ignore[call-overload]

    @method
    def InputBox(
        self,
        Prompt: object,
        Title: object = MISSING,
        Default: object = MISSING,
        Left: object = MISSING,
        Top: object = MISSING,
        HelpFile: object = MISSING,
        HelpContextID: object = MISSING,
        Type: object = MISSING,
    ) -> object:
        """The queued answer, False when cancelled."""
        if len(to_text(Prompt)) > TEXT_LIMIT:
            raise error(1004)
        answer = self.desk.ask("input", to_text(Prompt))
        return False if answer is None else answer

    @method
    def GetOpenFilename(
        self,
        FileFilter: object = MISSING,
        FilterIndex: object = MISSING,
        Title: object = MISSING,
        ButtonText: object = MISSING,
        MultiSelect: object = MISSING,
    ) -> object:
        chosen = paths(self.desk.ask("file", "" if Title is MISSING else to_text(Title)))
        return chosen[0] if chosen else False

    @method
    def GetSaveAsFilename(
        self,
        InitialFilename: object = MISSING,
        FileFilter: object = MISSING,
        FilterIndex: object = MISSING,
        Title: object = MISSING,
        ButtonText: object = MISSING,
    ) -> object:
        chosen = paths(self.desk.ask("save", "" if Title is MISSING else to_text(Title)))
        return chosen[0] if chosen else False

    @method
    def MacroOptions(
        self,
        Macro: object,
        Description: object = MISSING,
        HasMenu: object = MISSING,
        MenuText: object = MISSING,
        HasShortcutKey: object = MISSING,
        ShortcutKey: object = MISSING,
        Category: object = MISSING,
        StatusBar: object = MISSING,
        HelpContextID: object = MISSING,
        HelpFile: object = MISSING,
        ArgumentDescriptions: object = MISSING,
    ) -> object:
        """Recorded in ``macro_options``: macro, description, category, descriptions of arguments."""
        array = ArgumentDescriptions
        told = array.elements() if isinstance(array, VBAArray) else []
        texts = tuple(to_text(one) for one in told)
        self.macro_options.append((to_text(Macro), to_text(Description), to_text(Category), texts))
        return EMPTY

    @method
    def DoEvents(self) -> object:
        return VBAInt(0, "Integer")


class HostInterpreter(Interpreter):
    """VBA whose MsgBox and InputBox appear on the desk."""

    def __init__(self, application: HostApplication) -> None:
        super().__init__(ExcelBridge(application))
        self.desk = application.desk

    def show_message(self, prompt: str, style: int, title: str) -> object:
        return VBAInt(self.desk.show_message(prompt[:MSGBOX_LIMIT], title, style), "Integer")

    def ask_for_input(self, prompt: str, title: str, default: str) -> object:
        answer = self.desk.ask("input", prompt)
        return "" if answer is None else to_text(answer)


class Host(ExcelApplication):
    """Excel in memory with the gaps filled; ``desk`` is what the user sees and answers."""

    def __init__(self, desk: Desk | None = None) -> None:
        self.desk = desk or Desk()
        self.application = HostApplication(self.desk)
        self.interpreter = HostInterpreter(self.application)
        self.application.interpreter = self.interpreter

    def open_workbook(self, path: str | Path) -> Workbook:
        book = self.application.workbooks_.vba_get("Open", [str(path)])
        assert isinstance(book, Workbook)
        return book

    def save(self, path: str | Path | None = None, *, workbook: Workbook | None = None) -> Path:
        book = workbook or self.workbook
        target = Path(book.path) / book.name if path is None else Path(path)
        save_as(book, target.resolve())
        return target


def _open(books: Workbooks, Filename: object, *_ignored: object) -> object:
    """Workbooks.Open: only the file name counts."""
    known = list(books.books)
    book = Workbooks.Open(books, Filename)
    if book not in known:
        files.read_states(book)
        book._calculator = Kept(book)
    return book


def save_as(book: Workbook, target: Path) -> None:
    """Write the workbook to ``target``, which is its file from now on."""
    files.save(book, target)
    book.path, book.name, book.saved = str(target.parent), target.name, True


def _save(book: Workbook) -> object:
    if not book.path:
        raise error(1004, "never saved")
    save_as(book, Path(book.path) / book.name)
    vars(book)["saved_calculation"] = book.application.calculation  # the file carries the mode
    return EMPTY


def _save_as(book: Workbook, Filename: object, *_ignored: object) -> object:
    """Workbook.SaveAs: the format follows the file name; a password is not modelled."""
    save_as(book, Path(to_text(Filename)))
    return EMPTY


def _save_copy(book: Workbook, Filename: object) -> object:
    files.save(book, Path(to_text(Filename)))
    return EMPTY


def _full(spec: MemberSpec, blank: object) -> MemberSpec:
    """A block property whose array is as large as the range: the model cuts it at the used range.

    Beyond BLOCK_LIMIT cells, as for whole columns, it stays cut.
    """

    def read(target: Range, *args: object) -> object:
        with blocks_known(target.sheet):
            got = spec.getter(target, *args)  # type: ignore[misc]
        rows, columns = target.first.rows, target.first.columns
        if (
            not isinstance(got, VBAArray)
            or got.size == rows * columns
            or rows * columns > BLOCK_LIMIT
        ):
            return got
        block = VBAArray([(1, rows), (1, columns)], items=[blank] * (rows * columns))
        (_, last_row), (_, last_column) = got.bounds
        for row in range(1, last_row + 1):
            for column in range(1, last_column + 1):
                block.set([row, column], got.get([row, column]))
        return block

    return replace(spec, getter=read)


def _file_format(book: Workbook) -> object:
    return VBAInt(FILE_FORMATS.get(Path(book.name).suffix.lower(), 51), "Long")


def _record(kind: str, names: Sequence[str]) -> Any:
    """A method of a sheet or workbook that only leaves a line in ``desk.printed``."""

    def recorded(owner: Any, *args: object) -> object:
        book = owner.book if isinstance(owner, Worksheet) else owner
        given = {name: arg for name, arg in zip(names, args, strict=False) if arg is not MISSING}
        book.application.desk.printed.append((kind, owner.name, given))
        return EMPTY

    return recorded


def _autofit(target: Range) -> object:
    """Range.AutoFit: the model cannot measure text, so only the address is kept."""
    target.sheet.book.application.desk.fitted.append(target.vba_get("Address"))
    return EMPTY


def _page_setup(sheet: Worksheet) -> object:
    return vars(sheet).setdefault("page_setup_", PageSetup())


OPEN = words(
    "Filename UpdateLinks ReadOnly Format Password WriteResPassword IgnoreReadOnlyRecommended Origin "
    "Delimiter Editable Notify Converter AddToMru Local CorruptLoad"
)
SAVE_AS = words(
    "Filename FileFormat Password WriteResPassword ReadOnlyRecommended CreateBackup AccessMode "
    "ConflictResolution AddToMru TextCodepage TextVisualLayout Local"
)
EXPORT = words(
    "Type Filename Quality IncludeDocProperties IgnorePrintAreas From To OpenAfterPublish"
)
PRINT = words(
    "From To Copies Preview ActivePrinter PrintToFile Collate PrToFileName IgnorePrintAreas"
)


def _method(name: str, getter: Any, parameters: Sequence[str] = ()) -> MemberSpec:
    return MemberSpec(name=name, kind="method", getter=getter, parameters=tuple(parameters))


def _property(name: str, getter: Any) -> MemberSpec:
    return MemberSpec(name=name, kind="property", getter=getter)


def extend_model() -> None:
    """Add to the model's classes what they lack; members they have are replaced where noted above."""
    replaced = {
        Workbooks: [_method("Open", _open, OPEN)],
        Workbook: [_method("Save", _save), _method("SaveAs", _save_as, SAVE_AS)],
        Range: [
            _method("AutoFit", _autofit),
            *(_full(Range._vba_members[name], EMPTY) for name in ("value", "value2")),
            *(_full(Range._vba_members[name], "") for name in ("formula", "formula2")),
        ],
    }
    for cls, specs in replaced.items():
        cls._vba_members.update({spec.name.lower(): spec for spec in specs})
    for cls in (Workbook, Worksheet):
        cls.vba_add_member(_method("PrintOut", _record("PrintOut", PRINT), PRINT))
        preview = _record("PrintPreview", ["EnableChanges"])
        cls.vba_add_member(_method("PrintPreview", preview, ["EnableChanges"]))
        exported = _record("ExportAsFixedFormat", EXPORT)
        cls.vba_add_member(_method("ExportAsFixedFormat", exported, EXPORT))
    Workbook.vba_add_member(_method("SaveCopyAs", _save_copy, ["Filename"]))
    Workbook.vba_add_member(_property("FileFormat", _file_format))
    Workbook.vba_add_member(_property("ReadOnly", lambda _book: False))
    Workbook.vba_add_member(_property("IsAddin", lambda book: book.name.endswith(".xlam")))
    Worksheet.vba_add_member(_property("PageSetup", _page_setup))


extend_model()
add_refusals()
speed_up()
