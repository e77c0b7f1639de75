"""Who cannot see a chart or a picture is told in words what it shows (替代文字, WCAG 2.2, 1.1.1)."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
from lxml import etree

from kbbx_xl.cli import app

ROOT = Path(__file__).resolve().parents[2]
DRAWING = re.compile(r"xl/drawings/drawing\d+\.xml")
NAMED = "{*}cNvPr"
FRAMES = ("{*}graphicFrame", "{*}pic", "{*}sp")
MONTHS = (("2026-09", "2026-09-30"), ("2026-10", "2026-10-20"))


def described(path: Path) -> list[str]:
    """The alternative text of every chart and picture of a workbook, "" where there is none."""
    with zipfile.ZipFile(path) as parts:
        drawings = [
            etree.fromstring(parts.read(n)) for n in parts.namelist() if DRAWING.fullmatch(n)
        ]
    shapes = [shape for drawing in drawings for frame in FRAMES for shape in drawing.iter(frame)]
    return [shape.find(f".//{NAMED}").get("descr", "") for shape in shapes]


@pytest.fixture(scope="module")
def summaries(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The summary of the county's second month, and that of a central school."""
    place = tmp_path_factory.mktemp("county")
    out = place / "out"
    for month, day in MONTHS:
        run("demo", place / month, "--month", month, "--schools", "6", "--students", "240")
        when = ("--month", month, "--as-of", day)
        run("county", place / month, *when, "-o", out)
    run("merge", place / month, "--unit", "520100", *when, "-o", place / f"{month}.xlsx")
    return [out / f"全县汇总_{MONTHS[-1][0]}.xlsx", place / f"{MONTHS[-1][0]}.xlsx"]


def run(*arguments: object) -> None:
    assert not app([str(one) for one in arguments], standalone_mode=False)


def test_every_chart_says_in_words_what_it_shows(summaries: list[Path]) -> None:
    for path in summaries:
        told = described(path)
        assert told  # else the test says nothing
        assert [text for text in told if not re.search(r"[\u4e00-\u9fff].*\d", text)] == []


def test_the_trend_is_told_month_by_month(summaries: list[Path]) -> None:
    assert any("9月" in text and "10月" in text for text in described(summaries[0]))


@pytest.mark.parametrize("book", sorted((ROOT / "workbooks").glob("*.xlsx")), ids=lambda p: p.stem)
def test_the_workbooks_hold_nothing_that_needs_words(book: Path) -> None:
    assert [text for text in described(book) if not text] == []
