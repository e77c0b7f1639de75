"""Built workbooks: reproducible, valid, guarded, and read back as they were written."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openxml_audit import OpenXmlValidator
from xlsxwriter.exceptions import XlsxWriterException

from kbbx_xl.books.read.files import read_file
from kbbx_xl.books.template import FORMS, Context, build_all, build_workbook
from kbbx_xl.books.template.choices import SHEET as LISTS
from kbbx_xl.books.template.choices import choice_name
from kbbx_xl.books.template.columns import message_of
from kbbx_xl.books.template.frame import cover_name
from kbbx_xl.books.template.page import writing
from kbbx_xl.messages import OutputError
from kbbx_xl.model import Layout, Period, Unit
from kbbx_xl.settings.forms import AS_OF, Field, FieldType, Form, Rule, load_form
from kbbx_xl.settings.lists import load_lists

PERIOD = Period(2026, 10)
SCHOOL = Unit("520101", "云溪镇中心小学", "云溪镇中心校", "学校", "小学", "周静", "17402312110")
CONTEXT = Context(unit=SCHOOL, parent=SCHOOL.parent, period=PERIOD, as_of=dt.date(2026, 10, 20))
# functions that came after Excel 2010; XlsxWriter and Excel mark them in the file
NEWER = re.compile(r"_xlfn\.|_xlws\.|\b(?:IFS|SWITCH|XLOOKUP|FILTER|UNIQUE|SORT|LET|TEXTJOIN)\(")


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("blank")
    build_all(folder)
    return folder


@pytest.fixture(scope="module")
def filled_in(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Form -> workbook of one school, without records."""
    folder = tmp_path_factory.mktemp("school")
    paths = {name: folder / f"{name}.xlsx" for name in FORMS}
    for name, path in paths.items():
        build_workbook(load_form(name), path, context=CONTEXT)
    return paths


@pytest.fixture(scope="module")
def books(blank: Path) -> dict[str, openpyxl.Workbook]:
    return {name: openpyxl.load_workbook(form_file(blank, name)) for name in FORMS}


def form_file(folder: Path, name: str) -> Path:
    return folder / f"{load_form(name).title}.xlsx"


def fields(form: Form) -> list[tuple[str, int, Field]]:
    """(sheet, column from 1, field) of every plain table of a form."""
    return [
        (sheet.sheet, col, field)
        for sheet in form.sheets
        if sheet.layout is Layout.TABLE and sheet.table not in ("report", "six_checks")
        for col, field in enumerate(sheet.columns, 1)
    ]


def header_row(form: Form, sheet: str) -> int:
    return 6 if (form.form, sheet) == ("directory", "校历") else 3


def test_the_same_yaml_gives_the_same_bytes(tmp_path: Path) -> None:
    form = load_form("responsibility")
    first, second = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    build_workbook(form, first, context=CONTEXT)
    build_workbook(form, second, context=CONTEXT)
    assert first.read_bytes() == second.read_bytes()


def test_check_names_what_differs_and_writes_nothing(blank: Path, tmp_path: Path) -> None:
    names = [f"{load_form(name).title}.xlsx" for name in FORMS]
    assert sorted(p.name for p in blank.iterdir()) == sorted(names)
    for path in blank.iterdir():
        shutil.copy(path, tmp_path)
    assert build_all(tmp_path, check=True) == []
    (tmp_path / names[0]).write_bytes(b"edited by hand")
    (tmp_path / names[3]).unlink()
    assert build_all(tmp_path, check=True) == [names[0], names[3]]
    assert not (tmp_path / names[3]).exists()


@pytest.mark.parametrize("name", FORMS)
def test_strict_audit_finds_nothing(blank: Path, name: str) -> None:
    result = OpenXmlValidator(strict=True).validate(form_file(blank, name))
    assert (result.error_count, result.warning_count) == (0, 0)


@pytest.mark.parametrize("name", FORMS)
def test_no_function_newer_than_excel_2010(filled_in: dict[str, Path], name: str) -> None:
    with zipfile.ZipFile(filled_in[name]) as book:
        for part in book.namelist():
            if part.startswith(("xl/worksheets/sheet", "xl/workbook")):
                assert not NEWER.search(book.read(part).decode()), part


@pytest.mark.parametrize("name", FORMS)
def test_sheets_stand_as_declared_and_helpers_are_very_hidden(
    books: dict[str, openpyxl.Workbook], name: str
) -> None:
    form = load_form(name)
    book = books[name]
    visible = [s.title for s in book if s.sheet_state == "visible"]
    assert visible == [s.sheet for s in form.sheets]
    assert all(s.title.startswith("_") for s in book if s.sheet_state == "veryHidden")
    assert {s.sheet_state for s in book} == {"visible", "veryHidden"}


@pytest.mark.parametrize("name", FORMS)
def test_every_sheet_is_guarded_without_a_password_and_fits_a4(
    books: dict[str, openpyxl.Workbook], name: str
) -> None:
    book = books[name]
    for sheet in book:
        if sheet.sheet_state != "visible":
            continue
        assert sheet.protection.sheet, sheet.title
        assert not sheet.protection.password, sheet.title
        assert int(sheet.page_setup.paperSize) == 9, sheet.title
        assert sheet.page_setup.fitToWidth in (None, 1), sheet.title


@pytest.mark.parametrize("name", FORMS)
def test_each_input_column_is_open_checked_and_explained(
    books: dict[str, openpyxl.Workbook], name: str
) -> None:
    form = load_form(name)
    book = books[name]
    for sheet, col, field in fields(form):
        page, row = book[sheet], header_row(form, sheet)
        assert page.cell(row, col).value == field.title
        cell = page.cell(row + 1, col)
        if field.name == "seq" or (field.formula and field.formula != "run_days"):
            assert cell.protection.locked, (sheet, field.title)
            continue
        assert not cell.protection.locked, (sheet, field.title)
        if field.type in (FieldType.ID, FieldType.STUDENT_NO, FieldType.PHONE):
            assert cell.number_format == "@", (sheet, field.title)
        if field.type is FieldType.DATE:
            assert cell.number_format == "yyyy-mm-dd", (sheet, field.title)
        if not field.formula:
            rules = [v for v in page.data_validations.dataValidation if cell.coordinate in v.sqref]
            assert len(rules) == 1, (sheet, field.title)
            assert rules[0].prompt == message_of(field) != "", (sheet, field.title)
            if field.words:
                assert rules[0].formula1 == choice_name(field.words)
            if field.check is Rule.UP_TO_AS_OF:
                assert rules[0].formula2.startswith(f"IF(ISNUMBER({cover_name(AS_OF)})")


@pytest.mark.parametrize("name", FORMS)
def test_data_sheets_hold_a_named_table_frozen_header_and_filter(
    books: dict[str, openpyxl.Workbook], name: str
) -> None:
    form = load_form(name)
    book = books[name]
    for sheet in {s for s, _, _ in fields(form)}:
        page = book[sheet]
        table = page.tables[sheet]
        assert [c.name for c in table.tableColumns] == [
            f.title for s, _, f in fields(form) if s == sheet
        ]
        assert table.autoFilter is not None
        assert page.freeze_panes.endswith(str(header_row(form, sheet) + 1))
        assert page.print_title_rows == f"${header_row(form, sheet)}:${header_row(form, sheet)}"


def test_drop_downs_offer_the_words_of_the_lists(books: dict[str, openpyxl.Workbook]) -> None:
    book = books["registration"]
    for name, words in load_lists().items():
        if choice_name(name) not in book.defined_names:
            continue
        (sheet, cells), *_ = book.defined_names[choice_name(name)].destinations
        assert sheet == LISTS
        assert tuple(row[0].value for row in book[sheet][cells]) == words.values


def test_the_stamp_says_what_the_workbook_is(filled_in: dict[str, Path]) -> None:
    read = read_file(filled_in["monthly"], "月报表.xlsx", period=PERIOD)
    assert read.own == {
        "form": "monthly",
        "version": "1",
        "unit": "520101",
        "unit_name": "云溪镇中心小学",
        "period": "2026-10",
        "policy": "",
    }


def test_what_is_known_is_filled_in(filled_in: dict[str, Path]) -> None:
    read = read_file(filled_in["registration"], "登记表.xlsx", period=PERIOD)
    cover = next(t for t in read.tables if t.table == "cover")
    assert cover.columns["unit"] == ["云溪镇中心小学"]
    assert cover.columns["as_of"] == [dt.date(2026, 10, 20)]
    assert not read.findings


DANGEROUS = ["=1+1", "+86", "-x", "@SUM(A1)", "000123", "1E5", "http://a.b", "{=A1}", " 前后 "]


def test_text_stays_text(tmp_path: Path) -> None:
    """A text that begins with = + - @ is written as a string, not as a formula."""
    path = tmp_path / "t.xlsx"
    rows = [{"grid_name": text, "head": "甲", "phone": "17400000000"} for text in DANGEROUS]
    build_workbook(load_form("responsibility"), path, context=CONTEXT, data={"grid_village": rows})
    page = openpyxl.load_workbook(path)["村级网格"]
    cells = [page.cell(row, 2) for row in range(4, 4 + len(rows))]
    assert [c.value for c in cells] == DANGEROUS
    assert {c.data_type for c in cells} == {"s"}


names = st.text("赵钱孙李周吴郑王", min_size=2, max_size=4)
case = st.fixed_dictionaries(
    {
        "name": names,
        "id_no": st.from_regex(
            r"520000(200|201)[0-9](0[1-9])(1[0-9])[0-9]{3}[0-9X]", fullmatch=True
        ),
        "grade": st.sampled_from(load_lists()["grade"].values),
        "class_name": st.sampled_from(["1班", "2班"]),
        "first_absent": st.dates(dt.date(2026, 9, 1), dt.date(2026, 10, 20)),
        "case_status": st.sampled_from(load_lists()["case_status"].values),
        "reason": st.sampled_from(load_lists()["dropout_reason"].values),
    }
)


@settings(max_examples=8, deadline=None)
@given(records=st.lists(case, max_size=6))
def test_write_then_read_is_identity(
    records: list[dict[str, object]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("round") / "m.xlsx"
    build_workbook(load_form("monthly"), path, context=CONTEXT, data={"list_suspected": records})
    read = read_file(path, "月报表.xlsx", period=PERIOD)
    table = next(t for t in read.tables if t.table == "list_suspected")
    got = [{k: v for k, v in record.items() if k in records[0]} for _, record in table.records()]
    assert got == records
    assert [f.code for f in read.findings] == []


def test_roll_call_marks_are_read_back(tmp_path: Path) -> None:
    path = tmp_path / "r.xlsx"
    marks = {8: "√", 9: "×", 10: "半", 12: "病", 13: "事"}
    pupil = {"grade": "一年级", "class_name": "1班", "name": "甲乙", "number": "01", "marks": marks}
    build_workbook(load_form("registration"), path, context=CONTEXT, data={"roll_call": [pupil]})
    read = read_file(path, "登记表.xlsx", period=PERIOD)
    table = next(t for t in read.tables if t.table == "roll_call")
    assert table.days == list(range(1, 32))
    seen = {d: m for d, m in zip(table.days, table.marks[0], strict=True) if m}
    assert seen == marks


def test_a_table_has_room_below_its_records(tmp_path: Path) -> None:
    path = tmp_path / "big.xlsx"
    rows = [{"grid_name": f"村{n}", "head": "甲", "phone": ""} for n in range(300)]
    build_workbook(load_form("responsibility"), path, data={"grid_village": rows})
    page = openpyxl.load_workbook(path)["村级网格"]
    assert page.tables["村级网格"].ref == "A3:E353"


def test_what_excel_cannot_hold_stops_the_build(tmp_path: Path) -> None:
    """XlsxWriter only warns and drops a validation; a template without it is no template."""
    rule = {"validate": "list", "source": "=list_sex", "input_message": "长" * 256}
    with pytest.raises(OutputError), writing(tmp_path / "a.xlsx", "样") as book:
        book.page("样").validate(0, 0, 1, 0, rule)
    with pytest.raises(OutputError), writing(tmp_path / "b.xlsx", "样") as book:
        book.page("样").validate(0, 0, 1, 0, {"validate": "list", "source": ["字" * 40] * 9})
    with pytest.raises(OutputError), writing(tmp_path / "c.xlsx", "样") as book:
        book.page("样").put(2**20, 0, "beyond the last row")
    with pytest.raises(OutputError), writing(tmp_path / "d.xlsx", "样") as book:
        book.page("样").footer("&L" + "注" * 300)
    with pytest.raises(OutputError), writing(tmp_path / "e.xlsx", "样") as book:
        book.define("A1", "=1")


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="none"):
        build_workbook(load_form("directory"), tmp_path / "none" / "none.xlsx")
    assert issubclass(XlsxWriterException, Exception)
