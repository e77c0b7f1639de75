"""Results as values, made and read back, then put in place together (成套写出)."""

from __future__ import annotations

import filecmp
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kbbx_xl.books.writing import journal, names
from kbbx_xl.books.writing.disk import disk_error, flush, flush_folder, second_name
from kbbx_xl.books.writing.journal import Move
from kbbx_xl.books.writing.room import Room, at_work_in, scratch
from kbbx_xl.books.writing.texts import cuts_noted
from kbbx_xl.messages import KbbxError, OutputError, reason

UNTOUCHED = "原有文件没有动"


@dataclass(frozen=True, slots=True)
class Written:
    """One file that was written; ``note`` (Chinese) tells what the user must know, or is ""."""

    path: Path
    backup: Path | None = None
    note: str = ""

    def __fspath__(self) -> str:
        return str(self.path)

    def __str__(self) -> str:
        return f"{self.path}（{self.note}）" if self.note else str(self.path)


@dataclass(frozen=True, slots=True)
class Result:
    """A file to be: ``make`` writes it where it is told, ``verify`` reads it back or raises.

    ``keep_old`` False is for a file that only ever grows: the new content holds the old.
    """

    target: Path
    make: Callable[[Path], None]
    verify: Callable[[Path], None]
    keep_old: bool = True


@dataclass(frozen=True, slots=True)
class Staged:
    """A result that is made, read back and on the disk, though not yet in its place."""

    target: Path
    new: Path
    keep_old: bool
    note: str = ""


def write_set(results: Sequence[Result]) -> list[Written]:
    """Write files that belong together: all of them, or none.  Same order; raises OutputError."""
    with writing(result.target for result in results) as desk:
        return desk.publish([desk.stage(result) for result in results])


@contextmanager
def writing(targets: Iterable[Path]) -> Iterator[Desk]:
    """Hold the folders of ``targets`` for the block, where they are staged and published.

    Raises OutputError when a target is none, or another run keeps a folder.
    """
    places = list(targets)
    for target in places:
        names.check_target(target)
    with at_work_in(target.parent for target in places) as rooms:
        yield Desk({room.folder: room for room in rooms})


@dataclass(frozen=True, slots=True)
class Desk:
    """The rooms of one run, by folder; goes to another process that makes some of the results."""

    rooms: dict[Path, Room]

    def scratch(self, target: Path) -> Path:
        """Where what leads to a target may lie meanwhile; it is removed with the rest."""
        return self.rooms[target.parent.resolve()].place

    def stage(self, result: Result) -> Staged:
        """Make a result beside its target, read it back and flush it; OutputError."""
        names.check_target(result.target)
        place = self.scratch(result.target)
        try:
            handle, name = tempfile.mkstemp(dir=place, suffix=result.target.suffix)
            os.close(handle)
            new = Path(name)
            with scratch(place), cuts_noted() as noted:
                result.make(new)
            with scratch(place):
                result.verify(new)
            flush(new)
        except KbbxError:
            raise
        except Exception as error:
            refused = disk_error(error)
            if refused is None:
                raise
            raise OutputError(_not_written(result.target, refused)) from error
        return Staged(result.target, new, result.keep_old, noted[0] if noted else "")

    def publish(self, staged: Sequence[Staged]) -> list[Written]:
        """Put all of them in place, or none.  An equal file is left as it is, an open one alone."""
        moves: list[Move | None] = []
        try:
            moves = [self._move(one) for one in staged]
            doing = [move for move in moves if move]
            places = list(dict.fromkeys(move.new.parent for move in doing))
            if doing:
                journal.exchange(doing, places)
        except OSError as error:
            raise OutputError(_not_written(_blamed(error, staged), error)) from error
        except RuntimeError as error:
            raise OutputError(
                "换上新结果时磁盘出错，只换了一部分。结果都已写好，磁盘正常后再运行一次就会换完"
            ) from error
        self._keep(doing, places)
        return [_told(*pair) for pair in zip(staged, moves, strict=True)]

    def _move(self, one: Staged) -> Move | None:
        """What is to be renamed; None when the target has this content already."""
        target, there = one.target, one.target.exists()
        if there and filecmp.cmp(one.new, target, shallow=False):
            return None
        if names.is_open(target):
            return Move(one.new, names.new_name(target), beside=True)
        if not there:
            return Move(one.new, target)
        saved = one.new.with_suffix(".old")
        second_name(target, saved)
        backup = names.backup_name(target, saved) if one.keep_old else None
        return Move(one.new, target, saved, backup, journal.mark_of(target))

    @staticmethod
    def _keep(moves: Sequence[Move], places: Sequence[Path]) -> None:
        """The new names on the disk; then the exchange is over."""
        try:
            for folder in {move.target.parent for move in moves}:
                flush_folder(folder)
        except OSError as error:
            raise OutputError(
                f"新结果已经换上，但磁盘报错：{reason(error)}。可能没有存牢，请检查磁盘后再运行一次"
            ) from error
        finally:
            if places:
                journal.close(places)


def _blamed(error: OSError, staged: Sequence[Staged]) -> Path:
    """The target that an error is about, by the names in it; the first one when it says none."""
    said = {Path(os.fsdecode(n)) for n in (error.filename, error.filename2) if n}
    return next((o.target for o in staged if {o.target, o.new} & said), staged[0].target)


def _not_written(target: Path, error: OSError) -> str:
    return f"“{target.name}”没有写成：{reason(error)}。{UNTOUCHED}"


def _told(one: Staged, move: Move | None) -> Written:
    if move is None:
        return Written(one.target, note=one.note)
    notes = [one.note] if one.note else []
    if move.beside:
        notes.append(f"“{one.target.name}”正在被打开，没有动它；结果存成了“{move.target.name}”")
    elif move.backup:
        notes.append(f"原有的“{one.target.name}”已另存为“{move.backup.name}”")
    return Written(move.target, move.backup, "；".join(notes))
