"""Stand-ins for pywin32, so that xlwings' own Windows code runs on any machine.

``install()`` puts small fake modules where pywin32 would be, then imports ``xlwings._xlwindows``,
``xlwings.udfs`` and ``xlwings.com_server`` for real and binds ``xw.func``, ``xw.arg``, ``xw.ret`` and
``xw.script`` as ``xlwings/__init__.py`` does on Windows.  What those modules ask of the screen and the
keyboard goes to the desk in use: see ``use`` and ``Desk``.
"""

# ruff: noqa: N802  (methods are named as pywin32 names them)

from __future__ import annotations

import atexit
import builtins
import ctypes
import datetime as dt
import sys
import types
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NoReturn

import xlwings as xw

HWND = 1234  # the window of the pretended Excel
RANGE_IID = "{00020846-0000-0000-C000-000000000046}"
KEY_DOWN = -32768  # what GetAsyncKeyState gives while the key is held: the high bit of a SHORT
VK_ESCAPE = 0x1B
DISP_E_UNKNOWNNAME = -2147352570
E_NOINTERFACE = -2147467262
CONSTANTS = {
    "MB_OK": 0x0,
    "MB_OKCANCEL": 0x1,
    "MB_YESNOCANCEL": 0x3,
    "MB_YESNO": 0x4,
    "MB_ICONERROR": 0x10,
    "MB_ICONHAND": 0x10,
    "MB_ICONSTOP": 0x10,
    "MB_ICONQUESTION": 0x20,
    "MB_ICONWARNING": 0x30,
    "MB_ICONEXCLAMATION": 0x30,
    "MB_ICONINFORMATION": 0x40,
    "MB_ICONASTERISK": 0x40,
    "MB_DEFBUTTON2": 0x100,
    "MB_SETFOREGROUND": 0x10000,
    "MB_TOPMOST": 0x40000,
    "IDOK": 1,
    "IDCANCEL": 2,
    "IDYES": 6,
    "IDNO": 7,
    "VK_ESCAPE": VK_ESCAPE,
    "VK_SHIFT": 0x10,
    "VK_CONTROL": 0x11,
}
BUTTONS = {"ok": 1, "cancel": 2, "yes": 6, "no": 7}
FIRST_BUTTON = {0: "ok", 1: "ok", 3: "yes", 4: "yes"}  # style of a message box -> what Enter gives


@dataclass(frozen=True, slots=True)
class Message:
    """A message box that was shown; ``answer`` is the button that was pressed."""

    prompt: str
    title: str
    style: int
    answer: str
    owner: int = 0  # the window it stands before


@dataclass(slots=True)
class Answers:
    """What the user will do in the next dialogs, oldest first.

    A dialog of Excel with nothing queued is cancelled; a message box with nothing queued gets Enter
    (OK or Yes). ``file`` takes a path or several, ``input`` a text, number or False, ``box`` one of
    "ok", "cancel", "yes", "no"; None cancels.
    """

    folder: deque[object] = field(default_factory=deque)
    file: deque[object] = field(default_factory=deque)
    save: deque[object] = field(default_factory=deque)
    input: deque[object] = field(default_factory=deque)
    box: deque[str] = field(default_factory=deque)

    def left(self) -> dict[str, list[object]]:
        """Answers nobody asked for, by queue; empty when the test said no more than was needed."""
        queues = {name: list(getattr(self, name)) for name in self.__slots__}
        return {name: queue for name, queue in queues.items() if queue}


@dataclass(slots=True)
class Desk:
    """The user's side of the pretended computer: keys held, dialogs answered, messages seen."""

    answers: Answers = field(default_factory=Answers)
    messages: list[Message] = field(default_factory=list)
    dialogs: list[tuple[str, str]] = field(default_factory=list)  # (kind, title)
    starts: list[str] = field(default_factory=list)  # InitialFileName of each file dialog
    status: list[str] = field(default_factory=list)  # every text of the status bar
    printed: list[tuple[str, str, dict[str, object]]] = field(default_factory=list)
    fitted: list[str] = field(default_factory=list)  # addresses given to AutoFit
    keys: set[int] = field(default_factory=set)  # virtual key codes held down
    window: int = HWND  # of the workbook in front; every workbook has its own
    foreground: int = HWND

    def show_message(self, prompt: str, title: str, style: int, owner: int = 0) -> int:
        """Record a message box; the code of the button pressed (IDOK 1, IDCANCEL 2, IDYES 6, IDNO 7)."""
        pressed = self.answers.box.popleft() if self.answers.box else FIRST_BUTTON[style & 0xF]
        self.messages.append(Message(prompt, title, style, pressed, owner))
        return BUTTONS[pressed]

    def next_window(self) -> None:
        """Another workbook comes to the front, with its own window."""
        self.window += 2
        if self.foreground == self.window - 2:
            self.foreground = self.window

    def ask(self, kind: str, title: str) -> object:
        """Record a dialog of ``kind`` (a queue of Answers); the queued answer, None for cancelled."""
        self.dialogs.append((kind, title))
        queue: deque[object] = getattr(self.answers, kind)
        return queue.popleft() if queue else None


class _Screen:
    """What is on the screen: one pretended computer at a time."""

    def __init__(self) -> None:
        self.desk = Desk()
        self.excel: object = None  # the Application as a COM object

    def window(self, *_: object) -> int:
        """The handle of Excel's window, 0 when none runs."""
        return HWND if self.excel is not None else 0


_SCREEN = _Screen()


def use(desk: Desk, excel: object) -> None:
    """From now on this desk gets the message boxes and ``excel`` is the Excel that runs."""
    _SCREEN.desk, _SCREEN.excel = desk, excel


class ComError(Exception):
    """pywintypes.com_error: (hresult, text, excepinfo, argument)."""

    def __init__(
        self,
        hresult: int = -2147352567,
        strerror: str = "Exception occurred.",
        excepinfo: tuple[object, ...] | None = None,
        argerror: int | None = None,
    ) -> None:
        super().__init__(hresult, strerror, excepinfo, argerror)
        self.hresult, self.strerror = hresult, strerror
        self.excepinfo, self.argerror = excepinfo, argerror


class CDispatch:
    """Base of every fake COM object, as win32com.client.CDispatch is of the real ones."""


class OleObject:
    """The little of PyIDispatch that xlwings reads: the type of the object."""

    def __init__(self, iid: str | None = None) -> None:
        self.iid = iid  # also what GetTypeAttr() answers

    def GetTypeInfo(self) -> OleObject:
        return self

    def GetTypeAttr(self) -> OleObject:
        return self

    def GetIDsOfNames(self, *names: object) -> NoReturn:
        raise ComError(DISP_E_UNKNOWNNAME, "Unknown name.")


class _Anything:
    """Any attribute, any call (answer 0): a DLL none of whose answers matter here."""

    def __getattr__(self, name: str) -> _Anything:
        if name.startswith("__"):
            raise AttributeError(name)
        child = _Anything()
        setattr(self, name, child)
        return child

    def __call__(self, *args: object, **named: object) -> int:
        return 0


class _Utc:
    """win32timezone.TimeZoneInfo, of which only utc() is used."""

    @staticmethod
    def utc() -> dt.timezone:
        return dt.UTC


def install() -> None:
    """Make xlwings believe it runs on Windows; a second call does nothing."""
    if "pywintypes" in sys.modules:
        return
    _fake_pywin32()
    for name in ("windll", "oledll"):
        setattr(ctypes, name, _Anything())
    ctypes.windll.user32.GetTopWindow = _SCREEN.window  # type: ignore[attr-defined]
    builtins.WindowsError = OSError  # type: ignore[attr-defined]
    _import_windows_engine()


def _module(name: str, **members: object) -> types.ModuleType:
    made = types.ModuleType(name)
    vars(made).update(members)
    sys.modules[name] = made
    return made


def _same(thing: object, *_: object, **__: object) -> object:
    return thing


def _nothing(*_: object) -> None:
    return None


def _fake_pywin32() -> None:
    _module("pywintypes", com_error=ComError, error=ComError, TimeType=dt.datetime, IID=str.upper)
    _module(
        "pythoncom",
        __file__="pythoncom.dll",
        CoInitialize=_nothing,
        CoUninitialize=_nothing,
        com_error=ComError,
        ole_error=ComError,
        IID_IDispatch="IDispatch",
        IID_IEnumVARIANT="IEnumVARIANT",
        TypeIIDs={"IDispatch": OleObject},
        CoMarshalInterThreadInterfaceInStream=lambda _iid, thing: thing,
        CoGetInterfaceAndReleaseStream=_same,
    )
    _module("win32con", **CONSTANTS)
    _module("win32api", MessageBox=_message_box, GetAsyncKeyState=_key_state)
    _module("win32gui", GetForegroundWindow=_foreground, FindWindowEx=_SCREEN.window)
    _module("win32process", GetWindowThreadProcessId=lambda _hwnd: (1, 4321))
    _module("win32event")
    _module("win32timezone", TimeZoneInfo=_Utc)
    _fake_win32com()


def _message_box(hwnd: int, prompt: str, title: str = "", style: int = 0, *_: object) -> int:
    return _SCREEN.desk.show_message(prompt, title, style, hwnd)


def _foreground() -> int:
    return _SCREEN.desk.foreground


def _key_state(key: int) -> int:
    return KEY_DOWN if key in _SCREEN.desk.keys else 0


def _unwrap(thing: object) -> object:
    if isinstance(thing, CDispatch):
        raise ComError(E_NOINTERFACE, "not an object of Python")
    return thing


def _fake_win32com() -> None:
    client = _module(
        "win32com.client",
        CDispatch=CDispatch,
        CoClassBaseClass=type("CoClassBaseClass", (), {}),
        DispatchBaseClass=type("DispatchBaseClass", (), {}),
        Dispatch=_same,
        DispatchEx=_same,
    )
    server = _module(
        "win32com.server",
        util=_module("win32com.server.util", wrap=_same, unwrap=_unwrap),
        dispatcher=_module("win32com.server.dispatcher"),
        policy=_module("win32com.server.policy", DefaultPolicy=object),
    )
    _module("win32com", client=client, server=server)


def _import_windows_engine() -> None:
    real = ctypes.PyDLL
    dll = _Anything()
    vars(dll)["PyCom_PyObjectFromIUnknown"] = lambda *_: _SCREEN.excel
    ctypes.PyDLL = lambda *_: dll  # type: ignore[assignment,misc]
    try:
        import xlwings._xlwindows as windows
    finally:
        ctypes.PyDLL = real  # type: ignore[misc]
    atexit.unregister(windows.cleanup)
    import xlwings.com_server
    import xlwings.udfs as udfs

    xw._xlwindows = windows
    xw.engines.add(xw.main.Engine(impl=windows.engine))
    xw.engines.active = xw.engines["excel"]
    names: Iterable[tuple[str, Callable[..., object]]] = (
        ("func", udfs.xlfunc),
        ("arg", udfs.xlarg),
        ("ret", udfs.xlret),
        ("script", udfs.xlsub),
        ("sub", udfs.xlsub),
        ("get_udf_module", udfs.get_udf_module),
        ("import_udfs", udfs.import_udfs),
        ("serve", xlwings.com_server.serve),
    )
    for name, function in names:
        setattr(xw, name, function)
