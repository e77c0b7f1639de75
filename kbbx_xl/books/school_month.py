"""A school's month in its own workbooks: 登记表 -> 月报表, with or without 零报告.

Both the ribbon and the command line call this; the workbook comes as read (an open or a closed one),
the result is a new file, written whole or not at all.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kbbx_xl.books.files import Written, verify_workbook, write_whole
from kbbx_xl.books.reading import Reader, read_files
from kbbx_xl.books.template import Context, build_workbook
from kbbx_xl.books.template.sets import FORBIDDEN
from kbbx_xl.flow.month_count import CLOSING
from kbbx_xl.flow.monthly import OPENING, MonthReport, Numbers, dropouts_of, month_report
from kbbx_xl.flow.own_book import MONTHLY, REGISTRATION, OwnBook, Records, own_book
from kbbx_xl.flow.source import Source
from kbbx_xl.flow.submissions import file_month, sort_out
from kbbx_xl.messages import InputError
from kbbx_xl.model import FileRead, Finding, Kind, Period, Unit
from kbbx_xl.settings.forms import load_form
from kbbx_xl.settings.policies import Policy, stamped_policy

ZERO = "zero_report"
NO_OPENING = "上月末在校生数没有填全：选上月的月报表，或填在“本月月报”里，再生成一次"
Cell = tuple[str, str]  # sheet and address


@dataclass(frozen=True, slots=True)
class MonthResult:
    """What was written, for whom, and what the clerk must look at.

    ``notes``: sentences in Chinese.  ``numbers`` (grade -> column -> number) and ``sources``
    ((grade, column) -> rows counted) are those of a 月报表, empty otherwise.
    """

    written: Written
    unit: str
    month: Period
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()
    numbers: Mapping[str, Numbers] = field(default_factory=dict)
    sources: Mapping[tuple[str, str], tuple[Source, ...]] = field(default_factory=dict)


def usual_name(form: str, unit: str, month: Period) -> str:
    """登记表_学校_2026-11.xlsx; characters that no file name may hold become _."""
    return f"{load_form(form).title}_{unit.translate(FORBIDDEN)}_{month}.xlsx"


def last_report_beside(folder: Path, unit_name: str, month: Period) -> Path | None:
    """The unit's filled 月报表 of the month before ``month`` in a folder, whatever its name; of
    several the one that counts when they are handed in; None when there is none."""
    filled: list[FileRead] = []
    for read in _reports_beside(folder, unit_name, month.before):
        try:
            report = own_book(read, MONTHLY).data.get("report", ())
        except InputError:  # its 填报信息 is not filled
            continue
        if any(isinstance(record.get(CLOSING), int) for record in report):
            filled.append(read)
    kept = sort_out(Unit("", unit_name), filled, month.before).of(Kind.REPORT)
    return folder / kept[-1].file if kept else None


def _reports_beside(folder: Path, unit_name: str, month: Period) -> Iterator[FileRead]:
    """Workbooks of ours in a folder that are stamped as 月报表 of this unit and month."""
    for path in sorted(folder.glob(f"*{load_form(MONTHLY).title}*.xlsx")):
        (read,) = read_files([(path, path.name)], Reader(month))
        unit = read.written_unit or read.own.get("unit_name", "")
        if read.own.get("form") == MONTHLY and (unit, file_month(read)) == (unit_name, str(month)):
            yield read


def monthly_report(
    read: FileRead, target: Path, *, last: FileRead | None = None, today: dt.date
) -> MonthResult:
    """Write the 月报表 of a 登记表 to ``target``; ``last`` is last month's 月报表, where there is one.

    ``today`` becomes 填报日期.  InputError when the workbook is no 登记表 or its 填报信息 is not
    filled; OutputError when the file cannot be written.
    """
    book, report = _report(read, last, today)
    notes = [] if ZERO in report.data else ["没有疑似辍学和辍学学生，核对无误后可以报“零报告”"]
    return _written(book, report, report.data, target, [*_taken(last), *notes])


def zero_report(
    read: FileRead, target: Path, *, last: FileRead | None = None, today: dt.date
) -> MonthResult:
    """As ``monthly_report`` with 零报告声明; InputError with counts while there is a case.

    ``read`` may be a 月报表 as well, which is then written anew with the declaration.
    """
    if read.own.get("form") == MONTHLY:
        return _declared(own_book(read, MONTHLY), target, today)
    book, report = _report(read, last, today)
    _refuse_cases(book)
    data = {**report.data, ZERO: [{"zero": "是", "declared_on": book.as_of}]}
    return _written(book, report, data, target, _taken(last))


def zero_cells(read: FileRead, *, today: dt.date) -> dict[Cell, object]:
    """What to write into the open 月报表 for a zero report: (sheet, address) -> value.

    InputError with counts while it lists a case, or when 零报告声明 is not in the workbook.
    """
    book = own_book(read, MONTHLY)
    _refuse_cases(book)
    _refuse_numbers(book)
    sheet = next((t for t in read.tables if t.table == ZERO), None)
    if sheet is None:
        raise InputError(f"“{book.name}”里没有“零报告声明”这张表，请从模板补上再试")
    answers = book.answers
    cells: dict[Cell, object] = {
        (sheet.sheet, sheet.cell("zero", 0)): "是",
        (sheet.sheet, sheet.cell("declared_on", 0)): book.as_of,
    }
    if book.cover.get("filled_on") is None:
        cells[answers.sheet, answers.cell("filled_on", 0)] = today
    return cells


def _report(read: FileRead, last: FileRead | None, today: dt.date) -> tuple[OwnBook, MonthReport]:
    book = own_book(read, REGISTRATION)
    before = own_book(last, MONTHLY) if last else None
    return book, month_report(book, before, filled_on=today)


def _refuse_cases(book: OwnBook) -> None:
    if found := dropouts_of(book):
        told = "、".join(f"{what} {count} 人" for what, count in found.items())
        raise InputError(f"不能报零报告：{told}。请生成本月月报，把学生列入名单")


def _refuse_numbers(book: OwnBook) -> None:
    """The lines of a 月报表 may count no case either."""
    stated = sum(
        number
        for record in book.data.get("report", ())
        for name in ("suspected", "dropout")
        if isinstance(number := record.get(name), int)
    )
    if stated:
        raise InputError(f"不能报零报告：月报表写有疑似辍学、辍学共 {stated} 人，请先核对")


def _declared(book: OwnBook, target: Path, today: dt.date) -> MonthResult:
    """A 月报表 written anew with its declaration."""
    _refuse_cases(book)
    _refuse_numbers(book)
    cover = {n: v for n, v in book.cover.items() if n != "month"}
    data: dict[str, Records] = {
        **book.data,
        "cover": [{**cover, "filled_on": cover.get("filled_on") or today}],
        ZERO: [{"zero": "是", "declared_on": book.as_of}],
    }
    return MonthResult(put(book, MONTHLY, data, target), book.unit.name, book.month)


def _taken(last: FileRead | None) -> list[str]:
    return [f"上月末在校生数取自“{last.path}”"] if last else []


def _written(
    book: OwnBook,
    report: MonthReport,
    data: Mapping[str, Records],
    target: Path,
    notes: list[str],
) -> MonthResult:
    if any(numbers[OPENING] is None for numbers in report.numbers.values()):
        notes.append(NO_OPENING)
    beside = (read.path for read in _reports_beside(target.parent, book.unit.name, book.month))
    if others := "、".join(f"“{name}”" for name in beside if name != target.name):
        notes.append(f"同一文件夹里已有{book.month.label}的{others}，报送时只留一份")
    return MonthResult(
        put(book, MONTHLY, data, target),
        book.unit.name,
        book.month,
        report.findings,
        tuple(notes),
        report.numbers,
        report.sources,
    )


def put(
    book: OwnBook,
    form: str,
    data: Mapping[str, Records],
    target: Path,
    *,
    context: Context | None = None,
) -> Written:
    """Build a workbook for the school of ``book`` and put it in place; its own month by default."""
    made_for = context or Context(
        unit=book.unit,
        parent=book.unit.parent,
        period=book.month,
        as_of=book.as_of,
        policy=policy_of(book),
    )

    def make(path: Path) -> None:
        build_workbook(load_form(form), path, context=made_for, data=data)

    return write_whole(target, make, verify_workbook)


def policy_of(book: OwnBook) -> Policy | None:
    """The policy the workbook was made for; None where it names none that is known here."""
    return stamped_policy(book.read.own)
