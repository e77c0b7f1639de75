"""``print``: the forms of every child of the ledgers, or a whole workbook, ready for the printer."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from kbbx_xl.books.files import Written, verify_workbook, write_whole
from kbbx_xl.books.pdf import find_office, to_pdf
from kbbx_xl.books.print_areas import with_fixed_areas
from kbbx_xl.books.print_forms import write_forms
from kbbx_xl.cli import shared
from kbbx_xl.cli.school import BookArgument, read_own
from kbbx_xl.flow.own_book import MONTHLY, REGISTRATION, own_book
from kbbx_xl.messages import InputError

NO_OFFICE = (
    "这台电脑没有 LibreOffice，出不了 PDF。去掉 --pdf 再试，"
    "写出的工作簿用 Excel 或 WPS 打开，打印时选“整个工作簿”"
)


def print_book(
    book: BookArgument,
    out: Annotated[
        Path, typer.Option("-o", "--out", help="写成 .xlsx", callback=shared.workbook_name)
    ],
    whole: Annotated[
        bool, typer.Option("--whole", help="打整本：每张表只到填到的那一行，给 WPS、LibreOffice 用")
    ] = False,
    pdf: Annotated[bool, typer.Option("--pdf", help="同时出 PDF，要有 LibreOffice")] = False,
    json: shared.JsonOption = None,
) -> None:
    """台账里每名学生一页 A4 的登记表；里面有学生姓名，只留本校。

    写出：-o 的工作簿，一名学生一张表；用 --pdf 时旁边还有同名的 .pdf。

    例：kbbx-xl print 登记表.xlsx -o 逐人登记表.xlsx --pdf
    例：kbbx-xl print 登记表.xlsx -o 打印件.xlsx --whole
    """
    if pdf and not find_office():
        raise InputError(NO_OFFICE)
    read = read_own(book)
    source = own_book(read, REGISTRATION, MONTHLY) if whole else own_book(read, REGISTRATION)
    if out.resolve() == book.resolve():
        raise InputError(f"结果不能写在原表“{book.name}”上，请用 -o 写另一个文件名")
    count = None
    with shared.working("写出打印件"):
        if whole:
            written = write_whole(out, partial(with_fixed_areas, book), verify_workbook)
        else:
            written, count = write_forms(source, out)
    shared.say(f"打印件：{written}" if whole else f"登记表 {count} 页，一名学生一页：{written}")
    made = _to_pdf(written) if pdf else None
    shared.answer(json, {"file": written.path, "children": count, "pdf": made})


def _to_pdf(written: Written) -> Path:
    with shared.working("出 PDF"):
        (made,) = to_pdf([written.path])
    shared.say(f"PDF：{made}")
    return made


def register(app: typer.Typer) -> None:
    app.command("print")(print_book)
