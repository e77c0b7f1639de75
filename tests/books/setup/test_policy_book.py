"""政策.xlsx and the YAML say the same, both ways; every wrong cell is a finding that names it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kbbx_xl.books.setup import words
from kbbx_xl.books.setup.own_copy import OwnThreshold, own_copy, with_own
from kbbx_xl.books.setup.policy_book import write_policy_book
from kbbx_xl.books.setup.policy_read import read_policy_book
from kbbx_xl.messages import InputError, message
from kbbx_xl.settings.own_policy import LISTS, items
from kbbx_xl.settings.policies import (
    DayUnit,
    Policy,
    RunMeasure,
    StepName,
    Threshold,
    all_policies,
    load_policy,
    read_own_policy,
)
from kbbx_xl.settings.policy_text import policy_yaml
from tests.books.libreoffice import recalculate
from tests.books.setup.editing import delete_row, write

GROUND = "青教体〔2026〕3号第二条"
NAMES = [policy.profile for policy in all_policies()]


def _book(folder: Path, policy: Policy) -> Path:
    path = folder / "政策.xlsx"
    write_policy_book(own_copy(policy), path)
    return path


def _read(path: Path) -> Policy:
    policy, findings = read_policy_book(path)
    assert policy is not None, [message(f) for f in findings]
    return policy


def _through_yaml(policy: Policy, folder: Path) -> Policy:
    path = folder / "政策.yaml"
    path.write_text(policy_yaml(policy), encoding="utf-8")
    return read_own_policy(path)


@pytest.mark.parametrize("name", NAMES)
def test_every_profile_comes_back_from_its_workbook(tmp_path: Path, name: str) -> None:
    policy = own_copy(load_policy(name))
    again = _read(_book(tmp_path, policy))
    assert again == policy
    assert _through_yaml(again, tmp_path) == policy
    assert replace(again, base="") == load_policy(name)


def test_the_same_policy_gives_the_same_bytes(tmp_path: Path) -> None:
    write_policy_book(load_policy("p24"), tmp_path / "一.xlsx")
    write_policy_book(load_policy("p24"), tmp_path / "二.xlsx")
    assert (tmp_path / "一.xlsx").read_bytes() == (tmp_path / "二.xlsx").read_bytes()


@pytest.mark.libreoffice
def test_every_profile_comes_back_after_libreoffice_has_saved_it(tmp_path: Path) -> None:
    paths = []
    for name in NAMES:
        paths.append(tmp_path / f"{name}.xlsx")
        write_policy_book(_own(load_policy(name)), paths[-1])
    for name, path in zip(NAMES, recalculate(paths, tmp_path / "again"), strict=True):
        assert _read(path) == _own(load_policy(name)), name


def _own(policy: Policy) -> Policy:
    """With a step of the county's own that no document has, and a changed first one."""
    added = OwnThreshold(
        StepName.DROPOUT, RunMeasure.CUMULATIVE, Threshold(30.5, DayUnit.SCHOOL_DAY, ">"), GROUND,
        "标记辍学", "列入辍学台账", "学校",
    )  # fmt: skip
    return with_own(policy, [added], title="青禾县")


def test_rows_of_a_shipped_policy_are_told_apart_by_their_names() -> None:
    for policy in all_policies():
        for room, told_by in LISTS:
            names = [told_by(row) for row in getattr(policy, room)]
            assert len(names) == len(set(names)), (policy.profile, room)


def test_an_own_threshold_is_kept_with_its_ground_and_what_the_document_said(
    tmp_path: Path,
) -> None:
    path = _book(tmp_path, load_policy("tanghe"))
    write(path, "缺勤阶梯", "家访", 到线__数=1.5, 到线__单位="个上课日", 本县依据=GROUND)
    policy = _read(path)
    assert policy.step("visit").threshold == Threshold(1.5, DayUnit.SCHOOL_DAY)  # type: ignore[union-attr]
    assert policy.step("visit").source == "TH-28"  # type: ignore[union-attr]
    (own,) = policy.own
    assert (own.item, own.source, own.was) == ("steps/visit", GROUND, "连续达到 3 天")
    assert (policy.profile, policy.base) == ("tanghe-own", "tanghe")
    again = tmp_path / "again.xlsx"
    write_policy_book(policy, again)
    assert _read(again) == policy
    front = [c.value for row in openpyxl.load_workbook(again)["说明"].iter_rows() for c in row]
    assert {"家访劝返", "连续达到 3 天", "连续达到 1.5 个上课日", GROUND} <= set(front)


def test_a_row_that_the_county_does_not_use_stays_in_the_workbook(tmp_path: Path) -> None:
    path = _book(tmp_path, load_policy("tanghe"))
    write(path, "日常工作", "inspection", 用不用="停用", 本县依据=GROUND)
    policy = _read(path)
    assert "inspection" not in [duty.duty for duty in policy.duties]
    assert [own.item for own in policy.own] == ["duties/inspection"]
    write_policy_book(policy, path)
    assert _read(path) == policy


def test_a_row_of_the_county_s_own_needs_no_clause(tmp_path: Path) -> None:
    path = _book(tmp_path, load_policy("tanghe"))
    write(
        path, "日常工作", 4 + len(load_policy("tanghe").duties), 做什么="每周碰头", 哪一级做="中心校、学校",
        多久一次="每周", 本县依据=GROUND,
    )  # fmt: skip
    duty = _read(path).duties[-1]
    assert (duty.title, duty.levels, duty.source) == ("每周碰头", ("中心校", "学校"), "本县")


def test_a_point_on_which_the_document_is_silent_can_be_settled_by_the_county(
    tmp_path: Path,
) -> None:
    path = _book(tmp_path, load_policy("tanghe"))
    write(path, "文件要点", "report.zero", 文件怎么说="实行零报告", 本县依据=GROUND)
    policy = _read(path)
    assert policy.monthly.zero_report is True
    assert policy.parameters["report.zero"].source == ("本县",)  # type: ignore[union-attr]


def test_a_ground_beside_an_unchanged_row_is_told_and_left(tmp_path: Path) -> None:
    path = _book(tmp_path, load_policy("tanghe"))
    places = write(path, "缺勤阶梯", "家访", 本县依据=GROUND)
    policy, findings = read_policy_book(path)
    assert policy is not None
    assert policy.own == ()
    assert [(f.code, f.cell) for f in findings] == [("T07", places["本县依据"])]


WRONG = [
    ("T01", "缺勤阶梯", "家访", {"到线__数": "三天"}),
    ("T01", "缺勤阶梯", "家访", {"到线__数": "3"}),
    ("T02", "缺勤阶梯", "家访", {"到线__数": 1.25}),
    ("T02", "缺勤阶梯", "家访", {"到线__数": -1}),
    ("T03", "缺勤阶梯", "家访", {"量法": "断断续续"}),
    ("T03", "缺勤阶梯", "家访", {"到线__单位": "课"}),
    ("T04", "缺勤阶梯", "家访", {"到线__数": None}),
    ("T04", "缺勤阶梯", "家访", {"由谁做": None}),
    ("T05", "缺勤阶梯", "家访", {"到线__数": 2}),
    ("T10", "缺勤阶梯", "家访", {"时限__数": 2}),
    ("T11", "缺勤阶梯", "家访", {"依据": "YL-22"}),
    ("T11", "缺勤阶梯", "家访", {"另见": "第五条"}),
    ("T12", "缺勤阶梯", "家访", {"从哪一步算起": "标记辍学"}),
    ("T02", "四步法与期限", "责令改正", {"几次劝返无效后": 1.5}),
    ("T12", "四步法与期限", "宣传教育", {"步骤": "行政处罚"}),
    ("T13", "四步法与期限", "责令改正", {"劝返过才报告": "是"}),
    ("T02", "日常工作", "monthly", {"每月哪一天": 32}),
    ("T02", "日常工作", "key_months", {"哪几个月": "9、13"}),
    ("T03", "日常工作", "monthly", {"哪一级做": "中心校、村小组"}),
    ("T09", "日常工作", "inspection", {"编号": "key_months"}),
    ("T12", "日常工作", "spring_summary", {"哪些日期": "2022-02-30"}),
    ("T13", "文件要点", "report.zero", {"数": 3}),
    ("T05", "文件要点", "report.zero", {"文件怎么说": "实行零报告"}),
    ("T02", "其他", "登记年龄：从几岁", {"怎么定": 60}),
    ("T05", "其他", "登记年龄：从几岁", {"怎么定": 7}),
    ("T04", "其他", "执行文件", {"怎么定": None}),
    ("T03", "其他", "基础方案", {"怎么定": "tangh"}),
]  # fmt: skip


@pytest.mark.parametrize(("code", "sheet", "row", "values"), WRONG)
def test_every_kind_of_wrong_cell_gets_its_finding(
    tmp_path: Path, code: str, sheet: str, row: str, values: dict[str, object]
) -> None:
    path = _book(tmp_path, load_policy("tanghe"))
    places = write(path, sheet, row, **values)
    policy, findings = read_policy_book(path)
    assert policy is None
    found = [(f.code, f.sheet) for f in findings]
    assert (code, sheet) in found
    named = [f.cell for f in findings if f.code == code]
    expected = set(places.values()) if code not in ("T05", "T10") else set()
    assert not expected or expected & set(named) or code == "T12"
    assert all(named)
    assert all(message(f) for f in findings)


def _without(sheet: str) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        book = openpyxl.load_workbook(path)
        del book[sheet]
        book.save(path)

    return change


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("T06", lambda path: delete_row(path, "缺勤阶梯", "家访")),
        ("T06", lambda path: delete_row(path, "文件要点", "transfer")),
        ("T08", _without("请假")),
        ("T08", lambda path: delete_row(path, "其他", "执行文件")),
    ],
)
def test_what_was_deleted_is_missed(
    tmp_path: Path, code: str, change: Callable[[Path], None]
) -> None:
    path = _book(tmp_path, load_policy("tanghe"))
    change(path)
    policy, findings = read_policy_book(path)
    assert policy is None
    assert code in [f.code for f in findings]


def test_all_wrong_cells_are_told_at_once(tmp_path: Path) -> None:
    path = _book(tmp_path, load_policy("tanghe"))
    write(path, "缺勤阶梯", "家访", 到线__数="三天", 量法="断断续续")
    write(path, "日常工作", "monthly", 每月哪一天=32)
    assert {f.code for f in read_policy_book(path)[1]} == {"T01", "T02", "T03"}


def test_another_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "单位目录.xlsx"
    openpyxl.Workbook().save(path)
    with pytest.raises(InputError, match="不是政策方案工作簿"):
        read_policy_book(path)


HALVES = st.integers(1, 80).map(lambda half: half / 2)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    name=st.sampled_from([p.profile for p in all_policies() if p.steps]),
    amount=HALVES,
    unit=st.sampled_from(list(DayUnit)),
    operator=st.sampled_from(sorted(words.THRESHOLDS)),
    measure=st.sampled_from(list(RunMeasure)),
    within=st.none() | HALVES,
    at=st.integers(0, 9),
)
def test_whatever_a_clerk_may_choose_for_a_step_is_what_the_policy_then_says(
    tmp_path: Path,
    name: str,
    amount: float,
    unit: DayUnit,
    operator: str,
    measure: RunMeasure,
    within: float | None,
    at: int,
) -> None:
    base = load_policy(name)
    at %= len(base.steps)
    path = _book(tmp_path, base)
    values = {
        "到线__数": amount,
        "到线__单位": words.DAYS[unit],
        "到线__条件": words.THRESHOLDS[operator],
        "量法": words.MEASURES[measure],
        "时限__数": within,
        "时限__单位": words.DAYS[unit] if within is not None else None,
        "时限__条件": None,
        "本县依据": GROUND,
    }
    write(path, "缺勤阶梯", 4 + at, **values)
    wanted = replace(
        base.steps[at],
        threshold=Threshold(amount, unit, operator),
        measure=measure,
        within=None if within is None else Threshold(within, unit),
    )
    policy = _read(path)
    assert policy.steps == (*base.steps[:at], wanted, *base.steps[at + 1 :])
    assert bool(policy.own) == (wanted != base.steps[at])
    same = {k: v for k, v in items(policy).items() if not k.startswith("steps/")}
    assert same == {k: v for k, v in items(base).items() if not k.startswith("steps/")}
    assert _through_yaml(policy, tmp_path) == policy
