"""Completion (按 Tab 键补全): typer's scripts for bash, zsh, fish and PowerShell, told in Chinese.

What is offered for a value is asked of the same settings that judge it later.  A shell waits while
these functions run: they load what they need themselves, and offer nothing where anything is amiss.
"""

from __future__ import annotations

import datetime as dt
import os
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import typer

from kbbx_xl.cli import screen
from kbbx_xl.messages import InputError, KbbxError, OutputError

PROGRAM, VARIABLE = "kbbx-xl", "_KBBX_XL_COMPLETE"
MONTHS = 12  # that are offered, the last ones
Offers = list[tuple[str, str]]  # (value, what it means)


def months(incomplete: str) -> list[str]:
    """The last months, this one first."""
    today = dt.date.today()
    numbers = [today.year * 12 + today.month - 1 - back for back in range(MONTHS)]
    named = [f"{number // 12}-{number % 12 + 1:02}" for number in numbers]
    return [one for one in named if one.startswith(incomplete)]


def days(incomplete: str) -> list[str]:
    """The days of this month so far, today first."""
    today = dt.date.today()
    named = [(today - dt.timedelta(days=back)).isoformat() for back in range(today.day)]
    return [one for one in named if one.startswith(incomplete)]


def policies(incomplete: str) -> Offers:
    """Policies that come with the program."""
    found = import_module("kbbx_xl.settings.policies").all_policies()
    return [(one.profile, one.title) for one in found if one.profile.startswith(incomplete)]


def letters(incomplete: str) -> Offers:
    """Kinds of letters."""
    found = import_module("kbbx_xl.settings.letters").letter_forms()
    return [(name, form.title) for name, form in found.items() if name.startswith(incomplete)]


def comparisons(incomplete: str) -> Offers:
    """Kinds of comparison."""
    found = import_module("kbbx_xl.settings.comparisons").comparisons().values()
    offers = [(str(one.words[0]), str(one.title)) for one in found]
    return [(word, title) for word, title in offers if word.startswith(incomplete)]


def units(context: typer.Context, incomplete: str) -> list[str]:
    """Names of the units of the directory that was given, or lies in the folder that was."""
    given = context.params
    named = [given.get("folder"), *(given.get("sources") or ()), *context.args]
    folder = next((Path(one) for one in named if one and Path(one).is_dir()), Path())
    directory = given.get("directory")
    load: Any = import_module("kbbx_xl.books.consolidate").load_directory
    with suppress(KbbxError, OSError):
        known = load(folder, Path(directory) if directory else None)[0]
        return [one.name for one in known.units if one.name.startswith(incomplete)]
    return []


def prepare() -> None:
    """Let typer answer a shell, when it is a shell that asks."""
    if VARIABLE in os.environ:
        import_module("typer.completion").completion_init()


def install_completion() -> None:
    """Put the script where the shell looks for it, and say where that is; InputError, OutputError."""
    name, scripts = _shell()
    try:
        shell, path = scripts.install(name, PROGRAM, VARIABLE)
    except OSError as error:
        raise OutputError(f"补全没有装上：{error.strerror or error}") from error
    screen.say(f"已给 {shell} 装上补全：{path}。重新打开终端后，按 Tab 键补全")


def show_completion() -> None:
    """Print the script."""
    name, scripts = _shell()
    screen.say(scripts.get_completion_script(prog_name=PROGRAM, complete_var=VARIABLE, shell=name))


def _shell() -> tuple[str, Any]:
    """The shell that this was started from, and typer's module; InputError when it is not one of four."""
    scripts: Any = import_module("typer.completion")  # of which typer exports no name
    name, known = scripts._get_shell_name() or "", list(map(str, scripts.Shells))
    if name not in known:
        raise InputError(f"认不出现在用的 shell，能补全的有：{'、'.join(known)}")
    return name, scripts
