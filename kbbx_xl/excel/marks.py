"""Marks in the open workbook (标记): coloured cells and notes that can be taken away without a trace.

A very hidden sheet remembers what each marked cell looked like, which cells got a note, and which
sheets the macros added.  Marks of one command replace its earlier ones; those of another stay.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import xlwings as xw
from pywintypes import com_error

from kbbx_xl.books.read.sheets import MADE, MARKS_SHEET
from kbbx_xl.excel.live import (
    VERY_HIDDEN,
    add_sheet,
    address_chunks,
    drop_sheet,
    put_rows,
    unprotected,
)
from kbbx_xl.model import Severity

COLOURS = {  # red, orange and blue that stay apart for colour-blind eyes and in grey print
    Severity.ERROR: (255, 199, 206),
    Severity.WARNING: (255, 235, 156),
    Severity.NOTE: (221, 235, 247),
}
MOST_NOTES = 300  # cells of one command that get a note; the list names every finding
NO_FILL = -4142  # xlNone
_FILL = ("Pattern", "Color", "ThemeColor", "TintAndShade", "PatternColor")


@dataclass(frozen=True, slots=True)
class Mark:
    """What a command has to say about one cell."""

    sheet: str
    cell: str
    severity: Severity
    text: str


@dataclass(slots=True)
class Memory:
    """What the hidden sheet remembers: marks by command, looks of the cells, notes, added sheets."""

    marks: dict[str, list[Mark]]
    fills: list[tuple[str, str, dict[str, Any]]]  # sheet, addresses, interior before
    notes: list[tuple[str, str]]  # sheet, cell
    sheets: dict[str, str]  # command -> sheet it added


@dataclass(frozen=True, slots=True)
class Marked:
    """How it went: cells coloured, cells left without a note, sheets whose password kept us out."""

    cells: int = 0
    without_note: int = 0
    locked: tuple[str, ...] = ()


def recall(book: xw.Book) -> Memory:
    """What earlier commands left in this workbook."""
    if MARKS_SHEET not in [sheet.name for sheet in book.sheets]:
        return Memory({}, [], [], {})
    sheet = book.sheets[MARKS_SHEET]
    last = sheet.used_range.last_cell.row
    texts = sheet.range((1, 1), (last, 1)).options(ndim=1, empty="").value
    memory = Memory({}, [], [], {})
    for text in filter(None, texts):
        kind, *rest = json.loads(text)
        if kind == "mark":
            owner, at, cell, severity, said = rest
            memory.marks.setdefault(owner, []).append(Mark(at, cell, Severity(severity), said))
        elif kind == "fill":
            memory.fills.append((rest[0], rest[1], rest[2]))
        elif kind == "note":
            memory.notes.append((rest[0], rest[1]))
        else:
            memory.sheets[rest[0]] = rest[1]
    return memory


def put_marks(book: xw.Book, owner: str, marks: Iterable[Mark]) -> Marked:
    """Show the marks of one command in place of its earlier ones; other commands' marks stay."""
    memory = recall(book)
    _restore(book, memory)
    memory.marks.pop(owner, None)
    if fresh := sorted(set(marks), key=lambda m: (m.sheet, m.cell, m.severity, m.text)):
        memory.marks[owner] = fresh
    marked = _show(book, memory)
    _remember(book, memory)
    return marked


def new_sheet(book: xw.Book, owner: str, name: str) -> xw.Sheet:
    """A sheet of one command, in place of the one it added before; it goes with 清除标记."""
    memory = recall(book)
    drop_sheet(book, memory.sheets.pop(owner, ""))
    sheet = add_sheet(book, name)
    memory.sheets[owner] = sheet.name
    _remember(book, memory)
    return sheet


def clear(book: xw.Book) -> tuple[int, int]:
    """Take away every mark, note and sheet; returns how many cells were marked, sheets added."""
    memory = recall(book)
    cells = {(m.sheet, m.cell) for marks in memory.marks.values() for m in marks}
    _restore(book, memory)
    for name in (*memory.sheets.values(), MARKS_SHEET):
        drop_sheet(book, name)
    return len(cells), len(memory.sheets)


def _restore(book: xw.Book, memory: Memory) -> None:
    """Cells as they were; a cell whose sheet is gone, or has got a password, is let go."""
    names = {sheet.name for sheet in book.sheets}
    by_sheet: dict[str, list[tuple[str, dict[str, Any]]]] = defaultdict(list)
    for at, cells, fill in memory.fills:
        by_sheet[at].append((cells, fill))
    noted: dict[str, list[str]] = defaultdict(list)
    for at, cell in memory.notes:
        noted[at].append(cell)
    for name in names & {*by_sheet, *noted}:
        sheet = book.sheets[name]
        with unprotected(sheet) as free:
            if not free:
                continue
            for cells, fill in by_sheet[name]:
                _put_fill(sheet.range(cells).api.Interior, fill)
            for cell in noted[name]:
                if (note := sheet.range(cell).api.Comment) is not None:
                    note.Delete()
    memory.fills, memory.notes = [], []


def _show(book: xw.Book, memory: Memory) -> Marked:
    names = [sheet.name for sheet in book.sheets]
    cells = _by_cell(memory)
    done, bare, locked = 0, 0, []
    for name in sorted({sheet for sheet, _ in cells} & set(names), key=names.index):
        mine = {cell: told for (sheet, cell), told in cells.items() if sheet == name}
        with unprotected(book.sheets[name]) as free:
            if not free:
                locked.append(name)
                continue
            _colour(book.sheets[name], mine, memory)
            room = max(0, MOST_NOTES - len(memory.notes))
            bare += _annotate(book.sheets[name], mine, room, memory)
            done += len(mine)
    return Marked(done, bare, tuple(locked))


def _by_cell(memory: Memory) -> dict[tuple[str, str], list[Mark]]:
    cells: dict[tuple[str, str], list[Mark]] = defaultdict(list)
    for marks in memory.marks.values():
        for mark in marks:
            cells[mark.sheet, mark.cell].append(mark)
    return cells


def _colour(sheet: xw.Sheet, cells: Mapping[str, Sequence[Mark]], memory: Memory) -> None:
    """Fill the cells, many a call, and remember what their fill was."""
    ranked = list(Severity)
    groups: dict[Severity, list[str]] = defaultdict(list)
    for cell, told in cells.items():
        groups[min((m.severity for m in told), key=ranked.index)].append(cell)
    for severity, mine in groups.items():
        for chunk in address_chunks(mine):
            for part, fill in _fills(sheet, chunk):
                memory.fills.append((sheet.name, part, fill))
            sheet.range(chunk).color = COLOURS[severity]


def _fills(sheet: xw.Sheet, chunk: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The fill of cells: of all at once where it is one, else cell by cell."""
    fill = _fill(sheet.range(chunk).api.Interior)
    if fill["Pattern"] is not None and fill["Color"] is not None:
        yield chunk, fill
        return
    for cell in chunk.split(","):
        yield cell, _fill(sheet.range(cell).api.Interior)


def _fill(interior: Any) -> dict[str, Any]:
    return {name: _asked(interior, name) for name in _FILL}


def _asked(interior: Any, name: str) -> Any:
    """A property of a fill; None when the cells differ or Excel has no answer."""
    try:
        value = getattr(interior, name)
    except com_error:
        return None
    return value if isinstance(value, (int, float)) else None


def _put_fill(interior: Any, fill: Mapping[str, Any]) -> None:
    if fill["Pattern"] in (None, NO_FILL):
        interior.Pattern = NO_FILL
        return
    interior.Pattern = fill["Pattern"]
    if (fill["ThemeColor"] or 0) > 0:
        interior.ThemeColor = fill["ThemeColor"]
        interior.TintAndShade = fill["TintAndShade"] or 0
    elif fill["Color"] is not None:
        interior.Color = fill["Color"]


def _annotate(
    sheet: xw.Sheet, cells: Mapping[str, Sequence[Mark]], room: int, memory: Memory
) -> int:
    """Add notes to cells that have none of the user's; returns how many found no room."""
    bare = 0
    for cell, told in cells.items():
        if room <= 0:
            bare += 1
            continue
        at = sheet.range(cell).api
        if at.Comment is None:
            at.AddComment("\n".join(dict.fromkeys(f"{m.severity}：{m.text}" for m in told)))
            memory.notes.append((sheet.name, cell))
            room -= 1
    return bare


def _remember(book: xw.Book, memory: Memory) -> None:
    """Write the memory down, one JSON text a row; an empty one leaves no sheet behind."""
    lines: list[tuple[object, ...]] = [
        *(("mark", owner, *asdict(m).values()) for owner, ms in memory.marks.items() for m in ms),
        *(("fill", *fill) for fill in memory.fills),
        *(("note", *note) for note in memory.notes),
        *((MADE, owner, name) for owner, name in memory.sheets.items()),
    ]
    if not lines:
        drop_sheet(book, MARKS_SHEET)
        return
    if MARKS_SHEET in [sheet.name for sheet in book.sheets]:
        sheet = book.sheets[MARKS_SHEET]
        sheet.clear()
    else:
        sheet = add_sheet(book, MARKS_SHEET)
        sheet.api.Visible = VERY_HIDDEN
    put_rows(sheet, 1, [[json.dumps(line, ensure_ascii=False)] for line in lines])
