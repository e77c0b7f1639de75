"""What the commands share: options, loading settings, talking to the user."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table as RichTable

from kbbx_xl.books.files import write_whole
from kbbx_xl.messages import InputError, message, place, remedy, severity
from kbbx_xl.model import Finding, Period, Severity
from kbbx_xl.settings.policies import Policy, load_policy

COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}
SHOWN = 40  # findings on the terminal; all of them go into files

MonthOption = Annotated[str, typer.Option("--month", help="报告月份，如 2026-10")]
AsOfOption = Annotated[str, typer.Option("--as-of", help="数据截至日，如 2026-10-20")]
PolicyOption = Annotated[str, typer.Option("--policy", help="政策方案（见 docs/policies.md）")]
DirectoryOption = Annotated[
    Path | None, typer.Option("--directory", help="单位目录；不写时取文件夹最上层的“单位目录”")
]
JsonOption = Annotated[Path | None, typer.Option("--json", help="同时写出机器可读的 JSON")]

console = Console()
errors = Console(stderr=True)


def say(text: str) -> None:
    """One line to the user."""
    console.print(text, highlight=False, markup=False, soft_wrap=True)


def say_error(text: str) -> None:
    """One line to the user on standard error."""
    errors.print(text, highlight=False, markup=False, style="red", soft_wrap=True)


@contextmanager
def progress(title: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error while something long runs; give it (done, total)."""
    with Progress(console=errors, transient=True, auto_refresh=False) as bar:
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
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"日期应写成 2026-10-20 的样子：{text!r}") from error


def policy(name: str) -> Policy:
    """--policy by profile name; InputError lists the known ones."""
    return load_policy(name)


def show_findings(findings: Sequence[Finding]) -> None:
    """Counts, and the first findings as a table: where, what, what to do."""
    counts = Counter(severity(f) for f in findings)
    say("、".join(f"{level} {counts[level]} 条" for level in Severity))
    if not findings:
        return
    ranked = sorted(findings, key=lambda f: (list(Severity).index(severity(f)), f.sort_key))
    table = RichTable("程度", "编码", "位置", "问题", "怎么办", show_lines=False)
    for finding in ranked[:SHOWN]:
        level = severity(finding)
        cells = (place(finding) or finding.unit, message(finding), remedy(finding))
        table.add_row(f"[{COLOURS[level]}]{level}[/]", finding.code, *map(_plain, cells))
    console.print(table)
    if len(ranked) > SHOWN:
        say(f"……其余 {len(ranked) - SHOWN} 条未显示，可用 --json 写出全部")


def _plain(text: str) -> str:
    return text.replace("[", "\\[")


def write_json(path: Path, value: object) -> None:
    """Write JSON whole or not at all; UTF-8, sorted keys, the same bytes for the same value."""
    text = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    path.parent.mkdir(parents=True, exist_ok=True)

    def make(new: Path) -> None:
        new.write_text(text, encoding="utf-8", newline="\n")

    write_whole(path, make, lambda new: json.loads(new.read_text(encoding="utf-8")))


def exit_code(findings: Iterable[Finding]) -> int:
    """0 when none is of severity 错误, else 1."""
    return 1 if any(severity(f) is Severity.ERROR for f in findings) else 0
