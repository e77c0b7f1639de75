"""docs/命令.md and docs/commands.schema.json: every command, from the commands themselves."""

from __future__ import annotations

import inspect
import json
import types
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from kbbx_xl.cli import app, helping
from kbbx_xl.cli.codes import MEANINGS
from kbbx_xl.cli.commands import GROUPS, LISTED, Listed
from kbbx_xl.cli.declared import SHAPES
from kbbx_xl.cli.words import value_word

PAGE, SCHEMA, COUNTY = "命令.md", "commands.schema.json", "county.schema.json"
COUNTIES = ("county", "merge")
PLAIN = {str: "string", int: "integer", float: "number", bool: "boolean"}
INTRODUCTION = """\
# 命令

`kbbx-xl` 的全部命令。本页由命令自己生成；在终端里看一个命令：`kbbx-xl help county`，看全部：`kbbx-xl --help`。

- 写错一个字，会说是不是另一个；路径里有空格的要加引号。
- 长的活在终端上显示做到哪里、还需多久；按 Ctrl+C 中断。终端窄于 100 列时，表格改成一条一条。
- 每种颜色旁边都有文字说同一件事；设环境变量 NO_COLOR 就没有颜色。
- 按 Tab 键补全命令、选项、方案、月份、单位、文书种类：运行一次 kbbx-xl --install-completion（bash、zsh、fish、PowerShell）。
- `--json` 把结果写成 JSON，给别的程序用；写 `--json -` 时标准输出里只有 JSON。不写学生姓名；
  `county`、`merge` 的以证件号为键，写了 `--without-names` 就没有。
"""


def command_pages(docs: Path) -> Iterator[tuple[Path, str]]:
    """The page and the schema, as they should be."""
    yield docs / PAGE, page()
    yield docs / SCHEMA, json.dumps(schema(), ensure_ascii=False, indent=1) + "\n"


def page() -> str:
    """docs/命令.md."""
    lines = [INTRODUCTION, "## 退出码", "", "| 退出码 | 意思 |", "|---|---|"]
    lines += [f"| {int(code)} | {text} |" for code, text in MEANINGS.items()]
    commands: dict[str, Any] = vars(typer.main.get_command(app))["commands"]
    for group in GROUPS:
        lines += ["", f"## {group}"]
        for one in (one for one in LISTED if one.group == group):
            lines += ["", *_section(one, commands[one.name])]
    return "\n".join(lines) + "\n"


def _section(one: Listed, command: Any) -> list[str]:
    told = helping.page_of(command)
    context = typer.Context(command, info_name=one.name)
    arguments, options = helping.parameters(command, context)
    lines = [f"### {one.name} {one.title}", "", f"{one.summary}。", ""]
    for text in told.paragraphs:
        lines += [text, ""]
    lines += ["```", f"用法：{helping.usage(command, one.name)}", "```", ""]
    if arguments or options:
        lines += ["| 参数、选项 | 说明 |", "|---|---|"]
        lines += [
            f"| {_label(each)} | {_cell(helping.meaning(each))} |"
            for each in (*arguments, *options)
        ]
        lines.append("")
    lines += ["例：", "", "```", *told.examples, "```", ""]
    facts = [f"写出：{told.writes}"] if told.writes else []
    facts += [f"退出码 1：{told.found}。"] if told.found else []
    facts += [f"JSON：{_shape(one.name)}"] if _shape(one.name) else []
    return [*lines, *(f"- {fact}" for fact in facts)]


def _label(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return _cell(value_word(parameter) + (" …" if parameter.nargs != 1 else ""))
    names = [*sorted(parameter.opts, key=len, reverse=True), *parameter.secondary_opts]
    return _cell(f"{' '.join(f'`{name}`' for name in names)} {value_word(parameter)}".strip())


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _shape(name: str) -> str:
    if name in COUNTIES:
        return f"[{COUNTY}]({COUNTY})。"
    shapes = SHAPES.get(name, ())
    kinds = "，或".join("、".join(typing.get_type_hints(shape)) for shape in shapes)
    return f"{kinds}，见 [{SCHEMA}]({SCHEMA})。" if kinds else ""


def schema() -> dict[str, Any]:
    """JSON Schema: under $defs each command by its name, and the shapes that they share."""
    shapes: dict[str, Any] = {}
    commands = {}
    for name, kinds in SHAPES.items():
        references = [_schema_of(kind, shapes) for kind in kinds]
        commands[name] = references[0] if len(references) == 1 else {"anyOf": references}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "kbbx-xl --json",
        "description": f"What every command but county and merge ({COUNTY}) writes with --json.",
        "$defs": {**commands, **dict(sorted(shapes.items()))},
    }


def _schema_of(kind: Any, shapes: dict[str, Any]) -> dict[str, Any]:
    """A type as JSON Schema; typed dictionaries go into ``shapes``."""
    if kind in PLAIN:
        return {"type": PLAIN[kind]}
    if kind is type(None):
        return {"type": "null"}
    origin, parts = typing.get_origin(kind), typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):
        return {"anyOf": [_schema_of(part, shapes) for part in parts]}
    if origin is list:
        return {"type": "array", "items": _schema_of(parts[0], shapes)}
    if origin is dict:
        return {"type": "object", "additionalProperties": _schema_of(parts[1], shapes)}
    if kind.__name__ not in shapes:
        shapes[kind.__name__] = {}  # one that holds itself is met again below
        hints = typing.get_type_hints(kind)
        shapes[kind.__name__] = {
            "description": " ".join(inspect.cleandoc(kind.__doc__ or "").split()),
            "type": "object",
            "properties": {name: _schema_of(hint, shapes) for name, hint in hints.items()},
            "required": list(hints),
            "additionalProperties": False,
        }
    return {"$ref": f"#/$defs/{kind.__name__}"}
