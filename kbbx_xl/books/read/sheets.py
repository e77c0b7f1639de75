"""Files to raw grids: every sheet as rows of cells from A1 on, whatever the file format."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
import stat
import statistics
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import python_calamine as calamine

from kbbx_xl.books.read import ooxml
from kbbx_xl.books.read.detect import format_of
from kbbx_xl.model import Finding

OWN_SHEET = "_kbbx"  # the stamp of our own workbooks
LOOKED_UP, SCHOOL_DAYS = "_calc", "上课日"  # what their formulas look up; the list of school days
MARKS_SHEET, MADE = (
    "_kbbx_marks",
    "sheet",
)  # what the ribbon marked, and lines about sheets it added
DELIMITERS = ",;\t"


@dataclass(slots=True)
class Grid:
    """One sheet as written: ``rows[r][c]`` counted from 0, all rows of one length; blank is ""."""

    name: str
    rows: list[list[object]]
    hidden: bool = False
    notes: ooxml.SheetNotes = field(default_factory=ooxml.SheetNotes)

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
    own: dict[str, str] = field(default_factory=dict)
    school_days: tuple[dt.date, ...] = ()  # by which a workbook of ours counts


def read_bytes(path: Path) -> bytes | None:
    """Content of a regular file; None for anything else, which might never end, or on refusal."""
    try:
        return path.read_bytes() if stat.S_ISREG(path.stat().st_mode) else None
    except OSError:
        return None


def open_book(path: Path, rel: str) -> Book:
    """Read one file; what stands in the way is a finding of the book, never an exception."""
    data = read_bytes(path)
    if data is None:
        return Book(findings=[Finding("F01", rel)], readable=False)
    book = Book(hashlib.sha256(data).hexdigest(), len(data))
    kind = format_of(data, rel)
    if isinstance(kind, Finding):
        book.findings, book.readable = [kind], False
        return book
    if kind == "csv":
        book.text = True
        _open_text(book, data, rel)
    elif kind == "html":
        book.grids = list(_html_grids(_decode(data)[0]))
    else:
        _open_workbook(book, data, kind, rel)
    if book.readable and not any(not grid.is_blank for grid in book.grids):
        book.findings, book.readable = [Finding("F03", rel)], False
    return book


def _open_workbook(book: Book, data: bytes, kind: str, rel: str) -> None:
    try:
        notes = ooxml.inspect(data) if kind == "xlsx" else ooxml.Notes({}, macros=False)
        book.grids = list(_calamine_grids(data, notes))
    except calamine.PasswordError:
        book.findings, book.readable = [Finding("F02", rel)], False
        return
    except (ooxml.DamagedError, calamine.CalamineError, OSError, ValueError):
        book.findings, book.readable = [Finding("F01", rel)], False
        return
    except BaseException as error:
        # A panic of the Rust reader derives from BaseException and its class cannot be imported.
        if type(error).__name__ != "PanicException":
            raise
        book.findings, book.readable = [Finding("F01", rel)], False
        return
    take_stamp(book)
    if notes.macros:
        book.findings.append(Finding("F16", rel))


def _calamine_grids(data: bytes, notes: ooxml.Notes) -> Iterator[Grid]:
    workbook = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    for sheet in workbook.sheets_metadata:
        if sheet.typ != calamine.SheetTypeEnum.WorkSheet:
            continue
        raw = workbook.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
        rows: list[list[object]] = [*raw]  # type: ignore[list-item]
        hidden = sheet.visible != calamine.SheetVisibleEnum.Visible
        side = notes.sheets.get(sheet.name) or ooxml.SheetNotes()
        yield Grid(sheet.name, rows, hidden, side)


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
    return frozenset({MARKS_SHEET, *(str(line[-1]) for line in lines if line[:1] == [MADE])})


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


def _decode(data: bytes) -> tuple[str, int]:
    """Text and the number of characters that could not be read."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace"), 0
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding), 0
        except UnicodeDecodeError:
            continue
    text = data.decode("gb18030", "replace")
    return text, text.count("\ufffd")


def _open_text(book: Book, data: bytes, rel: str) -> None:
    text, unknown = _decode(data)
    if unknown:
        book.findings.append(Finding("F21", rel, params={"count": unknown}))
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)))
    except csv.Error:
        book.findings, book.readable = [Finding("F01", rel)], False
        return
    width = max(map(len, rows), default=0)
    cells: list[list[object]] = [[*map(_unquoted, row), *[""] * (width - len(row))] for row in rows]
    book.grids = [Grid(Path(rel).stem, cells)]


def _delimiter(text: str) -> str:
    """The delimiter that gives the most columns in most of the first lines; a tab only as a last resort.

    Exports leave tabs inside cells, so a tab counts only where no other delimiter does.
    """
    lines = text.splitlines()[:50]
    widths = {
        d: statistics.median_high([line.count(d) for line in lines] or [0]) for d in DELIMITERS
    }
    best = max((d for d in DELIMITERS if d != "\t"), key=lambda d: widths[d])
    return best if widths[best] else ("\t" if widths["\t"] else ",")


def _unquoted(cell: str) -> str:
    """Inner text of ="520000…", the spelling by which exports keep Excel from counting."""
    return cell[2:-1] if cell.startswith('="') and cell.endswith('"') else cell


class _Tables(HTMLParser):
    """Cells of the tables of a page; a cell that spans leaves blanks, as a merged cell does."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[dict[tuple[int, int], str]] = []
        self.row = self.column = 0
        self.span = (1, 1)
        self.text: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.tables.append({})
            self.row = -1
        elif tag == "tr":
            self.row, self.column = self.row + 1, 0
        elif tag in ("td", "th") and self.tables:
            given = dict(attrs)
            self.span = (_span(given.get("rowspan")), _span(given.get("colspan")))
            self.text = []
        elif tag == "br" and self.text is not None:
            self.text.append("\n")

    def handle_data(self, data: str) -> None:
        if self.text is not None:
            self.text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("td", "th") or self.text is None:
            return
        cells, text = self.tables[-1], "".join(self.text).strip()
        while (self.row, self.column) in cells:
            self.column += 1
        for row in range(self.row, self.row + self.span[0]):
            for column in range(self.column, self.column + self.span[1]):
                cells[row, column] = text if (row, column) == (self.row, self.column) else ""
        self.column, self.text = self.column + self.span[1], None


def _span(written: str | None) -> int:
    return min(int(written), 1000) if written and written.isdigit() else 1


def _html_grids(text: str) -> Iterator[Grid]:
    parser = _Tables()
    parser.feed(text)
    for number, cells in enumerate(filter(None, parser.tables), 1):
        height = 1 + max(row for row, _ in cells)
        width = 1 + max(column for _, column in cells)
        rows: list[list[object]] = [
            [cells.get((r, c), "") for c in range(width)] for r in range(height)
        ]
        yield Grid(f"表{number}", rows)
