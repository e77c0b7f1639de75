"""The few shapes of cells (单元格的写法) that a sheet is made of, each matched to its last byte."""

from __future__ import annotations

import functools
import re
from itertools import accumulate
from typing import NamedTuple

from kbbx_xl.books.gate.sheet_xml import ERRORS, column_number

HIDDEN = b' hidden="'
CELL, ROW = b'<c r="', b"<row "  # what stands before a shape, and before a row
CACHED = 300  # bytes; longer shapes hold texts and are seldom met again

_ATTRIBUTES = rb'(?: [\w:]+="[^"<]*+")*+ ?'
_ROWS = (  # rows without cells, then one that has some
    rb'(?:<row r="0"' + _ATTRIBUTES + rb"(?:/>|></row>))*+"
    rb'(?P<opens><row r="0"' + _ATTRIBUTES + rb">)?+"
)
_PIECE = re.compile(
    rb'(?P<column>[A-Z]{1,2}+)0"(?P<style> s="0")?+(?: t="(?P<type>s|n|str|b|e|inlineStr)")?+ ?'
    rb"(?:/>|>(?P<formula><f" + _ATTRIBUTES + rb"(?:/>|>[^<]*+</f>))?+"
    rb'(?:<v(?: xml:space="preserve")?+>(?P<value>[^<]++)</v>|(?P<none><v></v>|<v ?/>)|'
    rb'<is><t(?: xml:space="preserve")?+>(?P<text>[^<]*+)</t></is>)?+'
    rb"</c>)(?P<ends></row>" + _ROWS + rb")?+"
)
_HEAD = re.compile(_ROWS)
_TAG = re.compile(rb"<(?:row|f)(" + _ATTRIBUTES + rb")/?>")
_ROW = b'<row r="'
_NAME = re.compile(rb' ([\w:]+)="')
_DECIMAL = re.compile(rb"-?(?:0(?:\.0?)?|\.0)(?:[eE][+-]?0)?")
_ERROR = re.compile(ERRORS)


class How:
    """How a cell's value is written; plain numbers, for numpy compares many at once."""

    BLANK = 0
    SHARED = 1  # the number of a shared string
    WHOLE = 2  # digits
    DECIMAL = 3  # any other number
    TEXT = 4
    TRUTH = 5  # 0 or 1
    ERROR = 6


class NotPlainError(Exception):
    """The sheet is left to the general reader."""


class Shape(NamedTuple):
    """What all cells of one shape have in common.

    Places count runs of digits from the cell's first, which is the number of its row.  The value
    lies ``after`` bytes behind the end of run ``start`` and ends ``past`` bytes behind that of ``stop``.
    """

    column: int  # counted from 0
    style: int  # place of the style, 0 for none
    how: int  # of How
    value: int  # place of the value where it is one run of digits
    start: int
    after: int
    stop: int
    past: int
    runs: int
    ends: bool  # the last cell of its row
    opens: bool  # another row with cells begins behind it
    noted: bool  # an error, a formula without result, a hidden row behind it
    rows: tuple[int, ...]  # places of the numbers of the rows that begin behind it


def shape_of(piece: bytes) -> Shape:
    """The shape of a piece: what follows ``<c r="`` up to the next one; NotPlainError."""
    return _known(piece) if len(piece) <= CACHED else _shape(piece)


def rows_before(head: bytes) -> tuple[tuple[int, ...], bool, int]:
    """Rows before the first cell: places of their numbers, whether one holds the cell, runs of digits."""
    found = _HEAD.fullmatch(head)
    if found is None:
        raise NotPlainError
    _check_names(head)
    return _places(head, 0), found["opens"] is not None, head.count(b"0")


def _shape(piece: bytes) -> Shape:
    found = _PIECE.fullmatch(piece)
    if found is None or (found["none"] and not found["formula"]):
        raise NotPlainError
    _check_names(piece)
    how = _how(found)
    begin, end = found.span("text" if how is How.TEXT and found["text"] is not None else "value")
    if begin < 0:
        begin = end = found.end("column") + 1
    start, stop = piece.count(b"0", 0, begin) - 1, piece.count(b"0", 0, end) - 1
    return Shape(
        column_number(found["column"].decode("ascii")) - 1,
        1 if found["style"] else 0,
        how,
        start + 1,
        start,
        begin - piece.rindex(b"0", 0, begin) - 1,
        stop,
        end - piece.rindex(b"0", 0, end) - 1,
        piece.count(b"0"),
        found["ends"] is not None,
        found["opens"] is not None,
        how == How.ERROR or (how == How.BLANK and bool(found["formula"])) or HIDDEN in piece,
        _places(piece, found.start("ends")) if found["ends"] else (),
    )


_known = functools.lru_cache(maxsize=1 << 14)(_shape)


def _how(found: re.Match[bytes]) -> int:
    """How the value is written; NotPlainError when it does not fit the type."""
    kind, value, text = found["type"] or b"n", found["value"], found["text"]
    if (text is not None) != (kind == b"inlineStr") and (text is not None or value is not None):
        raise NotPlainError
    if kind == b"inlineStr":
        return How.BLANK if text is None else How.TEXT
    if value is None:
        return How.BLANK
    if kind == b"str":
        return How.TEXT
    if kind == b"e" and _ERROR.fullmatch(value):
        return How.ERROR
    if kind in (b"s", b"b") and value == b"0":
        return How.SHARED if kind == b"s" else How.TRUTH
    if kind == b"n" and _DECIMAL.fullmatch(value):
        return How.WHOLE if value == b"0" else How.DECIMAL
    raise NotPlainError


def _places(piece: bytes, since: int) -> tuple[int, ...]:
    """Places of the numbers of the rows that begin behind an offset; most of thousands look alike."""
    before, *rows = piece[since:].split(_ROW)
    if not rows:
        return ()
    runs = {row: row.count(b"0") for row in set(rows)}
    first = piece.count(b"0", 0, since) + before.count(b"0")
    return tuple(accumulate(map(runs.__getitem__, rows[:-1]), initial=first))


def _check_names(piece: bytes) -> None:
    """NotPlainError when a row or formula says an attribute twice."""
    for attributes in set(_TAG.findall(piece)):
        names = _NAME.findall(attributes)
        if len(set(names)) < len(names):
            raise NotPlainError
