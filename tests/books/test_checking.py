"""Files checked on their own: month, day and unit are those the files state."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from kbbx_xl.books.carry import carry_over
from kbbx_xl.books.checking import (
    check_reads,
    common_folder,
    read_all,
    shown_path,
    stated,
    stated_in,
    told_by,
)
from kbbx_xl.books.template.build import build_workbook
from kbbx_xl.books.template.context import Context
from kbbx_xl.model import Directory, FileRead, Kind, Layout, Period, Table, Unit
from kbbx_xl.settings.forms import load_form
from kbbx_xl.settings.policies import load_policy

from .small_school import Record, called, pupil, read, who, written

MONTH, DAY = Period(2026, 10), dt.date(2026, 10, 20)
SCHOOL = Unit("520101", "云溪镇中心小学", parent="云溪镇中心校", level="学校", stage="小学")


def _workbook(folder: Path, **changes: object) -> Path:
    path = folder / "登记表.xlsx"
    context = Context(unit=SCHOOL, period=MONTH, as_of=DAY, directory=Directory((SCHOOL,)))
    roster = [{"name": "甲", "grade": "一年级", "class_name": "1班", "status": "在读"}]
    absence = [
        {
            "name": "甲",
            "grade": "一年级",
            "class_name": "1班",
            "start": dt.date(2026, 10, 19),
            "leave_kind": "旷课",
        }
    ]
    data = {"cover": [dict(changes)], "roster": roster, "absence": absence}
    build_workbook(load_form("registration"), path, context=context, data=data)
    return path


def test_month_and_day_are_those_of_the_workbook(tmp_path: Path) -> None:
    assert stated([_workbook(tmp_path)], Period(2027, 1)) == (MONTH, DAY)


def test_a_day_before_the_month_is_not_taken(tmp_path: Path) -> None:
    path = _workbook(tmp_path, as_of=dt.date(2026, 9, 20))
    assert stated([path], Period(2027, 1)) == (MONTH, None)


def test_files_that_say_nothing_are_for_the_month_given(tmp_path: Path) -> None:
    path = tmp_path / "名单.csv"
    path.write_text("姓名,年级,班级,状态\n甲,一年级,1班,在读\n", encoding="utf-8")
    assert stated([path], MONTH) == (MONTH, None)


def test_folders_without_a_common_one_keep_their_whole_paths() -> None:
    """Two drives have no common folder; for the system of the tests, a whole path and a part of one."""
    county = Path("/县")
    assert common_folder([county / "本期", county / "上期"]) == county
    assert shown_path(county / "本期" / "a.xlsx", county) == "本期/a.xlsx"
    assert common_folder([Path("本期"), county]) == common_folder([]) == Path()
    assert shown_path(county / "a.xlsx", Path()) == "/县/a.xlsx"


def test_the_folder_itself_may_be_called_after_the_school(tmp_path: Path) -> None:
    school = tmp_path / SCHOOL.name
    school.mkdir()
    path = school / "名单.csv"
    path.write_text("姓名,年级,班级,状态\n甲,一年级,1班,在读\n", encoding="utf-8")
    for given, directory in ((school, Directory((SCHOOL,))), (path, None)):
        reads = read_all([given], MONTH)
        results, findings = check_reads(
            reads, month=MONTH, as_of=DAY, policy=load_policy("tanghe"), directory=directory
        )
        assert [r.unit.name for r in results] == [SCHOOL.name if directory else "本单位"]
        assert "F11" not in {f.code for f in findings}


def _table(kind: Kind) -> Table:
    return Table(kind, Layout.TABLE, "", "名单.xlsx", str(kind), {}, [], {})


def test_the_month_comes_from_monthly_papers_not_from_the_list_of_the_term() -> None:
    def of(form: str, month: str, *kinds: Kind) -> FileRead:
        tables = [_table(kind) for kind in kinds]
        return FileRead(form + month, own={"form": form, "period": month}, tables=tables)

    lists = [of("responsibility", "2026-09", Kind.COVER) for _ in range(3)]
    handmade = FileRead("名单.xlsx", tables=[_table(Kind.GRID)])
    handmade.tables[0].meta["月份"] = "2026-09"
    monthly = of("registration", "2026-10", Kind.COVER, Kind.ROSTER)
    assert stated_in([*lists, handmade, monthly], Period(2027, 1))[0] == MONTH
    assert stated_in([*lists, handmade], Period(2027, 1))[0] == Period(2026, 9)
    assert told_by([*lists, monthly], MONTH) == "registration2026-10"


def test_a_report_alone_is_not_compared_with_a_roster_nobody_gave(tmp_path: Path) -> None:
    listed = {**who(pupil(1)), "first_absent": dt.date(2026, 10, 9), "case_status": "疑似辍学"}
    figures = {"grade": "三年级", "closing": 40, "closing_male": 20, "closing_female": 20}
    data: dict[str, list[Record]] = {
        "list_suspected": [listed],
        "report": [figures | {"suspected": 1}],
    }
    path = written(tmp_path / "月报表.xlsx", data, form="monthly")
    _, findings = check_reads(
        read_all([path], MONTH), month=MONTH, as_of=DAY, policy=load_policy("tanghe")
    )
    assert {f.code for f in findings} == {"V01", "P03"}  # no D05, M01, M08


def test_a_workbook_carried_over_is_not_this_months(tmp_path: Path) -> None:
    """November's file beside October's: neither month, day nor numbers are taken from it."""
    gone = {**who(pupil(2)), "first_absent": dt.date(2026, 10, 9)}
    roll = [called(pupil(1), {9: "√"})]
    data: dict[str, list[Record]] = {
        "roster": [pupil(1), pupil(2, status="辍学")],
        "roll_call": roll,
    }
    october = written(tmp_path / "登记表.xlsx", {**data, "dropout": [gone]}, as_of=DAY)
    coming, last = Period(2026, 11), dt.date(2026, 11, 30)
    carry_over(read(october), tmp_path / "登记表_2026-11.xlsx", today=last)
    six: list[Record] = [{"stage": "小学", "dropout_now": 7}]
    written(
        tmp_path / "月报表.xlsx", {"six_checks": six}, form="monthly", period=coming, as_of=last
    )
    assert stated([tmp_path], MONTH) == (MONTH, DAY)
    assert stated([tmp_path], coming) == (coming, last)  # two files of three, and come
    assert stated([tmp_path], coming, month=MONTH) == (MONTH, DAY)
    found = check_reads(
        read_all([tmp_path], MONTH), month=MONTH, as_of=DAY, policy=load_policy("tanghe")
    )[1]
    alone = check_reads(
        read_all([october], MONTH), month=MONTH, as_of=DAY, policy=load_policy("tanghe")
    )[1]
    assert [f for f in found if f.file == "登记表.xlsx"] == [f for f in alone if f.file]
    assert {f.code for f in found}.isdisjoint({"F08", "M08"})


def test_what_is_due_names_the_school_not_its_code(tmp_path: Path) -> None:
    path = _workbook(tmp_path)
    results, _ = check_reads(
        read_all([path], MONTH), month=MONTH, as_of=DAY, policy=load_policy("tanghe")
    )
    assert [r.unit for r in results] == [Unit("520101", "云溪镇中心小学", level="学校")]
    assert {d.unit for r in results for d in r.due} == {"云溪镇中心小学"}
