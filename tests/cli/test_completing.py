"""Completion, asked as the shells ask: bash itself, the others by the words their scripts send."""

from __future__ import annotations

import datetime as dt
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kbbx_xl.cli import completing
from kbbx_xl.cli.commands import LISTED
from kbbx_xl.settings.letters import letter_forms
from kbbx_xl.settings.policies import all_policies
from tests.cli.running import run
from tests.conftest import SAMPLE_COUNTY

RUN = [sys.executable, "-c", "from kbbx_xl.cli import main; main()"]
BASH = shutil.which("bash")


def asked(shell: str, line: str, folder: Path | None = None) -> str:
    """What the program answers when the script of a shell asks about a line."""
    variables = {
        "zsh": {"_TYPER_COMPLETE_ARGS": line},
        "fish": {"_TYPER_COMPLETE_ARGS": line, "_TYPER_COMPLETE_FISH_ACTION": "get-args"},
        "powershell": {
            "_TYPER_COMPLETE_ARGS": line,
            "_TYPER_COMPLETE_WORD_TO_COMPLETE": ""
            if line.endswith(" ")
            else line.rsplit(maxsplit=1)[-1],
        },
    }[shell]
    environment = {**os.environ, completing.VARIABLE: f"complete_{shell}", **variables}
    ran = subprocess.run(
        RUN, cwd=folder, env=environment, capture_output=True, text=True, check=True, encoding="utf-8"
    )  # fmt: skip
    assert ran.stderr == ""
    return ran.stdout


@pytest.mark.parametrize("shell", ["zsh", "fish", "powershell"])
def test_commands_are_offered_with_what_they_do(shell: str) -> None:
    said = asked(shell, "kbbx-xl co")
    (county,) = [one for one in LISTED if one.name == "county"]
    assert county.name in said
    assert county.summary in said
    assert "demo" not in said


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("kbbx-xl county x --policy ", [p.profile for p in all_policies()]),
        ("kbbx-xl letters ", list(letter_forms())),
        ("kbbx-xl match x --as ", ["到校", "户籍", "残联"]),
        ("kbbx-xl county x --month ", [f"{dt.date.today():%Y-%m}"]),
        ("kbbx-xl flag x --as-of ", [f"{dt.date.today():%Y-%m-}01"]),
        ("kbbx-xl county x --engine ", ["processes", "dask"]),
        ("kbbx-xl county x --with-n", ["--with-names"]),
    ],
)
def test_values_are_offered(line: str, offered: list[str]) -> None:
    said = [row.split("\t")[0] for row in asked("fish", line).splitlines()]
    assert set(offered) <= set(said)


def test_units_of_the_directory_in_the_folder_are_offered() -> None:
    line = f"kbbx-xl merge {shlex.quote(str(SAMPLE_COUNTY))} --unit "
    assert "中心" in asked("fish", line)
    assert asked("fish", "kbbx-xl merge nowhere --unit ") == "\n"


@pytest.mark.skipif(BASH is None, reason="no bash")
def test_bash_completes_with_the_script_it_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(completing, "_shell", lambda: ("bash", _scripts()))
    assert run(monkeypatch, "--show-completion") == 0
    script = tmp_path / "completion.sh"
    script.write_text(capsys.readouterr().out, encoding="utf-8")
    program = tmp_path / "kbbx-xl"
    program.write_text(f'#!/bin/sh\nexec {shlex.join(RUN)} "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    test = (
        f"source {script}; COMP_WORDS=(kbbx-xl county x --policy ta); COMP_CWORD=4;"
        ' _kbbx_xl_completion kbbx-xl; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    ran = subprocess.run(
        [str(BASH), "-c", test], env=environment, capture_output=True, text=True, check=True
    )
    assert ran.stdout.split() == ["tanghe"]


def test_installing_says_in_chinese_where_the_script_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(completing, "_shell", lambda: ("bash", _scripts()))
    assert run(monkeypatch, "--install-completion") == 0
    assert "已给 bash 装上补全" in capsys.readouterr().out
    assert "kbbx-xl" in (tmp_path / ".bash_completions" / "kbbx-xl.sh").read_text(encoding="utf-8")


def test_an_unknown_shell_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(_scripts(), "_get_shell_name", lambda: "cmd")
    assert run(monkeypatch, "--show-completion") == 2
    assert "能补全的有：bash、zsh、fish、powershell" in capsys.readouterr().err


def _scripts() -> object:
    from typer import completion

    return completion
