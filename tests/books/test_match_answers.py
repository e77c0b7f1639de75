"""An answered result, from the workbook a person saved to the final lists and back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from kbbx_xl.books.match import match_reads, read_people, write_match
from kbbx_xl.books.match_answers import read_answers
from kbbx_xl.flow.match_lists import Line, lists_of
from kbbx_xl.messages import InputError, line
from kbbx_xl.model import Finding
from kbbx_xl.settings.comparisons import named
from tests.books.sheets import save
from tests.books.test_match import MONTH, cells
from tests.ids import ONE, THREE, TWO, id_of

FOUR = id_of("20160712", 4)
REGISTER: list[list[object]] = [
    ["姓名", "性别", "身份证件号", "出生日期", "就读状态"],
    ["甲一", "男", ONE, "2016-04-09", "在读"],
    ["乙二", "女", TWO, "2016-05-10", "在读"],
    ["丙三", "男", THREE, "2016-06-11", "在读"],
    ["丁四", "男", FOUR, "2016-07-12", "休学"],
]
THERE: list[list[object]] = [
    ["姓名", "身份证件号", "出生日期"],
    ["甲一", ONE, ""],
    ["乙二", "", "2016-05-10"],
    ["乙二", "", "2016-05-10"],
    ["丙山", "", "2016-06-11"],
]
Change = Callable[[Workbook], None]


@pytest.fixture
def result(tmp_path: Path) -> Path:
    left, right = save(tmp_path / "学籍.xlsx", REGISTER), save(tmp_path / "到校.xlsx", THERE)
    (mine, theirs), root = read_people([left], [right], period=MONTH)
    found = match_reads(mine, theirs, comparison=named("到校"))
    return write_match(found, tmp_path / "比对.xlsx", sources=root).path


def answer(path: Path, change: Change) -> Path:
    """The workbook as Excel saves it after a person worked in it."""
    book = openpyxl.load_workbook(path)
    change(book)
    target = path.with_name("答过.xlsx")
    book.save(target)
    return target


def choose(*answers: str) -> Change:
    def change(book: Workbook) -> None:
        for row, word in enumerate(answers, 5):
            book["待人工确认"].cell(row, 4).value = word

    return change


def names(lines: list[Line]) -> list[str]:
    return [who.name for x in lines for who in (x.left, x.right) if who]


def codes(findings: list[Finding]) -> list[str]:
    return [f.code for f in findings]


def test_unanswered_everything_is_as_it_was(result: Path) -> None:
    lists, findings = read_answers(result)
    assert (lists.rows, len(lists.doubts)) == ((4, 4), 3)
    assert names(lists.both) == ["甲一", "甲一"]
    assert names(lists.only_left) == ["丁四"]
    assert codes(findings) == ["Y03"]  # 核实结果; the reason stands in the register


def test_answers_become_final_lists_that_can_be_answered_again(result: Path) -> None:
    lists, _ = read_answers(answer(result, choose("是", "否", "否")))
    assert names(lists.both) == ["甲一", "甲一", "乙二", "乙二"]
    assert names(lists.only_left) == ["丁四", "丙三"]
    assert names(lists.only_right) == ["乙二", "丙山"]
    assert lists.agreement == (2, 5)
    final = write_match(lists, result.with_name("结果.xlsx")).path
    assert "人籍一致率" in str(cells(final, "首页"))
    assert "2÷5" in str(cells(final, "首页"))
    front = {row[0]: row[1] for row in cells(final, "首页") if len(row) > 1}
    assert [front[f"已确认“{word}”的行"] for word in ("是", "否")] == [
        "=1+COUNTIF('待人工确认'!$D:$D,\"是\")",
        "=2+COUNTIF('待人工确认'!$D:$D,\"否\")",
    ]
    again, findings = read_answers(final)
    assert again.answered == lists.answered == (1, 2)
    assert names(again.both) == names(lists.both)
    assert names(again.only_left) == names(lists.only_left)
    assert codes(findings) == ["Y03"] * 5


def test_yl_21_th_34_reasons_and_outcomes_are_kept(result: Path) -> None:
    def fill(book: Workbook) -> None:
        sheet = book["籍在人不在"]
        assert [sheet.cell(4, n).value for n in (2, 3)] == ["原因", "核实结果"]
        assert sheet.cell(5, 2).value == "学籍状态：休学"
        sheet.cell(5, 3).value = "因病因残"

    lists, findings = read_answers(answer(result, fill))
    assert lists.only_left[0].filled == ("学籍状态：休学", "因病因残")
    assert not findings


def test_th_34_outcomes_are_chosen_from_the_list(result: Path) -> None:
    sheet = openpyxl.load_workbook(result)["籍在人不在"]
    (choice,) = sheet.data_validations.dataValidation
    assert "因病因残" in choice.formula1
    assert "C5" in choice.sqref


def test_two_yes_for_one_person_are_told_with_their_cells(result: Path) -> None:
    lists, findings = read_answers(answer(result, choose("是", "是")))
    told = [f for f in findings if f.code == "Y01"]
    assert [(f.file, f.sheet, f.cell) for f in told] == [
        ("答过.xlsx", "待人工确认", "D5"),
        ("答过.xlsx", "待人工确认", "D6"),
    ]
    assert len(lists.doubts) == 3
    assert not any("乙二" in line(f) for f in findings)


def test_a_row_changed_since_is_refused(result: Path) -> None:
    def change(book: Workbook) -> None:
        choose("是")(book)
        book["待人工确认"].cell(5, 14).value = "丙三"

    lists, findings = read_answers(answer(result, change))
    assert (findings[0].code, findings[0].cell) == ("Y02", "A5")
    assert len(lists.doubts) == 3
    again, findings = read_answers(write_match(lists, result.with_name("结果.xlsx")).path)
    assert "Y02" in codes(findings)  # it is not forgotten by writing it once more
    assert len(again.doubts) == 3


def test_sorted_rows_are_the_same_rows_and_deleted_ones_are_missed(result: Path) -> None:
    def turn(book: Workbook) -> None:
        sheet = book["待人工确认"]
        first, last = ([sheet.cell(row, c).value for c in range(1, 24)] for row in (5, 7))
        for column, pair in enumerate(zip(last, first, strict=True), 1):
            sheet.cell(5, column).value, sheet.cell(7, column).value = pair

    assert "Y02" not in codes(read_answers(answer(result, turn))[1])
    gone = answer(result, lambda book: book["待人工确认"].delete_rows(6))
    assert [f.params["count"] for f in read_answers(gone)[1] if f.code == "Y04"] == [1]


def test_a_word_that_is_no_answer_is_told_and_other_spellings_are_taken(result: Path) -> None:
    lists, findings = read_answers(answer(result, choose("√", "也许")))
    assert [(f.code, f.cell) for f in findings if f.code == "V02"] == [("V02", "D6")]
    assert "乙二" in names(lists.both)


def test_what_is_no_result_is_refused(result: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="不是人籍比对的结果"):
        read_answers(save(tmp_path / "x.xlsx", REGISTER))
    with pytest.raises(InputError, match="表头被改动过"):
        read_answers(answer(result, lambda book: book["人籍一致"].insert_cols(2)))
    with pytest.raises(InputError, match="找不到文件"):
        read_answers(tmp_path / "没有.xlsx")
    broken = tmp_path / "坏.xlsx"
    broken.write_bytes(b"PK")
    with pytest.raises(InputError, match="打不开"):
        read_answers(broken)


def test_comparisons_that_do_not_list_a_side_still_count_it(tmp_path: Path) -> None:
    left, right = save(tmp_path / "学籍.xlsx", REGISTER), save(tmp_path / "残联.xlsx", [THERE[0], [
        "甲一", f"{ONE}43", "",
    ]])  # fmt: skip
    (mine, theirs), _ = read_people([left], [right], period=MONTH)
    found = lists_of(match_reads(mine, theirs, comparison=named("残联")))
    assert "证件号取自残疾证号" in found.both[0].how
    path = write_match(found, tmp_path / "比对.xlsx").path
    assert openpyxl.load_workbook(path).sheetnames[:4] == ["首页", "待人工确认", "残疾儿童无学籍", "残疾学生"]  # fmt: skip
    assert read_answers(path)[0].counts == found.counts == (3, 0, 1)
