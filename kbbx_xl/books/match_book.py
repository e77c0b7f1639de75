"""The result of 人籍比对 as a workbook to work through: what is certain, what a person must decide.

It names children, since it is the register keeper's own work list; it is marked as a result of this
program, so that it is never read as a submission.  It is written row by row, so that 100,000 rows need
little memory.  Every row carries a seal (核对码) in a hidden column: ``match_answers`` takes an answer
only for the row it was given to.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from kbbx_xl.books.plain_sheet import PlainBook
from kbbx_xl.books.printing import fitted, set_up
from kbbx_xl.books.summary.hidden import STAMP_SHEET, accepted, write_hidden
from kbbx_xl.books.summary.links import Links
from kbbx_xl.books.summary.styles import add_formats
from kbbx_xl.books.writing.texts import clean
from kbbx_xl.flow.match_lists import NO, YES, Line, MatchLists, key_of, seal_of
from kbbx_xl.flow.matching import Listed
from kbbx_xl.model import SUMMARY_FORM
from kbbx_xl.rules.matching import Confidence
from kbbx_xl.settings.comparisons import OWN_SHEETS, Outcome
from kbbx_xl.settings.indicators import load_indicators
from kbbx_xl.settings.lists import load_lists

FRONT, DOUBTS = OWN_SHEETS
SEAL = "核对码"
PERSON = ("姓名", "性别", "出生日期", "身份证件号", "学籍号", "学校", "班级", "状态", "来源")
WIDTHS = (10, 6, 12, 21, 21, 18, 13, 10, 30)
BRIEF = ("姓名", "班级", "状态", "来源")
BRIEF_WIDTHS = (12, 14, 10, 34)
QUESTION = ("序号", "把握", "依据", "是否同一人")
HEAD = 3  # row of the column heads, from 0
ANSWERS = [YES, NO]
MOST_LINKED = 5_000  # rows of a sheet that carry links: more make the file slow to write and open
MADE = dt.datetime(2026, 1, 1)  # the same content always gives the same bytes
NOTES = (
    "“确定”：证件号或学籍号可用且姓名相同；同一学校的名册与考勤表之间，班内只有一名的同名学生也算。15 位旧证件号"
    "换算成 18 位、残疾人证号取前 18 位后比对，依据里写明。",
    "“待人工确认”：把握是“很可能”“可能”的，请逐行核对后在“是否同一人”里选“是”或“否”。程序不合并任何人，"
    "残缺的证件号只用来提示。一名学生可能有几行候选，最多一行选“是”。",
    "答完后保存，用 kbbx-xl match --answers 读回，得到最后的名单。没有答的仍在“待人工确认”。请不要改动、删去已写好的行。",
    "本工作簿含未成年人个人信息，只供学籍管理人员核对使用，用后按规定保管或销毁。",
)


def write_lists(lists: MatchLists, path: Path, *, sources: Path | None, home: Path) -> None:
    """Write the workbook; ``sources``: folder links lead to, ``home``: folder it will lie in."""
    book = _Book(path, sources=sources, home=home)
    _front(book, lists)
    _doubts(book, lists)
    for outcome, lines in lists.parts:
        if outcome.listed:
            _listed(book, lists, outcome, lines)
    write_hidden(book.workbook, STAMP_SHEET, stamp(lists, book.seals))
    book.workbook.close()


def stamp(lists: MatchLists, seals: Mapping[str, set[str]]) -> list[tuple[str, str]]:
    """What says that it is a result of ours, of which comparison, and how many rows each sheet has."""
    counted = zip(lists.parts, lists.counts, strict=True)
    return [
        ("form", SUMMARY_FORM),
        ("version", "1"),
        ("comparison", lists.comparison.id),
        ("rows", " ".join(map(str, lists.rows))),
        ("rest", " ".join("0" if part[0].listed else str(count) for part, count in counted)),
        ("answered", " ".join(map(str, lists.answered))),
        *((f"note {n}", note) for n, note in enumerate(lists.notes)),
        *((f"sheet {name}", str(len(found))) for name, found in seals.items()),
    ]


def heads(lists: MatchLists, sheet: str) -> list[tuple[str, Sequence[str]]]:
    """The column heads of a sheet of people: (name of the list above them or "", heads)."""
    one = lists.comparison
    if sheet == DOUBTS:
        people = [(one.left.title, PERSON), (one.right.title, PERSON)]
        return [("", QUESTION), *people, ("", (SEAL,))]
    outcome = next(o for o in one.outcomes if o.sheet == sheet)
    own = ("序号", *(ask.title for ask in outcome.ask), "依据")
    if outcome is one.both:
        return [("", own), (one.left.title, BRIEF), (one.right.title, BRIEF), ("", (SEAL,))]
    side = one.left if outcome is one.only_left else one.right
    return [("", own), (side.title, PERSON), ("", (SEAL,))]


def shown(sheet: str, line: Line) -> Iterator[str]:
    """The cells of a line that nobody fills in, as text: what its seal covers."""
    if line.confidence:
        yield line.confidence
    yield line.how
    whole = sheet == DOUBTS or line.left is None or line.right is None
    for row in (line.left, line.right):
        if row is not None:
            yield from person(row) if whole else brief(row)


def person(row: Listed) -> tuple[str, ...]:
    born = row.birth.isoformat() if row.birth else ""
    who = (row.name, row.sex, born, row.id_no, row.student_no, row.school, row.class_name)
    return (*map(clean, who), clean(row.status), clean(key_of(row)))


def brief(row: Listed) -> tuple[str, ...]:
    """Without numbers and dates of birth: nobody needs them once it is certain."""
    return tuple(map(clean, (row.name, row.class_name, row.status, key_of(row))))


class _Book:
    """The workbook while it is written, row after row."""

    def __init__(self, path: Path, *, sources: Path | None, home: Path) -> None:
        self.workbook = PlainBook.streamed(path)
        self.workbook.set_properties({"title": "人籍比对", "author": "kbbx-xl", "created": MADE})
        self.formats = add_formats(self.workbook)
        self.links = Links(sources, home)
        self.seals: dict[str, set[str]] = {}  # sheet -> seals of its rows

    def sheet(self, name: str, title: str, widths: Sequence[float], *, landscape: bool = True) -> Worksheet:  # fmt: skip
        made = self.workbook.add_worksheet(name)
        self.seals[name] = set()
        set_up(made, landscape=landscape)
        made.hide_gridlines(2)
        for column, width in enumerate(fitted(widths, landscape=landscape)):
            accepted(made.set_column(column, column, width))
        accepted(made.merge_range(0, 0, 0, len(widths) - 1, title, self.formats["title"]))
        return made

    def text(self, sheet: Worksheet, row: int, column: int, text: str, style: str = "center") -> None:  # fmt: skip
        """Text as text, whatever it looks like; an empty one keeps the border."""
        write = sheet.write_string if text else sheet.write_blank
        accepted(write(row, column, text, self.formats[style]))

    def head(self, sheet: Worksheet, groups: Sequence[tuple[str, Sequence[str]]]) -> None:
        """Column heads, with the name of the list above its columns; the seal's column is hidden."""
        column = 0
        for over, titles in groups:
            last = column + len(titles) - 1
            if over:
                accepted(sheet.merge_range(HEAD - 1, column, HEAD - 1, last, over, self.formats["head"]))  # fmt: skip
            column = last + 1
        for column, title in enumerate(t for _, titles in groups for t in titles):
            self.text(sheet, HEAD, column, title, "head")
        accepted(sheet.set_column(column, column, 18, None, {"hidden": True}))
        sheet.repeat_rows(HEAD - 1, HEAD)

    def person(self, sheet: Worksheet, row: int, at: int, who: Listed, *, linked: bool) -> None:
        cells = person(who)
        for column, text in enumerate(cells[:-1], at):
            if column != at + 2:
                self.text(
                    sheet, row, column, text, "id" if column in (at + 3, at + 4) else "center"
                )
        if who.birth:
            day = dt.datetime(who.birth.year, who.birth.month, who.birth.day)
            accepted(sheet.write_datetime(row, at + 2, day, self.formats["date"]))
        self.source(sheet, row, at + len(cells) - 1, who, linked=linked)

    def brief(self, sheet: Worksheet, row: int, at: int, who: Listed, *, linked: bool) -> None:
        cells = brief(who)
        for column, text in enumerate(cells[:-1], at):
            if text:
                self.text(sheet, row, column, text)
        self.source(sheet, row, at + len(cells) - 1, who, linked=linked)

    def seal(self, sheet: Worksheet, row: int, column: int, name: str, line: Line) -> None:
        seal = line.seal or seal_of(name, shown(name, line))
        self.seals[name].add(seal)
        sheet.write_string(row, column, seal)

    def source(self, sheet: Worksheet, row: int, column: int, who: Listed, *, linked: bool) -> None:
        """File, sheet and row, as a link where the file can be found."""
        words = clean(key_of(who))
        target = self.links.target(who.source) if linked else ""
        if target:
            accepted(sheet.write_url(row, column, target, self.formats["link"], words))
        else:
            self.text(sheet, row, column, words)


def _doubts(book: _Book, lists: MatchLists) -> None:
    """One row a question: how sure, why, the answer, and both people."""
    sheet = book.sheet(DOUBTS, "待人工确认的人员", (6, 9, 30, 12, *WIDTHS, *WIDTHS))
    book.head(sheet, heads(lists, DOUBTS))
    linked = len(lists.doubts) <= MOST_LINKED
    for number, x in enumerate(lists.doubts, 1):
        row = HEAD + number
        accepted(sheet.write_number(row, 0, number, book.formats["int"]))
        book.text(sheet, row, 1, x.confidence)
        book.text(sheet, row, 2, x.how, "text")
        book.text(sheet, row, 3, x.answer)
        for at, who in ((4, x.left), (4 + len(PERSON), x.right)):
            if who is not None:
                book.person(sheet, row, at, who, linked=linked)
        book.seal(sheet, row, 4 + 2 * len(PERSON), DOUBTS, x)
    _finish(sheet, len(lists.doubts), 4 + 2 * len(PERSON), freeze=4)
    _choice(sheet, len(lists.doubts), 3, ANSWERS, strict=True)


def _listed(book: _Book, lists: MatchLists, outcome: Outcome, lines: Sequence[Line]) -> None:
    """The people of one class of result, with the columns to fill in."""
    both, own = outcome is lists.comparison.both, 2 + len(outcome.ask)
    people = (*BRIEF_WIDTHS, *BRIEF_WIDTHS) if both else WIDTHS
    widths = (6, *(24 for _ in outcome.ask), 26, *people)
    sheet = book.sheet(outcome.sheet, f"{outcome.sheet}的人员", widths)
    accepted(sheet.write_string(1, 0, outcome.means, book.formats["left"]))
    book.head(sheet, heads(lists, outcome.sheet))
    linked = len(lines) <= MOST_LINKED
    for number, x in enumerate(lines, 1):
        row = HEAD + number
        accepted(sheet.write_number(row, 0, number, book.formats["int"]))
        for n in range(len(outcome.ask)):
            book.text(sheet, row, 1 + n, x.filled[n] if n < len(x.filled) else "", "text")
        book.text(sheet, row, own - 1, x.how, "text")
        put, breadth = (book.brief, len(BRIEF)) if both else (book.person, 0)
        for n, who in enumerate(who for who in (x.left, x.right) if who is not None):
            put(sheet, row, own + n * breadth, who, linked=linked)
        book.seal(sheet, row, len(widths), outcome.sheet, x)
    _finish(sheet, len(lines), len(widths), freeze=own + 1)
    for n, ask in enumerate(outcome.ask, 1):
        if ask.choices:
            _choice(sheet, len(lines), n, load_lists()[ask.choices].values, strict=False)


def _finish(sheet: Worksheet, rows: int, columns: int, *, freeze: int) -> None:
    sheet.freeze_panes(HEAD + 1, freeze)
    if rows:
        sheet.autofilter(HEAD, 0, HEAD + rows, columns - 1)


def _choice(
    sheet: Worksheet, rows: int, column: int, words: Sequence[str], *, strict: bool
) -> None:
    """A drop-down; ``strict``: nothing else may stand there."""
    if rows:
        rule = {
            "validate": "list", "source": list(words), "show_error": strict,
            "error_message": f"只选{'、'.join(words)}"[:255],
        }  # fmt: skip
        accepted(sheet.data_validation(HEAD + 1, column, HEAD + rows, column, rule))


def _front(book: _Book, lists: MatchLists) -> None:
    """How many rows of either list stand where; the answers given are counted by formulas."""
    one = lists.comparison
    sheet = book.sheet(FRONT, f"{one.title}结果", (26, 12, 12, 60), landscape=False)
    for column, title in enumerate(("项目", one.left.title, one.right.title, "说明")):
        book.text(sheet, HEAD, column, title, "head")
    row = HEAD + 1
    for label, mine, theirs, words in _figures(lists):
        book.text(sheet, row, 0, label, "label")
        for column, value in ((1, mine), (2, theirs)):
            if isinstance(value, str) and value.startswith("="):
                accepted(
                    sheet.write_formula(row, column, value, book.formats["int"], _known(value))
                )
            elif isinstance(value, int):
                accepted(sheet.write_number(row, column, value, book.formats["int"]))
            else:
                book.text(sheet, row, column, value)
        book.text(sheet, row, 3, words, "text")
        row += 1
    sources = "、".join(dict.fromkeys(s for s in (*one.source, *(s for o in one.outcomes for a in o.ask for s in a.source))))  # fmt: skip
    for note in (*lists.notes, *NOTES, f"依据：{sources}。"):
        accepted(sheet.merge_range(row, 0, row, 3, note, book.formats["note"]))
        sheet.set_row(row, 15 * (1 + 2 * len(note) // 100) + 3)
        row += 1


def _known(formula: str) -> int:
    """The result of a formula before anybody answers: the number it begins with, else 0."""
    number = formula[1:].partition("+")[0]
    return int(number) if number.isdigit() else 0


Figure = tuple[str, int | str, int | str, str]


def _figures(lists: MatchLists) -> Iterator[Figure]:
    one, (alone, other, _) = lists.comparison, lists.counts
    yield "名单行数", *lists.rows, _files(lists)
    sides = [{key_of(x.left) for x in lists.both}, {key_of(x.right) for x in lists.both}]
    joined = [len(side) + lists.rest[2] for side in sides]
    yield one.both.sheet, joined[0], joined[1], one.both.means
    asked = [{key_of(x.left) for x in lists.doubts}, {key_of(x.right) for x in lists.doubts}]
    levels = Counter(x.confidence for x in lists.doubts)
    words = "、".join(f"{level} {levels[level]} 行" for level in Confidence if levels[level])
    yield DOUBTS, len(asked[0]), len(asked[1]), words
    yield one.only_left.sheet, alone, "", one.only_left.means
    by_status = Counter(x.left.status or "（没有写）" for x in lists.only_left if x.left)
    for status, number in sorted(by_status.items()):
        yield f"　其中状态为{status}", number, "", f"{one.only_left.sheet}的"
    yield one.only_right.sheet, "", other, one.only_right.means
    if one.indicator:
        yield from _rate(lists)
    for answer, before in zip(ANSWERS, lists.answered, strict=True):
        formula = f"={f'{before}+' if before else ''}COUNTIF('{DOUBTS}'!$D:$D,\"{answer}\")"
        words = f"已读回 {before} 行，加上{DOUBTS}里的答复" if before else f"{DOUBTS}里的答复"
        yield f"已确认“{answer}”的行", formula, "", words
    for outcome, lines in lists.parts:
        for n, ask in enumerate(outcome.ask if outcome.listed else (), 1):
            column = xl_col_to_name(n)
            cells = (
                f"'{outcome.sheet}'!${column}${HEAD + 2}:${column}${HEAD + 1 + max(len(lines), 1)}"
            )
            yield f"已填“{ask.title}”的行", f'=COUNTIF({cells},"?*")', "", f"{outcome.sheet}，应填 {len(lines)} 行"  # fmt: skip


def _rate(lists: MatchLists) -> Iterator[Figure]:
    """人籍一致率 with numerator and denominator."""
    indicator = load_indicators()[lists.comparison.indicator]
    agreed, compared = lists.agreement
    share = f"{agreed / compared:.2%}" if compared else "—"
    yield (
        indicator.title,
        agreed,
        compared,
        f"{share}（{agreed}÷{compared}，{indicator.formula}；待确认的不算相符）",
    )


def _files(lists: MatchLists) -> str:
    """Which files and sheets either list was read from."""
    found: tuple[dict[str, None], dict[str, None]] = ({}, {})
    for x in (*lists.both, *lists.doubts, *lists.only_left, *lists.only_right):
        for places, who in zip(found, (x.left, x.right), strict=True):
            if who is not None:
                places[f"{who.source.file}（{who.source.sheet}）"] = None
    sides = zip((lists.comparison.left, lists.comparison.right), found, strict=True)
    return "；".join(
        f"{side.title}：{'、'.join(list(places)[:3])}{f'等{len(places)}张表' if len(places) > 3 else ''}"
        for side, places in sides
    )
