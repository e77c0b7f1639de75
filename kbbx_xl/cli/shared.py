"""What the commands share: options, loading settings, talking to the user."""

from __future__ import annotations

import codecs
import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table as RichTable

from kbbx_xl.books.files import json_result
from kbbx_xl.books.seal import read_passwords
from kbbx_xl.books.setup.in_force import policy_in_force
from kbbx_xl.books.writing.results import write_set
from kbbx_xl.cli import watch
from kbbx_xl.flow.hiding import Hider
from kbbx_xl.messages import InputError, counted, in_sheet_order, message, place, remedy, severity
from kbbx_xl.model import Finding, Period, Severity
from kbbx_xl.settings.policies import Policy

COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}
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


MonthOption = Annotated[str, typer.Option("--month", help="报告月份，如 2026-10")]
AsOfOption = Annotated[str, typer.Option("--as-of", help="截至日期，如 2026-10-20")]


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
    ),
]
DirectoryOption = Annotated[
    Path | None,
    typer.Option(
        "--directory", help="单位目录；不写时取文件夹最上层的“单位目录”", callback=no_folder
    ),
]
JsonOption = Annotated[Path | None, typer.Option("--json", help="同时写出机器可读的 JSON")]

PasswordsOption = Annotated[
    Path | None,
    typer.Option(
        "--password-file", help="密码文件，一行一个，用来打开有密码的材料", callback=no_folder
    ),
]
AskOption = Annotated[
    bool, typer.Option("--ask-password", help="当场输入密码（不显示），用来打开有密码的材料")
]

NEAREST = "kbbx.nearest"  # what an encoding cannot write is written as the nearest it can
_NEAREST = {"✓": "√", "✗": "×", "•": "·", "–": "-"}

console = Console()
errors = Console(stderr=True)


def _nearest(error: UnicodeError) -> tuple[str, int]:
    """Handler of codecs: a console of GBK shows √ for ✓ and ? for what it has nothing like."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = ""
    for character in error.object[error.start : error.end]:
        near = _NEAREST.get(character, "?")
        try:
            near.encode(error.encoding)
        except UnicodeEncodeError:
            near = "?"
        text += near
    return text, error.end


codecs.register_error(NEAREST, _nearest)


_hiders: list[Hider] = []


def begin() -> None:
    """As at the start of a run: nobody is hidden yet, results go to standard output."""
    learn(None)
    console.stderr = False


def learn(hider: Hider | None) -> None:
    """From now on nothing that ``hider`` knows is shown on the terminal; None forgets all."""
    _hiders[:] = [*_hiders, hider] if hider else []


def discreet(text: str) -> str:
    """A text as the terminal may show it: a child in the name of a file is not repeated."""
    for hider in _hiders:
        text = hider.text(text)
    return text


def say(text: str) -> None:
    """One line to the user."""
    console.print(discreet(text), highlight=False, markup=False, soft_wrap=True)


def say_error(text: str) -> None:
    """One line to the user on standard error."""
    errors.print(discreet(text), highlight=False, markup=False, style="red", soft_wrap=True)


@contextmanager
def progress(title: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error while something long runs; give it (done, total)."""
    quiet = not errors.is_terminal  # it would leave an empty line in a file
    with Progress(console=errors, transient=True, auto_refresh=False, disable=quiet) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total, refresh=True)


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


def table(*titles: str, whole: Sequence[str] = ()) -> RichTable:
    """An empty table whose cells are folded, never cut; the ``whole`` columns stay on one line."""
    made = RichTable()
    for title in titles:
        made.add_column(title, overflow="fold", no_wrap=title in whole)
    return made


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
    shown = table("程度", "编码", "位置", "问题", "怎么办", whole=("程度", "编码"))
    for finding in ranked[:SHOWN]:
        level = severity(finding)
        cells = (place(finding) or finding.unit, message(finding), remedy(finding))
        told = (escape(discreet(cell)) for cell in cells)
        shown.add_row(f"[{COLOURS[level]}]{level}[/]", finding.code, *told)
    console.print(shown)
    if len(ranked) > SHOWN:
        say(f"……其余 {len(ranked) - SHOWN} 条未显示，可用 {rest} 写出全部")


def write_json(path: Path, value: object) -> None:
    """Write JSON whole or not at all; UTF-8, sorted keys, the same bytes for the same value."""
    write_set([json_result(path, value)])


def exit_code(findings: Iterable[Finding]) -> int:
    """0 when none is of severity 错误, else 1."""
    return 1 if any(severity(f) is Severity.ERROR for f in findings) else 0
