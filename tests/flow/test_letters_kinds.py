"""Letters about a change of school, leave, a grid and a county's month: what they say, and of whom."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from kbbx_xl.flow.letters import Ask, Subject, county_letter, subjects_of
from kbbx_xl.flow.letters.grid import term_words
from kbbx_xl.messages import InputError
from kbbx_xl.model import Directory, FileRead, Period, Table
from kbbx_xl.settings.letters import letter_form
from kbbx_xl.settings.policies import load_policy
from tests.flow.factory import NAMES, make_county
from tests.flow.tables import CENTER, COUNTY, DIRECTORY, OTHER, SCHOOL, table
from tests.flow.test_letters import COVER, DAY, ROSTER, school
from tests.ids import ONE, TWO

CHANGES = f"""
| 姓名 | 身份证件号 | 年级 | 班级 | 异动类别 | 异动日期 | 转入（出）学校 |
| 甲一 | {ONE} | 四年级 | 1班 | 转出 | 2026-10-09 | 邻县第二小学 |
| 乙二 | {TWO} | 四年级 | 2班 | 休学 | 2026-10-12 |  |
"""
SCHOOL_AGE = f"""
| 姓名 | 身份证件号 | 就读形式 | 就读学校 | 核查类别 |
| 甲一 | {ONE} | 外校就读 | 邻县第二小学 | 省内就读无学籍 |
| 丙三 | {TWO} | 外校就读 | 某省某市第三小学 | 省外无学籍 |
| 丁四 |  | 送教上门 |  | 因病因残 |
"""
LEAVES = f"""
| 姓名 | 身份证件号 | 年级 | 班级 | 缺勤起始日期 | 返校日期 | 类别 | 缺勤天数 | 原因 |
| 甲一 | {ONE} | 四年级 | 1班 | 2026-10-12 |  | 病假 | 1 | 感冒 |
| 乙二 |  | 四年级 | 2班 | 2026-10-12 | 2026-10-14 | 事假 |  | 探亲 |
| 丙三 |  | 四年级 | 2班 | 2026-10-12 |  | 病假 | 5 | 手术 |
| 丁四 |  | 四年级 | 2班 | 2026-10-12 |  | 旷课 |  |  |
| 戊五 |  | 四年级 | 2班 | 2026-10-19 |  | 病假 |  | 发热 |
"""
GRID = "| 网格名称 | 网格长姓名 | 联系方式 |\n"
SIGNED = "| 网格级别 | 网格名称 | 签订人 | 目标任务 |\n"


def about(kind: str, *tables: Table, **more: object) -> list[Subject]:
    ask = Ask(letter_form(kind), DAY, directory=DIRECTORY, **more)  # type: ignore[arg-type]
    return subjects_of([school(*tables, table("cover", COVER))], ask)[0]


def names(subjects: list[Subject]) -> list[str]:
    return [one.facts["学生姓名"] for one in subjects]


# ---- 转学


def test_th_06_a_liaison_letter_goes_to_the_school_that_a_child_attends() -> None:
    made = about("register", table("changes", CHANGES), table("roster", ROSTER))
    (one,) = made
    told = {
        "学生姓名": "甲一", "对方学校": "邻县第二小学", "情况": "转出", "监护人": "甲父",
        "上级单位": "柳河镇中心校", "年级班级": "四年级1班", "学籍号": f"G{ONE}",
    }  # fmt: skip
    assert {name: one.facts[name] for name in told} == told
    assert one.cells["对方学校"] == "G2"


@pytest.mark.parametrize("kind", ["elsewhere", "register", "transfer", "inquiry"])
def test_th_07_p02_09_categories_c_and_d_get_the_letters_once_each(kind: str) -> None:
    made = about(kind, table("changes", CHANGES), table("school_age", SCHOOL_AGE))
    assert names(made) == ["甲一", "丙三"]  # 甲一 stands in both sheets
    assert made[1].facts["情况"] == "省外就读无学籍、外校就读"


def test_a_transfer_within_the_county_needs_no_letter_to_another_county() -> None:
    near = table("changes", CHANGES.replace("邻县第二小学", OTHER.name))
    counts = {k: len(about(k, near)) for k in ("elsewhere", "register", "transfer", "inquiry")}
    assert counts == {"elsewhere": 0, "register": 1, "transfer": 0, "inquiry": 0}
    assert len(about("elsewhere", near, rows={("学籍异动", 2)})) == 1


def test_a_chosen_row_that_is_no_transfer_is_refused_without_a_name() -> None:
    rows = {("学籍异动", 3), ("适龄儿童台账", 4)}
    made = about("transfer", table("changes", CHANGES), table("school_age", SCHOOL_AGE), rows=rows)
    assert [one.refusal for one in made] == [
        "学籍异动 第3行：写的是“休学”",
        "适龄儿童台账 第4行：写的是“因病因残、送教上门”",
    ]


# ---- 请假


def test_p23_12_p23_13_p23_14_who_approves_leave_follows_from_its_days() -> None:
    made = about("leave", table("absence", LEAVES), policy=load_policy("p23"))
    assert [(one.facts["请假天数"], one.facts["请假类别"]) for one in made] == [
        ("1", "病假"), ("2", "事假"), ("5", "病假"), ("", "病假"),
    ]  # fmt: skip
    approvers = [[item["审批人"] for item in one.lists["审批"]] for one in made]
    assert approvers == [
        ["班主任"],
        ["班主任", "教务处"],  # exactly 2 days: the document lets both hold
        ["班主任", "教务处", "校长"],
        ["班主任", "教务处", "校长"],  # still away: nobody knows how long
    ]
    assert made[0].since == dt.date(2026, 10, 12)


def test_p21_21_all_leave_goes_to_the_principal_and_silence_stays_silent() -> None:
    for policy, wanted in (("p21", ["校长"]), ("tanghe", [])):
        made = about("leave", table("absence", LEAVES), policy=load_policy(policy))
        assert [i["审批人"] for i in made[2].lists["审批"]] == wanted


def test_absence_without_leave_gets_no_slip() -> None:
    (one,) = about("leave", table("absence", LEAVES), rows={("缺勤登记", 5)})
    assert one.refusal == "缺勤登记 第5行：类别是“旷课”，不是请假"


# ---- 责任书


def grids(**more: object) -> list[Table]:
    return [
        table("grid_town", f"{GRID}| 柳河镇 | 王校长 | 17400000001 |", 级别="镇级"),
        table("grid_village", f"{GRID}| 河湾村 | 李校长 | 17400000002 |", 级别="村级"),
        table("grid_school", f"{GRID}| {SCHOOL.name} | 李校长 | 17400000002 |", 级别="校级"),
        table("grid_class", f"{GRID}| {SCHOOL.name}四年级1班 | 赵老师 | 17400000003 |\n| {SCHOOL.name}四年级2班 | 待定 |  |", 级别="班级"),
        table("signed", f"{SIGNED}| 班级 | {SCHOOL.name}四年级1班 | 赵老师 | 全班45人全部到校 |"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "grid", "signs"),
    [
        ("duty_town", "柳河镇", ""),
        ("duty_village", "河湾村", SCHOOL.name),
        ("duty_school", SCHOOL.name, SCHOOL.name),
        ("duty_class", f"{SCHOOL.name}四年级1班", SCHOOL.name),
    ],
)
def test_yl_34_every_grid_head_gets_the_letter_of_the_level(
    kind: str, grid: str, signs: str
) -> None:
    one = about(kind, *grids())[0]
    assert (one.facts["网格名称"], one.unit, one.refusal) == (grid, SCHOOL.name, "")
    assert one.facts["学期"] == "2026—2027学年第一学期"
    above = COUNTY if kind == "duty_town" else CENTER
    assert one.facts["上级单位"] == above.name
    if signs:
        assert one.facts["学校"] == signs


def test_yl_63_gh_07_the_class_letter_carries_this_teachers_own_target() -> None:
    first, second = about("duty_class", *grids())
    assert (first.facts["目标任务"], second.facts["目标任务"]) == ("全班45人全部到校", "")
    assert second.refusal == "班级网格 第3行：网格长没有填"


def test_yl_72_yl_73_targets_are_those_of_the_policy_or_none() -> None:
    told = about("duty_school", *grids(), policy=load_policy("yanling"))[0].facts["控辍目标"]
    assert "小学入学率100%" in told
    assert "99%以上" in told
    assert about("duty_school", *grids(), policy=load_policy("tanghe"))[0].facts["控辍目标"] == ""


def test_a_list_that_does_not_say_its_level_is_a_finding() -> None:
    sheet = table("grid_class", f"{GRID}| 四年级1班 | 赵老师 | 17400000003 |")
    subjects, findings = subjects_of([school(sheet)], Ask(letter_form("duty_class"), DAY))
    assert (subjects, [f.code for f in findings]) == ([], ["L01"])


def test_a_centre_that_no_directory_knows_signs_for_no_village() -> None:
    sheet = table("grid_village", f"{GRID}| 河湾村 | 李校长 | 17400000002 |", 级别="村级")
    for unit, signs in (("柳河镇中心学校", ""), ("柳河镇第二小学", "柳河镇第二小学")):
        read = FileRead("a.xlsx", tables=[sheet], own={"unit_name": unit})
        ((one,), _) = subjects_of([read], Ask(letter_form("duty_village"), DAY))
        assert one.facts["学校"] == signs


@pytest.mark.parametrize(
    ("day", "term"),
    [
        (dt.date(2026, 8, 28), "2026—2027学年第一学期"),
        (dt.date(2027, 1, 10), "2026—2027学年第一学期"),
        (dt.date(2027, 2, 25), "2026—2027学年第二学期"),
        (dt.date(2027, 7, 1), "2026—2027学年第二学期"),
    ],
)
def test_the_term_that_a_letter_is_signed_for(day: dt.date, term: str) -> None:
    assert term_words(day) == term


# ---- 非户籍地


def test_th_31_only_children_from_outside_the_county_and_only_with_a_directory() -> None:
    ledger = """
    | 姓名 | 年级 | 首次缺勤日期 | 户籍所在地 | 状态 |
    | 甲一 | 四年级 | 2026-10-08 | 某省青禾县柳河镇河湾村 | 辍学 |
    | 乙二 | 四年级 | 2026-10-08 | 某省远山县石桥镇 | 辍学 |
    | 丙三 | 四年级 | 2026-10-08 |  | 辍学 |
    | 丁四 | 四年级 | 2026-10-08 | 柳河镇乐康社区3号 | 辍学 |
    | 戊五 | 四年级 | 2026-10-08 | 阳光小区8栋 | 辍学 |
    """
    read = school(table("suspected", ledger), own=False)
    form = letter_form("away")
    found, _ = subjects_of([read], Ask(form, DAY, directory=DIRECTORY))
    assert names(found) == ["乙二"]
    with pytest.raises(InputError, match="要有单位目录"):
        subjects_of([read], Ask(form, DAY))
    assert len(subjects_of([read], Ask(form, DAY, rows={("疑似辍学台账", 2)}))[0]) == 1


# ---- 全县


def test_p21_38_the_bulletin_tells_figures_and_no_child() -> None:
    one = county_letter(make_county())
    told = {
        "应报单位数": "7", "报齐单位数": "4", "未报单位数": "1", "未报单位": "西坪镇第二小学", "在办个案": "2",
        "疑似辍学人数": "1", "辍学人数": "1", "本月新增个案": "3", "本月再次辍学": "1", "本月销号个案": "1",
        "本月返校": "1", "逾期事项": "1", "在校生数": "430", "劝返次数": "1", "未劝返个案": "1",
    }  # fmt: skip
    assert {name: one.facts[name] for name in told} == told
    assert not [name for name in NAMES if name in repr(one)]
    (line,) = [item for item in one.lists["各单位"] if item["单位"] == "东河镇初级中学"]
    assert (line["在办"], line["新增"], line["逾期"]) == ("2", "2", "1")
    total = one.lists["各单位"][-1]
    shown = [total[name] for name in ("单位", "报送", "在办", "新增", "销号", "逾期")]
    assert shown == ["合计", "报齐4个", "2", "3", "1", "1"]


def test_the_bulletin_adds_up_what_all_units_owe_and_the_visits_of_the_month() -> None:
    county = make_county()
    bureau = county.directory.units[0].name
    county.tasks.append(dataclasses.replace(county.tasks[0], unit=bureau, mark=""))
    month = dataclasses.replace(county, month=Period(2026, 11), as_of=dt.date(2026, 11, 20))
    letter = county_letter(county)
    *_, own, total = letter.lists["各单位"]
    assert (own["单位"], own["报送"], own["逾期"]) == (f"{bureau}本级", "—", "1")
    assert letter.facts["逾期事项"] == total["逾期"] == "2"
    assert county_letter(month).facts["劝返次数"] == "0"  # the visit was in October


def test_rates_keep_their_two_numbers_and_say_when_no_target_is_stated() -> None:
    rates = {item["名称"]: item for item in county_letter(make_county()).lists["指标"]}
    for item in rates.values():
        assert item["目标"]
        assert item["结果"] == "—" or float(item["分母"]) > 0


def test_a_county_without_units_gets_no_letter() -> None:
    empty = dataclasses.replace(make_county(), progress=[])
    assert county_letter(empty).refusal


@pytest.mark.parametrize(
    ("bureau", "home", "letters"),
    [
        ("贵州省黔西南布依族苗族自治州望谟县教育局", "贵州省望谟县蔗香镇", 0),
        ("广西壮族自治区百色市田阳区教育局", "百色市田阳区头塘镇", 0),
        ("广西壮族自治区百色市田阳区教育局", "百色市右江区阳圩镇", 1),
        ("根河市教育局", "内蒙古自治区根河市金河镇", 0),
    ],
)
def test_the_county_is_known_by_the_name_of_its_bureau(
    bureau: str, home: str, letters: int
) -> None:
    ledger = f"| 姓名 | 首次缺勤日期 | 户籍所在地 | 状态 |\n| 甲一 | 2026-10-08 | {home} | 辍学 |"
    directory = Directory((dataclasses.replace(COUNTY, name=bureau),))
    ask = Ask(letter_form("away"), DAY, directory=directory)
    found, _ = subjects_of([school(table("suspected", ledger), own=False)], ask)
    assert len(found) == letters
