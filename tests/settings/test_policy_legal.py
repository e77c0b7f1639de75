"""The legal steps (四步法) of each profile are those its document names, and no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from kbbx_xl.messages import SettingsError
from kbbx_xl.settings.policies import DayUnit, LegalStepName, Threshold, load_policy, read_policy
from tests.settings.yaml_text import changed

EDUCATE, ORDER, PUNISH, ENFORCE = LegalStepName
STEPS = {  # step, document as the plan calls it, rule; profiles not here name no step
    "yanling": [(EDUCATE, "劝学书", "YL-66"), (ORDER, "复学通知书", "YL-69"), (ENFORCE, "司法文书", "YL-28")],
    "tanghe": [
        (EDUCATE, "劝返复学通知书", "TH-29"), (ORDER, "限期复学通知书", "TH-21"),
        (ENFORCE, "司法部门劝返文书", "TH-13"),
    ],
    "lingbi": [(EDUCATE, "", "LB-08"), (ENFORCE, "司法文书", "LB-08")],
    "genhe": [(EDUCATE, "", "GH-18")],
    "p01": [(ORDER, "限期复学通知书", "P01-33"), (PUNISH, "行政处罚决定书", "P01-34")],
    "p02": [(EDUCATE, "辍学生返校通知书", "P02-25"), (PUNISH, "", "P02-25")],
    "huoqiu": [
        (ORDER, "限期复学通知书", "P11-11"), (PUNISH, "行政处罚决定书", "P11-12"),
        (ENFORCE, "司法文书", "P11-13"),
    ],
    "yuan": [
        (EDUCATE, "", "P12-10"), (ORDER, "限期复学通知书", "P12-12"),
        (PUNISH, "行政处罚决定书", "P12-12"), (ENFORCE, "司法文书", "P12-13"),
    ],
    "p21": [
        (EDUCATE, "", "P21-27"), (ORDER, "限期复学通知书", "P21-28"),
        (PUNISH, "行政处罚决定书", "P21-29"), (ENFORCE, "司法文书", "P21-30"),
    ],
    "p24": [(EDUCATE, "劝返通知书", "P24-25")],
}  # fmt: skip
SILENT = ["p04", "beitong", "lufeng", "p23", "jiangnan"]


@pytest.mark.parametrize("name", [*STEPS, *SILENT])
def test_p12_10_legal_steps_are_those_the_document_names(name: str) -> None:
    legal = load_policy(name).legal
    assert [(s.step, s.document, s.source) for s in legal] == STEPS.get(name, [])


def test_p01_34_the_only_term_a_document_states_is_a_week_from_receipt() -> None:
    stated = {
        (name, step.step): step.within
        for name in STEPS
        for step in load_policy(name).legal
        if step.within
    }
    assert stated == {("p01", PUNISH): Threshold(1, DayUnit.WEEK)}


def test_yl_28_yl_68_often_carries_no_number() -> None:
    for step in load_policy("yanling").legal:
        assert (step.after_visits, step.after_joint, step.within) == (None, None, None)


@pytest.mark.parametrize(
    ("name", "step", "actor", "rule"),
    [
        ("yanling", EDUCATE, "学校", "YL-66"), ("yanling", ORDER, "镇政府", "YL-68"),
        ("tanghe", EDUCATE, "中心学校", "TH-20"), ("tanghe", ORDER, "乡镇人民政府", "TH-21"),
        ("tanghe", ENFORCE, "司法部门", "TH-13"), ("lingbi", ENFORCE, "县司法局", "LB-08"),
        ("genhe", EDUCATE, "乡镇教育执法组", "GH-18"), ("p24", EDUCATE, "学校", "P24-24"),
        ("p02", PUNISH, "镇政府", "P02-25"), ("yuan", EDUCATE, "包保责任人", "P12-10"),
    ],
)  # fmt: skip
def test_yl_68_th_20_lb_08_gh_18_who_acts_and_by_which_rule(
    name: str, step: LegalStepName, actor: str, rule: str
) -> None:
    (found,) = [s for s in load_policy(name).legal if s.step is step]
    assert actor in found.actor
    assert rule in (found.source, *found.also)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("    source: P01-34\n", "    source: TH-21\n", "source: 'TH-21'"),
        ("  - step: 责令改正", "  - step: 行政处罚", "stands twice or too late"),
        ("  - step: 行政处罚", "  - step: 行政处分", "行政处罚"),
        ("unit: week}\n", "unit: week, operator: '<'}\n", "operator"),
    ],
)
def test_a_broken_legal_block_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    block = changed(tmp_path, "policies/p01.yaml", old, new)
    with pytest.raises(SettingsError, match=said):
        read_policy(block)


def test_yl_68_gh_15_p12_11_p24_26_the_school_reports_in_writing() -> None:
    asked = {name: load_policy(name).report for name in [*STEPS, *SILENT]}
    assert {name: (r.source, r.document, r.to) for name, r in asked.items() if r} == {
        "yanling": ("YL-68", "学生辍学报告书", ("上级教育主管部门或镇人民政府",)),
        "genhe": ("GH-15", "书面报告", ("乡镇政府", "教育行政部门")),
        "yuan": ("P12-11", "纸质报告", ("当地政府",)),
        "p24": ("P24-26", "书面报告", ("区教育局",)),
    }
    assert all("学校" in r.actor for r in asked.values() if r)


def test_p21_27_lb_08_gh_18_a_visit_of_the_school_is_not_their_first_step() -> None:
    first = {name: load_policy(name).legal[0] for name in STEPS}
    not_so = [name for name, step in first.items() if step.step is EDUCATE and not step.by_visit]
    assert not_so == ["lingbi", "genhe", "p21"]
