"""Whatever a file is, it is read or named: formats, encodings, passwords, damage, noise."""

from __future__ import annotations

import datetime as dt
import io
import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import msoffcrypto.format.ooxml
import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from kbbx_xl.books.read import read_file, read_folder
from kbbx_xl.books.read.detect import format_of
from kbbx_xl.model import Finding, Table
from tests.books.sheets import (
    OCTOBER,
    ROSTER,
    ROSTER_HEAD,
    Rows,
    codes,
    csv_bytes,
    only,
    read,
    write_xlsx,
)

DATA = Path(__file__).parents[1] / "data" / "resaved"
SAMPLE = Path(__file__).parents[1] / "data" / "sample_county" / "county" / "报送"
RESAVED = (
    "大坪镇中心校/大坪镇木叶小学/辍学学生台账.xlsx",
    "大坪镇中心校/大坪镇木叶小学/木叶小学劝返表.xlsx",
    "云溪镇中心校/云溪镇老街九年制学校/老街九年制学校网格员名单.xlsx",
    "云溪镇中心校/云溪镇中心小学/10月考勤表.xls",
    "双河镇中心校/双河镇平寨教学点/10月缺勤登记.xls",
    "双河镇中心校/双河镇中心小学/中心小学10月控辍保学月报表.xlsx",
)
ROWS: Rows = [("红星小学学生名册",), ROSTER_HEAD, *ROSTER]


def content(table: Table) -> tuple[object, ...]:
    return table.kind, table.columns, table.rows, table.where, table.meta, table.totals


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    return write_xlsx(tmp_path / "名册.xlsx", {"学生名册": ROWS})


@pytest.mark.parametrize("suffix", ["xlsx", "ods", "xls"])
def test_the_same_content_in_every_workbook_format(roster: Path, suffix: str) -> None:
    """The files in tests/data/resaved are this roster, saved again by LibreOffice."""
    resaved = only(read(DATA / f"roster.{suffix}"))
    assert content(resaved) == content(only(read(roster)))


@pytest.mark.libreoffice
@pytest.mark.parametrize("suffix", ["xlsx", "ods", "xls"])
def test_the_same_content_after_saving_it_again(roster: Path, tmp_path: Path, suffix: str) -> None:
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    out = tmp_path / "out"
    command = ["soffice", profile, "--headless", "--convert-to", suffix, "--outdir", out, roster]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    assert content(only(read(out / f"名册.{suffix}"))) == content(only(read(roster)))


@pytest.mark.libreoffice
@pytest.mark.parametrize("suffix", ["xlsx", "ods", "xls"])
def test_sample_files_hold_the_same_after_saving_them_again(tmp_path: Path, suffix: str) -> None:
    """One file of each layout: merged headers, month grids, forms of one person, sections."""
    originals = {f"f{n}": SAMPLE / rel for n, rel in enumerate(RESAVED)}
    for name, original in originals.items():
        shutil.copy(original, tmp_path / f"{name}{original.suffix}")
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    out = tmp_path / "out"
    command = ["soffice", profile, "--headless", "--convert-to", suffix, "--outdir", str(out)]
    command += [str(path) for path in sorted(tmp_path.glob("f*.*"))]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    for name, original in originals.items():
        before = read_file(original, "x", period=OCTOBER).tables
        after = read_file(out / f"{name}.{suffix}", "x", period=OCTOBER).tables
        assert after == before


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_same_content_as_text(
    roster: Path, tmp_path: Path, encoding: str, delimiter: str
) -> None:
    path = tmp_path / "名册.csv"
    path.write_bytes(csv_bytes(ROWS, encoding=encoding, delimiter=delimiter))
    assert content(only(read(path))) == content(only(read(roster)))


def test_a_tab_inside_a_cell_is_no_delimiter_and_escaped_numbers_are_unwrapped(
    tmp_path: Path,
) -> None:
    rows = [ROSTER_HEAD, *([*row[:3], f"{row[3]}\t", *row[4:7], f'="{row[7]}"'] for row in ROSTER)]
    path = tmp_path / "a.csv"
    path.write_bytes(csv_bytes(rows, encoding="gb18030"))
    table = only(read(path))
    assert table.get("id_no") == [f"{row[3]}\t" for row in ROSTER]
    assert table.get("guardian_phone") == [row[7] for row in ROSTER]


def test_text_in_no_known_encoding_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(csv_bytes([ROSTER_HEAD, *ROSTER], encoding="gb18030") + b"\xff\xff,x\r\n")
    result = read(path)
    assert "F21" in codes(result)
    assert result.tables[0].get("name")[:2] == ["张一", "李二"]


@pytest.mark.parametrize("name", ["名册.xls", "名册.csv", "名册", "名册.dat"])
def test_the_bytes_decide_not_the_name(roster: Path, name: str) -> None:
    assert len(only(read(shutil.copy(roster, roster.with_name(name))))) == 2


def test_a_web_page_called_xls(tmp_path: Path) -> None:
    cells = "".join(f"<th>{title}</th>" for title in ROSTER_HEAD)
    rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in ROSTER)
    page = f"<html><body><table><tr><td colspan=8>红星小学学生名册</td></tr><tr>{cells}</tr>{rows}</table>"
    path = tmp_path / "导出.xls"
    path.write_bytes(page.encode("gb18030"))
    table = only(read(path))
    assert (table.get("name"), table.rows) == (["张一", "李二"], [3, 4])
    assert table.get("birth") == [dt.date(2017, 3, 5), dt.date(2016, 11, 20)]


def encrypted(path: Path) -> bytes:
    out = io.BytesIO()
    with path.open("rb") as plain:
        msoffcrypto.format.ooxml.OOXMLFile(plain).encrypt("secret", out)
    return out.getvalue()


def zipped(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name in names:
            package.writestr(name, "x")
    return out.getvalue()


OLE = bytes.fromhex("d0cf11e0a1b11ae1")
BIFF = bytes.fromhex("0908100000060500") + bytes(12)


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.xlsx", b"", "F03"),
        ("a.xlsx", bytes(4096), "F03"),
        ("a.csv", b"\r\n\r\n", "F03"),
        ("a.et", OLE + bytes(600), "F22"),
        ("a.wps", OLE + bytes(600), "F22"),
        ("a.zip", zipped("a.xlsx"), "F22"),
        ("a.xlsx", zipped("word/document.xml"), "F04"),
        ("a.xlsx", zipped("hello.txt"), "F01"),
        ("a.xlsx", b"PK\x03\x04 not a package", "F01"),
        ("a.xlsx", "各校：请于本周五前报送。".encode(), "F04"),
        ("a.xls", b"%PDF-1.4\x00\x01", "F04"),
        ("a.xls", OLE + "WordDocument".encode("utf-16-le"), "F04"),
        ("a.xls", OLE + "Workbook".encode("utf-16-le") + bytes(900), "F01"),
        ("a.xls", OLE + BIFF + b"\x2f\x00\x36\x00" + "Workbook".encode("utf-16-le"), "F02"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path: Path, name: str, data: bytes, code: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    result = read(path)
    assert (result.status, codes(result), result.tables) == ("unreadable", [code], [])
    assert result.size == len(data)


def test_a_password_is_called_a_password(roster: Path, tmp_path: Path) -> None:
    path = tmp_path / "加密.xlsx"
    path.write_bytes(encrypted(roster))
    assert codes(read(path)) == ["F02"]


def test_a_file_beyond_all_size_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\r\n" * 5_000_000)
    (finding,) = read(path).findings
    assert (finding.code, finding.params) == ("F20", {"size": "24 MB", "limit": "20 MB"})


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.xlsx")
    (tmp_path / "b.xlsx").symlink_to(tmp_path / "missing.xlsx")
    assert [codes(read(path)) for path, _ in read_folder(tmp_path)] == [["F01"], ["F28"]]


@pytest.mark.parametrize(
    "name",
    [
        "~$名册.xlsx",
        ".~名册.xlsx",
        "Thumbs.db",
        ".DS_Store",
        "._名册.xlsx",
        "总结.docx",
        "通知.pdf",
        "照片.JPG",
        "README.txt",
        "__MACOSX/名册.xlsx",
    ],
)
def test_noise_is_ignored_with_a_reason(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"x")
    result = read_file(path, name, period=OCTOBER)
    assert (result.status, codes(result)) == ("ignored", ["F06"])


def test_macros_are_told_and_never_run(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsm"
    with xlsxwriter.Workbook(path) as book:
        macros = io.BytesIO(b"no macro at all")
        book.add_vba_project(macros, is_stream=True)
        sheet = book.add_worksheet("名册")
        for number, row in enumerate(ROWS):
            sheet.write_row(number, 0, [str(cell) for cell in row])
    result = read(path)
    assert codes(result) == ["F16"]
    assert len(result.tables[0]) == 2


def test_hidden_rows_and_sheets_are_read_and_told(roster: Path) -> None:
    book = openpyxl.load_workbook(roster)
    sheet = book["学生名册"]
    sheet.row_dimensions[4].hidden = True
    book.create_sheet("Sheet2")
    sheet.sheet_state = "hidden"
    book.active = 1
    book.save(roster)
    result = read(roster)
    assert codes(result) == ["F15", "R01"]
    hidden = next(finding for finding in result.findings if finding.code == "R01")
    assert (hidden.cell, hidden.params, len(result.tables[0])) == ("A4", {"count": 1}, 2)


def test_rows_that_say_they_are_not_hidden_are_not(roster: Path) -> None:
    """LibreOffice writes customHeight="true" and hidden="false" on every row."""
    book = openpyxl.load_workbook(roster)
    book["学生名册"].row_dimensions[4].hidden = True
    book.save(roster)
    part = "xl/worksheets/sheet1.xml"
    told = changed(roster, part, b"<row r=", b'<row customHeight="true" r=')
    assert [f.params for f in read(told).findings if f.code == "R01"] == [{"count": 1}]
    shown = changed(roster, part, b' hidden="1"', b' customHeight="true" hidden="false"')
    assert codes(read(shown)) == []


def changed(path: Path, part: str, old: bytes, new: bytes) -> Path:
    """A copy of a workbook with one part altered."""
    copy = path.with_name("改.xlsx")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(copy, "w") as target:
        for name in source.namelist():
            text = source.read(name)
            target.writestr(name, text.replace(old, new) if name == part else text)
    return copy


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b'r="B3"', b'r="XFD3"', "F25"),
        (b'<row r="4"', b'<row r="1048576"', "F26"),
        (b"<worksheet", b"<!DOCTYPE a [<!ENTITY b 'c'>]><worksheet", "F25"),
    ],
)
def test_hostile_sheets_are_refused_before_they_cost_memory(
    roster: Path, old: bytes, new: bytes, code: str
) -> None:
    assert codes(read(changed(roster, "xl/worksheets/sheet1.xml", old, new))) == [code]


def test_one_flipped_bit_is_damage_not_another_id(roster: Path) -> None:
    data = bytearray(roster.read_bytes())
    with zipfile.ZipFile(roster) as package:
        info = package.getinfo("xl/sharedStrings.xml")
    data[info.header_offset + 30 + len(info.filename) + info.compress_size // 2] ^= 1
    roster.write_bytes(data)
    assert codes(read(roster)) == ["F01"]


@given(data=st.binary(max_size=600), start=st.sampled_from([b"", b"PK\x03\x04", OLE, b"<html>"]))
def test_any_bytes_are_a_format_or_a_finding(data: bytes, start: bytes) -> None:
    kind = format_of(start + data, "a.xlsx")
    assert isinstance(kind, Finding) or kind in ("xlsx", "xlsb", "xls", "ods", "html", "csv")
