"""The result of 人籍比对 as a workbook to work through: what is certain, what a person must decide.

It names children, since it is the register keeper's own work list; it is marked as a result of this
program, so that it is never read as a submission.
"""

from __future__ import annotations

import functools
import os
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path, PurePath
from typing import TypeVar

from kbbx_xl.books.checking import list_files, refuse_unread
from kbbx_xl.books.files import Written, verify_workbook, write_whole
from kbbx_xl.books.read import read_file
from kbbx_xl.books.summary.paper import Book, Paper, accepted
from kbbx_xl.flow.context import NO_POLICY
from kbbx_xl.flow.matching import Listed, MatchResult, PeopleList, match_reads
from kbbx_xl.flow.result import County
from kbbx_xl.model import Directory, FileRead, Period
from kbbx_xl.rules.matching import Confidence, Pair
from kbbx_xl.settings.forms import Form, all_forms, read_form
from kbbx_xl.settings.strict import config_path, load

__all__ = ["match_reads", "read_people", "write_match"]

DOUBTS, BOTH = "待人工确认", "两边都有"
PERSON = ("姓名", "性别", "出生日期", "身份证件号", "学籍号", "学校", "班级", "状态", "来源")
WIDTHS = (10, 6, 12, 21, 21, 18, 13, 10, 30)
BRIEF = ("姓名", "班级", "状态", "来源")
BRIEF_WIDTHS = (12, 14, 10, 34)
T = TypeVar("T")
ANSWERS = ["是", "否"]
MOST_LINKED = 5_000  # rows of 两边都有 that carry links: more make the file slow to open
NOTES = (
    "“两边都有”：证件号或学籍号可用且姓名相同；同一学校的名册与考勤表之间，班内只有一名的同名学生也算。",
    "“待人工确认”：把握是“很可能”“可能”的，请逐行核对后在“是否同一人”里选“是”或“否”。程序不合并任何人，"
    "残缺的证件号不参加比对。一名学生可能有几行候选，最多一行选“是”。",
    "“只在”两张表：另一方没有这个人，也没有相近的人。只在学籍的，查明是否在校、去向；只在对方的，查明在哪里就读。",
    "本工作簿含未成年人个人信息，只供学籍管理人员核对使用，用后按规定保管或销毁。",
)


@functools.cache
def _list_forms() -> tuple[Form, ...]:
    """Forms by which a list is recognised: all declared ones, and anybody's list of people."""
    return (*all_forms(), read_form(load(config_path("matching", "people.yaml"))))


def read_people(*sides: Sequence[Path], period: Period) -> tuple[list[list[FileRead]], Path]:
    """Files and folders of each side, read, and the folder that their paths are relative to.

    InputError that says why when nothing on a side can be read."""
    listed = [[path.resolve() for path, _ in list_files(side)] for side in sides]
    root = _common(path for side in listed for path in side)
    reads = [[_read(path, root, period) for path in side] for side in listed]
    for side in reads:
        refuse_unread(side)
    return reads, root


def _common(paths: Iterable[Path]) -> Path:
    parents = [str(path.parent) for path in paths]
    try:
        return Path(os.path.commonpath(parents))
    except ValueError:  # several drives, or no file at all
        return Path()


def _read(path: Path, root: Path, period: Period) -> FileRead:
    rel = PurePath(path.relative_to(root) if path.is_relative_to(root) else path).as_posix()
    return read_file(path, rel, period=period, forms=_list_forms())


def write_match(result: MatchResult, target: Path, *, sources: Path | None = None) -> Written:
    """Write the result; ``sources``: folder of the compared files, for links.  Raises OutputError."""

    def make(path: Path) -> None:
        county = County(result.month, result.month.last, NO_POLICY, Directory(()))
        home = target.parent.resolve()
        root = sources.resolve() if sources else None
        book = Book(path, county, title="人籍比对", sources=root, home=home)
        _counts(book, result)
        _doubts(book, result)
        for side, rows in (
            (result.left, result.matching.only_left),
            (result.right, result.matching.only_right),
        ):
            _only(book, side, rows)
        _both(book, result)
        book.close()

    return write_whole(target, make, verify_workbook)


def _paper(book: Book, name: str, title: str, heads: Sequence[str], widths: Sequence[float], *, freeze: int = 0) -> Paper:  # fmt: skip
    paper = book.paper(name)
    paper.heading(title, "", "", widths)
    paper.head(heads, freeze=freeze)
    return paper


def _counts(book: Book, result: MatchResult) -> None:
    """How many rows of either list stand where; the answers given are counted by formulas."""
    left, right, found = result.left, result.right, result.matching
    heads = ("项目", left.title, right.title, "说明")
    paper = book.paper("首页", landscape=False)
    paper.heading("人籍比对结果", "", "", (24, 12, 12, 46))
    paper.head(heads)
    doubtful = ({p.left for p in found.doubtful}, {p.right for p in found.doubtful})
    settled = ({p.left for p in found.both}, {p.right for p in found.both})
    lines: list[tuple[str, int, int, str]] = [
        ("名单行数", len(left.rows), len(right.rows), _files(left) + "；" + _files(right)),
        (BOTH, len(settled[0]), len(settled[1]), "确定是同一人"),
        (DOUBTS, len(doubtful[0]), len(doubtful[1]), _doubt_words(found.doubtful)),
        ("只在一方", len(found.only_left), len(found.only_right), "另一方没有"),
    ]
    for title, mine, theirs, words in lines:
        paper.text(paper.row, 0, title, "label")
        paper.plain(paper.row, 1, mine)
        paper.plain(paper.row, 2, theirs)
        paper.text(paper.row, 3, words)
        paper.end_row()
    by_status = Counter(left.rows[i].status or "（没有写）" for i in found.only_left)
    for status, number in sorted(by_status.items()):
        paper.text(paper.row, 0, f"　其中状态为{status}", "label")
        paper.plain(paper.row, 1, number)
        paper.text(paper.row, 2, "")
        paper.text(paper.row, 3, f"只在{left.title}的")
        paper.end_row()
    for answer in ANSWERS:
        paper.text(paper.row, 0, f"已确认“{answer}”的行", "label")
        formula = f"=COUNTIF('{DOUBTS}'!$D:$D,\"{answer}\")"
        how = "待人工确认里的答复"
        paper.formula(paper.row, 1, formula, 0, f"已确认{answer}", how=how, cells=f"{DOUBTS}!D:D")
        paper.text(paper.row, 2, "")
        paper.text(paper.row, 3, how)
        paper.end_row()
    for note in NOTES:
        paper.note(note)


def _files(side: PeopleList) -> str:
    places = dict.fromkeys(f"{row.source.file}（{row.source.sheet}）" for row in side.rows)
    shown = "、".join(list(places)[:3])
    return f"{side.title}：{shown}{f'等{len(places)}张表' if len(places) > 3 else ''}"


def _doubt_words(pairs: Iterable[Pair]) -> str:
    levels = Counter(p.confidence for p in pairs)
    return "、".join(f"{level} {levels[level]} 行" for level in Confidence if levels[level])


def _doubts(book: Book, result: MatchResult) -> None:
    titles = (result.left.title, result.right.title)
    heads = ("序号", "把握", "依据", "是否同一人", *(f"{t}/{h}" for t in titles for h in PERSON))
    widths = (6, 9, 30, 12, *WIDTHS, *WIDTHS)
    paper = _paper(book, DOUBTS, "待人工确认的人员", heads, widths, freeze=4)
    first = paper.row
    for number, pair in enumerate(result.matching.doubtful, 1):
        paper.plain(paper.row, 0, number)
        paper.text(paper.row, 1, pair.confidence, "center")
        paper.text(paper.row, 2, pair.how)
        paper.text(paper.row, 3, "", "center")
        _person(paper, 4, result.left.rows[pair.left])
        _person(paper, 4 + len(PERSON), result.right.rows[pair.right])
        paper.end_row()
    if paper.row > first:
        rule = {"validate": "list", "source": ANSWERS, "error_message": "只选“是”或“否”"}
        accepted(paper.sheet.data_validation(first, 3, paper.row - 1, 3, rule))
        paper.sheet.autofilter(first - 1, 0, paper.row - 1, len(heads) - 1)


def _only(book: Book, side: PeopleList, rows: Sequence[int]) -> None:
    name = f"只在{side.title}"
    paper = _paper(book, name, f"{name}的人员", ("序号", *PERSON), (6, *WIDTHS), freeze=2)
    _numbered(paper, rows, lambda i: _person(paper, 1, side.rows[i]))


def _both(book: Book, result: MatchResult) -> None:
    """Without numbers and dates of birth: nobody needs them once it is certain."""
    titles = (result.left.title, result.right.title)
    heads = ("序号", "依据", *(f"{t}/{h}" for t in titles for h in BRIEF))
    widths = (6, 26, *BRIEF_WIDTHS, *BRIEF_WIDTHS)
    paper = _paper(book, BOTH, "两边都有的人员", heads, widths, freeze=3)

    linked = len(result.matching.both) <= MOST_LINKED

    def put(pair: Pair) -> None:
        paper.text(paper.row, 1, pair.how)
        for at, row in ((2, result.left.rows[pair.left]), (6, result.right.rows[pair.right])):
            for column, text in enumerate((row.name, row.class_name, row.status), at):
                paper.text(paper.row, column, text, "center")
            _source(paper, at + 3, row, linked=linked)

    _numbered(paper, result.matching.both, put)


def _numbered(paper: Paper, rows: Sequence[T], put: Callable[[T], None]) -> None:
    first = paper.row
    for number, row in enumerate(rows, 1):
        paper.plain(paper.row, 0, number)
        put(row)
        paper.end_row()
    if paper.row > first:
        paper.sheet.autofilter(first - 1, 0, paper.row - 1, paper.columns - 1)


def _person(paper: Paper, at: int, row: Listed) -> None:
    line = paper.row
    paper.text(line, at, row.name, "center")
    paper.text(line, at + 1, row.sex, "center")
    paper.date(line, at + 2, row.birth)
    paper.text(line, at + 3, row.id_no, "id")
    paper.text(line, at + 4, row.student_no, "id")
    for column, text in enumerate((row.school, row.class_name, row.status), at + 5):
        paper.text(line, column, text, "center")
    _source(paper, at + 8, row)


def _source(paper: Paper, column: int, row: Listed, *, linked: bool = True) -> None:
    """File, sheet and row, as a link where the file can be found."""
    source = row.source
    words = f"{source.file} {source.sheet} 第{source.row}行"
    target = paper.book.link(source) if linked else ""
    if target:
        paper.link(paper.row, column, target, words)
    else:
        paper.text(paper.row, column, words)
