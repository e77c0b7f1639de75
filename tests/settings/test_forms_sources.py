"""Every declared column says what it holds, what to write, how it is checked and who asks for it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from kbbx_xl.books.template.columns import message_of
from kbbx_xl.messages import SettingsError
from kbbx_xl.settings.forms import (
    MESSAGE_LIMIT,
    Field,
    FieldType,
    Form,
    Rule,
    Sheet,
    all_forms,
    read_form,
)
from kbbx_xl.settings.letters import letter_forms
from kbbx_xl.settings.sources import OWN_DESIGN, RULE_ID, check_sources, load_documents
from kbbx_xl.settings.strict import load
from tests.settings.test_policy_files import RULES
from tests.settings.yaml_text import block

RULES_OF_PLANS = {**RULES, "P18": 19}  # P18 is no profile, yet its attendance slip is cited

FORM = """form: sample
title: 样表
version: 1
sheets:
  - table: pupils
    sheet: 学生
    kind: 学籍导出
    layout: table
    source: [TH-43]
    columns:
      - {name: as_of, title: 截至日期, type: date}
      - {name: start, title: 起始日期, type: date, rule: up_to_as_of, source: [TH-27]}
      - {name: sex, title: 性别, type: choice, choices: sex, source: [本产品设计]}
"""


def columns() -> Iterator[tuple[Form, Sheet, Field]]:
    for form in all_forms():
        for sheet in form.sheets:
            for field in sheet.columns:
                yield form, sheet, field


def cited() -> set[str]:
    return set(itertools.chain.from_iterable(field.source for _, _, field in columns()))


def read(tmp_path: Path, text: str) -> Form:
    path = tmp_path / "sample.yaml"
    path.write_text(text, encoding="utf-8")
    return read_form(load(path))


def test_every_column_has_a_type_a_rule_and_a_source() -> None:
    bare = [
        (sheet.sheet, field.title)
        for _, sheet, field in columns()
        if not (field.source and isinstance(field.type, FieldType) and field.check in Rule)
    ]
    assert not bare


def test_our_own_design_is_said_alone() -> None:
    for _, sheet, field in columns():
        assert OWN_DESIGN not in field.source or field.source == (OWN_DESIGN,), (sheet, field)


def test_every_input_column_of_our_forms_says_what_to_write() -> None:
    silent = [
        (form.title, sheet.sheet, field.title)
        for form, sheet, field in columns()
        if form.form != "received" and field.name != "seq" and not field.formula
        if not message_of(field)
    ]
    assert not silent


def test_a_message_fits_with_what_is_added_to_it() -> None:
    assert all(len(message_of(field)) <= MESSAGE_LIMIT for _, _, field in columns())


def test_every_rule_cited_exists() -> None:
    for source in cited():
        if RULE_ID.fullmatch(source):
            plan, number = source.split("-")
            assert 1 <= int(number) <= RULES_OF_PLANS[plan], source


def test_every_document_of_the_list_is_cited() -> None:
    letters = {source for form in letter_forms().values() for source in form.source}
    assert set(load_documents()) <= cited() | letters


def test_what_happened_is_no_later_than_the_day_counted_to() -> None:
    """Absences, visits, lessons and changes after 截至日期 would be missing from every count."""
    checked = {(s.table, f.name) for _, s, f in columns() if f.check is Rule.UP_TO_AS_OF}
    assert checked >= {
        ("absence", "start"),
        ("suspected", "first_absent"),
        ("dropout", "closed"),
        ("visits", "visit_date"),
        ("home_teaching", "lesson_date"),
        ("changes", "change_date"),
        ("list_dropout", "first_absent"),
        ("list_changes", "change_date"),
    }


def test_a_column_takes_the_source_of_its_sheet(tmp_path: Path) -> None:
    sheet = read(tmp_path, FORM).sheets[0]
    assert [f.source for f in sheet.columns] == [("TH-43",), ("TH-27",), (OWN_DESIGN,)]


def test_a_rule_comes_from_the_type_unless_a_stricter_one_is_named(tmp_path: Path) -> None:
    sheet = read(tmp_path, FORM).sheets[0]
    assert [f.check for f in sheet.columns] == [Rule.DATE, Rule.UP_TO_AS_OF, Rule.CHOICE]
    assert Field("why", "原因", FieldType.TEXT, choices="dropout_reason").check is Rule.OFFER
    assert Field("why", "原因", FieldType.TEXT).check is Rule.LENGTH


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[TH-43]", "[TH43]", ("sample.yaml:9: source", "'TH43' is not a rule id")),
        (
            "[TH-27]",
            "[教基厅函〔2024〕51号]",
            ("sample.yaml:12: source", "mean '教基厅函〔2024〕15号'"),
        ),
        ("[本产品设计]", "[产品设计]", ("sample.yaml:13: source", "mean '本产品设计'")),
        ("up_to_as_of", "up_to_asof", ("sample.yaml:12: rule", "mean 'up_to_as_of'")),
        ("name: as_of", "name: until", ("sample.yaml:12: rule", "no column 'as_of'")),
        ("choices: sex", "choices: sex, rule: date", ("sample.yaml:13: rule", "not for a choice")),
        ("choices: sex, ", "", ("sample.yaml:13", "'choices' is missing")),
    ],
)
def test_a_mistake_names_file_line_and_near_miss(
    tmp_path: Path, old: str, new: str, said: tuple[str, ...]
) -> None:
    assert old in FORM
    with pytest.raises(SettingsError) as error:
        read(tmp_path, FORM.replace(old, new, 1))
    assert all(word in str(error.value) for word in said), str(error.value)


@pytest.mark.parametrize("wrong", ["TH28", "TH-3", "th-28", "XX-01", "TH-281", "P4-05"])
def test_a_source_must_be_a_rule_id_or_a_known_document(tmp_path: Path, wrong: str) -> None:
    raw = block(tmp_path, f"a: 1\nsource: [{wrong}]\n")
    with pytest.raises(SettingsError, match=r"file\.yaml:2: source: .*not a rule id"):
        check_sources([wrong], raw, "source")


def test_the_source_of_a_policy_is_a_rule_of_its_plan(tmp_path: Path) -> None:
    raw = block(tmp_path, "source: [YL-01]\n")
    check_sources(["YL-01", "教基〔2025〕1号", OWN_DESIGN], raw, "source")
    for wrong in ("YL-01", "教基〔2025〕1号", OWN_DESIGN):
        with pytest.raises(SettingsError, match=r"such as TH-01$"):
            check_sources([wrong], raw, "source", "TH")
