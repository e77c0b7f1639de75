"""The rows of plain sheets (工作表) from the skeleton of their XML.

All sheets of a workbook are looked through at once: most are small, and numpy costs by the call.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from kbbx_xl.books.gate.plain.formats import Shown
from kbbx_xl.books.gate.plain.shapes import (
    CELL,
    HIDDEN,
    ROW,
    How,
    NotPlainError,
    Shape,
    rows_before,
    shape_of,
)
from kbbx_xl.books.gate.plain.skeleton import LONGEST, TOO_LONG, Numbers, Skeleton, skeleton
from kbbx_xl.books.gate.plain.strings import decoded, resolved
from kbbx_xl.books.gate.sheet_xml import MAX_CELLS, MAX_ROWS

FIRST_DAY, LAST_DAY = 61, 2_958_465  # 1900-03-01; before, Excel counts a day too many; 9999-12-31
ROWS = Shape._fields.index("rows")  # the attributes before it are numbers
WIDEST, FAR = 1 << 10, 1 << 30  # more than any column that a plain cell names, than any row
MOST_SHAPES = 20_000  # texts in the cells themselves; beyond, the general reader is quicker
MANY = 1000  # shapes that end in rows without cells; each is looked for among all cells
_EPOCH = dt.date(1899, 12, 30).toordinal()
_TENS = 10 ** np.arange(LONGEST, dtype=np.int64)

Objects = npt.NDArray[np.object_]


class PlainSheets(NamedTuple):
    """``rows[sheet][r][c]`` from A1 on: texts are str, numbers float, days date, truths bool; blanks and
    errors are "".

    ``noted``: a sheet has side facts to be looked for; ``with_texts``: texts stand in their cells.
    """

    rows: list[list[list[object]]]
    noted: bool
    with_texts: bool


def plain_sheets(
    bodies: Sequence[bytes], strings: Objects, formats: Sequence[int]
) -> PlainSheets | None:
    """What stands inside the sheetData of each sheet, read.

    ``strings``: the shared strings as an array.  None when anything is not of the plainest kind,
    also a number whose format is unclear, a reference to no string, a cell out of order.
    """
    if not all(body.startswith(ROW) for body in bodies if body):
        return None
    try:
        cells = _Cells(b"".join(bodies), np.cumsum([len(body) for body in bodies]))
        rows = cells.rows(len(bodies), strings, formats)
        return PlainSheets(rows, cells.noted, cells.with_texts)
    except NotPlainError:
        return None


class _Cells:
    """All cells of some sheets, attribute by attribute, in their order; sheets end at ``ends``."""

    def __init__(self, body: bytes, ends: Numbers) -> None:
        self.body, self.ends = body, ends
        self.bones: Skeleton = skeleton(body)
        head, *pieces = self.bones.text.split(CELL)
        places, opens, runs = rows_before(head)
        if opens != bool(pieces):
            raise NotPlainError
        numbered = {piece: number for number, piece in enumerate(dict.fromkeys(pieces))}
        if len(numbered) > MOST_SHAPES:
            raise NotPlainError
        self.shapes = [shape_of(piece) for piece in numbered]
        self.code = np.fromiter(map(numbered.__getitem__, pieces), np.int64, len(pieces))
        self._table = np.array([shape[:ROWS] for shape in self.shapes], np.int64).reshape(-1, ROWS)
        self.first = runs + np.concatenate(([0], np.cumsum(self._each("runs"))))[:-1]
        self.row = self.bones.numbers[self.first]
        self.column = self._each("column")
        self._check_order(places)
        self.noted = HIDDEN in head or any(shape.noted for shape in self.shapes)
        self.with_texts = any(shape.how == How.TEXT for shape in self.shapes)

    def _each(self, name: str) -> Numbers:
        """An attribute of its shape for each cell."""
        return self._table[:, Shape._fields.index(name)][self.code]

    def _check_order(self, before: Sequence[int]) -> None:
        """NotPlainError unless rows rise, cells rise within them and each names its own row."""
        places = [np.array(before, dtype=np.int64)]
        one = np.array([s.rows[0] if len(s.rows) == 1 else 0 for s in self.shapes], np.int64)
        next_row = one[self.code]
        places.append((self.first + next_row)[next_row > 0])
        several = [number for number, shape in enumerate(self.shapes) if len(shape.rows) > 1]
        if len(several) > MANY:
            raise NotPlainError
        for number in several:
            mine = self.first[self.code == number]
            places.append(np.add.outer(mine, np.array(self.shapes[number].rows)).ravel())
        tags = np.sort(np.concatenate(places))
        rows = self.bones.numbers[tags]
        self._check_written(tags)
        self._check_written(self.first)
        sheet = self._sheet_of(tags)
        if np.any(rows < 1) or np.any(np.diff(sheet * FAR + rows) < 1):
            raise NotPlainError
        ends, opens = self._each("ends"), self._each("opens")
        if ends.size and (not ends[-1] or opens[-1] or np.any(ends[:-1] != opens[:-1])):
            raise NotPlainError
        nearest = np.searchsorted(tags, self.first) - 1  # the row tag before each cell
        order = (sheet[nearest] * FAR + self.row) * WIDEST + self.column
        if np.any(rows[nearest] != self.row) or np.any(np.diff(order) < 1):
            raise NotPlainError

    def _sheet_of(self, runs: Numbers) -> Numbers:
        """The sheet, counted from 0, in which some runs of digits stand."""
        return np.searchsorted(self.ends, self.bones.begin[runs], side="right")

    def _check_written(self, runs: Numbers) -> None:
        """NotPlainError when a number of a row is written with a zero before it, or too long."""
        numbers = self.bones.numbers[runs]
        length = self.bones.end[runs] - self.bones.begin[runs]
        if np.any(numbers < _TENS[np.minimum(length, LONGEST) - 1]):  # TOO_LONG is below any
            raise NotPlainError

    def rows(
        self, sheets: int, strings: Objects, formats: Sequence[int]
    ) -> list[list[list[object]]]:
        """The used part of each sheet as rows; see ``PlainSheets``."""
        how = self._each("how")
        values = np.full(how.size, "", dtype=object)
        values[how == How.SHARED] = self._shared(how, strings)
        values[how == How.WHOLE] = self._whole(how, formats)
        values[how == How.DECIMAL] = self._decimal(how, formats)
        values[how == How.TEXT] = self._texts(how)
        values[how == How.TRUTH] = self._truths(how)
        bounds = np.searchsorted(self._sheet_of(self.first), np.arange(sheets + 1)).tolist()
        return [
            self._grid(values, np.arange(a, b)[how[a:b] != How.BLANK]) for a, b in pairwise(bounds)
        ]

    def _grid(self, values: Objects, used: Numbers) -> list[list[object]]:
        """The sheet whose cells with content are ``used``."""
        if not used.size:
            return []
        row, column = self.row[used], self.column[used]
        height, width = int(row[-1]), int(column.max()) + 1
        if height > MAX_ROWS or height * width > MAX_CELLS:
            raise NotPlainError
        grid = np.full((height, width), "", dtype=object)
        grid[row - 1, column] = values[used]
        return grid.tolist()

    def _value(self, of_kind: npt.NDArray[np.bool_]) -> Numbers:
        """The run of digits that is the value of some cells."""
        return self.bones.numbers[self.first[of_kind] + self._each("value")[of_kind]]

    def _shared(self, how: Numbers, strings: Objects) -> Objects:
        numbers = self._value(how == How.SHARED)
        if numbers.size and (numbers.min() < 0 or numbers.max() >= len(strings)):
            raise NotPlainError
        return strings[numbers]

    def _truths(self, how: Numbers) -> Objects:
        numbers = self._value(how == How.TRUTH)
        if np.any(numbers > 1):
            raise NotPlainError
        return objects((False, True))[numbers]

    def _whole(self, how: Numbers, formats: Sequence[int]) -> Objects:
        """Numbers written in digits alone, some of them days."""
        of_kind = how == How.WHOLE
        numbers = self._value(of_kind)
        if numbers.size and numbers.min() == TOO_LONG:
            raise NotPlainError
        values = objects(numbers.astype(np.float64).tolist())
        day = self._shown(of_kind, formats) == Shown.DATE
        if day.any():
            serials = numbers[day]
            if serials.min() < FIRST_DAY or serials.max() > LAST_DAY:
                raise NotPlainError
            days, at = np.unique(serials, return_inverse=True)
            values[day] = objects([dt.date.fromordinal(_EPOCH + day) for day in days.tolist()])[at]
        return values

    def _decimal(self, how: Numbers, formats: Sequence[int]) -> Objects:
        """Numbers with a sign, point or exponent; none of them a day."""
        of_kind = how == How.DECIMAL
        if np.any(self._shown(of_kind, formats) != Shown.NUMBER):
            raise NotPlainError
        values = [float(text) for text in self._slices(of_kind)]
        if not all(map(math.isfinite, values)):
            raise NotPlainError
        return objects(values)

    def _shown(self, of_kind: npt.NDArray[np.bool_], formats: Sequence[int]) -> Numbers:
        """What its format makes of each number; NotPlainError where that is unclear."""
        place = self._each("style")[of_kind]
        style = np.where(place > 0, self.bones.numbers[self.first[of_kind] + place], 0)
        if style.size and not 0 <= style.min() <= style.max() < len(formats):
            raise NotPlainError
        shown = np.array(formats, dtype=np.int64)[style]
        if np.any(shown == Shown.UNCLEAR):
            raise NotPlainError
        return shown

    def _texts(self, how: Numbers) -> Objects:
        """Texts that stand in their cells."""
        texts = [decoded(text) for text in self._slices(how == How.TEXT)]
        known = [text for text in texts if text is not None]
        plain = resolved(known)
        if plain is None or len(known) < len(texts):
            raise NotPlainError
        return objects(plain)

    def _slices(self, of_kind: npt.NDArray[np.bool_]) -> list[bytes]:
        """The values of some cells as they are written."""
        first, end = self.first[of_kind], self.bones.end
        begins = end[first + self._each("start")[of_kind]] + self._each("after")[of_kind]
        ends = end[first + self._each("stop")[of_kind]] + self._each("past")[of_kind]
        body = self.body
        return [body[a:b] for a, b in zip(begins.tolist(), ends.tolist(), strict=True)]


def objects(values: Sequence[object]) -> Objects:
    """An array of objects, whatever they are."""
    made = np.empty(len(values), dtype=object)
    made[:] = values
    return made
