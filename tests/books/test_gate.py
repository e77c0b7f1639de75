"""The gate: what is refused, with which cause, and that the plain way of writing passes unwalked."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import zipfile
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from kbbx_xl.books.gate.admit import admit
from kbbx_xl.books.gate.held import DamagedError, DoubtfulError, HeldBackError, HostileError
from kbbx_xl.books.gate.package import Package
from kbbx_xl.books.gate.place import fetch, files_below
from kbbx_xl.books.gate.second import compare_xlsx, decoded, texts_like_formulas, unescaped
from kbbx_xl.books.gate.sheet_xml import column_number, position
from kbbx_xl.books.read.sheets import book_of
from kbbx_xl.messages import message
from kbbx_xl.model import a1

ROOT = Path(__file__).resolve().parents[2]


def xlsxwriter_book() -> bytes:
    out = BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet("表")
        sheet.write_row(0, 0, ["姓名", 1, 2.5, True, "𠮷·a b"])
        sheet.write_datetime(
            1, 0, dt.datetime(2026, 10, 8), book.add_format({"num_format": "yyyy-mm-dd"})
        )
        sheet.write_formula(1, 1, "=1+1", None, 2)
        sheet.write_rich_string(1, 2, "a", book.add_format({"bold": True}), "b")
        sheet.set_row(1, None, None, {"hidden": True})
        sheet.write_formula(2, 0, "=NA()", None, "#N/A")
    return out.getvalue()


def openpyxl_book() -> bytes:
    out = BytesIO()
    book = openpyxl.Workbook()
    book.active.append(["姓名", 1, 2.5, True, "=A1"])
    book.save(out)
    return out.getvalue()


def altered(data: bytes, part: str, old: bytes, new: bytes) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == part:
                assert old in content
                content = content.replace(old, new)
            target.writestr(name, content)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize("data", [xlsxwriter_book(), openpyxl_book()])
def test_common_programs_write_the_plain_way(data: bytes) -> None:
    assert not admit(data, "xlsx").twice


def test_every_workbook_of_the_tests_and_ours_is_plain() -> None:
    """Read twice, the county would take four times as long; LibreOffice, openpyxl, XlsxWriter, ours."""
    odd = [
        path
        for folder in ("tests/data", "workbooks")
        for path in (ROOT / folder).rglob("*.xlsx")
        if not path.name.startswith("~$") and path.read_bytes()[:2] == b"PK" and _is_odd(path)
    ]
    assert not odd


def _is_odd(path: Path) -> bool:
    try:
        return admit(path.read_bytes(), "xlsx").twice
    except HeldBackError:
        return False


def test_side_facts_are_the_same_walked_and_matched() -> None:
    data = xlsxwriter_book()
    plain = admit(data, "xlsx").sheets["表"]
    walked = admit(altered(data, SHEET, b"<sheetData>", b"<sheetData><!-- odd -->"), "xlsx").sheets[
        "表"
    ]
    assert (plain.hidden_rows, plain.errors) == (frozenset({2}), {"A3": "#N/A"})
    assert (walked.hidden_rows, walked.errors, walked.plain) == (
        plain.hidden_rows,
        plain.errors,
        False,
    )
    uncalculated = admit(openpyxl_book(), "xlsx").sheets["Sheet"]
    assert uncalculated.uncalculated == ("E1",)


@pytest.mark.parametrize(
    ("old", "new", "kind", "cause", "cell"),
    [
        (b'r="B1"', b'r="A1"', DoubtfulError, "两次", "A1"),
        (b'r="B1"', b'r="B7"', DoubtfulError, "所在的行", "B7"),
        (b'<row r="2"', b'<row r="1"', DoubtfulError, "行号", "A1"),
        (b"<v>2.5</v>", b"<v>2.5</v><v>3</v>", DoubtfulError, "几个值", "C1"),
        (b"<v>2.5</v>", b"<v>2,5</v>", DoubtfulError, "类型不符", "C1"),
        (b"<v>0</v>", b"<v>-1</v>", DoubtfulError, "共享文字", "A1"),
        (b"<v>0</v>", b"<v>99</v>", DamagedError, "", ""),
        (b'r="B1"', b'r="XFD1"', HostileError, "太远", "XFD1"),
        (b"<sheetData>", b"<sheetData></x>", DamagedError, "坏了", ""),
        (b"<worksheet", b"<!DOCTYPE a><worksheet", HostileError, "DOCTYPE", ""),
    ],
)
def test_what_two_programs_would_read_differently_is_held_back_with_its_cell(
    old: bytes, new: bytes, kind: type[HeldBackError], cause: str, cell: str
) -> None:
    book = book_of(altered(xlsxwriter_book(), SHEET, old, new), "a.xlsx")
    (finding,) = book.findings
    assert (book.readable, finding.code, finding.cell) == (False, kind.code, cell)
    assert cause in message(finding)


def test_readers_that_part_are_noticed() -> None:
    data = xlsxwriter_book()
    rows = book_of(data, "a.xlsx").grids[0].rows
    compare_xlsx(data, {"表": rows})
    with pytest.raises(DoubtfulError) as told:
        compare_xlsx(data, {"表": [["姓名", 2], *rows[1:]]})
    assert (told.value.sheet, told.value.cell) == ("表", "B1")
    with pytest.raises(DoubtfulError, match="工作表"):
        compare_xlsx(data, {"别的": rows})


def raw_zip(**files: bytes) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in files.items():
            package.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "cause"),
    [
        (raw_zip(**{"../a.xml": b"<a/>"}), "文件夹外面"),
        (raw_zip(**{"/a.xml": b"<a/>"}), "文件夹外面"),
        (raw_zip(**{"C:a.xml": b"<a/>"}), "文件夹外面"),
        (raw_zip(**{"a\\b.xml": b"<a/>"}), "反斜杠"),
        (raw_zip(**{"a.xml": b"<a/>", "A.XML": b"<a/>"}), "同名"),
        (raw_zip(a=bytes(60 << 20)), "炸弹"),
        (raw_zip(**{f"p{n}": b"" for n in range(2001)}), "2001 个部件"),
        (raw_zip(a=b"x") + b"PK\x05\x06", "没有传全"),
        (raw_zip(a=b"x") + raw_zip(b=b"y"), "接在一起"),
        (raw_zip(a=b"x")[:-5], "没有传全"),
        (b"PK\x03\x04", "没有结尾"),
    ],
    ids=lambda value: (
        value if isinstance(value, str) else "file"
    ),  # bytes hold the time they were packed at
)
def test_a_package_that_cannot_be_trusted_names_its_cause(data: bytes, cause: str) -> None:
    with pytest.raises(HeldBackError, match=cause):
        Package(data)


def test_a_flipped_bit_is_a_wrong_checksum() -> None:
    data = bytearray(raw_zip(a=bytes(range(256)) * 50))
    data[60] ^= 1
    with pytest.raises(DamagedError, match="坏了"):
        Package(bytes(data)).read("a")


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("外部链接", "xl/externalLinks/externalLink1.xml"),
        ("嵌入的文件或控件", "xl/embeddings/oleObject1.bin"),
        ("数据连接", "xl/connections.xml"),
    ],
)
def test_what_came_along_is_reported_and_not_opened(name: str, part: str) -> None:
    out = BytesIO(xlsxwriter_book())
    with zipfile.ZipFile(out, "a") as package:
        package.writestr(part, b"<ddeLink/>")
    book = book_of(out.getvalue(), "a.xlsx")
    (finding,) = (f for f in book.findings if f.code == "F29")
    assert name in message(finding)
    assert ("DDE" in message(finding)) == (name == "外部链接")
    assert book.grids[0].rows[0][0] == "姓名"


@pytest.mark.parametrize(
    "text", ["=cmd|' /C calc'!A0", "@SUM(1)", "+1+cmd|'x'!A", "-2+f(3)", "=A1"]
)
def test_texts_that_would_run_are_found(text: str) -> None:
    assert list(texts_like_formulas([["张三", text]])) == [(0, 1)]


@pytest.mark.parametrize(
    "text", ["-", "+86 17400000000", "-3", "@", "—", "3-1", "a=b", "=", "+5.5"]
)
def test_plain_texts_are_not(text: str) -> None:
    assert not list(texts_like_formulas([[text]]))


def test_escapes_are_decoded_once() -> None:
    assert unescaped("_x5F20_三_x005F_x0041_") == "张三_x0041_"
    assert decoded("_x5F20_三_x0041_") == "张三_x0041_"  # the fast reader has done its part


def test_addresses_there_and_back() -> None:
    for row, column in ((1, 1), (110_000, 702), (1_048_576, 16_384)):
        assert position(a1(row, column)) == (row - 1, column - 1)
    assert column_number("XFD") == 16_384


def test_rows_that_are_only_formatted_are_read_in_no_time(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["姓名", "年级"])
        bold = book.add_format({"bold": True})
        sheet.write_blank(1, 16_383, None, bold)
        for row in range(2, 1_048_576):
            sheet.set_row(row, 20, bold)
    book_read = book_of(path.read_bytes(), "a.xlsx")
    assert (book_read.readable, [len(g.rows) for g in book_read.grids]) == (True, [1])


def test_links_pipes_and_placeholders_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.xlsx").write_bytes(b"x")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "link.xlsx").symlink_to(tmp_path / "real" / "a.xlsx")
    os.mkfifo(tmp_path / "pipe.xlsx")
    found = {path.relative_to(tmp_path).as_posix() for path in files_below(tmp_path)}
    assert found == {"real/a.xlsx", "loop", "link.xlsx", "pipe.xlsx"}
    for name, cause in (("loop", "链接"), ("link.xlsx", "链接"), ("pipe.xlsx", "管道")):
        with pytest.raises(HeldBackError, match=cause):
            fetch(tmp_path / name)
    sparse = tmp_path / "big.xlsx"
    with sparse.open("wb") as file:
        file.truncate(10 << 30)
    with pytest.raises(HeldBackError) as told:
        fetch(sparse)
    assert told.value.finding("big.xlsx").code == "F20"


@pytest.mark.parametrize(
    "name", [".登记表.xlsx.icloud", "登记表.xlsx.crdownload", "a.xlsx.td", "a.part"]
)
def test_what_is_not_here_yet_is_an_error_not_noise(name: str) -> None:
    (finding,) = book_of(b"x", name).findings
    assert finding.code == "F28"


def test_a_folder_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    """Root ignores modes, so another user looks."""
    if os.name != "posix" or os.getuid() != 0:
        pytest.skip("needs root to become somebody else")
    closed = tmp_path / "小学"
    closed.mkdir()
    (closed / "a.xlsx").write_bytes(b"x")
    closed.chmod(0)
    for folder in (tmp_path, *tmp_path.parents[:3]):
        folder.chmod(0o755)
    code = (
        "import sys,os;os.setuid(65534);sys.path[:0]=sys.argv[2:];"
        "from pathlib import Path;from kbbx_xl.books.gate.place import files_below,fetch\n"
        "for p in files_below(Path(sys.argv[1])):\n"
        " try: fetch(p)\n"
        " except Exception as e: sys.stdout.buffer.write((p.name+e.cause).encode())"
    )
    import sys

    ran = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path), *sys.path], capture_output=True, check=False
    )
    if ran.returncode:
        pytest.skip("another user cannot run this Python")
    assert ran.stdout.decode() == "小学读不了：没有写入或读取的权限"
