"""The real stumbling blocks beside the project: each is met as its manifest allows, and the cause is named."""

from __future__ import annotations

import json
import re
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from kbbx_xl.books.gate.second import compare_xls, compare_xlsx
from kbbx_xl.books.read.sheets import Book, open_book
from kbbx_xl.books.reading import Reader, read_files
from kbbx_xl.messages import message, severity
from kbbx_xl.model import FileRead, Period, Severity

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "real_files"
MANIFEST = FOLDER / "manifest.jsonl"
LINES = (
    [json.loads(line) for line in MANIFEST.read_text(encoding="utf-8").splitlines()]
    if MANIFEST.is_file()
    else []
)
REJECT, WARN, ACCEPT = "reject-with-clear-error", "accept-with-warning", "accept"
OF_CONTENT = ("F05", "F14")  # what kind of sheet it is, which no gate decides
CAUSES = {  # what the message must name, by the kind of trouble
    "encrypted": "密码",
    "password": "密码",
    "billion laughs": "DOCTYPE",
    "zip bomb": "炸弹|DOCTYPE|假|坏|没有传全",
    "duplicate part names": "同名",
    "zero bytes": "空",
    "not a package": "压缩包",
    "WPS .et": "不支持",
    "WPS dbf": "不支持",
    "Word document": "文档",
    "OLE without a workbook": "不是电子表格",
    "empty archive": "主部件|没有工作簿",
    "macros": "宏",
}
STRICT = b"http://purl.oclc.org/ooxml/"
_STRICT_NAME = re.compile(
    rb"http://purl\.oclc\.org/ooxml/(officeDocument|spreadsheetml|drawingml)/(\w+)"
)

pytestmark = pytest.mark.skipif(not LINES, reason="the real files are not beside the project")


def disposition(read: FileRead) -> str:
    if read.status == "unreadable":
        return REJECT
    told = [f for f in read.findings if f.code not in OF_CONTENT]
    return WARN if any(severity(f) is not Severity.NOTE for f in told) else ACCEPT


@pytest.mark.parametrize("line", LINES, ids=lambda line: line["file"].rsplit("/", 1)[-1][-40:])
def test_every_file_is_met_as_its_manifest_allows(line: dict[str, object]) -> None:
    path = FOLDER / str(line["file"])
    (read,) = read_files([(path, path.name)], Reader(Period(2026, 10)))
    also = line.get("also_ok") or ()
    assert disposition(read) in (line["must"], *also), [message(f) for f in read.findings]
    if read.status != "unreadable":
        return
    assert read.findings, "refused without a word"
    assert any(severity(f) is Severity.ERROR for f in read.findings)
    said = "；".join(map(message, read.findings))
    assert len(said) > 4
    for kind, words in CAUSES.items():
        if kind in str(line["kind"]):
            assert re.search(words, said), said


@pytest.mark.parametrize("line", LINES, ids=lambda line: line["file"].rsplit("/", 1)[-1][-40:])
def test_what_is_accepted_holds_the_values_that_another_reader_sees(
    line: dict[str, object],
) -> None:
    path = FOLDER / str(line["file"])
    if "fuzzer" in str(line["kind"]) or "alloc" in str(line["kind"]).lower():
        pytest.skip("may end the process; the other test reads it under watch")
    book = open_book(path, path.name)
    if not book.readable or not book.grids:
        pytest.skip("refused")
    data = path.read_bytes()
    if data.startswith(b"PK") and b"xl/workbook.bin" not in data and b"opendocument" not in data:
        compare_xlsx(_transitional(data), _sheets(book))
    elif data.startswith(b"\xd0\xcf"):
        compare_xls(data, _sheets(book))
    else:
        pytest.skip("no second reader for this format")


def _sheets(book: Book) -> dict[str, list[list[object]]]:
    return {grid.name: grid.rows for grid in book.grids}


def _transitional(data: bytes) -> bytes:
    """Strict OOXML in the namespaces that openpyxl knows; the values are not touched."""
    if not any(STRICT in part for part in _parts(data).values()):
        return data
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, content in _parts(data).items():
            package.writestr(
                name, _STRICT_NAME.sub(rb"http://schemas.openxmlformats.org/\1/2006/\2", content)
            )
    return out.getvalue()


def _parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}
