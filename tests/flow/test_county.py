"""What only shows when schools stand side by side."""

from __future__ import annotations

import dataclasses
import itertools

from kbbx_xl.flow.county import Loose, combine
from kbbx_xl.flow.result import FileStatus
from kbbx_xl.flow.seats import Seats
from kbbx_xl.flow.source import Source
from kbbx_xl.flow.unit import UnitResult
from kbbx_xl.model import Village
from kbbx_xl.settings.policies import load_policy
from tests.flow.tables import CENTER, DIRECTORY, OTHER, SCHOOL, context


def result(unit, *pupils: tuple[str, str, str], **extra) -> UnitResult:  # type: ignore[no-untyped-def]
    """pupils: (key, 学籍号, status)."""
    keys, numbers, statuses = (list(column) for column in zip(*pupils, strict=True)) if pupils else ([], [], [])  # fmt: skip
    enrolled = [status in ("在读", "复学") for status in statuses]
    rows = list(range(3, 3 + len(keys)))
    columns = zip(keys, numbers, statuses, enrolled, rows, strict=True)
    seats = Seats.of(Source(f"{unit.code}.xlsx", "名册"), columns)
    made = UnitResult(unit, seats=[seats], **extra)
    made.files = [FileStatus(f"{unit.code}.xlsx", "", "学籍导出", unit.name, "", "effective")]
    return made


def judged(*results: UnitResult):  # type: ignore[no-untyped-def]
    return combine(results, Loose(), context())


def test_a_child_enrolled_in_two_schools() -> None:
    a = result(SCHOOL, ("5200", "G5200", "在读"))
    b = result(OTHER, ("5200", "G5200", "在读"))
    county = judged(a, b)
    assert [(d.key, d.units) for d in county.duplicates] == [("5200", (OTHER.name, SCHOOL.name))]
    found = [(f.code, f.unit, f.cell) for f in county.findings if f.code == "D01"]
    assert found == [("D01", OTHER.name, "A3"), ("D01", SCHOOL.name, "A3")]


def test_a_damaged_id_does_not_hide_a_double_enrolment() -> None:
    a = result(SCHOOL, ("5200", "G5200", "在读"))
    b = result(OTHER, ("G5200", "G5200", "在读"))
    assert [d.key for d in judged(a, b).duplicates] == ["5200"]


def test_th_26_a_pupil_whose_new_school_outside_is_named_is_not_lost() -> None:
    left = ("5200", "G5200", "转出")
    county = judged(result(SCHOOL, left, gone={"5200": "某省某县实验学校"}))
    assert {f.code for f in county.findings if f.code[0] == "D"} == {"D10"}
    assert [(t.into, t.outside) for t in county.transfers] == [("", "某省某县实验学校")]
    at_home = judged(result(SCHOOL, left, gone={"5200": OTHER.name}))
    assert "D02" in {f.code for f in at_home.findings}  # a school of the county that has not got it


def test_a_transfer_that_arrived_and_one_that_did_not() -> None:
    a = result(SCHOOL, ("1", "G1", "转出"), ("2", "G2", "转出"))
    b = result(OTHER, ("1", "G1", "在读"))
    county = judged(a, b)
    assert [(t.key, t.out, t.into) for t in county.transfers] == [
        ("1", SCHOOL.name, OTHER.name),
        ("2", SCHOOL.name, ""),
    ]
    assert {f.code for f in county.findings} >= {"D02", "D03"}
    assert county.duplicates == []


def test_units_that_sent_nothing_are_on_the_board() -> None:
    county = judged(result(SCHOOL, ("1", "G1", "在读"), missing=("月报",)))
    board = {p.unit: p.status for p in county.progress}
    assert board == {CENTER.name: "未报", SCHOOL.name: "缺项", OTHER.name: "未报"}
    assert sorted(f.unit for f in county.findings if f.code == "P01") == sorted(
        [CENTER.name, OTHER.name]
    )


def test_the_order_of_units_changes_nothing() -> None:
    parts = [
        result(SCHOOL, ("1", "G1", "转出"), ("5", "G5", "在读")),
        result(OTHER, ("1", "G1", "在读"), ("5", "G5", "在读")),
        result(CENTER),
    ]
    first = judged(*parts)
    for order in itertools.permutations(parts):
        again = judged(*order)
        assert (again.duplicates, again.transfers, again.findings, again.progress) == (
            first.duplicates,
            first.transfers,
            first.findings,
            first.progress,
        )


def test_children_without_any_number_are_not_taken_for_one() -> None:
    a = result(SCHOOL, ("5200", "", "在读"), ("", "", "在读"))
    b = result(OTHER, ("5201", "", "在读"), ("", "", "在读"))
    county = judged(a, b)
    assert (county.duplicates, county.transfers) == ([], [])


def test_a_late_report_is_on_the_board() -> None:
    made = result(SCHOOL, ("1", "G1", "在读"))
    made.late = ("月报",)
    board = {p.unit: p.late for p in judged(made).progress}
    assert board[SCHOOL.name] == ("月报",)


def test_yl_02_yl_05_the_directory_is_held_against_the_policy() -> None:
    villages = (Village("柳河镇", "河湾村", SCHOOL.name), Village("柳河镇", "河湾村", OTHER.name))
    here = dataclasses.replace(
        context(load_policy("yanling")), directory=dataclasses.replace(DIRECTORY, villages=villages)
    )
    county = combine([], Loose(), here)
    assert {"G16", "G18"} <= {f.code for f in county.findings}
    assert not {"G16", "G18"} & {f.code for f in combine([], Loose(), context()).findings}


def test_seats_are_unpacked_as_they_were_packed() -> None:
    rows = [
        ("520000201806180944", "G520000201806180944", "在读", True, 3),
        ("", "\ud800", "转出\n", False, 4),
        ("长" * 40, "", "", True, 5),
    ]
    seats = Seats.of(Source("a.xlsx"), rows)
    assert seats.rows(range(3)) == rows
    assert seats.rows([1]) == rows[1:2]
    assert [len(marks) for marks in (seats.keys, seats.numbers, seats.flags)] == [24, 24, 3]
    assert Seats.of(Source("b.xlsx"), []).rows([]) == []


def test_long_numbers_that_begin_alike_are_two_children() -> None:
    one, other = "5" * 40 + "1", "5" * 40 + "2"
    units = (result(SCHOOL, (one, "", "在读")), result(OTHER, (other, "", "在读")))
    assert combine(units, Loose(), context()).duplicates == []
    both = (result(SCHOOL, (one, "", "在读")), result(OTHER, (one, "", "在读")))
    assert [d.key for d in combine(both, Loose(), context()).duplicates] == [one]
