"""A command typed wrongly (用法错误): one Chinese sentence instead of the library's English box."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import Any

import typer

from kbbx_xl.cli.commands import LISTED, PROGRAM
from kbbx_xl.cli.words import value_word

UsageError: type[Exception] = typer.BadParameter.__bases__[0]

_SENTENCES = (
    (
        r"Got unexpected extra argument(?:s|\(s\))? \((.+)\)",
        "多写了“{0}”，请检查空格：带空格的路径要加引号",
    ),
    (r"Option '(.+?)' requires an? (?:argument|value)", "“{0}”后面要写一个值"),
    (r"Option '(.+?)' does not take a value", "“{0}”后面不用写值"),
)


def sentence(error: Any) -> str:
    """What is wrong with the command line, and what to write; ``error`` is a ``UsageError``."""
    param = getattr(error, "param", None)
    name = _called(param) if param else ""
    kind = type(error).__name__
    if kind == "MissingParameter" and param is not None:
        return f"缺少 {name}{_meaning(param)}"
    if kind == "NoSuchOption":
        near = "、".join(error.possibilities or ())
        return f"没有“{error.option_name}”这个选项" + (f"，是不是 {near}" if near else "")
    text = str(error.message)
    if found := re.search(r"No such command '(.+?)'", text):
        return no_command(found[1])
    for pattern, words in _SENTENCES:
        if found := re.search(pattern, text):
            return words.format(*found.groups())
    if name and re.search(r"valid (?:integer|number|float)|not a valid int", text):
        return f"{name} 后面应写数字"
    if name and re.search(r"should be (?:greater|less) than", text):
        return f"{name} 后面的数字{_range(param)}"
    if param is not None and param.type_descriptor.is_choice:
        return f"{name} 后面应写 {value_word(param).replace('|', ' 或 ')}"
    command = getattr(getattr(error, "ctx", None), "info_name", None) or ""
    place = " ".join(filter(None, dict.fromkeys([PROGRAM, command, "--help"])))
    return f"命令写得不对{f'（{name}）' if name else ''}，用法见 {place}"


def no_command(name: str) -> str:
    """What is said of a command that is not there, with the near miss."""
    near = get_close_matches(name, [one.name for one in LISTED], n=1)
    hint = f"是不是 {near[0]}" if near else f"可用的命令见 {PROGRAM} --help"
    return f"没有“{name}”这个命令，{hint}"


def _called(param: Any) -> str:
    """An option by its long name, an argument by its word."""
    if param.param_type_name == "argument":
        return value_word(param)
    return next((o for o in param.opts if o.startswith("--")), str(param.opts[0]))


def _range(param: Any) -> str:
    least = [f"不小于 {param.min}"] if param.min is not None else []
    most = [f"不大于 {param.max}"] if param.max is not None else []
    return "应" + "、".join([*least, *most])


def _meaning(param: Any) -> str:
    told = getattr(param, "help", "") or ""
    return f"（{told}）" if told else ""
