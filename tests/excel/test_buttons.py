"""Every button: ribbon click, VBA, Python, xlwings' Windows engine, workbook, saved file."""

from __future__ import annotations

import datetime as dt
import shutil
import webbrowser
from pathlib import Path

import openpyxl
import pytest
import xlwings as xw

import kbbx_xl.excel.main as main
from kbbx_xl.books.read import read_file
from kbbx_xl.books.read.sheets import MARKS_SHEET
from kbbx_xl.excel.commands import COMMANDS
from kbbx_xl.excel.marks import COLOURS
from kbbx_xl.model import Kind, Period, Severity
from kbbx_xl.rules.school_days import school_calendar
from tests.excel.conftest import QUIET
from tests.excel.office import (
    ABSENT,
    CALENDAR,
    LISTED,
    MONTH,
    NAMES,
    SCHOOLS,
    WRONG_ID,
    case,
    id_no,
    pupils,
    write,
)
from tests.excel.pc import PC
from tests.excel.winstub import VK_ESCAPE

FIRST = SCHOOLS[0].name


def book_of(office: Path, file: str = "登记表.xlsx") -> Path:
    return office / "报送" / FIRST / file


def sheets(book: xw.Book) -> list[str]:
    return [sheet.name for sheet in book.sheets]


def cells(path: Path, sheet: str) -> list[tuple[object, ...]]:
    loaded = openpyxl.load_workbook(path)
    return [tuple(cell.value for cell in row) for row in loaded[sheet].iter_rows()]


def select(book: xw.Book, sheet: str, cells: str) -> None:
    book.sheets[sheet].activate()
    book.sheets[sheet].range(cells).select()


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


# ---- 汇总


def test_gather_the_schools_of_a_centre(pc: PC, office: Path) -> None:
    pc.new()
    pc.answers.folder.append(office)
    pc.click("gather")
    out = office / "汇总结果_2026-10"
    assert pc.active().name == "中心校汇总_石桥镇中心校_2026-10.xlsx"  # type: ignore[union-attr]
    assert "在校生 12 人" in pc.messages[-1].prompt
    assert {p.suffix for p in out.iterdir()} == {".xlsx", ".docx"}
    assert any("汇总各校" in text for text in pc.status if isinstance(text, str))


def test_county_remembers_the_folder_and_explains_a_number(pc: PC, office: Path) -> None:
    directory = office / "单位目录.xlsx"
    pc.open(directory)
    pc.answers.folder.append(office)
    pc.click("county")
    assert "应报 3 个单位，已报 2 个" in pc.messages[-1].prompt
    summary = pc.active()
    assert summary is not None
    assert summary.name == "全县汇总_2026-10.xlsx"
    numbers = summary.sheets["人数汇总"].used_range
    third = numbers.value[3].index("三") + 1  # the grade that both schools have
    select(summary, "人数汇总", numbers(5, third).get_address())
    pc.click("explain")
    assert "学生名册" in pc.messages[-1].prompt
    from kbbx_xl.excel.place import folder_of

    assert folder_of(str(directory)) == str(office)


def test_progress_shows_who_has_reported(pc: PC, office: Path) -> None:
    pc.new()
    pc.answers.folder.append(office)
    pc.click("progress")
    made = office / "汇总结果_2026-10" / "报送进度_2026-10.xlsx"
    shown = [value for row in cells(made, "报送进度") for value in row]
    assert {unit.name for unit in SCHOOLS} <= set(shown)


def test_escape_stops_the_county_and_writes_nothing(pc: PC, office: Path) -> None:
    pc.new()
    pc.answers.folder.append(office)
    pc.press(VK_ESCAPE)
    pc.click("county")
    assert not (office / "汇总结果_2026-10").exists()
    assert not pc.messages
    assert pc.app.status_bar is False


def test_a_folder_without_a_directory_is_one_clear_message(pc: PC, office: Path) -> None:
    pc.new()
    pc.answers.folder.append(office / "报送" / FIRST)
    pc.click("county")
    assert "单位目录" in pc.messages[-1].prompt


# ---- 报送


def test_upward_writes_report_and_letter(pc: PC, office: Path) -> None:
    pc.new()
    pc.answers.folder.append(office)
    pc.click("upward")
    out = office / "汇总结果_2026-10"
    assert sorted(p.name for p in out.iterdir()) == ["上报_2026-10.xlsx", "上报说明_2026-10.docx"]


def test_mask_leaves_no_name_or_number(pc: PC, office: Path) -> None:
    pc.open(book_of(office))
    pc.click("mask")
    made = book_of(office, "登记表_脱敏.xlsx")
    text = str([row for sheet in openpyxl.load_workbook(made) for row in sheet.values])
    assert not [name for name in NAMES if name in text]
    assert "5200002017" not in text
    assert "脱敏说明" in openpyxl.load_workbook(made).sheetnames


def test_seal_and_unseal(pc: PC, office: Path) -> None:
    pc.open(book_of(office))
    pc.answers.input.append("ShiQiao-2026")
    pc.click("seal")
    sealed = book_of(office, "登记表_加密.xlsx")
    assert read_file(sealed, sealed.name, period=MONTH).findings[0].code == "F02"
    pc.answers.file.append(sealed)
    pc.answers.input.append("ShiQiao-2026")
    pc.click("unseal")
    opened = book_of(office, "登记表_解密.xlsx")
    assert read_file(opened, opened.name, period=MONTH).tables


def test_a_wrong_password_is_one_clear_message(pc: PC, office: Path) -> None:
    pc.open(book_of(office))
    pc.answers.input.append("ShiQiao-2026")
    pc.click("seal")
    pc.answers.file.append(book_of(office, "登记表_加密.xlsx"))
    pc.answers.input.append("ShiQiao-2025")
    pc.click("unseal")
    assert "密码不对" in pc.messages[-1].prompt
    assert "ShiQiao" not in pc.messages[-1].prompt
    assert not book_of(office, "登记表_解密.xlsx").exists()


# ---- 工具


def test_match_against_another_list(pc: PC, office: Path) -> None:
    pc.open(book_of(office))
    pc.answers.file.append(office / "报送" / SCHOOLS[1].name / "登记表.xlsx")
    pc.click("match")
    assert "比对完毕" in pc.messages[-1].prompt
    made = book_of(office, "登记表_比对_登记表.xlsx")
    assert "待人工确认" in openpyxl.load_workbook(made).sheetnames


@pytest.mark.parametrize("kind", ["visit", "persuade", "report", "order", "defer", "enrol"])
def test_letters_for_the_selected_child(pc: PC, office: Path, kind: str) -> None:
    book = pc.open(book_of(office))
    select(book, "疑似辍学台账", "B4")
    pc.click(f"letter_{kind}")
    assert "出了 1 份" in pc.messages[-1].prompt
    folder = book_of(office).parent / "文书"
    (letter,) = folder.glob("*.docx")
    assert NAMES[3] not in letter.name
    assert (folder / "文书登记.xlsx").exists()
    pc.click(f"letter_{kind}")
    assert "没有重复出的 1 份" in pc.messages[-1].prompt
    assert "出了" not in pc.messages[-1].prompt


def test_policy_shows_the_ladder_and_changes_it(pc: PC, office: Path) -> None:
    shutil.copy(office / "单位目录.xlsx", book_of(office).parent)
    book = pc.open(book_of(office))
    pc.answers.input.append("yanling")
    pc.click("policy")
    assert book.sheets["_kbbx"]["B6"].value == "yanling"
    shown = book.sheets["政策与校历"].used_range.value
    assert "鄢陵" in str(shown)
    titles = book.names["预警_名称"].refers_to_range.options(ndim=1).value
    assert titles
    assert all(str(title) in str(shown) for title in titles)
    assert "上课 " in pc.messages[-1].prompt
    days = book.names["上课日"].refers_to_range.options(ndim=1).value
    assert days == [dt.datetime.combine(d, dt.time()) for d in school_calendar(CALENDAR).days]


def test_policy_of_the_directory_is_stamped_for_the_county(pc: PC, office: Path) -> None:
    book = pc.open(office / "单位目录.xlsx")
    pc.answers.input.append("yanling")
    pc.click("policy")
    assert book.sheets["_kbbx"]["B6"].value == "yanling"
    pc.answers.folder.append(office)
    pc.click("county")
    assert "鄢陵县" in pc.messages[-1].prompt


def test_an_unknown_policy_is_one_clear_message(pc: PC, office: Path) -> None:
    book = pc.open(book_of(office))
    pc.answers.input.append("yanlin")
    pc.click("policy")
    assert "14鄢陵县" in pc.messages[-1].prompt
    assert "yanling" not in pc.messages[-1].prompt
    assert book.sheets["_kbbx"]["B6"].value == "tanghe"


def test_help_opens_the_manual_on_this_computer(
    pc: PC, office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    pc.click("help")
    assert len(opened) == 1
    assert opened[0].startswith("file:")


def test_doctor_says_what_is_there(pc: PC, office: Path) -> None:
    pc.click("doctor")
    assert "✓ Python" in pc.messages[-1].prompt


# ---- for all of them


def test_every_command_has_its_test_here() -> None:
    source = Path(__file__).read_text(encoding="utf-8")
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


def test_a_letter_about_a_child_who_is_back_is_refused_and_the_others_are_written(
    pc: PC, office: Path
) -> None:
    path, children = office / "二.xlsx", pupils(1)
    back = {**case(children[ABSENT]), "case_status": "已返校", "closed": dt.date(2026, 10, 19)}
    rows = [case(children[LISTED]), {**back, "seq": 2}]
    write(path, "registration", SCHOOLS[0], {"roster": children, "suspected": rows})
    book = pc.open(path)
    select(book, "疑似辍学台账", "B4:B5")
    pc.click("letter_persuade")
    told = pc.messages[-1].prompt
    assert "出了 1 份" in told
    assert "疑似辍学台账 第5行：状态是“已返校”" in told
    assert not [name for name in NAMES if name in told]
    select(book, "疑似辍学台账", "B5")
    pc.click("letter_report")
    assert "出了" not in pc.messages[-1].prompt
    assert "状态是“已返校”" in pc.messages[-1].prompt


def test_rows_selected_on_another_sheet_are_no_wish_for_every_letter(pc: PC, office: Path) -> None:
    book = pc.open(book_of(office))
    select(book, "学生名册", "B5:B6")
    pc.click("letter_persuade")
    assert "所选的行不在台账里，请在“疑似辍学台账”或“辍学台账”里选学生行" in pc.messages[-1].prompt
    assert not (book_of(office).parent / "文书").exists()
    select(book, "疑似辍学台账", "A1")
    pc.click("letter_order")
    assert "各出一份？" in pc.messages[-2].prompt
    assert "落款日期没有印" in pc.messages[-1].prompt


def test_a_weak_password_changes_nothing_and_sealing_is_shown(pc: PC, office: Path) -> None:
    book = pc.open(book_of(office))
    book.sheets["学生名册"]["B6"].value = "改过"
    before = book_of(office).read_bytes()
    pc.answers.input.append("Abc12345")
    pc.click("seal")
    assert "容易被猜到" in pc.messages[-1].prompt
    assert not book.api._object.saved
    assert book_of(office).read_bytes() == before
    assert "字母、数字、符号至少两类" in pc.dialogs[-1][1]
    pc.answers.input.append("ShiQiao-2026")
    pc.click("seal")
    assert "正在加密……" in pc.status


def test_a_file_without_a_password_is_said_before_one_is_asked_for(pc: PC, office: Path) -> None:
    pc.answers.file.append(book_of(office))
    pc.click("unseal")
    assert "没有打开密码，不用解密" in pc.messages[-1].prompt
    assert not [asked for asked in pc.dialogs if "密码" in str(asked[1])]


def test_a_second_list_that_cannot_be_read_is_said(pc: PC, office: Path) -> None:
    pc.open(book_of(office))
    pc.answers.input.append("ShiQiao-2026")
    pc.click("seal")
    pc.answers.file.append(book_of(office, "登记表_加密.xlsx"))
    pc.click("match")
    assert "文件有打开密码，程序读不了" in pc.messages[-1].prompt
    assert "“解密”按钮" in pc.messages[-1].prompt


def test_check_says_up_to_which_day_and_by_which_policy(pc: PC, office: Path) -> None:
    pc.open(book_of(office))
    pc.click("check")
    assert "截至 2026-10-20，按“唐河县”方案。" in pc.messages[-1].prompt


def test_a_policy_may_be_named_by_part_of_its_title(pc: PC, office: Path) -> None:
    book = pc.open(book_of(office))
    pc.answers.input.extend(["鄢陵", "某县"])
    pc.click("policy")
    assert book.sheets["_kbbx"]["B6"].value == "yanling"
    pc.click("policy")
    assert "不止一个方案的名称里有“某县”" in pc.messages[-1].prompt
    assert book.sheets["_kbbx"]["B6"].value == "yanling"
