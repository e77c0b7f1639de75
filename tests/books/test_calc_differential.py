"""Differential test: LibreOffice calculates every native formula as the core does.

The workbook is built with the core's values stored beside the formulas; LibreOffice calculates the
formulas anew, and every single cell must come out the same.
"""

from __future__ import annotations

import datetime as dt
import html
import re
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest

from kbbx_xl.books.template import build, grid, monthly, tables
from kbbx_xl.books.template.build import build_workbook
from kbbx_xl.books.template.calc.chosen import LEDGERS, choice_label
from kbbx_xl.books.template.calc.print_form import (
    ADDRESS,
    BASIC,
    HOW_TO,
    SHOWN_VISITS,
    TOP,
    VERIFIED,
)
from kbbx_xl.books.template.calc.values import as_of_of
from kbbx_xl.books.template.context import Context
from kbbx_xl.model import Period, a1
from kbbx_xl.rules.cases import DROPOUT, SUSPECTED
from kbbx_xl.rules.identity import age_on, birth_of, check_id, row_key
from kbbx_xl.rules.ledger_status import MOVED, with_status
from kbbx_xl.settings.forms import Form, load_form
from kbbx_xl.settings.policies import load_policy

from .libreoffice import calculated
from .random_books import Filled, Record, filled

BOOKS = 200
ROWS = {"roster": 11, "roll_call": 9, "absence": 11, "suspected": 7, "dropout": 4, "visits": 9}
FORM = "登记表打印"
CELL = re.compile(r'<c r="([A-Z]+\d+)"([^>/]*)>(.*?)</c>', re.DOTALL)
VALUE = re.compile(r"<v[^>]*>(.*?)</v>", re.DOTALL)

Cells = dict[str, str | float]  # address -> value of a formula cell


class Compared(NamedTuple):
    """What was put in, what the file stores beside its formulas, what LibreOffice makes of them."""

    contents: Filled
    stored: dict[str, Cells]
    calculated: dict[str, Cells]


def stored(path: Path) -> dict[str, Cells]:
    """Sheet -> formula cells with the value the file stores for them."""
    with zipfile.ZipFile(path) as book:
        names = re.findall(r'<sheet name="([^"]+)"', book.read("xl/workbook.xml").decode())
        sheets = (book.read(f"xl/worksheets/sheet{n + 1}.xml").decode() for n in range(len(names)))
        return {html.unescape(name): _cells(xml) for name, xml in zip(names, sheets, strict=True)}


def _cells(xml: str) -> Cells:
    cells: Cells = {}
    for address, attributes, inner in CELL.findall(xml):
        if "<f" not in inner:
            continue
        found = VALUE.search(inner)
        text = found[1] if found else ""
        number = text and 't="str"' not in attributes
        cells[address] = float(text) if number else html.unescape(text)
    return cells


def small(form: Form) -> Form:
    """The form with few rows and only the sheets that formulas read, to open in a moment."""
    kept = (s for s in form.sheets if s.table not in ("notes", "home_teaching"))
    return replace(form, sheets=tuple(replace(s, rows=ROWS.get(s.table, 7)) for s in kept))


def built(form: Form, contents: Filled, path: Path) -> Path:
    build_workbook(form, path, context=contents.context, data=contents.data)
    return path


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> list[Compared]:
    folder = tmp_path_factory.mktemp("books")
    form = small(load_form("registration"))
    contents = [filled(seed) for seed in range(BOOKS)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "SPARE_ROWS", 2)
        for module in (tables, grid, monthly):  # paper takes half of the time and has no formulas
            for name in ("set_up_paper", "grow_print_area"):
                patch.setattr(module, name, lambda *_, **__: None, raising=False)
        made = [built(form, one, folder / f"{n:03}.xlsx") for n, one in enumerate(contents)]
    return [
        Compared(*one) for one in zip(contents, map(stored, made), calculated(made), strict=True)
    ]


@pytest.mark.libreoffice
def test_every_formula_is_the_value_of_the_core(books: list[Compared]) -> None:
    compared, differ = 0, []
    for seed, book in enumerate(books):
        assert {s for s, cells in book.stored.items() if cells} <= book.calculated.keys()
        for sheet in book.stored.keys() - {FORM, "_print"}:
            theirs = book.calculated[sheet]
            assert book.stored[sheet].keys() == theirs.keys(), sheet
            for cell, value in book.stored[sheet].items():
                compared += 1
                if value != theirs[cell]:
                    differ.append((seed, sheet, cell, value, theirs[cell]))
    assert not differ[:20]
    assert compared > BOOKS * 300


@pytest.mark.libreoffice
def test_random_books_meet_every_verdict(books: list[Compared]) -> None:
    """The comparison is worth something only if the odd cases do occur."""
    seen = {
        sheet: {v for book in books for v in book.calculated[sheet].values()}
        for sheet in ("学生名册", "点名表", "缺勤登记")
    }
    assert seen["学生名册"] >= {
        "空", "后三位丢失", "有多余字符", "位数不对", "校验码不对", "日期不存在", "地区码不对",
        "出生日期不符", "性别不符", "正确",
    }  # fmt: skip
    for name, open_word in (("疑似辍学台账", SUSPECTED), ("辍学台账", DROPOUT)):
        values = {v for book in books for v in book.calculated[name].values()}
        assert {open_word, "已返校", "转出"} <= values
        assert (MOVED in values) == (name == "疑似辍学台账")
    for sheet in ("点名表", "缺勤登记"):
        assert {"联系家长", "家访劝返", "标记疑似辍学"} <= seen[sheet]


@pytest.mark.libreoffice
def test_the_printed_form_shows_the_chosen_child(books: list[Compared]) -> None:
    chosen = 0
    first = TOP + len(BASIC) + len(VERIFIED) + 1
    for book in books:
        shown, expected = book.calculated[FORM], expected_form(book.contents)
        chosen += expected["name"] != ""
        assert {name: shown[cell] for name, cell in field_cells().items()} == expected
        lines = [shown[f"B{row}"] for row in range(first, first + SHOWN_VISITS)]
        assert lines == expected_lines(book.contents)
    assert chosen > BOOKS / 3


def field_cells() -> dict[str, str]:
    """Field of the form -> address of its answer."""
    places = {}
    for row, fields in enumerate((*BASIC, *VERIFIED), TOP + 1):
        column = 2
        for _, label, name, room in fields:
            places[name] = a1(row, column + label)
            column += label + room
    return places


def _chosen(contents: Filled) -> Record | None:
    choice = contents.data["print_form"][0]["choice"]
    records = (
        (choice_label(table, n, record), record)
        for table, _ in LEDGERS
        for n, record in enumerate(contents.data[table], 1)
    )
    return next((record for label, record in records if label == choice), None)


def _listed(contents: Filled, case: Record) -> Record:
    """The child's row of the roster, found by id or, failing that, by student number."""
    key = row_key(case)
    rows = contents.data["roster"]
    return next((r for r in rows if key and key in (_clean(r), r.get("student_no"))), {})


def _clean(record: Record) -> str:
    number = check_id(record.get("id_no"))
    return number.value or row_key({"id_no": record.get("id_no")})


def _of(contents: Filled, case: Record) -> list[Record]:
    key = row_key(case)
    first, closed = case.get("first_absent"), case.get("closed")
    since = first if isinstance(first, dt.date) else dt.date.min
    until = closed if isinstance(closed, dt.date) else dt.date.max
    mine = [v for v in contents.data["visits"] if key and row_key(v) == key]
    dated = sorted((v for v in mine if isinstance(v["visit_date"], dt.date)), key=_visited_on)
    return [v for v in dated if since <= _visited_on(v) <= until]


def _visited_on(visit: Record) -> dt.date:
    day = visit["visit_date"]
    assert isinstance(day, dt.date)
    return day


def _text(value: object) -> str:
    return "" if value is None else str(value)


def expected_form(contents: Filled) -> Mapping[str, str | float]:
    """The thirty fields, worked out from the records alone."""
    case = _chosen(contents)
    if case is None:
        blank = dict.fromkeys(field_cells(), "")
        return blank | dict.fromkeys(("registered_address", "address", "enrolled_at"), ADDRESS)
    row, visits = _listed(contents, case), _of(contents, case)
    fields: dict[str, str | float] = {n: _text(case.get(n)) for n in field_cells()}
    for name in ("sex", "student_no", "guardian", "guardian_phone", "address"):
        fields[name] = fields[name] or _text(row.get(name))
    numbers = [n for n in (case.get("id_no"), row.get("id_no")) if n and isinstance(n, str)]
    fields["id_no"] = numbers[0] if numbers else ""
    birth = case.get("birth") or row.get("birth") or _birth_in(row)
    day = as_of_of(contents.context)
    fields |= {
        "birth": f"{birth.year}/{birth.month}/{birth.day}" if isinstance(birth, dt.date) else "",
        "age": age_on(birth, day) if isinstance(birth, dt.date) and day else "",
        "ethnicity": _text(row.get("ethnicity")),
        "persuaded": "是" if visits else "否",
        "visit_count": len(visits),
        "result": "已返校" if _status(contents, case) == "已返校" else _text(visits[-1]["result"]) if visits else "",
        "persuading_unit": contents.context.unit.name if contents.context.unit else "",
        "persuader": _text(case.get("persuader") or case["teacher"]),
        "enrolled_at": _text(case["school"]),
    }  # fmt: skip
    return fields


def _status(contents: Filled, case: Record) -> object:
    """状态 of the chosen child's row."""
    listed = with_status(contents.data, as_of_of(contents.context))
    rows = zip(contents.data["dropout"], listed["dropout"], strict=True)
    rows_too = zip(contents.data["suspected"], listed["suspected"], strict=True)
    return next(r["case_status"] for given, r in (*rows, *rows_too) if given is case)


def _birth_in(row: Record) -> dt.date | None:
    number = check_id(row.get("id_no")).value
    return birth_of(number) if number else None


def expected_lines(contents: Filled) -> list[str]:
    case = _chosen(contents)
    if case is None:
        return [HOW_TO, *[""] * (SHOWN_VISITS - 1)]
    lines = []
    for n, visit in enumerate(_of(contents, case), 1):
        day, record = visit["visit_date"], str(visit["record"])
        assert isinstance(day, dt.date)
        place = f"，赴{visit['place']}" if visit["place"] else ""
        result = f"结果：{visit['result']}" if visit["result"] else ""
        stop = "" if record.endswith("。") else "。"
        date = f"{day.year}年{day.month}月{day.day}日"
        lines.append(f"{n}. {date}，{visit['visitors']}{place}，{record}{stop}{result}")
    return [*lines, *[""] * (SHOWN_VISITS - len(lines))]


@pytest.mark.libreoffice
def test_a_blank_workbook_calculates_without_errors(tmp_path: Path) -> None:
    form = small(load_form("registration"))
    month = Context(period=Period(2026, 10), policy=load_policy("tanghe"))
    made = [
        built(form, Filled(context, {}), tmp_path / f"{n}.xlsx")
        for n, context in enumerate((Context(), month))
    ]
    for path, theirs in zip(made, calculated(made), strict=True):
        assert {sheet: cells for sheet, cells in theirs.items() if cells} == {
            sheet: cells for sheet, cells in stored(path).items() if cells
        }
        assert "#error" not in {v for cells in theirs.values() for v in cells.values()}
