"""Grids of one term: who holds them, what changed, who has signed (鄢陵县教体局网格化方案)."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from kbbx_xl.flow.context import Context
from kbbx_xl.flow.coverage import read_grids, villages_of_center, with_centers
from kbbx_xl.flow.grids import (
    GridWork,
    check_grid_units,
    check_villages,
    read_grid_work,
    unsigned_tasks,
)
from kbbx_xl.flow.roster import read_rosters
from kbbx_xl.messages import message
from kbbx_xl.model import Directory, Table, Unit, Village
from kbbx_xl.settings.policies import load_policy
from tests.flow.tables import CENTER, COUNTY, DIRECTORY, OTHER, SCHOOL, context, table

HEADS = "| 网格名称 | 网格长姓名 | 联系方式 | 网格监督员 |"
CHANGES = "| 网格级别 | 网格名称 | 原网格长 | 新网格长 | 联系方式 | 变动日期 | 报县日期 |"
SIGNED = "| 网格级别 | 网格名称 | 签订人 | 签订日期 | 份数 | 目标任务 | 备注 |"
PHONE = "17400000001"


def yanling(policy: str = "yanling") -> Context:
    return dataclasses.replace(context(), policy=load_policy(policy))


def heads(level: str, *rows: tuple[str, str], supervisor: str = "") -> Table:
    lines = "\n".join(f"| {name} | {head} | {PHONE} | {supervisor} |" for name, head in rows)
    kinds = {
        "镇级": "grid_town",
        "村级": "grid_village",
        "校级": "grid_school",
        "班级": "grid_class",
    }
    return table(kinds[level], f"{HEADS}\n{lines}", 级别=level)


def rows(name: str, head: str, *lines: str) -> list[Table]:
    return [table(name, "\n".join([head, *lines]))] if lines else []


def work(grids: list[Table], changes: tuple[str, ...] = (), signed: tuple[str, ...] = (), *, unit: Unit = SCHOOL, here: Context | None = None) -> GridWork:  # fmt: skip
    made = (rows("grid_changes", CHANGES, *changes), rows("signed", SIGNED, *signed))
    return read_grid_work(unit, grids, *made, here or yanling())


def codes(made: GridWork) -> list[tuple[str, str, str]]:
    return [(f.code, f.sheet, f.cell) for f in made.findings]


def test_yl_04_yl_32_the_holder_is_the_roster_with_later_changes() -> None:
    change = (
        f"| 班级 | {SCHOOL.name}三（2）班 | 甲一 | 乙二 | 17400000002 | 2026-10-12 | 2026-10-13 |"
    )
    school = heads("班级", (f"{SCHOOL.name}三年级2班", "甲一"), supervisor="丁四")
    made = work([school], (change,), here=yanling("tanghe"))
    assert [(h.head, h.phone, h.supervisor) for h in made.heads] == [
        ("乙二", "17400000002", "丁四")
    ]
    assert codes(made) == [("G10", "班级网格", "B2")]
    assert "2026-10-12" in message(made.findings[0])
    ahead = change.replace("2026-10-12", "2026-10-25")
    made = work([school], (ahead,), here=yanling("tanghe"))
    assert ([h.head for h in made.heads], made.findings) == (["甲一"], ())


def test_yl_32_a_change_is_reported_to_the_county_and_lies_in_the_term() -> None:
    late = "| 村级 | 河湾村 | 甲一 | 乙二 | 17400000002 | 2026-07-12 | |"
    made = work([heads("村级", ("河湾村村委会", "乙二"))], (late,), here=yanling("tanghe"))
    assert codes(made) == [("G11", "网格变动", "G2"), ("G12", "网格变动", "F2")]
    unknown = late.replace("河湾村", "别的村").replace("2026-07-12", "2026-10-12")
    made = work([heads("村级", ("河湾村", "乙二"))], (unknown,), here=yanling("tanghe"))
    assert [f.code for f in made.findings] == ["G11", "G17"]


@pytest.mark.parametrize("level", ["镇级", "村级", "校级", "班级"])
def test_yl_34_every_level_signs_each_term(level: str) -> None:
    names = {
        "镇级": ("柳河镇", "双河镇"),
        "村级": ("河湾村", "石板村"),
        "校级": (SCHOOL.name, OTHER.name),
    }
    first, second = names.get(level, (f"{SCHOOL.name}三年级1班", f"{SCHOOL.name}三年级2班"))
    grids = [heads(level, (first, "甲一"), (second, "乙二"))]
    unit = SCHOOL if level == "班级" else CENTER
    signed = (
        f"| {level} | {first} | 甲一 | 2026-09-05 | 2 | 30人 | |",
        f"| {level} | {second} | 乙二 | 2026-03-05 | 2 | 30人 | |",  # last term's letter
    )
    made = work(grids, (), signed, unit=unit)
    assert [(s.level, s.signed, s.heads) for s in made.signed] == [(level, 1, 2)]
    assert [h.name for h in made.unsigned] == [second]
    assert [f.code for f in made.findings] == ["G20", "G13"]
    assert message(made.findings[0]) == "签订日期 2026-03-05 在本学期以前，不算本学期签订"
    assert message(made.findings[1]) == f"{level}网格长 2 人，本学期签订责任书 1 人"


def test_yl_13_unsigned_heads_become_tasks_and_only_where_the_policy_asks() -> None:
    grids = [heads("校级", (SCHOOL.name, "甲一"))]
    (task,) = unsigned_tasks(work(grids, unit=CENTER))
    assert (task.title, task.rule, task.due) == ("签订校级网格控辍保学目标责任书", "YL-34", None)
    assert (task.about, task.name) == (SCHOOL.name, "甲一")
    silent = work(grids, unit=CENTER, here=yanling("tanghe"))
    assert (unsigned_tasks(silent), silent.findings) == ([], ())
    assert [(s.signed, s.heads) for s in silent.signed] == [(0, 1)]


@pytest.mark.parametrize("policy", ["lingbi", "genhe", "p21", "p02", "p04", "beitong"])
def test_lb_12_gh_07_p21_33_p02_27_letters_are_not_said_to_be_each_term_of_each_head(
    policy: str,
) -> None:
    last_term = f"| 校级 | {SCHOOL.name} | 甲一 | 2026-03-05 | 1 | | |"
    grids = [heads("校级", (SCHOOL.name, "甲一"))]
    made = work(grids, (), (last_term,), unit=CENTER, here=yanling(policy))
    assert (made.rule, unsigned_tasks(made), made.findings) == ("", [], ())


def test_yl_32_two_changes_of_one_day_follow_the_chain() -> None:
    rows = [
        f"| 校级 | {SCHOOL.name} | {old} | {new} | 1740000000{n} | 2026-10-12 | 2026-10-13 |"
        for n, old, new in ((2, "乙二", "丙三"), (3, "甲一", "乙二"))
    ]
    made = work([heads("校级", (SCHOOL.name, "丙三"))], tuple(rows), here=yanling("tanghe"))
    assert ([h.head for h in made.heads], made.findings) == (["丙三"], ())


def test_yl_62_a_village_letter_outlives_its_head_but_names_the_successor() -> None:
    change = "| 村级 | 河湾村 | 甲一 | 乙二 | 17400000002 | 2026-10-12 | 2026-10-13 |"
    letter = "| 村级 | 河湾村 | 甲一 | 2026-09-05 | 2 | | |"
    grids = [heads("村级", ("河湾村", "乙二"))]
    made = work(grids, (change,), (letter,))
    assert made.unsigned == ()
    assert codes(made) == [("G14", "责任书签订", "G2")]
    noted = letter.removesuffix("| |") + "| 由乙二继任 |"
    assert work(grids, (change,), (noted,)).findings == ()
    school = [heads("校级", (SCHOOL.name, "乙二"))]
    other = (letter.replace("村级 | 河湾村", f"校级 | {SCHOOL.name}"),)
    assert [h.head for h in work(school, (), other).unsigned] == ["乙二"]


def test_yl_58_yl_83_letters_of_town_village_and_class_in_two_copies() -> None:
    name = f"{SCHOOL.name}三年级1班"
    letter = f"| 班级 | {name} | 甲一 | 2026-09-05 | 1 | 30人 | |"
    made = work([heads("班级", (name, "甲一"))], (), (letter,))
    assert [(f.code, f.cell) for f in made.findings] == [("G15", "E2")]
    assert "一式 2 份，写的是 1 份" in message(made.findings[0])
    assert (
        work([heads("班级", (name, "甲一"))], (), (letter,), here=yanling("lingbi")).findings == ()
    )


def test_yl_83_two_copies_of_the_class_letter_are_right() -> None:
    name = f"{SCHOOL.name}三年级1班"
    letter = f"| 班级 | {name} | 甲一 | 2026-09-05 | 2 | 30人 | |"
    assert work([heads("班级", (name, "甲一"))], (), (letter,)).findings == ()


def test_yl_63_the_target_of_a_teacher_is_a_number_on_paper() -> None:
    name = f"{SCHOOL.name}三年级1班"
    letter = f"| 班级 | {name} | 甲一 | 2026-09-05 | 2 | | |"
    made = work([heads("班级", (name, "甲一"))], (), (letter,))
    assert codes(made) == [("G19", "责任书签订", "F2")]


def test_yl_12_yl_07_every_village_has_a_responsible_teacher() -> None:
    here = dataclasses.replace(context(), directory=dataclasses.replace(DIRECTORY, villages=(
        Village("柳河镇", "河湾村", SCHOOL.name), Village("柳河镇", "石板村", SCHOOL.name),
    )))  # fmt: skip
    made = read_grids(SCHOOL, [heads("村级", ("河湾村", "甲一"))], [], here)
    assert made.coverage is not None
    assert (made.coverage.villages, made.coverage.villages_without) == (2, ("石板村",))
    assert [f.params["name"] for f in made.findings if f.code == "G02"] == ["石板村"]


def test_yl_31_the_list_of_a_central_school_covers_the_villages_of_its_schools() -> None:
    here = dataclasses.replace(context(), directory=dataclasses.replace(DIRECTORY, villages=(
        Village("柳河镇", "河湾村", SCHOOL.name), Village("柳河镇", "石板村", SCHOOL.name),
    )))  # fmt: skip
    blank = read_grids(SCHOOL, [heads("村级")], [], here)
    assert blank.coverage is not None
    assert blank.coverage.villages_without == ("河湾村", "石板村")
    of_center = [heads("村级", ("河湾村", "甲一"), ("石板村", ""))]
    center = villages_of_center(CENTER, of_center, here)
    assert center is not None
    assert center.named == {"河湾村"}
    assert villages_of_center(CENTER, [heads("村级")], here) is None
    assert villages_of_center(SCHOOL, of_center, here) is None
    told = [dataclasses.replace(f, unit=SCHOOL.name) for f in blank.findings]
    centers = {SCHOOL.parent: center}
    (left,), findings = with_centers([blank.coverage], told, centers, here.directory)
    assert left.villages_without == ("石板村",)
    assert [f.params["name"] for f in findings if f.code == "G02"] == ["石板村"]
    ((silent,), _) = with_centers([], [], centers, here.directory)
    assert (silent.unit, silent.villages, silent.villages_without) == (SCHOOL.name, 2, ("石板村",))


def test_yl_07_full_coverage_leaves_no_finding() -> None:
    roster = table("roster", "| 姓名 | 年级 | 班级 | 就读状态 |\n| 甲一 | 三年级 | 1班 | 在读 |")
    ((pupils, _),) = read_rosters([roster], SCHOOL.name, context())
    grids = [
        heads("村级", ("河湾村", "甲一")),
        heads("班级", (f"{SCHOOL.name}三年级1班", "乙二")),
    ]
    made = read_grids(SCHOOL, grids, [pupils], context())
    assert made.coverage is not None
    assert (made.coverage.classes_without, made.coverage.villages_without) == ((), ())
    assert made.findings == []


def test_yl_05_every_village_has_exactly_one_school() -> None:
    villages = (
        Village("柳河镇", "河湾村", SCHOOL.name),
        Village("柳河镇", "石板村", SCHOOL.name),
        Village("柳河镇", "石板村", OTHER.name),
        Village("柳河镇", "桥头村", ""),
        Village("双河镇", "河湾村", OTHER.name),  # another town's village of the same name
    )
    found = check_villages(Directory(DIRECTORY.units, villages))
    assert [message(f) for f in found] == [
        "村（社区）“石板村”分包给了 2 所学校",
        "村（社区）“桥头村”没有分包学校",
    ]


def test_yl_02_eighteen_grids_where_the_policy_counts_them() -> None:
    centers = [Unit(f"1{n}", f"第{n}中心校", COUNTY.name, "中心校") for n in range(12)]
    direct = [Unit(f"2{n}", f"县直{n}校", COUNTY.name, "县直学校") for n in range(6)]
    policy = load_policy("yanling")
    assert check_grid_units(Directory((COUNTY, *centers, *direct)), policy) == []
    (found,) = check_grid_units(Directory((COUNTY, *centers)), policy)
    assert "共 12 个" in message(found)
    assert check_grid_units(Directory((COUNTY,)), load_policy("tanghe")) == []


def test_yl_48_every_level_has_its_own_table_and_is_judged_there() -> None:
    grids = [
        heads("村级", ("河湾村", "甲一")),
        heads("校级", (SCHOOL.name, "乙二")),
        heads("班级", (f"{SCHOOL.name}三年级1班", "丙三")),
    ]
    made = work(grids, here=yanling("tanghe"))
    assert [(h.level, h.key) for h in made.heads] == [
        ("村级", "河湾村"),
        ("校级", SCHOOL.name),
        ("班级", "三年级1班"),
    ]


def test_a_centre_tells_classes_of_its_schools_apart() -> None:
    grids = [heads("班级", (f"{SCHOOL.name}三年级1班", "甲一"), (f"{OTHER.name}三年级1班", "乙二"))]
    letter = f"| 班级 | {OTHER.name}三（1）班 | 乙二 | 2026-09-05 | 2 | 30人 | |"
    made = work(grids, (), (letter,), unit=CENTER)
    assert [h.head for h in made.unsigned] == ["甲一"]


def test_a_letter_of_tomorrow_is_not_signed_yet() -> None:
    letter = f"| 校级 | {SCHOOL.name} | 甲一 | 2026-10-28 | | | |"
    assert len(work([heads("校级", (SCHOOL.name, "甲一"))], (), (letter,)).unsigned) == 1
    assert context().as_of < dt.date(2026, 10, 28)
