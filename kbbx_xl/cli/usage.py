"""A command typed wrongly (用法错误): one Chinese sentence instead of the library's English box."""

from __future__ import annotations

import re
from typing import Any

import typer

UsageError: type[Exception] = typer.BadParameter.__bases__[0]

_SENTENCES = (
    (r"No such command '(.+?)'", "没有“{0}”这个命令，可用的命令见 kbbx-xl --help"),
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
    name = next((o for o in param.opts if o.startswith("--")), param.opts[0]) if param else ""
    kind = type(error).__name__
    if kind == "MissingParameter" and param is not None:
        return f"缺少 {name}{_meaning(param)}"
    if kind == "NoSuchOption":
        near = "、".join(error.possibilities or ())
        return f"没有“{error.option_name}”这个选项" + (f"，是不是 {near}" if near else "")
    text = str(error.message)
    for pattern, words in _SENTENCES:
        if found := re.search(pattern, text):
            return words.format(*found.groups())
    if name and re.search(r"valid (?:integer|number|float)|not a valid int", text):
        return f"{name} 后面应写数字"
    return f"命令写得不对{f'（{name}）' if name else ''}，用法见 kbbx-xl --help"


def _meaning(param: Any) -> str:
    told = getattr(param, "help", "") or ""
    return f"（{told}）" if told else ""
