"""The child chosen on 登记表打印: the list to choose from, and formulas that fetch what is known.

Hidden sheet _print.  Names: 打印_学生 (the choice), 打印_选单 (what may be chosen), 打印_位 (place in the
ledgers, 辍学台账 first, "" for none), 打印_键 (id or student number), 打印_册 (row of the roster, ""),
打印_生 (birth date, ""), 打印_次 (number of visits of the case),
打印_前 (of the same child before it).
"""

from __future__ import annotations

from collections.abc import Mapping

from kbbx_xl.books.template.calc.formulas import CORRECT, SEX_DIFFERS, id_date, since
from kbbx_xl.books.template.calc.regions import Region
from kbbx_xl.books.template.calc.values import Data, Record
from kbbx_xl.books.template.page import Book, quoted
from kbbx_xl.rules.identity import row_key

SHEET = "_print"
CHOICE, BIRTH, VISITS, BEFORE = "打印_学生", "打印_生", "打印_次", "打印_前"
LEDGERS = (("dropout", "辍学"), ("suspected", "疑似"))  # 辍学台账 first
LABEL, NUMBER, LIST, NAME, VALUE = 0, 1, 2, 4, 5  # columns of the hidden sheet

Regions = Mapping[str, Region]


def choice_label(table: str, number: int, record: Record) -> str:
    """One line of the list: 辍学1 张三 090019, unique by ledger and line, ``number`` from 1."""
    return f"{dict(LEDGERS)[table]}{number} {record.get('name')} {row_key(record)[-6:]}"


def ledger(regions: Regions, name: str, *, text: bool = True) -> str:
    """A field of the chosen child from the ledger that lists it; "" when nobody is chosen."""
    dropout, suspected = (regions[table] for table, _ in LEDGERS)
    found = (
        f"IF(打印_位<={dropout.count},INDEX({dropout.column(name)},打印_位),"
        f"INDEX({suspected.column(name)},打印_位-{dropout.count}))"
    )
    return f'IF(打印_位="","",{found}{_text(text)})'


def roster(regions: Regions, name: str, *, text: bool = True) -> str:
    """A field of the chosen child from the roster; "" when it is not found there."""
    return f'IF(打印_册="","",INDEX({regions["roster"].column(name)},打印_册){_text(text)})'


def ledger_or_roster(regions: Regions, name: str) -> str:
    """The ledger's word, and where it is blank the roster's."""
    own = ledger(regions, name)
    return f'IF({own}<>"",{own},{roster(regions, name)})'


def visit(regions: Regions, name: str, number: str, *, text: bool = True) -> str:
    """A field of the n-th persuasion record of the chosen child; "" when there is none."""
    visits = regions["visits"]
    place = f'MATCH(打印_键&"#"&({BEFORE}+{number}),{visits.column("visit_key")},0)'
    return f'IFERROR(INDEX({visits.column(name)},{place}){_text(text)},"")'


def _text(text: bool) -> str:
    return '&""' if text else ""


def write_chosen(book: Book, regions: Regions, data: Data) -> None:
    """Add the hidden sheet and its names."""
    page, style = book.page(SHEET), book.style("hidden", num_format="General")
    page.sheet.very_hidden()
    row, known = 1, []
    for table, word in LEDGERS:
        region = regions[table]
        records, at = data.get(table, ()), quoted(region.sheet)
        for number, place in enumerate(region.rows, 1):
            name, key = (f"{at}!{region.cell(c, place)}" for c in ("name", "pupil"))
            text = f'=IF({name}="","","{word}{number} "&{name}&" "&RIGHT({key},6))'
            record = records[number - 1] if number <= len(records) else {}
            label = choice_label(table, number, record) if record.get("name") else ""
            known += [label] if label else []
            page.formula(row, LABEL, text, style, label)
            before = "0" if row == 1 else f"$B{row}"
            page.formula(row, NUMBER, f'={before}+($A{row + 1}<>"")', style, len(known))
            row += 1
    labels, numbers = (f"{quoted(SHEET)}!${c}$2:${c}${row}" for c in "AB")
    for k in range(1, row):
        value = known[k - 1] if k <= len(known) else ""
        page.formula(k, LIST, f'=IFERROR(INDEX({labels},MATCH({k},{numbers},0)),"")', style, value)
    book.define("打印_选单", f"=OFFSET({quoted(SHEET)}!$C$2,0,0,MAX(1,MAX({numbers})),1)")
    _write_values(book, regions, labels)


def _write_values(book: Book, regions: Regions, labels: str) -> None:
    page, style = book.pages[SHEET], book.style("hidden", num_format="General")
    own, listed = ledger(regions, "birth", text=False), roster(regions, "birth", text=False)
    roster_id, roster_no = (regions["roster"].column(c) for c in ("id_clean", "student_no"))
    found = f'IFERROR(MATCH(打印_键,{roster_id},0),IFERROR(MATCH(打印_键,{roster_no},0),""))'
    check, number = (roster(regions, c) for c in ("id_check", "id_clean"))
    keys, dates = (regions["visits"].column(c) for c in ("pupil", "visit_date"))
    first = ledger(regions, "first_absent", text=False)
    good = f'OR({check}="{CORRECT}",{check}="{SEX_DIFFERS}")'
    from_id = f'IF({good},{id_date(number)},"")'
    values = {
        "打印_位": f'IF({CHOICE}="","",IFERROR(MATCH({CHOICE},{labels},0),""))',
        "打印_键": ledger(regions, "pupil"),
        "打印_册": f'IF(打印_键="","",{found})',
        BIRTH: f"IF(N({own})>0,{own},IF(N({listed})>0,{listed},{from_id}))",
        VISITS: ledger(regions, "visit_count", text=False),
        BEFORE: f'IF(打印_键="","",SUMPRODUCT(--({keys}=打印_键),--({dates}<{since(first)})))',
    }
    for row, (name, text) in enumerate(values.items(), 1):
        page.put(row, NAME, name, style)
        page.formula(row, VALUE, "=" + text, style, "")
        book.define(name, f"={quoted(SHEET)}!$F${row + 1}")
