"""Monthly reports and central schools' summaries against themselves and each other."""

from __future__ import annotations

from kbbx_xl.flow.cases import Cases
from kbbx_xl.flow.reports import check_center, check_rollover, read_reports
from kbbx_xl.flow.result import CaseRow, ReportRow, Total
from kbbx_xl.flow.source import Source
from kbbx_xl.flow.unit import report_titles
from kbbx_xl.flow.units import UnitFinder
from tests.flow.tables import CENTER, DIRECTORY, OTHER, SCHOOL, context, table

REPORT = """
| 年级 | 上月末在校生数 | 转入 | 转出 | 复学 | 休学 | 辍学 | 本月末在校生数 | 疑似辍学 |
| 一年级 | 30 | 1 |  |  |  |  | 31 |  |
| 二年级 | 28 |  | 1 |  |  |  | 28 | 1 |
| 合计 | 58 | 1 | 1 |  |  |  | 60 | 1 |
"""


def total(**grades: int) -> Total:
    return Total(SCHOOL.name, sum(grades.values()), 0, grades, {}, {}, {}, {}, Source(""))


def read(text: str, roster: Total | None = None, cases: Cases | None = None):  # type: ignore[no-untyped-def]
    return read_reports(SCHOOL, [table("report", text)], roster, cases or Cases(), context(), report_titles())  # fmt: skip


def test_a_row_that_does_not_add_up_and_a_wrong_total() -> None:
    result = read(REPORT)
    assert [(e.kind, e.grade) for e in result.errors] == [
        ("row_identity", "二年级"),
        ("total_wrong", "合计"),
    ]
    assert [(f.code, f.cell) for f in result.findings] == [("M01", "H3"), ("M02", "H4")]


def test_a_blank_is_not_a_zero_in_the_result() -> None:
    first = read(REPORT).rows[0]
    assert first.figures["transfer_out"] is None
    assert first.figures["transfer_in"] == 1


def test_text_in_a_number_cell_never_becomes_zero() -> None:
    rows = read(
        "| 年级 | 上月末在校生数 | 辍学 | 本月末在校生数 |\n| 一年级 | 三十 | 0 | 30 |"
    ).rows
    assert rows[0].figures["opening"] is None


def test_yl_38_closing_is_compared_with_the_roster_only_where_the_row_adds_up() -> None:
    result = read(REPORT, roster=total(一年级=30, 二年级=27))
    assert [(e.kind, e.grade) for e in result.errors][-1] == ("roster_mismatch", "一年级")
    assert ("roster_mismatch", "二年级") not in [(e.kind, e.grade) for e in result.errors]


def test_an_open_beginning_balances_nothing_and_hides_nothing() -> None:
    rows = "| 年级 | 上月末在校生数 | 转入 | 本月末在校生数 |\n| 一年级 |  | 1 | 31 |"
    assert read(rows, roster=total(一年级=31)).findings == []
    assert [f.code for f in read(rows, roster=total(一年级=30)).findings] == ["M04"]


def test_suspected_is_compared_with_the_ledger() -> None:
    row = CaseRow("k", "", SCHOOL.name, "小学", "一年级", "1班", "疑似辍学", True, None, None, "", Source(""))  # fmt: skip
    result = read(REPORT, cases=Cases(rows=[row], has_status=True))
    wrong = [(e.kind, e.grade) for e in result.errors if e.kind == "suspected_mismatch"]
    assert wrong == [("suspected_mismatch", "一年级"), ("suspected_mismatch", "二年级")]


def test_this_month_opens_where_last_month_closed() -> None:
    at = Source("a.xlsx", "月报", 4)
    now = [ReportRow(SCHOOL.name, "一年级", {"opening": 30}, at)]
    before = [ReportRow(SCHOOL.name, "一年级", {"closing": 31}, at)]
    assert [(f.code, f.params["expected"]) for f in check_rollover(now, before)] == [("M07", 31)]
    assert check_rollover(now, []) == []


CENTER_SHEET = """
| 学校 | 上月末在校生数 | 辍学 | 本月末在校生数 |
| 中心小学 | 58 | 0 | 58 |
| 合计 | 58 | 0 | 60 |
"""


def test_a_centre_that_left_a_school_out_and_added_wrongly() -> None:
    own = [ReportRow(SCHOOL.name, "一年级", {"opening": 58, "closing": 59}, Source("b.xlsx"))]
    errors, findings = check_center(
        CENTER, [table("center_summary", CENTER_SHEET)], own, UnitFinder(DIRECTORY), report_titles()
    )
    assert [(e.kind, e.school) for e in errors] == [
        ("school_omitted", OTHER.name),
        ("total_wrong", ""),
    ]
    assert [f.code for f in findings] == ["Z03", "Z01", "Z04"]


def test_a_school_row_without_figures() -> None:
    text = "| 学校 | 上月末在校生数 | 辍学 | 本月末在校生数 |\n| 中心小学 | 未报 |  |  |"
    errors, _ = check_center(CENTER, [table("center_summary", text)], [], UnitFinder(DIRECTORY), {})
    assert ("school_without_figures", SCHOOL.name) in [(e.kind, e.school) for e in errors]
