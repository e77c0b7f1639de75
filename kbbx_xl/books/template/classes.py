"""Drop-downs that depend on each other, without macros: 年级 -> 班级 -> 姓名, taken from the roster.

Hidden sheet _classes, worked out by formulas from 学生名册, so that it follows what a school pastes there:

| name | holds |
|---|---|
| 班级_年级 | 1 x 9: the grades that have a class, — for the others |
| 班级_起, 班级_数 | first cell of the lists of classes; how many each has, the usual ones (1班 …) first |
| 班级_键, 班级_首, 班级_人 | 年级|班级; first pupil of the class in the roster, from 0; number of pupils |
| 名册_首, 名册_人 | first name of the roster; rows down to the last one |

A class is offered in the order of the roster.  Pupils of one class that stand apart, and a grade without
a class, fall back to everybody and to the usual classes: a list is an offer, nothing is refused.  No
function is newer than Excel 2010; OFFSET gives the range, as Excel, WPS and LibreOffice all take it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xlsxwriter.utility import xl_col_to_name

from kbbx_xl.books.template.calc.regions import Region
from kbbx_xl.books.template.page import Book, Page, quoted
from kbbx_xl.model import GRADES
from kbbx_xl.settings.forms import Field, FieldType, Form

SHEET = "_classes"
ROSTER = "roster"
MOST = 30  # classes of one grade
USUAL = tuple(f"{number}班" for number in range(1, 13))
NONE = "—"
HEAD, COUNT, FIRST = 0, 1, 2  # rows
KEY, START, SIZE, LENGTH = 11, 12, 13, 15  # columns right of the lists
Record = Mapping[str, object]


def offered(form: Form, table: str, field: Field, cells: Mapping[str, str]) -> str:
    """Formula of the list that a cell of ``table`` offers, "" for none; ``cells``: column -> $G4."""
    if not any(s.table == ROSTER for s in form.sheets) or "grade" not in cells:
        return ""
    if field.type is FieldType.CLASS:
        at = f"IFERROR(MATCH({cells['grade']},班级_年级,0),0)"
        return f"=OFFSET(班级_起,0,{at},INDEX(班级_数,{at}+1),1)"
    if field.name == "name" and "class_name" in cells and table != ROSTER:
        key = f'MATCH({cells["grade"]}&"|"&{cells["class_name"]},班级_键,0)'
        start, size = f"INDEX(班级_首,{key})", f"INDEX(班级_人,{key})"
        return f"=OFFSET(名册_首,IFERROR({start},0),0,IFERROR({size},名册_人),1)"
    return ""


def put_classes(book: Book, region: Region, pupils: Sequence[Record]) -> None:
    """Write the hidden sheet; ``region`` is where the roster lies."""
    page, style = book.page(SHEET), book.style("hidden", num_format="General")
    name, grade, class_ = (region.column(n) for n in ("name", "grade", "class_name"))
    rows = f"ROW({name})-{region.first_row}"
    last = max((i for i, p in enumerate(pupils, 1) if p.get("name")), default=1)
    page.formula(HEAD, LENGTH, f'=MAX(1,SUMPRODUCT(MAX(({name}<>"")*({rows}))))', style, last)
    page.put(HEAD, 0, "没有班级的年级", style)
    page.put(COUNT, 0, len(USUAL), style)
    for row, usual in enumerate(USUAL, FIRST):
        page.put(row, 0, usual, style)
    for col, each in enumerate(GRADES, 1):
        known = classes_of(pupils, each)
        _put_list(page, col, each, known, grade, class_)
        for place in range(MOST):
            found = known[place] if place < len(known) else ""
            _put_block(page, (col, place), each, region, _block(pupils, each, found, last))
    _define(book, region)
    page.sheet.very_hidden()
    page.sheet.protect()


def classes_of(pupils: Sequence[Record], grade: str) -> list[str]:
    """The classes of a grade in the order of the roster."""
    named = (
        str(p["class_name"]) for p in pupils if p.get("grade") == grade and p.get("class_name")
    )
    return list(dict.fromkeys(named))[:MOST]


def _put_list(
    page: Page, col: int, each: str, known: Sequence[str], grade: str, class_: str
) -> None:
    """The classes of one grade: each the first in the roster that does not stand above."""
    style, letter = page.book.style("hidden", num_format="General"), xl_col_to_name(col)
    first, bottom = f"{letter}${FIRST + 1}", f"{letter}${FIRST + MOST}"
    page.formula(HEAD, col, f'=IF({first}="","{NONE}","{each}")', style, each if known else NONE)
    count = f'=SUMPRODUCT(--({first}:{bottom}<>""))'
    page.formula(COUNT, col, count, style, len(known))
    for place in range(MOST):
        row = FIRST + place
        new = f'({grade}="{each}")*({class_}<>"")'
        if place:
            new += f"*ISNA(MATCH({class_},{first}:{letter}{row},0))"
        text = f'IFERROR(INDEX({class_},MATCH(1,{new},0)),"")'
        if place:
            text = f'IF({letter}{row}="","",{text})'
        page.array(row, col, f"={text}", style, known[place] if place < len(known) else "")


def _put_block(
    page: Page, at: tuple[int, int], each: str, region: Region, known: tuple[str, int, int]
) -> None:
    """Where the pupils of one class stand, if they stand together; else everybody."""
    col, place = at
    style = page.book.style("hidden", num_format="General")
    here = f"${xl_col_to_name(col)}${FIRST + place + 1}"
    row = FIRST + (col - 1) * MOST + place
    grade, class_ = region.column("grade"), region.column("class_name")
    mine = f'({grade}="{each}")*({class_}={here})'
    size, top = f"SUMPRODUCT({mine})", f"MATCH(1,{mine},0)"
    bottom = f"SUMPRODUCT(MAX({mine}*(ROW({class_})-{region.first_row})))"
    length = f"${xl_col_to_name(LENGTH)}${HEAD + 1}"
    together = f"{bottom}-{top}+1={size}"
    key, begin, number = known
    page.formula(row, KEY, f'=IF({here}="","{NONE}","{each}|"&{here})', style, key or NONE)
    text = f'=IF({here}="",0,IF({together},{top}-1,0))'
    page.array(row, START, text, style, begin)
    text = f'=IF({here}="",0,IF({together},{size},{length}))'
    page.array(row, SIZE, text, style, number)


def _block(
    pupils: Sequence[Record], grade: str, class_: str, everybody: int
) -> tuple[str, int, int]:
    """Key, first place and number of the pupils of a class; of all where they stand apart."""
    if not class_:
        return "", 0, 0
    at = [
        i
        for i, p in enumerate(pupils)
        if p.get("grade") == grade and str(p.get("class_name")) == class_
    ]
    together = at[-1] - at[0] + 1 == len(at)
    key = f"{grade}|{class_}"
    return (key, at[0], len(at)) if together else (key, 0, everybody)


def _define(book: Book, region: Region) -> None:
    sheet, last = quoted(SHEET), xl_col_to_name(len(GRADES))
    bottom = FIRST + len(GRADES) * MOST
    name = xl_col_to_name(region.columns["name"])
    ranges = {
        "班级_年级": f"$B${HEAD + 1}:${last}${HEAD + 1}",
        "班级_数": f"$A${COUNT + 1}:${last}${COUNT + 1}",
        "班级_起": f"$A${FIRST + 1}",
        "名册_人": f"${xl_col_to_name(LENGTH)}${HEAD + 1}",
    }
    for title, col in (("班级_键", KEY), ("班级_首", START), ("班级_人", SIZE)):
        letter = xl_col_to_name(col)
        ranges[title] = f"${letter}${FIRST + 1}:${letter}${bottom}"
    for title, cells in ranges.items():
        book.define(title, f"={sheet}!{cells}")
    book.define("名册_首", f"={quoted(region.sheet)}!${name}${region.first_row + 1}")
