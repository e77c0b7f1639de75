"""The ``duties:`` of the policies and config/duties.yaml: read, sourced, and refused when wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kbbx_xl.messages import SettingsError
from kbbx_xl.settings.duties import falls_to
from kbbx_xl.settings.national import duties_of, national_duties, read_duties
from kbbx_xl.settings.policies import Every, all_policies, load_policy
from kbbx_xl.settings.strict import load

Read = Callable[[str], object]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def made(text: str) -> object:
        path = tmp_path / "duties.yaml"
        path.write_text(f"duties:\n  - {{{text}}}\n", encoding="utf-8")
        return read_duties(load(path))

    return made


GOOD = "duty: a, title: 甲, levels: [学校], source: TH-22"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"{GOOD}, every: month, day: 32", "not 1..31"),
        (f"{GOOD}, every: term, day: 20", "day: not for a duty of each term"),
        (f"{GOOD}, every: year, dates: ['13-01']", "'13-01' is not a day written MM-DD"),
        (f"{GOOD}, every: once, dates: ['03-19']", "written YYYY-MM-DD"),
        (f"{GOOD}, every: once", "needs its date"),
        (f"{GOOD}, every: year, dates: ['03-19'], months: [3]", "one time only"),
        (f"{GOOD}, every: term, from_start: {{value: 1, unit: week}}", "after_start is missing"),
        (f"{GOOD}, every: year, months: [13]", "1..12"),
        (f"{GOOD}, every: year, times: 0", "at least 1"),
        (f"{GOOD}, every: year, work: 会议研就", "did you mean '会议研究'"),
        (f"{GOOD}, every: year, paper: 月报表", "did you mean '月报'"),
        ("duty: a, title: 甲, levels: [村委会], source: TH-22, every: year", "unknown level"),
        ("duty: a, title: 甲, levels: [], source: TH-22, every: year", "who does it"),
        ("duty: a, title: 甲, levels: [学校], source: TH22, every: year", "is not a rule id"),
        (f"{GOOD}, every: year}}\n  - {{{GOOD}, every: year", "stands twice"),
        (
            f"{GOOD}, every: year, work: 周报}}\n"
            "  - {duty: b, title: 乙, levels: [县直学校], source: TH-22, every: year, work: 周报",
            "'周报' proves 'a' of 县直学校 already",
        ),
    ],
)
def test_what_cannot_be_is_refused(read: Read, text: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said.replace("(", r"\(")):
        read(text)


def test_yl_11_p21_06_are_done_by_whom_the_document_names() -> None:
    yanling, p21 = (load_policy(name).duties for name in ("yanling", "p21"))
    town_plan, school_plan = (
        [d for d in yanling if d.source == rule] for rule in ("YL-11", "YL-15")
    )
    assert [d.levels for d in town_plan] == [("中心校",)]
    assert not any(d.period_stated for d in (*town_plan, *school_plan))
    assert [d.to for d in p21 if d.source == "P21-06"] == [()]


def test_29_february_is_a_day(read: Read) -> None:
    assert read(f"{GOOD}, every: year, dates: ['02-29']")


def test_every_policy_states_its_duties_in_its_own_rules() -> None:
    for policy in all_policies():
        assert policy.duties, policy.profile
        assert {d.source.split("-")[0] for d in policy.duties} == {policy.short}


def test_national_duties_are_the_school_month_and_the_county_quarter_and_opening() -> None:
    assert [(d.every, d.levels) for d in national_duties()] == [
        (Every.MONTH, ("学校",)),
        (Every.QUARTER, ("县",)),
        (Every.TERM, ("县",)),
    ]


def test_the_county_s_own_monthly_report_stands_for_the_national_one() -> None:
    policy = load_policy("TH")
    assert [d.source for d in duties_of(policy, "县直学校") if d.every == Every.MONTH] == ["TH-32"]
    assert [d.source for d in duties_of(policy, "学校") if d.every == Every.MONTH] == [
        "教基厅函〔2024〕15号"
    ]
    assert falls_to(policy.duties[0], "县直学校")
    assert not falls_to(policy.duties[0], "中心校")
