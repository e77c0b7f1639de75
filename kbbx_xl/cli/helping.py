"""Help (帮助): ``kbbx-xl --help``, ``kbbx-xl 命令 --help`` and ``kbbx-xl help 命令``.

What a command's page says stands in three places, each fact in one: its line in ``commands.LISTED``,
its options where they are declared, and the docstring of its function, in which a paragraph may begin
with 写出：(what it writes), 退出码 1：(when) or 例：(an example, several on lines of their own).
"""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any

import typer
from rich.text import Text

from kbbx_xl.cli import looks, shared
from kbbx_xl.cli.codes import MEANINGS, ExitCode
from kbbx_xl.cli.commands import GROUPS, LISTED, PROGRAM, Commands
from kbbx_xl.cli.usage import no_command
from kbbx_xl.cli.words import label, value_word
from kbbx_xl.messages import InputError

WIDEST = 100  # cells; longer lines are hard to follow


@dataclass(frozen=True, slots=True)
class Page:
    """The help of one command, in parts."""

    summary: str
    paragraphs: tuple[str, ...]
    writes: str
    found: str  # when the exit code is 1, "" for never
    examples: tuple[str, ...]


def page_of(command: Any) -> Page:
    """The page of a command as its table line and docstring say it."""
    summary, *rest = inspect.cleandoc(command.help or "").split("\n\n")
    told: dict[str, list[str]] = {"": [], "写出": [], "退出码 1": [], "例": []}
    for part in rest:
        found = re.match(r"(写出|退出码 1|例)：", part)
        texts = re.split(r"^例：", part, flags=re.M)[1:] if found and found[1] == "例" else [part]
        for text in texts:
            clean = re.sub(r"\s*\n\s*", _join, text.removeprefix(found[0] if found else ""))
            told[found[1] if found else ""].append(clean.strip())
    return Page(
        summary,
        tuple(told[""]),
        "".join(told["写出"]),
        "".join(told["退出码 1"]).rstrip("。"),
        tuple(told["例"]),
    )


def _join(broken: re.Match[str]) -> str:
    """Between two lines of a docstring: a space where both sides are Latin, else nothing."""
    sides = broken.string[broken.start() - 1 : broken.start()] + broken.string[broken.end() :][:1]
    return " " if sides.isascii() else ""


def meaning(parameter: Any) -> str:
    """What an option is for, whether it may be left out, and what holds then."""
    notes = ["必填"] if parameter.required else []
    if parameter.param_type_name == "option" and getattr(parameter, "multiple", False):
        notes += [] if "可写几次" in (parameter.help or "") else ["可写几次"]
    if default := _default(parameter):
        notes.append(f"默认 {default}")
    return (parameter.help or "") + (f"（{'，'.join(notes)}）" if notes else "")


def _default(parameter: Any) -> str:
    value = parameter.default
    if isinstance(value, bool):
        return parameter.opts[0] if value and parameter.secondary_opts else ""
    if value is None or callable(value) or value in ("", [], ()):
        return ""
    return str(value.value if isinstance(value, Enum) else value)


def usage(command: Any, name: str) -> str:
    """The command with all that must be given."""
    words = [PROGRAM, name]
    for one in command.params:
        if one.param_type_name == "argument":
            words.append(label(one) if one.required else f"[{label(one)}]")
        elif one.required:
            words.append(f"{min(one.opts, key=len)} {value_word(one)}")
    return " ".join([*words, "[选项]"])


def parameters(command: Any, context: Any) -> tuple[list[Any], list[Any]]:
    """Arguments and options of a command; --help is none of them."""
    shown = [one for one in command.get_params(context) if not getattr(one, "hidden", False)]
    shown = [one for one in shown if one.name != "help"]
    arguments = [one for one in shown if one.param_type_name == "argument"]
    options = [one for one in shown if one.param_type_name == "option"]
    return arguments, sorted(options, key=lambda one: not one.required)


def codes(found: str) -> list[tuple[str, str]]:
    """The exit codes that a command has; ``found`` says when it is 1."""
    meant = {**MEANINGS, ExitCode.FOUND: found}
    return [(str(int(code)), text) for code, text in meant.items() if text]


def show_command(command: Any, context: Any) -> None:
    """Print the page of one command."""
    page, width = page_of(command), min(shared.console.width, WIDEST)
    arguments, options = parameters(command, context)
    lines = looks.paragraph(page.summary, width, style=looks.HEAD)
    for text in page.paragraphs:
        lines += [Text(), *looks.paragraph(text, width)]
    lines += _section("用法", looks.paragraph(usage(command, context.info_name), width, indent=2))
    for title, several in (("参数", arguments), ("选项", options)):
        rows = [(label(one), meaning(one)) for one in several]
        lines += _section(title, looks.labelled(rows, width))
    lines += _section("写出", looks.paragraph(page.writes, width, indent=2) if page.writes else [])
    lines += _section("例", [Text(f"  {one}", looks.LABEL) for one in page.examples])
    lines += _section("退出码", looks.labelled(codes(page.found), width))
    _print(lines)


def show_all(group: Any, context: Any) -> None:
    """Print the list of all commands, for whom each is."""
    width = min(shared.console.width, WIDEST)
    lines = looks.paragraph(group.help or "", width, style=looks.HEAD)
    lines += _section("用法", [Text(f"  {PROGRAM} 命令 [参数] [选项]")])
    lines.append(Text(f"  {PROGRAM} help 命令　　一个命令的用法和例子"))
    longest = max(len(one.name) for one in LISTED)
    for title in GROUPS:
        rows = [(one.name, one.summary) for one in LISTED if one.group == title]
        lines += _section(title, looks.labelled(rows, width, column=longest))
    rows = [(label(one), meaning(one)) for one in parameters(group, context)[1]]
    lines += _section("选项", looks.labelled(rows, width))
    lines += _section("退出码", looks.labelled(codes(MEANINGS[ExitCode.FOUND]), width))
    _print(lines)


def _section(title: str, lines: list[Text]) -> list[Text]:
    return [Text(), Text(title, looks.HEAD), *lines] if lines else []


def _print(lines: list[Text]) -> None:
    for line in lines:
        shared.console.print(line, soft_wrap=True)


def help_of(
    context: typer.Context,
    command: Annotated[str, typer.Argument(help="哪个命令；不写时列出全部")] = "",
) -> None:
    """不写命令时列出全部命令，与 kbbx-xl --help 相同。

    例：kbbx-xl help county
    """
    parent = context.parent or context
    if not command:
        show_all(parent.command, parent)
        return
    if command not in Commands():
        raise InputError(no_command(command))
    with parent.command.commands[command].make_context(  # type: ignore[attr-defined]
        command, [], parent, resilient_parsing=True
    ) as asked:
        show_command(asked.command, asked)


def register(app: typer.Typer) -> None:
    app.command("help")(help_of)
