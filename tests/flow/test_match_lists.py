"""What a comparison comes to, and what a person's answers make of it."""

from __future__ import annotations

import datetime as dt

import pytest

from kbbx_xl.flow.match_lists import Line, MatchLists, apply_answers, lists_of
from kbbx_xl.flow.matching import Ages, Listed, match_reads
from kbbx_xl.flow.presence import NOT_SEEN
from kbbx_xl.flow.source import Source
from kbbx_xl.messages import InputError
from kbbx_xl.model import FileRead, Table
from kbbx_xl.settings.comparisons import comparisons, named
from tests.flow.tables import SCHOOL, table
from tests.flow.test_matching import ROSTER, read, roster, school_files
from tests.ids import ONE, THREE, TWO, id_of

DAY = dt.date(2026, 10, 20)
AGES = Ages(6, 16, DAY)
GROWN, SMALL, UNKNOWN = id_of("20090101", 4), id_of("20220101", 5), "戊五"


def listed(name: str, row: int, *, status: str = "") -> Listed:
    return Listed(name, "", None, "", "", "", "", status, Source("a.xlsx", "表", row))


def people_list(*rows: tuple[str, str]) -> FileRead:
    """Anybody's list of people; the reader makes it of files, here it is built."""
    made = table(
        "roster", "\n".join(["| 姓名 | 身份证件号 |", *(f"| {n} | {i} |" for n, i in rows)])
    )
    made.kind = next(k for k in comparisons()["poor"].right.kinds)
    return FileRead("b.xlsx", sha256="b", tables=[made])


def names(lines: list[Line]) -> list[str]:
    return [who.name for x in lines for who in (x.left, x.right) if who]


def with_marks(*marks: str) -> Table:
    called = table(
        "roll_call", "| 年级 | 班级 | 姓名 |\n| 四年级 | 1班 | 甲一 |\n| 四年级 | 1班 | 乙二 |\n| 四年级 | 1班 | 丁四 |",
        单位=SCHOOL.name, 月份="2026-10",
    )  # fmt: skip
    called.days, called.day_columns = [8, 9], [4, 5]
    called.marks = [list(row) for row in marks]
    return called


def test_yl_16_th_34_registered_but_never_marked_present_is_not_at_school() -> None:
    found = lists_of(match_reads([read(roster(), with_marks("√√", "××", "√×"))]))
    assert found.comparison.id == "present"
    assert names(found.both) == ["甲一", "甲一"]
    assert names(found.only_left) == ["乙二", "丙三"]
    assert found.only_left[0].how == NOT_SEEN
    assert names(found.only_right) == ["丁四"]


def test_yl_21_a_reason_is_asked_of_each_unless_the_register_gives_it() -> None:
    found = lists_of(match_reads([read(roster(), with_marks("√√", "××", "××"))]))
    assert [ask.title for ask in found.comparison.only_left.ask] == ["原因", "核实结果"]
    assert [x.filled for x in found.only_left] == [("", ""), ("学籍状态：休学", "")]
    _, findings = apply_answers(found)
    assert [f.params["title"] for f in findings if f.code == "Y03"] == [
        "原因",
        "核实结果",
        "核实结果",
    ]
    assert not found.only_right
    assert "另有 1 人" in found.notes[0]


def test_p24_11_agreement_counts_enrolled_pupils_once() -> None:
    found = lists_of(match_reads([read(roster(), with_marks("√√", "××", "√√"))]))
    assert found.agreement == (1, 3)  # 甲一 of 甲一、乙二 and 丁四; 丙三 is on leave


def test_th_03_yl_17_only_children_of_the_policys_ages_are_missing_from_the_register() -> None:
    households = people_list(("甲一", ONE), ("已六", GROWN), ("庚七", SMALL), ("辛八", id_of("20160202", 6)), ("壬九", ""))  # fmt: skip
    result = match_reads([read(roster())], [households], comparison=named("户籍"), ages=AGES)
    found = lists_of(result)
    assert names(found.only_right) == ["辛八", "壬九"]
    assert found.only_right[1].how == "没有出生日期，年龄未核"
    assert "不在登记年龄内的 2 人" in found.notes[0]
    unstated = match_reads([read(roster())], [households], comparison=named("户籍"), ages=Ages(None, None, DAY))  # fmt: skip
    assert len(lists_of(unstated).only_right) == 4
    assert "没有写登记年龄" in lists_of(unstated).notes[0]


def test_ages_count_full_years_on_the_day() -> None:
    assert AGES.holds(dt.date(2020, 10, 20))
    assert not AGES.holds(dt.date(2020, 10, 21))
    assert AGES.holds(dt.date(2009, 10, 21))
    assert not AGES.holds(dt.date(2009, 10, 20))


def test_th_02_both_poverty_lists_must_be_equal() -> None:
    office = people_list(("甲一", ONE), ("辛八", id_of("20160202", 6)))
    result = match_reads([people_list(("甲一", ONE), ("乙二", TWO))], [office], comparison=named("脱贫户名单"), ages=AGES)  # fmt: skip
    found = lists_of(result)
    assert (names(found.only_left), names(found.only_right)) == (["乙二"], ["辛八"])
    assert found.comparison.only_right.sheet == "学校名单漏报"


@pytest.mark.parametrize(
    ("word", "sheet"), [("辍学脱贫户", "脱贫户辍学学生"), ("辍学残联", "残疾辍学学生")]
)
def test_yl_54_lb_06_dropouts_on_another_offices_list_are_named(word: str, sheet: str) -> None:
    ledger = read(table("dropout", f"| 姓名 | 身份证件号 |\n| 丙三 | {THREE} |\n| 甲一 | {ONE} |"))
    found = lists_of(match_reads([ledger], [people_list(("丙三", THREE))], comparison=named(word)))
    assert found.comparison.both.sheet == sheet
    assert names(found.both) == ["丙三", "丙三"]
    assert names(found.only_left) == ["甲一"]
    assert not found.comparison.only_right.listed


def test_a_comparison_with_another_list_needs_one() -> None:
    with pytest.raises(InputError, match="--against"):
        match_reads([read(table("roster", ROSTER))], comparison=named("户籍"))
    with pytest.raises(InputError, match="户籍"):
        named("户口")


def asked(*rows: tuple[int, int, str], how: str = "present", seen: bool = True) -> MatchLists:
    """Doubtful pairs (left row, right row, answer)."""
    made = MatchLists(comparisons()[how], (9, 9))
    made.doubts = [
        Line(
            listed(f"左{i}", i), listed(f"右{j}", 100 + j, status="" if seen else NOT_SEEN),
            "姓名相同", "可能", answer, where=("r.xlsx", "待人工确认", n),
        )
        for n, (i, j, answer) in enumerate(rows, 5)
    ]  # fmt: skip
    return made


def places(lists: MatchLists) -> tuple[list[str], list[str], list[str], list[str]]:
    parts = (lists.both, lists.only_left, lists.only_right, lists.doubts)
    return tuple(names(part) for part in parts)  # type: ignore[return-value]


def test_a_yes_joins_and_ends_every_other_question_about_both() -> None:
    made, findings = apply_answers(asked((1, 1, "是"), (1, 2, ""), (3, 1, "否"), (4, 4, "")))
    assert places(made) == (["左1", "右1"], ["左3"], ["右2"], ["左4", "右4"])
    assert not findings


def test_a_no_to_every_candidate_leaves_both_alone_and_no_answer_leaves_them_open() -> None:
    made, _ = apply_answers(asked((1, 1, "否"), (2, 2, "否"), (2, 3, "")))
    assert places(made) == ([], ["左1"], ["右1", "右2"], ["左2", "右3"])


def test_one_person_with_two_yes_is_a_finding_and_stays_open() -> None:
    made, findings = apply_answers(asked((1, 1, "是"), (1, 2, "是"), (3, 3, "是")))
    assert [(f.code, f.cell, f.params["count"]) for f in findings] == [("Y01", "D5", 2), ("Y01", "D6", 2)]  # fmt: skip
    assert places(made) == (["左3", "右3"], [], [], ["左1", "右1", "左1", "右2"])
    assert not any(x.answer for x in made.doubts)


def test_th_34_a_yes_to_somebody_never_seen_is_not_at_school() -> None:
    made, _ = apply_answers(asked((1, 1, "是"), (2, 2, "否"), seen=False))
    assert places(made) == ([], ["左1", "左2"], [], [])
    assert made.only_left[0].how == NOT_SEEN


def test_answers_move_nobody_out_of_the_count() -> None:
    before = asked((1, 1, "是"), (1, 2, ""), (3, 1, "否"), (4, 4, ""), (5, 4, "否"))
    made, _ = apply_answers(before)
    everybody = [
        set(names(part)) for part in (made.both, made.only_left, made.only_right, made.doubts)
    ]
    assert set().union(*everybody) == set(names(before.doubts))
    assert sum(map(len, everybody)) == len(set(names(before.doubts)))


def test_a_school_without_a_roll_call_is_said_beside_others_that_sent_one() -> None:
    files = [*school_files("东小学", 1), school_files("西小学", 2)[0]]
    found = lists_of(match_reads(files))
    assert len(found.both) == 2
    assert "1 所学校没有填好的点名表（西小学）" in found.notes[0]
    alone = lists_of(match_reads(list(school_files("东小学", 1))))
    assert not alone.notes
