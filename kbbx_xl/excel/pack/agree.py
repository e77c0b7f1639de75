"""Whether ribbon, VBA, the table of commands and the table of functions tell one story."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from kbbx_xl.excel.commands import Command
from kbbx_xl.excel.functions.table import MODULE, Function
from kbbx_xl.excel.pack.ribbon import Control
from kbbx_xl.excel.pack.vba import Procedure

CLICK, ENABLED = "KbbxRun", "KbbxEnabled"
PREFIX = "KBBX_"  # of the functions of the sheet


def disagreements(
    ribbon: Sequence[Control],
    code: Sequence[Procedure],
    commands: Sequence[Command],
    functions: Sequence[Function],
) -> list[str]:
    """Every point on which two of the four differ, each way; empty when they agree."""
    return [*_buttons(ribbon, commands), *_wrappers(code, functions)]


def _buttons(ribbon: Sequence[Control], commands: Sequence[Command]) -> Iterator[str]:
    """Each button is a command under its name, in its group, by the common callbacks; and back."""
    buttons = {control.id: control for control in ribbon if control.kind == "button"}
    known = {command.id: command for command in commands}
    yield from (f"button {id_}: no such command" for id_ in sorted(buttons.keys() - known.keys()))
    yield from (f"command {id_}: no button" for id_ in sorted(known.keys() - buttons.keys()))
    yield from _twice("command", [command.id for command in commands])
    for id_ in sorted(buttons.keys() & known.keys()):
        button, command = buttons[id_], known[id_]
        for what, shown, wanted in (
            ("label", button.label, command.title),
            ("group", button.group, command.group),
            ("onAction", button.attributes.get("onAction", ""), CLICK),
            ("getEnabled", button.attributes.get("getEnabled", ""), ENABLED),
        ):
            if shown != wanted:
                yield f"button {id_}: {what} is {shown!r}, not {wanted!r}"


def _wrappers(code: Sequence[Procedure], functions: Sequence[Function]) -> Iterator[str]:
    """Each function has one VBA wrapper with its arguments, which calls its Python; and back."""
    wrappers = {p.name: p for p in code if p.name.upper().startswith(PREFIX)}
    known = {function.name: function for function in functions}
    yield from (f"VBA {name}: no such function" for name in sorted(wrappers.keys() - known.keys()))
    yield from (
        f"function {name}: no VBA wrapper" for name in sorted(known.keys() - wrappers.keys())
    )
    yield from _twice("function", [function.name for function in functions])
    for name in sorted(wrappers.keys() & known.keys()):
        wrapper, function = wrappers[name], known[name]
        wanted = tuple(
            f"{'Optional ' if argument.optional else ''}ByVal {argument.name} As Variant"
            for argument in function.arguments
        )
        if wrapper.parameters != wanted:
            yield f"VBA {name}: parameters {wrapper.parameters}, not {wanted}"
        if wrapper.calls_python != (MODULE, function.python):
            yield f"VBA {name}: calls {wrapper.calls_python}, not {function.python}"


def _twice(what: str, names: Sequence[str]) -> Iterator[str]:
    yield from (f"{what} {name}: stands twice" for name, n in Counter(names).items() if n > 1)
