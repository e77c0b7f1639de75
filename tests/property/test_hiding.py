"""Names are hidden by short cuts (one hider for all, texts folded together): the same as without them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kbbx_xl.flow.hiding import Hider, Hiders
from kbbx_xl.rules.masking import Known, fold, fold_all
from kbbx_xl.settings.masking import load_masking
from tests.property import bounded

WORDS = (
    "王芳",
    "王芳芳",
    "李四",
    "欧阳娜",
    "阿依·古丽",
    "ßa",
    "ＡＢ",
    "学习小组",
    "劝返",
    "双河镇",
    "记录",
)
SIGNS = st.sampled_from([*"王芳李四双河镇·•aßＡ１ 　\u200b\n()", "13800001111", ".xlsx", "/"])
texts = st.lists(st.one_of(st.sampled_from(WORDS), SIGNS), max_size=6).map("".join)
names = st.frozensets(st.one_of(st.sampled_from(WORDS), texts), max_size=5)
PUBLIC = ("双河镇中心小学", "芳草学校")


@bounded(300)
@given(st.lists(texts))
def test_many_texts_are_folded_as_each_alone(several: list[str]) -> None:
    assert fold_all(several) == [fold(text).text for text in several]


@bounded(300)
@given(names, texts)
def test_known_texts_are_found_as_by_trying_every_place(known: frozenset[str], text: str) -> None:
    rules = load_masking()
    folded = {fold(name).text for name in known}
    for name in [name for name in folded if "·" in name]:
        folded |= {name.replace("·", dot) for dot in ("", ".", "-")}
    searched, expected, place = fold(text).text, [], 0
    while place < len(searched):
        ends = range(len(searched), place + 1, -1)
        end = next((end for end in ends if searched[place:end] in folded), 0)
        if end:
            expected.append((place, end, searched[place:end]))
        place = end or place + 1
    hit = ("", rules.by_name["pupil"])
    assert Known(dict.fromkeys(known, hit)).find(searched) == expected


@bounded(300)
@given(st.dictionaries(st.sampled_from("甲乙丙"), names), st.lists(texts, max_size=5))
def test_a_unit_hides_what_it_would_hide_alone(
    of_units: dict[str, frozenset[str]], said: list[str]
) -> None:
    together = Hiders(of_units, PUBLIC)
    every = frozenset[str]().union(*of_units.values())
    for unit in (*of_units, "", "丁"):
        alone = Hider(of_units.get(unit, every), PUBLIC)
        for text in said:
            assert together[unit].text(text) == alone.text(text)
            assert together[unit].title(text) == alone.title(text)
            assert together[unit].path(text) == alone.path(text)
