"""A result of 人籍比对 read back with the answers a person gave (是/否, 原因, 核实结果).

The workbook alone is read, not the lists it was made from.  Every row is held against its seal: what
was changed since it was written is told (Y02) and its answer not taken; rows taken away are told (Y04).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import python_calamine

from kbbx_xl.books.match_book import DOUBTS, HEAD, heads, shown
from kbbx_xl.books.read.sheets import stamp_of
from kbbx_xl.books.summary.hidden import STAMP_SHEET
from kbbx_xl.flow.match_lists import Line, MatchLists, apply_answers, seal_of
from kbbx_xl.flow.matching import Listed
from kbbx_xl.flow.source import Source
from kbbx_xl.messages import InputError
from kbbx_xl.model import Finding
from kbbx_xl.settings.comparisons import comparisons
from kbbx_xl.settings.lists import load_lists

NOT_OURS = "不是人籍比对的结果：请给 kbbx-xl match 写出、由人答过的那个工作簿"
CHANGED = "“{sheet}”的表头被改动过，读不了答复。请撤销改动，不要增删栏"
_SOURCE = re.compile(r"(.*) (\S*) 第(\d+)行", re.DOTALL)
Rows = list[list[str]]


def read_answers(path: Path) -> tuple[MatchLists, list[Finding]]:
    """The lists of an answered result with the answers applied, and what is wrong with those.

    Raises InputError for a file that is not there or no such result, or whose columns were changed.
    """
    if not path.is_file():
        raise InputError(f"找不到文件：{path}")
    sheets = _sheets(path)
    stamp = stamp_of(sheets.get(STAMP_SHEET, ()))
    one = comparisons().get(stamp.get("comparison", ""))
    if one is None:
        raise InputError(f"“{path.name}”{NOT_OURS}")
    left, right = (int(n) for n in stamp["rows"].split())
    rest = [int(n) for n in stamp["rest"].split()]
    notes = tuple(value for key, value in stamp.items() if key.startswith("note "))
    yes, no = (int(n) for n in stamp.get("answered", "0 0").split())
    lists = MatchLists(
        one, (left, right), notes=notes, rest=(rest[0], rest[1], rest[2]), answered=(yes, no)
    )
    findings: list[Finding] = []
    parts = [(DOUBTS, lists.doubts), *((o.sheet, lines) for o, lines in lists.parts if o.listed)]
    for name, lines in parts:
        titles = heads(lists, name)
        rows = sheets.get(name, [])
        if [t for _, some in titles for t in some] != (rows[HEAD] if len(rows) > HEAD else []):
            raise InputError(CHANGED.format(sheet=name))
        read = [_line(row, lists, name, (path.name, name, n)) for n, row in _numbered(rows)]
        kept, wrong = _sealed(read, name, int(stamp.get(f"sheet {name}", 0)), path.name)
        lines.extend(kept)
        findings += wrong
    findings += _unknown_answers(lists)
    applied, more = apply_answers(lists)
    return applied, [*findings, *more]


def _sheets(path: Path) -> Mapping[str, Rows]:
    """Every sheet as text, row by row; InputError when the file cannot be read."""
    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        return {
            name: [
                [_text(value) for value in row]
                for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            ]
            for name in book.sheet_names
        }
    except (OSError, python_calamine.CalamineError) as error:
        raise InputError(f"“{path.name}”打不开，不是 .xlsx 工作簿") from error


def _text(value: object) -> str:
    """A cell as its seal covers it."""
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    return f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value)


def _numbered(rows: Rows) -> Iterator[tuple[int, list[str]]]:
    """Rows below the heads that hold anything, with their numbers in the sheet."""
    for number, row in enumerate(rows[HEAD + 1 :], HEAD + 2):
        if any(row):
            yield number, row


def _line(row: Sequence[str], lists: MatchLists, sheet: str, where: tuple[str, str, int]) -> Line:
    one, seal = lists.comparison, row[-1]
    if sheet == DOUBTS:
        middle = 4 + (len(row) - 5) // 2
        return Line(
            _person(row[4:middle]), _person(row[middle:-1]), row[2], row[1], row[3].strip(),
            seal=seal, where=where,
        )  # fmt: skip
    outcome = next(o for o in one.outcomes if o.sheet == sheet)
    at = 2 + len(outcome.ask)
    filled, how, rest = tuple(t.strip() for t in row[1 : at - 1]), row[at - 1], row[at:-1]
    if outcome is one.both:
        half = len(rest) // 2
        both = _brief(rest[:half]), _brief(rest[half:])
        return Line(both[0], both[1], how, filled=filled, seal=seal, where=where)
    who = _person(rest)
    left, right = (who, None) if outcome is one.only_left else (None, who)
    return Line(left, right, how, filled=filled, seal=seal, where=where)


def _person(cells: Sequence[str]) -> Listed:
    name, sex, born, id_no, student_no, school, class_name, status, source = cells
    try:
        birth = dt.date.fromisoformat(born) if born else None
    except ValueError:  # changed by hand: the seal tells
        birth = None
    who = (name, sex, birth, id_no, student_no, school, class_name, status)
    return Listed(*who, _source(source))


def _brief(cells: Sequence[str]) -> Listed:
    name, class_name, status, source = cells
    return Listed(name, "", None, "", "", "", class_name, status, _source(source))


def _source(text: str) -> Source:
    found = _SOURCE.fullmatch(text)
    return Source(found[1], found[2], int(found[3])) if found else Source(text)


def _sealed(
    read: Sequence[Line], sheet: str, count: int, file: str
) -> tuple[list[Line], list[Finding]]:
    """The lines whose seal fits, those changed without their answer, and findings on the latter."""
    kept: list[Line] = []
    findings: list[Finding] = []
    seen: set[str] = set()
    for x in read:
        if x.seal in seen or x.seal != seal_of(sheet, shown(sheet, x)):
            findings.append(x.finding("Y02", "A"))
            x = replace(x, answer="")  # noqa: PLW2901
        seen.add(x.seal)
        kept.append(x)
    if (gone := count - len(seen)) > 0:
        findings.append(Finding("Y04", file, sheet, "", {"count": gone}))
    return kept, findings


def _unknown_answers(lists: MatchLists) -> list[Finding]:
    """Make every answer 是, 否 or nothing; V02 where it is another word."""
    words, findings = load_lists()["yes_no"], []
    for n, x in enumerate(lists.doubts):
        answer = words.canonical(x.answer) or ""
        if x.answer and not answer:
            findings.append(x.finding("V02", "D", title="是否同一人"))
        lists.doubts[n] = replace(x, answer=answer)
    return findings
