"""学籍流动: two registers of one county laid side by side."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from kbbx_xl.flow.movement import Movement, find_movement
from kbbx_xl.flow.units import UnitFinder
from kbbx_xl.messages import message
from kbbx_xl.model import Directory, FileRead, Period, Table, Unit
from kbbx_xl.rules.addresses import place_of
from kbbx_xl.rules.movement import LossKind
from kbbx_xl.settings.policies import load_policy
from tests.flow.tables import CENTER, COUNTY, DIRECTORY, OTHER, SCHOOL, context, table
from tests.ids import id_of

HIGH = Unit("13", "柳河镇初级中学", CENTER.name, "学校", "初中")
HEAD = "| 姓名 | 性别 | 身份证件号 | 年级 | 班级 | 就读状态 |"
MOVES = "| 姓名 | 身份证件号 | 年级 | 班级 | 异动类别 | 异动日期 | 转入（出）学校 | 凭证 |"
A, B, C, D = (id_of(f"201604{n:02d}", n) for n in range(1, 5))
CHILDREN = {"甲一": A, "乙二": B, "丙三": C, "丁四": D}
SEPTEMBER, OCTOBER = Period(2026, 9), Period(2026, 10)


def pupil(name: str, grade: str = "四年级", status: str = "在读", number: str | None = None) -> str:
    return f"| {name} | 男 | {CHILDREN.get(name, '') if number is None else number} | {grade} | 1班 | {status} |"


def move(name: str, change: str, day: str, other: str = "", paper: str = "证1", grade: str = "四年级") -> str:  # fmt: skip
    return f"| {name} | {CHILDREN.get(name, '')} | {grade} | 1班 | {change} | {day} | {other} | {paper} |"


def sent(unit: Unit, month: Period, pupils: list[str], moves: list[str] | None = None, lists: list[Table] | None = None) -> FileRead:  # fmt: skip
    """登记表 of a school: rows of 学生名册 and 学籍异动."""
    path = f"{month}/{unit.name}.xlsx"
    tables = [table("roster", "\n".join([HEAD, *pupils]), file=path)]
    if moves:
        tables.append(table("changes", "\n".join([MOVES, *moves]), file=path))
    for one in lists or ():
        one.file = path
    own = {"period": str(month), "unit_name": unit.name, "form": "registration"}
    return FileRead(path, sha256=path, tables=[*tables, *(lists or ())], own=own)


def compared(before: list[FileRead] | None, now: list[FileRead], *, month: Period = OCTOBER, earlier: Period = SEPTEMBER, policy: str = "") -> Movement:  # fmt: skip
    here = dataclasses.replace(
        context(),
        month=month,
        as_of=month.last,
        directory=Directory((*DIRECTORY.units, HIGH), DIRECTORY.villages),
    )
    if policy:
        here = dataclasses.replace(here, policy=load_policy(policy))
    past = dataclasses.replace(here, month=earlier, as_of=earlier.last)
    return find_movement(now, before, here, earlier=past if before is not None else None)


def kinds(made: Movement) -> list[str]:
    return [str(loss.kind) for loss in made.losses]


def codes(made: Movement) -> list[str]:
    return sorted(f.code for f in made.findings)


def test_a_quiet_month_balances() -> None:
    before = [sent(SCHOOL, SEPTEMBER, [pupil("甲一"), pupil("乙二")]), sent(OTHER, SEPTEMBER, [])]
    now = [sent(SCHOOL, OCTOBER, [pupil("甲一"), pupil("乙二")]), sent(OTHER, OCTOBER, [])]
    made = compared(before, now)
    assert (made.losses, made.findings, made.earlier) == ([], [], SEPTEMBER)
    assert [(b.unit, len(b.before), b.expected, len(b.after)) for b in made.balances] == [
        (SCHOOL.name, 2, 2, 2)
    ]
    assert made.unread == [OTHER.name, HIGH.name]  # an empty sheet is no register


def test_th_26_a_transfer_is_paired_with_the_school_that_took_the_child_in() -> None:
    before = [sent(SCHOOL, SEPTEMBER, [pupil("甲一"), pupil("乙二")]), sent(OTHER, SEPTEMBER, [pupil("丙三")])]  # fmt: skip
    out = move("甲一", "转出", "2026-10-10", OTHER.name)
    into = move("甲一", "转入", "2026-10-12", SCHOOL.name, paper="")
    now = [
        sent(SCHOOL, OCTOBER, [pupil("甲一", status="转出"), pupil("乙二")], [out]),
        sent(OTHER, OCTOBER, [pupil("丙三"), pupil("甲一")], [into]),
    ]
    made = compared(before, now)
    (pair,) = made.transfers
    assert made.changes[pair.out].unit == SCHOOL.name
    assert made.changes[pair.into].unit == made.after[pair.seat].row.unit == OTHER.name
    assert made.losses == []
    assert [(b.unit, b.difference) for b in made.balances] == [(OTHER.name, 0), (SCHOOL.name, 0)]
    assert [(f.code, f.unit, f.cell) for f in made.findings] == [("X02", OTHER.name, "E2")]


@pytest.mark.parametrize("other", [OTHER.name, ""])
def test_a_child_transferred_to_nowhere(other: str) -> None:
    before = [sent(SCHOOL, SEPTEMBER, [pupil("甲一"), pupil("乙二")]), sent(OTHER, SEPTEMBER, [pupil("丙三")])]  # fmt: skip
    now = [
        sent(SCHOOL, OCTOBER, [pupil("乙二")], [move("甲一", "转出", "2026-10-10", other)]),
        sent(OTHER, OCTOBER, [pupil("丙三")]),
    ]
    made = compared(before, now)
    assert kinds(made) == [LossKind.NOWHERE]
    (found,) = made.findings
    assert (found.code, found.sheet, found.cell) == ("X01", "学籍异动", "E2")
    assert found.params["other"] == f"（另见 2026-09/{SCHOOL.name}.xlsx 学生名册!A2）"
    assert "甲一" not in message(found)
    assert (other or "没有写去向") in message(found)


def test_a_child_in_two_schools() -> None:
    before = [sent(SCHOOL, SEPTEMBER, [pupil("甲一")]), sent(OTHER, SEPTEMBER, [pupil("丙三")])]
    into = move("甲一", "转入", "2026-10-12", SCHOOL.name)
    now = [
        sent(SCHOOL, OCTOBER, [pupil("甲一")]),
        sent(OTHER, OCTOBER, [pupil("丙三"), pupil("甲一")], [into]),
    ]
    made = compared(before, now)
    found = {(f.code, f.unit) for f in made.findings}
    assert found == {("X03", OTHER.name), ("X04", OTHER.name), ("X04", SCHOOL.name)}
    twice = next(f for f in made.findings if f.code == "X04" and f.unit == SCHOOL.name)
    assert OTHER.name in message(twice)
    assert f"2026-10/{OTHER.name}.xlsx 学生名册!A3" in message(twice)


def test_a_child_that_vanished_from_the_register() -> None:
    before = [sent(SCHOOL, SEPTEMBER, [pupil("甲一"), pupil("乙二"), pupil("丙三")])]
    now = [sent(SCHOOL, OCTOBER, [pupil("乙二"), pupil("丙三", status="辍学")])]
    made = compared(before, now)
    assert kinds(made) == [LossKind.VANISHED] * 2
    assert [(f.code, f.file) for f in made.findings] == [
        ("X05", f"2026-09/{SCHOOL.name}.xlsx"),
        ("X10", f"2026-10/{SCHOOL.name}.xlsx"),
        ("X05", f"2026-10/{SCHOOL.name}.xlsx"),
    ]
    assert [b.difference for b in made.balances] == [-2]
    left = move("甲一", "转出", "2026-10-09", "安徽省灵璧县第一小学")
    dropped = move("丙三", "辍学", "2026-10-19")
    told = compared(before, [sent(SCHOOL, OCTOBER, [pupil("乙二")], [left, dropped])])
    assert (told.losses, [c.written for c in told.outside]) == ([], ["安徽省灵璧县第一小学"])


def test_a_child_graduated_twice() -> None:
    rows = [
        move("甲一", "毕业", "2026-07-01", grade="六年级"),
        move("甲一", "毕业", "2026-07-03", grade="六年级"),
        move("乙二", "毕业", "2026-07-01", grade="六年级"),
        move("丙三", "毕业", "2026-07-01", grade="六年级"),
    ]
    june = Period(2026, 6)
    sixth = [pupil(name, "六年级") for name in ("甲一", "乙二", "丙三")]
    before = [sent(SCHOOL, june, sixth), sent(HIGH, june, [pupil("丁四", "八年级")])]
    juniors = [pupil("丁四", "九年级"), pupil("甲一", "七年级"), pupil("丙三", "七年级")]
    now = [
        sent(SCHOOL, SEPTEMBER, [pupil("乙二", "六年级")], rows),
        sent(HIGH, SEPTEMBER, juniors),
    ]
    made = compared(before, now, month=SEPTEMBER, earlier=june)
    assert kinds(made) == [LossKind.GRADUATED] * 2
    said = " ".join(message(f) for f in made.findings if f.code == "X06")
    assert "小学毕业登记了 2 次" in said
    assert f"仍在“{SCHOOL.name}”读六年级" in said


def test_p22_09_leavers_without_a_junior_school_are_named_and_counted() -> None:
    june = Period(2026, 6)
    names = ("甲一", "乙二", "丙三", "丁四")
    before = [sent(SCHOOL, june, [pupil(n, "六年级") for n in names]), sent(HIGH, june, [pupil("戊五", "七年级")])]  # fmt: skip
    out = move("丁四", "转出", "2026-08-30", "安徽省灵璧县第一中学", grade="六年级")
    ledger = table("dropout", f"| 姓名 | 身份证件号 |\n| 丙三 | {C} |")
    now = [
        sent(
            SCHOOL,
            SEPTEMBER,
            [pupil("己六", "一年级", number=id_of("20200101", 9))],
            [out],
            [ledger],
        ),
        sent(HIGH, SEPTEMBER, [pupil("戊五", "八年级"), pupil("甲一", "七年级")]),
    ]
    made = compared(before, now, month=SEPTEMBER, earlier=june, policy="lufeng")
    assert codes(made) == ["X07"]
    states = [(h.child.row.name, h.state, h.owner) for h in made.handover]
    assert states == [
        ("甲一", "已注册", HIGH.name),
        ("乙二", "未注册", SCHOOL.name),
        ("丙三", "未注册", SCHOOL.name),
        ("丁四", "县外就读", ""),
    ]
    assert made.handed_over == (1, 4)
    assert "9月15日前" in made.handover_rule
    school = next(b for b in made.balances if b.unit == SCHOOL.name)
    assert (len(school.entered), len(school.left), school.gain, school.difference) == (1, 3, -1, 0)


def test_p22_11_home_teaching_and_disability_go_with_the_child() -> None:
    rows = "| 姓名 | 身份证件号 | 年级 | 班级 | 就读状态 | 残疾类型 |"
    june = Period(2026, 6)
    book = sent(SCHOOL, june, [pupil("甲一", "六年级")])
    book.tables = [table("roster", f"{rows}\n| 甲一 | {A} | 六年级 | 1班 | 送教上门 | 肢体 |\n| 乙二 | {B} | 六年级 | 1班 | 在读 | 无残疾 |", file=book.path)]  # fmt: skip
    made = compared(None, [book], month=june)
    assert [(h.child.care, h.state) for h in made.handover] == [
        ("送教上门、残疾（肢体）", "未到时间"),
        ("", "未到时间"),
    ]
    assert made.handed_over is None
    assert made.earlier is None


def test_outside_june_to_september_nobody_is_handed_over() -> None:
    made = compared(None, [sent(SCHOOL, OCTOBER, [pupil("甲一", "六年级")])])
    assert (made.handover, made.handover_due, made.handed_over) == ([], False, None)


def test_a_child_from_nowhere_and_one_that_left_but_is_still_there() -> None:
    before = [sent(SCHOOL, SEPTEMBER, [pupil("甲一"), pupil("乙二", status="休学")])]
    now = [sent(SCHOOL, OCTOBER, [pupil("甲一"), pupil("乙二"), pupil("丁四")], [move("甲一", "死亡", "2026-10-10")])]  # fmt: skip
    made = compared(before, now)
    assert codes(made) == ["X08", "X08", "X09", "X10"]
    said = [message(f) for f in made.findings]
    assert any("上期是“休学”" in text for text in said)
    back = [move("乙二", "复学", "2026-10-12"), move("丁四", "转入", "2026-10-12", "灵璧县一小")]
    now = [sent(SCHOOL, OCTOBER, [pupil("甲一"), pupil("乙二"), pupil("丁四")], back)]
    assert compared(before, now).findings == []


def test_without_ids_the_one_of_its_name_in_a_class_is_the_same_child_and_namesakes_are_asked() -> (
    None
):
    before = [sent(SCHOOL, SEPTEMBER, [pupil("戊五"), pupil("己六"), pupil("己六")])]
    now = [sent(SCHOOL, OCTOBER, [pupil("戊五"), pupil("己六"), pupil("己六")])]
    made = compared(before, now)
    assert sorted(kinds(made)) == [LossKind.VANISHED] * 2 + [LossKind.NEW] * 2
    assert {*codes(made)} == {"X11"}
    assert {p.left.kind for p in made.proposals} == {LossKind.VANISHED}
    (only,) = (b for b in made.balances if b.unit == SCHOOL.name)
    assert only.difference == 0


def test_a_transfer_under_another_id_is_proposed_and_never_merged() -> None:
    before = [sent(SCHOOL, SEPTEMBER, [pupil("甲一"), pupil("乙二")]), sent(OTHER, SEPTEMBER, [pupil("丙三")])]  # fmt: skip
    wrong = id_of("20160401", 77)
    out = move("甲一", "转出", "2026-10-10", OTHER.name)
    now = [
        sent(SCHOOL, OCTOBER, [pupil("乙二")], [out]),
        sent(
            OTHER,
            OCTOBER,
            [pupil("丙三"), pupil("甲一", number=wrong)],
            [move("甲一", "转入", "2026-10-10", SCHOOL.name).replace(A, wrong)],
        ),
    ]
    made = compared(before, now)
    assert kinds(made) == [LossKind.NOWHERE, LossKind.UNRELEASED]
    (proposal,) = made.proposals
    assert proposal.how.endswith("转入（出）学校相符")
    assert codes(made) == ["X01", "X03", "X11"]
    assert made.transfers == []


def test_a_change_told_by_two_workbooks_counts_once() -> None:
    before = [sent(SCHOOL, SEPTEMBER, [pupil("甲一")])]
    out = move("甲一", "转出", "2026-10-10", "灵璧县第一小学")
    report = table("list_changes", f"| 姓名 | 身份证件号 | 年级 | 异动类别 | 异动日期 | 转入（出）学校 |\n| 甲一 | {A} | 四年级 | 转出 | 2026-10-10 | 灵璧县第一小学 |")  # fmt: skip
    now = [sent(SCHOOL, OCTOBER, [pupil("乙二"), pupil("甲一", status="转出")], [out], [report])]
    made = compared(before, now)
    assert [c.source.sheet for c in made.changes] == ["学籍异动"]
    assert [b.gain for b in made.balances] == [-1]
    assert len(made.outside) == 1


def test_earlier_workbooks_in_the_same_folder_are_the_history() -> None:
    reads = [sent(SCHOOL, SEPTEMBER, [pupil("甲一")]), sent(SCHOOL, OCTOBER, [pupil("乙二")])]
    made = compared(None, reads)
    assert made.earlier == SEPTEMBER
    assert kinds(made) == [LossKind.VANISHED, LossKind.NEW]
    late = compared(None, [sent(SCHOOL, SEPTEMBER, [pupil("甲一")])])
    assert (late.after, late.unread[0]) == ([], SCHOOL.name)


def test_a_school_that_sent_nothing_is_not_judged() -> None:
    before = [sent(SCHOOL, SEPTEMBER, [pupil("甲一")]), sent(OTHER, SEPTEMBER, [pupil("丙三")])]
    out = move("甲一", "转出", "2026-10-10", OTHER.name)
    made = compared(before, [sent(SCHOOL, OCTOBER, [pupil("乙二")], [out, move("乙二", "入学", "2026-10-01")])])  # fmt: skip
    assert (made.losses, made.unread) == ([], [OTHER.name, HIGH.name])


@pytest.mark.parametrize("change", ["转出", "休学"])
def test_yl_81_th_48_leaving_needs_an_application_on_paper(change: str) -> None:
    row = move("甲一", change, "2026-10-10", "灵璧县第一小学", paper="")
    made = compared(None, [sent(SCHOOL, OCTOBER, [pupil("乙二")], [row])])
    assert [(f.code, f.cell) for f in made.findings] == [("X02", "E2")]


def test_th_31_dropouts_from_elsewhere_by_the_county_of_their_household() -> None:
    book = sent(SCHOOL, OCTOBER, [])
    rows = "\n".join(
        f"| {name} | {number} | 八年级 | 1班 | {status} | {home} |"
        for name, number, status, home in (
            ("甲一", A, "辍学", "安徽省宿州市灵璧县灵城镇一村"),
            ("乙二", B, "辍学", "某省青禾县柳河镇河湾村"),
            ("丙三", C, "在读", "安徽省宿州市灵璧县灵城镇一村"),
            ("丁四", D, "辍学", "柳河镇幸福小区3号"),
        )
    )
    book.tables = [table("roster", f"| 姓名 | 身份证件号 | 年级 | 班级 | 就读状态 | 户籍所在地 |\n{rows}", file=book.path)]  # fmt: skip
    made = compared(None, [book])
    found = [(n.child.row.name, n.county) for n in made.nonlocal_dropouts]
    assert found == [("甲一", "安徽省宿州市灵璧县")]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("安徽省灵璧县第一小学", "安徽省灵璧县"),
        ("贵州省贵阳市南明区花果园小区", "贵州省贵阳市南明区"),
        ("广东省东莞市实验小学", "广东省东莞市"),
        ("柳河镇河湾社区", ""),
        ("内蒙古自治区根河市得耳布尔镇", "内蒙古自治区根河市"),
    ],
)
def test_the_county_of_an_address(text: str, place: str) -> None:
    assert place_of(text) == place


def test_a_school_is_known_by_its_name_within_the_county_only() -> None:
    finder = UnitFinder(DIRECTORY)
    assert finder.county_name == "青禾县"
    assert finder.school_named("某省青禾县柳河镇中心小学") == SCHOOL.name
    assert finder.school_named("东风小学") == OTHER.name
    assert finder.school_named("灵璧县柳河镇中心小学") == ""
    assert finder.school_named("") == ""
    assert COUNTY.name not in finder.school_named(COUNTY.name)


@pytest.mark.parametrize("bureau", ["青禾县教育局", "某省青禾县教育局", "某省某市青禾县教体局"])
def test_a_bureau_called_with_its_province_is_of_the_same_county(bureau: str) -> None:
    county = dataclasses.replace(COUNTY, name=bureau)
    finder = UnitFinder(Directory((county, CENTER, SCHOOL)))
    assert finder.county_name == "青禾县"
    assert finder.school_named(f"青禾县{SCHOOL.name}") == SCHOOL.name


def test_days_between_two_registers_begin_after_the_earlier_one() -> None:
    before = [sent(SCHOOL, SEPTEMBER, [pupil("甲一"), pupil("乙二")])]
    old = move("甲一", "转出", "2026-09-20", "灵璧县第一小学")
    made = compared(before, [sent(SCHOOL, OCTOBER, [pupil("乙二")], [old])])
    assert kinds(made) == [LossKind.VANISHED]
    assert made.outside == []
    assert dt.date(2026, 9, 20) == made.changes[0].day


def test_p22_10_until_the_day_of_handover_nobody_is_missing_and_the_primary_school_answers() -> (
    None
):
    june = Period(2026, 6)
    before = [sent(SCHOOL, june, [pupil("甲一", "六年级"), pupil("丁四", "五年级")]), sent(HIGH, june, [pupil("乙二", "七年级")])]  # fmt: skip
    now = [sent(SCHOOL, SEPTEMBER, [pupil("丁四", "六年级")]), sent(HIGH, SEPTEMBER, [pupil("乙二", "八年级")])]  # fmt: skip
    here = dataclasses.replace(
        context(load_policy("lufeng")),
        month=SEPTEMBER,
        directory=Directory((*DIRECTORY.units, HIGH), DIRECTORY.villages),
    )
    past = dataclasses.replace(here, month=june, as_of=june.last)
    for day, found in ((15, []), (16, ["X07"])):
        today = dataclasses.replace(here, as_of=dt.date(2026, 9, day))
        made = find_movement(now, before, today, earlier=past)
        assert codes(made) == found
        assert [(h.state, h.owner) for h in made.handover] == [("未注册", SCHOOL.name)]
