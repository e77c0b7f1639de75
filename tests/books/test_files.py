"""books.files: whole or not at all, the old never lost."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kbbx_xl.books.files import Written, verify_workbook, write_whole
from kbbx_xl.messages import OutputError


def put(target: Path, text: str) -> Written:
    return write_whole(target, lambda p: p.write_text(text) and None, lambda p: None)


def names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def test_a_new_file_is_private_and_alone(tmp_path: Path) -> None:
    written = put(tmp_path / "sub" / "a.xlsx", "new")
    assert Path(written).read_text() == "new"
    assert written == Written(tmp_path / "sub" / "a.xlsx")
    assert names(tmp_path / "sub") == ["a.xlsx"]
    assert os.name == "nt" or written.path.stat().st_mode & 0o077 == 0


def test_the_old_file_is_kept_under_a_dated_name(tmp_path: Path) -> None:
    target = tmp_path / "a.xlsx"
    for text in ("one", "two", "three"):
        put(target, text)
        os.utime(target, (1_700_000_000, 1_700_000_000))
    assert target.read_text() == "three"
    kept = [p for p in tmp_path.iterdir() if "_备份" in p.name]
    assert sorted(p.read_text() for p in kept) == ["one", "two"]


def test_an_equal_file_is_left_alone(tmp_path: Path) -> None:
    target = tmp_path / "a.xlsx"
    put(target, "same")
    os.utime(target, (1_700_000_000, 1_700_000_000))
    assert put(target, "same") == Written(target)
    assert target.stat().st_mtime == 1_700_000_000
    assert names(tmp_path) == ["a.xlsx"]


@pytest.mark.parametrize("mark", ["~$a.xlsx", ".~lock.a.xlsx#"])
def test_an_open_target_gives_a_new_name(tmp_path: Path, mark: str) -> None:
    target = tmp_path / "a.xlsx"
    put(target, "old")
    (tmp_path / mark).write_text("")
    written = put(target, "new")
    assert target.read_text() == "old"
    assert written.path.name == "a_新1.xlsx"
    assert written.path.read_text() == "new"
    assert "正在被打开" in written.note


def test_a_refused_rename_gives_a_new_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Excel on Windows holds the target: PermissionError on the rename."""
    target = tmp_path / "a.xlsx"
    put(target, "old")
    real = Path.replace

    def refuse(self: Path, other: Path) -> Path:
        if Path(other) == target:
            raise PermissionError(13, "in use")
        return real(self, other)

    monkeypatch.setattr(Path, "replace", refuse)
    assert put(target, "new").path.read_text() == "new"
    assert names(tmp_path) == ["a.xlsx", "a_新1.xlsx"]
    assert target.read_text() == "old"


def test_nothing_changes_when_writing_or_reading_back_fails(tmp_path: Path) -> None:
    target = tmp_path / "a.xlsx"
    put(target, "old")

    def full(path: Path) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OutputError, match="原有文件没有动"):
        write_whole(target, full, lambda p: None)
    with pytest.raises(OutputError, match="读不回来"):
        write_whole(target, lambda p: p.write_text("not a workbook") and None, verify_workbook)
    assert names(tmp_path) == ["a.xlsx"]
    assert target.read_text() == "old"


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="file"):
        put(tmp_path / "file" / "a.xlsx", "x")
