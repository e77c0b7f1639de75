"""Readers: nothing is raised for any bytes, text or grid; what is the same comes out the same."""

from __future__ import annotations

import contextlib
import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbbx_xl.books.read import read_calendar, read_directory, read_file
from kbbx_xl.books.read.cover import read_cover
from kbbx_xl.books.read.headers import find_headers, header_key, label_key, standard_vocabulary
from kbbx_xl.books.read.lines import meta_of
from kbbx_xl.books.read.person_form import read_person_forms
from kbbx_xl.books.read.sheet import read_sheet
from kbbx_xl.books.read.sheets import Grid, open_book
from kbbx_xl.messages import InputError, line
from kbbx_xl.model import FileRead, Layout, Period
from tests.fuzz.writer import write
from tests.hostile.package import HEADER_ROW, book_parts, pack, roster
from tests.property import bounded
from tests.property.values import cells, grid, tables, texts

OCTOBER = Period(2026, 10)
WORDS = standard_vocabulary()
SUFFIXES = (".xlsx", ".xls", ".xlsb", ".ods", ".csv", ".et", ".html", ".txt", "")
STARTS = (
    b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"<html><table>", b"\xff\xfe", b"\xef\xbb\xbf", b"%PDF",
    b"PK\x05\x06" + b"\0" * 18, b"\x09\x08\x10\x00",
)  # fmt: skip
TAGS = ("<table>", "<tr>", "<td>", "</td>", "</tr>", "</table>", "<td rowspan=2>", "<th colspan='3'>", "<br>", "&nbsp;", "<!--", "姓名", "身份证号")  # fmt: skip


def read(path: Path, data: bytes) -> FileRead:
    path.write_bytes(data)
    result = read_file(path, path.name, period=OCTOBER)
    for finding in result.findings:
        assert line(finding)  # every finding can be said
    return result


@bounded(120)
@given(
    start=st.sampled_from(STARTS), rest=st.binary(max_size=600), suffix=st.sampled_from(SUFFIXES)
)
def test_any_bytes_are_read_or_reported(
    tmp_path: Path, start: bytes, rest: bytes, suffix: str
) -> None:
    result = read(tmp_path / f"来件{suffix}", start + rest)
    assert result.tables or result.findings or result.status == "read"


@bounded(60)
@given(rows=st.lists(st.lists(texts, max_size=8), max_size=12), delimiter=st.sampled_from(",;\t"))
def test_any_text_of_cells_is_read_or_reported(
    tmp_path: Path, rows: list[list[str]], delimiter: str
) -> None:
    out = io.StringIO()
    with contextlib.suppress(csv.Error):
        csv.writer(out, delimiter=delimiter).writerows(rows)
    read(tmp_path / "来件.csv", out.getvalue().encode("utf-8", "replace"))


@bounded(60)
@given(pieces=st.lists(st.sampled_from(TAGS) | st.text("张三李四12 ", max_size=5), max_size=40))
def test_any_page_is_read_or_reported(tmp_path: Path, pieces: list[str]) -> None:
    read(tmp_path / "来件.xls", ("<html>" + "".join(pieces)).encode())


@bounded(60)
@given(rows=grid(9, 12) | tables(), kind=st.sampled_from(("xlsx", "ods", "csv", "html")))
def test_any_grid_is_read_or_reported(tmp_path: Path, rows: list[list[object]], kind: str) -> None:
    suffix = "xls" if kind == "html" else kind
    read(tmp_path / f"来件.{suffix}", write(kind, [("名册", _writable(rows), False)]))


def _writable(rows: list[list[object]]) -> list[list[object]]:
    """Without what no file can hold: surrogates, infinite numbers, years before Excel's."""
    from datetime import date, datetime

    def plain(cell: object) -> object:
        if isinstance(cell, str):
            return cell.encode("utf-8", "ignore").decode()
        if isinstance(cell, float) and (cell != cell or abs(cell) > 1e300):
            return 0.0
        early = isinstance(cell, date) and not isinstance(cell, datetime) and cell.year < 1901
        return "" if early else cell

    return [[plain(cell) for cell in row] for row in rows]


@bounded(120)
@given(rows=grid(9, 14) | tables(), name=texts)
def test_any_sheet_in_memory_is_read_or_reported(rows: list[list[object]], name: str) -> None:
    """Every value that a reader may give; rows named in tables lie inside the sheet."""
    sheet = read_sheet(Grid(name, rows), "来件.xlsx", WORDS, {}, OCTOBER)
    for table in sheet.tables:
        assert all(1 <= row <= len(rows) for row in table.rows)
        assert all(len(column) == len(table) for column in table.columns.values())
    for finding in sheet.findings:
        assert line(finding)


@bounded(100)
@given(rows=grid(7, 10) | tables(), name=texts)
def test_covers_forms_headers_and_lines_never_raise(rows: list[list[object]], name: str) -> None:
    sheet = Grid(name, rows)
    read_cover(sheet, WORDS.of(Layout.COVER), "", "来件.xlsx", OCTOBER)
    for candidate in WORDS.of(Layout.PERSON_FORM):
        read_person_forms(sheet, candidate, "来件.xlsx", OCTOBER)
    meta_of(rows, OCTOBER)
    for match in find_headers(rows, WORDS, name):
        assert 0 <= match.top < match.body <= len(rows)


@bounded(200)
@given(text=texts)
def test_a_heading_key_is_final(text: str) -> None:
    assert header_key(header_key(text)) == header_key(text)
    assert header_key(text) == label_key(text) or len(label_key(text)) < len(header_key(text))


@bounded(40)
@given(rows=grid(8, 10) | tables())
def test_directory_and_calendar_refuse_in_words_only(
    tmp_path: Path, rows: list[list[object]]
) -> None:
    path = tmp_path / "单位目录.xlsx"
    path.write_bytes(write("xlsx", [("单位", _writable(rows), False)]))
    for reader in (read_directory, read_calendar):
        with contextlib.suppress(InputError):
            reader(path)
    assert open_book(path, path.name).size == path.stat().st_size


def content(result: FileRead) -> list[tuple[str, ...]]:
    """All records, without their places."""
    return sorted(
        tuple(repr((name, column[i])) for name, column in sorted(table.columns.items()))
        for table in result.tables
        for i in range(len(table))
    )


HEAD, PUPILS = [list(r) for r in roster()[:HEADER_ROW]], [list(r) for r in roster()[HEADER_ROW:]]


def _file(rows: list[list[str]], name: str = "学生基本信息") -> bytes:
    return pack(book_parts({name: rows}))


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, ...]]:
    return content(read(tmp_path_factory.mktemp("sound") / "学籍.xlsx", _file([*HEAD, *PUPILS])))


@bounded(25)
@given(order=st.permutations(range(len(PUPILS))), columns=st.permutations(range(len(PUPILS[0]))))
def test_rows_and_columns_in_any_order_are_the_same_children(
    tmp_path: Path, sound: list[tuple[str, ...]], order: list[int], columns: list[int]
) -> None:
    heads = [*HEAD[:-1], [HEAD[-1][c] for c in columns]]
    rows = [[PUPILS[r][c] for c in columns] for r in order]
    assert content(read(tmp_path / "学籍.xlsx", _file([*heads, *rows]))) == sound


@bounded(25)
@given(
    blanks=st.lists(st.integers(0, len(PUPILS) + HEADER_ROW), max_size=6),
    name=st.sampled_from(("a.xlsx", "𠮷·.xlsx", " 表 (1).xlsx", "学籍.XLSX")),
)
def test_blank_rows_and_other_names_change_nothing(
    tmp_path: Path, sound: list[tuple[str, ...]], blanks: list[int], name: str
) -> None:
    rows = [*HEAD, *PUPILS]
    for place in sorted(blanks, reverse=True):
        rows.insert(place, [])
    assert content(read(tmp_path / name, _file(rows))) == sound


@bounded(25)
@given(split=st.integers(1, len(PUPILS) - 1))
def test_two_files_hold_what_one_holds(
    tmp_path: Path, sound: list[tuple[str, ...]], split: int
) -> None:
    parts = [PUPILS[:split], PUPILS[split:]]
    both = [content(read(tmp_path / f"{n}.xlsx", _file([*HEAD, *p]))) for n, p in enumerate(parts)]
    assert sorted(both[0] + both[1]) == sound


@bounded(40)
@given(extra=st.lists(cells, min_size=1, max_size=4))
def test_a_row_of_anything_below_takes_no_child_away(
    tmp_path: Path, sound: list[tuple[str, ...]], extra: list[object]
) -> None:
    rows = [*HEAD, *PUPILS, [], *_writable([extra])]
    found = content(read(tmp_path / "学籍.xlsx", write("xlsx", [("学生基本信息", rows, False)])))
    assert set(sound) <= set(found)
