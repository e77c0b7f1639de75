"""How often Excel is asked does not grow with the rows of a workbook; what does grow, grows slowly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest
import xlwings as xw

from kbbx_xl.excel import marks
from kbbx_xl.excel.desk import Desk
from kbbx_xl.excel.main import HANDLERS
from kbbx_xl.excel.marks import COLOURS, clear, put_marks
from kbbx_xl.excel.memory import Mark
from kbbx_xl.model import Severity
from tests.excel.calls import PRESSES, press_all, write_school
from tests.excel.com import HeadlessExcel
from tests.excel.office import TODAY

Costs = dict[str, tuple[Counter[str], str]]
SMALL, LARGE, LARGEST = 30, 300, 3000  # pupils
MARKING = ("check", "flag", "clear")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Costs:
    """Every button in a small school."""
    return press_all(write_school(tmp_path_factory.mktemp("small") / "office", pupils=SMALL))


def members(costs: Costs, names: Iterable[str]) -> dict[str, dict[str, int]]:
    return {name: dict(costs[name][0]) for name in names}


def test_every_button_is_pressed() -> None:
    assert {press.command for press in PRESSES} == set(HANDLERS)


def test_no_button_asks_more_often_in_a_larger_school(small: Costs, tmp_path: Path) -> None:
    large = press_all(write_school(tmp_path / "office", pupils=LARGE))
    assert members(large, large) == members(small, small)


def test_nor_with_three_thousand_pupils(small: Costs, tmp_path: Path) -> None:
    school = write_school(tmp_path / "office", pupils=LARGEST)
    largest = press_all(school, [press for press in PRESSES if press.command in MARKING])
    assert members(largest, MARKING) == members(small, MARKING)


# ---- findings that grow with the rows


def cost_of_marks(cells: Iterable[str]) -> tuple[int, int]:
    """Calls to mark the cells of an empty sheet, and to clear them."""
    excel = HeadlessExcel()
    book = excel.new()
    name = book.sheets[0].name
    before = excel.calls
    put_marks(book, "check", [Mark(name, cell, Severity.ERROR, "错") for cell in cells])
    between = excel.calls
    assert book.sheets[name]["E6"].color == COLOURS[Severity.ERROR]
    read = excel.calls
    clear(book)
    after = excel.calls
    assert book.sheets[name]["E6"].color is None
    return between - before, after - read


@pytest.fixture
def no_notes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marks, "MOST_NOTES", 0)


@pytest.mark.usefixtures("no_notes")
def test_a_column_of_neighbours_is_coloured_at_once() -> None:
    few, many = ([f"E{row}" for row in range(6, 6 + count)] for count in (SMALL, LARGEST))
    assert cost_of_marks(few) == cost_of_marks(many)


@pytest.mark.usefixtures("no_notes")
def test_cells_apart_are_coloured_some_forty_at_a_time() -> None:
    few, many = ([f"E{row}" for row in range(6, 6 + 3 * count, 3)] for count in (SMALL, LARGEST))
    for less, more in zip(cost_of_marks(few), cost_of_marks(many), strict=True):
        assert more - less <= (LARGEST - SMALL) / 7


def test_a_note_is_two_calls_and_three_to_take_it_away() -> None:
    few, many = ([f"E{row}" for row in range(6, 6 + count)] for count in (10, 110))
    (put, cleared), (more, most) = cost_of_marks(few), cost_of_marks(many)
    assert (more - put, most - cleared) == (200, 300)


def test_no_more_notes_than_the_most() -> None:
    few, many = (
        [f"E{row}" for row in range(6, 6 + count)] for count in (marks.MOST_NOTES, LARGEST)
    )
    assert cost_of_marks(few) == cost_of_marks(many)


# ---- rows that are selected


def selection(rows: int) -> tuple[HeadlessExcel, xw.Sheet, Desk]:
    excel = HeadlessExcel()
    book = excel.new()
    sheet = book.sheets[0]
    sheet.range((4, 1), (3 + rows, 1)).value = [[number] for number in range(rows)]
    return excel, sheet, Desk(excel.app, book, TODAY)


def test_selected_rows_in_sight_are_one_question_whatever_their_number() -> None:
    cost = []
    for count in (SMALL, LARGEST):
        excel, _, desk = selection(count)
        before = excel.calls
        assert desk.in_sight(range(4, 4 + count)) == set(range(4, 4 + count))
        cost.append(excel.calls - before)
    assert cost[0] == cost[1]


def test_rows_that_a_filter_hides_are_not_in_sight() -> None:
    excel, sheet, desk = selection(LARGE)
    for hidden in ("5:5", "10:120", "200:299"):
        sheet.api.Range(hidden).EntireRow.Hidden = True
    shown = {4, *range(6, 10), *range(121, 200), *range(300, 304)}
    before = excel.calls
    assert desk.in_sight(range(4, 304)) == shown
    assert excel.calls - before < 80
    assert desk.in_sight([5]) == set()
    assert desk.in_sight([]) == set()


def test_empty_rows_are_asked_about_one_by_one() -> None:
    _, sheet, desk = selection(1)
    sheet.api.Range("12:12").EntireRow.Hidden = True
    assert desk.in_sight([11, 12, 13]) == {11, 13}
