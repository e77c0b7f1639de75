"""A set of files in two folders: killed or refused at every single call to the system."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from kbbx_xl.books.writing.results import Result, write_set
from kbbx_xl.books.writing.room import at_work
from tests.faults.calls import REFUSED, Ended, child, die, refuse
from tests.faults.small_county import litter

NAMES = ("a/汇总.txt", "b/数据.json", "a/上报.txt")
NO_WORDS = "原有文件没有动"


def results(root: Path, word: str) -> list[Result]:
    def make(new: Path, name: str) -> None:
        new.write_text(f"{word} {name}", encoding="utf-8")

    def verify(new: Path) -> None:
        assert new.read_text(encoding="utf-8").startswith(word)

    return [Result(root / n, lambda new, n=n: make(new, n), verify) for n in NAMES]


def begun(root: Path) -> Path:
    """Two folders with the old set."""
    for name in NAMES:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(f"old {name}", encoding="utf-8")
    return root


def state(root: Path) -> str:
    words = set()
    for name in NAMES:
        text = (root / name).read_text(encoding="utf-8") if (root / name).exists() else "missing "
        word, _, rest = text.partition(" ")
        words.add(word if rest in (name, "") else "broken")
    return "/".join(sorted(words))


def settled(root: Path, *, last_first: bool) -> str:
    for folder in sorted({(root / n).parent for n in NAMES}, reverse=last_first):
        with at_work(folder):
            pass
    return state(root)


def old_is_there(root: Path) -> bool:
    texts = {p.read_text(encoding="utf-8") for p in root.rglob("*") if p.is_file()}
    return {f"old {name}" for name in NAMES} <= texts


def run(root: Path, fault=None, **how: object) -> Ended:
    return child(lambda: write_set(results(root, "new")) and None, root / "told", fault, **how)


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> int:
    root = begun(tmp_path_factory.mktemp("whole"))
    ended = run(root)
    assert (ended.code, state(root)) == (0, "new")
    assert old_is_there(root)
    assert litter(root) == []
    assert {"replace", "fsync", "link", "mkdir", "unlink"} <= set(ended.calls)
    return len(ended.calls)


def folders(tmp_path: Path, count: int) -> list[Path]:
    return [begun(tmp_path / str(number)) for number in range(count)]


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("last_first", [False, True])
def test_killed_at_every_call(calls: int, tmp_path: Path, *, after: bool, last_first: bool) -> None:
    seen = set()
    for at, root in enumerate(folders(tmp_path, calls)):
        assert run(root, die, at=at, after=after).code == -9
        left = state(root)
        assert "broken" not in left
        assert "missing" not in left
        found = settled(root, last_first=last_first)
        assert found in ("old", "new"), (at, left)
        assert old_is_there(root), at
        seen.add((left, found))
        write_set(results(root, "new"))
        assert state(root) == "new"
        assert litter(root) == []
    assert {("old", "old"), ("old", "new"), ("new/old", "new"), ("new", "new")} <= seen


@pytest.mark.parametrize(
    "number", [errno.ENOSPC, errno.EIO, errno.EROFS, errno.EACCES], ids=errno.errorcode.get
)
@pytest.mark.parametrize("lasting", [False, True])
def test_refused_at_every_call(calls: int, tmp_path: Path, number: int, *, lasting: bool) -> None:
    """One refusal, or a disk that is gone from then on: a sentence, and one of the two sets."""
    for at, root in enumerate(folders(tmp_path, calls)):
        ended = run(root, refuse(number), at=at, lasting=lasting)
        assert ended.code in (0, REFUSED), (at, ended)
        if ended.code == REFUSED:
            assert any("\u4e00" <= c <= "\u9fff" for c in ended.said)
            assert "Errno" not in ended.said
        beside = list(root.rglob("*_新1*"))
        left = state(root)
        assert "broken" not in left
        assert "missing" not in left
        if ended.code == REFUSED and NO_WORDS in ended.said:
            assert left == "old", (at, ended)
        if not beside and not lasting:
            assert left in ("old", "new"), (at, ended)
        if ended.code == 0 and not beside:
            assert left == "new"
        assert old_is_there(root)
        found = settled(root, last_first=bool(at % 2))
        assert found in ("old", "new") or beside, (at, left, ended)
        write_set(results(root, "new"))
        assert state(root) == "new"
        assert litter(root) == []
