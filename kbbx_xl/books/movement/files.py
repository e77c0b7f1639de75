"""The files of one county in two months, read for 学籍流动."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import replace
from pathlib import Path

from kbbx_xl.books.checking import (
    common_folder,
    read_for_month,
    refuse_unread,
    settled_day,
    shown_path,
    told_by,
)
from kbbx_xl.books.consolidate import load_directory
from kbbx_xl.books.guard import Progress
from kbbx_xl.books.one_click import earlier_results
from kbbx_xl.books.read import read_folder
from kbbx_xl.books.reading import Reader, read_files
from kbbx_xl.flow.context import make_context
from kbbx_xl.flow.movement import Movement, find_movement
from kbbx_xl.flow.movement.reading import READ_KINDS
from kbbx_xl.messages import InputError
from kbbx_xl.model import FileRead, Period
from kbbx_xl.settings.policies import Policy


def read_movement(
    folder: Path,
    before: Path | None,
    *,
    out: Path,
    policy: Policy,
    today: dt.date,
    month: Period | None = None,
    directory: Path | None = None,
    progress: Progress | None = None,
) -> tuple[Movement, Path]:
    """Both folders read and compared, and the folder that paths in the result are relative to.

    ``before`` None: earlier workbooks in ``folder`` are the history.  ``out`` is left unread.  Raises
    InputError without a unit directory, or when the earlier folder is not of an earlier month.
    """
    known, calendar, _, own = load_directory(folder, directory)
    if before is not None and not before.is_dir():
        raise InputError(f"找不到文件夹：{before}")
    root = common_folder(place.resolve() for place in (folder, before) if place)
    left_out = {p.resolve() for p in own | earlier_results(folder, out)} | {out.resolve()}
    usual = Period(today.year, today.month)

    def side(place: Path, without: Path | None) -> Callable[[Period], list[FileRead]]:
        return lambda period: _read(place, without, root, left_out, period, progress)

    reads, now, said = read_for_month(side(folder, before), usual, month=month)
    refuse_unread(reads)
    context, _ = make_context(now, settled_day(now, said, today), policy, known, calendar)
    if before is None:
        return find_movement(reads, None, context), root
    olds, then, day = read_for_month(side(before, folder), now.before)
    refuse_unread(olds)
    if then >= now:
        files = told_by(olds, then), told_by(reads, now)
        at = [f"，见 {file}" if file else "" for file in files]
        raise InputError(
            f"上期材料（{before}）是{then.label}的{at[0]}；本期是{now.label}的{at[1]}。"
            "请选更早一期的；本期月份认错了的，用 --month 写明"
        )
    earlier = replace(context, month=then, as_of=settled_day(then, day, then.last))
    return find_movement(reads, olds, context, earlier=earlier), root


def _read(
    folder: Path,
    without: Path | None,
    root: Path,
    left_out: Collection[Path],
    period: Period,
    progress: Progress | None,
) -> list[FileRead]:
    """Files below ``folder`` but not of the other side, with the tables that matter here only."""
    inner = without.resolve() if without else None
    paths = [path.resolve() for path, _ in read_folder(folder)]
    if inner and inner != folder.resolve() and inner.is_relative_to(folder.resolve()):
        paths = [p for p in paths if not p.is_relative_to(inner)]
    todo = [p for p in paths if p not in left_out]
    files = [(path, shown_path(path, root)) for path in todo]
    return read_files(files, Reader(period, keep=_needed), progress)


def _needed(read: FileRead) -> FileRead:
    read.tables = [t for t in read.tables if t.kind in READ_KINDS]
    return read
