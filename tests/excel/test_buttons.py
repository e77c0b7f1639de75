"""Every button, from the ribbon to the saved file: those of a school (填报), and what holds for all."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

import kbbx_xl.excel.main as main
from kbbx_xl.books.read import read_file
from kbbx_xl.books.read.sheets import MARKS_SHEET
from kbbx_xl.excel.commands import COMMANDS
from kbbx_xl.excel.marks import COLOURS
from kbbx_xl.model import Kind, Period, Severity
from tests.excel.conftest import QUIET
from tests.excel.office import (
    ABSENT,
    FIRST,
    LISTED,
    MONTH,
    NAMES,
    SCHOOLS,
    WRONG_ID,
    book_of,
    case,
    cells,
    id_no,
    pupils,
    select,
    sheets,
    write,
)
from tests.excel.pc import PC

# ---- 填报


@pytest.mark.parametrize("pc", ["kbbx.xlam", QUIET], indirect=True)
def test_check_colours_notes_and_lists(pc: PC, office: Path, tmp_path: Path) -> None:
    book = pc.open(book_of(office))
    select(book, "学生名册", "B7")
    pc.click("check")
    assert "错误 2 条" in pc.messages[-1].prompt
    wrong = book.sheets["学生名册"]["E6"]
    assert wrong.color == COLOURS[Severity.ERROR]
    assert "校验码不对" in wrong.api.Comment.Text()
    saved = pc.save(book, tmp_path / "checked.xlsx")
    rows = cells(saved, "问题清单")
    place = next(row for row in rows if row[6] == "I03")
    assert place[1:4] == ("错误", "学生名册", """=HYPERLINK("#'学生名册'!E6","E6")""")
    assert openpyxl.load_workbook(saved)["学生名册"]["E6"].comment is not None
    assert (book.sheets.active.name, pc.app.selection.address) == ("学生名册", "$B$7")


def test_check_again_replaces_what_it_said(pc: PC, office: Path) -> None:
    book = pc.open(book_of(office))
    pc.click("check")
    roster = book.sheets["学生名册"]
    roster["E6"].value = id_no(10 + WRONG_ID)
    pc.click("check")
    assert sheets(book).count("问题清单") == 1
    assert "问题清单2" not in sheets(book)
    told = [row[6] for row in book.sheets["问题清单"].used_range.value]
    assert "I03" not in told
    assert roster["E6"].color is None
    assert roster["E6"].api.Comment is None


def test_clear_leaves_nothing(pc: PC, office: Path) -> None:
    book = pc.open(book_of(office))
    before = sheets(book)
    pc.click("check")
    pc.click("flag")
    assert {"问题清单", "缺勤预警", MARKS_SHEET} <= set(sheets(book))
    pc.click("clear")
    assert sheets(book) == before
    assert book.sheets["学生名册"]["E6"].api.Comment is None
    assert book.sheets["学生名册"]["E6"].color is None
    assert book.sheets["学生名册"].api.ProtectContents


def test_flag_marks_who_is_over_a_threshold(pc: PC, office: Path, tmp_path: Path) -> None:
    book = pc.open(book_of(office))
    pc.click("flag")
    assert "到预警线的学生 3 人，待办 5 项" in pc.messages[-1].prompt
    rows = cells(pc.save(book, tmp_path / "flagged.xlsx"), "缺勤预警")[4:]
    asked = {(row[5], row[6]) for row in rows}
    assert asked == {
        (NAMES[0], "联系家长"), (NAMES[0], "家访劝返"),
        (NAMES[1], "联系家长"),
        (NAMES[3], "联系家长"), (NAMES[3], "家访劝返"),
    }  # fmt: skip
    name = book.sheets["点名表"]["D5"]
    assert name.value == NAMES[0]
    assert name.color in (COLOURS[Severity.ERROR], COLOURS[Severity.WARNING])
    assert "家访劝返" in name.api.Comment.Text()


def test_report_writes_the_monthly_report(pc: PC, office: Path) -> None:
    pc.open(book_of(office))
    pc.click("report")
    made = book_of(office, f"月报表_{FIRST}_2026-10.xlsx")
    assert made.name in pc.books()
    read = read_file(made, made.name, period=MONTH)
    (report,) = [t for t in read.tables if t.kind is Kind.REPORT]
    row = dict(next(r for _, r in report.records() if r["grade"] == "三年级"))
    assert (row["opening"], row["closing"], row["suspected"]) == (6, 6, 1)


def test_zero_report_is_refused_while_there_is_a_case(pc: PC, office: Path) -> None:
    pc.open(book_of(office))
    pc.click("zero")
    assert "不能报零报告" in pc.messages[-1].prompt
    assert not [name for name in NAMES if name in pc.messages[-1].prompt]
    assert not book_of(office, f"月报表_{FIRST}_2026-10.xlsx").exists()


def test_zero_report_in_the_open_monthly_report(pc: PC, office: Path, tmp_path: Path) -> None:
    path = office / "报送" / SCHOOLS[1].name / "月报表.xlsx"
    book = pc.open(path)
    pc.click("zero")
    assert "零报告声明已填好" in pc.messages[-1].prompt
    saved = pc.save(book, tmp_path / "zero.xlsx")
    read = read_file(saved, "月报表.xlsx", period=MONTH)
    (declared,) = [t for t in read.tables if t.kind is Kind.ZERO_REPORT]
    assert declared.get("zero") == ["是"]
    assert book.sheets["零报告声明"].api.ProtectContents


def test_zero_report_from_the_registration(pc: PC, office: Path) -> None:
    school = SCHOOLS[1].name
    pc.open(office / "报送" / school / "登记表.xlsx")
    pc.click("zero")
    made = office / "报送" / school / f"月报表_{school}_2026-10.xlsx"
    read = read_file(made, made.name, period=MONTH)
    (declared,) = [t for t in read.tables if t.kind is Kind.ZERO_REPORT]
    assert declared.get("zero") == ["是"]


def test_print_previews_the_selected_child(pc: PC, office: Path) -> None:
    book = pc.open(book_of(office))
    select(book, "疑似辍学台账", "B4:C4")
    pc.click("print")
    assert pc.printed[-1][:2] == ("PrintPreview", "登记表打印")
    assert NAMES[3] in book.names["打印_学生"].refers_to_range.value
    assert book.sheets["登记表打印"].api.ProtectContents


def test_print_prints_several_after_a_question(pc: PC, office: Path) -> None:
    first, second = office / "一.xlsx", pupils(1)
    rows = [case(second[LISTED]), {**case(second[ABSENT]), "seq": 2}]
    write(first, "registration", SCHOOLS[0], {"roster": second, "suspected": rows})
    book = pc.open(first)
    select(book, "疑似辍学台账", "B4:B5")
    pc.answers.box.append("cancel")
    pc.click("print")
    assert not pc.printed
    pc.click("print")
    assert [kind for kind, _, _ in pc.printed] == ["PrintOut", "PrintOut"]


def test_print_says_what_to_select(pc: PC, office: Path) -> None:
    book = pc.open(book_of(office))
    select(book, "学生名册", "B4")
    pc.click("print")
    assert not pc.printed
    assert "选中要打印的学生" in pc.messages[-1].prompt


def test_carry_makes_next_months_workbook(pc: PC, office: Path) -> None:
    path = book_of(office)
    before = path.read_bytes()
    pc.open(path)
    pc.click("carry")
    made = book_of(office, f"登记表_{FIRST}_2026-11.xlsx")
    assert made.name in pc.books()
    assert path.read_bytes() == before
    read = read_file(made, made.name, period=Period(2026, 11))
    assert read.own["period"] == "2026-11"
    roster = next(t for t in read.tables if t.table == "roster")
    assert roster.get("name") == list(NAMES)


# ---- for all of them


def test_every_command_has_its_test_here() -> None:
    here = Path(__file__).parent.glob("test_buttons*.py")
    source = "".join(path.read_text(encoding="utf-8") for path in here)
    ids = {c.id for c in COMMANDS if not c.id.startswith("letter_")}
    assert not [name for name in ids if f'pc.click("{name}")' not in source]
    kinds = {c.id.removeprefix("letter_") for c in COMMANDS if c.id.startswith("letter_")}
    assert not [kind for kind in kinds if f'"{kind}"' not in source]


@pytest.mark.parametrize(
    ("kind", "file"),
    [
        ("registration", "登记表.xlsx"),
        ("monthly", "月报表.xlsx"),
        ("directory", "../../单位目录.xlsx"),
        ("other", ""),
        ("none", None),
    ],
)
def test_buttons_are_enabled_where_they_make_sense(
    pc: PC, office: Path, kind: str, file: str | None
) -> None:
    if file:
        pc.open(book_of(office, file))
    elif file == "":
        pc.new()
    assert {c.id for c in COMMANDS if pc.enabled(c.id)} == {
        c.id for c in COMMANDS if kind in c.forms
    }


def test_excel_is_as_before_after_an_inner_error(
    pc: PC, office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(desk: object) -> None:
        raise ZeroDivisionError(NAMES[0])

    monkeypatch.setattr(main, "HANDLERS", {**main.HANDLERS, "check": fail})
    pc.open(book_of(office))
    pc.click("check")
    app = pc.app
    state = (app.screen_updating, app.enable_events, app.calculation, app.status_bar)
    assert state == (True, True, "automatic", False)
    assert "ZeroDivisionError" in pc.messages[-1].prompt
    assert NAMES[0] not in pc.messages[-1].prompt


def test_a_workbook_never_saved_is_one_clear_message(pc: PC, office: Path) -> None:
    pc.new()
    pc.click("mask")
    assert "还没有保存过" in pc.messages[-1].prompt
