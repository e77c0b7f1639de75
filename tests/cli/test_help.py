"""The help of every command is whole, Chinese and true: its examples parse, its exit codes are ours."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer.main
from rich.cells import cell_len

from kbbx_xl import __version__
from kbbx_xl.cli import app, codes, helping, looks, shared, words
from kbbx_xl.cli.commands import GROUPS, LISTED
from tests.cli.running import run

COMMANDS: dict[str, Any] = vars(typer.main.get_command(app))["commands"]
NAMES = [one.name for one in LISTED]
ENGLISH = re.compile(
    r"\b(usage|options?|arguments?|commands?|default|required|show this message|exit)\b|<\w", re.I
)
LONGEST = 30  # characters of a summary


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_the_list_says_for_whom_and_in_one_line_what_every_command_does() -> None:
    assert len(set(NAMES)) == len(NAMES)
    assert len(GROUPS) == 7
    assert not [one for one in LISTED if not 4 <= len(one.summary) <= LONGEST]
    assert not [one for one in LISTED if not re.search("[\u4e00-\u9fff]", one.title)]


def test_every_command_has_an_example_that_parses_and_says_what_it_writes(name: str) -> None:
    page = helping.page_of(COMMANDS[name])
    assert page.summary == next(one.summary for one in LISTED if one.name == name)
    assert 1 <= len(page.examples) <= 3
    assert page.writes or name == "help"
    for example in page.examples:
        program, called, *arguments = shlex.split(example)
        assert (program, called) == ("kbbx-xl", name)
        COMMANDS[name].make_context(name, arguments)  # parses; runs nothing


def test_every_option_says_what_it_is_for_and_its_value_is_a_chinese_word(name: str) -> None:
    for parameter in (one for one in COMMANDS[name].params if one.name != "help"):
        assert re.search("[\u4e00-\u9fff]", parameter.help or ""), parameter.name
        word = words.value_word(parameter)
        assert parameter.type_descriptor.is_choice or not re.search("[A-Za-z]", word)


@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_english_heading_and_no_line_wider_than_the_terminal(
    name: str, width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(shared.console, "_width", width)
    assert run(monkeypatch, name, "--help") == 0
    said = capsys.readouterr().out
    examples = helping.page_of(COMMANDS[name]).examples
    told = [line for line in said.splitlines() if line.strip() not in examples]
    assert not [line for line in told if cell_len(line) > width]
    assert not [line for line in told if ENGLISH.search(re.sub(r"-[\w-]+", "", line))]
    assert run(monkeypatch, "help", name) == 0
    assert capsys.readouterr().out.split() == said.split()


def test_the_list_of_all_loads_no_command(tmp_path: Path) -> None:
    code = (
        "import sys; sys.argv = ['kbbx-xl', '--help']\n"
        "from kbbx_xl.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print([m for m in sys.modules if m in ('kbbx_xl.cli.county', 'kbbx_xl.cli.make')])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert all(f"  {name} " in ran.stdout for name in NAMES)
    assert all(title in ran.stdout for title in GROUPS)
    assert ran.stdout.strip().endswith("[]")


def test_the_version_and_the_list(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "--version") == 0
    assert capsys.readouterr().out == f"kbbx-xl {__version__}\n"
    assert run(monkeypatch, "help") == 0
    listed = capsys.readouterr().out
    assert run(monkeypatch, "--help") == 0
    assert capsys.readouterr().out.split() == listed.split()
    assert all(text in "".join(listed.split()) for text in ("做完了", "130"))


def test_every_exit_code_has_a_meaning_and_only_commands_that_find_have_one_for_1() -> None:
    assert set(codes.MEANINGS) == set(codes.ExitCode)
    finding = {n for n in NAMES if helping.page_of(COMMANDS[n]).found}
    assert finding == {
        "build", "carry", "case", "check", "doctor", "init", "letters", "log", "match", "movement", "open", "policy", "province",
        "receive", "report", "retain", "zero",
    }  # fmt: skip


@pytest.mark.parametrize("width", [12, 20, 41, 60])
def test_lines_break_between_characters_but_not_before_closing_punctuation(width: int) -> None:
    text = "结果文件夹里的全县汇总、上报（.xlsx）、上报说明（.docx）、采用登记；没有“姓名”，见 kbbx-xl help county。"
    lines = looks.wrap(text, width)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(0 < cell_len(line) <= width for line in lines)
    assert not [line for line in lines if line[0] in "，。、；）”" or line[-1] in "（“"]
