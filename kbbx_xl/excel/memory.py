"""What the marks remember of a workbook (标记的记忆): a very hidden sheet, one line each.

Column A says what was done, as JSON; column B names the cell by a formula.  Between 校验 and 清除标记
people insert and delete rows and rename sheets: Excel moves the reference along, and says #REF! once
the cell is gone.  The formula asks for ROWS, so that nothing of the cell is copied.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

import xlwings as xw

from kbbx_xl.books.read.sheets import MADE, MARKS_SHEET
from kbbx_xl.excel.live import VERY_HIDDEN, add_sheet, drop_sheet, put_rows, sheet_named, used
from kbbx_xl.model import Severity

REFERENCE = re.compile(r"=ROWS\((?:'((?:[^']|'')+)'|([^'!()]+))!\$?([A-Z]+)\$?(\d*)(?::[^()]+)?\)")
SOME_COLUMNS = "$A:$C"  # stand for a sheet as a whole: no deleted row takes them away


@dataclass(frozen=True, slots=True)
class Mark:
    """What a command has to say about one cell."""

    sheet: str
    cell: str
    severity: Severity
    text: str


@dataclass(frozen=True, slots=True)
class Fill:
    """A cell we painted: in which colour, and how its interior was before."""

    sheet: str
    cell: str
    painted: int
    before: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Note:
    """A note we added."""

    sheet: str
    cell: str
    text: str


@dataclass(slots=True)
class Memory:
    """Marks by command, painted cells, added notes, and the sheet each command added."""

    marks: dict[str, list[Mark]] = field(default_factory=dict)
    fills: list[Fill] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    sheets: dict[str, str] = field(default_factory=dict)


def recall(book: xw.Book) -> Memory:
    """What earlier commands left in this workbook, where it is now.

    Cells and sheets that are gone are left out, and a list that the user has renamed: it is theirs.
    """
    memory = Memory()
    sheet = sheet_named(book, MARKS_SHEET)
    if sheet is None:
        return memory
    names = {sheet.name for sheet in book.sheets}
    last = max(2, used(sheet)[0])
    lines: Any = sheet.range((1, 1), (last, 2)).formula
    for text, formula in lines:
        place = REFERENCE.fullmatch(str(formula))
        if text and place:
            at = (place[1] or place[2]).replace("''", "'")
            if at in names:
                _take(memory, json.loads(text), at, place[3] + place[4])
    return memory


def _take(memory: Memory, line: list[Any], at: str, cell: str) -> None:
    kind, rest = line[0], line[1:]
    if kind == "mark":
        owner, severity, said = rest
        memory.marks.setdefault(owner, []).append(Mark(at, cell, Severity(severity), said))
    elif kind == "fill":
        memory.fills.append(Fill(at, cell, *rest))
    elif kind == "note":
        memory.notes.append(Note(at, cell, *rest))
    elif kind == MADE and rest[1] == at:
        memory.sheets[rest[0]] = at


def remember(book: xw.Book, memory: Memory) -> None:
    """Write the memory down; an empty one leaves no sheet behind."""
    lines = _lines(memory)
    if not lines:
        drop_sheet(book, MARKS_SHEET)
        return
    sheet = sheet_named(book, MARKS_SHEET)
    if sheet is not None:
        sheet.clear()
    else:
        sheet = add_sheet(book, MARKS_SHEET)
        sheet.api.Visible = VERY_HIDDEN
    put_rows(sheet, 1, [[json.dumps(line, ensure_ascii=False)] for line, _, _ in lines])
    places = [[_reference(at, cells)] for _, at, cells in lines]
    sheet.range((1, 2), (len(places), 2)).api.Formula = places


def _lines(memory: Memory) -> list[tuple[tuple[object, ...], str, str]]:
    """(what column A says, sheet, cell or columns), one a line."""
    return [
        *(
            (("mark", owner, m.severity, m.text), m.sheet, m.cell)
            for owner, marks in memory.marks.items()
            for m in marks
        ),
        *((("fill", f.painted, f.before), f.sheet, f.cell) for f in memory.fills),
        *((("note", n.text), n.sheet, n.cell) for n in memory.notes),
        *(((MADE, owner, name), name, SOME_COLUMNS) for owner, name in memory.sheets.items()),
    ]


def _reference(sheet: str, cells: str) -> str:
    quoted = sheet.replace("'", "''")
    return f"=ROWS('{quoted}'!{cells})"
