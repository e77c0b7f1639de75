"""``match``: comparing two lists of people (人籍比对).

What it needs of openpyxl is loaded in the command: no other command should wait for it.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from kbbx_xl.cli import shared
from kbbx_xl.model import Period


def match(
    rosters: Annotated[list[Path], typer.Argument(help="学籍一方：登记表、学籍导出，文件或文件夹")],
    against: Annotated[
        list[Path] | None,
        typer.Option("--against", help="对方名单，可写几次；不写时与登记表里的点名表比"),
    ] = None,
    out: Annotated[
        Path, typer.Option("-o", "--out", help="写成 .xlsx", callback=shared.workbook_name)
    ] = Path("人籍比对.xlsx"),
    month: Annotated[str, typer.Option("--month", help="哪个月；不写时按文件里写的")] = "",
) -> None:
    """人籍比对：学籍与在校，或与户籍、残联、脱贫户等名单比，谁两边都有、谁只在一方。

    例：kbbx-xl match 学籍.xlsx --against 户籍名册.xlsx -o 比对.xlsx
    """
    from kbbx_xl.books.match import match_reads, read_people, write_match

    today = dt.date.today()
    said = shared.period(month) if month else None
    (left, right), root = read_people(
        rosters, against or [], period=said or Period(today.year, today.month)
    )
    if findings := [f for read in (*left, *right) for f in read.findings]:
        shared.show_findings(findings)
    result = match_reads(left, right, month=said)
    found = result.matching
    shared.say(
        f"{result.left.title} {len(result.left.rows)} 行，{result.right.title} {len(result.right.rows)} 行："
        f"确定 {len(found.both)} 对，待人工确认 {len(found.doubtful)} 对，"
        f"只在{result.left.title} {len(found.only_left)} 行，"
        f"只在{result.right.title} {len(found.only_right)} 行"
    )
    shared.say(f"结果：{write_match(result, out, sources=root)}")


def register(app: typer.Typer) -> None:
    app.command("match")(match)
