"""Form -> workbook file: every declared sheet in its order, then the hidden ones."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from kbbx_xl.books.template.calc.fill import put_calculated
from kbbx_xl.books.template.calc.month_figures import put_month_figures
from kbbx_xl.books.template.calc.names import write_names
from kbbx_xl.books.template.calc.print_form import put_print_form
from kbbx_xl.books.template.calc.regions import Region
from kbbx_xl.books.template.calendar_sheet import put_calendar
from kbbx_xl.books.template.choices import choice_name, put_choices
from kbbx_xl.books.template.context import Context
from kbbx_xl.books.template.cover import cover_values, put_cover, put_zero_report
from kbbx_xl.books.template.grid import put_month_grid
from kbbx_xl.books.template.monthly import put_report
from kbbx_xl.books.template.notes import put_notes
from kbbx_xl.books.template.page import Book, writing
from kbbx_xl.books.template.six_checks import put_six_checks
from kbbx_xl.books.template.stamp import put_stamp
from kbbx_xl.books.template.tables import SPARE_ROWS, put_table
from kbbx_xl.model import Layout
from kbbx_xl.settings.forms import Form, Sheet, load_form

Data = Mapping[str, Sequence[Mapping[str, object]]]
NO_DATA: Data = MappingProxyType({})
BLANK = Context()
FORMS = ("responsibility", "registration", "monthly", "directory")  # as workbooks/ holds them


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
        regions: dict[str, Region] = {}
        for sheet in form.sheets:
            sized = replace(sheet, rows=prepared_rows(sheet, data))
            _put_sheet(book, form, sized, context, data, cover, regions)
        if any(f.formula for s in form.sheets if s.table in regions for f in s.columns):
            put_calculated(book, form, context, regions, data)
            write_names(book, context)
        put_choices(book, form)
        put_stamp(book, form, context)
        first = next(iter(book.pages.values()))
        first.sheet.activate()


def prepared_rows(sheet: Sheet, data: Data) -> int:
    """Lines a table is made with: as declared, or fewer where the roster shows a small school."""
    records, pupils = len(data.get(sheet.table, ())), len(data.get("roster", ()))
    wanted = min(sheet.rows, 2 * pupils + SPARE_ROWS) if pupils else sheet.rows
    return max(wanted, records + SPARE_ROWS if records else 0)


def _put_sheet(
    book: Book,
    form: Form,
    sheet: Sheet,
    context: Context,
    data: Data,
    cover: Mapping[str, object],
    regions: dict[str, Region],
) -> None:
    records = data.get(sheet.table, ())
    if sheet.layout is Layout.NOTES:
        put_notes(book, form, sheet)
    elif sheet.table == "cover":
        put_cover(book, form, sheet, context, cover, choice_name)
    elif sheet.table == "zero_report":
        put_zero_report(book, sheet, context, (records or [{}])[0], cover, choice_name)
    elif sheet.table == "report":
        put_report(book, sheet, records, cover, choice_name)
    elif sheet.table == "six_checks":
        put_six_checks(book, form, sheet, context, data, cover)
    elif sheet.table == "calendar":
        put_calendar(book, form, sheet, context, data, choice_name)
    elif sheet.table == "month_figures":
        put_month_figures(book, sheet, context, regions, data, cover, choice_name)
    elif sheet.table == "print_form":
        put_print_form(book, sheet, regions, data, cover)
    elif sheet.layout is Layout.MONTH_GRID:
        regions[sheet.table] = put_month_grid(book, form, sheet, context, records, cover)
    elif sheet.layout is Layout.TABLE:
        regions[sheet.table] = put_table(book, form, sheet, context, records, cover, choice_name)


def build_all(folder: Path, *, check: bool = False) -> list[str]:
    """Build the blank workbooks into ``folder``; return the names of those that were different.

    With ``check`` nothing is written.  Files are compared part by part, since the same content
    may be packed differently by another build of zlib.
    """
    changed = []
    with tempfile.TemporaryDirectory() as made:
        for name in FORMS:
            form = load_form(name)
            file = f"{form.title}.xlsx"
            fresh, kept = Path(made) / file, folder / file
            build_workbook(form, fresh)
            if kept.is_file() and _parts(kept) == _parts(fresh):
                continue
            changed.append(file)
            if not check:
                folder.mkdir(parents=True, exist_ok=True)
                kept.write_bytes(fresh.read_bytes())
    return changed


def _parts(path: Path) -> dict[str, bytes] | None:
    """Content of every part of a workbook; None when it is no zip file."""
    try:
        with zipfile.ZipFile(path) as book:
            return {name: book.read(name) for name in book.namelist()}
    except zipfile.BadZipFile:
        return None
