"""config/matching/comparisons.yaml: every comparison says what each of its results means."""

from __future__ import annotations

import pytest

from kbbx_xl.messages import InputError, SettingsError
from kbbx_xl.settings import comparisons as module
from kbbx_xl.settings.comparisons import comparisons, named
from kbbx_xl.settings.lists import load_lists
from kbbx_xl.settings.strict import Block, load

TEXT = """
id: x
title: 比对
words: [比]
left: {title: 甲, kinds: [学籍导出]}
right: {title: 乙, kinds: [人员名单]}
both: {sheet: 都有, means: 都有}
only_left: {sheet: 只甲, means: 只甲}
only_right: {sheet: 只乙, means: 只乙, ask: [{title: 核实结果, choices: verified, source: [TH-34]}]}
source: [YL-16]
"""


def test_p22_03_the_comparisons_are_a_list_of_the_settings() -> None:
    said = {source for one in comparisons().values() for source in one.source}
    assert {"YL-16", "YL-17", "YL-20", "YL-54", "TH-02", "TH-03", "TH-34", "LB-06"} <= said
    words = [word for one in comparisons().values() for word in one.words]
    assert len(words) == len(set(words))
    assert all(named(word).left.kinds for word in words)


def test_yl_21_the_reason_is_a_column_of_its_own() -> None:
    asks = {ask.title: ask for ask in comparisons()["present"].only_left.ask}
    assert asks["原因"].source == ("YL-21",)
    assert asks["核实结果"].source == ("TH-34",)
    words = ",".join(load_lists()[asks["核实结果"].choices].values)
    assert len(words) <= 255  # what Excel takes in a drop-down of its own


def test_an_unknown_word_is_answered_with_those_there_are() -> None:
    with pytest.raises(InputError, match=r"没有“户口”这种比对。可选：.*户籍"):
        named("户口")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("sheet: 只甲", "sheet: 都有", "names of their own"),
        ("sheet: 只甲", "sheet: 首页", "names of their own"),
        ("sheet: 只甲", f"sheet: {'长' * 32}", "longer than 31"),
        ("choices: verified", "choices: verifed", "did you mean 'verified'"),
        ("source: [TH-34]", "source: [TH34]", "is not a rule id"),
        ("source: [YL-16]", "source: [YL-16]\nindicator: idmatch", "unknown indicator"),
        ("kinds: [人员名单]", "kinds: [人员]", "unknown Kind"),
    ],
)
def test_a_mistake_names_its_line(tmp_path_factory: pytest.TempPathFactory, old: str, new: str, said: str) -> None:  # fmt: skip
    path = tmp_path_factory.mktemp("c") / "x.yaml"
    path.write_text(TEXT.replace(old, new, 1), encoding="utf-8")
    block: Block = load(path)
    with pytest.raises(SettingsError, match=said):
        module.read_comparison(block)
