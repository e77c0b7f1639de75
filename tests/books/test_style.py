"""Everybody can read it: contrast, colour-blind eyes, grey print; and one place that declares the looks."""

import itertools
import re
from pathlib import Path
from typing import Any

import pytest

from kbbx_xl.books import style
from tools.looks import (
    EYES,
    LEAST_APART,
    LEAST_LINE,
    MEANINGS,
    apart,
    contrast,
    least,
    lightness,
    text_pairs,
)

ROOT = Path(__file__).resolve().parents[2]
MARKS = (style.MARK_ERROR, style.MARK_WARNING, style.MARK_NOTE)
WAYS = re.compile(r"""["']#?[0-9A-Fa-f]{6}["']""")
FACE = re.compile("|".join(face.name for face in style.FACES))


def test_ratio_is_the_one_of_the_standard() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(("ink", "fill"), sorted(text_pairs()))
def test_text_is_readable(ink: str, fill: str) -> None:
    assert contrast(ink, fill) >= least(ink)


@pytest.mark.parametrize("fill", [*MEANINGS.values(), *MARKS, *style.SHADES, style.BLUE_PALE])
def test_black_is_readable_on_every_fill_that_rules_and_marks_put_over_a_cell(fill: str) -> None:
    assert contrast(style.INK, fill) >= 7


@pytest.mark.parametrize("eyes", EYES)
def test_meanings_stay_apart(eyes: str) -> None:
    for one, other in itertools.combinations(MEANINGS.values(), 2):
        assert apart(one, other, eyes) >= LEAST_APART, (one, other)


@pytest.mark.parametrize("eyes", EYES)
def test_series_of_a_chart_stay_apart_also_in_grey(eyes: str) -> None:
    for one, other in itertools.pairwise(style.SERIES):
        assert apart(one, other, eyes) >= 15, (one, other)
    grey = [lightness(colour) for colour in style.SERIES]
    assert all(later - sooner >= 15 for sooner, later in itertools.pairwise(grey))


def test_shades_darken_evenly() -> None:
    grey = [lightness(colour) for colour in style.SHADES]
    assert all(7 <= sooner - later <= 15 for sooner, later in itertools.pairwise(grey))


@pytest.mark.parametrize("line", [style.LINE, style.OUTLINE])
def test_lines_are_seen(line: str) -> None:
    assert contrast(line, style.WHITE) >= LEAST_LINE
    assert (
        min(max(contrast(s, style.WHITE), contrast(line, style.WHITE)) for s in style.SERIES)
        >= LEAST_LINE
    )


def test_no_other_module_declares_a_colour_or_a_font() -> None:
    allowed = {ROOT / "kbbx_xl" / "books" / "style.py"}
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sorted((ROOT / "kbbx_xl").rglob("*.py"))
        if path not in allowed and "demo" not in path.parts
        for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if _declares(text)
    ]
    assert found == []


def _declares(text: str) -> bool:
    code = text.partition("  # ")[0]
    coloured = any("#" in way for way in WAYS.findall(code)) and "color" in code.casefold()
    return coloured or bool(re.search(f"""["']({FACE.pattern})["']""", code))


def test_a_declaration_elsewhere_would_be_found() -> None:
    assert _declares('{"bg_color": "#F4B183"}')
    assert _declares('font = Font(name="宋体")')
    assert not _declares('title = "#F4B183 宋体"')


def test_pictures_have_a_stand_in_for_every_face() -> None:
    known = (ROOT / "tools" / "fonts.conf").read_text(encoding="utf-8")
    assert [face.name for face in style.FACES if f"<family>{face.name}</family>" not in known] == []


@pytest.mark.parametrize(
    ("text", "width", "points", "expected"),
    [
        ("", 10, 10.5, 1),
        ("一二三四五", 11, 10.5, 1),
        ("一二三四五六", 11, 10.5, 2),
        ("一\n二\n三", 10, 10.5, 3),
        ("abcdefghij", 10, 10.5, 2),
        ("一二三四五", 10, 18, 3),
    ],
)
def test_lines_from_content(text: str, width: float, points: float, expected: int) -> None:
    assert style.lines(text, width, points) == expected


@pytest.mark.parametrize(
    "text", ["澜江省澜山县城关镇西街社区五组139号", "520000202004168263", "1班"]
)
@pytest.mark.parametrize("points", [9, 10.5, 14])
def test_a_width_from_content_needs_one_line(text: str, points: float) -> None:
    assert style.lines(text, style.width_of([text], points), points) == 1


def test_fonts_name_what_stands_in() -> None:
    made: dict[str, Any] = style.font(style.HEI, 12, bold=True)
    assert made == {
        "font_name": "黑体", "font_size": 12, "font_family": 2, "font_charset": 134, "bold": True,
    }  # fmt: skip


def test_a_row_grows_by_whole_lines_up_to_the_limit_of_excel() -> None:
    assert [style.height_of(n) for n in (1, 2, 29)] == [18, 31, 395.5]
    assert style.height_of(100) == style.height_of(29) <= style.ROW_MOST
