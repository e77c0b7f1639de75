"""A sheet that is not written in the plain way, looked at element by element (逐格走查).

What two programs would read differently is refused with its address: a cell that stands twice, a
row number that its cells contradict, a value in pieces, an index into no shared string.
"""

from __future__ import annotations

import re
from io import BytesIO
from math import isfinite

from lxml import etree

from kbbx_xl.books.gate.held import DamagedError, DoubtfulError
from kbbx_xl.books.gate.sheet_xml import SheetNotes, check_reach, column_number
from kbbx_xl.model import a1
from kbbx_xl.rules.cells import ERROR_VALUES

TYPES = frozenset(("", "s", "str", "n", "b", "e", "d", "inlineStr"))
_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
_YES = ("1", "true")


def count_strings(xml: bytes) -> int:
    """How many shared strings a table holds; DamagedError when it is no XML."""
    try:
        tree = etree.iterparse(BytesIO(xml), events=("end",), tag="{*}si", resolve_entities=False)
        return sum(1 for _, element in tree if element.clear() is None)
    except etree.XMLSyntaxError as error:
        raise DamagedError("共享文字表的内容坏了") from error


def walk(xml: bytes, sheet: str, strings: int) -> SheetNotes:
    """Side facts of any sheet; ``strings`` is the number of shared strings.

    Raises DamagedError for what is no XML, DoubtfulError with the cell, HostileError for far corners.
    """
    walker = _Walker(sheet, strings)
    events = ("start", "end")
    try:
        for event, element in etree.iterparse(BytesIO(xml), events=events, resolve_entities=False):
            if not isinstance(element.tag, str):
                continue
            name = etree.QName(element).localname
            if event == "start":
                walker.open(name, element)
            else:
                walker.close(name, element)
    except etree.XMLSyntaxError as error:
        raise DamagedError("工作表的内容坏了", sheet=sheet) from error
    return SheetNotes(
        frozenset(walker.hidden), walker.errors, tuple(walker.uncalculated), plain=False
    )


def _well_written(kind: str, text: str) -> bool:
    """Whether every reader makes the same of the value: no 1_0, NaN, 1,5 or 1e999."""
    if kind in ("", "n"):
        return _NUMBER.fullmatch(text) is not None and isfinite(float(text))
    if kind == "b":
        return text in ("0", "1")
    return kind != "e" or text in ERROR_VALUES


class _Walker:
    """Where the walk stands, and what it has found."""

    def __init__(self, sheet: str, strings: int) -> None:
        self.sheet, self.strings = sheet, strings
        self.hidden: set[int] = set()
        self.errors: dict[str, str] = {}
        self.uncalculated: list[str] = []
        self._row = self._column = self._farthest = 0
        self._in_row = self._in_cell = False
        self._seen: set[tuple[int, int]] = set()

    def open(self, name: str, element: etree._Element) -> None:
        if name == "row":
            if self._in_row:
                raise self._doubt("行里套着行")
            self._in_row = True
            self._begin_row(element)
        elif name == "c":
            if self._in_cell or not self._in_row:
                raise self._doubt("单元格套在单元格里，或不在行里")
            self._in_cell = True
            self._place(element)

    def close(self, name: str, element: etree._Element) -> None:
        if name == "c":
            self._in_cell = False
            self._judge(element)
            element.clear()
        elif name == "row":
            self._in_row = False
            element.clear()

    def _begin_row(self, element: etree._Element) -> None:
        written = element.get("r")
        if written is not None and not (written.isascii() and written.isdigit()):
            raise self._doubt("行号不是数字")
        row = self._row + 1 if written is None else int(written)
        if row <= self._row:
            raise self._doubt("行号重复或倒着写", a1(max(row, 1), 1))
        self._row, self._column = row, 0
        if element.get("hidden") in _YES:
            self.hidden.add(row)

    def _place(self, element: etree._Element) -> None:
        written = element.get("r")
        if written is None:
            self._column += 1
        else:
            found = _ADDRESS.fullmatch(written)
            if found is None:
                raise self._doubt("单元格的地址写得不对")
            if int(found[2]) != self._row:
                raise self._doubt("单元格的地址与所在的行不一致", written)
            self._column = column_number(found[1])
        at = self._row, self._column
        if at in self._seen:
            raise self._doubt("同一个单元格出现了两次", a1(*at))
        self._seen.add(at)

    def _judge(self, element: etree._Element) -> None:
        cell = a1(self._row, self._column)
        parts = [etree.QName(e).localname for e in element if isinstance(e.tag, str)]
        if parts.count("v") > 1 or parts.count("is") > 1 or parts.count("f") > 1:
            raise self._doubt("一个单元格里有几个值", cell)
        kind = element.get("t", "")
        if (
            kind not in TYPES
            or (kind == "inlineStr" and "v" in parts)
            or ("is" in parts and kind != "inlineStr")
        ):
            raise self._doubt("单元格的类型与内容不一致", cell)
        value = next((e for e in element if isinstance(e.tag, str) and e.tag.endswith("}v")), None)
        text = "".join(value.itertext()) if value is not None else ""
        if kind == "s" and value is not None and not self._indexed(text):
            raise self._doubt("引用了不存在的共享文字", cell)
        if value is not None and text.strip() and not _well_written(kind, text.strip()):
            raise self._doubt("值与单元格的类型不符", cell)
        if "f" in parts and not text:
            self.uncalculated.append(cell)
        if kind == "e":
            self.errors[cell] = text or "#N/A"
        if parts:
            self._farthest = max(self._farthest, self._column)
            check_reach(self._row, self._farthest, cell, self.sheet)

    def _indexed(self, text: str) -> bool:
        return text.isascii() and text.isdigit() and int(text) < self.strings

    def _doubt(self, cause: str, cell: str = "") -> DoubtfulError:
        return DoubtfulError(cause, sheet=self.sheet, cell=cell)
