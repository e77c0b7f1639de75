"""books.plain_sheet: what is put quickly is what XlsxWriter would have written, cell by cell."""

from __future__ import annotations

import datetime as dt
import hashlib
import inspect
import os
import random
import re
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import openpyxl
import pytest
import python_calamine
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from isal import isal_zlib
from openpyxl.cell import Cell
from openxml_audit import OpenXmlValidator
from xlsxwriter import Workbook
from xlsxwriter.packager import Packager
from xlsxwriter.sharedstrings import SharedStrings
from xlsxwriter.worksheet import Worksheet

from kbbx_xl.books.plain_sheet import MOST_LINKS, PlainBook, PlainSheet
from kbbx_xl.books.summary import paper as paper_module
from kbbx_xl.books.summary.paper import Book
from kbbx_xl.books.summary.records import NO_LINKS, Open, Value, write_records
from kbbx_xl.books.summary.styles import STATUS_STYLE, add_formats
from kbbx_xl.books.writing import cells, parts
from kbbx_xl.books.writing.cells import Counted, Looked, Spelt
from kbbx_xl.books.writing.parts import PartsPacker, Strings
from kbbx_xl.books.writing.texts import clean
from kbbx_xl.flow.result import County
from kbbx_xl.flow.source import Source
from kbbx_xl.messages import OutputError
from kbbx_xl.model import Directory, Period
from tests.books import libreoffice
from tests.flow.factory import make_policy

TEXTS = (
    "王小明", "一年级", "=1+1", "+1", "@a", "{=1}", "#N/A", "12", "0012", "http://a.cn", "a & b < c > d", '"引号"',
    " 前面", "后面 ", "\t制表", "第一行\n第二行", "回车\r\n换行", "a\x07b", "半个\ud800字", "\ufffe", "_x000D_", "_x0041_甲",
    "<r><t>甲</t></r>", "<r>", "𠮷野", "👩‍👧", "长" * 33_000, "已报", "错误", "", "很长的一句话，一行写不下，要折成好几行才看得全" * 3,
)  # fmt: skip
NUMBERS = (0, 1, -7, 2.5, 1 / 3, 1e21, 123456789012345, 10**16, 1e-7, True)
DAYS = (dt.date(2026, 9, 1), dt.date(1900, 1, 1), dt.date(1900, 3, 1), dt.date(2100, 12, 31))
WIDTHS = (5, 9, 12, 10, 11, 30, 6)
TITLES = ("单位", "状态", "次数", "日期", "文件", "打开")


TEXT = st.lists(
    st.sampled_from(
        ("_x0041_", "_x", "&", "<", ">", "\r", "\n", "\t", " ", "\ud800", "\x01", "𠮷", "a")
    )
    | st.characters(codec="utf-16"),
    max_size=8,
).map("".join)


def county() -> County:
    return County(Period(2026, 10), dt.date(2026, 10, 20), make_policy(), Directory(()))


def lines(count: int = 60, seed: int = 1) -> list[tuple[Value, ...]]:
    """Records of every kind of value, with links to sources that have odd names."""
    chance = random.Random(seed)
    files = ("报送/甲.xlsx", "报送/乙 [1]#%.xlsx", "丙&丁.xlsx", "", "戊.csv")
    return [
        (
            chance.choice(TEXTS),
            chance.choice((*STATUS_STYLE, "别的")),
            chance.choice((*NUMBERS, None)),
            chance.choice((*DAYS, None)),
            chance.choice(files),
            Open(Source(chance.choice(files), chance.choice(("", "学籍'表")), row)),
        )
        for row in range(count)
    ]


def quick(path: Path, rows: Sequence[Sequence[Value]]) -> None:
    book = Book(path, county(), title="甲", sources=path.parent / "in", home=path.parent)
    paper = book.paper("清单")
    paper.heading("标题", "左", "右", WIDTHS)
    write_records(paper, TITLES, rows)
    paper.note("注")
    book.close()


def slow(path: Path, rows: Sequence[Sequence[Value]]) -> None:
    """The same list through XlsxWriter's own calls, one a cell, packed by XlsxWriter."""
    links = Book(path, county(), title="甲", sources=path.parent / "in", home=path.parent)
    options = {"in_memory": True, "strings_to_urls": False}
    book = Workbook(str(path), options)
    formats, sheet = add_formats(book), book.add_worksheet("清单")
    paper = Book(path, county(), title="甲").paper("量")
    paper.heading("", "", "", WIDTHS)
    for at, values in enumerate(rows, 3):
        sheet.write_number(at, 0, at - 2, formats["int"])
        needed = 1
        for column, value in enumerate(values, 1):
            if isinstance(value, Open):
                target = links.link(value.source, value.cell)
                if target:
                    sheet.write_url(at, column, target, formats["link"], "打开")
                else:
                    sheet.write_blank(at, column, None, formats["center"])
            elif isinstance(value, dt.date):
                moment = dt.datetime(value.year, value.month, value.day)
                sheet.write_datetime(at, column, moment, formats["date"])
            elif value is None or value == "":
                sheet.write_blank(at, column, None, formats["text"])
            elif isinstance(value, str):
                style = STATUS_STYLE.get(value, "text")
                sheet.write_string(at, column, clean(value), formats[style])
                needed = max(needed, paper.lines(column, value))
            else:
                sheet.write_number(at, column, value, formats["number"])
        sheet.set_row(at, max(18, 13.5 * min(needed, 29) + 4))
    book.close()


def seen(cell: Cell) -> tuple[object, ...]:
    """What a reader finds in a cell: value, kind, look, link."""
    link = cell.hyperlink
    look = (cell.font, cell.fill, cell.border, cell.alignment, cell.number_format, cell.protection)
    opens = (link.target, link.location, link.display, link.tooltip) if link else None
    return cell.value, cell.data_type, tuple(map(repr, look)), opens


def rows_of(path: Path, first: int = 4) -> dict[int, tuple[object, ...]]:
    """Height and cells of the rows of the first sheet, from ``first`` on."""
    sheet = openpyxl.load_workbook(path).worksheets[0]
    return {
        row: (sheet.row_dimensions[row].height, *map(seen, sheet[row]))
        for row in range(first, sheet.max_row + 1)
    }


def values_of(path: Path) -> list[list[object]]:
    """What calamine reads in the first sheet, from A1 on."""
    book = python_calamine.CalamineWorkbook.from_path(str(path))
    return book.get_sheet_by_index(0).to_python(skip_empty_area=False)


class TestRecords:
    def test_are_what_xlsxwriter_writes_cell_by_cell(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(cells, "CHUNK", 70)
        rows = [row for row in lines(250) if not str(row[0]).startswith("<r>")]
        quick(tmp_path / "a.xlsx", rows)
        slow(tmp_path / "b.xlsx", rows)
        mine, theirs = rows_of(tmp_path / "a.xlsx"), rows_of(tmp_path / "b.xlsx")
        assert {n: mine[n] for n in theirs} == theirs
        assert len(mine) == len(theirs) + 1  # the note
        told = values_of(tmp_path / "b.xlsx")[3:]
        assert values_of(tmp_path / "a.xlsx")[3 : len(rows) + 3] == told

    def test_keep_what_only_looks_like_runs_of_formats(self, tmp_path: Path) -> None:
        texts = ["<r><t>甲</t></r>", "<r>", "<r>&</r>", "a\r_x000D_ "]
        quick(tmp_path / "a.xlsx", [(t, t, 1, None, t, Open(Source(""))) for t in texts])
        assert [row[1] for row in values_of(tmp_path / "a.xlsx")[3:7]] == texts
        streamed = PlainBook.streamed(tmp_path / "b.xlsx")
        page = streamed.add_worksheet()
        for row, text in enumerate(texts):
            page.write_string(row, 0, text)
        streamed.close()
        assert [row[0] for row in values_of(tmp_path / "b.xlsx")] == texts

    def test_are_valid_and_counted(self, tmp_path: Path) -> None:
        path = tmp_path / "a.xlsx"
        quick(path, lines(300))
        found = OpenXmlValidator(strict=True).validate(path)
        assert not found.errors
        with zipfile.ZipFile(path) as package:
            texts = package.read("xl/sharedStrings.xml").decode()
            sheets = [n for n in package.namelist() if n.startswith("xl/worksheets/sheet")]
            counted = sum(package.read(name).count(b't="s"') for name in sheets)
        counts = re.search(r'count="(\d+)" uniqueCount="(\d+)"', texts)
        assert counts
        assert int(counts[1]) == counted
        assert (
            int(counts[2])
            == texts.count("<si>")
            == len(set(re.findall("<si>.*?</si>", texts, re.S)))
        )

    def test_links_of_one_file_share_a_relation(self, tmp_path: Path) -> None:
        rows = [("甲", "已报", 1, None, "", Open(Source("甲.xlsx", "学籍", n))) for n in range(9)]
        quick(tmp_path / "a.xlsx", rows)
        with zipfile.ZipFile(tmp_path / "a.xlsx") as package:
            assert package.read("xl/worksheets/_rels/sheet1.xml.rels").count(b"Target=") == 1

    def test_more_links_than_a_sheet_takes(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(paper_module, "LINK_LIMIT", 2)
        rows = [("甲", "已报", 1, None, "", Open(Source("甲.xlsx", "学籍", n))) for n in range(4)]
        quick(tmp_path / "a.xlsx", rows)
        sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[0]
        assert [bool(sheet.cell(row, 7).hyperlink) for row in range(4, 8)] == [
            True,
            True,
            False,
            False,
        ]
        assert [sheet.cell(row, 7).value for row in range(4, 8)] == ["打开"] * 4
        assert NO_LINKS in [cell.value for cell in sheet["A"]]
        assert paper_module.LINK_LIMIT < MOST_LINKS

    @pytest.mark.libreoffice
    def test_libreoffice_reads_the_same(self, tmp_path: Path) -> None:
        rows = [row for row in lines(200) if "<r>" not in str(row[0])]
        quick(tmp_path / "a.xlsx", rows)
        slow(tmp_path / "b.xlsx", rows)
        made = [tmp_path / "a.xlsx", tmp_path / "b.xlsx"]
        mine, theirs = map(values_of, libreoffice.convert(made, "xlsx", tmp_path / "out"))
        assert mine[3 : len(rows) + 3] == theirs[3:]
        assert sum(row.count("打开") for row in theirs) > 50


def test_same_bytes_whatever_the_order_of_sets(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from tests.books.test_plain_sheet import lines, quick;"
        "quick(Path(sys.argv[1]), lines(300))"
    )
    digests = set()
    for seed in ("1", "2"):
        path = tmp_path / seed / "a.xlsx"
        path.parent.mkdir()
        env = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)}
        subprocess.run([sys.executable, "-c", code, str(path)], check=True, env=env)
        digests.add(hashlib.sha256(path.read_bytes()).hexdigest())
    assert len(digests) == 1


@settings(max_examples=40, deadline=None)
@given(st.lists(TEXT, min_size=1, max_size=6))
def test_every_text_comes_back(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    """Shared, spelt out and as a single cell: what ``clean`` leaves is what is read."""
    path = tmp_path_factory.mktemp("t") / "a.xlsx"
    book = PlainBook(path)
    form, sheet = book.add_format({"bold": True}), book.add_worksheet()
    style = form._get_xf_index()
    columns = [
        (0, Counted(style)),
        (2, sheet.looked(texts, form)),
        (3, sheet.looked(texts, form, gaps=True)),
        (26, Spelt(texts, style)),
    ]
    sheet.put_block(1, columns, len(texts))
    sheet.write_number(0, 27, 1)
    sheet.write_number(60, 0, 1)
    for row, text in enumerate(texts, 50):
        sheet.put(row, 1, sheet.rests(form)[text])
    book.close()
    page, read = openpyxl.load_workbook(path).worksheets[0], values_of(path)
    expected = [clean(text) for text in texts]
    for row, text in enumerate(expected, 2):
        told = read[row - 1]
        assert [told[column] for column in (0, 2, 3, 26)] == [row - 1, text, text, text]
        assert page.cell(row, 3).font.bold
        assert page.cell(row, 4).has_style == page.cell(row, 27).has_style == bool(text)
    assert [row[1] for row in read[50 : 50 + len(texts)]] == expected


class TestSheet:
    def test_a_chart_knows_what_was_put(self, tmp_path: Path) -> None:
        """The values that stand in the chart until a program draws it anew."""
        caches = []
        for name, put in (("a", True), ("b", False)):
            book = PlainBook(tmp_path / f"{name}.xlsx")
            form, sheet = book.add_format({"border": 1}), book.add_worksheet()
            for row, (text, number) in enumerate((("甲", 3), ("乙 & 丙", 2.5), ("丁", 0))):
                if put:
                    rests = sheet.rests(form)
                    sheet.put(row, 0, rests[text])
                    sheet.put(row, 1, rests[number])
                    style = form._get_xf_index()
                    sheet.put(row, 2, sheet.formula_rest(f"=B{row + 1}*2", number * 2, style))
                    sheet.put(row, 3, rests[""])
                else:
                    sheet.write_string(row, 0, text, form)
                    sheet.write_number(row, 1, number, form)
                    sheet.write_formula(row, 2, f"=B{row + 1}*2", form, number * 2)
                    sheet.write_blank(row, 3, None, form)
            chart = book.add_chart({"type": "column"})
            for column in (1, 2, 3):
                places = [["Sheet1", 0, 0, 2, 0], ["Sheet1", 0, column, 2, column]]
                chart.add_series({"categories": places[0], "values": places[1]})
            sheet.insert_chart(5, 0, chart)
            book.close()
            with zipfile.ZipFile(tmp_path / f"{name}.xlsx") as package:
                caches.append(package.read("xl/charts/chart1.xml"))
        assert caches[0] == caches[1]

    def test_formulas_are_native_and_show_what_they_were_given(self, tmp_path: Path) -> None:
        book = PlainBook(tmp_path / "a.xlsx")
        sheet = book.add_worksheet("甲")
        told = (("=A9+1", 1 / 3), ('=IF(A9=0,"—",A9&"<>")', "—"), ('=COUNTIF(A1:A9,"<3")', 2))
        for row, (formula, value) in enumerate(told):
            sheet.put(row, 0, sheet.formula_rest(formula, value, 0))
        book.close()
        for values in (False, True):
            page = openpyxl.load_workbook(tmp_path / "a.xlsx", data_only=values).worksheets[0]
            assert [cell.value for cell in page["A"]] == [pair[values] for pair in told]

    def test_past_the_end_of_a_sheet_is_refused(self, tmp_path: Path) -> None:
        book = PlainBook(tmp_path / "a.xlsx")
        form, sheet = book.add_format(), book.add_worksheet()
        with pytest.raises(OutputError, match="1048576"):
            sheet.put_block(1_048_570, [(0, Looked(["/>"] * 9))], 9)
        sheet.put(1_048_576, 0, sheet.rests(form)["甲"])
        with pytest.raises(OutputError):
            book.close()

    @pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
    def test_what_is_no_number_is_refused(self, tmp_path: Path, number: float) -> None:
        book = PlainBook(tmp_path / "a.xlsx")
        sheet = book.add_worksheet()
        with pytest.raises(ValueError, match=str(number)):
            sheet.rests(book.add_format())[number]

    def test_no_file_of_its_own_while_it_is_written(self, tmp_path: Path) -> None:
        path = tmp_path / "a.xlsx"
        quick(path, lines(30))
        assert list(tmp_path.iterdir()) == [path]


class TestHooks:
    """What we take the place of in XlsxWriter and zipfile; another version may call it otherwise."""

    @pytest.mark.parametrize(
        ("ours", "theirs"),
        [
            (PlainSheet, Worksheet), (PlainBook, Workbook), (PartsPacker, Packager),
            (Strings, SharedStrings),
        ],
    )  # fmt: skip
    def test_every_method_that_is_replaced_exists(self, ours: type, theirs: type) -> None:
        source = inspect.getsource(ours)
        called = set(re.findall(r"super\(\)\.(\w+)", source)) - {"__init__"}
        replaced = {
            name
            for name in vars(ours)
            if name.startswith("_") and callable(getattr(theirs, name, None))
        }
        assert {name for name in called if not hasattr(theirs, name)} == set()
        expected = {
            PlainSheet: {
                "_assemble_xml_file", "_get_range_data", "_prepare_formula", "_write_formula",
                "_write_hyperlinks", "_write_rows", "_write_string", "_xml_rich_inline_string",
            },
            PlainBook: {"_get_packager", "_store_workbook"},
            PartsPacker: {
                "_create_package", "_filename", "_set_in_memory", "_write_shared_strings_file",
            },
            Strings: {"_write_sst_strings"},
        }  # fmt: skip
        assert expected[ours] <= replaced

    def test_a_part_of_a_zip_lets_its_compressor_be_replaced(self, tmp_path: Path) -> None:
        about = ZipInfo("a")
        about.compress_type = ZIP_DEFLATED
        with ZipFile(tmp_path / "a.zip", "w") as package, package.open(about, "w") as part:
            assert hasattr(part, "_compressor")

    def test_igzip_packs(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        begun = []

        def spy(*args: int) -> object:
            begun.append(args)
            return isal_zlib.compressobj(*args)

        monkeypatch.setattr(
            parts, "isal_zlib", type("Spy", (), {"compressobj": spy, "DEFLATED": 8})
        )
        quick(tmp_path / "a.xlsx", lines(9))
        with zipfile.ZipFile(tmp_path / "a.xlsx") as package:
            assert len(begun) == len(package.namelist())
            assert package.testzip() is None

    def test_the_parts_are_xlsxwriters(self, tmp_path: Path) -> None:
        """Without anything put quickly, part for part what XlsxWriter packs itself."""
        packed = []
        for kind in (PlainBook, xlsxwriter.Workbook):
            path = tmp_path / f"{kind.__name__}.xlsx"
            options = {"in_memory": True, "strings_to_urls": False}
            book = kind(path, options) if kind is PlainBook else kind(str(path), options)
            book.set_properties({"created": dt.datetime(2026, 10, 1)})
            sheet = book.add_worksheet("甲")
            sheet.write_string(0, 0, "甲 & 乙")
            sheet.write_url(1, 0, "external:a b.xlsx#'学籍'!A1", None, "打开")
            sheet.write_formula(2, 0, "=1+1", None, 2)
            sheet.write_comment(3, 0, "说明")
            book.close()
            with zipfile.ZipFile(path) as package:
                packed.append(
                    [(i.filename, i.date_time, package.read(i)) for i in package.infolist()]
                )
        assert packed[0] == packed[1]
