"""Disks that are full, folders that refuse, names that cannot be: a sentence, and nothing half."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from kbbx_xl.books.files import write_whole
from kbbx_xl.messages import OutputError
from tests.faults.calls import REFUSED, child
from tests.faults.small_county import (
    NEW_DAY,
    Stage,
    forked,
    litter,
    put,
    rerun,
    set_of,
    whole,
    words,
)

NOBODY = 65534
needs_root = pytest.mark.skipif(
    os.name == "nt" or os.geteuid() != 0, reason="only root may mount, and become somebody else"
)


def write(target: Path, text: str = "new") -> None:
    write_whole(target, lambda new: new.write_text(text) and None, lambda new: None)


@pytest.fixture
def disk(stage: Stage) -> Iterator[Path]:
    """A folder that is a disk of its own; how large, the test says by mounting it anew."""
    place = stage.home / "disk"
    place.mkdir(exist_ok=True)
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", place], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip("no mount here")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


def remount(place: Path, option: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{option}", place], check=True)


@needs_root
def test_a_disk_that_is_full_at_some_point_of_the_writing(stage: Stage, disk: Path) -> None:
    """From no room at all to room enough: refused with a sentence, or written; never half."""
    results = disk
    put(stage.old, results)
    used = sum(len(data) for data in stage.old.values())
    codes = []
    for free in (4, 16, 40, 80, 140, 200, 1200):
        remount(disk, f"size={(used + 8 * 4096) // 1024 + free}k")
        code, said = forked(words(stage.county, results, NEW_DAY), stage.home)
        assert whole(stage, results)
        if code:
            assert code == REFUSED
            assert "磁盘已满" in said, said
            assert set_of(stage, results) == ("new" if 0 in codes else "old")
        else:
            assert set_of(stage, results) == "new"
        codes.append(code)
        assert litter(results) == []
    assert set_of(stage, results) == "new"
    assert {codes[0], codes[-1]} == {REFUSED, 0}


@needs_root
def test_a_disk_that_turns_read_only(stage: Stage, disk: Path) -> None:
    results = disk
    put(stage.old, results)
    remount(disk, "ro")
    code, said = forked(words(stage.county, results, NEW_DAY), stage.home)
    assert code == REFUSED
    assert "这个盘是只读的" in said
    assert set_of(stage, results) == "old"
    remount(disk, "rw")
    assert rerun(stage, results) == ""


@needs_root
def test_a_folder_that_only_others_may_write_into() -> None:
    with tempfile.TemporaryDirectory(prefix="kbbx-others-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        target = folder / "a.txt"
        target.write_text("old")
        target.chmod(0o644)

        def work() -> None:
            os.setuid(NOBODY)
            write(target)

        told = folder / "told"
        told.touch(0o666)
        told.chmod(0o666)
        ended = child(work, told)
        assert ended.code == REFUSED
        assert "没有写入或读取的权限" in ended.said
        assert target.read_text() == "old"
        assert sorted(p.name for p in folder.iterdir()) == ["a.txt", "told"]


def test_a_folder_that_vanishes_while_the_file_is_made(tmp_path: Path) -> None:
    folder = tmp_path / "out"

    def make(new: Path) -> None:
        new.write_text("x")
        shutil.rmtree(folder)

    with pytest.raises(OutputError, match="没有写成：没有这个文件或文件夹"):
        write_whole(folder / "a.txt", make, lambda new: None)
    write(folder / "a.txt")
    assert [p.name for p in folder.iterdir()] == ["a.txt"]


def test_a_target_that_is_a_folder_or_no_file(tmp_path: Path) -> None:
    (tmp_path / "汇总.xlsx").mkdir()
    with pytest.raises(OutputError, match="是文件夹"):
        write(tmp_path / "汇总.xlsx")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "b.xlsx")
        with pytest.raises(OutputError, match="不是普通文件"):
            write(tmp_path / "b.xlsx")


@pytest.mark.parametrize(
    "name", ["甲:乙.xlsx", "甲?.xlsx", "甲|乙.xlsx", "con.xlsx", "LPT1", "甲.xlsx ", "甲\t.xlsx"]
)
def test_a_name_that_windows_does_not_hold(tmp_path: Path, name: str) -> None:
    with pytest.raises(OutputError, match="Windows 不允许"):
        write(tmp_path / "out" / name)
    assert not (tmp_path / "out").exists()


def test_a_name_that_is_too_long(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="路径太长"):
        write(tmp_path / ("长" * 200 + ".xlsx"))
    assert list(tmp_path.iterdir()) == []


def test_a_backup_whose_name_would_be_too_long(tmp_path: Path) -> None:
    target = tmp_path / ("长" * 80 + ".xlsx")
    write(target, "old")
    with pytest.raises(OutputError, match=r"路径太长.*原有文件没有动"):
        write(target, "new")
    assert target.read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 1
