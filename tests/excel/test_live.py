"""An open workbook reads as the closed file does: same tables, same addresses, same findings."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from kbbx_xl.books.read import read_file, read_grids
from kbbx_xl.model import FileRead, Period
from tests.excel.com import HeadlessExcel

SAMPLE = Path(__file__).parents[1] / "data" / "sample_county"
MONTH = Period(2026, 10)
BOOKS = [p for p in sorted(SAMPLE.rglob("*.xlsx")) if p.read_bytes().startswith(b"PK")]
UNSEEN = {"R01", "R07", "F16"}  # hidden rows, formulas without a result, macros: not told by COM


def plain(read: FileRead) -> tuple[list[dict[str, object]], set[str]]:
    """Everything of a FileRead but the file's name and size."""
    tables = [{k: v for k, v in vars_of(table).items() if k != "file"} for table in read.tables]
    findings = {
        repr(dataclasses.replace(f, file="")) for f in read.findings if f.code not in UNSEEN
    }
    return tables, findings


def vars_of(table: object) -> dict[str, object]:
    return {f.name: getattr(table, f.name) for f in dataclasses.fields(table)}  # type: ignore[arg-type]


@pytest.mark.parametrize("path", BOOKS, ids=lambda p: p.name)
def test_open_and_closed_read_alike(path: Path) -> None:
    from kbbx_xl.excel.live import grids

    closed = read_file(path, path.name, period=MONTH)
    book = HeadlessExcel().open(path)
    assert plain(read_grids(grids(book), path.name, period=MONTH)) == plain(closed)
