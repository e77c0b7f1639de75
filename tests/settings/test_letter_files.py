"""Letters are declared without mistakes, and a mistake is named with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from kbbx_xl.messages import SettingsError
from kbbx_xl.settings.letters import letter_fields, letter_forms, read_letter
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


def test_six_letters_with_a_source_each() -> None:
    forms = letter_forms()
    assert set(forms) == {"visit", "persuade", "report", "order", "defer", "enrol"}
    rules = [s for form in forms.values() for s in form.source if "-" in s]
    for plan, number in (rule.split("-") for rule in rules):
        assert 1 <= int(number) <= {**RULES, "P16": 99, "P18": 19, "P20": 99}[plan]


def test_a_placeholder_stands_once_and_has_a_blank() -> None:
    fields = letter_fields().fields
    assert len({f.name for f in fields}) == len(fields)
    assert all(f.blank > 0 for f in fields)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[辍学]", "[缀学]", "unknown status '缀学'"),
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
