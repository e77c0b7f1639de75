"""Files read under watch (受监护的读取): what every command that opens received files goes through."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from kbbx_xl.books.guard import Begin, Progress, Spent, each_read, watched, workers_for
from kbbx_xl.books.read import read_file, refused
from kbbx_xl.messages import InputError, message
from kbbx_xl.model import FileRead, Period
from kbbx_xl.settings.forms import Form

Opened = TypeVar("Opened")
File = tuple[Path, str]  # where it lies, and the name to show


@dataclass(frozen=True, slots=True)
class Reader:
    """``read_file`` with all but the file settled; ``keep`` drops what a command does not need."""

    period: Period
    forms: Sequence[Form] | None = None
    keep: Callable[[FileRead], FileRead] | None = None

    def __call__(self, file: File) -> FileRead:
        read = read_file(*file, period=self.period, forms=self.forms)
        return self.keep(read) if self.keep else read


def read_files(
    files: Sequence[File], reader: Reader, progress: Progress | None = None
) -> list[FileRead]:
    """Each file read in a watched process, in order; trouble with one is its finding."""
    if not files:
        return []
    workers = workers_for(len(files))
    size = max(1, len(files) // (workers * 8))
    batches = [files[at : at + size] for at in range(0, len(files), size)]
    return [
        read
        for answers in watched(partial(_read_batch, reader=reader), batches, workers, progress)
        for read in answers
    ]


def _read_batch(
    files: Sequence[File], begin: Begin, spent: Spent, *, reader: Reader
) -> list[FileRead]:
    return each_read(files, reader, refuse, begin, spent)


def refuse(file: File, cause: str) -> FileRead:
    """What is told of a file that could not be read to its end."""
    return refused(*file, cause)


def opened(function: Callable[[Path], Opened], path: Path) -> Opened:
    """``function(path)`` in a watched process; InputError when reading takes too much.

    What the function raises on purpose is raised here.
    """
    (answer,) = watched(partial(_open_one, function=function), [path], 1)
    if isinstance(answer, str):
        (finding,) = refused(path, path.name, answer).findings
        raise InputError(f"“{path.name}”：{message(finding)}")
    return answer[0]


def _open_one(
    path: Path, begin: Begin, spent: Spent, *, function: Callable[[Path], Opened]
) -> tuple[Opened] | str:
    if spent:
        return next(iter(spent.values()))
    begin(0)
    try:
        return (function(path),)
    except MemoryError:
        return "占用内存过多"
