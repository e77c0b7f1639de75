"""What people read is true: links and pictures exist, commands run."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from kbbx_xl.cli import app
from kbbx_xl.excel.commands import COMMANDS as BUTTONS_OF_EXCEL
from kbbx_xl.excel.commands import LETTER
from kbbx_xl.excel.functions.table import FUNCTIONS
from kbbx_xl.messages.catalogue import CATALOGUE
from kbbx_xl.settings.policies import all_policies

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
BUTTONS = DOCS / "按钮"
GENERATED = {
    DOCS / name
    for name in (
        "evidence.md",
        "findings.md",
        "forms.md",
        "policies.md",
        "rules-coverage.md",
        "用语.md",
    )
}
PAGES = [
    *sorted(ROOT.glob("README*.md")),
    ROOT / "CHANGELOG.md",
    ROOT / "macros" / "README.md",
    *sorted(DOCS.rglob("*.md")),
]
OURS = [page for page in PAGES if page not in GENERATED]
MANUAL = ("README.md", "班主任.md", "学校填报员.md", "中心校.md", "教体局.md")
COMMANDS: dict[str, Any] = vars(typer.main.get_command(app))["commands"]
LARGEST = 150 * 1024  # bytes of a picture

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+\s+(.+?)\s*$", re.M)
FENCE = re.compile(r"^```[^\n]*\n(.*?)^```", re.M | re.S)
CODE = re.compile(r"`([^`\n]+)`")

# what a page of a button tells, in this order
TOLD = ("用处", "先做", "会问", "改动", "写出", "提示", "撤销", "不成时", "命令行")


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _anchors(page: Path) -> set[str]:
    """Anchors as GitHub makes them from headings."""
    titles = HEADING.findall(page.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_every_link_and_picture_leads_somewhere(page: Path) -> None:
    broken = []
    for link in LINK.findall(page.read_text(encoding="utf-8")):
        if re.match(r"https?:|mailto:", link):
            continue
        target, _, anchor = link.partition("#")
        path = (page.parent / target).resolve() if target else page
        if not path.exists() or (anchor and anchor not in _anchors(path)):
            broken.append(link)
    assert not broken


def test_every_picture_is_shown_and_small() -> None:
    shown = {
        (page.parent / link).resolve()
        for page in PAGES
        for link in LINK.findall(page.read_text(encoding="utf-8"))
        if link.endswith(".png")
    }
    made = set((DOCS / "pictures").glob("*.png"))
    assert made == shown
    assert not [p.name for p in made if p.stat().st_size > LARGEST]


def test_the_manual_has_a_page_for_everyone() -> None:
    index = (DOCS / "README.md").read_text(encoding="utf-8")
    for name in MANUAL:
        assert (DOCS / name).is_file()
        assert name == "README.md" or f"]({name})" in index


def _button_pages() -> set[str]:
    """The page of every button; the letters share one."""
    return {"文书" if one.id.startswith(LETTER) else one.title for one in BUTTONS_OF_EXCEL}


def test_every_button_has_its_page_and_every_page_its_button() -> None:
    pages = {page.stem for page in BUTTONS.glob("*.md")} - {"README"}
    assert pages == _button_pages()
    others = (DOCS / "WPS和LibreOffice.md").read_text(encoding="utf-8")
    assert not [page for page in pages if f"[{page}](按钮/{page}.md)" not in others]


@pytest.mark.parametrize("page", sorted(_button_pages()))
def test_a_page_of_a_button_tells_all_a_clerk_asks(page: str) -> None:
    text = (BUTTONS / f"{page}.md").read_text(encoding="utf-8")
    assert text.startswith(f"# {page}\n")
    told = re.findall(r"^- \*\*(\w+)\*\*：", text, re.M)
    assert told == [one for one in TOLD if one != "先做" or one in told]
    assert len(text.splitlines()) <= 40


def test_every_function_is_in_the_manual_with_an_example() -> None:
    text = (DOCS / "函数.md").read_text(encoding="utf-8")
    for one in FUNCTIONS:
        (section,) = re.findall(rf"^### {one.name}\n(.*?)(?=^### |^<!-- )", text, re.M | re.S)
        assert f"例：`={one.name}(" in section
        assert not [a.name for a in one.arguments if f"| {a.name} |" not in section]


def _commands() -> Iterator[tuple[str, str]]:
    """(page, command) for every kbbx-xl command printed in a block or within a line."""
    for page in OURS:
        text = page.read_text(encoding="utf-8")
        blocks = [line.strip() for block in FENCE.findall(text) for line in block.splitlines()]
        inline = CODE.findall(FENCE.sub("", text))
        for line in dict.fromkeys([*blocks, *inline]):
            command = re.sub(r"^(\$ |\.venv/bin/)+", "", line)
            if command.startswith("kbbx-xl "):
                yield _name(page), command


@pytest.mark.parametrize(("page", "command"), _commands())
def test_every_command_printed_is_one_that_exists(page: str, command: str) -> None:
    name, *arguments = shlex.split(command, comments=True)[1:]
    if name == "--help":
        return
    assert name in COMMANDS
    known = COMMANDS[name]
    if not arguments:  # named within a sentence
        return
    context = known.make_context(name, arguments)  # parses; runs nothing
    if policy := context.params.get("policy"):
        assert policy in {p.profile for p in all_policies()}


@pytest.mark.parametrize("page", OURS, ids=_name)
def test_every_option_named_in_a_sentence_exists(page: Path) -> None:
    options = {
        option
        for command in COMMANDS.values()
        for parameter in command.params
        for option in (*parameter.opts, *parameter.secondary_opts)
    }
    told = {
        text.split()[0]
        for text in CODE.findall(FENCE.sub("", page.read_text(encoding="utf-8")))
        if text.startswith("--")
    }
    assert told <= options


def test_every_command_is_in_the_manual() -> None:
    text = "".join(page.read_text(encoding="utf-8") for page in OURS)
    assert not [name for name in COMMANDS if f"kbbx-xl {name}" not in text]


def test_every_finding_named_in_the_manual_is_in_the_catalogue() -> None:
    for page in OURS:
        named = re.findall(r"(?<![\w\d])([A-Z]\d{2})(?!\w)", page.read_text(encoding="utf-8"))
        assert set(named) <= set(CATALOGUE), page.name


def test_every_command_shown_with_its_answer_has_one() -> None:
    for page in OURS:
        text = page.read_text(encoding="utf-8")
        marked = re.findall(r"<!-- run -->\n```\n\$ kbbx-xl [^\n]+\n(.*?)```", text, re.S)
        assert text.count("<!-- run -->") == len(marked)
        assert all(len(answer) > 20 for answer in marked), "run: make pictures"


def test_what_the_tour_shows_is_what_it_says(tmp_path: Path) -> None:
    """The commands of 十分钟上手, one after the other as a newcomer gives them, with their answers."""
    page = (DOCS / "十分钟上手.md").read_text(encoding="utf-8")
    commands = re.findall(r"^(?:\$ )?(kbbx-xl [^\n]+)$", page, re.M)
    shown = dict(re.findall(r"<!-- run -->\n```\n\$ (kbbx-xl [^\n]+)\n(.*?)\n```", page, re.S))
    assert len(commands) == 5
    assert len(shown) == 2
    aside = {"KBBX_STATE": str(tmp_path / "state"), "KBBX_CACHE": "off", "PYTHONPATH": str(ROOT)}
    for command in commands:
        ran = subprocess.run(
            [sys.executable, "-m", *command.replace("kbbx-xl", "kbbx_xl", 1).split()],
            cwd=tmp_path,
            env={**os.environ, **aside},
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, command
        assert shown.get(command, ran.stdout.strip()) == ran.stdout.strip()
    others = [ROOT / "README.md", ROOT / "README.zh-CN.md", DOCS / "教体局.md"]
    for text in (other.read_text(encoding="utf-8") for other in others):
        for command, answer in re.findall(
            r"<!-- run -->\n```\n\$ (kbbx-xl [^\n]+)\n(.*?)\n```", text, re.S
        ):
            assert answer == shown[command]


def test_generated_pages_are_up_to_date() -> None:
    ran = subprocess.run(
        [sys.executable, ROOT / "tools" / "reference.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout
