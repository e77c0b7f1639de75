"""Cells as the XML of a sheet, column by column (单元格): what stands in a row is put together in bulk.

The rest of a cell is what follows its address: ``" s="3" t="s"><v>17</v></c>`` for the 18th shared
text in the format 3.  A ledger has far fewer kinds of cells than cells, so each rest is made once and
looked up; texts that differ in every row are spelt out in place, where they need no table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, repeat
from math import isfinite
from typing import Any, Protocol
from xml.sax.saxutils import escape

from xlsxwriter.xmlwriter import XMLwriter

from kbbx_xl.books.writing.texts import clean

ODD = ("&", "<", ">", "\r", "_x")  # of a clean text: what may have to be escaped
CHUNK = 2_000  # rows put together at a time
SHORT = 16_000  # characters that every cell takes, however Excel counts them
Pieces = tuple[Iterable[str], ...]  # strings of each row, one iterable after the other


def text_element(text: str) -> str:
    """``<t>`` of a text that is ``clean``: escaped as Excel does, blanks at its ends kept."""
    if any(odd in text for odd in ODD):
        text = escape(XMLwriter._escape_control_characters(text))
    if text[:1].isspace() or text[-1:].isspace():
        return f'<t xml:space="preserve">{text}</t>'
    return f"<t>{text}</t>"


def number_rest(number: float, style: int) -> str:
    """The rest of a cell that holds a number; ValueError for what is none."""
    if not isfinite(number):
        raise ValueError(number)
    return f'" s="{style}"><v>{number:.16G}</v></c>'


class Rests(dict[Any, str]):
    """Value -> rest of its cell, made when first asked for."""

    def __init__(self, make: Callable[[Any], str]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, value: Any) -> str:
        made = self[value] = self._make(value)
        return made


class Column(Protocol):
    """One column of a block."""

    def pieces(self, letters: str, rows: Sequence[str], part: slice) -> Pieces:
        """The XML of its cells in ``part`` of the block; ``rows``: their numbers in the sheet."""


@dataclass(frozen=True, slots=True)
class Looked:
    """A column whose cells were looked up: the rest of each; with ``gaps`` "" is no cell at all."""

    rests: Sequence[str]
    gaps: bool = False

    def pieces(self, letters: str, rows: Sequence[str], part: slice) -> Pieces:
        rests, start = self.rests[part], f'<c r="{letters}'
        if not self.gaps:
            return repeat(start), rows, rests
        return ([f"{start}{n}{rest}" if rest else "" for n, rest in zip(rows, rests, strict=True)],)


@dataclass(frozen=True, slots=True)
class Counted:
    """The running number of the rows of a block, from 1."""

    style: int

    def pieces(self, letters: str, rows: Sequence[str], part: slice) -> Pieces:
        numbers = map(str, range(part.start + 1, part.stop + 1))
        start, middle = f'<c r="{letters}', f'" s="{self.style}"><v>'
        return repeat(start), rows, repeat(middle), numbers, repeat("</v></c>")


@dataclass(frozen=True, slots=True)
class Spelt:
    """A column of texts that are all different: names, numbers of persons; "" is no cell at all."""

    texts: Sequence[str]
    style: int

    def pieces(self, letters: str, rows: Sequence[str], part: slice) -> Pieces:
        start, middle = f'<c r="{letters}', f'" s="{self.style}" t="inlineStr"><is>'
        cells = [
            f"{start}{n}{middle}<t>{text}</t></is></c>"
            if text.isalnum() and len(text) < SHORT
            else f"{start}{n}{middle}{text_element(clean(text))}</is></c>"
            if text
            else ""
            for n, text in zip(rows, self.texts[part], strict=True)
        ]
        return (cells,)


@dataclass(frozen=True, slots=True)
class Block:
    """Rows that are written column by column, from ``first`` (counted from 0), ``count`` of them.

    ``columns``: letters and content, from left to right.  ``tags``: of each row what follows its
    number in the tag; None where all have the usual height.
    """

    first: int
    count: int
    columns: Sequence[tuple[str, Column]]
    tags: Sequence[str] | None = None

    def xml(self) -> Iterator[str]:
        """The rows, some at a time."""
        for start in range(0, self.count, CHUNK):
            part = slice(start, min(start + CHUNK, self.count))
            rows = list(map(str, range(self.first + part.start + 1, self.first + part.stop + 1)))
            tags = repeat('">') if self.tags is None else self.tags[part]
            pieces: list[Iterable[str]] = [repeat('<row r="'), rows, tags]
            for letters, column in self.columns:
                pieces += column.pieces(letters, rows, part)
            pieces.append(repeat("</row>"))
            yield "".join(chain.from_iterable(zip(*pieces, strict=False)))
