"""Letters are declared without mistakes, and a mistake is named with its line."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from kbbx_xl.messages import SettingsError
from kbbx_xl.settings.letters import (
    About,
    letter_fields,
    letter_form,
    letter_forms,
    read_letter,
)
from kbbx_xl.settings.policies import load_policy
from kbbx_xl.settings.sources import RULE_ID
from tests.settings.test_policy_files import RULES
from tests.settings.yaml_text import block

LETTER = """letter: sample
title: 样函
statuses: [辍学]
source: [TH-29]
parts:
  - {style: title, text: 样函}
  - {style: table, widths: [20, 30], rows: [[姓名, "{{ 学生姓名 }}"]]}
"""


def test_every_letter_of_case_work_has_its_sources() -> None:
    forms = letter_forms()
    kinds = Counter(form.about for form in forms.values())
    assert kinds == {"case": 8, "change": 4, "grid": 4, "leave": 1, "county": 2}
    rules = [s for form in forms.values() for s in form.source if RULE_ID.fullmatch(s)]
    for plan, number in (rule.split("-") for rule in rules):
        assert 1 <= int(number) <= {**RULES, "P16": 99, "P18": 19, "P20": 99}[plan]


def test_a_placeholder_stands_once_and_has_a_blank() -> None:
    for about in About:
        fields, names = letter_fields().of(about), letter_fields().names(about)
        assert len(set(names)) == len(names)
        assert all(f.blank > 0 for f in fields)


@pytest.mark.parametrize(
    ("policy", "persuade", "order"),
    [
        ("yanling", "劝学书", "复学通知书"),
        ("tanghe", "劝返复学通知书", "限期复学通知书"),
        ("p24", "劝返通知书", "限期复学通知书"),
        ("p02", "辍学生返校通知书", "限期复学通知书"),
        ("genhe", "劝返复学通知书", "限期复学通知书"),  # its document names no notice
    ],
)
def test_yl_66_yl_69_th_29_p24_25_p02_25_notices_are_called_as_the_policy_calls_them(
    policy: str, persuade: str, order: str
) -> None:
    forms = letter_forms()
    chosen = load_policy(policy)
    assert [forms[k].name(chosen) for k in ("persuade", "order")] == [persuade, order]
    assert letter_form(persuade) is forms["persuade"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[辍学]", "[缀学]", "unknown status '缀学'"),
        ("statuses: [辍学]", "takes: [转走]", "unknown word '转走'"),
        ("statuses: [辍学]", "level: 乡镇级", "unknown level"),
        ("statuses: [辍学]", "about: pupil", "unknown About"),
        ("TH-29", "XX-29", "is not a rule id"),
        ("style: title", "style: titel", "did you mean 'title'"),
        ("widths: [20, 30], ", "", "only a table, has 'rows' and 'widths'"),
        ("[20, 30]", "[20]", "each needs 1 cells"),
        ("widths: [20, 30]", "widths: [20, 30], heights: [1, 2]", "one for each row"),
    ],
)
def test_a_mistake_is_named(old: str, new: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=said):
        read_letter(block(tmp_path, LETTER.replace(old, new, 1)))
