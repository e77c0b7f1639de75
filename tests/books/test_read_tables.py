"""Tables as schools draw them: titles, merged headers, totals, signatures, sections, odd rows."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from kbbx_xl.model import Kind
from tests.books.sheets import ROSTER, ROSTER_HEAD, codes, only, read, read_rows, write_xlsx

DAY = dt.date(2026, 10, 8)
CASE_HEAD = ("序号", "姓名", "身份证号", "年级", "首次缺勤日期", "原因", "状态")


def test_title_and_unit_lines_above_and_signatures_below(tmp_path: Path) -> None:
    rows = [
        ("石桥镇红星小学2026年10月学生花名册",),
        ("填报单位：石桥镇红星小学（盖章）", "", "", "填报日期：2026年10月9日"),
        (),
        ROSTER_HEAD,
        *ROSTER,
        ("合计", "2人"),
        (),
        ("填表人：王五", "", "审核人：", "赵六", "", "联系电话：17400000009"),
        ("2026年10月9日",),
    ]
    table = only(read_rows(tmp_path, rows))
    assert (table.kind, table.table, len(table)) == (Kind.ROSTER, "roster", 2)
    assert (table.rows, table.header_row) == ([5, 6], 4)
    assert table.get("name") == ["张一", "李二"]
    assert table.get("birth") == [dt.date(2017, 3, 5), dt.date(2016, 11, 20)]
    assert table.cell("id_no", 1) == "D6"
    assert table.totals is not None
    assert table.totals.rows == [7]
    assert table.meta == {
        "单位": "石桥镇红星小学",
        "月份": "2026-10",
        "填报日期": "2026-10-09",
        "标题": "石桥镇红星小学2026年10月学生花名册",
        "填报人": "王五",
        "审核人": "赵六",
        "联系电话": "17400000009",
    }


@pytest.mark.parametrize(
    ("line", "unit", "month"),
    [
        ("（2026）年度 实验小学 学生名单", "", ""),
        ("2026年10月石桥镇第二初级中学学籍信息", "石桥镇第二初级中学", "2026-10"),
        ("填报学校: 石桥镇中心校_____ 月份：10月", "石桥镇中心校", "2026-10"),
        ("单位：红星教学点  2026.9 ", "红星教学点", "2026-09"),
        ("红星小学 3月份学生名册", "红星小学", "2027-03"),
        ("红星小学名册（2026.10.20）", "红星小学", ""),
        ("石桥县第一中学八年级学生名册", "石桥县第一中学", ""),
    ],
)
def test_what_the_lines_above_tell(tmp_path: Path, line: str, unit: str, month: str) -> None:
    table = only(read_rows(tmp_path, [(line,), ROSTER_HEAD, *ROSTER]))
    assert table.meta.get("单位", "") == unit
    assert table.meta.get("月份", "") == month


def test_a_two_row_header_names_upper_and_lower(tmp_path: Path) -> None:
    rows = [
        ("序号", "姓名", "年级", "班级", "身份证件号", "缺勤起止", "", "类别"),
        ("", "", "", "", "", "起始日期", "返校日期", ""),
        (1, "张一", "三年级", "1班", "520000201703050011", DAY, "10月12日", "旷课"),
    ]
    result = read_rows(tmp_path, rows)
    assert codes(result) == ["V11"]
    (table,) = result.tables
    assert (table.kind, table.header_row) == (Kind.ABSENCE, 2)
    assert (table.get("start"), table.get("back")) == ([DAY], [dt.date(2026, 10, 12)])


def test_a_lower_heading_alone_decides_where_only_one_column_claims_it(tmp_path: Path) -> None:
    rows = [
        ("年级", "上月末在校生数", "变动情况", "", "", "", "", "本月末在校生数", "其他情况", ""),
        ("", "", "转入", "复学", "转出", "休学", "辍学", "", "疑似辍学", "劝返"),
        ("一年级", 30, 1, 0, 0, 0, 0, 31, 1, 0),
    ]
    table = only(read_rows(tmp_path, rows))
    assert table.kind is Kind.REPORT
    wanted = ("transfer_in", "dropout", "suspected", "persuaded")
    assert [table.get(name) for name in wanted] == [[1], [0], [1], [0]]


def test_names_of_father_and_mother_are_not_the_pupils(tmp_path: Path) -> None:
    head = [*ROSTER_HEAD[:7], "父亲", "", "母亲", ""]
    below = [""] * 7 + ["姓名", "电话", "姓名", "电话"]
    row = [*ROSTER[0][:7], "张父", "17400000003", "王母", "17400000004"]
    result = read_rows(tmp_path, [head, below, row])
    assert result.tables[0].get("name") == ["张一"]
    (told,) = [finding for finding in result.findings if finding.code == "F18"]
    assert told.params["title"] == "父亲/姓名、父亲/电话、母亲/姓名、母亲/电话"


def test_headings_may_be_spaced_marked_and_in_any_order(tmp_path: Path) -> None:
    head = ("*班 级", "学生状态（必填）", "年\n级", "姓　名：", "身份证件号★", "性别", "爱好")
    row = ("1班", "在读", "三年级", "张　一", "520000201703050011", "男", "画画")
    result = read_rows(tmp_path, [head, row])
    assert codes(result) == ["F18"]
    assert result.tables[0].get("name") == ["张一"]
    assert result.tables[0].where["id_no"] == 5


def test_two_columns_of_one_field_and_a_missing_one_are_told(tmp_path: Path) -> None:
    head = ("姓名", "学生姓名", "性别", "年级", "班级", "学生状态")
    result = read_rows(tmp_path, [head, ("张一", "张二", "男", "三年级", "1班", "在读")])
    assert codes(result) == ["F17", "F19"]
    assert result.tables[0].get("name") == ["张一"]
    twice, missing = sorted(result.findings, key=lambda finding: finding.code)
    assert (twice.cell, missing.params) == ("B1", {"title": "身份证件号"})


def test_subtotals_within_the_table_do_not_end_it(tmp_path: Path) -> None:
    head = ("年级", "上月末在校生数", "转入", "本月末在校生数", "辍学")
    rows = [
        head,
        ("六年级", 10, 0, 10, 0),
        ("小学小计", 10, 0, 10, 0),
        ("七年级", "２０", "", "21人", "无"),
        ("初中小计", 20, 0, 21, 0),
        ("总 计", 30, 0, 31, 0),
    ]
    table = only(read_rows(tmp_path, rows))
    assert table.get("grade") == ["六年级", "七年级"]
    assert table.totals is not None
    assert table.totals.get("grade") == ["小学小计", "初中小计", "总计"]
    assert table.get("closing") == [10, 21]
    assert table.get("transfer_in") == [0, None]
    assert table.get("dropout") == [0, "无"]


def test_blank_prepared_and_nameless_rows(tmp_path: Path) -> None:
    rows = [
        CASE_HEAD,
        (1, "张一", "520000201703050011", "三年级", DAY, "厌学", "疑似辍学"),
        (),
        (2, "", "", "三年级", "", "", ""),
        (3, " ", "", "", "", "无", ""),
        (4, "", "520000201611200022", "四年级", DAY, "", "辍学"),
        ("", "李二", "", "", "", "", ""),
        ("注：疑似辍学指连续旷课一周以上。",),
        ("本表每月二十日前报送中心校",),
    ]
    result = read_rows(tmp_path, rows)
    assert codes(result) == ["R03"]
    assert result.findings[0].cell == "C6"
    assert result.tables[0].get("name") == ["张一", "李二"]


@pytest.mark.parametrize(
    "row",
    [
        ("", "无"),
        ("", "零报告"),
        ("无", "无", "无"),
        ("本月无疑似辍学学生",),
        ("1", "/", "/"),
        ("", "", "", "零报告"),
    ],
)
def test_nothing_to_report(tmp_path: Path, row: tuple[str, ...]) -> None:
    table = only(read_rows(tmp_path, [CASE_HEAD, row]))
    assert (len(table), bool(table.zero_report)) == (0, True)


def test_nothing_to_report_beside_pupils_keeps_both(tmp_path: Path) -> None:
    case = (1, "张一", "520000201703050011", "三年级", DAY, "厌学", "疑似辍学")
    table = only(read_rows(tmp_path, [CASE_HEAD, case, ("", "零报告")]))
    assert (len(table), table.zero_report) == (1, "B3")


def test_a_page_of_text_that_reports_nothing(tmp_path: Path) -> None:
    rows = [("红星小学2026年10月辍学学生台账",), ("本月我校零报告。",), ("填报人：王五",)]
    table = only(read_rows(tmp_path, rows))
    assert (table.kind, len(table), table.zero_report) == (Kind.CASES, 0, "A2")
    assert (table.meta["单位"], table.meta["月份"]) == ("红星小学", "2026-10")


def test_sections_under_one_another_each_with_its_level(tmp_path: Path) -> None:
    head = ("序号", "网格名称", "网格长姓名", "联系方式")
    rows = [
        ("红星小学网格化管理责任人名单",),
        ("村级网格　　2026.10.20",),
        head,
        (1, "红星村", "王五", "17400000001"),
        (2, "东村", "", ""),
        (),
        ("红星小学网格化管理责任人名单",),
        ("班级网格",),
        head,
        (1, "一年级1班", "赵六", 17400000002.0),
        ("填表人：王五",),
    ]
    result = read_rows(tmp_path, rows)
    assert codes(result) == []
    village, classes = result.tables
    assert [(t.table, t.meta["级别"], t.rows) for t in result.tables] == [
        ("grid_village", "村级", [4, 5]),
        ("grid_class", "班级", [10]),
    ]
    assert village.get("head") == ["王五", None]
    assert classes.get("phone") == [17400000002.0]
    assert {t.meta["单位"] for t in result.tables} == {"红星小学"}


def test_the_level_is_told_by_the_names_when_nothing_else_does(tmp_path: Path) -> None:
    rows = [
        ("网格名称", "网格长", "电话"),
        ("红星村", "王五", "17400000001"),
        ("东社区", "赵六", ""),
    ]
    assert only(read_rows(tmp_path, rows)).table == "grid_village"


def test_a_list_without_status_is_what_its_title_says(tmp_path: Path) -> None:
    head = ("序号", "姓名", "身份证号", "年级", "疑似辍学时间", "原因")
    row = (1, "张一", "520000201703050011", "三年级", DAY, "厌学")
    table = only(read_rows(tmp_path, [("红星小学疑似辍学学生名单",), head, row]))
    assert (table.kind, table.get("case_status")) == (Kind.CASES, ["疑似辍学"])
    mixed = read_rows(tmp_path, [("红星小学疑似辍学、辍学学生名单",), head, row])
    assert codes(mixed) == ["F19"]


def test_error_values_and_uncalculated_formulas_are_told(tmp_path: Path) -> None:
    path = write_xlsx(
        tmp_path / "a.xlsx", {"月报": [("年级", "上月末在校生数", "本月末在校生数", "辍学")]}
    )
    import openpyxl

    book = openpyxl.load_workbook(path)
    sheet = book.active
    assert sheet is not None
    sheet.append(["一年级", 30, "=B2+1", 0])
    sheet.append(["二年级", 30, 30, "#DIV/0!"])
    book.save(path)
    result = read(path)
    assert codes(result) == ["R07", "V12", "V20"]
    wrong = next(finding for finding in result.findings if finding.code == "V12")
    assert (wrong.cell, wrong.params["title"]) == ("D3", "辍学")
    assert result.tables[0].get("dropout") == [0, "#DIV/0!"]
    assert result.tables[0].get("closing") == ["#未计算", 30]


def test_a_sheet_that_is_not_understood_is_told(tmp_path: Path) -> None:
    sheets = {"名册": [ROSTER_HEAD, *ROSTER], "菜谱": [("星期一", "白菜")], "Sheet3": []}
    result = read(write_xlsx(tmp_path / "a.xlsx", sheets))
    assert [(f.code, f.sheet) for f in result.findings] == [("F14", "菜谱")]
    assert codes(read_rows(tmp_path, [("星期一", "白菜")])) == ["F05"]


def test_a_ledger_that_its_name_tells_needs_names_and_status_only(tmp_path: Path) -> None:
    rows = [("姓名", "状态", "销号日期"), ("张一", "疑似辍学", ""), ("李二", "已返校", DAY)]
    for file, sheet, kept in (
        ("a", "疑似辍学台账", "suspected"),
        ("辍学学生台账", "Sheet1", "dropout"),
    ):
        path = write_xlsx(tmp_path / f"{file}.xlsx", {sheet: rows})
        table, *others = read(path).tables
        assert (others, table.kind, table.table, len(table)) == ([], Kind.CASES, kept, 2)
        assert table.get("case_status") == ["疑似辍学", "已返校"]
        assert table.get("closed") == [None, DAY]
    assert codes(read(write_xlsx(tmp_path / "b.xlsx", {"Sheet1": rows}))) == ["F05"]


def test_a_sheet_not_understood_is_told_what_it_lacks(tmp_path: Path) -> None:
    found = read_rows(tmp_path, [("姓名", "劝返时间", "地点"), ("张一", DAY, "家中")]).findings
    assert [f.params["looked_for"] for f in found] == ["“劝返记录”要有的劝返人员姓名"]


def test_a_total_beside_boys_and_girls_is_the_column_itself(tmp_path: Path) -> None:
    rows = [
        ("年级", "上月末在校生数", "本月末在校生数", "", "", "辍学"),
        ("", "", "合计", "男", "女", ""),
        ("一年级", 30, 31, 16, 15, 0),
    ]
    table = only(read_rows(tmp_path, rows))
    wanted = ("closing", "closing_male", "closing_female")
    assert [table.get(name) for name in wanted] == [[31], [16], [15]]


def test_a_roster_that_writes_the_grade_in_the_class(tmp_path: Path) -> None:
    head = ("姓名", "性别", "身份证号", "班级", "状态", "家长电话")
    row = ("张一", "男", "520000201703050011", "三年级1班", "在读", "17400000001")
    table = only(read_rows(tmp_path, [head, row]))
    assert (table.kind, table.get("class_name"), table.get("grade")) == (
        Kind.ROSTER,
        ["三年级1班"],
        [None],
    )


def test_a_ledger_with_reasons_and_a_status_but_no_day(tmp_path: Path) -> None:
    head = ("姓名", "性别", "身份证号", "年级", "班级", "辍学原因", "目前状态")
    row = ("张一", "男", "520000201703050011", "三年级", "1班", "厌学", "已劝返")
    result = read_rows(tmp_path, [head, row])
    assert codes(result) == ["F19"]
    assert result.tables[0].kind is Kind.CASES
