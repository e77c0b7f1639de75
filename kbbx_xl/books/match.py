"""人籍比对 on files: the lists to compare read, and the result written as a workbook to work through."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path

from kbbx_xl.books.checking import common_folder, list_files, refuse_unread, shown_path
from kbbx_xl.books.files import Written, verify_workbook, write_whole
from kbbx_xl.books.match_book import write_lists
from kbbx_xl.books.reading import Reader, read_files
from kbbx_xl.flow.match_lists import MatchLists, lists_of
from kbbx_xl.flow.matching import MatchResult, match_reads
from kbbx_xl.model import FileRead, Period
from kbbx_xl.settings.forms import Form, all_forms, read_form
from kbbx_xl.settings.strict import config_path, load

__all__ = ["match_reads", "read_people", "write_match"]


@functools.cache
def _list_forms() -> tuple[Form, ...]:
    """Forms by which a list is recognised: all declared ones, and anybody's list of people."""
    return (*all_forms(), read_form(load(config_path("matching", "people.yaml"))))


def read_people(*sides: Sequence[Path], period: Period) -> tuple[list[list[FileRead]], Path]:
    """Files and folders of each side, read, and the folder that their paths are relative to.

    InputError that says why when nothing on a side can be read."""
    listed = [[path.resolve() for path, _ in list_files(side)] for side in sides]
    root = common_folder(path.parent for side in listed for path in side)
    reader = Reader(period, _list_forms())
    reads = [read_files([(p, shown_path(p, root)) for p in side], reader) for side in listed]
    for side in reads:
        refuse_unread(side)
    return reads, root


def write_match(
    result: MatchResult | MatchLists, target: Path, *, sources: Path | None = None
) -> Written:
    """Write a comparison, or the lists of one that was answered; raises OutputError.

    ``sources``: folder of the compared files, for links.
    """
    lists = lists_of(result) if isinstance(result, MatchResult) else result
    root, home = (sources.resolve() if sources else None), target.parent.resolve()
    return write_whole(
        target, lambda path: write_lists(lists, path, sources=root, home=home), verify_workbook
    )
