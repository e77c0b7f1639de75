"""Form -> workbook file: every declared sheet in its order, then the hidden ones."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from kbbx_xl.books.files import take_built
from kbbx_xl.books.template.calc.fill import put_calculated
from kbbx_xl.books.template.calc.month_figures import put_month_figures, report_width
from kbbx_xl.books.template.calc.names import write_names
from kbbx_xl.books.template.calc.print_form import put_print_form
from kbbx_xl.books.template.calc.regions import Region
from kbbx_xl.books.template.calendar_sheet import put_calendar
from kbbx_xl.books.template.choices import choice_name, put_choices
from kbbx_xl.books.template.classes import ROSTER, put_classes
from kbbx_xl.books.template.context import Context
from kbbx_xl.books.template.cover import cover_values, put_cover, put_zero_report
from kbbx_xl.books.template.grid import put_month_grid
from kbbx_xl.books.template.guide import put_beside
from kbbx_xl.books.template.monthly import BOTTOM, put_report
from kbbx_xl.books.template.notes import put_notes
from kbbx_xl.books.template.page import Book, writing
from kbbx_xl.books.template.six_checks import put_six_checks
from kbbx_xl.books.template.stamp import put_stamp
from kbbx_xl.books.template.tables import SPARE_ROWS, put_table
from kbbx_xl.books.template.todo.sheet import TABLE as TODO
from kbbx_xl.books.template.todo.sheet import put_todo
from kbbx_xl.model import Layout
from kbbx_xl.settings.forms import Form, Sheet, load_form

Data = Mapping[str, Sequence[Mapping[str, object]]]
NO_DATA: Data = MappingProxyType({})
BLANK = Context()
FORMS = ("responsibility", "registration", "monthly", "directory")  # as workbooks/ holds them


@dataclass(frozen=True, slots=True)
class Job:
    """One workbook being built; ``regions`` fills as its tables are laid out."""

    book: Book
    form: Form
    context: Context
    data: Data
    cover: Mapping[str, object]
    regions: dict[str, Region]

    def records(self, sheet: Sheet) -> Sequence[Mapping[str, object]]:
        return self.data.get(sheet.table, ())

    def one(self, sheet: Sheet) -> Mapping[str, object]:
        return (self.records(sheet) or [{}])[0]


def build_workbook(
    form: Form, path: Path, *, context: Context = BLANK, data: Data = NO_DATA
) -> None:
    """Write ``form`` as a workbook to ``path``; the same arguments give the same bytes.

    ``data``: table id -> records (field name -> value); a month grid's record carries ``marks``
    (day of the month -> symbol); cover sheets take one record; ``term`` of the calendar takes
    one record with ``start`` and ``end``.  Dates are datetime.date.  Raises OutputError when the
    file cannot be written or Excel could not hold what is asked.
    """
    cover = cover_values(form, context, (data.get("cover") or [{}])[0])
    with writing(path, form.title) as book:
        job = Job(book, form, context, data, cover, {})
        for sheet in form.sheets:
            _put_sheet(job, replace(sheet, rows=prepared_rows(sheet, data)))
        if any(f.formula for s in form.sheets if s.table in job.regions for f in s.columns):
            put_calculated(book, form, context, job.regions, data)
            write_names(book, context)
        if ROSTER in job.regions:
            put_classes(book, job.regions[ROSTER], data.get(ROSTER, ()))
        if todo := next((s for s in form.sheets if s.table == TODO), None):
            put_todo(book, form, todo, context, data, cover, job.regions)
        put_choices(book, form)
        put_stamp(book, form, context)
        first = next(iter(book.pages.values()))
        first.sheet.activate()


def prepared_rows(sheet: Sheet, data: Data) -> int:
    """Lines a table is made with: as declared, or fewer where the roster shows a small school."""
    records, pupils = len(data.get(sheet.table, ())), len(data.get("roster", ()))
    wanted = min(sheet.rows, 2 * pupils + SPARE_ROWS) if pupils else sheet.rows
    return max(wanted, records + SPARE_ROWS if records else 0)


def _put_sheet(job: Job, sheet: Sheet) -> None:
    """Lay out one sheet: by its table where that has a layout of its own, else by its layout."""
    special = BY_TABLE.get(sheet.table) or BY_LAYOUT[sheet.layout]
    special(job, sheet)


def _todo(job: Job, sheet: Sheet) -> None:
    """Only its place among the sheets; it is filled once all others have theirs."""
    job.book.page(sheet.sheet)


def _cover(job: Job, sheet: Sheet) -> None:
    put_cover(job.book, job.form, sheet, job.context, job.cover, choice_name)


def _zero_report(job: Job, sheet: Sheet) -> None:
    put_zero_report(job.book, job.form, sheet, job.context, job.one(sheet), job.cover, choice_name)


def _report(job: Job, sheet: Sheet) -> None:
    put_report(job.book, sheet, job.records(sheet), job.cover, choice_name)
    put_beside(job.book.pages[sheet.sheet], job.form, sheet, BOTTOM, len(sheet.columns) - 1)


def _six_checks(job: Job, sheet: Sheet) -> None:
    put_six_checks(job.book, job.form, sheet, job.context, job.data, job.cover)


def _calendar(job: Job, sheet: Sheet) -> None:
    job.regions[sheet.table] = put_calendar(
        job.book, job.form, sheet, job.context, job.data, choice_name
    )


def _print_form(job: Job, sheet: Sheet) -> None:
    put_print_form(job.book, sheet, job.regions, job.data, job.cover)


def _month_figures(job: Job, sheet: Sheet) -> None:
    put_month_figures(job.book, sheet, job.context, job.regions, job.data, job.cover, choice_name)
    put_beside(job.book.pages[sheet.sheet], job.form, sheet, BOTTOM, report_width() - 1)


def _table(job: Job, sheet: Sheet) -> None:
    job.regions[sheet.table] = put_table(
        job.book, job.form, sheet, job.context, job.records(sheet), job.cover, choice_name
    )


def _month_grid(job: Job, sheet: Sheet) -> None:
    job.regions[sheet.table] = put_month_grid(
        job.book, job.form, sheet, job.context, job.records(sheet), job.cover, choice_name
    )


def _notes(job: Job, sheet: Sheet) -> None:
    put_notes(job.book, job.form, sheet)


Layer = Callable[[Job, Sheet], None]
BY_TABLE: Mapping[str, Layer] = MappingProxyType(
    {
        TODO: _todo,
        "cover": _cover,
        "zero_report": _zero_report,
        "report": _report,
        "six_checks": _six_checks,
        "calendar": _calendar,
        "print_form": _print_form,
        "month_figures": _month_figures,
    }
)
BY_LAYOUT: Mapping[Layout, Layer] = MappingProxyType(
    {Layout.TABLE: _table, Layout.MONTH_GRID: _month_grid, Layout.NOTES: _notes}
)


def build_all(folder: Path, *, check: bool = False) -> list[str]:
    """Build the blank workbooks into ``folder``; return the names of those that were different.

    With ``check`` nothing is written; see ``files.take_built``.
    """
    forms = {f"{form.title}.xlsx": form for form in map(load_form, FORMS)}
    with tempfile.TemporaryDirectory() as made:
        for file, form in forms.items():
            build_workbook(form, Path(made) / file)
        return take_built(Path(made), folder, forms, check=check)
