"""Every profile says what its document says, and nothing where it is silent."""

from __future__ import annotations

from pathlib import Path

import pytest

from kbbx_xl.messages import InputError, SettingsError
from kbbx_xl.settings.policies import (
    DayUnit,
    Parameter,
    ParameterUnit,
    Policy,
    all_policies,
    load_parameters,
    load_policy,
    read_policy,
)
from kbbx_xl.settings.strict import config_path
from tests.settings.yaml_text import changed

RULES = {  # rules of each document
    "YL": 85, "TH": 48, "LB": 20, "GH": 24, "P01": 37, "P02": 30, "P04": 19, "P11": 23,
    "P12": 27, "P13": 18, "P21": 41, "P22": 16, "P23": 25, "P24": 33, "P25": 29,
}  # fmt: skip

LADDERS = {  # step, value, unit, operator, rule: whatever is not here is null
    "yanling": [
        ("case", 3, "day", ">=", "YL-22"),
        ("notify", 3, "day", ">=", "YL-65"),
        ("visit", 3, "day", ">=", "YL-65"),
    ],
    "tanghe": [("contact", 1, "half_day", ">=", "TH-27"), ("visit", 3, "day", ">=", "TH-28")],
    "p04": [("report", 48, "hour", ">=", "P04-05")],
    "p21": [("report", 3, "workday", ">", "P21-17")],
    "p23": [("report", 3, "day", ">", "P23-17"), ("suspected", 7, "day", ">", "P23-18")],
    "p24": [
        ("notify", 5, "workday", ">=", "P24-13"),
        ("suspected", 5, "workday", ">", "P24-08"),
        ("dropout", 1, "month", ">", "P24-09"),
    ],
}

SPOKEN = {  # profile -> parameters its document speaks of; all others are null
    "yanling": """scope.level age.range absence.home_visit absence.report_up transfer
        term.headcount term.report report.monthly_day report.recipient report.signoff roster.grid
        letters notice.issuer send.owner key.groups kpi.enrol_primary kpi.enrol_junior
        kpi.enrol_disabled kpi.drop_primary kpi.drop_junior kpi.retention kpi.poor eval.veto
        inspect""",
    "tanghe": """scope.level age.range entry.defer_max absence.first_contact absence.home_visit
        case.min_joint case.close transfer term.headcount term.report term.match
        report.monthly_day report.recipient report.signoff notice.issuer legal.first_actor
        send.owner key.months key.grades key.groups eval.veto inspect""",
    "lingbi": """scope.level case.close term.headcount term.match report.recipient letters
        notice.issuer legal.first_actor key.months key.groups kpi.retention9 kpi.poor inspect""",
    "genhe": """scope.level age.range absence.report_up report.monthly_day report.recipient letters
        legal.first_actor key.months key.groups kpi.enrol_primary kpi.retention9 kpi.poor eval.veto
        inspect""",
    "p01": """scope.level age.range entry.defer_max case.persuade_fail case.close transfer
        term.headcount report.monthly_day notice.issuer send.freq send.hours send.teachers
        kpi.enrol_primary kpi.enrol_junior kpi.drop_primary kpi.drop_junior kpi.retention
        kpi.poor""",
    "p02": """scope.level age.range entry.defer_max absence.home_visit transfer letters
        notice.issuer send.freq send.hours send.teachers send.owner key.months kpi.enrol_primary
        kpi.retention eval.veto""",
    "p04": """scope.level absence.day_unit absence.report_up handover term.report
        report.monthly_day report.zero report.recipient letters key.groups kpi.enrol_primary
        kpi.poor""",
    "huoqiu": """scope.level age.range term.headcount notice.issuer key.months key.grades key.groups
        kpi.drop_primary kpi.drop_junior inspect""",
    "yuan": """scope.level age.range age.cutoff absence.report_up leave.chain term.headcount
        term.match notice.issuer send.owner key.months key.grades""",
    "beitong": """scope.level report.monthly_day report.recipient letters key.months
        kpi.enrol_junior kpi.enrol_disabled kpi.drop_primary kpi.drop_junior kpi.retention kpi.poor
        inspect""",
    "p21": """scope.level age.range absence.day_unit absence.lesson absence.report_up leave.chain
        transfer term.headcount term.report report.monthly_day report.weekly letters notice.issuer
        legal.first_actor key.months key.grades key.groups eval.veto inspect""",
    "lufeng": """scope.level age.range absence.report_up term.headcount term.report send.owner
        key.grades kpi.retention9 handover""",
    "p23": """scope.level absence.lesson absence.report_up absence.suspected leave.chain case.close
        term.headcount report.monthly_day report.weekly key.groups inspect""",
    "p24": """scope.level absence.day_unit absence.lesson absence.report_up absence.suspected
        absence.dropout transfer term.headcount term.report term.match report.recipient
        notice.issuer send.freq send.owner key.groups""",
    "jiangnan": """scope.level entry.defer_max absence.report_up case.close handover term.report
        report.weekly report.recipient roster.grid key.months key.grades""",
}

MONTHLY_DAY = {"tanghe": 20, "p04": 25}
AGES = {
    "yanling": (6, 16), "tanghe": (6, 16), "lufeng": (6, 16), "p01": (6, 15), "huoqiu": (6, 15),
    "p21": (6, 15), "genhe": (6, None), "p02": (6, None), "yuan": (6, None),
}  # fmt: skip
VAGUE = ("多次", "及时", "限期", "尽快")
PROFILES = [policy.profile for policy in all_policies()]


def stated(policy: Policy) -> dict[str, Parameter]:
    return {key: value for key, value in policy.parameters.items() if value is not None}


def sources(policy: Policy) -> set[str]:
    found = {source for step in policy.steps for source in (step.source, *step.also)}
    found.update(policy.monthly.source)
    for value in (*policy.parameters.values(), *policy.targets.values()):
        found.update(value.source if value else ())
    return found


def test_all_fifteen_are_there() -> None:
    assert set(PROFILES) == set(SPOKEN)
    assert {policy.short for policy in all_policies()} == set(RULES)
    for path in config_path("policies").glob("*.yaml"):
        assert load_policy(path.stem).profile == path.stem


@pytest.mark.parametrize("name", PROFILES)
def test_every_rule_cited_exists(name: str) -> None:
    policy = load_policy(name)
    for source in sources(policy):
        document, number = source.split("-")
        assert document == policy.short
        assert 1 <= int(number) <= RULES[document], source


@pytest.mark.parametrize("name", PROFILES)
def test_silence_is_null_and_speech_is_sourced(name: str) -> None:
    policy = load_policy(name)
    assert list(policy.parameters) == [parameter.key for parameter in load_parameters()]
    assert set(stated(policy)) == set(SPOKEN[name].split())
    assert all(value.value and value.source for value in stated(policy).values())


@pytest.mark.parametrize("name", PROFILES)
def test_the_ladder_is_as_worded(name: str) -> None:
    steps = [
        (s.step, s.threshold.value, s.threshold.unit, s.threshold.operator, s.source)
        for s in load_policy(name).steps
    ]
    assert steps == LADDERS.get(name, [])
    for step in load_policy(name).steps:
        assert step.action
        assert step.actor
        assert step.title
        assert step.wording
        assert step.within is None  # no document gives a number of days to act in


@pytest.mark.parametrize("name", PROFILES)
def test_a_word_without_a_number_gets_no_number(name: str) -> None:
    for key, value in stated(load_policy(name)).items():
        if any(f"“{word}”" in value.note for word in VAGUE):
            assert value.number is None, key
        assert (value.number is None) or value.unit, key


@pytest.mark.parametrize("name", PROFILES)
def test_the_monthly_report_is_as_stated(name: str) -> None:
    policy = load_policy(name)
    assert policy.monthly.due_day == MONTHLY_DAY.get(name)
    assert policy.monthly.zero_report == (True if name == "p04" else None)


@pytest.mark.parametrize("name", PROFILES)
def test_the_ages_are_as_stated(name: str) -> None:
    policy = load_policy(name)
    assert (policy.age_low, policy.age_high) == AGES.get(name, (None, None))


@pytest.mark.parametrize("name", PROFILES)
def test_counting_is_the_product_default(name: str) -> None:
    counting = load_policy(name).counting
    assert counting.leave_breaks_run
    assert counting.unstated_day is DayUnit.SCHOOL_DAY


def test_dropout_is_counted_from_suspected() -> None:
    step = load_policy("p24").step("dropout")
    assert step is not None
    assert step.after == "suspected"
    assert load_policy("tanghe").step("suspected") is None


def test_home_teaching_has_a_number_only_where_one_is_given() -> None:
    given = {p.profile: p.parameters["send.freq"] for p in all_policies()}
    assert {name: (v.number, v.unit) for name, v in given.items() if v} == {
        "p01": (2, ParameterUnit.PER_MONTH),
        "p02": (2, ParameterUnit.PER_WEEK),
        "p24": (1, ParameterUnit.PER_WEEK),
    }


def test_targets_as_stated() -> None:
    beitong = load_policy("beitong").targets
    assert beitong["retention_junior"] is not None
    assert beitong["retention_junior"].number == 98.5
    assert beitong["dropout_primary"] is not None
    assert (beitong["dropout_primary"].operator, beitong["dropout_primary"].number) == ("<=", 1)
    assert load_policy("lingbi").targets["retention9"] is not None
    assert not load_policy("tanghe").targets


@pytest.mark.parametrize("name", ["TH", "th", " tanghe ", "TANGHE"])
def test_a_policy_is_found_by_name_or_short_id(name: str) -> None:
    assert load_policy(name).profile == "tanghe"


def test_an_unknown_policy_names_the_near_miss_and_all_names() -> None:
    with pytest.raises(InputError, match=r"没有“tange”这个方案，是不是 tanghe？可选：.*yanling"):
        load_policy("tange")
    with pytest.raises(InputError, match=r"没有“某某县”这个方案。可选："):
        load_policy("某某县")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("level: 县", "levle: 县", r"tanghe\.yaml:6: unknown key 'levle'.*'level'"),
        ("step: visit", "step: vist", r"tanghe\.yaml:\d+: step: unknown .*'vist'.*'visit'"),
        ("unit: half_day", "unit: halfday", r"unknown DayUnit 'halfday'.*'half_day'"),
        ('operator: ">="', 'operator: "="', r"operator: unknown operator '='"),
        ("value: 3,", "value: 三,", r"'value' must be float"),
        ("source: TH-28", "source: TH28", r"tanghe\.yaml:\d+: source: 'TH28' is not a rule id"),
        ("source: TH-28", "source: YL-65", r"'YL-65' is not a rule id such as TH-01"),
        ("  age.cutoff: null\n", "", r"tanghe\.yaml:\d+: key 'age.cutoff' is missing"),
        ("age.cutoff:", "age.cutof:", r"parameter 'age.cutof'.*'age.cutoff'"),
        ("[TH-03]", "[TH-3]", r"'TH-3' is not a rule id"),
        ("due_day: 20", "due_day: 25", r"due_day: the parameters say '20.0'"),
        ("zero_report: null", "zero_report: true", r"zero_report: the parameters say 'None'"),
        ("signoff: 加盖", "signoff: 盖", r"signoff: the parameters say '加盖"),
        ("unit: times", "unit: tmes", r"unknown ParameterUnit 'tmes'.*'times'"),
        ("targets: {}\n", "", r"key 'targets' is missing"),
        (
            "targets: {}",
            "targets:\n  enrol_primry: {value: x, number: 1, operator: '<=', source: [TH-01]}",
            r"unknown indicator 'enrol_primry'.*'enrol_primary'",
        ),
        (
            "targets: {}",
            "targets:\n  enrol: {value: 不低, source: [TH-01]}",
            r"enrol: a target needs a number",
        ),
        ("monthly:\n", "monthly: null\nmonthy:\n", r"'monthly' must be a mapping|unknown key"),
    ],
)
def test_a_wrong_policy_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        read_policy(changed(tmp_path, "policies/tanghe.yaml", old, new))


def test_a_step_can_only_follow_an_earlier_one(tmp_path: Path) -> None:
    block = changed(tmp_path, "policies/p24.yaml", "after: suspected", "after: suspcted")
    with pytest.raises(SettingsError, match=r"unknown earlier step 'suspcted'.*'suspected'"):
        read_policy(block)
