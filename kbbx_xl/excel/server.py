"""Our own COM server (后台程序): what the quiet add-in reaches by ``CreateObject("Kbbx.Addin")``.

Excel asks for Kbbx.Addin, Windows starts ``pythonw.exe -m kbbx_xl.excel.server -Embedding``, and that
serves the same object as xlwings' standard mechanism: no DLL, no shell, Excel of 32 or 64 bits.  Windows
ends it when Excel lets go of it.  Registered for one user only (HKCU), which needs no rights.
"""

from __future__ import annotations

import atexit
import logging
import sys
from collections.abc import Iterator, Sequence

from kbbx_xl.excel.windows.registry import Registry, this_registry
from kbbx_xl.messages import InputError

PROG_ID = "Kbbx.Addin"
CLSID = "{43AC2762-6672-4887-9BB6-44E28F6DE17A}"  # ours for good: installed PCs know it
CLASSES = r"HKCU\Software\Classes"
VIEWS = (CLASSES, rf"{CLASSES}\Wow6432Node")  # Excel of 32 bits looks in the second


def registration(python: str) -> Iterator[tuple[str, str, str]]:
    """(key, value name, text) that make Windows start ``python`` for Kbbx.Addin."""
    yield rf"{CLASSES}\{PROG_ID}", "", "kbbx_xl"
    yield rf"{CLASSES}\{PROG_ID}\CLSID", "", CLSID
    for view in VIEWS:
        yield rf"{view}\CLSID\{CLSID}", "", "kbbx_xl"
        yield rf"{view}\CLSID\{CLSID}\ProgID", "", PROG_ID
        yield rf"{view}\CLSID\{CLSID}\LocalServer32", "", f'"{python}" -m kbbx_xl.excel.server'


def register(registry: Registry, python: str) -> None:
    """Write the keys for this user."""
    for key, name, value in registration(python):
        registry.put(key, name, value)


def unregister(registry: Registry) -> None:
    """Delete the keys; nothing happens when they are not there."""
    keys = [key for key, _, _ in registration("")]
    for key in sorted(keys, key=len, reverse=True):
        registry.drop(key, "")
        registry.drop_key(key)


def serve() -> None:
    """Serve until the last Excel has let go; Windows only."""
    from xlwings import _xlwindows, com_server  # noqa: PLC0415 (not on every machine)

    # it would end every EXCEL.EXE without a window of its own, also that of Protected View
    atexit.unregister(_xlwindows.cleanup)

    logging.getLogger("xlwings").addHandler(logging.NullHandler())  # pythonw has nowhere to print
    com_server.serve(CLSID)  # type: ignore[no-untyped-call]


def main(arguments: Sequence[str]) -> None:
    """``--register``, ``--unregister``, or (as Windows starts it) serve; InputError off Windows."""
    registry = this_registry()
    if registry is None:
        raise InputError("COM 服务只在 Windows 上有")
    if "--register" in arguments:
        register(registry, sys.executable.replace("python.exe", "pythonw.exe"))
    elif "--unregister" in arguments:
        unregister(registry)
    else:
        serve()


if __name__ == "__main__":
    main(sys.argv[1:])
