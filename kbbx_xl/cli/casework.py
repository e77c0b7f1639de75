"""``letters``: papers for a case.

What it needs of Word and openpyxl is loaded in the command: no other command should wait for it.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kbbx_xl.books.checking import read_all
from kbbx_xl.books.consolidate import load_directory
from kbbx_xl.cli import shared
from kbbx_xl.model import Period

if TYPE_CHECKING:
    from kbbx_xl.books.letters import LettersResult

FIRST_SHOWN = 12


def letters(
    kind: Annotated[
        str, typer.Argument(help="文书：visit persuade report order defer enrol，或中文名")
    ],
    sources: Annotated[list[Path], typer.Argument(help="登记表，或学校自己的台账")],
    out: Annotated[Path, typer.Option("-o", "--out", help="放进哪个文件夹")],
    day: Annotated[
        str, typer.Option("--day", help="出文书的日子，也是学校文书的签发日期；不写时是今天")
    ] = "",
    until: Annotated[str, typer.Option("--until", help="到校期限；不写时留横线")] = "",
    templates: Annotated[
        Path | None, typer.Option("--templates", help="县里自己的 .docx 模板所在的文件夹")
    ] = None,
    numbering: Annotated[str, typer.Option("--numbering", help="文号里的机关代字，如 柳小")] = "",
    directory: shared.DirectoryOption = None,
) -> int:
    """按台账批量生成文书（Word），并登记编号；同一天同一案件不重复出。

    例：kbbx-xl letters persuade 登记表.xlsx -o 文书 --day 2026-10-20
    """
    from kbbx_xl.books.letters import write_letters

    issued_on = shared.day(day) if day else dt.date.today()
    period = Period(issued_on.year, issued_on.month)
    reads = read_all(sources, period)
    known, calendar = load_directory(directory.parent, directory)[:2] if directory else (None, None)
    result = write_letters(
        kind,
        reads,
        out,
        day=issued_on,
        templates=templates,
        numbering=numbering,
        until=shared.day(until) if until else None,
        directory=known,
        calendar=calendar,
    )
    unread = [f for read in reads if not read.tables for f in read.findings]
    if unread or result.findings:
        shared.show_findings([*unread, *result.findings])
    _tell(result)
    return shared.exit_code(unread)


def _tell(result: LettersResult) -> None:
    """What was issued, what was not and why."""
    from kbbx_xl.books.letters import BY_HAND

    for letter in result.issued[:FIRST_SHOWN]:
        shared.say(letter.file)
    if len(result.issued) > FIRST_SHOWN:
        shared.say(f"……共 {len(result.issued)} 份")
    if result.skipped:
        shared.say(f"{len(result.skipped)} 份当天已经出过，没有重复")
    for refusal in result.refused:
        shared.say(f"没有出：{refusal}")
    if result.register is None:
        shared.say("没有要出的文书")
    else:
        shared.say(f"已出 {len(result.issued)} 份，登记在：{result.register}")
        if not result.dated:
            shared.say(BY_HAND)


def register(app: typer.Typer) -> None:
    app.command("letters")(letters)
