"""What goes up: the monthly report to stamp and a letter in the layout of official documents (上报)."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from kbbx_xl.books.files import Written, verify_workbook
from kbbx_xl.books.summary.paper import Book
from kbbx_xl.books.summary.scope import restrict
from kbbx_xl.books.summary.sheets import Summary
from kbbx_xl.books.upward.report import fill_report
from kbbx_xl.books.upward.wording import Letter, compose
from kbbx_xl.books.writing.names import safe_name
from kbbx_xl.books.writing.results import Result, write_set
from kbbx_xl.flow.privacy import without_names
from kbbx_xl.flow.result import County
from kbbx_xl.model import Unit

__all__ = ["upward_results", "write_upward"]


def write_upward(
    county: County, folder: Path, *, unit: Unit | None = None, with_names: bool = False
) -> list[Written]:
    """上报_<month>.xlsx and 上报说明_<month>.docx of the county, or of one central school.

    Only the workbook's lists name children, and only ``with_names``.  Raises OutputError.
    """
    return write_set(upward_results(county, folder, unit=unit, with_names=with_names))


def upward_results(
    county: County, folder: Path, *, unit: Unit | None = None, with_names: bool = False
) -> list[Result]:
    """``write_upward`` as part of a set."""
    told = restrict(county, unit) if unit else county
    if not with_names:
        told = without_names(told)
    whose = f"{safe_name(unit.name)}_" if unit else ""
    report = folder / f"上报_{whose}{county.month}.xlsx"
    letter = folder / f"上报说明_{whose}{county.month}.docx"

    def make_report(path: Path) -> None:
        book = Book(path, told, title="控辍保学月报")
        fill_report(Summary(told, book, with_names))
        book.close()

    words = compose(told, (f"{county.month.label}控辍保学月报表",))
    return [
        Result(report, make_report, verify_workbook),
        Result(letter, lambda path: _letter(path, words, county.as_of), _verify),
    ]


def _letter(path: Path, words: Letter, as_of: dt.date) -> None:
    from kbbx_xl.books.upward.letter import write_letter

    write_letter(path, words, as_of=as_of)


def _verify(path: Path) -> None:
    from kbbx_xl.books.docx_page import verify_document

    verify_document(path)
