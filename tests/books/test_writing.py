"""books.writing: files that belong together, and what a killed run left of them."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from kbbx_xl.books.files import json_result, write_whole
from kbbx_xl.books.read import read_folder
from kbbx_xl.books.writing import journal
from kbbx_xl.books.writing.journal import JOURNAL, Move, exchange
from kbbx_xl.books.writing.names import LOCK, ROOM
from kbbx_xl.books.writing.results import Result, Written, write_set, writing
from kbbx_xl.books.writing.room import at_work
from kbbx_xl.messages import OutputError


def result(target: Path, text: str, *, keep_old: bool = True) -> Result:
    return Result(target, lambda new: new.write_text(text) and None, lambda new: None, keep_old)


def names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def texts(folder: Path) -> dict[str, str]:
    return {p.name: p.read_text() for p in folder.iterdir()}


def killed(folder: Path, text: str, *, moved: int) -> None:
    """What a run leaves that is killed after so many files of its exchange."""
    targets = [folder / "a.txt", folder / "b.txt"]
    with writing(targets) as desk:
        staged = [desk.stage(result(target, text)) for target in targets]
        moves = [desk._move(one) for one in staged]
        doing = [move for move in moves if move]
        places = list(dict.fromkeys(move.new.parent for move in doing))
        journal._decide(doing, places)
        for move in doing[:moved]:
            move.do()


def test_a_member_that_is_open_gets_a_new_name_and_the_rest_its_own(tmp_path: Path) -> None:
    write_set([result(tmp_path / n, "old") for n in ("a.txt", "b.txt")])
    (tmp_path / "~$a.txt").write_text("")
    first, second = write_set([result(tmp_path / n, "new") for n in ("a.txt", "b.txt")])
    assert (first.path.name, second.path.name) == ("a_新1.txt", "b.txt")
    assert "正在被打开" in first.note
    assert (tmp_path / "a.txt").read_text() == "old"
    assert first.path.read_text() == second.path.read_text() == "new"


def test_a_word_document_that_is_open_is_known_by_word_s_own_mark(tmp_path: Path) -> None:
    target = tmp_path / "上报说明_2026-10.docx"
    write_set([result(target, "old")])
    (tmp_path / "~$说明_2026-10.docx").write_text("")
    assert write_set([result(target, "new")])[0].path.name == "上报说明_2026-10_新1.docx"


def test_equal_members_are_left_alone(tmp_path: Path) -> None:
    a, b = tmp_path / "a.txt", tmp_path / "b.txt"
    write_set([result(a, "same"), result(b, "old")])
    assert write_set([result(a, "same"), result(b, "new")])[0] == Written(a)
    assert len(names(tmp_path)) == 3  # b's old content under a dated name


def test_one_that_cannot_be_made_keeps_all_the_others_back(tmp_path: Path) -> None:
    write_set([result(tmp_path / "a.txt", "old")])

    def fail(new: Path) -> None:
        raise OSError(28, "No space left on device")

    bad = Result(tmp_path / "b.txt", fail, lambda new: None)
    with pytest.raises(OutputError, match=r"“b\.txt”没有写成：磁盘已满。原有文件没有动"):
        write_set([result(tmp_path / "a.txt", "new"), bad])
    assert texts(tmp_path) == {"a.txt": "old"}


def test_a_rename_that_is_refused_takes_all_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also of a file that keeps no old content: what it held is not lost."""
    a, b = tmp_path / "a.txt", tmp_path / "b.txt"
    write_set([result(a, "old"), result(b, "old")])
    real = os.replace

    def refuse(source: str, target: str) -> None:
        if str(target) == str(b) and Path(source).suffix == ".txt":
            raise OSError(5, "Input/output error", str(source), None, str(target))
        real(source, target)

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(OutputError, match=r"“b\.txt”没有写成：磁盘或网络盘读写出错"):
        write_set([result(a, "new", keep_old=False), result(b, "new")])
    assert texts(tmp_path) == {"a.txt": "old", "b.txt": "old"}


@pytest.mark.parametrize("moved", [0, 1, 2])
def test_what_was_decided_is_done_by_whoever_writes_next(tmp_path: Path, moved: int) -> None:
    write_set([result(tmp_path / n, "old") for n in ("a.txt", "b.txt")])
    killed(tmp_path, "new", moved=moved)
    write_whole(tmp_path / "c.txt", lambda new: new.write_text("c") and None, lambda new: None)
    now = texts(tmp_path)
    assert {n: now.pop(n) for n in ("a.txt", "b.txt", "c.txt")} == {
        "a.txt": "new",
        "b.txt": "new",
        "c.txt": "c",
    }
    assert list(now.values()) == ["old", "old"]
    assert all("_备份" in name for name in now)


def test_what_somebody_changed_since_is_kept(tmp_path: Path) -> None:
    write_set([result(tmp_path / n, "old") for n in ("a.txt", "b.txt")])
    killed(tmp_path, "new", moved=1)
    (tmp_path / "b.txt").unlink()  # as Excel saves: a new file under the old name
    (tmp_path / "b.txt").write_text("changed by hand")
    with at_work(tmp_path):
        pass
    assert (tmp_path / "b.txt").read_text() == "new"
    assert sorted(texts(tmp_path).values()) == ["changed by hand", "new", "new", "old", "old"]


def test_a_folder_that_was_moved_since_is_mended_where_it_is(tmp_path: Path) -> None:
    place = tmp_path / "a"
    write_set([result(place / n, "old") for n in ("a.txt", "b.txt")])
    killed(place, "new", moved=1)
    shutil.move(place, tmp_path / "b")
    with at_work(tmp_path / "b"):
        pass
    assert {n: (tmp_path / "b" / n).read_text() for n in ("a.txt", "b.txt")} == {
        "a.txt": "new",
        "b.txt": "new",
    }
    assert not place.exists()


@pytest.mark.parametrize("said", ["", "{", "[1]", '[{"new": null}]', '{"a": 1}'])
def test_a_journal_that_is_none_moves_nothing(tmp_path: Path, said: str) -> None:
    place = tmp_path / f"{ROOM}x"
    place.mkdir()
    (place / JOURNAL).write_text(said)
    (tmp_path / "a.txt").write_text("old")
    with at_work(tmp_path):
        pass
    assert texts(tmp_path) == {"a.txt": "old"}


def test_what_is_not_finished_is_no_submission(tmp_path: Path) -> None:
    place = tmp_path / "校" / f"{ROOM}x"
    place.mkdir(parents=True)
    (place / "名册.xlsx").write_bytes(b"PK")
    (tmp_path / LOCK).touch()
    (tmp_path / "登记表.xlsx").write_bytes(b"PK")
    assert [rel for _, rel in read_folder(tmp_path)] == ["登记表.xlsx"]


def test_a_second_exchange_of_nothing_does_nothing(tmp_path: Path) -> None:
    exchange([], [])
    assert Move(tmp_path / "no", tmp_path / "b").repeat() is None
    assert names(tmp_path) == []


def test_json_holds_any_text(tmp_path: Path) -> None:
    write_set([json_result(tmp_path / "a.json", {"file": "甲\udcff\x07𠮷"})])
    assert json.loads((tmp_path / "a.json").read_text("utf-8")) == {"file": "甲\ufffd\x07𠮷"}
