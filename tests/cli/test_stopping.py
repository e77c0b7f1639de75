"""Ctrl+C on a terminal: one sentence, exit code 130, no process and no half-written file left."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kbbx_xl.cli.codes import ExitCode
from tests.conftest import SAMPLE_COUNTY

pytestmark = pytest.mark.skipif(os.name != "posix", reason="a pty is needed")
WHEN = ("--month", "2026-09", "--as-of", "2026-09-28")


def test_county_with_two_workers_ends_with_its_sentence(tmp_path: Path) -> None:
    from tests.cli.terminal import on_terminal

    words = ("county", SAMPLE_COUNTY, *WHEN, "-o", "out", "--jobs", 2)
    seen = on_terminal(words, tmp_path, stop_at="读取材料")
    assert seen.code == ExitCode.STOPPED
    assert "已中断，结果没有写出。" in seen.text
    assert "Traceback" not in seen.text
    assert seen.left == ()
    assert list(tmp_path.iterdir()) == []


def test_county_while_it_writes_leaves_nothing_half_written(tmp_path: Path) -> None:
    from tests.cli.terminal import on_terminal

    words = ("county", SAMPLE_COUNTY, *WHEN, "-o", "out", "--jobs", 2)
    seen = on_terminal(words, tmp_path, stop_at="写出结果")
    assert seen.code == ExitCode.STOPPED
    assert "已中断，结果没有写出。" in seen.text
    assert "Traceback" not in seen.text
    assert seen.left == ()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_demo_says_that_not_all_is_there(tmp_path: Path) -> None:
    from tests.cli.terminal import on_terminal

    words = ("demo", "县", "--schools", 30, "--students", 900)
    seen = on_terminal(words, tmp_path, stop_at=" 3/30")
    assert seen.code == ExitCode.STOPPED
    assert "已中断，写出的文件不全，请再运行一次。" in seen.text
    assert seen.left == ()
