"""结转下月: what stays, what begins anew, and that an absence goes on over the end of the month."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from kbbx_xl.books.carry import carry_over
from kbbx_xl.books.read import read_file
from kbbx_xl.books.school_month import MonthResult
from kbbx_xl.books.template.monthly import LINES
from kbbx_xl.flow.context import Context
from kbbx_xl.flow.month_count import figures
from kbbx_xl.flow.own_book import REGISTRATION, own_book
from kbbx_xl.flow.result import StudentRun
from kbbx_xl.flow.unit import UnitResult, analyse_unit
from kbbx_xl.messages import InputError
from kbbx_xl.model import Directory, FileRead, Period
from kbbx_xl.settings.policies import load_policy

from .small_school import OCTOBER, UNIT, Record, called, column, day, pupil, read, who, written

NOVEMBER = Period(2026, 11)
SECOND = day(2, 11)  # a Monday, the first school day of November 2026
SCHOOL_DAYS = (9, 10, 12, 13, 14, 15, 16, 19, 20, 21, 22, 23, 26, 27, 28, 29, 30)
PRESENT = dict.fromkeys(SCHOOL_DAYS, "√")


def carried(
    data: dict[str, list[Record]], folder: Path, *, today: dt.date = SECOND
) -> tuple[MonthResult, FileRead]:
    """The November workbook of a school with these records in October."""
    book = written(folder / "登记表.xlsx", {"roster": [pupil(1), pupil(2)], **data})
    result = carry_over(read(book), folder / "十一月.xlsx", today=today)
    return result, read(result.written.path, NOVEMBER)


def analysed(read: FileRead, month: Period, as_of: dt.date) -> UnitResult:
    """What the core makes of one workbook."""
    calendar = own_book(read, REGISTRATION).calendar
    context = Context(month, as_of, load_policy("tanghe"), Directory((UNIT,)), calendar)
    return analyse_unit(UNIT, [read], context)


def rows(result: FileRead, table: str, *names: str) -> list[tuple[object, ...]]:
    return list(zip(*(column(result, table, name) for name in names), strict=True))


def continued(made: FileRead, marks: dict[str, dict[int, str]], path: Path) -> FileRead:
    """The carried workbook after some days of November: marks by name of pupil."""
    book = own_book(made, REGISTRATION)
    data = {**book.data, "roll_call": [dict(r) for r in book.data["roll_call"]]}
    for record in data["roll_call"]:
        record["marks"] = marks.get(str(record["name"]), {})
    last = max(n for line in marks.values() for n in line)
    written(path, data, period=NOVEMBER, as_of=day(last, 11))
    return read(path, NOVEMBER)


def test_the_lists_of_the_term_stay_and_the_month_begins_anew(tmp_path: Path) -> None:
    pupils = [pupil(1), pupil(2, status="转出"), pupil(3, "四年级", status="疑似辍学")]
    data: dict[str, list[Record]] = {
        "roster": pupils,
        "roll_call": [called(p, PRESENT) for p in pupils],
        "changes": [{**who(pupils[1]), "change": "转出", "change_date": day(20)}],
        "suspected": [
            {**who(pupils[2]), "first_absent": day(14)},
            {
                **who(pupils[0]), "first_absent": day(9), "closing": "已返校",
                "closed": day(13), "run_days": 9,
            },
        ],
        "visits": [{**who(pupils[2]), "visit_date": day(16), "visitors": "王老师", "record": "已谈"}],
        "home_teaching": [{**who(pupils[2]), "lesson_date": day(16), "hours": 2, "teachers": "王老师"}],
        "month_figures": [{"grade": "三年级", "opening": 2, "note": "十月的话"}],
    }  # fmt: skip
    result, made = carried(data, tmp_path)
    assert (result.month, result.unit) == (NOVEMBER, UNIT.name)
    assert rows(made, "cover", "month", "as_of", "filled_on", "reporter", "head") == [
        (NOVEMBER, SECOND, None, "周敏", "何平")
    ]
    assert column(made, "roster", "status") == ["在读", "转出", "疑似辍学"]
    assert rows(made, "roll_call", "name") == [("学生1",), ("学生3",)]
    grid = next(t for t in made.tables if t.table == "roll_call")
    assert not any(mark for marks in grid.marks for mark in marks)
    assert grid.meta["月份"] == "2026-11"
    for table in ("changes", "visits", "home_teaching"):
        assert len(column(made, table, "name")) == 1
    assert column(made, "suspected", "case_status") == ["疑似辍学", "已返校"]
    assert column(made, "suspected", "run_days")[1] == 9  # typed over a case that is closed
    opening = dict(zip(made.typed[0].get("grade"), made.typed[0].get("opening"), strict=True))
    assert opening == {**dict.fromkeys(g for g in LINES if "计" not in g), "三年级": 1, "四年级": 1}
    assert not any(made.typed[0].get("note"))
    assert any("不在校的 1 名学生" in note for note in result.notes)
    assert (made.own["period"], made.own["policy"]) == ("2026-11", "tanghe")


def test_a_run_goes_on_over_the_end_of_the_month(tmp_path: Path) -> None:
    marks = {**PRESENT, 28: "×", 29: "×", 30: "×"}
    roll = [called(pupil(1), marks), called(pupil(2), PRESENT)]
    result, made = carried({"roll_call": roll}, tmp_path)
    assert rows(made, "absence", "name", "start", "back", "leave_kind", "note") == [
        ("学生1", day(28), None, "旷课", "2026年10月点名表结转")
    ]
    assert column(made, "absence", "id_no") == [pupil(1)["id_no"]]
    assert "其中 1 段还没有返校" in result.notes[0]
    november = continued(made, {"学生1": {2: "×"}, "学生2": {2: "√"}}, tmp_path / "二日.xlsx")
    row = {**who(pupil(1)), "start": day(28), "leave_kind": "旷课"}
    whole = written(
        tmp_path / "一本.xlsx",
        {"roster": [pupil(1), pupil(2)], "absence": [row]},
        period=NOVEMBER,
        as_of=SECOND,
    )
    over, one = (analysed(r, NOVEMBER, SECOND).runs for r in (november, read(whole, NOVEMBER)))
    assert [_plain(run) for run in over] == [_plain(run) for run in one]
    assert [(r.run.start, r.run.school_days, r.run.open) for r in over] == [(day(28), 4.0, True)]


def _plain(run: StudentRun) -> tuple[object, ...]:
    one = run.run
    return run.key, one.start, one.last_absent, one.open, one.school_days, one.calendar_days


def test_a_child_seen_again_ends_the_run_and_the_clerk_is_told(tmp_path: Path) -> None:
    marks = {**PRESENT, 28: "×", 29: "×", 30: "×"}
    _, made = carried({"roll_call": [called(pupil(1), marks)]}, tmp_path)
    later = continued(made, {"学生1": {2: "×", 3: "√", 4: "√"}}, tmp_path / "四日.xlsx")
    found = analysed(later, NOVEMBER, day(4, 11))
    assert [(r.run.start, r.run.back, r.run.school_days) for r in found.runs] == [
        (day(28), day(3, 11), 4.0)
    ]
    told = [f for f in found.findings if f.code == "A17"]
    assert [(f.sheet, f.cell[0], f.params["date"]) for f in told] == [("缺勤登记", "G", day(3, 11))]
    again = carry_over(later, tmp_path / "十二月.xlsx", today=day(1, 12))
    kept = read(again.written.path, Period(2026, 12))
    assert rows(kept, "absence", "start", "back") == [(day(28), day(3, 11))]


@pytest.mark.parametrize(
    ("others", "mark", "back"),
    [({}, "", None), ({2: "√", 3: "√"}, "", None), ({2: "×"}, "", None), ({}, "送", day(3, 11))],
)
def test_only_a_written_mark_ends_what_the_ledger_leaves_open(
    others: dict[int, str], mark: str, back: dt.date | None, tmp_path: Path
) -> None:
    """An empty cell of the new roll call is no return, whatever the other children's cells say."""
    marks = {**PRESENT, 28: "×", 29: "×", 30: "×"}
    roll = [called(pupil(1), marks), called(pupil(2), PRESENT)]
    _, made = carried({"roll_call": roll}, tmp_path)
    if mark or others:
        november = {"学生1": {3: mark} if mark else {}, "学生2": others}
        made = continued(made, november, tmp_path / "三日.xlsx")
    found = analysed(made, NOVEMBER, day(5, 11))
    days = 4.0 if back else 7.0  # 28 to 30 October, 2 to 5 November
    mine = [r.run for r in found.runs if r.key == pupil(1)["id_no"]]
    assert [(r.start, r.back, r.school_days) for r in mine] == [(day(28), back, days)]
    assert [f.params["date"] for f in found.findings if f.code == "A17"] == ([back] if back else [])
    assert bool(found.due) is (back is None)


def test_the_days_of_the_term_stay_right(tmp_path: Path) -> None:
    """累计: of the old roll call, the new one, and the formula's own sum, month by month."""
    marks = {**PRESENT, 9: "×", 10: "×", 14: "半", 20: "病", 21: "×", 30: "病"}
    earlier = {**who(pupil(1)), "start": day(28, 9), "back": day(30, 9), "leave_kind": "旷课"}
    data = {"roll_call": [called(pupil(1), marks)], "absence": [earlier]}
    _, made = carried(data, tmp_path)
    assert rows(made, "absence", "start", "back", "leave_kind") == [
        (day(28, 9), day(30, 9), "旷课"),
        (day(9), day(12), "旷课"),
        (day(14), day(14), "旷课"),  # half a day begins and ends that day
        (day(20), day(21), "病假"),  # leave beside an absence without leave
        (day(21), day(22), "旷课"),
        (day(30), None, "病假"),  # not over
    ]
    october, november = (
        next(t for t in r.tables if t.table == "roll_call").get("cumulative")[0]
        for r in (read(tmp_path / "登记表.xlsx"), made)
    )
    assert (october, november) == (5.5, 5.5)


def test_what_the_ledger_says_is_not_written_twice(tmp_path: Path) -> None:
    marks = {**PRESENT, **dict.fromkeys((9, 10), "×"), **dict.fromkeys((28, 29, 30), "×")}
    rows_now: list[Record] = [
        {**who(pupil(1)), "start": day(29, 9), "leave_kind": "旷课", "days": 7},
        {**who(pupil(2)), "start": day(27), "leave_kind": "旷课", "days": 4},
    ]
    data = {"roll_call": [called(pupil(1), marks)], "absence": rows_now}
    result, made = carried(data, tmp_path)
    assert rows(made, "absence", "name", "start", "back", "days") == [
        ("学生1", day(29, 9), day(12), 7),
        ("学生2", day(27), None, None),
        ("学生1", day(28), None, None),
    ]
    assert [f.code for f in result.findings] == ["A17"]


def test_twice_carried_is_the_same_file_and_the_old_one_is_not_touched(tmp_path: Path) -> None:
    data: dict[str, list[Record]] = {"roll_call": [called(pupil(1), {**PRESENT, 30: "×"})]}
    result, _ = carried(data, tmp_path)
    old, first = ((tmp_path / n).read_bytes() for n in ("登记表.xlsx", "十一月.xlsx"))
    carry_over(read(tmp_path / "登记表.xlsx"), result.written.path, today=SECOND)
    assert [(tmp_path / n).read_bytes() for n in ("登记表.xlsx", "十一月.xlsx")] == [old, first]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["十一月.xlsx", "登记表.xlsx"]


def test_a_pupil_who_came_in_the_middle_of_the_month(tmp_path: Path) -> None:
    came = pupil(3)
    data: dict[str, list[Record]] = {
        "roster": [pupil(1), came],
        "roll_call": [called(pupil(1), PRESENT), called(came, {n: "√" for n in SCHOOL_DAYS if n > 15})],
        "changes": [{**who(came), "change": "转入", "change_date": day(16)}],
        "month_figures": [{"grade": "三年级", "opening": 1}],
    }  # fmt: skip
    _, made = carried(data, tmp_path)
    assert rows(made, "absence", "name") == []
    assert made.typed[0].get("opening")[2] == 2
    assert rows(made, "changes", "change", "change_date") == [("转入", day(16))]


def test_days_nobody_has_marked_are_said(tmp_path: Path) -> None:
    data = {"roll_call": [called(pupil(1), {n: "×" for n in SCHOOL_DAYS if n <= 20})]}
    book = written(tmp_path / "登记表.xlsx", {"roster": [pupil(1)], **data}, as_of=day(20))
    result = carry_over(read(book), tmp_path / "十一月.xlsx", today=SECOND)
    assert any("只到 2026-10-20" in note for note in result.notes)
    made = read(result.written.path, NOVEMBER)
    assert rows(made, "absence", "start", "back") == [(day(9), None)]


def test_the_calendar_of_the_workbook_goes_along(tmp_path: Path) -> None:
    _, made = carried({}, tmp_path)
    old = read(tmp_path / "登记表.xlsx")
    term = tuple(d for d in old.school_days if d < dt.date(2027, 2, 1))
    assert made.school_days == term  # the term of the month, not both of the year
    assert SECOND in term


def test_into_the_next_term(tmp_path: Path) -> None:
    data: dict[str, list[Record]] = {
        "roster": [pupil(1), pupil(2)],
        "absence": [
            {**who(pupil(1)), "start": day(9), "back": day(12), "leave_kind": "旷课"},
            {**who(pupil(2)), "start": day(4, 1).replace(year=2027), "leave_kind": "旷课"},
        ],
    }
    book = read(
        written(tmp_path / "一月.xlsx", data, period=Period(2027, 1), as_of=dt.date(2027, 1, 20))
    )
    march = Period(2027, 3)
    result = carry_over(book, tmp_path / "三月.xlsx", today=dt.date(2027, 3, 1), month=march)
    made = read(result.written.path, march)
    assert column(made, "absence", "name") == ["学生2"]
    assert result.notes == ("上学期已结束的缺勤 1 行没有带过来，原表照旧保留",)
    assert made.school_days[0] == dt.date(2027, 3, 1)


def test_where_it_cannot_be_carried_to(tmp_path: Path) -> None:
    book = read(written(tmp_path / "登记表.xlsx", {"roster": [pupil(1)]}))
    with pytest.raises(InputError, match="只能结转到以后的月份"):
        carry_over(book, tmp_path / "甲.xlsx", today=SECOND, month=OCTOBER)
    with pytest.raises(InputError, match="新的学年"):
        carry_over(book, tmp_path / "甲.xlsx", today=SECOND, month=Period(2027, 9))
    with pytest.raises(InputError, match="早于 2026年11月"):
        carry_over(book, tmp_path / "甲.xlsx", today=SECOND, as_of=day(31))
    assert [p.name for p in tmp_path.iterdir()] == ["登记表.xlsx"]


@pytest.mark.parametrize(
    ("today", "as_of"),
    [(day(31), day(1, 11)), (day(9, 11), day(9, 11)), (day(3, 12), day(30, 11))],
)
def test_the_day_to_count_to_lies_in_the_month(
    today: dt.date, as_of: dt.date, tmp_path: Path
) -> None:
    book = written(tmp_path / "月报表.xlsx", {}, form="monthly")
    result = carry_over(read(book), tmp_path / "十一月.xlsx", today=today)
    assert column(read(result.written.path, NOVEMBER), "cover", "as_of") == [as_of]


def test_a_monthly_report_is_carried(tmp_path: Path) -> None:
    report: list[Record] = [
        {"grade": "三年级", "opening": 3, "transfer_in": 1, "closing": 4, "suspected": 1, "note": "旧"},
        {"grade": "四年级", "opening": 3},
    ]  # fmt: skip
    listed = [{**who(pupil(1)), "first_absent": day(9), "case_status": "疑似辍学"}]
    data = {"report": report, "list_suspected": listed, "zero_report": [{"zero": "否"}]}
    book = written(tmp_path / "月报表.xlsx", data, form="monthly")
    result = carry_over(read(book), tmp_path / "十一月.xlsx", today=SECOND)
    made = read_file(result.written.path, "十一月.xlsx", period=NOVEMBER)
    names = ("grade", "opening", "transfer_in", "closing", "suspected", "note")
    assert rows(made, "report", *names)[2:4] == [
        ("三年级", 4, None, None, None, None),
        ("四年级", None, None, None, None, None),
    ]
    assert rows(made, "list_suspected", "name") == []
    assert column(made, "zero_report", "zero") == [None]
    assert column(made, "cover", "month") == [NOVEMBER]
    assert [(f.code, f.sheet, f.cell) for f in result.findings] == [("V01", "月报表", "J8")]


def test_every_list_of_the_term_goes_on(tmp_path: Path) -> None:
    """Steps, papers, plans and children of other schools would otherwise be lost next month."""
    child = {name: pupil(1)[name] for name in ("name", "id_no")}
    data: dict[str, list[Record]] = {
        "case_steps": [{**child, "step": "宣传教育", "step_date": day(14)}],
        "evidence": [{**child, "category": "打工务农", "item": "所在班级学习照片"}],
        "home_plan": [{**child, "plan_start": day(9), "teachers": "宋远山"}],
        "school_age": [{**child, "birth": day(9), "schooling": "在家未入学"}],
    }
    _, made = carried(data, tmp_path)
    assert column(made, "case_steps", "step") == ["宣传教育"]
    assert column(made, "evidence", "item") == ["所在班级学习照片"]
    assert column(made, "home_plan", "plan_start") == [day(9)]
    assert column(made, "school_age", "schooling") == ["在家未入学"]


def aged(book: FileRead, typed: list[str]) -> FileRead:
    """The workbook as an older one, of before 销号去处: 状态 is typed."""
    ledger = next(t for t in book.tables if t.table == "suspected")
    del ledger.columns["closing"]
    ledger.columns["case_status"] = list(typed)
    return book


def test_a_typed_state_of_an_older_workbook_counts_and_goes_on_as_where_the_case_went(
    tmp_path: Path,
) -> None:
    typed = ["已返校", "复学", "疑似辍学", "辍学"]
    rows_of = [{**who(pupil(n + 1)), "first_absent": day(9)} for n in range(4)]
    rows_of[0]["closed"] = day(20)
    data = {"roster": [pupil(n + 1) for n in range(4)], "suspected": rows_of}
    book = aged(read(written(tmp_path / "登记表.xlsx", data)), typed)
    counted = figures(own_book(book, REGISTRATION).data, OCTOBER, day(31), {})["三年级"]
    assert (counted["suspected"], counted["persuaded"]) == (1, 1)
    result = carry_over(book, tmp_path / "十一月.xlsx", today=SECOND)
    made = read(result.written.path, NOVEMBER)
    assert rows(made, "suspected", "closing", "closed") == [
        ("已返校", day(20)), ("已返校", None), (None, None), (None, None),
    ]  # fmt: skip
    states = [r["case_status"] for r in own_book(made, REGISTRATION).data["suspected"]]
    assert states == ["已返校", "疑似辍学", "疑似辍学", "疑似辍学"]
    told = [note for note in result.notes if "状态" in note]
    assert len(told) == 2
    assert "“已返校”：请补填销号日期" in told[0]
    assert "“辍学”：请核对，已办结的填销号去处、销号日期" in told[1]
