"""销毁证明: which files were destroyed, by whom, when, on which rule; with places to sign.

Files stand by their mark and SHA-256, never by name: a name may be a child's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path

from kbbx_xl.books import style
from kbbx_xl.books.files import Written, verify_workbook, write_whole
from kbbx_xl.books.oplog import mark_of_kind
from kbbx_xl.books.plain_sheet import PlainBook
from kbbx_xl.books.printing import set_up
from kbbx_xl.books.retention.find import PAPER, Found
from kbbx_xl.books.summary.hidden import STAMP_SHEET, accepted, write_hidden
from kbbx_xl.books.summary.styles import add_formats
from kbbx_xl.model import SUMMARY_FORM

TITLE = "销毁证明"
HEAD = ("序号", "文件编号", "种类", "学年", "学年依据", "大小（字节）", "sha256", "结果")
WIDTHS = (6, 13, 16, 16, 14, 12, 68, 22)
DONE, WAITING = "已销毁", "待销毁"
BEYOND = (
    "销毁的办法：先用 0 覆盖原处内容，再删除。固态硬盘、U 盘会把新内容写到别处，原处可能还留有旧内容；"
    "备份、快照、网盘、邮箱、聊天记录和别的电脑上的副本不在其内，须另行清理。"
)
SIGNED = (
    "经办人（签名）：\n\n\n日期：",
    "监督人（签名）：",
    "单位负责人（签名）：\n\n\n单位（盖章）：",
)
SIGN_PLACES = ((0, 2), (3, 5), (6, 7))  # first and last column of each
SIGN_POINTS = 80


def write_certificate(
    files: Sequence[Found],
    path: Path,
    *,
    outcomes: Mapping[str, str] | None,
    rule: str,
    who: str,
    when: dt.datetime,
) -> Written:
    """Write the certificate to ``path`` (.xlsx); OutputError.

    ``outcomes``: path below the folder -> "" when destroyed, else why not; None before anything was
    destroyed, so that nothing is destroyed which could not be certified.
    """

    def make(new: Path) -> None:
        book = PlainBook(new)
        book.set_properties({"title": TITLE, "author": "kbbx-xl", "created": when})
        _fill(book, _opening(files, outcomes, rule, who, when), files, outcomes)
        stamp = (("form", SUMMARY_FORM), ("version", "1"), (PAPER, "certificate"))
        write_hidden(book, STAMP_SHEET, stamp)
        book.close()

    return write_whole(path, make, verify_workbook, keep_old=outcomes is None)


def _fill(
    book: PlainBook,
    opening: Sequence[str],
    files: Sequence[Found],
    outcomes: Mapping[str, str] | None,
) -> None:
    """The one page: what was done, the files, places to sign."""
    page = book.add_worksheet(TITLE)
    for column, width in enumerate(WIDTHS):
        page.set_column(column, column, width)
    last = len(HEAD) - 1
    formats = add_formats(book)
    accepted(page.merge_range(0, 0, 0, last, TITLE, formats["title"]))
    for row, text in enumerate(opening, 1):
        accepted(page.merge_range(row, 0, row, last, text, formats["note"]))
        page.set_row(row, style.height_of(style.lines(text, sum(WIDTHS), style.SMALL)))
    row = 1 + len(opening)
    for column, title in enumerate(HEAD):
        accepted(page.write_string(row, column, title, formats["head"]))
    set_up(page, landscape=True, repeat=(row, row))
    for number, found in enumerate(files, 1):
        row += 1
        for column, value in enumerate(_line(number, found, outcomes)):
            if isinstance(value, int):
                accepted(page.write_number(row, column, value, formats["text"]))
            else:
                accepted(page.write_string(row, column, value, formats["text"]))
    row += 2  # one row: no page break goes through it
    for text, (first, after) in zip(SIGNED, SIGN_PLACES, strict=True):
        accepted(page.merge_range(row, first, row, after, text, formats["note"]))
    page.set_row(row, SIGN_POINTS)


def _opening(
    files: Sequence[Found],
    outcomes: Mapping[str, str] | None,
    rule: str,
    who: str,
    when: dt.datetime,
) -> list[str]:
    done = sum(outcomes[found.rel] == "" for found in files) if outcomes is not None else 0
    state = f"销毁 {done} 个文件" if outcomes is not None else "尚未销毁，这是销毁前的清单"
    return [
        f"{state}，共列 {len(files)} 个。时间：{when:%Y-%m-%d %H:%M}。账号：{who}。",
        f"依据：{rule}",
        BEYOND,
        "文件编号是本机操作记录用的编号，文件名可能含学生姓名，不列；sha256 可与留存的清单、备份核对。",
    ]


def _line(number: int, found: Found, outcomes: Mapping[str, str] | None) -> tuple[int | str, ...]:
    mark = mark_of_kind(found.path)
    outcome = WAITING if outcomes is None else outcomes[found.rel] or DONE
    year = found.year.label if found.year else ""
    kind = " ".join(filter(None, (mark.kind, mark.suffix)))
    return number, mark.mark, kind, year, found.known_by, found.size, found.sha256, outcome
