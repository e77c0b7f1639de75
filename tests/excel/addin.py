"""A built add-in file loaded into the headless Excel: its real VBA, driven as the ribbon drives it.

Only what needs Windows is replaced: xlwings' own module, which finds and starts Python, and the COM
server of the quiet variant.  Both lead to xlwings' real ``com_server.XLPython`` in this process.
What pyOpenVBA's interpreter lacks: ``WithEvents`` (the word is taken out on loading and the events of
the Application are raised by ``AddIn.raise_event``), VBA functions called by formulas in cells, ByRef results by Application.Run.
"""

# ruff: noqa: N802  (methods are named as VBA names them)

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import xlwings as xw
from pyopenvba import ExcelFile
from pyopenvba.apps.excel import Workbook
from pyopenvba.interpreter import _values as vba
from pyopenvba.interpreter._objects import VBAObject, member, method
from xlwings import com_server

from tests.excel.com import HeadlessExcel, to_python, to_vba

MISSING_ARGUMENT = (
    -2147352572
)  # how an omitted Optional argument reaches Python: DISP_E_PARAMNOTFOUND
AUTOMATION_ERROR = -2147467259  # E_FAIL, what VBA sees when Python raises
SERVERS = frozenset({"kbbx.bridge", "kbbx.addin"})
FOREIGN = frozenset({"xlwings", "dictionary"})  # modules of xlwings that only Windows can run
EVENTS = re.compile(r"\bWithEvents\s+(\w+)\s+As\s+Application\b", re.IGNORECASE)
SHEET_MODULE = re.compile(r"(Sheet|ThisWorkbook)\d*", re.IGNORECASE)
BRIDGE = """Attribute VB_Name = "xlwings"
Public Const PROJECT_NAME As String = "{project}"
Public Function XLPy() As Object
    Set XLPy = CreateObject("Kbbx.Bridge")
End Function
Public Function RunPython(command As String)
    Dim python As Object
    Set python = XLPy()
    python.SetAttr python.Module("xlwings._xlwindows"), "BOOK_CALLER", ActiveWorkbook
    python.Exec command
End Function
Public Function SheetExists(book As Workbook, sheetName As String) As Boolean
    Dim sheet As Object
    If book Is Nothing Then Exit Function
    For Each sheet In book.Worksheets
        If LCase(sheet.Name) = LCase(sheetName) Then SheetExists = True
    Next sheet
End Function
"""
ENABLED = """Public Function HarnessEnabled(control As Object) As Variant
    KbbxEnabled control, HarnessEnabled
End Function
"""


class RibbonControl(VBAObject):
    """IRibbonControl: the button that was clicked."""

    vba_type_name = "IRibbonControl"

    def __init__(self, control_id: str) -> None:
        self.control_id = control_id

    @member
    def ID(self) -> object:
        return self.control_id

    @member
    def Tag(self) -> object:
        return ""


class RibbonUI(VBAObject):
    """IRibbonUI: counts how often the ribbon was told to ask again."""

    vba_type_name = "IRibbonUI"

    def __init__(self) -> None:
        self.refreshed = 0

    @method
    def Invalidate(self) -> object:
        self.refreshed += 1
        return vba.EMPTY

    @method
    def InvalidateControl(self, ControlID: object) -> object:  # noqa: N803
        return self.Invalidate()


class PythonObject(VBAObject):
    """A Python object in VBA's hands, as XLPython.Module gives one: only to be handed back."""

    vba_type_name = "PythonObject"

    def __init__(self, wrapped: object) -> None:
        self.wrapped = wrapped


class PythonServer(VBAObject):
    """xlwings' COM server as VBA sees it; a failure in Python becomes a VBA error and is kept."""

    vba_type_name = "PythonServer"

    def __init__(self, excel: HeadlessExcel, failures: list[Exception]) -> None:
        self.excel, self.failures = excel, failures
        self.server = com_server.XLPython()

    @method
    def Module(self, name: object) -> object:
        return PythonObject(self._call("Module", str(name)))

    @method
    def SetAttr(self, thing: PythonObject, name: object, value: object) -> object:
        self._call("SetAttr", thing.wrapped, str(name), to_python(value, self.excel))
        return vba.EMPTY

    @method
    def Exec(self, command: object) -> object:
        self._call("Exec", str(command), com_server.ToVariant({}))
        return vba.EMPTY

    @method
    def Bool(self, value: object) -> object:
        return self._call("Bool", to_python(value, self.excel))

    @method
    def CallUDF(
        self,
        script: object,
        name: object,
        args: vba.VBAArray,
        book: object = vba.MISSING,
        caller: object = vba.MISSING,
    ) -> object:
        given = tuple(self._argument(item) for item in args.elements())
        origin = (to_python(book, self.excel), to_python(caller, self.excel))
        return to_vba(self._call("CallUDF", str(script), str(name), given, *origin))

    def _argument(self, value: object) -> object:
        return MISSING_ARGUMENT if value is vba.MISSING else to_python(value, self.excel)

    def _call(self, name: str, *args: object) -> object:
        try:
            return getattr(self.server, name)(*args)
        except Exception as failure:
            self.failures.append(failure)
            text = f"{type(failure).__name__}: {failure}"
            raise vba.error(AUTOMATION_ERROR, text, source="Python") from failure


class AddIn:
    """One add-in, loaded as Excel loads it at the start: hidden, its Workbook_Open run.

    ``failures`` holds what Python raised into VBA; a command that handles its errors leaves none.
    """

    def __init__(self, excel: HeadlessExcel, path: Path, *, project: str = "kbbx") -> None:
        self.excel = excel
        self.interpreter = excel.host.interpreter
        self.failures: list[Exception] = []
        self.ribbon = RibbonUI()
        self.events: list[str] = []  # variables of ThisWorkbook that listen to the Application
        application = excel.host.application
        self.book = excel.host.open_workbook(path)
        self._serve()
        self._load(path, project)
        application.workbooks_.remove(self.book)  # add-ins are not among the open workbooks
        if self._has("KbbxOnLoad"):
            self.interpreter.run("KbbxOnLoad", [self.ribbon])
        self._handle("Workbook_Open")
        application.on_switch = self._switched

    def _serve(self) -> None:
        host = self.interpreter.host
        create = host.create

        def served(name: str) -> object:
            known = name.lower() in SERVERS
            return PythonServer(self.excel, self.failures) if known else create(name)

        host.create = served

    def _load(self, path: Path, project: str) -> None:
        for name, source in modules(path, path.stat().st_mtime_ns):
            if name.lower() in FOREIGN:
                continue
            kind = "document" if SHEET_MODULE.fullmatch(name) else "standard"
            self.events.extend(EVENTS.findall(source))
            plain = EVENTS.sub(r"\1 As Application", source)
            self.excel.host.add_module(plain, name=name, kind=kind)
        self.excel.host.add_module(BRIDGE.format(project=project), name="xlwings")
        self.excel.host.add_module(ENABLED, name="Harness")

    def _has(self, procedure: str) -> bool:
        return self.interpreter.find_procedure(procedure)[0] is not None

    def click(self, control_id: str) -> None:
        """Press a button of the ribbon."""
        self.interpreter.run("KbbxRun", [RibbonControl(control_id)])

    def enabled(self, control_id: str) -> bool:
        """Whether the ribbon shows the button as usable now."""
        return bool(self.interpreter.run("HarnessEnabled", [RibbonControl(control_id)]))

    def call(self, name: str, *args: object) -> object:
        """A function of the sheet through its VBA wrapper; errors come back as codes, as in cells.

        Arguments are values, blocks (lists of rows) or xlwings ranges; numbers become Double, as
        those of a formula are; the caller is cell A1.
        """
        application = self.excel.host.application
        outside = application.caller
        if application.active_book is not None:
            application.caller = application.vba_get("Range", ["A1"])
        try:
            answer = self.interpreter.run(name, [to_vba(_as_cell(arg)) for arg in args])
        finally:
            application.caller = outside
        return to_python(answer, self.excel)

    def run(self, name: str, *args: object) -> object:
        """Any other procedure of the add-in."""
        return to_python(self.interpreter.run(name, [to_vba(a) for a in args]), self.excel)

    def raise_event(self, event: str, *args: VBAObject) -> None:
        """Raise an event of the Application, as WorkbookActivate, where the add-in listens to it."""
        for variable in self.events:
            self._handle(f"{variable}_{event}", *args)

    def _switched(self, front: Workbook | None, book: Workbook) -> None:
        if front is not None:
            self.raise_event("WorkbookDeactivate", front)
        self.raise_event("WorkbookActivate", book)

    def _handle(self, procedure: str, *args: VBAObject) -> None:
        document = self.book.vba_document
        found = None if document is None else document.module.procedure(procedure)
        if found is not None:
            self.interpreter.call(found, document.module, list(args), {}, me=document)


def _as_cell(value: object) -> object:
    """An argument as a formula passes it: ranges as objects, numbers as Double."""
    if isinstance(value, (list, tuple)):
        return [_as_cell(item) for item in value]
    if isinstance(value, xw.Range):
        return value.api
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


@lru_cache(maxsize=8)
def modules(path: Path, changed: int) -> tuple[tuple[str, str], ...]:
    """Names and sources of an add-in's modules; ``changed`` is its time stamp, for the cache."""
    with ExcelFile(path) as file:
        return tuple(file.vba_modules().items())
