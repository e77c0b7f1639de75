"""Which of a unit's files count."""

from __future__ import annotations

import itertools

import pytest

from kbbx_xl.flow.submissions import sort_out
from kbbx_xl.model import FileRead, Kind, Layout, Period, Table, Unit

OCTOBER = Period(2026, 10)
SCHOOL = Unit("1", "柳河镇中心小学", "柳河镇中心校", "学校", "小学")


def file(path: str, kind: Kind, names: list[str], sha: str = "", **meta: str) -> FileRead:
    field = {Kind.GRID: "grid_name", Kind.REPORT: "grade"}.get(kind, "name")
    rows = list(range(3, 3 + len(names)))
    table = Table(kind, Layout.TABLE, "t", path, "S", {field: list(names)}, rows, {field: 1}, meta)
    return FileRead(path, sha256=sha or path, tables=[table])


def kept(reads: list[FileRead], kind: Kind) -> list[str]:
    return [t.file for t in sort_out(SCHOOL, reads, OCTOBER).of(kind)]


def test_a_corrected_file_replaces_the_older_and_the_older_is_listed() -> None:
    old = file("月报.xlsx", Kind.REPORT, ["一年级"], 月份="2026-10")
    new = file("月报（修改版）.xlsx", Kind.REPORT, ["一年级"], 月份="2026-10")
    for reads in itertools.permutations([old, new]):
        result = sort_out(SCHOOL, list(reads), OCTOBER)
        assert [t.file for t in result.of(Kind.REPORT)] == ["月报（修改版）.xlsx"]
        assert result.superseded == [(SCHOOL.name, "月报", "月报.xlsx", "月报（修改版）.xlsx")]
        assert [f.code for f in result.findings] == ["F08"]


def test_the_later_date_of_filling_wins() -> None:
    one = file("a.xlsx", Kind.ABSENCE, ["甲", "乙"], 填报日期="2026-10-18")
    two = file("b.xlsx", Kind.ABSENCE, ["甲", "乙", "丙"], 填报日期="2026-10-20")
    assert kept([two, one], Kind.ABSENCE) == ["b.xlsx"]


def test_files_about_different_classes_both_count() -> None:
    one = file("七1班.xlsx", Kind.ROLL_CALL, ["甲"], 班级="七年级1班")
    two = file("七2班.xlsx", Kind.ROLL_CALL, ["乙"], 班级="七年级2班")
    assert kept([one, two], Kind.ROLL_CALL) == ["七1班.xlsx", "七2班.xlsx"]


def test_an_identical_copy_counts_once_whichever_comes_first() -> None:
    one = file("月报.xlsx", Kind.REPORT, ["一年级"], sha="same")
    two = file("月报 (1).xlsx", Kind.REPORT, ["一年级"], sha="same")
    for reads in ([one, two], [two, one]):
        result = sort_out(SCHOOL, reads, OCTOBER)
        assert result.copies == [("月报 (1).xlsx", "月报.xlsx")]
        assert len(result.of(Kind.REPORT)) == 1


def test_only_last_months_report_is_a_wrong_month() -> None:
    result = sort_out(SCHOOL, [file("9.xlsx", Kind.REPORT, ["一年级"], 月份="2026-09")], OCTOBER)
    assert result.wrong_month == "2026-09"
    assert result.of(Kind.REPORT) == []
    assert [f.code for f in result.findings] == ["F09"]


def test_last_months_report_beside_this_months_is_history() -> None:
    reads = [
        file("9.xlsx", Kind.REPORT, ["一年级"], 月份="2026-09"),
        file("10.xlsx", Kind.REPORT, ["一年级"], 月份="2026-10"),
    ]
    result = sort_out(SCHOOL, reads, OCTOBER)
    assert result.wrong_month == ""
    assert [t.file for t in result.history[Kind.REPORT]] == ["9.xlsx"]


@pytest.mark.parametrize("kind", [Kind.ROSTER, Kind.GRID])
def test_rosters_and_grids_have_no_month(kind: Kind) -> None:
    result = sort_out(SCHOOL, [file("a.xlsx", kind, ["甲"], 月份="2026-09")], OCTOBER)
    assert result.wrong_month == ""
    assert len(result.of(kind)) == 1


def test_sheets_of_classes_beside_a_sheet_of_the_whole_school_count_once() -> None:
    whole = file("名册.xlsx", Kind.ROSTER, ["甲", "乙"])
    (part,) = file("名册.xlsx", Kind.ROSTER, ["甲"]).tables
    (other,) = file("名册.xlsx", Kind.ROSTER, ["丙"]).tables
    whole.tables += [part, other]
    result = sort_out(SCHOOL, [whole], OCTOBER)
    assert [t.get("name") for t in result.of(Kind.ROSTER)] == [["甲", "乙"], ["丙"]]
    assert [f.code for f in result.findings] == ["F24"]


def test_a_table_without_a_month_filled_in_before_the_month_is_of_an_earlier_one() -> None:
    for day, counted in (("2026-09-20", 0), ("2026-10-20", 1), ("2026-11-02", 1)):
        read = file("名单.xlsx", Kind.CASES, ["甲"], 填报日期=day)
        assert len(sort_out(SCHOOL, [read], OCTOBER).of(Kind.CASES)) == counted


def own(path: str, month: str, kinds: tuple[Kind, ...]) -> FileRead:
    """A workbook of ours about one pupil, with sheets of these kinds."""
    tables = [t for kind in kinds for t in file(path, kind, ["甲"], 月份=month).tables]
    return FileRead(path, sha256=path, tables=tables, own={"period": month})


BOOK = (Kind.COVER, Kind.ROSTER, Kind.ROLL_CALL, Kind.VISITS, Kind.SIX_CHECKS, Kind.ZERO_REPORT)


def test_a_workbook_of_ours_of_another_month_is_history_sheet_by_sheet() -> None:
    now, following = own("登记表.xlsx", "2026-10", BOOK), own("下月.xlsx", "2026-11", BOOK)
    result = sort_out(SCHOOL, [following, now], OCTOBER)
    assert {t.file for kind in BOOK for t in result.of(kind)} == {"登记表.xlsx"}
    assert {kind: [t.file for t in ts] for kind, ts in result.history.items()} == {
        kind: ["下月.xlsx"] for kind in BOOK
    }
    assert (result.superseded, result.findings) == ([], [])
    assert {s.path: s.status for s in result.statuses} == {
        "登记表.xlsx": "effective",
        "下月.xlsx": "wrong_month",
    }


def test_a_roster_stands_until_a_newer_one_comes() -> None:
    early, later = (own(f"{n}.xlsx", f"2026-{n}", BOOK) for n in ("09", "11"))
    report = own("月报表.xlsx", "2026-10", (Kind.REPORT, Kind.SIX_CHECKS))
    result = sort_out(SCHOOL, [early, later, report], OCTOBER)
    assert [t.file for t in result.of(Kind.ROSTER)] == ["09.xlsx"]
    assert [t.file for t in result.of(Kind.SIX_CHECKS)] == ["月报表.xlsx"]
    assert result.of(Kind.VISITS, Kind.ROLL_CALL) == []


def test_a_report_of_ours_is_replaced_whole() -> None:
    """The blank 月报表 that was sent out lies beside the one that was made from 登记表."""
    made, blank = "月报表_柳河镇中心小学_2026-10.xlsx", "月报表_柳河镇中心小学.xlsx"
    reads = [file(path, Kind.REPORT, ["一年级"], 月份="2026-10") for path in (blank, made)]
    for read, pupils in zip(reads, ([], ["甲"]), strict=True):
        read.own = {"form": "monthly", "period": "2026-10"}
        for kind, names in ((Kind.SIX_CHECKS, ["小学"]), (Kind.REPORT_CASES, pupils)):
            read.tables += file(read.path, kind, names).tables
    for order in (reads, reads[::-1]):
        result = sort_out(SCHOOL, order, OCTOBER)
        assert {t.file for tables in result.tables.values() for t in tables} == {made}
        assert [f.code for f in result.findings] == ["F08"]
        assert {s.path: s.status for s in result.statuses} == {
            blank: "superseded",
            made: "effective",
        }


def test_a_workbook_for_another_month_is_told_once() -> None:
    read = file("登记表.xlsx", Kind.ROLL_CALL, ["甲"], 月份="2026-09")
    read.tables += file("登记表.xlsx", Kind.CASES, ["甲"], 月份="2026-09").tables
    assert [f.code for f in sort_out(SCHOOL, [read], OCTOBER).findings] == ["F09"]
