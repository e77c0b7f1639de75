"""Plain workbooks are read from their bytes: the same cells as the general reader gives, or none at all."""

from __future__ import annotations

import datetime as dt
import zipfile
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import numpy as np
import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from kbbx_xl.books.gate.admit import admit
from kbbx_xl.books.gate.held import HeldBackError
from kbbx_xl.books.gate.plain.formats import Shown, shown_by_format
from kbbx_xl.books.gate.plain.skeleton import LONGEST, TOO_LONG, skeleton
from kbbx_xl.books.read.sheets import Grid, _calamine_grids, book_of
from tests.books.libreoffice import convert
from tests.books.test_gate import SHEET, altered, openpyxl_book, xlsxwriter_book

ROOT = Path(__file__).resolve().parents[2]
REAL = ROOT.parent / "shared" / "real_files"
STRINGS, STYLES = "xl/sharedStrings.xml", "xl/styles.xml"
Cell = str | float | bool | dt.date | None


def trimmed(rows: list[list[object]]) -> list[list[tuple[type, object]]]:
    """Rows without the blanks at their ends, every value with its type."""
    cut = []
    for row in rows:
        filled = max((at + 1 for at, cell in enumerate(row) if cell != ""), default=0)
        cut.append([(type(cell), cell) for cell in row[:filled]])
    while cut and not cut[-1]:
        cut.pop()
    return cut


def general(data: bytes) -> list[Grid]:
    return list(_calamine_grids(data))


def same_as_general(data: bytes) -> bool:
    """Whether a workbook is plain; then its sheets are held against the general reader's."""
    passed = admit(data, "xlsx")
    if passed.plain is None:
        return False
    grids = general(data)
    assert list(passed.plain.rows) == [grid.name for grid in grids]
    for grid in grids:
        assert trimmed(passed.plain.rows[grid.name]) == trimmed(grid.rows), grid.name
        assert (grid.name in passed.hidden) == grid.hidden
    return True


def is_plain(data: bytes) -> bool:
    return admit(data, "xlsx").plain is not None


def packed(path: Path) -> bool:
    return path.read_bytes()[:2] == b"PK" and not path.name.startswith("~$")


def books_below(folder: Path) -> list[Path]:
    found = (path for path in sorted(folder.rglob("*")) if path.suffix in (".xlsx", ".xlsm"))
    return [path for path in found if path.is_file() and packed(path)]


def test_every_workbook_at_hand_reads_the_same() -> None:
    """The sample county and our own empty workbooks: by far the most of them are plain."""
    plain = {True: 0, False: 0}
    for path in (*books_below(ROOT / "tests" / "data"), *books_below(ROOT / "workbooks")):
        try:
            plain[same_as_general(path.read_bytes())] += 1
        except HeldBackError:
            continue
    assert plain[True] > 20 * plain[False]


@pytest.mark.skipif(not REAL.is_dir(), reason="the real files are not beside the project")
def test_stumbling_blocks_read_the_same() -> None:
    """Files of all kinds of programs; those that the general reader cannot read are none of this test."""
    plain = 0
    for path in books_below(REAL):
        try:
            plain += same_as_general(path.read_bytes())
        except HeldBackError:
            continue
    assert plain >= 12


@pytest.mark.libreoffice
def test_what_libreoffice_saves_is_plain(tmp_path: Path) -> None:
    made = tmp_path / "book.xlsx"
    made.write_bytes(openpyxl_book())
    (saved,) = convert([made], "xlsx", tmp_path / "saved")
    assert same_as_general(saved.read_bytes())


def text() -> st.SearchStrategy[str]:
    letters = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"))
    return st.text(letters, max_size=12) | st.sampled_from(
        ["<a&b>", "\"'", "=1", "0", " x ", "学生1班"]
    )


def cells() -> st.SearchStrategy[Cell]:
    days = st.dates(dt.date(1901, 1, 1), dt.date(2200, 1, 1))
    numbers = st.floats(allow_nan=False, allow_infinity=False, width=32) | st.integers(0, 10**17)
    return st.none() | text() | numbers.map(float) | st.booleans() | days


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(cells(), max_size=6), max_size=8), st.booleans())
def test_random_sheets_read_the_same(rows: list[list[Cell]], inline: bool) -> None:
    out = BytesIO()
    options = {"in_memory": True, "constant_memory": inline, "strings_to_formulas": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet("表")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for r, row in enumerate(rows):
            for c, cell in enumerate(row):
                if isinstance(cell, dt.date):
                    sheet.write_datetime(r, c, dt.datetime.combine(cell, dt.time()), day)
                elif isinstance(cell, str):
                    sheet.write_string(r, c, cell)
                elif cell is not None:
                    sheet.write(r, c, cell)
    data = out.getvalue()
    texts = "".join(cell for row in rows for cell in row if isinstance(cell, str))
    if not same_as_general(data):
        assert any(sign in texts for sign in ("_x", "\r", "&#"))


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.integers(0, 10**20) | st.sampled_from(["a", "</v>", "<c r=", "年"]), max_size=30)
)
def test_a_skeleton_and_its_numbers_are_the_text(pieces: list[int | str]) -> None:
    xml = "·".join(map(str, pieces)).encode()
    bones = skeleton(xml)
    runs = [xml[a:b] for a, b in zip(bones.begin, bones.end, strict=True)]
    kept = [int(run) if len(run) <= LONGEST else TOO_LONG for run in runs]
    assert bones.numbers.tolist() == kept
    again = bones.text
    for run in runs:
        assert b"0" in again
        head, _, again = again.partition(b"0")
        assert xml.startswith(head + run)
        xml = xml[len(head) + len(run) :]
    assert again == xml
    assert bones.numbers.dtype == np.int64


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        (SHEET, b'r="B1"', b'r="A1"'),  # an address twice
        (SHEET, b'r="B1"', b'r="B7"'),  # an address of another row
        (SHEET, b'r="B1"', b'r="B01"'),
        (SHEET, b'<row r="2"', b'<row r="1"'),
        (SHEET, b'<row r="1"', b'<row r="1" r="1"'),
        (SHEET, b"<sheetData>", b"<sheetData><!-- -->"),
        (SHEET, b"<v>0</v>", b"<v>999</v>"),  # no such text
        (SHEET, b"<v>1</v>", b"<v>1_0</v>"),
        (SHEET, b"<v>1</v>", b"<v>" + b"1" * 19 + b"</v>"),
        (SHEET, b"<v>1</v>", b"<v>1e999</v>"),
        (SHEET, b"<v>1</v>", b"<v>+1</v>"),
        (SHEET, b"<v>1</v>", b"<v>1</v><v>2</v>"),
        (SHEET, b"</sheetData>", b'</sheetData><row r="9"><c r="A9"><v>1</v></c></row>'),
        (SHEET, b'<c r="D1" t="b">', b'<c r="D1" t="d">'),
        (SHEET, b'<c r="D1" t="b"><v>1</v>', b'<c r="D1" t="b"><v>7</v>'),
        (SHEET, b"#N/A", b"#MINE!"),
        (SHEET, b'<c r="A1"', b'<c r="A1" x="1"'),
        (STRINGS, "姓名".encode(), b"_x5F20_"),
        (STRINGS, "姓名".encode(), b"a&#10;b"),
        (STRINGS, "姓名".encode(), b"a\r\nb"),
        (STRINGS, "姓名".encode(), b"a&b;"),
        (STRINGS, "姓名".encode(), b"\xff"),
        (STYLES, b"yyyy-mm-dd", b"[h]:mm"),
        ("xl/workbook.xml", b"<workbookPr ", b'<workbookPr date1904="1" '),
    ],
)
def test_anything_odd_is_left_to_the_general_reader(part: str, old: bytes, new: bytes) -> None:
    data = simple_book()
    assert same_as_general(data)
    with suppress(HeldBackError):  # the gate refuses some on the way to the general reader
        assert not is_plain(altered(data, part, old, new))


def simple_book() -> bytes:
    """As ``xlsxwriter_book``, without runs of formats in one text."""
    out = BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet("表")
        sheet.write_row(0, 0, ["姓名", 1, 2.5, True, "𠮷·a b"])
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_datetime(1, 0, dt.datetime(2026, 10, 8), day)
        sheet.write_formula(1, 1, "=1+1", None, 2)
        sheet.write_formula(2, 0, "=NA()", None, "#N/A")
        sheet.set_row(1, None, None, {"hidden": True})
    return out.getvalue()


def test_runs_of_formats_are_left_to_the_general_reader() -> None:
    assert not is_plain(xlsxwriter_book())


def test_a_workbook_of_another_kind_of_sheet_is_left_too() -> None:
    book = openpyxl.Workbook()
    book.create_chartsheet("图")
    out = BytesIO()
    book.save(out)
    assert not is_plain(out.getvalue())


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("yyyy-mm-dd", Shown.DATE),
        ("yyyy/m/d;@", Shown.DATE),
        ('yyyy"年"m"月"d"日"', Shown.DATE),
        ("yyyy\\-mm\\-dd", Shown.DATE),
        ("0.00", Shown.NUMBER),
        ("#,##0", Shown.NUMBER),
        ("@", Shown.NUMBER),
        ("General", Shown.NUMBER),
        ("h:mm", Shown.UNCLEAR),
        ("[$-804]yyyy", Shown.UNCLEAR),
        ('0"人"', Shown.NUMBER),
        ('_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ ', Shown.NUMBER),
        ("m/d/yy", Shown.DATE),
        ("0E+00", Shown.UNCLEAR),
    ],
)
def test_what_a_format_shows_is_known_or_unclear(code: str, shown: int) -> None:
    out = BytesIO()
    with xlsxwriter.Workbook(out) as book:
        book.add_worksheet().write_number(0, 0, 46303, book.add_format({"num_format": code}))
    data = out.getvalue()
    with zipfile.ZipFile(BytesIO(data)) as package:
        assert shown_by_format(package.read(STYLES))[-1] == shown
    assert same_as_general(data) == (shown != Shown.UNCLEAR)


def test_texts_like_formulas_are_still_found() -> None:
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        sheet.write_string("A1", "名称")
        sheet.write_string("B2", "=cmd|'/c calc'!A0")
    assert is_plain(out.getvalue())
    (finding,) = (f for f in book_of(out.getvalue(), "a.xlsx").findings if f.code == "F31")
    assert finding.cell == "B2"


def test_very_many_texts_in_their_cells_are_left_to_the_general_reader(tmp_path: Path) -> None:
    """Each is a shape of its own; to prove 20,000 of them one by one would cost more than it saves."""
    for rows, plain in ((4_000, True), (24_000, False)):
        with xlsxwriter.Workbook(tmp_path / f"{rows}.xlsx", {"constant_memory": True}) as book:
            sheet = book.add_worksheet("表")
            for row in range(rows):
                sheet.write_string(
                    row, 0, f"学{chr(0x4E00 + row % 9000)}{chr(0x5E00 + row // 9000)}"
                )
        data = (tmp_path / f"{rows}.xlsx").read_bytes()
        assert same_as_general(data) is plain
        assert len(book_of(data, "a.xlsx").grids[0].rows) == rows


def test_rows_without_cells_among_others_read_the_same() -> None:
    out = BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet("表")
        for row in range(0, 300, 3):
            sheet.write_string(row, 0, f"行{row}")
            sheet.set_row(row + 1, 20)
            sheet.set_row(row + 2, 20)
    assert same_as_general(out.getvalue())
