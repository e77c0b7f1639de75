"""What people see on a terminal: progress, tables that fit, colours that say nothing alone, any code page."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from rich.cells import cell_len

from kbbx_xl.cli import looks, screen, tables
from kbbx_xl.cli.codes import ExitCode
from kbbx_xl.flow.standing import Standing
from kbbx_xl.model import Severity
from tests.cli.running import run
from tests.conftest import SAMPLE_COUNTY

RUN = [sys.executable, "-c", "from kbbx_xl.cli import main; main()"]
WHEN = ("--month", "2026-10", "--as-of", "2026-10-20")
CODES = re.compile(r"\x1b\[[\d;?]*[A-Za-z]")
COLOUR = re.compile(r"\x1b\[(?:\d+;)*(?:3[0-7]|9[0-7]|38;[25];)")
needs_pty = pytest.mark.skipif(os.name != "posix", reason="a pty is needed")


@needs_pty
def test_a_long_command_says_how_far_it_is_on_a_terminal(tmp_path: Path) -> None:
    from tests.cli.terminal import on_terminal

    seen = on_terminal(("demo", "县", "--schools", 4, "--students", 80), tmp_path)
    assert seen.code == ExitCode.DONE
    counts = [
        tuple(map(int, one)) for one in re.findall(r" (\d+)/(\d+) ", CODES.sub("", seen.text))
    ]
    assert counts
    assert counts == sorted(counts)
    assert counts[-1][0] == counts[-1][1] >= 4
    assert re.search(r"造虚拟县 .*已用 \d+:\d\d", CODES.sub("", seen.text))
    narrow = on_terminal(("templates", "空白"), tmp_path, width=60)
    assert "生成空白模板 ……" in CODES.sub("", narrow.text)


def test_no_progress_where_nobody_looks(tmp_path: Path) -> None:
    words = ("check", SAMPLE_COUNTY, *WHEN)
    ran = subprocess.run([*RUN, *map(str, words)], cwd=tmp_path, capture_output=True, check=False)
    assert ran.returncode == ExitCode.FOUND
    assert ran.stderr == b""
    assert b"\x1b" not in ran.stdout


@needs_pty
@pytest.mark.parametrize(("variables", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_no_color_is_respected(variables: dict[str, str], coloured: bool, tmp_path: Path) -> None:
    from tests.cli.terminal import on_terminal

    seen = on_terminal(("check", SAMPLE_COUNTY, *WHEN), tmp_path, width=110, **variables)
    assert bool(COLOUR.search(seen.text)) is coloured
    assert "错误" in seen.text


@pytest.mark.parametrize("encoding", ["gbk", "cp437", "ascii"])
def test_an_old_console_shows_what_it_can_and_never_crashes(encoding: str, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    for words, code in ((("doctor",), None), (("check", SAMPLE_COUNTY, *WHEN), ExitCode.FOUND)):
        ran = subprocess.run(
            [*RUN, *map(str, words)],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            check=False,
        )
        told = ran.stdout.decode(encoding)
        assert code is None or ran.returncode == code
        assert b"Traceback" not in ran.stderr
        assert told
        if encoding == "gbk":
            assert "?" not in told.replace("？", "")
            assert "√" in told or words[0] != "doctor"


ROWS = [
    ("错误", "A12", "报送/云栈镇中心校/云栈镇上湾九年制学校/10月考勤表.xlsx 七年级1班!A28",
     "已连续旷课 4 个上课日（到了“家访劝返”一步），台账和劝返记录里都没有", "登记台账并开展劝返"),
    ("警告", "A10", "10月考勤表.xlsx 一年级1班!T5", "17 日不上课，却有考勤标记，没有计入", "核对校历"),
]  # fmt: skip


@pytest.mark.parametrize("width", [60, 80, 100, 140])
def test_rows_fit_the_terminal_and_nothing_is_lost(
    width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(screen.console, "_width", width)
    titles = ("程度", "编码", "位置", "问题", "怎么办")
    tables.show_rows(titles, ROWS, head=3, whole=("程度", "编码"))
    told = capsys.readouterr().out
    assert all(cell_len(line.rstrip()) <= width for line in told.splitlines())
    assert "…" not in told
    if width < looks.WIDE:  # a row's parts stand one after the other
        flat = re.sub(r"\s", "", told)
        assert all(re.sub(r"\s", "", cell) in flat for row in ROWS for cell in row)
    assert not [line for line in told.splitlines() if line.strip()[:1] in ("，", "。", "）", "”")]


@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_table_of_centers_is_one_line_each_worst_first(
    width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(screen.console, "_width", width)
    lines = [
        Standing("鹿鸣镇中心校", 11, 10, 0, 1, 1256, 26, 3, 1),
        Standing("云栈镇中心校", 10, 10, 0, 0, 1261, 41, 8, 21),
        Standing("县直单位", 1, 1, 0, 0, 344, 9, 0, 10),
    ]
    tables.show_standings("中心校", lines)
    told = capsys.readouterr().out.splitlines()
    assert len(told) == 2 + len(lines)
    assert all(cell_len(line.rstrip()) <= width for line in told)
    assert [re.split(r"\s+", line)[:2] for line in told[2:]] == [
        ["鹿鸣镇中心校", "未报齐"],
        ["云栈镇中心校", "要改"],
        ["县直单位", "齐全"],
    ]


def test_colours_are_apart_for_every_eye_and_have_a_word() -> None:
    assert set(looks.COLOURS) == set(Severity)
    styles = [*looks.COLOURS.values(), looks.BAD, looks.DOUBT, looks.GOOD, looks.LABEL]
    assert not [style for style in styles if "green" in style]  # never red against green
    assert len(set(looks.COLOURS.values())) == len(Severity)
    assert set(tables.STATES) == {"未报齐", "要改", "齐全"}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--version",), ExitCode.DONE),
        (("check", SAMPLE_COUNTY, *WHEN), ExitCode.FOUND),
        (("check", "nowhere.xlsx"), ExitCode.FAILED),
        (("chek",), ExitCode.FAILED),
    ],
)
def test_exit_codes_are_those_of_the_table(
    words: tuple[object, ...], code: ExitCode, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(monkeypatch, *words) == code


@pytest.mark.parametrize("stop", [KeyboardInterrupt, EOFError])
def test_a_command_that_is_stopped_says_so(
    stop: type[BaseException], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from kbbx_xl.cli import inspect

    def stopped(*_: object) -> None:
        raise stop

    monkeypatch.setattr(inspect, "judge", stopped)
    assert run(monkeypatch, "check", "x.xlsx") == ExitCode.STOPPED
    assert "已中断，结果没有写出。" in capsys.readouterr().err
