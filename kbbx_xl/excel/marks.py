"""Marks in the open workbook (标记): coloured cells and notes that can be taken away without a trace.

Marks of one command replace its earlier ones; those of another stay.  A colour is taken off only where
our colour still is, a note only where our text is: what the user has done since is left alone.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import xlwings as xw
from openpyxl.utils.cell import coordinate_to_tuple
from pywintypes import com_error

from kbbx_xl.books import style
from kbbx_xl.books.gate.sheet_xml import MAX_ROWS
from kbbx_xl.excel.live import (
    add_sheet,
    address,
    changeable,
    chunks,
    drop_sheet,
    halves,
    unprotected,
    used,
)
from kbbx_xl.excel.memory import Fill, Mark, Memory, Note, recall, remember
from kbbx_xl.messages import InputError
from kbbx_xl.model import Severity, a1

COLOURS = {
    Severity.ERROR: style.rgb(style.MARK_ERROR),
    Severity.WARNING: style.rgb(style.MARK_WARNING),
    Severity.NOTE: style.rgb(style.MARK_NOTE),
}
OURS = {n: r + 256 * g + 65536 * b for n, (r, g, b) in COLOURS.items()}  # as Excel says them
MOST_NOTES = 300  # cells of one command that get a note; the list names every finding
NO_FILL = -4142  # xlNone
GRADIENTS = (4000, 4001)  # XlPattern: what such a fill is made of cannot be put back
Block = tuple[int, int, int, int]  # a merged one: first row and column, last row and column
_FILL = ("Pattern", "Color", "ThemeColor", "TintAndShade", "PatternColor")


@dataclass(frozen=True, slots=True)
class Marked:
    """How it went: cells marked, cells left without a note, sheets whose password kept us out."""

    cells: int = 0
    without_note: int = 0
    locked: tuple[str, ...] = ()


def put_marks(book: xw.Book, owner: str, marks: Iterable[Mark]) -> Marked:
    """Show the marks of one command in place of its earlier ones; other commands' marks stay.

    What was painted is remembered even when Excel breaks off in the middle.
    """
    changeable(book)
    names = {sheet.name for sheet in book.sheets}
    memory = recall(book)
    try:
        _restore(book, memory)
        memory.marks.pop(owner, None)
        mine = {mark for mark in marks if mark.sheet in names}
        if fresh := sorted(mine, key=lambda m: (m.sheet, m.cell, m.severity, m.text)):
            memory.marks[owner] = fresh
        return _show(book, memory)
    finally:
        remember(book, memory)


def new_sheet(book: xw.Book, owner: str, name: str) -> xw.Sheet:
    """A sheet of one command, in place of the one it added before; it goes with 清除标记."""
    changeable(book)
    memory = recall(book)
    drop_sheet(book, memory.sheets.pop(owner, ""))
    sheet = add_sheet(book, name)
    memory.sheets[owner] = sheet.name
    remember(book, memory)
    return sheet


def clear(book: xw.Book) -> tuple[int, int]:
    """Take away every mark, note and sheet; returns how many cells were marked, sheets added.

    InputError when a sheet has got a password since: its marks stay, and are remembered.
    """
    memory = recall(book)
    if memory != Memory():
        changeable(book)
    cells = {(m.sheet, m.cell) for marks in memory.marks.values() for m in marks}
    sheets = tuple(memory.sheets.values())
    _restore(book, memory)
    for name in sheets:
        drop_sheet(book, name)
    kept = sorted({f.sheet for f in memory.fills} | {n.sheet for n in memory.notes})
    remember(book, Memory(fills=memory.fills, notes=memory.notes))
    if kept:
        raise InputError(
            f"有密码保护的表没有清除：{'、'.join(kept)}。请撤销保护，再点一次“清除标记”"
        )
    return len(cells), len(sheets)


def _restore(book: xw.Book, memory: Memory) -> None:
    """Cells as they were; the memory keeps what stands on a sheet that has got a password."""
    fills: dict[str, list[Fill]] = defaultdict(list)
    notes: dict[str, list[Note]] = defaultdict(list)
    for fill in memory.fills:
        fills[fill.sheet].append(fill)
    for note in memory.notes:
        notes[note.sheet].append(note)
    memory.fills, memory.notes = [], []
    for name in sorted({*fills, *notes}):
        sheet = book.sheets[name]
        with unprotected(sheet) as free:
            if free:
                _uncolour(sheet, fills[name])
                _take_notes(sheet, notes[name])
            else:
                memory.fills += fills[name]
                memory.notes += notes[name]


def _uncolour(sheet: xw.Sheet, fills: Iterable[Fill]) -> None:
    """The old fill where our colour still is; what a sort took along is looked for in its column."""
    alike: dict[tuple[int, str], dict[str, Fill]] = defaultdict(dict)
    for fill in fills:
        alike[fill.painted, json.dumps(fill.before)][fill.cell] = fill
    missed: dict[int, list[Fill]] = defaultdict(list)
    for (painted, before), mine in alike.items():
        for chunk in chunks(mine):
            for cell in _put_back(sheet, chunk, painted, json.loads(before)):
                missed[coordinate_to_tuple(cell)[1]].append(mine[cell])
    if not missed:
        return
    last = min(MAX_ROWS, used(sheet)[0])
    for column, gone in missed.items():
        for cell, colour in list(_painted(sheet, column, 1, last)):
            if sorted_away := next((f for f in gone if f.painted == colour), None):
                _put_fill(sheet.range(cell).api.Interior, sorted_away.before)
                gone.remove(sorted_away)


def _put_back(
    sheet: xw.Sheet, cells: Sequence[str], painted: int, before: Mapping[str, Any]
) -> Iterator[str]:
    """Give the cells that have our colour their old fill; yields those that have not."""
    interior = sheet.range(address(cells)).api.Interior
    if _asked(interior, "Color") == painted:
        _put_fill(interior, before)
    elif len(cells) == 1:
        yield cells[0]
    else:
        for part in halves(cells):
            yield from _put_back(sheet, part, painted, before)


def _painted(sheet: xw.Sheet, column: int, top: int, bottom: int) -> Iterator[tuple[str, int]]:
    """Cells of a part of a column that have a colour of ours; Excel tells when all are alike."""
    colour = _asked(sheet.range((top, column), (bottom, column)).api.Interior, "Color")
    if colour in OURS.values():
        yield from ((a1(row, column), int(colour)) for row in range(top, bottom + 1))
    elif not colour and top < bottom:  # 0: not all alike
        middle = (top + bottom) // 2
        yield from _painted(sheet, column, top, middle)
        yield from _painted(sheet, column, middle + 1, bottom)


def _take_notes(sheet: xw.Sheet, notes: Iterable[Note]) -> None:
    """Delete the notes that still say what we wrote, also where a sort has taken them."""
    ours, gone = [], Counter[str]()
    for note in notes:
        found = sheet.range(note.cell).api.Comment
        if found is not None and found.Text() == note.text:
            ours.append(note.cell)
        else:
            gone[note.text] += 1
    for chunk in chunks(ours):
        sheet.range(address(chunk)).api.ClearComments()
    if not gone:
        return
    for found in list(sheet.api.Comments):
        text = found.Text()
        if gone[text] > 0:
            gone[text] -= 1
            found.Delete()


def _show(book: xw.Book, memory: Memory) -> Marked:
    names = [sheet.name for sheet in book.sheets]
    by_sheet: dict[str, dict[str, list[Mark]]] = defaultdict(lambda: defaultdict(list))
    for mark in (mark for marks in memory.marks.values() for mark in marks):
        by_sheet[mark.sheet][mark.cell].append(mark)
    done, bare, locked = 0, 0, []
    for name in sorted(by_sheet, key=names.index):
        sheet = book.sheets[name]
        with unprotected(sheet) as free:
            if not free:
                locked.append(name)
                continue
            cells = _first_cells(sheet, by_sheet[name])
            _colour(sheet, cells, memory)
            room = max(0, MOST_NOTES - len(memory.notes))
            bare += _annotate(sheet, cells, room, memory)
            done += len(cells)
    return Marked(done, bare, tuple(locked))


def _first_cells(
    sheet: xw.Sheet, cells: Mapping[str, Sequence[Mark]]
) -> Mapping[str, Sequence[Mark]]:
    """The marks by cell; inside a merged block only its first cell is seen and takes a note."""
    at = {cell: coordinate_to_tuple(cell) for cell in cells}
    blocks: list[Block] = []
    _find_merged(sheet, sorted(at.values(), key=lambda place: place[::-1]), blocks)
    if not blocks:
        return cells
    first: dict[str, list[Mark]] = defaultdict(list)
    for cell, told in cells.items():
        block = next((b for b in blocks if _inside(at[cell], b)), None)
        first[a1(*block[:2]) if block else cell].extend(told)
    return first


def _find_merged(sheet: xw.Sheet, places: Sequence[tuple[int, int]], blocks: list[Block]) -> None:
    """Add the merged blocks that hold some of the places, which are in order of column and row.

    Excel says at once when nothing in a range is merged; else it is asked about halves.
    """
    places = [place for place in places if not any(_inside(place, block) for block in blocks)]
    if not places:
        return
    rows, columns = zip(*places, strict=True)
    api = sheet.range((min(rows), min(columns)), (max(rows), max(columns))).api
    if api.MergeCells is False:
        return
    if len(places) == 1:
        area = api.MergeArea
        top, left = area.Row, area.Column
        blocks.append((top, left, top + area.Rows.Count - 1, left + area.Columns.Count - 1))
        return
    for part in halves(places):
        _find_merged(sheet, part, blocks)


def _inside(place: tuple[int, int], block: Block) -> bool:
    return block[0] <= place[0] <= block[2] and block[1] <= place[1] <= block[3]


def _colour(sheet: xw.Sheet, cells: Mapping[str, Sequence[Mark]], memory: Memory) -> None:
    """Fill the cells, many a call, and remember what their fill was."""
    name, ranked = sheet.name, list(Severity)
    groups: dict[Severity, list[str]] = defaultdict(list)
    for cell, told in cells.items():
        groups[min((m.severity for m in told), key=ranked.index)].append(cell)
    for severity, mine in groups.items():
        painted = OURS[severity]
        for chunk in chunks(mine):
            for part, interior, before in list(_fills(sheet, chunk)):
                if before["Pattern"] in GRADIENTS:
                    continue
                memory.fills += [Fill(name, cell, painted, before) for cell in part]
                interior.Color = painted


def _fills(
    sheet: xw.Sheet, cells: Sequence[str]
) -> Iterator[tuple[Sequence[str], Any, dict[str, Any]]]:
    """Cells of one fill, their interior, and what it is like: all at once, else in halves.

    Of cells in different colours Excel says 0, which is also black.
    """
    interior = sheet.range(address(cells)).api.Interior
    fill = _fill(interior)
    if len(cells) == 1 or (fill["Pattern"] is not None and fill["Color"]):
        yield cells, interior, fill
        return
    for part in halves(cells):
        yield from _fills(sheet, part)


def _fill(interior: Any) -> dict[str, Any]:
    """What a fill is made of; of no fill that is all there is to know."""
    told = {name: _asked(interior, name) for name in _FILL[:2]}
    plain = told["Pattern"] == NO_FILL and told["Color"]
    return told | {name: None if plain else _asked(interior, name) for name in _FILL[2:]}


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
    """Add notes to cells that have none of the user's; returns how many were left without.

    Excel refuses a second note, and one where people discuss in a threaded comment.
    """
    name, bare = sheet.name, 0
    for cell, told in cells.items():
        if room <= 0:
            bare += 1
            continue
        text = "\n".join(dict.fromkeys(f"{m.severity}：{m.text}" for m in told))
        at = sheet.range(cell).api
        try:
            at.AddComment(text)
        except com_error:
            bare += at.Comment is None
            continue
        memory.notes.append(Note(name, cell, text))
        room -= 1
    return bare
