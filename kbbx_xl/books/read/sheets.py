"""Files to raw grids: every sheet as rows of cells from A1 on, whatever the file format."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import python_calamine as calamine

from kbbx_xl.books.gate.admit import Passed, admit, read_again
from kbbx_xl.books.gate.held import DamagedError, HeldBackError, LockedError
from kbbx_xl.books.gate.place import MAX_BYTES, fetch
from kbbx_xl.books.gate.second import decoded, texts_like_formulas
from kbbx_xl.books.gate.sheet_xml import SheetNotes, position
from kbbx_xl.books.gate.workbook import MACROS
from kbbx_xl.books.read.detect import format_of
from kbbx_xl.books.read.texts import page_tables, text_rows
from kbbx_xl.model import Finding, a1
from kbbx_xl.rules.cells import UNCALCULATED

OWN_SHEET = "_kbbx"  # the stamp of our own workbooks
LOOKED_UP, SCHOOL_DAYS = "_calc", "上课日"  # what their formulas look up; the list of school days
MARKS_SHEET, MADE = (
    "_kbbx_marks",
    "sheet",
)  # what the ribbon marked, and lines about sheets it added
DELIMITERS = ",;\t"
MADE_TITLES = ("问题清单", "缺勤预警")  # sheets that ribbon commands add; no others disappear


@dataclass(slots=True)
class Grid:
    """One sheet as written: ``rows[r][c]`` counted from 0, all rows of one length; blank is ""."""

    name: str
    rows: list[list[object]]
    hidden: bool = False
    notes: SheetNotes = field(default_factory=SheetNotes)

    @property
    def is_blank(self) -> bool:
        return not any(cell != "" for row in self.rows for cell in row)


@dataclass(slots=True)
class Book:
    """One file's grids, or the findings that say why there are none."""

    sha256: str = ""
    size: int = 0
    grids: list[Grid] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    readable: bool = True
    text: bool = False  # lines of text, whatever the name says
    harmless: bool = False  # no text of it looks like a formula
    own: dict[str, str] = field(default_factory=dict)
    school_days: tuple[dt.date, ...] = ()  # by which a workbook of ours counts


def read_bytes(path: Path, limit: int = MAX_BYTES) -> bytes | None:
    """Content of a regular file of at most ``limit`` bytes; None for anything else."""
    try:
        return fetch(path, limit)
    except HeldBackError:
        return None


def open_book(path: Path, rel: str) -> Book:
    """Read one file; what stands in the way is a finding of the book, never an exception."""
    try:
        data = fetch(path)
    except HeldBackError as error:
        return Book(findings=[error.finding(rel)], readable=False)
    return book_of(data, rel)


def book_of(data: bytes, rel: str) -> Book:
    """The same of a file's content, which need not lie on the disk; ``rel`` names it."""
    book = Book(hashlib.sha256(data).hexdigest(), len(data))
    try:
        kind = format_of(data, rel)
        if isinstance(kind, Finding):
            book.findings, book.readable = [kind], False
            return book
        _fill(book, data, kind, rel)
    except HeldBackError as error:
        book.grids, book.findings, book.readable = [], [*book.findings, error.finding(rel)], False
        return book
    _note_content(book, rel)
    return book


def _fill(book: Book, data: bytes, kind: str, rel: str) -> None:
    if kind == "csv":
        book.text = True
        text = text_rows(data)
        book.grids = [Grid(Path(rel).stem, text.rows)]
        if text.unknown:
            book.findings.append(Finding("F21", rel, params={"count": text.unknown}))
        if text.uneven:
            at, count = a1(text.uneven[0], 1), {"count": len(text.uneven)}
            book.findings.append(Finding("R10", rel, book.grids[0].name, at, count))
    elif kind == "html":
        tables = enumerate(page_tables(data), 1)
        book.grids = [Grid(f"表{number}", rows) for number, rows in tables]
    else:
        _fill_workbook(book, data, kind, rel)


def _fill_workbook(book: Book, data: bytes, kind: str, rel: str) -> None:
    passed = admit(data, kind)
    if MACROS in passed.extras:
        book.findings.append(Finding("F16", rel))
    others = "、".join(word for word in passed.extras if word != MACROS)
    if others:
        book.findings.append(Finding("F29", rel, params={"what": others}))
    if passed.plain:
        book.grids = [
            Grid(name, rows, name in passed.hidden, passed.sheets[name])
            for name, rows in passed.plain.rows.items()
        ]
        book.harmless = passed.plain.harmless
    else:
        _read_generally(book, data, kind, passed)
    take_stamp(book)
    for grid in book.grids:
        _show_what_is_no_value(grid, own=bool(book.own))


def _read_generally(book: Book, data: bytes, kind: str, passed: Passed) -> None:
    """The grids of a workbook that is not plain, by the general reader and what the gate asks for."""
    book.grids = list(_calamine_grids(data))
    sheets = {grid.name: grid.rows for grid in book.grids}
    notes = read_again(data, kind, passed, sheets)
    if passed.escaped:
        for grid in book.grids:
            grid.rows = [[decoded(c) if isinstance(c, str) else c for c in r] for r in grid.rows]
    for grid in book.grids:
        grid.notes = notes.get(grid.name) or SheetNotes()


def _calamine_grids(data: bytes) -> Iterator[Grid]:
    """Every worksheet as the fast reader sees it; DamagedError when it refuses or gives up."""
    try:
        workbook = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        for sheet in workbook.sheets_metadata:
            if sheet.typ != calamine.SheetTypeEnum.WorkSheet:
                continue
            raw = workbook.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
            rows: list[list[object]] = [*raw]  # type: ignore[list-item]
            hidden = sheet.visible != calamine.SheetVisibleEnum.Visible
            yield Grid(sheet.name, rows, hidden)
    except calamine.PasswordError as error:
        raise LockedError("有打开密码") from error
    except (calamine.CalamineError, OSError, ValueError, OverflowError) as error:
        raise DamagedError("内容坏了，读不出来") from error
    except BaseException as error:
        # A panic of the Rust reader derives from BaseException and its class cannot be imported.
        if type(error).__name__ != "PanicException":
            raise
        raise DamagedError("内容坏了，读不出来") from error


def _show_what_is_no_value(grid: Grid, *, own: bool) -> None:
    """Write error values, and the lack of a result, into cells that the fast reader leaves blank.

    Formulas of our own workbooks are never data: what they would show is computed anew.
    """
    shown = dict(grid.notes.errors)
    if not own:
        shown |= dict.fromkeys(grid.notes.uncalculated, UNCALCULATED)
    for address, text in shown.items():
        row, column = position(address)
        if row >= len(grid.rows) or column >= len(grid.rows[row]):
            _widen(grid, row + 1, column + 1)
        grid.rows[row][column] = text


def _widen(grid: Grid, rows: int, columns: int) -> None:
    """Make room for a cell outside what the fast reader saw; it was checked not to lie too far."""
    width = max(columns, len(grid.rows[0]) if grid.rows else 0)
    wider: list[list[object]] = [[*row, *[""] * (width - len(row))] for row in grid.rows]
    wider += [[""] * width for _ in range(rows - len(wider))]
    grid.rows = wider


def _note_content(book: Book, rel: str) -> None:
    """F30 when nothing is in it; F31 for texts that would run if they were typed in."""
    if all(grid.is_blank for grid in book.grids):
        book.findings.append(Finding("F30", rel))
        return
    for grid in () if book.harmless else book.grids:
        cells = list(texts_like_formulas(grid.rows))
        if cells:
            at = a1(cells[0][0] + 1, cells[0][1] + 1)
            book.findings.append(Finding("F31", rel, grid.name, at, {"count": len(cells)}))


def take_stamp(book: Book) -> None:
    """Read the stamp of a workbook of ours; leave out what only its formulas or the ribbon need."""
    book.own = _own_stamp(book)
    book.school_days = _school_days(book) if book.own else ()
    made = _made_sheets(book)
    book.grids = [
        grid
        for grid in book.grids
        if grid.name not in made and not (book.own and grid.name.startswith("_"))
    ]


def _made_sheets(book: Book) -> frozenset[str]:
    """Sheets that ribbon commands left in the workbook, such as 问题清单; no part of a submission."""
    marks = next((grid for grid in book.grids if grid.name == MARKS_SHEET), None)
    if marks is None:
        return frozenset()
    lines = [_line(row[0]) for row in marks.rows if row]
    made = (str(line[-1]) for line in lines if line[:1] == [MADE])
    return frozenset({MARKS_SHEET, *(name for name in made if name.startswith(MADE_TITLES))})


def _line(text: object) -> list[object]:
    try:
        line = json.loads(str(text))
    except ValueError:
        return []
    return line if isinstance(line, list) else []


def _own_stamp(book: Book) -> dict[str, str]:
    """Key and value rows of the very hidden sheet of our own workbooks; {} for any other."""
    sheet = next((grid for grid in book.grids if grid.name == OWN_SHEET), None)
    if sheet is None:
        return {}
    return stamp_of(sheet.rows)


def stamp_of(rows: Iterable[Sequence[object]]) -> dict[str, str]:
    """Key in column A, value in column B; a code that was kept as a number is whole again."""
    pairs = [(str(row[0]), row[1]) for row in rows if len(row) > 1 and row[0] != ""]
    whole = {k: int(v) if isinstance(v, float) and v.is_integer() else v for k, v in pairs}
    return {key: str(value) for key, value in whole.items()}


def _school_days(book: Book) -> tuple[dt.date, ...]:
    """The dates below the heading 上课日 of the sheet that formulas look up, ascending."""
    sheet = next((grid for grid in book.grids if grid.name == LOOKED_UP), None)
    rows = sheet.rows if sheet else []
    head = next((r for r, row in enumerate(rows) if SCHOOL_DAYS in row), len(rows))
    column = rows[head].index(SCHOOL_DAYS) if head < len(rows) else 0
    below = (row[column] for row in rows[head + 1 :])
    moments = (d.date() if isinstance(d, dt.datetime) else d for d in below)
    return tuple(sorted({day for day in moments if isinstance(day, dt.date)}))
