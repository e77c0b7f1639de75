"""The word lists: what files write, and which canonical value it stands for."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbbx_xl.messages import SettingsError
from kbbx_xl.model import GRADES, LeaveKind, Mark
from kbbx_xl.settings.forms import all_forms
from kbbx_xl.settings.lists import load_lists, normal, read_list
from tests.settings.yaml_text import block

EVERY_WORD = [
    (name, word.value, text)
    for name, words in load_lists().items()
    for word in words.words
    for text in (word.value, *word.aliases)
]
INLINE_LIMIT = 255  # Excel: characters of a drop-down written into the cell


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("status", "流失", "辍学"),
        ("status", "其他离校", "辍学"),
        ("status", "正常", "在读"),
        ("status", "转学（转出）", "转出"),
        ("status", "转学(转入)", "在读"),
        ("status", "休 学", "休学"),
        ("case_status", "已劝返复学", "已返校"),
        ("case_status", "疑似", "疑似辍学"),
        ("case_status", "销号", "核销"),
        ("leave_kind", "无故", "旷课"),
        ("leave_kind", "请假（事）", "事假"),
        ("leave_kind", "请假（病）", "病假"),
        ("mark", "x", "旷课"),
        ("mark", "Ｘ", "旷课"),
        ("mark", "×", "旷课"),
        ("mark", "ｖ", "出勤"),
        ("mark", "／", "出勤"),
        ("mark", "半", "旷课半天"),
        ("yes_no", "yes", "是"),
        ("sex", "1", "男"),
        ("unit_level", "局属学校", "县直学校"),
        ("unit_stage", "教学点", "小学（教学点）"),
        ("day_kind", "补班", "上课"),
        ("day_kind", "农忙假", "休息"),
        ("grade", "初一", "七年级"),
        ("grade", "小六", "六年级"),
        ("verified", "空挂户", "户籍原因"),
        ("change", "转学（转出）", "转出"),
    ],
)
def test_what_files_write_is_understood(name: str, text: str, value: str) -> None:
    assert load_lists()[name].canonical(text) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("leave_kind", "请假"),
        ("leave_kind", "缺勤"),
        ("mark", "○"),
        ("mark", "△"),
        ("status", "好"),
    ],
)
def test_what_can_mean_two_things_is_not_guessed(name: str, text: str) -> None:
    assert load_lists()[name].canonical(text) is None


def test_every_alias_leads_to_its_value() -> None:
    for name, value, text in EVERY_WORD:
        assert load_lists()[name].canonical(f" {text}\u3000") == value


FULL_WIDTH = str.maketrans({chr(n): chr(n + 0xFEE0) for n in range(0x21, 0x7F)})


def test_full_width_letters_brackets_and_digits_never_change_a_word() -> None:
    for name, value, text in EVERY_WORD:
        assert load_lists()[name].canonical(text.translate(FULL_WIDTH)) == value, text
        assert normal(text) == normal(normal(text))


@given(st.sampled_from(EVERY_WORD), st.integers(0, 8))
def test_inner_spaces_never_change_a_word(entry: tuple[str, str, str], at: int) -> None:
    name, value, text = entry
    assert load_lists()[name].canonical(text[:at] + " " + text[at:]) == value


def test_nothing_is_not_a_word() -> None:
    assert load_lists()["status"].canonical(None) is None
    assert load_lists()["status"].canonical("") is None


def test_word_is_for_canonical_values_only() -> None:
    status = load_lists()["status"]
    assert status.word("辍学").code == "06"
    with pytest.raises(KeyError):
        status.word("流失")


def test_every_status_says_whether_it_counts_as_enrolled() -> None:
    words = load_lists()["status"].words
    assert all(word.enrolled is not None for word in words)
    counted = {word.value for word in words if word.enrolled}
    assert {"在读", "复学", "疑似辍学", "送教上门"} <= counted
    assert not counted & {"休学", "转出", "辍学", "毕业", "死亡"}


def test_every_case_status_says_whether_persuasion_goes_on() -> None:
    opened = {word.value for word in load_lists()["case_status"].words if word.open}
    assert opened == {"疑似辍学", "辍学"}
    assert all(word.open is not None for word in load_lists()["case_status"].words)


def test_lists_agree_with_the_model() -> None:
    lists = load_lists()
    assert set(lists["mark"].values) == {m.value for m in Mark} - {"", "?"}
    assert set(lists["leave_kind"].values) == {kind.value for kind in LeaveKind}
    assert lists["grade"].values == GRADES


def test_reasons_and_changes_belong_to_a_group() -> None:
    lists = load_lists()
    causes = {"学习困难或厌学", "因贫", "上学远上学难", "健康", "其他"}
    assert {word.group for word in lists["dropout_reason"].words} == causes
    assert {word.group for word in lists["change"].words} == {"增加", "减少", ""}


def test_every_list_a_form_names_exists_and_fits_a_drop_down() -> None:
    named = {f.choices for form in all_forms() for s in form.sheets for f in s.columns} - {""}
    assert named <= set(load_lists())
    for name in named:
        values = load_lists()[name].values
        assert len(",".join(values)) <= INLINE_LIMIT, name
        assert not any("," in value for value in values)


def test_the_file_is_named_after_its_list() -> None:
    assert set(load_lists()) >= {"sex", "status", "mark", "grade"}
    for name, words in load_lists().items():
        assert words.list == name
        assert words.title


def test_two_values_may_not_claim_one_word(tmp_path: Path) -> None:
    text = """
list: status
title: 状态
words:
  - {value: 休学, aliases: [病休]}
  - {value: 辍学, aliases: [病 休]}
"""
    with pytest.raises(
        SettingsError, match=r"file\.yaml:6: '病 休' is claimed by '休学' and '辍学'"
    ):
        read_list(block(tmp_path, text))


def test_a_wrong_key_in_a_list_is_named(tmp_path: Path) -> None:
    text = "list: status\ntitle: 状态\nwords:\n  - {value: 休学, alias: [病休]}\n"
    with pytest.raises(SettingsError, match=r"file\.yaml:4: unknown key 'alias'.*'aliases'"):
        read_list(block(tmp_path, text))
