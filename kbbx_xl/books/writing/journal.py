"""The exchange of old files for new ones as one step (整套替换).

What is to be renamed is written down and flushed before the first rename.  From then on the exchange
is decided: whoever next writes into one of its folders does what a killed run left undone.  Every
move can be done twice: what was moved is no longer where it was.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kbbx_xl.books.writing import names
from kbbx_xl.books.writing.disk import flush, flush_folder

JOURNAL = "journal.json"  # in the room of the first folder
PART = "part-of.json"  # in the rooms of the others: where the journal is
Mark = tuple[int, int]  # size and time of an old file


@dataclass(slots=True)
class Move:
    """One file of an exchange: ``new`` becomes ``target``.

    ``saved`` holds the old content, which becomes ``backup`` where it is to be kept.
    """

    new: Path
    target: Path
    saved: Path | None = None
    backup: Path | None = None
    old: Mark | None = None
    beside: bool = False  # the target was in use, the result lies beside it

    def do(self) -> None:
        """Exchange; a target that its program keeps to itself stays, the new one gets another name."""
        if self.saved and self.backup and self.saved.exists():
            if self.backup.exists():
                self.backup = names.backup_name(self.target, self.saved)
            self.saved.replace(self.backup)
        try:
            self.new.replace(self.target)
        except PermissionError:  # Excel on Windows
            if self.backup:
                self.backup.unlink(missing_ok=True)
            self.backup, self.beside = None, True
            self.target = names.new_name(self.target)
            self.new.replace(self.target)

    def undo(self) -> None:
        """As it was before ``do``; when interrupted, ``do`` can still be repeated."""
        if not self.new.exists():
            self.target.replace(self.new)
        held = [path for path in (self.backup, self.saved) if path and path.exists()]
        if self.beside or not held:
            return
        if not self.target.exists():
            held[0].replace(self.target)
        elif held[0] == self.backup:
            self.backup.unlink()

    def repeat(self) -> None:
        """``do`` what a killed run left undone; a file that somebody has changed since is kept."""
        if not self.new.exists():
            return
        if self.target.exists() and mark_of(self.target) != self.old:
            self.target.replace(names.backup_name(self.target, self.target))
        self.do()


def mark_of(path: Path) -> Mark:
    state = path.stat()
    return state.st_size, state.st_mtime_ns


def exchange(moves: Sequence[Move], places: Sequence[Path]) -> None:
    """Do all moves or none.  ``places``: the rooms that hold the new files, the first for the journal.

    Raises OSError with every old file in place; RuntimeError when not even that could be restored:
    the next run then does what is left.
    """
    if len(moves) > 1:
        _decide(moves, places)
    done: list[Move] = []
    try:
        for move in moves:
            done.append(move)
            move.do()
    except OSError as error:
        _take_back(done, error)
        close(places)
        raise


def close(places: Sequence[Path]) -> None:
    """Nothing is left to be done: all names are on the disk, or all is as it was."""
    with contextlib.suppress(OSError):
        (places[0] / JOURNAL).unlink(missing_ok=True)


def _take_back(done: Sequence[Move], why: OSError) -> None:
    try:
        for move in reversed(done):
            move.undo()
    except OSError:
        raise RuntimeError from why


def pending(place: Path) -> bool:
    """Whether a room is part of an exchange that has been decided but not closed."""
    with contextlib.suppress(OSError, ValueError):
        return _journal_of(place) is not None
    return False


def finish(place: Path) -> None:
    """Do what is left of the exchange that a room is part of, if it was decided; OSError."""
    journal = _journal_of(place)
    if journal is None:
        return
    room = journal.parent
    try:
        moves = [_read(room, one) for one in json.loads(journal.read_text(encoding="utf-8"))]
    except (ValueError, KeyError, TypeError):  # none of ours: it is written before it has this name
        return
    for move in moves:
        move.repeat()
    for folder in {move.target.parent for move in moves}:
        flush_folder(folder)
    journal.unlink(missing_ok=True)


def _journal_of(place: Path) -> Path | None:
    """The journal of the exchange that a room is part of; None when nothing was decided."""
    journal = place / JOURNAL
    part = place / PART
    if part.exists():
        with contextlib.suppress(ValueError):
            journal = place / str(json.loads(part.read_text(encoding="utf-8")))
    return journal if journal.is_file() else None


def _decide(moves: Iterable[Move], places: Sequence[Path]) -> None:
    """Write the journal: complete and on the disk before it gets the name by which it counts."""
    home = places[0]
    try:
        for other in places[1:]:
            _put(other / PART, _from(other, home / JOURNAL))
        _put(home / JOURNAL, [_written(home, move) for move in moves])
        for place in places:
            flush_folder(place.parent)
    except OSError:
        close(places)
        raise


def _put(path: Path, value: object) -> None:
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps(value, ensure_ascii=True), encoding="ascii")
    flush(draft)
    draft.replace(path)
    flush_folder(path.parent)


def _written(home: Path, move: Move) -> dict[str, Any]:
    paths = {"new": move.new, "target": move.target, "saved": move.saved, "backup": move.backup}
    return {**{name: _from(home, path) for name, path in paths.items()}, "old": move.old}


def _from(home: Path, path: Path | None) -> str | None:
    """Relative, so that a folder that was moved meanwhile still finds its own files."""
    if path is None:
        return None
    try:
        return os.path.relpath(path, home)
    except ValueError:  # another drive
        return str(path)


def _read(home: Path, written: dict[str, Any]) -> Move:
    def at(name: str) -> Path | None:
        path = written[name]
        return None if path is None else Path(os.path.normpath(home / path))

    new, target, old = at("new"), at("target"), written["old"]
    if new is None or target is None:
        raise ValueError(written)
    return Move(new, target, at("saved"), at("backup"), tuple(old) if old else None)
