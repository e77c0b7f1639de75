"""Drop-downs that depend on each other: what a cell offers, worked out by LibreOffice from its rule."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from kbbx_xl.books.template import build_workbook
from kbbx_xl.books.template.classes import MOST, SHEET, USUAL, classes_of
from kbbx_xl.settings.forms import load_form
from tests.books.libreoffice import calculated
from tests.books.small_school import Record, pupil, written

pytestmark = pytest.mark.libreoffice
ROW, LONGEST = 60, 40  # a free row of every sheet; items asked for


def pupils() -> list[Record]:
    """Grade 3 with classes out of order, grade 4 with a class that stands apart, grade 5 without."""
    order = ["2班", "2班", "1班", "1班", "1班", "10班"]
    third = [pupil(n, class_name=c) for n, c in enumerate(order, 1)]
    fourth = [pupil(n, "四年级", class_name=c) for n, c in enumerate(("1班", "2班", "1班"), 7)]
    return [*third, *fourth, pupil(10, "五年级", class_name=None)]


def offers(path: Path, asked: list[tuple[str, str, dict[str, str]]]) -> list[list[str | float]]:
    """(sheet, column, cells of the row) -> the items that the rule of the cell in ROW offers.

    The formula of the rule, moved to that row, is put into cells far to the right and calculated.
    """
    book = openpyxl.load_workbook(path)
    places = []
    for number, (sheet, column, cells) in enumerate(asked):
        page, row = book[sheet], ROW + number
        for letter, value in cells.items():
            page[f"{letter}{row}"] = value
        rules = page.data_validations.dataValidation
        rule = next(v for v in rules if f"{column}{row}" in v.sqref)
        first = min(r.min_row for r in rule.sqref.ranges)
        formula = rule.formula1
        for letter in "ABCDEFGH":
            formula = formula.replace(f"${letter}{first}", f"${letter}{row}")
        page[f"BA{row}"] = f"=ROWS({formula})"
        for item in range(1, LONGEST + 1):
            page.cell(row, 53 + item).value = f'=IF({item}>$BA{row},"",INDEX({formula},{item}))'
        places.append((sheet, row))
    book.save(path)
    (fresh,) = calculated([path])
    result = []
    for sheet, row in places:
        letters = [get_column_letter(53 + i) for i in range(1, LONGEST + 1)]
        told = [fresh[sheet][f"{letter}{row}"] for letter in letters]
        result.append(told[: int(float(fresh[sheet][f"BA{row}"]))])
    return result


def test_a_class_is_offered_of_the_grade_of_its_row_and_a_name_of_its_class(
    tmp_path: Path,
) -> None:
    path = written(tmp_path / "a.xlsx", {"roster": pupils()})
    everybody = [p["name"] for p in pupils()]
    told = offers(
        path,
        [
            ("缺勤登记", "E", {"D": "三年级"}),
            ("缺勤登记", "E", {"D": "四年级"}),
            ("缺勤登记", "E", {"D": "五年级"}),  # no class named in the roster
            ("缺勤登记", "E", {}),
            ("缺勤登记", "B", {"D": "三年级", "E": "1班"}),
            ("缺勤登记", "B", {"D": "四年级", "E": "1班"}),  # they stand apart
            ("缺勤登记", "B", {}),
            ("点名表", "C", {"B": "三年级"}),
            ("点名表", "D", {"B": "三年级", "C": "10班"}),
            ("疑似辍学台账", "F", {"E": "四年级"}),
            ("学生名册", "H", {"G": "三年级"}),
        ],
    )
    third = ["2班", "1班", "10班"]
    assert told == [
        third,
        ["1班", "2班"],
        [*USUAL],
        [*USUAL],
        ["学生3", "学生4", "学生5"],
        everybody,
        everybody,
        third,
        ["学生6"],
        ["1班", "2班"],
        third,
    ]


def test_an_empty_roster_offers_the_usual_classes(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    build_workbook(load_form("registration"), path)
    told = offers(path, [("点名表", "C", {"B": "三年级"}), ("点名表", "D", {"B": "三年级"})])
    assert told == [[*USUAL], [0.0]]  # one blank cell, as a formula shows it


def test_what_is_stored_is_what_libreoffice_calculates(tmp_path: Path) -> None:
    path = written(tmp_path / "a.xlsx", {"roster": pupils()})
    (fresh,) = calculated([path])
    stored = openpyxl.load_workbook(path, data_only=True)[SHEET]
    assert len(fresh[SHEET]) > 9 * MOST * 4
    for address, value in fresh[SHEET].items():
        assert value == ("" if (ours := stored[address].value) is None else ours), address


def test_lists_are_offers_of_a_length_that_excel_takes(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    build_workbook(load_form("registration"), path)
    book = openpyxl.load_workbook(path)
    found = [
        rule
        for page in book
        for rule in page.data_validations.dataValidation
        if rule.formula1 and rule.formula1.startswith("OFFSET(")
    ]
    assert len(found) == 11
    assert all(len(rule.formula1) <= 255 and not rule.showErrorMessage for rule in found)


def test_classes_stand_in_the_order_of_the_roster() -> None:
    assert classes_of(pupils(), "三年级") == ["2班", "1班", "10班"]
    assert classes_of(pupils(), "五年级") == []
