"""Keys, statuses, identity problems and counts of one unit's roster."""

from __future__ import annotations

from kbbx_xl.flow.register import Register
from kbbx_xl.flow.roster import id_problems, read_pupils, read_rosters, total
from tests.flow.tables import SCHOOL, context, table

ROSTER = """
| 姓名 | 性别 | 出生日期 | 身份证件号 | 学籍号 | 年级 | 班级 | 就读状态 |
| 甲一 | 男 | 2019-03-13 | 520000201903133190 | G520000201903133190 | 一年级 | 1班 | 正常 |
| 乙二 | 女 | 2018-12-19 | 520000201812192283 | G520000201812192283 | 二年级 | （1）班 | 在读 |
| 丙三 | 男 | 2018-12-26 | 520000201812192283 | G520000201812265315 | 二年级 | 1班 | 在读 |
| 丁四 | 男 | 2015-06-26 | 520000201506260277 | G520000201506260276 | 六年级 | 1班 | 转学(转出) |
| 戊五 | 女 | 2016-04-24 |  | J520000201604243150 | 五年级 | 1班 | 流失 |
"""


def pupils_of(text: str = ROSTER):  # type: ignore[no-untyped-def]
    return read_pupils(table("roster", text), SCHOOL.name, context())


def test_the_key_is_the_id_when_it_is_usable_and_nobody_elses() -> None:
    pupils, _ = pupils_of()
    assert pupils.key == [
        "520000201903133190",
        "G520000201812192283",  # shared with 丙三
        "G520000201812265315",
        "G520000201506260276",  # check digit wrong
        "J520000201604243150",  # no id
    ]


def test_status_words_of_any_export_are_understood() -> None:
    pupils, _ = pupils_of()
    assert pupils.status == ["在读", "在读", "在读", "转出", "辍学"]
    assert pupils.enrolled == [True, True, True, False, False]


def test_each_problem_is_found_at_its_cell() -> None:
    """Birth and sex are not held against an id that is another child's."""
    _, findings = pupils_of()
    assert sorted((f.code, f.cell) for f in findings) == [
        ("I01", "D6"),
        ("I03", "D5"),
        ("I11", "D3"),
        ("I11", "D4"),
        ("I15", "E4"),
    ]


def test_problem_rows_speak_the_words_of_the_result() -> None:
    pupils, findings = pupils_of()
    kinds = {(p.key, p.kind) for p in id_problems(pupils, SCHOOL.name, findings)}
    assert ("G520000201506260276", "checksum") in kinds
    assert ("J520000201604243150", "missing") in kinds
    assert ("G520000201812192283", "shared") in kinds


def test_counts_come_from_rows_and_remember_them() -> None:
    pupils, _ = pupils_of()
    counted = total(SCHOOL.name, [pupils])
    assert (counted.enrolled, counted.rows) == (3, 5)
    assert counted.by_grade == {"一年级": 1, "二年级": 2}
    assert counted.by_sex == {"男": 2, "女": 1}
    assert [span.rows for span in counted.rows_of["二年级"]] == ["3-4"]


def test_a_pupil_is_found_by_id_number_class_and_name_but_never_guessed() -> None:
    pupils, _ = pupils_of()
    register = Register((pupils,))
    assert register.find(id_no="520000201903133190").index == 0
    assert register.find(number="G520000201506260276").index == 3
    assert register.find(name="丙三", grade="二年级", class_name="1班").index == 2
    assert register.find(id_no="520000201812192283", name="").index == -1


def test_namesakes_in_one_class_are_reported_as_several() -> None:
    text = """
    | 姓名 | 身份证件号 | 年级 | 班级 | 就读状态 | 班内学号 |
    | 甲一 | 520000201903133190 | 一年级 | 1班 | 在读 | 01 |
    | 甲一 | 520000201910100338 | 一年级 | 1班 | 在读 | 02 |
    """
    pupils, _ = pupils_of(text)
    register = Register((pupils,))
    unclear = register.find(name="甲一", grade="一年级", class_name="1班")
    assert (unclear.index, unclear.several) == (-1, True)
    assert register.find(name="甲一", grade="一年级", class_name="1班", number="02").index == 1


def test_an_id_of_two_children_in_two_tables_is_nobodys_key() -> None:
    head = "姓名|性别|身份证件号|学籍号|年级|班级|就读状态\n"
    one = table("roster", head + "甲一|男|520000201703050016|G520000201703050016|三年级|1班|在读")
    two = table("roster", head + "乙二|男|520000201703050016|L520000201611200027|四年级|1班|在读")
    judged = read_rosters([one, two], SCHOOL.name, context())
    assert [pupils.key for pupils, _ in judged] == [
        ["G520000201703050016"],
        ["L520000201611200027"],
    ]
    assert all("I11" in {f.code for f in findings} for _, findings in judged)
