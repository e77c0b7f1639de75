"""What a mutant must not do: raise, or lose or change a child without a word.

Cells: every data row of the mutant whose place is known is in a table with the values that were
not touched, or covered by a finding with its place.  Packages: accepted content is the content of
the sound file, or a finding says otherwise, or an independent reader sees the very same change in
a part whose checksum is right.
"""

from __future__ import annotations

import datetime as dt
import re
import warnings
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from kbbx_xl.books.gate.sheet_xml import column_number
from kbbx_xl.messages import severity
from kbbx_xl.model import FileRead, Layout, Severity, Table
from tests.fuzz.cells import Mutant, Page, Row

WHOLE = ("F05", "F14", "F13")  # the sheet, or the file, was not understood and that is said
HEADINGS = ("F17", "F18", "F19")  # a column was not taken and that is said
PLAIN = (Layout.TABLE, Layout.MONTH_GRID)
TAKEN_NAMES = ("填表说明", "本月月报", "登记表打印", "汇总月报")  # of sheets of our own workbooks
Place = tuple[str, int]


@dataclass
class Facts:
    """What a sound file holds: its rows by place, its content, its findings."""

    rows: dict[Place, tuple[Table, int]] = field(default_factory=dict)
    content: Counter[Any] = field(default_factory=Counter)
    said: Counter[tuple[str, str]] = field(default_factory=Counter)


def facts(read: FileRead) -> Facts:
    found = Facts(content=content(read), said=said(read))
    for table in read.tables:
        for index, row in enumerate(table.rows):
            found.rows.setdefault((table.sheet, row), (table, index))
    return found


def content(read: FileRead) -> Counter[Any]:
    """Every record with all its values; the same children give the same content."""
    return Counter(
        (table.table, table.sheet, tuple(sorted(_record(table, i).items())))
        for table in read.tables
        for i in range(len(table))
    )


def _record(table: Table, index: int) -> dict[str, str]:
    values = {name: repr(column[index]) for name, column in table.columns.items()}
    if table.marks:
        values["marks"] = repr(list(table.marks[index]))
    return values


def said(read: FileRead) -> Counter[tuple[str, str]]:
    """Findings that are more than a remark, by code and sheet."""
    graver = (f for f in read.findings if severity(f) is not Severity.NOTE)
    return Counter((f.code, f.sheet) for f in graver)


def judge_cells(base: Facts, mutant: Mutant, read: FileRead) -> str:
    """ "" when every data row of the mutant is read or reported, else what is not."""
    if read.status != "read":
        return ""
    now = facts(read)
    totals = {(t.sheet, r) for t in read.tables if t.totals for r in t.totals.rows}
    said_at = _said_at(read)
    for page in mutant.pages:
        codes = {f.code for f in read.findings if f.sheet == page.name and not f.cell}
        codes |= {f.code for f in read.findings if not f.sheet}
        if codes.intersection(WHOLE):
            continue
        heads = {f.code for f in read.findings if f.sheet == page.name and f.code in HEADINGS}
        for number, row in enumerate(page.rows, 1):
            place = (page.name, number)
            if row.origin not in base.rows or not _filled(row) or place in said_at:
                continue
            if place in totals:
                continue
            if place not in now.rows:
                if not _prepared(base, row) and not _lone_above(page, number, base):
                    return f"row lost, {_where(page, number, base)}"
            elif wrong := _changed(base.rows[row.origin], now.rows[place], page, row, heads):
                return wrong
    return ""


def _where(page: Page, number: int, base: Facts) -> str:
    """How the lost row stands: this decides which part of the reader lost it."""
    if page.name != page.source and page.name in TAKEN_NAMES:
        return f"sheet called {page.name}"
    row = page.rows[number - 1]
    first = next((r for r, other in enumerate(page.rows, 1) if _is_heading(page, other, base)), 0)
    if number < first:
        return "above the headings"
    return "its first cells changed" if row.touched & {0, 1, 2} else "untouched"


def _lone_above(page: Page, number: int, base: Facts) -> bool:
    """One cell above the headings, all that is left of a row, is a title to anybody."""
    first = next((r for r, other in enumerate(page.rows, 1) if _is_heading(page, other, base)), 0)
    return number < first and sum(bool(_plain(cell)) for cell in page.rows[number - 1].cells) == 1


def _is_heading(page: Page, row: Row, base: Facts) -> bool:
    heads = {(t.sheet, t.header_row) for t, _ in base.rows.values()}
    return row.origin in heads


def _said_at(read: FileRead) -> set[Place]:
    """Rows with a finding of their own that is more than a remark."""
    places = set()
    for finding in read.findings:
        found = re.search(r"(\d+)$", finding.cell)
        if found and finding.code not in HEADINGS and severity(finding) is not Severity.NOTE:
            places.add((finding.sheet, int(found[1])))
    return places


def _filled(row: Row) -> bool:
    """Whether a row says anything; a running number alone says nothing of anybody."""
    said = [text for cell in row.cells if (text := _plain(cell))]
    return bool(said) and not (len(said) == 1 and said[0].isdigit())


def _prepared(base: Facts, row: Row) -> bool:
    """Whether so much was touched that the row no longer says anything of a child."""
    table, index = base.rows[row.origin] if row.origin else (None, 0)
    if table is None:
        return True
    told = [
        name
        for name, column in table.where.items()
        if column - 1 not in row.touched
        and table.columns[name][index] is not None
        and name not in ("seq", "nth", "grade", "class_name", "school", "id_type", "town", "note")
    ]
    return not told and not table.marks


def _changed(
    before: tuple[Table, int], after: tuple[Table, int], page: Page, row: Row, heads: set[str]
) -> str:
    """The first untouched value that came out as another one."""
    (old, i), (new, j) = before, after
    if old.layout not in PLAIN or page.shuffled:
        return "" if old.layout not in PLAIN else _ids_kept(old, i, new, j, row, heads)
    if (old.table, old.layout) != (new.table, new.layout):
        return ""  # another kind of sheet: the rules of that kind judge it
    return _values_changed(old, i, new, j, row, heads) or _marks_changed(old, i, new, j, row)


def _values_changed(old: Table, i: int, new: Table, j: int, row: Row, heads: set[str]) -> str:
    for name, column in old.where.items():
        if column - 1 in row.touched or name not in old.columns:
            continue
        if name not in new.columns:
            if not heads:
                return f"column lost: {name}"
        elif "F17" not in heads and not _same(old.columns[name][i], new.columns[name][j]):
            return f"value changed: {name}"
    return ""


def _marks_changed(old: Table, i: int, new: Table, j: int, row: Row) -> str:
    if old.days and old.days == new.days and old.day_columns == new.day_columns:
        for place, a, b in zip(old.day_columns, old.marks[i], new.marks[j], strict=True):
            if place - 1 not in row.touched and a != b:
                return "mark changed"
    return ""


def _ids_kept(old: Table, i: int, new: Table, j: int, row: Row, heads: set[str]) -> str:
    """Where columns moved: name and id are where they were, or a finding speaks of the headings."""
    if row.touched or heads:  # where columns moved, a touched cell may be in any of them
        return ""
    for name in ("name", "id_no"):
        if name not in old.where:
            continue
        if name in new.columns and not _same(old.columns[name][i], new.columns[name][j]):
            return f"value of another column: {name}"
    return ""


def _same(a: object, b: object) -> bool:
    return a == b or (isinstance(a, dt.date) and str(a) == str(b))


def judge_package(base: Facts, read: FileRead, *, raw: bool, path: Path) -> str:
    """ "" when refused, unchanged, reported, or changed in a way another reader sees as well."""
    if read.status != "read" or content(read) == base.content:
        return ""
    if said(read) - base.said:
        return ""
    if raw:
        return "content changed under a wrong checksum"
    return independent(path)


def conserved(base: Facts, read: FileRead) -> str:
    """For text of which one line was changed: all other records are there, or something is said."""
    if (
        read.status != "read"
        or said(read) - base.said
        or any(f.code == "F21" for f in read.findings)
    ):
        return ""
    gone = base.content - content(read)
    return f"{sum(gone.values())} records gone or changed" if sum(gone.values()) > 2 else ""


def independent(path: Path) -> str:
    """Whether openpyxl, xlrd or plain XML see the same cells in the file as our reader does."""
    from kbbx_xl.books.read.sheets import open_book

    ours = {g.name: _grid(g.rows, g.notes.errors) for g in open_book(path, path.name).grids}
    try:
        theirs = _others(path)
    except Exception as error:  # noqa: BLE001 - whatever stops it, it did not confirm
        return f"another reader refuses ({type(error).__name__})"
    if theirs is None:
        return ""
    theirs = {name: rows for name, rows in theirs.items() if not name.startswith("_")}
    for name, rows in ours.items():
        _date(rows, theirs.get(name, {}))
        if name not in theirs:
            return "a sheet that another reader does not see"
        if rows != theirs[name]:
            return "another reader sees other cells"
    if any(rows for name, rows in theirs.items() if name not in ours):
        return "a sheet that only another reader sees"
    return ""


Cells = dict[tuple[int, int], str]


def _grid(rows: Sequence[Sequence[object]], errors: dict[str, str] | None = None) -> Cells:
    found = {
        (r, c): text
        for r, row in enumerate(rows, 1)
        for c, cell in enumerate(row, 1)
        if (text := _plain(cell))
    }
    for address, error in (errors or {}).items():
        if match := re.fullmatch(r"([A-Z]{1,3})(\d{1,7})", address):
            column = 0
            for letter in match[1]:
                column = column * 26 + ord(letter) - 64
            found[int(match[2]), column] = error
    return found


def _plain(cell: object) -> str:
    """A value as text, the same whichever reader it comes from."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, dt.datetime):
        return (
            cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(" ", "seconds")
        )
    return str(cell).strip()


def _others(path: Path) -> dict[str, Cells] | None:
    suffix = path.suffix.lower()
    if suffix == ".xlsx":
        import openpyxl

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                book = openpyxl.load_workbook(BytesIO(path.read_bytes()), data_only=True)
            except (ValueError, TypeError, IndexError):  # over a font, a style, a merged area
                return _bare_sheets(path)
        return {s.title: _grid(list(s.iter_rows(values_only=True))) for s in book.worksheets}
    if suffix == ".xls":
        import xlrd

        with xlrd.open_workbook(file_contents=path.read_bytes(), logfile=BytesIO()) as old:
            return {s.name: _xls_grid(s, old.datemode) for s in old.sheets()}
    return _ods_sheets(path) if suffix == ".ods" else None


def _date(ours: Cells, theirs: Cells) -> None:
    """Numbers that the other reader left as they stand in the file, where ours are days."""
    from openpyxl.utils.datetime import from_excel

    for at, said in ours.items():
        if re.fullmatch(r"\d{4}-\d\d-\d\d", said) and theirs.get(at, "").isdigit():
            theirs[at] = _plain(from_excel(int(theirs[at])))


def _bare_sheets(path: Path) -> dict[str, Cells]:
    """An .xlsx by its XML alone, where openpyxl stumbles over a font; numbers stay numbers."""
    main = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    link = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
    with zipfile.ZipFile(path) as package:
        trees = {
            name: ElementTree.fromstring(package.read(name))
            for name in package.namelist()
            if name.endswith((".xml", ".rels"))
        }
    strings = [
        "".join(t.text or "" for t in si.iter(f"{main}t"))
        for si in trees.get("xl/sharedStrings.xml", ElementTree.Element("none")).iter(f"{main}si")
    ]
    rels = {r.get("Id"): r.get("Target", "") for r in trees["xl/_rels/workbook.xml.rels"]}
    found = {}
    for sheet in trees["xl/workbook.xml"].iter(f"{main}sheet"):
        part = rels[sheet.get(link)].removeprefix("/xl/")
        cells = {}
        for c in trees[f"xl/{part}"].iter(f"{main}c"):
            value = c.findtext(f"{main}v") or "".join(t.text or "" for t in c.iter(f"{main}t"))
            kind = c.get("t", "n")
            said = strings[int(value)] if kind == "s" and value else value
            at = re.fullmatch(r"([A-Z]+)(\d+)", c.get("r", ""))
            if at and said.strip():
                number = float(said) if kind == "n" else said
                cells[int(at[2]), column_number(at[1])] = _plain(number)
        found[sheet.get("name", "")] = cells
    return found


def _ods_sheets(path: Path) -> dict[str, Cells]:
    """What the cells of an .ods say, as its XML gives it: the value, not the text that shows it."""
    with zipfile.ZipFile(path) as package:
        root = ElementTree.fromstring(package.read("content.xml"))
    table, text = (
        "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}",
        "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}",
    )
    found = {}
    for sheet in root.iter(f"{table}table"):
        rows: list[list[object]] = []
        for row in sheet.iter(f"{table}table-row"):
            cells: list[object] = []
            for cell in row:
                said = _ods_value(
                    cell, "\n".join("".join(p.itertext()) for p in cell.iter(f"{text}p"))
                )
                cells += [said] * min(int(cell.get(f"{table}number-columns-repeated", "1")), 1000)
            rows += [cells] * min(int(row.get(f"{table}number-rows-repeated", "1")), 1000)
        found[sheet.get(f"{table}name", "")] = _grid(rows)
    return found


def _ods_value(cell: ElementTree.Element, shown: str) -> object:
    office = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
    kind = cell.get(f"{office}value-type")
    if kind in ("float", "percentage", "currency"):
        return float(cell.get(f"{office}value", "nan"))
    if kind == "date":
        return dt.datetime.fromisoformat(cell.get(f"{office}date-value", ""))
    return shown


def _xls_grid(sheet: Any, datemode: int) -> Cells:
    import xlrd

    rows = []
    for r in range(sheet.nrows):
        cells: list[object] = []
        for cell in sheet.row(r):
            if cell.ctype == xlrd.XL_CELL_DATE:
                try:
                    cells.append(xlrd.xldate_as_datetime(cell.value, datemode))
                except (OverflowError, ValueError):  # no day at all: it stays a number
                    cells.append(cell.value)
            elif cell.ctype == xlrd.XL_CELL_ERROR:
                cells.append("")
            else:
                cells.append(bool(cell.value) if cell.ctype == xlrd.XL_CELL_BOOLEAN else cell.value)
        rows.append(cells)
    return _grid(rows)


def grouped(items: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Keys with their values, in the order of first sight."""
    found: dict[str, list[str]] = defaultdict(list)
    for key, item in items:
        found[key].append(item)
    return dict(found)
