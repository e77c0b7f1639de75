"""Our COM server: registered for one user, started by Windows, serving xlwings' object under our id."""

from __future__ import annotations

import atexit
import sys
import types
import uuid

import pytest

from kbbx_xl.excel import server
from kbbx_xl.excel.windows import places
from kbbx_xl.messages import InputError
from tests.excel.fake_registry import FakeRegistry

PYTHON = r"C:\kbbx\python\pythonw.exe"


def test_registered_in_both_views_of_one_user_and_removed_wholly() -> None:
    registry = FakeRegistry({server.CLASSES: {}, rf"{server.CLASSES}\Wow6432Node\CLSID": {}})
    registry.put(rf"{server.CLASSES}\CLSID", "", "")
    registry.put(rf"{server.CLASSES}\Other.App", "", "stays")
    before = registry.snapshot()
    server.register(registry, PYTHON)
    keys = [key for key in registry.snapshot() if key.endswith("LocalServer32")]
    assert len(keys) == 2
    assert {registry.values(key)[""] for key in keys} == {f'"{PYTHON}" -m kbbx_xl.excel.server'}
    assert {key.split("\\")[0] for key, _, _ in server.registration(PYTHON)} == {"HKCU"}
    server.unregister(registry)
    server.unregister(registry)
    assert registry.snapshot() == before


def test_windows_finds_the_program_by_its_name() -> None:
    registry = FakeRegistry()
    for key, name, value in server.registration(PYTHON):
        registry.put(key.replace(server.CLASSES, "HKCR"), name, value)
    assert places.com_program(registry, server.PROG_ID) == PYTHON


def test_the_id_is_a_class_id_and_the_name_is_what_vba_asks_for() -> None:
    uuid.UUID(server.CLSID)
    assert server.PROG_ID == "Kbbx.Addin"


def test_started_by_windows_it_serves_under_our_id(monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[str] = []
    let_go: list[object] = []
    parts = {
        "com_server": types.SimpleNamespace(serve=served.append),
        "_xlwindows": types.SimpleNamespace(cleanup="kills Excel"),
    }
    monkeypatch.setitem(sys.modules, "xlwings", types.SimpleNamespace(**parts))
    monkeypatch.setattr(atexit, "unregister", let_go.append)
    monkeypatch.setattr(server, "this_registry", FakeRegistry)
    server.main(["-Embedding"])
    assert served == [server.CLSID]
    assert let_go == ["kills Excel"]  # no other Excel may end with us


def test_off_windows_it_says_so() -> None:
    with pytest.raises(InputError, match="Windows"):
        server.main([])
