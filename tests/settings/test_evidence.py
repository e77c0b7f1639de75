"""config/evidence.yaml is read strictly, and says what the document says."""

from __future__ import annotations

from pathlib import Path

import pytest

from kbbx_xl.messages import SettingsError
from kbbx_xl.settings.evidence import load_evidence, read_evidence
from kbbx_xl.settings.lists import load_lists
from tests.settings.yaml_text import changed

WRONG = [
    ("code: A", "code: N", "unknown category 'N'"),
    ("any_of: [村委证明]", "any_of: [村委会的证明]", "did you mean '村委证明'"),
    ("any_of: [村委证明]", "any_of: [辖区派出所证明]", "stands twice in its set"),
    ("any_of: [村委证明]", "any_of: []", "at least one word"),
    ("source: TH-04", "source: YL-04", "not a rule id"),
    ("variant: 姓名错别字", "variant: 姓名错", "did you mean '姓名错别字'"),
    ("variant: 姓名错别字", "variant: 父母离异带走", "stands twice"),
    (
        "code: M, title: 其他原因",
        "code: M, variant: 其他, title: 其他原因",
        "category M has no set",
    ),
    ("home_teaching.photo", "home_teaching.photos", "did you mean 'home_teaching.photo'"),
    ("number: true", "numbered: true", "unknown key 'numbered'"),
    ("explained: true", "explained: 是", "must be bool"),
]


@pytest.mark.parametrize(("old", "new", "said"), WRONG)
def test_every_mistake_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(SettingsError, match=r"evidence.yaml:\d+: ") as caught:
        read_evidence(changed(tmp_path, "evidence.yaml", old, new))
    assert said in str(caught.value)


def test_every_category_of_the_word_list_has_its_list() -> None:
    codes = {word.code for word in load_lists()["verified"].words if word.code}
    assert (
        codes == {code for code, variant in load_evidence() if not variant} == set("ABCDEFGHIJKLM")
    )


def test_every_rule_of_the_document_has_its_set() -> None:
    assert {one.source for one in load_evidence().values()} == {f"TH-{n:02}" for n in range(4, 17)}
