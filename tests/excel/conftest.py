"""Excel for the tests of the add-in: ``excel`` alone, ``pc`` with the add-in of this repository."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import kbbx_xl.excel.main as main
from tests.excel.com import HeadlessExcel
from tests.excel.office import NAMES, SCHOOLS, TODAY, write_office
from tests.excel.pc import PC

MACROS = Path(__file__).parents[2] / "macros"
STANDARD, QUIET = "kbbx.xlam", "kbbx_com.xlam"


@pytest.fixture
def excel() -> Iterator[HeadlessExcel]:
    """Excel without the add-in."""
    made = HeadlessExcel()
    yield made
    assert not made.lacking


@pytest.fixture(scope="session")
def addins(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the two built add-ins: the repository's, or built now when it holds none."""
    if (MACROS / STANDARD).exists() and (MACROS / QUIET).exists():
        return MACROS
    from kbbx_xl.excel.pack.build import build_addins

    folder = tmp_path_factory.mktemp("addins")
    build_addins(folder)
    return folder


@pytest.fixture
def pc(request: pytest.FixtureRequest, addins: Path) -> Iterator[PC]:
    """A computer with the add-in; parametrize it indirectly with QUIET for the other variant.

    A test fails when its macros asked Excel for anything the model lacks.
    """
    made = PC(addins / getattr(request, "param", STANDARD))
    yield made
    assert not made.lacking


@pytest.fixture(scope="session")
def office_of_today(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_office(tmp_path_factory.mktemp("office"))


@pytest.fixture
def office(
    office_of_today: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """A fresh copy of the office, a home of its own for the add-in, and a day that stands still."""
    folder = tmp_path / "控辍保学"
    shutil.copytree(office_of_today, folder)
    monkeypatch.delenv("KBBX_STATE", raising=False)
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "local"))
    monkeypatch.setattr(main, "today", lambda: TODAY)
    yield folder
    log = tmp_path / "local" / "kbbx" / "kbbx.log"
    if log.exists():
        told = log.read_text(encoding="utf-8")
        assert not [name for name in (*NAMES, "5200002017", SCHOOLS[0].name) if name in told]
