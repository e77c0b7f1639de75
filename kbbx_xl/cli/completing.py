"""Completion (按 Tab 键补全): typer's scripts for bash, zsh, fish and PowerShell, told in Chinese.

What is offered for a value is asked of the same settings that judge it later.  A shell waits while
these functions run: they load what they need themselves, and offer nothing where anything is amiss.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from kbbx_xl.cli import shared
from kbbx_xl.cli.commands import PROGRAM
from kbbx_xl.messages import InputError

VARIABLE = "_KBBX_XL_COMPLETE"
scripts: Any = import_module("typer.completion")  # of which typer exports no name
SHELLS = tuple(scripts.Shells)


def install_completion() -> None:
    """Put the script where the shell looks for it, and say where that is; InputError."""
    try:
        shell, path = scripts.install(_shell(), PROGRAM, VARIABLE)
    except OSError as error:
        raise InputError(f"补全没有装上：{error.strerror or error}") from error
    shared.say(f"已给 {shell} 装上补全：{path}。重新打开终端后，按 Tab 键补全")


def show_completion() -> None:
    """Print the script."""
    shared.say(
        scripts.get_completion_script(prog_name=PROGRAM, complete_var=VARIABLE, shell=_shell())
    )


def _shell() -> str:
    """The shell that this was started from; InputError when it is not one of four."""
    name = scripts._get_shell_name() or ""
    if name not in SHELLS:
        raise InputError(f"认不出现在用的 shell，能补全的有：{'、'.join(map(str, SHELLS))}")
    return name
