"""A small pretend county, the command that consolidates it, and what must hold after a fault.

The old results are those of the day before: every file of the set differs from the new one.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from kbbx_xl.books.writing.names import unfinished
from kbbx_xl.books.writing.room import at_work
from kbbx_xl.cli import main
from kbbx_xl.demo.county import make_county
from kbbx_xl.demo.own import DIRECTORY_FILE

OLD_DAY, NEW_DAY = "2026-10-19", "2026-10-20"
MONTH = "2026-10"
BACKUP = "_备份"
Files = Mapping[str, bytes]


@dataclass(frozen=True)
class Stage:
    """The submissions, and the whole sets of results that there may be, by path below a folder.

    Results lie in a folder of ``home``, as deep as those sets were: their links lead to the county.
    """

    home: Path
    county: Path
    old: Files
    new: Files  # over the old ones
    fresh: Files  # the same day in an empty folder


def words(county: Path, results: Path, day: str) -> list[str]:
    """The command that writes a set into two folders below ``results``."""
    out, data = results / "汇总", results / "数据" / "county.json"
    return [
        "county", str(county), "--month", MONTH, "--as-of", day, "-o", str(out),
        "--json", str(data), "--with-roster", "--jobs", "1",
    ]  # fmt: skip


def build(folder: Path) -> Stage:
    """Make the county once, and its results of both days."""
    county = folder / "county"
    make_county(county, schools=3, students=60)
    assert (county / DIRECTORY_FILE).is_file()
    sets = []
    for day, before in ((OLD_DAY, {}), (NEW_DAY, None), (NEW_DAY, {})):
        results = folder / f"built {len(sets)}"  # as deep as the others: links lead to the county
        put(sets[0] if before is None else before, results)
        assert forked(words(county, results, day), folder)[0] == 0
        sets.append({name: data for name, data in held(results).items() if BACKUP not in name})
    old, new, fresh = sets
    assert old.keys() == new.keys() == fresh.keys()
    assert len(old) == 6
    same = [name for name in old if old[name] == new[name]]
    assert same == [f"汇总/采用登记_{MONTH}.json"]  # it says when a file was counted first
    return Stage(folder, county, old, new, fresh)


def held(results: Path) -> dict[str, bytes]:
    """Every finished file below a folder, by its path."""
    files = (path for path in sorted(results.rglob("*")) if path.is_file())
    named = ((path.relative_to(results), path) for path in files)
    return {str(rel): path.read_bytes() for rel, path in named if not unfinished(rel)}


def put(files: Files, results: Path) -> None:
    for name, data in files.items():
        path = results / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def set_of(stage: Stage, results: Path) -> str:
    """ "old", "new" or "none" when all files of the set are; else what there is of it."""
    now = {name: data for name, data in held(results).items() if BACKUP not in name}
    if not now:
        return "none"
    for word, files in (("old", stage.old), ("new", stage.new)):
        if now == files:
            return word
    told = []
    for name in sorted({*stage.new, *now}):
        data = now.get(name)
        known = {stage.old.get(name): "old", stage.new.get(name): "new", None: "missing"}
        told.append(f"{name}: {known.get(data, 'BROKEN')}")
    return "; ".join(told)


def whole(stage: Stage, results: Path) -> bool:
    """Whether every finished file is one of the two, as it must be even before anybody mends."""
    known = {*stage.old.values(), *stage.new.values()}
    return all(data in known for data in held(results).values())


def settle(results: Path, *, last_first: bool = False) -> None:
    """What the next command does before it writes: hold the folders, end what was left."""
    places = [results / "汇总", results / "数据"]
    for place in reversed(places) if last_first else places:
        if place.exists():
            with at_work(place):
                pass


def nothing_lost(stage: Stage, results: Path) -> bool:
    """Whether the old content is still there, in place or as a dated copy."""
    now = set(held(results).values())
    return all(data in now for data in stage.old.values())


def litter(*folders: Path) -> list[str]:
    """What no run may leave behind once another one has finished."""
    found = (p for f in folders for p in f.rglob("*") if unfinished(p.relative_to(f)))
    return sorted(path.name for path in found)


def forked(
    args: list[str], tmp: Path, before: Callable[[], None] = lambda: None
) -> tuple[int, str]:
    """A command in a child of this process, which has loaded everything: exit code, and its words.

    A negative code is the signal that ended it.  ``before`` runs in the child, to arm a fault.
    """
    said = Path(tempfile.mkstemp(prefix="said-", dir=tmp)[1])
    status = os.waitpid(start(args, said, before), 0)[1]
    text = said.read_text(encoding="utf-8", errors="replace")
    said.unlink()
    return os.waitstatus_to_exitcode(status), text


def start(args: list[str], said: Path, before: Callable[[], None] = lambda: None) -> int:
    """The child of ``forked``, in a process group of its own; its pid."""
    pid = os.fork()
    if pid == 0:
        os.setsid()
        _child(args, said, before)
    return pid


def _child(args: list[str], said: Path, before: Callable[[], None]) -> None:
    code = 99
    try:
        sink = said.open("w", encoding="utf-8")
        from kbbx_xl.cli import shared

        shared.console.file = shared.errors.file = sink
        sys.argv = ["kbbx-xl", *args]
        before()
        with redirect_stdout(sink), redirect_stderr(sink):
            try:
                main()
            except SystemExit as stopped:
                code = int(stopped.code or 0)
            sink.flush()
    finally:
        os._exit(code)


@contextmanager
def fresh(stage: Stage, *, old: bool = True) -> Iterator[tuple[Path, Path]]:
    """Results of the day before in a folder of their own, and an empty temporary folder."""
    results = Path(tempfile.mkdtemp(prefix="run-", dir=stage.home))
    aside = Path(tempfile.mkdtemp(prefix="tmp-", dir=stage.home))
    if old:
        put(stage.old, results)
    try:
        yield results, aside
    finally:
        shutil.rmtree(results, ignore_errors=True)
        shutil.rmtree(aside, ignore_errors=True)


def rerun(stage: Stage, results: Path) -> str:
    """The command again, with nothing in its way: "" or what is wrong."""
    code, said = forked(words(stage.county, results, NEW_DAY), stage.home)
    if code != 0:
        return f"re-run ended with {code}: {said[-300:]}"
    if (now := set_of(stage, results)) != "new":
        return f"re-run wrote {now}"
    return f"left behind: {found}" if (found := litter(results)) else ""


def wait_for(seen: Callable[[], bool], alive: Callable[[], bool], step: float) -> bool:
    """Whether something was seen while the process lived."""
    while alive():
        if seen():
            return True
        if step:
            time.sleep(step)
    return False
