"""The indicators: a formula from closed measures, or filled in by a person."""

from __future__ import annotations

from pathlib import Path

import pytest

from kbbx_xl.messages import SettingsError
from kbbx_xl.settings.indicators import Better, Measure, load_indicators, read_indicators
from kbbx_xl.settings.policies import all_policies
from tests.settings.yaml_text import changed


def test_every_measure_is_used_and_every_formula_is_whole() -> None:
    used = set()
    for indicator in load_indicators().values():
        if indicator.manual:
            assert indicator.formula is None
            continue
        assert indicator.formula
        assert "÷" in indicator.formula
        used |= {indicator.numerator, indicator.denominator}
    assert used == set(Measure)


def test_a_dropout_rate_should_fall_and_others_rise() -> None:
    falling = {n for n, i in load_indicators().items() if i.better is Better.LOWER}
    assert falling == {
        "dropout", "dropout_primary", "dropout_junior", "dropout_month", "loss", "suspected",
        "dropout_poor",
    }  # fmt: skip


def test_a_target_looks_the_way_the_rate_should_go() -> None:
    for policy in all_policies():
        for name, target in policy.targets.items():
            assert target is not None
            falls = load_indicators()[name].better is Better.LOWER
            assert target.operator.startswith("<") == falls, (policy.profile, name)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("numerator: dropouts_this_year", "numerator: dropout_this_year", "did you mean 'dropouts"),
        ("stage: 小学", "stage: 小学生", r"indicators\.yaml:\d+: stage: '小学生' is not"),
        ("name: enrol_primary", "name: enrol", r"indicators\.yaml:\d+: indicator 'enrol' stands"),
        (
            "formula: null, manual: true",
            "formula: 甲÷乙, manual: true",
            "manual, yet has a formula",
        ),
        ("denominator: units_due, ", "", "formula, numerator and denominator are needed"),
        ("better: lower", "better: lowr", "unknown Better 'lowr'.*'lower'"),
        ("[YL-59]", "[YL59]", "'YL59' is not a rule id"),
        ("null, manual: true", "null, manuell: true", "unknown key 'manuell'.*'manual'"),
    ],
)
def test_a_wrong_indicator_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        read_indicators(changed(tmp_path, "indicators.yaml", old, new))
