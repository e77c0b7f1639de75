"""Every command of ``kbbx-xl`` and where it is; a module is loaded when its command is first asked for.

So a command waits for no library that only others need.  ``--help`` asks for all of them.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, MutableMapping
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

from kbbx_xl.cli.watch import watch

MODULES = {  # in the order of --help
    "make": ("demo", "templates", "build"),
    "inspect": ("check", "flag", "explain"),
    "county": ("county", "merge"),
    "province": ("province",),
    "school": ("report", "zero", "carry"),
    "casework": ("letters",),
    "evidence": ("evidence",),
    "cases": ("case",),
    "tasks": ("todo", "assign"),
    "match": ("match",),
    "movement": ("movement",),
    "privacy": ("mask", "pack", "seal", "open"),
    "receiving": ("receive", "return"),
    "retention": ("retain",),
    "cache": ("cache",),
    "doctor": ("doctor",),
    "oplog": ("log",),
    "engines": ("scheduler", "worker"),
}


class Commands(MutableMapping[str, Any]):
    """Name -> command, in the order of MODULES."""

    def __init__(self) -> None:
        self._home = {name: module for module, names in MODULES.items() for name in names}
        self._made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._made:
            self._made |= _of_module(self._home[name])
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        return name in self._home

    def __setitem__(self, name: str, command: Any) -> None:
        self._home.setdefault(name, "")
        self._made[name] = command

    def __delitem__(self, name: str) -> None:
        del self._home[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._home)

    def __len__(self) -> int:
        return len(self._home)


class LazyGroup(TyperGroup):
    """``kbbx-xl`` with all its commands."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands = Commands()


def _of_module(module: str) -> dict[str, Any]:
    """The commands that a module registers, each of which tells the log what it was given."""
    app = typer.Typer(pretty_exceptions_enable=False, add_completion=False)
    import_module(f"kbbx_xl.cli.{module}").register(app)
    watch(app)
    app.callback()(_group)
    return dict(vars(typer.main.get_command(app))["commands"])


def _group() -> None:
    """Makes a group also of one command."""


def helps() -> dict[str, str]:
    """What the help of every command says."""
    return {name: inspect.cleandoc(command.help or "") for name, command in Commands().items()}
