"""Roll calls by month and forms of one person."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from kbbx_xl.books.read.month_grid import legend
from kbbx_xl.model import Kind
from tests.books.sheets import codes, only, read_rows

DAYS = (8, 9, 10, 12, 13)


def test_a_roll_call_with_weekdays_legend_and_totals(tmp_path: Path) -> None:
    rows = [
        ("红星小学学生考勤表",),
        ("学校：红星小学　　班级：三（1）班　　2026年10月份　　班主任：王五",),
        ("序号", "姓名", *DAYS, "出勤", "旷课天数", "备注"),
        ("", "", "四", "五", "六", "一", "二"),
        (1, "张 一", "√", "√", "×", "", "半", 3, 1.5, ""),
        (2, "李二", "ｖ", "病", "", "", "", "", "", ""),
        (3, "", "", "", "", "", ""),
        ("说明：√出勤　×旷课　病＝病假　半＝旷课半天",),
        ("填表人：王五　　　审核人：赵六",),
    ]
    table = only(read_rows(tmp_path, rows))
    assert (table.kind, table.rows, table.header_row) == (Kind.ROLL_CALL, [5, 6], 4)
    assert (table.days, table.day_columns) == (list(DAYS), [3, 4, 5, 6, 7])
    assert table.marks == [["√", "√", "×", "", "半"], ["v", "病", "", "", ""]]
    assert table.legend == {"√": "出勤", "×": "旷课", "病": "病假", "半": "旷课半天"}
    assert (table.get("name"), table.get("absent")) == (["张一", "李二"], [1.5, None])
    meta = {key: table.meta[key] for key in ("单位", "班级", "月份", "填报人")}
    assert meta == {"单位": "红星小学", "班级": "三(1)班", "月份": "2026-10", "填报人": "王五"}


def test_days_in_the_lower_header_row_and_class_from_the_tab(tmp_path: Path) -> None:
    rows = [
        ("2026年10月考勤表",),
        ("序号", "姓名", "日期", "", "", "", "", "统计", ""),
        ("", "", *[f"{day}日" for day in DAYS], "旷课", "病假"),
        (1, "张一", "√", "√", "√", "√", "×", 1, 0),
    ]
    table = only(read_rows(tmp_path, rows, sheet="三年级2班"))
    assert table.days == list(DAYS)
    assert (table.meta["班级"], table.get("absent")) == ("三年级2班", [1])


def test_days_written_as_dates_give_the_month(tmp_path: Path) -> None:
    days = [dt.date(2026, 9, day) for day in (1, 2, 3, 4, 7)]
    table = only(read_rows(tmp_path, [("姓名", *days), ("张一", *"√√××√")]))
    assert (table.days, table.meta["月份"]) == ([1, 2, 3, 4, 7], "2026-09")


def test_mornings_and_afternoons_make_whole_days(tmp_path: Path) -> None:
    head = ["姓名"]
    for day in DAYS:
        head += [str(day), ""]
    rows = [
        head,
        ["", *["上午", "下午"] * len(DAYS)],
        ["张一", "√", "√", "×", "×", "√", "×", "病", "√", "", "√"],
        ["李二", "√", "迟", "×", "病", "", "", "※", "√", "√", ""],
    ]
    table = only(read_rows(tmp_path, rows))
    assert table.days == list(DAYS)
    assert table.marks == [["√", "×", "旷课半天", "病", "√"], ["迟", "旷课半天", "", "√", "√"]]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("说明：√出勤　×旷课", {"√": "出勤", "×": "旷课"}),
        (
            "备注：“√”表示出勤，“○”表示事假，“△”为病假，“×”代表旷课",
            {"√": "出勤", "○": "事假", "△": "病假", "×": "旷课"},
        ),
        ("符号：出勤√ 病假○", {}),
        ("图例: /-出勤; X-旷课; 送=送教上门", {"/": "出勤", "X": "旷课", "送": "送教上门"}),
        ("注 旷=旷课 半=旷课半天", {"旷": "旷课", "半": "旷课半天"}),
    ],
)
def test_legends(text: str, words: dict[str, str]) -> None:
    found = legend([[text]])
    assert found == words or (not words and found != {"病": "假"})


def form(name: str, *visits: tuple[object, ...]) -> list[tuple[object, ...]]:
    return [
        ("义务教育阶段辍学学生劝返记录表",),
        ("学生姓名", name, "性别", "男", "身份证号码", "520000201305092915"),
        ("就读学校及年级", "红星中学八年级2班", "辍学年月", "2026年9月", "户籍所在地", "红星村"),
        ("家长（或监护人）姓名", "", "电话号码", "17400000001", "家庭住址", "红星村"),
        ("二、辍学原因", "厌学"),
        ("四、劝返记录",),
        ("劝返次数", "劝返人员姓名", "劝返人员电话", "劝返时间", "劝返就读情况记录"),
        *visits,
        ("第3次", "", "", "", ""),
        ("学生（签字）：", "", "家长（签字）：", ""),
    ]


def test_a_persuasion_form_repeats_the_person_on_every_visit(tmp_path: Path) -> None:
    visits = [
        ("第1次", "王五、赵六", "17400000002", dt.date(2026, 10, 8), "家长表示配合，学生不愿返校"),
        ("第2次", "王五", "", "2026.10.12", "学生已返校"),
    ]
    table = only(read_rows(tmp_path, form("张一", *visits), sheet="张一"))
    assert (table.kind, table.rows) == (Kind.VISITS, [8, 9])
    assert table.get("name") == ["张一", "张一"]
    assert table.get("visit_date") == [dt.date(2026, 10, 8), dt.date(2026, 10, 12)]
    assert table.get("guardian") == [None, None]
    assert table.get("reason") == ["厌学", "厌学"]
    assert (table.cell("name", 1), table.cell("visit_date", 1)) == ("B2", "D9")


def test_a_form_without_visits_is_one_record_and_an_empty_one_is_none(tmp_path: Path) -> None:
    table = only(read_rows(tmp_path, form("张一")))
    assert (table.get("name"), table.get("visit_date")) == (["张一"], [None])
    empty = read_rows(tmp_path, form(""))
    assert (empty.tables, codes(empty)) == ([], [])


def test_several_forms_on_one_sheet(tmp_path: Path) -> None:
    visit = ("第1次", "王五", "", "10月8日", "不在家")
    result = read_rows(tmp_path, [*form("张一", visit), (), *form("李二", visit, visit)])
    assert [(t.get("name")[0], len(t)) for t in result.tables] == [("张一", 1), ("李二", 2)]


def test_a_cover_of_labels_and_values(tmp_path: Path) -> None:
    rows = [
        ("填报信息",),
        ("单位名称", "红星小学"),
        ("报告月份", "2026年10月"),
        ("填报人", "王五"),
        ("填报日期", dt.date(2026, 10, 20)),
    ]
    table = only(read_rows(tmp_path, rows, sheet="填报信息"))
    assert (table.kind, len(table)) == (Kind.COVER, 1)
    assert table.meta == {
        "单位": "红星小学",
        "月份": "2026-10",
        "填报人": "王五",
        "填报日期": "2026-10-20",
    }
    assert table.cell("reporter", 0) == "B4"


def test_a_cover_whose_month_and_day_nobody_can_read_states_neither(tmp_path: Path) -> None:
    """What is no date is V04 in its cell; who reckons with the day of a file must not meet it."""
    rows = [
        ("填报信息",),
        ("单位名称", "红星小学"),
        ("报告月份", "本学期"),
        ("填报人", "王五"),
        ("填报日期", "十月底"),
    ]
    table = only(read_rows(tmp_path, rows, sheet="填报信息"))
    assert table.meta == {"单位": "红星小学", "填报人": "王五"}
    assert (table.get("month"), table.get("filled_on")) == (["本学期"], ["十月底"])


@pytest.mark.parametrize(
    "line", ["说明：空白为出勤　×旷课", "注：出勤不填，×旷课", "×旷课，出勤的留空"]
)
def test_a_legend_may_say_what_a_blank_cell_means(line: str) -> None:
    assert legend([(line,)])[""] == "出勤"


def test_a_blank_half_day_is_presence_where_the_legend_says_so(tmp_path: Path) -> None:
    head = ["姓名", *[cell for day in DAYS for cell in (str(day), "")]]
    halves = ["", *["上午", "下午"] * len(DAYS)]
    marks = ["张一", "×", "", *[""] * 8]
    told = [head, halves, marks, ("说明：空白为出勤　×旷课",)]
    assert only(read_rows(tmp_path, told)).marks[0][0] == "旷课半天"
    assert only(read_rows(tmp_path, told[:3])).marks[0][0] == "×"


def test_a_column_of_status_words_is_the_status_whatever_it_is_called(tmp_path: Path) -> None:
    rows = [
        ("辍学学生台账",),
        ("姓名", "身份证号", "年级", "辍学时间", "劝返进展"),
        ("张一", "520000201703050016", "三年级", "2026-10-09", "已返校"),
        ("李二", "520000201611200021", "四年级", "2026-10-09", "疑似辍学"),
    ]
    (found,) = read_rows(tmp_path, rows).tables
    assert found.get("case_status") == ["已返校", "疑似辍学"]
