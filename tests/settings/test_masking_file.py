"""config/masking.yaml: strict, and no declared text column forgotten."""

from __future__ import annotations

from pathlib import Path

import pytest

from kbbx_xl.messages import SettingsError
from kbbx_xl.settings.forms import FieldType, all_forms
from kbbx_xl.settings.masking import Method, load_masking, read_masking
from kbbx_xl.settings.strict import config_path, load


def changed(tmp_path: Path, old: str, new: str) -> Path:
    text = config_path("masking.yaml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "masking.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def test_every_declared_text_column_is_decided_upon() -> None:
    rules = load_masking()
    columns = {f.name: f for form in all_forms() for sheet in form.sheets for f in sheet.columns}
    texts = {name: f for name, f in columns.items() if f.type is FieldType.TEXT}
    assert not [name for name, f in texts.items() if rules.of_field(f) is None and not f.choices]
    numbers = (FieldType.ID, FieldType.STUDENT_NO, FieldType.PHONE)
    for column in (f for f in columns.values() if f.type in numbers):
        found = rules.of_field(column)
        assert found is not None
        assert found.method is Method.ENDS


def test_no_more_than_five_characters_of_a_number_stay() -> None:
    assert {(r.first, r.last) for r in load_masking().rules if r.method is Method.ENDS} == {(3, 2)}


@pytest.mark.parametrize(
    ("heading", "rule"),
    [
        ("班主任姓名", "staff"),
        ("父亲姓名", "guardian"),
        ("父亲身份证号", "id"),
        ("家长手机", "phone"),
        ("家长是否知情", "public"),
        ("曾用名", "pupil"),
        ("与学生关系", "public"),
        ("QQ号", "contact"),
        ("家访情况", "text"),
        ("学生人数", "public"),
        ("生日", "birth"),
        ("户籍地址", "place"),
        ("银行卡号", "id"),
    ],
)
def test_an_undeclared_heading_is_known_by_its_words(heading: str, rule: str) -> None:
    found = load_masking().of_heading(heading)
    assert found is not None
    assert found.name == rule


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("method: year", "method: yaer", "did you mean 'year'"),
        ("fields: [birth]", "fields: [brith]", "did you mean 'birth'"),
        ("rule: phone, regex", "rule: fone, regex", "did you mean 'phone'"),
        ("words: [出生, 生日]", "words: ['(出生']", "no regular expression"),
        ("{name: birth,", "{name: place,", "stands twice"),
        ("method: pseudonym, label: 家长", "method: pseudonym", "belongs to the method"),
    ],
)
def test_a_mistake_names_its_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        read_masking(load(changed(tmp_path, old, new)))
