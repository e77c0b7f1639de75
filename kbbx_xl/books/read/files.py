"""One submitted file to a FileRead, and the files of a folder."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path, PurePath

from kbbx_xl.books.gate.held import SpentError
from kbbx_xl.books.gate.place import files_below
from kbbx_xl.books.read.detect import noise
from kbbx_xl.books.read.headers import Vocabulary, lacking, standard_vocabulary, vocabulary
from kbbx_xl.books.read.sheet import SheetRead, read_sheet, typed_tables
from kbbx_xl.books.read.sheets import Book, Grid, book_of, open_book, read_bytes
from kbbx_xl.books.writing.names import unfinished
from kbbx_xl.model import CENTER_SHEET, MASKED_FORM, SUMMARY_FORM, FileRead, Finding, Period
from kbbx_xl.settings.forms import Form

LOOKED_FOR = "姓名、年级、班级、身份证件号、缺勤起始日期、网格名称、本月末在校生数"


def read_folder(folder: Path) -> list[tuple[Path, str]]:
    """Every file below ``folder``, noise included: path, and path relative to it with ``/``; sorted.

    What a run of ours has not finished is none of them, wherever it was killed.
    """
    named = ((path, path.relative_to(folder)) for path in files_below(folder))
    files = ((path, rel.as_posix()) for path, rel in named if not unfinished(rel))
    return sorted(files, key=lambda file: file[1])


def read_file(
    path: Path, rel: str, *, period: Period, forms: Sequence[Form] | None = None
) -> FileRead:
    """Read one file; every problem is a finding with a place, nothing is raised.

    ``rel`` names the file in findings and tables; ``period`` gives the year of dates written
    without one; ``forms`` are the declared forms to recognise (all of config/forms by default).
    """
    if reason := noise(rel):
        return _ignored(read_bytes(path), rel, reason)
    return _read_book(open_book(path, rel), rel, period, forms)


def read_content(
    data: bytes, rel: str, *, period: Period, forms: Sequence[Form] | None = None
) -> FileRead:
    """The same of a file's content, which need not lie on the disk."""
    if reason := noise(rel):
        return _ignored(data, rel, reason)
    return _read_book(book_of(data, rel), rel, period, forms)


def _read_book(book: Book, rel: str, period: Period, forms: Sequence[Form] | None) -> FileRead:
    if book.own.get("form") == MASKED_FORM:
        return _ignored_book(book, rel, "脱敏件")
    if book.own.get("form") == SUMMARY_FORM:  # only a centre's report in it is a submission
        book.grids = [g for g in book.grids if g.name == CENTER_SHEET and not g.is_blank]
        if not book.grids:
            return _ignored_book(book, rel, "本程序写出的汇总")
    return read_grids(book, rel, period=period, forms=forms)


def refused(path: Path, rel: str, cause: str) -> FileRead:
    """A file that took too much or ended its reader (F27), with its checksum where it has one."""
    data = read_bytes(path) or b""
    sha256 = hashlib.sha256(data).hexdigest()
    finding = SpentError(cause).finding(rel)
    return FileRead(rel, sha256, len(data), "unreadable", findings=[finding])


def read_grids(
    book: Book, rel: str, *, period: Period, forms: Sequence[Form] | None = None
) -> FileRead:
    """Make tables of the grids of one book, a closed file's or an open workbook's; as ``read_file``."""
    read = FileRead(rel, book.sha256, book.size, own=book.own, school_days=book.school_days)
    read.findings += book.findings
    if not book.readable:
        read.status = "unreadable"
        return read
    words = standard_vocabulary() if forms is None else vocabulary(forms)
    for grid in book.grids:
        _drop_blank_tail(grid)
    sheets = [
        (grid, read_sheet(grid, rel, words, book.own, period))
        for grid in book.grids
        if not grid.is_blank
    ]
    for grid, sheet in sheets:
        read.tables += sheet.tables
        read.findings += sheet.findings
        read.findings += _sheet_findings(grid, sheet, rel, own=bool(book.own))
        read.typed += typed_tables(grid, rel, words, book.own, period)
    suffix = PurePath(rel).suffix.lower()
    if book.text and suffix.startswith(".xls") and not any(sheet.known for _, sheet in sheets):
        read.status = "unreadable"  # some text under the name of a workbook
        read.findings.append(Finding("F04", rel, params={"suffix": suffix, "what": "一段文字"}))
        return read
    read.findings += _unknown(sheets, rel, words)
    return read


def _drop_blank_tail(grid: Grid) -> None:
    """Leave out the blank rows at the end of a sheet: formatting goes on for thousands of them."""
    end = len(grid.rows)
    while end and grid.rows[end - 1].count("") == len(grid.rows[end - 1]):
        end -= 1
    del grid.rows[end:]


def _ignored(data: bytes | None, rel: str, reason: str) -> FileRead:
    """A file that nobody meant to be merged: a picture of any size, a broken link."""
    held = Book(hashlib.sha256(data or b"").hexdigest(), len(data or b""))
    return _ignored_book(held, rel, reason)


def _ignored_book(book: Book, rel: str, reason: str) -> FileRead:
    finding = Finding("F06", rel, params={"reason": reason})
    return FileRead(rel, book.sha256, book.size, "ignored", findings=[finding])


def _sheet_findings(grid: Grid, sheet: SheetRead, rel: str, *, own: bool) -> list[Finding]:
    """Hidden sheets and missing results; what our own formulas show is computed anew anyway."""
    found = []
    if grid.hidden and sheet.tables:
        found.append(Finding("F15", rel, grid.name, params={"name": grid.name}))
    if grid.notes.uncalculated and sheet.tables and not own:
        count = {"count": len(grid.notes.uncalculated)}
        found.append(Finding("R07", rel, grid.name, params=count))
    return found


def _unknown(
    sheets: Sequence[tuple[Grid, SheetRead]], rel: str, words: Vocabulary
) -> list[Finding]:
    """F14 for each sheet that was not understood; F05 when none of the file was."""
    unknown = [grid for grid, sheet in sheets if not sheet.known]
    if unknown and len(unknown) == len(sheets):
        looked_for = lacking(unknown[0].rows, words) or LOOKED_FOR
        return [Finding("F05", rel, unknown[0].name, params={"looked_for": looked_for})]
    return [Finding("F14", rel, grid.name, params={"name": grid.name}) for grid in unknown]
