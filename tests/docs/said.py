"""All that people read, each with where it stands: pages, messages, forms, buttons, letters, the program."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from typer.main import get_command

from kbbx_xl.cli import app
from kbbx_xl.excel.functions.table import FUNCTIONS
from kbbx_xl.excel.pack.ribbon import controls
from kbbx_xl.excel.pack.sources import ribbon, texts
from kbbx_xl.messages.catalogue import CATALOGUE
from kbbx_xl.settings.forms import all_forms
from kbbx_xl.settings.letters import letter_forms

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
# pages that quote: headings of others' forms, documents of counties, the list of terms itself
QUOTING = {"forms.md", "policies.md", "rules-coverage.md", "用语.md"}
# modules whose texts are what others write, not what we say
HEARING = (
    "books/read/",
    "demo/",
    "rules/",
    "flow/matching",
    "settings/",
    "books/mask/",
    "books/template/calc/",  # formulas with the workbooks' old names; an official form
)
CHINESE = re.compile(r"[\u3400-\u9fff]")


def pages() -> Iterator[tuple[str, str]]:
    for page in (ROOT / "README.zh-CN.md", *sorted(DOCS.rglob("*.md"))):
        if page.name not in QUOTING:
            yield str(page.relative_to(ROOT)), page.read_text(encoding="utf-8")


def messages() -> Iterator[tuple[str, str]]:
    for code, entry in CATALOGUE.items():
        yield f"问题 {code}", f"{entry.text} {entry.remedy}"


def forms() -> Iterator[tuple[str, str]]:
    """What our workbooks say: titles, headings, remarks, input messages. Not the aliases."""
    for form in all_forms():
        if form.form == "received":  # not ours: how others write
            continue
        yield form.title, " ".join([form.title, *form.notes])
        for sheet in form.sheets:
            columns = " ".join(f"{one.title} {one.message}" for one in sheet.columns)
            yield f"{form.title}!{sheet.sheet}", f"{sheet.heading} {sheet.foot} {columns}"


def helps() -> Iterator[tuple[str, str]]:
    commands: dict[str, Any] = vars(get_command(app))["commands"]
    for name, command in commands.items():
        told = (getattr(parameter, "help", None) for parameter in command.params)
        yield f"kbbx-xl {name}", " ".join(filter(None, (command.help, command.epilog, *told)))


def buttons() -> Iterator[tuple[str, str]]:
    for control in controls(ribbon()):
        yield f"按钮 {control.id}", " ".join(map(str, control.attributes.values()))
    for name, text in texts().items():
        yield f"加载项 {name}", text
    for one in FUNCTIONS:
        yield one.name, " ".join([one.doc, *(argument.doc for argument in one.arguments)])


def letters() -> Iterator[tuple[str, str]]:
    for kind, form in letter_forms().items():
        yield f"文书 {kind}", str(form)


def program() -> Iterator[tuple[str, str]]:
    """Every Chinese text in the code but docstrings and the words of others that it listens for."""
    package = ROOT / "kbbx_xl"
    for path in sorted(package.rglob("*.py")):
        name = path.relative_to(package).as_posix()
        if name.startswith(HEARING):
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        quiet = {id(one.value) for one in ast.walk(tree) if isinstance(one, ast.Expr)}
        for node in ast.walk(tree):
            said_aloud = isinstance(node, ast.Constant) and id(node) not in quiet
            if said_aloud and isinstance(node.value, str) and CHINESE.search(node.value):
                yield f"{name}:{node.lineno}", node.value


def said() -> Iterator[tuple[str, str]]:
    for source in (pages, messages, forms, helps, buttons, letters, program):
        yield from source()
