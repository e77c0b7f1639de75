"""What stands on the pages of a PDF by LibreOffice: every piece of text, its place, size, and whether it is cut.

LibreOffice sets a text that is too long for its cell whole and clips it to the cell; so the words are
all in the file, and only the clip tells what a reader of the paper does not see.  Lengths in points.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from pypdf import PageObject, PdfReader

TOKEN = re.compile(rb"\[[^\]]*\]|<[0-9A-Fa-f]*>|/[^\s/<\[(]+|[-+]?[\d.]+|[A-Za-z*'\"]+")
PIECE = re.compile(rb"<([0-9A-Fa-f]*)>|([-+]?[\d.]+)")
PAIR = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
TRIPLE = re.compile(PAIR.pattern + rb"\s*<([0-9A-Fa-f]+)>")
SLACK = 1.0  # points that a letter may reach over its clip: rounding, and edges without ink
UP, DOWN = 0.75, 0.1  # of the size: a Chinese character above and below its line
EVERYWHERE = (-1e6, -1e6, 1e6, 1e6)

Box = tuple[float, float, float, float]  # left, bottom, right, top
Matrix = tuple[float, float, float, float, float, float]
UNIT: Matrix = (1, 0, 0, 1, 0, 0)


@dataclass(frozen=True, slots=True)
class Run:
    """One piece of text: where it begins, where it ends, its size, and whether its clip cuts it."""

    text: str
    x: float
    y: float
    right: float
    size: float
    cut: bool


@dataclass(frozen=True, slots=True)
class Leaf:
    """One page: width and height, its text in the order in which it is drawn."""

    width: float
    height: float
    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        """All words without blanks: a text that wraps stands in one piece."""
        return plain("".join(run.text for run in self.runs))


class Paper:
    """A PDF, and which pages belong to which sheet."""

    def __init__(self, path: Path) -> None:
        self._reader = PdfReader(path)

    @cached_property
    def leaves(self) -> list[Leaf]:
        return [_leaf(page) for page in self._reader.pages]

    @cached_property
    def sheets(self) -> dict[str, range]:
        """Sheet -> its pages, from 0, by the bookmarks; one without pages is not there."""
        marks = [
            (str(mark["/Title"]), self._reader.get_destination_page_number(mark))
            for mark in self._reader.outline
            if not isinstance(mark, list)
        ]
        ends = [page for _, page in marks[1:]] + [len(self._reader.pages)]
        return {
            title: range(first or 0, end or 0)
            for (title, first), end in zip(marks, ends, strict=True)
        }


def plain(text: str) -> str:
    """A text without blanks, for comparing."""
    return re.sub(r"[\s\u200b]", "", text)


@dataclass
class _State:
    """What q saves and Q brings back."""

    clip: Box = EVERYWHERE
    matrix: Matrix = UNIT
    font: str = ""
    size: float = 0.0


@dataclass
class _Reading:
    """The state of reading one page's drawing orders."""

    fonts: dict[str, _Font]
    now: _State = field(default_factory=_State)
    kept: list[_State] = field(default_factory=list)
    box: Box | None = None
    clipping: bool = False
    at: Matrix = UNIT  # the text's own place

    def order(self, name: bytes, given: list[bytes]) -> list[Run]:
        """Follow one order; the text that it draws."""
        if name in (b"Tj", b"TJ"):
            return [self._run(given[-1])]
        self._of_text(name, given)
        self._of_paths(name, given)
        return []

    def _of_text(self, name: bytes, given: list[bytes]) -> None:
        match name:
            case b"BT":
                self.at = UNIT
            case b"Td":
                x, y = map(float, given[-2:])
                self.at = _times((1, 0, 0, 1, x, y), self.at)
            case b"Tm":
                self.at = _numbers(given)
            case b"Tf":
                self.now.font, self.now.size = given[-2].decode(), float(given[-1])

    def _of_paths(self, name: bytes, given: list[bytes]) -> None:
        match name:
            case b"q":
                self.kept.append(replace(self.now))
            case b"Q":
                self.now = self.kept.pop() if self.kept else _State()
            case b"cm":
                self.now.matrix = _times(_numbers(given), self.now.matrix)
            case b"re":
                self.box = _placed(_numbers(given)[-4:], self.now.matrix)
            case b"m":
                self.box = None
            case b"W" | b"W*":
                self.clipping = True
            case b"n" | b"f" | b"f*" | b"S" | b"B" | b"B*":
                self._path_ends()

    def _path_ends(self) -> None:
        if self.clipping and self.box:
            old, new = self.now.clip, self.box
            self.now.clip = (
                max(old[0], new[0]), max(old[1], new[1]), min(old[2], new[2]), min(old[3], new[3]),
            )  # fmt: skip
        self.clipping, self.box = False, None

    def _run(self, shown: bytes) -> Run:
        font, text, width = self.fonts[self.now.font], "", 0.0
        for codes, moved in PIECE.findall(shown):
            if moved:
                width -= float(moved)
                continue
            said, wide = font.said(bytes.fromhex(codes.decode()))
            text, width = text + said, width + wide
        placed = _times(self.at, self.now.matrix)
        a, b, c, d, x, y = placed
        size = self.now.size * (c * c + d * d) ** 0.5
        across = width / 1000 * self.now.size
        end = (x + a * across, y + b * across)
        upright = abs(b) < 1e-3
        return Run(text, x, y, end[0], round(size, 2), upright and self._cut(x, y, end[0], size))

    def _cut(self, x: float, y: float, right: float, size: float) -> bool:
        left, bottom, edge, top = self.now.clip
        wide = x < left - SLACK or right > edge + SLACK
        return wide or y - DOWN * size < bottom - SLACK or y + UP * size > top + SLACK


class _Font:
    """What the codes of a font mean and how wide they are."""

    def __init__(self, font: Any) -> None:
        self._meaning: dict[int, str] = {}
        if "/ToUnicode" in font:
            self._learn(font["/ToUnicode"].get_object().get_data())
        first = int(font.get("/FirstChar", 0))
        widths = font["/Widths"].get_object() if "/Widths" in font else []
        self._widths = {first + n: float(wide) for n, wide in enumerate(widths)}
        self._bytes = 2 if font.get("/Subtype") == "/Type0" else 1

    def _learn(self, table: bytes) -> None:
        for block in re.findall(rb"beginbfchar(.*?)endbfchar", table, re.S):
            for code, meaning in PAIR.findall(block):
                self._meaning[int(code, 16)] = _utf16(meaning)
        for block in re.findall(rb"beginbfrange(.*?)endbfrange", table, re.S):
            for low, high, meaning in TRIPLE.findall(block):
                for n in range(int(low, 16), int(high, 16) + 1):
                    self._meaning[n] = chr(int(meaning, 16) + n - int(low, 16))

    def said(self, codes: bytes) -> tuple[str, float]:
        step = self._bytes
        numbers = [int.from_bytes(codes[n : n + step]) for n in range(0, len(codes), step)]
        text = "".join(self._meaning.get(n, "") for n in numbers)
        return text, sum(self._widths.get(n, 1000.0) for n in numbers)


def _utf16(code: bytes) -> str:
    return bytes.fromhex(code.decode()).decode("utf-16-be", "replace")


def _leaf(page: PageObject) -> Leaf:
    named = page["/Resources"].get_object().get("/Font", {}).get_object()
    fonts = {name: _Font(font.get_object()) for name, font in named.items()}
    reading, given, runs = _Reading(fonts), list[bytes](), list[Run]()
    contents = page.get_contents()
    for token in TOKEN.findall(contents.get_data() if contents is not None else b""):
        if token[:1].isalpha():
            runs += reading.order(token, given)
            given = []
        else:
            given.append(token)
    box = page.mediabox
    return Leaf(float(box.width), float(box.height), tuple(r for r in runs if r.text.strip()))


def _numbers(given: list[bytes]) -> Matrix:
    values = [float(v) for v in given[-6:]]
    return tuple(values)  # type: ignore[return-value]


def _times(one: Matrix, other: Matrix) -> Matrix:
    a, b, c, d, e, f = one
    g, h, i, j, k, m = other
    return (
        a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j,
        e * g + f * i + k, e * h + f * j + m,
    )  # fmt: skip


def _placed(box: tuple[float, ...], by: Matrix) -> Box:
    x, y, w, h = box
    corners = [_times((1, 0, 0, 1, px, py), by)[4:] for px in (x, x + w) for py in (y, y + h)]
    xs, ys = zip(*corners, strict=True)
    return min(xs), min(ys), max(xs), max(ys)
