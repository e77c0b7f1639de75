"""Which tables 人籍比对 takes, and what of their rows it compares."""

from __future__ import annotations

import pytest

from kbbx_xl.flow.matching import match_reads
from kbbx_xl.messages import InputError
from kbbx_xl.model import FileRead, Table
from tests.flow.tables import OTHER, SCHOOL, table
from tests.ids import ONE, THREE, TWO, id_of

ROSTER = f"""
| 姓名 | 性别 | 身份证件号 | 学籍号 | 年级 | 班级 | 就读状态 |
| 甲一 | 男 | {ONE} | G{ONE} | 四年级 | 1班 | 在读 |
| 乙二 | 女 | {TWO} | G{TWO} | 四年级 | 1班 | 在读 |
| 丙三 | 男 | {THREE} | G{THREE} | 四年级 | 2班 | 休学 |
"""
ROLL_CALL = """
| 年级 | 班级 | 姓名 | 学号 |
| 四 | （1）班 | 甲一 | 1 |
| 四年级 | 1 | 丁四 | 2 |
"""


def read(*tables: Table, file: str = "登记表.xlsx", month: str = "2026-10") -> FileRead:
    for one in tables:
        one.file = file
    return FileRead(file, sha256=file, tables=list(tables), own={"period": month})


def roster(**meta: str) -> Table:
    return table("roster", ROSTER, **{"单位": SCHOOL.name, **meta})


def test_the_roll_call_of_the_same_workbook_shows_who_is_present() -> None:
    result = match_reads([read(roster(), table("roll_call", ROLL_CALL, 单位=SCHOOL.name))])
    assert result.right.title == "到校"
    assert [(p.left, p.right) for p in result.matching.both] == [(0, 0)]
    assert result.matching.only_left == [1, 2]
    assert result.matching.only_right == [1]
    assert result.left.rows[2].status == "休学"


def test_another_schools_roll_call_proves_nothing_by_a_name() -> None:
    other = read(table("roll_call", ROLL_CALL, 单位=OTHER.name), file="b.xlsx")
    with pytest.raises(InputError, match="对方名单里没有可以比对的表"):
        match_reads([read(roster())], [other])


def test_a_long_number_on_the_roll_call_is_an_id() -> None:
    called = table(
        "roll_call", f"| 姓名 | 学号 |\n| 甲一 | {ONE} |\n| 乙二 | G{TWO} |", 单位=SCHOOL.name
    )
    found = match_reads([read(roster(), called)]).matching
    assert [p.how for p in found.both] == ["证件号、姓名相同", "学籍号、姓名相同"]


def test_without_a_register_or_a_roll_call_it_says_so() -> None:
    with pytest.raises(InputError, match="学籍一方"):
        match_reads([read(table("roll_call", ROLL_CALL))])
    with pytest.raises(InputError, match="点名表"):
        match_reads([read(roster())])


def test_a_corrected_register_counts_once() -> None:
    copy = read(roster(), file="登记表（修改版）.xlsx")
    result = match_reads([read(roster()), copy], [read(roster(), file="c.xlsx")])
    assert len(result.left.rows) == 3
    assert len(result.matching.both) == 3


CALLED = """
| 姓名 | 年级 | 班级 | 学号 |
| 甲一 | 四年级 | 1班 | 1 |
| 乙二 | 四年级 | 1班 | 2 |
| 丁四 | 四年级 | 2班 | 3 |
"""


def school_files(name: str, serial: int) -> tuple[FileRead, FileRead]:
    """A register and a roll call without ids; every school has a 甲一 and a 乙二 in 四年级1班."""
    text = ROSTER
    for n, old in enumerate((ONE, TWO, THREE)):
        text = text.replace(old, id_of(f"2016{n + 4:02d}15", serial))
    listed = read(table("roster", text, 单位=name), file=f"{name}学籍.xlsx")
    return listed, read(table("roll_call", CALLED, 单位=name), file=f"{name}考勤.xlsx")


def test_yl_16_registers_and_roll_calls_of_several_schools_match_within_each_school() -> None:
    files = [school_files(name, n) for n, name in enumerate(("东小学", "西小学", "南小学"), 1)]
    alone = [match_reads(pair) for pair in files]
    together = match_reads([one for pair in files for one in pair])
    assert [len(one.matching.both) for one in alone] == [2, 2, 2]
    found = together.matching
    assert {(together.left.rows[p.left].school, together.right.rows[p.right].school) for p in found.both} == {
        (name, name) for name in ("东小学", "西小学", "南小学")
    }  # fmt: skip
    assert len(found.both) == 6
    assert not found.doubtful
    assert (len(found.only_left), len(found.only_right)) == (3, 3)


def test_a_child_of_another_class_of_its_school_is_asked_about_among_several_schools() -> None:
    files = [school_files(name, n) for n, name in enumerate(("东小学", "西小学"), 1)]
    moved = CALLED.replace("丁四 | 四年级 | 2班", "丙三 | 四年级 | 1班")
    called = read(table("roll_call", moved, 单位="东小学"), file="东小学考勤.xlsx")
    found = match_reads([files[0][0], called, *files[1]])
    (pair,) = found.matching.doubtful
    rows = found.left.rows[pair.left], found.right.rows[pair.right]
    assert [(row.school, row.name) for row in rows] == [("东小学", "丙三")] * 2


def test_class_books_of_one_school_match_together() -> None:
    register, called = school_files("东小学", 1)
    second = "| 姓名 | 年级 | 班级 |\n| 丙三 | 四年级 | 2班 |"
    other = read(table("roll_call", second, 单位="东小学"), file="四2班.xlsx")
    found = match_reads([register, called, other, *school_files("西小学", 2)]).matching
    assert len(found.both) == 5
    assert not found.doubtful
