"""``report``, ``zero`` and ``carry``: a school's month in its own workbooks."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kbbx_xl.books.carry import carry_over
from kbbx_xl.books.checking import read_for_month
from kbbx_xl.books.reading import Reader, read_files
from kbbx_xl.books.school_month import (
    MonthResult,
    last_report_beside,
    monthly_report,
    usual_name,
    zero_report,
)
from kbbx_xl.cli import completing, shared
from kbbx_xl.flow.carry import next_of
from kbbx_xl.flow.hiding import Hider, children_of
from kbbx_xl.flow.own_book import MONTHLY, REGISTRATION, own_book
from kbbx_xl.messages import InputError
from kbbx_xl.model import FileRead, Period

if TYPE_CHECKING:
    from kbbx_xl.cli import shapes

RegistrationArgument = Annotated[
    Path, typer.Argument(help="本校的登记表", callback=shared.no_folder)
]
BookArgument = Annotated[
    Path, typer.Argument(help="本校的登记表或月报表", callback=shared.no_folder)
]
OutOption = Annotated[
    Path | None,
    typer.Option(
        "-o",
        "--out",
        help="写到哪个文件；不写时放在原表旁边，按单位和月份起名",
        callback=shared.workbook_name,
    ),
]
LastOption = Annotated[
    Path | None,
    typer.Option(
        "--last",
        help="上月的月报表，它的月末数就是本月的上月末在校生数；不写时取登记表旁边的",
        callback=shared.no_folder,
    ),
]


def report(
    book: RegistrationArgument,
    out: OutOption = None,
    last: LastOption = None,
    json: shared.JsonOption = None,
) -> None:
    """各项人数、名单、六项核对都填好，勾稽不平的指出来。

    写出：月报表（.xlsx），放在登记表旁边，或写到 -o。

    退出码 1：有“错误”级的问题。

    例：kbbx-xl report 登记表.xlsx
    例：kbbx-xl report 登记表.xlsx --last 上月月报表.xlsx -o 月报表.xlsx
    """
    read = read_own(book)
    before = _last(last, book, read)
    target = _target(book, out, read, MONTHLY, REGISTRATION)
    result = monthly_report(read, target, last=before, today=dt.date.today())
    _show(result, json)


def zero(
    book: BookArgument,
    out: OutOption = None,
    last: LastOption = None,
    json: shared.JsonOption = None,
) -> None:
    """本月没有疑似辍学和辍学学生时用；台账里还有学生的不生成。

    写出：带零报告声明的月报表（.xlsx），放在登记表旁边，或写到 -o。

    退出码 1：有“错误”级的问题。

    例：kbbx-xl zero 登记表.xlsx --last 上月月报表.xlsx
    """
    read = read_own(book)
    before = _last(last, book, read)
    target = _target(book, out, read, MONTHLY, REGISTRATION, MONTHLY)
    result = zero_report(read, target, last=before, today=dt.date.today())
    _show(result, json)


def carry(
    book: BookArgument,
    out: OutOption = None,
    month: Annotated[
        str,
        typer.Option(
            "--month", help="结转到哪个月；不写时是下一个月", autocompletion=completing.months
        ),
    ] = "",
    as_of: Annotated[
        str,
        typer.Option(
            "--as-of", help="新表的截至日期；不写时是今天", autocompletion=completing.days
        ),
    ] = "",
    policy: Annotated[
        str,
        typer.Option(
            "--policy", help="换用的政策方案；不写时照原表", autocompletion=completing.policies
        ),
    ] = "",
    json: shared.JsonOption = None,
) -> None:
    """名册、台账和没有返校的缺勤带到新表，上月末在校生数取本月末数，原表不动。

    写出：下月的登记表（.xlsx），放在原表旁边，或写到 -o。

    退出码 1：有“错误”级的问题。

    例：kbbx-xl carry 登记表.xlsx
    例：kbbx-xl carry 登记表.xlsx -o 登记表_2026-11.xlsx
    """
    read = read_own(book)
    period = next_of(own_book(read, REGISTRATION, MONTHLY), shared.period(month) if month else None)
    target = _target(book, out, read, read.own["form"], REGISTRATION, MONTHLY, month=period)
    result = carry_over(
        read,
        target,
        today=dt.date.today(),
        month=period,
        as_of=shared.day(as_of) if as_of else None,
        policy=shared.policy(policy) if policy else None,
    )
    _show(result, json)


def read_own(path: Path) -> FileRead:
    """One file as it is; what its dates leave out is taken from the month it states."""
    if not path.is_file():
        raise InputError(f"找不到文件：{path}")
    today = dt.date.today()
    now = Period(today.year, today.month)
    (read,), _, _ = read_for_month(
        lambda period: read_files([(path, path.name)], Reader(period)), now
    )
    shared.learn(Hider(children_of([read])))
    return read


def _last(given: Path | None, book: Path, read: FileRead) -> FileRead | None:
    """Last month's 月报表: the one given, else the one beside the 登记表, else None."""
    if given is None and read.own.get("form") == REGISTRATION:
        source = own_book(read, REGISTRATION)
        given = last_report_beside(book.parent, source.unit.name, source.month)
    return read_own(given) if given else None


def _target(
    path: Path,
    out: Path | None,
    read: FileRead,
    form: str,
    *forms: str,
    month: Period | None = None,
) -> Path:
    """Where the result goes: as said, else beside the workbook; never the workbook itself."""
    source = own_book(read, *forms)
    target = out or path.parent / usual_name(form, source.unit.name, month or source.month)
    if target.resolve() == path.resolve():
        raise InputError(f"结果不能写在原表“{path.name}”上，请用 -o 写另一个文件名")
    return target


def _show(result: MonthResult, json: Path | None) -> None:
    """What was written, what to look at; exit code 1 when something is an error."""
    shared.say(f"{result.unit} {result.month.label}：{result.written}")
    for note in result.notes:
        shared.say(note)
    if result.findings:
        shared.show_findings(result.findings)
    if json:
        sources: list[shapes.NumberSource] = [
            {"grade": grade, "column": name, "rows": [[s.sheet, s.row] for s in places]}
            for (grade, name), places in sorted(result.sources.items())
            if places
        ]
        value: shapes.SchoolMonth = {
            "unit": result.unit,
            "month": str(result.month),
            "file": str(result.written.path),
            "numbers": {grade: dict(numbers) for grade, numbers in result.numbers.items()},
            "sources": sources,
            "notes": list(result.notes),
            "findings": shared.found(result.findings),
        }
        shared.answer(json, value)
    raise typer.Exit(shared.exit_code(result.findings))


def register(app: typer.Typer) -> None:
    for command in (report, zero, carry):
        app.command(command.__name__)(command)
