"""Text and web pages to raw grids (文本、网页): encodings, delimiters, tables of a page."""

from __future__ import annotations

import csv
import io
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser

from kbbx_xl.books.gate.held import DamagedError, HostileError
from kbbx_xl.books.gate.sheet_xml import MAX_CELLS, MAX_COLUMNS, MAX_ROWS

DELIMITERS = ",;\t"
MOST_CELLS = 1_000_000  # of a web page


def _decode(data: bytes) -> tuple[str, int]:
    """Text and the number of characters that could not be read."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", "replace")
        return text, text.count("\ufffd")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding), 0
        except UnicodeDecodeError:
            continue
    text = data.decode("gb18030", "replace")
    return text, text.count("\ufffd")


@dataclass(frozen=True, slots=True)
class Text:
    """A CSV file: rows of one length, characters that could not be read, rows of another length."""

    rows: list[list[object]]
    unknown: int
    uneven: tuple[int, ...]  # numbers of rows, from 1


def text_rows(data: bytes) -> Text:
    """The rows of a CSV file.

    DamagedError names the line where quotes do not pair: the rows after it would become one cell.
    """
    text, unknown = _decode(data)
    delimiter = _delimiter(text)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[list[str]] = []
    try:
        rows.extend(lines)
    except csv.Error as error:
        raise DamagedError(f"第 {lines.line_num} 行附近的引号不配对，或一格太长") from error
    width = max(map(len, rows), default=0)
    _check_swallowed(rows, width, delimiter)
    if width > MAX_COLUMNS or len(rows) > MAX_ROWS or width * len(rows) > MAX_CELLS:
        raise HostileError(f"有 {len(rows)} 行 {width} 列，超出任何一张表")
    cells: list[list[object]] = [[*map(_unquoted, row), *[""] * (width - len(row))] for row in rows]
    return Text(cells, unknown, _uneven(rows, whole=text.endswith(("\n", "\r"))))


def _uneven(rows: Sequence[Sequence[str]], *, whole: bool) -> tuple[int, ...]:
    """Rows with more or fewer cells than most, below the first of the usual length.

    ``whole``: the last line has its end; a shorter one without it was cut off.
    """
    usual = statistics.mode([len(row) for row in rows if len(row) > 1] or [0])
    start = next((n for n, row in enumerate(rows) if len(row) == usual), 0)
    uneven = [
        number
        for number, row in enumerate(rows[start:], start + 1)
        if len(row) != usual and len(row) > 2 and usual > 2 and len(row) > usual // 2
    ]
    if not whole and len(rows) > 1 and len(rows[-1]) < usual and len(rows) not in uneven:
        uneven.append(len(rows))
    return tuple(uneven)


def _check_swallowed(rows: Sequence[Sequence[str]], width: int, delimiter: str) -> None:
    """A cell of several lines with the delimiters of a row holds rows that a stray quote swallowed."""
    for number, row in enumerate(rows, 1):
        for cell in row:
            if "\n" in cell and width > 2 and _most(cell, delimiter) >= max(2, width // 2):
                raise DamagedError(f"第 {number} 行的引号不配对，后面的行被并进了一格")


def _most(cell: str, delimiter: str) -> int:
    return max(line.count(delimiter) for line in cell.split("\n"))


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
        self.size = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("table", "tr", "td", "th"):
            self.flush()  # end tags may be left out
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
        if tag in ("table", "tr", "td", "th"):
            self.flush()

    def flush(self) -> None:
        """Put the cell that is open where it belongs."""
        if self.text is None:
            return
        cells, text = self.tables[-1], "".join(self.text).strip()
        self.text = None
        while (self.row, self.column) in cells:
            self.column += 1
        self.size += self.span[0] * self.span[1]
        if self.size > MOST_CELLS:
            raise HostileError("网页里的表格大得不合理")
        for row in range(self.row, self.row + self.span[0]):
            for column in range(self.column, self.column + self.span[1]):
                cells[row, column] = text if (row, column) == (self.row, self.column) else ""
        self.column += self.span[1]


def _span(written: str | None) -> int:
    return min(int(written), 1000) if written and len(written) < 5 and written.isdecimal() else 1


def page_tables(data: bytes) -> Iterator[list[list[object]]]:
    """Rows of every table of a web page; HostileError for one of a senseless size."""
    parser = _Tables()
    try:
        parser.feed(_decode(data)[0])
        parser.close()
        parser.flush()
    except AssertionError as error:  # html.parser gives up so on some broken declarations
        raise DamagedError("网页的内容坏了") from error
    for cells in filter(None, parser.tables):
        height = 1 + max(row for row, _ in cells)
        width = 1 + max(column for _, column in cells)
        if height * width > MOST_CELLS:
            raise HostileError("网页里的表格大得不合理")
        yield [[cells.get((r, c), "") for c in range(width)] for r in range(height)]
