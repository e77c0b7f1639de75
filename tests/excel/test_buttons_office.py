"""Every button, from the ribbon to the saved file: 汇总, 报送 and 工具."""

from __future__ import annotations

import datetime as dt
import shutil
import webbrowser
from pathlib import Path

import openpyxl
import pytest

from kbbx_xl.books.read import read_file
from kbbx_xl.rules.school_days import school_calendar
from kbbx_xl.settings.policies import CARRIED, stamped_policy
from kbbx_xl.settings.policy_text import policy_yaml
from tests.books.setup.small_county import county
from tests.excel.office import (
    ABSENT,
    CALENDAR,
    FIRST,
    LISTED,
    MONTH,
    NAMES,
    SCHOOLS,
    book_of,
    case,
    cells,
    pupils,
    select,
    write,
)
from tests.excel.pc import PC
from tests.excel.winstub import VK_ESCAPE

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
    assert "应报 3 个单位，已报 0 个，缺项 2 个，未报 1 个" in pc.messages[-1].prompt
    summary = pc.active()
    assert summary is not None
    assert summary.name == "全县汇总_2026-10.xlsx"
    numbers = summary.sheets["人数汇总"].used_range
    head = next(n for n, row in enumerate(numbers.value, 1) if "三" in row)
    third = numbers.value[head - 1].index("三") + 1  # the grade that both schools have
    select(summary, "人数汇总", numbers(head + 1, third).get_address())
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


@pytest.mark.parametrize("kind", ["visit", "persuade", "report", "defer", "enrol"])
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


def test_the_county_s_own_policy_beside_the_workbook_can_be_chosen(pc: PC, office: Path) -> None:
    (office / "政策.yaml").write_text(policy_yaml(county().policy), encoding="utf-8")
    book = pc.open(book_of(office))
    pc.answers.input.append("1")
    pc.click("policy")
    stamped = {row[0]: row[1] for row in book.sheets["_kbbx"]["A1:B12"].value}
    assert stamped["policy"] == "tanghe-520000"
    assert stamped_policy(stamped) == county().policy
    assert "青禾县（由唐河县方案改成）" in pc.messages[-1].prompt
    pc.answers.input.append("tanghe")
    pc.click("policy")
    stamped = {row[0]: row[1] for row in book.sheets["_kbbx"]["A1:B12"].value}
    assert (stamped["policy"], stamped[CARRIED] or "") == ("tanghe", "")


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


def test_a_letter_about_a_child_who_is_back_is_refused_and_the_others_are_written(
    pc: PC, office: Path
) -> None:
    path, children = office / "二.xlsx", pupils(1)
    back = {**case(children[ABSENT]), "closing": "已返校", "closed": dt.date(2026, 10, 19)}
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
    assert "请在“疑似辍学台账”或“辍学台账”里选行" in pc.messages[-1].prompt
    assert not (book_of(office).parent / "文书").exists()
    select(book, "疑似辍学台账", "A1")
    pc.click("letter_visit")
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
