"""rules.masking: one value at a time."""

from __future__ import annotations

import datetime as dt

import pytest

from kbbx_xl.rules.masking import (
    Known,
    Scanner,
    fold,
    hide,
    is_masked,
    labelled,
    masked,
    names_in,
    number_key,
    numbers_in,
    place_of,
    plausible_name,
    year_of,
)
from kbbx_xl.settings.masking import load_masking

RULES = load_masking()
ID = "520000201703050011"


def test_a_number_that_is_none_has_no_year() -> None:
    for number in (float("inf"), float("-inf"), float("nan")):
        assert year_of(number, "＊＊") == "＊＊"


def test_ends_stay_and_short_numbers_vanish() -> None:
    assert masked(ID) == "520*************11"
    assert hide("12345", 3, 2) == "*****"
    assert hide("", 3, 2) == ""


def test_folding_keeps_the_places() -> None:
    folded = fold("张　三\u200b（５２）")
    assert folded.text == "张三(52)"
    assert folded.at == (0, 2, 4, 5, 6, 7)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("云岭省南屏县双河镇野猫洞村六组14号", "云岭省南屏县双河镇＊＊"),
        ("内蒙古自治区根河市好里堡街道二街", "内蒙古自治区根河市好里堡街道＊＊"),
        ("阳光小区3栋", "＊＊"),
        ("大镇村五组", "＊＊"),
        ("双河镇", "双河镇"),
        ("双河镇＊＊", "双河镇＊＊"),
        ("县城租住", "＊＊"),
    ],
)
def test_an_address_ends_at_the_town(written: str, shown: str) -> None:
    assert place_of(written, "＊＊") == shown


@pytest.mark.parametrize(
    "value", [dt.date(2013, 3, 5), "2013-03-05", "2013.3", "二〇一三/2013年3月", 41338.0, "2013年"]
)
def test_of_a_birth_the_year_stays(value: object) -> None:
    assert year_of(value, "＊＊") == "2013年"


def test_a_birth_without_a_year_is_hidden() -> None:
    assert year_of("三月五日", "＊＊") == "＊＊"


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("张三", ["张三"]),
        ("张　三", ["张三"]),
        ("张三、李四和王五", ["张三", "李四", "王五"]),
        ("张三 李四", ["张三", "李四"]),
        ("张三（班主任）", ["张三"]),
        ("父亲：张三", ["张三"]),
        ("王芳老师", ["王芳"]),
        ("阿依·古丽", ["阿依·古丽"]),
        ("待定", []),
        ("学生001、＊＊", []),
        ("张三13912345678", ["张三"]),
    ],
)
def test_names_of_a_cell(written: str, names: list[str]) -> None:
    assert [name for _, name in names_in(written, RULES) if name] == names


def test_the_pieces_of_a_cell_make_the_cell() -> None:
    assert "".join(piece for piece, _ in names_in("张三、 李四；王五", RULES)) == "张三、 李四;王五"


def test_what_may_be_looked_for_elsewhere() -> None:
    assert all(map(plausible_name, ("张三", "欧阳娜娜", "阿依努尔·买买提", "Zhang San")))
    assert not any(map(plausible_name, ("张", "三年级1班", "", "家长外出务工不在家")))


@pytest.mark.parametrize("text", ["（略）", "(略)", "＊＊", "学生001", "家长1234", "520****11-001"])
def test_what_masking_leaves_is_known(text: str) -> None:
    assert is_masked(text, RULES)
    assert not is_masked("学生张三", RULES)


def test_numbers_are_compared_without_their_dress() -> None:
    assert number_key(f"G{ID}") == number_key(f" '{ID[:6]} {ID[6:]}") == ID
    assert number_key(17400000001.0) == "17400000001"


def test_numbers_of_a_cell() -> None:
    text = "父 17400000001、母１７４００００００２２"
    assert [text[a:b] for a, b in numbers_in(text)] == ["17400000001", "１７４００００００２２"]


def test_lines_of_labels() -> None:
    line = "填报人：张 三　　审核人：　联系电话: 17400000001"
    said = [(label, line[a:b]) for label, a, b in labelled(line)]
    assert ("填报人", "张 三") in said
    assert ("联系电话", "17400000001") in said


PLAIN = Scanner(RULES, Known({}))


@pytest.mark.parametrize(
    "text",
    [
        f"证件号{ID}。",
        "证件号５２００００２０１７０３０５００１１",
        "520000 20170305 0011",
        "52000020170305001x",
        "520000170305001",
        "5.20000201703050E+17",
        "S2000O2O17O3O5OO11"[1:],
        "请拨17400000001",
        "174-0000-0001",
        "电话 0851-81234567",
        "12 17400000001",
        "卡号6222021234567890123",
        "zhang.san@example.com",
    ],
)
def test_numbers_are_found_in_any_spelling(text: str) -> None:
    shown, why = PLAIN.scan(text)
    assert why
    assert PLAIN.scan(shown) == (shown, ())
    assert "0000" not in fold(shown).text


@pytest.mark.parametrize(
    "text",
    ["2026-10-20", "20261020", "教基〔2022〕33号", "2152000001", "12 345 67", "三（1）班", "98.5%"],
)
def test_ordinary_figures_stay(text: str) -> None:
    assert PLAIN.scan(text) == (text, ())


def test_known_names_are_found_however_spaced_and_whole_words_are_spared() -> None:
    known = Known(
        {"张三": ("学生001", RULES.by_name["pupil"]), "张三丰": ("学生002", RULES.by_name["pupil"])}
    )
    scanner = Scanner(RULES, known, ["张三"])
    assert scanner.scan("与张　三丰、张三谈话")[0] == "与学生002、学生001谈话"
    assert scanner.scan("张三") == ("张三", ())
    assert scanner.left("有张三")
    assert scanner.left(5.2e17)
    assert not scanner.left(12)
