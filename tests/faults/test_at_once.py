"""Two runs into one folder: one waits or is refused, and a dead one keeps nobody waiting."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kbbx_xl.books.files import write_whole
from kbbx_xl.books.writing import room
from kbbx_xl.books.writing.names import LOCK, ROOM
from kbbx_xl.books.writing.room import at_work
from kbbx_xl.messages import OutputError
from tests.faults.small_county import NEW_DAY, Stage, fresh, held, litter, set_of, start, words

HOLD = """
import sys, time
from pathlib import Path
from kbbx_xl.books.writing.room import at_work
with at_work(Path(sys.argv[1])) as held:
    (held.place / "half").write_text("x")
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""


def holder(folder: Path, seconds: float) -> subprocess.Popen[str]:
    """Another program at work in the folder."""
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder), str(seconds)], stdout=subprocess.PIPE, text=True
    )
    assert other.stdout is not None
    assert other.stdout.readline() == "held\n"
    return other


def put(target: Path) -> None:
    write_whole(target, lambda new: new.write_text("new") and None, lambda new: None)


def test_the_second_waits_and_says_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "SOON", 0.05)
    with holder(tmp_path, 1.0) as other:
        put(tmp_path / "a.txt")
    assert other.returncode == 0
    assert "另一个 kbbx-xl 正在往" in caplog.text
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


def test_the_second_is_refused_and_touches_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "WAIT", 0.2)
    monkeypatch.setattr(room, "SOON", 0.05)
    with holder(tmp_path, 60) as other:
        with pytest.raises(OutputError, match=r"另一个 kbbx-xl 正在往.*什么也没有写"):
            put(tmp_path / "a.txt")
        assert not (tmp_path / "a.txt").exists()
        (place,) = tmp_path.glob(f"{ROOM}*")
        assert (place / "half").exists()  # a live run's own is not cleared away
        other.kill()


def test_a_dead_run_blocks_nobody_and_is_cleared_away(tmp_path: Path) -> None:
    with holder(tmp_path, 60) as other:
        other.kill()
    assert litter(tmp_path) != []
    began = time.monotonic()
    put(tmp_path / "a.txt")
    assert time.monotonic() - began < 5
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


def test_where_no_lock_is_known_we_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A network drive without locks; and what another run may still be at is left alone there."""
    import fcntl

    def refuse(*_: object) -> None:
        raise OSError(38, "Function not implemented")

    (tmp_path / f"{ROOM}other").mkdir()
    monkeypatch.setattr(fcntl, "flock", refuse)
    put(tmp_path / "a.txt")
    assert (tmp_path / "a.txt").read_text() == "new"
    assert [p.name for p in tmp_path.glob(".kbbx*") if p.name != LOCK] == [f"{ROOM}other"]


def test_held_once_more_within_the_block_is_the_same(tmp_path: Path) -> None:
    with at_work(tmp_path) as outer:
        with at_work(tmp_path / "." / "x" / "..") as inner:
            assert inner == outer
        put(tmp_path / "a.txt")
        assert outer.place.is_dir()
    assert [p.name for p in tmp_path.iterdir() if p.name != "x"] == ["a.txt"]


def test_four_counties_at_once_into_one_folder(stage: Stage, tmp_path: Path) -> None:
    with fresh(stage) as (results, _):
        said = [tmp_path / f"said {n}" for n in range(4)]
        pids = [start(words(stage.county, results, NEW_DAY), one) for one in said]
        codes = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids]
        told = [one.read_text(encoding="utf-8") for one in said]
        for code, text in zip(codes, told, strict=True):
            assert code == 0 or (code == 2 and "正在往" in text), text
        assert 0 in codes
        assert set_of(stage, results) == "new"
        assert litter(results) == []
        assert set(stage.old.values()) <= set(held(results).values())


def test_the_process_that_makes_the_report_ends_with_its_parent(
    stage: Stage, tmp_path: Path
) -> None:
    """kill -9 of the command alone: its child would wait for work for ever, and hold the folder."""
    import psutil

    with fresh(stage) as (results, _):
        pid = start(words(stage.county, results, NEW_DAY), tmp_path / "said")
        command = psutil.Process(pid)
        children: list[psutil.Process] = []
        while not children and command.status() != psutil.STATUS_ZOMBIE:
            children = command.children(recursive=True)
        assert children
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        _, alive = psutil.wait_procs(children, timeout=10)
        assert not alive
        put(results / "汇总" / "a.txt")
        assert litter(results / "汇总") == []
