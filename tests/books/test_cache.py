"""The cache: a second run reads only what has changed, and nothing kept ever changes a result."""

from __future__ import annotations

import datetime as dt
import os
import pickle
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from kbbx_xl.books import cache as cache_module
from kbbx_xl.books.cache import Cache, default_cache
from kbbx_xl.books.consolidate import consolidate, load_directory
from kbbx_xl.books.read import read_folder
from kbbx_xl.books.reading import Reader, Received
from kbbx_xl.flow.context import Context, make_context
from kbbx_xl.flow.export import export
from kbbx_xl.flow.result import County
from kbbx_xl.model import FileRead, Period
from kbbx_xl.settings.policies import load_policy
from tests.conftest import SAMPLE_COUNTY

OCTOBER = Period(2026, 10)
TWENTIETH = dt.date(2026, 10, 20)


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Part of the sample county: one central school, its schools, every kind of file."""
    made = tmp_path / "county"
    made.mkdir()
    shutil.copy(SAMPLE_COUNTY / "单位目录.xlsx", made)
    place = min(p for p in (SAMPLE_COUNTY / "报送").iterdir() if p.is_dir())
    shutil.copytree(place, made / "报送" / place.name)
    return made


def context_of(folder: Path, as_of: dt.date = TWENTIETH) -> Context:
    directory, calendar, _, _ = load_directory(folder)
    return make_context(OCTOBER, as_of, load_policy("tanghe"), directory, calendar)[0]


def run(folder: Path, cache: Cache | None, as_of: dt.date = TWENTIETH) -> County:
    own = load_directory(folder)[3]
    return consolidate(folder, context_of(folder, as_of), own_files=own, jobs=1, cache=cache)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the files that are read, in this process."""
    seen: list[str] = []
    real = Reader.__call__

    def noted(self: Reader, file: Received) -> list[tuple[Received, FileRead]]:
        seen.append(Received(*file).rel)
        return real(self, file)

    monkeypatch.setattr(Reader, "__call__", noted)
    monkeypatch.setattr("kbbx_xl.books.consolidate.watched", at_once)
    return seen


def at_once(task: Callable[..., object], todo: list[object], *_: object) -> list[object]:
    return [task(one, lambda number: None, {}) for one in todo]


def submissions(folder: Path) -> list[str]:
    return [rel for path, rel in read_folder(folder) if path.parent != folder]


def test_nothing_is_read_twice(folder: Path, cache: Cache, reads: list[str]) -> None:
    first = export(run(folder, cache))
    assert set(submissions(folder)) <= set(reads)
    reads.clear()
    assert export(run(folder, cache)) == first == export(run(folder, None))
    assert len(reads) == len(submissions(folder))  # by the run without cache alone


def test_only_what_was_sent_anew_is_read(folder: Path, cache: Cache, reads: list[str]) -> None:
    run(folder, cache)
    changed = next(
        p for p in sorted(folder.rglob("*.xlsx")) if "名册" in p.name or "学籍" in p.name
    )
    rel = changed.relative_to(folder).as_posix()
    other = next(
        p for p in sorted(folder.rglob("*.xlsx"), reverse=True) if p.parent == changed.parent
    )
    changed.write_bytes(other.read_bytes())
    reads.clear()
    again = run(folder, cache)
    assert rel in reads
    unit = next(file.unit for file in again.files if file.path == rel)
    beside = {file.path for file in again.files if file.unit == unit}
    assert set(reads) <= beside, "files of other units were read"
    reads.clear()
    assert export(again) == export(run(folder, None))


def test_another_day_is_judged_anew(folder: Path, cache: Cache) -> None:
    run(folder, cache)
    later = dt.date(2026, 10, 28)
    assert export(run(folder, cache, later)) == export(run(folder, None, later))


def test_a_file_that_moves_is_somebody_elses(folder: Path, cache: Cache) -> None:
    run(folder, cache)
    place = min(p for p in (folder / "报送").iterdir())
    schools = sorted(p for p in place.iterdir() if p.is_dir())
    for file in sorted(schools[0].iterdir()):
        shutil.move(file, schools[-1] / f"收到_{file.name}")
    assert export(run(folder, cache)) == export(run(folder, None))


@pytest.mark.parametrize("harm", ["flipped", "junk", "cut", "emptied"])
def test_a_damaged_cache_is_a_miss(folder: Path, cache: Cache, harm: str) -> None:
    first = export(run(folder, cache))
    base = sqlite3.connect(cache.path)
    if harm == "flipped":
        for key, value in base.execute("SELECT key, value FROM kept").fetchall():
            bad = bytearray(value)
            bad[len(bad) // 2] ^= 1
            base.execute("UPDATE kept SET value = ? WHERE key = ?", (bytes(bad), key))
        base.commit()
    if harm == "emptied":
        base.execute("DROP TABLE kept")
        base.commit()
    base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    base.close()
    cache_module._connection.cache_clear()
    if harm == "junk":
        cache.path.write_bytes(b"no database at all" * 1000)
    if harm == "cut":
        cache.path.write_bytes(cache.path.read_bytes()[:5000])
    assert export(run(folder, cache)) == first
    assert export(run(folder, cache)) == first


def test_a_folder_that_cannot_be_written_does_not_matter(folder: Path, tmp_path: Path) -> None:
    taken = tmp_path / "file"
    taken.write_bytes(b"")
    assert export(run(folder, Cache(taken / "below"))) == export(run(folder, None))


def test_what_could_not_be_read_is_tried_again(
    folder: Path, cache: Cache, reads: list[str]
) -> None:
    broken = next(p for p in sorted(folder.rglob("*.xlsx")) if p.parent != folder)
    broken.write_bytes(broken.read_bytes()[:3000])
    run(folder, cache)
    reads.clear()
    run(folder, cache)
    assert broken.relative_to(folder).as_posix() in reads


def test_nothing_is_kept_where_passwords_are_given(folder: Path, cache: Cache) -> None:
    own = load_directory(folder)[3]
    context = context_of(folder)
    consolidate(folder, context, own_files=own, jobs=1, cache=cache, passwords=("geheim",))
    assert not cache.path.exists()


def test_another_program_finds_nothing(
    folder: Path, cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.put((1, 2), "a")
    assert cache.get("a") == (1, 2)
    monkeypatch.setattr(cache_module, "version_of_program", lambda: "another")
    assert cache.get("a") is None


class Harm:
    """Runs a command when it is unpickled."""

    def __init__(self, command: str) -> None:
        self.command = command

    def __reduce__(self) -> tuple[object, ...]:
        return os.system, (self.command,)


def test_an_entry_never_runs_anything(cache: Cache, tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    cache.put(Harm(f"touch '{mark}'"), "a")
    assert cache.get("a") is None
    assert not mark.exists()
    pickle.loads(pickle.dumps(Harm(f"touch '{mark}'")))
    assert mark.exists(), "the harm of this test is none"


@pytest.mark.skipif(os.name != "posix", reason="rights of Unix")
def test_only_the_user_may_read_it(cache: Cache) -> None:
    cache.put(1, "a")
    assert cache.path.stat().st_mode & 0o077 == 0
    assert cache.folder.stat().st_mode & 0o077 == 0


def test_it_can_be_deleted_at_any_time(folder: Path, cache: Cache) -> None:
    first = export(run(folder, cache))
    assert cache.size() > 0
    cache.clear()
    assert cache.size() == 0
    assert export(run(folder, cache)) == first


def test_what_nobody_asks_for_is_forgotten(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    today = cache_module._today()
    cache.put(1, "old")
    cache.put(2, "asked for")
    monkeypatch.setattr(cache_module, "_today", lambda: today + 20)
    assert cache.get("asked for") == 2
    monkeypatch.setattr(cache_module, "_today", lambda: today + 40)
    cache.forget_old()
    assert cache.get("old") is None
    assert cache.get("asked for") == 2


def test_it_can_be_switched_off(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KBBX_CACHE", "off")
    assert default_cache() is None
    monkeypatch.setenv("KBBX_CACHE", str(tmp_path))
    assert default_cache() is not None
