"""What the commands share: options, loading settings, talking to the user."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from kbbx_xl.books.seal import read_passwords
from kbbx_xl.books.setup.in_force import policy_in_force
from kbbx_xl.cli import completing, looks, watch
from kbbx_xl.cli.answers import (
    STDOUT,
    answer,
    explained,
    found,
    json_file,
    json_target,
    lasting,
    write_json,
)
from kbbx_xl.cli.screen import (
    NEAREST,
    begin,
    console,
    discreet,
    errors,
    learn,
    progress,
    say,
    say_error,
    working,
)
from kbbx_xl.cli.tables import show_rows
from kbbx_xl.messages import InputError, counted, in_sheet_order, message, place, remedy, severity
from kbbx_xl.model import Finding, Period, Severity
from kbbx_xl.settings.policies import Policy

__all__ = [
    "NEAREST",
    "STDOUT",
    "answer",
    "begin",
    "console",
    "discreet",
    "errors",
    "explained",
    "found",
    "json_file",
    "lasting",
    "learn",
    "progress",
    "say",
    "say_error",
    "show_rows",
    "working",
    "write_json",
]

NO_CASES = "没有个案：台账里没有学生，也没有人到了预警的天数。没有写出文件"
SHOWN = 40  # findings on the terminal; all of them go into files


def no_folder(path: Path | None) -> Path | None:
    """An argument that names a file; InputError for a folder."""
    if path is not None and path.is_dir():
        raise InputError(f"“{path}”是文件夹，请写出文件名")
    return path


def workbook_name(path: Path | None) -> Path | None:
    """An -o that a workbook is written to, looked at before any work; InputError."""
    no_folder(path)
    if path is not None and path.suffix.lower() != ".xlsx":
        raise InputError(f"结果的文件名要以 .xlsx 结尾：{path}")
    return path


MonthOption = Annotated[
    str, typer.Option("--month", help="报告月份，如 2026-10", autocompletion=completing.months)
]
AsOfOption = Annotated[
    str, typer.Option("--as-of", help="截至日期，如 2026-10-20", autocompletion=completing.days)
]


def _named(ctx: typer.Context, value: str) -> str:
    """What the user named; "" where nobody did, so that the county's own policy is looked for."""
    source = ctx.get_parameter_source("policy")
    return value if source is not None and source.name != "DEFAULT" else ""


PolicyOption = Annotated[
    str,
    typer.Option(
        "--policy",
        help="政策方案：代号（见 docs/policies.md），或 政策.yaml、政策.xlsx 的路径；"
        "不写时用材料所在文件夹里的，没有时用默认的",
        callback=_named,
        autocompletion=completing.policies,
    ),
]
DirectoryOption = Annotated[
    Path | None,
    typer.Option(
        "--directory", help="单位目录；不写时取文件夹最上层的“单位目录”", callback=no_folder
    ),
]
JsonOption = Annotated[
    Path | None,
    typer.Option(
        "--json",
        help="同时写出机器可读的 JSON；写 - 时只输出 JSON，别的话都到标准错误",
        callback=json_target,
    ),
]

PasswordsOption = Annotated[
    Path | None,
    typer.Option(
        "--password-file", help="密码文件，一行一个，用来打开有密码的材料", callback=no_folder
    ),
]
AskOption = Annotated[
    bool, typer.Option("--ask-password", help="当场输入密码（不显示），用来打开有密码的材料")
]


def period(text: str) -> Period:
    """--month as a Period; InputError in plain words."""
    try:
        return Period.parse(text)
    except ValueError as error:
        raise InputError(str(error)) from error


def day(text: str) -> dt.date:
    """--as-of as a date; InputError in plain words."""
    found = re.fullmatch(r"\s*(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?\s*", text)
    try:
        return dt.date(*map(int, found.groups())) if found else dt.date.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"日期应写成 2026-10-20 的样子：{text!r}") from error


def passwords(file: Path | None, ask: bool) -> tuple[str, ...]:
    """What to try on locked files: the lines of a file, or what is typed, unseen; InputError."""
    given = read_passwords(file) if file else ()
    if not ask:
        return given
    return (*given, typer.prompt("密码", hide_input=True, err=True))


def policy(name: str) -> Policy:
    """--policy by profile name or path; "" is the county's own beside what was given, else the usual one.

    A policy that comes from a file is said once a run.  InputError names what is wrong, and where.
    """
    given = watch.current()
    found = policy_in_force(name, [*given.read, *given.written])
    if found.path and found.said not in given.told:
        given.told.add(found.said)
        say(found.said)
    return found.policy


def show_findings(
    findings: Sequence[Finding], *, sheets: Sequence[str] = (), rest: str = "--json"
) -> None:
    """Counts, and the first findings as a table: where, what, what to do.

    ``sheets``: in the order of the files, as far as known; ``rest``: the options that write all.
    """
    say(counted(findings))
    if not findings:
        return
    levels = list(Severity)
    ranked = sorted(findings, key=lambda f: (levels.index(severity(f)), in_sheet_order(f, sheets)))
    rows = [
        (
            severity(finding),
            finding.code,
            place(finding) or finding.unit,
            message(finding),
            remedy(finding),
        )
        for finding in ranked[:SHOWN]
    ]
    show_rows(
        ("程度", "编码", "位置", "问题", "怎么办"),
        rows,
        head=3,
        whole=("程度", "编码"),
        style=lambda row: looks.COLOURS[Severity(row[0])],
    )
    if len(ranked) > SHOWN:
        say(f"……其余 {len(ranked) - SHOWN} 条未显示，可用 {rest} 写出全部")


def exit_code(findings: Iterable[Finding]) -> int:
    """0 when none is of severity 错误, else 1."""
    return 1 if any(severity(f) is Severity.ERROR for f in findings) else 0
