"""Which tables 人籍比对 takes, and what of their rows it compares."""

from __future__ import annotations

import pytest

from kbbx_xl.demo.people import AREA
from kbbx_xl.flow.matching import match_reads
from kbbx_xl.messages import InputError
from kbbx_xl.model import FileRead, Table
from kbbx_xl.rules.identity import CHECK_CHARACTERS, WEIGHTS
from tests.flow.tables import OTHER, SCHOOL, table


def person(birth: str, serial: int) -> str:
    body = f"{AREA}{birth}{serial:03d}"
    total = sum(int(c) * w for c, w in zip(body, WEIGHTS, strict=True))
    return body + CHECK_CHARACTERS[total % 11]


ONE, TWO, THREE = person("20160409", 1), person("20160510", 2), person("20160611", 3)
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
