"""Excel for the tests of the add-in: ``excel`` alone, ``pc`` with the add-in of this repository."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.excel.com import HeadlessExcel
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
