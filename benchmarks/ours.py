"""What the benchmark calls of kbbx_xl, in one place: each step of ours by its own entry."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any


@functools.cache
def _reader() -> Any:
    from benchmarks.make import MONTH
    from kbbx_xl.books.reading import Reader

    return Reader(MONTH)


def tables_of(path: Path) -> int:
    """One file through the gate and the reader; how many tables it holds."""
    return sum(len(read.tables) for _, read in _reader()((path, path.name)))


def joined(paths: Sequence[Path]) -> dict[str, int]:
    """All files read under watch; rows of the tables by kind of paper."""
    from kbbx_xl.books.reading import read_files

    rows: Counter[str] = Counter()
    for read in read_files([(path, path.name) for path in paths], _reader()):
        for table in read.tables:
            rows[table.kind] += len(table.rows)
    return dict(sorted(rows.items()))


def write_ledger(task: Any) -> None:
    """The rows of ``benchmarks.writing`` with all that the step asks for, as our ledgers are written."""
    from benchmarks import writing
    from kbbx_xl.books.plain_sheet import PlainBook
    from kbbx_xl.books.writing.cells import Column, Counted, Spelt

    book = PlainBook(task.path)
    formats, head = writing.xlsxwriter_formats(book)
    sheet = book.add_worksheet("台账")
    for column, (title, width) in enumerate(zip(writing.TITLES, writing.WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, title, head)
    columns: list[tuple[int, Column]] = []
    for place, (values, kind) in enumerate(
        zip(zip(*task.rows, strict=True), writing.KINDS, strict=True)
    ):
        form = formats[kind]
        if kind == writing.NUMBER:
            columns.append((place, Counted(form._get_xf_index())))
        elif place in writing.OWN:
            columns.append((place, Spelt(values, form._get_xf_index())))
        else:
            columns.append((place, sheet.looked(values, form)))
    sheet.put_block(1, columns, len(task.rows))
    for number, row in enumerate(task.rows[: writing.LINKS], 1):
        sheet.put_link(number, len(writing.TITLES) - 1, "external:" + "#".join(writing.target(row)))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(task.rows), len(writing.TITLES) - 1)
    book.close()


def check_one_by_one(written: Sequence[str]) -> list[bool]:
    """Which 身份证号 are usable, each asked by itself."""
    from kbbx_xl.rules.identity import check_id

    return [check_id(number).value != "" for number in written]


def check_column(written: Sequence[str]) -> Any:
    """The column judged at once."""
    from kbbx_xl.rules.id_column import check_ids

    return check_ids(written)


def usable(column: Any) -> list[bool]:
    """Which 身份证号 of a judged column are usable."""
    return [value != "" for value in column.values]


def roll_call(rows: Sequence[tuple[str, ...]]) -> Any:
    """What the core has when it counts runs: marks, days, calendar."""
    from benchmarks.make import GRID_MONTH
    from kbbx_xl.demo.places import invent_calendar
    from kbbx_xl.model import Directory
    from kbbx_xl.rules.absence import decode_marks
    from kbbx_xl.rules.school_days import school_calendar
    from kbbx_xl.settings.lists import load_lists

    calendar = school_calendar(invent_calendar(GRID_MONTH, Directory((), ())))
    days = calendar.between(GRID_MONTH.first, GRID_MONTH.last)
    return decode_marks(rows, {}, load_lists()["mark"]), days, calendar


def run_lengths(marks: Any, absent: int) -> Any:
    """The longest run of one mark in each row of an array, pupils × days."""
    from kbbx_xl.rules.run_lengths import run_lengths

    return run_lengths(marks, absent)[0]


def longest_runs(called: Any) -> list[float]:
    """School days of the longest run without leave of each pupil."""
    from kbbx_xl.rules.run_lengths import longest_runs

    marks, days, calendar = called
    return longest_runs(marks, days, calendar, days[-1])
