"""登记表打印 for every child of the ledgers at once: a workbook with one page a child, nothing to choose.

The pages are those that the form of the 登记表 shows, child by child; they hold plain values and open
in any program.  They name children, and stay with the school.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from xlsxwriter.format import Format

from kbbx_xl.books.files import Written, verify_workbook, write_whole
from kbbx_xl.books.summary.hidden import STAMP_SHEET, write_hidden
from kbbx_xl.books.template.calc import print_form as form
from kbbx_xl.books.template.calc.chosen import LEDGERS
from kbbx_xl.books.template.calc.values import values_of
from kbbx_xl.books.template.context import Context
from kbbx_xl.books.template.page import Page, writing
from kbbx_xl.flow.own_book import OwnBook, Record, Records
from kbbx_xl.messages import InputError
from kbbx_xl.model import SUMMARY_FORM
from kbbx_xl.rules.identity import age_on, bare_id, birth_of, check_id, row_key

TITLE = "辍学学生登记表"
NOBODY = "台账里没有学生，没有登记表可以打印"


def write_forms(book: OwnBook, target: Path) -> tuple[Written, int]:
    """Write a page for each child of 辍学台账 and 疑似辍学台账 to ``target``; how many there are.

    InputError when the ledgers list nobody.  Raises OutputError.
    """
    children = children_of(book)
    if not children:
        raise InputError(NOBODY)

    def make(path: Path) -> None:
        with writing(path, TITLE) as made:
            for number, child in enumerate(children, 1):
                page = made.page(f"{number:03d}")
                page.sheet.set_row(form.CHOOSE_ROW, None, None, {"hidden": True})
                form.lay_out(page, partial(_put, page, shown(child, book)))
            stamp = (("form", SUMMARY_FORM), ("version", "1"), ("unit_name", book.unit.name))
            write_hidden(made.xlsx, STAMP_SHEET, stamp)

    return write_whole(target, make, verify_workbook), len(children)


def _put(
    page: Page, values: Mapping[str, object], row: int, col: int, name: str, style: Format
) -> None:
    page.put(row, col, values.get(name, ""), style)


@dataclass(frozen=True, slots=True)
class Child:
    """One row of a ledger, the child's row of the roster, and the visits of the case."""

    ledger: Record
    pupil: Record
    visits: Records
    count: int

    def of(self, name: str) -> str:
        """What the ledger says of a field; "" for nothing."""
        return _text(self.ledger.get(name))

    def either(self, name: str) -> str:
        """The ledger's word, and where it is blank the roster's."""
        return self.of(name) or _text(self.pupil.get(name))


def children_of(book: OwnBook) -> list[Child]:
    """Every child that is listed, 辍学台账 first, as the choice list of 登记表打印 has them."""
    context = Context(period=book.month, as_of=book.as_of)
    visits: dict[str, Records] = defaultdict(list)
    for visit in sorted(book.data.get("visits", ()), key=_day):
        visits[row_key(visit)].append(visit)
    found = []
    for table, _ in LEDGERS:
        records = book.data.get(table, ())
        for record, known in zip(records, values_of(table, context, book.data), strict=True):
            if record.get("name"):
                found.append(_child(book, record | known, visits))
    return found


def _child(book: OwnBook, record: Record, visits: Mapping[str, Records]) -> Child:
    key, first = row_key(record), record.get("first_absent")
    mine = visits.get(key, []) if key else []
    since = first if isinstance(first, dt.date) else dt.date.min
    during = [visit for visit in mine if since <= _day(visit)]
    count = record["visit_count"]
    roster = book.data.get("roster", ())
    pupil = next((r for r in roster if key and bare_id(r.get("id_no")) == key), None) or next(
        (r for r in roster if key and r.get("student_no") == key), {}
    )
    return Child(record, pupil, during, count if isinstance(count, int) else 0)


def shown(child: Child, book: OwnBook) -> dict[str, object]:
    """What stands in every place of the form, by its name (books.template.calc.print_form)."""
    cover = book.cover | {"month": book.month.first, "unit": book.unit.name}
    birth = _birth(child)
    names = {name for rows in (form.BASIC, form.VERIFIED) for row in rows for _, _, name, _ in row}
    values: dict[str, object] = {name: child.of(name) for name in names}
    either = ("sex", "student_no", "guardian", "guardian_phone", "address", "registered_address")
    values |= {name: child.either(name) for name in either}
    values |= {
        "title": form.title_line(cover),
        "head_unit": form.unit_line(cover),
        "head_date": form.date_line(cover),
        "birth": f"{birth.year}/{birth.month}/{birth.day}" if birth else "",
        "age": age_on(birth, book.as_of) if birth else "",
        "id_no": _id_no(child.ledger) or _id_no(child.pupil),
        "ethnicity": _text(child.pupil.get("ethnicity")),
        "persuaded": "是" if child.count else "否",
        "visit_count": child.count,
        "result": _result(child),
        "persuading_unit": child.of("persuading_unit") or book.unit.name,
        "persuader": child.of("persuader") or child.of("teacher"),
        "enrolled_at": child.of("enrolled_at") or child.of("school"),
    }
    return values | _visits(child)


def _visits(child: Child) -> dict[str, str]:
    """A line a visit; the last line says how many did not find room."""
    last = form.SHOWN_VISITS
    lines = {
        f"{form.VISIT}{n}": _line(n, visit)
        for n, visit in enumerate(child.visits[: min(child.count, last)], 1)
    }
    if child.count > last:
        lines[f"{form.VISIT}{last}"] = f"（还有 {child.count - last + 1} 次，见所附劝返记录）"
    return lines


def _line(number: int, visit: Record) -> str:
    """1. 2026年10月8日，王老师，赴学生家中，……。结果：暂未返校."""
    day, record = visit.get("visit_date"), _text(visit.get("record"))
    date = f"{day.year}年{day.month}月{day.day}日" if isinstance(day, dt.date) else ""
    parts = [
        ("，", _text(visit.get("visitors"))),
        ("，赴", _text(visit.get("place"))),
        ("，", record),
        ("" if record.endswith("。") else "。", ""),
        ("结果：", _text(visit.get("result"))),
    ]
    told = "".join(before + value for before, value in parts if value or before in ("", "。"))
    return f"{number}. {date}{told}"


def _result(child: Child) -> str:
    """已返校 once the ledger says so, else the result of the last visit of the case."""
    if child.of("case_status") == "已返校":
        return "已返校"
    last = child.visits[child.count - 1] if 0 < child.count <= len(child.visits) else {}
    return _text(last.get("result"))


def _birth(child: Child) -> dt.date | None:
    """The day that is written; else that of a right id of the roster that agrees with it."""
    for written in (child.ledger.get("birth"), child.pupil.get("birth")):
        if isinstance(written, dt.date):
            return written
    number = check_id(child.pupil.get("id_no"))
    return birth_of(number.value) if number.value else None


def _id_no(record: Record) -> str:
    """The id as text; one that has become a number is damaged and not shown."""
    written = record.get("id_no")
    return written if isinstance(written, str) else ""


def _day(visit: Record) -> dt.date:
    day = visit.get("visit_date")
    return day if isinstance(day, dt.date) else dt.date.min


def _text(value: object) -> str:
    return "" if value is None else str(value)
